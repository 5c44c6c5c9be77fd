"""The score of a named next scale, with a band: several families vote, weighted by how well they fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
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

__all__ = ["Forecast", "forecast", "forecast_many"]

#: Fewest models from which a forecast is made.
_FEWEST = 4
#: Variance of the band: scatter of scores, and this often the variance between families. This number and
#: the factor of Student's t with four degrees of freedom were fitted to the forecasts of the largest
#: models of GPT-3, BIG-G and Pythia, each forecast from all smaller ones by parameters, and not to any other
#: source; `emergence_utils.forecasts` scores them on all (these three are its `FIXED_ON`).
_BETWEEN, _FACTOR, _DOF = 2.2, 1.4, 4
#: Largest place that a logarithmic axis of models may have; beyond it, somebody gave parameters as they are.
_LARGEST_PLACE = 1000.0
#: Gradient at which the search from each start may end, before the best is followed further.
_LOOSE = 1e-3
#: Weight beside the best from which a family counts as agreeing or not.
_HEARD = 0.05


#: Axis, scores, items and limits, as something that a cache can keep.
_Scores = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...] | None, tuple[float, float]]


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
        Models to learn from; or their places on a (logarithmic) axis, e.g. log10 of parameters, with
        scores `y`.
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
    known = _learned(ladder, y, n_examples, target)
    return _told(known, target, level, _fitted(*known.scores) if len(known.x) >= _FEWEST else {})


@checked
def forecast_many(ladders: Sequence[Ladder], *, at: ArrayLike, level: float = 0.9) -> list[Forecast]:
    """`forecast` of many ladders: those with models of the same scales are fitted together, which is faster.

    Parameters
    ----------
    ladders : sequence of Ladder
        Models to learn from, each with its scores.
    at : float or array-like, shape (number of ladders,)
        Scale of the new model of each, in the unit of the ladders.
    level : float
        Of the bands.

    Returns
    -------
    list of Forecast
        One for each ladder, in their order.

    Raises
    ------
    InputError
        If `at` is not one scale, or one for each ladder.

    Examples
    --------
    >>> rising = [Ladder.of([1e7, 1e8, 1e9, 1e10], [.1, .2, .3, top], 1000) for top in (.4, .6)]
    >>> [round(found.estimate, 2) for found in forecast_many(rising, at=1e11)]
    [0.47, 0.76]
    """
    level = confidence_level(float(numbers("level", level, ndim=0)))
    scales = numbers("at", at)
    if scales.shape not in ((), (len(ladders),)):
        raise InputError(f"at must be one scale, or one for each of {len(ladders)} ladders, got shape "
                         f"{scales.shape}.")
    targets = np.broadcast_to(scales, (len(ladders),)).tolist()
    known = [_learned(one, None, None, target) for one, target in zip(ladders, targets, strict=True)]
    alike: dict[tuple[tuple[float, ...], bool, tuple[float, float], bool], dict[_Scores, _Known]] = {}
    for one in known:
        if len(one.x) >= _FEWEST:
            x, y, n, limits = one.scores
            alike.setdefault((x, n is None, limits, len(set(y)) > 1), {})[one.scores] = one
    tables = [_Table(np.array(next(iter(group))[0]), np.array([one.unit for one in group.values()]),
                     None if no_items else np.array([one.n for one in group.values()]), limits)
              for (_, no_items, limits, _), group in alike.items()]
    fits: dict[_Scores, dict[str, _Fitted]] = {}
    for group, found in zip(alike.values(), _fit_families(tables), strict=True):
        fits |= dict(zip(group, found, strict=True))
    return [_told(one, target, level, fits.get(one.scores, {}))
            for one, target in zip(known, targets, strict=True)]


class _Fitted(NamedTuple):
    curve: Curve
    theta: Array
    loss: float
    spread: Scatter


class _Table(NamedTuple):
    """Sets of scores at the same places, shape (m,) and (B, m): all of them flat, or none."""

    x: Array
    y: Array
    n: Array | None
    limits: tuple[float, float]


class _Search(NamedTuple):
    """Starts and boxes of one family on one table."""

    table: int
    family: str
    curve: Curve
    problem: Problem
    starts: Array
    boxes: tuple[Array, Array]
    bounds: tuple[Array, Array]


class _Known(NamedTuple):
    """What a forecast learns from: higher is better, scores in units of their range, items if counted."""

    x: Array
    score: Array
    unit: Array
    n: Array | None
    limits: tuple[float, float]
    low: float
    size: float
    sign: float
    place: float

    @property
    def scores(self) -> _Scores:
        """Axis, scores, items and limits, as something that a cache can keep."""
        n = None if self.n is None else tuple(self.n.tolist())
        return tuple(self.x.tolist()), tuple(self.unit.tolist()), n, self.limits

    def back(self, value: float) -> float:
        """A score in the metric's own unit."""
        return float(self.sign * (self.low + self.size * value)) + 0.0


def _told(known: _Known, target: float, level: float, fitted: Mapping[str, _Fitted]) -> Forecast:
    """The forecast of the families that were fitted."""
    x, place, limits = known.x, known.place, known.limits
    outside = max(place - float(x.max()), float(x.min()) - place, 0.0)
    smaller = known.score[x < place]
    last = float(known.sign * (smaller[-1] if len(smaller) else known.score[0]))
    if len(x) < _FEWEST:
        note = f"{len(x)} models are too few to forecast from; at least {_FEWEST} are needed"
        return Forecast(math.nan, None, len(x), "undetermined", (note,), target, outside, last=last)
    point, variance, values, weights = _vote(known, fitted)
    half = _FACTOR * _student(level) * math.sqrt(variance)
    ends = np.clip([point - half, point + half], *limits)
    agree = tuple(f for f, v in values.items() if ends[0] <= v <= ends[1]
                  and weights[f] >= _HEARD * max(weights.values()))
    notes = []
    if outside > float(np.ptp(x)):
        notes.append(f"the scale lies {outside:.2g} beyond models that span only {np.ptp(x):.2g}")
        if x.max() > _LARGEST_PLACE:
            notes.append("places on a logarithmic axis are asked for; parameters or FLOPs go into a Ladder")
    if outside == 0:
        notes.append("the scale lies within the data: this is no extrapolation")
    interval = None
    if half > 1e-9:
        edges = sorted((known.back(ends[0]), known.back(ends[1])))
        interval = Interval(edges[0], edges[1], level, "weighted families")
    else:
        notes.append("no band: the scores lie on the curves exactly, which is not precision")
    return Forecast(known.back(point), interval, len(x), "limited" if notes else "ok", tuple(notes), target,
                    outside, {f: known.back(v) for f, v in values.items()}, weights, agree, last)


def _learned(ladder: Ladder | ArrayLike, y: ArrayLike | None, n_examples: ArrayLike | None,
             target: float) -> _Known:
    """What there is to learn from, and the new place on its axis."""
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
        return _scaled(ladder.x, ladder.better, n, range_, ladder.sign, math.log10(target))
    if y is None:
        raise InputError("y is missing: give scores with x, or a Ladder alone.")
    if not math.isfinite(target):
        raise InputError(f"at must be a finite number, got {target}.")
    x, score, n = check_points(ladder, y, n_examples)
    order = np.argsort(x, kind="stable")
    return _scaled(x[order], score[order], None if n is None else n[order],
                   (0.0, 1.0) if n is not None else (-math.inf, math.inf), 1.0, target)


def _scaled(x: Array, score: Array, n: Array | None, range_: tuple[float, float], sign: float,
            place: float) -> _Known:
    """Scores in units of the range that they have, else of their own; items only where they are counted."""
    low, size = (range_[0], range_[1] - range_[0]) if math.isfinite(range_[1] - range_[0]) else (
        float(score.min()), float(np.ptp(score)) or 1.0)
    limits = ((range_[0] - low) / size, (range_[1] - low) / size)
    items = n if range_ == (0.0, 1.0) else None
    return _Known(x, score, (score - low) / size, items, limits, low, size, sign, place)


#: Names of the families, in the order of `_families`.
_FAMILIES = ("constant", "line", "logistic", "gompertz", "gompertz mirrored", "saturating", "power-law error")


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


def _vote(known: _Known, fitted: Mapping[str, _Fitted]) -> tuple[float, float, dict[str, float],
                                                                 dict[str, float]]:
    """Forecast, its variance, and values and weights of the families."""
    values, loss, size, spread = {}, {}, {}, {}
    for name, one in fitted.items():
        value = float(one.curve(np.array([known.place]), one.theta)[0])
        values[name] = float(np.clip(value, *known.limits))
        loss[name], size[name], spread[name] = one.loss, len(one.curve.parameters), one.spread
    scattered = [s.dispersion for s in spread.values() if s.dof >= 1]
    dispersion = min(scattered) if scattered else 1.0
    dispersion = max(dispersion, 1.0) if known.n is not None else max(dispersion, 1e-18)
    criterion = np.array([2 * loss[f] / dispersion + 2 * size[f] for f in values])
    share = np.exp(-0.5 * (criterion - criterion.min()))
    share /= share.sum()
    at = np.array(list(values.values()))
    point = float(share @ at)
    # families that fit less well may still be right: their say in the band falls more slowly
    say = np.sqrt(share) / np.sqrt(share).sum()
    between = float(say @ (at - point) ** 2)
    own = dispersion
    if known.n is not None:
        items = float(known.n.mean())
        p = (point * items + 0.5) / (items + 1)
        own *= p * (1 - p) / float(known.n[-1])
    return point, own + _BETWEEN * between, values, dict(zip(values, map(float, share), strict=True))


@lru_cache(maxsize=64)
def _fitted(x: tuple[float, ...], y: tuple[float, ...], n: tuple[float, ...] | None,
            limits: tuple[float, float]) -> dict[str, _Fitted]:
    """Every family that these scores can determine; kept, since several scales are forecast from the same."""
    table = _Table(np.array(x), np.array([y]), None if n is None else np.array([n]), limits)
    return _fit_families([table])[0][0]


def _fit_families(tables: Sequence[_Table]) -> list[list[dict[str, _Fitted]]]:
    """Every family that the scores can determine, for each set of each table.

    All tables are searched together, each on its own places: the steps of a search cost much the same for
    ten sets of scores and for a thousand.
    """
    found: list[list[dict[str, _Fitted]]] = [[{} for _ in table.y] for table in tables]
    alike: dict[tuple[object, ...], list[_Search]] = {}
    for number, table in enumerate(tables):
        for search in _searches(number, table):
            shape = (search.family, search.starts.shape[1], search.problem.kind,
                     *(getattr(search.curve, part, None) for part in ("floor", "ceiling", "limits")))
            alike.setdefault(shape, []).append(search)
    for searches in alike.values():
        for one, theta, low in _searched(searches):
            size = len(one.curve.parameters)
            for i, fits in enumerate(found[one.table]):
                alone = replace(one.problem, y=one.problem.y[[i]], weight=one.problem.weight[[i]])
                fits[one.family] = _Fitted(one.curve, theta[i], float(low[i]), scatter(alone, theta[i], size))
    # in one order, in which they are summed
    return [[{name: fits[name] for name in _FAMILIES if name in fits} for fits in sets] for sets in found]


def _searches(number: int, table: _Table) -> list[_Search]:
    """The families that the sets of a table can determine."""
    x, y, n, limits = table
    problem = Problem(Constant(), x, y, np.ones_like(y) if n is None else n,
                      "normal" if n is None else "binomial")
    out = []
    for name, curve in _families(limits, n is not None, float(np.ptp(x))).items():
        if np.ptp(y[0]) == 0 and name != "constant":
            continue  # scores that are all the same say nothing of a shape
        if len(np.unique(x)) < len(curve.parameters) + (n is None):
            continue
        one = replace(problem, curve=curve)
        starts = starts_of(one)
        out.append(_Search(number, name, curve, one, starts, curve.boxes(x, y, starts.shape[1]),
                           curve.bounds(x, y)))
    return out


def _searched(searches: Sequence[_Search]) -> Iterator[tuple[_Search, Array, Array]]:
    """Best parameters, shape (B, k), and losses, shape (B,), of searches of one family and shape."""
    sets = [len(one.starts) for one in searches]
    ends = np.cumsum(sets)
    lengths = np.repeat([one.problem.y.shape[1] for one in searches], sets)
    x, y, weight = (np.zeros((len(lengths), int(lengths.max()))) for _ in range(3))
    for one, end, size in zip(searches, ends, sets, strict=True):
        x[end - size:end], y[end - size:end] = one.problem.x[-1], one.problem.y[:, -1:]
        part = slice(end - size, end), slice(one.problem.y.shape[1])
        # what only fills up a row repeats its last score without weight
        x[part], y[part], weight[part] = one.problem.x, one.problem.y, one.problem.weight
    starts = np.concatenate([one.starts for one in searches])
    boxes = [np.repeat(np.stack([one.boxes[side] for one in searches]), sets, axis=0) for side in (0, 1)]
    bounds = [np.repeat(np.stack([one.bounds[side] for one in searches]), sets, axis=0)[:, None]
              for side in (0, 1)]
    whole = replace(searches[0].problem, x=x, y=y, weight=weight)
    # all starts are followed to a few digits, the best of them to its end
    theta, _, _, _ = best_of(whole, starts, *boxes, steps=30, tolerance=_LOOSE)
    theta, low, _, _ = best_of(whole, theta[:, None], *bounds)
    for one, end, size in zip(searches, ends, sets, strict=True):
        yield one, theta[end - size:end], low[end - size:end]


def _student(level: float) -> float:
    from scipy import special

    return float(special.stdtrit(_DOF, (1 + level) / 2))
