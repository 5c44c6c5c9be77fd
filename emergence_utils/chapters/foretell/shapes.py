"""Do errors fall into two groups, and does the sharpness of a ladder go with them?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from ..._checks import FloatArray, need_columns, numbers
from ..._files import own_file
from ...association import spearman
from ...errors import InputError
from ...forecasts.rungs import groups, source_rungs
from ...ladders import Ladder
from ...measures import breakthroughness
from ...metrics import get_metric
from ...resample import bootstrap
from ...results import Result
from .cells import DISTANCES, POOLED, pair_errors

__all__ = ["correlations", "emptiest", "ranked_errors", "shapes_of", "sharpness", "two_groups"]

#: Errors below this share of the range are taken for it: a tenth of a point.
_LEAST = 1e-3
_MEASURES = {"largest_step": "largest step", "breakthroughness": "breakthroughness",
             "rise": "rise of the whole ladder"}
_ERRORS = {"error": "error", "gain": "error / no change's"}


def ranked_errors(table: pd.DataFrame, distances: Sequence[str] = ("2", "8", "32 and more")) -> pd.DataFrame:
    """Errors of the vote by pair of family and task, in order, for some distances.

    Returns
    -------
    DataFrame
        ``distance``, ``points`` (error in points of the range, at least a tenth), ``share`` (of pairs with
        an error that small or smaller).
    """
    out = []
    for distance in distances:
        error = np.sort(pair_errors(table, distance=distance)["error"].to_numpy(dtype=float))
        out.append(pd.DataFrame({"distance": DISTANCES[distance], "points": 100 * np.maximum(error, _LEAST),
                                 "share": np.arange(1, len(error) + 1) / len(error)}))
    return pd.concat(out, ignore_index=True)


def two_groups(pairs: pd.DataFrame) -> Result:
    """Bimodality coefficient of log errors, whole families drawn again; above 5/9 speaks for two groups."""
    need_columns(pairs, ("error", "cluster"))
    error = np.log(np.maximum(pairs["error"].to_numpy(dtype=float), _LEAST))
    if len(error) < 8:
        raise InputError(f"pairs must be at least 8, got {len(error)}.")
    return bootstrap(_coefficient, error, clusters=pairs["cluster"].to_numpy(), n_resamples=500)


def _coefficient(v: FloatArray) -> float:
    """Sarle's coefficient, as in `measures.bimodality`."""
    n = len(v)
    z = v - v.mean()
    m2 = float((z**2).mean())
    if m2 < 1e-18:
        return float("nan")
    g = float((z**3).mean()) / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    k = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (float((z**4).mean()) / m2**2 - 3) + 6)
    return float((g**2 + 1) / (k + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))))


def emptiest(error: Sequence[float] | FloatArray, factor: float = 2.0) -> tuple[float, float, float]:
    """The emptiest window of errors between the tenth and the ninetieth percentile.

    Parameters
    ----------
    error : sequence of float
        Errors, at least ten.
    factor : float
        Width of the window: its end over its beginning.

    Returns
    -------
    tuple of float
        Where it begins, the share of errors in it, and the least share that one bell of the same middle half
        (normal in the logarithm) would have in any such window there.

    Examples
    --------
    >>> _, gap, bell = emptiest([.01] * 50 + [.2] * 50)
    >>> gap, bell > 0
    (0.0, True)
    """
    v = np.sort(np.log(np.maximum(numbers("error", error, ndim=1), _LEAST)))
    if len(v) < 10:
        raise InputError(f"error must hold at least ten values, got {len(v)}.")
    width = np.log(factor)
    low, high = np.quantile(v, [0.1, 0.9])
    if high - low <= width:
        raise InputError(f"errors span less than the window, a factor of {factor:g}.")
    begins = np.linspace(low, high - width, 400)
    share = (np.searchsorted(v, begins + width) - np.searchsorted(v, begins)) / len(v)
    q1, q3 = np.quantile(v, [0.25, 0.75])
    bell = stats.norm((q1 + q3) / 2, max((q3 - q1) / 1.349, 1e-9))
    at = int(share.argmin())
    under = bell.cdf(begins + width) - bell.cdf(begins)
    return float(np.exp(begins[at])), float(share[at]), float(under.min())


def shapes_of(sources: Sequence[str]) -> pd.DataFrame:
    """How sharp the ladders of all-or-nothing scores are; means over the ladders of a family and task.

    Returns
    -------
    DataFrame
        source, family, task, ``largest_step`` (between neighbours, as a share of the range of the ladder),
        ``breakthroughness``, ``rise`` (that range, in points). Ladders without a rise are left out.
    """
    rows = []
    for source in sources:
        for ladder in groups(source_rungs(source)):
            head = ladder.iloc[0]
            y = ladder["score"].to_numpy(dtype=float)
            if head["family"] == POOLED or not get_metric(head["metric"]).all_or_nothing or np.ptp(y) == 0:
                continue
            sharp = breakthroughness(Ladder.of(ladder["scale"].to_numpy(), y, metric=str(head["metric"])))
            rows.append({"source": source, "family": str(head["family"]).split(",")[0], "task": head["task"],
                         "largest_step": np.diff(y).max() / np.ptp(y), "breakthroughness": sharp.estimate,
                         "rise": 100 * np.ptp(y) / get_metric(head["metric"]).high})
    found = pd.DataFrame(rows).replace([np.inf, -np.inf], np.nan)
    return found.groupby(["source", "family", "task"]).mean().reset_index()


def sharpness(pairs: pd.DataFrame) -> pd.DataFrame:
    """Errors beside the sharpness of the ladders that they were made on, as stored.

    Parameters
    ----------
    pairs : DataFrame
        From `pair_errors`.

    Returns
    -------
    DataFrame
        `pairs` with the columns of `shapes_of` and ``gain``, the error over that of no change; pairs without
        breakthroughness (a median step of zero) are left out.
    """
    stored = pd.read_csv(own_file("benchmarks", "forecast_shapes.csv"))
    both = pairs.merge(stored, on=["source", "family", "task"])
    both = both[both["breakthroughness"].notna()].reset_index(drop=True)
    return both.assign(gain=both["error"] / both["same"].where(both["same"] > 0))


def correlations(sharp: pd.DataFrame, *, n_resamples: int = 200) -> pd.DataFrame:
    """Rank correlations of sharpness and rise with the error, and with the error over no change's.

    Parameters
    ----------
    sharp : DataFrame
        From `sharpness`.
    n_resamples : int
        Draws of whole families.

    Returns
    -------
    DataFrame
        measure, what, estimate, low, high (95 %), n (pairs).
    """
    need_columns(sharp, (*_MEASURES, *_ERRORS, "cluster"))
    rows = []
    for measure, name in _MEASURES.items():
        for error, what in _ERRORS.items():
            there = sharp[sharp[error].notna()]
            r = spearman(there[measure], there[error], clusters=there["cluster"], n_resamples=n_resamples)
            low, high = (r.interval.low, r.interval.high) if r.interval else (np.nan, np.nan)
            rows.append({"measure": name, "what": what, "estimate": r.estimate, "low": low, "high": high,
                         "n": r.n})
    return pd.DataFrame(rows)
