"""The U explorer: windows, words and what the chart shows in each."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from emergence_utils import explorers
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.measures.u_table import u_tests

CURVE = {"Made": ("made", "group_01")}


@pytest.fixture(scope="module")
def scores():
    """A parabola in log-compute, six models of each of eight families."""
    rng = np.random.default_rng(0)
    x = np.linspace(20, 24, 48)
    value = 0.5 - (x - 22) ** 2 * 0.05 + rng.normal(0, 0.01, 48)  # a Brier score: lower is better
    return pd.DataFrame({"task": "made", "subset": "group_01", "metric": "brier_target", "value": value,
                         "chance": 0.5625, "train_flops": 10**x, "family": np.arange(48) % 8,
                         "model": [f"m{i}" for i in range(48)]})


@pytest.fixture(scope="module")
def made(scores):
    return explorers.ushape(scores, curves=CURVE, ends=(10**21.9, 1e23))


def page(explorer):
    html = explorers.explorer_html(explorer)
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])


def test_a_ladder_that_stops_early_shows_inverse_scaling(made):
    first = made.sentences()[0]
    assert first.startswith("Made, 23 models of 8 families, up to 8×10²¹: inverse scaling, a fall of 0.11")
    assert "no U by the rule" in first


def test_the_whole_ladder_shows_the_u_that_the_tests_find(made, scores):
    found = u_tests(scores, by=["task", "subset"], x="train_flops").iloc[0]
    assert found[["parabola", "lines"]].tolist() == ["U", "U"]
    last = made.sentences()[-1]
    assert last.startswith("Made, 48 models of 8 families, all of them: down by "
                           f"{-found['fall']:.2f}, then up by {found['rise']:.2f}, a U by both tests.")
    assert made.start() == last


def test_words_keep_the_shape_of_a_fall_below_a_point(scores):
    flat = scores.assign(value=scores["value"].mean() + (scores["value"] - scores["value"].mean()) / 40)
    said = explorers.ushape(flat, curves=CURVE, ends=(1e23,)).start()
    assert "a U by both tests" not in said
    assert "no U by the rule" in said


def test_a_test_that_does_not_apply_is_said(scores):
    """A V is no parabola: the first test does not apply, and both together cannot tell."""
    v = scores.assign(value=0.5 - np.abs(np.log10(scores["train_flops"]) - 22) * 0.1
                      + np.random.default_rng(0).normal(0, 0.01, 48))
    said = explorers.ushape(v, curves=CURVE, ends=(1e23,)).start()
    assert "the tests cannot tell whether it is a U" in said
    assert "Parabola: not applicable, since a curve of higher order fits better" in said
    assert "two lines: a U (p" in said


def test_too_few_families_are_said(scores):
    few = scores.assign(family=np.arange(48) % 3)
    said = explorers.ushape(few, curves=CURVE, ends=(1e23,)).start()
    assert "two lines: not testable: the lines rest on" in said


def test_slider_names_its_limits(made):
    assert made.knobs()[1].texts == ("8×10²¹ FLOPs", "1×10²³ FLOPs", "no limit, all models")


def test_lines_are_stored_for_each_window_and_points_once(made):
    data = page(made)["spec"]["datasets"].values()
    points = next(d for d in data if set(d[0]) == {"curve", "x", "y", "m"})
    lines = next(d for d in data if "line" in d[0])
    assert len(points) == 48
    assert len(lines) == 9
    whole = {r["line"]: r for r in lines if r["end"] == 2}
    assert whole["left line"]["y2"] < whole["left line"]["y"]
    assert whole["right line"]["y2"] > whole["right line"]["y"]


def test_the_axis_is_turned_and_says_the_score_as_it_was_measured(made):
    spec = json.dumps(page(made)["spec"], ensure_ascii=False)
    assert "Brier score (lower is better, axis turned)" in spec and "−Brier" not in spec
    assert "format(-datum.y, '.3f')" in spec and "format(abs(datum.value), '.1f')" in spec


def test_the_page_stays_small(made):
    assert len(json.dumps(page(made))) < 40_000


@pytest.mark.parametrize(("change", "kind", "message"), [
    ({"curves": {"Other": ("made", "group_02")}}, UnknownNameError, "made, group_02"),
    ({"ends": (1e23, 1e22)}, InputError, "rising ends"),
    ({"curves": {}}, InputError, "0 curves"),
])
def test_mistakes_are_named(scores, change, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        explorers.ushape(scores, **{"curves": CURVE, "ends": (1e23,)} | change)


def test_a_missing_column_is_named(scores):
    with pytest.raises(UnknownNameError, match="chance"):
        explorers.ushape(scores.drop(columns="chance"), curves=CURVE, ends=(1e23,))
