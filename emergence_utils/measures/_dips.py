"""How deep two stretches of noise dip by chance: the calibration of the U test from counts.

A U needs a fall and a rise. Under a monotone truth one of the two is noise, and the test that asks for
both is deceived most often where the other is certain: a steep fall and then flat (or flat and then a
steep rise). There the statistic is the largest rise between any two stretches of the flat models, which
is what `null_dips` draws. Flat everywhere is far milder: there both must be luck.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .._checks import BoolArray, FloatArray, IntArray

__all__ = ["Bends", "NullDips", "Stretches", "null_dips"]

#: Numbers of neighbouring models averaged: single models, then wider, which noisy ladders need.
WIDTHS = (1, 2, 4, 8)
#: Cells of one block of draws, so that long ladders do not fill the memory.
_CELLS = 4_000_000


@dataclass(frozen=True)
class Stretches:
    """All pairs of stretches of equal width in a ladder of m models, the first before the second.

    Parameters
    ----------
    first, last, width : ndarray of int, shape (p,)
        Starts of both stretches, and their width.
    weights : ndarray, shape (p, m)
        Mean of the second less mean of the first.
    """

    first: IntArray
    last: IntArray
    width: IntArray
    weights: FloatArray

    @classmethod
    def of(cls, m: int) -> Stretches:
        """Those that leave room for a third stretch of that width before or after."""
        pairs = [(a, b, w) for w in WIDTHS if 3 * w <= m for a in range(m - 2 * w + 1)
                 for b in range(a + w, m - w + 1)]
        weights = np.zeros((len(pairs), m))
        for row, (a, b, w) in zip(weights, pairs, strict=True):
            row[a:a + w], row[b:b + w] = -1 / w, 1 / w
        first, last, width = np.array(pairs).T
        return cls(first, last, width, weights)

    def dip(self, z: FloatArray) -> tuple[float, int, int]:
        """The largest over troughs of min(fall, rise), in standard errors; start and width of the trough."""
        best = (-np.inf, 0, 1)
        for w in np.unique(self.width):
            own = self.width == w
            for trough in np.intersect1d(self.last[own], self.first[own]):
                fall = -z[own & (self.last == trough)].min()
                rise = z[own & (self.first == trough)].max()
                best = max(best, (float(min(fall, rise)), int(trough), int(w)), key=lambda v: v[0])
        return best


@dataclass(frozen=True)
class Bends:
    """Each inner model less the line between its two neighbours: noise, and a little curvature.

    Truths that bend make it larger, never smaller, so that a dispersion from it errs to the safe side.
    """

    weights: FloatArray

    @classmethod
    def of(cls, x: FloatArray) -> Bends:
        """Of models at x, shape (m,), in decades."""
        m = len(x)
        weights = np.zeros((max(m - 2, 0), m))
        for i in range(1, m - 1):
            right = (x[i] - x[i - 1]) / (x[i + 1] - x[i - 1])
            weights[i - 1, i - 1:i + 2] = right - 1, 1.0, -right
        return cls(weights)

    def dof(self, covariance: FloatArray, used: BoolArray) -> float:
        """Degrees of freedom of their mean square (Satterthwaite): neighbours share models."""
        own = self.weights[used] @ covariance @ self.weights[used].T
        spread = np.sqrt(np.diag(own))
        return float(used.sum() ** 2 / np.sum((own / np.outer(spread, spread)) ** 2))


@dataclass(frozen=True)
class NullDips:
    """Sorted draws of the null: what chance alone reaches.

    Parameters
    ----------
    after, before : ndarray, shape (draws,)
        Largest rise in standard errors among stretches with room before, and with room after, them.
    apart : ndarray, shape (draws,)
        Largest difference of any two models, either way.
    """

    after: FloatArray
    before: FloatArray
    apart: FloatArray

    def p_value(self, dip: float) -> float:
        """Chance of a dip at least as deep under the least favourable monotone truth."""
        n = len(self.after)
        beyond = max(n - int(np.searchsorted(v, dip, side="left")) for v in (self.after, self.before))
        return (beyond + 1) / (n + 1)

    def critical(self, alpha: float) -> float:
        """Dip that chance alone exceeds with probability `alpha`."""
        return float(max(np.quantile(v, 1 - alpha) for v in (self.after, self.before)))

    def factor(self, tail: float) -> float:
        """Standard errors that no difference of two models exceeds, but for a share `tail`."""
        return float(np.quantile(self.apart, 1 - tail))


def null_dips(covariance: FloatArray, x: FloatArray, used: BoolArray | None = None, *,
              dof: float = np.inf, draws: int = 20_000, seed: int = 0) -> NullDips:
    """Draw noise of models that score alike.

    Parameters
    ----------
    covariance : ndarray, shape (m, m)
        Of the scores, up to a factor.
    x : ndarray, shape (m,)
    used : ndarray of bool, shape (m - 2,), optional
        Bends that the dispersion is estimated from: each draw is then divided by the root of its own.
    dof : float
        Without `used`: degrees of freedom of a dispersion from elsewhere; infinite where it is known.
    """
    mask = None if used is None else tuple(bool(u) for u in used)
    scale = covariance / np.diag(covariance).mean()
    # scales that agree to six digits give one answer, so that a table of ladders draws once
    return _drawn(np.round(scale, 6).tobytes(), np.round(x - x[0], 6).tobytes(), mask, dof, draws, seed)


@lru_cache(maxsize=64)
def _drawn(covariance: bytes, x: bytes, used: tuple[bool, ...] | None, dof: float, draws: int,
           seed: int) -> NullDips:
    from scipy import special

    place = np.frombuffer(x)
    m = len(place)
    cov = np.frombuffer(covariance).reshape(m, m)
    size, turn = np.linalg.eigh(cov)
    root = turn * np.sqrt(np.maximum(size, 0))
    pairs, rng = Stretches.of(m), np.random.default_rng(seed)
    weights = _standardised(pairs.weights, cov)
    after, before = pairs.first >= pairs.width, pairs.last + 2 * pairs.width <= m
    single = pairs.width == 1
    bends = None if used is None else _standardised(Bends.of(place).weights[np.array(used)], cov)
    parts = []
    for start in range(0, draws, step := max(_CELLS // len(weights), 1)):
        uniform = rng.random((min(step, draws - start), m + 1))
        noise = special.ndtri(uniform[:, :m]) @ root.T
        z = noise @ weights.T
        if bends is not None:
            z /= np.sqrt(np.mean((noise @ bends.T) ** 2, axis=1))[:, None]
        elif np.isfinite(dof):
            z /= np.sqrt(2 * special.gammaincinv(dof / 2, uniform[:, m]) / dof)[:, None]
        parts.append(np.stack([z[:, after].max(axis=1), z[:, before].max(axis=1),
                               np.abs(z[:, single]).max(axis=1)]))
    done = np.sort(np.concatenate(parts, axis=1), axis=1)
    return NullDips(done[0], done[1], done[2])


def _standardised(weights: FloatArray, covariance: FloatArray) -> FloatArray:
    spread = np.sqrt(np.einsum("pi,ij,pj->p", weights, covariance, weights))
    return np.asarray(weights / np.where(spread > 0, spread, np.inf)[:, None])
