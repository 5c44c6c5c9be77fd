"""Least squares with a covariance that survives unequal spread and models that come in families."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import numbers
from ..errors import InputError

__all__ = ["Array", "Codes", "classical", "line", "pair", "sandwich"]

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
#: A leverage this near to one means that the fit goes through the point whatever its score.
_FULL = 1 - 1e-9


def pair(x: ArrayLike, y: ArrayLike, least: int) -> tuple[Array, Array]:
    """Two finite columns of one length, at least `least` rows and three different values of x."""
    xa, ya = numbers("x", x, ndim=1), numbers("y", y, ndim=1)
    if len(xa) != len(ya):
        raise InputError(f"x and y must be of one length, got {len(xa)} and {len(ya)}.")
    if not (np.isfinite(xa).all() and np.isfinite(ya).all()):
        raise InputError("x and y must be finite; leave models of unknown scale out and say so.")
    if len(xa) < least or len(np.unique(xa)) < 3:
        raise InputError(f"x must hold at least {least} points at three or more scales, got {len(xa)} points "
                         f"at {len(np.unique(xa))}.")
    return xa, ya


def classical(design: Array, y: Array) -> tuple[Array, Array]:
    """Coefficients and covariance of least squares with equal spread; NaN without a degree of freedom."""
    inverse = np.linalg.inv(design.T @ design)
    coef = inverse @ (design.T @ y)
    left = len(y) - design.shape[1]
    rest = y - design @ coef
    return coef, inverse * (float(rest @ rest) / left if left > 0 else np.nan)


def sandwich(design: Array, y: Array, groups: Codes) -> tuple[Array, Array]:
    r"""Coefficients and the cluster-robust covariance CR3, which is HC3 where every group holds one row.

    .. math:: V = (X'X)^{-1} \Big[\sum_g X_g' \tilde e_g \tilde e_g' X_g\Big] (X'X)^{-1}, \qquad
              \tilde e_g = (I - H_{gg})^{-1} e_g

    Up to the centring of its mean this is the jackknife that leaves one group out at a time. The
    covariance is NaN where leaving a group out leaves a coefficient undetermined.
    """
    inverse = np.linalg.inv(design.T @ design)
    coef = inverse @ (design.T @ y)
    rest = y - design @ coef
    meat = np.zeros_like(inverse)
    for g in range(groups.max() + 1):
        rows = design[groups == g]
        hat = rows @ inverse @ rows.T
        if np.linalg.eigvalsh(hat)[-1] > _FULL:
            return coef, np.full_like(inverse, np.nan)
        score = rows.T @ np.linalg.solve(np.eye(len(rows)) - hat, rest[groups == g])
        meat += np.outer(score, score)
    return coef, inverse @ meat @ inverse


def line(x: Array, y: Array, groups: Codes | None = None) -> tuple[float, float]:
    """Slope of one straight line and its robust standard error, NaN where the points cannot give one.

    Two points, or a line that runs through every point, have no standard error: their residuals
    are zero by construction and not by precision.
    """
    if len(x) < 3 or np.ptp(x) == 0:
        return np.nan, np.nan
    centred = x - x.mean()
    square = float(centred @ centred)
    slope = float(centred @ y) / square
    if groups is not None:
        design = np.column_stack([np.ones_like(x), centred])
        error = float(np.sqrt(sandwich(design, y, np.unique(groups, return_inverse=True)[1])[1][1, 1]))
    else:
        leverage = 1 / len(x) + centred**2 / square
        if leverage.max() > _FULL:
            return slope, np.nan
        rest = y - y.mean() - slope * centred
        error = float(np.sqrt(np.sum((centred * rest / (1 - leverage)) ** 2))) / square
    exact = error * np.sqrt(square) <= 1e-12 * max(float(np.abs(y).max()), 1e-300)
    return slope, np.nan if exact else error
