"""The same outputs under a hard and a soft metric: shape, forecast, kink and lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..curves import Curve, Line, Logistic, Segmented, compare, fit
from ..errors import InputError
from ..intervals import resampled_rows
from ..metrics.registry import get_metric
from ..results import Interval, Result
from .extrapolation import extrapolate
from .shape import breakthroughness, linearity

__all__ = ["contrast_metrics", "kink", "lead"]

Array = NDArray[np.float64]


def contrast_metrics(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
                     hold_out: int = 1, min_models: int = 5) -> pd.DataFrame:
    """Breakthroughness, linearity and forecast miss of every metric on every ladder.

    Metrics where lower is better are negated, so that rising is improving throughout. Forecasts
    use the same two forecasters (no change, a line) for all metrics, so that none is favoured.

    Parameters
    ----------
    scores : DataFrame
        Score table; one row per model, ladder and metric.
    x : str
        Column of scale.
    by : sequence of str
        Columns that make a ladder.
    hold_out : int
        Largest models to predict.
    min_models : int
        Shorter ladders are left out; ``attrs["left_out"]`` counts them.

    Returns
    -------
    DataFrame
        Keys, ``metric``, ``n_models``, ``breakthroughness``, ``linearity``, ``miss`` (largest
        forecast error over the range) and ``largest_share`` (largest step over the range).
    """
    rows, short = [], 0
    for key, g in scores.groupby([*by, "metric"], sort=True):
        g = g.sort_values(x, kind="stable")
        if g[x].duplicated().any():
            raise InputError(f"ladder {key}: two scores share one {x}; name more columns in by=.")
        if len(g) < min_models:
            short += 1
            continue
        y = g["value"].to_numpy(dtype=float) * (1 if get_metric(str(key[-1])).higher_is_better else -1)
        span = float(np.ptp(y))
        rows.append(dict(zip([*by, "metric"], key, strict=True)) | {
            "n_models": len(g), "breakthroughness": breakthroughness(y).estimate,
            "linearity": linearity(y).estimate,
            "miss": extrapolate(np.log10(g[x].to_numpy(dtype=float)), y, hold_out=hold_out).miss,
            "largest_share": float(np.diff(y).max() / span) if span > 0 else 0.0,
        })
    table = pd.DataFrame(rows)
    table.attrs["left_out"] = short
    return table


def kink(x: ArrayLike, y: ArrayLike, *, against: Sequence[Curve] = (Line(),),
         clusters: ArrayLike | None = None, level: float = 0.95, n_resamples: int = 200,
         seed: int = 0) -> Result:
    """Lead in AICc of two lines that meet over the best of other curves; above 4 a kink is supported.

    Against a single line only, the lead says that the scores are not straight. To call that a
    kink, smooth bends must have been given their chance too: pass e.g.
    ``against=(Line(), Logistic(floor=None))``. Scores are scaled to [0, 1] first.

    Parameters
    ----------
    x, y : array-like, shape (n,)
        Log-scale and score; at least eight points.
    against : sequence of Curve
        Rivals of the kink.
    clusters : array-like, shape (n,), optional
        Families, drawn whole in the bootstrap.

    Returns
    -------
    Result
        The note says in which share of resamples the lead is at least 4.
    """
    xa, ya = _pair(x, y, 8)
    if np.ptp(ya) > 0:
        ya = (ya - ya.min()) / np.ptp(ya)
    draws = np.array([compare(against, xa[i], ya[i])[0].aicc - fit(Segmented(), xa[i], ya[i]).aicc
                      for i in _resamples(len(xa), clusters, n_resamples, seed)])
    result = _result(draws, len(xa), level, clusters is not None,
                     "x must hold at least four different values")
    known = draws[1:][np.isfinite(draws[1:])]
    note = f"a break leads by 4 or more in {np.mean(known >= 4):.0%} of {len(known)} resamples"
    return replace(result, notes=(note, *result.notes))


def lead(x: ArrayLike, hard: ArrayLike, soft: ArrayLike, *, share: float = 0.1,
         clusters: ArrayLike | None = None, level: float = 0.95, n_resamples: int = 200,
         seed: int = 0) -> Result:
    """How much earlier the soft score starts to rise than the hard one, in units of x.

    Each score is scaled to its largest value and fitted by a logistic curve from 0 with a free
    ceiling; the onset is where the curve has made `share` of its own rise. Positive: the soft
    score moves first.

    Parameters
    ----------
    x : array-like, shape (n,)
        Log-scale.
    hard, soft : array-like, shape (n,)
        Scores of the same models, both zero where nothing works.
    share : float
        Part of the rise that counts as its start.
    clusters : array-like, shape (n,), optional
        Families, drawn whole in the bootstrap.
    """
    xa, ha = _pair(x, hard, 8)
    _, sa = _pair(x, soft, 8)
    if not 0 < share < 1:
        raise InputError(f"share must lie in (0, 1), got {share}.")
    draws = np.array([_start(xa[i], ha[i], share) - _start(xa[i], sa[i], share)
                      for i in _resamples(len(xa), clusters, n_resamples, seed)])
    return _result(draws, len(xa), level, clusters is not None,
                   "hard and soft must each rise above zero, over at least three different values of x")


def _result(draws: Array, n: int, level: float, clustered: bool, needed: str) -> Result:
    """Estimate (the first draw) with a percentile interval over the resamples that determine it."""
    estimate, again = float(draws[0]), draws[1:][np.isfinite(draws[1:])]
    if not np.isfinite(estimate) or not len(again):
        raise InputError(f"{needed}.")
    lost = len(draws) - 1 - len(again)
    note = f"{lost} of {len(draws) - 1} resamples cannot determine the curves and are left out"
    interval = Interval.of_draws(again, estimate, level, "cluster bootstrap" if clustered else "bootstrap")
    return Result(estimate, interval, n, "limited" if lost else "ok", (note,) if lost else ())


def _start(x: Array, y: Array, share: float) -> float:
    if y.max() <= 0:  # a resample in which nothing works has no onset
        return np.nan
    params = fit(Logistic(floor=0.0), x, y / y.max()).params
    scale = float(np.exp(params["log_width"])) / (2 * np.log(9))
    return float(params["midpoint"] + scale * np.log(share / (1 - share)))


def _resamples(n: int, clusters: ArrayLike | None, size: int, seed: int) -> list[NDArray[np.int_]]:
    """The rows as they are, then `size` bootstrap samples of them."""
    return [np.arange(n), *resampled_rows(n, clusters, size, seed)]


def _pair(x: ArrayLike, y: ArrayLike, least: int) -> tuple[Array, Array]:
    xa, ya = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if xa.shape != ya.shape or xa.ndim != 1 or len(xa) < least:
        raise InputError(f"x and y must be of one length, at least {least}; got {xa.shape} and {ya.shape}.")
    if not (np.isfinite(xa).all() and np.isfinite(ya).all()):
        raise InputError("x and y must be finite numbers; leave missing scores out and say so.")
    return xa, ya
