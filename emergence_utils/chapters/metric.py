"""Is it the metric? Score curves made from a smooth loss, and two scores of the same outputs compared.

The curves are simulations; nothing about them is a measurement.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..curves import Logistic, fit, fit_many
from ..errors import InputError
from ..ladders import Ladder
from ..measures import breakthroughness, largest_jump, linearity
from ..resample import cluster_weights
from ..results import Interval, Result
from .three_forecasters import extrapolate

__all__ = ["argmax_accuracy", "chain_accuracy", "chain_rise_width", "contrast_metrics", "forecast_largest",
           "half_accuracy_scale", "lead"]

Array = NDArray[np.float64]


def chain_accuracy(scale: ArrayLike, c: float, exponent: float, length: ArrayLike = 1) -> Array:
    r"""Probability that all of `length` independent tokens are right, :math:`e^{-L (N/c)^{-a}}`.

    The closed form of Schaeffer et al. (2023, sec. 2), for sampled answers and a loss that is the
    same for every token: :math:`(N/c)^{-a}` nats, with a > 0 (they write alpha = -a).

    Parameters
    ----------
    scale : array-like
        Parameters N, or any other measure of scale.
    c : float
        Scale at which the loss is one nat.
    exponent : float
        a.
    length : array-like
        L.

    Examples
    --------
    >>> round(float(chain_accuracy(1.0, c=1.0, exponent=0.5, length=1)), 4)
    0.3679
    """
    if c <= 0 or exponent <= 0:
        raise InputError(f"c and exponent must be positive, got {c} and {exponent}.")
    return np.exp(-np.asarray(length) * (np.asarray(scale, dtype=float) / c) ** -exponent)


def half_accuracy_scale(c: float, exponent: float, length: float = 1) -> float:
    r"""Scale at which `chain_accuracy` is one half, :math:`c\,(L/\ln 2)^{1/a}`.

    Examples
    --------
    >>> [round(half_accuracy_scale(1, 0.5, L), 3) for L in (1, 2, 5, 10)]
    [2.081, 8.325, 52.034, 208.137]
    """
    return float(c * (length / np.log(2)) ** (1 / exponent))


def chain_rise_width(exponent: float, low: float = 0.1, high: float = 0.9) -> float:
    r"""Decades of scale in which `chain_accuracy` rises from `low` to `high`.

    :math:`\log_{10}(\ln low / \ln high) / a`: the length of the answer does not enter.

    Examples
    --------
    >>> round(chain_rise_width(0.5), 3), round(chain_rise_width(0.076), 1)
    (2.679, 17.6)
    """
    if not 0 < low < high < 1:
        raise InputError(f"need 0 < low < high < 1, got {low} and {high}.")
    return float(np.log10(np.log(low) / np.log(high)) / exponent)


def argmax_accuracy(p_correct: ArrayLike, n_choices: int, spread: float, *, n_items: int = 20_000,
                    seed: int = 0) -> Array:
    """Multiple-choice accuracy of a model whose log-probabilities drift smoothly.

    The correct option leads each wrong one by ``log(p / ((1 - p) / (k - 1)))`` on average, and
    every option of every item deviates from that by a normal draw. With no spread all items flip
    at once and accuracy is a step; with spread it is a smooth curve that passes 1 / k where
    p = 1 / k.

    Parameters
    ----------
    p_correct : array-like, shape (m,)
        Probability of the correct option for an item at the mean, per model.
    n_choices : int
        Options per item (k).
    spread : float
        Standard deviation of an option's log-probability over items, in nats.
    n_items, seed : int
        Size and seed of the simulated test.

    Returns
    -------
    ndarray, shape (m,)
    """
    p = np.atleast_1d(np.asarray(p_correct, dtype=float))
    if ((p <= 0) | (p >= 1)).any() or n_choices < 2 or spread < 0:
        raise InputError("need p_correct in (0, 1), n_choices >= 2 and spread >= 0.")
    deviation = np.random.default_rng(seed).normal(0, spread, size=(n_items, n_choices))
    margin = np.log(p * (n_choices - 1) / (1 - p))
    needed = deviation[:, 1:].max(axis=1) - deviation[:, 0]  # lead that beats the strongest wrong option
    return np.asarray([(m > needed).mean() for m in margin])


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
    return Result(estimate, interval, len(xa), "limited" if notes else "ok", tuple(notes))


def contrast_metrics(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
                     hold_out: int = 1, min_models: int = 5) -> pd.DataFrame:
    """Breakthroughness, linearity and forecast miss of every metric on every ladder.

    Metrics where lower is better are turned, so that rising is improving throughout. Forecasts
    use the same forecasters for all metrics, so that none is favoured.

    Parameters
    ----------
    scores : DataFrame
        Score table; one row per model, ladder and metric.
    x : str
        Column of scale.
    by : sequence of str
        Columns that make a ladder.
    hold_out : int
        Largest models to predict.
    min_models : int
        Shorter ladders are left out; ``attrs["left_out"]`` counts them.

    Returns
    -------
    DataFrame
        Keys, ``metric``, ``n_models``, ``breakthroughness``, ``linearity``, ``forecast`` of the largest
        model (turned as the scores are), ``miss`` (largest forecast error over the range) and
        ``largest_share`` (largest step over the range). A ladder on which all scores are equal has 0 for
        all shares: there is nothing to compare.

    Raises
    ------
    InputError, UnknownNameError
        On two scores at one scale, or an unknown metric.
    """
    rows, short = [], 0
    for key, g in scores.groupby([*by, "metric"], sort=True):
        if g[x].duplicated().any():
            raise InputError(f"ladder {key}: two scores share one {x}; name more columns in by=.")
        if len(g) < min_models:
            short += 1
            continue
        ladder = Ladder.of(g[x], g["value"], metric=str(key[-1]), axis=x)
        span = float(np.ptp(ladder.score))
        forecast, miss = forecast_largest(ladder.x, ladder.better, hold_out=hold_out)
        rows.append(dict(zip([*by, "metric"], key, strict=True)) | {
            "n_models": len(ladder), "breakthroughness": breakthroughness(ladder).estimate,
            "linearity": linearity(ladder).estimate, "forecast": forecast, "miss": miss,
            "largest_share": largest_jump(ladder.better)[0] / span if span > 0 else 0.0})
    table = pd.DataFrame(rows)
    table.attrs["left_out"] = short
    return table


def forecast_largest(x: ArrayLike, y: ArrayLike, *, hold_out: int = 1) -> tuple[float, float]:
    """Forecast of the largest model from the smaller ones, and the largest miss over the range.

    No change and a line compete: the one that predicted the largest of the small models better is taken.

    Examples
    --------
    >>> [round(v, 6) for v in forecast_largest([1, 2, 3, 4, 5], [0.1, 0.2, 0.3, 0.4, 0.4])]
    [0.5, 0.333333]
    """
    found = extrapolate(x, y, hold_out=hold_out)
    return found.forecast[-1], found.miss


#: A rise from nothing to a ceiling of its own.
_RISE = Logistic(floor=0.0)


def _starts(x: Array, y: Array, times: Array, share: float) -> Array:
    """Where the rise begins in each sample, shape (b,); NaN in one where nothing works."""
    tops = np.where(times > 0, y, 0.0).max(axis=1)
    known = (tops > 0) & np.array([len(np.unique(x[t > 0])) >= len(_RISE.parameters) for t in times])
    starts = np.full(len(times), np.nan)
    if known.any():
        params, _ = fit_many(_RISE, x, y / tops[known, None], weights=times[known])
        middle, scale = params[:, 0], np.exp(params[:, 1]) / (2 * np.log(9))
        starts[known] = middle + scale * np.log(share / (1 - share))
    return starts


def _pair(x: ArrayLike, y: ArrayLike, least: int) -> tuple[Array, Array]:
    xa, ya = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if xa.shape != ya.shape or xa.ndim != 1 or len(xa) < least:
        raise InputError(f"x and y must be of one length, at least {least}; got {xa.shape} and {ya.shape}.")
    if not (np.isfinite(xa).all() and np.isfinite(ya).all()):
        raise InputError("x and y must be finite numbers; leave missing scores out and say so.")
    return xa, ya
