"""Intervals for fractions of right answers, where every item scores 0 or 1."""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from .._checks import (
    MAX_COUNT,
    FloatArray,
    IntArray,
    broadcast,
    confidence_level,
    counts,
    number,
    numbers,
    one_of,
    where,
)
from ..errors import InputError
from ..results import Interval, Result

__all__ = ["binomial", "binomial_bounds", "items_needed", "rule_of_three", "two_proportions"]

BinomialMethod = Literal["wilson", "clopper-pearson"]


def binomial(k: int, n: int, *, level: float = 0.95, method: BinomialMethod = "wilson") -> Result:
    """Fraction of right answers with a two-sided interval.

    Parameters
    ----------
    k : int
        Right answers, 0 to n.
    n : int
        Items, at least 1, scored independently (else: `clustered`).
    level : float
        Confidence level in (0, 1).
    method : {"wilson", "clopper-pearson"}
        Wilson's score interval covers `level` on average over p; the exact interval of Clopper
        and Pearson covers at least `level` for every p and is wider.

    Returns
    -------
    Result
        Estimate k/n, a fraction.

    Raises
    ------
    InputError
        On counts outside these ranges, or a level or method that does not exist.

    Examples
    --------
    >>> f"{binomial(0, 100):.4f}"
    '0.0000 (95% [0.0000, 0.0370]), n=100'
    """
    right, items = _count_of("k", k, "n", n)
    low, high = _bounds(right, items, confidence_level(level), method)
    interval = Interval(float(low), float(high), level, method)
    return Result(float(right / items), interval, int(items))


def binomial_bounds(
    value: ArrayLike,
    n: ArrayLike,
    *,
    level: float = 0.95,
    method: BinomialMethod = "wilson",
    rounding: float = 0.005,
) -> tuple[FloatArray, FloatArray]:
    """Ends of the intervals for whole columns of a score table.

    Parameters
    ----------
    value : array_like
        Fractions of right answers, in [0, 1].
    n : array_like of int
        Items behind each, at least 1; broadcast against `value`.
    level, method
        As in `binomial`.
    rounding : float
        Published scores are rounded, so that ``value * n`` is seldom whole. The count is taken
        to be the whole number next to it; this is refused where the count's fraction is more
        than `rounding` from `value`, since then no count of n items explains it (wrong n, or an
        average over tasks). The default is half a percentage point, for scores printed as whole
        percents; ``math.inf`` switches the check off.

    Returns
    -------
    low, high : ndarray
        Fractions, of the broadcast shape. Low is above a rounded `value`, or high below it,
        never by more than `rounding`.

    Raises
    ------
    InputError
        On values outside [0, 1] (divide percents by 100), NaN, or a value that fails `rounding`.

    Examples
    --------
    >>> low, high = binomial_bounds([0.0, 0.5, 0.735], [50, 10, 1319])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 0.2366, 0.7102], [0.0713, 0.7634, 0.7578])
    """
    fraction, items = broadcast(value=numbers("value", value), n=counts("n", n, minimum=1))
    bad = (fraction < 0) | (fraction > 1)
    if bad.any():
        raise InputError(
            f"value must be a fraction in [0, 1] (divide percents by 100), got {fraction[bad].flat[0]:g}"
            f"{where(bad)}."
        )
    slack = number("rounding", rounding)
    right = np.rint(fraction * items).astype(np.int64)
    bad = np.abs(right / items - fraction) > slack + 1e-12
    if bad.any():
        raise InputError(
            f"value must be within rounding={slack:g} of a count over n, got "
            f"{fraction[bad].flat[0]:g} with n={items[bad].flat[0]}{where(bad)}."
        )
    return _bounds(right, items, confidence_level(level), method)


def two_proportions(k1: int, n1: int, k2: int, n2: int, *, level: float = 0.95) -> Result:
    """Difference of two independent fractions, by Newcombe's hybrid score interval.

    Published tables give totals only. Where both models answered the same items and the answers
    are at hand, `paired` is the narrower and the right choice.

    Parameters
    ----------
    k1, n1, k2, n2 : int
        Right answers and items of the first and of the second model.
    level : float
        Confidence level in (0, 1).

    Returns
    -------
    Result
        Estimate ``k1/n1 - k2/n2``; n is ``n1 + n2``.

    Raises
    ------
    InputError
        As `binomial`.

    Notes
    -----
    Newcombe 1998, Statistics in Medicine 17:873, method 10: with Wilson ends l, u of each,
    ``d - sqrt((p1-l1)^2 + (u2-p2)^2)`` to ``d + sqrt((u1-p1)^2 + (p2-l2)^2)``.

    Examples
    --------
    >>> f"{two_proportions(56, 70, 48, 80):.4f}"
    '0.2000 (95% [0.0524, 0.3339]), n=150'
    """
    (right1, items1), (right2, items2) = _count_of("k1", k1, "n1", n1), _count_of("k2", k2, "n2", n2)
    p1, p2 = float(right1 / items1), float(right2 / items2)
    (low1, low2), (high1, high2) = _bounds(
        np.stack([right1, right2]), np.stack([items1, items2]), confidence_level(level), "wilson"
    )
    low = p1 - p2 - math.hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + math.hypot(high1 - p1, p2 - low2)
    # rounding may carry an end past the possible by 1e-16
    interval = Interval(max(low, -1.0), min(high, 1.0), level, "newcombe")
    return Result(p1 - p2, interval, int(items1 + items2))


def rule_of_three(n: ArrayLike, level: float = 0.95) -> FloatArray:
    """Largest pass rate that zero right answers in n items leave possible.

    Parameters
    ----------
    n : array_like of int
        Items, at least 1, all wrong.
    level : float
        Confidence level in (0, 1), one-sided.

    Returns
    -------
    ndarray
        ``1 - (1 - level)^(1/n)``, fractions: the exact bound, of which 3/n is the approximation
        at 95 %. `binomial` at k = 0 is two-sided and gives a higher end.

    Raises
    ------
    InputError
        On n below 1 or a level outside (0, 1).

    Examples
    --------
    >>> rule_of_three([50, 100, 1000]).round(5).tolist()
    [0.05816, 0.02951, 0.00299]
    """
    items = counts("n", n, minimum=1)
    return np.asarray(-np.expm1(math.log1p(-confidence_level(level)) / items))


def items_needed(p: ArrayLike, level: float = 0.95) -> IntArray:
    """Fewest items of which, all wrong, exclude a pass rate of p.

    Parameters
    ----------
    p : array_like
        Pass rates in (0, 1].
    level : float
        Confidence level in (0, 1), one-sided.

    Returns
    -------
    ndarray of int
        Smallest n with ``(1 - p)^n <= 1 - level``: the inverse of `rule_of_three`.

    Raises
    ------
    InputError
        On p outside (0, 1] or a level outside (0, 1).

    Examples
    --------
    >>> items_needed([0.1, 0.01, 0.001]).tolist()
    [29, 299, 2995]
    """
    rate = numbers("p", p)
    bad = (rate < 1 / MAX_COUNT) | (rate > 1)
    if bad.any():
        raise InputError(f"p must lie in [{1 / MAX_COUNT:g}, 1], got {rate[bad].flat[0]:g}{where(bad)}.")
    with np.errstate(divide="ignore"):  # p = 1: log 0, and one item suffices
        exact = math.log1p(-confidence_level(level)) / np.log1p(-rate)
    # the quotient of two rounded logarithms may land 1e-16 above a whole number
    return np.asarray(np.maximum(np.ceil(exact * (1 - 1e-12)), 1), dtype=np.int64)


def _count_of(name: str, k: ArrayLike, total: str, n: ArrayLike) -> tuple[IntArray, IntArray]:
    right, items = counts(name, k), counts(total, n, minimum=1)
    for label, values in ((name, right), (total, items)):
        if values.ndim:
            raise InputError(f"{label} must be one number, got shape {values.shape}; see binomial_bounds.")
    if right > items:
        raise InputError(f"{name} must be at most {total}, got {name}={right} with {total}={items}.")
    return right, items


def _bounds(k: IntArray, n: IntArray, level: float, method: str) -> tuple[FloatArray, FloatArray]:
    from scipy import special  # vectorised; scipy.stats.binomtest takes one count at a time

    one_of("method", method, get_args(BinomialMethod))
    tail = (1 - level) / 2
    if method == "clopper-pearson":
        low = special.betaincinv(np.maximum(k, 1), n - k + 1, tail)
        high = special.betaincinv(k + 1, np.maximum(n - k, 1), 1 - tail)
    else:
        z2 = special.ndtri(tail) ** 2
        centre = (k + z2 / 2) / (n + z2)
        half = np.sqrt(z2 * (k * (n - k) / n + z2 / 4)) / (n + z2)
        low, high = centre - half, centre + half
    # at the edges both intervals end there exactly, in theory; rounding would leave 1e-17
    return np.where(k == 0, 0.0, low), np.where(k == n, 1.0, high)
