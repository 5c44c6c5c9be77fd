"""One try or ten thousand: what the same counts show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..._typed import checked
from ...errors import InputError
from ...intervals import binomial_bounds, two_proportions
from ...metrics import pass_at_k
from ...resample import cluster_weights
from ._wide import RESAMPLES, Array, check_tries, wide

__all__ = ["chance_of_zero", "changed_problems", "half_solved", "one_try", "rates", "solved",
           "spread_of_rates"]


def one_try(table: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """What a test with one try a problem would have shown: of each problem's answers one is picked by lot.

    Parameters
    ----------
    table : DataFrame
        Table by item; one task and checkpoint.
    seed : int
        Of the lot.

    Returns
    -------
    DataFrame
        model, params, n_examples (problems), right, value (share right).
    """
    w = wide(table)
    right = (np.random.default_rng(seed).random(w.n.shape) * w.n < w.correct).sum(axis=0)
    return pd.DataFrame({"model": w.models, "params": w.params, "n_examples": len(w.items), "right": right,
                         "value": right / len(w.items)})


def rates(table: pd.DataFrame, *, level: float = 0.95, seed: int = 0) -> pd.DataFrame:
    """Share of all answers that are right, by model.

    Returns
    -------
    DataFrame
        model, params, value, n_examples (answers); ``low``, ``high``: exact interval of Clopper and
        Pearson for these problems, cautious since problems differ; ``low_new``, ``high_new``: problems
        drawn again, for other problems of the same kind.
    """
    w = wide(table)
    if np.ptp(w.n) > 0:
        raise InputError("rates needs as many answers of every problem; use mean_rate where they differ.")
    right, drawn = w.correct.sum(axis=0), w.n.sum(axis=0)
    low, high = binomial_bounds(right / drawn, drawn, level=level, method="clopper-pearson")
    ends = _ends((w.correct / w.n), level, seed)
    return pd.DataFrame({"model": w.models, "params": w.params, "value": right / drawn, "n_examples": drawn,
                         "low": low, "high": high, "low_new": ends[0], "high_new": ends[1]})


@checked
def solved(table: pd.DataFrame, tries: Sequence[int], *, level: float = 0.95, seed: int = 0) -> pd.DataFrame:
    """Share of problems solved by at least one of k tries (pass@k), by model and k.

    Unbiased from the counts, `metrics.pass_at_k`; the interval draws problems again.

    Parameters
    ----------
    table : DataFrame
        Table by item; one task and checkpoint.
    tries : sequence of int
        k, none above the answers drawn.

    Returns
    -------
    DataFrame
        model, params, tries, value, low, high, n_examples (problems).

    Raises
    ------
    InputError
        If `tries` is empty or holds something else than counts from 1 to those recorded.
    """
    w, rows = wide(table), []
    check_tries(tries, w.n.min())
    for k in tries:
        by_item = pass_at_k(w.n.astype(int), w.correct.astype(int), k)
        low, high = _ends(by_item, level, seed)
        rows.append(pd.DataFrame({"model": w.models, "params": w.params, "tries": k,
                                  "value": by_item.mean(axis=0), "low": low, "high": high,
                                  "n_examples": len(w.items)}))
    return pd.concat(rows, ignore_index=True)


@checked
def half_solved(table: pd.DataFrame, tries: Sequence[int], *, share: float = 0.5, level: float = 0.95,
                seed: int = 0) -> pd.DataFrame:
    """Size at which a share of the problems is solved within k tries, for each k.

    Between two sizes the score is taken to be a line in log size; the first crossing counts.

    Parameters
    ----------
    share : float
        Share of problems, in (0, 1).

    Returns
    -------
    DataFrame
        tries, params (0 where the smallest model is beyond the share already, infinite where the largest
        is not there yet), low, high: problems drawn again.

    Raises
    ------
    InputError
        If `tries` is empty or holds something else than counts from 1 to those recorded.
    """
    if not 0 < share < 1:
        raise InputError(f"share must lie between 0 and 1, got {share:g}.")
    w, rows = wide(table), []
    check_tries(tries, w.n.min())
    weights = cluster_weights(None, len(w.items), RESAMPLES, seed) / len(w.items)
    for k in tries:
        by_item = pass_at_k(w.n.astype(int), w.correct.astype(int), k)
        drawn = [_crossing(w.params, curve, share) for curve in weights @ by_item]
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], method="nearest")
        rows.append({"tries": k, "params": _crossing(w.params, by_item.mean(axis=0), share), "low": low,
                     "high": high})
    return pd.DataFrame(rows)


def chance_of_zero(table: pd.DataFrame, tries: int = 1) -> pd.DataFrame:
    """Chance that a test of these problems with k tries each shows no right answer at all, by model.

    Returns
    -------
    DataFrame
        model, params, rate (mean over problems), chance.
    """
    w = wide(table)
    p = w.correct / w.n
    return pd.DataFrame({"model": w.models, "params": w.params, "rate": p.mean(axis=0),
                         "chance": np.prod((1 - p) ** tries, axis=0)})


def spread_of_rates(table: pd.DataFrame) -> pd.DataFrame:
    """How unevenly right answers lie over problems, by model.

    Returns
    -------
    DataFrame
        model, params, never (problems without a right answer), median and mean rate, ``top_tenth`` (share
        of all right answers that the best tenth of the problems gives), ``rank_with_largest`` (Spearman,
        over problems, with the largest model).
    """
    w = wide(table)
    p = w.correct / w.n
    ranked, tenth = np.sort(w.correct, axis=0)[::-1], max(1, round(len(w.items) / 10))
    ranks = pd.DataFrame(p).corr("spearman").to_numpy()[-1]
    return pd.DataFrame({"model": w.models, "params": w.params, "never": (w.correct == 0).sum(axis=0),
                         "median": np.median(p, axis=0), "mean": p.mean(axis=0),
                         "top_tenth": ranked[:tenth].sum(axis=0) / ranked.sum(axis=0),
                         "rank_with_largest": ranks})


@checked
def changed_problems(table: pd.DataFrame, small: str, large: str, *, level: float = 0.95) -> dict[str, int]:
    """How many problems the larger of two models surely solves more often, or less often.

    Newcombe's interval of the difference of each problem's two rates, widened for the number of problems.

    Parameters
    ----------
    small, large : str
        Names of models.

    Returns
    -------
    dict
        "rise", "fall" and "cannot tell": numbers of problems.

    Raises
    ------
    InputError
        If a model is not in the table.
    """
    w = wide(table)
    for name in (small, large):
        if name not in w.models:
            raise InputError(f"model '{name}' is not in the table; it has {', '.join(w.models)}.")
    a, b = w.models.index(small), w.models.index(large)
    if a >= b:
        raise InputError(f"small must have fewer parameters than large, got {small} and {large}.")
    cautious, found = 1 - (1 - level) / len(w.items), {"rise": 0, "fall": 0, "cannot tell": 0}
    for n, c in zip(w.n.astype(int).tolist(), w.correct.astype(int).tolist(), strict=True):
        span = two_proportions(c[b], n[b], c[a], n[a], level=cautious).interval
        assert span is not None
        found["rise" if span.low > 0 else "fall" if span.high < 0 else "cannot tell"] += 1
    return found


def _ends(by_item: Array, level: float, seed: int) -> Array:
    """Percentile ends of the means over items, items drawn again."""
    weights = cluster_weights(None, len(by_item), RESAMPLES, seed) / len(by_item)
    return np.quantile(weights @ by_item, [(1 - level) / 2, (1 + level) / 2], axis=0)


def _crossing(params: Array, score: Array, share: float) -> float:
    beyond = score >= share
    if not beyond.any():
        return float("inf")
    at = int(beyond.argmax())
    if at == 0:
        return 0.0
    part = (share - score[at - 1]) / (score[at] - score[at - 1])
    return float(params[at - 1] * (params[at] / params[at - 1]) ** part)
