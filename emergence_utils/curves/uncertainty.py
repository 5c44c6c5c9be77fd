"""Intervals of the parameters of one fit, and what they say of its status."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from ..results import Interval, Status
from .base import Array, Curve
from .batch import many, starts_of
from .levels import Step
from .losses import Problem
from .misfit import scatter
from .model import Fit
from .optimise import best_of
from .profile import profile_ends

__all__ = ["allowed_rise", "fit_intervals"]

#: Fewer clusters than this make a bootstrap too narrow.
_FEW_CLUSTERS = 10
#: The scatter is larger than its estimate over this quantile of its distribution in that share of cases.
_LARGE = 0.1
#: Half the lead in deviance, in dispersions, from which a family of as many parameters fits better.
_LEAD = 1.92
#: Other valleys from which fits to redrawn clusters begin, beside the best.
_VALLEYS = 3


def fit_intervals(found: Fit, problem: Problem, theta: Array, loss: float, valleys: Array, *, level: float,
                  clusters: ArrayLike | None, n_resamples: int, seed: int) -> Fit:
    """`found` with intervals, and with the notes and status that they ask for."""
    if clusters is not None:
        intervals, notes = _by_clusters(found, problem, theta, valleys, level, clusters, n_resamples, seed)
    else:
        rise = allowed_rise(problem, found, level)
        if rise is None:
            intervals, notes = {}, ["no intervals: no scatter is left from which to estimate them"]
        elif isinstance(found.curve, Step):
            intervals, notes = _of_a_step(problem, theta, loss, rise, level)
        else:
            intervals, notes = _by_profile(found, problem, theta, loss, rise, level)
    thin = [name for name, i in intervals.items() if not i.width > 0]
    for name in thin:
        notes.append(f"no interval of '{name}': one of width 0 is not precision")
        del intervals[name]
    status: Status = "limited" if notes and found.status == "ok" else found.status
    return replace(found, intervals=intervals, notes=(*found.notes, *notes), status=status)


def allowed_rise(problem: Problem, found: Fit, level: float) -> float | None:
    """How much the loss may grow within the interval of one parameter; None where nothing tells."""
    from scipy import special

    z = float(special.ndtri((1 + level) / 2))
    if found.dof > 0 and math.isfinite(found.dispersion):
        t = float(special.stdtrit(found.dof, (1 + level) / 2))
        rise = 0.5 * found.dispersion * t**2
    else:
        rise = 0.0
    if problem.kind == "binomial":
        return max(rise, 0.5 * z**2)
    y = np.log(problem.y) if problem.kind == "log" else problem.y
    exact = rise <= 1e-18 * float(np.sum(problem.weight * y**2))
    return None if exact else rise


def _by_profile(found: Fit, problem: Problem, theta: Array, loss: float, rise: float,
                level: float) -> tuple[dict[str, Interval], list[str]]:
    ends, closed = profile_ends(problem, theta, loss, rise)
    low, high = problem.curve.bounds(problem.x, problem.y)
    intervals, notes = {}, []
    for j, name in enumerate(problem.curve.parameters):
        ends_of = [float(min(ends[j, 0], theta[j])), float(max(ends[j, 1], theta[j]))]
        for side, limit in ((0, low[j]), (1, high[j])):
            if not closed[j, side] and name not in problem.curve.natural:
                ends_of[side] = math.inf * (2 * side - 1)
                notes.append(f"the data leave '{name}' open {'above' if side else 'below'}")
            elif not closed[j, side]:
                ends_of[side] = float(limit)
        intervals[name] = Interval(ends_of[0], ends_of[1], level, "profile likelihood")
    notes += _barely_closed(found, problem, theta, loss, rise) if not notes else []
    return intervals, notes + _against_rivals(problem, theta, intervals, loss, rise)


def _barely_closed(found: Fit, problem: Problem, theta: Array, loss: float, rise: float) -> list[str]:
    """Parameters that are told only if the scatter is as small as estimated, which luck may do."""
    from scipy import special

    if not 0 < found.dof < math.inf:
        return []
    larger = found.dof / float(2 * special.gammaincinv(found.dof / 2, _LARGE))
    _, closed = profile_ends(problem, theta, loss, rise * larger, refine=False)
    wider = math.sqrt(larger)
    return [f"'{name}' would be open if scores scatter as much as they may, {wider:.2g} times as widely"
            for name, both in zip(problem.curve.parameters, closed, strict=True)
            if not both.all() and name not in problem.curve.natural]


def _against_rivals(problem: Problem, ours: Array, intervals: dict[str, Interval], loss: float,
                    rise: float) -> list[str]:
    """Curves of another shape that fit as well and disagree by half our doubt or more, or that fit better."""
    ends = np.array([[intervals[p].low, intervals[p].high] for p in problem.curve.parameters])
    near = (ends + ours[:, None]) / 2
    fitted = {rival: _best(problem, rival) for rival in problem.curve.rivals}
    if not fitted:
        return []
    # a wrong shape adds to its own dispersion: the smallest is nearest to that of the scores
    known = [scatter(replace(problem, curve=c), theta, len(theta)).dispersion
             for c, (theta, _) in fitted.items()]
    spread = min((d for d in known if math.isfinite(d)), default=math.nan)
    least = 1.0 if problem.kind == "binomial" else 0.0
    lead = _LEAD * (max(spread, least) if math.isfinite(spread) else 1.0)
    notes = []
    for rival, (theta, value) in fitted.items():
        name = type(rival).__name__ + (" (mirrored)" if getattr(rival, "mirror", False) else "")
        if value < loss - min(lead, rise):
            notes.append(f"{name} fits better than chance allows: the curve has another shape")
        elif value <= loss + rise:
            notes += [f"{name} fits as well and puts '{parameter}' at {at:.3g}: data do not set it"
                      for parameter, at, (low, high) in zip(rival.parameters, theta, near, strict=True)
                      if not low <= at <= high]
    return notes


def _best(problem: Problem, curve: Curve) -> tuple[Array, float]:
    other = replace(problem, curve=curve)
    starts = starts_of(other)
    box = curve.boxes(problem.x, problem.y, starts.shape[1])
    theta, loss, _, _ = best_of(other, starts, *box, steps=60, tolerance=1e-4)
    return theta[0], float(loss[0])


def _of_a_step(problem: Problem, theta: Array, loss: float, rise: float,
               level: float) -> tuple[dict[str, Interval], list[str]]:
    """The gaps that may hold the break; and the levels, with the break where it fits best.

    The likelihood ratio of a break has its own distribution, (1 - exp(-r / 2))^2 (Hansen 2000), so
    that more is allowed than for a smooth parameter.
    """
    from scipy import special

    wider = -2 * math.log(1 - math.sqrt(level)) / float(2 * special.gammaincinv(0.5, level))
    starts = problem.curve.starts(problem.x, problem.y, problem.weight)[0]
    losses = problem.loss(starts, np.zeros(len(starts), dtype=np.int64))
    places = np.unique(problem.x)
    may = np.flatnonzero(losses <= loss + wider * rise)
    mean = float(np.average(problem.y[0], weights=problem.weight[0]))
    none = np.array([[theta[0], mean, mean]])
    notes = []
    low, high = float(places[may[0]]), float(places[may[-1] + 1])
    if float(problem.loss(none, np.zeros(1, dtype=np.int64))[0]) <= loss + wider * rise:
        low, high = -math.inf, math.inf
        notes.append("the data leave 'break' open: one level for all fits as well")
    intervals = {"break": Interval(low, high, level, "gaps between models")}
    for j, name in ((1, "low"), (2, "high")):
        side = problem.x <= theta[0] if j == 1 else problem.x > theta[0]
        ends = _level_ends(problem, side, float(theta[j]), rise)
        intervals[name] = Interval(*ends, level, "profile likelihood")
    return intervals, notes


def _level_ends(problem: Problem, side: Array, value: float, rise: float) -> tuple[float, float]:
    """Where the loss of one level has risen enough."""
    weight = float(problem.weight[0][side].sum())
    if problem.kind != "binomial":
        half = math.sqrt(2 * rise / weight)
        return value - half, value + half
    ends = []
    for limit in (0.0, 1.0):
        inside, outside = value, limit
        for _ in range(60):
            middle = (inside + outside) / 2
            p = min(max(middle, 1e-12), 1 - 1e-12)
            gain = 0.0
            if value > 0:
                gain += value * math.log(value / p)
            if value < 1:
                gain += (1 - value) * math.log((1 - value) / (1 - p))
            inside, outside = (inside, middle) if weight * gain > rise else (middle, outside)
        ends.append(limit if abs(outside - limit) < 1e-12 else outside)
    return ends[0], ends[1]


def _by_clusters(found: Fit, problem: Problem, theta: Array, valleys: Array, level: float,
                 clusters: ArrayLike, size: int, seed: int) -> tuple[dict[str, Interval], list[str]]:
    """Percentiles of fits to whole clusters drawn with replacement."""
    from ..intervals import resampled_rows
    from ..resample import group_codes

    m = len(problem.x)
    groups = int(group_codes(clusters, m).max()) + 1
    if groups < 2:
        return {}, ["no intervals: all models are of one cluster, and draws of it cannot differ"]
    size = size or 1000
    times = np.stack([np.bincount(rows, minlength=m) for rows in resampled_rows(m, clusters, size, seed)])
    k = len(theta)
    enough = np.array([len(np.unique(problem.x[row > 0])) >= k for row in times])
    notes = []
    if groups < _FEW_CLUSTERS:
        notes.append(f"only {groups} clusters: the bootstrap is too narrow with so few")
    if not enough.all():
        lost = int((~enough).sum())
        notes.append(f"{lost} of {size} draws of clusters cannot determine the curve and are left out")
    if not enough.any():
        return {}, notes
    drawn = times[enough].astype(float)
    losses = problem.loss(valleys, np.zeros(len(valleys), dtype=np.int64))
    begin = np.vstack([theta, valleys[np.argsort(losses, kind="stable")[:: max(1, len(losses) // _VALLEYS)]]])
    y = np.broadcast_to(problem.y, drawn.shape)
    params, _ = many(problem.curve, problem.x, y, drawn * problem.weight, problem.kind == "binomial", begin)
    intervals = {name: Interval.of_draws(params[:, j], float(theta[j]), level, "cluster bootstrap")
                 for j, name in enumerate(problem.curve.parameters)}
    return intervals, notes
