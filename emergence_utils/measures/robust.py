"""What a verdict hangs on: the smallest model, the number of items, the rules, the definition itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd

from .._checks import count, counts
from .._typed import checked
from ..errors import InputError
from ..intervals import binomial
from ..ladders import Ladder
from ..resample import redrawn_scores
from ..results import Result
from ._tables import complete_ladders
from .define import DEFINITIONS, Rules
from .shape import breakthroughness, linearity

__all__ = ["agreement", "by_items", "by_smallest_model", "jump_power", "presence_all", "sweep_rules"]


@checked
def by_smallest_model(ladder: Ladder, rules: Rules | None = None) -> pd.DataFrame:
    """Pattern, breakthroughness and linearity when the smallest models are left out, one by one.

    Returns
    -------
    DataFrame
        One row per ladder start with at least four models left: ``smallest`` (scale of the first
        model), ``n_models``, ``pattern``, ``breakthroughness``, ``linearity``.

    Raises
    ------
    InputError
        With fewer than four models.
    """
    if len(ladder) < 4:
        raise InputError(f"a ladder needs at least four models to leave some out, got {len(ladder)}.")
    r, rows = rules or Rules(), []
    for i in range(len(ladder) - 3):
        part = ladder.part(slice(i, None))
        rows.append({"smallest": float(part.scale[0]), "n_models": len(part),
                     "pattern": r.presence(part).pattern, "breakthroughness": breakthroughness(part).estimate,
                     "linearity": linearity(part).estimate})
    return pd.DataFrame(rows)


@checked
def by_items(ladder: Ladder, items: Sequence[int], rules: Rules | None = None, *, n_resamples: int = 500,
             seed: int = 0) -> pd.DataFrame:
    """How often each pattern is found when the same true rates are measured on tests of other sizes.

    The observed scores are taken as the true rates and tests of `items` questions drawn from
    them: a simulation that isolates the effect of test size.

    Returns
    -------
    DataFrame
        Index ``items``, one column per pattern with its share of draws.
    """
    judge, rng = (rules or Rules()).presence, np.random.default_rng(count("seed", seed))
    rows = []
    for size in counts("items", items, minimum=1).tolist():
        of_size = replace(ladder, n_examples=np.full(len(ladder), float(size)), stderr=None)
        found = [judge(replace(of_size, score=score)).pattern
                 for score in redrawn_scores(ladder.score, size, count("n_resamples", n_resamples, minimum=1),
                                             rng, observed=False)]
        rows.append(pd.Series(found, dtype=str).value_counts(normalize=True).rename(size))
    table = pd.DataFrame(rows).fillna(0.0)
    table.index.name = "items"
    return table


@checked
def presence_all(scores: pd.DataFrame, *, x: str = "params", by: str | Sequence[str] = ("family", "task"),
                 across: Sequence[str] = (), min_models: int = 4, rules: Rules | None = None) -> pd.DataFrame:
    """Pattern of every ladder in a score table that has a ``chance`` column.

    Parameters
    ----------
    scores : DataFrame
    x : str
        Column of scale; rows without it must have been left out.
    by : str or sequence of str
        Columns that make a ladder.
    across : sequence of str
        As in `ladders`: columns in which the scores of one ladder may differ all the same.
    min_models : int
        Shorter ladders are not judged; ``attrs["left_out"]`` says how many there were.

    Returns
    -------
    DataFrame
        One row per ladder: keys, ``n_models``, ``pattern``, ``scope`` (of whom it speaks), ``rise`` (last
        minus first score) and ``largest_share`` (largest adjacent increment over the range).

    Raises
    ------
    InputError, UnknownNameError
        As `define_all`.
    """
    keys = [by] if isinstance(by, str) else list(by)
    r, rows = rules or Rules(), []
    ladders = complete_ladders(scores, x, keys, across, max(count("min_models", min_models), 2))
    for ladder in ladders:
        y, found = ladder.better, r.presence(ladder)
        span = float(np.ptp(y))
        rows.append(dict(ladder.key) | {
            "n_models": len(y), "pattern": found.pattern, "scope": found.scope, "rise": float(y[-1] - y[0]),
            "largest_share": float(np.diff(y).max() / span) if span > 0 else 0.0})
    table = pd.DataFrame(rows, columns=[*keys, "n_models", "pattern", "scope", "rise", "largest_share"])
    table.attrs["left_out"] = len(ladders.left_out)
    return table


@checked
def sweep_rules(scores: pd.DataFrame, *, x: str = "params", by: str = "task",
                negligible: Sequence[float] = (0.0, 0.01, 0.02, 0.05, 0.10),
                hold_out: Sequence[int] = (1, 2, 3), tolerance: Sequence[float] = (0.10, 0.25, 0.50),
                pace: Sequence[float] = (0.5, 1.0, 2.0), rules: Rules | None = None) -> pd.DataFrame:
    """Count the ladders that meet each elementary definition while one rule at a time is moved.

    Parameters
    ----------
    scores : DataFrame
        As in `define_all`.
    negligible, hold_out, tolerance, pace : sequences
        Values of the rules; `hold_out` and `tolerance` are crossed.
    rules : Rules, optional
        The values of the rules that are not being moved.

    Returns
    -------
    DataFrame
        Columns ``definition``, ``rule``, ``curves`` (how many say yes), ``cannot_tell``.
    """
    r = rules or Rules()
    ladders = complete_ladders(scores, x, by)
    rows: list[tuple[str, str, int, int]] = []

    def add(definition: str, rule: str, answers: list[str], yes: str) -> None:
        rows.append((definition, rule, answers.count(yes), answers.count("cannot tell")))

    for excess in negligible:
        judge = replace(r, negligible=excess).presence
        found = [judge(a).pattern for a in ladders]
        add("absent_present", f"negligible excess {excess:.2f}", list(map(str, found)), "emergent")
    for held in hold_out:
        ask = replace(r, hold_out=held).forecastability
        told = [ask.forecasts(a) for a in ladders]  # once for all tolerances
        for limit in tolerance:
            judged = replace(ask, tolerance=limit)
            add("not_extrapolable", f"{held} held out, tolerance {limit:.2f}",
                [str(judged.judge(a, t).better) for a, t in zip(ladders, told, strict=True)], "yes")
    for speed in pace:
        test = replace(r, pace=speed).jump
        add("sharp", f"smooth means {speed:g} ranges a decade", [str(test(a).answer) for a in ladders],
            "sharp")
    return pd.DataFrame(rows, columns=["definition", "rule", "curves", "cannot_tell"])


@checked
def agreement(verdicts: pd.DataFrame, *, of_attainable: bool = False) -> pd.DataFrame:
    """Cohen's kappa between definitions over the ladders on which both say yes or no.

    Kappa is agreement beyond what the two rates of *yes* would give by accident: 1 is perfect,
    0 is accident; NaN where a definition says the same of every ladder.

    Parameters
    ----------
    verdicts : DataFrame
        Columns named as in `DEFINITIONS` that hold "yes", "no" or "cannot tell" (from `define_all`).
    of_attainable : bool
        Divide by the largest kappa that the two rates of *yes* allow: where one definition is met
        far more often than the other, full agreement is out of reach.

    Returns
    -------
    DataFrame, square
        ``attrs["decided"]`` counts the ladders behind each pair.

    Raises
    ------
    InputError
        If fewer than two definitions are among the columns, or a cell holds another word.
    """
    names = [c for c in DEFINITIONS if c in verdicts]
    if len(names) < 2:
        raise InputError(f"agreement needs at least two of {', '.join(DEFINITIONS)} as columns.")
    words = verdicts[names].astype(str)
    odd = ~words.isin(["yes", "no", "cannot tell"])
    if odd.to_numpy().any():
        raise InputError(f"verdicts must be 'yes', 'no' or 'cannot tell', got "
                         f"'{words.to_numpy()[odd.to_numpy()][0]}'.")
    out = pd.DataFrame(np.nan, index=names, columns=names)
    decided = pd.DataFrame(0, index=names, columns=names)
    for a, b in combinations_with_replacement(names, 2):
        both = ((words[a] != "cannot tell") & (words[b] != "cannot tell")).to_numpy()
        va, vb = (words[a] == "yes").to_numpy()[both], (words[b] == "yes").to_numpy()[both]
        decided.loc[a, b] = decided.loc[b, a] = int(both.sum())
        if len(set(va)) > 1 and len(set(vb)) > 1:
            by_accident = va.mean() * vb.mean() + (1 - va.mean()) * (1 - vb.mean())
            kappa = ((va == vb).mean() - by_accident) / (1 - by_accident)
            if of_attainable:
                kappa /= (1 - abs(va.mean() - vb.mean()) - by_accident) / (1 - by_accident)
            out.loc[a, b] = out.loc[b, a] = kappa
    out.attrs["decided"] = decided
    return out


@checked
def jump_power(scores: pd.DataFrame, *, rise: float = 0.5, x: str = "params", by: str = "task",
               rules: Rules | None = None, seed: int = 0) -> Result:
    """How often the jump test finds a true step on ladders with these scales and item counts.

    A simulation: on every ladder the score is chance up to a random gap narrow enough to be tested
    and ``chance + rise * (1 - chance)`` after it, with binomial noise.

    Returns
    -------
    Result
        Share of ladders called sharp, with a Wilson interval; those with no such gap are left out.
    """
    r, rng, found = rules or Rules(), np.random.default_rng(count("seed", seed)), []
    for ladder in complete_ladders(scores, x, by):
        narrow = np.flatnonzero(np.diff(ladder.x) * r.pace < 1)
        counted = ladder.metric is None or ladder.metric.all_or_nothing
        if not len(narrow) or ladder.n_examples is None or not counted:
            continue
        after = int(narrow[int(rng.random() * len(narrow))])
        c = ladder.chance
        truth = np.where(np.arange(len(ladder)) > after, c + rise * (1 - c), c)
        n = np.maximum(np.rint(ladder.n_examples), 1)
        drawn = redrawn_scores(truth, n, 1, rng, observed=False)[0]
        found.append(r.jump(replace(ladder, score=drawn, n_examples=n, stderr=None)).answer == "sharp")
    if not found:
        raise InputError(f"scores must hold a ladder with a gap below {1 / r.pace:g} decades, got none.")
    return binomial(int(np.sum(found)), len(found))
