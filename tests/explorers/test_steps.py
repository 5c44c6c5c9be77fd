"""Steps against direct answers: the words are those of the curves drawn."""

import json
import re

import pytest

from emergence_utils import explorers, scores
from emergence_utils.chapters import steps as st
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.plot import short_number

from .drawn import names


@pytest.fixture(scope="module")
def both():
    return st.both_ways(scores.load("grown"))


@pytest.fixture(scope="module")
def made(both):
    return explorers.steps(both)


def said(made, k, seeds):
    w = made.words
    return w.loc[(w["k"] == k) & (w["seeds"] == seeds), "words"].item()


def test_words_give_the_crossing_of_the_chapter(made, both):
    at = st.crossings(both, n_resamples=100).set_index(["k", "kind"])["estimate"]
    for k in range(2, 7):
        text = said(made, k, 2)
        assert f"leads from {short_number(at[k, 'observed'])} parameters on" in text
        assert f"to the power {k} says {short_number(at[k, 'predicted'])})" in text


def test_one_operation_needs_no_prediction(made):
    assert said(made, 1, 2).startswith("1 operation, mean of 8 seeds: writing steps leads at every size.")
    assert said(made, 6, 0).startswith("6 operations, one seed: writing steps leads from ")


def test_the_page_is_small_and_holds_every_run(made, both):
    page = re.search(r'"application/json">(.*?)</script>', explorers.explorer_html(made), re.S)[1]
    assert len(page) < 60_000
    sets = json.loads(page)["spec"]["datasets"].values()
    runs = next(rows for rows in sets if "s" in rows[0])
    assert len(runs) == 2 * 12 * 8
    seed = both[(both["seed"] == 3) & (both["params"] == 2080)].sort_values("k")["steps"]
    row = next(r for r in runs if r["s"] == 3 and r["w"] == "steps written out")
    assert row["v"] == pytest.approx(seed.round(3).tolist())


def test_it_starts_with_the_longest_chain_and_all_seeds(made, both):
    assert made.start() == said(made, 6, 2)
    found = names(made)
    assert len(found) == 2 * both["params"].nunique()
    assert all(name.endswith(" % right, mean of 8 seeds") for name in found)


@pytest.mark.parametrize(("change", "error", "message"), [
    ({"seeds": (1, 9)}, InputError, "between 1 and 8"),
    ({"seeds": (4, 1)}, InputError, "seeds must rise"),
    ({"start": 7}, InputError, "one of the lengths"),
])
def test_mistakes_are_named(both, change, error, message):
    with pytest.raises(error, match=message):
        explorers.steps(both, **change)


def test_a_missing_column_is_named(both):
    with pytest.raises(UnknownNameError, match="direct"):
        explorers.steps(both.drop(columns="direct"))
