"""How ladders end: at chance, past a peak, or level with a model of a tenth of the scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..._checks import at_least_one, count, fraction, need_columns
from ..._typed import checked
from ...errors import InputError
from ...intervals import binomial_bounds, two_proportions
from ...measures import above_chance
from ...results import Result

__all__ = ["clear_ends", "ladder_ends"]


def ladder_ends(data: pd.DataFrame, *, x: str, by: Sequence[str], level: float = 0.95,
                negligible: float = 0.01, gain: float = 0.02, ceiling: float = 0.9) -> pd.DataFrame:
    """One row a ladder: whether its largest model is at chance, below an earlier peak, or on a plateau.

    Parameters
    ----------
    data : DataFrame
        Score table of fractions with columns `x`, value, n_examples and chance; at least four
        models a ladder, the others are left out.
    x : str
        Column of scale.
    by : sequence of str
        Columns that tell ladders apart.
    level : float
        Of the intervals. The peak is chosen among the k - 1 smaller models, so its comparison with
        the largest uses 1 - (1 - level) / (k - 1) (Bonferroni).
    negligible : float
        Excess over chance that still counts as none.
    gain, ceiling : float
        A plateau: the largest model gains less than `gain` over one of at most a tenth of its
        scale, beyond the interval, and scores below `ceiling`.

    Returns
    -------
    DataFrame
        Columns of `by`, models, decades, n_examples, first, top, peak, peak_at, ``at_chance``, ``falls``,
        ``plateau``, ``rises`` (the largest above the smallest beyond the interval).

    Raises
    ------
    UnknownNameError
        On a column that is missing.
    InputError
        If no ladder has four models.
    """
    need_columns(data, (x, "value", "n_examples", "chance", *by))
    rows = []
    for key, found in data.dropna(subset=[x, "value", "n_examples", "chance"]).groupby(list(by), sort=True):
        g = found.sort_values(x, kind="stable").drop_duplicates(x, keep="last")
        if len(g) < 4:
            continue
        n = g["n_examples"].to_numpy().astype(int)
        right = np.rint(g["value"].to_numpy() * n).astype(int)
        last = len(g) - 1
        peak = int(np.argmax((right / n)[:last]))
        at_top = above_chance(g["value"].iloc[[last]], n[[last]], g["chance"].iloc[[last]] + negligible,
                              level=level)
        fall = two_proportions(int(right[peak]), int(n[peak]), int(right[last]), int(n[last]),
                               level=1 - (1 - level) / last)
        rise = two_proportions(int(right[last]), int(n[last]), int(right[0]), int(n[0]), level=level)
        small = np.flatnonzero(g[x].to_numpy() <= g[x].iloc[last] / 10)
        step = two_proportions(int(right[last]), int(n[last]), int(right[small[-1]]), int(n[small[-1]]),
                               level=level) if len(small) else None
        chance = bool(at_top["verdict"].iloc[0] != "above")
        rows.append(dict(zip(by, key, strict=True)) | {
            "models": len(g), "n_examples": int(n[last]),
            "decades": float(np.log10(g[x].iloc[last] / g[x].iloc[0])),
            "first": right[0] / n[0], "top": right[last] / n[last], "peak": right[peak] / n[peak],
            "peak_at": float(g[x].iloc[peak]), "at_chance": chance, "falls": bool(_low(fall) > 0),
            "rises": bool(_low(rise) > 0),
            "plateau": bool(step is not None and not chance and _high(step) < gain
                            and right[last] / n[last] < ceiling and not _low(fall) > 0)})
    if not rows:
        raise InputError("no ladder has four models with a score, a count of items and a chance level.")
    return pd.DataFrame(rows)


@checked
def clear_ends(data: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("source", "family", "task"),
               min_items: int = 1000, material: float = 0.05, level: float = 0.95) -> pd.DataFrame:
    """Ladders with a large test whose end is clear: at chance for certain, or risen and fallen for certain.

    Every comparison is corrected for the number of ladders (Bonferroni).

    Parameters
    ----------
    data, x, by
        As in `ladder_ends`.
    min_items : int
        Scores on fewer items are left out.
    material : float
        A model is at chance for certain if it surely scores less than this above chance, and the peak of
        a fall surely more.
    level : float
        For all ladders together.

    Returns
    -------
    DataFrame
        That of `ladder_ends` with chance, ``stays`` and ``rises_and_falls``.

    Raises
    ------
    InputError
        If `min_items` is no count or exceeds every test, or `material` no share.
    """
    count("min_items", min_items, minimum=1)
    fraction("material", material)
    at_least_one("by", by, "column")
    need_columns(data, (x, "value", "n_examples", "chance", *by))
    large = data[data["n_examples"] >= min_items]
    if large.empty:
        raise InputError(f"min_items must be at most {data['n_examples'].max():g}, the items of the longest "
                         f"test, got {min_items}.")
    each = 1 - (1 - level) / len(ladder_ends(large, x=x, by=by))
    ends = ladder_ends(large, x=x, by=by, level=each)
    chance = large.groupby(list(by))["chance"].first().reset_index()
    ends = ends.merge(chance, on=list(by), how="left", validate="one_to_one")
    high = binomial_bounds(ends["top"], ends["n_examples"], level=each, method="clopper-pearson")[1]
    peak = binomial_bounds(ends["peak"], ends["n_examples"], level=each, method="clopper-pearson")[0]
    return ends.assign(stays=ends["at_chance"] & (high < ends["chance"] + material),
                       rises_and_falls=ends["falls"] & (peak > ends["chance"] + material))


def _low(result: Result) -> float:
    return result.interval.low if result.interval else float("nan")


def _high(result: Result) -> float:
    return result.interval.high if result.interval else float("nan")
