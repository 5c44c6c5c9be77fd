"""Along training: how wide the rise of one run is, and when the score of one run is half way."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..._checks import FloatArray, need_columns
from ..._typed import checked
from ...errors import InputError
from ...resample import bootstrap
from ...results import Result
from ..vision.spread import rise_width
from .luck import LEARNED

__all__ = ["along_training", "delays", "half_way", "rise_widths", "width_slope"]


@checked
def rise_widths(scores: pd.DataFrame, task: str) -> pd.DataFrame:
    """Decades of training from a tenth to nine tenths of the final exact match, of runs that learn.

    Parameters
    ----------
    scores : DataFrame
        Score table with checkpoints.
    task : str

    Returns
    -------
    DataFrame
        ``params``, ``seed``, ``width`` (decades of steps; straight lines between checkpoints), ``within``
        (whether the whole rise lies between two checkpoints, so that it may be narrower).
    """
    need_columns(scores, ("task", "metric", "params", "seed", "step", "value"))
    rows = scores[(scores["task"] == task) & (scores["metric"] == "exact_match")]
    if rows.empty:
        raise InputError(f"scores hold no exact match of task '{task}'.")
    found = []
    for (params, seed), run in rows.sort_values("step").groupby(["params", "seed"]):
        share = run["value"].to_numpy()
        if share[-1] <= LEARNED:
            continue
        share = share / share[-1]
        first, last = int(np.argmax(share >= 0.1)), int(np.argmax(share >= 0.9))
        found.append({"params": params, "seed": seed, "width": rise_width(run["step"], share),
                      "within": first == last})
    return pd.DataFrame(found)


@checked
def width_slope(widths: pd.DataFrame) -> Result:
    """Slope of the log width of the rise on log parameters, seeds drawn again.

    Returns
    -------
    Result
        Decades of width per decade of size; below 0 the rise gets narrower. n counts runs.
    """
    need_columns(widths, ("params", "seed", "width"))
    known = widths.dropna(subset=["width"])

    def slope(x: FloatArray, y: FloatArray) -> float:
        centred = x - x.mean()
        return float((centred * y).sum() / (centred**2).sum())

    return bootstrap(slope, np.log10(known["params"]), np.log10(known["width"]), clusters=known["seed"],
                     n_resamples=1000)


@checked
def half_way(x: ArrayLike, y: ArrayLike) -> float:
    """Where a curve first is half way between its lowest and its highest value, straight in log x.

    Examples
    --------
    >>> half_way([10, 100, 1000], [0, 1, 1]) == 10**1.5
    True
    """
    at, value = np.log10(np.asarray(x, dtype=float)), np.asarray(y, dtype=float)
    half = (value.min() + value.max()) / 2
    i = int(np.argmax(value >= half))
    if i == 0:
        return float(10 ** at[0])
    part = (half - value[i - 1]) / (value[i] - value[i - 1])
    return float(10 ** (at[i - 1] + part * (at[i] - at[i - 1])))


@checked
def along_training(scores: pd.DataFrame, task: str, subset: str) -> pd.DataFrame:
    """Mean exact match over seeds at each checkpoint: sizes in rows, steps in columns.

    Parameters
    ----------
    scores : DataFrame
        Score table with checkpoints.
    task, subset : str

    Returns
    -------
    DataFrame
    """
    need_columns(scores, ("task", "subset", "metric", "params", "step", "value"))
    rows = scores[(scores["task"] == task) & (scores["subset"] == subset)]
    rows = rows[rows["metric"] == "exact_match"]
    if rows.empty:
        raise InputError(f"scores hold no exact match of task '{task}' with subset '{subset}'.")
    return rows.pivot_table(index="params", columns="step", values="value")


@checked
def delays(first: pd.DataFrame, second: pd.DataFrame) -> pd.Series:
    """Decades of steps from half of the final score in `first` to half of it in `second`, by size.

    Parameters
    ----------
    first, second : DataFrame
        As `along_training` gives them, of the same sizes.

    Returns
    -------
    Series
        Above 0 where `second` comes later.
    """
    if not first.index.equals(second.index):
        raise InputError("first and second must have the same sizes.")
    at = [np.array([half_way(t.columns, row) for row in t.to_numpy()]) for t in (first, second)]
    return pd.Series(np.log10(at[1] / at[0]), index=first.index)
