"""Are the largest models of a ladder predicted from the smaller ones?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from .._checks import FloatArray, confidence_level, count
from .._typed import check_settings, checked
from ..curves import Forecast, forecast_many
from ..errors import InputError
from ..ladders import Ladder
from ..results import Interval, Result, Status
from .jump import score_range
from .noise import given_dispersion, smooth_dispersion

__all__ = ["ForecastAnswer", "ForecastMiss", "Forecastability", "YesNo"]

#: Width of a band, as a share of the range, that is rounding.
_NO_WIDTH = 1e-6
YesNo = Literal["yes", "no", "cannot tell"]
ForecastAnswer = Literal["predicted", "better", "worse", "cannot tell"]


@dataclass(frozen=True)
class ForecastMiss(Result):
    """How far held-out models lie from their forecast, and whether that is a miss.

    `estimate` is the error of largest magnitude, observed minus forecast in the metric's own unit;
    `interval` is that error by the forecast's predictive band: it holds 0 where the score lies in the band.

    Parameters
    ----------
    answer : {"predicted", "better", "worse", "cannot tell"}
        Whether all held-out models came as forecast, or some surely better or worse.
    better : {"yes", "no", "cannot tell"}
        Whether some held-out model is better than forecast; worse ones do not count.
    predicted : bool
        Whether `answer` is "predicted".
    within_band : bool
        Whether every held-out score lies in its band.
    miss : float
        Magnitude of `estimate` over the range of all scores of the ladder; 0 where that is 0.
    held_out, forecast, observed : tuple of float
        Scales, forecasts and scores of the held-out models, smallest first.
    bands : tuple of Interval
        Predictive band of each, together at `level`.
    last : float
        Score of the largest model that was learned from: the forecast that nothing changes.
    agree : tuple of str
        Curve families that agree on the forecast of the worst miss.
    """

    answer: ForecastAnswer = "cannot tell"
    better: YesNo = "cannot tell"
    predicted: bool = False
    within_band: bool = False
    miss: float = float("nan")
    held_out: tuple[float, ...] = ()
    forecast: tuple[float, ...] = ()
    observed: tuple[float, ...] = ()
    bands: tuple[Interval, ...] = ()
    last: float = float("nan")
    agree: tuple[str, ...] = ()


@dataclass(frozen=True)
class Forecastability:
    """Forecast the largest models of a ladder from all smaller ones, and judge the misses.

    The forecast is that of `curves.forecast`; the held-out scores play no part in it. "better" and "worse"
    need two things: a score outside the forecast's band (widened to the noise of that score where it is
    larger), since smaller models that allow for anything are not contradicted by anything; and a miss
    above `tolerance`, so that it matters. "predicted" needs a miss that is surely small, the noise of the
    held-out score included, however wide the band. Anything else is "cannot tell".

    Parameters
    ----------
    hold_out : int
        Largest models to predict; at least four must be left.
    tolerance : float
        Largest miss, as a share of the ladder's range of scores, that counts as predicted.
    level : float
        Of the bands, all held-out models together.
    material : float
        Miss that always matters, as a share of the metric's range above chance (where it has none, of the
        range of scores): the tolerance of a flat ladder would be smaller than any noise.
    dispersion : float, optional
        Variance of scores over that of their items, where known; the forecast estimates its own besides.

    Examples
    --------
    >>> rising = Ladder.of(10.0 ** np.arange(6, 12), [.10, .20, .31, .39, .50, .60], 1000, chance=0.0)
    >>> found = Forecastability()(rising)
    >>> found.answer, round(found.miss, 2), found.within_band
    ('predicted', 0.05, True)
    """

    hold_out: int = 1
    tolerance: float = 0.25
    level: float = 0.95
    material: float = 0.25
    dispersion: float | None = None

    def __post_init__(self) -> None:
        check_settings(self)
        count("hold_out", self.hold_out, minimum=1)
        confidence_level(self.level)
        if not 0 < self.tolerance < np.inf:
            raise InputError(f"tolerance must be a positive share of the range, got {self.tolerance}.")
        if not 0 < self.material < 1:
            raise InputError(f"material must be a share of the range in (0, 1), got {self.material}.")

    @checked
    def __call__(self, ladder: Ladder) -> ForecastMiss:
        """Judge one ladder; "cannot tell" where fewer than four models are left to learn from.

        Raises
        ------
        InputError
            If no model is left.
        """
        return self.judge(ladder, self.forecasts(ladder))

    @checked
    def each(self, ladders: Sequence[Ladder]) -> list[ForecastMiss]:
        """Judge many ladders: those with models of the same scales are forecast together, which is faster."""
        told = self._forecasts(ladders)
        return [self.judge(ladder, found) for ladder, found in zip(ladders, told, strict=True)]

    def forecasts(self, ladder: Ladder) -> tuple[Forecast, ...]:
        """Forecasts of the held-out models, which `judge` may judge under several tolerances."""
        return self._forecasts([ladder])[0]

    def _forecasts(self, ladders: Sequence[Ladder]) -> list[tuple[Forecast, ...]]:
        """`forecasts` of every ladder."""
        ends = [0]
        asked: list[tuple[Ladder, float]] = []
        for ladder in ladders:
            known = len(ladder) - self.hold_out
            if known < 1:
                raise InputError(f"hold_out must leave models to learn from: {len(ladder)} models, "
                                 f"hold_out={self.hold_out}.")
            smaller = ladder.part(slice(known))
            # too few models for any forecast: the first says so
            scales = ladder.scale[known:] if known >= 4 else ladder.scale[known:known + 1]
            asked += [(smaller, float(scale)) for scale in scales]
            ends.append(len(asked))
        told = forecast_many([one for one, _ in asked], at=[scale for _, scale in asked],
                             level=1 - (1 - self.level) / self.hold_out)
        return [tuple(told[a:b]) for a, b in pairwise(ends)]

    def judge(self, ladder: Ladder, told: Sequence[Forecast]) -> ForecastMiss:
        """Set the held-out scores beside their forecasts, those of `forecasts`."""
        known = len(ladder) - self.hold_out
        scales, seen = ladder.scale[known:], ladder.score[known:]
        last = float(ladder.score[known - 1])
        places = tuple(map(float, scales)), tuple(map(float, seen))
        if told[0].status == "undetermined":
            return ForecastMiss(float("nan"), None, len(ladder), "undetermined", told[0].notes,
                                held_out=places[0], observed=places[1], last=last)
        points = np.array([one.estimate for one in told])
        ends = np.array([self._band(ladder, known + i, one) for i, one in enumerate(told)])
        error = seen - points
        span = float(np.ptp(ladder.score))
        limit, most = self.tolerance * span, max(self.tolerance * span, self.material * _room(ladder))
        own = [self._own(ladder, known + i, one) for i, one in enumerate(told)]
        cases = list(zip(error, points, ends, own, strict=True))
        up = [_beyond(e, high - p, noise, limit, most) for e, p, (_, high), noise in cases]
        down = [_beyond(-e, p - low, noise, limit, most) for e, p, (low, _), noise in cases]
        good, bad = (up, down) if ladder.sign > 0 else (down, up)
        worst = int(np.argmax(np.abs(error)))
        answer = _answer(good, bad, np.abs(error))
        bands = tuple(Interval(float(a), float(b), told[0].interval.level if told[0].interval else self.level,
                               "weighted families") for a, b in ends)
        notes = list(dict.fromkeys(note for one in told for note in one.notes))
        status: Status = "limited" if any(one.status != "ok" for one in told) else "ok"
        interval = None
        if bands[worst].width > _NO_WIDTH * _room(ladder):
            interval = Interval(float(seen[worst] - ends[worst, 1]), float(seen[worst] - ends[worst, 0]),
                                bands[worst].level, bands[worst].method)
        elif status == "ok":
            status = "limited"
            notes.append("no interval: the scores lie on the curves exactly, which is not precision")
        if answer == "cannot tell":
            status = "undetermined"
            notes.append(_why(up, down, error, ends, scales, limit))
        return ForecastMiss(
            float(error[worst]), interval, len(ladder), status, tuple(notes), answer,
            "yes" if "yes" in good else "no" if set(good) == {"no"} else "cannot tell", answer == "predicted",
            bool(((ends[:, 0] <= seen) & (seen <= ends[:, 1])).all()),
            float(abs(error[worst])) / span if span > 0 else 0.0, places[0], tuple(map(float, points)),
            places[1], bands, last, told[worst].agree)

    def _band(self, ladder: Ladder, at: int, told: Forecast) -> tuple[float, float]:
        """Band of a held-out score: the forecast's, and the score's own noise if its test is a short one."""
        p = told.estimate
        low, high = (told.interval.low, told.interval.high) if told.interval else (p, p)
        if not _counted(ladder) and ladder.stderr is None:
            return low, high
        half = self._own(ladder, at, told)
        worst, best = (-np.inf, np.inf) if ladder.metric is None else (ladder.metric.low, ladder.metric.high)
        if _counted(ladder):
            worst, best = 0.0, 1.0
        return min(low, max(p - half, worst)), max(high, min(p + half, best))

    def _own(self, ladder: Ladder, at: int, told: Forecast) -> float:
        """Half-width of the noise of one score, were its forecast the truth.

        By its items (at most theirs where they are more than right or wrong), else its standard error,
        else the scatter of the smaller models about a smooth curve, or the band if that is narrower.
        """
        from scipy import special

        tail = 1 - (1 - self.level) / self.hold_out / 2
        noise = given_dispersion(ladder, self.dispersion)
        low, high = (0.0, 1.0) if ladder.metric is None else (ladder.metric.low, ladder.metric.high)
        most = np.inf
        if ladder.n_examples is not None and np.isfinite(high - low):
            n = float(ladder.n_examples[at])
            q = ((told.estimate - low) / (high - low) * n + 1) / (n + 2)
            variance = (high - low) ** 2 * q * (1 - q) / n
        elif ladder.stderr is not None:
            variance = float(ladder.stderr[at]) ** 2
        else:
            known = ladder.part(slice(len(ladder) - self.hold_out))
            noise, variance = smooth_dispersion(known.x, known.score, np.ones(len(known))), 1.0
            band = told.interval
            most = max(band.high - told.estimate, told.estimate - band.low) if band else 0.0
        factor = float(special.ndtri(tail))
        if noise is not None:
            if not noise.dof > 0:
                return most
            t = float(special.stdtrit(noise.dof, tail)) if np.isfinite(noise.dof) else factor
            factor = t * np.sqrt(noise.phi)
        return float(min(factor * np.sqrt(variance), most))


def _counted(ladder: Ladder) -> bool:
    return ladder.n_examples is not None and (ladder.metric is None or ladder.metric.all_or_nothing)


def _beyond(error: float, half: float, noise: float, limit: float, most: float) -> YesNo:
    """Whether an error on one side is beyond the band and matters; "no" where it is surely a small one."""
    if error > max(limit, half):
        return "yes"
    return "no" if error + noise <= most else "cannot tell"


def _answer(good: Sequence[YesNo], bad: Sequence[YesNo], size: FloatArray) -> ForecastAnswer:
    sure = [i for i, pair in enumerate(zip(good, bad, strict=True)) if "yes" in pair]
    if sure:
        return "better" if good[max(sure, key=lambda i: size[i])] == "yes" else "worse"
    return "predicted" if {*good, *bad} == {"no"} else "cannot tell"


def _why(up: Sequence[YesNo], down: Sequence[YesNo], error: FloatArray, ends: FloatArray, scales: FloatArray,
         limit: float) -> str:
    at = next(i for i, pair in enumerate(zip(up, down, strict=True)) if "cannot tell" in pair)
    low, high = ends[at]
    if abs(error[at]) > limit:
        return (f"the score at {scales[at]:.3g} misses its forecast by {abs(error[at]):.3g}, more than the "
                f"tolerance of {limit:.3g}, but lies in the band of the forecast, {low:.3g} to {high:.3g}")
    return (f"the score at {scales[at]:.3g} is too noisy to say that it misses its forecast by no more than "
            "matters")


def _room(ladder: Ladder) -> float:
    try:
        return score_range(ladder)
    except InputError:  # a metric without ends, such as a loss
        return float(np.ptp(ladder.score))
