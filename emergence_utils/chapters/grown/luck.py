"""What the seed decides: how many runs of one size learn, and whether they fall into two groups."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..._checks import FloatArray, IntArray, count, need_columns, numbers
from ..._typed import checked
from ...errors import InputError
from ...intervals import binomial_bounds
from ...measures.u_table import holm
from ...resample import binomial_quantile
from ...results import Interval, Result

__all__ = ["dip", "groups", "learned", "spread_test", "step_of_luck"]

#: Exact match from which a run counts as having learned the task, and up to which as not.
LEARNED, NOT = 0.9, 0.2


@checked
def learned(table: pd.DataFrame) -> pd.DataFrame:
    """Share of the runs of each size that learned, with its exact interval.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it.

    Returns
    -------
    DataFrame
        ``params``, ``runs``, ``value`` (share above `LEARNED`), ``low``, ``high``, ``between`` (runs that are
        neither above `LEARNED` nor below `NOT`) and ``mean`` of exact match.
    """
    need_columns(table, ("params", "exact_match"))
    rows = []
    for params, group in table.groupby("params"):
        score = group["exact_match"]
        k, n = int((score > LEARNED).sum()), len(score)
        low, high = binomial_bounds(k / n, n, method="clopper-pearson")
        rows.append({"params": params, "runs": n, "value": k / n, "low": float(low), "high": float(high),
                     "between": int(score.between(NOT, LEARNED).sum()), "mean": score.mean()})
    return pd.DataFrame(rows)


@checked
def step_of_luck(share: pd.DataFrame, *, draws: int = 2000, seed: int = 0) -> tuple[float, Result]:
    """Largest step between neighbouring sizes if the odds of learning were a smooth curve of size.

    Log odds are a parabola of log size, fitted to the counts; then as many runs as there are toss coins.

    Parameters
    ----------
    share : DataFrame
        As `learned` gives it.
    draws, seed : int

    Returns
    -------
    float
        The largest step upwards of the curve itself.
    Result
        That of shares drawn from it: their median, and where nineteen in twenty lie. n counts sizes.
    """
    need_columns(share, ("params", "runs", "value"))
    from statsmodels.api import GLM, families

    table = share.sort_values("params")
    x, n = np.log10(table["params"].to_numpy(float)), table["runs"].to_numpy(int)
    terms = np.vander(x - x.mean(), 3)
    right = np.rint(table["value"] * n).to_numpy(int)
    odds = GLM(np.stack([right, n - right], axis=1), terms, family=families.Binomial()).fit().fittedvalues
    chance = np.random.default_rng(count("seed", seed)).random((count("draws", draws, minimum=100), len(n)))
    drawn = binomial_quantile(chance, n, np.broadcast_to(odds, chance.shape)) / n
    steps = np.diff(drawn, axis=1).max(axis=1)
    low, middle, high = np.quantile(steps, [0.025, 0.5, 0.975])
    return float(np.diff(odds).max()), Result(float(middle), Interval(float(low), float(high), 0.95, "drawn"),
                                              len(n))


@checked
def dip(values: ArrayLike) -> float:
    """Hartigan's dip: how far a sample's distribution is from the nearest with a single hump.

    Half of the largest distance that some distribution with one mode, convex before it and concave
    after it, must keep from the empirical one (Hartigan and Hartigan 1985). It lies between
    1 / (2 n) and 1 / 4.

    Examples
    --------
    >>> round(dip([0, 0, 0, 0, 1, 1, 1, 1]), 3), round(dip([0, 1, 2, 3]), 3)
    (0.25, 0.125)
    """
    found = numbers("values", values, ndim=1)
    if len(found) < 2:
        raise InputError(f"values must hold at least two numbers, got {len(found)}.")
    x, size = np.unique(found, return_counts=True)
    after = np.cumsum(size) / len(found)
    before, dip_ = after - size / len(found), 1.0 / len(found)
    low, high = 0, len(x) - 1
    while low < high:
        at = np.arange(low, high + 1)
        floor, touched_low = _hull(x[at], before[at], lower=True)
        roof, touched_high = _hull(x[at], after[at], lower=False)
        wide = roof - floor
        first = touched_low[np.argmax(wide[touched_low])]
        last = touched_high[np.argmax(wide[touched_high])]
        if max(wide[first], wide[last]) <= dip_:
            break
        if wide[first] >= wide[last]:
            last = touched_high[touched_high >= first][0]
        else:
            first = touched_low[touched_low <= last][-1]
        # at the mode itself the nearest distribution may jump, so that nothing is lost there
        dip_ = max(dip_, float((after[at] - floor)[:first].max(initial=0.0)),
                   float((roof - before[at])[last + 1:].max(initial=0.0)))
        if (first, last) == (0, len(at) - 1):
            break
        low, high = low + int(first), low + int(last)
    return dip_ / 2


@checked
def spread_test(values: ArrayLike, *, draws: int = 1000, seed: int = 0) -> float:
    """Chance that as many evenly spread values have as large a dip: small where there are two groups.

    Parameters
    ----------
    values : array_like
    draws, seed : int
        Samples of the uniform distribution, which no distribution with one hump exceeds for large samples.
    """
    found = numbers("values", values, ndim=1)
    seen = dip(found)
    larger = np.sum(_even_dips(len(found), count("draws", draws, minimum=100), count("seed", seed)) >= seen)
    return float((larger + 1) / (draws + 1))


@lru_cache(maxsize=64)  # every score of as many runs is held against the same samples
def _even_dips(n: int, draws: int, seed: int) -> FloatArray:
    """Dips of samples of the uniform distribution."""
    return np.array([dip(row) for row in np.random.default_rng(seed).random((draws, n))])


@checked
def groups(table: pd.DataFrame, *, metric: str = "exact_match", least: int = 20,
           draws: int = 1000) -> pd.DataFrame:
    """The dip test of a score at every size that has at least `least` runs.

    Scores of a test come in steps of one item, and many runs that share one value would look like a group.
    So each is moved at random within half an item to either side.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it.
    metric : str
    least, draws : int

    Returns
    -------
    DataFrame
        ``params``, ``runs``, ``dip``, ``p`` and ``holm``, that p for all sizes together.
    """
    need_columns(table, ("params", metric, "n_examples"))
    rows = []
    for params, group in table.groupby("params"):
        if len(group) >= least:
            within = np.random.default_rng(0).random(len(group)) - 0.5
            score = group[metric] + within / group["n_examples"]
            rows.append({"params": params, "runs": len(group), "dip": dip(score),
                         "p": spread_test(score, draws=draws)})
    if not rows:
        raise InputError(f"no size has {least} runs or more.")
    found = pd.DataFrame(rows)
    return found.assign(holm=holm(found["p"]))


def _hull(x: FloatArray, y: FloatArray, *, lower: bool) -> tuple[FloatArray, IntArray]:
    """Greatest convex minorant, or least concave majorant, at x; and where it touches."""
    sign = 1.0 if lower else -1.0
    kept: list[int] = []
    xs, ys = x.tolist(), y.tolist()  # one number at a time, an array is ten times slower
    for i, (place, height) in enumerate(zip(xs, ys, strict=True)):
        while len(kept) > 1:
            a, b = kept[-2], kept[-1]
            if sign * ((ys[b] - ys[a]) * (place - xs[a]) - (height - ys[a]) * (xs[b] - xs[a])) < 0:
                break
            kept.pop()
        kept.append(i)
    at = np.array(kept)
    return np.interp(x, x[at], y[at]), at
