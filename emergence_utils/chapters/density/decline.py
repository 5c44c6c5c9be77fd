"""The largest step between neighbours as models are left out: does it shrink as the ladder fills?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import at_least_one, count, need_columns, positive
from ..._typed import checked
from ...curves import Logistic, Step
from ...errors import InputError, UnknownNameError
from ...resample import binomial_quantile
from ..fit_memory import FitMemory

__all__ = ["DECLINE_CURVES", "Thinned", "decline", "dense_part", "exponent", "exponents", "fit_ahead",
           "summarise"]

Array = NDArray[np.float64]
#: What the largest step is measured on, at the same models: the scores themselves; a smooth rise and a
#: step fitted to them; the smooth rise with the noise of the items.
DECLINE_CURVES = ("observed", "smooth", "smooth with item noise", "step")

_FITS = FitMemory(kept=1024)


@dataclass(frozen=True)
class Thinned:
    """Many ladders thinned out: what `exponents` returns.

    Parameters
    ----------
    table : DataFrame
        One row per ladder: keys, ``models``, ``decades`` (its length), ``gap`` (widest, decades), ``rise``,
        ``misfit`` (p of a pattern in the residuals of the smooth curve), and one exponent for each of
        `DECLINE_CURVES`, NaN where it has no rise.
    declines : DataFrame
        The tables of `decline` with the keys added.
    left_out : int
        Ladders with fewer than six models or too small a rise.
    """

    table: pd.DataFrame
    declines: pd.DataFrame
    left_out: int


def dense_part(scale: ArrayLike, *, max_gap: float = 0.125) -> NDArray[np.bool_]:
    """The end of a ladder in which neighbours lie close together.

    Parameters
    ----------
    scale : array-like, shape (n,)
        Parameters, tokens, FLOPs or steps, all positive, in any order.
    max_gap : float
        Widest gap between neighbours, in decades.

    Returns
    -------
    ndarray of bool, shape (n,)
        True for the largest models up to the first gap, counted from above, that is wider.

    Raises
    ------
    InputError
        If `max_gap` is not above 0.

    Examples
    --------
    >>> dense_part([1, 2, 4, 5, 6], max_gap=0.125).tolist()
    [False, False, True, True, True]
    """
    positive("max_gap", max_gap)
    x = _log(scale)
    order = np.argsort(x, kind="stable")
    wide = np.flatnonzero(np.diff(x[order]) > max_gap)
    keep = np.zeros(len(x), dtype=bool)
    keep[order[wide[-1] + 1 if len(wide) else 0:]] = True
    return keep


def decline(scale: ArrayLike, value: ArrayLike, n_examples: ArrayLike, *, sizes: Sequence[int] | None = None,
            min_width: float = 1.0, n_subsets: int = 20, seed: int = 0) -> pd.DataFrame:
    """Largest step between neighbours on subsets of a ladder, beside what a smooth curve would show.

    A subset of k models keeps both ends and takes the models nearest to k evenly spaced points of
    the logarithmic axis, with a random phase. A logistic curve (floor and ceiling free, 10-90 % rise of
    at least `min_width` decades) and a step are fitted once to the whole ladder and evaluated at
    the same models, so that gaps in the ladder weigh on all three alike.

    Parameters
    ----------
    scale : array-like, shape (n,)
        Positive, not yet logged, all different; at least six.
    value : array-like, shape (n,)
        Fractions of items right.
    n_examples : array-like, shape (n,) or scalar
        Items per score.
    sizes : sequence of int, optional
        Numbers of models k; by default a geometric row from 3 to n.
    min_width : float
        Narrowest rise that counts as smooth, in decades.
    n_subsets : int
        Random subsets per k.
    seed : int

    Returns
    -------
    DataFrame
        One row per subset: ``models`` (how many there are in it, at most k) and, for each of
        `DECLINE_CURVES`, the largest step as a share of the range of the whole ladder.
        ``attrs["misfit"]`` is the p of a pattern in the residuals of the smooth curve: where it is small
        the scores follow a curve of another shape.

    Raises
    ------
    InputError
        On fewer than six models, equal scales, or a flat ladder.
    """
    x, v, n = _points(scale, value, n_examples)
    if len(x) < 6 or len(np.unique(x)) < len(x):
        raise InputError(f"a ladder to thin out needs at least six models of different scale, got {len(x)}.")
    span = float(np.ptp(v))
    if span == 0:
        raise InputError(f"all {len(v)} scores are {v[0]:g}; there is no rise to divide into steps.")
    rise = _FITS.fit(_smooth(min_width), x, v, n)
    smooth, step = rise.predict(x), _FITS.fit(Step(), x, v, n).predict(x)
    rng = np.random.default_rng(seed)
    kept, chances = [], []
    for k in sizes if sizes is not None else _geometric(len(x)):
        for _ in range(n_subsets if k < len(x) else 1):
            kept.append(np.arange(len(x)) if k >= len(x) else _spread(x, k, rng))
            chances.append(rng.random(len(kept[-1])))
    at = np.concatenate(kept)  # all subsets at once: one by one the calls cost more than the arithmetic
    items = np.rint(n[at])
    noisy = binomial_quantile(np.concatenate(chances), items, np.clip(smooth[at], 0, 1)) / items
    curves = dict(zip(DECLINE_CURVES, (v[at], smooth[at], noisy, step[at]), strict=True))
    first = np.cumsum([0, *map(len, kept)])
    rows = [{"models": len(i)} | {name: float(np.diff(y[a:a + len(i)]).max()) / span
                                  for name, y in curves.items()}
            for i, a in zip(kept, first[:-1], strict=True)]
    table = pd.DataFrame(rows)
    table.attrs["misfit"] = rise.lack_of_fit
    return table


def fit_ahead(ladders: Iterable[tuple[ArrayLike, ArrayLike, ArrayLike]], *, min_width: float = 1.0) -> None:
    """Fit the smooth rise of many ladders at once, for `decline` to find.

    Parameters
    ----------
    ladders : iterable of (scale, value, n_examples)
        As in `decline`; those that it would refuse are left to it.
    min_width : float
        As in `decline`.
    """
    points = (_points(*one) for one in ladders)
    _FITS.ahead(_smooth(min_width), [(x, v, n) for x, v, n in points if len(x) >= 6 and np.ptp(v) != 0])


def _smooth(min_width: float) -> Logistic:
    return Logistic(floor=None, min_width=min_width)


def exponent(declining: pd.DataFrame, curve: str = "observed") -> float:
    r"""Exponent b of *largest step* :math:`\propto (k - 1)^{-b}`, by least squares on the logs.

    About 1 for a smooth curve on evenly spaced models, 0 for a step; item noise and gaps in the ladder
    pull a smooth curve's exponent down, so compare with the other columns of `decline`.

    Examples
    --------
    >>> exponent(pd.DataFrame({"models": [3, 5, 9], "observed": [0.5, 0.25, 0.125]}))
    1.0
    """
    if curve not in declining:
        raise UnknownNameError("curve", curve, [c for c in DECLINE_CURVES if c in declining])
    models, at = np.unique(declining["models"].to_numpy(), return_inverse=True)
    mean = np.bincount(at, declining[curve].to_numpy(dtype=float)) / np.bincount(at)
    rises = mean > 0  # no rise at all has no logarithm
    if rises.sum() < 3:
        raise InputError("an exponent needs at least three numbers of models with a rise, got "
                         f"{rises.sum()}.")
    slope = np.polyfit(np.log(models[rises] - 1.0), np.log(mean[rises]), 1)[0]
    return round(-float(slope), 12) + 0.0


@checked
def exponents(scores: pd.DataFrame, *, x: str, by: Sequence[str], max_gap: float | None = None,
              min_rise: float = 10.0, min_width: float = 1.0, n_subsets: int = 20,
              seed: int = 0) -> Thinned:
    """`decline` and its exponents for every ladder of a score table.

    Parameters
    ----------
    scores : DataFrame
        Score table of fractions with item counts.
    x : str
        Column of scale; of models that share a scale the first is kept.
    by : sequence of str
        Columns that make a ladder.
    max_gap : float, optional
        Keep only the `dense_part` of each ladder.
    min_rise : float
        Least range of a ladder, in standard errors of its noisiest score; below it item noise makes the
        largest step whatever the curve.
    min_width, n_subsets, seed
        As in `decline`.

    Returns
    -------
    Thinned

    Raises
    ------
    InputError
        If `by` is empty, `n_subsets` no count or `max_gap` not above 0.
    """
    need_columns(scores, at_least_one("by", by, "column"))
    count("n_subsets", n_subsets, minimum=1)
    if max_gap is not None:
        positive("max_gap", max_gap)
    rows, tables, left_out = [], [], 0
    kept: list[tuple[dict[str, Any], pd.DataFrame]] = []
    for key, g in scores.groupby(list(by), sort=True):
        ladder = g[g[x] > 0].drop_duplicates(x).sort_values(x, kind="stable")
        if max_gap is not None and len(ladder):
            ladder = ladder[dense_part(ladder[x], max_gap=max_gap)]
        v = ladder["value"]
        noise = np.sqrt(v * (1 - v) / ladder["n_examples"]).max()
        if len(ladder) < 6 or not np.ptp(v) > min_rise * noise:
            left_out += 1
            continue
        kept.append(({str(c): v for c, v in zip(by, key, strict=True)}, ladder))
    fit_ahead([(ladder[x], ladder["value"], ladder["n_examples"]) for _, ladder in kept], min_width=min_width)
    for keys, ladder in kept:
        table = decline(ladder[x], ladder["value"], ladder["n_examples"], min_width=min_width,
                        n_subsets=n_subsets, seed=seed)
        logs = np.log10(ladder[x].to_numpy(dtype=float))
        rows.append(keys | {"models": len(ladder), "decades": float(np.ptp(logs)),
                            "gap": float(np.diff(logs).max()), "rise": float(np.ptp(ladder["value"])),
                            "misfit": table.attrs["misfit"]}
                    | {c: exponent(table, c) if table[c].max() > 0 else np.nan for c in DECLINE_CURVES})
        tables.append(pd.concat([table, pd.DataFrame(keys, index=table.index)], axis=1))
    if not rows:
        raise InputError(f"none of {left_out} ladders by {', '.join(by)} has six models and a rise of "
                         f"{min_rise:g} standard errors.")
    return Thinned(pd.DataFrame(rows), pd.concat(tables, ignore_index=True), left_out)


def summarise(declines: pd.DataFrame, *, ladder: Sequence[str]) -> pd.DataFrame:
    """Median largest step over ladders, with quartiles, by number of models.

    Parameters
    ----------
    declines : DataFrame
        From `exponents`.
    ladder : sequence of str
        Columns that make a ladder; each counts once per number of models.

    Returns
    -------
    DataFrame
        Columns ``models`` (geometric mean of the bin, two bins an octave), ``curve``,
        ``estimate``, ``low``, ``high`` (quartiles over ladders).
    """
    long = declines.melt([*ladder, "models"], list(DECLINE_CURVES), var_name="curve", value_name="share")
    long["bin"] = np.round(2 * np.log2(long["models"] / 3)).astype(int)
    each = long.groupby(["curve", "bin", *ladder], as_index=False).agg(share=("share", "mean"),
                                                                      models=("models", "mean"))
    out = each.groupby(["curve", "bin"], as_index=False).agg(
        models=("models", lambda m: float(np.exp(np.log(m).mean()))), estimate=("share", "median"),
        low=("share", lambda s: s.quantile(0.25)), high=("share", lambda s: s.quantile(0.75)))
    return out.drop(columns="bin").sort_values(["curve", "models"], ignore_index=True)


def _points(scale: ArrayLike, value: ArrayLike, n_examples: ArrayLike) -> tuple[Array, Array, Array]:
    """Logarithm of scale, scores and items in the order of scale."""
    x, v = _log(scale), np.asarray(value, dtype=float)
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), x.shape)
    order = np.argsort(x, kind="stable")
    return x[order], v[order], n[order]


def _log(scale: ArrayLike) -> Array:
    s = np.asarray(scale, dtype=float)
    if s.ndim != 1 or not (np.isfinite(s).all() and (s > 0).all()):
        raise InputError("scale must be a row of positive finite numbers; leave step 0 out.")
    return np.asarray(np.log10(s))


def _geometric(n: int) -> list[int]:
    return sorted({*np.round(np.geomspace(3, n, max(3, round(2 * np.log2(n / 3)) + 1))).astype(int).tolist()})


def _spread(x: Array, k: int, rng: np.random.Generator) -> NDArray[np.int_]:
    """The models nearest to k points that are even on the axis, ends included, with a random phase."""
    cell = np.ptp(x) / (k - 1)
    points = x[0] + cell * (np.arange(1, k - 1) + rng.uniform(-0.5, 0.5))
    inner = np.abs(x[:, None] - points).argmin(axis=0)
    return np.unique(np.concatenate([[0], inner, [len(x) - 1]]))
