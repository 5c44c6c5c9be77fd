"""The threshold explorer: words and marks are those of the book's jump test."""

import json
import re

import pytest

from emergence_utils import explorers, measures
from emergence_utils.chapters import vision as vi
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.ladders import measure
from emergence_utils.scores import load

from .drawn import names


@pytest.fixture(scope="module")
def digits():
    return load("vision_digits", family="autoencoder")


@pytest.fixture(scope="module")
def made(digits):
    return explorers.vision(digits)


def said(made, metric, at):
    w = made.words
    return w.loc[(w["metric"] == metric) & (w["at"] == at), "words"].item()


def test_words_give_the_verdict_of_the_jump_test(made, digits):
    found = measure(digits[digits["metric"] == "reconstruction"], measures.Jump())
    found = found.assign(cut=found["task"].str.removeprefix("within_").astype(float)).sort_values("cut")
    words = {"sharp": "a jump (", "gradual": "no jump, and none", "cannot tell": "cannot tell ("}
    for at, (answer, p) in enumerate(zip(found["answer"], found["p_value"], strict=True)):
        assert f"Jump test: {words[answer]}" in said(made, 0, at)
        assert said(made, 0, at).endswith(f"(p = {p:.2g}).")


def test_the_error_says_the_same_under_every_threshold(made):
    assert len({said(made, 1, at) for at in range(19)}) == 1
    assert "Jump test: no jump" in said(made, 1, 0)


def test_the_page_is_small_and_the_words_short(made):
    html = explorers.explorer_html(made)
    page = re.search(r'"application/json">(.*?)</script>', html, re.S)[1]
    assert len(page) < 30_000
    assert max(map(len, made.sentences())) < 260
    rows = next(d for d in json.loads(page)["spec"]["datasets"].values() if "v" in d[0])
    assert len(rows) == 16
    assert [sum(row["j"][at] for row in rows) for at in range(19)] == [2] * 19  # the two ends of a rise


def test_it_starts_with_the_middle_threshold(made, digits):
    assert len(vi.thresholds(digits)) == 19
    assert made.knobs()[1].start == 9
    found = names(made)
    assert len(found) == 16
    assert re.fullmatch(r"\S+ parameters: [\d.]+ % \(95 % [\d.]+ to [\d.]+\) of [\d,]+ images", found[-1])


@pytest.mark.parametrize(("change", "error", "message"), [
    (lambda t: {"scores": t.drop(columns="baseline")}, UnknownNameError, "baseline"),
    (lambda t: {"scores": t[t["metric"] == "squared_error"]}, InputError, "tasks 'within_...'"),
    (lambda t: {"scores": t[t["metric"] == "reconstruction"]}, InputError, "'squared_error'"),
    (lambda t: {"scores": t, "start": 19}, InputError, "between 0 and 18, got 19"),
])
def test_mistakes_are_named(digits, change, error, message):
    with pytest.raises(error, match=message):
        explorers.vision(**change(digits))
