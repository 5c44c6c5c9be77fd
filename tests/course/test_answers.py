"""Checks of the exercises say what is wrong, give the points that are due, and never the answer."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import course, scores
from emergence_utils.course import Guess, Labels, Number, OwnLadder, Word, check, exercises
from emergence_utils.errors import UnknownNameError

SHARE = Number(lambda: 0.4, 0.01, "Count again.", 0, 1, {"You took all.": lambda: 0.9})
OWN = pd.DataFrame({"params": [1e8, 1e9, 1e10, 1e11], "value": [0.1, 0.2, 0.3, 0.8]}).assign(
    source="mine", family="F", model=list("abcd"), task="t", metric="exact_match", n_examples=500, chance=0.0)


@pytest.mark.parametrize(("given", "points", "words"), [
    (0.4, 1, "Right."), (0.409, 1, "Right."), (np.float64(0.4), 1, "Right."), (pd.Series([0.4]), 1, "Right."),
    (0.42, 0, "Not yet. Count again."), (0.9, 0, "You took all."),
    (40, 0, "The answer lies between 0 and 1, yours is 40."), (..., 0, "Still to be answered."),
    (np.nan, 0, "A finite number is asked for, got nan."), ("0.4", 0, "A number is asked for, got '0.4'."),
    (True, 0, "A number is asked for, got True."), (None, 0, "A number is asked for, got None."),
])
def test_a_number(given, points, words):
    assert SHARE.judge(given) == (points, words)


def test_a_number_with_one_bound():
    assert Number(lambda: 2, 0, "", low=0).judge(-1).words == "The answer is 0 at least, yours is -1."
    assert Number(lambda: 2, 0, "", high=5).judge(6).words == "The answer is 5 at most, yours is 6."


@pytest.mark.parametrize(("given", "points", "start"), [
    ("more", 1, "Right."), ("fewer", 0, "Not yet."), (..., 0, "Still"),
    ("many", 0, "The answer is one of 'fewer' and 'more', yours is 'many'."),
    ([1], 0, "The answer is one of 'fewer' and 'more', yours is [1].")])
def test_a_word(given, points, start):
    found = Word(lambda: "more", ["fewer", "more"], "Look.").judge(given)
    assert found.points == points
    assert found.words.startswith(start)


@pytest.mark.parametrize(("given", "points", "words"), [
    ({"a": "up", "b": "down"}, 1, "Right."), (pd.Series({"b": "down", "a": "up"}), 1, "Right."),
    ({"a": "down", "b": "down"}, 0.5, "1 of 2 is not right yet, the first is a. Look."),
    ({"a": "down", "b": "up"}, 0, "2 of 2 are not right yet, the first is a. Look."),
    ({"a": "up"}, 0, "'b' is missing."), ({"a": "up", "b": "down", "c": 1}, 0, "'c' does not belong to it."),
    ([1, 2], 0, "A Series or a dict is asked for, got [1, 2]."), (..., 0, "Still to be answered.")])
def test_labels(given, points, words):
    assert Labels(lambda: pd.Series({"a": "up", "b": "down"}), "Look.").judge(given) == (points, words)


def test_labels_that_are_numbers_have_a_tolerance():
    answer = Labels(lambda: pd.Series({"a": 1.0, "b": 2.0}), "Look.", within=0.1)
    assert answer.judge({"a": 1.05, "b": 2}).points == 1
    assert answer.judge({"a": 1.2, "b": np.nan}).points == 0


def test_every_possible_prediction_counts_and_learns_what_came():
    guess = Guess(lambda: 0.3, 0, 1, "of the ladders")
    assert guess.judge(0.9) == (1, "It is 0.3 of the ladders; you said 0.9. Which of your reasons was wrong?")
    assert guess.judge(0.31).words.endswith("Were your reasons right too?")
    assert guess.judge(90) == (0, "Predict a number from 0 to 1, yours is 90.")
    assert guess.judge("all").points == 0


def test_an_own_ladder_is_measured():
    found = OwnLadder().judge(OWN)
    assert found.points == 1
    assert found.words.startswith("A ladder of 4 models. Is its largest step sharp? The toolkit says: ")


@pytest.mark.parametrize(("table", "words"), [
    (OWN.assign(source="gpt3"), "'gpt3' is a source of the book; bring scores that it lacks."),
    (OWN.assign(value=[10, 20, 30, 80]), "value"), (OWN.drop(columns="task"), "task"),
    (OWN.iloc[:2], "No ladder has 4 models of different size."),
    (OWN.drop(columns="n_examples"), "Say how many items the test has"), ("mine", "A score table")])
def test_an_own_ladder_that_lacks_something(table, words):
    found = OwnLadder().judge(table)
    assert found.points == 0
    assert words in found.words
    assert "\n" not in found.words


def test_check_prints_and_returns_the_points(capsys):
    assert check("1.1", ...) == 0
    assert capsys.readouterr().out == "✗ 1.1 Still to be answered.\n"
    with pytest.raises(UnknownNameError, match=r"Unknown exercise '9\.99'"):
        check("9.99", 1)


@pytest.mark.parametrize("exercise", list(exercises()))
def test_feedback_never_holds_the_answer(exercise):
    answer = exercises()[exercise]
    assert answer.judge(...) == (0, "Still to be answered.")
    if isinstance(answer, Number):
        truth = answer.truth()
        assert answer.judge(truth).points == 1
        assert all(abs(wrong() - truth) > answer.within for wrong in answer.mistakes.values())
        assert answer.low <= truth <= answer.high
        assert answer.within == 0 or answer.within < abs(truth)
    elif isinstance(answer, Labels):
        assert answer.judge(answer.truth()).points == 1
        assert not set(map(str, answer.truth())) & set(answer.hint.split())
    elif isinstance(answer, Word):
        assert answer.truth() in answer.choices
    elif isinstance(answer, Guess):
        assert answer.low <= answer.truth() <= answer.high


def test_no_made_up_source_is_a_source_of_the_book():
    assert "mine" not in set(scores.list_datasets()["source"])
    assert set(course.__all__) >= {"check", "exercises"}
