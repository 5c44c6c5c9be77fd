"""What residuals say: how much scores scatter, and whether the pattern of residuals has a shape left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from .base import Array
from .losses import Problem

__all__ = ["Scatter", "lack_of_fit", "scatter"]

_DRAWS = 1999


@dataclass(frozen=True)
class Scatter:
    """How much scores scatter about a fitted curve.

    Parameters
    ----------
    dispersion : float
        Pearson's statistic over its degrees of freedom (counts: 1 is what items alone give), or the
        residual variance; NaN where `dof` is 0.
    dof : float
        Models with something to say, less parameters. A count that is expected to be nearly 0 or
        all items hardly varies; it counts as its variance in items, at most 1.
    """

    dispersion: float
    dof: float

    @property
    def excess_p(self) -> float:
        """Probability of a dispersion as large if only items scattered (counts)."""
        from scipy import special

        return float(special.chdtrc(self.dof, self.dispersion * self.dof)) if self.dof > 0 else math.nan


def scatter(problem: Problem, theta: Array, k: int) -> Scatter:
    """Scatter of one data set about the curve of `theta`, shape (k,)."""
    y, weight = problem.y[0], problem.weight[0]
    value = problem.mean(theta[None], problem.weight)[0][0]
    if problem.kind != "binomial":
        residual = np.log(y / value) if problem.kind == "log" else y - value
        dof = float(np.sum(weight > 0)) - k
        return Scatter(float(np.sum(weight * residual**2)) / dof if dof > 0 else math.nan, max(dof, 0.0))
    # a quarter item keeps one stray success where none is expected from being infinitely surprising
    p = np.clip(value, 0.25 / (weight + 0.5), 1 - 0.25 / (weight + 0.5))
    dof = float(np.sum(np.minimum(1.0, weight * value * (1 - value)))) - k
    if dof < 0.5:
        return Scatter(math.nan, 0.0)
    return Scatter(float(np.sum(weight * (y - value) ** 2 / (p * (1 - p)))) / dof, dof)


def lack_of_fit(problem: Problem, theta: Array) -> float:
    """p of the residuals' order along x: small where neighbours err on the same side.

    The statistic is von Neumann's ratio, squared differences of neighbours over squares, of
    standardised residuals, which no dispersion changes. Its distribution is simulated for normal
    errors, with the parameters' share taken out by the linearised hat matrix.

    Returns
    -------
    float
        NaN with fewer than two degrees of freedom.
    """
    y, weight = problem.y[0], problem.weight[0]
    value, gradient = (v[0] for v in problem.mean(theta[None], problem.weight))
    if problem.kind == "binomial":
        information = weight / (value * (1 - value))
        alive = weight * value * (1 - value) >= 0.5
    else:
        if problem.kind == "log":
            y, gradient, value = np.log(y), gradient / value[:, None], np.log(value)
        information, alive = weight, weight > 0
    order = np.argsort(problem.x, kind="stable")
    order = order[alive[order]]
    root = np.sqrt(information)[order]
    design = gradient[order] * root[:, None]
    length = np.sqrt(np.sum(design**2, axis=0))
    design = design[:, length > 1e-12 * max(float(length.max(initial=0)), 1e-300)]
    if len(order) - design.shape[1] < 2:
        return math.nan
    basis, kept = np.linalg.qr(design / np.sqrt(np.sum(design**2, axis=0)))
    basis = basis[:, np.abs(np.diagonal(kept)) > 1e-7]
    residual = ((y - value)[order]) * root
    if not float(residual @ residual) > 1e-20 * float(np.sum((y[order] * root) ** 2)):
        return math.nan
    draws = _normals(len(order))
    # so thin a product takes four times as long spread over threads
    with _threads().limit(limits=1, user_api="blas"):
        draws = draws - (draws @ basis) @ basis.T
    # ratios that agree to rounding are ties, and ties count as at least as small
    seen = float(_neumann(residual[None])[0]) + 1e-9
    return float((1 + np.sum(_neumann(draws) <= seen)) / (_DRAWS + 1))


def _neumann(residuals: Array) -> Array:
    return np.asarray(np.sum(np.diff(residuals, axis=1) ** 2, axis=1) / np.sum(residuals**2, axis=1))


@cache
def _threads() -> ThreadpoolController:
    """The numerical libraries that are loaded; to look for them at each call would cost what is saved."""
    return ThreadpoolController()


@cache
def _normals(size: int) -> Array:
    from scipy import special

    return np.asarray(special.ndtri(np.random.default_rng(0).random((_DRAWS, size))))
