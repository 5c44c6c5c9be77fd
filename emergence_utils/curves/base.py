"""What a curve family is: settings in its fields, values and their gradient for many parameter vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .._checks import FloatArray
from .._typed import check_settings

__all__ = ["Array", "Curve", "solve_linear"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Curve(ABC):
    """A family of curves y = f(x; theta); `fit` finds theta.

    Subclasses hold settings only. The axis ``x`` is whatever the caller chose, usually log10 of
    training FLOPs or parameters, so that widths are in decades.
    """

    #: Values stay inside the range of a fraction whatever theta is.
    bounded: ClassVar[bool] = False
    #: Parameters that a constant ladder cannot determine.
    shaped: ClassVar[bool] = True
    #: Starts are the best of their boxes already: nothing is left to search.
    exact: ClassVar[bool] = False
    #: Its ends differ: where models scatter beyond their items, which few ladders can rule out, 95 %
    #: intervals of its midpoint held 86 % (`benchmarks/error_rates.py`), so that it is never "ok".
    lopsided: ClassVar[bool] = False
    #: The loss has many valleys, so that a profile has to try every start again.
    ragged: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    @abstractmethod
    def parameters(self) -> tuple[str, ...]:
        """Names of the free parameters, in the order of theta."""

    @abstractmethod
    def evaluate(self, x: Array, theta: Array) -> tuple[Array, Array]:
        """Values and gradient of b curves.

        Parameters
        ----------
        x : ndarray, shape (m,) or (b, m)
        theta : ndarray, shape (b, k)

        Returns
        -------
        ndarray, shape (b, m); ndarray, shape (b, m, k)
        """

    @abstractmethod
    def bounds(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Box in which the parameters are sought: lowest and highest values, shape (k,) each."""

    @abstractmethod
    def starts(self, x: Array, y: Array, weight: Array) -> Array:
        """Where an optimiser begins: shape (b, s, k) for scores `y` and weights of shape (b, m)."""

    def boxes(self, x: Array, y: Array, n_starts: int) -> tuple[Array, Array]:
        """Box of each start, shape (s, k); the same one unless a loss is smooth in pieces only."""
        low, high = self.bounds(x, y)
        return np.tile(low, (n_starts, 1)), np.tile(high, (n_starts, 1))

    @property
    def natural(self) -> tuple[str, ...]:
        """Parameters whose bounds are set by what is measured, not by how far a search goes."""
        return ()

    @property
    def rivals(self) -> tuple[Curve, ...]:
        """Families of the same parameters and another shape: who is right where they differ?"""
        return ()

    def loosened(self) -> tuple[Curve, dict[int, float]]:
        """The same curves with settings among their parameters, and where those stand: place -> value.

        Curves that differ by such a setting alone can then be searched together.
        """
        return self, {}

    def __call__(self, x: Array, theta: Array) -> Array:
        """Values at `x`, shape (m,), for theta of shape (k,), or (b, m) for theta of shape (b, k)."""
        theta = np.asarray(theta, dtype=float)
        value, _ = self.evaluate(np.asarray(x, dtype=float), np.atleast_2d(theta))
        return value if theta.ndim == 2 else value[0]


def solve_linear(curve: Curve, x: Array, y: Array, weight: Array, grid: Array,
                 linear: tuple[int, ...]) -> Array:
    """Starts from a grid of the other parameters, with the linear ones by weighted least squares.

    Parameters
    ----------
    x : ndarray, shape (m,)
    y, weight : ndarray, shape (b, m)
    grid : ndarray, shape (s, k)
        Columns `linear` are overwritten.

    Returns
    -------
    ndarray, shape (b, s, k)
    """
    low, high = curve.bounds(x, y)
    at = grid.copy()
    at[:, linear] = 0.0
    rest, gradient = curve.evaluate(x, at)
    basis = gradient[:, :, linear]
    normal = np.einsum("bm,smp,smq->bspq", weight, basis, basis)
    right = np.einsum("bm,smp,bsm->bsp", weight, basis, y[:, None] - rest)
    size = np.einsum("bspp->bsp", normal)
    ridge = 1e-10 * size + 1e-12 * weight.sum(axis=1)[:, None, None] + 1e-300
    normal = normal + ridge[..., None] * np.eye(len(linear))
    found = np.broadcast_to(at, (len(y), *at.shape)).copy()
    found[:, :, linear] = np.linalg.solve(normal, right[..., None])[..., 0]
    return np.asarray(np.clip(found, low, high))


def spread(x: FloatArray) -> tuple[float, float, float]:
    """Smallest and largest value, and the distance between them."""
    return float(x.min()), float(x.max()), float(np.ptp(x))
