"""The forecast of `curves.forecast` for many ladders of the same scales at once, nine times as fast."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...curves import Constant, Curve, Gompertz, Line, Logistic, SaturatingExponential
from ...curves.batch import starts_of
from ...curves.losses import Problem
from ...curves.misfit import scatter
from ...curves.optimise import best_of
from ...errors import InputError

__all__ = ["best_fits", "forecast_many"]

Array = NDArray[np.float64]
#: As in `curves.forecast`, all starts are followed to a few digits and the best of them on, but not for
#: ever: where a valley is flat, 60 steps leave less than a thousandth of the forecast open.
_STEPS, _LOOSE, _POLISH = 30, 1e-3, 60


def forecast_many(x: ArrayLike, y: ArrayLike, n_examples: ArrayLike | None, at: float) -> Array:
    """Point forecasts of `curves.forecast` for ladders of models of the same scales.

    Parameters
    ----------
    x : array-like, shape (m,)
        Log10 of scale, the same for all ladders, in rising order.
    y : array-like, shape (B, m)
        One ladder a row: fractions where there are items, else scores of any range.
    n_examples : array-like, shape (B, m), or None
        Items behind each score.
    at : float
        Log10 of the scale to forecast.

    Returns
    -------
    ndarray, shape (B,)

    Raises
    ------
    InputError
        With fewer than four models, or shapes that do not agree.

    Examples
    --------
    >>> forecast_many([7, 8, 9, 10, 11], [[.1, .2, .3, .4, .5]], [[1000] * 5], 12.0).round(2).tolist()
    [0.58]
    """
    axis, table = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    counted = n_examples is not None
    items = np.asarray(n_examples, dtype=float) if counted else np.ones_like(table)
    if table.ndim != 2 or table.shape != items.shape or table.shape[1:] != axis.shape or len(axis) < 4:
        raise InputError(f"x, y and n_examples must agree on four models or more; got {axis.shape}, "
                         f"{table.shape} and {items.shape}.")
    low, size = np.zeros(len(table)), np.ones(len(table))
    if not counted:
        low, size = table.min(axis=1), np.ptp(table, axis=1)
    limits = (0.0, 1.0) if counted else (-math.inf, math.inf)
    point = table[:, -1].copy()  # a ladder whose scores are all the same stays where it is
    moves = np.ptp(table, axis=1) > 0
    if moves.any():
        unit = (table[moves] - low[moves, None]) / size[moves, None]
        told = _vote(axis, unit, items[moves], counted, limits, at)
        point[moves] = low[moves] + size[moves] * told
    return point


def _vote(x: Array, y: Array, items: Array, counted: bool, limits: tuple[float, float], at: float) -> Array:
    """Forecasts of all families, weighted by quasi-AIC with the smallest dispersion among them."""
    values, losses, sizes, spreads = [], [], [], []
    for curve in _families(counted, float(np.ptp(x))):
        if len(x) < len(curve.parameters) + (not counted):
            continue
        problem = Problem(curve, x, y, items, "binomial" if counted else "normal")
        theta, loss = best_fits(problem)
        values.append(np.clip([curve(np.array([at]), t)[0] for t in theta], *limits))
        losses.append(loss)
        sizes.append(len(curve.parameters))
        spreads.append([_dispersion(problem, i, one) for i, one in enumerate(theta)])
    spread = np.array(spreads)
    known = ~np.isnan(spread).all(axis=0)
    least = np.where(known, np.min(np.where(np.isnan(spread), np.inf, spread), axis=0), 1.0)
    dispersion = np.maximum(least, 1.0 if counted else 1e-18)
    criterion = 2 * np.array(losses) / dispersion + 2 * np.array(sizes)[:, None]
    share = np.exp(-0.5 * (criterion - criterion.min(axis=0)))
    return np.asarray(np.sum(share * np.array(values), axis=0) / share.sum(axis=0))


def _families(counted: bool, span: float) -> list[Curve]:
    floor, limits = (0.0, (0.0, 1.0)) if counted else (-1.0, (-1.0, 10.0))
    families: list[Curve] = [
        Constant(), Line(), Logistic(floor, limits=limits), Gompertz(floor, limits=limits),
        Gompertz(floor, limits=limits, mirror=True),
        SaturatingExponential(floor, None, 0.5 * span, 50 * span, limits)]
    if counted:
        families.append(SaturatingExponential(floor, limits[1], 0.5 * span, 50 * span, limits))
    return families


def best_fits(problem: Problem) -> tuple[Array, Array]:
    """Parameters, shape (B, k), and losses, shape (B,), of many data sets of one curve family."""
    starts, curve = starts_of(problem), problem.curve
    boxes = curve.boxes(problem.x, problem.y, starts.shape[1])
    theta, _, _, _ = best_of(problem, starts, *boxes, steps=_STEPS, tolerance=_LOOSE)
    theta, loss, _, _ = best_of(problem, theta[:, None], *curve.bounds(problem.x, problem.y), steps=_POLISH)
    return theta, loss


def _dispersion(problem: Problem, row: int, theta: Array) -> float:
    alone = replace(problem, y=problem.y[row][None], weight=problem.weight[row][None])
    found = scatter(alone, theta, len(theta))
    return found.dispersion if found.dof >= 1 else math.nan
