"""The largest model of a ladder, forecast from all others: many ladders of the same models at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import need_columns
from ...curves import Constant, Curve, Line, Logistic, fit_many
from ...errors import InputError
from ...intervals import binomial_bounds

__all__ = ["forecast_many", "held_out"]

Array = NDArray[np.float64]


def forecast_many(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike, at: float,
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
    >>> forecast_many([0, 1, 2, 3, 4, 5], [[.1, .2, .3, .4, .5, .6], [.3] * 6], [[1000] * 6] * 2, 6).round(2)
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
    k = np.array([[len(c.parameters)] for c in curves])
    criterion = 2 * np.array(losses) / dispersion + 2 * k + 2 * k * (k + 1) / (m - k - 1)
    best = criterion.argmin(axis=0)
    return np.asarray(np.clip(np.array(told)[best, np.arange(len(y))], 0, 1))


def held_out(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",)) -> pd.DataFrame:
    """Forecast the largest model of every ladder by `forecast_many` on all others.

    Parameters
    ----------
    scores : DataFrame
        Score table of fractions with item counts and ``chance``.
    x : str
        Column of scale.
    by : sequence of str
        Columns that make a ladder; five models or more each.

    Returns
    -------
    DataFrame
        One row per ladder: keys, ``observed``, ``forecast``, ``miss`` (size of the error as a share of the
        range of the whole ladder), ``noise`` (half the exact 95 % interval of the observed score, as a
        share of that range) and ``items``. Ladders without a range are left out.
    """
    need_columns(scores, (*by, x, "value", "n_examples", "chance"))
    if scores["n_examples"].isna().any():
        raise InputError("n_examples must not be missing; leave out the ladders whose items are not known.")
    alike: dict[tuple[tuple[float, ...], float], list[tuple[tuple[object, ...], pd.DataFrame]]] = {}
    for key, g in scores.groupby(list(by), sort=True):
        g = g.sort_values(x, kind="stable")
        axis = tuple(np.log10(g[x].to_numpy(dtype=float)).tolist())
        alike.setdefault((axis, float(g["chance"].iloc[0])), []).append((key, g))
    rows = []
    for (axis, chance), group in alike.items():
        y = np.array([g["value"].to_numpy(dtype=float) for _, g in group])
        n = np.array([g["n_examples"].to_numpy(dtype=float) for _, g in group])
        told = forecast_many(axis[:-1], y[:, :-1], n[:, :-1], axis[-1], chance)
        low, high = binomial_bounds(y[:, -1], n[:, -1], method="clopper-pearson")
        for i, (key, _) in enumerate(group):
            span = float(np.ptp(y[i]))
            if span > 0:
                rows.append(dict(zip(by, key, strict=True)) | {
                    "observed": y[i, -1], "forecast": told[i], "miss": abs(y[i, -1] - told[i]) / span,
                    "noise": float(high[i] - low[i]) / 2 / span, "items": n[i, -1]})
    return pd.DataFrame(rows).sort_values(list(by), ignore_index=True, kind="stable")
