"""The slope of a flat part, and how many items would show it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ...curves import Logistic, fit
from ...errors import InputError

__all__ = ["flat_slope", "items_for_slope", "items_on"]


def items_for_slope(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike, chance: float, *, models: int,
                    min_width: float = 1.0, alpha: float = 0.05, power: float = 0.8) -> float:
    r"""Items per model at which the flat part would have shown the slope of a smooth rise.

    A logistic curve from chance, ceiling free, is fitted to the whole ladder. On its values
    :math:`p_i` at the flat models a one-sided likelihood-ratio test of "no change" has
    non-centrality :math:`2 n \sum_i \mathrm{KL}(p_i \| \bar p)`, which must reach
    :math:`(z_{1-\alpha} + z_{power})^2`.

    Returns
    -------
    float
        Not rounded; infinite where the curve is flat to machine precision.

    Notes
    -----
    The tail of the fitted curve is taken at its word: it is the slope that *this* smooth curve has
    down there, not one that was seen.
    """
    xa = np.asarray(x, dtype=float)
    if not 2 <= models <= len(xa):
        raise InputError(f"models must lie between 2 and {len(xa)}, got {models}.")
    smooth = fit(Logistic(floor=chance, min_width=min_width), xa, value, n_examples)
    return items_on(smooth.predict(xa[:models]), alpha=alpha, power=power)


def items_on(curve: ArrayLike, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """`items_for_slope` where the values of the fitted curve at the flat models are known."""
    p = np.clip(np.asarray(curve, dtype=float), 1e-12, 1 - 1e-12)
    mean = p.mean()
    divergence = float(np.sum(p * np.log(p / mean) + (1 - p) * np.log((1 - p) / (1 - mean))))
    need = float(special.ndtri(1 - alpha) + special.ndtri(power)) ** 2
    return need / (2 * divergence) if divergence > 1e-15 else float("inf")


def flat_slope(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike) -> tuple[float, float]:
    """Weighted least-squares slope of scores that should be flat, and its z value under "no change".

    Parameters
    ----------
    x : array-like, shape (n,)
    value, n_examples
        Fractions and items; the noise is binomial at the pooled rate.

    Returns
    -------
    slope, z : float
        Slope per unit of x; z is 0 where every answer is right or wrong.

    Examples
    --------
    >>> flat_slope([0, 1, 2], [0.0, 0.0, 0.0], 50)
    (0.0, 0.0)
    """
    xa, v = np.asarray(x, dtype=float), np.asarray(value, dtype=float)
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), xa.shape)
    if len(xa) < 2 or np.ptp(xa) == 0:
        raise InputError(f"a slope needs at least two models of different scale, got {len(xa)}.")
    centred = xa - np.average(xa, weights=n)
    rate = float(np.average(v, weights=n))
    slope = float(np.sum(n * centred * v) / np.sum(n * centred**2))
    noise = float(np.sqrt(rate * (1 - rate) / np.sum(n * centred**2)))
    return slope, slope / noise if noise > 0 else 0.0
