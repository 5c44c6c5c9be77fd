"""Smooth abilities behind a threshold: how it looks, and whether real ladders rise suddenly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import at_least_one, fraction
from ..._typed import checked
from ...errors import InputError
from ...ladders import Ladder
from ...measures import Rules, presence_all
from ...results import Result
from ..definition.agreement import bounded_share
from .averages import ladder_shape, task_grid

__all__ = ["gradual_share", "jumps_of_emergent", "latent_threshold", "passing_levels", "share_passing"]

Array = NDArray[np.float64]


@checked
def latent_threshold(scale: ArrayLike, level: float, *, slope: float = 1.0,
                     spread: float = 0.3) -> pd.DataFrame:
    """A steadily growing ability and the share of tasks on which it exceeds what is needed. Simulated.

    The ability grows by `slope` per decade; what a task needs is normal around `level` with
    standard deviation `spread` (both in units of the ability).

    Returns
    -------
    DataFrame
        ``scale``, ``ability`` (over its range), ``useful`` (share of tasks).

    Examples
    --------
    >>> latent_threshold([1, 10, 100], level=1.0)["useful"].round(3).tolist()
    [0.0, 0.5, 1.0]
    """
    from scipy import special

    x = np.log10(np.asarray(scale, dtype=float))
    if spread <= 0 or slope <= 0:
        raise InputError(f"slope and spread must be positive, got {slope} and {spread}.")
    ability = slope * (x - x.min())
    return pd.DataFrame({"scale": 10**x, "ability": ability / ability.max(),
                         "useful": special.ndtr((ability - level) / spread)})


def share_passing(grid: pd.DataFrame, level: float) -> pd.Series:
    """Share of tasks at each scale whose score above guessing reaches `level`.

    Examples
    --------
    >>> share_passing(pd.DataFrame([[0.1, 0.6], [0.5, 0.9]]), 0.5).tolist()
    [0.5, 1.0]
    """
    if not 0 < level < 1:
        raise InputError(f"level must lie in (0, 1), got {level}.")
    return (grid >= level).mean()


def jumps_of_emergent(data: pd.DataFrame, *, min_models: int = 7, rules: Rules | None = None) -> pd.DataFrame:
    """Ladders that are absent and then present: is their rise sudden, gradual, or can they not tell?

    Parameters
    ----------
    data : DataFrame
        From `ladders`; ladders without chance level or counts of items are left out.
    min_models : int
    rules : Rules, optional

    Returns
    -------
    DataFrame
        One row per emergent ladder: source, ladder, task, prompting, ``answer`` and ``p_value`` of the
        jump test, ``gap`` (decades across the largest step) and ``hidden_step`` (the largest step, as a
        share of the range above chance, that a gap may hold).
        ``attrs["patterns"]`` counts the ladders by pattern.
    """
    r = rules or Rules()
    known = data[data["chance"].notna() & data.groupby("key")["n_examples"].transform("count").eq(
        data.groupby("key")["scale"].transform("size"))]
    known = known[known.groupby("key")["scale"].transform("size") >= min_models]
    patterns = presence_all(known, x="scale", by=["key"], rules=r)
    rows = []
    emergent = patterns.loc[patterns["pattern"] == "emergent", "key"]
    for _, g in known[known["key"].isin(emergent)].groupby("key", sort=True):
        ladder = Ladder.of(g["scale"], g["value"], g["n_examples"], chance=float(g["chance"].iloc[0]))
        jump = r.jump(ladder)
        largest = int(np.argmax(np.diff(ladder.score)))
        rows.append(g[["source", "ladder", "task", "prompting"]].iloc[0].to_dict() | {
            "answer": jump.answer, "p_value": jump.p_value, "gap": float(np.diff(ladder.x)[largest]),
            "hidden_step": jump.hidden_step})
    out = pd.DataFrame(rows)
    out.attrs["patterns"] = patterns["pattern"].value_counts().to_dict()
    return out


def gradual_share(jumps: pd.DataFrame) -> Result:
    """Share of rises that are gradual, with an interval that counts those that cannot tell both ways.

    Parameters
    ----------
    jumps : DataFrame
        From `jumps_of_emergent`.

    Returns
    -------
    Result
        The share among the ladders that can tell; n counts all ladders.

    Examples
    --------
    >>> found = gradual_share(pd.DataFrame({"answer": ["gradual"] * 5 + ["cannot tell"] * 5}))
    >>> found.estimate, round(found.interval.low, 2), round(found.interval.high, 2)
    (1.0, 0.24, 1.0)
    """
    return bounded_share(jumps["answer"].replace({"gradual": "yes", "sharp": "no"}))


@checked
def passing_levels(data: pd.DataFrame, levels: Sequence[float], *, min_tasks: int = 10,
                   least: float = 0.2) -> pd.DataFrame:
    """Largest step of the share of tasks that reach a level, beside that of the average score.

    Parameters
    ----------
    data : DataFrame
        From `all_or_nothing_ladders`.
    levels : sequence of float
        Scores above guessing, in (0, 1).
    min_tasks : int
        Ladders with fewer tasks are left out.
    least : float
        Smallest rise of the share that has a shape to speak of.

    Returns
    -------
    DataFrame
        One row per ladder and level: ``ladder``, ``prompting``, ``level``, ``tasks``, ``average``,
        ``passing`` (largest steps as shares of the range).

    Raises
    ------
    InputError
        If `levels` is empty or holds something else than shares between 0 and 1.
    """
    for level in at_least_one("levels", levels, "score"):
        fraction("levels", level, low=False, high=False)
    rows = []
    for (_, ladder, way), g in data.groupby(["source", "ladder", "prompting"]):
        if g["task"].nunique() < min_tasks:
            continue
        grid = task_grid(g)
        x = grid.columns.to_numpy(dtype=float)
        for level in levels:
            passing = share_passing(grid, level)
            if np.ptp(passing) >= least:
                rows.append({"ladder": ladder, "prompting": way, "level": level, "tasks": len(grid),
                             "average": ladder_shape(x, grid.mean())["largest_share"],
                             "passing": ladder_shape(x, passing)["largest_share"]})
    return pd.DataFrame(rows)
