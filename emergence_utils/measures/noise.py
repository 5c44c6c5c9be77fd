"""How much models of one size vary: items, and what goes beyond them, estimated from the ladder itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .._checks import BoolArray, FloatArray
from ..errors import InputError
from ..ladders import Ladder

__all__ = ["Dispersion", "given_dispersion", "informative", "item_variance", "possible", "right_or_wrong",
           "rounding_step", "rounding_variance", "smooth_dispersion", "split_dispersion", "wider_than_items"]

#: Expected right-times-wrong answers, n p (1 - p), from which a score can show variation beyond items.
ENOUGH_COUNTS = 2.0
#: Models on one side of a gap from which their trend is a line; fewer have a constant.
LINE_FROM = 4
#: Least degrees of freedom at which one side's own dispersion is looked at.
OWN_SIDE_FROM = 2
#: Ratio of item counts from which it matters whether variation between models shrinks with items.
UNEVEN_ITEMS = 1.5
#: Step between the ways looked at, in the ratio of the largest variance of the ladder to the least.
STEP_OF_WAYS = 4.0
#: Chance of a scatter as small as seen, below which a way for models to vary is ruled out.
IMPOSSIBLE = 0.002


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
    zero has a variance too, and what rounding adds (`rounding_variance`). None where the items are not
    right or wrong, or not counted: then their variance is not known.
    """
    if ladder.n_examples is None or not right_or_wrong(ladder):
        return None
    n = ladder.n_examples
    step = rounding_step(ladder.score, n)
    return np.asarray(_binomial(ladder.score, n) + rounding_variance(ladder.score, n, step))


def right_or_wrong(ladder: Ladder) -> bool:
    """Whether a score counts items that are each right or wrong, so that their number tells its variance."""
    return ladder.n_examples is not None and (ladder.metric is None or ladder.metric.all_or_nothing)


def _binomial(score: FloatArray, n: FloatArray) -> FloatArray:
    p = (score * n + 1) / (n + 2)
    return np.asarray(p * (1 - p) / n)


def informative(ladder: Ladder) -> BoolArray:
    """Which models can show variation beyond their items: not those whose answers are all wrong or right.

    Without item counts: not those at an end of the metric's range.
    """
    if ladder.n_examples is None or not right_or_wrong(ladder):
        low, high = (0.0, 1.0) if ladder.metric is None else (ladder.metric.low, ladder.metric.high)
        return np.asarray((ladder.score != low) & (ladder.score != high))
    n = ladder.n_examples
    return np.asarray(_binomial(ladder.score, n) * n**2 >= ENOUGH_COUNTS)


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


def wider_than_items(n: FloatArray | None) -> FloatArray:
    r"""Ways in which the variance of a score may depend on its items, as factors on theirs.

    The variance of a score is taken as :math:`\varphi\,p(1-p)\,(1/n + t)`: what varies between models
    does not shrink with items. Where item counts are much alike, t is nothing but a part of the
    dispersion. Where they differ, t decides how much a model with many items varies, and a short ladder
    cannot tell t: models with few items hide it. So a test takes the worst of these t, from 0 to one that
    makes all models vary much the same, up to the first that is not `possible`: the truth may lie between
    it and the last one that is.

    Parameters
    ----------
    n : ndarray, shape (m,), optional
        Items per model.

    Returns
    -------
    ndarray, shape (ways, m)
        1 + n t, the first way with t = 0; the only one where item counts differ by less than
        `UNEVEN_ITEMS` or are not known.
    """
    if n is None:
        return np.ones((1, 1))
    spread = float(n.max() / n.min())
    if spread <= UNEVEN_ITEMS:
        return np.ones((1, len(n)))
    steps = int(np.ceil(np.log(spread) / np.log(STEP_OF_WAYS)))
    left = np.maximum(spread ** (1 - np.arange(steps + 1) / steps), 1 + 0.1 * (spread - 1) / spread)
    t = np.maximum(1 / n.min() - left / n.max(), 0.0) / (left - 1)  # largest variance over least: left
    return np.asarray(1 + n * t[:, None])


def possible(phi: FloatArray, dof: FloatArray) -> BoolArray:
    """Whether models may vary as supposed: no way for them to scatter far less than they would.

    Parameters
    ----------
    phi : ndarray
        Variance seen over the least that is supposed.
    dof : ndarray
        Its degrees of freedom.
    """
    from scipy import special

    return np.asarray(special.chdtr(dof, phi * dof) >= IMPOSSIBLE)


def rounding_step(share: FloatArray, n: FloatArray | None) -> float:
    """Step that scores are evidently rounded to: 0.01, 0.001 or 0.0001, or 0 where to none.

    Evident is that every score is a multiple of it though the counts of items would let that happen by
    chance only once in a thousand ladders. Scores at an end of the range are no evidence.

    Parameters
    ----------
    share : ndarray, shape (m,)
        Scores as shares of the range.
    n : ndarray, shape (m,), optional
        Items per model.

    Examples
    --------
    >>> rounding_step(np.array([0.31, 0.42, 0.56]), np.full(3, 1200.0))
    0.01
    >>> rounding_step(np.array([0.31, 0.42, 0.56]), np.full(3, 100.0))
    0.0
    """
    if n is None:
        return 0.0
    whole = np.maximum(np.rint(n), 1).astype(int)[(share > 0) & (share < 1)]
    for steps in (100, 1000, 10_000):
        by_chance = float(np.prod(np.gcd(whole, steps) / whole))
        if by_chance < 1e-3 and bool(np.all(np.abs(share * steps - np.rint(share * steps)) < 1e-9 * steps)):
            return 1 / steps
    return 0.0


def rounding_variance(share: FloatArray, n: FloatArray, step: float) -> FloatArray:
    """Variance that rounding adds to each score: step² / 12 or more, shape (m,).

    Rounding also takes scatter away where the true scores lie closer together than a step, so that
    no estimate from the ladder finds this variance. Where items make less noise than half a step, equal
    models may fall on either side of one by a hair: the sum of both is then step² / 4, not less.
    """
    return np.asarray(np.maximum(step**2 / 12, step**2 / 4 - _binomial(share, n)))


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
