"""Two scores of the same outputs: which one leaps, and which one can be predicted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from ..._checks import at_least_one, fraction
from ..._typed import checked
from ...errors import InputError
from ...ladders import Ladder
from ...measures import breakthroughness, largest_jump, linearity
from ...resample import bootstrap
from ...results import Result
from ..battery import told_apart
from .tables import with_a_rise
from .three_forecasters import extrapolate, extrapolate_each

__all__ = ["by_filter", "contrast_metrics", "counts_told", "forecast_largest", "largest_shares",
           "largest_steps", "net_share", "paired_shapes", "sudden_counts", "sure_steps"]


#: Families with which a two-sided sign test can reach one in twenty.
FEWEST = 6


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
        On two scores at one scale, an unknown metric, or ladders that are all too short.
    """
    kept: list[tuple[dict[str, object], Ladder]] = []
    short = 0
    for key, g in scores.groupby([*by, "metric"], sort=True):
        if g[x].duplicated().any():
            raise InputError(f"ladder {key}: two scores share one {x}; name more columns in by=.")
        if len(g) < min_models:
            short += 1
            continue
        kept.append((dict(zip([*by, "metric"], key, strict=True)),
                     Ladder.of(g[x], g["value"], metric=str(key[-1]), axis=x)))
    if not kept:
        raise InputError(f"no ladder has {min_models} models.")
    told = extrapolate_each([(ladder.x, ladder.better) for _, ladder in kept], hold_out=hold_out)
    rows = []
    for (keys, ladder), found in zip(kept, told, strict=True):
        span = float(np.ptp(ladder.score))
        rows.append(keys | {
            "n_models": len(ladder), "breakthroughness": breakthroughness(ladder).estimate,
            "linearity": linearity(ladder).estimate, "forecast": found.forecast[-1], "miss": found.miss,
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


def largest_shares(scores: pd.DataFrame, *, x: str = "params") -> pd.DataFrame:
    """Largest step over the range of each ``task`` under each ``metric``; a flat ladder has no row.

    Examples
    --------
    >>> made = pd.DataFrame({"task": "t", "metric": "exact_match", "params": [1, 2, 3],
    ...                      "value": [0, 0.1, 0.4]})
    >>> largest_shares(made)["largest_share"].round(2).tolist()
    [0.75]
    """
    rows = []
    for (task, metric), g in scores.groupby(["task", "metric"], sort=True):
        ladder = Ladder.of(g[x], g["value"], metric=str(metric), axis=x)
        span = float(np.ptp(ladder.score))
        if span > 0:
            rows.append({"task": task, "metric": metric,
                         "largest_share": largest_jump(ladder.better)[0] / span})
    return pd.DataFrame(rows)


def paired_shapes(scores: pd.DataFrame, *, x: str = "train_flops") -> pd.DataFrame:
    """Largest step and forecast error of each ladder under its hard and its soft score.

    Parameters
    ----------
    scores : DataFrame
        Of `scored_twice`: one row per model, with ``family``, ``task`` and ``side``.

    Returns
    -------
    DataFrame
        ``family``, ``task``, ``step_hard``, ``step_soft``, ``miss_hard``, ``miss_soft`` (shares of the range)
        and ``better``: 1 where step and error are both smaller under the soft score, -1 where both are
        larger, else 0. Ladders on which a score never moves cannot tell; ``attrs["cannot_tell"]`` counts
        them.
    """
    shapes = contrast_metrics(scores, x=x, by=("family", "task", "side"))
    wide = shapes.pivot(index=["family", "task"], columns="side", values=["largest_share", "miss"])
    wide.columns = pd.Index(["step_hard", "step_soft", "miss_hard", "miss_soft"])
    moves = (wide[["step_hard", "step_soft"]] != 0).all(axis=1)
    out = wide[moves].reset_index()
    step, miss = np.sign(out["step_hard"] - out["step_soft"]), np.sign(out["miss_hard"] - out["miss_soft"])
    out["better"] = np.where(step == miss, step, 0.0)
    out.attrs["cannot_tell"] = int((~moves).sum())
    return out


@checked
def net_share(shapes: pd.DataFrame, threshold: float, *, n_resamples: int = 2000, seed: int = 0) -> Result:
    """How much more often the soft score improves on the hard one than the other way round.

    Of the ladders that look sudden under either score: a choice that treats the two alike, so that an extreme
    which is less extreme at a second look gains neither. Families are drawn whole.

    Parameters
    ----------
    shapes : DataFrame
        Of `paired_shapes`.
    threshold : float
        A ladder looks sudden where one step makes more than this share of its range.

    Returns
    -------
    Result
        Mean of ``better``, from -1 to 1; n counts ladders. ``undetermined`` where none looks sudden, and with
        fewer than `FEWEST` families: if all of them pointed one way, a sign test could still not say so.

    Raises
    ------
    InputError
        If `threshold` is not a share from 0 to 1.
    """
    fraction("threshold", threshold)
    sudden = shapes[shapes[["step_hard", "step_soft"]].max(axis=1) > threshold]
    if sudden.empty:
        return Result(math.nan, None, 0, "undetermined", ("no ladder looks sudden",))
    found = bootstrap(np.mean, sudden["better"].to_numpy(), clusters=sudden["family"],
                      n_resamples=n_resamples, seed=seed)
    found = told_apart(found, sudden["family"])
    families = sudden["family"].nunique()
    if families >= FEWEST:
        return found
    least = 0.5 ** (families - 1)  # p of a sign test where all point one way
    note = f"{families} families cannot decide: if all pointed one way, p would be {least:.4g}"
    return replace(found, status="undetermined", notes=(*found.notes, note))


@checked
def sudden_counts(shapes: pd.DataFrame, thresholds: Sequence[float]) -> pd.DataFrame:
    """`net_share` at several thresholds, with the counts behind it.

    Returns
    -------
    DataFrame
        ``threshold``, ``ladders``, ``softer_better``, ``harder_better``, ``net``, ``low``, ``high``.

    Raises
    ------
    InputError
        If `thresholds` is empty, does not rise or leaves [0, 1].
    """
    if any(b <= a for a, b in pairwise(at_least_one("thresholds", thresholds, "share"))):
        raise InputError(f"thresholds must rise from each to the next, got {list(thresholds)}.")
    rows = []
    for threshold in thresholds:
        found = net_share(shapes, threshold)
        better = shapes.loc[shapes[["step_hard", "step_soft"]].max(axis=1) > threshold, "better"]
        low, high = (math.nan, math.nan) if found.interval is None else (found.interval.low,
                                                                         found.interval.high)
        rows.append({"threshold": threshold, "ladders": len(better), "softer_better": int((better > 0).sum()),
                     "harder_better": int((better < 0).sum()), "net": found.estimate, "low": low,
                     "high": high})
    return pd.DataFrame(rows)


def counts_told(counts: pd.DataFrame) -> pd.DataFrame:
    """`sudden_counts` in the few columns that a phone shows: the net share and its interval stand in one.

    Examples
    --------
    >>> made = pd.DataFrame({"threshold": [0.5, 0.9], "ladders": [19, 0], "softer_better": [6, 0],
    ...                      "harder_better": [1, 0], "net": [0.263, math.nan], "low": [-0.004, math.nan],
    ...                      "high": [0.533, math.nan]})
    >>> counts_told(made)["net share"].tolist()
    ['0.263 (-0.004 to 0.533)', 'too few ladders']
    """
    told = []
    for net, low, high in counts[["net", "low", "high"]].to_numpy():
        # an end that only rounding puts on zero needs its third digit
        digits = 3 if any(v != 0 and round(v, 2) == 0 for v in (low, high)) else 2
        told.append("too few ladders" if math.isnan(low) else
                    f"{net:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})")
    return pd.DataFrame({"step over": counts["threshold"], "net share": told, "ladders": counts["ladders"],
                         "soft": counts["softer_better"], "hard": counts["harder_better"]})


def by_filter(tables: Sequence[pd.DataFrame], filters: Mapping[str, Mapping[str, Any]],
              thresholds: Sequence[float]) -> pd.DataFrame:
    """What the count comes to where other ladders are said to have a rise.

    Parameters
    ----------
    tables : sequence of DataFrame
        Of `scored_twice` and `grown_twice`; their ladders are counted together.
    filters : mapping
        Name -> settings of `with_a_rise`.
    thresholds : sequence of float
        Three of them: the middle one is told.

    Returns
    -------
    DataFrame
        ``filter``, the columns of `counts_told` at the middle threshold, the ladders under ``of``, and
        ``above 0``: at how many thresholds the interval lies above zero.
    """
    rows = []
    for name, settings in filters.items():
        kept = [with_a_rise(table, **settings) for table in tables]
        counts = sudden_counts(pd.concat([paired_shapes(t) for t in kept], ignore_index=True), thresholds)
        told = counts_told(counts.iloc[[len(counts) // 2]]).drop(columns="step over")
        clear = int((counts["low"] > 0).sum())
        rows.append(told.assign(**{"filter": name, "above 0": f"{clear} of {len(counts)}"}))
    table = pd.concat(rows, ignore_index=True).rename(columns={"ladders": "of"})
    return table[["filter", "net share", "above 0", "soft", "hard", "of"]]


def largest_steps(scores: pd.DataFrame, *, x: str = "train_flops") -> pd.DataFrame:
    """Which step of a ladder is the largest under its hard score, and how far apart its sizes lie.

    Parameters
    ----------
    scores : DataFrame
        Of `scored_twice` or `grown_twice`.
    x : str
        Column of scale.

    Returns
    -------
    DataFrame
        ``family``, ``task``, ``step`` (counted from 1), ``steps`` and ``widest``: the factor between
        neighbouring sizes where they lie farthest apart.
    """
    rows = []
    for (family, task), g in scores[scores["side"] == "hard"].groupby(["family", "task"]):
        ladder = Ladder.of(g[x], g["value"], metric=str(g["metric"].iloc[0]), axis=x)
        rows.append({"family": family, "task": task, "step": largest_jump(ladder.better)[1],
                     "steps": len(ladder) - 1, "widest": float(10 ** np.diff(ladder.x).max())})
    return pd.DataFrame(rows)


def sure_steps(scores: pd.DataFrame, threshold: float, *, x: str = "train_flops",
               level: float = 0.95) -> pd.DataFrame:
    """Least share of the range that the largest step can make, given the noise of its items.

    Parameters
    ----------
    scores : DataFrame
        Score table with ``family``, ``task``, ``n_examples``; scores in [0, 1], whose variance over items is
        1/4 at most. Rows without a count are left out.
    threshold : float
        Share of the range above which a step is sudden.
    level : float
        Of all ladders at once (Bonferroni).

    Returns
    -------
    DataFrame
        ``family``, ``task``, ``share``, ``low`` (its least value) and ``sure``: whether that exceeds
        `threshold`.
    """
    known = scores[scores["n_examples"].notna()]
    groups, rows = list(known.groupby(["family", "task"])), []
    z = float(special.ndtri(1 - (1 - level) / 2 / max(len(groups), 1)))
    for (family, task), g in groups:
        ladder = Ladder.of(g[x], g["value"], metric=str(g["metric"].iloc[0]), axis=x)
        span, step = float(np.ptp(ladder.score)), largest_jump(ladder.better)[0]
        noise = z * math.sqrt(0.5 / float(g["n_examples"].min()))  # of a difference of two scores
        share = step / span if span else 0.0
        low = max((step - noise) / (span + noise), 0.0)
        rows.append({"family": family, "task": task, "share": share, "low": low, "sure": low > threshold})
    return pd.DataFrame(rows, columns=["family", "task", "share", "low", "sure"])
