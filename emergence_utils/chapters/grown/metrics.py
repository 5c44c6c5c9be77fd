"""The same answers under several metrics: curves of means over seeds, and their largest steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from ..._checks import FloatArray, need_columns
from ..._typed import checked
from ...errors import InputError
from ...intervals import two_proportions
from ...ladders import ladders
from ...measures import Kink
from ...measures.u_table import holm
from ...resample import bootstrap, resampled_rows
from ...results import Result
from ..density.decline import decline, exponent, fit_ahead
from .runs import by_seed, runs

__all__ = ["SHARES", "base_gap", "density_of_steps", "kinks", "largest_by_seed", "mean_ladder", "step_gap",
           "step_pace"]

#: Metrics by the name that a legend has.
SHARES = {"exact match": "exact_match", "digits right": "token_accuracy",
          "edit distance": "token_edit_distance", "cross-entropy": "cross_entropy"}
#: Choices of seeds at most, of more than that a sample.
_CHOICES = 200
_FALLING = ("token_edit_distance", "cross_entropy")


@checked
def mean_ladder(table: pd.DataFrame, metrics: Sequence[str], *, seeds: int = 8,
                draws: int = 500) -> pd.DataFrame:
    """Means over seeds of several metrics, each as a share of its own range over the ladder; up is better.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it.
    metrics : sequence of str
        Legend names, see `SHARES`.
    seeds : int
        How many seeds of each size are averaged.
    draws : int
        Bootstrap samples of seeds behind the band.

    Returns
    -------
    DataFrame
        ``metric``, ``params``, ``value``, ``low``, ``high`` (95 % over seeds, within the range of the means),
        ``raw`` (mean in the metric's own unit), ``runs``.
    """
    tables = []
    for name in metrics:
        if name not in SHARES:
            raise InputError(f"metrics must be of {', '.join(SHARES)}; got '{name}'.")
        wide = _wide(table[table["seed"] < seeds], SHARES[name])
        sign = -1.0 if SHARES[name] in _FALLING else 1.0
        block = sign * wide.to_numpy()
        mean = block.mean(axis=0)
        worst, span = mean.min(), np.ptp(mean)
        drawn = [block[rows].mean(axis=0) for rows in resampled_rows(len(block), None, draws, 0)]
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        tables.append(pd.DataFrame({
            "metric": name, "params": wide.columns.to_numpy(float), "value": (mean - worst) / span,
            "low": (low - worst) / span, "high": (high - worst) / span, "raw": sign * mean,
            "runs": len(block)}))
    return pd.concat(tables, ignore_index=True)


@checked
def step_gap(table: pd.DataFrame, hard: str, soft: str, rungs: Sequence[float] | None = None) -> Result:
    """Largest step of a hard metric less that of a soft one, as shares of their ranges, over seeds.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it.
    hard, soft : str
        Metrics; lower is better for edit distance and cross-entropy.
    rungs : sequence of float, optional
        Sizes to take; all by default.

    Returns
    -------
    Result
        n counts seeds.
    """
    need_columns(table, ("params", "seed", hard, soft))
    kept = table if rungs is None else table[table["params"].isin(list(rungs))]

    def gap(means: dict[str, FloatArray], _: object) -> float:
        return _largest(means[hard], hard) - _largest(means[soft], soft)

    return by_seed(kept[["params", "seed", hard, soft]], gap)


@checked
def density_of_steps(table: pd.DataFrame, sizes: Sequence[int] = (4, 6, 8, 12, 24),
                     seeds: Sequence[int] = (1, 4, 8), *, metric: str = "exact_match") -> pd.DataFrame:
    """Largest step of ladders thinned out, for means over more and more seeds.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it; seeds that all sizes have are used.
    sizes : sequence of int
        Models kept, evenly spaced in the order of size, both ends included.
    seeds : sequence of int
        Seeds averaged; the median goes over all choices of so many seeds, or over `_CHOICES` of them drawn at
        random.
    metric : str

    Returns
    -------
    DataFrame
        ``sizes``, ``seeds``, ``choices``, ``step`` (median largest step, in the metric's unit), ``low`` and
        ``high`` (range over choices).
    """
    wide = _wide(table, metric)
    block = (-1.0 if metric in _FALLING else 1.0) * wide.to_numpy()
    rows = []
    for kept in sizes:
        if not 2 <= kept <= block.shape[1]:
            raise InputError(f"sizes must lie between 2 and {block.shape[1]}, got {kept}.")
        at = np.unique(np.rint(np.linspace(0, block.shape[1] - 1, kept)).astype(int))
        for few in seeds:
            if not 1 <= few <= len(block):
                raise InputError(f"seeds must lie between 1 and {len(block)}, got {few}.")
            steps = [np.diff(block[list(rows_)][:, at].mean(axis=0)).max()
                     for rows_ in _choices(len(block), few)]
            rows.append({"sizes": kept, "seeds": few, "choices": len(steps), "step": float(np.median(steps)),
                         "low": float(min(steps)), "high": float(max(steps))})
    return pd.DataFrame(rows)


def _choices(n: int, few: int) -> Iterable[Sequence[int]]:
    """All choices of `few` of `n`, or some of them where there are many."""
    if comb(n, few) <= _CHOICES:
        return combinations(range(n), few)
    rng = np.random.default_rng(0)
    return [np.argsort(row)[:few].tolist() for row in rng.random((_CHOICES, n))]


@checked
def step_pace(table: pd.DataFrame, *, n_subsets: int = 5, n_resamples: int = 100) -> Result:
    """How fast the largest step of the mean exact match shrinks with more sizes, as a share of a smooth pace.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it, with ``n_examples``.
    n_subsets : int
        Random choices of sizes, as in `density.decline`.
    n_resamples : int
        Bootstrap samples of seeds.

    Returns
    -------
    Result
        A step has 0, a smooth curve 1, at the same sizes; n counts seeds. Seeds that fall into two groups
        keep the step of a mean large whatever the curve: then a low number does not show a step.
    """
    need_columns(table, ("params", "seed", "exact_match", "n_examples"))

    def pace(means: dict[str, FloatArray], sizes: FloatArray) -> float:
        found = decline(sizes, means["exact_match"], means["n_examples"], n_subsets=n_subsets)
        smooth = exponent(found, "smooth")
        return exponent(found, "observed") / smooth if smooth else float("nan")

    def ahead(drawn: Sequence[dict[str, FloatArray]], sizes: FloatArray) -> None:
        fit_ahead((sizes, means["exact_match"], means["n_examples"]) for means in drawn)

    return by_seed(table[["params", "seed", "exact_match", "n_examples"]], pace, n_resamples=n_resamples,
                   ahead=ahead)


@checked
def largest_by_seed(table: pd.DataFrame, metrics: Sequence[str]) -> pd.Series:
    """Median over seeds of the largest step of one seed's ladder, as a share of that ladder's range.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it; seeds that all sizes have are used.
    metrics : sequence of str
        Columns.

    Returns
    -------
    Series
        By metric, its name in words.
    """
    found = {}
    for metric in metrics:
        block = _wide(table, metric).to_numpy()
        words = next((name for name, column in SHARES.items() if column == metric), metric)
        found[words] = float(np.median([_largest(row, metric) for row in block]))
    return pd.Series(found)


@checked
def kinks(scores: pd.DataFrame, tasks: Sequence[str]) -> pd.DataFrame:
    """The test of a kink on the cross-entropy of trained ladders, means over the seeds that all sizes have.

    Parameters
    ----------
    scores : DataFrame
        Table ``grown``.
    tasks : sequence of str
        Every part of their tests counts; what training showed is left out.

    Returns
    -------
    DataFrame
        ``task``, ``subset``, ``answer``, ``p``, ``holm`` (that p, for all ladders together), ``params``
        (where the two lines would meet), ``worse_after`` (share of the larger models whose loss is higher
        than that of the model next to the kink).
    """
    rows = scores[(scores["metric"] == "cross_entropy") & scores["task"].isin(list(tasks))
                  & (scores["subset"] != "train") & (scores["seed"] < 8)]
    if rows.empty:
        raise InputError(f"scores hold no cross-entropy of {', '.join(tasks)}.")
    rows = rows[rows["step"] == rows.groupby(["task", "params", "seed"])["step"].transform("max")]
    found = []
    for ladder in ladders(rows):
        test = Kink()(ladder)
        at = int(np.argmin(np.abs(ladder.x - test.estimate)))
        after = ladder.score[at + 1:]
        worse = float((after > ladder.score[at]).mean()) if len(after) else float("nan")
        found.append({"task": ladder.key["task"], "subset": ladder.key["subset"], "answer": test.answer,
                      "p": test.p_value, "params": 10**test.estimate,
                      "worse_after": worse})
    table = pd.DataFrame(found)
    return table.assign(holm=holm(table["p"]))


@checked
def base_gap(scores: pd.DataFrame, *, known: float = 0.9, least: float = 0.1) -> tuple[Result, pd.DataFrame]:
    """Exact match in base ten less that in base nine, of the models that have base ten.

    Parameters
    ----------
    scores : DataFrame
        Table ``grown``.
    known : float
        Exact match in base ten from which a model has it.
    least : float
        Gap that a single model must surely exceed to be listed as ``sure``.

    Returns
    -------
    Result
        Mean gap; n counts runs, seeds are clusters.
    DataFrame
        ``params``, ``seed``, ``ten``, ``nine``, ``gap``, ``sure`` (lower end of the gap's interval above
        `least`).
    """
    ten, nine = (runs(scores, "addition_mixed", f"base {b}").set_index(["params", "seed"]) for b in (10, 9))
    table = pd.DataFrame({"ten": ten["exact_match"], "nine": nine["exact_match"],
                          "n10": ten["n_examples"], "n9": nine["n_examples"]})
    table = table[table["ten"] > known].reset_index()
    counts = np.rint(np.stack([table["ten"] * table["n10"], table["n10"], table["nine"] * table["n9"],
                               table["n9"]], axis=1)).astype(int)
    ends = [two_proportions(*map(int, row)).interval for row in counts]
    table = table.assign(gap=table["ten"] - table["nine"],
                         sure=[end is not None and end.low > least for end in ends])
    return bootstrap(np.mean, table["gap"], clusters=table["seed"]), table.drop(columns=["n10", "n9"])


def _wide(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    need_columns(table, ("params", "seed", metric))
    return table.pivot(index="seed", columns="params", values=metric).dropna()


def _largest(mean: FloatArray, metric: str) -> float:
    """Largest step upwards of means in the order of size, as a share of their range."""
    better = -mean if metric in _FALLING else mean
    span = float(np.ptp(better))
    return float(np.diff(better).max()) / span if span > 0 else float("nan")
