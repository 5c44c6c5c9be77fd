"""The score of a named next scale, with a band: several families vote, weighted by how well they fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import confidence_level, numbers
from .._typed import checked
from ..errors import InputError
from ..ladders import Ladder
from ..results import Interval, Result
from .base import Array, Curve
from .batch import starts_of
from .lines import Constant, Line
from .losses import Problem
from .misfit import Scatter, scatter
from .optimise import best_of
from .points import check_points
from .sigmoids import Gompertz, Logistic, SaturatingExponential

__all__ = ["Forecast", "forecast"]

#: Fewest models from which a forecast is made.
_FEWEST = 4
#: Variance of the band: scatter of scores, and this often the variance between families. This number and
#: the factor of Student's t with four degrees of freedom were fitted to the forecasts of the largest
#: models of GPT-3, BIG-G and Pythia (`benchmarks/forecasts.py`), and not to any other source.
_BETWEEN, _FACTOR, _DOF = 2.2, 1.4, 4
#: Gradient at which the search from each start may end, before the best is followed further.
_LOOSE = 1e-3
#: Weight beside the best from which a family counts as agreeing or not.
_HEARD = 0.05


@dataclass(frozen=True)
class Forecast(Result):
    """A forecast score: `estimate` in the metric's own unit, `interval` for one new model's score.

    Parameters
    ----------
    at : float
        Scale of the new model, in the unit that was given.
    outside : float
        How far it lies beyond the nearest model, on the axis of the fit (decades for a ladder).
    families : mapping of str to float
        Forecast of each family, in the metric's unit.
    weights : mapping of str to float
        Their weights, which sum to 1.
    agree : tuple of str
        Families that fit nearly as well as the best and whose forecast lies within the band.
    last : float
        Score of the nearest smaller model: the forecast that nothing changes.
    """

    at: float = math.nan
    outside: float = 0.0
    families: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    agree: tuple[str, ...] = ()
    last: float = math.nan


@checked
def forecast(ladder: Ladder | ArrayLike, y: ArrayLike | None = None, n_examples: ArrayLike | None = None, *,
             at: float, level: float = 0.9) -> Forecast:
    """Forecast the score of a model of scale `at` from a ladder of other models.

    Constant, line, logistic and Gompertz curves (both ways) with a free ceiling, a saturating
    exponential, and an error that falls as a power of scale are fitted, and weighted by
    quasi-AIC with the dispersion of the best of them. Nothing is chosen by the new score.

    Parameters
    ----------
    ladder : Ladder, or array-like, shape (m,)
        Models to learn from; or their places on a (logarithmic) axis, with scores `y`.
    y, n_examples : array-like, shape (m,), optional
        Scores and items, where no ladder is given; fractions where there are items.
    at : float
        Scale of the new model: of a ladder in its own unit, e.g. parameters, else on the axis.
    level : float
        Of the band, in which the score of one new model is to lie.

    Returns
    -------
    Forecast
        ``undetermined`` with fewer than four models; ``limited`` where the scale lies further
        outside the data than they reach, or within them.

    Notes
    -----
    The band is Student's t (4 degrees of freedom) times the root of the scores' own variance and
    2.2 times the variance between families, both times 1.4, fitted to three sources and tested
    on the others. A sudden change that no smaller model shows is beyond any such band.

    Examples
    --------
    >>> found = forecast(Ladder.of([1e7, 1e8, 1e9, 1e10, 1e11], [.1, .2, .3, .4, .5], 1000), at=1e12)
    >>> round(found.estimate, 2), round(found.outside, 6), found.last
    (0.58, 1.0, 0.5)
    """
    level = confidence_level(float(numbers("level", level, ndim=0)))
    target = float(numbers("at", at, ndim=0))
    x, score, n, range_, sign, place = _learned(ladder, y, n_examples, target)
    outside = max(place - float(x.max()), float(x.min()) - place, 0.0)
    smaller = score[x < place]
    last = float(sign * (smaller[-1] if len(smaller) else score[0]))
    if len(x) < _FEWEST:
        note = f"{len(x)} models are too few to forecast from; at least {_FEWEST} are needed"
        return Forecast(math.nan, None, len(x), "undetermined", (note,), target, outside, last=last)
    counted = n is not None and range_ == (0.0, 1.0)
    low, size = (range_[0], range_[1] - range_[0]) if math.isfinite(range_[1] - range_[0]) else (
        float(score.min()), float(np.ptp(score)) or 1.0)
    unit = (score - low) / size
    limits = ((range_[0] - low) / size, (range_[1] - low) / size)
    point, variance, values, weights = _vote(x, unit, n if counted else None, limits, place)
    half = _FACTOR * _student(level) * math.sqrt(variance)
    ends = np.clip([point - half, point + half], *limits)
    agree = tuple(f for f, v in values.items() if ends[0] <= v <= ends[1]
                  and weights[f] >= _HEARD * max(weights.values()))

    def back(value: float) -> float:
        return float(sign * (low + size * value)) + 0.0

    notes = []
    if outside > float(np.ptp(x)):
        notes.append(f"the scale lies {outside:.2g} beyond models that span only {np.ptp(x):.2g}")
    if outside == 0:
        notes.append("the scale lies within the data: this is no extrapolation")
    interval = None
    if half > 1e-9:
        edges = sorted((back(ends[0]), back(ends[1])))
        interval = Interval(edges[0], edges[1], level, "weighted families")
    else:
        notes.append("no band: the scores lie on the curves exactly, which is not precision")
    return Forecast(back(point), interval, len(x), "limited" if notes else "ok", tuple(notes), target,
                    outside, {f: back(v) for f, v in values.items()}, weights, agree, last)


def _learned(ladder: Ladder | ArrayLike, y: ArrayLike | None, n_examples: ArrayLike | None,
             target: float) -> tuple[Array, Array, Array | None, tuple[float, float], float, float]:
    """Axis, scores turned so that higher is better, items, their range, the sign of the turn, new place."""
    if isinstance(ladder, Ladder):
        if y is not None or n_examples is not None:
            raise InputError("y and n_examples belong to a ladder already; give either a ladder or arrays.")
        if not 0 < target < math.inf:
            raise InputError(f"at must be a positive scale, got {target}.")
        metric, n = ladder.metric, ladder.n_examples
        low, high = (metric.low, metric.high) if metric is not None else (
            (0.0, 1.0) if n is not None else (-math.inf, math.inf))
        range_ = (low, high) if ladder.sign > 0 else (-high, -low)
        if metric is not None and not metric.all_or_nothing:
            n = None  # the noise of such a score is not that of counts
        return ladder.x, ladder.better, n, range_, ladder.sign, math.log10(target)
    if y is None:
        raise InputError("y is missing: give scores with x, or a Ladder alone.")
    if not math.isfinite(target):
        raise InputError(f"at must be a finite number, got {target}.")
    x, score, n = check_points(ladder, y, n_examples)
    order = np.argsort(x, kind="stable")
    return (x[order], score[order], None if n is None else n[order],
            (0.0, 1.0) if n is not None else (-math.inf, math.inf), 1.0, target)


def _families(limits: tuple[float, float], counted: bool, span: float) -> dict[str, Curve]:
    if counted or limits == (0.0, 1.0):
        floor, limits = 0.0, (0.0, 1.0)
    else:  # scores are scaled to [0, 1]; what lies beyond is bounded by the metric, or by ten times the data
        floor = max(limits[0], -1.0)
        limits = (floor, min(limits[1], 10.0))
    families: dict[str, Curve] = {
        "constant": Constant(), "line": Line(), "logistic": Logistic(floor, limits=limits),
        "gompertz": Gompertz(floor, limits=limits),
        "gompertz mirrored": Gompertz(floor, limits=limits, mirror=True),
        # no narrower: it would be a step at its onset, hidden between the last models
        "saturating": SaturatingExponential(floor, None, 0.5 * span, 50 * span, limits)}
    if limits[1] < 10.0:  # an error, or a loss, can fall to nothing only where there is a best score
        families["power-law error"] = SaturatingExponential(floor, limits[1], 0.5 * span, 50 * span, limits)
    return families


def _vote(x: Array, y: Array, n: Array | None, limits: tuple[float, float],
          place: float) -> tuple[float, float, dict[str, float], dict[str, float]]:
    """Forecast, its variance, and values and weights of the families."""
    values, loss, size, spread = {}, {}, {}, {}
    for name, one in _fitted(tuple(x.tolist()), tuple(y.tolist()), None if n is None else tuple(n.tolist()),
                             limits).items():
        value = float(one.curve(np.array([place]), one.theta)[0])
        values[name] = float(np.clip(value, *limits))
        loss[name], size[name], spread[name] = one.loss, len(one.curve.parameters), one.spread
    known = [s.dispersion for s in spread.values() if s.dof >= 1]
    dispersion = min(known) if known else 1.0
    dispersion = max(dispersion, 1.0) if n is not None else max(dispersion, 1e-18)
    criterion = np.array([2 * loss[f] / dispersion + 2 * size[f] for f in values])
    share = np.exp(-0.5 * (criterion - criterion.min()))
    share /= share.sum()
    at = np.array(list(values.values()))
    point = float(share @ at)
    # families that fit less well may still be right: their say in the band falls more slowly
    say = np.sqrt(share) / np.sqrt(share).sum()
    between = float(say @ (at - point) ** 2)
    if n is None:
        own = dispersion
    else:
        p = (point * float(n.mean()) + 0.5) / (float(n.mean()) + 1)
        own = dispersion * p * (1 - p) / float(n[-1])
    return point, own + _BETWEEN * between, values, dict(zip(values, map(float, share), strict=True))


class _Fitted(NamedTuple):
    curve: Curve
    theta: Array
    loss: float
    spread: Scatter


@lru_cache(maxsize=64)
def _fitted(x: tuple[float, ...], y: tuple[float, ...], n: tuple[float, ...] | None,
            limits: tuple[float, float]) -> dict[str, _Fitted]:
    """Every family that these scores can determine; kept, since several scales are forecast from the same."""
    at, score, weight = np.array(x), np.array(y), np.ones(len(x)) if n is None else np.array(n)
    problem = Problem(Constant(), at, score[None], weight[None], "normal" if n is None else "binomial")
    found = {}
    for name, curve in _families(limits, n is not None, float(np.ptp(at))).items():
        if np.ptp(score) == 0 and name != "constant":
            continue  # scores that are all the same say nothing of a shape
        if len(np.unique(at)) < len(curve.parameters) + (n is None):
            continue
        one = replace(problem, curve=curve)
        starts = starts_of(one)
        # all starts are followed to a few digits, the best of them to its end
        theta, _, _, _ = best_of(one, starts, *curve.boxes(at, score, starts.shape[1]), steps=30,
                                 tolerance=_LOOSE)
        theta, low, _, _ = best_of(one, theta[:, None], *curve.bounds(at, score))
        found[name] = _Fitted(curve, theta[0], float(low[0]), scatter(one, theta[0], len(curve.parameters)))
    return found


def _student(level: float) -> float:
    from scipy import stats

    return float(stats.t.ppf((1 + level) / 2, _DOF))
