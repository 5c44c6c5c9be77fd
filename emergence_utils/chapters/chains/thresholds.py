"""Smooth abilities behind a threshold: how it looks, and whether real ladders rise suddenly."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from ...ladders import Ladder
from ...measures import Rules, presence_all

__all__ = ["jumps_of_emergent", "latent_threshold", "share_passing"]

Array = NDArray[np.float64]


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
