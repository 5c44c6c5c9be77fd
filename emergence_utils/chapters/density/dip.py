"""Hartigan's dip test: one hump or several?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from ...results import Result

__all__ = ["DipTest", "dip", "dip_test"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DipTest(Result):
    """The dip statistic (`estimate`) and the share of uniform samples that dip at least as far."""

    p_value: float = float("nan")


def dip(values: ArrayLike) -> float:
    """Largest distance between the empirical distribution and the nearest with a single hump.

    Parameters
    ----------
    values : array-like, shape (n,)
        At least four finite numbers; ties are allowed.

    Returns
    -------
    float
        Between 1 / (2n), perfectly even values, and 1/4, two equal heaps.

    Notes
    -----
    The algorithm of Hartigan and Hartigan (Annals of Statistics 13, 1985): the modal interval shrinks to
    where the greatest convex minorant and the least concave majorant of the distribution lie farthest
    apart, and the dip is the largest distance left behind on either side, halved.

    Examples
    --------
    >>> dip([1, 2, 3, 4, 5]), round(dip([0] * 50 + [1] * 50), 2)
    (0.1, 0.25)
    """
    x = np.sort(np.asarray(values, dtype=float).ravel())
    if len(x) < 4 or not np.isfinite(x).all():
        raise InputError(f"a dip needs at least four finite values, got {len(x)}.")
    n, low, high, found = len(x), 0, len(x) - 1, 1.0
    if x[0] == x[-1]:
        return 1 / (2 * n)
    while True:  # distances in units of 1 / n; F steps from i to i + 1 at x[i]
        convex, concave = _hull(x, low, high, 1), _hull(x, low, high, -1)
        gap, left, right = _widest(x, convex, concave)
        if gap <= found:
            break
        found = max(found, _behind(x, convex, left, 1), _behind(x, concave, right, -1))
        if (left, right) == (low, high):
            break
        low, high = left, right
    return found / (2 * n)


def dip_test(values: ArrayLike, *, n_resamples: int = 500, seed: int = 0) -> DipTest:
    """Test whether values come from a distribution with one hump, against the uniform one.

    The uniform distribution is the hardest one-humped case, so the p-value is conservative.

    Returns
    -------
    DipTest
        Without interval: the statistic measures the sample, not a population.
    """
    sample = np.asarray(values, dtype=float).ravel()
    estimate = dip(sample)
    rng = np.random.default_rng(seed)
    null = np.array([dip(row) for row in rng.uniform(size=(n_resamples, len(sample)))])
    p = float((1 + (null >= estimate - 1e-12).sum()) / (n_resamples + 1))
    return DipTest(estimate, None, len(sample), "ok", ("no interval: a test statistic",), p)


def _hull(x: Array, low: int, high: int, sign: int) -> list[int]:
    """Touching points of the greatest convex minorant (sign 1) or least concave majorant (sign -1)."""
    points: list[int] = []
    for i in range(low, high + 1):
        while len(points) > 1:
            a, b = points[-2], points[-1]
            if sign * ((b - a) * (x[i] - x[b]) - (i - b) * (x[b] - x[a])) >= 0:  # b lies on the wrong side
                points.pop()
            else:
                break
        points.append(i)
    return points


def _widest(x: Array, convex: list[int], concave: list[int]) -> tuple[float, int, int]:
    """Largest distance between the two hulls, and the modal interval it leaves."""
    at = sorted({*convex, *concave})
    lower = np.interp(x[at], x[convex], np.array(convex, dtype=float))
    upper = np.interp(x[at], x[concave], np.array(concave, dtype=float) + 1)
    i = int(np.argmax(upper - lower))
    left = max(p for p in convex if p <= at[i])
    right = min(p for p in concave if p >= at[i])
    return float(upper[i] - lower[i]), left, max(right, left)


def _behind(x: Array, hull: list[int], end: int, sign: int) -> float:
    """Largest distance of the distribution from its hull on the part that leaves the modal interval."""
    worst = 0.0
    for a, b in pairwise(hull):
        if (sign > 0 and b > end) or (sign < 0 and a < end):
            continue
        i = np.arange(a, b + 1)
        line = a + (b - a) * (x[a:b + 1] - x[a]) / (x[b] - x[a]) if x[b] > x[a] else i.astype(float)
        worst = max(worst, float((sign * (i - line)).max()) + 1)
    return worst
