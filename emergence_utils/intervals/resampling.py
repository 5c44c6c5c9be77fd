"""The bootstrap, with whole clusters as the unit that is drawn."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from .._checks import FloatArray, IntArray, confidence_level, count, one_of, short
from ..errors import InputError
from ..results import Interval, Result, Status
from .means import FEW_CLUSTERS, group_codes

__all__ = ["bootstrap", "resampled_rows"]

#: More resamples than any interval needs: a slip of the keyboard.
MOST_RESAMPLES = 1_000_000

BootstrapMethod = Literal["percentile", "basic", "bca"]


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
        As in `scipy.stats.bootstrap`, which does the work.

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
    from scipy import stats

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
        return Result(estimate, None, len(codes), "undetermined", (why,))
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        # what scipy warns of (NaN ends, infinite resamples) is said below, in the notes
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            (np.arange(groups),), on_groups, n_resamples=draws, confidence_level=confidence_level(level),
            method=method, vectorized=False, batch=max(1, 1_000_000 // groups),
            rng=np.random.default_rng(start),
        )
    notes = [f"Only {groups} {unit}: the bootstrap is too narrow with so few."] * (groups < FEW_CLUSTERS)
    values = found.bootstrap_distribution
    odd = int((~np.isfinite(values)).sum())
    ends = found.confidence_interval
    low, high = float(ends.low), float(ends.high)
    if odd:
        notes.append(f"{odd} of {draws} resamples gave no finite number.")
    if odd and method == "percentile":
        low, high = _cautious_ends(values, level)
    if math.isnan(low) or math.isnan(high):
        notes.append(f"No {method} interval exists here; try 'percentile'.")
        return Result(estimate, None, len(codes), "undetermined", tuple(notes))
    if low == high:
        notes.append("All resamples agree; the width 0 is not precision.")
    both_open = math.isinf(low) and math.isinf(high)
    status: Status = "undetermined" if both_open else "limited" if notes else "ok"
    interval = Interval(low, high, level, f"{method} bootstrap")
    return Result(estimate, interval, len(codes), status, tuple(notes))


def resampled_rows(n: int, clusters: ArrayLike | None, size: int, seed: int) -> Iterator[IntArray]:
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
