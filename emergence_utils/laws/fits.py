"""Fit the law to runs, with its doubt: draws of runs, and what the runs cannot tell."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .._checks import FloatArray, broadcast, confidence_level, count, positive, switch
from .._typed import checked
from ..curves.optimise import minimise
from ..errors import InputError
from ..resample import MOST_RESAMPLES, cluster_weights, group_codes
from ..results import Interval, Result, Status
from .law import LossLaw, log_ratio, sizes
from .objective import DELTA, LawProblem
from .runs import Runs, check_runs

__all__ = ["LossFit", "fit_loss_law", "percentile_ends"]

Loss = Literal["huber", "squares"]
NAMES = ("log_a", "log_b", "floor", "alpha", "beta")
#: Exponents searched; the published ones lie between .2 and .5.
_EXPONENTS = (0.01, 3.0)
#: Logs below the lowest loss at which a power, and the floor, count as nothing.
_NOTHING = (15.0, 10.0)
_TOLERANCE = 1e-8
_STEPS = 1000
#: Degrees of freedom below which an interval from draws of runs is not to be relied on.
_FEWEST_DOF = 5
_METHOD = "expanded percentile bootstrap"
_WHY_NO_INTERVAL = "no interval: fitted without draws of runs (n_resamples=0)"


@dataclass(frozen=True, eq=False)
class LossFit:
    """A fitted law and what the runs say of it; made by `fit_loss_law`.

    Parameters
    ----------
    law : LossLaw
        The estimate.
    loss : {"huber", "squares"}
    objective : float
        What was made small, at the estimate.
    n : int
        Runs.
    n_drawn : int
        What was drawn for the intervals: runs, or clusters of them.
    tied : bool
        Whether one exponent served both powers.
    status : {"ok", "limited", "undetermined"}
        ``undetermined`` where the runs leave an exponent or a power open: forecasts between the runs stand,
        the split of a budget does not.
    notes : tuple of str
    intervals : dict of str to Interval
        Of a, b, floor, alpha and beta; empty without draws.
    draws : ndarray, shape (n_resamples, 5)
        Log a, log b, floor, alpha and beta of the law fitted to each draw of runs.
    residuals : ndarray, shape (n,)
        Log loss over that of the law.
    runs : Runs
    level : float
        Of the intervals.
    """

    law: LossLaw
    loss: Loss
    objective: float
    n: int
    n_drawn: int
    tied: bool
    status: Status
    notes: tuple[str, ...]
    intervals: dict[str, Interval]
    draws: FloatArray = field(repr=False)
    residuals: FloatArray = field(repr=False)
    runs: Runs = field(repr=False)
    level: float = 0.95

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance of log a, log b, floor, alpha and beta over the draws of runs; NaN without draws."""
        held = np.cov(self.draws.T) if len(self.draws) > 1 else np.full((5, 5), np.nan)
        return pd.DataFrame(held, index=NAMES, columns=NAMES)

    def predict(self, params: ArrayLike, tokens: ArrayLike, *, level: float = 0.95,
                of: Literal["run", "law"] = "run") -> pd.DataFrame:
        """Loss expected at other sizes and token counts.

        Parameters
        ----------
        params, tokens : array-like
            Places, one length or one number.
        level : float
        of : {"run", "law"}
            Whether the interval shall hold the loss of one further run, scatter included, or the law's.

        Returns
        -------
        DataFrame
            One row a place: params, tokens, loss, low, high (NaN without draws), ``inside`` (within the
            convex hull of the runs in log parameters and log tokens) and ``status``: that of the fit,
            ``limited`` outside, and outside an undetermined fit ``undetermined``.

        Raises
        ------
        InputError
            On sizes or tokens that are not positive, or a level outside (0, 1).
        """
        share = confidence_level(level)
        n, d = (np.atleast_1d(v).ravel() for v in broadcast(params=sizes("params", params),
                                                            tokens=sizes("tokens", tokens)))
        if of not in ("run", "law"):
            raise InputError(f"of must be 'run' or 'law', got {of!r}.")
        loss, inside = self.law(n, d), self.runs.inside(n, d)
        low = high = np.full(len(n), np.nan)
        if len(self.draws):
            drawn = self.drawn(n, d, scattered=of == "run")
            low, high = percentile_ends(drawn, loss, share, self.n_drawn, 5 - self.tied)
        inner = "limited" if self.status == "undetermined" else self.status
        outer = "undetermined" if self.status == "undetermined" else "limited"
        return pd.DataFrame({"params": n, "tokens": d, "loss": loss, "low": low, "high": high,
                             "inside": inside, "status": np.where(inside, inner, outer)})

    def optimal(self, train_flops: float, *, level: float = 0.95) -> Result:
        """Tokens per parameter with the lowest loss at a budget of 6 * params * tokens FLOPs.

        Raises
        ------
        InputError
            Where the runs leave an exponent or a power open, so that no split can be told.
        """
        budget, share = positive("train_flops", train_flops), confidence_level(level)
        if self.status == "undetermined":
            raise InputError(f"tokens per parameter cannot be told from these runs: {self.notes[0]}.")
        best = self.law.tokens_per_parameter(budget)
        size = math.sqrt(budget / 6 / best)
        notes: tuple[str, ...] = ()
        low, high = self.runs.budgets
        if not low <= budget * (1 + 1e-9) or not budget <= high * (1 + 1e-9):
            notes = (f"the runs spent {low:.3g} to {high:.3g} FLOPs: for {budget:.3g}, and {size:.3g} "
                     "parameters, the law is carried on",)
        if not len(self.draws):
            return Result(best, None, self.n, "limited", (*notes, _WHY_NO_INTERVAL))
        ratios = log_ratio(self.draws[:, [0, 1, 3, 4]], budget)[:, None]
        ends = percentile_ends(ratios, np.array([math.log(best)]), share, self.n_drawn, 5 - self.tied)
        first, last = (math.exp(float(end[0])) for end in ends)
        interval = Interval(first, last, share, _METHOD)
        return Result.with_interval(best, interval, self.n, notes)

    def drawn(self, params: FloatArray, tokens: FloatArray, *, scattered: bool) -> FloatArray:
        """Loss of each drawn law, or of one run under each, shape (n_resamples, places)."""
        log_a, log_b, floor, alpha, beta = (v[:, None] for v in self.draws.T)
        loss = floor + np.exp(log_a - alpha * np.log(params)) + np.exp(log_b - beta * np.log(tokens))
        return np.asarray(loss * np.exp(self._scatter())[:, None] if scattered else loss)

    def _scatter(self) -> FloatArray:
        """One log residual a draw, widened for the numbers that were fitted to them."""
        wide = self.residuals * math.sqrt(self.n / max(self.n - 5 + self.tied, 1))
        picked = np.random.default_rng(len(self.draws)).random(len(self.draws)) * self.n
        return np.asarray(wide[picked.astype(np.int64)])


@checked
def fit_loss_law(params: ArrayLike, tokens: ArrayLike, loss: ArrayLike, *, method: Loss = "huber",
                 delta: float = DELTA, tied: bool = False, n_resamples: int = 400,
                 clusters: ArrayLike | None = None, level: float = 0.95, seed: int = 0) -> LossFit:
    """Fit loss = floor + a params^-alpha + b tokens^-beta to runs.

    Parameters
    ----------
    params : array-like, shape (n,)
        Parameters of each run.
    tokens : array-like, shape (n,)
        Tokens of each run.
    loss : array-like, shape (n,)
        Nats per token, or bits per byte; the floor has the same unit.
    method : {"huber", "squares"}
        Huber's loss on log residuals (Hoffmann et al. 2022, equation 3; Besiroglu et al. 2024), which no
        single run can sway, or their squares.
    delta : float
        Log residual beyond which Huber's loss is a line.
    tied : bool
        One exponent for both powers.
    n_resamples : int
        Draws of runs for the intervals; 0 for none.
    clusters : array-like, shape (n,), optional
        Runs that are drawn together, e.g. the checkpoints of one training.
    level : float
    seed : int
        Same seed, same intervals.

    Returns
    -------
    LossFit

    Raises
    ------
    InputError
        On numbers that are not positive and finite; on fewer than six different runs, too few sizes or
        token counts, or runs along one line of tokens against parameters, which cannot tell the law.

    Notes
    -----
    Every start of a grid is followed to the bottom with analytic gradients. Intervals are percentiles over
    draws of runs, taken further out by as much as a t interval exceeds a normal one and by
    sqrt(n / (n - k)) (the expanded percentile interval of Hesterberg 2015).

    Examples
    --------
    >>> size, data = (v.ravel() for v in np.meshgrid([1e8, 4e8, 1.6e9], [2e9, 8e9, 3.2e10]))
    >>> found = fit_loss_law(size, data, LossLaw(400, 2000, 1.8, 0.35, 0.37)(size, data), n_resamples=0)
    >>> round(found.law.floor, 3), round(found.law.alpha, 3)
    (1.8, 0.35)
    """
    bend = positive("delta", delta) if method == "huber" else math.inf
    share, one = confidence_level(level), switch("tied", tied)
    draws = count("n_resamples", n_resamples, maximum=MOST_RESAMPLES)
    start = count("seed", seed)
    runs = check_runs(params, tokens, loss, tied=one)
    codes = group_codes(clusters, len(runs.y))
    theta, objective, arrived = _search(LawProblem.of(runs, np.ones((1, len(runs.y))), bend, one),
                                        _starts(runs, one))
    residuals = LawProblem.of(runs, np.ones((1, len(runs.y))), bend, one).residuals(theta[None])[0][0]
    drawn, ends = np.empty((0, 5)), np.empty((0, len(theta)))
    if draws:
        weight = cluster_weights(codes, len(runs.y), draws, start).astype(np.float64)
        ends = _from_optimum(runs, weight, bend, one, theta)
        drawn = _constants(runs, ends)
    values = _constants(runs, theta[None])[0]
    law = LossLaw(math.exp(values[0]), math.exp(values[1]), *map(float, values[2:]))
    groups = int(codes.max()) + 1
    intervals = _intervals(values, drawn, share, groups, 5 - one)
    status, notes = _doubts(runs, theta, ends, one, arrived, share, clustered=clusters is not None,
                            groups=groups)
    return LossFit(law, method, objective, len(runs.y), groups, one, status, notes, intervals, drawn,
                   residuals, runs, share)


def percentile_ends(drawn: FloatArray, estimate: FloatArray, level: float, n: int,
                    k: int) -> tuple[FloatArray, FloatArray]:
    """Ends of the expanded percentile interval of each column of draws; they hold the estimate.

    Parameters
    ----------
    drawn : ndarray, shape (B, places)
    estimate : ndarray, shape (places,)
    level : float
    n, k : int
        Runs, or clusters of them, and numbers fitted.
    """
    from scipy import special

    dof = max(n - k, 1)
    tail = float(special.ndtr(math.sqrt(n / dof) * special.stdtrit(dof, (1 - level) / 2)))
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)


def _starts(runs: Runs, tied: bool) -> FloatArray:
    """A grid of shares of the lowest loss, and of exponents."""
    least = float(runs.y.min())
    exponents = (0.15, 0.4, 1.0)
    pairs = [(a,) for a in exponents] if tied else list(product(exponents, exponents))
    return np.array([[least + math.log(p), least + math.log(q), least + math.log(f), *e]
                     for p, q, f in product((0.05, 0.3), (0.05, 0.3), (0.3, 0.8)) for e in pairs])


def _box(runs: Runs, tied: bool) -> tuple[FloatArray, FloatArray]:
    least, most = float(runs.y.min()), float(runs.y.max())
    exponents = 2 - tied
    return (np.array([least - _NOTHING[0], least - _NOTHING[0], least - _NOTHING[1],
                      *[_EXPONENTS[0]] * exponents]),
            np.array([most + 1, most + 1, least + 0.1, *[_EXPONENTS[1]] * exponents]))


def _search(problem: LawProblem, starts: FloatArray) -> tuple[FloatArray, float, bool]:
    """The best of all starts of one problem, its objective, and whether the search came to rest."""
    runs = Runs(problem.n, problem.d, problem.y[0], 0.0, 0.0)
    rows = np.zeros(len(starts), dtype=np.int64)
    found, value, arrived = minimise(problem, starts, *_box(runs, problem.tied), rows, steps=_STEPS,
                                     tolerance=_TOLERANCE)
    level = value <= value.min() * (1 + 1e-9) + 1e-18
    best = int(np.argmax(level))  # of equal bottoms the first, whatever the processor
    return found[best], float(value[best]), bool((arrived & level).any())


def _from_optimum(runs: Runs, weight: FloatArray, delta: float, tied: bool, theta: FloatArray) -> FloatArray:
    """The law under each row of weights, sought from the optimum of all runs."""
    low, high = _box(runs, tied)
    problem = LawProblem.of(runs, weight, delta, tied)
    starts = np.broadcast_to(theta, (len(weight), len(theta))).copy()
    return minimise(problem, starts, low, high, np.arange(len(weight)), steps=200, tolerance=1e-5)[0]


def _constants(runs: Runs, theta: FloatArray) -> FloatArray:
    """Log a, log b, floor, alpha and beta of rows of searched parameters."""
    alpha, beta = theta[:, 3], theta[:, -1]
    return np.column_stack([theta[:, 0] + alpha * runs.n0, theta[:, 1] + beta * runs.d0, np.exp(theta[:, 2]),
                            alpha, beta])


def _intervals(values: FloatArray, drawn: FloatArray, level: float, n: int, k: int) -> dict[str, Interval]:
    if not len(drawn):
        return {}
    low, high = percentile_ends(drawn, values, level, n, k)
    made = {}
    for i, name in enumerate(NAMES):
        ends = (math.exp(low[i]), math.exp(high[i])) if name.startswith("log_") else (low[i], high[i])
        made[name.removeprefix("log_")] = Interval(float(ends[0]), float(ends[1]), level, _METHOD)
    return made


def _doubts(runs: Runs, theta: FloatArray, ends: FloatArray, tied: bool, arrived: bool, level: float, *,
            clustered: bool, groups: int) -> tuple[Status, tuple[str, ...]]:
    """Status and notes: what the estimate, or more of the draws than one tail holds, leaves open."""
    low, high = _box(runs, tied)
    every = np.vstack([theta, ends])
    words = ("the power of parameters", "the power of tokens", "the floor",
             *(["the exponent"] if tied else ["alpha", "beta"]))
    open_: list[str] = []
    notes: list[str] = []
    for i, word in enumerate(words):
        at = (every[:, i] <= low[i] + 1e-3) | (every[:, i] >= high[i] - 1e-3)
        if not (at[0] or at[1:].mean() > (1 - level) / 2 if len(ends) else at[0]):
            continue
        if i == 2:
            notes.append("the floor cannot be told from 0, or from the lowest loss")
        else:
            open_.append(f"the runs leave {word} open")
    if not arrived:
        notes.append("the search has not come to rest at the best law it found")
    dof = groups - len(theta)
    if len(ends) and dof < _FEWEST_DOF:
        what = "clusters" if clustered else "runs"
        notes.append(f"{groups} {what} for {len(theta)} numbers are too few for intervals that hold")
    if not len(ends):
        notes.append(_WHY_NO_INTERVAL)
    status: Status = "undetermined" if open_ else "limited" if notes else "ok"
    return status, (*open_, *notes)
