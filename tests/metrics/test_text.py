"""Scorers of text: published unit values, conventions at the edges, and laws of a distance."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence_utils.errors import InputError
from emergence_utils.metrics import (
    bleu,
    corpus_bleu,
    exact_match,
    f1,
    get_metric,
    token_accuracy,
    token_edit_distance,
)

quick = settings(derandomize=True, max_examples=60, deadline=None)
words = st.text(alphabet="abc", max_size=6)
bags = st.lists(st.integers(0, 3), max_size=6)


# --- unit values: the model answers 15 + 23 --------------------------------------------------

@pytest.mark.parametrize(
    ("prediction", "match", "distance", "accuracy"),
    [("38", 1, 0, 1), ("37", 0, 1, 1 / 2), ("83", 0, 2, 0), ("3", 0, 1, 1 / 2), ("", 0, 2, 0),
     ("381", 0, 1, 2 / 3), ("138", 0, 1, 0)],
)
def test_digit_answers(prediction: str, match: float, distance: float, accuracy: float) -> None:
    assert exact_match([prediction], ["38"])[0] == match
    assert token_edit_distance([prediction], ["38"])[0] == distance
    assert token_accuracy([prediction], ["38"])[0] == pytest.approx(accuracy)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("kitten", "sitting", 3), ("flaw", "lawn", 2), ("intention", "execution", 5), ("", "abc", 3)],
)
def test_edit_distance_of_textbook_words(a: str, b: str, distance: int) -> None:
    assert token_edit_distance([a], [b])[0] == distance
    assert token_edit_distance([a], [b], normalised=True)[0] == distance / max(len(a), len(b))


def test_tokens_are_the_unit_for_sequences_and_characters_for_strings() -> None:
    assert token_edit_distance([["15", "+", "23"]], [["15", "+", "24"]])[0] == 1
    assert token_edit_distance(["New York"], ["new york"])[0] == 2


def test_integer_array_holds_one_example_per_row() -> None:
    predictions = np.array([[1, 2, 3], [4, 5, 6]])
    targets = np.array([[1, 2, 3], [4, 6, 5]])
    assert exact_match(predictions, targets).tolist() == [1, 0]
    assert token_edit_distance(predictions, targets).tolist() == [0, 2]
    assert token_accuracy(predictions, list(targets)).tolist() == pytest.approx([1, 1 / 3])


def test_two_empty_answers_agree_under_every_scorer() -> None:
    assert exact_match([""], [""])[0] == 1
    assert token_edit_distance([""], [""], normalised=True)[0] == 0
    assert token_accuracy([[]], [[]])[0] == 1
    assert f1([[]], [[]])[0] == 1


def test_no_examples_give_no_scores() -> None:
    for scorer in (exact_match, token_edit_distance, token_accuracy, f1, bleu):
        assert scorer([], []).shape == (0,)


def test_exact_match_normalises_only_on_request() -> None:
    predictions, targets = ["Paris", "paris", " Paris"], ["Paris"] * 3
    assert exact_match(predictions, targets).tolist() == [1, 0, 0]
    assert exact_match(predictions, targets, normalise=lambda s: s.strip().lower()).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("prediction", "target", "score"),
    [("a b c", "a b c", 1), ("c b a", "a b c", 1), ("a a b", "a b b", 2 / 3), ("a b", "a", 2 / 3),
     ("x", "a", 0), ("", "a", 0)],
)
def test_f1_counts_words_with_multiplicity(prediction: str, target: str, score: float) -> None:
    assert f1([prediction.split()], [target.split()])[0] == pytest.approx(score)


@pytest.mark.parametrize(("p", "power"), [(0.9, 0.34868), (0.95, 0.59874), (0.99, 0.90438)])
def test_ten_steps_decide_the_shape_of_a_score(p: float, power: float) -> None:
    # every pattern of right and wrong among ten independent steps, weighted by its probability
    right = (np.arange(1024)[:, None] >> np.arange(10)) & 1
    weight = np.prod(np.where(right, p, 1 - p), axis=1)
    target = np.arange(10)
    answers, targets = np.where(right, target, -1), np.tile(target, (1024, 1))
    assert weight @ exact_match(answers, targets) == pytest.approx(power, abs=5e-6)  # p^10
    assert weight @ token_accuracy(answers, targets) == pytest.approx(p)
    # Schaeffer et al.: L (1 - p)
    assert weight @ token_edit_distance(answers, targets) == pytest.approx(10 * (1 - p))


# --- BLEU ------------------------------------------------------------------------------------

def test_corpus_bleu_by_hand() -> None:
    # n-gram precisions 5/6, 3/5, 2/4, 1/3; no brevity penalty at equal length
    expected = 100 * (5 / 6 * 3 / 5 * 2 / 4 * 1 / 3) ** 0.25
    assert corpus_bleu(["the cat sat on the mat"], ["the cat sat on a mat"]) == pytest.approx(expected)


def test_corpus_bleu_pools_counts_and_is_not_the_mean_of_sentences() -> None:
    predictions = ["the cat sat on the mat", "a dog barked at the old tree"]
    targets = ["the cat sat on a mat", "a dog barked at an old tree"]
    # pooled: 11/13, 7/11, 4/9, 2/7
    expected = 100 * (11 / 13 * 7 / 11 * 4 / 9 * 2 / 7) ** 0.25
    assert corpus_bleu(predictions, targets) == pytest.approx(expected)
    assert bleu(predictions, targets).mean() != pytest.approx(expected, abs=0.1)


def test_corpus_bleu_charges_brevity() -> None:
    assert corpus_bleu(["the cat sat on"], ["the cat sat on the mat"]) == pytest.approx(100 * math.exp(-0.5))


def test_bleu_never_passes_100_by_rounding() -> None:
    text = "the quick brown fox jumps over the lazy dog"
    assert bleu([text], [text])[0] == 100
    assert corpus_bleu([text], [text]) == 100


def test_bleu_case_and_tokeniser_are_arguments() -> None:
    assert bleu(["The Cat Sat Down"], ["the cat sat down"])[0] < 100
    assert bleu(["The Cat Sat Down"], ["the cat sat down"], lowercase=True)[0] == 100
    assert bleu(["abcd."], ["abcd ."], tokenize="13a")[0] == 100
    assert bleu(["abcd."], ["abcd ."], tokenize="none")[0] == 0


# --- refusals --------------------------------------------------------------------------------

@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: exact_match("38", ["38"]), "predictions must be a sequence of examples, got '38'"),
        (lambda: exact_match(["1"], ["1", "2"]), "must have one length, got 1 and 2"),
        (lambda: exact_match(["1", None], ["1", "2"]), "got None at index 1"),
        (lambda: exact_match([1.5], ["1"]), "predictions must hold strings or token sequences, got 1.5"),
        (lambda: exact_match([[["a"]]], [["a"]]), "strings or token sequences, got [['a']] at index 0"),
        (lambda: token_edit_distance([["3", "8"]], ["38"]), "both be token sequences, got ('3', '8') and"),
        (lambda: f1(["blue whale"], ["whale"]), "f1 works on tokens, got the string 'blue whale' at index 0"),
        (lambda: bleu([["a"]], [["a"]]), "BLEU works on strings, got ('a',) at index 0"),
        (lambda: bleu(["a"], ["a"], tokenize="13b"), "'zh' or 'none', got '13b'"),
        (lambda: corpus_bleu([], []), "corpus_bleu needs at least one example, got 0"),
    ],
)
def test_refusals_name_what_was_seen(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(InputError) as error:
        call()
    assert sentence in str(error.value)


# --- laws ------------------------------------------------------------------------------------

def distance(a: str, b: str) -> float:
    return float(token_edit_distance([a], [b])[0])


@quick
@given(words, words, words)
def test_edit_distance_is_a_metric(a: str, b: str, c: str) -> None:
    assert distance(a, a) == 0
    assert distance(a, b) == distance(b, a)
    assert distance(a, c) <= distance(a, b) + distance(b, c)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))


@quick
@given(words, words)
def test_exact_match_is_distance_zero(a: str, b: str) -> None:
    assert (exact_match([a], [b])[0] == 1) == (distance(a, b) == 0) == (token_accuracy([a], [b])[0] == 1)


@quick
@given(words, words)
def test_alignment_never_costs_more_than_positions(a: str, b: str) -> None:
    assert distance(a, b) <= (1 - token_accuracy([a], [b])[0]) * max(len(a), len(b)) + 1e-9


@quick
@given(bags, bags)
def test_scores_stay_in_the_registry_range(a: list[int], b: list[int]) -> None:
    text, other = " ".join(map(str, a)), " ".join(map(str, b))
    scores = {
        "exact_match": exact_match([a], [b]), "token_edit_distance": token_edit_distance([a], [b]),
        "token_edit_distance_norm": token_edit_distance([a], [b], normalised=True),
        "token_accuracy": token_accuracy([a], [b]), "f1": f1([a], [b]), "bleu": bleu([text], [other]),
    }
    for name, score in scores.items():
        assert get_metric(name).low <= score[0] <= get_metric(name).high, name


def test_importing_metrics_loads_neither_scipy_nor_sacrebleu() -> None:
    code = "import sys, emergence_utils.metrics; print(sorted({'scipy', 'sacrebleu'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
