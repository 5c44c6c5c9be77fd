"""Score by repeated sampling: how often does a model that answers at random get it right?"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from .._checks import FloatArray, broadcast, counts, one_of, where
from ..errors import InputError

__all__ = ["pass_at_k", "pass_until"]

#: More samples a problem than anybody draws; the product below takes a step for each.
MOST_SAMPLES = 1_000_000


def pass_at_k(n: ArrayLike, c: ArrayLike, k: ArrayLike) -> FloatArray:
    """Unbiased estimate of the probability that at least one of k samples is right.

    Parameters
    ----------
    n : array_like of int
        Samples drawn, at least 1.
    c : array_like of int
        Right ones among them, 0 to n.
    k : array_like of int
        Attempts allowed, 1 to n. The three broadcast: problems along one axis, k along another.

    Returns
    -------
    ndarray
        ``1 - C(n-c, k) / C(n, k)`` of the broadcast shape, fractions.

    Raises
    ------
    InputError
        On fractions, or c or k outside the ranges above.

    Notes
    -----
    Chen et al. 2021 (arXiv 2107.03374), eq. 1. The plug-in ``1 - (1 - c/n)^k`` is biased low.
    The ratio of binomials is the product of ``1 - max(c, k) / (n - j)`` over
    ``j < min(c, k)``: it never overflows and, summed as log1p, keeps small probabilities exact.

    Examples
    --------
    >>> pass_at_k(200, 10, [1, 10, 100]).round(5).tolist()
    [0.05, 0.40855, 0.99923]
    """
    drawn, right, allowed = broadcast(
        n=counts("n", n, minimum=1), c=counts("c", c), k=counts("k", k, minimum=1)
    )
    for name, values in (("c", right), ("k", allowed)):
        bad = values > drawn
        if bad.any():
            raise InputError(
                f"{name} must be at most n, got {name}={values[bad].flat[0]} with n={drawn[bad].flat[0]}"
                f"{where(bad)}."
            )
    if drawn.max(initial=0) > MOST_SAMPLES:
        raise InputError(f"n must be at most {MOST_SAMPLES:,}, got {drawn.max():,}.")
    few, many = np.minimum(right, allowed), np.maximum(right, allowed)
    certain = few + many > drawn  # fewer than k wrong samples: every draw of k holds a right one
    log_all_wrong = np.zeros(drawn.shape)
    for j in range(int(few.max(initial=0, where=~certain))):
        going = (j < few) & ~certain
        log_all_wrong[going] += np.log1p(-many[going] / (drawn[going] - j))
    return np.asarray(np.where(certain, 1.0, 0 - np.expm1(log_all_wrong)))


def pass_until(
    successes: ArrayLike, samples: ArrayLike, *, method: Literal["unbiased", "mle"] = "unbiased"
) -> FloatArray:
    """Pass rate from sampling until a fixed number of successes (PassUntil, arXiv 2310.03262).

    Parameters
    ----------
    successes : array_like of int
        r, the number of successes at which sampling stopped, fixed in advance.
    samples : array_like of int
        K, the samples it took, at least r.
    method : {"unbiased", "mle"}
        ``(r - 1) / (K - 1)``, for r of at least 2 (Haldane 1945), or the maximum-likelihood
        ``r / K`` that the paper uses, biased up for small r: with r = 1 and pass rate p its
        mean is ``-p ln p / (1 - p)``, at p = 0.01 more than four times too high.

    Returns
    -------
    ndarray
        Fractions, of the broadcast shape.

    Raises
    ------
    InputError
        On an unknown method, r below 1 (2 where unbiased), or K below r. A run cut off before
        its r-th success is a binomial sample: use `emergence_utils.intervals.binomial`.

    Examples
    --------
    >>> pass_until(2, 1001).tolist(), round(float(pass_until(2, 1001, method="mle")), 6)
    (0.001, 0.001998)
    """
    one_of("method", method, ("unbiased", "mle"))
    lost = 1 if method == "unbiased" else 0
    r, drawn = broadcast(
        successes=counts("successes", successes, minimum=1 + lost), samples=counts("samples", samples)
    )
    bad = drawn < r
    if bad.any():
        raise InputError(
            f"samples must be at least successes, got {drawn[bad].flat[0]} samples for {r[bad].flat[0]} "
            f"successes{where(bad)}."
        )
    return np.asarray((r - lost) / (drawn - lost))
