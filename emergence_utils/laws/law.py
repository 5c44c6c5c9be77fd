"""The law itself: loss as a floor and two powers, and the split of a budget that it favours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .._checks import FloatArray, broadcast, numbers, positive, where
from .._typed import check_settings
from ..errors import InputError

__all__ = ["EPOCH", "HOFFMANN", "LossLaw", "log_ratio", "sizes"]


@dataclass(frozen=True)
class LossLaw:
    """Loss = floor + a * params^-alpha + b * tokens^-beta (Hoffmann et al. 2022, equation 2).

    Parameters
    ----------
    a, b : float
        Positive; in the unit of the loss times parameters (tokens) to the power of the exponent.
    floor : float
        Loss that neither size nor data removes, at least 0; nats per token, or bits per byte.
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

    def __post_init__(self) -> None:
        check_settings(self)
        for name in ("a", "b", "alpha", "beta"):
            positive(name, getattr(self, name))
        if not 0 <= self.floor < math.inf:
            raise InputError(f"floor must be a finite number of at least 0, got {self.floor:g}.")

    def __call__(self, params: ArrayLike, tokens: ArrayLike) -> FloatArray:
        """Loss of models with `params` parameters after `tokens` tokens."""
        n, d = broadcast(params=sizes("params", params), tokens=sizes("tokens", tokens))
        return np.asarray(self.floor + self.a * n**-self.alpha + self.b * d**-self.beta)

    def tokens_per_parameter(self, train_flops: float) -> float:
        """Ratio of tokens to parameters with the lowest loss at a budget of 6 * params * tokens FLOPs.

        Setting the derivative along the budget to zero gives params = G (C/6)^(beta/(alpha+beta))
        with G = (alpha a / (beta b))^(1/(alpha+beta)) (Hoffmann et al. 2022, equation 4).
        """
        budget = positive("train_flops", train_flops)
        constants = np.array([[math.log(self.a), math.log(self.b), self.alpha, self.beta]])
        return math.exp(float(log_ratio(constants, budget)[0]))


def log_ratio(laws: FloatArray, train_flops: float) -> FloatArray:
    """Log of the best tokens per parameter of each row of log a, log b, alpha, beta."""
    log_a, log_b, alpha, beta = laws.T
    total, half = alpha + beta, math.log(train_flops / 6)
    log_n = (np.log(alpha) + log_a - np.log(beta) - log_b + beta * half) / total
    return np.asarray(half - 2 * log_n)


def sizes(name: str, values: ArrayLike) -> FloatArray:
    """`values` as positive finite numbers.

    Raises
    ------
    InputError
        Names the argument and the first number at fault.
    """
    found = numbers(name, values)
    bad = ~(np.isfinite(found) & (found > 0))
    if bad.any():
        raise InputError(f"{name} holds {found[bad][0]:g}{where(bad)}; accepted are positive numbers.")
    return found


#: The constants as printed by Hoffmann et al. 2022, rounded there.
HOFFMANN = LossLaw(406.4, 410.7, 1.69, 0.34, 0.28)
#: The refit by Besiroglu et al. 2024 to the points read off the figure.
EPOCH = LossLaw(482.01, 2085.43, 1.81686, 0.34781, 0.36585)
