"""Why averages over tasks are smooth, and what a smooth average does not say about its parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import need_columns, positive
from ..._typed import checked
from ...errors import InputError
from ...measures import linearity
from ...resample import bootstrap
from ...results import Result
from .product import excess

__all__ = ["as_steps", "average_summary", "compare_averages", "ladder_shape", "scattered_steps",
           "straight_ratio", "task_grid"]

Array = NDArray[np.float64]


def ladder_shape(scale: ArrayLike, value: ArrayLike) -> dict[str, Any]:
    """Shape of one ladder, scores without counts of items.

    Parameters
    ----------
    scale : array-like, shape (n,)
        Not yet logged, all different; sorted here.
    value : array-like, shape (n,)
        Higher is better.

    Returns
    -------
    dict
        ``n_models``; ``largest_share``, the largest step over the range; ``times_straight``, that
        share over the share of log-scale which the step spans (1 for a straight line, so uneven
        ladders can be compared); ``linearity`` over its maximum n - 1; ``range``.

    Examples
    --------
    >>> s = ladder_shape([1, 10, 100, 1000, 10000], [0.0, 0.1, 0.2, 0.3, 0.4])
    >>> round(s["largest_share"], 2), round(s["times_straight"], 2), round(s["linearity"], 2)
    (0.25, 1.0, 1.0)
    """
    x, y = np.log10(np.asarray(scale, dtype=float)), np.asarray(value, dtype=float)
    if x.shape != y.shape or x.ndim != 1:
        raise InputError(f"scale and value must be of one length, got {x.shape} and {y.shape}.")
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    if len(x) < 4 or not (np.diff(x) > 0).all() or not np.isfinite(y).all():
        raise InputError(f"a shape needs at least four finite scores at different scales, got {len(x)}.")
    span, i = float(np.ptp(y)), int(np.diff(y).argmax())
    largest = float(np.diff(y)[i] / span) if span > 0 else 0.0
    return {"n_models": len(x), "largest_share": largest,
            "times_straight": largest * float(np.ptp(x) / np.diff(x)[i]),
            "linearity": linearity(y).estimate / (len(x) - 1), "range": span}


def task_grid(data: pd.DataFrame) -> pd.DataFrame:
    """Scores above guessing of one ladder, tasks by scale; tasks that lack a scale are left out.

    ``attrs["left_out"]`` counts them.

    Parameters
    ----------
    data : DataFrame
        Columns task, prompting, value, chance and ``scale``: parameters, FLOPs or whatever grows.
    """
    need_columns(data, ("task", "prompting", "scale", "value", "chance"))
    known = data[data["chance"].notna()]
    wide = known.assign(gain=excess(known["value"], known["chance"])).pivot(
        index=["task", "prompting"], columns="scale", values="gain")
    out = wide.dropna()
    if len(out) < 2:
        raise InputError(f"an average needs at least two tasks with every scale, got {len(out)}.")
    out.attrs["left_out"] = data.groupby(["task", "prompting"]).ngroups - len(out)
    return out


@checked
def as_steps(grid: pd.DataFrame) -> pd.DataFrame:
    """Each task as a pure step: its lowest score before its largest increment, its highest after it.

    The average of the result is what one would see if every task jumped once, at its own place.

    Examples
    --------
    >>> as_steps(pd.DataFrame([[0.0, 0.1, 0.7, 0.8]])).to_numpy().tolist()
    [[0.0, 0.0, 0.8, 0.8]]
    """
    if grid.shape[1] < 2:
        raise InputError(f"a step needs two models at least, one a column; the grid has {grid.shape[1]}.")
    y = grid.to_numpy(dtype=float)
    at = np.diff(y, axis=1).argmax(axis=1)
    after = np.arange(y.shape[1])[None, :] > at[:, None]
    return pd.DataFrame(np.where(after, y.max(axis=1)[:, None], y.min(axis=1)[:, None]), grid.index,
                        grid.columns)


def compare_averages(data: pd.DataFrame, *, min_tasks: int = 5) -> pd.DataFrame:
    """Shape of the average over tasks, of single tasks, and of the average of pure steps, per ladder.

    Parameters
    ----------
    data : DataFrame
        From `ladders`; every ladder is averaged over the tasks that all its models did.
    min_tasks : int
        Ladders with fewer tasks are left out.

    Returns
    -------
    DataFrame
        One row per ladder and ``what``: ``average``, ``steps`` (the average of `as_steps`), or
        ``single`` (one row a task), with the columns of `shape` and ``n_tasks``.
    """
    rows = []
    for (source, ladder, way), g in data.groupby(["source", "ladder", "prompting"]):
        if g["task"].nunique() < min_tasks:
            continue
        grid = task_grid(g)
        scale = grid.columns.to_numpy(dtype=float)
        common = {"source": source, "ladder": ladder, "prompting": way, "n_tasks": len(grid)}
        rows.append(common | {"what": "average", "task": ""} | ladder_shape(scale, grid.mean()))
        rows.append(common | {"what": "steps", "task": ""} | ladder_shape(scale, as_steps(grid).mean()))
        rows += [common | {"what": "single", "task": task} | ladder_shape(scale, y) for task, y in
                 zip(grid.index.get_level_values("task"), grid.to_numpy(dtype=float), strict=True)]
    return pd.DataFrame(rows)


@checked
def average_summary(shapes: pd.DataFrame, *, twice: float = 2.0) -> pd.DataFrame:
    """One row per average: how large its largest step is beside those of its tasks and of pure steps.

    Parameters
    ----------
    shapes : DataFrame
        From `compare_averages`.
    twice : float
        An average is smooth if its largest step is at most this many steps of a straight line.

    Returns
    -------
    DataFrame
        ``ladder``, ``prompting``, ``tasks``, ``single task`` (median), ``average`` and ``pure steps``
        (largest step as a share of the range), ``times straight``, ``smooth``, ``straighter`` (share of
        the tasks that are less linear than their average), and ``source``.

    Raises
    ------
    InputError
        If `twice` is below 1, the step of a straight line.
    """
    positive("twice", twice, minimum=1)
    where = ["source", "ladder", "prompting"]
    parts = {what: g.set_index(where) for what, g in shapes.groupby("what")}
    means, tasks = parts["average"], parts["single"]
    out = pd.DataFrame({
        "tasks": means["n_tasks"], "single task": tasks.groupby(where)["largest_share"].median(),
        "average": means["largest_share"], "pure steps": parts["steps"]["largest_share"],
        "times straight": means["times_straight"], "smooth": means["times_straight"] <= twice,
        "straighter": (tasks["linearity"] < means["linearity"].reindex(tasks.index)).groupby(where).mean()})
    return out.reset_index()[[*where[1:], *out.columns, "source"]]


def straight_ratio(grid: pd.DataFrame, *, n_resamples: int = 1000) -> Result:
    """Largest step of the average of `grid` in steps of a straight line, tasks drawn again.

    Parameters
    ----------
    grid : DataFrame, shape (tasks, scales)
        From `task_grid`.
    n_resamples : int
    """
    x = np.log10(grid.columns.to_numpy(dtype=float))
    share = np.diff(x) / np.ptp(x)

    def ratio(rows: Array) -> float:
        steps = np.diff(rows.mean(axis=0))
        largest = int(steps.argmax())
        return float(steps[largest] / np.ptp(rows.mean(axis=0)) / share[largest])

    return bootstrap(ratio, grid.to_numpy(dtype=float), n_resamples=n_resamples)


def scattered_steps(n_tasks: ArrayLike, *, n_models: int = 12, n_draws: int = 400,
                    seed: int = 0) -> pd.DataFrame:
    """Largest step of the average of simulated tasks that each jump once, from 0 to 1.

    Onsets are drawn evenly over the gaps of the ladder. Nothing here is a measurement.

    Returns
    -------
    DataFrame
        ``n_tasks``, ``largest_share`` (median over draws), ``low``, ``high`` (95 % of draws).
    """
    rng = np.random.default_rng(seed)
    rows = []
    for k in np.atleast_1d(np.asarray(n_tasks, dtype=int)):
        if k < 1:
            raise InputError(f"n_tasks must be at least 1, got {k}.")
        largest = rng.multinomial(k, np.full(n_models - 1, 1 / (n_models - 1)), size=n_draws).max(axis=1) / k
        low, mid, high = np.quantile(largest, [0.025, 0.5, 0.975])
        rows.append({"n_tasks": int(k), "largest_share": float(mid), "low": float(low), "high": float(high)})
    return pd.DataFrame(rows)
