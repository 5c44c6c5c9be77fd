"""Which method is better: differences of errors on the same questions, with intervals between clusters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._checks import BoolArray, FloatArray, IntArray
from ..resample import cluster_weights
from .scoring import DISTANCES, distance_of

__all__ = ["compare", "winners"]

#: Resamples: the ends of an interval of one of sixteen comparisons rest on the outermost of them.
_DRAWS, _SEED = 2000, 12
#: Share of the questions that a method must answer to be named a winner over all.
_MOST = 0.5


class _Cells(NamedTuple):
    """Ladder groups (source, family, task): the source of each, its resampled weights by two clusterings."""

    source: IntArray
    weights: tuple[NDArray[np.float32], NDArray[np.float32]]


def compare(rows: pd.DataFrame, *, kind: str = "hard", level: float = 0.95) -> pd.DataFrame:
    """Every pair of methods at every distance, on the questions that both answer.

    Every source counts the same. Whole clusters are drawn again, once by source and family and once by task;
    the wider of the two intervals stands, since errors go together in both ways.

    Parameters
    ----------
    rows : DataFrame
        As of `score_answers`, of several methods on the same questions.
    kind : {"hard", "soft", "loss"}
    level : float
        Of all comparisons of one method at one distance together (Bonferroni).

    Returns
    -------
    DataFrame
        method, other, distance, difference (mean error of method less that of other), low, high, shared
        (questions), share (of all questions that the method answers).
    """
    part = rows[rows["kind"] == kind]
    part = part.assign(family=part["family"].str.split(",").str[0])
    by = ["source", "family", "task", "case", "scale", "times"]
    wide = part.set_index([*by, "method"])["error"].unstack()
    about = wide.index.to_frame(index=False)
    names = [m for m in part["method"].unique() if m in wide]
    error = wide[names].to_numpy(dtype=float)
    group = about.groupby(["source", "family", "task"], sort=False).ngroup()
    cell: IntArray = np.asarray(group, dtype=np.int64)
    cells = _cells(about.drop_duplicates(["source", "family", "task"]))
    tail = (1 - level) / max(len(names) - 1, 1) / 2
    out = []
    for distance, here in _distances(about["times"].to_numpy(dtype=np.int64)):
        answered = np.isfinite(error) & here[:, None]
        for i, j in permutations(range(len(names)), 2):
            both = answered[:, i] & answered[:, j]
            if i > j or not both.any():
                continue
            difference = np.where(both, error[:, i] - error[:, j], 0.0)
            mean, low, high = _interval(difference, both, cell, cells, tail)
            for a, b, values in ((i, j, (mean, low, high)), (j, i, (-mean, -high, -low))):
                out.append({"method": names[a], "other": names[b], "distance": distance,
                            "difference": values[0], "low": values[1], "high": values[2],
                            "shared": int(both.sum()), "share": answered[:, a].sum() / max(here.sum(), 1)})
    columns = ["method", "other", "distance", "difference", "low", "high", "shared", "share"]
    return pd.DataFrame(out, columns=columns)


def winners(pairs: pd.DataFrame) -> dict[str, tuple[str | None, list[str]]]:
    """Who is best at each distance, and who cannot be told from the best.

    Only methods that answer at least half of the questions compete.

    Returns
    -------
    dict
        Distance -> the winner, or None where the intervals do not say so, and the methods that none beats.
    """
    out: dict[str, tuple[str | None, list[str]]] = {}
    for distance, part in pairs.groupby("distance", sort=False):
        able = set(part.loc[part["share"] >= _MOST, "method"])
        fair = part[part["method"].isin(able) & part["other"].isin(able)]
        beaten = set(fair.loc[fair["low"] > 0, "method"])
        best = [m for m in fair["method"].unique() if m not in beaten]
        sure = [m for m, g in fair.groupby("method", sort=False) if (g["high"] < 0).all()]
        out[str(distance)] = (str(sure[0]) if sure else None, best)
    return out


def _distances(times: IntArray) -> Iterator[tuple[str, BoolArray]]:
    yield "all", np.ones(len(times), dtype=bool)
    names = np.array([distance_of(int(t)) for t in times])
    for t in DISTANCES:
        here = names == distance_of(t)
        if here.any():
            yield distance_of(t), here


def _cells(about: pd.DataFrame) -> _Cells:
    families: Sequence[str] = (about["source"] + "|" + about["family"]).tolist()
    weights = [cluster_weights(labels, len(about), _DRAWS, _SEED).astype(np.float32)
               for labels in (families, about["task"].tolist())]
    return _Cells(pd.factorize(about["source"])[0].astype(np.int64), (weights[0], weights[1]))


def _interval(difference: FloatArray, both: BoolArray, cell: IntArray, cells: _Cells,
              tail: float) -> tuple[float, float, float]:
    """Mean over sources of their mean differences, and the wider of two intervals."""
    size, sources = len(cells.source), int(cells.source.max()) + 1
    total = np.bincount(cell, weights=difference, minlength=size)
    n = np.bincount(cell, weights=both, minlength=size)
    there = np.flatnonzero(n)
    table = np.zeros((len(there), 2 * sources), dtype=np.float32)
    table[np.arange(len(there)), cells.source[there]] = total[there]
    table[np.arange(len(there)), sources + cells.source[there]] = n[there]
    mean = _mean(table.sum(axis=0)[None].astype(float))[0]
    low = high = mean
    for weights in cells.weights:
        draws = _mean((weights[:, there] @ table).astype(float))
        draws = draws[np.isfinite(draws)]
        a, b = np.quantile(draws, [tail, 1 - tail])
        low, high = min(low, float(a)), max(high, float(b))
    return float(mean), float(low), float(high)


def _mean(sums: FloatArray) -> FloatArray:
    half = sums.shape[1] // 2
    total, n = sums[:, :half], sums[:, half:]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(n > 0, total / n, 0.0)
        return np.asarray(means.sum(axis=1) / (n > 0).sum(axis=1))
