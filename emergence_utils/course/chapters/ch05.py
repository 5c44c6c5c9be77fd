"""Exercises of chapter 5: down, then up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from ..answers import Answer, Guess, Labels
from ..own_tables import OwnTable, one_ladder

__all__ = ["CHECKS"]


@cache
def _parabolas() -> pd.Series:
    """U-shapes along one run of Pythia that a parabola sees, alone and with its precondition."""
    from ...ladders import ladders, measure
    from ...measures import LindMehlum
    from ...scores import load

    run = load("pythia", model="pythia-1.4b", prompting="zero-shot", metric="multiple_choice_grade")
    found = measure(ladders(run[run["step"] > 0], x="step", by=["task"]), LindMehlum())
    return pd.Series({"parabola alone": ((found["shape"] == "U") & (found["p_value"] < 0.05)).sum(),
                      "with its precondition": (found["answer"] == "U").sum()})


@cache
def _of_big_g() -> pd.Series:
    """U-shapes among BIG-G's choice tasks by item counts, before and after Holm's correction."""
    from ...chapters.ushape import kept_shapes
    from ...ladders import ladders, measure
    from ...measures import UFromCounts
    from ...scores import load

    table = load("bigg", n_shot=3, metric="multiple_choice_grade")
    found = measure(ladders(table, by=["task"], min_models=12), UFromCounts(draws=2000))
    kept = kept_shapes(found, answer="answer", p="p_value", depth=found["estimate"], least=0.01)
    return pd.Series({"before": (found["answer"] == "U").sum(), "after": (kept == "U").sum()})


@cache
def _of_whom() -> pd.Series:
    """p of the U in GPT-3's cycled letters: for these models, and for models of these sizes."""
    from ...ladders import measure
    from ...measures import UFromCounts
    from ...scores import load

    found = measure(load("gpt3", task="cycled_letters", prompting="zero-shot"), UFromCounts())
    return found[["p_items", "p_value"]].iloc[0]


def _fall_and_rise(table: pd.DataFrame) -> str:
    from ...ladders import Ladder
    from ...measures import UFromCounts

    ladder, scale = one_ladder(table, 3)
    found = UFromCounts()(Ladder.of(ladder[scale], ladder["value"], ladder["n_examples"], axis=scale,
                                    metric=ladder["metric"].iloc[0]))
    of = "models of these sizes" if found.scope == "sizes" else "these models"
    lowest = ladder["model"].iloc[int((ladder[scale] - found.trough).abs().argmin())]
    p = "p below one in a thousand" if found.p_value < 0.001 else f"p = {found.p_value:.2g}"
    return (f"Of {of} the test from item counts says: {found.answer} ({p}, depth {found.estimate:.2f}, turn "
            f"near {lowest}). How many curves did you look at before you chose this one?")


CHECKS: Mapping[str, Answer] = {
    "5.1": Guess(lambda: float(_parabolas()["parabola alone"]), 0, 64, "tasks of 64"),
    "5.2": Labels(_parabolas, "Leave step 0 out and take the step as the axis. Alone: the column 'shape' and "
                  "'p_value' below one in twenty; with its precondition: the column 'answer'. Inverted "
                  "shapes do not count."),
    "5.3": Labels(_of_big_g, "Ladders with every size only; before: the column 'answer'; after: kept_shapes "
                  "with p_value, the estimate as depth and a least depth of one point."),
    "5.4": Labels(_of_whom, "Without examples; both are columns of measure(table, UFromCounts()).",
                  within=0.02),
    "5.5": OwnTable(_fall_and_rise),
}
