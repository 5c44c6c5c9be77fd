"""Power laws on a logarithmic axis, and exponentials on a linear one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .base import Array, Curve, spread
from .settings import check_setting

__all__ = ["BrokenPowerLaw", "Errors", "Exponential", "PowerLaw"]

Errors = Literal["multiplicative", "additive"]
_LN10 = math.log(10)


def _log_line(x: Array, excess: Array) -> tuple[Array, Array]:
    """Intercept and slope, shape (b,), of lines through the logarithms of `excess`, shape (b, m)."""
    logs = np.log(np.maximum(excess, 1e-12 * np.abs(excess).max(axis=1, keepdims=True) + 1e-300))
    centred = x - x.mean()
    slope = logs @ centred / max(float(centred @ centred), 1e-300)
    return logs.mean(axis=1) - slope * x.mean(), slope


@dataclass(frozen=True)
class PowerLaw(Curve):
    """A loss that falls to a floor: floor + exp(log_amplitude) * 10^(-exponent x), x the log10 of scale.

    Parameters
    ----------
    floor : float or None
        Irreducible part; None makes it a free parameter of at least 0.
    errors : {"multiplicative", "additive"}
        Scatter in proportion to the loss (least squares on logarithms), or the same everywhere.
        Ignored where items are counted.
    """

    floor: float | None = None
    errors: Errors = "multiplicative"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_setting("floor", self.floor, least=0)

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("log_amplitude", "exponent", *(["floor"] if self.floor is None else []))

    @property
    def natural(self) -> tuple[str, ...]:
        return ("exponent", "floor") if self.floor is None else ("exponent",)

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        low = theta[:, 2:3] if self.floor is None else self.floor
        fall = np.exp(np.clip(theta[:, :1] - theta[:, 1:2] * _LN10 * x, -600, 600))
        parts = [fall, -_LN10 * x * fall]
        if self.floor is None:
            parts.append(np.ones_like(fall))
        return low + fall, np.stack(parts, axis=-1)

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        free = [float(np.min(y))] if self.floor is None else []
        return np.array([-np.inf, 0.0, *[0.0] * len(free)]), np.array([np.inf, 10.0, *np.maximum(free, 0.0)])

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        least = np.maximum(y.min(axis=1), 0.0)
        shares = (0.0, 0.3, 0.6, 0.8, 0.9, 0.97, 0.995)
        floors = [least * s for s in shares] if self.floor is None else [np.full(len(y), self.floor)]
        found = []
        for low in floors:
            start, slope = _log_line(x, y - low[:, None])
            parts = [start, np.clip(-slope / _LN10, 0.0, 10.0), *([low] if self.floor is None else [])]
            found.append(np.stack(parts, axis=-1))
        return np.stack(found, axis=1)


@dataclass(frozen=True)
class BrokenPowerLaw(Curve):
    """A power law whose exponent changes at a break (Caballero 2022, one break).

    floor + exp(log_amplitude) * 10^(-exponent x - change s log10(1 + 10^((x - break) / s))).

    Parameters
    ----------
    floor : float
        Irreducible part.
    smoothness : float
        s, decades over which the exponent changes.
    errors : {"multiplicative", "additive"}
        As of `PowerLaw`.
    """

    floor: float = 0.0
    smoothness: float = 0.2
    errors: Errors = "multiplicative"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_setting("floor", self.floor, least=0)
        check_setting("smoothness", self.smoothness, least=1e-3)

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("log_amplitude", "exponent", "change", "break")

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        s = self.smoothness
        u = (x - theta[:, 3:]) * (_LN10 / s)
        bent = s * np.logaddexp(0.0, u)
        share = np.exp(-np.logaddexp(0.0, -u))
        power = theta[:, :1] - theta[:, 1:2] * _LN10 * x - theta[:, 2:3] * bent
        fall = np.exp(np.clip(power, -600, 600))
        parts = [fall, -_LN10 * x * fall, -bent * fall, theta[:, 2:3] * _LN10 * share * fall]
        return self.floor + fall, np.stack(parts, axis=-1)

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        first, last, _ = spread(x)
        return np.array([-np.inf, -10.0, -20.0, first]), np.array([np.inf, 10.0, 20.0, last])

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        first, _, span = spread(x)
        excess = y - self.floor
        logs = np.log(np.maximum(excess, 1e-12 * np.abs(excess).max(axis=1, keepdims=True) + 1e-300))
        found = []
        for share in (0.1, 0.25, 0.4, 0.55, 0.7, 0.9):
            at = first + share * span
            bent = self.smoothness * np.logaddexp(0.0, (x - at) * (_LN10 / self.smoothness))
            design = np.column_stack([np.ones_like(x), -_LN10 * x, -bent])
            solved = np.linalg.lstsq(design, logs.T, rcond=None)[0].T
            found.append(np.column_stack([solved, np.full(len(y), at)]))
        return np.stack(found, axis=1)


@dataclass(frozen=True)
class Exponential(Curve):
    """floor + exp(log_start + slope x): an exponential on a linear axis, a power law on a logarithmic one.

    Parameters
    ----------
    floor : float
        Level from which it rises, usually chance.

    Examples
    --------
    >>> Exponential(0.25)(np.array([0.0, 1.0]), np.array([np.log(0.1), np.log(2)])).round(3).tolist()
    [0.35, 0.45]
    """

    floor: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_setting("floor", self.floor)

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("log_start", "slope")

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        rise = np.exp(np.clip(theta[:, :1] + theta[:, 1:] * x, -600, 100))
        return self.floor + rise, np.stack([rise, x * rise], axis=-1)

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        return np.full(2, -np.inf), np.full(2, np.inf)

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        _, last, span = spread(x)
        excess = np.maximum(y - self.floor, 1e-3)
        start, slope = _log_line(x, excess)
        top = np.log(excess.max(axis=1))
        found = [np.stack([start, slope], axis=-1)]
        found += [np.stack([top - steep * last, np.full(len(y), steep)], axis=-1)
                  for steep in (0.0, 2 / span, 8 / span, 30 / span)]
        return np.stack(found, axis=1)
