"""Shapes that a curve may have, on a grid: the best level, height and shape at once, for many ladders.

Each family is ``a + b g(x; shape)``. For a given shape, a and b are least squares; over a grid of shapes
that is one matrix product for any number of ladders, with no optimiser and no starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._checks import FloatArray
from ..errors import UnknownNameError

__all__ = ["SMOOTH", "Grid", "kinks", "smooth_shapes", "steps"]

#: Smooth families: name -> what it is.
SMOOTH = {
    "line": "straight",
    "logistic": "floor and ceiling free",
    "gompertz": "slow start, fast end",
    "gompertz mirrored": "fast start, slow end",
    "saturating exponential": "ever slower",
    "power law": "falling error, 10^(-exponent x)",
    "exponential": "ever faster",
}
MIDPOINTS, WIDTHS = 41, 18


@dataclass(frozen=True)
class Grid:
    """Orthonormal weighted shapes, shape (g, d, m), beside the constant; `at` says which each is."""

    basis: FloatArray
    at: FloatArray

    def gain(self, standardised: FloatArray) -> FloatArray:
        """Sum of squares each shape explains, shape (g, b), of centred standardised ladders (b, m)."""
        return np.asarray(sum((self.basis[:, d] @ standardised.T) ** 2 for d in range(self.basis.shape[1])))


def smooth_shapes(x: FloatArray, weight: FloatArray, names: tuple[str, ...] = tuple(SMOOTH),
                  min_width: float = 0.0) -> Grid:
    """All shapes of the smooth families named; sigmoids take at least `min_width` decades from 10 to 90 %."""
    u = (x - x.min()) / np.ptp(x)
    least = max(min_width / float(np.ptp(x)), 0.1)
    shapes: list[FloatArray] = []
    mids, widths = np.linspace(-0.75, 1.75, MIDPOINTS), np.geomspace(least, max(6.0, 2 * least), WIDTHS)
    z = ((u - mids[:, None, None]) / widths[:, None]).reshape(-1, len(x))
    rates = np.geomspace(0.05, 2.2 / least, 60)[:, None]
    for name in names:
        if name not in SMOOTH:
            raise UnknownNameError("curve family", name, SMOOTH)
        if name == "line":
            shapes.append(u[None, :])
        elif name == "logistic":
            shapes.append(0.5 * (1 + np.tanh(z * np.log(9))))
        elif name.startswith("gompertz"):
            turned = -z if "mirrored" in name else z
            # 10 to 90 % of a Gompertz curve take ln(ln 10 / ln(10/9)) = 3.08 of its scale
            g = np.exp(-np.exp(np.clip(-3.08 * turned, -50, 50)))
            shapes.append(-g if "mirrored" in name else g)
        elif name == "exponential":
            shapes.append(np.exp(rates * (u - 1)))
        else:  # a saturating exponential in log scale is a power law in scale: one shape serves both
            shapes.append(-np.exp(-rates * u))
    return _grid(np.concatenate(shapes)[:, None, :], weight, np.full(0, np.nan))


def kinks(x: FloatArray, weight: FloatArray, places: int = 121) -> Grid:
    """Two lines that meet at each of many places, from the second scale to the last but one."""
    inner = np.unique(x)
    breaks = np.unique(np.r_[np.linspace(inner[1], inner[-2], places), inner[1:-1]])
    after = np.clip(x - breaks[:, None], 0, None)
    return _grid(np.stack([np.broadcast_to(x, after.shape), after], axis=1), weight, breaks)


def steps(x: FloatArray, weight: FloatArray) -> Grid:
    """One step in each gap."""
    inner = np.unique(x)
    middle = (inner[1:] + inner[:-1]) / 2
    return _grid((x > middle[:, None]).astype(float)[:, None, :], weight, middle)


def _grid(shapes: FloatArray, weight: FloatArray, at: FloatArray) -> Grid:
    """Weighted and orthogonal to the constant and to each other; shapes that are flat here fall out."""
    root = np.sqrt(weight)
    one = root / np.linalg.norm(root)
    done: list[FloatArray] = []
    for d in range(shapes.shape[1]):
        s = (shapes[:, d] - shapes[:, d].mean(axis=1, keepdims=True)) * root
        size = np.linalg.norm(s, axis=1, keepdims=True)
        for _ in range(2):  # twice is enough (Kahan)
            s = s - (s @ one)[:, None] * one
            for earlier in done:
                s = s - np.sum(s * earlier, axis=1, keepdims=True) * earlier
        left = np.linalg.norm(s, axis=1, keepdims=True)
        known = (left > 1e-7 * np.maximum(size, 1e-300)) & (left > 1e-12)
        done.append(np.where(known, s / np.where(known, left, 1.0), 0.0))
    return Grid(np.stack(done, axis=1), at)
