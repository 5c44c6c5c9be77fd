"""How well larger models can be predicted: against no change, and one order of magnitude ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...curves import Logistic, fit, forecast
from ...errors import InputError
from ...intervals import binomial_bounds
from ...ladders import Ladder
from ...measures import breakthroughness

__all__ = ["decade_ahead", "forecast_held_out"]


def forecast_held_out(data: pd.DataFrame, *, hold_out: int = 1, tolerance: float = 0.25) -> pd.DataFrame:
    """Forecast of the largest model of every ladder, beside "as the next smaller model".

    Parameters
    ----------
    data : DataFrame
        From `ladders`.
    hold_out : int
        Largest models, forecast by `curves.forecast` from the smaller ones alone.
    tolerance : float
        Largest miss, as a share of the ladder's range, that counts as predicted; so does a forecast
        inside the exact interval of the held-out score.

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
        y, scale = g["value"].to_numpy(dtype=float), g["scale"].to_numpy(dtype=float)
        items = g["n_examples"].to_numpy(dtype=float)
        counted = bool(np.isfinite(items).all())
        small = Ladder.of(scale[:-hold_out], y[:-hold_out], items[:-hold_out] if counted else None)
        errors = np.array([float(v - forecast(small, at=float(at)).estimate)
                           for at, v in zip(scale[-hold_out:], y[-hold_out:], strict=True)])
        worst = int(np.argmax(np.abs(errors)))
        noise = False
        if counted:
            low, high = binomial_bounds(y[-hold_out:], items[-hold_out:], method="clopper-pearson")
            told = y[-hold_out:] - errors
            noise = bool(low[worst] <= told[worst] <= high[worst])
        naive = float(y[-1] - y[-1 - hold_out])
        span = float(np.ptp(y))
        last = errors[-1]
        miss = float(abs(errors[worst])) / span if span > 0 else 0.0
        rows.append(dict(zip(names, g[names].iloc[0], strict=True)) | {
            "key": key, "n_models": len(g), "error": float(last), "naive": naive, "miss": miss,
            "predicted": noise or miss <= tolerance, "within_noise": noise, "range": span,
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
