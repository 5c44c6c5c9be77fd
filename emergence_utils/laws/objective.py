"""What a fit makes small: Huber's or squared residuals of log loss, with the gradient, many fits at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._checks import FloatArray, positive
from .._typed import checked
from ..errors import InputError
from .law import LossLaw, sizes
from .runs import Runs

__all__ = ["DELTA", "LawProblem", "law_objective"]

#: Huber's delta on log residuals, as in Hoffmann et al. 2022, section 3.3.
DELTA = 1e-3


@dataclass(frozen=True, eq=False)
class LawProblem:
    """Fits of one set of runs under B sets of weights.

    Parameters
    ----------
    n, d : ndarray, shape (m,)
        Logs of parameters and tokens, from their means.
    y : ndarray, shape (B, m)
        Log loss.
    weight : ndarray, shape (B, m)
        How often each run counts.
    delta : float
        Residual beyond which Huber's loss is a line; infinite for least squares.
    tied : bool
        One exponent for both powers.

    Notes
    -----
    Parameters are log a N0^-alpha, log b D0^-beta, log floor, alpha and, unless tied, beta: both powers at
    the mean run, so that they hardly depend on the exponents.
    """

    n: FloatArray
    d: FloatArray
    y: FloatArray
    weight: FloatArray
    delta: float
    tied: bool
    kind: str = "normal"

    @classmethod
    def of(cls, runs: Runs, weight: FloatArray, delta: float, tied: bool) -> LawProblem:
        """The problem of these runs under each row of weights."""
        return cls(runs.n, runs.d, np.broadcast_to(runs.y, weight.shape), weight, delta, tied)

    def at(self, rows: Any) -> LawProblem:
        """The sets of weights `rows` alone."""
        return replace(self, y=self.y[rows], weight=self.weight[rows])

    def residuals(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log residuals, shape (B, m), and the gradient of log loss, shape (B, m, k)."""
        alpha, beta = theta[:, 3:4], theta[:, -1:]
        terms = np.stack([theta[:, 0:1] - alpha * self.n, theta[:, 1:2] - beta * self.d,
                          np.broadcast_to(theta[:, 2:3], self.y.shape)], axis=-1)
        top = terms.max(axis=-1)
        share = np.exp(terms - top[..., None])
        total = share.sum(axis=-1)
        share /= total[..., None]
        by_n, by_d = -share[..., 0] * self.n, -share[..., 1] * self.d
        exponents = [by_n + by_d] if self.tied else [by_n, by_d]
        gradient = np.concatenate([share, np.stack(exponents, axis=-1)], axis=-1)
        return self.y - top - np.log(total), gradient

    def expand(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Objective, shape (B,), gradient, shape (B, k), and curvature, shape (B, k, k).

        The curvature is that of the parabola that touches Huber's loss from above at each residual, so that
        a step down it is a step down the objective.
        """
        residual, gradient = self.residuals(theta)
        size = np.abs(residual)
        if math.isinf(self.delta):
            value, bent = residual**2 / 2, self.weight
        else:
            value = np.where(size <= self.delta, residual**2 / 2, self.delta * (size - self.delta / 2))
            bent = self.weight * np.minimum(1.0, self.delta / np.maximum(size, 1e-300))
        weighted = gradient * bent[..., None]
        slope = -np.einsum("bmk,bm->bk", weighted, residual)
        return (self.weight * value).sum(axis=1), slope, np.matmul(weighted.transpose(0, 2, 1), gradient)


@checked
def law_objective(law: LossLaw, params: ArrayLike, tokens: ArrayLike, loss: ArrayLike, *,
                  delta: float = DELTA) -> float:
    """Sum of Huber's loss over the log residuals of a law, to compare laws on the same runs.

    Parameters
    ----------
    law : LossLaw
    params, tokens, loss : array-like, shape (m,)
        Runs; loss in the unit of the law's floor.
    delta : float
        Residual beyond which the loss is a line; infinite for half the sum of squares.

    Returns
    -------
    float
        Hoffmann et al. 2022, equation 3.

    Examples
    --------
    >>> from emergence_utils.laws import HOFFMANN
    >>> law_objective(HOFFMANN, [1e9], [2e10], HOFFMANN([1e9], [2e10]))
    0.0
    """
    n, d, y = (sizes(k, v) for k, v in (("params", params), ("tokens", tokens), ("loss", loss)))
    if not n.shape == d.shape == y.shape or n.ndim != 1 or not len(n):
        raise InputError("params, tokens and loss must be columns of one length, at least 1, got shapes "
                         f"{n.shape}, {d.shape} and {y.shape}.")
    bend = delta if delta == math.inf else positive("delta", delta)
    residual = np.abs(np.log(y) - np.log(law(n, d)))
    if math.isinf(bend):
        return float((residual**2).sum() / 2)
    return float(np.where(residual <= bend, residual**2 / 2, bend * (residual - bend / 2)).sum())
