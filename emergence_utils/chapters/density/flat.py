"""What the flat part of a ladder says about the rise that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ..._checks import count, fraction
from ..._typed import checked
from ...curves import Logistic, fit_each
from ...errors import InputError
from ...intervals import binomial_bounds
from ...measures import above_chance
from ...results import Interval, Result
from .slope import flat_slope, items_on

__all__ = ["FlatForecast", "Outlook", "chance_cut", "count_before_rise", "flat_forecast", "forecast_all",
           "warnings_by_fate"]

Array = NDArray[np.float64]
#: What the forecast from the flat part says of the largest model: ``predicts`` a rise, and the observed
#: score is among the possible ones; ``misleads``: it is not; ``silent``: both chance and the score are.
Outlook = Literal["predicts", "misleads", "silent"]


_ITEMS_ONLY = "noise of items only: variation between models beyond it would allow more curves"


@dataclass(frozen=True)
class FlatForecast(Result):
    """Forecast of the largest model from the models at chance: `estimate` the best, `interval` all that fit.

    `observed` is the score itself, `models` how many the forecast rests on, `outlook` the verdict,
    `warns` whether staying at chance is excluded.
    """

    observed: float = float("nan")
    models: int = 0
    outlook: Outlook = "silent"
    warns: bool = False


def count_before_rise(value: ArrayLike, n_examples: ArrayLike, chance: float, *,
                      negligible: float = 0.01) -> int:
    """How many of the smallest models come before the first that is above chance.

    Parameters
    ----------
    value : array-like, shape (n,)
        Fractions of items right, ordered by scale.
    n_examples, chance, negligible
        As in `measures.Rules`; each model is judged by its own exact interval.

    Examples
    --------
    >>> count_before_rise([0.25, 0.26, 0.24, 0.5, 0.8], 100, 0.25)
    3
    """
    above = above_chance(value, n_examples, chance + negligible)["verdict"].to_numpy() == "above"
    return int(np.argmax(above)) if above.any() else len(above)


def chance_cut(scale: ArrayLike, above: ArrayLike) -> float:
    """Scale that parts models at chance from models above with the fewest exceptions.

    For models of many families that do not line up; cutting by scale, not by score, keeps the scores
    below the cut free of selection on themselves.

    Parameters
    ----------
    scale : array-like, shape (n,)
    above : array-like of bool, shape (n,)

    Returns
    -------
    float
        Models below it count as small; the smallest such scale where several part equally well.

    Examples
    --------
    >>> chance_cut([1, 2, 3, 4, 5], [False, False, True, False, True])
    3.0
    """
    s, a = np.asarray(scale, dtype=float), np.asarray(above, dtype=bool)
    if s.shape != a.shape or s.ndim != 1 or not len(s):
        raise InputError(f"scale and above must be of one length, at least 1; got {s.shape} and {a.shape}.")
    cuts = np.unique(s)
    wrong = [int((a & (s < c)).sum() + (~a & (s >= c)).sum()) for c in cuts]
    return float(cuts[int(np.argmin(wrong))])


def flat_forecast(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike, chance: float, *,
                  models: int | None = None, min_width: float = 1.0, negligible: float = 0.01,
                  level: float = 0.95) -> FlatForecast:
    """Forecast the largest model from the flat part alone, with every rise that the flat part allows.

    Logistic curves from `chance` to 1 are laid on a grid of midpoints and widths. Those whose binomial
    log-likelihood on the flat part lies within the chi-squared bound of the best (profile likelihood,
    one degree of freedom, item noise only) make the interval; "no rise ever" is among them as the limit of
    late midpoints.

    Parameters
    ----------
    x : array-like, shape (n,)
        Log-scale, increasing.
    value, n_examples, chance
        Scores as fractions, items, and what guessing scores.
    models : int, optional
        Length of the flat part; `count_before_rise` by default.
    min_width : float
        Narrowest 10-90 % rise thought possible, in units of x.
    negligible : float
        Excess over chance that still counts as none.
    level : float

    Returns
    -------
    FlatForecast

    Raises
    ------
    InputError
        If fewer than three models are flat, or all are.
    """
    if models is not None:
        count("models", models)
    xa, v = np.asarray(x, dtype=float), np.asarray(value, dtype=float)
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), xa.shape)
    if (np.diff(xa) <= 0).any():
        raise InputError("x must increase from model to model; sort by scale and keep one model per scale.")
    flat = count_before_rise(v, n, chance, negligible=negligible) if models is None else models
    if not 3 <= flat < len(xa):
        raise InputError("a forecast needs at least three flat models and one beyond, got "
                         f"{flat} of {len(xa)}.")
    if min_width <= 0:
        raise InputError(f"min_width must be positive, got {min_width}.")
    top = float(xa[-1])
    reach = top - float(xa[0])
    box = (xa[0] - reach, top + 6 * reach, min_width, max(20.0, 2 * min_width))
    fall = float(special.gammaincinv(0.5, level))
    best, low, high = _possible(xa[:flat], v[:flat], n[:flat], chance, top, box, fall)
    seen = binomial_bounds(v[-1:], n[-1:], level=level, method="clopper-pearson")
    warns = low > chance + negligible
    covered = low <= float(seen[1][0]) and high >= float(seen[0][0])
    outlook: Outlook = "misleads" if not covered else "predicts" if warns else "silent"
    return FlatForecast(best, Interval(low, high, level, "profile likelihood"), len(xa),
                        "limited", (_ITEMS_ONLY,), float(v[-1]), flat, outlook, warns)


def _possible(x: Array, v: Array, n: Array, chance: float, top: float,
              box: tuple[float, float, float, float], bound: float) -> tuple[float, float, float]:
    """Value at `top` of the best curve, and the ends of those within `bound` of it.

    A grid over midpoints and widths in `box`, laid again over what is allowed while that is but a few of
    its cells: large tests allow little.
    """
    first, last, narrow, wide = box
    best, value, low, high = -np.inf, np.nan, np.inf, -np.inf
    for _ in range(8):
        midpoints, widths = np.linspace(first, last, 561), np.geomspace(narrow, wide, 48)
        m, w = (a.reshape(-1, 1) for a in np.meshgrid(midpoints, widths))
        p = np.clip(_rise(x, m, w / (2 * np.log(9)), chance), 1e-9, 1 - 1e-9)
        fits = (n * (v * np.log(p) + (1 - v) * np.log1p(-p))).sum(axis=1)
        end = _rise(np.array([top]), m, w / (2 * np.log(9)), chance).ravel()
        if fits.max() > best:
            best, value = float(fits.max()), float(end[fits.argmax()])
        allowed = fits >= best - bound
        if allowed.any():
            low, high = float(end[allowed].min()), float(end[allowed].max())
        if allowed.sum() >= 500:
            break
        near = allowed if allowed.any() else fits == fits.max()
        cell, factor = midpoints[1] - midpoints[0], widths[1] / widths[0]
        first, last = float(m[near].min() - 2 * cell), float(m[near].max() + 2 * cell)
        narrow = max(float(w[near].min()) / factor**2, box[2])
        wide = min(float(w[near].max()) * factor**2, box[3])
    return value, min(low, value), max(high, value)


def _rise(x: Array, midpoint: Array, scale: Array, chance: float) -> Array:
    return np.asarray(chance + (1 - chance) / (1 + np.exp(-np.clip((x - midpoint) / scale, -700, 700))))


def forecast_all(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
                 min_width: float = 1.0, negligible: float = 0.01, needed: bool = True) -> pd.DataFrame:
    """`flat_forecast` and `items_for_slope` for every ladder with at least three flat models and a rise.

    Parameters
    ----------
    scores : DataFrame
        Score table with ``chance``; one row per model and ladder.
    x : str
        Column of scale.
    by : sequence of str
        Columns that make a ladder.
    min_width, negligible
        As in `flat_forecast`.
    needed : bool
        Whether to fit the whole ladder for `items_for_slope`; NaN without.

    Returns
    -------
    DataFrame
        Keys, ``models``, ``flat``, ``items`` (median per score), ``forecast``, ``low``, ``high``,
        ``observed``, ``outlook``, ``warns``, ``slope_z``, ``needed``; only ladders whose largest model
        is above chance.
    """
    rows: list[dict[str, object]] = []
    ladders: list[tuple[Array, Array, Array]] = []
    chances: list[float] = []
    for key, g in scores.groupby(list(by), sort=True):
        g = g[g[x] > 0].sort_values(x, kind="stable")
        n, chance = g["n_examples"].to_numpy(dtype=float), float(g["chance"].iloc[0])
        v, logs = g["value"].to_numpy(dtype=float), np.log10(g[x].to_numpy(dtype=float))
        flat = count_before_rise(v, n, chance, negligible=negligible)
        if not 3 <= flat < len(g) or count_before_rise(v[-1:], n[-1:], chance, negligible=negligible):
            continue
        f = flat_forecast(logs, v, n, chance, models=flat, min_width=min_width, negligible=negligible)
        assert f.interval is not None
        rows.append(dict(zip(by, key, strict=True)) | {
            "models": len(g), "flat": flat, "items": float(np.median(n)), "forecast": f.estimate,
            "low": f.interval.low, "high": f.interval.high, "observed": f.observed, "outlook": f.outlook,
            "warns": f.warns,
            "slope_z": flat_slope(logs[:flat], v[:flat], n[:flat])[1], "needed": np.nan})
        ladders.append((logs, v, n))
        chances.append(chance)
    if not rows:
        raise InputError(f"no ladder by {', '.join(by)} has three flat models and a largest one above "
                         "chance.")
    table = pd.DataFrame(rows)
    if needed:
        curves = [Logistic(floor=chance, min_width=min_width) for chance in chances]
        table["needed"] = [
            items_on(smooth.predict(logs[:flat])) for smooth, (logs, _, _), flat in
            zip(fit_each(curves, ladders, doubts=False), ladders, table["flat"], strict=True)]
    return table


@checked
def warnings_by_fate(scores: pd.DataFrame, *, first: int = 6, x: str = "params",
                     negligible: float = 0.01) -> pd.DataFrame:
    """Whether the smallest models warn, for tasks whose largest model rises and for those where it stays.

    A warning is worth something only if it does not come as often where nothing follows.

    Parameters
    ----------
    scores : DataFrame
        Score table with ``chance``, one ladder a task.
    first : int
        Smallest models, none of which may be above chance: tasks where one is are left out.
    x : str
        Column of scale.
    negligible : float
        As in `flat_forecast`.

    Returns
    -------
    DataFrame
        One row per task: ``rises`` (largest model above chance), ``warns`` (`flat_forecast` from the first
        models excludes staying at chance), ``slope`` (theirs, in standard errors) and ``excess`` (the
        largest model's score above chance).

    Raises
    ------
    InputError
        If `first` is no count of at least 3, or `negligible` no share below 1.
    """
    count("first", first, minimum=3)
    fraction("negligible", negligible, high=False)
    rows = []
    for task, g in scores.groupby("task", sort=True):
        g = g[g[x] > 0].sort_values(x, kind="stable")
        n, chance = g["n_examples"].to_numpy(dtype=float), float(g["chance"].iloc[0])
        v, logs = g["value"].to_numpy(dtype=float), np.log10(g[x].to_numpy(dtype=float))
        if len(g) <= first or count_before_rise(v[:first], n[:first], chance, negligible=negligible) < first:
            continue
        told = flat_forecast(logs, v, n, chance, models=first, negligible=negligible)
        slope = flat_slope(logs[:first], v[:first], n[:first])[1]
        rows.append({"task": task, "warns": told.warns, "slope": slope,
                     "rises": not count_before_rise(v[-1:], n[-1:], chance, negligible=negligible),
                     "excess": float(v[-1]) - chance})
    if not rows:
        raise InputError(f"first={first}: no task has that many smallest models at chance and a larger one.")
    return pd.DataFrame(rows)
