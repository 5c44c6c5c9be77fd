"""Whether rates that grow smoothly, each problem from its own place, make the flat part and the rise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from ..._typed import checked
from ...metrics import pass_at_k
from ...resample import cluster_weights
from ...results import Result
from ._wide import Array, check_tries, wide

__all__ = ["growth_gap", "predicted_scores", "smooth_growth"]

#: Log-odds over which is summed: finer than what ten thousand tries tell apart.
_Z = np.linspace(-40, 6, 1151)
_MIDDLE, _SPREAD = np.linspace(-16, 0, 65), np.linspace(0.4, 6, 29)
_M, _S = (a.ravel() for a in np.meshgrid(_MIDDLE, _SPREAD))


def smooth_growth(table: pd.DataFrame) -> pd.DataFrame:
    """Middle and spread of the log-odds of success over problems, by model.

    A normal distribution of log-odds, by maximum likelihood of the counts on a fine grid.

    Returns
    -------
    DataFrame
        model, params, middle, spread (natural log-odds).
    """
    w = wide(table)
    best = _log_likelihood(w.n, w.correct).sum(axis=2).argmax(axis=0)
    return pd.DataFrame({"model": w.models, "params": w.params, "middle": _M[best], "spread": _S[best]})


def predicted_scores(table: pd.DataFrame, tries: Sequence[int], *, own: bool = False) -> pd.DataFrame:
    """Share of problems solved within k tries at each size, derived from the spread of log-odds.

    Tries are taken to be independent.

    Parameters
    ----------
    own : bool
        True: middle and spread (`smooth_growth`) are those of the size itself. False: they lie on straight
        lines in log size, the spread in logarithms, fitted without the size in question.

    Returns
    -------
    DataFrame
        model, params, tries, observed, derived.
    """
    w = wide(table)
    ll = _log_likelihood(w.n, w.correct)
    best = ll.sum(axis=2).argmax(axis=0)
    seen, made = _observed(w.n, w.correct, tries).mean(axis=2), _derived(w.params, best, tries, own)
    return pd.concat([pd.DataFrame({"model": w.models, "params": w.params, "tries": k, "observed": seen[i],
                                    "derived": made[i]}) for i, k in enumerate(tries)], ignore_index=True)


@checked
def growth_gap(table: pd.DataFrame, tries: Sequence[int], *, own: bool = False, n_resamples: int = 200,
               level: float = 0.95, seed: int = 0) -> Result:
    """Mean distance of derived and observed scores, each as a share of the range of its k.

    Parameters
    ----------
    tries : sequence of int
        k; all sizes and all k count alike.
    own : bool
        As in `predicted_scores`.

    Returns
    -------
    Result
        Interval: problems drawn again; n counts problems.

    Raises
    ------
    InputError
        If `tries` is empty or holds something else than counts from 1 to those recorded.
    """
    w = wide(table)
    check_tries(tries, w.n.min())
    ll, by_item = _log_likelihood(w.n, w.correct), _observed(w.n, w.correct, tries)

    def gap(weight: Array) -> float:
        best = (ll @ weight).argmax(axis=0)
        seen = by_item @ weight / weight.sum()
        span = np.ptp(seen, axis=1)[:, None]
        return float(np.mean(np.abs(seen - _derived(w.params, best, tries, own)) / span))

    size = len(w.items)
    draws = [gap(v.astype(float)) for v in cluster_weights(None, size, n_resamples, seed)]
    return Result.of_draws(draws, gap(np.ones(size)), size, level, "bootstrap")


def _normal(middle: Array, spread: Array) -> Array:
    """Shares of the log-odds `_Z` in normal distributions, a row each."""
    mass = np.exp(-(((_Z - np.reshape(middle, (-1, 1))) / np.reshape(spread, (-1, 1))) ** 2) / 2)
    return np.asarray(mass / mass.sum(axis=1, keepdims=True))


def _log_likelihood(n: Array, correct: Array) -> Array:
    """Of each pair of middle and spread, model and item: shape (pairs, models, items)."""
    pairs, back = np.unique(np.column_stack([correct.T.ravel(), n.T.ravel()]), axis=0, return_inverse=True)
    log = pairs[:, :1] * -np.logaddexp(0, -_Z) + (pairs[:, 1:] - pairs[:, :1]) * -np.logaddexp(0, _Z)
    top = log.max(axis=1)
    found = np.log(np.exp(log - top[:, None]) @ _normal(_M, _S).T + 1e-300) + top[:, None]
    return np.asarray(found[back.ravel()].T.reshape(len(_M), n.shape[1], n.shape[0]))


def _observed(n: Array, correct: Array, tries: Sequence[int]) -> Array:
    """Shape (tries, models, items)."""
    return np.stack([pass_at_k(n.astype(int), correct.astype(int), k).T for k in tries])


def _derived(params: Array, best: Array, tries: Sequence[int], own: bool) -> Array:
    """Shape (tries, models)."""
    x, middle, spread = np.log10(params), _M[best], np.log(_S[best])
    out = np.empty((len(tries), len(x)))
    for j in range(len(x)):
        others = np.arange(len(x)) != j
        m, s = (y[j] if own else np.polyval(np.polyfit(x[others], y[others], 1), x[j])
                for y in (middle, spread))
        mass = _normal(np.array(m), np.array(np.exp(s)))[0]
        out[:, j] = [float(-special.expm1(-k * np.logaddexp(0, _Z)) @ mass) for k in tries]
    return out
