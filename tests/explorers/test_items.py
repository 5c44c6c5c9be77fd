"""Tests of other sizes: the nearest counts, their exact intervals, and what a zero allows."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from emergence_utils import explorers
from emergence_utils.chapters import density as de
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.intervals import binomial, binomial_bounds

from .drawn import names

SIZES = (10, 50, 200, 1000)
SCORES = pd.concat([
    pd.DataFrame({"task": "sums", "params": [1e8, 1e9, 1e10, 1e11], "value": [0.0, 0.005, 0.12, 0.8],
                  "n_examples": 200, "chance": 0.0}),
    pd.DataFrame({"task": "choice", "params": [1e8, 1e9], "value": [0.5, 0.75], "n_examples": 12,
                  "chance": 0.5}),
])


@pytest.fixture(scope="module")
def made():
    return explorers.items(SCORES, sizes=SIZES, start=50, labels={"sums": "GPT-3: sums"})


@pytest.fixture(scope="module")
def points(made):
    html = explorers.explorer_html(made)
    page = json.loads(re.search(r'"application/json">(.*?)</script>', html, re.S)[1])
    return next(d for d in page["spec"]["datasets"].values() if "v" in d[0])


def said(made, task, at):
    w = made.words
    return w.loc[(w["task"] == task) & (w["at"] == at), "words"].item()


@pytest.mark.parametrize(("at", "value"), [
    (0, [0, 0, 0.1, 0.8]), (1, [0, 0, 0.12, 0.8]), (3, [0, 0.005, 0.12, 0.8]),
])
def test_a_test_shows_the_nearest_count(points, at, value):
    assert [p["v"][at] for p in points if p["t"] == 0] == value


@pytest.mark.parametrize("at", range(4))
def test_intervals_are_exact(points, at):
    rows = [p for p in points if p["t"] == 0]
    low, high = binomial_bounds([p["v"][at] for p in rows], SIZES[at], method="clopper-pearson")
    assert [p["l"][at] for p in rows] == pytest.approx(low, abs=6e-5)
    assert [p["h"][at] for p in rows] == pytest.approx(high, abs=6e-5)
    assert [p["a"][at] for p in rows] == [int(v > 0.01) for v in low]


def test_words_count_models_and_compare_with_the_real_test(made):
    told = "models can be told from chance"
    assert said(made, 0, 0).startswith(f"With 10 items instead of 200: 1 of 4 {told}, 2 with the real test.")
    assert said(made, 0, 1).startswith(f"With 50 items instead of 200: 2 of 4 {told}, as with the real test.")
    assert said(made, 0, 2).startswith("The real test, 200 items: 2 of 4 models can be told from chance.")


@pytest.mark.parametrize(("at", "zeros", "asked"), [(0, 2, 10), (1, 2, 50), (2, 1, 200)])
def test_zeros_allow_any_rate_below_the_exact_bound(made, at, zeros, asked):
    high = binomial(0, asked, method="clopper-pearson").interval.high
    assert (f"{zeros} {'have' if zeros > 1 else 'has'} zero of {asked} right, which any rate up to "
            f"{100 * high:.2g}% allows") in said(made, 0, at)


def test_a_larger_test_is_a_supposition_and_claims_no_zeros_of_its_own(made):
    text = said(made, 0, 3)
    assert text.startswith("With 1,000 items instead of 200, were the published rates exact: ")
    assert "1 has zero of 200 right, which any rate up to 1.8% allows" in text


def test_room_is_that_of_resolvable_sizes(made):
    room = float(de.resolvable_sizes(0.8, 50, 0.4))
    assert f"room for {room:.1f} models" in said(made, 0, 1)


def test_points_have_names_and_the_first_state_is_that_of_the_start(made):
    found = names(made)
    assert found[0] == "100M parameters: 0.0 % (95 % 0.0 to 7.1) of 50 items; published: 0.0 %"
    assert made.knobs()[1].texts == ("10", "50", "200", "1,000")
    assert made.start() == said(made, 0, 1)


def test_data_hold_each_model_at_each_size(made):
    assert len(made.data) == 6 * len(SIZES)
    row = made.data.query("task == 'choice' and items == 10 and params == 1e9").iloc[0]
    assert (row["published"], row["value"]) == (0.75, np.rint(7.5) / 10)


@pytest.mark.parametrize(("changes", "error", "message"), [
    ({"start": 30}, InputError, "sizes must rise and hold start"),
    ({"sizes": (50, 10)}, InputError, "sizes must rise and hold start"),
    ({"scores": SCORES.drop(columns="n_examples")}, UnknownNameError, "n_examples"),
    ({"labels": {"nonsense": "x"}}, UnknownNameError, "task 'nonsense'"),
])
def test_mistakes_are_named(changes, error, message):
    with pytest.raises(error, match=message):
        explorers.items(**{"scores": SCORES, "sizes": SIZES, "start": 50} | changes)
