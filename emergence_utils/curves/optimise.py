"""A bounded Levenberg-Marquardt search for many problems at once (Fisher scoring where items are counted)."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from .._checks import BoolArray, IntArray
from .base import Array
from .losses import Problem

__all__ = ["Searchable", "best_of", "chosen", "minimise"]

#: Scaled gradient, relative to the residuals, at which a search has arrived.
ARRIVED = 1e-10
_STEPS = 400
#: A rise of the loss by rounding does not refuse a step.
_ROUNDING = 1e-14
#: Promised descent, in units of that rise, below which a comparison of losses is one of rounding errors.
_BLIND = 10.0
#: Steps without any descent beyond rounding after which a search is given up.
_IDLE = 25
#: Root of the curvature below which a parameter changes nothing.
_FLAT = 1e-150


class Searchable(Protocol):
    """What a search needs of a problem: its data sets, and objective, gradient and curvature of each."""

    @property
    def y(self) -> Array: ...

    @property
    def weight(self) -> Array: ...

    @property
    def kind(self) -> str: ...

    def at(self, rows: Any) -> Searchable: ...

    def expand(self, theta: Array) -> tuple[Array, Array, Array]: ...


def minimise(problem: Searchable, theta: Array, low: Array, high: Array, rows: IntArray, *,
             steps: int = _STEPS, tolerance: float = ARRIVED,
             patience: int | None = _IDLE) -> tuple[Array, Array, BoolArray]:
    """Follow every start to the bottom of its valley.

    Parameters
    ----------
    problem : Searchable
    theta : ndarray, shape (b, k)
        Starts.
    low, high : ndarray, shape (b, k) or (k,)
        Box; a parameter with ``low == high`` stays where it is.
    rows : ndarray of int, shape (b,)
        Data set of each start.
    steps : int
        Most steps.
    tolerance : float
        Gradient, each parameter scaled by its own curvature, over the residuals at which to stop.
    patience : int or None
        Steps that may win nothing beyond rounding; None follows the loss alone, to the last step.

    Returns
    -------
    ndarray, shape (b, k); ndarray, shape (b,); ndarray of bool, shape (b,)
        Parameters, loss, and whether the gradient has vanished.

    Notes
    -----
    Parameters at an edge of the box that pull outwards are frozen; steps are cut at the box. A
    search ends when the gradient is below `tolerance`, when the next step promises nothing beyond
    rounding, or when damping grows without any descent. So near the bottom that two losses differ by
    rounding alone, a step is taken if the gradient falls; a search that wins nothing for `patience`
    steps ends where it is. Finished searches leave the batch.
    """
    low, high = np.broadcast_to(low, theta.shape), np.broadcast_to(high, theta.shape)
    at = np.minimum(np.maximum(theta, low), high)
    fixed = low >= high
    here = problem.at(rows)
    loss, slope, curvature = here.expand(at)
    found, lowest, arrived = at.copy(), loss.copy(), np.zeros(len(at), dtype=bool)
    damping, done, size = np.full(len(at), 1e-3), arrived.copy(), _size(problem)[rows]
    most_idle = steps if patience is None else patience
    index, idle = np.arange(len(at)), np.zeros(len(at), dtype=int)
    for _ in range(steps):
        still = fixed | ((at <= low) & (slope > 0)) | ((at >= high) & (slope < 0))
        unit = _units(curvature)
        flat = unit <= _FLAT
        if flat.any():
            still, unit = still | flat, np.where(flat, 1.0, unit)
        scaled = np.where(still, 0.0, slope / unit)
        steep = np.abs(scaled).max(axis=1)
        done |= steep <= tolerance * (np.sqrt(2 * loss) + 1e-5 * size)
        over = done | (damping >= 1e12) | (idle >= most_idle)
        if over.any():
            left, going = index[over], ~over
            found[left], lowest[left], arrived[left] = at[over], loss[over], done[over]
            index, idle, damping, done, size = _rows(going, index, idle, damping, done, size)
            at, loss, slope, curvature = _rows(going, at, loss, slope, curvature)
            low, high, fixed, still, unit, scaled, steep = _rows(going, low, high, fixed, still, unit, scaled,
                                                                 steep)
            if not len(index):
                break
            here = here.at(going)
        normal = curvature / (unit[:, :, None] * unit[:, None, :])
        normal[still[:, :, None] | still[:, None, :]] = 0.0
        np.einsum("bkk->bk", normal)[...] += damping[:, None] + still
        downhill = np.linalg.solve(normal, scaled[..., None])[..., 0]
        step = np.where(still, 0.0, -downhill / unit)
        # what is left to win by the local quadratic; below rounding no search can go on
        gain = (scaled * downhill).sum(axis=1)
        new = np.minimum(np.maximum(at + step, low), high)
        value, new_slope, new_curvature = here.expand(new)
        rounding = _ROUNDING * (loss + 1e-10 * size**2)
        good = value <= loss + rounding
        blind = gain <= _BLIND * rounding
        if patience is not None and blind.any():
            # so near the bottom the loss says no more which of two points is the lower: the gradient does
            left_over = np.where(still, 0.0, new_slope / np.maximum(_units(new_curvature), _FLAT))
            good &= ~blind | (np.abs(left_over).max(axis=1) < steep)
        idle = np.where(value < loss - rounding, 0, idle + 1)
        at, slope = np.where(good[:, None], new, at), np.where(good[:, None], new_slope, slope)
        loss, curvature = np.where(good, value, loss), np.where(good[:, None, None], new_curvature, curvature)
        done = (gain <= tolerance**2 * loss) & (damping < 1e-2)
        damping = np.where(good, np.maximum(damping * 0.1, 1e-14), np.maximum(damping * 8, 1e-6))
    found[index], lowest[index], arrived[index] = at, loss, done
    return found, lowest, arrived


def _rows(kept: BoolArray, *arrays: Any) -> list[Any]:
    return [v[kept] for v in arrays]


def _units(curvature: Array) -> Array:
    """Root of the curvature along each parameter, in which its gradient is measured."""
    return np.sqrt(curvature.diagonal(axis1=1, axis2=2))


def best_of(problem: Problem, starts: Array, low: Array, high: Array, *,
            steps: int = _STEPS, tolerance: float = ARRIVED,
            patience: int | None = _IDLE) -> tuple[Array, Array, BoolArray, Array]:
    """Follow all starts of all data sets and keep the best of each.

    Parameters
    ----------
    problem : Problem
        B data sets.
    starts : ndarray, shape (B, s, k)
    low, high : ndarray, shape (B, s, k), (s, k) or (k,)

    Returns
    -------
    ndarray, shape (B, k); ndarray, shape (B,); ndarray of bool, shape (B,); ndarray, shape (B, s, k)
        Best parameters, loss, whether a search has arrived there, and where each start has led.
    """
    b, s, k = starts.shape
    rows = np.repeat(np.arange(b), s)
    low, high = (np.broadcast_to(v, starts.shape).reshape(-1, k) for v in (low, high))
    theta = starts.reshape(-1, k).copy()
    if problem.curve.exact:
        loss, arrived = problem.loss(theta, rows), np.ones(len(theta), dtype=bool)
    else:
        theta, loss, arrived = minimise(problem, theta, low, high, rows, steps=steps, tolerance=tolerance,
                                        patience=patience)
    return chosen(problem, theta.reshape(b, s, k), loss.reshape(b, s), arrived.reshape(b, s))


def chosen(problem: Searchable, ends: Array, losses: Array,
           arrived: BoolArray) -> tuple[Array, Array, BoolArray, Array]:
    """The best end of the searches of each data set: what `best_of` returns."""
    # of starts that reach the same bottom up to rounding the first is kept, whatever the processor
    lowest = losses.min(axis=1, keepdims=True)
    level = losses <= lowest + 1e-10 * (lowest + 1e-12 * _size(problem)[:, None] ** 2)
    best = np.argmax(level, axis=1)
    each = np.arange(len(ends))
    return ends[each, best], losses[each, best], (arrived & level).any(axis=1), ends


def _size(problem: Searchable) -> Array:
    """Root of the weighted sum of squares of each data set about its mean."""
    y = np.log(problem.y) if problem.kind == "log" else problem.y
    weight = problem.weight if problem.kind != "binomial" else problem.weight * 4
    mean = np.sum(weight * y, axis=1, keepdims=True) / np.sum(weight, axis=1, keepdims=True)
    return np.asarray(np.sqrt(np.sum(weight * (y - mean) ** 2, axis=1)) + 1e-300)
