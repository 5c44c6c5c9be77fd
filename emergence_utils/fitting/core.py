"""The fit itself: likelihood, optimiser, and what a fitted curve knows about itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize
from threadpoolctl import ThreadpoolController

from ..curves import Array, Curve, Isotonic, Step
from ..errors import InputError
from ..results import Interval, Status

__all__ = ["Fit", "check_points", "maximise"]


@dataclass(frozen=True)
class Fit:
    """A fitted curve.

    Parameters
    ----------
    curve : Curve
        The family.
    params : dict of str to float
        Maximum-likelihood values.
    log_likelihood : float
        Binomial without the constant term, or Gaussian with the variance profiled out.
    k : int
        Number of estimated quantities, the Gaussian variance included.
    n : int
        Number of models (points).
    n_observations : int
        Independent observations in the likelihood: items under the binomial, else points.
    domain : tuple of float
        Smallest and largest x the fit has seen.
    status : {"ok", "limited", "undetermined", "failed"}
    notes : tuple of str
    intervals : dict of str to Interval
        Of the parameters; empty unless `fit` was asked for resamples.
    """

    curve: Curve
    params: dict[str, float]
    log_likelihood: float
    k: int
    n: int
    n_observations: int
    domain: tuple[float, float]
    status: Status
    notes: tuple[str, ...]
    intervals: dict[str, Interval] = field(default_factory=dict)

    def predict(self, x: ArrayLike) -> Array:
        """Values of the fitted curve at `x`; outside `domain` this is an extrapolation."""
        theta = np.array(list(self.params.values()))
        return self.curve(np.asarray(x, dtype=float), theta)

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for small samples; infinite where there are too few (Burnham 2002)."""
        spare = self.n_observations - self.k - 1
        if spare <= 0:
            return math.inf
        return 2 * self.k - 2 * self.log_likelihood + 2 * self.k * (self.k + 1) / spare


def maximise(curve: Curve, xa: Array, ya: Array, n: Array | None) -> Fit:
    """Maximum-likelihood fit of points already checked."""
    if isinstance(curve, Isotonic):
        return _isotonic(curve, xa, ya, n)
    if len(np.unique(xa)) < len(curve.parameters):
        note = f"{len(np.unique(xa))} distinct scales cannot determine {len(curve.parameters)} parameters."
        return Fit(curve, dict.fromkeys(curve.parameters, math.nan), math.nan, len(curve.parameters),
                   len(xa), len(xa), (float(xa.min()), float(xa.max())), "undetermined", (note,))

    def losses(thetas: Array) -> Array:
        """Loss of each row of parameters, shape (m,)."""
        mu = curve(xa, thetas.T[:, :, None])
        if n is None:
            return np.asarray(np.sum((ya - mu) ** 2, axis=1))
        p = np.clip(mu, 1e-9, 1 - 1e-9)
        return np.asarray(-np.sum(n * (ya * np.log(p) + (1 - ya) * np.log1p(-p)), axis=1))

    best, value, converged = _minimise(curve, losses, xa, ya)
    k = len(curve.parameters) + (n is None)
    observations = len(xa) if n is None else int(np.rint(n.sum()))
    log_lik = -value if n is not None else -0.5 * len(xa) * (math.log(max(value, 1e-300) / len(xa)) + 1
                                                        + math.log(2 * math.pi))
    notes = [] if converged else ["the optimiser did not report convergence"]
    notes += _at_bounds(curve, best, xa, ya)
    status: Status = "ok" if converged and not notes else "limited"
    return Fit(curve, dict(zip(curve.parameters, map(float, best), strict=True)), log_lik, k, len(xa),
               observations, (float(xa.min()), float(xa.max())), status, tuple(notes))


def _isotonic(curve: Isotonic, x: Array, y: Array, n: Array | None) -> Fit:
    knots, where = np.unique(x, return_inverse=True)
    weight = np.bincount(where, weights=np.ones_like(x) if n is None else n)
    mean = np.bincount(where, weights=y * (1 if n is None else n)) / weight
    levels = optimize.isotonic_regression(mean, weights=weight, increasing=curve.increasing).x
    done = Isotonic(curve.increasing, tuple(map(float, knots)), tuple(map(float, levels)))
    mu = done(x, np.array([]))
    if n is None:
        rss = float(np.sum((y - mu) ** 2))
        log_lik = -0.5 * len(x) * (math.log(max(rss, 1e-300) / len(x)) + 1 + math.log(2 * math.pi))
    else:
        p = np.clip(mu, 1e-9, 1 - 1e-9)
        log_lik = float(np.sum(n * (y * np.log(p) + (1 - y) * np.log1p(-p))))
    k = len(np.unique(levels)) + (n is None)
    observations = len(x) if n is None else int(np.rint(n.sum()))
    return Fit(done, {}, log_lik, k, len(x), observations, (float(x.min()), float(x.max())), "ok", ())


def _minimise(curve: Curve, losses: Callable[[Array], Array], x: Array,
              y: Array) -> tuple[Array, float, bool]:
    starts = np.array(curve.starts(x, y))
    if isinstance(curve, Step):  # means per side are exact; nothing is left to search
        values = losses(starts)
        return starts[values.argmin()], float(values.min()), True
    bounds = curve.bounds(x, y)
    lo = np.array([-np.inf if b[0] is None else b[0] for b in bounds])
    hi = np.array([np.inf if b[1] is None else b[1] for b in bounds])
    starts = np.clip(starts, lo, hi)

    def with_gradient(theta: Array) -> tuple[float, Array]:
        h = 1e-6 * (1 + np.abs(theta))
        up, down = np.minimum(theta + h, hi), np.maximum(theta - h, lo)
        k = len(theta)
        rows = np.tile(theta, (2 * k + 1, 1))
        rows[np.arange(k), np.arange(k)] = up
        rows[np.arange(k, 2 * k), np.arange(k)] = down
        values = losses(rows)
        return float(values[-1]), (values[:k] - values[k:-1]) / (up - down)

    # problems of a few parameters: BLAS threads only wait for each other (20 times slower on 2 cores)
    with _blas().limit(limits=1, user_api="blas"):
        runs = [optimize.minimize(with_gradient, starts[i], jac=True, method="L-BFGS-B", bounds=bounds,
                                  options={"ftol": 1e-13, "gtol": 1e-9, "maxiter": 1000})
                for i in losses(starts).argsort(kind="stable")[:2]]
    best = min(runs, key=lambda r: float(r.fun))
    # "abnormal" line searches end runs that cannot improve further; another start agrees then
    agree = sum(r.fun - best.fun < 1e-6 * (1 + abs(best.fun)) for r in runs) > 1
    return np.asarray(best.x, dtype=float), float(best.fun), bool(best.success or agree)


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def _at_bounds(curve: Curve, theta: Array, x: Array, y: Array) -> list[str]:
    notes = []
    for name, value, (lo, hi) in zip(curve.parameters, theta, curve.bounds(x, y), strict=True):
        ends = [b for b in (lo, hi) if b is not None]
        if any(abs(value - b) < 1e-4 * (1 + abs(b)) for b in ends):
            notes.append(f"parameter '{name}' is at the edge of its range ({value:.4g})")
    return notes


def check_points(x: ArrayLike, y: ArrayLike,
                 n_examples: ArrayLike | None) -> tuple[Array, Array, Array | None]:
    """The points as arrays of one length, finite, fractions where items are counted."""
    xa, ya = np.atleast_1d(np.asarray(x, dtype=float)), np.atleast_1d(np.asarray(y, dtype=float))
    if xa.shape != ya.shape or xa.ndim != 1:
        raise InputError(f"x and y must be one-dimensional of one length, got {xa.shape} and {ya.shape}.")
    if len(xa) < 2:
        raise InputError(f"a fit needs at least two points, got {len(xa)}.")
    for name, a in (("x", xa), ("y", ya)):
        if not np.isfinite(a).all():
            i = int(np.flatnonzero(~np.isfinite(a))[0])
            raise InputError(f"{name}[{i}] is {a[i]}; accepted are finite numbers.")
    if n_examples is None:
        return xa, ya, None
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), xa.shape)
    if not (np.isfinite(n).all() and (n > 0).all()):
        raise InputError("n_examples must be positive numbers, one per score.")
    if ((ya < 0) | (ya > 1)).any():
        i = int(np.flatnonzero((ya < 0) | (ya > 1))[0])
        raise InputError(f"y[{i}] is {ya[i]}; with n_examples the scores must be fractions in [0, 1].")
    return xa, ya, n
