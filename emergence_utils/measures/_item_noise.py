"""Noise that the items of a benchmark put on differences between models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from .._checks import FloatArray, numbers
from ..errors import InputError
from ..ladders import Ladder

__all__ = ["Counted", "ItemNoise", "Paired", "Unknown", "paired"]


class ItemNoise(Protocol):
    """Variances of weighted sums of scores, the weights one row each, shape (p, m)."""

    @property
    def covariance(self) -> FloatArray:
        """Of the scores of models that are equally good, up to a factor, shape (m, m)."""

    def if_equal(self, weights: FloatArray) -> FloatArray:
        """If the models weighted are equally good (a score test's variance)."""

    def if_straight(self, weights: FloatArray) -> FloatArray:
        """If the models weighted lie on the line that the weights are orthogonal to."""

    def as_seen(self, weights: FloatArray) -> FloatArray:
        """At the scores seen, kept off zero; for intervals."""


@dataclass(frozen=True)
class Counted:
    """Each model answered items of its own, or which items it got right is not known.

    Parameters
    ----------
    share : ndarray, shape (m,)
        Score as a share of the metric's range. Binomial where an item scores 0 or 1; elsewhere p(1-p)
        is the most that the variance of an item can be.
    n : ndarray, shape (m,)
    wider : ndarray, shape (m,), optional
        Factors on each model's variance, for models that vary by more than their items.
    rounding : float
        Variance that rounding adds to each share.
    """

    share: FloatArray
    n: FloatArray
    wider: FloatArray | None = None
    rounding: float = 0.0

    @property
    def _per_item(self) -> FloatArray:
        return np.asarray((1.0 if self.wider is None else self.wider) / self.n)

    @property
    def covariance(self) -> FloatArray:
        rounded = 0.0
        if self.rounding > 0:
            rate = float(np.mean(self.share * (1 - self.share)))
            # two digits are enough of a ratio, and spare draws
            rounded = float(f"{self.rounding / max(rate, 1e-3):.1e}")
        return np.asarray(np.diag(self._per_item + rounded))

    def if_equal(self, weights: FloatArray) -> FloatArray:
        used = weights != 0
        pooled = (used @ (self.n * self.share)) / (used @ self.n)
        return np.asarray(pooled * (1 - pooled) * (weights**2 @ self._per_item) + self._rounded(weights))

    def if_straight(self, weights: FloatArray) -> FloatArray:
        rest = weights * ((weights @ self.share) / np.sum(weights**2, axis=1))[:, None]
        fitted = np.clip(self.share - rest, 0, 1)
        of_items = np.sum(weights**2 * fitted * (1 - fitted) * self._per_item, axis=1)
        return np.asarray(of_items + self._rounded(weights))

    def as_seen(self, weights: FloatArray) -> FloatArray:
        kept = (self.n * self.share + 1) / (self.n + 2)  # Agresti and Caffo: one right, one wrong more
        of_items = weights**2 @ (kept * (1 - kept) * self._per_item * self.n / (self.n + 2))
        return np.asarray(of_items + self._rounded(weights))

    def _rounded(self, weights: FloatArray) -> FloatArray:
        return np.asarray(self.rounding * np.sum(weights**2, axis=1))


@dataclass(frozen=True)
class Paired:
    """All models answered the same items, and each answer is known: what is shared drops out.

    Parameters
    ----------
    items : ndarray, shape (m, n)
    """

    items: FloatArray

    @property
    def covariance(self) -> FloatArray:
        return np.asarray(np.cov(self.items, ddof=0) / self.items.shape[1])

    def if_equal(self, weights: FloatArray) -> FloatArray:
        return np.asarray(np.mean((weights @ self.items) ** 2, axis=1) / self.items.shape[1])  # McNemar's

    def if_straight(self, weights: FloatArray) -> FloatArray:
        return self.if_equal(weights)

    def as_seen(self, weights: FloatArray) -> FloatArray:
        n = self.items.shape[1]
        # one item more that speaks for the difference and one against it
        moment = np.sum((weights @ self.items) ** 2, axis=1) + np.sum(weights**2, axis=1)
        return np.asarray(moment / n**2)


@dataclass(frozen=True)
class Unknown:
    """Items not counted: one unknown variance for all models, known only through a dispersion."""

    m: int

    @property
    def covariance(self) -> FloatArray:
        return np.eye(self.m)

    def if_equal(self, weights: FloatArray) -> FloatArray:
        return np.asarray(np.sum(weights**2, axis=1))

    def if_straight(self, weights: FloatArray) -> FloatArray:
        return self.if_equal(weights)

    def as_seen(self, weights: FloatArray) -> FloatArray:
        return self.if_equal(weights)


def paired(items: ArrayLike, ladder: Ladder) -> Paired:
    """Answers of all models to all items, checked against the scores of the ladder.

    Raises
    ------
    InputError
        On another shape, values other than 0 and 1, or rows whose means are not the scores.
    """
    found = numbers("items", items, ndim=2)
    if found.shape[0] != len(ladder) or found.shape[1] < 2:
        raise InputError(f"items must hold one row a model, smallest first, and two items or more; got shape "
                         f"{found.shape} for {len(ladder)} models.")
    if not np.isin(found, (0, 1)).all():
        raise InputError(f"items must hold 0 (wrong) and 1 (right), got "
                         f"{found[~np.isin(found, (0, 1))][0]:g}.")
    off = np.abs(found.mean(axis=1) - ladder.score)
    if off.max() > 0.005:  # scores are often printed as whole percents
        i = int(off.argmax())
        raise InputError(f"items must have the scores as the means of their rows, smallest model first; got "
                         f"{found[i].mean():.3g} for the score {ladder.score[i]:.3g} of row {i}.")
    return Paired(found)
