"""What small tests can tell: zeros before a step, and emergent tasks that smooth curves give as well."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from ..._checks import count, positive
from ..._typed import checked
from ...curves import Logistic, fit_each
from ...intervals import two_proportions
from ...ladders import Ladder
from ...measures import Presence
from ...resample import redrawn_scores
from ...results import Interval, Result

__all__ = ["beyond_smooth", "smooth_draws", "steady_emergent", "steps_from_zero"]

Array = NDArray[np.float64]


@checked
def smooth_draws(scores: pd.DataFrame, *, draws: int = 20, decades: float = 1.0,
                 seed: int = 0) -> pd.DataFrame:
    """Judge each task as published, and as it would come out if its true curve were smooth.

    The smooth curve of a task is the logistic from chance to 1 that fits it best and takes `decades` of scale
    at least for its rise; scores are drawn from it with the same numbers of items. What is picked, the first
    model above chance and the largest step, is thus picked from noise as it was from the scores.

    Parameters
    ----------
    scores : DataFrame
        Score table, one ladder per task, with item counts and chance.
    draws : int
        Ladders drawn per task.

    Returns
    -------
    DataFrame
        ``task``, ``draw`` (0 as published), ``pattern`` (of `Presence`), ``largest_share`` (largest step over
        the range).

    Raises
    ------
    InputError
        If `draws` is no count of at least 1, or `decades` not above 0.
    """
    count("draws", draws, minimum=1)
    positive("decades", decades)
    rows, rng = [], np.random.default_rng(seed)
    tasks = list(scores.sort_values("params", kind="stable").groupby("task", sort=True))
    curves = [Logistic(floor=float(g["chance"].iloc[0]), ceiling=1.0, min_width=decades) for _, g in tasks]
    smooth = fit_each(curves, [(np.log10(g["params"]), g["value"], g["n_examples"]) for _, g in tasks],
                      doubts=False)
    for (task, g), found in zip(tasks, smooth, strict=True):
        chance, n = float(g["chance"].iloc[0]), g["n_examples"].to_numpy()
        y, truth = g["value"].to_numpy(), found.predict(np.log10(g["params"].to_numpy()))
        drawn = np.vstack([y, redrawn_scores(truth, n, draws, rng, observed=False)])
        for i, value in enumerate(drawn):
            ladder = Ladder.of(g["params"], value, n, metric=str(g["metric"].iloc[0]), chance=chance)
            rows.append({"task": task, "draw": i, "pattern": Presence()(ladder).pattern,
                         "largest_share": _largest_share(value)})
    return pd.DataFrame(rows)


def beyond_smooth(judged: pd.DataFrame, pattern: str = "emergent", level: float = 0.95) -> Result:
    """Number of tasks with a pattern, less the number that smooth curves give.

    Parameters
    ----------
    judged : DataFrame
        Of `smooth_draws`.

    Returns
    -------
    Result
        The interval is where the difference would lie if all curves were smooth, turned about the estimate;
        n counts tasks.
    """
    found = (judged["pattern"] == pattern).groupby(judged["draw"]).sum()
    published, null = float(found.loc[0]), found.drop(index=0)
    spread = float(null.std(ddof=1)) * np.sqrt(1 + 1 / len(null))
    half = float(special.stdtrit(len(null) - 1, (1 + level) / 2) * spread)
    note = f"{published:.0f} as published, {null.mean():.1f} where all curves are smooth"
    gap = published - float(null.mean())
    return Result.with_interval(gap, Interval(gap - half, gap + half, level, "parametric draws"),
                                judged["task"].nunique(), (note,))


def steady_emergent(redrawn: pd.DataFrame, kept: float = 0.9) -> Result:
    """Number of tasks that are absent, then present, and stay so in that share of new tests.

    Parameters
    ----------
    redrawn : DataFrame
        Of `chapters.definition.redrawn_patterns`: ``pattern`` and ``kept``.

    Returns
    -------
    Result
        n counts tasks that can tell. ``undetermined`` without any such task: small tests, not the abilities,
        then keep it from being found.
    """
    emergent = redrawn[redrawn["pattern"] == "emergent"]
    solid = int((emergent["kept"] >= kept).sum())
    note = f"a count; {len(emergent)} look emergent as published"
    return Result(float(solid), None, len(redrawn), "limited" if solid else "undetermined", (note,))


def steps_from_zero(scores: pd.DataFrame) -> pd.DataFrame:
    """The largest step of each ladder that starts from a score of exactly zero, and whether it is sure.

    Parameters
    ----------
    scores : DataFrame
        Score table with item counts; a ladder is one source, task, metric, prompting and n_shot.

    Returns
    -------
    DataFrame
        ``source``, ``task``, ``n_examples``, ``rise`` and ``low`` (the lower end of Newcombe's interval);
        ladders whose largest step starts elsewhere have no row, ``attrs["elsewhere"]`` counts them.
    """
    rows, elsewhere = [], 0
    keys = ["source", "task", "metric", "prompting", "n_shot"]
    for key, g in scores[scores["n_examples"].notna()].groupby(keys, dropna=False, sort=True):
        g = g.sort_values("params", kind="stable")
        n, k = (np.rint(v).astype(int).tolist() for v in (g["n_examples"], g["value"] * g["n_examples"]))
        gaps = [b - a for a, b in pairwise(g["value"])]
        if not gaps or max(gaps) <= 0:
            continue
        at = int(np.argmax(gaps))
        if k[at] > 0:
            elsewhere += 1
            continue
        rise = two_proportions(k[at + 1], n[at + 1], 0, n[at])
        low = rise.interval.low if rise.interval is not None else -1.0
        rows.append({"source": key[0], "task": key[1], "n_examples": n[at], "rise": rise.estimate,
                     "low": low})
    out = pd.DataFrame(rows, columns=["source", "task", "n_examples", "rise", "low"])
    out.attrs["elsewhere"] = elsewhere
    return out


def _largest_share(y: Array) -> float:
    span = float(np.ptp(y))
    return float(np.diff(y).max() / span) if span > 0 else 0.0
