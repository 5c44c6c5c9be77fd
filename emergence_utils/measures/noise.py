"""How much models of one size vary: items, and what goes beyond them, estimated from the ladder itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .._checks import BoolArray, FloatArray
from ..errors import InputError
from ..ladders import Ladder

__all__ = ["Dispersion", "given_dispersion", "informative", "item_variance", "smooth_dispersion",
           "split_dispersion"]

#: Expected right-times-wrong answers, n p (1 - p), from which a score can show variation beyond items.
ENOUGH_COUNTS = 2.0
#: Models on one side of a gap from which their trend is a line; fewer have a constant.
LINE_FROM = 4
#: Least degrees of freedom at which one side's own dispersion is looked at.
OWN_SIDE_FROM = 2


@dataclass(frozen=True)
class Dispersion:
    """Variance of scores over that of their items, and what is known of it.

    Parameters
    ----------
    phi : float
        Ratio of variances; the variance itself where the items' is unknown. NaN where it cannot be told.
    dof : float
        Degrees of freedom of the estimate; infinite where it was given, 0 where there are none.
    source : str
        ``"estimated"``, ``"replicates"``, ``"given"`` or ``"not estimable"``.
    """

    phi: float
    dof: float
    source: str = "estimated"


def given_dispersion(ladder: Ladder, dispersion: float | None) -> Dispersion | None:
    """The dispersion the caller states, or that of replicate seeds; None where neither is there.

    Raises
    ------
    InputError
        If `dispersion` is not a positive finite number.
    """
    if dispersion is not None:
        if not (np.isfinite(dispersion) and dispersion > 0):
            raise InputError(f"dispersion must be a positive number (1 is item noise), got {dispersion}.")
        return Dispersion(float(dispersion), np.inf, "given")
    if ladder.replicates is not None and ladder.replicates[1] > 0:
        return Dispersion(max(float(ladder.replicates[0]), 1.0), float(ladder.replicates[1]), "replicates")
    return None


def item_variance(ladder: Ladder) -> FloatArray | None:
    """Variance of each score that its items alone make, in squared units of the score.

    :math:`\\tilde p (1 - \\tilde p) / n` with :math:`\\tilde p = (k + 1) / (n + 2)`, so that a score of
    zero has a variance too. None where the items are not right or wrong, or not counted: then their
    variance is not known.
    """
    if ladder.n_examples is None or not (ladder.metric is None or ladder.metric.all_or_nothing):
        return None
    n = ladder.n_examples
    p = (ladder.score * n + 1) / (n + 2)
    return np.asarray(p * (1 - p) / n)


def informative(ladder: Ladder) -> BoolArray:
    """Which models can show variation beyond their items: not those whose answers are all wrong or right.

    Without item counts: not those at an end of the metric's range.
    """
    variance = item_variance(ladder)
    if variance is None or ladder.n_examples is None:
        low, high = (0.0, 1.0) if ladder.metric is None else (ladder.metric.low, ladder.metric.high)
        return np.asarray((ladder.score != low) & (ladder.score != high))
    return np.asarray(variance * ladder.n_examples**2 >= ENOUGH_COUNTS)


@dataclass(frozen=True)
class SplitNoise:
    """Dispersion on the two sides of each gap, as quadratic forms in the standardised scores.

    `within` has a symmetric matrix per gap and side, shape (gaps, 2, m, m); `dofs` their ranks.
    """

    within: FloatArray
    dofs: FloatArray

    def phi(self, standardised: FloatArray) -> FloatArray:
        """Dispersion per ladder and gap, shape (b, gaps), of scores over their standard errors, (b, m).

        The two sides pooled, or that of one side where it is larger and has a few degrees of freedom of
        its own: noise seldom stays the same along a ladder. NaN where there are none.
        """
        part = np.einsum("bi,gsij,bj->bgs", standardised, self.within, standardised, optimize=True)
        part = np.clip(part, 0.0, None)  # rounding
        with np.errstate(invalid="ignore", divide="ignore"):
            pooled = part.sum(axis=2) / self.dofs.sum(axis=1)
            own = np.where(self.dofs >= OWN_SIDE_FROM, part / self.dofs, 0.0).max(axis=2)
        return np.asarray(np.where(self.dofs.sum(axis=1) > 0, np.maximum(pooled, own), np.nan))

    @property
    def dof(self) -> FloatArray:
        """Degrees of freedom per gap, shape (gaps,)."""
        return np.asarray(self.dofs.sum(axis=1))


def split_dispersion(x: FloatArray, variance: FloatArray, use: BoolArray) -> SplitNoise:
    """What is left of the scores left and right of each gap once each side has a trend of its own.

    Four models or more get a line, two or three a constant, one model nothing: a jump in the gap
    itself does then not count as noise, and a trend that is no line counts as some.

    Parameters
    ----------
    x : ndarray, shape (m,)
        log10 of scale.
    variance : ndarray, shape (m,)
        Of the scores, by items alone.
    use : ndarray of bool, shape (m,)
        Models that can show variation (`informative`).
    """
    m = len(x)
    within, dofs = np.zeros((m - 1, 2, m, m)), np.zeros((m - 1, 2))
    for gap in range(m - 1):
        for side, rows in enumerate((np.arange(gap + 1), np.arange(gap + 1, m))):
            kept = rows[use[rows]]
            if len(kept) < 2:
                continue
            design = np.vander(x[kept] - x[kept].mean(), 2 if len(kept) >= LINE_FROM else 1)
            within[gap, side][np.ix_(kept, kept)] = _leftover(design, variance[kept])
            dofs[gap, side] = len(kept) - design.shape[1]
    return SplitNoise(within, dofs)


def between_models(x: FloatArray, y: FloatArray, variance: FloatArray, n: FloatArray, use: BoolArray,
                   gap: int) -> float:
    """Variance between models per unit of p(1-p) that explains the scatter beside one gap (Paule-Mandel).

    Where tests differ much in length this is another noise than a common ratio to the items' variance:
    variation between models does not shrink with items. 0 where items explain all.
    """
    def excess(tau2: float) -> float:
        wider = variance * (1 + n * tau2)
        chi2 = dof = 0.0
        for rows in (np.flatnonzero(use[: gap + 1]), gap + 1 + np.flatnonzero(use[gap + 1:])):
            if len(rows) > 1:
                design = np.vander(x[rows] - x[rows].mean(), 2 if len(rows) >= LINE_FROM else 1)
                r = y[rows] / np.sqrt(wider[rows])
                chi2 += float(r @ _leftover(design, wider[rows]) @ r)
                dof += len(rows) - design.shape[1]
        return chi2 - dof

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, 4.0  # 4 is more than any spread of scores in [0, 1] can be
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high


def smooth_dispersion(x: FloatArray, y: FloatArray, variance: FloatArray) -> Dispersion:
    """Dispersion about one polynomial through the whole ladder: a line, from six models a quadratic, from
    eight a cubic.

    It is right where the curve is smooth, and too large, never too small, where it is not.
    """
    m = len(x)
    degree = 1 if m < 6 else 2 if m < 8 else 3
    dof = m - degree - 1
    if dof < 1:
        return Dispersion(np.nan, 0.0, "not estimable")
    centred = (x - x.mean()) / (np.ptp(x) / 2)
    r = y / np.sqrt(variance)
    left = float(r @ _leftover(np.vander(centred, degree + 1), variance) @ r)
    return Dispersion(max(left, 0.0) / dof, float(dof))


def normal_ladders(m: int, draws: int) -> FloatArray:
    """Standard normal draws, shape (draws, m), the same in every call: tests calibrated on them repeat."""
    return _normals(m, draws)


@lru_cache(maxsize=64)
def _normals(m: int, draws: int) -> FloatArray:
    from scipy import special

    return np.asarray(special.ndtri(np.random.default_rng([m, 20]).random((draws, m))))


def _leftover(design: FloatArray, variance: FloatArray) -> FloatArray:
    """Residual maker of a weighted fit, for scores over their standard errors."""
    q = np.linalg.qr(design / np.sqrt(variance)[:, None])[0]
    return np.asarray(np.eye(len(variance)) - q @ q.T)
