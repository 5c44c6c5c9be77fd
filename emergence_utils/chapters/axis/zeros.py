"""Accuracy on a logarithmic axis when it is zero: what the flat part of a ladder still says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import at_least_one, fraction, need_columns
from ..._typed import checked
from ...errors import InputError
from ...measures import above_chance
from .rates import rate_exponent

__all__ = ["flat_slopes", "jeffreys", "predict_first_above_chance", "rows_before_rise"]

Array = NDArray[np.float64]


def jeffreys(value: ArrayLike, n_examples: ArrayLike) -> Array:
    """Jeffreys' estimate of a rate, (right + 1/2) / (n + 1): never zero.

    Examples
    --------
    >>> jeffreys([0.0, 0.0], [50, 2000]).round(6).tolist()
    [0.009804, 0.00025]
    """
    n = np.asarray(n_examples, dtype=float)
    return np.asarray((np.asarray(value, dtype=float) * n + 0.5) / (n + 1))


@checked
def rows_before_rise(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
                     negligible: float = 0.01, level: float = 0.95, min_models: int = 4) -> pd.DataFrame:
    """Rows of each ladder before its rise: every model up to the first one above chance.

    Parameters
    ----------
    scores : DataFrame
        With ``value``, ``n_examples`` and ``chance``.
    negligible : float
        Excess over chance that still counts as absent; a model is above if its exact interval is.
    min_models : int
        Ladders with fewer models in the flat part are left out.

    Returns
    -------
    DataFrame
        Rows of `scores`, sorted by ladder and scale.

    Raises
    ------
    InputError
        If `by` is empty or `negligible` no share below 1.
    """
    need_columns(scores, at_least_one("by", by, "column"))
    fraction("negligible", negligible, high=False)
    kept = []
    for _, g in scores.groupby(list(by), sort=True):
        g = g.sort_values(x, kind="stable")
        above = above_chance(g["value"], g["n_examples"], g["chance"] + negligible, level=level)
        flags = above["verdict"].to_numpy() == "above"
        until = int(np.argmax(flags)) if flags.any() else len(g)
        if until >= min_models:
            kept.append(g.iloc[:until])
    if not kept:
        raise InputError(f"no ladder has {min_models} models before its first one above chance.")
    return pd.concat(kept, ignore_index=True)


@checked
def flat_slopes(flat: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",)) -> pd.DataFrame:
    """`rate_exponent` of every ladder's flat part.

    Parameters
    ----------
    flat : DataFrame
        From `rows_before_rise`, chance 0.

    Returns
    -------
    DataFrame
        Keys, ``n_models``, ``zeros`` (models with no success), ``successes`` (in all), ``estimate``,
        ``low``, ``high``, and ``pseudo``, the slope of a line through Jeffreys' estimates.

    Raises
    ------
    InputError
        If `by` is empty.
    """
    need_columns(flat, at_least_one("by", by, "column"))
    rows = []
    for key, g in flat.groupby(list(by), sort=True):
        r = rate_exponent(g[x], g["value"], g["n_examples"])
        low, high = (r.interval.low, r.interval.high) if r.interval else (-np.inf, np.inf)
        line = np.polyfit(np.log(g[x]), np.log(jeffreys(g["value"], g["n_examples"])), 1)
        rows.append(dict(zip(by, key, strict=True)) | {
            "n_models": len(g), "zeros": int((g["value"] == 0).sum()),
            "successes": round(float((g["value"] * g["n_examples"]).sum())), "estimate": r.estimate,
            "low": low, "high": high, "pseudo": float(line[0])})
    return pd.DataFrame(rows)


@checked
def predict_first_above_chance(scores: pd.DataFrame, flat: pd.DataFrame, slopes: pd.DataFrame, *,
                               x: str = "params", by: Sequence[str] = ("task",)) -> pd.DataFrame:
    """The flat part's power law, carried on to the first model above chance.

    Parameters
    ----------
    scores : DataFrame
        Whole ladders.
    flat, slopes : DataFrame
        From `rows_before_rise` and `flat_slopes`. Ladders without a rise, or whose slope has an interval
        that does not lie above 0 or a finite estimate, are left out.

    Returns
    -------
    DataFrame
        Keys, ``n_models`` of the flat part, ``predicted``, ``observed`` and their ``ratio``
        (observed over predicted).

    Raises
    ------
    InputError
        If `by` is empty.
    """
    need_columns(scores, at_least_one("by", by, "column"))
    groups = dict(iter(scores.groupby(list(by))))
    exponent = slopes[(slopes["low"] > 0) & np.isfinite(slopes["estimate"])].set_index(list(by))["estimate"]
    rows = []
    for key, g in flat.groupby(list(by), sort=True):
        label = key if len(by) > 1 else key[0]
        whole = groups[key].sort_values(x, kind="stable")
        if label not in exponent.index or len(whole) == len(g):
            continue
        after = whole.iloc[len(g)]
        items, size = g["n_examples"].to_numpy(dtype=float), g[x].to_numpy(dtype=float)
        law = (size / float(after[x])) ** float(exponent.loc[label])
        predicted = min(float(g["value"] @ items / (items @ law)), 1.0)
        rows.append(dict(zip(by, key, strict=True)) | {
            "n_models": len(g), "predicted": predicted, "observed": float(after["value"]),
            "ratio": float(after["value"]) / predicted})
    return pd.DataFrame(rows)
