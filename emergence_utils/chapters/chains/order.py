"""Do abilities come in order? How often a model has the harder one without the easier one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._clusters import from_clusters
from ...errors import InputError, UnknownNameError
from ...intervals import bootstrap
from ...resample import cluster_weights, group_codes
from ...results import Interval, Result

__all__ = ["MatchedPairs", "matched_difference", "order_violations"]

Array = NDArray[np.float64]


def order_violations(has: pd.DataFrame, pairs: Sequence[tuple[str, str]], clusters: ArrayLike, *,
                     level: float = 0.95, n_resamples: int = 1000, seed: int = 0) -> Result:
    """Share of (model, pair) cases with the later skill in which the earlier one is missing.

    Parameters
    ----------
    has : DataFrame of bool, shape (models, skills)
        Missing values (``pd.NA`` or NaN) where a model was not tested; such cases are left out.
    pairs : sequence of (str, str)
        (prerequisite, later skill).
    clusters : array-like, shape (models,)
        Families, drawn whole.
    level, n_resamples, seed

    Returns
    -------
    Result
        n counts the cases with the later skill.

    Examples
    --------
    >>> has = pd.DataFrame({"walk": [True, True, False], "run": [True, False, False]})
    >>> order_violations(has, [("walk", "run")], ["a", "b", "c"]).estimate
    0.0
    """
    table = _known(has, pairs)
    codes = group_codes(clusters, len(table))
    with_late = np.zeros(codes.max() + 1)
    broken = np.zeros(codes.max() + 1)
    for early, late in pairs:
        both = np.isfinite(table[early]) & np.isfinite(table[late])
        later = both & (table[late] == 1)
        np.add.at(with_late, codes, later.to_numpy(dtype=float))
        np.add.at(broken, codes, (later & (table[early] == 0)).to_numpy(dtype=float))
    if with_late.sum() == 0:
        raise InputError("no model has any of the later skills; there is nothing to violate.")
    found = bootstrap(lambda b, w: float(b.sum() / w.sum()) if w.sum() else np.nan, broken, with_late,
                      level=level, n_resamples=max(n_resamples, 100), seed=seed)
    if broken.sum() == 0:
        # no violation in any cluster: the rule of three, over clusters that have the later skill
        groups = int((with_late > 0).sum())
        high = 1 - (1 - level) ** (1 / groups)
        note = f"no violation at all: upper end from {groups} clusters that could have shown one"
        none = Result(0.0, Interval(0.0, high, level, "exact, by cluster"), int(with_late.sum()),
                      "limited" if groups < 10 else "ok", (note,))
        return from_clusters(none, clusters)
    return from_clusters(replace(found, n=int(with_late.sum())), clusters)


@dataclass(frozen=True)
class MatchedPairs:
    """Violations of prerequisite pairs against unrelated pairs of the same two rates.

    `difference` is (related - unrelated) in the share of models that lack the easier skill among
    those with the harder one; `table` one row per related pair.
    """

    difference: Result
    table: pd.DataFrame


def matched_difference(has: pd.DataFrame, pairs: Sequence[tuple[str, str]],
                       unrelated: Sequence[tuple[str, str]], clusters: ArrayLike, *,
                       within: float = 0.1, min_rate: float = 0.1, level: float = 0.95,
                       n_resamples: int = 500,
                       seed: int = 0) -> MatchedPairs:
    """Is the order of prerequisites kept better than that of any easier and harder task?

    If one general ability drives all tasks, any easy task comes before any hard one. What speaks
    for a dependence is that related pairs are violated less often than unrelated pairs whose two
    rates of success are alike.

    Parameters
    ----------
    has : DataFrame of bool, shape (models, skills)
    pairs : sequence of (str, str)
        (prerequisite, later skill).
    unrelated : sequence of (str, str)
        Pairs of other skills; put in order of their rates here.
    clusters : array-like, shape (models,)
    within : float
        Largest difference in each of the two rates between matched pairs.
    min_rate : float
        Related pairs of which a skill is had by a smaller share of models, or by more than one
        minus this, say nothing and are left out.
    level, n_resamples, seed

    Returns
    -------
    MatchedPairs
    """
    columns = [*pairs, *unrelated]
    table = _known(has, columns)
    tested = table.notna().all(axis=1).to_numpy()
    table = table[tested]
    codes = group_codes(np.asarray(clusters)[tested], len(table))
    rate = table.mean()
    ordered = [(a, b) if rate[a] >= rate[b] else (b, a) for a, b in unrelated]
    broken, late = _counts(table, [*pairs, *ordered], codes)
    matches = [[len(pairs) + j for j, (a, b) in enumerate(ordered)
                if abs(rate[a] - rate[e]) <= within and abs(rate[b] - rate[h]) <= within] for e, h in pairs]
    telling = [min_rate <= min(rate[e], rate[h]) and max(rate[e], rate[h]) <= 1 - min_rate for e, h in pairs]
    used = [i for i, m in enumerate(matches) if m and telling[i]]
    if not used:
        raise InputError(f"no unrelated pair has both rates within {within} of those of a related pair.")

    def statistic(weights: Array) -> float:
        share = (weights @ broken) / np.maximum(weights @ late, 1e-12)
        return float(np.mean([share[i] - share[matches[i]].mean() for i in used]))

    groups = len(broken)
    drawn = cluster_weights(None, groups, n_resamples, seed)
    again = np.array([statistic(w.astype(float)) for w in drawn])
    best = statistic(np.ones(groups))
    share = broken.sum(axis=0) / np.maximum(late.sum(axis=0), 1e-12)
    rows = [{"prerequisite": pairs[i][0], "later": pairs[i][1], "rate_prerequisite": float(rate[pairs[i][0]]),
             "rate_later": float(rate[pairs[i][1]]), "violated": float(share[i]), "matches": len(matches[i]),
             "matches_violated": float(share[matches[i]].mean())} for i in used]
    lost = len(pairs) - len(used)
    why = f"{lost} of {len(pairs)} related pairs have no match, or rates near 0 or 1, and are left out"
    notes = (why,) if lost else ()
    interval = Interval.of_draws(again, best, level, "cluster bootstrap")
    found = from_clusters(Result.with_interval(best, interval, len(table)), pd.Series(clusters)[tested])
    return MatchedPairs(replace(found, notes=(*notes, *found.notes)), pd.DataFrame(rows))


def _counts(table: pd.DataFrame, pairs: Sequence[tuple[str, str]],
            codes: NDArray[np.int64]) -> tuple[Array, Array]:
    early = table[[a for a, _ in pairs]].to_numpy(dtype=float)
    late = table[[b for _, b in pairs]].to_numpy(dtype=float)
    shape = (int(codes.max()) + 1, len(pairs))
    broken, having = np.zeros(shape), np.zeros(shape)
    np.add.at(having, codes, late)
    np.add.at(broken, codes, late * (1 - early))
    return broken, having


def _known(has: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    names = sorted({c for pair in pairs for c in pair})
    for name in names:
        if name not in has:
            raise UnknownNameError("skill", name, map(str, has.columns))
    return has[names].astype("float64")
