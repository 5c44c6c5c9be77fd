"""Axes of scale over open models: how they hang together, what they explain, and where thresholds lie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..._checks import FloatArray, IntArray
from ..._clusters import from_clusters
from ..._typed import checked
from ...association import spearman
from ...errors import InputError
from ...measures import Rules, above_chance
from ...resample import resampled_rows
from ...results import Result

__all__ = ["beyond_compute", "compute_links", "tasks_above_chance", "threshold_overlap"]

AXES = ("params", "tokens", "train_flops")


def tasks_above_chance(scores: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Share of tasks on which each model is surely above chance, of models that have all tasks.

    Parameters
    ----------
    scores : DataFrame
        Score table with ``train_flops``, ``n_examples`` and ``chance``; rows without are left out.

    Returns
    -------
    DataFrame
        ``family``, ``model``, ``train_flops``, ``above``.
    """
    rows = scores.dropna(subset=["train_flops", "n_examples", "chance"])
    seen = above_chance(rows["value"], rows["n_examples"], rows["chance"] + rules.negligible,
                        level=rules.level)
    rows = rows.assign(above=(seen["verdict"] == "above").to_numpy())
    found = rows.groupby(["family", "model", "train_flops"], as_index=False).agg(
        above=("above", "mean"), tasks=("task", "nunique"))
    return found[found["tasks"] == scores["task"].nunique()].drop(columns="tasks").reset_index(drop=True)


def compute_links(scores: pd.DataFrame, axis: str = "params") -> Result:
    """Rank correlation of an axis of scale with training compute, families drawn whole."""
    return spearman(scores[axis], scores["train_flops"], clusters=scores["family"],
                    n_resamples=300)


def beyond_compute(scores: pd.DataFrame, n_resamples: int = 500, seed: int = 0) -> Result:
    """Share of the variance of scores that parameters and tokens explain beyond what compute alone does.

    All axes are logarithmic. Two axes explain at least as much as their sum, so that the difference is never
    below zero and must be set against a margin above it.

    Returns
    -------
    Result
        With a bootstrap interval over families; n counts models.
    """
    logs = np.log10(scores[list(AXES)].to_numpy(dtype=float))
    value = scores["value"].to_numpy(dtype=float)

    def gain(rows: IntArray) -> float:
        two, one = (_explained(logs[rows][:, columns], value[rows]) for columns in ([0, 1], [2]))
        return two - one

    draws = [gain(rows) for rows in resampled_rows(len(value), scores["family"], n_resamples, seed)]
    found = Result.of_draws(draws, gain(np.arange(len(value))), len(value), 0.95, "cluster bootstrap")
    return from_clusters(found, scores["family"])


def _explained(axes: FloatArray, value: FloatArray) -> float:
    """R squared of a linear fit."""
    design = np.column_stack([np.ones(len(value)), axes])
    left = value - design @ np.linalg.lstsq(design, value, rcond=None)[0]
    return 1 - float(left @ left) / float(np.sum((value - value.mean()) ** 2))


@checked
def threshold_overlap(scores: pd.DataFrame, level: float, limit: float = 10.0) -> Result:
    """Compute of the largest model below a score over that of the smallest at or above it.

    One threshold for all would make it 1 or less.

    Parameters
    ----------
    scores : DataFrame
        Columns ``family``, ``train_flops``, ``value``.
    level : float
        The score.
    limit : float
        Ratio with which a rule compares.

    Returns
    -------
    Result
        Without an interval: which models were published decides more here than chance does. The note names
        the family without which the ratio moves most; ``undetermined`` where it then lies on the other side
        of `limit`.
    """
    def ratio(rows: pd.DataFrame) -> float:
        below, above = rows["value"] < level, rows["value"] >= level
        if not below.any() or not above.any():
            raise InputError(f"scores must lie on both sides of level={level:g} without any one family.")
        return float(rows.loc[below, "train_flops"].max() / rows.loc[above, "train_flops"].min())

    whole = ratio(scores)
    left = {str(f): ratio(scores[scores["family"] != f]) for f in scores["family"].unique()}
    name = max(left, key=lambda f: abs(np.log(left[f] / whole)))
    note = f"no interval; without the family {name} the ratio is {left[name]:.1f}"
    moves = any((v < limit) != (whole < limit) for v in left.values())
    return Result(whole, None, len(scores), "undetermined" if moves else "limited", (note,))
