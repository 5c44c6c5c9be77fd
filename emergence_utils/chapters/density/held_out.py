"""The largest model of a ladder, forecast from all others."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...errors import InputError
from ...intervals import binomial_bounds
from ...ladders import Ladder
from ...measures.define import best_of_three
from ...results import Interval, Result

__all__ = ["HeldOut", "held_out"]


@dataclass(frozen=True)
class HeldOut(Result):
    """Observed less forecast score of the largest model (`estimate`), with the interval of its items.

    `miss` is the size of the error as a share of the range of the whole ladder, `within_noise` whether the
    interval holds 0, `predicted` whether it does or the miss is within the tolerance.
    """

    forecast: float = float("nan")
    observed: float = float("nan")
    miss: float = float("nan")
    within_noise: bool = False
    predicted: bool = False


def held_out(ladder: Ladder, *, tolerance: float = 0.25, level: float = 0.95) -> HeldOut:
    """Forecast the largest model by the best of no change, a line and a logistic curve on the others.

    Parameters
    ----------
    ladder : Ladder
        Four models at least. Without item counts no logistic takes part and there is no interval.
    tolerance : float
        Largest miss that counts as predicted, as a share of the range.
    level : float
        Of the exact interval of the score; the doubt of the forecast is not in it, so that "within noise"
        is a strict test.

    Raises
    ------
    InputError
        With fewer than four models.
    """
    if len(ladder) < 4:
        raise InputError(f"a held-out forecast needs at least four models, got {len(ladder)}.")
    n = ladder.n_examples
    small = replace(ladder, scale=ladder.scale[:-1], score=ladder.score[:-1],
                    n_examples=None if n is None else n[:-1], models=ladder.models[:-1])
    told, seen = best_of_three(small, float(ladder.scale[-1])), float(ladder.score[-1])
    span = float(np.ptp(ladder.score))
    miss = abs(seen - told) / span if span > 0 else 0.0
    if n is None:
        note = "no interval: the noise of the held-out score is not known"
        return HeldOut(seen - told, None, len(ladder), "limited", (note,), told, seen, miss, False,
                       miss <= tolerance)
    low, high = (float(b[0]) for b in binomial_bounds(ladder.score[-1:], n[-1:], level=level,
                                                      method="clopper-pearson"))
    interval = Interval(low - told, high - told, level, "clopper-pearson")
    within = 0.0 in interval
    return HeldOut(seen - told, interval, len(ladder), "ok", (), told, seen, miss, within,
                   within or miss <= tolerance)
