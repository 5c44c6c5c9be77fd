"""The three forecasters of chapter 2: no change, a line, and a logistic curve up to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...curves import Constant, Curve, Fit, Line, Logistic, compare, fit_each
from ...errors import InputError
from ...intervals import binomial_bounds
from ...results import Interval, Result, Status

__all__ = ["Extrapolation", "extrapolate", "extrapolate_each"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Extrapolation(Result):
    """Forecast error at the held-out models (observed minus forecast, as fractions).

    `estimate` is the error of largest magnitude, `interval` its interval from the noise of that
    held-out score, `within_noise` whether it holds 0, `miss` the magnitude as a share of the range
    of the whole ladder, `predicted` whether the error is noise or the miss within the tolerance.
    """

    forecaster: str = ""
    held_out: tuple[float, ...] = ()
    forecast: tuple[float, ...] = ()
    observed: tuple[float, ...] = ()
    within_noise: bool = False
    miss: float = float("nan")
    predicted: bool = False


def extrapolate(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike | None = None, *, chance: float = 0.0,
                hold_out: int = 1, tolerance: float = 0.25, level: float = 0.95) -> Extrapolation:
    """Forecast the `hold_out` largest models of a ladder from all smaller ones.

    Three forecasters compete on the small models alone: no change, a line in x, and a logistic
    curve from `chance` to 1. The one with the lowest AICc there makes the forecast, so that the
    held-out scores play no part in choosing it. Forecasts are clipped to [0, 1]. Where item counts
    are not known AICc would need more models than ladders have; then the forecaster that best
    predicted the largest of the small models from the others is taken.

    Parameters
    ----------
    x : array-like, shape (n,)
        Axis of scale, usually log10.
    value : array-like, shape (n,)
        Scores; fractions of items right where `n_examples` is given.
    n_examples : array-like, shape (n,), optional
        Items per score. Without it the fit is by least squares, the logistic forecaster does not
        take part, forecasts are not clipped, and there is no interval.
    chance : float
        Floor of the logistic forecaster.
    hold_out : int
        How many of the largest models to predict.
    tolerance : float
        Largest miss, as a share of the ladder's range, that still counts as predicted. Fix it
        beforehand, sweep it.
    level : float
        Of the Clopper-Pearson interval of the held-out score; the doubt of the forecast itself is
        not in it, so that "within noise" is a strict test.

    Returns
    -------
    Extrapolation
    """
    xa, v, order = _sorted(x, value, hold_out)
    small = len(xa) - hold_out
    if n_examples is None:
        return _judged(xa, v, None, _best_one_step([(xa[:small], v[:small])])[0], hold_out, tolerance, level)
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), xa.shape)[order]
    rivals: tuple[Curve, ...] = (Constant(), Line(), Logistic(floor=chance, ceiling=1.0))
    best = compare(rivals, xa[:small], v[:small], n[:small])[0]
    return _judged(xa, v, n, best, hold_out, tolerance, level)


def extrapolate_each(ladders: Sequence[tuple[ArrayLike, ArrayLike]], *, hold_out: int = 1,
                     tolerance: float = 0.25, level: float = 0.95) -> list[Extrapolation]:
    """`extrapolate` of many ladders, x and scores without item counts, whose curves are fitted at once."""
    known = [_sorted(x, value, hold_out)[:2] for x, value in ladders]
    best = _best_one_step([(x[:-hold_out], v[:-hold_out]) for x, v in known])
    return [_judged(x, v, None, one, hold_out, tolerance, level)
            for (x, v), one in zip(known, best, strict=True)]


def _sorted(x: ArrayLike, value: ArrayLike, hold_out: int) -> tuple[Array, Array, NDArray[np.int_]]:
    """Places and scores in the order of scale, and that order."""
    xa = np.asarray(x, dtype=float)
    order = np.argsort(xa, kind="stable")
    if hold_out < 1 or len(xa) - hold_out < 3:
        raise InputError(f"hold_out must leave at least three models to learn from: {len(xa)} models, "
                         f"hold_out={hold_out}.")
    return xa[order], np.asarray(value, dtype=float)[order], order


def _judged(xa: Array, v: Array, n: Array | None, best: Fit, hold_out: int, tolerance: float,
            level: float) -> Extrapolation:
    """The error that the best forecaster makes."""
    small = len(xa) - hold_out
    forecast = best.predict(xa[small:])
    if n is not None:
        forecast = np.clip(forecast, 0, 1)
    error = v[small:] - forecast
    worst = int(np.argmax(np.abs(error)))
    span = float(np.ptp(v))
    notes = [] if small >= 4 else [f"only {small} models to learn from"]
    interval = None
    if n is None:
        notes.append("no interval: the noise of the held-out score is not known")
    else:
        low, high = (float(b[0]) for b in binomial_bounds(v[[small + worst]], n[[small + worst]], level=level,
                                                          method="clopper-pearson"))
        interval = Interval(low - forecast[worst], high - forecast[worst], level, "clopper-pearson")
    miss = float(abs(error[worst])) / span if span > 0 else 0.0
    noise = interval is not None and 0.0 in interval
    status: Status = "ok" if small >= 4 else "limited"
    return Extrapolation(float(error[worst]), interval, len(xa), status, tuple(notes),
                         type(best.curve).__name__.lower(), tuple(map(float, xa[small:])),
                         tuple(map(float, forecast)), tuple(map(float, v[small:])),
                         noise, miss, noise or miss <= tolerance)


def _best_one_step(ladders: Sequence[tuple[Array, Array]]) -> list[Fit]:
    """Of each ladder the curve that predicts the last point best from those before it, fitted to all."""
    curves = (Constant(), Line())
    errors = [[abs(float(y[-1] - found.predict(x[-1:])[0])) for found, (x, y) in zip(
        fit_each(curve, [(x[:-1], y[:-1], None) for x, y in ladders], doubts=False), ladders, strict=True)]
        for curve in curves]
    best = [curves[int(np.argmin(pair))] for pair in zip(*errors, strict=True)]
    return fit_each(best, [(x, y, None) for x, y in ladders], doubts=False)
