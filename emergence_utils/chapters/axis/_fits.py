"""AICc of a curve when scores scatter between models and are noisy themselves; fits made once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ...curves import Curve
from ..fit_memory import FitMemory

__all__ = ["FITS", "aicc_with_noise"]

Array = NDArray[np.float64]
#: Variances between models that are tried, in squared score; steps of a sixth do for a likelihood.
_SCATTER = np.concatenate([[0.0], np.logspace(-9, 1, 150)])[:, None]


#: Of a fit made ahead only the curve itself is known, not its doubt.
FITS = FitMemory(doubts=False)


def aicc_with_noise(curve: Curve, x: Array, y: Array, noise: Array | None, *, base: float = 0.0,
                    span: float = 1.0) -> float:
    """AICc of the least-squares curve, with the variance of each score as a floor of the scatter.

    Parameters
    ----------
    noise : array of float, shape (n,), or None
        Variance of each score that is known beforehand, of its items for one. The likelihood is
        normal with variance ``s + noise``, maximised over s >= 0. None gives plain least squares.
    base, span : float
        The curve is fitted to ``(y - base) / span``.
    """
    found = FITS.fit(curve, x, (y - base) / span)
    spare = len(y) - found.k - 1
    if any(math.isnan(v) for v in found.params.values()):
        return math.inf  # fewer models than parameters
    if noise is None or spare <= 0:
        return found.aicc + 2 * len(y) * math.log(span)
    variance = _SCATTER + np.maximum(noise, 1e-12)
    loss = np.log(2 * math.pi * variance) + (y - base - span * found.predict(x)) ** 2 / variance
    return float(loss.sum(axis=1).min()) + 2 * found.k + 2 * found.k * (found.k + 1) / spare
