"""Steps between neighbouring models: their height, and how steep they look on which axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import counts, need_rows, positive
from ..._typed import checked
from ...errors import InputError, UnknownNameError
from ...intervals import two_proportions
from ...resample import redrawn_scores
from ...results import Interval, Result

__all__ = ["gaps", "spike", "spikes", "steepest_gap_by_axis"]

Array = NDArray[np.float64]
#: Length of a gap on the axis, in units a reader can say: doublings of size, and size itself.
_LENGTH: Mapping[str, Callable[[Array], Array]] = {"log": np.log2, "linear": lambda x: x}


def gaps(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike | None = None, *,
         level: float = 0.95) -> pd.DataFrame:
    """Every step between neighbouring models, with its slope per doubling and per unit of scale.

    Parameters
    ----------
    x : array-like, shape (n,)
        Scale, positive, no two alike; sorted here.
    value : array-like, shape (n,)
        Scores.
    n_examples : array-like, shape (n,) or scalar, optional
        Items per score; gives each increment Newcombe's interval. Without it bounds are NaN.
    level : float

    Returns
    -------
    DataFrame
        One row a gap, smallest models first: ``start``, ``end``, ``increment``, ``low``, ``high``,
        ``doublings``, ``per_doubling``, ``per_unit``, and ``share_log`` and ``share_linear``, the
        part of each axis that the gap takes.

    Examples
    --------
    >>> gaps([1, 2, 8], [0.1, 0.2, 0.4])[["increment", "per_doubling", "per_unit"]].round(3)
       increment  per_doubling  per_unit
    0        0.1           0.1     0.100
    1        0.2           0.1     0.033
    """
    xs, v, n = _ladder(x, value, n_examples)
    step, doublings, width = np.diff(v), np.diff(np.log2(xs)), np.diff(xs)
    low = high = np.full(len(step), np.nan)
    if n is not None:
        k = np.rint(v * n).astype(int)
        found = [two_proportions(int(k[i + 1]), int(n[i + 1]), int(k[i]), int(n[i]), level=level).interval
                 for i in range(len(step))]
        low, high = np.array([[f.low, f.high] for f in found if f is not None]).T
    return pd.DataFrame({
        "start": xs[:-1], "end": xs[1:], "increment": step, "low": low, "high": high, "doublings": doublings,
        "per_doubling": step / doublings, "per_unit": step / width,
        "share_log": doublings / doublings.sum(), "share_linear": width / width.sum(),
    })


def spike(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike, *, start: float, axis: str = "log",
          level: float = 0.95, n_resamples: int = 2000, seed: int = 0) -> Result:
    """How many times as steep a gap is as the steeper of its two neighbours, on one axis.

    Above 1 the eye sees a spike there. A neighbour that falls counts as flat, so the ratio may be
    infinite.

    Parameters
    ----------
    x, value, n_examples : array-like, shape (n,)
        One ladder.
    start : float
        Scale of the model at which the gap begins; it needs a neighbour on both sides.
    axis : {"log", "linear"}
    level, n_resamples, seed
        Counts are redrawn at the observed rates.

    Returns
    -------
    Result

    Examples
    --------
    >>> r = spike([1, 2, 4, 8], [0.1, 0.2, 0.6, 0.8], 1000, start=2)
    >>> round(r.estimate, 6), r.interval.low > 1
    (2.0, True)
    """
    return _spikes(x, value, n_examples, start, (axis,), level, n_resamples, seed)[axis]


@checked
def spikes(scores: pd.DataFrame, *, start: float, axes: Sequence[str] = ("log", "linear")) -> pd.DataFrame:
    """`spike` of every task on every axis.

    Parameters
    ----------
    scores : DataFrame
        One row per model and task.
    start : float
        Scale of the model at which the gap begins.
    axes : sequence of str

    Returns
    -------
    DataFrame
        ``task``, ``axis``, ``estimate``, ``low``, ``high`` and ``spike``: whether the interval lies above
        1, so that the gap is steeper than both neighbours.

    Raises
    ------
    InputError
        If `scores` is empty or `start` not above 0.
    """
    need_rows("scores", scores)
    positive("start", start)
    rows = []
    for task, g in scores.groupby("task", sort=True):
        try:
            found = _spikes(g["params"], g["value"], g["n_examples"], start, axes)
        except InputError as fault:
            raise InputError(f"task '{task}', {len(g)} models: {fault}") from None
        for axis, r in found.items():
            assert r.interval is not None
            rows.append({"task": task, "axis": axis, "estimate": r.estimate, "low": r.interval.low,
                         "high": r.interval.high, "spike": r.interval.low > 1})
    return pd.DataFrame(rows)


def steepest_gap_by_axis(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
                         n_resamples: int = 200, seed: int = 0) -> pd.DataFrame:
    """Which gap of each ladder holds the largest step, and which looks steepest on either axis.

    Parameters
    ----------
    scores : DataFrame
        Fractions in ``value`` with ``n_examples``; one row per model and ladder.
    x : str
    by : sequence of str
        Columns that make a ladder.
    n_resamples, seed : int
        Redraws of the items behind ``kept``.

    Returns
    -------
    DataFrame
        Keys, ``n_models``; ``largest``, ``log`` and ``linear``, the index of the gap with the
        largest step, the steepest per doubling and the steepest per unit; ``same``, whether the
        last two agree; ``kept``, how often the steepest gap per doubling stays where it is when
        the same models answer redrawn items: what agreement noise alone would leave.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for key, g in scores.groupby(list(by), sort=True):
        xs, v, n = _ladder(g[x], g["value"], g["n_examples"])
        assert n is not None
        again = redrawn_scores(v, n, n_resamples, rng)
        log, linear = np.diff(np.log2(xs)), np.diff(xs)
        per_doubling = int(np.argmax(np.diff(v) / log))
        per_unit = int(np.argmax(np.diff(v) / linear))
        kept = np.argmax(np.diff(again, axis=1) / log, axis=1) == per_doubling
        rows.append(dict(zip(by, key, strict=True)) | {
            "n_models": len(xs), "largest": int(np.argmax(np.diff(v))), "log": per_doubling,
            "linear": per_unit, "same": per_doubling == per_unit, "kept": float(kept.mean())})
    return pd.DataFrame(rows)


def _spikes(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike, start: float, axes: Sequence[str],
            level: float = 0.95, n_resamples: int = 2000, seed: int = 0) -> dict[str, Result]:
    """`spike` on several axes, all from the same redraws."""
    xs, v, n = _ladder(x, value, n_examples)
    assert n is not None
    i = int(np.argmin(np.abs(np.log(xs / start))))
    if i < 1 or i > len(xs) - 3:
        raise InputError(f"start={start:g} must be the scale of a model with one below and two above it.")
    scores = np.vstack([v, redrawn_scores(v, n, n_resamples, seed)])
    found = {}
    for axis in axes:
        if axis not in _LENGTH:
            raise UnknownNameError("axis", axis, _LENGTH)
        found[axis] = _ratio(np.diff(scores, axis=1) / np.diff(_LENGTH[axis](xs)), i, level)
    return found


def _ratio(slopes: Array, i: int, level: float) -> Result:
    """Slope of gap i over its steeper neighbour: observed in the first row, redrawn in the others."""
    beside = np.maximum(np.maximum(slopes[:, i - 1], slopes[:, i + 1]), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(slopes[:, i] > 0, slopes[:, i] / beside, 0.0)
    low, high = np.quantile(ratio[1:], [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    estimate, n = float(ratio[0]), slopes.shape[1] + 1
    interval = Interval(min(float(low), estimate), max(float(high), estimate), level, "parametric bootstrap")
    if interval.low < interval.high:
        return Result(estimate, interval, n)
    why = "the gap never rises" if estimate == 0 else "its neighbours never do"
    return Result(estimate, interval, n, "limited", (f"all redraws agree: {why}",))


def _ladder(x: ArrayLike, value: ArrayLike,
            n_examples: ArrayLike | None) -> tuple[Array, Array, Array | None]:
    """One ladder sorted by scale, checked."""
    xs, v = np.asarray(x, dtype=float), np.asarray(value, dtype=float)
    if xs.ndim != 1 or xs.shape != v.shape or len(xs) < 2:
        raise InputError(f"x and value must be of one length, at least 2; got {xs.shape} and {v.shape}.")
    order = np.argsort(xs, kind="stable")
    xs, v = xs[order], v[order]
    if not np.isfinite(v).all() or not np.isfinite(xs).all() or xs[0] <= 0 or (np.diff(xs) == 0).any():
        raise InputError("x must hold different positive numbers and value finite ones.")
    if n_examples is None:
        return xs, v, None
    n = counts("n_examples", np.broadcast_to(np.asarray(n_examples, dtype=float), xs.shape), minimum=1)
    return xs, v, n[order].astype(float)
