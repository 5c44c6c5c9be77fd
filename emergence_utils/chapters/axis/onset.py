"""When a skill appears along training, on several axes at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...errors import InputError
from ...measures import above_chance

__all__ = ["common_brackets", "first_above"]


def first_above(scores: pd.DataFrame, *, along: str = "tokens", by: Sequence[str] = ("model", "task"),
                axes: Sequence[str] = ("tokens", "train_flops", "loss"), negligible: float = 0.1,
                level: float = 0.95) -> pd.DataFrame:
    """Bracket of each run's onset: the last checkpoint not above chance and the next one.

    Parameters
    ----------
    scores : DataFrame
        With ``value``, ``n_examples``, ``chance`` and the columns of `axes`, one row per checkpoint.
    along : str
        Column that orders checkpoints.
    by : sequence of str
        Columns that make a run.
    axes : sequence of str
        Where the bracket is read off.
    negligible : float
        Excess over chance that still counts as absent; a checkpoint is above if its exact interval is.
    level : float

    Returns
    -------
    DataFrame
        Keys, ``n_checkpoints``, ``step`` (increment across the bracket) and, for each axis,
        ``<axis>_before`` and ``<axis>_after``. Runs always or never above chance are left out and
        counted in ``attrs["left_out"]``.
    """
    rows, left_out = [], 0
    for key, g in scores.groupby(list(by), sort=True):
        g = g.sort_values(along, kind="stable")
        above = above_chance(g["value"], g["n_examples"], g["chance"] + negligible, level=level)
        flags = above["verdict"].to_numpy() == "above"
        if flags.all() or not flags[-1]:
            left_out += 1
            continue
        last = int(np.flatnonzero(~flags)[-1])
        before, after = g.iloc[last], g.iloc[last + 1]
        rows.append(dict(zip(by, key, strict=True)) | {
            "n_checkpoints": len(g), "step": float(after["value"] - before["value"])} | {
            f"{axis}_{side}": float(row[axis]) for axis in axes
            for side, row in (("before", before), ("after", after))})
    if not rows:
        raise InputError("no run goes from chance to above it.")
    table = pd.DataFrame(rows)
    table.attrs["left_out"] = left_out
    return table


def common_brackets(onsets: pd.DataFrame, *, axes: Sequence[str] = ("tokens", "train_flops", "loss"),
                    run: str = "model", along: str = "tokens") -> pd.DataFrame:
    """The bracket that most tasks of a run share, compared between two runs on every axis.

    Parameters
    ----------
    onsets : DataFrame
        From `first_above`, with exactly two values in `run`.

    Returns
    -------
    DataFrame
        One row per axis: ``axis``; ``<run>_low``, ``<run>_high`` of each run and ``<run>_tasks``,
        how many tasks share it; ``overlap``, whether the brackets do; ``ratio_low`` and
        ``ratio_high``, between which the ratio of the larger to the smaller onset lies (from 1
        where the brackets overlap).
    """
    runs = list(dict.fromkeys(onsets[run]))
    if len(runs) != 2:
        raise InputError(f"brackets are compared between two runs, got {len(runs)}.")
    shared = {}
    for name, g in onsets.groupby(run):
        most = g[f"{along}_before"].mode().iloc[0]
        shared[name] = g[g[f"{along}_before"] == most]
    rows = []
    for axis in axes:
        ends = {name: np.sort(g[[f"{axis}_before", f"{axis}_after"]].iloc[0].to_numpy(dtype=float))
                for name, g in shared.items()}
        lows, highs = np.array([ends[r][0] for r in runs]), np.array([ends[r][1] for r in runs])
        overlap = bool(lows.max() <= highs.min())
        rows.append({"axis": axis} | {f"{r}_{side}": float(ends[r][i]) for r in runs
                                      for i, side in enumerate(("low", "high"))}
                    | {f"{r}_tasks": len(shared[r]) for r in runs}
                    | {"overlap": overlap, "ratio_low": 1.0 if overlap else float(lows.max() / highs.min()),
                       "ratio_high": float(highs.max() / lows.min())})
    return pd.DataFrame(rows)
