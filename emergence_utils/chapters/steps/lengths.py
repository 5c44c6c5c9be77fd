"""Chains of one to six operations, answered at once or with every step written out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..._checks import count, need_columns
from ..._clusters import from_clusters
from ..._typed import checked
from ...errors import InputError
from ...intervals import clustered
from ...resample import cluster_weights
from ...results import Interval, Result
from ..chains import ChainFits, fit_chains
from ..cot.crossings import crossing
from .tables import final

__all__ = ["LENGTHS", "both_ways", "crossing_gap", "crossings", "grown_chains", "log_change", "losing_sizes",
           "one_of_many", "read_ratio", "width_ratios"]

Array = NDArray[np.float64]
LENGTHS = (1, 2, 3, 4, 5, 6)
#: Names of the two ways of answering, as a reader sees them.
WRITTEN, DIRECT = "steps written out", "answered at once"


@checked
def both_ways(scores: pd.DataFrame) -> pd.DataFrame:
    """Exact match of the same architecture trained to write its steps, and trained to answer at once.

    Parameters
    ----------
    scores : DataFrame
        The table ``grown``.

    Returns
    -------
    DataFrame
        One row a model, seed and length: ``k`` (operations), ``model``, ``params`` (of the model that
        writes steps; the other has under 2 % fewer), ``seed``, ``steps``, ``direct``, ``n_examples``,
        ``chance``.
    """
    sides = []
    for task, name in (("chain_steps", "steps"), ("chain_direct", "direct")):
        rows = final(scores, task)
        rows = rows.assign(k=rows["subset"].str.split().str[0].astype(int)).rename(columns={"value": name})
        sides.append(rows)
    left = sides[0][["k", "model", "params", "seed", "steps", "n_examples", "chance"]]
    both = left.merge(sides[1][["k", "model", "seed", "direct"]], on=["k", "model", "seed"],
                      validate="one_to_one")
    return both.sort_values(["k", "params", "seed"], ignore_index=True)


def _means(both: pd.DataFrame) -> pd.DataFrame:
    return both.groupby(["k", "params"])[["steps", "direct"]].mean().reset_index()


@checked
def losing_sizes(both: pd.DataFrame, k: int = LENGTHS[-1]) -> list[float]:
    """Sizes at which steps written out score lower than direct answers on `k` operations."""
    means = _of_length(_means(both), k)
    return [float(v) for v in means.loc[means["steps"] < means["direct"], "params"]]


@checked
def log_change(both: pd.DataFrame, params: Sequence[float], *, against_direct: bool = True) -> Result:
    """Change of a log score from one operation to several, at given sizes; seeds are the clusters.

    Parameters
    ----------
    both : DataFrame
        From `both_ways`.
    params : sequence of float
        Sizes that count as small.
    against_direct : bool
        Of log(steps / direct); False takes log(steps) alone.

    Returns
    -------
    Result
        Mean over runs of the mean at two to six operations less that at one; below 0 where losses grow.
        ``undetermined`` without a size, and where a score is zero.
    """
    rows = both[both["params"].isin(list(params))]
    if rows["params"].nunique() < len(set(params)):
        raise InputError(f"params must name sizes of the table, got {list(params)}.")
    if rows.empty or not (rows[["steps", "direct"]] > 0).all(axis=None):
        why = "no size counts as small" if rows.empty else "a score of zero has no logarithm"
        return Result(float("nan"), None, len(rows), "undetermined", (why,))
    logs = np.log(rows["steps"]) - (np.log(rows["direct"]) if against_direct else 0.0)
    wide = rows.assign(log=logs).pivot(index=["params", "seed"], columns="k", values="log")
    change = wide.drop(columns=1).mean(axis=1) - wide[1]
    return clustered(change, wide.index.get_level_values("seed").rename("seed").to_series())


@checked
def crossings(both: pd.DataFrame, *, n_resamples: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Size from which steps lead, and where equal independent steps would put it, for each length from two.

    Parameters
    ----------
    both : DataFrame
        From `both_ways`.
    n_resamples, seed : int
        Seeds of the runs are drawn again, all sizes and lengths of a seed together.

    Returns
    -------
    DataFrame
        ``k``, ``kind`` (observed, predicted: one operation's success to the power k against the direct
        score), ``estimate``, ``low``, ``high`` in parameters.
    """
    rows = []
    for k in sorted(set(both["k"]) - {1}):
        drawn = _crossing_draws(both, int(k), n_resamples, seed, int(k))
        for kind, values in zip(("observed", "predicted"), drawn, strict=True):
            low, high = np.quantile(values[1:], [0.025, 0.975], method="inverted_cdf")
            rows.append({"k": int(k), "kind": kind, "estimate": values[0], "low": min(low, values[0]),
                         "high": max(high, values[0])})
    return pd.DataFrame(rows)


@checked
def crossing_gap(both: pd.DataFrame, k: int, *, power: int | None = None, level: float = 0.95,
                 n_resamples: int = 1000, seed: int = 0) -> Result:
    """Decades from the observed crossing to the one predicted by ``p ** k`` against the direct score.

    Parameters
    ----------
    both : DataFrame
        From `both_ways`.
    k : int
        Operations, at least 2.
    power : int, optional
        Predicts with this power instead of `k`: 1 says that length does not matter.
    level, n_resamples, seed
        As in `crossings`.

    Returns
    -------
    Result
        ``undetermined`` where one of the curves does not cross within the ladder.
    """
    observed, predicted = _crossing_draws(both, k, n_resamples, seed, k if power is None else power)
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = np.log10(predicted / observed)
    seeds = both["seed"].drop_duplicates()
    if not np.isfinite(gaps[0]):
        why = "a curve does not cross within the sizes tested"
        return Result(float("nan"), None, int(both["params"].nunique()), "undetermined", (why,))
    tail, drawn = (1 - level) / 2, gaps[1:]
    # a resample on which a curve does not cross may stand for any gap
    low, high = (np.quantile(np.where(np.isnan(drawn), fill, drawn), share, method="inverted_cdf")
                 for fill, share in ((-np.inf, tail), (np.inf, 1 - tail)))
    span = Interval(float(min(low, gaps[0])), float(max(high, gaps[0])), level, "bootstrap of seeds")
    return from_clusters(Result.with_interval(float(gaps[0]), span, int(both["params"].nunique())), seeds)


def _crossing_draws(both: pd.DataFrame, k: int, n_resamples: int, seed: int,
                    power: int) -> tuple[Array, Array]:
    """Observed and predicted crossings; the first of each is that of the runs as they are."""
    if count("k", k) < 2:
        raise InputError(f"k must be 2 or more: one operation predicts itself, got {k}.")
    params = np.sort(both["params"].unique())

    def block(length: int, way: str) -> Array:
        wide = _of_length(both, length).pivot(index="params", columns="seed", values=way)
        return np.asarray(wide.loc[params], dtype=float)

    seeds = both["seed"].nunique()
    times = np.vstack([np.ones(seeds), cluster_weights(None, seeds, n_resamples, seed)]) / seeds
    one, chain, direct = (times @ block(*key).T for key in ((1, "steps"), (k, "steps"), (k, "direct")))
    return crossing(params, chain - direct), crossing(params, one**power - direct)


@checked
def grown_chains(both: pd.DataFrame, *, ceiling: float | None = 1.0, n_resamples: int = 120) -> ChainFits:
    """Logistic rises of the chains with written steps along log parameters, seeds drawn whole.

    Parameters
    ----------
    both : DataFrame
        From `both_ways`.
    ceiling : float or None
        Upper end of the curves; None fits it.
    n_resamples : int

    Returns
    -------
    ChainFits
        Of ``1`` to ``6`` (operations), scores above guessing, and of ``product: k``: the score of one
        operation to the power k.
    """
    gain = (both["steps"] - both["chance"]) / (1 - both["chance"])
    wide = both.assign(gain=gain).pivot(index=["params", "seed"], columns="k", values="gain")
    one = both[both["k"] == 1].set_index(["params", "seed"])["steps"]
    table = wide.rename(columns=str)
    for k in LENGTHS[1:]:
        table[f"product: {k}"] = one**k
    sizes, seeds = (pd.Series(table.index.get_level_values(c).to_numpy(), name=c) for c in ("params", "seed"))
    return fit_chains(table.reset_index(drop=True).rename_axis(columns=None), np.log10(sizes), seeds,
                      ceiling=ceiling, n_resamples=n_resamples)


@checked
def width_ratios(fits: ChainFits) -> pd.DataFrame:
    """Width of each longer chain's rise over that of one operation, grown and by the product of steps.

    Returns
    -------
    DataFrame
        ``chain`` (as read), ``k``, ``kind``, ``estimate``, ``low``, ``high``.
    """
    rows = []
    for k in LENGTHS[1:]:
        for kind, name in (("grown", str(k)), ("product of steps", f"product: {k}")):
            found = fits.ratio([("1", name)])
            assert found.interval is not None
            rows.append({"chain": f"{k} steps", "k": k, "kind": kind, "estimate": found.estimate,
                         "low": found.interval.low, "high": found.interval.high})
    return pd.DataFrame(rows)


@checked
def read_ratio(both: pd.DataFrame, k: int, *, low: float = 1 / 3, high: float = 0.9, level: float = 0.95,
               n_resamples: int = 1000, seed: int = 0) -> Result:
    """Width of the rise of `k` operations over that of one, read off the means of seeds without a curve.

    Parameters
    ----------
    both : DataFrame
        From `both_ways`.
    k : int
        Operations, at least 2.
    low, high : float
        Shares of the range above guessing between which a rise is read, straight lines in log parameters.
    level, n_resamples, seed
        Seeds of the runs are drawn again.

    Returns
    -------
    Result
        ``undetermined`` where a mean does not pass both shares within the ladder.
    """
    if not 0 < low < high < 1:
        raise InputError(f"low must lie below high, both between 0 and 1; got {low:g} and {high:g}.")
    seeds = both["seed"].drop_duplicates()
    drawn = cluster_weights(None, len(seeds), n_resamples, seed)
    times = np.vstack([np.ones(len(seeds)), drawn]) / len(seeds)
    widths = []
    for length in (1, k):
        rows = _of_length(both, length)
        gain = rows.assign(gain=(rows["steps"] - rows["chance"]) / (1 - rows["chance"]))
        wide = gain.pivot(index="params", columns="seed", values="gain").sort_index()
        x = np.log10(wide.index.to_numpy(dtype=float))
        means = times @ wide.to_numpy(dtype=float).T
        widths.append(np.array([_reaches(x, m, high) - _reaches(x, m, low) for m in means]))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = widths[1] / widths[0]
    if not np.isfinite(ratio).all():
        return Result(float("nan"), None, int(both["params"].nunique()), "undetermined",
                      ("a mean does not pass both shares within the ladder",))
    span = Interval.of_draws(ratio[1:], float(ratio[0]), level, "bootstrap of seeds")
    return from_clusters(Result.with_interval(float(ratio[0]), span, int(both["params"].nunique())), seeds)


def _reaches(x: Array, y: Array, share: float) -> float:
    """Where y first reaches a share from below; NaN where it begins above it or never does."""
    at = int(np.argmax(y >= share))
    if at == 0 or y[at] < share:
        return float("nan")
    return float(x[at - 1] + (share - y[at - 1]) / (y[at] - y[at - 1]) * (x[at] - x[at - 1]))


@checked
def one_of_many(both: pd.DataFrame, k: int) -> pd.DataFrame:
    """Runs of one length as a long table: ``way``, ``params``, ``seed``, ``value``, ``chance``."""
    rows = _of_length(both, k)
    parts = [rows.assign(way=name, value=rows[column])
             for name, column in ((WRITTEN, "steps"), (DIRECT, "direct"))]
    return pd.concat(parts, ignore_index=True)[["way", "params", "seed", "value", "chance", "n_examples"]]


def _of_length(table: pd.DataFrame, k: int) -> pd.DataFrame:
    need_columns(table, ("k", "params", "steps", "direct"))
    rows = table[table["k"] == k]
    if rows.empty:
        known = ", ".join(map(str, sorted(table["k"].unique())))
        raise InputError(f"k must be a length of the table ({known}), got {k}.")
    return rows
