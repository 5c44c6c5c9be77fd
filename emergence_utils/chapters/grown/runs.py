"""Runs as rows, and intervals in which seeds are drawn again with all their sizes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ..._checks import FloatArray, need_columns
from ..._ranks import ranks
from ..._typed import checked
from ...errors import InputError
from ...resample import bootstrap, resampled_rows
from ...results import Result

__all__ = ["by_seed", "rank_with_size", "runs"]


@checked
def runs(scores: pd.DataFrame, task: str, subset: str | None = None) -> pd.DataFrame:
    """All metrics of the runs of one task at the end of their training.

    Parameters
    ----------
    scores : DataFrame
        Score table.
    task : str
    subset : str, optional
        Part of the test, for tasks that have several.

    Returns
    -------
    DataFrame
        One row a run, by size: ``params``, ``seed``, a column for each metric, ``n_examples``.

    Raises
    ------
    InputError
        If there is no such task or subset.
    """
    need_columns(scores, ("task", "subset", "params", "seed", "step", "metric", "value", "n_examples"))
    rows = scores[scores["task"] == task]
    if subset is not None:
        rows = rows[rows["subset"] == subset]
    if rows.empty:
        raise InputError(f"scores hold no task '{task}'" + (f" with subset '{subset}'." if subset else "."))
    if rows["subset"].nunique(dropna=False) > 1:
        raise InputError(f"task '{task}' has several subsets; take one of "
                         f"{', '.join(sorted(map(str, rows['subset'].unique())))}.")
    key = ["params", "seed"]
    last = rows[rows["step"] == rows.groupby(key)["step"].transform("max")]
    table = last.pivot(index=key, columns="metric", values="value")
    items = last[last["metric"] == "exact_match"].set_index(key)["n_examples"]
    return table.assign(n_examples=items).rename_axis(columns=None).reset_index()


@checked
def by_seed(table: pd.DataFrame, statistic: Callable[..., float], *, n_resamples: int = 2000,
            seed: int = 0, ahead: Callable[..., object] | None = None) -> Result:
    """Interval of a number made from curves over size: seeds are drawn again, each with all its sizes.

    Parameters
    ----------
    table : DataFrame
        With ``seed`` and ``params``; other columns are scores. Seeds that not all sizes have are left out.
    statistic : callable
        Takes a mapping of score to its means over the drawn seeds, in the order of size, and the sizes.
    n_resamples, seed : int
    ahead : callable, optional
        Takes the means of all draws at once and the sizes, before `statistic` is asked about each: for what
        is faster done together.

    Returns
    -------
    Result
        n counts seeds.
    """
    need_columns(table, ("seed", "params"))
    sizes = np.sort(table["params"].unique())
    every = table.groupby("seed")["params"].nunique()
    kept = table[table["seed"].isin(every.index[every == len(sizes)])].sort_values(["seed", "params"])
    if kept.empty:
        raise InputError("table must hold at least one seed that all sizes have.")
    scores = [str(c) for c in kept.columns if c not in ("seed", "params")]
    block = kept[scores].to_numpy(dtype=float).reshape(-1, len(sizes), len(scores))

    def means(drawn: FloatArray) -> dict[str, FloatArray]:
        found = drawn.mean(axis=0)
        return {name: found[:, i] for i, name in enumerate(scores)}

    def of(drawn: FloatArray) -> float:
        return statistic(means(drawn), sizes)

    if ahead is not None:
        ahead([means(block), *(means(block[rows]) for rows in
                               resampled_rows(len(block), None, n_resamples, seed))], sizes)
    return bootstrap(of, block, n_resamples=n_resamples, seed=seed)


@checked
def rank_with_size(table: pd.DataFrame, column: str, *, n_resamples: int = 1000) -> Result:
    """Rank correlation of a score with size over runs, seeds drawn again.

    Parameters
    ----------
    table : DataFrame
        One row a run, with ``params``, ``seed`` and `column`.
    column : str
    n_resamples : int

    Returns
    -------
    Result
        n counts runs, seeds are clusters.
    """
    need_columns(table, ("params", "seed", column))
    if len(table) < 4:
        raise InputError(f"a rank correlation needs at least four runs, got {len(table)}.")

    def rho(x: FloatArray, y: FloatArray) -> float:
        known = ~np.isnan(x + y)
        x, y = x[known], y[known]
        if not len(x) or np.ptp(x) == 0 or np.ptp(y) == 0:
            return float("nan")
        return float(np.corrcoef(ranks(x), ranks(y))[0, 1])

    return bootstrap(rho, table["params"].to_numpy(float), table[column].to_numpy(float),
                     clusters=table["seed"], n_resamples=n_resamples)
