"""AICc of a curve when scores scatter between models and are noisy themselves; fits made once."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ...curves import Curve, Fit, Isotonic, fit, fit_each

__all__ = ["aicc_with_noise", "cached_fit", "fit_ahead"]

Array = NDArray[np.float64]
#: Variances between models that are tried, in squared score; steps of a sixth do for a likelihood.
_SCATTER = np.concatenate([[0.0], np.logspace(-9, 1, 150)])[:, None]


#: Fits made so far: the same curve and points give the same fit again.
_DONE: dict[tuple[Curve, bytes, bytes], Fit] = {}


def cached_fit(curve: Curve, x: Array, y: Array) -> Fit:
    """Least-squares `curves.fit` with a memory."""
    key = _key(curve, x, y)
    if key not in _DONE:
        _DONE[key] = fit(curve, x, y)
    return _DONE[key]


def fit_ahead(curve: Curve, ladders: Iterable[tuple[Array, Array]]) -> None:
    """Fit a curve to many ladders at once, for `cached_fit` to find.

    Of a fit made here only the curve itself is known, not its doubt.
    """
    if isinstance(curve, Isotonic):
        return  # has no parameters, and is quick
    due = {key: (x, y, None) for x, y in ladders if (key := _key(curve, x, y)) not in _DONE}
    _DONE.update(zip(due, fit_each(curve, list(due.values()), doubts=False), strict=True))


def _key(curve: Curve, x: Array, y: Array) -> tuple[Curve, bytes, bytes]:
    return curve, np.asarray(x, dtype=float).tobytes(), np.asarray(y, dtype=float).tobytes()


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
    found = cached_fit(curve, x, (y - base) / span)
    spare = len(y) - found.k - 1
    if any(math.isnan(v) for v in found.params.values()):
        return math.inf  # fewer models than parameters
    if noise is None or spare <= 0:
        return found.aicc + 2 * len(y) * math.log(span)
    variance = _SCATTER + np.maximum(noise, 1e-12)
    loss = np.log(2 * math.pi * variance) + (y - base - span * found.predict(x)) ** 2 / variance
    return float(loss.sum(axis=1).min()) + 2 * found.k + 2 * found.k * (found.k + 1) / spare
