"""AICc of a curve when scores scatter between models and are noisy themselves; fits made once."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..curves import Curve, Fit, fit

__all__ = ["judged", "remembered"]

Array = NDArray[np.float64]
#: Variances between models that are tried, in squared score; steps of a sixth do for a likelihood.
_SCATTER = np.concatenate([[0.0], np.logspace(-9, 1, 150)])[:, None]


def remembered(curve: Curve, x: Array, y: Array) -> Fit:
    """Least-squares `curves.fit` with a memory: the same curve and points give the same fit again."""
    return _fit(curve, np.asarray(x, dtype=float).tobytes(), np.asarray(y, dtype=float).tobytes())


def judged(curve: Curve, x: Array, y: Array, noise: Array | None) -> float:
    """AICc of the least-squares curve, with the variance of each score as a floor of the scatter.

    Parameters
    ----------
    noise : array of float, shape (n,), or None
        Variance of each score that is known beforehand, of its items for one. The likelihood is
        normal with variance ``s + noise``, maximised over s >= 0. None gives plain least squares.
    """
    found = remembered(curve, x, y)
    spare = len(y) - found.k - 1
    if noise is None or spare <= 0 or found.status == "undetermined":
        return found.aicc
    variance = _SCATTER + np.maximum(noise, 1e-12)
    loss = np.log(2 * math.pi * variance) + (y - found.predict(x)) ** 2 / variance
    return float(loss.sum(axis=1).min()) + 2 * found.k + 2 * found.k * (found.k + 1) / spare


@lru_cache(maxsize=8192)
def _fit(curve: Curve, x: bytes, y: bytes) -> Fit:
    return fit(curve, np.frombuffer(x), np.frombuffer(y))
