"""How well larger models can be predicted: against no change, and one order of magnitude ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...curves import Logistic, fit
from ...errors import InputError
from ...measures import breakthroughness
from ..three_forecasters import extrapolate

__all__ = ["decade_ahead", "forecast_held_out"]


def forecast_held_out(data: pd.DataFrame, *, hold_out: int = 1, tolerance: float = 0.25) -> pd.DataFrame:
    """Forecast of the largest model of every ladder, beside "as the next smaller model".

    Parameters
    ----------
    data : DataFrame
        From `ladders`.
    hold_out, tolerance
        As in `three_forecasters.extrapolate`, which chooses among no change, a line and (where items are
        counted) a logistic curve on the smaller models alone.

    Returns
    -------
    DataFrame
        One row per ladder: its names, ``error`` and ``naive`` (observed minus forecast, in points
        of the score), ``miss`` (over the range), ``predicted``, ``within_noise``, ``beats_naive``,
        ``largest_share``, ``breakthroughness``.
    """
    rows = []
    names = ["source", "ladder", "task", "prompting", "metric"]
    for key, g in data.groupby("key"):
        x, y = np.log10(g["scale"].to_numpy(dtype=float)), g["value"].to_numpy(dtype=float)
        items = g["n_examples"].to_numpy(dtype=float)
        counted = bool(np.isfinite(items).all() and g["chance"].notna().all())
        chance = float(g["chance"].iloc[0]) if counted else 0.0
        forecast = extrapolate(x, y, items if counted else None, chance=chance, hold_out=hold_out,
                           tolerance=tolerance)
        naive = float(y[-1] - y[-1 - hold_out])
        span = float(np.ptp(y))
        last = forecast.observed[-1] - forecast.forecast[-1]
        rows.append(dict(zip(names, g[names].iloc[0], strict=True)) | {
            "key": key, "n_models": len(g), "error": float(last), "naive": naive, "miss": forecast.miss,
            "predicted": forecast.predicted, "within_noise": forecast.within_noise, "range": span,
            "beats_naive": abs(last) < abs(naive), "breakthroughness": breakthroughness(y).estimate,
            "largest_share": float(np.diff(y).max() / span) if span > 0 else 0.0})
    return pd.DataFrame(rows)


def decade_ahead(wide: pd.DataFrame, scale: pd.Series, floors: pd.Series, *, ahead: float = 1.0,
                 half_width: float = 0.25, min_train: int = 15, min_test: int = 3, step: float = 0.5,
                 ceiling: float | None = 1.0) -> pd.DataFrame:
    """Absolute errors of forecasts for models with about ten times the compute of those fitted.

    For each of a row of cuts, a logistic curve from guessing to `ceiling` is fitted to all models up to
    the cut and judged on the models whose compute is `ahead` decades beyond it, give or take
    `half_width`. The same is done with the mean of the models in the last half decade before the
    cut ("no change").

    Parameters
    ----------
    wide : DataFrame, shape (models, tasks)
        Scores as fractions; models with a missing score are not accepted.
    scale : Series
        Log10 of compute per model, same index.
    floors : Series
        Chance level of each task.
    ahead, half_width, step : float
        Decades.
    min_train, min_test : int
        Cuts with fewer models on a side are left out.
    ceiling : float or None
        Upper end of the curves; None fits it.

    Returns
    -------
    DataFrame
        One row per task, cut and tested model: ``task``, ``cut``, ``model`` (index label),
        ``error`` and ``naive`` (observed minus forecast).
    """
    x = scale.to_numpy(dtype=float)
    y = wide.to_numpy(dtype=float)
    if len(x) != len(wide) or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InputError("wide and scale must hold finite numbers for the same models.")
    rows = []
    for cut in np.arange(x.min(), x.max(), step):
        train = x <= cut
        test = np.abs(x - cut - ahead) <= half_width
        recent = train & (x > cut - 0.5)
        if train.sum() < min_train or test.sum() < min_test or not recent.any():
            continue
        for j, task in enumerate(wide.columns):
            curve = fit(Logistic(floor=float(floors[task]), ceiling=ceiling), x[train], y[train, j])
            error = y[test, j] - curve.predict(x[test])
            naive = y[test, j] - y[recent, j].mean()
            rows += [{"task": task, "cut": round(float(cut), 3), "model": m, "error": float(e),
                      "naive": float(v)}
                     for m, e, v in zip(wide.index[test], error, naive, strict=True)]
    if not rows:
        raise InputError(f"no cut leaves {min_train} models to learn from and {min_test} to test on.")
    return pd.DataFrame(rows)
