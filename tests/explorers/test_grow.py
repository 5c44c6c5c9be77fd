"""The explorer of models grown here: words, dots and steps are those of the runs."""

import re

import numpy as np
import pandas as pd
import pytest

from emergence_utils import explorers
from emergence_utils.chapters import grown as gr
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.scores import load

from .drawn import names


@pytest.fixture(scope="module")
def runs():
    return gr.runs(load("grown"), "addition")


@pytest.fixture(scope="module")
def made(runs):
    return explorers.grow(runs)


def said(made, metric, seeds, sizes):
    w = made.words
    at = (w["metric"] == metric) & (w["seeds"] == seeds) & (w["sizes"] == sizes)
    return w.loc[at, "words"].item()


def test_words_name_the_largest_step(made, runs):
    for seeds, many in enumerate((1, 2, 4, 8)):
        mean = runs[runs["seed"] < many].groupby("params")["exact_match"].mean()
        share = np.diff(mean).max() / np.ptp(mean)
        assert f"makes {share:.0%} of the whole rise" in said(made, 0, seeds, 2)
    assert "one run a size" in said(made, 0, 0, 2)
    assert "24 sizes, the mean of 8 seeds" in said(made, 0, 3, 2)


def test_scores_are_turned_so_that_one_is_best(made, runs):
    data = made.data.groupby("metric")["value"].agg(["min", "max"])
    assert (data["min"] >= 0).all()
    assert (data["max"] <= 1).all()
    first = runs.iloc[0]
    row = made.data[(made.data["metric"] == "Cross-entropy") & (made.data["seed"] == first["seed"])
                    & (made.data["params"] == first["params"])]
    assert row["value"].item() == pytest.approx(1 - first["cross_entropy"] / np.log(10))


def test_the_page_is_small_and_the_words_short(made):
    page = re.search(r'"application/json">(.*?)</script>', explorers.explorer_html(made), re.S)[1]
    assert len(page) < 45_000
    assert max(map(len, made.sentences())) < 260


def test_means_of_runs_have_names(made):
    found = names(made, seeds=1, sizes=0)
    assert len(found) == 6
    assert all(re.fullmatch(r"[\d.]+k? parameters: Sums all right [\d.]+, mean of 2 runs", n) for n in found)


@pytest.mark.parametrize(("change", "error", "message"), [
    (lambda t: {"runs": t.drop(columns="token_accuracy")}, UnknownNameError, "token_accuracy"),
    (lambda t: {"runs": t, "seeds": [2, 1]}, InputError, "rising numbers from 1"),
    (lambda t: {"runs": t, "seeds": [30]}, InputError, "30 seeds of every size"),
    (lambda t: {"runs": t, "sizes": [6, 25]}, InputError, "between 2 and 24"),
    (lambda t: {"runs": t.iloc[1:]}, InputError, "8 seeds of every size"),
])
def test_mistakes_are_named(runs, change, error, message):
    with pytest.raises(error, match=message):
        explorers.grow(**change(runs))


def test_a_flat_ladder_has_no_step():
    rows = [{"params": p, "seed": 0.0, "exact_match": 0.0, "token_accuracy": 0.1, "token_edit_distance": 4.5,
             "cross_entropy": 2.0} for p in (1e3, 1e4, 1e5)]
    made = explorers.grow(pd.DataFrame(rows), seeds=[1], sizes=[2, 3])
    assert "makes 0% of the whole rise" in made.start()
