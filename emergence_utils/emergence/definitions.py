"""The competing definitions of emergence, as tests that run on the same curve."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..curves import Array, Step
from ..errors import InputError, UnknownNameError
from ..curves import fit
from .extrapolation import extrapolate
from .jumps import jump_test
from .presence import above_chance, presence
from .shape import breakthroughness, linearity

__all__ = ["DEFINITIONS", "Rules", "Verdicts", "define", "define_all"]

#: Definition -> how a reader would say it.
DEFINITIONS = {
    "absent_present": "absent in small models, present in large ones",
    "not_extrapolable": "largest model better than the smaller ones predict",
    "sharp": "a jump no smooth curve would make",
    "sharp_unpredictable": "sharp, and that very jump not predicted",
    "threshold": "a step fits better than a smooth rise",
}


@dataclass(frozen=True)
class Rules:
    """Thresholds of the tests, fixed before any curve is looked at.

    Parameters
    ----------
    level : float
        Confidence level of the above-chance verdicts.
    negligible : float
        Excess over chance (fraction of items) that still counts as absent. Without it one right
        answer in 2,000 is "present" wherever chance is zero.
    hold_out : int
        Largest models to predict.
    tolerance : float
        Largest forecast error, as a share of the ladder's range, that counts as predicted.
    min_width : float
        Narrowest 10-90 % rise that counts as smooth, in decades of scale.
    alpha : float
        Size of the jump test.
    delta_aicc : float
        Lead in AICc at which one curve is called better than another.
    """

    level: float = 0.95
    negligible: float = 0.01
    hold_out: int = 1
    tolerance: float = 0.25
    min_width: float = 1.0
    alpha: float = 0.05
    delta_aicc: float = 4.0


@dataclass(frozen=True)
class Verdicts:
    """What each definition says of one curve, and the numbers behind it.

    `miss` and `largest_share` are the forecast error and the largest step as shares of the range.
    """

    n_models: int
    pattern: str
    absent_present: bool
    not_extrapolable: bool
    sharp: bool
    sharp_unpredictable: bool
    threshold: bool
    breakthroughness: float
    linearity: float
    forecast_error: float
    miss: float
    largest_jump: float
    largest_share: float
    jump_p_value: float
    jump_gap: float
    delta_aicc: float


def define(scale: ArrayLike, value: ArrayLike, n_examples: ArrayLike, chance: float, *,
           rules: Rules | None = None, n_resamples: int = 500, seed: int = 0) -> Verdicts:
    """Run every definition of emergence on one ladder of models.

    Parameters
    ----------
    scale : array-like, shape (n,)
        Parameters, tokens or FLOPs (not yet logged); n of at least 5, all different.
    value : array-like, shape (n,)
        Fractions of items right under an all-or-nothing metric.
    n_examples : array-like, shape (n,) or scalar
        Items per score.
    chance : float
        Score of guessing.
    rules : Rules, optional
        Thresholds; the defaults are those of the book.
    n_resamples, seed
        Of the jump test.

    Returns
    -------
    Verdicts
    """
    r = rules or Rules()
    s = np.asarray(scale, dtype=float)
    if len(s) < 5 or len(np.unique(s)) < len(s) or not (s > 0).all():
        raise InputError("the definitions need at least five models of different positive scale, got "
                         f"{len(s)}.")
    order = np.argsort(s, kind="stable")
    x, v = np.log10(s[order]), np.asarray(value, dtype=float)[order]
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), s.shape)[order]
    above = above_chance(v, n, chance + r.negligible, level=r.level)["verdict"].to_numpy() == "above"
    pattern = presence(above)
    forecast = extrapolate(x, v, n, chance=chance, hold_out=r.hold_out, tolerance=r.tolerance)
    jump = jump_test(x, v, n, chance=chance, min_width=r.min_width, n_resamples=n_resamples, seed=seed)
    step = fit(Step(), x, v, n)
    rises = step.params["high"] > step.params["low"]
    lead = jump.null_aicc - step.aicc if rises else float("-inf")
    sharp = jump.p_value < r.alpha
    # a forecast that was too high is no emergence
    surprise = not forecast.predicted and forecast.estimate > 0
    at_jump = int(np.searchsorted(x, jump.between[1]))
    unseen = sharp and at_jump >= 3 and _beats_forecast(x[: at_jump + 1], v[: at_jump + 1], n[: at_jump + 1],
                                                        chance, r)
    span = float(np.ptp(v))
    return Verdicts(
        n_models=len(s), pattern=pattern, absent_present=pattern == "emergent", not_extrapolable=surprise,
        sharp=sharp, sharp_unpredictable=unseen, threshold=lead >= r.delta_aicc,
        breakthroughness=breakthroughness(v).estimate, linearity=linearity(v).estimate,
        forecast_error=forecast.estimate, miss=forecast.miss, largest_jump=jump.estimate,
        largest_share=jump.estimate / span if span > 0 else 0.0, jump_p_value=jump.p_value,
        jump_gap=jump.gap, delta_aicc=lead)


def onset_surprise(scale: ArrayLike, value: ArrayLike, n_examples: ArrayLike, chance: float, *,
                   rules: Rules | None = None) -> bool | None:
    """Whether the first model above chance beats the forecast from the models still at chance.

    This is extrapolation of the flat part, as Wei et al. mean it.

    Returns
    -------
    bool or None
        None where the ladder is not "absent, then present" or has fewer than three absent models.
    """
    r = rules or Rules()
    s = np.asarray(scale, dtype=float)
    order = np.argsort(s, kind="stable")
    x, v = np.log10(s[order]), np.asarray(value, dtype=float)[order]
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), s.shape)[order]
    above = above_chance(v, n, chance + r.negligible, level=r.level)["verdict"].to_numpy() == "above"
    first = int(np.argmax(above))
    if presence(above) != "emergent" or first < 3:
        return None
    return _beats_forecast(x[: first + 1], v[: first + 1], n[: first + 1], chance, r)


def _beats_forecast(x: Array, v: Array, n: Array, chance: float, r: Rules) -> bool:
    """Whether the last point lies above the forecast from the others, beyond noise and tolerance."""
    forecast = extrapolate(x, v, n, chance=chance, hold_out=1, tolerance=r.tolerance)
    return not forecast.predicted and forecast.estimate > 0


def define_all(scores: pd.DataFrame, *, x: str = "params", by: str | list[str] = "task",
               rules: Rules | None = None, n_resamples: int = 500, seed: int = 0) -> pd.DataFrame:
    """Run `define` on every group of a score table that has a ``chance`` column.

    Parameters
    ----------
    scores : DataFrame
        Score table with ``chance`` added (`datasets.with_chance`), one row per model and group.
    x : str
        Column of scale.
    by : str or list of str
        Columns that tell one curve from another.

    Returns
    -------
    DataFrame
        One row per group, the fields of `Verdicts` as columns.

    Raises
    ------
    InputError
        If a needed value is missing; the message names the column and how many rows lack it.
    """
    keys = [by] if isinstance(by, str) else list(by)
    needed = [*keys, x, "value", "n_examples", "chance"]
    for column in needed:
        if column not in scores:
            raise UnknownNameError("column", column, scores.columns)
        if scores[column].isna().any():
            raise InputError(f"column '{column}' is missing in {int(scores[column].isna().sum())} of "
                             f"{len(scores)} rows; leave those rows out and say so.")
    rows: list[dict[str, Any]] = []
    for key, group in scores.groupby(keys, sort=True):
        verdicts = define(group[x], group["value"], group["n_examples"], float(group["chance"].iloc[0]),
                          rules=rules, n_resamples=n_resamples, seed=seed)
        rows.append(dict(zip(keys, key, strict=True)) | asdict(verdicts))
    return pd.DataFrame(rows)
