"""Runs of models grown here: the last checkpoint, and what their seeds say together."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..._checks import need_columns
from ..._typed import checked
from ...errors import InputError, UnknownNameError
from ...intervals import clustered

__all__ = ["along_training", "final", "over_seeds", "refuse_without_seeds"]


@checked
def final(scores: pd.DataFrame, task: str, metric: str = "exact_match",
          subset: str | None = None) -> pd.DataFrame:
    """Scores of a task at the end of training, one row a run and part.

    Parameters
    ----------
    scores : DataFrame
        Score table with ``step`` and ``seed``.
    task, metric : str
    subset : str, optional
        One part of the task; all by default.

    Raises
    ------
    UnknownNameError
        Where the table has no such task, metric or part.

    Examples
    --------
    >>> from emergence_utils.scores import load
    >>> len(final(load("grown"), "distractor", subset="cue"))
    144
    """
    need_columns(scores, ("task", "metric", "subset", "step", "seed", "params", "value"))
    if scores.empty:
        raise InputError(f"scores have no row left to take '{task}' from; look at the filters before.")
    rows = scores
    asked = {"task": task, "metric": metric} | ({} if subset is None else {"subset": subset})
    for column, name in asked.items():
        known = rows[column].dropna().unique()
        if name not in set(known):
            raise UnknownNameError(column, name, map(str, known))
        rows = rows[rows[column] == name]
    last: pd.DataFrame = rows[rows["step"] == rows["step"].max()].reset_index(drop=True)
    return last


@checked
def along_training(scores: pd.DataFrame, task: str, subset: str, params: Sequence[float]) -> pd.DataFrame:
    """Exact match of some sizes at every checkpoint, one row a run and step.

    Parameters
    ----------
    scores : DataFrame
        Score table with ``step`` and ``seed``.
    task, subset : str
    params : sequence of float
        Sizes of the table.

    Raises
    ------
    InputError
        Where a size is not in the table; lists those that are.
    """
    need_columns(scores, ("task", "metric", "subset", "step", "seed", "params", "value"))
    rows = scores[(scores["task"] == task) & (scores["subset"] == subset)
                  & (scores["metric"] == "exact_match")]
    known = sorted(rows["params"].unique())
    for size in params:
        if size not in known:
            raise InputError(f"params must be sizes of the table ({', '.join(f'{v:.0f}' for v in known)}), "
                             f"got {size:g}.")
    kept: pd.DataFrame = rows[rows["params"].isin(list(params))].reset_index(drop=True)
    return kept


@checked
def over_seeds(runs: pd.DataFrame, by: Sequence[str] = ("params",)) -> pd.DataFrame:
    """Mean of the seeds with its interval (Student's t), and how many there are.

    Parameters
    ----------
    runs : DataFrame
        Rows with ``seed`` and ``value``.
    by : sequence of str
        Columns that tell points apart.

    Returns
    -------
    DataFrame
        Columns of `by`, ``value``, ``low``, ``high``, ``seeds``.
    """
    refuse_without_seeds(runs, by)
    rows = []
    for key, group in runs.groupby(list(by), sort=True):
        found = clustered(group["value"], group["seed"])
        assert found.interval is not None
        rows.append(dict(zip(by, key, strict=True)) | {
            "value": found.estimate, "low": found.interval.low, "high": found.interval.high,
            "seeds": found.n_clusters})
    return pd.DataFrame(rows)


def refuse_without_seeds(runs: pd.DataFrame, by: Sequence[str]) -> None:
    """Refuse runs whose spread between seeds cannot be seen."""
    need_columns(runs, (*by, "seed", "value"))
    fewest = runs.groupby(list(by))["seed"].nunique().min() if len(runs) else 0
    if not fewest >= 2:
        raise InputError(f"runs must hold at least 2 seeds at every {' and '.join(by)}, got {fewest}.")
