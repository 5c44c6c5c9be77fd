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

__all__ = ["LENGTHS", "as_factor", "beats_one_power", "beats_one_size", "both_ways", "crossing_gap",
           "crossings", "grown_chains", "log_change", "losing_sizes", "one_of_many", "read_ratio",
           "share_of_loss", "width_ratios"]

Array = NDArray[np.float64]
LENGTHS = (1, 2, 3, 4, 5, 6)
#: Names of the two ways of answering, as a reader sees them.
WRITTEN, DIRECT = "steps written out", "answered at once"
#: Columns of `both_ways` that its readers need.
_BOTH = ("k", "params", "seed", "steps", "direct")


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
    need_columns(both, _BOTH)
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
    change, why = _changes(both, params, against_direct)
    if why:
        return Result(float("nan"), None, len(change), "undetermined", (why,))
    return clustered(change, change.index.get_level_values("seed").rename("seed").to_series())


def _changes(both: pd.DataFrame, params: Sequence[float], against_direct: bool) -> tuple[pd.Series, str]:
    """Change of the log score of each run, and why there is none."""
    need_columns(both, _BOTH)
    rows = both[both["params"].isin(list(params))]
    if rows["params"].nunique() < len(set(params)):
        raise InputError(f"params must name sizes of the table, got {list(params)}.")
    if rows.empty or not (rows[["steps", "direct"]] > 0).all(axis=None):
        return rows["steps"], "no size counts as small" if rows.empty else "a score of zero has no logarithm"
    logs = np.log(rows["steps"]) - (np.log(rows["direct"]) if against_direct else 0.0)
    wide = rows.assign(log=logs).pivot(index=["params", "seed"], columns="k", values="log")
    return wide.drop(columns=1).mean(axis=1) - wide[1], ""


@checked
def as_factor(result: Result, base: float = 10.0) -> str:
    """A logarithm with its interval as a factor, in words to print.

    Parameters
    ----------
    result : Result
        A difference of logarithms with an interval.
    base : float
        Of the logarithm; below 1 turns the factor round.

    Examples
    --------
    >>> as_factor(Result.with_interval(1.0, Interval(0.0, 2.0), 9))
    '10.00 [1.00, 100.00]'
    """
    if result.interval is None:
        return "unknown"
    ends = sorted(base**v for v in (result.interval.low, result.interval.high))
    return f"{base**result.estimate:.2f} [{ends[0]:.2f}, {ends[1]:.2f}]"


@checked
def share_of_loss(both: pd.DataFrame, params: Sequence[float], *, level: float = 0.95,
                  n_resamples: int = 1000, seed: int = 0) -> Result:
    """Share of the loss of `log_change` that the written score shows alone; the direct score has the rest.

    Parameters
    ----------
    both, params
        As in `log_change`.
    level, n_resamples, seed
        Seeds of the runs are drawn again.

    Returns
    -------
    Result
        Mean change of log(steps) over that of log(steps / direct). ``undetermined`` as in `log_change`, and
        where nothing is surely lost against direct answers.
    """
    alone, why = _changes(both, params, False)
    if why:
        return Result(float("nan"), None, len(alone), "undetermined", (why,))
    against, _ = _changes(both, params, True)
    means = pd.DataFrame({"alone": alone, "against": against}).groupby("seed").mean()
    times = np.vstack([np.ones(len(means)), cluster_weights(None, len(means), n_resamples, seed)])
    top, base = (times @ means[c].to_numpy(dtype=float) for c in ("alone", "against"))
    if (base >= 0).mean() > (1 - level) / 2 or base[0] >= 0:
        return Result(float("nan"), None, len(alone), "undetermined", ("nothing is surely lost",))
    ratio = (top / base)[base < 0]
    span = Interval.of_draws(ratio[1:], float(ratio[0]), level, "bootstrap of seeds")
    return from_clusters(Result.with_interval(float(ratio[0]), span, len(alone)), pd.Series(means.index))


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
    need_columns(both, _BOTH)
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
    if not np.isfinite(gaps[0]):
        why = "a curve does not cross within the sizes tested"
        return Result(float("nan"), None, int(both["params"].nunique()), "undetermined", (why,))
    return _of_gaps(both, gaps, level)


def _of_gaps(both: pd.DataFrame, gaps: Array, level: float) -> Result:
    """An estimate and its resamples; one on which a curve does not cross may stand for any gap."""
    tail, drawn = (1 - level) / 2, gaps[1:]
    low, high = (np.quantile(np.where(np.isnan(drawn), fill, drawn), share, method="inverted_cdf")
                 for fill, share in ((-np.inf, tail), (np.inf, 1 - tail)))
    span = Interval(float(min(low, gaps[0])), float(max(high, gaps[0])), level, "bootstrap of seeds")
    found = Result.with_interval(float(gaps[0]), span, int(both["params"].nunique()))
    return from_clusters(found, both["seed"].drop_duplicates())


@checked
def beats_one_size(both: pd.DataFrame, *, level: float = 0.95, n_resamples: int = 1000,
                   seed: int = 0) -> Result:
    """Error of the predicted crossings less that of the best single size for all lengths, in decades.

    The error is the mean over lengths of the distance to the observed crossing; the best size, their
    median, is known only in hindsight. Below 0 the prediction from the length is better.

    Parameters
    ----------
    both : DataFrame
        From `both_ways`.
    level, n_resamples, seed
        As in `crossings`.

    Returns
    -------
    Result
        ``undetermined`` where a curve does not cross within the ladder.
    """
    observed, errors = _errors(both, n_resamples, seed)
    with np.errstate(invalid="ignore"):
        blind = np.abs(observed - np.median(observed, axis=0)).mean(axis=0)
        return _less(both, errors, blind, level)


@checked
def beats_one_power(both: pd.DataFrame, *, level: float = 0.95, n_resamples: int = 1000,
                    seed: int = 0) -> Result:
    """Error of the predicted crossings less that of the best single power for all lengths, in decades.

    As `beats_one_size`, but the rival takes one power of the success at one step, the best in hindsight,
    against the direct score of each length: it knows how well the shortcut pays, and not the length.

    Parameters
    ----------
    both : DataFrame
        From `both_ways`.
    level, n_resamples, seed
        As in `crossings`.

    Returns
    -------
    Result
        ``undetermined`` where a curve does not cross within the ladder.
    """
    _, errors = _errors(both, n_resamples, seed)
    longest = int(both["k"].max())
    powers = np.linspace(1, longest, 4 * longest - 3)
    rivals = [_errors(both, n_resamples, seed, power)[1] for power in powers]
    return _less(both, errors, np.fmin.reduce(rivals), level)


def _errors(both: pd.DataFrame, n_resamples: int, seed: int,
            power: float | None = None) -> tuple[Array, Array]:
    """Logarithms of the observed crossings, a row a length, and the mean error of the predicted ones."""
    drawn = [_crossing_draws(both, int(k), n_resamples, seed, float(k) if power is None else power)
             for k in sorted(set(both["k"]) - {1})]
    with np.errstate(divide="ignore", invalid="ignore"):
        observed, predicted = (np.log10(np.array(side)) for side in zip(*drawn, strict=True))
        return observed, np.abs(predicted - observed).mean(axis=0)


def _less(both: pd.DataFrame, errors: Array, blind: Array, level: float) -> Result:
    with np.errstate(invalid="ignore"):
        less = errors - blind
    if not np.isfinite(less[0]):
        why = "a curve does not cross within the sizes tested"
        return Result(float("nan"), None, int(both["params"].nunique()), "undetermined", (why,))
    return _of_gaps(both, less, level)


def _crossing_draws(both: pd.DataFrame, k: int, n_resamples: int, seed: int,
                    power: float) -> tuple[Array, Array]:
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
    need_columns(both, (*_BOTH, "chance"))
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
