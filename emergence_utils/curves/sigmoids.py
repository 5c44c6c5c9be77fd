"""Curves that rise from a floor to a ceiling."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ..errors import InputError
from .base import Array, Curve, solve_linear, spread
from .settings import check_limits, check_setting

__all__ = ["Gompertz", "Logistic", "SaturatingExponential", "Sigmoid"]

#: Smallest distance of a free ceiling from a fixed floor.
_APART = 1e-6
#: 10-90 % width of a logistic curve in units of its scale parameter.
_LOGISTIC = 2 * math.log(9)
#: The same of a Gompertz curve, and its place at half height.
_GOMPERTZ, _HALF = math.log(math.log(10) / -math.log(0.9)), -math.log(math.log(2))
#: Where the search for a rise begins: midpoints in spans right of the smallest x, widths in spans.
_MIDPOINTS, _WIDTHS = (-0.25, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.4), (0.06, 0.25, 0.8, 2.5)


def _check_widths(least: float, most: float) -> None:
    check_setting("min_width", least)
    check_setting("max_width", most)
    if not 0 < least <= most:
        raise InputError(f"need 0 < min_width <= max_width, got {least}, {most}.")


@dataclass(frozen=True)
class Sigmoid(Curve):
    """A rise floor + (ceiling - floor) r((x - midpoint) / width), r from 0 to 1, half at the midpoint.

    Parameters
    ----------
    floor : float or None
        Value far below the onset, usually the chance level; None makes it a free parameter.
    ceiling : float or None
        Value far above; None makes it a free parameter.
    min_width, max_width : float
        Allowed width of the rise from 10 to 90 %, in units of x. A smooth null for a jump test has
        a `min_width`: without one a curve can be as sharp as any step.
    limits : tuple of float
        Range of the score, in which free floors and ceilings are sought.
    """

    floor: float | None = 0.0
    ceiling: float | None = None
    min_width: float = 1e-3
    max_width: float = 40.0
    limits: tuple[float, float] = (0.0, 1.0)
    bounded: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_limits(self.limits)
        check_setting("floor", self.floor)
        check_setting("ceiling", self.ceiling)
        _check_widths(self.min_width, self.max_width)
        lowest = self.limits[0] if self.floor is None else self.floor
        if self.ceiling is not None and not self.ceiling > lowest:
            raise InputError(f"ceiling must lie above floor {self.floor}, got {self.ceiling}.")
        if self.floor is not None and not self.floor < self.limits[1]:
            raise InputError(f"floor must be a number below {self.limits[1]:g}, got {self.floor}.")

    @abstractmethod
    def _rise(self, z: Array) -> tuple[Array, Array, Array]:
        """r(z), 1 - r(z) and r'(z), z in units of the 10-90 % width."""

    @property
    def parameters(self) -> tuple[str, ...]:
        free = [n for n in ("floor", "ceiling") if getattr(self, n) is None]
        return ("midpoint", "log_width", *free)

    @property
    def natural(self) -> tuple[str, ...]:
        return self.parameters[2:]

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        middle, width = theta[:, :1], np.exp(theta[:, 1:2])
        low = theta[:, 2:3] if self.floor is None else self.floor
        top = theta[:, -1:] if self.ceiling is None else self.ceiling
        z = (x - middle) / width
        up, down, slope = self._rise(z)
        gradient = np.empty((*z.shape, theta.shape[1]))
        height = top - low
        turn = height * slope
        gradient[..., 0] = -turn / width
        gradient[..., 1] = -turn * z
        if self.floor is None:
            gradient[..., 2] = down
        if self.ceiling is None:
            gradient[..., -1] = up
        return low * down + top * up, gradient

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        first, last, span = spread(x)
        low, high = [first - 3 * span, math.log(self.min_width)], [last + 3 * span, math.log(self.max_width)]
        if self.floor is None:
            low.append(self.limits[0])
            high.append(self.limits[1])
        if self.ceiling is None:
            low.append((self.limits[0] if self.floor is None else self.floor) + _APART)
            high.append(self.limits[1])
        return np.array(low), np.array(high)

    def loosened(self) -> tuple[Curve, dict[int, float]]:
        return (self, {}) if self.floor is None else (replace(self, floor=None), {2: self.floor})

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        first, _, span = spread(x)
        middles = first + span * np.array(_MIDPOINTS)
        widths = np.unique(np.log(np.clip(span * np.array(_WIDTHS), self.min_width, self.max_width)))
        pairs = np.stack(np.meshgrid(middles, widths, indexing="ij"), axis=-1).reshape(-1, 2)
        k = len(self.parameters)
        grid = np.hstack([pairs, np.zeros((len(pairs), k - 2))])
        if k == 2:
            return np.broadcast_to(grid, (len(y), *grid.shape)).copy()
        return solve_linear(self, x, y, weight, grid, tuple(range(2, k)))


@dataclass(frozen=True)
class Logistic(Sigmoid):
    """Smooth rise that leaves its floor as it nears its ceiling: r = 1 / (1 + exp(-2 ln(9) z)).

    Parameters
    ----------
    floor : float or None
        Value far below the onset, usually the chance level; None makes it a free parameter.
    ceiling : float or None
        Value far above; None makes it a free parameter, at most 1 (see `limits`).
    min_width, max_width : float
        Allowed 10-90 % width, in units of x.
    limits : tuple of float
        Range of the score.
    """

    def _rise(self, z: Array) -> tuple[Array, Array, Array]:
        scaled = _LOGISTIC * z
        small = np.exp(-np.abs(scaled))
        near, far = 1 / (1 + small), small / (1 + small)  # both exact to rounding at either end
        right = scaled >= 0
        return np.where(right, near, far), np.where(right, far, near), _LOGISTIC * near * far

    @property
    def rivals(self) -> tuple[Curve, ...]:
        shared = (self.floor, self.ceiling, self.min_width, self.max_width, self.limits)
        return Gompertz(*shared), Gompertz(*shared, mirror=True)


@dataclass(frozen=True)
class Gompertz(Sigmoid):
    """Rise that is fast at the floor and slow at the ceiling: r = exp(-ln 2 exp(-z)), z scaled.

    Parameters
    ----------
    floor, ceiling, min_width, max_width, limits
        As of `Logistic`.
    mirror : bool
        Turned round: slow at the floor, fast at the ceiling (the complementary log-log curve).
    """

    mirror: bool = False
    lopsided: ClassVar[bool] = True

    def _rise(self, z: Array) -> tuple[Array, Array, Array]:
        sign = -1.0 if self.mirror else 1.0
        inner = np.exp(np.clip(-sign * _GOMPERTZ * z - _HALF, -700, 700))
        r, rest = np.exp(-inner), -np.expm1(-inner)
        slope = _GOMPERTZ * inner * r
        return (rest, r, slope) if self.mirror else (r, rest, slope)

    @property
    def rivals(self) -> tuple[Curve, ...]:
        shared = (self.floor, self.ceiling, self.min_width, self.max_width, self.limits)
        return Logistic(*shared), replace(self, mirror=not self.mirror)


@dataclass(frozen=True)
class SaturatingExponential(Curve):
    """Rise that only slows down: floor + (ceiling - floor) (1 - exp(-ln(9) (x - onset) / width)).

    On a logarithmic axis this is an error that falls as a power of scale towards 1 - ceiling.

    Parameters
    ----------
    floor : float
        Level whose crossing is called the onset; left of it the curve goes on below.
    ceiling : float or None
        Value far above; None makes it a free parameter.
    min_width, max_width : float
        Allowed width: over it, what is left of the rise falls to one ninth (from 90 to 10 %).
    limits : tuple of float
        Range of the score.
    """

    floor: float = 0.0
    ceiling: float | None = None
    min_width: float = 1e-2
    max_width: float = 100.0
    limits: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_limits(self.limits)
        check_setting("floor", self.floor)
        check_setting("ceiling", self.ceiling)
        _check_widths(self.min_width, self.max_width)
        if not self.floor < (self.limits[1] if self.ceiling is None else self.ceiling):
            raise InputError(f"floor must lie below the ceiling, got {self.floor} and {self.ceiling}.")

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("onset", "log_width", *(["ceiling"] if self.ceiling is None else []))

    @property
    def natural(self) -> tuple[str, ...]:
        return self.parameters[2:]

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        top = theta[:, 2:3] if self.ceiling is None else self.ceiling
        scale = np.exp(theta[:, 1:2]) / math.log(9)
        t = np.maximum((x - theta[:, :1]) / scale, -50.0)
        left = np.exp(-t)
        height = top - self.floor
        gradient = np.empty((*t.shape, theta.shape[1]))
        gradient[..., 0] = -height * left / scale
        gradient[..., 1] = -height * left * t
        done = -np.expm1(-t)
        if self.ceiling is None:
            gradient[..., 2] = done
        return self.floor + height * done, gradient

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        first, last, span = spread(x)
        low = [first - 10 * span, math.log(self.min_width), self.floor + _APART]
        high = [last, math.log(self.max_width), self.limits[1]]
        k = len(self.parameters)
        return np.array(low[:k]), np.array(high[:k])

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        first, _, span = spread(x)
        onsets = first + span * np.array([-3.0, -1.0, -0.3, 0.0, 0.2, 0.4, 0.7])
        widths = np.log(np.clip(span * np.array([0.2, 0.6, 2.0, 6.0, 20.0]), self.min_width, self.max_width))
        pairs = np.stack(np.meshgrid(onsets, widths, indexing="ij"), axis=-1).reshape(-1, 2)
        if self.ceiling is not None:
            return np.broadcast_to(pairs, (len(y), *pairs.shape)).copy()
        return solve_linear(self, x, y, weight, np.hstack([pairs, np.zeros((len(pairs), 1))]), (2,))
