"""Curves of straight pieces: constant, line, two lines that meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .base import Array, Curve, solve_linear

__all__ = ["Constant", "Line", "Segmented"]


@dataclass(frozen=True)
class Constant(Curve):
    """y = a: nothing happens."""

    bounded: ClassVar[bool] = True
    shaped: ClassVar[bool] = False

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("level",)

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        value = np.broadcast_to(theta, (len(theta), x.shape[-1]))
        return value, np.ones((*value.shape, 1))

    @property
    def natural(self) -> tuple[str, ...]:
        return self.parameters

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        # the best level is a mean of scores, and so is every level that could be meant by them
        fractions = float(y.min()) >= 0 and float(y.max()) <= 1
        return (np.zeros(1), np.ones(1)) if fractions else (np.array([-np.inf]), np.array([np.inf]))

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        return solve_linear(self, x, y, weight, np.zeros((1, 1)), (0,))


@dataclass(frozen=True)
class Line(Curve):
    """y = intercept + slope x: what extrapolating "linear-ish" plots assumes."""

    shaped: ClassVar[bool] = False

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("intercept", "slope")

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        value = theta[:, :1] + theta[:, 1:] * x
        return value, np.stack([np.ones_like(value), np.broadcast_to(x, value.shape)], axis=-1)

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        return np.full(2, -np.inf), np.full(2, np.inf)

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        solved = solve_linear(self, x, y, weight, np.zeros((1, 2)), (0, 1))
        level = np.sum(weight * y, axis=1) / np.sum(weight, axis=1)
        flat = np.stack([level, np.zeros(len(y))], axis=-1)[:, None]
        return np.concatenate([solved, flat], axis=1)


@dataclass(frozen=True)
class Segmented(Curve):
    """Two lines that meet: a kink at the break (Muggeo's segmented regression)."""

    ragged: ClassVar[bool] = True

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("intercept", "slope", "change", "break")

    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        past = np.maximum(x - theta[:, 3:], 0.0)
        value = theta[:, :1] + theta[:, 1:2] * x + theta[:, 2:3] * past
        parts = [np.ones_like(value), np.broadcast_to(x, value.shape), past,
                 -theta[:, 2:3] * (x > theta[:, 3:])]
        return value, np.stack(parts, axis=-1)

    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        edges = _edges(x)
        return np.array([-np.inf] * 3 + [edges[0]]), np.array([np.inf] * 3 + [edges[-1]])

    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        edges = _edges(x)
        at = np.append((edges[1:] + edges[:-1]) / 2, edges) if len(edges) > 1 else edges
        grid = np.zeros((len(at), 4))
        grid[:, 3] = at
        return solve_linear(self, x, y, weight, grid, (0, 1, 2))

    def boxes(self, x: Array, y: Array, n_starts: int) -> tuple[Array, Array]:
        """Within a gap between models the loss is smooth in the break: each gap and model is searched."""
        low, high = super().boxes(x, y, n_starts)
        edges = _edges(x)
        if len(edges) > 1:
            low[:, 3] = np.append(edges[:-1], edges)
            high[:, 3] = np.append(edges[1:], edges)
        return low, high


def _edges(x: Array) -> Array:
    """Places of the models between which a break may lie: each line needs two of them."""
    inner = np.unique(x)
    return inner[1:-1] if len(inner) > 3 else inner
