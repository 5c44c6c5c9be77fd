"""The scale from which on one way of asking leads another, with the doubt that few sizes leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import need_columns
from ...errors import InputError
from ...resample import redrawn_scores
from ...results import Interval, Result, Status

__all__ = ["Crossover", "crossover", "crossover_all"]

Direction = Literal["up", "down", "ahead throughout", "behind throughout"]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Crossover(Result):
    """Scale from which on the method leads, in the unit of the scale given.

    Parameters
    ----------
    direction : {"up", "down", "ahead throughout", "behind throughout"}
        ``up``: behind somewhere, ahead at the largest model; ``down``: ahead somewhere, not ahead at
        the largest.
    below, above : float
        The neighbouring models between which it passes; 0 and infinite where it does not.
    score : float
        The score that both have at the crossing; NaN where there is none.
    changes : int
        How often the sign of the difference changes along the ladder.
    """

    direction: Direction = "up"
    below: float = float("nan")
    above: float = float("nan")
    score: float = float("nan")
    changes: int = 0


def crossover(scale: ArrayLike, method: ArrayLike, baseline: ArrayLike, n_method: ArrayLike,
              n_baseline: ArrayLike | None = None, *, level: float = 0.95, n_resamples: int = 1000,
              seed: int = 0) -> Crossover:
    """Where the difference of two score curves last turns positive, by straight lines in log-scale.

    Parameters
    ----------
    scale : array-like, shape (m,)
        Parameters or FLOPs, positive, no two alike, at least two; sorted here.
    method, baseline : array-like, shape (m,)
        Fractions of items right, in [0, 1].
    n_method, n_baseline : array-like, shape (m,) or scalar
        Items behind them; those of the baseline are taken to be as many by default.
    level : float
        Of the percentile interval.
    n_resamples, seed : int
        Parametric bootstrap: the counts of both curves are redrawn, independently, at the rates
        ``(k + 1/2) / (n + 1)``, so that a score of zero keeps some doubt. The doubt about what
        happens between two sizes is not in it: `below` and `above` bracket that.

    Returns
    -------
    Crossover
        ``undetermined`` with a NaN estimate where the method is ahead throughout (the crossing lies
        between 0 and the smallest size) or not ahead at the largest model (between that and infinity).
        Resamples that do so widen the interval to those ends. ``limited`` where the interval is open
        or the sign changes more than once.

    Raises
    ------
    InputError
        On lengths that differ, fewer than two sizes, sizes that repeat, or scores outside [0, 1].

    Examples
    --------
    >>> found = crossover([1e9, 1e10, 1e11], [0.1, 0.2, 0.8], [0.2, 0.3, 0.5], 1000)
    >>> f"{found.estimate:.3g}", found.direction
    ('1.78e+10', 'up')
    >>> crossover([1e9, 1e10], [0.3, 0.4], [0.1, 0.1], 1000).status
    'undetermined'
    """
    x = np.asarray(scale, dtype=float)
    order = np.argsort(x, kind="stable")
    x = x[order]
    if x.ndim != 1 or len(x) < 2 or not (np.isfinite(x).all() and (x > 0).all() and (np.diff(x) > 0).all()):
        raise InputError(f"scale must hold at least two different positive numbers, got {x.tolist()}.")
    if not 0 < level < 1 or n_resamples < 100:
        raise InputError(f"level must lie in (0, 1), n_resamples be 100 or more; got {level}, {n_resamples}.")
    a, b = (fractions(name, v, order) for name, v in (("method", method), ("baseline", baseline)))
    na = items(n_method, order)
    nb = na if n_baseline is None else items(n_baseline, order)
    rng = np.random.default_rng(seed)
    again = crossing(x, redrawn_scores(a, na, n_resamples, rng) - redrawn_scores(b, nb, n_resamples, rng))
    estimate = float(crossing(x, (a - b)[None, :])[0])
    known = 0 < estimate < np.inf
    interval = _ends(x, np.append(again, estimate), level)
    lead = a > b
    changes = int((np.diff(lead.astype(int)) != 0).sum())
    direction: Direction = ("up" if changes else "ahead throughout") if lead[-1] else (
        "down" if changes else "behind throughout")
    notes = []
    if not known:
        notes.append("the method is ahead at every size" if lead[-1] else
                     "the method is not ahead at the largest size")
    if changes > 1:
        notes.append(f"the sign changes {changes} times; the last change is taken")
    if known and (interval.low == 0 or np.isinf(interval.high)):
        notes.append("noise alone could move the crossing beyond the sizes tested")
    status: Status = "undetermined" if not known else "limited" if notes else "ok"
    j = int(np.searchsorted(x, estimate, side="right")) if known else 0
    below, above = (float(x[j - 1]), float(x[j])) if known else (0.0, float(x[0])) if lead[-1] else (
        float(x[-1]), float("inf"))
    score = float(np.interp(np.log(estimate), np.log(x), a)) if known else float("nan")
    return Crossover(estimate if known else float("nan"), interval, len(x), status, tuple(notes), direction,
                     below, above, score, changes)


def crossover_all(scores: pd.DataFrame, *, method: str, baseline: str, on: str = "prompting",
                  x: str = "params", by: Sequence[str] = ("family", "task"), min_models: int = 2,
                  level: float = 0.95, n_resamples: int = 1000, seed: int = 0) -> pd.DataFrame:
    """`crossover` on every ladder of a score table.

    Returns
    -------
    DataFrame
        The columns of `by`, then ``estimate``, ``low``, ``high``, ``n_models``, ``status``, ``direction``,
        ``below``, ``above``, ``score``, ``changes``. Ladders with fewer than `min_models` sizes that have
        both promptings and a count are left out.
    """
    need_columns(scores, (on, x, *by, "value", "n_examples"))
    rows = []
    for key, g in scores[scores[x].notna() & scores["n_examples"].notna()].groupby(list(by), sort=True):
        g = g[g[on].isin([method, baseline])]
        if g.duplicated([x, on]).any():
            raise InputError(f"ladder {key}: two scores share one {x}; name more columns in by=.")
        if g[on].nunique() < 2:
            continue
        w = g.pivot(index=x, columns=on, values=["value", "n_examples"]).dropna()
        if len(w) < min_models:
            continue
        c = crossover(w.index.to_numpy(), w["value"][method], w["value"][baseline], w["n_examples"][method],
                      w["n_examples"][baseline], level=level, n_resamples=n_resamples, seed=seed)
        assert c.interval is not None
        rows.append(dict(zip(by, key, strict=True)) | {
            "estimate": c.estimate, "low": c.interval.low, "high": c.interval.high, "n_models": c.n,
            "status": c.status, "direction": c.direction, "below": c.below, "above": c.above,
            "score": c.score, "changes": c.changes})
    return pd.DataFrame(rows)


def crossing(x: Array, difference: Array) -> Array:
    """Last upward zero per row: 0 where all are positive, infinite where the last is not."""
    behind = difference <= 0
    m = difference.shape[1]
    last = np.where(behind.any(axis=1), m - 1 - behind[:, ::-1].argmax(axis=1), -1)
    j = np.clip(last, 0, m - 2)
    rows = np.arange(len(difference))
    d0, d1 = difference[rows, j], difference[rows, j + 1]
    gap = np.where(d1 > d0, d1 - d0, 1.0)  # elsewhere the row has no crossing and is overwritten below
    share = np.clip(-d0 / gap, 0, 1)
    z = np.exp(np.log(x[j]) + share * np.log(x[j + 1] / x[j]))
    return np.where(last < 0, 0.0, np.where(last == m - 1, np.inf, z))


def _ends(x: Array, crossings: Array, level: float) -> Interval:
    """Quantiles of crossings of which those outside the ladder are known to lie on one side only."""
    lows = np.where(np.isinf(crossings), x[-1], crossings)
    highs = np.where(crossings == 0, x[0], crossings)
    tail = (1 - level) / 2
    low = np.quantile(lows[:-1], tail, method="inverted_cdf")
    high = np.quantile(highs[:-1], 1 - tail, method="inverted_cdf")
    return Interval(float(min(low, lows[-1])), float(max(high, highs[-1])), level, "parametric bootstrap")


def fractions(name: str, values: ArrayLike, order: NDArray[np.intp]) -> Array:
    """Scores in the order of scale."""
    v = np.asarray(values, dtype=float)
    if v.shape != order.shape or not ((v >= 0) & (v <= 1)).all():
        raise InputError(f"{name} must hold one fraction in [0, 1] per size, got {v.tolist()}.")
    return v[order]


def items(n: ArrayLike, order: NDArray[np.intp]) -> NDArray[np.int64]:
    """Item counts in the order of scale, one for each size."""
    given = np.asarray(n, dtype=float)
    if given.shape not in ((), order.shape) or not (np.isfinite(given).all() and (given >= 1).all()):
        raise InputError(f"item counts must be at least 1, one number or one per size, got {n!r}.")
    return np.asarray(np.rint(np.broadcast_to(given, order.shape)[order]), dtype=np.int64)
