"""The one place where anything is drawn again: rows, whole clusters of rows, or the items behind scores.

Items are drawn through uniforms and inverse distribution functions, whose stream numpy keeps the
same from version to version; `Generator.binomial` changed its stream in numpy 2.5.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ._checks import (
    FloatArray,
    IntArray,
    broadcast,
    confidence_level,
    count,
    counts,
    numbers,
    one_of,
    short,
    where,
)
from ._clusters import from_clusters
from ._typed import checked
from .errors import InputError
from .results import Interval, Result, Status

__all__ = ["FEW_CLUSTERS", "bootstrap", "cluster_weights", "group_codes", "redrawn_scores", "resampled_rows"]

#: A seed, or a generator that goes on where it is.
Seed = int | np.random.Generator
#: Below this many clusters a spread between clusters is itself poorly known.
FEW_CLUSTERS = 10

#: Draws that differ by less, as a share of the largest, agree.
ROUNDING = 1e-12

#: More resamples than any interval needs: a slip of the keyboard.
MOST_RESAMPLES = 1_000_000

BootstrapMethod = Literal["percentile", "basic", "bca"]


@checked
def bootstrap(
    statistic: Callable[..., float],
    *arrays: ArrayLike,
    level: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
    clusters: ArrayLike | None = None,
    method: BootstrapMethod = "percentile",
) -> Result:
    """Interval for any statistic by resampling items, or whole clusters of items.

    Parameters
    ----------
    statistic : callable
        Takes as many arrays as are given and returns a number.
    *arrays : array_like, first axis of length n
        Columns of one table: row i of each belongs to item i, and rows stay together.
    level : float
        Confidence level in (0, 1).
    n_resamples : int
        Resamples, at least 100.
    seed : int
        Same seed, same interval.
    clusters : array_like, shape (n,), optional
        Labels; clusters are drawn with all their items, each item its own cluster by default.
    method : {"percentile", "basic", "bca"}
        As in `scipy.stats.bootstrap`, which makes the bca intervals.

    Returns
    -------
    Result
        The statistic of the data; n counts items. A resample on which the statistic is NaN may
        stand for any value: it counts as the lowest for the low end and as the highest for the
        high end. The ends are thus conservative (status ``limited``), and infinite once such
        resamples outnumber a tail (``undetermined`` if both are). Also ``limited`` below 10
        clusters or items; ``undetermined`` where a basic or bca interval does not exist.

    Raises
    ------
    InputError
        On no arrays, arrays of different length, a statistic that does not return one number,
        or an option outside the ranges above.

    Examples
    --------
    >>> scores = np.arange(20.0)
    >>> f"{bootstrap(np.median, scores, seed=1):.1f}"
    '9.5 (95% [5.5, 13.5]), n=20'
    """
    one_of("method", method, get_args(BootstrapMethod))
    if not callable(statistic):
        raise InputError(f"statistic must be a function of the arrays, got {short(statistic)}.")
    draws = count("n_resamples", n_resamples, minimum=100, maximum=MOST_RESAMPLES)
    start = count("seed", seed)
    columns = _columns(arrays)
    codes = group_codes(clusters, len(columns[0]))
    groups = int(codes.max()) + 1
    unit = "clusters" if clusters is not None else "items"
    alone = groups == len(codes)  # then group i is row i
    members = [] if alone else np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])

    def on_groups(drawn: Any) -> float:
        rows = drawn if alone else np.concatenate([members[g] for g in drawn])
        return _number(statistic, [column[rows] for column in columns])

    estimate = _number(statistic, columns)
    if groups == 1 or math.isnan(estimate):
        why = (f"No interval: resamples of one of the {unit} cannot differ." if groups == 1
               else "No interval: the statistic is NaN on the data.")
        return from_clusters(Result(estimate, None, len(codes), "undetermined", (why,)), clusters)
    tail = (1 - confidence_level(level)) / 2
    if method == "bca":
        values, low, high = _accelerated(on_groups, groups, draws, level, start)
    else:
        rng, some = np.random.default_rng(start), max(1, 1_000_000 // groups)
        values = np.array([on_groups(rows) for at in range(0, draws, some)
                           for rows in rng.integers(groups, size=(min(some, draws - at), groups))])
        low, high = _between(values, tail), _between(values, 1 - tail)
        if method == "basic":
            low, high = 2 * estimate - high, 2 * estimate - low
    notes = [f"Only {groups} {unit}: the bootstrap is too narrow with so few."] * (groups < FEW_CLUSTERS)
    odd = int((~np.isfinite(values)).sum())
    if odd:
        notes.append(f"{odd} of {draws} resamples gave no finite number.")
    if odd and method == "percentile":
        low, high = _cautious_ends(values, level)
    if not odd and not math.isnan(low + high) and np.ptp(values) <= ROUNDING * np.abs(values).max():
        # rounding alone may have put the low end above the high one
        low = high = estimate if math.isclose(estimate, values[0], rel_tol=ROUNDING) else float(values[0])
    if math.isnan(low) or math.isnan(high) or low > high:
        notes.append(f"No {method} interval exists here; try 'percentile'.")
        return from_clusters(Result(estimate, None, len(codes), "undetermined", tuple(notes)), clusters)
    if low == high:
        notes.append("All resamples agree; the width 0 is not precision.")
    both_open = math.isinf(low) and math.isinf(high)
    status: Status = "undetermined" if both_open else "limited" if notes else "ok"
    interval = Interval(low, high, level, f"{method} bootstrap")
    return from_clusters(Result(estimate, interval, len(codes), status, tuple(notes)), clusters)


@checked
def group_codes(clusters: ArrayLike | None, n: int) -> IntArray:
    """Number the clusters 0, 1, ... as they first appear; each item its own if None.

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    InputError
        If there are not n labels, or one is missing.
    """
    if clusters is None:
        return np.arange(n)
    try:
        labels = np.asarray(clusters)
        hash(tuple(labels.tolist()) if labels.ndim == 1 else None)
    except (TypeError, ValueError):
        raise InputError(f"clusters must hold one plain label per item, got {short(clusters)}.") from None
    if labels.shape != (n,):
        raise InputError(f"clusters must hold one label per item, shape ({n},), got {labels.shape}.")
    codes = pd.factorize(labels)[0]
    if (codes < 0).any():
        raise InputError(f"clusters must label every item, item {int(codes.argmin())} has none.")
    return codes.astype(np.int64)


@checked
def resampled_rows(n: int, clusters: ArrayLike | None, size: int, seed: Seed) -> Iterator[IntArray]:
    """Row numbers of `size` bootstrap samples of n items, whole clusters drawn together.

    For statistics that `bootstrap` cannot take, e.g. fits whose parameters are all wanted.

    Examples
    --------
    >>> [rows.tolist() for rows in resampled_rows(4, ["a", "a", "b", "b"], 2, seed=1)]
    [[0, 1, 2, 3], [2, 3, 2, 3]]
    """
    codes = group_codes(clusters, count("n", n, minimum=1, maximum=MOST_RESAMPLES))
    samples, start = count("size", size), count("seed", seed)
    members = [np.flatnonzero(codes == g) for g in range(int(codes.max()) + 1)]
    rng = np.random.default_rng(start)
    for _ in range(samples):
        yield np.concatenate([members[g] for g in rng.integers(len(members), size=len(members))])


@checked
def cluster_weights(clusters: ArrayLike | None, n: int, size: int, seed: Seed) -> IntArray:
    """How often each row is in each of `size` bootstrap samples, whole clusters drawn together.

    For statistics that take weights, many samples at once.

    Returns
    -------
    ndarray of int, shape (size, n)

    Examples
    --------
    >>> cluster_weights(["a", "a", "b", "b"], 4, 2, seed=1).tolist()
    [[1, 1, 1, 1], [0, 0, 2, 2]]
    """
    codes = group_codes(clusters, count("n", n, minimum=1, maximum=MOST_RESAMPLES))
    samples = count("size", size, maximum=MOST_RESAMPLES)
    groups = int(codes.max()) + 1
    rng = _generator(seed)
    drawn = [np.bincount(rng.integers(groups, size=groups), minlength=groups) for _ in range(samples)]
    return np.asarray(drawn, dtype=np.int64).reshape(samples, groups)[:, codes]


@checked
def redrawn_scores(rate: ArrayLike, n_examples: ArrayLike, size: int, seed: Seed, *,
                   dispersion: float = 1.0, observed: bool = True) -> FloatArray:
    """Scores that other items of the same number would have given.

    Parameters
    ----------
    rate : array_like, shape (m,)
        Fractions of items right.
    n_examples : array_like, shape (m,) or scalar
        Items behind each, whole numbers of at least 1.
    size : int
        Draws.
    seed : int or Generator
        Same seed, same draws; a generator goes on from where it is.
    dispersion : float
        Variance over that of independent items, at least 1; beta-binomial. At most n for a score of
        n items, since items cannot vary together more than entirely.
    observed : bool
        True where `rate` was measured: the draws are then made at (k + 1/2) / (n + 1), Jeffreys'
        mean, since a score of 0 or 1 does not mean that no item could come out otherwise. False
        where it is a known truth, e.g. that of a fitted curve or a simulation.

    Returns
    -------
    ndarray, shape (size, m)

    Raises
    ------
    InputError
        On rates outside [0, 1], counts below 1 or a dispersion below 1.

    Examples
    --------
    >>> redrawn_scores([0.0, 0.5], 100, 3, seed=0).tolist()
    [[0.01, 0.47], [0.0, 0.39], [0.01, 0.57]]
    """
    p, n = broadcast(rate=numbers("rate", rate, ndim=1),
                     n_examples=counts("n_examples", n_examples, minimum=1))
    bad = (p < 0) | (p > 1)
    if bad.any():
        raise InputError(f"rate must hold fractions in [0, 1], got {p[bad][0]:g}{where(bad)}.")
    if not 1 <= dispersion < np.inf:
        raise InputError(f"dispersion must be at least 1 and finite, got {dispersion}.")
    count("size", size, maximum=MOST_RESAMPLES)
    if observed:
        p = (np.rint(p * n) + 0.5) / (n + 1)
    rng = _generator(seed)
    if dispersion > 1:
        p = _spread_rates(p, n, dispersion, rng.random((size, len(p))))
    u = rng.random((size, len(n)))
    return np.asarray(binomial_quantile(u, n, np.broadcast_to(p, u.shape)) / n)


def _generator(seed: Seed) -> np.random.Generator:
    if not isinstance(seed, np.random.Generator):
        count("seed", seed)
    return np.random.default_rng(seed)


def _spread_rates(p: FloatArray, n: IntArray, dispersion: float, u: FloatArray) -> FloatArray:
    """Rates of a beta distribution that make counts of n items vary `dispersion` times the binomial."""
    from scipy import special

    share = np.minimum((dispersion - 1) / np.maximum(n - 1, 1), 0.999)  # correlation within a score
    total = (1 - share) / np.where(share > 0, share, 1.0)
    inner = (p > 0) & (p < 1) & (share > 0)
    a, b = np.where(inner, p * total, 1.0), np.where(inner, (1 - p) * total, 1.0)
    return np.asarray(np.where(inner, special.betaincinv(a, b, u), p))


def binomial_quantile(u: FloatArray, n: IntArray | FloatArray, p: FloatArray) -> FloatArray:
    """Smallest k with P(K <= k) >= u, by bisection about a normal variable's place; all of one shape."""
    from scipy import special

    whole = np.broadcast_to(n, u.shape).astype(np.int64)  # scipy's loop for whole numbers
    most = whole.astype(np.float64)
    z = special.ndtri(np.clip(u, 1e-300, 1 - 1e-16))
    about = most * p + z * np.sqrt(most * p * (1 - p)) + (z**2 - 1) * (1 - 2 * p) / 6
    low, high = (np.clip(np.rint(about) + reach, 0, most) for reach in (-2, 2))
    below = (low > 0) & (special.bdtr(np.maximum(low - 1, 0), whole, p) >= u)
    low, high = np.where(below, 0.0, low), np.where(special.bdtr(high, whole, p) >= u, high, most)
    while (low < high).any():
        middle = np.floor((low + high) / 2)
        enough = special.bdtr(middle, whole, p) >= u
        low, high = np.where(enough, low, np.minimum(middle + 1, high)), np.where(enough, middle, high)
    return high


def _accelerated(statistic: Callable[[Any], float], groups: int, draws: int, level: float,
                 seed: int) -> tuple[FloatArray, float, float]:
    """Draws and ends of a bca interval."""
    from scipy import stats  # takes a third of a second to load, and few ask for it

    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        # what scipy warns of (NaN ends, infinite resamples) is said in the notes
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            (np.arange(groups),), statistic, n_resamples=draws, confidence_level=level, method="bca",
            vectorized=False, batch=max(1, 1_000_000 // groups), rng=np.random.default_rng(seed))
    ends = found.confidence_interval
    return found.bootstrap_distribution, float(ends.low), float(ends.high)


def _between(values: FloatArray, share: float) -> float:
    """A quantile, between the two values beside it; NaN if one is, or between infinities of either sign."""
    ordered = np.sort(values)
    place = share * len(ordered) + (1 - share) - 1
    at = int(place // 1)
    part = place % 1
    with np.errstate(invalid="ignore"):
        found = (1 - part) * ordered[at] + part * ordered[min(at + 1, len(ordered) - 1)]
    return math.nan if np.isnan(ordered[-1]) else float(found)


def _cautious_ends(values: FloatArray, level: float) -> tuple[float, float]:
    """Percentiles with NaN as whatever widens the interval; no interpolation next to infinities."""
    tail = (1 - level) / 2
    lowest, highest = (np.where(np.isnan(values), fill, values) for fill in (-np.inf, np.inf))
    return (float(np.quantile(lowest, tail, method="lower")),
            float(np.quantile(highest, 1 - tail, method="higher")))


def _columns(arrays: tuple[ArrayLike, ...]) -> list[Any]:
    columns = [np.asarray(a) for a in arrays]
    shapes = [c.shape for c in columns]
    if not columns or any(not s or not s[0] for s in shapes) or len({s[0] for s in shapes}) > 1:
        raise InputError(f"bootstrap needs arrays of one length, at least 1, got shapes {shapes}.")
    return columns


def _number(statistic: Callable[..., float], columns: list[Any]) -> float:
    try:
        value = statistic(*columns)
        if np.ndim(value) == 0:
            return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"statistic does not work on these arrays: {short(error)}.") from error
    raise InputError(f"statistic must return one number, got shape {np.shape(value)}.")
