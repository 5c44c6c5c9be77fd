"""Intervals by profile: how far a parameter may go while the others make up for it."""

from __future__ import annotations

import numpy as np

from .._checks import IntArray
from .base import Array
from .losses import Problem
from .optimise import minimise

__all__ = ["profile_ends"]

#: Outward steps, each twice as long as the last, and steps of the search for the crossing.
_OUT, _IN = 14, 7
#: A profile is wanted to a few digits only.
_LOOSE = 1e-4


def profile_ends(problem: Problem, theta: Array, loss: float, rise: float, *,
                 refine: bool = True) -> tuple[Array, Array]:
    """Both ends of the profile interval of every parameter of one fit.

    Parameters
    ----------
    problem : Problem
        One data set.
    theta : ndarray, shape (k,)
        The optimum.
    loss : float
        Its loss.
    rise : float
        How much the loss may grow, e.g. half of Student's t squared times the dispersion.
    refine : bool
        Whether the ends are wanted, or only whether there are any.

    Returns
    -------
    ndarray, shape (k, 2)
        Lower and upper ends; the edge of the box where the loss never rises enough.
    ndarray of bool, shape (k, 2)
        Whether the loss does rise enough before the edge of the box.

    Notes
    -----
    All 2 k ends are sought together. The first step is where the quadratic approximation ends.
    """
    k = len(theta)
    low, high = problem.curve.bounds(problem.x, problem.y)
    which, side = np.repeat(np.arange(k, dtype=np.int64), 2), np.tile([-1.0, 1.0], k)
    edge = np.where(side < 0, low[which], high[which])
    here = theta[which]
    inner, inner_rise = here.copy(), np.zeros(2 * k)
    outer, outer_rise = np.full(2 * k, np.nan), np.full(2 * k, np.nan)
    path = np.tile(theta, (2 * k, 1))
    step = _first_steps(problem, theta, rise)[which]
    closed, ended = np.zeros(2 * k, dtype=bool), here == edge
    for _ in range(_OUT):
        todo = np.flatnonzero(~closed & ~ended)
        if not len(todo):
            break
        there = here[todo] + side[todo] * step[todo]
        there = np.where(side[todo] * (there - edge[todo]) >= 0, edge[todo], there)
        found, value = _constrained(problem, theta, path[todo], which[todo], there)
        gain = value - loss
        beyond = gain > rise
        out, inside = todo[beyond], todo[~beyond]
        outer[out], outer_rise[out], closed[out] = there[beyond], gain[beyond], True
        inner[inside], inner_rise[inside] = there[~beyond], np.maximum(gain[~beyond], 0)
        path[inside] = found[~beyond]
        ended[inside] = there[~beyond] == edge[inside]
        step = step * 2
    target = np.sqrt(rise)
    for i in range(_IN if refine else 0):
        todo = np.flatnonzero(closed)
        if not len(todo):
            break
        a, b = np.sqrt(inner_rise[todo]), np.sqrt(outer_rise[todo])
        # the root of the rise is nearly straight; every third step halves, for those that are not
        share = np.full(len(todo), 0.5) if i % 3 == 2 else np.clip((target - a) / (b - a), 0.02, 0.98)
        there = inner[todo] + share * (outer[todo] - inner[todo])
        found, value = _constrained(problem, theta, path[todo], which[todo], there)
        gain = value - loss
        beyond = gain > rise
        out, inside = todo[beyond], todo[~beyond]
        outer[out], outer_rise[out] = there[beyond], gain[beyond]
        inner[inside], inner_rise[inside] = there[~beyond], np.maximum(gain[~beyond], 0)
        path[inside] = found[~beyond]
    a, b = np.sqrt(inner_rise), np.sqrt(np.where(closed, outer_rise, 1.0))
    between = inner + np.clip((target - a) / np.maximum(b - a, 1e-300), 0, 1) * (outer - inner)
    ends = np.where(closed, between, np.where(ended, edge, side * np.inf))
    return ends.reshape(k, 2), closed.reshape(k, 2)


def _first_steps(problem: Problem, theta: Array, rise: float) -> Array:
    """Distance at which the quadratic approximation has risen enough, shape (k,)."""
    _, _, curvature = problem.expand(theta[None])
    unit = np.sqrt(np.maximum(np.diagonal(curvature[0]), 1e-300))
    scaled = curvature[0] / np.outer(unit, unit)
    spread = np.sqrt(np.maximum(np.diagonal(np.linalg.inv(scaled + 1e-8 * np.eye(len(theta)))), 0)) / unit
    low, high = problem.curve.bounds(problem.x, problem.y)
    range_ = np.where(np.isfinite(high - low), high - low, 1e3 * (1 + np.abs(theta)))
    return np.asarray(np.clip(np.sqrt(2 * rise) * spread, 1e-9 * range_, 0.25 * range_))


def _constrained(problem: Problem, theta: Array, path: Array, which: IntArray,
                 there: Array) -> tuple[Array, Array]:
    """Best parameters and loss with parameter `which` held at `there`, from several starts."""
    rows = len(there)
    each = np.arange(rows)
    starts = [path, np.broadcast_to(theta, path.shape)]
    if problem.curve.ragged:
        grid = problem.curve.starts(problem.x, problem.y, problem.weight)[0]
        starts += [np.broadcast_to(row, path.shape) for row in grid]
    begin = np.stack(starts, axis=1).copy()
    begin[each, :, which] = there[:, None]
    low, high = (np.broadcast_to(v, begin.shape).copy() for v in problem.curve.bounds(problem.x, problem.y))
    low[each, :, which] = high[each, :, which] = there[:, None]
    b, s, k = begin.shape
    found, loss, _ = minimise(problem, begin.reshape(-1, k), low.reshape(-1, k), high.reshape(-1, k),
                              np.zeros(b * s, dtype=np.int64), steps=60, tolerance=_LOOSE)
    loss, found = loss.reshape(b, s), found.reshape(b, s, k)
    best = loss.argmin(axis=1)
    return found[each, best], loss[each, best]
