"""A chain of k steps, each right with probability p: what that would imply, and whether scores obey it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from ...results import Interval, Result

__all__ = ["ChainFit", "chain_crossing", "chain_score", "fit_chain"]

Rule = Literal["all", "parity"]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class ChainFit(Result):
    """Rate per step shared by several lengths, and the test of that.

    Parameters
    ----------
    deviance : float
        Twice the log-likelihood by which a rate for each length beats one rate for all.
    p_value : float
        Of the deviance, chi-squared with (lengths - 1) degrees of freedom.
    rates : tuple of float
        Rate per step of each length by itself, in the order given.
    """

    deviance: float = float("nan")
    p_value: float = float("nan")
    rates: tuple[float, ...] = ()


def chain_score(p: ArrayLike, k: ArrayLike, rule: Rule = "all", chance: float = 0.0) -> Array:
    r"""Accuracy of a chain of k independent steps that are each right with probability p.

    ``all``: every step must be right, else the answer is guessed, :math:`p^k + (1 - p^k)c`.
    ``parity``: an answer with two values that every wrong step flips,
    :math:`(1 + (2p - 1)^k) / 2`, as in following a coin.

    Examples
    --------
    >>> chain_score(0.9, [1, 2, 10]).round(4).tolist()
    [0.9, 0.81, 0.3487]
    >>> chain_score(0.9, 2, "parity").round(4).item()
    0.82
    """
    rate, length = np.asarray(p, dtype=float), np.asarray(k, dtype=float)
    if ((rate < 0) | (rate > 1)).any() or (length <= 0).any() or not 0 <= chance < 1:
        raise InputError("need p in [0, 1], k > 0 and chance in [0, 1).")
    if rule == "parity":
        return np.asarray((1 + np.clip(2 * rate - 1, 0, 1) ** length) / 2)
    if rule != "all":
        raise InputError(f"rule must be 'all' or 'parity', got {rule!r}.")
    return np.asarray(rate**length + (1 - rate**length) * chance)


def chain_crossing(q: ArrayLike, k: ArrayLike) -> Array:
    """Rate per step at which a chain of k steps equals a direct answer that is right at rate q: q^(1/k).

    Examples
    --------
    >>> chain_crossing(0.5, [1, 2, 10]).round(4).tolist()
    [0.5, 0.7071, 0.933]
    """
    direct, length = np.asarray(q, dtype=float), np.asarray(k, dtype=float)
    if ((direct < 0) | (direct > 1)).any() or (length <= 0).any():
        raise InputError("need q in [0, 1] and k > 0.")
    return np.asarray(direct ** (1 / length))


def fit_chain(k: ArrayLike, value: ArrayLike, n: ArrayLike, *, rule: Rule = "all", chance: ArrayLike = 0.0,
              level: float = 0.95) -> ChainFit:
    """One rate per step for chains of several lengths, by maximum likelihood, and a test of its being one.

    Parameters
    ----------
    k, value, n : array-like, shape (m,)
        Length, fraction right and items of each set of problems; at least two lengths.
    rule : {"all", "parity"}
        As in `chain_score`.
    chance : array-like, shape (m,) or scalar
        Rate of guessing, per set (rule ``all``).
    level : float
        Of the profile-likelihood interval.

    Returns
    -------
    ChainFit
        The p-value asks whether one rate can serve all lengths; a small one refutes the chain of
        equal, independent steps, not the chain as such.

    Examples
    --------
    >>> good = fit_chain([2, 3, 4], [0.81, 0.729, 0.656], 1000)
    >>> f"{good.estimate:.2f}", good.p_value > 0.5
    ('0.90', True)
    """
    from scipy import special

    ks = np.atleast_1d(np.asarray(k, dtype=float))
    v, items, c = (np.broadcast_to(np.asarray(a, dtype=float), ks.shape) for a in (value, n, chance))
    if len(np.unique(ks)) < 2 or ((v < 0) | (v > 1)).any() or (items < 1).any():
        raise InputError("fit_chain needs two or more lengths, fractions in [0, 1] and counts of at least 1.")
    right = np.rint(v * items)
    grid = np.linspace(0.5 if rule == "parity" else 0.0, 1, 10_001)  # parity cannot tell rates below one half
    accuracy = np.stack([chain_score(grid, length, rule, float(g)) for length, g in zip(ks, c, strict=True)])
    ll = _log_likelihood(right, items, accuracy)
    total = ll.sum(axis=0)
    best = int(np.argmax(total))
    # the same rule bounds the free rates, so that a set below guessing is not held against equality alone
    deviance = float(2 * (ll.max(axis=1).sum() - total[best]))
    inside = grid[2 * (total[best] - total) <= 2 * special.gammaincinv(0.5, level)]
    interval = Interval(float(inside[0]), float(inside[-1]), level, "profile likelihood")
    p = float(special.chdtrc(len(ks) - 1, deviance))
    return ChainFit(float(grid[best]), interval, int(items.sum()), "ok", (), deviance, p,
                    tuple(float(r) for r in grid[ll.argmax(axis=1)]))


def _log_likelihood(right: Array, items: Array, accuracy: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        hit = np.where(right[:, None] > 0, right[:, None] * np.log(accuracy), 0.0)
        miss = np.where((items - right)[:, None] > 0, (items - right)[:, None] * np.log1p(-accuracy), 0.0)
    return np.asarray(hit + miss)
