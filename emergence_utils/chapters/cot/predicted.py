"""Does a chain of equal, independent steps predict where step-wise answers overtake direct ones?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ...errors import InputError
from ...resample import redrawn_scores
from ...results import Interval, Result
from .crossings import crossing, fractions, items

__all__ = ["crossing_gap"]


def crossing_gap(scale: ArrayLike, step: ArrayLike, chain: ArrayLike, baseline: ArrayLike, k: float,
                 n_step: ArrayLike, n_chain: ArrayLike, *, level: float = 0.95, n_resamples: int = 2000,
                 seed: int = 0) -> Result:
    """How far the crossing predicted by ``step ** k`` lies from the one observed, in decades of scale.

    Parameters
    ----------
    scale : array-like, shape (m,)
        Sizes, as in `crossover`.
    step : array-like, shape (m,)
        Score of the method on problems of one step: the success of a step.
    chain, baseline : array-like, shape (m,)
        Scores of the method and of direct answers on problems of `k` steps.
    k : float
        Steps, above 0.
    n_step, n_chain : array-like, shape (m,) or scalar
        Items of the two sets of problems.

    Returns
    -------
    Result
        log10(predicted / observed): positive where the chain overtakes at a smaller scale than equal,
        independent steps would let it. The same redrawn direct answers serve both crossings.
        ``undetermined`` where one of them does not exist.

    Examples
    --------
    >>> sizes, step, direct = [1e9, 1e10, 1e11], [0.2, 0.5, 0.9], [0.2, 0.3, 0.5]
    >>> same = crossing_gap(sizes, step, [0.04, 0.25, 0.81], direct, 2, 1000, 1000)
    >>> round(same.estimate, 6), 0 in same.interval
    (0.0, True)
    """
    x = np.asarray(scale, dtype=float)
    order = np.argsort(x, kind="stable")
    x = x[order]
    if len(x) < 2 or not ((x > 0).all() and (np.diff(x) > 0).all()) or k <= 0:
        raise InputError(f"need two or more different positive sizes and k > 0, got {x.tolist()} and {k}.")
    scores = (("step", step), ("chain", chain), ("baseline", baseline))
    p, c, q = (fractions(name, v, order) for name, v in scores)
    ns, nc = items(n_step, order), items(n_chain, order)
    rng = np.random.default_rng(seed)
    steps, chains, direct = (redrawn_scores(v, n, n_resamples, rng) for v, n in ((p, ns), (c, nc), (q, nc)))
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = float(np.log10(crossing(x, (p**k - q)[None, :])[0] / crossing(x, (c - q)[None, :])[0]))
        draws = np.log10(crossing(x, steps**k - direct) / crossing(x, chains - direct))
    if not np.isfinite(estimate):
        why = "no interval: predicted and observed curves do not both cross within the sizes tested"
        return Result(float("nan"), None, len(x), "undetermined", (why,))
    tail = (1 - level) / 2
    low = np.quantile(np.where(np.isnan(draws), -np.inf, draws), tail, method="inverted_cdf")
    high = np.quantile(np.where(np.isnan(draws), np.inf, draws), 1 - tail, method="inverted_cdf")
    span = Interval(float(min(low, estimate)), float(max(high, estimate)), level, "parametric bootstrap")
    return Result(estimate, span, len(x), "limited" if np.isinf([span.low, span.high]).any() else "ok", ())
