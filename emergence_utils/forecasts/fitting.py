"""One curve through the known models of thousands of ladders at once, and a prediction interval of each.

The search is that of `curves`; ladders of one length are searched together, each on its own scales.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .._checks import FloatArray, IntArray
from ..curves.base import Curve
from ..curves.batch import starts_of
from ..curves.losses import Kind, Problem
from ..curves.optimise import best_of
from .base import LEVEL

__all__ = ["Block", "Fitted", "Predicted", "blocks", "fit_block", "predict"]

#: Searches followed at one time, and the gradient at which the first round of them may end.
_CHUNK, _LOOSE = 1024, 1e-3
#: Half of the widest interval of a logarithm: a factor of a thousand to either side.
_WIDEST = float(np.log(1000.0))


@dataclass(frozen=True)
class Block:
    """Known models of cases with equally many: columns of shape (B, m), smallest scale first."""

    case: IntArray
    columns: dict[str, FloatArray]

    def __getitem__(self, name: str) -> FloatArray:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.case)

    def part(self, which: Any) -> Block:
        """Some of its cases."""
        return Block(self.case[which], {k: v[which] for k, v in self.columns.items()})


@dataclass(frozen=True)
class Fitted:
    """Curves of a block: parameters, shape (B, k), their covariance, dispersion and degrees of freedom."""

    curve: Curve
    theta: FloatArray
    covariance: FloatArray
    dispersion: FloatArray
    dof: int
    kind: Kind


class Predicted(NamedTuple):
    """Values with the ends of their intervals, and slopes of the curves there."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    slope: FloatArray


def blocks(known: pd.DataFrame, columns: Sequence[str], needed: Sequence[str] = ()) -> Iterator[Block]:
    """Known models by case, those with as many models together.

    Parameters
    ----------
    known : DataFrame
    columns : sequence of str
        To take along.
    needed : sequence of str
        Models without a number in one of these are left out.
    """
    rows = known.dropna(subset=list(needed)) if len(needed) else known
    if not len(rows):
        return
    rows = rows.sort_values(["case", "scale"], kind="stable")
    case = rows["case"].to_numpy()
    begin = np.flatnonzero(np.r_[True, case[1:] != case[:-1]])
    size = np.diff(np.r_[begin, len(case)])
    values = {c: rows[c].to_numpy(dtype=float) for c in columns}
    for m in np.unique(size):
        at = begin[size == m]
        index = at[:, None] + np.arange(m)
        yield Block(case[at], {c: v[index] for c, v in values.items()})


def fit_block(curve: Curve, x: FloatArray, y: FloatArray, weight: FloatArray, kind: Kind, *,
              held: dict[str, FloatArray] | None = None) -> Fitted:
    """Fit one family to every row.

    Parameters
    ----------
    curve : Curve
    x, y, weight : ndarray, shape (B, m)
    kind : {"normal", "log", "binomial"}
    held : dict of str to ndarray, shape (B,), optional
        Parameters that are given, not sought.

    Returns
    -------
    Fitted
    """
    held = held or {}
    names = curve.parameters
    free = len(names) - len(held)
    thetas = [_search(curve, x[at:at + _CHUNK], y[at:at + _CHUNK], weight[at:at + _CHUNK], kind,
                      {names.index(k): v[at:at + _CHUNK] for k, v in held.items()})
              for at in range(0, len(y), _CHUNK)]
    theta = np.concatenate(thetas)
    problem = Problem(curve, x, y, weight, kind)
    with np.errstate(all="ignore"):
        loss, _, curvature = problem.expand(theta)
        value = problem.mean(theta, weight)[0]
    dof = y.shape[1] - free
    if kind == "binomial":
        pearson = np.sum(weight * (y - value) ** 2 / (value * (1 - value)), axis=1)
        dispersion = np.maximum(pearson / dof, 1.0) if dof > 0 else np.full(len(y), np.nan)
    else:
        dispersion = 2 * loss / dof if dof > 0 else np.full(len(y), np.nan)
    fixed = [names.index(k) for k in held]
    curvature[:, fixed, :] = 0.0
    curvature[:, :, fixed] = 0.0
    return Fitted(curve, theta, _inverse(curvature), dispersion, dof, kind)


def predict(fitted: Fitted, rows: IntArray, x: FloatArray, items: FloatArray | None = None) -> Predicted:
    """Values and 90 % prediction intervals at one place a row.

    Parameters
    ----------
    fitted : Fitted
    rows : ndarray of int, shape (r,)
        Which curve is asked.
    x : ndarray, shape (r,)
    items : ndarray, shape (r,), optional
        Items of the new model's score, where scores are counts.

    Returns
    -------
    Predicted
        The interval is that of Student's t, from the scatter about the curve and the doubt of its parameters
        by its gradient (on the logarithm, where that was fitted); NaN where no degree of freedom is left.
    """
    from scipy import special

    theta = fitted.theta[rows]
    problem = Problem(fitted.curve, x[:, None], np.zeros((len(x), 1)), np.ones((len(x), 1)), fitted.kind)
    weight = np.ones((len(x), 1)) if items is None else items[:, None]
    step = 1e-4
    with np.errstate(all="ignore"):
        value, gradient = problem.mean(theta, weight)
        here, beyond = (fitted.curve.evaluate(x[:, None] + d, theta)[0][:, 0] for d in (0.0, step))
        v, g = value[:, 0], gradient[:, 0]
        if fitted.kind == "log":
            g = g / np.maximum(v, 1e-300)[:, None]
        parameter = np.einsum("rk,rkl,rl->r", g, fitted.covariance[rows], g)
        own: FloatArray = np.ones(len(v))
        if fitted.kind == "binomial" and items is not None:
            p = (v * items + 0.5) / (items + 1)
            own = p * (1 - p) / items
        variance = fitted.dispersion[rows] * (own + np.maximum(parameter, 0.0))
        t = special.stdtrit(fitted.dof, (1 + LEVEL) / 2) if fitted.dof > 0 else np.nan
        half = np.minimum(np.sqrt(variance) * t, _WIDEST if fitted.kind == "log" else np.inf)
        low, high = (v * np.exp(-half), v * np.exp(half)) if fitted.kind == "log" else (v - half, v + half)
    return Predicted(v, low, high, (beyond - here) / step)


def _search(curve: Curve, x: FloatArray, y: FloatArray, weight: FloatArray, kind: Kind,
            held: dict[int, FloatArray]) -> FloatArray:
    """Best parameters of every row."""
    lone = "errors" in curve.__dataclass_fields__  # its box depends on the scores of each
    places, which = (x, np.arange(len(x))) if lone else np.unique(x, axis=0, return_inverse=True)
    begin = low = high = edge_low = edge_high = None
    for number, place in enumerate(places):
        rows = np.flatnonzero(which == number) if not lone else np.array([number])
        one = Problem(curve, place, y[rows], weight[rows], kind)
        with np.errstate(all="ignore"):
            starts = starts_of(one)
        box, ends = curve.boxes(place, y[rows], starts.shape[1]), curve.bounds(place, y[rows])
        if begin is None:
            shape = (len(x), *starts.shape[1:])
            begin, low, high = (np.empty(shape) for _ in range(3))
            edge_low, edge_high = np.empty((len(x), 1, shape[2])), np.empty((len(x), 1, shape[2]))
        assert low is not None and high is not None and edge_low is not None and edge_high is not None
        begin[rows], low[rows], high[rows] = starts, box[0], box[1]
        edge_low[rows, 0], edge_high[rows, 0] = ends
    assert begin is not None and low is not None and high is not None
    assert edge_low is not None and edge_high is not None
    for at, value in held.items():
        for array in (begin, low, high, edge_low, edge_high):
            array[:, :, at] = value[:, None]
    whole = Problem(curve, x, y, weight, kind)
    begin = np.clip(np.nan_to_num(begin), low, high)
    with np.errstate(all="ignore"):
        # where scores cannot tell a curve its band rests on how far a search creeps: the stored bands went on
        theta = best_of(whole, begin, low, high, steps=30, tolerance=_LOOSE, patience=None)[0]
        return best_of(whole, theta[:, None], edge_low, edge_high, steps=200, patience=None)[0]


def _inverse(curvature: FloatArray) -> FloatArray:
    """Inverses; a direction in which nothing changes has no bound (a large one)."""
    unit = np.sqrt(np.maximum(np.einsum("bkk->bk", curvature), 0.0))
    unit = np.where(np.isfinite(unit) & (unit > 1e-150), unit, 0.0)
    scale = np.where(unit > 0, unit, 1.0)
    normal = np.nan_to_num(curvature / (scale[:, :, None] * scale[:, None, :]))
    still = unit == 0
    normal = np.where(still[:, :, None] | still[:, None, :], 0.0, normal)
    np.einsum("bkk->bk", normal)[...] += 1e-9 + still
    inverse = np.linalg.inv(normal)
    inverse = np.where(still[:, :, None] | still[:, None, :], 0.0, inverse)
    return np.asarray(inverse / (scale[:, :, None] * scale[:, None, :]))
