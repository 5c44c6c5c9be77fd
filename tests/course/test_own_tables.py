"""A student's own table: the method of a chapter speaks of it, or the sentence says what it lacks."""

import pandas as pd
import pytest

from emergence_utils.course import exercises

SCORES = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8)


def ladder(values=SCORES, **columns):
    return pd.DataFrame({"params": [10.0 ** (8 + i) for i in range(len(values))], "value": values}).assign(
        model=[f"m{i}" for i in range(len(values))],
        **{"source": "mine", "family": "F", "task": "t", "metric": "exact_match", "n_examples": 500}
        | columns)


def pair(column, first, second, values=SCORES):
    return pd.concat([ladder(**{column: first}), ladder(values, **{column: second})], ignore_index=True)


TWICE, ASKED = pair("metric", "exact_match", "token_accuracy"), pair("prompting", "direct", "chain")
GOOD = {"2.5": TWICE, "3.5": ladder(), "4.5": ladder(), "5.5": ladder(), "6.5": ASKED}


@pytest.mark.parametrize("exercise", GOOD)
def test_a_table_that_fits(exercise):
    points, words = exercises()[exercise].judge(GOOD[exercise])
    assert points == 1
    assert words.endswith("?")


@pytest.mark.parametrize("exercise", GOOD)
@pytest.mark.parametrize(("change", "words"), [
    (lambda t: t.assign(source="gpt3"), "'gpt3' is a source of the book; bring scores that it lacks."),
    (lambda t: t.drop(columns="task"), "score table: missing column 'task'"),
    (lambda t: t.drop(columns="params"), "Say how large each model is"),
    (lambda t: t.iloc[:0], ""), (lambda t: t.groupby("metric").head(1), ""),
    (lambda t: "mine.csv", "A score table"),
    (lambda t: t.assign(value=100 * t["value"]), "divide percent by 100"),
    (lambda t: t.assign(family=["F", "G"] * (len(t) // 2)), "One ")])
def test_a_table_that_lacks_something(exercise, change, words):
    found = exercises()[exercise].judge(change(GOOD[exercise]))
    assert found.points == 0
    assert words in found.words
    assert "\n" not in found.words


@pytest.mark.parametrize(("exercise", "table", "words"), [
    ("2.5", ladder(), "Two metrics of the same answers are asked for, yours are exact_match."),
    ("2.5", TWICE.iloc[:-1], "Both metrics must score the same models; 'm5' has one of them only."),
    ("2.5", pair("metric", "exact_match", "token_accuracy", [0.1] * 6), "token_accuracy never gets better"),
    ("3.5", ladder(SCORES[::-1]), "No model of yours does better than the one before it"),
    ("3.5", ladder(metric="perplexity", value=[6.0, 5, 4, 3, 2, 1]), "Bring a score that is a share"),
    ("3.5", ladder(n_examples=None), "Say how many items the test has"),
    ("4.5", ladder(SCORES[:5]), "At least 6 models of different size are needed, yours are 5."),
    ("4.5", ladder(params=1e9), "Two of your scores share one value of params"),
    ("4.5", ladder([0.1] * 6), "there is no rise to divide into steps"),
    ("6.5", pair("prompting", "plain", "chain"), "one of them named 'direct'; yours holds 'chain', 'plain'."),
    ("6.5", ladder(), "yours holds none."),
    ("6.5", ASKED[ASKED["model"] < "m2"], "At least 3 models must be asked in both ways, yours are 2."),
    ("6.5", ASKED.drop(columns="n_examples"), "n_examples is missing")])
def test_what_one_chapter_asks_for(exercise, table, words):
    found = exercises()[exercise].judge(table)
    assert found.points == 0
    assert words in found.words


@pytest.mark.parametrize(("chain", "words"), [
    ((0.02, 0.1, 0.3, 0.6, 0.8, 0.9), "worse at the smallest model and better at the largest; it overtakes"),
    ((0.02, 0.1, 0.2, 0.3, 0.3, 0.3), "worse at the largest; over the sizes it is behind throughout"),
    ((0.3, 0.3, 0.3, 0.3, 0.3, 0.3), "it is not ahead at the largest size")])
def test_which_prompt_leads(chain, words):
    assert words in exercises()["6.5"].judge(pair("prompting", "direct", "chain", chain)).words


def test_a_dip_of_few_models_and_the_steepest_gaps():
    assert "Of these models the test from item counts says: U (" in exercises()["5.5"].judge(
        ladder([0.5, 0.3, 0.6])).words
    odd = ladder([0.1, 0.12, 0.3, 0.9], params=[1e9, 2e9, 4e9, 3.2e10])
    words = exercises()["3.5"].judge(odd).words
    assert "is m2 to m3 on the logarithmic axis and m1 to m2 on the linear one" in words
