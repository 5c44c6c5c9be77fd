"""What a verdict hangs on: the smallest model, the number of items, the definition itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..errors import InputError
from ..intervals import binomial
from ..results import Result
from .definitions import DEFINITIONS, Rules
from .extrapolation import extrapolate
from .jumps import jump_test
from .presence import above_chance, presence
from .shape import breakthroughness, linearity

__all__ = ["agreement", "by_items", "by_smallest_model", "jump_power", "presence_all", "sweep_rules"]


def by_smallest_model(scale: ArrayLike, value: ArrayLike, n_examples: ArrayLike, chance: float, *,
                      rules: Rules | None = None) -> pd.DataFrame:
    """Pattern, breakthroughness and linearity when the smallest models are left out, one by one.

    Parameters
    ----------
    scale, value, n_examples, chance
        As in `define`.
    rules : Rules, optional

    Returns
    -------
    DataFrame
        One row per ladder start with at least four models left: ``smallest`` (scale of the first
        model), ``n_models``, ``pattern``, ``breakthroughness``, ``linearity``.
    """
    r = rules or Rules()
    s = np.asarray(scale, dtype=float)
    order = np.argsort(s, kind="stable")
    v = np.asarray(value, dtype=float)[order]
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), s.shape)[order]
    if len(s) < 4:
        raise InputError(f"a ladder needs at least four models to leave some out, got {len(s)}.")
    above = above_chance(v, n, chance + r.negligible, level=r.level)["verdict"].to_numpy() == "above"
    return pd.DataFrame([
        {"smallest": s[order][i], "n_models": len(s) - i, "pattern": presence(above[i:]),
         "breakthroughness": breakthroughness(v[i:]).estimate, "linearity": linearity(v[i:]).estimate}
        for i in range(len(s) - 3)
    ])


def by_items(scale: ArrayLike, value: ArrayLike, chance: float, items: Sequence[int], *,
             rules: Rules | None = None, n_resamples: int = 500, seed: int = 0) -> pd.DataFrame:
    """How often each pattern is found when the same true rates are measured on tests of other sizes.

    The observed scores are taken as the true rates and tests of `items` questions drawn from
    them: a simulation that isolates the effect of test size.

    Returns
    -------
    DataFrame
        Index ``items``, one column per pattern with its share of draws.
    """
    r = rules or Rules()
    v = np.asarray(value, dtype=float)[np.argsort(np.asarray(scale, dtype=float), kind="stable")]
    rng = np.random.default_rng(seed)
    rows = []
    for m in items:
        draws = rng.binomial(m, v, size=(n_resamples, len(v))) / m
        above = np.column_stack([
            above_chance(draws[:, i], m, chance + r.negligible, level=r.level)["verdict"] == "above"
            for i in range(len(v))
        ])
        rows.append(pd.Series([presence(a) for a in above]).value_counts(normalize=True).rename(m))
    table = pd.DataFrame(rows).fillna(0.0)
    table.index.name = "items"
    return table


def presence_all(scores: pd.DataFrame, *, x: str = "train_flops", by: Sequence[str] = ("family", "task"),
                 min_models: int = 4, rules: Rules | None = None) -> pd.DataFrame:
    """Pattern of every ladder in a score table that has a ``chance`` column.

    Parameters
    ----------
    scores : DataFrame
    x : str
        Column of scale; rows without it must have been left out.
    by : sequence of str
        Columns that make a ladder.
    min_models : int
        Shorter ladders are not judged; ``attrs["left_out"]`` says how many there were.

    Returns
    -------
    DataFrame
        One row per ladder: keys, ``n_models``, ``pattern``, ``rise`` (last minus first score) and
        ``largest_share`` (largest adjacent increment over the range).
    """
    r = rules or Rules()
    if scores[x].isna().any():
        raise InputError(f"column '{x}' is missing in {int(scores[x].isna().sum())} of {len(scores)} rows; "
                         "leave those rows out and say so.")
    rows, short = [], 0
    for key, g in scores.groupby(list(by), sort=True):
        g = g.sort_values(x, kind="stable")
        if len(g) < min_models:
            short += 1
            continue
        above = above_chance(g["value"], g["n_examples"], g["chance"] + r.negligible, level=r.level)
        span = float(np.ptp(g["value"]))
        rows.append(dict(zip(by, key, strict=True)) | {
            "n_models": len(g), "pattern": presence(above["verdict"] == "above"),
            "rise": float(g["value"].iloc[-1] - g["value"].iloc[0]),
            "largest_share": float(np.diff(g["value"]).max() / span) if span > 0 else 0.0,
        })
    table = pd.DataFrame(rows)
    table.attrs["left_out"] = short
    return table


def sweep_rules(scores: pd.DataFrame, *, x: str = "params", by: str = "task",
                negligible: Sequence[float] = (0.0, 0.01, 0.02, 0.05, 0.10),
                hold_out: Sequence[int] = (1, 2, 3), tolerance: Sequence[float] = (0.10, 0.25, 0.50),
                min_width: Sequence[float] = (0.5, 1.0, 2.0), rules: Rules | None = None,
                n_resamples: int = 200) -> pd.DataFrame:
    """Count the curves that meet each elementary definition while one rule at a time is moved.

    Parameters
    ----------
    scores : DataFrame
        As in `define_all`.
    negligible, hold_out, tolerance, min_width : sequences
        Values of the rules; `hold_out` and `tolerance` are crossed.
    rules : Rules, optional
        The values of the rules that are not being moved.

    Returns
    -------
    DataFrame
        Columns ``definition``, ``rule``, ``curves``.
    """
    r = rules or Rules()
    curves = [(np.log10(g[x].to_numpy()), g["value"].to_numpy(), g["n_examples"].to_numpy(),
               float(g["chance"].iloc[0])) for _, g in scores.groupby(by)]
    rows: list[tuple[str, str, int]] = []
    for excess in negligible:
        found = presence_all(scores, x=x, by=[by], rules=replace(r, negligible=excess))["pattern"]
        rows.append(("absent_present", f"negligible excess {excess:.2f}", int((found == "emergent").sum())))
    for held in hold_out:
        forecasts = [extrapolate(s, v, n, chance=c, hold_out=held) for s, v, n, c in curves]
        rows += [("not_extrapolable", f"{held} held out, tolerance {limit:.2f}",
                  sum(t.estimate > 0 and not (t.within_noise or t.miss <= limit) for t in forecasts))
                 for limit in tolerance]
    for width in min_width:
        p = [jump_test(s, v, n, min_width=width, n_resamples=n_resamples).p_value for s, v, n, _ in curves]
        rows.append(("sharp", f"smooth means {width:g} decades", int(np.sum(np.array(p) < r.alpha))))
    return pd.DataFrame(rows, columns=["definition", "rule", "curves"])


def agreement(verdicts: pd.DataFrame, *, of_attainable: bool = False) -> pd.DataFrame:
    """Cohen's kappa between definitions over the same curves.

    Kappa is agreement beyond what the two rates of *yes* would give by accident: 1 is perfect,
    0 is accident; NaN where a definition says the same of every curve.

    Parameters
    ----------
    verdicts : DataFrame
        Boolean columns named as in `DEFINITIONS` (e.g. from `define_all`).
    of_attainable : bool
        Divide by the largest kappa that the two rates of *yes* allow: where one definition is met
        far more often than the other, full agreement is out of reach.

    Returns
    -------
    DataFrame, square
    """
    names = [c for c in DEFINITIONS if c in verdicts]
    if len(names) < 2:
        raise InputError(f"agreement needs at least two of {', '.join(DEFINITIONS)} as columns.")
    out = pd.DataFrame(np.nan, index=names, columns=names)
    for a, b in combinations_with_replacement(names, 2):
        va, vb = verdicts[a].to_numpy(dtype=bool), verdicts[b].to_numpy(dtype=bool)
        if len(set(va)) > 1 and len(set(vb)) > 1:
            by_accident = va.mean() * vb.mean() + (1 - va.mean()) * (1 - vb.mean())
            kappa = ((va == vb).mean() - by_accident) / (1 - by_accident)
            if of_attainable:
                kappa /= (1 - abs(va.mean() - vb.mean()) - by_accident) / (1 - by_accident)
            out.loc[a, b] = out.loc[b, a] = kappa
    return out


def jump_power(scores: pd.DataFrame, *, rise: float = 0.5, x: str = "params", by: str = "task",
               rules: Rules | None = None, n_resamples: int = 200, seed: int = 0) -> Result:
    """How often the jump test finds a true step on ladders with these scales and item counts.

    A simulation: on every curve's own ladder the score is chance up to a random gap no wider than
    `rules.min_width` and ``chance + rise * (1 - chance)`` after it, with binomial noise.

    Returns
    -------
    Result
        Share of curves on which the test at `rules.alpha` rejects, with a Wilson interval.
    """
    r = rules or Rules()
    rng = np.random.default_rng(seed)
    found = []
    for _, g in scores.groupby(by):
        g = g.sort_values(x, kind="stable")
        s, n, c = np.log10(g[x].to_numpy()), g["n_examples"].to_numpy(), float(g["chance"].iloc[0])
        after = rng.choice(np.flatnonzero(np.diff(s) <= r.min_width))
        truth = np.where(np.arange(len(s)) > after, c + rise * (1 - c), c)
        counts = np.rint(n).astype(int)
        p = jump_test(s, rng.binomial(counts, truth) / counts, n, min_width=r.min_width,
                      n_resamples=n_resamples).p_value
        found.append(p < r.alpha)
    return binomial(int(np.sum(found)), len(found))
