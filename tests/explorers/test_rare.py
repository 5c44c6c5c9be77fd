"""Two sliders, tries and problems: the likeliest count, its exact interval, and the verdict in words."""

import json
import re

import numpy as np
import pytest

from emergence_utils import explorers, scores
from emergence_utils.chapters import rare as ra
from emergence_utils.errors import InputError
from emergence_utils.intervals import binomial

from .drawn import names

TRIES, PROBLEMS = (1, 100, 10_000), (16, 128, 5000)


@pytest.fixture(scope="module")
def table():
    return scores.load_items("monkeys")


@pytest.fixture(scope="module")
def made(table):
    return explorers.rare(table, tries=TRIES, problems=PROBLEMS)


def said(made, i, j):
    w = made.words
    return w.loc[(w["tries"] == i) & (w["problems"] == j), "words"].item()


def test_words_name_absent_present_and_what_cannot_be_told(made):
    assert said(made, 0, 1).startswith("1 try at each of 128 problems: cannot tell at all sizes.")
    assert "so zero is not absence" in said(made, 0, 1)
    assert said(made, 0, 2).startswith(
        "1 try at each of 5,000 problems (others like these): absent at 70.4M, 162M, 405M; "
        "cannot tell at 1.01B; present at 2.78B, 6.86B, 11.8B.")
    assert said(made, 2, 1) == "10,000 tries at each of 128 problems: present at all sizes."


def test_counts_are_the_nearest_and_intervals_exact(made, table):
    row = made.data.query("tries == 100 and problems == 128 and model == 'pythia-70m'").iloc[0]
    value = ra.solved(table, [100])["value"].iloc[0]
    assert row["solved"] == np.rint(128 * value) == 5
    exact = binomial(5, 128, method="clopper-pearson").interval
    assert (row["low"], row["high"]) == pytest.approx((exact.low, exact.high))
    assert row["verdict"] == "present"


def test_the_page_holds_the_same_numbers(made):
    html = explorers.explorer_html(made)
    page = json.loads(re.search(r'"application/json">(.*?)</script>', html, re.S)[1])
    points = next(d for d in page["spec"]["datasets"].values() if "v" in d[0])
    row = made.data.query("tries == 10_000 and problems == 16 and model == 'pythia-12b'").iloc[0]
    assert points[-1]["v"][2][0] == pytest.approx(row["value"], rel=1e-2)
    assert points[0]["v"][0][0] == 1e-4  # a zero stands at the foot of the axis
    assert ("absent", "cannot tell", "present")[points[0]["s"][0][2]] == "absent"


def test_the_page_stays_small(table):
    assert len(explorers.explorer_html(explorers.rare(table))) < 100_000


def test_points_have_names_and_the_first_state_is_that_of_the_start(made):
    found = names(made)
    form = r"\S+ parameters: (absent|present|cannot tell), \S+ solved \(95 % \S+ to \S+, 128 problems\)"
    assert found and all(re.fullmatch(form, name) for name in found)
    assert made.start() == said(made, 0, 1)
    assert made.knobs()[0].texts == ("1", "100", "10,000")


@pytest.mark.parametrize(("changes", "message"), [
    ({"tries": (10, 1)}, "tries must rise and hold the start"),
    ({"start": (1, 99)}, "problems must rise and hold the start"),
    ({"share": 1.5}, "share must lie between 0 and 1, got 1.5"),
])
def test_mistakes_are_named(table, changes, message):
    with pytest.raises(InputError, match=message):
        explorers.rare(table, **{"tries": TRIES, "problems": PROBLEMS} | changes)
