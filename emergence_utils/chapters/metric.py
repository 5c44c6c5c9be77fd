"""Is it the metric? Score curves made from a smooth loss, and which of two scores of one output moves first.

The curves are simulations; nothing about them is a measurement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..curves import Curve, Line, Logistic, Segmented
from ..errors import InputError
from ..fitting import compare, fit
from ..intervals import resampled_rows
from ..results import Result

__all__ = ["argmax_accuracy", "chain_accuracy", "chain_rise_width", "half_accuracy_scale", "kink", "lead"]

Array = NDArray[np.float64]


def chain_accuracy(scale: ArrayLike, c: float, exponent: float, length: ArrayLike = 1) -> Array:
    r"""Probability that all of `length` independent tokens are right, :math:`e^{-L (N/c)^{-a}}`.

    The closed form of Schaeffer et al. (2023, sec. 2), for sampled answers and a loss that is the
    same for every token: :math:`(N/c)^{-a}` nats, with a > 0 (they write alpha = -a).

    Parameters
    ----------
    scale : array-like
        Parameters N, or any other measure of scale.
    c : float
        Scale at which the loss is one nat.
    exponent : float
        a.
    length : array-like
        L.

    Examples
    --------
    >>> round(float(chain_accuracy(1.0, c=1.0, exponent=0.5, length=1)), 4)
    0.3679
    """
    if c <= 0 or exponent <= 0:
        raise InputError(f"c and exponent must be positive, got {c} and {exponent}.")
    return np.exp(-np.asarray(length) * (np.asarray(scale, dtype=float) / c) ** -exponent)


def half_accuracy_scale(c: float, exponent: float, length: float = 1) -> float:
    r"""Scale at which `chain_accuracy` is one half, :math:`c\,(L/\ln 2)^{1/a}`.

    Examples
    --------
    >>> [round(half_accuracy_scale(1, 0.5, L), 3) for L in (1, 2, 5, 10)]
    [2.081, 8.325, 52.034, 208.137]
    """
    return float(c * (length / np.log(2)) ** (1 / exponent))


def chain_rise_width(exponent: float, low: float = 0.1, high: float = 0.9) -> float:
    r"""Decades of scale in which `chain_accuracy` rises from `low` to `high`.

    :math:`\log_{10}(\ln low / \ln high) / a`: the length of the answer does not enter.

    Examples
    --------
    >>> round(chain_rise_width(0.5), 3), round(chain_rise_width(0.076), 1)
    (2.679, 17.6)
    """
    if not 0 < low < high < 1:
        raise InputError(f"need 0 < low < high < 1, got {low} and {high}.")
    return float(np.log10(np.log(low) / np.log(high)) / exponent)


def argmax_accuracy(p_correct: ArrayLike, n_choices: int, spread: float, *, n_items: int = 20_000,
                    seed: int = 0) -> Array:
    """Multiple-choice accuracy of a model whose log-probabilities drift smoothly.

    The correct option leads each wrong one by ``log(p / ((1 - p) / (k - 1)))`` on average, and
    every option of every item deviates from that by a normal draw. With no spread all items flip
    at once and accuracy is a step; with spread it is a smooth curve that passes 1 / k where
    p = 1 / k.

    Parameters
    ----------
    p_correct : array-like, shape (m,)
        Probability of the correct option for an item at the mean, per model.
    n_choices : int
        Options per item (k).
    spread : float
        Standard deviation of an option's log-probability over items, in nats.
    n_items, seed : int
        Size and seed of the simulated test.

    Returns
    -------
    ndarray, shape (m,)
    """
    p = np.atleast_1d(np.asarray(p_correct, dtype=float))
    if ((p <= 0) | (p >= 1)).any() or n_choices < 2 or spread < 0:
        raise InputError("need p_correct in (0, 1), n_choices >= 2 and spread >= 0.")
    deviation = np.random.default_rng(seed).normal(0, spread, size=(n_items, n_choices))
    margin = np.log(p * (n_choices - 1) / (1 - p))
    needed = deviation[:, 1:].max(axis=1) - deviation[:, 0]  # lead that beats the strongest wrong option
    return np.asarray([(m > needed).mean() for m in margin])


def kink(x: ArrayLike, y: ArrayLike, *, against: Sequence[Curve] = (Line(),),
         clusters: ArrayLike | None = None, level: float = 0.95, n_resamples: int = 200,
         seed: int = 0) -> Result:
    """Lead in AICc of two lines that meet over the best of other curves; above 4 a kink is supported.

    Against a single line only, the lead says that the scores are not straight. To call that a
    kink, smooth bends must have been given their chance too: pass e.g.
    ``against=(Line(), Logistic(floor=None))``. Scores are scaled to [0, 1] first.

    Parameters
    ----------
    x, y : array-like, shape (n,)
        Log-scale and score; at least eight points.
    against : sequence of Curve
        Rivals of the kink.
    clusters : array-like, shape (n,), optional
        Families, drawn whole in the bootstrap.

    Returns
    -------
    Result
        The note says in which share of resamples the lead is at least 4.
    """
    xa, ya = _pair(x, y, 8)
    if np.ptp(ya) > 0:
        ya = (ya - ya.min()) / np.ptp(ya)
    draws = np.array([compare(against, xa[i], ya[i])[0].aicc - fit(Segmented(), xa[i], ya[i]).aicc
                      for i in _resamples(len(xa), clusters, n_resamples, seed)])
    result = _result(draws, len(xa), level, clusters is not None,
                     "x must hold at least four different values")
    known = draws[1:][np.isfinite(draws[1:])]
    note = f"a break leads by 4 or more in {np.mean(known >= 4):.0%} of {len(known)} resamples"
    return replace(result, notes=(note, *result.notes))


def lead(x: ArrayLike, hard: ArrayLike, soft: ArrayLike, *, share: float = 0.1,
         clusters: ArrayLike | None = None, level: float = 0.95, n_resamples: int = 200,
         seed: int = 0) -> Result:
    """How much earlier the soft score starts to rise than the hard one, in units of x.

    Each score is scaled to its largest value and fitted by a logistic curve from 0 with a free
    ceiling; the onset is where the curve has made `share` of its own rise. Positive: the soft
    score moves first.

    Parameters
    ----------
    x : array-like, shape (n,)
        Log-scale.
    hard, soft : array-like, shape (n,)
        Scores of the same models, both zero where nothing works.
    share : float
        Part of the rise that counts as its start.
    clusters : array-like, shape (n,), optional
        Families, drawn whole in the bootstrap.
    """
    xa, ha = _pair(x, hard, 8)
    _, sa = _pair(x, soft, 8)
    if not 0 < share < 1:
        raise InputError(f"share must lie in (0, 1), got {share}.")
    draws = np.array([_start(xa[i], ha[i], share) - _start(xa[i], sa[i], share)
                      for i in _resamples(len(xa), clusters, n_resamples, seed)])
    return _result(draws, len(xa), level, clusters is not None,
                   "hard and soft must each rise above zero, over at least three different values of x")


def _result(draws: Array, n: int, level: float, clustered: bool, needed: str) -> Result:
    """Estimate (the first draw) with a percentile interval over the resamples that determine it."""
    estimate, again = float(draws[0]), draws[1:][np.isfinite(draws[1:])]
    if not np.isfinite(estimate) or not len(again):
        raise InputError(f"{needed}.")
    lost = len(draws) - 1 - len(again)
    note = f"{lost} of {len(draws) - 1} resamples cannot determine the curves and are left out"
    return Result.of_draws(again, estimate, n, level, "cluster bootstrap" if clustered else "bootstrap",
                           (note,) if lost else ())


def _start(x: Array, y: Array, share: float) -> float:
    if y.max() <= 0:  # a resample in which nothing works has no onset
        return np.nan
    params = fit(Logistic(floor=0.0), x, y / y.max()).params
    scale = float(np.exp(params["log_width"])) / (2 * np.log(9))
    return float(params["midpoint"] + scale * np.log(share / (1 - share)))


def _resamples(n: int, clusters: ArrayLike | None, size: int, seed: int) -> list[NDArray[np.int_]]:
    """The rows as they are, then `size` bootstrap samples of them."""
    return [np.arange(n), *resampled_rows(n, clusters, size, seed)]


def _pair(x: ArrayLike, y: ArrayLike, least: int) -> tuple[Array, Array]:
    xa, ya = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if xa.shape != ya.shape or xa.ndim != 1 or len(xa) < least:
        raise InputError(f"x and y must be of one length, at least {least}; got {xa.shape} and {ya.shape}.")
    if not (np.isfinite(xa).all() and np.isfinite(ya).all()):
        raise InputError("x and y must be finite numbers; leave missing scores out and say so.")
    return xa, ya
