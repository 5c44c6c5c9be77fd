"""What is made small: squared residuals, squared residuals of logarithms, or half the binomial deviance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from .._checks import BoolArray, IntArray
from .base import Array, Curve

__all__ = ["Kind", "Problem", "rates"]

Kind = Literal["normal", "log", "binomial"]
#: Probabilities are kept this far from 0 and 1.
EDGE = 1e-9
#: Curves that may leave [0, 1] are bent into it over this share of one item.
_BEND = 0.1


@dataclass(frozen=True)
class Problem:
    """Many data sets on the same kind of axis, one curve family.

    Parameters
    ----------
    curve : Curve
    x : ndarray, shape (m,) or (B, m)
        Shared by all data sets, or each its own.
    y : ndarray, shape (B, m)
    weight : ndarray, shape (B, m)
        Items of each score (binomial), else weights of the squares; 0 leaves a score out.
    kind : {"normal", "log", "binomial"}
    """

    curve: Curve
    x: Array
    y: Array
    weight: Array
    kind: Kind

    def at(self, rows: IntArray | BoolArray | slice) -> Problem:
        """The data sets `rows` alone."""
        x = self.x if self.x.ndim == 1 else self.x[rows]
        return replace(self, x=x, y=self.y[rows], weight=self.weight[rows])

    def mean(self, theta: Array, weight: Array) -> tuple[Array, Array]:
        """Expected scores and gradient; probabilities where items are counted."""
        value, gradient = self.curve.evaluate(self.x, theta)
        if self.kind != "binomial":
            return value, gradient
        if not self.curve.bounded:
            value, turn = rates(value, weight)
            gradient = gradient * turn[..., None]
        return np.minimum(np.maximum(value, EDGE), 1 - EDGE), gradient

    def loss(self, theta: Array, rows: IntArray | slice) -> Array:
        """Loss of theta, shape (b, k), on the data sets `rows`, shape (b,)."""
        return self.at(rows)._terms(theta)[0]

    def expand(self, theta: Array) -> tuple[Array, Array, Array]:
        """Loss of each data set, gradient, shape (B, k), and expected Hessian, shape (B, k, k)."""
        loss, residual, weight, gradient = self._terms(theta)
        weighted = gradient * weight[..., None]
        slope = -np.einsum("bmk,bm->bk", weighted, residual)
        return loss, slope, np.matmul(weighted.transpose(0, 2, 1), gradient)

    def _terms(self, theta: Array) -> tuple[Array, Array, Array, Array]:
        y, weight = self.y, self.weight
        value, gradient = self.mean(theta, weight)
        if self.kind == "binomial":
            # deviance form: exact near a perfect fit, where differences of likelihoods cancel
            loss = np.sum(weight * (_excess(y, value) + _excess(1 - y, 1 - value)), axis=1)
            return loss, y - value, weight / (value * (1 - value)), gradient
        if self.kind == "log":
            value = np.maximum(value, 1e-300)
            residual = np.log(y / value)
            gradient = gradient / value[..., None]
        else:
            residual = y - value
        return 0.5 * np.sum(weight * residual**2, axis=1), residual, weight, gradient


def rates(value: Array, n_examples: Array) -> tuple[Array, Array]:
    """Probabilities of a curve that may leave [0, 1], and their derivative.

    The bend is a tenth of an item wide: too narrow to matter to a score, smooth enough to search.
    """
    s = _BEND / np.maximum(n_examples, 1.0)
    low, high = value / s, (value - 1) / s
    inside = s * (np.logaddexp(0.0, low) - np.logaddexp(0.0, high))
    turn = np.exp(-np.logaddexp(0.0, -low)) - np.exp(-np.logaddexp(0.0, -high))
    return inside, turn


def _excess(seen: Array, expected: Array) -> Array:
    """seen log(seen / expected) - (seen - expected), by its small parts: no digits cancel near 0."""
    t = (seen - expected) / expected
    return np.asarray(expected * ((1 + t) * np.log1p(np.maximum(t, -1 + 1e-16)) - t))
