"""The exponent of a small success rate, from counts, zeros included."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..._checks import counts
from ...errors import InputError
from ...results import Interval, Result

__all__ = ["rate_exponent"]


def rate_exponent(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike, *, level: float = 0.95) -> Result:
    r"""Exponent b of a success rate :math:`p \propto x^b`, from counts, zeros included.

    For small rates the counts are nearly Poisson. Given their total they are multinomial with
    weights :math:`n_i x_i^b`, so the constant drops out and no pseudo-count is needed:

    .. math:: \ell(b) = b \sum_i k_i \ln x_i - \Big(\sum_i k_i\Big) \ln \sum_i n_i x_i^b

    Parameters
    ----------
    x : array-like, shape (n,)
        Positive scales.
    value : array-like, shape (n,)
        Fractions right; small ones.
    n_examples : array-like, shape (n,) or scalar
    level : float
        Of the likelihood-ratio interval. Variation between models beyond that of the items is not
        in it.

    Returns
    -------
    Result
        `n` counts models. An end is infinite where all successes belong to the smallest or the
        largest model; ``undetermined`` where there are none.

    Examples
    --------
    >>> r = rate_exponent([1, 10, 100], [0.0, 0.0, 0.002], 2000)
    >>> r.estimate, round(r.interval.low, 2)
    (inf, 0.37)
    >>> round(rate_exponent([1, 10, 100], [0.001, 0.002, 0.004], 100_000).estimate, 3)
    0.301
    """
    from scipy import optimize, special

    xs, v = np.asarray(x, dtype=float), np.asarray(value, dtype=float)
    if xs.shape != v.shape or xs.ndim != 1 or len(xs) < 2 or (xs <= 0).any() or np.ptp(xs) == 0:
        raise InputError("x must hold positive numbers, not all equal, one for each value.")
    n = np.broadcast_to(counts("n_examples", n_examples, minimum=1), xs.shape).astype(float)
    k, log_x = np.rint(v * n), np.log(xs) - np.log(xs).mean()
    total = float(k.sum())
    if total == 0:
        note = "no model got a single item right: any slope is possible"
        anything = Interval(-np.inf, np.inf, level, "none")
        return Result(float("nan"), anything, len(xs), "undetermined", (note,))
    mean = float(k @ log_x / total)

    def tilted(b: float) -> float:
        """Mean of log x under weights n x^b, minus the observed one: rises with b."""
        w = np.log(n) + b * log_x
        w = np.exp(w - w.max())
        return float(w @ log_x / w.sum()) - mean

    def loglik(b: float) -> float:
        w = np.log(n) + b * log_x
        return total * (b * mean - float(w.max() + np.log(np.exp(w - w.max()).sum())))

    bound = 60.0  # a rate that grows by 60 decades per decade is infinite for any purpose
    right, left = mean >= log_x.max() - 1e-9, mean <= log_x.min() + 1e-9
    best = bound if right else -bound if left else float(optimize.brentq(tilted, -bound, bound))
    fall = float(special.gammaincinv(0.5, level))

    def drop(b: float) -> float:
        return loglik(best) - loglik(b) - fall

    low = -np.inf if left or drop(-bound) < 0 else float(optimize.brentq(drop, -bound, best))
    high = np.inf if right or drop(bound) < 0 else float(optimize.brentq(drop, best, bound))
    estimate = np.inf if right else -np.inf if left else best
    notes = ("variation between models beyond that of the items is not in the interval",)
    return Result(float(estimate), Interval(low, high, level, "likelihood ratio"), len(xs), "limited", notes)
