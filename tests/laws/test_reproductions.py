"""Published numbers, computed again: each within its tolerance, or the reason is told."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_utils.chapters.reproductions import Reproduction, reproductions, straight
from emergence_utils.chapters.reproductions.pass_rates import simulated_means

ROOT = Path(__file__).resolve().parents[2]
#: What does not come out as published; each row says why.
DIFFER = {
    "arithmetic: mean squared error, easy items of degree 5",
    "models above, or of unknown compute",
    "share of 46 tasks on a line in validation loss",
    "share of 46 tasks on a line after an exponential of the loss",
    "OLMo: points per tenfold parameters at equal loss",
    "Gadre et al.: points per tenfold parameters at equal loss",
    "loss at which MMLU leaves chance, nats per token",
    "the same, correlation along a line",
}


@pytest.fixture(scope="module")
def table():
    return reproductions()


def test_what_differs_is_known_and_says_why(table):
    differ = table[table["verdict"] == "differs"]
    assert set(differ["what"]) == DIFFER
    assert (differ["note"].str.len() > 40).all()


def test_everything_else_that_is_published_agrees(table):
    rest = table[~table["what"].isin(DIFFER)]
    told = rest[rest["published"].notna() & rest["ours"].notna()]
    assert ((told["ours"] - told["published"]).abs() <= told["tolerance"]).all()
    assert len(told) >= 38


def test_sources_are_in_the_bibliography(table):
    keys = set(re.findall(r"^@\w+\{(\w+),", (ROOT / "book/references.bib").read_text(encoding="utf-8"), re.M))
    assert set(table["source"]) <= keys


def test_each_row_is_told_apart(table):
    assert not table.duplicated(["group", "what"]).any()
    assert set(table["verdict"]) <= {"agrees", "differs", "not published", "cannot be computed here"}
    assert table["group"].nunique() == 8


def ours(table, what):
    return table.set_index("what").loc[what, "ours"]


@pytest.mark.parametrize(("what", "value", "tolerance"), [
    ("floor E, nats", 1.817, 0.002), ("alpha", 0.347, 0.003), ("beta", 0.3665, 0.003),
    ("least objective, times 1000", 1.0183, 0.0002),
    ("tokens per parameter at 5.76e23 FLOPs, printed constants", 92.7, 0.1),
    ("the same, constants with more digits", 58.9, 0.1), ("the same, constants of the refit", 18.3, 0.1),
])
def test_chinchilla(table, what, value, tolerance):
    assert ours(table, what) == pytest.approx(value, abs=tolerance)


def test_printed_constants_fit_their_own_points_four_times_worse(table):
    assert ours(table, "objective of the printed constants over the least") == pytest.approx(4.05, abs=0.05)


@pytest.mark.parametrize(("task", "miss"), [
    ("mmlu", 0.35), ("hellaswag", 2.11), ("arc_challenge", 11.13), ("arc_easy", 9.93), ("piqa", 0.88),
    ("commonsense_qa", 3.51), ("siqa", 1.65), ("openbookqa", 3.78),
])
def test_ladder_misses_by_the_published_points(table, task, miss):
    assert ours(table, f"{task}: miss at 13B-5T, points") == pytest.approx(miss, abs=0.05)


def test_degree_decides_the_ranking_of_the_sandwich(table):
    five, three = (ours(table, f"mmlu: mean squared error, easy items of degree {d}") for d in (5, 3))
    line = ours(table, "mmlu: mean squared error of the logit line")
    assert three < line < five


def test_components_forecast_every_emergent_task_better_than_compute(table):
    rows = table[table["what"].str.endswith("components over that of compute")]
    assert len(rows) == 4 and (rows["ours"] < 1).all()


def test_most_tasks_are_not_straight_by_either_rule(table):
    rows = table[table["group"] == "linear scaling"]
    assert (rows["ours"] < 0.5).all()


def test_straight_finds_lines_and_exponentials():
    loss = np.linspace(2, 6, 40)
    scores = {"line": 1 - loss / 10, "falling": loss / 10, "flat": 0.25 + 0 * loss, "bent": np.exp(-3 * loss)}
    rows = pd.concat([pd.DataFrame({"task": t, "loss": loss, "value": v}) for t, v in scores.items()])
    assert straight(rows).to_dict() == {"line": True, "falling": False, "flat": False, "bent": False}
    assert straight(rows, bent=True)["bent"]


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.3])
def test_one_estimator_of_the_pass_rate_is_biased_and_the_other_is_not(rate):
    plain, unbiased = simulated_means(rate, 2, size=100_000, seed=3)
    assert unbiased == pytest.approx(rate, rel=0.03)
    assert plain > 1.3 * rate
    assert math.isnan(simulated_means(rate, 1, size=100)[1])


@pytest.mark.parametrize(("published", "found", "verdict"), [
    (1.0, 1.05, "agrees"), (1.0, 1.2, "differs"), (math.nan, 1.0, "not published"),
    (1.0, math.nan, "cannot be computed here"),
])
def test_verdicts(published, found, verdict):
    assert Reproduction("a", "b", published, found, 0.1, "c").verdict == verdict
