"""Intervals for means of per-item scores, items that come in clusters and pairs included."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._checks import FloatArray, IntArray, confidence_level, numbers
from .._clusters import from_clusters
from ..errors import InputError
from ..resample import FEW_CLUSTERS, group_codes
from ..results import Interval, Result

__all__ = ["clustered", "paired", "standard_error"]


def standard_error(scores: ArrayLike, clusters: ArrayLike | None = None) -> float:
    """Standard error of a mean, robust to items that come in clusters.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Per-item scores, any unit; n at least 2.
    clusters : array_like, shape (n,), optional
        Label of the cluster (passage, template, bucket) each item belongs to; every item is its
        own cluster by default. At least two clusters.

    Returns
    -------
    float
        In the unit of the scores.

    Raises
    ------
    InputError
        On NaN or infinite scores, missing or mismatched labels, one item or one cluster.

    Notes
    -----
    Miller 2024 (arXiv 2411.00640) recommends it for evaluations: with mean m and G clusters
    ``SE^2 = G/(G-1) * (1/n^2) * sum_c sum_{i, j in c} (s_i - m)(s_j - m)``. The small-sample
    factor G/(G-1) is ours: it makes this exactly ``s / sqrt(n)``, with n - 1 in s, where every
    cluster holds one item, and the standard error of the G cluster means where all hold as many.

    Examples
    --------
    >>> round(standard_error([1, 0, 1, 1, 0, 1, 0, 0]), 4)
    0.189
    >>> round(standard_error([1, 1, 0, 0, 1, 1, 0, 0], ["a", "a", "b", "b", "c", "c", "d", "d"]), 4)
    0.2887
    """
    values = _scores("scores", scores)
    codes = group_codes(clusters, len(values))
    if len(values) < 2:
        raise InputError(f"A standard error needs at least 2 scores, got {len(values)}.")
    if codes.max() == 0:
        raise InputError("A standard error needs at least 2 clusters, got 1.")
    return _standard_error(values, codes)


def clustered(scores: ArrayLike, clusters: ArrayLike, *, level: float = 0.95) -> Result:
    """Mean of scores whose items come in clusters, with Student's t interval.

    Parameters
    ----------
    scores, clusters
        As in `standard_error`; one item or one cluster is allowed and gives no interval.
    level : float
        Confidence level in (0, 1).

    Returns
    -------
    Result
        Mean in the unit of the scores; n counts items. The interval is mean -+ t * SE with
        (clusters - 1) degrees of freedom, not cut to the metric's range. Status ``limited``
        below 10 clusters or where no spread is seen, ``undetermined`` with one cluster.

    Raises
    ------
    InputError
        On no scores, NaN or infinite ones, missing or mismatched labels, or a level outside (0, 1).

    Examples
    --------
    >>> result = clustered([1, 1, 0, 0, 1, 1, 0, 0], [1, 1, 2, 2, 3, 3, 4, 4])
    >>> f"{result:.3f}", result.status
    ('0.500 (95% [-0.419, 1.419]), n=8', 'limited')
    """
    values = _scores("scores", scores)
    found = _mean(values, group_codes(clusters, len(values)), confidence_level(level))
    return from_clusters(found, clusters)


def paired(a: ArrayLike, b: ArrayLike, *, clusters: ArrayLike | None = None, level: float = 0.95) -> Result:
    """Mean difference a - b of two models on the same items.

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Scores of the two models, item by item, in one unit.
    clusters : array_like, shape (n,), optional
        As in `standard_error`.
    level : float
        Confidence level in (0, 1).

    Returns
    -------
    Result
        As `clustered`, of the differences: ``SE^2 = Var(a - b)/n`` with n - 1 in the variance,
        which is ``SE_a^2 + SE_b^2 - 2 Cov(a, b)/n`` and gains from items hard for both.

    Raises
    ------
    InputError
        If the lengths differ, else as `clustered`.

    Examples
    --------
    >>> f"{paired([1, 1, 1, 0] * 5, [1, 0, 1, 0] * 5):.3f}"
    '0.250 (95% [0.042, 0.458]), n=20'
    """
    first, second = _scores("a", a), _scores("b", b)
    if len(first) != len(second):
        raise InputError(f"a and b must score the same items, got {len(first)} and {len(second)} scores.")
    found = _mean(first - second, group_codes(clusters, len(first)), confidence_level(level))
    return from_clusters(found, clusters)


def _mean(values: FloatArray, codes: IntArray, level: float) -> Result:
    from scipy import special

    n, groups = len(values), int(codes.max()) + 1
    what, method = ("items", "t") if groups == n else ("clusters", "clustered t")
    mean = float(values.mean())
    if groups == 1:
        note = f"No interval: the spread between {what} cannot be seen from one."
        return Result(mean, None, n, "undetermined", (note,))
    half = float(special.stdtrit(groups - 1, (1 + level) / 2)) * _standard_error(values, codes)
    notes = []
    if groups < FEW_CLUSTERS:
        notes.append(f"Only {groups} {what}: the standard error is itself uncertain.")
    if half == 0:
        notes.append("All scores are equal, so that no spread is seen; the width 0 is not precision.")
    return Result(mean, Interval(mean - half, mean + half, level, method), n,
                  "limited" if notes else "ok", tuple(notes))


def _standard_error(values: FloatArray, codes: IntArray) -> float:
    sums = np.bincount(codes, weights=values - values.mean())  # all pairs of a cluster: its sum squared
    return math.sqrt(len(sums) / (len(sums) - 1) * float(sums @ sums)) / len(values)


def _scores(name: str, values: ArrayLike) -> FloatArray:
    scores = numbers(name, values, ndim=1)
    if not len(scores):
        raise InputError(f"{name} must hold at least one score, got none.")
    if np.isinf(scores).any():
        raise InputError(f"{name} must be finite, got {scores[np.isinf(scores)][0]} at index "
                         f"{int(np.isinf(scores).argmax())}.")
    return scores
