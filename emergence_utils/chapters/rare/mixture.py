r"""Rates of problems from counts whose number of tries may depend on what was found.

Where tries go on until something is right, or stop early, the mean of right answers over tries is biased.
The likelihood of a problem's counts is :math:`p^c (1-p)^{n-c}` under any such rule that looks at the
counts only. So the distribution of p over problems is estimated by maximum likelihood, without a form
(Kiefer and Wolfowitz 1956; by the EM algorithm of Laird 1978), and a problem's rate is its mean given the
problem's own counts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from ..._checks import counts
from ...errors import InputError
from ._wide import Array

__all__ = ["mean_rate", "mixture", "shrunk_rates"]

#: Rates that a problem may have: none, and eight a decade.
GRID = np.concatenate([[0.0], np.logspace(-8, -0.05, 65)])


def mixture(correct: ArrayLike, n_samples: ArrayLike, *, iterations: int = 300) -> pd.DataFrame:
    """Distribution of success rates over problems, by maximum likelihood over a grid.

    Parameters
    ----------
    correct, n_samples : array-like of int, shape (m,)
        Right answers and tries, one entry a problem.
    iterations : int
        Of the EM algorithm.

    Returns
    -------
    DataFrame
        rate, weight (sums to 1).

    Raises
    ------
    InputError
        If correct exceeds n_samples, or the two are no whole numbers.
    """
    like = _likelihood(correct, n_samples)
    return pd.DataFrame({"rate": GRID, "weight": _weights(like, iterations)})


def shrunk_rates(correct: ArrayLike, n_samples: ArrayLike, *, iterations: int = 300) -> Array:
    """Each problem's rate, given its own counts and the `mixture` of all; their mean is the mixture's.

    Examples
    --------
    >>> shrunk_rates([0, 0, 5, 50], [100, 100, 100, 100]).round(2).tolist()
    [0.0, 0.0, 0.05, 0.5]
    """
    like = _likelihood(correct, n_samples)
    joint = like * _weights(like, iterations)
    return np.asarray((joint @ GRID) / joint.sum(axis=1))


def mean_rate(correct: ArrayLike, n_samples: ArrayLike, *, iterations: int = 300) -> float:
    """Mean rate over problems, consistent under rules of stopping that look at the counts only."""
    return float(shrunk_rates(correct, n_samples, iterations=iterations).mean())


def with_rates(cell: pd.DataFrame) -> pd.DataFrame:
    """Plain and shrunk rate of each problem of one model and checkpoint, by item."""
    plain = (cell["correct"] / cell["n_samples"]).to_numpy()
    return pd.DataFrame({"plain": plain, "shrunk": shrunk_rates(cell["correct"], cell["n_samples"])},
                        index=cell["item"].to_numpy())


def paired_gap(first: pd.DataFrame, second: pd.DataFrame) -> tuple[float, float]:
    """Mean gap of the shrunk rates, second less first, and its standard error from the plain ones."""
    plain = (second["plain"] - first["plain"]).to_numpy()
    return (float((second["shrunk"] - first["shrunk"]).mean()),
            float(plain.std(ddof=1) / np.sqrt(len(plain))))


def _likelihood(correct: ArrayLike, n_samples: ArrayLike) -> Array:
    c, n = counts("correct", correct), counts("n_samples", n_samples, minimum=1)
    if c.ndim != 1 or c.shape != n.shape or not len(c) or (c > n).any():
        raise InputError("correct and n_samples must be of one length, at least 1, with correct at most "
                         "n_samples.")
    c, n = c[:, None], n[:, None]
    log = special.xlogy(c, GRID) + special.xlog1py(n - c, -GRID)
    return np.asarray(np.exp(log - log.max(axis=1, keepdims=True)))


def _weights(like: Array, iterations: int) -> Array:
    w = np.full(like.shape[1], 1 / like.shape[1])
    for _ in range(iterations):
        w = w * ((1 / (like @ w)) @ like / len(like))
    return np.asarray(w / w.sum())
