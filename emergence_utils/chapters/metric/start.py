"""Which of two scores starts to rise first along a ladder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..._clusters import from_clusters
from ...curves import Logistic, fit, fit_many
from ...errors import InputError
from ...measures import KinkResult
from ...resample import cluster_weights
from ...results import Interval, Result

__all__ = ["kink_by_p", "lead"]

Array = NDArray[np.float64]
#: A rise from nothing to a ceiling of its own.
_RISE = Logistic(floor=0.0)


def lead(x: ArrayLike, hard: ArrayLike, soft: ArrayLike, *, share: float = 0.1,
         clusters: ArrayLike | None = None, level: float = 0.95, n_resamples: int = 200,
         seed: int = 0) -> Result:
    """How much earlier the soft score starts to rise than the hard one, in units of x.

    Each score is scaled to its largest value and fitted by a logistic curve from 0 with a free
    ceiling; the onset is where the curve has made `share` of its own rise. Positive: the soft
    score moves first.

    Parameters
    ----------
    x : array-like, shape (n,)
        Log-scale.
    hard, soft : array-like, shape (n,)
        Scores of the same models, both zero where nothing works.
    share : float
        Part of the rise that counts as its start.
    clusters : array-like, shape (n,), optional
        Families, drawn whole in the bootstrap.

    Returns
    -------
    Result
        ``limited`` where a fit is, with what it says of itself; where draws had to be left out; or
        where all draws agree.
    """
    xa, ha = _pair(x, hard, 8)
    _, sa = _pair(x, soft, 8)
    if not 0 < share < 1:
        raise InputError(f"share must lie in (0, 1), got {share}.")
    if n_resamples < 1:
        raise InputError(f"n_resamples must be at least 1, got {n_resamples}.")
    # the models as they are, then bootstrap samples of them, as weights
    times = np.vstack([np.ones(len(xa)), cluster_weights(clusters, len(xa), n_resamples, seed)])
    draws = _starts(xa, ha, times, share) - _starts(xa, sa, times, share)
    estimate, again = float(draws[0]), draws[1:][np.isfinite(draws[1:])]
    if not np.isfinite(estimate) or not len(again):
        raise InputError("hard and soft must each rise above zero, over at least three values of x.")
    fits = {name: fit(_RISE, xa, y / y.max()) for name, y in (("hard", ha), ("soft", sa))}
    notes = [f"{name} score: {note}" for name, found in fits.items() for note in found.notes]
    lost = len(draws) - 1 - len(again)
    if lost:
        notes.append(f"{lost} of {len(draws) - 1} resamples cannot determine the curves and are left out")
    method = "bootstrap" if clusters is None else "cluster bootstrap"
    interval = Interval.of_draws(again, estimate, level, method)
    if interval.width == 0:
        notes.append("all resamples agree; the width 0 is not precision")
    found = Result(estimate, interval, len(xa), "limited" if notes else "ok", tuple(notes))
    return from_clusters(found, clusters)


def kink_by_p(found: KinkResult) -> KinkResult:
    """The same answer with the p of smooth curves as its number, which is there whatever the answer."""
    note = f"p of smooth curves; p of two lines {found.p_broken:.2f}; a test, nothing is estimated"
    return replace(found, estimate=found.p_value, interval=None, status="ok", notes=(note,))


def _starts(x: Array, y: Array, times: Array, share: float) -> Array:
    """Where the rise begins in each sample, shape (b,); NaN in one where nothing works."""
    tops = np.where(times > 0, y, 0.0).max(axis=1)
    known = (tops > 0) & np.array([len(np.unique(x[t > 0])) >= len(_RISE.parameters) for t in times])
    starts = np.full(len(times), np.nan)
    if known.any():
        begin = _around(fit_many(_RISE, x, y[None] / y.max())[0][0], float(np.ptp(x)))
        params, _ = fit_many(_RISE, x, y / tops[known, None], weights=times[known], starts=begin)
        middle, scale = params[:, 0], np.exp(params[:, 1]) / (2 * np.log(9))
        starts[known] = middle + scale * np.log(share / (1 - share))
    return starts


def _around(optimum: Array, span: float) -> Array:
    """Starts about the optimum of all models: where a bootstrap sample may have its own, shape (s, 3)."""
    middle, width, top = optimum
    return np.array([[middle + shift * span, width + wider, top]
                     for shift in (0.0, -0.2, 0.1) for wider in (0.0, -1.5)])


def _pair(x: ArrayLike, y: ArrayLike, least: int) -> tuple[Array, Array]:
    xa, ya = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if xa.shape != ya.shape or xa.ndim != 1 or len(xa) < least:
        raise InputError(f"x and y must be of one length, at least {least}; got {xa.shape} and {ya.shape}.")
    if not (np.isfinite(xa).all() and np.isfinite(ya).all()):
        raise InputError("x and y must be finite numbers; leave missing scores out and say so.")
    return xa, ya
