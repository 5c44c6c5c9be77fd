"""Fit a curve to scores: one data set with its doubt, or many at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from .._checks import confidence_level, counts, numbers, short
from ..errors import InputError
from ..results import Status
from .base import Array, Curve
from .batch import many, starts_of, together
from .levels import Levels
from .losses import Kind, Problem
from .misfit import Scatter, lack_of_fit, scatter
from .model import Fit
from .optimise import best_of
from .points import check_curve, check_points, kind_of
from .uncertainty import fit_intervals

__all__ = ["fit", "fit_each", "fit_many"]

#: Largest part of the rise that may be missing at the end of the data where an asymptote is estimated.
_REACHED = 0.05
#: Degrees of freedom of the scatter from which the intervals of a bent curve held their level: with 2, 5 of 9
#: ceilings of saturating curves that were "ok" were covered (`benchmarks/error_rates.py`).
_FEWEST_DOF = 3
#: p below which residuals are said to have a pattern.
_ALPHA = 0.05


def fit(curve: Curve, x: ArrayLike, y: ArrayLike, n_examples: ArrayLike | None = None, *,
        n_resamples: int = 0, clusters: ArrayLike | None = None, level: float = 0.95, seed: int = 0,
        intervals: bool = False, dispersion: float | tuple[float, float] | None = None) -> Fit:
    """Fit `curve` to scores `y` at `x` by maximum (quasi-)likelihood.

    Parameters
    ----------
    curve : Curve
        Family to fit, e.g. ``Logistic(floor=0.25)``.
    x : array-like, shape (m,)
        Axis of scale, usually log10 FLOPs.
    y : array-like, shape (m,)
        Scores; fractions of items right when `n_examples` is given.
    n_examples : array-like, shape (m,) or scalar, optional
        Items per score; switches from least squares to the binomial likelihood.
    n_resamples : int
        Above 0: intervals of the parameters. With `clusters` that many draws of whole clusters are
        fitted; without, intervals are by profile and need no draws.
    clusters : array-like, shape (m,), optional
        E.g. model families.
    level : float
        Of the intervals.
    seed : int
        Of the draws of clusters.
    intervals : bool
        Intervals by profile, as with `n_resamples`.
    dispersion : float or (float, float), optional
        Variance of a score over that of its items (counts) or of the residuals, if known, e.g. from
        training seeds, and its degrees of freedom. Estimated from the residuals by default.

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        On lengths that differ, values that are not finite, or fractions outside [0, 1].

    Notes
    -----
    Every start of a grid is followed to the bottom by a bounded Levenberg-Marquardt search with
    analytic gradients. Intervals hold the values whose profile deviance is below
    ``max(dispersion t^2, z^2)``, t with the degrees of freedom of the dispersion (counts), or
    ``dispersion t^2`` (least squares), so that scatter between models beyond items widens them.

    Examples
    --------
    >>> from emergence_utils.curves import Step
    >>> found = fit(Step(), [1, 2, 3, 4], [0.1, 0.1, 0.8, 0.8], 100)
    >>> found.params
    {'break': 2.5, 'low': 0.1, 'high': 0.8}
    """
    check_curve(curve)
    xa, ya, n = check_points(x, y, n_examples)
    level = confidence_level(float(numbers("level", level, ndim=0)))
    draws = int(counts("n_resamples", numbers("n_resamples", n_resamples, ndim=0)))
    seed = int(counts("seed", numbers("seed", seed, ndim=0)))
    known = _known(dispersion)
    if isinstance(curve, Levels):
        return _levels(curve, xa, ya, n)
    found, problem, theta, loss, valleys = _solve(curve, xa, ya, n)
    if problem is None:
        return found
    if known is not None:
        found = replace(found, dispersion=known.dispersion, dof=known.dof)
    if (draws or intervals) and found.status != "undetermined":
        found = fit_intervals(found, problem, theta, loss, valleys, level=level, clusters=clusters,
                              n_resamples=draws, seed=seed)
    return found


def fit_many(curve: Curve, x: ArrayLike, y: ArrayLike, n_examples: ArrayLike | None = None, *,
             weights: ArrayLike | None = None, starts: ArrayLike | None = None) -> tuple[Array, Array]:
    """Fit one family to many sets of scores of the same models, all at once.

    Parameters
    ----------
    curve : Curve
        A family with parameters.
    x : array-like, shape (m,)
    y : array-like, shape (B, m)
        One set of scores a row, e.g. bootstrap draws.
    n_examples : array-like, shape (m,) or scalar, optional
        Items per score; switches to the binomial likelihood.
    weights : array-like, shape (B, m), optional
        How often each score counts, e.g. how often a cluster was drawn; 0 leaves it out.
    starts : array-like, shape (s, k), optional
        Where every search begins, e.g. the optimum of the data that the draws come from; the
        family's own grid by default.

    Returns
    -------
    params : ndarray, shape (B, k)
    loss : ndarray, shape (B,)
        Half the binomial deviance, or half the (weighted) sum of squares.

    Examples
    --------
    >>> from emergence_utils.curves import Line
    >>> params, loss = fit_many(Line(), [0, 1, 2], [[0, 1, 2], [3, 2, 1]])
    >>> params.round(6).tolist()
    [[0.0, 1.0], [3.0, -1.0]]
    """
    check_curve(curve)
    table = numbers("y", y, ndim=2)
    if isinstance(curve, Levels) or not len(table):
        raise InputError(f"fit_many needs a family with parameters and at least one row of scores, got "
                         f"{type(curve).__name__} and {len(table)} rows.")
    xa, _, n = check_points(x, table[0], n_examples)
    if not np.isfinite(table).all() or (n is not None and ((table < 0) | (table > 1)).any()):
        raise InputError("y must hold finite numbers" + (", fractions in [0, 1]." if n is not None else "."))
    times = np.ones_like(table) if weights is None else numbers("weights", weights, ndim=2)
    if times.shape != table.shape or not (np.isfinite(times) & (times >= 0)).all():
        raise InputError(f"weights must be numbers of at least 0 with the shape of y, "
                         f"{table.shape}; got shape {times.shape}.")
    if not (times > 0).any(axis=1).all():
        raise InputError("weights must leave a score in every row, got a row of zeros.")
    weight = times if n is None else times * n
    begin = None
    if starts is not None:
        begin = np.atleast_2d(numbers("starts", starts))
        if begin.ndim != 2 or begin.shape[1] != len(curve.parameters):
            raise InputError(f"starts must hold {len(curve.parameters)} parameters a row, got shape "
                             f"{begin.shape}.")
    return many(curve, xa, table, weight, n is not None, begin)


def fit_each(curve: Curve | Sequence[Curve],
             ladders: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike | None]], *,
             doubts: bool = True) -> list[Fit]:
    """`fit` of many ladders, each of its own models, which is faster than one by one.

    Parameters
    ----------
    curve : Curve or sequence of Curve
        One for all, or one for each; those that differ by a fixed floor alone are still searched together.
    ladders : sequence of (x, y, n_examples)
        As in `fit`.
    doubts : bool
        Whether to look at scatter, pattern and edges. Without, a fit holds its curve and likelihood, and its
        status is "limited".

    Returns
    -------
    list of Fit
        In the order of `ladders`, without intervals.

    Raises
    ------
    InputError
        As `fit`; if there is not one curve, or one for each ladder.

    Examples
    --------
    >>> from emergence_utils.curves import Line
    >>> rising, falling = ([1, 2, 3], [0.0, 0.5, 1.0], None), ([1, 2, 4, 5], [0.5, 0.4, 0.2, 0.1], None)
    >>> [round(found.params["slope"], 6) for found in fit_each(Line(), [rising, falling])]
    [0.5, -0.1]
    """
    if not isinstance(ladders, Sequence) or isinstance(ladders, str):
        raise InputError(f"ladders must be a list of (x, y, n_examples), got {short(ladders)}.")
    if not isinstance(curve, Curve | Sequence):
        raise InputError(f"curve must be a family of curves, or a list of them, got {short(curve)}.")
    curves = [curve] * len(ladders) if isinstance(curve, Curve) else list(curve)
    if len(curves) != len(ladders):
        raise InputError(f"curve must be one, or one for each of {len(ladders)} ladders, got {len(curves)}.")
    out: list[Fit | None] = [None] * len(ladders)
    alike: dict[tuple[Curve, bytes, Kind], list[tuple[int, Array, Array | None]]] = {}
    for i, (one, ladder) in enumerate(zip(curves, ladders, strict=True)):
        check_curve(one)
        if not isinstance(ladder, tuple) or len(ladder) != 3:
            raise InputError(f"ladders must hold (x, y, n_examples) of each ladder, got {short(ladder)}.")
        x, y, n = check_points(*ladder)
        if isinstance(one, Levels):
            out[i] = _levels(one, x, y, n)
        elif len(np.unique(x)) < len(one.parameters):
            out[i] = _undetermined(one, x, n)
        else:
            alike.setdefault((one, x.tobytes(), kind_of(one, y, n is not None)), []).append((i, y, n))
    problems = [
        Problem(one, np.frombuffer(place), np.array([y for _, y, _ in group]),
                np.array([np.ones_like(y) if n is None else n for _, y, n in group]), kind)
        for (one, place, kind), group in alike.items()]
    for problem, group, found in zip(problems, alike.values(), together(problems), strict=True):
        for row, (i, _, n) in enumerate(group):
            alone = problem.at(slice(row, row + 1))
            theta, loss, arrived, _ = (v[row] for v in found)
            out[i] = (_judged(alone, n is not None, theta, float(loss), bool(arrived)) if doubts
                      else _unjudged(alone, n is not None, theta, float(loss)))
    return [one for one in out if one is not None]


def _solve(curve: Curve, x: Array, y: Array,
           n: Array | None) -> tuple[Fit, Problem | None, Array, float, Array]:
    names = curve.parameters
    if len(np.unique(x)) < len(names):
        none = np.full(len(names), np.nan)
        return _undetermined(curve, x, n), None, none, math.nan, none[None]
    weight = np.ones_like(x) if n is None else n
    problem = Problem(curve, x, y[None], weight[None], kind_of(curve, y, n is not None))
    starts = starts_of(problem)
    theta, loss, arrived, ends = (v[0] for v in best_of(problem, starts, *curve.boxes(x, y, starts.shape[1])))
    found = _judged(problem, n is not None, theta, float(loss), bool(arrived))
    return found, problem, theta, float(loss), ends


def _undetermined(curve: Curve, x: Array, n: Array | None) -> Fit:
    names = curve.parameters
    note = f"{len(np.unique(x))} distinct scales cannot determine {len(names)} parameters."
    return Fit(curve, dict.fromkeys(names, math.nan), math.nan, len(names) + (n is None), len(x),
               (float(x.min()), float(x.max())), "undetermined", (note,))


def _unjudged(problem: Problem, counted: bool, theta: Array, loss: float) -> Fit:
    """What was found for one data set, taken as it is."""
    x, names = problem.x, problem.curve.parameters
    return Fit(problem.curve, dict(zip(names, map(float, theta), strict=True)),
               _log_likelihood(problem, theta, loss), len(names) + (not counted), len(x),
               (float(x.min()), float(x.max())), "limited", ("its doubt was not looked at",))


def _judged(problem: Problem, counted: bool, theta: Array, loss: float, arrived: bool) -> Fit:
    """What was found for one data set, with its doubts."""
    curve, x, y = problem.curve, problem.x, problem.y[0]
    names = curve.parameters
    spread = scatter(problem, theta, len(names))
    notes = [] if arrived else ["the search has not come to rest at the best curve it found"]
    status: Status = "ok"
    misfit = math.nan
    if _silent(curve, y, counted):
        status, notes = "undetermined", [f"all scores are {y[0]:.4g}: the parameters cannot be told"]
    else:
        notes += _at_edges(problem, theta) if not curve.exact else []
        notes += _not_reached(problem, theta)
        misfit = lack_of_fit(problem, theta)
    if misfit < _ALPHA:
        notes.append(f"the residuals have a pattern along x (p = {misfit:.2g}): the curve has another shape")
    if curve.shaped and not curve.exact and 0 < spread.dof < _FEWEST_DOF and status == "ok":
        notes.append(f"scatter about the curve rests on {spread.dof:g} degrees of freedom, too few for "
                     "intervals that hold")
    if curve.lopsided and counted and status == "ok":
        notes.append("where models scatter beyond their items, and a ladder seldom shows that they do not, "
                     "intervals of so lopsided a curve hold less than they say")
    if spread.dof == 0 and status == "ok":
        notes.append("variation between models beyond their items cannot be estimated" if counted
                     else "scatter about the curve cannot be estimated")
        notes[-1] += f" from {len(x)} models"
    if notes and status == "ok":
        status = "limited"
    params = dict(zip(names, map(float, theta), strict=True))
    return Fit(curve, params, _log_likelihood(problem, theta, loss), len(names) + (not counted), len(x),
               (float(x.min()), float(x.max())), status, tuple(notes), {}, spread.dispersion, spread.dof,
               misfit, spread.excess_p if counted else math.nan)


def _silent(curve: Curve, y: Array, counted: bool) -> bool:
    """Scores that are all the same say nothing of a shape; all zero or all perfect, nothing of a line."""
    if np.ptp(y) > 0:
        return False
    return curve.shaped or (counted and not curve.bounded and y[0] in (0.0, 1.0))


def _levels(curve: Levels, x: Array, y: Array, n: Array | None) -> Fit:
    weight = np.ones_like(x) if n is None else n
    done, blocks = curve.filled(x, y, weight)
    problem = Problem(done, x, y[None], weight[None], "normal" if n is None else "binomial")
    theta = np.zeros(0)
    loss = float(problem.loss(theta[None], np.zeros(1, dtype=np.int64))[0])
    # levels that follow the scores take half as much again of the scatter (Meyer & Woodroofe 2000)
    spread = scatter(problem, theta, 0)
    dof = spread.dof - 1.5 * blocks
    spread = Scatter(spread.dispersion * spread.dof / dof, dof) if dof >= 1 else Scatter(math.nan, 0.0)
    return Fit(done, {}, _log_likelihood(problem, theta, loss), blocks + (n is None), len(x),
               (float(x.min()), float(x.max())), "ok", (), {}, spread.dispersion, spread.dof)


def _log_likelihood(problem: Problem, theta: Array, loss: float) -> float:
    y, weight = problem.y[0], problem.weight[0]
    if problem.kind == "binomial":
        p = problem.mean(theta[None], problem.weight)[0][0]
        return float(np.sum(weight * (y * np.log(p) + (1 - y) * np.log1p(-p))))
    size = len(y)
    value = -0.5 * size * (math.log(max(2 * loss, 1e-300) / size) + 1 + math.log(2 * math.pi))
    return value - float(np.sum(np.log(y))) if problem.kind == "log" else value  # in units of y, to compare


def _at_edges(problem: Problem, theta: Array) -> list[str]:
    low, high = problem.curve.bounds(problem.x, problem.y)
    notes = []
    for name, value, *ends in zip(problem.curve.parameters, theta, low, high, strict=True):
        if any(math.isfinite(b) and abs(value - b) < 1e-4 * (1 + abs(b)) for b in ends):
            notes.append(f"parameter '{name}' is at the edge of its range ({value:.4g})")
    return notes


def _not_reached(problem: Problem, theta: Array) -> list[str]:
    """Asymptotes that are estimated though the data end before them."""
    params = dict(zip(problem.curve.parameters, theta, strict=True))
    floor = params.get("floor", getattr(problem.curve, "floor", None))
    ceiling = params.get("ceiling", getattr(problem.curve, "ceiling", None))
    if floor is None or ceiling is None or not {"floor", "ceiling"} & set(params):
        return []
    ends = problem.curve(np.array([problem.x.min(), problem.x.max()]), theta)
    rise = ceiling - floor
    notes = []
    for name, level, seen in (("floor", floor, ends[0]), ("ceiling", ceiling, ends[1])):
        missing = abs(seen - level) / abs(rise) if rise else 0.0
        if name in params and missing > _REACHED:
            notes.append(f"the {name} ({level:.3g}) is not reached by the data, which end {missing:.0%} of "
                         "the rise from it: the family sets it, not the data")
    return notes


def _known(dispersion: float | tuple[float, float] | None) -> Scatter | None:
    if dispersion is None:
        return None
    pair = np.atleast_1d(numbers("dispersion", dispersion))
    if pair.shape not in ((1,), (2,)) or not (pair > 0).all() or not math.isfinite(pair[0]):
        raise InputError(f"dispersion must be a positive number, or a pair of it and its degrees of freedom, "
                         f"got {dispersion}.")
    return Scatter(float(pair[0]), float(pair[1]) if len(pair) > 1 else math.inf)


