"""Many data sets, one family: the same search for all at once."""

from __future__ import annotations

import numpy as np

from .base import Array, Curve
from .losses import Problem
from .optimise import best_of
from .points import kind_of

__all__ = ["many", "starts_of"]

#: Data sets whose starts are followed at one time.
_CHUNK = 512


def many(curve: Curve, x: Array, y: Array, weight: Array, counted: bool,
         begin: Array | None) -> tuple[Array, Array]:
    """Parameters, shape (B, k), and loss, shape (B,), of B data sets: `fit_many` without its checks."""
    kind = kind_of(curve, y, counted)
    params, losses = [], []
    for at in range(0, len(y), _CHUNK):
        part = slice(at, at + _CHUNK)
        problem = Problem(curve, x, y[part], weight[part], kind)
        if begin is None or curve.exact:
            starts = starts_of(problem)
            low, high = curve.boxes(x, y, starts.shape[1])
        else:
            starts = np.broadcast_to(begin, (len(problem.y), *begin.shape))
            low, high = curve.bounds(x, y)
        theta, loss, _, _ = best_of(problem, starts, low, high)
        params.append(theta)
        losses.append(loss)
    return np.concatenate(params), np.concatenate(losses)


def starts_of(problem: Problem) -> Array:
    """Starts of every data set, shape (B, s, k), from scores weighted by what they are worth."""
    weight = problem.weight
    if problem.kind == "binomial" and not problem.curve.exact:
        p = (problem.y * weight + 0.5) / (weight + 1)
        weight = weight / (p * (1 - p))
    return problem.curve.starts(problem.x, problem.y, weight)
