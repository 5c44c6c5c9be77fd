"""Curves with and without a break, on the axis of your choice, for accuracy or for log error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import at_least_one, count, need_columns, positive
from ..._typed import checked
from ...curves import Curve, Line, Logistic, Segmented
from ...errors import InputError, UnknownNameError
from ...resample import redrawn_scores
from ._fits import FITS, aicc_with_noise

__all__ = ["SCALES", "bends_by_rule", "breaks", "count_breaks", "highest_of_kind", "item_noise",
           "kinds_by_axis", "log_error", "place", "redrawn_breaks", "sweep_breaks", "under_log_error"]

Array = NDArray[np.float64]
#: Where a model stands on an axis, before the axis is stretched to [0, 1].
SCALES: Mapping[str, Callable[[Array], Array]] = {
    "log": np.log10,
    "linear": lambda x: x,
    "rank": lambda x: np.unique(x, return_inverse=True)[1].astype(float),
}


def place(x: ArrayLike, axis: str) -> Array:
    """Positions of models along an axis, from 0 at the smallest to 1 at the largest.

    Parameters
    ----------
    x : array-like, shape (n,)
        Positive scales, at least two different ones.
    axis : {"log", "linear", "rank"}

    Examples
    --------
    >>> place([1, 10, 1000], "log").round(3).tolist(), place([1, 10, 1000], "rank").tolist()
    ([0.0, 0.333, 1.0], [0.0, 0.5, 1.0])
    """
    if axis not in SCALES:
        raise UnknownNameError("axis", axis, SCALES)
    xs = np.asarray(x, dtype=float)
    if not np.isfinite(xs).all() or (xs <= 0).any() or np.ptp(xs) == 0:
        raise InputError("x must hold positive numbers, at least two of them different.")
    z = SCALES[axis](xs)
    return np.asarray((z - z.min()) / np.ptp(z))


def log_error(value: ArrayLike, n_examples: ArrayLike | None = None) -> Array:
    """Minus the natural logarithm of the error rate, so that up is better.

    Parameters
    ----------
    value : array-like
        Accuracies in [0, 1].
    n_examples : array-like, optional
        Items; where given, the error rate is Jeffreys' (wrong + 1/2) / (n + 1), finite even for a
        perfect score.

    Examples
    --------
    >>> log_error([0.0, 0.35, 0.9]).round(3).tolist()
    [0.0, 0.431, 2.303]
    >>> log_error([1.0], 2000).round(2).tolist()
    [8.29]
    """
    a = np.asarray(value, dtype=float)
    if not ((a >= 0) & (a <= 1)).all():
        raise InputError("value must hold accuracies in [0, 1].")
    if n_examples is None:
        with np.errstate(divide="ignore"):
            return np.asarray(-np.log1p(-a))
    n = np.asarray(n_examples, dtype=float)
    return np.asarray(-np.log((n * (1 - a) + 0.5) / (n + 1)))


def item_noise(value: ArrayLike, n_examples: ArrayLike, *, of_log_error: bool = False) -> Array:
    """Variance of a score, or of its `log_error`, from the number of its items.

    Parameters
    ----------
    value, n_examples : array-like
        Fractions right and items; the rate is Jeffreys' (right + 1/2) / (n + 1), so that a score of
        zero has a variance too.
    of_log_error : bool
        By the delta method, p / (n (1 - p)).

    Examples
    --------
    >>> item_noise([0.5, 0.0], [100, 100]).round(6).tolist()
    [0.0025, 4.9e-05]
    """
    n = np.asarray(n_examples, dtype=float)
    p = (np.asarray(value, dtype=float) * n + 0.5) / (n + 1)
    return np.asarray(p / (1 - p) / n if of_log_error else p * (1 - p) / n)


@checked
def breaks(scores: pd.DataFrame, *, x: str = "params", y: str = "value", by: Sequence[str] = ("task",),
           axes: Sequence[str] = ("log", "linear"), delta: float = 4.0, rivals: Sequence[Curve] = (Line(),),
           noise: str | None = "noise", min_models: int = 8) -> pd.DataFrame:
    """Two lines that meet against curves without a break, on every ladder and axis.

    Curves are fitted by least squares and compared by AICc. Plain least squares takes a ladder of
    zeros with one other score for a perfect broken line, however small the test; so the scatter
    about a curve is not allowed below the noise of the items. (A binomial fit is no way out: its
    line is cut off at zero, which makes it a broken line itself.)

    Parameters
    ----------
    scores : DataFrame
        One row per model and ladder.
    x, y : str
        Columns of scale and score.
    by : sequence of str
        Columns that make a ladder.
    axes : sequence of {"log", "linear", "rank"}
        Axes on which the curves are fitted; positions are stretched to [0, 1], which changes no fit.
    delta : float
        Lead in AICc from which a break counts as supported.
    rivals : sequence of Curve
        Curves without a break; the best of them is the rival.
    noise : str or None
        Column of the variance of each score, e.g. from `item_noise`; None for plain least squares.
    min_models : int
        Shorter ladders are left out (two lines that meet need eight points for AICc to mean much);
        ``attrs["left_out"]`` counts them.

    Returns
    -------
    DataFrame
        Keys, ``axis``, ``n_models``, ``lead`` in AICc, ``change`` of slope at the break, ``at`` (its
        place in [0, 1]) and ``kind``: "up" or "down" by the sign of the change where two lines lead by
        `delta` at least, "none" where the best rival leads by as much, else "cannot tell".

    Raises
    ------
    InputError
        If `by` is empty, `delta` not above 0 or `min_models` no count.
    """
    at_least_one("by", by, "column")
    positive("delta", delta)
    count("min_models", min_models, minimum=2)
    need_columns(scores, (x, y, *by, *([noise] if noise else [])))
    drawn: list[tuple[dict[str, Any], Array, Array, Array | None]] = []
    short = 0
    for key, g in scores.groupby(list(by), sort=True):
        if g[x].duplicated().any():
            raise InputError(f"ladder {key}: two scores share one {x}; name more columns in by=.")
        if len(g) < min_models:
            short += 1
            continue
        g = g.sort_values(x, kind="stable")
        floor = None if noise is None else g[noise].to_numpy(dtype=float)
        keys, values = dict(zip(by, key, strict=True)), g[y].to_numpy(dtype=float)
        drawn += [(keys | {"axis": axis, "n_models": len(g)}, place(g[x], axis), values, floor)
                  for axis in axes]
    if not drawn:
        raise InputError(f"no ladder has {min_models} models.")
    for curve in (Segmented(), *rivals):
        FITS.ahead(curve, ((position, values, None) for _, position, values, _ in drawn
                           if np.ptp(values) > 0))
    table = pd.DataFrame([keys | _broken(position, values, floor, rivals, delta)
                          for keys, position, values, floor in drawn])
    table.attrs["left_out"] = short
    return table


def count_breaks(found: pd.DataFrame, by: Sequence[str], *, first: str = "log",
                 second: str = "linear") -> pd.DataFrame:
    """Kinds of break on one axis (rows) against those on another (columns), in ladders."""
    wide = found.pivot(index=list(by), columns="axis", values="kind")
    kinds = ["up", "none", "down", "cannot tell"]
    return pd.crosstab(wide[first], wide[second]).reindex(index=kinds, columns=kinds, fill_value=0)


def kinds_by_axis(found: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """One row per ladder and one column of kinds per axis, from the rows of `breaks`."""
    return found.pivot(index=list(by), columns="axis", values="kind").rename_axis(columns=None)


def highest_of_kind(kinds: pd.DataFrame, scores: pd.DataFrame, by: Sequence[str], *,
                    axis: str = "linear") -> dict[str, pd.DataFrame]:
    """Of each kind of break on an axis the ladder with the highest score, to be drawn.

    Parameters
    ----------
    kinds : DataFrame
        Rows of `kinds_by_axis`, the keys as columns.
    scores : DataFrame
        With ``value``.

    Returns
    -------
    dict of str to DataFrame
        Kind -> rows of `scores`.
    """
    best = scores.groupby(list(by))["value"].max().rename("best").reset_index()
    top = kinds.merge(best, on=list(by)).sort_values("best", kind="stable").groupby(axis).tail(1)
    return {str(kind): scores.merge(rows[list(by)], on=list(by)) for kind, rows in top.groupby(axis)}


@checked
def under_log_error(scores: pd.DataFrame, *, by: Sequence[str] = ("task",),
                    delta: float = 4.0) -> pd.DataFrame:
    """Kind of break under accuracy and under `log_error`, log size on the axis.

    Parameters
    ----------
    scores : DataFrame
        With ``value``, ``n_examples`` and ``noise``.
    by, delta
        As in `breaks`.

    Returns
    -------
    DataFrame
        Keys, ``best`` (highest accuracy), ``accuracy`` and ``log_error`` (kinds of break), and ``told``:
        whether both can tell.

    Raises
    ------
    InputError
        If `by` is empty.
    """
    need_columns(scores, at_least_one("by", by, "column"))
    value, items = scores["value"], scores["n_examples"]
    logged = scores.assign(value=log_error(value, items), noise=item_noise(value, items, of_log_error=True))
    columns = {}
    for name, table in (("accuracy", scores), ("log_error", logged)):
        columns[name] = kinds_by_axis(breaks(table, by=by, axes=("log",), delta=delta), by)["log"]
    best = scores.groupby(list(by))["value"].max()
    pair = pd.DataFrame({"best": best} | columns).dropna().reset_index()
    return pair.assign(told=(pair["accuracy"] != "cannot tell") & (pair["log_error"] != "cannot tell"))


@checked
def sweep_breaks(found: pd.DataFrame, by: Sequence[str], deltas: Sequence[float], *, first: str = "log",
                 second: str = "linear") -> pd.DataFrame:
    """Upward breaks on one axis, and how many of them are upward on another, by threshold.

    Parameters
    ----------
    found : DataFrame
        From `breaks`, on both axes.
    deltas : sequence of float
        Leads in AICc from which a break counts as supported.

    Returns
    -------
    DataFrame
        Columns ``delta``, ``up`` (on `first`), ``kept`` (up on both) and ``cannot_tell`` (up on `first`,
        undecided on `second`).

    Raises
    ------
    InputError
        If `deltas` is empty or holds something else than numbers above 0.
    """
    for delta in at_least_one("deltas", deltas, "lead"):
        positive("deltas", delta)
    rows = []
    for delta in deltas:
        kind = [_kind(float(lead), float(change), delta)
                for lead, change in zip(found["lead"], found["change"], strict=True)]
        counts = count_breaks(found.assign(kind=kind), by, first=first, second=second)
        upward = counts.loc["up"].to_dict()
        rows.append({"delta": delta, "up": sum(upward.values()), "kept": upward["up"],
                     "cannot_tell": upward["cannot tell"]})
    return pd.DataFrame(rows)


@checked
def bends_by_rule(scores: pd.DataFrame, found: pd.DataFrame, by: Sequence[str],
                  deltas: Sequence[float] = (2.0, 4.0, 10.0)) -> pd.DataFrame:
    """Upward bends on the logarithmic axis, and those that the linear one keeps, by other rules.

    Parameters
    ----------
    scores : DataFrame
        With ``noise``.
    found : DataFrame
        `breaks` of `scores` on both axes.
    deltas : sequence of float
        Leads in AICc for the rule of `found`; the other rules ask for that of `breaks`.

    Returns
    -------
    DataFrame
        ``rule`` and the columns of `sweep_breaks`, for the rule of `found`, for least squares without
        a floor of noise, and with an S-curve as a rival that bends without a break.

    Raises
    ------
    InputError
        If `deltas` is empty or holds something else than numbers above 0.
    """
    for delta in at_least_one("deltas", deltas, "lead"):
        positive("deltas", delta)
    bent = scores.merge(found.loc[found["kind"] == "up", list(by)].drop_duplicates(), on=list(by))
    curved = breaks(bent, by=by, rivals=(Line(), Logistic(floor=None)))
    squares = breaks(scores, by=by, noise=None)
    rules = {"this chapter's": (found, deltas), "scatter may be nil": (squares, (4.0,)),
             "S-curve as a rival": (curved, (4.0,))}
    return pd.concat([sweep_breaks(t, by, d).assign(rule=name) for name, (t, d) in rules.items()],
                     ignore_index=True)[["rule", "delta", "up", "kept", "cannot_tell"]]


@checked
def redrawn_breaks(scores: pd.DataFrame, kinds: pd.Series, *, axis: str = "log", x: str = "params",
                   by: Sequence[str] = ("task",), n_resamples: int = 10, seed: int = 0,
                   delta: float = 4.0) -> pd.Series:
    """How often a ladder keeps its kind of break when the same models answer redrawn items.

    Parameters
    ----------
    scores : DataFrame
        Fractions in ``value``, with ``n_examples``.
    kinds : Series
        Kind of break by ladder, indexed by the keys of `by`; only these ladders are redrawn.

    Returns
    -------
    Series
        Share of redraws with the same kind among those that can tell, indexed as `kinds`: the agreement
        that noise leaves. NaN where no redraw can tell.

    Raises
    ------
    InputError
        If `by` is empty, `n_resamples` no count or `delta` not above 0.
    """
    need_columns(scores, at_least_one("by", by, "column"))
    count("n_resamples", n_resamples, minimum=1)
    positive("delta", delta)
    rng = np.random.default_rng(seed)
    out = {}
    groups = dict(iter(scores.groupby(list(by))))
    for key, kind in kinds.items():
        g = groups[key if isinstance(key, tuple) else (key,)].sort_values(x, kind="stable")
        position, items = place(g[x], axis), g["n_examples"].to_numpy(dtype=int)
        draws = redrawn_scores(g["value"].to_numpy(dtype=float), items, n_resamples, rng)
        for curve in (Segmented(), Line()):
            FITS.ahead(curve, ((position, d, None) for d in draws if np.ptp(d) > 0))
        again = [_broken(position, d, item_noise(d, items), (Line(),), delta)["kind"] for d in draws]
        told = [a == kind for a in again if a != "cannot tell"]
        out[key] = float(np.mean(told)) if told else float("nan")
    return pd.Series(out, name="kept")


def _broken(position: Array, y: Array, noise: Array | None, rivals: Sequence[Curve],
            delta: float) -> dict[str, float | str]:
    if np.ptp(y) == 0:  # every curve fits: what is left is what AICc charges for two more parameters
        lead = _charge(Line(), len(y)) - _charge(Segmented(), len(y))
        return {"lead": lead, "change": 0.0, "at": float("nan"), "kind": _kind(lead, 0.0, delta)}
    bent = FITS.fit(Segmented(), position, y).params
    best = min(aicc_with_noise(r, position, y, noise) for r in rivals)
    lead = best - aicc_with_noise(Segmented(), position, y, noise)
    return {"lead": float(lead), "change": bent["change"], "at": bent["break"],
            "kind": _kind(lead, bent["change"], delta)}


def _kind(lead: float, change: float, delta: float) -> str:
    if lead >= delta:
        return "up" if change > 0 else "down"
    return "none" if lead <= -delta else "cannot tell"


def _charge(curve: Curve, n: int) -> float:
    """What AICc charges for the parameters of a curve and its variance."""
    k = len(curve.parameters) + 1
    return 2 * k + 2 * k * (k + 1) / (n - k - 1)
