"""Exercises of chapter 3: is it the axis?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable, one_ladder

__all__ = ["CHECKS"]

#: The model that begins the gap from 7 to 13 billion parameters.
_START = 6.66e9


def _one_shot() -> pd.DataFrame:
    from ...scores import load

    table = load("gpt3", prompting="one-shot", metric="exact_match")
    return table[table["n_examples"].notna()]


@cache
def _spike(prompting: str = "one-shot") -> pd.Series:
    """How steep the gap of the two-digit sums is, by axis."""
    from ...chapters.axis import spikes
    from ...scores import load

    table = load("gpt3", task="addition_2_digit", prompting=prompting)
    return spikes(table, start=_START).set_index("axis")["estimate"]


@cache
def _bends() -> pd.Series:
    """How many of GPT-3's ladders with one example bend upwards, by axis."""
    from ...chapters.axis import breaks, item_noise, kinds_by_axis

    table = _one_shot()
    table = table.assign(noise=item_noise(table["value"], table["n_examples"]))
    return (kinds_by_axis(breaks(table, by=["task"]), ["task"]) == "up").sum()


def _flat_slope(column: str = "estimate", prompting: str = "one-shot") -> float:
    """Exponent of the four-digit sums before their rise."""
    from ...chapters.axis import flat_slopes, rows_before_rise
    from ...scores import load

    table = load("gpt3", task="addition_4_digit", prompting=prompting)
    return float(flat_slopes(rows_before_rise(table))[column].iloc[0])


def _on_both_axes(table: pd.DataFrame) -> str:
    from ...chapters.axis import steepest_gap_by_axis

    ladder, scale = one_ladder(table, 4)
    if not (ladder["value"].diff() > 0).any():
        raise InputError("No model of yours does better than the one before it: there is no step to look at.")
    found = steepest_gap_by_axis(ladder, x=scale, n_resamples=1000).iloc[0]
    names = ladder["model"].tolist()
    largest, log, linear = (f"{names[found[kind]]} to {names[found[kind] + 1]}"
                            for kind in ("largest", "log", "linear"))
    axes = (f"on both axes the steepest gap is {log}" if found["same"] else
            f"the steepest gap is {log} on the logarithmic axis and {linear} on the linear one")
    return (f"The largest step is {largest}; {axes}. With redrawn items the steepest gap on the logarithmic "
            f"axis stays where it is in {found['kept']:.0%} of cases. Which of these would you call the "
            "jump?")


CHECKS: Mapping[str, Answer] = {
    "3.1": Guess(lambda: float(np.round(_spike()["linear"], 1)), 0, 30, "times as steep"),
    "3.2": Labels(_spike, "One example in the prompt; the gap starts at the model of about 7 billion "
                  "parameters; ask for both axes.", within=0.05),
    "3.3": Labels(_bends, "Exact match, one example, known items; give breaks the column 'noise' and count "
                  "the kind 'up' in each column."),
    "3.4": Number(_flat_slope, 0.02, "Cut the ladder before its rise (rows_before_rise), then fit counts.",
                  -10, 10, {
                      "That is the line through Jeffreys' estimates, which fills zeros with half an answer; "
                      "the counts need no filling.": lambda: _flat_slope("pseudo"),
                      "That is the slope with many examples in the prompt.":
                      lambda: _flat_slope(prompting="few-shot"),
                      "That is the slope without examples.": lambda: _flat_slope(prompting="zero-shot")}),
    "3.5": OwnTable(_on_both_axes),
}
