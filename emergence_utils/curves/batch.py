"""Many data sets, one family: the same search for all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .._checks import BoolArray
from .base import Array, Curve
from .losses import Problem
from .optimise import best_of, chosen, minimise
from .points import kind_of

__all__ = ["many", "starts_of", "together"]

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


def together(problems: Sequence[Problem]) -> list[tuple[Array, Array, BoolArray, Array]]:
    """`best_of` for many problems, each on its own places and with its own curve.

    A step of a search costs much the same for ten data sets and for a thousand, so that problems of alike
    curves and lengths are searched as one; what fills up a row has no weight.
    """
    found: list[tuple[Array, Array, BoolArray, Array] | None] = [None] * len(problems)
    alike: dict[tuple[object, ...], list[int]] = {}
    for i, one in enumerate(problems):
        if one.curve.exact:
            starts = starts_of(one)
            found[i] = best_of(one, starts, *one.curve.boxes(one.x, one.y, starts.shape[1]))
        else:  # not much longer than the shortest: what fills up is computed, too
            alike.setdefault((one.curve.loosened()[0], one.kind, len(one.x).bit_length()), []).append(i)
    for (curve, *_), places in alike.items():
        assert isinstance(curve, Curve)
        part = np.cumsum([len(problems[i].y) for i in places]) // _CHUNK
        for chunk in np.split(np.array(places), np.flatnonzero(np.diff(part)) + 1):
            for i, ends in zip(chunk, _as_one(curve, [problems[i] for i in chunk]), strict=True):
                found[i] = ends
    return [one for one in found if one is not None]


def _as_one(curve: Curve, problems: Sequence[Problem]) -> list[tuple[Array, Array, BoolArray, Array]]:
    """`together` for problems whose curves, loosened, are all `curve`."""
    longest = max(len(one.x) for one in problems)
    if len({one.curve for one in problems}) == 1:
        curve = problems[0].curve  # nothing to loosen
    sets, starts, edges, sizes = [], [], [], []
    for one in problems:
        begin = starts_of(one)
        held = one.curve.loosened()[1] if curve != one.curve else {}
        box = (np.broadcast_to(v, begin.shape) for v in one.curve.boxes(one.x, one.y, begin.shape[1]))
        flat = [v.reshape(-1, begin.shape[2]) for v in (begin, *box)]
        for place, value in sorted(held.items()):
            flat = [np.insert(v, place, value, axis=1) for v in flat]
        starts.append(flat[0])
        edges.append(flat[1:])
        sizes.append(begin.shape[:2])
        more = (0, longest - len(one.x))
        x = np.broadcast_to(np.pad(one.x, more, mode="edge"), (len(one.y), longest))
        sets.append((x, np.pad(one.y, ((0, 0), more), mode="edge"), np.pad(one.weight, ((0, 0), more))))
    x, y, weight = (np.concatenate(columns) for columns in zip(*sets, strict=True))
    whole = replace(problems[0], curve=curve, x=x, y=y, weight=weight)
    low, high = (np.concatenate(ends) for ends in zip(*edges, strict=True))
    rows = np.repeat(np.arange(len(y)), np.concatenate([np.full(b, s) for b, s in sizes]))
    theta, loss, arrived = minimise(whole, np.concatenate(starts), low, high, rows)
    out, at = [], 0
    for one, (b, s) in zip(problems, sizes, strict=True):
        part, at = slice(at, at + b * s), at + b * s
        own = [i for i in range(theta.shape[1]) if curve == one.curve or i not in one.curve.loosened()[1]]
        out.append(chosen(one, theta[part][:, own].reshape(b, s, -1), loss[part].reshape(b, s),
                          arrived[part].reshape(b, s)))
    return out
