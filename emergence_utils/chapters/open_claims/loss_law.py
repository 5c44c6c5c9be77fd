"""The loss law in parameters and tokens, its fit, and the ratio of tokens to parameters that it favours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize
from threadpoolctl import ThreadpoolController

from ..._checks import confidence_level, positive
from ...errors import InputError
from ...resample import cluster_weights
from ...results import Interval, Result

__all__ = ["EPOCH", "HOFFMANN", "LossLaw", "best_ratio", "bootstrap_laws", "fit_loss_law", "shortfall"]

Array = NDArray[np.float64]
#: Huber's delta on log residuals, as in Hoffmann et al. 2022, section 3.3.
_DELTA = 1e-3
_SCALE = 1e3  # the objective is of order 1e-3, too small for the optimiser's tolerances
_RUNS = 4  # of the starts, those with the lowest objective are followed
#: Starts: log A, log B, log E, alpha, beta.
_STARTS = tuple((a, b, e, p, q) for a in (3.0, 8.0) for b in (3.0, 8.0) for e in (-1.0, 0.5)
                for p, q in ((0.3, 0.3), (0.6, 0.6)))


@dataclass(frozen=True)
class LossLaw:
    """Loss = floor + a * params^-alpha + b * tokens^-beta (Hoffmann et al. 2022, equation 2).

    Parameters
    ----------
    a, b, floor : float
        Positive; floor in the unit of the loss (nats per token, or bits per byte).
    alpha, beta : float
        Positive exponents.

    Examples
    --------
    >>> round(HOFFMANN.tokens_per_parameter(5.76e23), 1)
    92.6
    """

    a: float
    b: float
    floor: float
    alpha: float
    beta: float

    def __call__(self, params: ArrayLike, tokens: ArrayLike) -> Array:
        """Loss of models with `params` parameters after `tokens` tokens."""
        n, d = np.asarray(params, dtype=float), np.asarray(tokens, dtype=float)
        return np.asarray(self.floor + self.a * n**-self.alpha + self.b * d**-self.beta)

    def tokens_per_parameter(self, train_flops: float) -> float:
        """Ratio of tokens to parameters with the lowest loss at a budget of 6 * params * tokens FLOPs.

        Setting the derivative along the budget to zero gives params = G (C/6)^(beta/(alpha+beta))
        with G = (alpha a / (beta b))^(1/(alpha+beta)) (Hoffmann et al. 2022, equation 4).
        """
        positive("train_flops", train_flops)
        total = self.alpha + self.beta
        log_g = math.log(self.alpha * self.a / (self.beta * self.b)) / total
        log_n = log_g + self.beta / total * math.log(train_flops / 6)
        return math.exp(math.log(train_flops / 6) - 2 * log_n)


#: The constants as printed by Hoffmann et al. 2022, rounded there.
HOFFMANN = LossLaw(406.4, 410.7, 1.69, 0.34, 0.28)
#: The refit by Besiroglu et al. 2024 to the points read off the figure.
EPOCH = LossLaw(482.01, 2085.43, 1.81686, 0.34781, 0.36585)


def fit_loss_law(params: ArrayLike, tokens: ArrayLike, loss: ArrayLike, *,
                 weights: ArrayLike | None = None, start: LossLaw | None = None) -> LossLaw:
    """Fit the loss law by the published recipe: Huber loss on log residuals.

    Parameters
    ----------
    params, tokens, loss : array-like, shape (n,)
        Positive numbers, at least six.
    weights : array-like, shape (n,), optional
        How often each run counts, e.g. in a bootstrap.
    start : LossLaw, optional
        Begin here alone instead of at a grid of starts.

    Returns
    -------
    LossLaw

    Raises
    ------
    InputError
        On fewer than six runs or numbers that are not positive.
    """
    n, d, y = (np.asarray(v, dtype=float) for v in (params, tokens, loss))
    if not n.shape == d.shape == y.shape or n.ndim != 1 or len(n) < 6:
        raise InputError(f"a loss law needs at least six runs, each with params, tokens and loss; got shapes "
                         f"{n.shape}, {d.shape}, {y.shape}.")
    for name, v in (("params", n), ("tokens", d), ("loss", y)):
        if not (np.isfinite(v).all() and (v > 0).all()):
            bad = v[~(np.isfinite(v) & (v > 0))][0]
            raise InputError(f"{name} holds {bad}; accepted are positive numbers.")
    log_n, log_d, log_y = np.log(n), np.log(d), np.log(y)
    w = np.ones_like(y) if weights is None else np.asarray(weights, dtype=float)
    starts = list(_STARTS) if start is None else [
        (math.log(start.a), math.log(start.b), math.log(start.floor), start.alpha, start.beta)]

    def objective(theta: Array) -> tuple[float, Array]:
        terms = np.stack([theta[0] - theta[3] * log_n, theta[1] - theta[4] * log_d,
                          np.full_like(log_n, theta[2])])
        top = terms.max(axis=0)
        share = np.exp(terms - top)
        total = share.sum(axis=0)
        share /= total
        residual = log_y - top - np.log(total)
        size = np.abs(residual)
        huber = np.where(size <= _DELTA, residual**2 / 2, _DELTA * (size - _DELTA / 2))
        slope = -w * np.clip(residual, -_DELTA, _DELTA) * share
        gradient = np.array([*slope.sum(axis=1), -(slope[0] * log_n).sum(), -(slope[1] * log_d).sum()])
        return _SCALE * float((w * huber).sum()), _SCALE * gradient

    starts = sorted(starts, key=lambda s: objective(np.array(s))[0])[:_RUNS]
    with _blas().limit(limits=1, user_api="blas"):
        runs = [optimize.minimize(objective, s, jac=True, method="L-BFGS-B",
                                  bounds=[(-10, 30), (-10, 30), (-10, 3), (0.01, 2), (0.01, 2)],
                                  options={"ftol": 1e-12, "gtol": 1e-8, "maxiter": 2000}) for s in starts]
    best = min(runs, key=lambda r: float(r.fun)).x
    a, b, floor = (float(v) for v in np.exp(best[:3]))
    return LossLaw(a, b, floor, float(best[3]), float(best[4]))


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def bootstrap_laws(params: ArrayLike, tokens: ArrayLike, loss: ArrayLike, *, n_resamples: int = 200,
                   seed: int = 0) -> list[LossLaw]:
    """The law refitted to runs drawn with replacement.

    Parameters
    ----------
    params, tokens, loss : array-like, shape (n,)
        As in `fit_loss_law`.
    n_resamples, seed : int

    Returns
    -------
    list of LossLaw
        One per resample.
    """
    if n_resamples < 1:
        raise InputError(f"n_resamples must be at least 1, got {n_resamples}.")
    first = fit_loss_law(params, tokens, loss)
    size = len(np.asarray(loss))
    return [fit_loss_law(params, tokens, loss, weights=w, start=first)
            for w in cluster_weights(None, size, n_resamples, seed)]


def best_ratio(law: LossLaw, resampled: Sequence[LossLaw], train_flops: float, n: int, *,
               level: float = 0.95) -> Result:
    """Best ratio of tokens to parameters at a budget, with its percentile interval.

    Parameters
    ----------
    law : LossLaw
        Fitted to all runs.
    resampled : sequence of LossLaw
        From `bootstrap_laws`.
    train_flops : float
        Budget in FLOPs.
    n : int
        Runs behind the fit.
    level : float

    Returns
    -------
    Result
        Tokens per parameter.
    """
    confidence_level(level)
    if not resampled:
        raise InputError("resampled must hold at least one law, got none.")
    values = [r.tokens_per_parameter(train_flops) for r in resampled]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Result(law.tokens_per_parameter(train_flops),
                  Interval(float(low), float(high), level, "percentile bootstrap"), n)


def shortfall(params: float, *, ratio: float, most_tokens: float, most_flops: float) -> tuple[float, float]:
    """How many times more tokens and more FLOPs a model needs than the largest run on record.

    Parameters
    ----------
    params : float
        Size of the model.
    ratio : float
        Tokens per parameter.
    most_tokens, most_flops : float
        Of the largest run; compute is taken as 6 * params * tokens.

    Examples
    --------
    >>> shortfall(1e12, ratio=20, most_tokens=1e13, most_flops=1e25)
    (2.0, 12.0)
    """
    for name, value in (("params", params), ("ratio", ratio), ("most_tokens", most_tokens),
                        ("most_flops", most_flops)):
        positive(name, value)
    tokens = ratio * params
    return tokens / most_tokens, 6 * params * tokens / most_flops
