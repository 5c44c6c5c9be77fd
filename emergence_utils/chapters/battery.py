"""Ladders of many tasks grown here: one recipe, tasks listed before training, several kinds of them.

More than one chapter asks them what published ladders cannot tell; the rules are those of the chapters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import pandas as pd

from .._checks import at_least_one
from .._typed import checked
from ..measures import above_chance
from ..results import Result
from ..scores import load

__all__ = ["FAMILY", "NEGLIGIBLE", "battery", "learnt_ladders", "told_apart"]

R = TypeVar("R", bound=Result)

#: Before the kind of task, in the column of families: tasks of one kind are alike, so kinds are drawn whole.
FAMILY = "grown here: "
#: Excess over chance that still counts as none.
NEGLIGIBLE = 0.01


@checked
def battery(metrics: Sequence[str], *, learnt: bool = False) -> pd.DataFrame:
    """Scores of every size on every task of the table ``battery``, the mean of the runs of a size.

    Parameters
    ----------
    metrics : sequence of str
    learnt : bool
        Keep only tasks whose largest model is above chance in exact match: the others have no rise whose
        shape could be compared.

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
    if learnt:
        tasks = learnt_ladders(battery(["exact_match"]))["task"]
        mean = mean[mean["task"].isin(tasks)].reset_index(drop=True)
    return mean.assign(family=FAMILY + mean["subset"])


def learnt_ladders(scores: pd.DataFrame, *, scale: str = "params") -> pd.DataFrame:
    """Rows of ladders, a family and a task each, whose largest model on `scale` is surely above chance."""
    last = scores.sort_values(scale, kind="stable").groupby(["family", "task"]).tail(1)
    judged = above_chance(last["value"], last["n_examples"], last["chance"] + NEGLIGIBLE)
    learnt = pd.MultiIndex.from_frame(last.loc[judged["verdict"].to_numpy() == "above", ["family", "task"]])
    return scores[pd.MultiIndex.from_frame(scores[["family", "task"]]).isin(learnt)].reset_index(drop=True)


def told_apart(result: R, families: Iterable[str]) -> R:
    """`result` whose clusters are told apart: published families, and kinds of task that were grown here.

    Examples
    --------
    >>> from emergence_utils import clustered
    >>> found = clustered([0.1, 0.4, 0.3], ["OPT", "Pythia", "grown here: sums"])
    >>> told_apart(found, ["OPT", "Pythia", "grown here: sums"]).clustered_by
    '2 families and 1 kind of task'
    """
    names = set(map(str, families))
    kinds = sum(name.startswith(FAMILY) for name in names)
    parts = [f"{n} {one if n == 1 else many}" for n, one, many in (
        (len(names) - kinds, "family", "families"), (kinds, "kind of task", "kinds of task")) if n]
    return replace(result, clustered_by=" and ".join(parts)) if kinds else result
