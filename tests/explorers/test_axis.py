"""The axis switch: steps, bends and steepest gaps are those of the package's own measures."""

import json
import re

import numpy as np
import pytest

from emergence_utils import explorers
from emergence_utils.chapters import axis as axes
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.scores import load

TASKS = ["addition_2_digit", "addition_3_digit", "subtraction_2_digit"]


@pytest.fixture(scope="module")
def scores():
    gpt3 = load("gpt3", metric="exact_match", prompting="few-shot", task=TASKS)
    lambada = load("gpt3", task="lambada", metric="perplexity", prompting="zero-shot")
    return gpt3.assign(loss=np.log(gpt3["model"].map(lambada.set_index("model")["value"])))


@pytest.fixture(scope="module")
def explorer(scores):
    return explorers.axis(scores, begin="addition_3_digit")


def said(explorer, task, axis):
    rows = explorer.words[(explorer.words["task"] == TASKS.index(task)) & (explorer.words["axis"] == axis)]
    return rows["words"].item()


def test_every_state_has_its_sentence(explorer):
    assert len(explorer.sentences()) == 12
    assert max(map(len, explorer.sentences())) <= 240
    assert explorer.start() == said(explorer, "addition_3_digit", "log")


@pytest.mark.parametrize("task", TASKS)
def test_bends_are_those_of_axes_breaks(explorer, scores, task):
    ladder = scores[scores["task"] == task]
    ladder = ladder.assign(noise=axes.item_noise(ladder["value"], ladder["n_examples"]))
    found = axes.breaks(ladder, axes=("log", "linear", "rank")).set_index("axis")
    for axis, row in found.iterrows():
        text = said(explorer, task, axis)
        assert text.startswith({"up": "Bends upwards", "none": "No bend is supported",
                                "cannot tell": "Cannot tell"}[row["kind"]])
        assert f"(lead {row['lead']:.2g}, 4 needed; 8 models)".replace("-", "\u2212") in text


def test_the_bend_of_three_digit_sums_belongs_to_the_logarithm(explorer):
    bends = {axis: said(explorer, "addition_3_digit", axis).startswith("Bends upwards")
             for axis in ("log", "linear", "rank", "loss")}
    assert bends == {"log": True, "linear": False, "rank": True, "loss": True}


def test_the_largest_step_is_the_same_on_every_axis_and_the_steepest_gap_is_not(explorer, scores):
    two = scores[scores["task"] == "addition_2_digit"]
    steps = axes.gaps(two["params"], two["value"], two["n_examples"])
    top = steps.loc[steps["increment"].idxmax()]
    for axis, column, steepest in (("log", "share_log", "6.66B to 12.8B"),
                                   ("linear", "share_linear", "125M to 356M")):
        text = said(explorer, "addition_2_digit", axis)
        assert f"is {top['increment']:.3f} high on every axis" in text
        assert f"(95 % {top['low']:.3f} to {top['high']:.3f})" in text
        assert f"takes {top[column]:.0%} of the width" in text
        assert f"the steepest gap is {steepest}" in text


def test_ticks_stand_where_their_label_says(explorer):
    spec = explorer.chart.to_dict()
    shown = next(layer["encoding"]["x"]["axis"]["labelExpr"] for layer in spec["layer"]
                 if "axis" in layer["encoding"]["x"])
    ticks = json.loads(re.match(r"(\{.*\})\[axis\]", shown)[1].replace("'", '"'))
    at = next(float(k) for k, v in ticks["log"].items() if v == "10B")
    assert at == pytest.approx((10 - np.log10(125e6)) / (np.log10(1.746e11) - np.log10(125e6)), abs=0.01)
    assert list(ticks["loss"].values()) == ["2.5", "2.0", "1.5"]
    assert list(ticks["rank"].values())[-1] == "175B"


def test_the_page_is_light(explorer):
    html = explorers.explorer_html(explorer)
    payload = re.search(r'<script type="application/json">(.*?)</script>', html, re.S)
    assert len(payload[1].encode()) < 20_000


@pytest.mark.parametrize(("change", "error", "message"), [
    (lambda d: d.drop(columns="loss"), UnknownNameError, "column 'loss'"),
    (lambda d: d.assign(loss=1.0), InputError, "loss must fall from each model to the next larger one"),
    (lambda d: d[(d["task"] != TASKS[0]) | (d["params"] < 1e11)], InputError,
     "'addition_2_digit' has 7 scores"),
])
def test_tables_that_cannot_be_drawn_are_refused(scores, change, error, message):
    with pytest.raises(error, match=message):
        explorers.axis(change(scores))


def test_an_unknown_start_is_refused(scores):
    with pytest.raises(UnknownNameError, match="task 'addition'"):
        explorers.axis(scores, begin="addition")
