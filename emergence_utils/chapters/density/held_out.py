"""The largest model of a ladder, forecast from all others: many ladders of the same models at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import at_least_one, fraction, need_columns
from ..._typed import checked
from ...curves import Constant, Curve, Line, Logistic, fit_many
from ...errors import InputError
from ...intervals import binomial_bounds
from ...results import Result, whichever
from ..axis.shares import share

__all__ = ["forecast_by_best", "held_out", "middle_share"]

Array = NDArray[np.float64]


def forecast_by_best(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike, at: float,
                  floor: float = 0.0) -> Array:
    """Forecasts at `at` by the best of no change, a line and a logistic curve from `floor` to 1.

    The best has the lowest AICc, likelihoods divided by the smallest dispersion (Pearson's, at least 1)
    of the line and the logistic curve, so that scatter between models does not speak for the curve that
    follows it most closely.

    Parameters
    ----------
    x : array-like, shape (m,)
        Axis of the models to learn from; at least four.
    value, n_examples : array-like, shape (B, m)
        Fractions of items right and items, one ladder a row.
    at : float
        Place of the model to forecast.
    floor : float
        What guessing scores.

    Returns
    -------
    ndarray, shape (B,)
        Clipped to [0, 1].

    Examples
    --------
    >>> rises, stays = [.1, .2, .3, .4, .5, .6], [.3] * 6
    >>> forecast_by_best(range(6), [rises, stays], [[1000] * 6] * 2, 6).round(2)
    array([0.7, 0.3])
    """
    xa, y, n = (np.asarray(a, dtype=float) for a in (x, value, n_examples))
    m = len(xa)
    if m < 4 or y.shape != n.shape or y.shape[1:] != (m,):
        raise InputError(f"a forecast needs at least four models and as many scores and items as models in "
                         f"each row, got {m}, {y.shape} and {n.shape}.")
    curves: tuple[Curve, ...] = (Constant(), Line(), Logistic(floor=floor, ceiling=1.0))
    losses, told, spread = [], [], []
    for curve in curves:
        params, loss = fit_many(curve, xa, y, 1, weights=n)
        p = np.clip([curve(xa, theta) for theta in params], 1e-6, 1 - 1e-6)
        k = len(curve.parameters)
        losses.append(loss)
        told.append([float(curve(np.array([at]), theta)[0]) for theta in params])
        spread.append((n * (y - p) ** 2 / (p * (1 - p))).sum(axis=1) / (m - k))
    dispersion = np.maximum(1.0, np.minimum(spread[1], spread[2]))
    size = np.array([[len(c.parameters)] for c in curves])
    criterion = 2 * np.array(losses) / dispersion + 2 * size + 2 * size * (size + 1) / (m - size - 1)
    best = criterion.argmin(axis=0)
    return np.asarray(np.clip(np.array(told)[best, np.arange(len(y))], 0, 1))


@checked
def held_out(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
             resolves: float = float("inf")) -> pd.DataFrame:
    """Forecast the largest model of every ladder whose test can tell by `forecast_by_best` on all others.

    Parameters
    ----------
    scores : DataFrame
        Score table of fractions with item counts and ``chance``.
    x : str
        Column of scale.
    by : sequence of str
        Columns that make a ladder; five models or more each.
    resolves : float
        Largest ``noise`` of a test that can tell a close forecast from a far one.

    Returns
    -------
    DataFrame
        One row per ladder: keys, ``observed``, ``forecast``, ``miss`` (size of the error as a share of the
        range of the whole ladder), ``noise`` (half the exact 95 % interval of the observed score, as a
        share of that range), ``items`` and ``tells``. Where the test cannot tell, or there is no range,
        forecast and miss are NaN.

    Raises
    ------
    InputError
        If `by` is empty, or `resolves` neither a share above 0 nor infinite.
    """
    at_least_one("by", by, "column")
    if resolves != float("inf"):
        fraction("resolves", resolves, low=False)
    need_columns(scores, (*by, x, "value", "n_examples", "chance"))
    if scores["n_examples"].isna().any():
        raise InputError("n_examples must not be missing; leave out the ladders whose items are not known.")
    rows: list[dict[str, object]] = []
    alike: dict[tuple[tuple[float, ...], float], list[tuple[int, tuple[Array, Array]]]] = {}
    for key, g in scores.groupby(list(by), sort=True):
        g = g.sort_values(x, kind="stable")
        v, n = (g[c].to_numpy(dtype=float) for c in ("value", "n_examples"))
        low, high = binomial_bounds(v[-1:], n[-1:], method="clopper-pearson")
        span = float(np.ptp(v))
        noise = float(high[0] - low[0]) / 2 / span if span > 0 else np.inf
        if noise <= resolves and span > 0:
            axis = tuple(np.log10(g[x].to_numpy(dtype=float)).tolist())
            alike.setdefault((axis, float(g["chance"].iloc[0])), []).append((len(rows), (v, n)))
        rows.append(dict(zip(by, key, strict=True)) | {
            "observed": v[-1], "forecast": np.nan, "miss": np.nan, "noise": noise, "items": n[-1],
            "tells": noise <= resolves and span > 0})
    for (axis, chance), group in alike.items():
        y, items = (np.array([columns[i][:-1] for _, columns in group]) for i in (0, 1))
        told = forecast_by_best(axis[:-1], y, items, axis[-1], chance)
        for (row, (v, _)), forecast in zip(group, told, strict=True):
            rows[row] |= {"forecast": forecast, "miss": abs(v[-1] - forecast) / float(np.ptp(v))}
    return pd.DataFrame(rows)


@checked
def middle_share(told: pd.DataFrame, *, cuts: Sequence[float], far: float) -> Result:
    """Share of tasks whose forecast error is neither close nor far, wherever close may end.

    Parameters
    ----------
    told : DataFrame
        Rows of `held_out` whose test can tell, with ``source``, the family of models.
    cuts : sequence of float
        Errors, as shares of the range, at which close may end.
    far : float
        Error beyond which a forecast is far.

    Returns
    -------
    Result
        The estimate is that of the middle cut. The interval runs from the lowest to the highest end over
        all cuts, sources taken as clusters.
    """
    need_columns(told, ("miss", "source"))
    if not len(cuts) or not all(0 < cut < far <= 1 for cut in cuts):
        raise InputError(f"needs 0 < close < far <= 1, got close={list(cuts)} and far={far}.")
    found = {f"{cut:g}": share(told["miss"].between(cut, far), told["source"]) for cut in sorted(cuts)}
    return whichever(found, list(found)[len(found) // 2], by="where close ends")
