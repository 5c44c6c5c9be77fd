"""How many emergent-looking ladders noise alone would make among those that were searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ..._checks import at_least_one, count, fraction, need_columns
from ...curves import Logistic, fit_each
from ...errors import InputError
from ...intervals import binomial_bounds

__all__ = ["NULL_HYPOTHESES", "NullCounts", "null_counts", "surviving"]

#: Ladders without emergence: all models guess; all guess, and the ladder is kept because the largest did
#: well on the same items; a smooth rise of at least a decade.
NULL_HYPOTHESES = ("guessing", "guessing, selected", "smooth rise")
Array = NDArray[np.float64]


@dataclass(frozen=True)
class NullCounts:
    """Observed counts and those of null ladders.

    Parameters
    ----------
    table : DataFrame
        Index the patterns; columns ``observed`` and for each of `NULL_HYPOTHESES` the expected count, with
        ``NAME low`` and ``NAME high``, the central 95 % of the count over redrawn sets of ladders.
    rate : dict of str to float
        Mean probability that one null ladder looks emergent.
    selected : float
        Mean probability that a guessing ladder passes the selection.
    tasks : int
    seen : DataFrame of bool
        Index the tasks, columns the patterns: which the scores themselves show.
    """

    table: pd.DataFrame
    rate: dict[str, float]
    selected: float
    tasks: int
    seen: pd.DataFrame


def null_counts(scores: pd.DataFrame, *, x: str = "params", negligible: float = 0.01, margin: float = 0.05,
                cuts: Sequence[float] = (10.0, 30.0), min_width: float = 1.0, n_draws: int = 2000,
                seed: int = 0) -> NullCounts:
    """Count emergent patterns and large breakthroughness in ladders drawn without emergence.

    Each task keeps its own models, item counts and chance level; answers are drawn as independent
    binomial counts. A model counts as present if its own exact interval lies above chance, as error bars
    are read; what is read off scores and off null ladders in the same way is comparable, whatever the error
    rate of that reading.

    Parameters
    ----------
    scores : DataFrame
        Score table with ``chance``; ladders of equal length, one per task.
    x : str
        Column of scale.
    negligible : float
        Excess over chance that counts as absent.
    margin : float
        The selection: the largest model scored above chance + margin.
    cuts : sequence of float
        Of the magnitude of breakthroughness.
    min_width : float
        Of the smooth null, in decades.
    n_draws, seed : int
        Null ladders per task.

    Returns
    -------
    NullCounts
        Patterns ``emergent`` (absent, then present), ``emergent, two or more present`` (at least two models
        present) and ``|B| >= cut`` for each cut.
    """
    need_columns(scores, ("task", x, "value", "n_examples", "chance"))
    rng = np.random.default_rng(seed)
    names = ["emergent", "emergent, two or more present", *(f"|B| >= {c:g}" for c in cuts)]
    seen: dict[str, NDArray[np.bool_]] = {}
    chances: dict[str, list[Array]] = {name: [] for name in NULL_HYPOTHESES}
    passing = []
    smooth = _smooth_rises(scores, x, min_width)
    for task, g in scores.groupby("task", sort=True):
        g = g.sort_values(x, kind="stable")
        n = np.rint(g["n_examples"].to_numpy(dtype=float)).astype(int)
        v, chance = g["value"].to_numpy(dtype=float), float(g["chance"].iloc[0])
        limits = _least_present(n, chance + negligible)
        seen[str(task)] = _looks(np.rint(v * n).astype(int)[None, :], n, limits, cuts)[0]
        guess = _counts(np.full(len(n), chance), n, n_draws, rng)
        kept = guess[guess[:, -1] > (chance + margin) * n[-1]]
        passing.append(len(kept) / n_draws)
        rise = _counts(smooth[str(task)], n, n_draws, rng)
        for name, counts in zip(NULL_HYPOTHESES, (guess, kept, rise), strict=True):
            looks = _looks(counts, n, limits, cuts)
            chances[name].append(looks.mean(axis=0) if len(looks) else np.zeros(len(names)))
    shown = pd.DataFrame.from_dict(seen, orient="index", columns=names)
    table = pd.DataFrame({"observed": shown.sum()}, index=names)
    for name in NULL_HYPOTHESES:
        p = np.array(chances[name])
        total = (rng.random((2000, *p.shape)) < p).sum(axis=1)
        low, high = np.quantile(total, [0.025, 0.975], axis=0, method="inverted_cdf")
        table[name], table[f"{name} low"], table[f"{name} high"] = p.sum(axis=0), low, high
    return NullCounts(table, {k: float(np.mean([row[0] for row in v])) for k, v in chances.items()},
                      float(np.mean(passing)), len(passing), shown)


def surviving(value: ArrayLike, n_examples: ArrayLike, chance: ArrayLike, comparisons: Sequence[int], *,
              alpha: float = 0.05) -> list[int]:
    """How many scores are above chance after Bonferroni's correction for that many comparisons.

    Parameters
    ----------
    value, n_examples, chance : array-like, shape (n,)
        Scores as fractions, items, guessing; the test is exact and one-sided.
    comparisons : sequence of int
    alpha : float
        Probability of one false finding or more.

    Raises
    ------
    InputError
        If `comparisons` is empty or holds something else than counts.

    Examples
    --------
    >>> surviving([0.5, 0.35], [200, 200], [0.25, 0.25], [1, 1000])
    [2, 1]
    """
    for m in at_least_one("comparisons", comparisons, "count"):
        count("comparisons", m, minimum=1)
    fraction("alpha", alpha, low=False, high=False)
    n = np.rint(np.asarray(n_examples, dtype=float)).astype(int)
    k = np.rint(np.asarray(value, dtype=float) * n).astype(int)
    p = special.bdtrc(k - 1, n, np.asarray(chance, dtype=float))
    return [int((p <= alpha / m).sum()) for m in comparisons]


def _smooth_rises(scores: pd.DataFrame, x: str, min_width: float) -> dict[str, Array]:
    """Rates of the logistic rise from chance fitted to each task, all at once."""
    names: list[str] = []
    curves: list[Logistic] = []
    ladders: list[tuple[Array, Array, Array]] = []
    for task, g in scores.groupby("task", sort=True):
        g = g.sort_values(x, kind="stable")
        axis = np.log10(g[x].to_numpy(dtype=float))
        v, n = (g[c].to_numpy(dtype=float) for c in ("value", "n_examples"))
        chance = float(g["chance"].iloc[0])
        if not np.isfinite(v).all() or not np.isfinite(chance):
            raise InputError(f"task {task!r} lacks a score or a chance level; leave it out and say so.")
        if len(g) < 5:
            raise InputError(f"task {task!r} has {len(g)} models; null ladders need at least five.")
        names.append(str(task))
        curves.append(Logistic(floor=chance, min_width=min_width))
        ladders.append((axis, v, n))
    fits = fit_each(curves, ladders, doubts=False)
    return {name: np.clip(found.predict(axis), 0, 1)
            for name, found, (axis, _, _) in zip(names, fits, ladders, strict=True)}


def _least_present(n: NDArray[np.int_], level: float) -> NDArray[np.int_]:
    """Fewest right answers of n whose exact interval lies above `level`, per model; n + 1 where none does."""
    fewest = {}
    for m in np.unique(n):
        low = binomial_bounds(np.arange(m + 1) / m, np.full(m + 1, m), method="clopper-pearson")[0]
        fewest[m] = int(np.argmax(low > level)) if (low > level).any() else int(m) + 1
    return np.array([fewest[m] for m in n])


def _looks(counts: NDArray[np.int_], n: NDArray[np.int_], limits: NDArray[np.int_],
           cuts: Sequence[float]) -> NDArray[np.bool_]:
    """Per ladder (row): emergent, emergent with two models present, magnitude of B beyond each cut."""
    present = counts >= limits
    number = present.sum(axis=1)
    # absent, then present for good: as many present as there are models from the first one on
    first = np.where(number > 0, present.argmax(axis=1), present.shape[1])
    emergent = (number > 0) & (first > 0) & (number == present.shape[1] - first)
    shares = counts / n
    steps = np.median(np.diff(shares, axis=1) ** 2, axis=1)
    rise = np.ptp(shares, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        b = np.where(rise == 0, 0.0, rise / np.sqrt(steps))
    return np.column_stack([emergent, emergent & (number > 1), *(b >= c for c in cuts)])


def _counts(rate: Array, n: NDArray[np.int64], size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Right answers of `size` redrawn ladders, by uniforms and the inverse distribution of each model."""
    u = rng.random((size, len(n)))
    tables = (special.bdtr(np.arange(m + 1), m, p) for m, p in zip(n, rate, strict=True))
    return np.column_stack([np.searchsorted(t[:-1], u[:, i]) for i, t in enumerate(tables)])
