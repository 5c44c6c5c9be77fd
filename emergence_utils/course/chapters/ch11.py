"""Exercises of chapter 11: emergence by metric in vision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable

if TYPE_CHECKING:
    from ...chapters.vision import Errors

__all__ = ["CHECKS"]


def _errors() -> Errors:
    from ...chapters.vision import read_errors
    from ...scores import load

    return read_errors(load("vision_errors"))


def _steps() -> pd.Series:
    """Largest step under three thresholds that are not of the sweep, over that of the error."""
    from ...chapters.vision import largest_steps

    found = largest_steps(_errors(), [0.001, 0.005, 0.02]).set_index("cut")
    return found["share"] / found["error"]


def _dealt() -> pd.DataFrame:
    """The jump test where each image draws one of a few thresholds."""
    from ...chapters.vision import scattered, thresholds
    from ...ladders import measure
    from ...measures import Jump
    from ...scores import load

    errors, cuts = _errors(), thresholds(load("vision_digits", metric="reconstruction"))
    some = {"strictest five": cuts[:5], "mildest five": cuts[-5:], "both ends": [cuts[0], cuts[-1]],
            "every other": cuts[::2]}
    found = {name: measure(scattered(errors, few), Jump()) for name, few in some.items()}
    return pd.concat(found).droplevel(1)


def _group() -> float:
    """Images in the smallest group that halves the width of the rise."""
    from ...chapters.vision import grouped

    width = grouped(_errors(), 0.02, range(1, 8)).drop_duplicates("size").set_index("size")["width"]
    return float((width <= width.iloc[0] / 2).idxmax())


def _own(table: pd.DataFrame) -> str:
    """The largest step of the mean error and of the share within a threshold, on the student's items."""
    wide = table.pivot_table(index="params", columns="item", values="error").sort_index()
    if len(wide) < 4 or wide.shape[1] < 10:
        raise InputError("Four sizes and ten items at least are asked for, got "
                             f"{len(wide)} and {wide.shape[1]}.")
    if wide.isna().any(axis=None):
        raise InputError("Every size needs an error for every item.")
    mean, share = wide.mean(axis=1), (wide < np.median(wide)).mean(axis=1)
    if mean.iloc[-1] >= mean.iloc[0]:
        raise InputError("The largest model errs as much as the smallest: no rise to look at. Is a "
                             "smaller error better in your table?")
    soft, hard = (float(curve.diff().max() / (curve.max() - curve.min())) for curve in (-mean, share))
    return (f"{len(wide)} sizes, {wide.shape[1]} items. The error makes {soft:.0%} of its range "
                         f"in its largest step; the share of items within your middle error, {hard:.0%}. "
                         "Which of the two would you have drawn?")


CHECKS: Mapping[str, Answer] = {
    "11.1": Guess(lambda: 100 * float(_dealt()["estimate"]["both ends"]), 0, 100, "per cent"),
    "11.2": Labels(_steps, "largest_steps takes the errors and a list of thresholds; divide its column share "
                   "by its column error. The names are the thresholds.", within=0.05),
    "11.3": Labels(lambda: _dealt()["answer"], "scattered(errors, some) is a score table; "
                   "measure(table, measures.Jump()) has the column answer."),
    "11.4": Number(_group, 0, "Compare each width with half of that of single images, and mind that grouped "
                   "has a row for each model.", 1, 600),
    "11.5": OwnTable(_own, "table", ("params", "item", "error")),
}
