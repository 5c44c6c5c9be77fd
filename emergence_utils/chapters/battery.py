"""Ladders of many tasks grown here: one recipe, tasks listed before training, several kinds of them.

More than one chapter asks them what published ladders cannot tell; the rules are those of the chapters.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .._checks import at_least_one
from .._typed import checked
from ..scores import load

__all__ = ["FAMILY", "battery"]

#: Before the kind of task, in the column of families: tasks of one kind are alike, so kinds are drawn whole.
FAMILY = "grown here: "


@checked
def battery(metrics: Sequence[str]) -> pd.DataFrame:
    """Scores of every size on every task of the table ``battery``, the mean of the runs of a size.

    Parameters
    ----------
    metrics : sequence of str

    Returns
    -------
    DataFrame
        Score table with one row a size, task and metric; ``family`` is the kind of task. ``between_runs``
        is the variance of the mean as the runs of that size show it.

    Raises
    ------
    InputError
        If `metrics` is empty.
    """
    rows = load("battery", metric=list(at_least_one("metrics", metrics, "metric")))
    same = [c for c in rows.columns if c not in ("seed", "value")]
    runs = rows.groupby(same, dropna=False, sort=False)["value"]
    mean = runs.agg(value="mean", between_runs=lambda v: v.var(ddof=1) / len(v)).reset_index()
    return mean.assign(family=FAMILY + mean["subset"])
