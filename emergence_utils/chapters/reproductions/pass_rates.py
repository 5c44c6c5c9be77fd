"""The pass rate from sampling until r successes: a simulation of both estimators (Hu et al. 2023)."""

from __future__ import annotations

import numpy as np

from ...metrics import pass_until
from .row import Reproduction

__all__ = ["pass_rates", "simulated_means"]

_GROUP = "pass rate by simulation"
_SOURCE = "hu2023passuntil"


def simulated_means(
    rate: float, successes: int, *, size: int = 200_000, seed: int = 0
) -> tuple[float, float]:
    """Means of r / K and of (r - 1) / (K - 1) over simulated samplings; the second is NaN for r of 1.

    Parameters
    ----------
    rate : float
        Share of right answers, a truth of the simulation.
    successes : int
        Right answers r at which sampling stops.
    size, seed : int
        Samplings; geometric waits by their quantiles.
    """
    u = np.random.default_rng(seed).random((size, successes))
    waited = np.maximum(np.ceil(np.log1p(-u) / np.log1p(-rate)), 1).sum(axis=1).astype(np.int64)
    plain = float(pass_until(successes, waited, method="mle").mean())
    return plain, float(pass_until(successes, waited).mean()) if successes > 1 else float("nan")


def pass_rates() -> list[Reproduction]:
    """Both estimators over the truth at a pass rate of one in a hundred."""
    rate = 0.01
    one, two = simulated_means(rate, 1), simulated_means(rate, 2)
    exact = -np.log(rate) / (1 - rate)
    half = "200,000 simulated samplings"
    return [
        Reproduction(
            _GROUP,
            "mean of r/K over the truth, r = 1, truth .01",
            float(exact),
            one[0] / rate,
            0.1,
            _SOURCE,
            f"{half}; known exactly, -ln p / (1 - p): the estimator that the paper uses is biased up",
        ),
        Reproduction(
            _GROUP,
            "mean of r/K over the truth, r = 2",
            2 * (1 - rate * exact) / (1 - rate),
            two[0] / rate,
            0.05,
            _SOURCE,
            f"{half}; known exactly, 2 (1 + p ln p / (1 - p)) / (1 - p)",
        ),
        Reproduction(
            _GROUP,
            "mean of (r - 1)/(K - 1) over the truth, r = 2",
            1.0,
            two[1] / rate,
            0.05,
            _SOURCE,
            f"{half}; unbiased (Haldane 1945)",
        ),
        Reproduction(
            _GROUP,
            "HumanEval of a 2.4B model, forecast before training",
            0.05990,
            float("nan"),
            3e-4,
            _SOURCE,
            "samples of the small models are not published",
        ),
    ]
