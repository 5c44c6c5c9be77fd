"""Curves made of levels: a step, and curves that never fall with no other shape assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .base import Array, Curve

__all__ = ["Isotonic", "Levels", "Monotone", "Step"]


@dataclass(frozen=True)
class Step(Curve):
    """A true threshold: `low` up to the break, `high` above it."""

    bounded: ClassVar[bool] = True
    exact: ClassVar[bool] = True

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("break", "low", "high")

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        below = x <= theta[:, :1]
        value = np.where(below, theta[:, 1:2], theta[:, 2:3])
        return value, np.stack([np.zeros_like(value), below * 1.0, ~below * 1.0], axis=-1)

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        return np.array([float(x.min()), -np.inf, -np.inf]), np.array([float(x.max()), np.inf, np.inf])

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        """Every gap with the means of its two sides: the best for that gap, so nothing is left to search."""
        places = np.unique(x)
        gaps = (places[1:] + places[:-1]) / 2
        below = (x <= gaps[:, None]) * 1.0
        found = [np.broadcast_to(gaps, (len(y), len(gaps)))]
        for side in (below, 1 - below):
            mass = weight @ side.T
            found.append((weight * y) @ side.T / np.maximum(mass, 1e-300))
        return np.stack(found, axis=-1)

    def boxes(self, x: Array, y: Array, n_starts: int) -> tuple[Array, Array]:
        """The loss is flat in the break between two models, so it stays where its start has put it."""
        low, high = super().boxes(x, y, n_starts)
        places = np.unique(x)
        low[:, 0] = high[:, 0] = (places[1:] + places[:-1]) / 2
        return low, high


@dataclass(frozen=True)
class Levels(Curve):
    """What `Isotonic` and `Monotone` share: no parameters, but levels at knots that `fit` fills in."""

    increasing: bool = True
    knots: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    bounded: ClassVar[bool] = True
    shaped: ClassVar[bool] = False

    @property
    def parameters(self) -> tuple[str, ...]:
        return ()

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        if not self.knots:
            raise InputError(f"{type(self).__name__} has no levels yet; call fit, then predict.")
        value = np.broadcast_to(self._between(x), (len(theta), x.shape[-1]))
        return value, np.zeros((*value.shape, 0))

    def _between(self, x: Array) -> Array:
        return np.asarray(np.interp(x, self.knots, self.levels))

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        return np.zeros(0), np.zeros(0)

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        return np.zeros((len(y), 1, 0))

    def filled(self, x: Array, y: Array, weight: Array) -> tuple[Levels, int]:
        """The family with its levels, and the number of different ones, by pooling adjacent violators."""
        places, where = np.unique(x, return_inverse=True)
        mass = np.asarray(np.bincount(where, weights=weight), dtype=float)
        mean = np.bincount(where, weights=weight * y) / mass
        level, blocks = _pooled(mean if self.increasing else -mean, mass)
        level = level if self.increasing else -level
        return self._with(places, level, mass, blocks), int(blocks[-1]) + 1

    def _with(self, places: Array, level: Array, mass: Array, blocks: NDArray[np.intp]) -> Levels:
        return type(self)(self.increasing, tuple(places.tolist()), tuple(level.tolist()))


@dataclass(frozen=True)
class Isotonic(Levels):
    """The best curve that never falls (or never rises): no shape assumed beyond the direction.

    Parameters
    ----------
    increasing : bool
    knots, levels : tuple of float
        Filled in by `fit`; values between knots are interpolated, beyond them held.
    """


@dataclass(frozen=True)
class Monotone(Levels):
    """A smooth curve that never falls: a monotone cubic spline (PCHIP) through the isotonic levels.

    Each pooled level is one knot, at the weighted mean of its scales; beyond the outer knots the
    curve is held.

    Parameters
    ----------
    increasing : bool
    knots, levels : tuple of float
        Filled in by `fit`.
    """

    def _between(self, x: Array) -> Array:
        if len(self.knots) == 1:
            return np.full(x.shape, self.levels[0])
        from scipy.interpolate import PchipInterpolator

        inside = np.clip(x, self.knots[0], self.knots[-1])
        return np.asarray(PchipInterpolator(self.knots, self.levels)(inside))

    def _with(self, places: Array, level: Array, mass: Array, blocks: NDArray[np.intp]) -> Levels:
        weight = np.bincount(blocks, weights=mass)
        centre = np.bincount(blocks, weights=mass * places) / weight
        height = np.bincount(blocks, weights=mass * level) / weight
        return Monotone(self.increasing, tuple(centre.tolist()), tuple(height.tolist()))


def _pooled(mean: Array, mass: Array) -> tuple[Array, NDArray[np.intp]]:
    """Levels that never fall, and the number of the block of each place."""
    stack: list[tuple[float, float, int]] = []  # level, mass, places
    for level, weight in zip(mean.tolist(), mass.tolist(), strict=True):
        size = 1
        # levels that only rounding tells apart are one, on every processor
        while stack and stack[-1][0] >= level - 1e-12 * max(abs(level), 1e-12):
            other, heavy, wide = stack.pop()
            level = (level * weight + other * heavy) / (weight + heavy)
            weight, size = weight + heavy, size + wide
        stack.append((level, weight, size))
    sizes = [s for *_, s in stack]
    return np.repeat([v for v, *_ in stack], sizes), np.repeat(np.arange(len(stack), dtype=np.intp), sizes)
