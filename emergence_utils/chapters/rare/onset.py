"""When will a problem begin to be solved? Interval forecasts from small models alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from ..._checks import fraction
from ..._typed import checked
from ...errors import InputError
from ...intervals import binomial, bootstrap
from ...results import Result
from ._wide import Array, wide

__all__ = ["forecast_onsets", "onset_results"]

#: Log10 rates at the middle of the small models, rates of growth (decades per decade of size), and
#: scatter of one model about a problem's line, in decades, that are tried.
_LEVELS, _GROWTHS = np.linspace(-7, -0.5, 66), np.linspace(-3, 6, 61)
_SCATTERS = (0.2, 0.3, 0.4, 0.5, 0.6)
_NODES, _MASS = np.polynomial.hermite_e.hermegauss(9)
_MASS = _MASS / _MASS.sum()
#: Log10 rates over which is summed, as fine as what ten thousand tries tell apart.
_FINE = np.linspace(-12, 0, 1201)
#: Decades beyond the smallest model at which an interval is cut off: no such model will be built.
_FAR = 12.0


@checked
def forecast_onsets(table: pd.DataFrame, *, known: int = 4, threshold: float = 0.01,
                    level: float = 0.95, inner: float = 0.5) -> pd.DataFrame:
    r"""Forecast of the size at which a try solves a problem with a given chance, without sight of that size.

    For problem i and model of size N, :math:`\log_{10} p_i = a_i + b_i \log_{10} N + e`, with (a, b)
    drawn from a normal population and e, normal, from model to model. Population and scatter are
    estimated by maximum likelihood of the counts of the `known` smallest models alone; each problem's
    interval is that of its onset given its own counts.

    Parameters
    ----------
    table : DataFrame
        Table by item; one task and checkpoint.
    known : int
        Smallest models that are seen, at least 3.
    threshold : float
        Chance of success that makes the onset. Problems that a known model solves so often are left out.
    level, inner : float
        Of the interval, and of a narrower one that shows whether the wide one is needed.

    Returns
    -------
    DataFrame
        item, onset (parameters, between sizes by a line in logarithms; infinite where no model gets
        there), low, high, ``covered`` (True where the onset lies in the interval; an onset beyond the
        largest model does where the interval reaches beyond it), ``width`` (decades of size); the same with
        the suffix ``_inner``; ``cut`` (True where the upper end is cut off, 12 decades beyond the smallest
        model).

    Raises
    ------
    InputError
        If fewer than 3 models are known or none is left to be forecast.
        If `threshold` does not lie between 0 and 1, or every problem passes it early.
    """
    fraction("threshold", threshold, low=False, high=False)
    w = wide(table)
    if not 3 <= known < len(w.models):
        raise InputError(f"known must lie between 3 and {len(w.models) - 1}, got {known}.")
    x = np.log10(w.params)
    flat = (w.correct[:, :known] / w.n[:, :known] < threshold).all(axis=1)
    if not flat.any():
        raise InputError(f"threshold={threshold:g}: no problem stays below it in the {known} smallest.")
    centre = float(x[:known].mean())
    posterior, scatter = _population(x[:known] - centre, w.n[flat, :known], w.correct[flat, :known])
    a, b = (g.ravel() for g in np.meshgrid(_LEVELS, _GROWTHS, indexing="ij"))
    far = float(x[0]) + _FAR
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(b > 0, centre + (np.log10(threshold) - a) / b, far)
        wide_of = np.where(b > 0, scatter / np.abs(b), 0.0)
    # the size at which a model with its own luck passes, never among those already seen
    points = np.clip(reach[:, None] + wide_of[:, None] * _NODES, x[known - 1], far).ravel()
    order = np.argsort(points, kind="stable")
    rows = []
    seen = _onsets(x, w.n[flat], w.correct[flat], threshold)
    for i, item in enumerate(np.asarray(w.items)[flat]):
        mass = np.cumsum((posterior[i][:, None] * _MASS).ravel()[order])
        row = {"item": item, "onset": 10 ** seen[i]}
        for share, suffix in ((level, ""), (inner, "_inner")):
            low, high = (float(points[order][np.searchsorted(mass, q * mass[-1])])
                         for q in ((1 - share) / 2, (1 + share) / 2))
            covered = high > x[-1] if np.isinf(seen[i]) else low <= seen[i] <= high
            row |= {f"low{suffix}": 10**low, f"high{suffix}": 10**high, f"covered{suffix}": bool(covered),
                    f"width{suffix}": high - low}
        rows.append(row | {"cut": bool(np.isclose(row["width"] + np.log10(row["low"]), far))})
    return pd.DataFrame(rows)


def onset_results(onsets: pd.DataFrame, *, seed: int = 0) -> dict[str, Result]:
    """Share of missed onsets, and the median width of the intervals, for the rule of C57.

    Returns
    -------
    dict
        "often wrong" and "too wide"; n counts problems. Notes name ties at the median and ends that are cut
        off.
    """
    wide = bootstrap(np.median, onsets["width"], n_resamples=1000, seed=seed)
    ties = int(np.isclose(onsets["width"], wide.estimate).sum())
    notes = (f"{ties} of {len(onsets)} problems share the median interval",
             f"{int(onsets['cut'].sum())} ends are cut off {_FAR:g} decades beyond the smallest model")
    return {"often wrong": binomial(int((~onsets["covered"]).sum()), len(onsets)),
            "too wide": replace(wide, notes=(*wide.notes, *notes))}


def _population(x: Array, n: Array, correct: Array) -> tuple[Array, float]:
    """Posterior of (level, growth) of each problem on the grid, and the scatter that the counts like best."""
    best: tuple[float, Array, float] | None = None
    a, b = (g.ravel() for g in np.meshgrid(_LEVELS, _GROWTHS, indexing="ij"))
    for scatter in _SCATTERS:
        like = _likelihood(x, n, correct, scatter)
        weight, posterior = np.full(len(a), 1 / len(a)), like
        for _ in range(60):
            joint = like * weight
            posterior = joint / joint.sum(axis=1, keepdims=True)
            total = posterior.mean(axis=0)
            mean = np.array([total @ a, total @ b])
            da, db = a - mean[0], b - mean[1]
            cov = np.array([[total @ da**2, total @ (da * db)], [total @ (da * db), total @ db**2]])
            cov += np.diag([0.01, 0.01])  # never narrower than the grid
            inverse = np.linalg.inv(cov)
            square = inverse[0, 0] * da**2 + 2 * inverse[0, 1] * da * db + inverse[1, 1] * db**2
            weight = np.exp(-square / 2)
            weight /= weight.sum()
        marginal = float(np.log((like * weight).sum(axis=1)).sum()) + _taken_out(x, n, correct, scatter)
        if best is None or marginal > best[0]:
            best = (marginal, posterior, scatter)
    assert best is not None
    return best[1], best[2]


def _taken_out(x: Array, n: Array, correct: Array, scatter: float) -> float:
    """What `_likelihood` took out of each problem, so that it stays a number: the sum of its logarithms."""
    return float(_log_likelihood(x, n, correct, scatter).max(axis=1).sum())


def _likelihood(x: Array, n: Array, correct: Array, scatter: float) -> Array:
    log = _log_likelihood(x, n, correct, scatter)
    return np.asarray(np.exp(log - log.max(axis=1, keepdims=True)))


def _log_likelihood(x: Array, n: Array, correct: Array, scatter: float) -> Array:
    """Shape (items, grid): counts of all known models, each with its own scatter about the line."""
    out = np.zeros((len(n), len(_LEVELS) * len(_GROWTHS)))
    p = np.minimum(10.0**_FINE, 1 - 1e-9)
    kernel = np.exp(-(((_FINE[:, None] - _FINE) / scatter) ** 2) / 2)
    kernel /= kernel.sum(axis=0)
    for j, place in enumerate(x):
        line = np.clip((_LEVELS[:, None] + _GROWTHS * place).ravel(), _FINE[0], _FINE[-1])
        c, m = correct[:, j, None], n[:, j, None]
        log = special.xlogy(c, p) + special.xlog1py(m - c, -p)
        top = log.max(axis=1)
        smooth = np.log(np.exp(log - top[:, None]) @ kernel + 1e-300) + top[:, None]
        out += np.array([np.interp(line, _FINE, row) for row in smooth])
    return out


def _onsets(x: Array, n: Array, correct: Array, threshold: float) -> Array:
    """Log10 size of the first crossing, infinite without one; rates as (c + 1/2) / (n + 1)."""
    rate, goal = np.log10((correct + 0.5) / (n + 1)), np.log10(threshold)
    out = np.full(len(n), np.inf)
    for i, r in enumerate(rate):
        over = np.flatnonzero(r >= goal)
        if len(over):
            j = int(over[0])
            out[i] = x[j - 1] + (x[j] - x[j - 1]) * (goal - r[j - 1]) / (r[j] - r[j - 1]) if j else x[0]
    return out
