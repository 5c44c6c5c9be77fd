"""Thinning a ladder out: what is drawn, counted and said agrees with the package's own measure."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from emergence_utils import explorers
from emergence_utils import measures as em
from emergence_utils.chapters import density as de
from emergence_utils.curves import Logistic, Step, fit
from emergence_utils.errors import InputError, UnknownNameError

from .drawn import names

X = np.logspace(0, 4, 25)
RISE = 1 / (1 + np.exp(-2.5 * (np.log10(X) - 2)))


def ladder(value, **changes):
    table = pd.DataFrame({"model": "m", "step": X, "value": np.round(value, 3), "n_examples": 1000,
                          "chance": 0.1})
    fields = {"scores": table, "x": "step", "unit": "checkpoints", "xlabel": "Step", "ylabel": "Score"}
    return explorers.DenseLadder(**fields | changes)


LADDERS = {"smooth": ladder(RISE), "cliff": ladder((X > 100).astype(float), unit="models", ylabel="Match")}
KEEP = (3, 5, 12)


@pytest.fixture(scope="module")
def made():
    return explorers.density(LADDERS, keep=KEEP, n_subsets=6)


@pytest.fixture(scope="module")
def page(made):
    html = explorers.explorer_html(made)
    return json.loads(re.search(r'"application/json">(.*?)</script>', html, re.S)[1])


def dataset(page, column):
    return next(d for d in page["spec"]["datasets"].values() if column in d[0])


def said(made, ladder, keep, draw=0):
    w = made.words
    return w.loc[(w["ladder"] == ladder) & (w["keep"] == keep) & (w["draw"] == draw), "words"].item()


def kept(page, ladder, keep, draw):
    """The models that the chart's filter leaves."""
    bit = keep * 3 + draw
    return [r for r in dataset(page, "m") if r["l"] == ladder and r["m"] >> bit & 1]


def drawn_step(page, draw):
    """The largest step that is drawn for five models of the first ladder."""
    return next(s for s in dataset(page, "s") if (s["l"], s["k"], s["d"]) == (0, 1, draw))


def test_each_state_has_its_words(made):
    assert len(made.sentences()) == 2 * 4 * 3


@pytest.mark.parametrize(("keep", "models"), [(0, 3), (1, 5), (3, 25)])
def test_the_filter_leaves_as_many_as_the_words_say(made, page, keep, models):
    assert len(kept(page, 0, keep, 0)) == models
    start = "All 25 checkpoints: " if models == 25 else f"{models} of 25 checkpoints: "
    assert said(made, 0, keep).startswith(start)


@pytest.mark.parametrize("draw", range(3))
def test_both_ends_are_kept_and_the_step_is_that_of_the_models_shown(made, page, draw):
    rows = kept(page, 0, 1, draw)
    assert [rows[0]["x"], rows[-1]["x"]] == [0, 4]
    step = drawn_step(page, draw)
    seen = em.largest_jump([r["y"] for r in rows])[0]
    assert step["s"] == pytest.approx(seen / np.ptp(np.round(RISE, 3)), abs=2e-3)
    assert f"largest step is {step['s']:.0%}" in said(made, 0, 1, draw)


def test_choices_differ(page):
    assert len({tuple(r["x"] for r in kept(page, 0, 2, d)) for d in range(3)}) > 1


def test_the_first_choice_and_the_range_are_those_of_decline(made, page):
    table = de.decline(X, np.round(RISE, 3), 1000, sizes=[5], n_subsets=6)
    first = drawn_step(page, 0)
    assert first["s"] == pytest.approx(table["observed"].iloc[0], abs=1e-4)
    seen = table["observed"]
    assert f"(6 random choices: {seen.min():.0%} to {seen.max():.0%}" in said(made, 0, 1)
    assert f"item noise makes {table['smooth with item noise'].median():.0%} there" in said(made, 0, 1)


def test_with_all_models_a_smooth_rise_and_a_cliff_are_told_apart(made):
    assert said(made, 0, 3).endswith("The ladder is nearer to the smooth curve.")
    assert said(made, 1, 3).endswith("The ladder is nearer to the step.")
    assert "largest step is 100% of the whole rise" in said(made, 1, 3)
    step = fit(Step(), np.log10(X), (X > 100).astype(float), 1000).predict(np.log10(X))
    assert np.ptp(step) == pytest.approx(1, abs=1e-3)


def test_the_dashed_curve_is_the_fit_of_the_chapter(page):
    curve = next(d for d in page["spec"]["datasets"].values() if set(d[0]) == {"l", "x", "y"})
    drawn = [r for r in curve if r["l"] == 0]
    smooth = fit(Logistic(floor=None, min_width=1.0), np.log10(X), np.round(RISE, 3), 1000)
    expected = smooth.predict(np.linspace(0, 4, 40)[::13])
    assert [r["y"] for r in drawn[::13]] == pytest.approx(expected, abs=1e-3)


def test_titles_follow_the_ladder(made):
    assert made.titles["y"] == "['Score','Match'][ladder]"


def test_the_legend_shows_lines_as_lines(made):
    signs = re.findall(r"<li>.*?</svg>", explorers.explorer_html(made))
    assert ["stroke=" in sign for sign in signs] == [False, True, True]
    assert 'stroke-dasharray="6,4"' in signs[2]


def test_points_that_are_kept_have_names(made):
    everyone, few = names(made), names(made, keep=0)
    assert len(everyone) == len(RISE) and len(few) == KEEP[0]
    assert set(few) < set(everyone)
    assert re.fullmatch(r"\S.* \S+: [\d.]+ % \(95 % [\d.]+ to [\d.]+\) of [\d,]+ items", everyone[0])


def test_page_is_small(page):
    assert len(json.dumps(page)) < 30_000


@pytest.mark.parametrize(("ladders", "keep", "error", "message"), [
    ({}, KEEP, InputError, "need a ladder"),
    (LADDERS, (5, 3), InputError, "rising numbers of models from 3 on"),
    (LADDERS, (2, 3), InputError, "rising numbers of models from 3 on"),
    ({"a": ladder(RISE, x="tokens")}, KEEP, UnknownNameError, "tokens"),
])
def test_mistakes_are_named(ladders, keep, error, message):
    with pytest.raises(error, match=message):
        explorers.density(ladders, keep=keep)
