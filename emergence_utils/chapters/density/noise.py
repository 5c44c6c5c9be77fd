"""How large a step one more parameter can make, and how large the steps are that nobody caused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ..._checks import need_columns, numbers
from ...errors import InputError
from ...intervals import two_proportions

__all__ = ["items_for_step", "one_more", "repeats", "resolvable_sizes", "steepest_rises"]

Array = NDArray[np.float64]


def steepest_rises(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",)) -> pd.DataFrame:
    """Steepest rise between neighbours of every ladder, per decade of scale.

    Nothing is fitted: a fitted curve could be as steep as it likes between two models.

    Parameters
    ----------
    scores : DataFrame
        Score table of fractions with item counts, one row per model and ladder.
    x : str
        Column of scale.
    by : sequence of str
        Columns that make a ladder.

    Returns
    -------
    DataFrame
        Keys, ``slope`` and its upper bound ``high`` (Newcombe, 95 %), both per decade, and the ``scale``
        below the step.
    """
    rows = []
    for key, g in scores.groupby(list(by), sort=True):
        g = g[g[x] > 0].drop_duplicates(x).sort_values(x, kind="stable")
        if len(g) < 2:
            continue
        logs = np.log10(g[x].to_numpy(dtype=float))
        n = np.rint(g["n_examples"].to_numpy(dtype=float)).astype(int)
        k = np.rint(g["value"].to_numpy(dtype=float) * n).astype(int)
        slopes = np.diff(k / n) / np.diff(logs)
        i = int(np.argmax(slopes))
        span = two_proportions(int(k[i + 1]), int(n[i + 1]), int(k[i]), int(n[i])).interval
        assert span is not None
        rows.append(dict(zip(by, key, strict=True)) | {
            "slope": float(slopes[i]), "high": span.high / float(logs[i + 1] - logs[i]),
            "scale": float(g[x].iloc[i])})
    if not rows:
        raise InputError(f"no ladder by {', '.join(by)} has two models.")
    return pd.DataFrame(rows)


def one_more(slope: ArrayLike, scale: ArrayLike) -> Array:
    """Rise that one more parameter makes at `scale` on a smooth curve of `slope` per decade.

    Examples
    --------
    >>> float(one_more(1.0, 1_000_000).round(10))
    4.343e-07
    """
    s = numbers("scale", scale)
    if not (s > 0).all():
        raise InputError("scale must be positive: a number of parameters.")
    return np.asarray(np.asarray(slope, dtype=float) * np.log1p(1 / s) / np.log(10))


def items_for_step(step: float, rate: float = 0.5, *, level: float = 0.95, power: float = 0.8) -> float:
    """Items per model at which two independent tests would tell a step of that size from none.

    Parameters
    ----------
    step : float
        Difference of two success rates, positive.
    rate : float
        Success rate in between.
    level, power : float
        Of the two-sided test.

    Examples
    --------
    >>> round(items_for_step(0.1))
    392
    """
    if not 0 < step <= 1 or not 0 < rate < 1:
        raise InputError(f"need 0 < step <= 1 and 0 < rate < 1, got {step} and {rate}.")
    z = float(special.ndtri((1 + level) / 2) + special.ndtri(power))
    return z**2 * 2 * rate * (1 - rate) / step**2


def resolvable_sizes(rise: ArrayLike, n_examples: ArrayLike, rate: ArrayLike = 0.5, *,
                     level: float = 0.95) -> Array:
    """Number of models beyond which neighbours on an even rise differ by less than item noise.

    An even rise over k models has steps of rise / (k - 1); two scores of n items differ by chance by
    z * sqrt(2 rate (1 - rate) / n). More models than this need more items first.

    Parameters
    ----------
    rise : array-like
        Range of the scores along the ladder.
    n_examples, rate : array-like
        Items per score and success rate in the middle of the rise.
    level : float

    Examples
    --------
    >>> float(resolvable_sizes(0.5, 50).round(1)), float(resolvable_sizes(0.5, 5000).round(1))
    (3.6, 26.5)
    """
    n, p = np.asarray(n_examples, dtype=float), np.asarray(rate, dtype=float)
    if (n < 1).any() or ((p <= 0) | (p >= 1)).any():
        raise InputError("n_examples must be at least 1 and rate strictly between 0 and 1.")
    noise = float(special.ndtri((1 + level) / 2)) * np.sqrt(2 * p * (1 - p) / n)
    return np.asarray(1 + np.asarray(rise, dtype=float) / noise)


def repeats(scores: pd.DataFrame, *, first: str, second: str) -> pd.DataFrame:
    """Differences between two runs of one recipe, beside the noise of the items.

    Parameters
    ----------
    scores : DataFrame
        Score table of fractions with item counts, one row per model and task.
    first, second : str
        Endings of the model names that tell the runs apart, e.g. ``"-1xC"`` and ``"-1xC-rerun"``.

    Returns
    -------
    DataFrame
        Columns ``size`` (name without the ending), ``task``, ``difference`` (second minus first), ``z``
        (in standard errors of independent items) and ``stderr``.
    """
    need_columns(scores, ("model", "task", "value", "n_examples"))
    halves = []
    for end in (first, second):
        rows = scores[scores["model"].str.endswith(end)]
        halves.append(rows.assign(size=rows["model"].str.removesuffix(end)))
    both = halves[0].merge(halves[1], on=["size", "task"], suffixes=("", "_again"))
    if both.empty:
        raise InputError(f"no size has both a run ending in {first!r} and one in {second!r}.")
    rate = (both["value"] + both["value_again"]) / 2
    error = np.sqrt(rate * (1 - rate) * (1 / both["n_examples"] + 1 / both["n_examples_again"]))
    difference = both["value_again"] - both["value"]
    return pd.DataFrame({"size": both["size"], "task": both["task"], "difference": difference,
                         "z": difference / error, "stderr": error})
