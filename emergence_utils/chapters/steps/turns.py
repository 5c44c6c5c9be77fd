"""A frequent rule that a rare cue overrules: does the score fall and rise, and what turns first?"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ..._typed import checked
from ...errors import InputError
from ...intervals import binomial
from ...ladders import Ladder, ladders
from ...measures import UFromCounts, UShape
from ...metrics import get_metric
from ...results import Result
from .tables import final

__all__ = ["cue_by_seed", "cue_ladder", "cue_u", "first_to_turn", "turning_sizes", "turns_in_training"]

TASK, CUE = "distractor", "cue"


def cue_ladder(scores: pd.DataFrame) -> Ladder:
    """Exact match on cue items by size, means over seeds, with what one seed adds to the noise of items."""
    return ladders(final(scores, TASK, subset=CUE), by=["family", "task", "subset"])[0]


@checked
def cue_u(scores: pd.DataFrame, *, level: float = 0.95) -> UShape:
    """The toolkit's U test of `cue_ladder`; variation between models is that between their seeds.

    Parameters
    ----------
    scores : DataFrame
        The table ``grown``.
    level : float
    """
    return UFromCounts(level=level)(cue_ladder(scores))


@checked
def cue_by_seed(scores: pd.DataFrame, metric: str = "exact_match") -> pd.DataFrame:
    """Scores on cue items at the end of training, a row a size and a column a seed; higher is better.

    Parameters
    ----------
    scores : DataFrame
        The table ``grown``.
    metric : str
        With its sign turned where lower is better: ``cross_entropy`` becomes the log-probability of the
        right answer.
    """
    wide = final(scores, TASK, metric, CUE).pivot(index="params", columns="seed", values="value")
    return wide if get_metric(metric).higher_is_better else -wide


@checked
def turning_sizes(scores: pd.DataFrame, soft: str = "cross_entropy") -> pd.DataFrame:
    """Size at which each seed is at its worst on cue items, by exact match and by a soft metric.

    Parameters
    ----------
    scores : DataFrame
        The table ``grown``.
    soft : str
        Metric of the same outputs, e.g. ``cross_entropy``: minus the log-probability of the right answer.

    Returns
    -------
    DataFrame
        One row a seed: ``exact_match``, ``soft`` (parameters of the worst model; of equals the smallest),
        ``first``: ``soft`` where the soft metric turns upwards at a smaller size, else ``exact match`` or
        ``same size``.
    """
    out = pd.DataFrame({name: cue_by_seed(scores, metric).idxmin()
                        for name, metric in (("exact_match", "exact_match"), ("soft", soft))})
    return _with_first(out).reset_index()


@checked
def turns_in_training(scores: pd.DataFrame, soft: str = "cross_entropy", *,
                      after: float = 12) -> pd.DataFrame:
    """Optimiser step at which the mean of the seeds is at its worst on cue items, by both metrics.

    Parameters
    ----------
    scores : DataFrame
        The table ``grown``.
    soft : str
        As in `turning_sizes`.
    after : float
        First step that counts; before it models learn what an answer looks like.

    Returns
    -------
    DataFrame
        ``params``, ``exact_match``, ``soft`` (steps), ``first`` as in `turning_sizes`; sizes at which a
        metric is worst at the first step that counts or at the last are left out: they do not turn.
    """
    rows = scores[(scores["task"] == TASK) & (scores["subset"] == CUE) & (scores["step"] >= after)]
    steps = np.sort(rows["step"].unique())
    if len(steps) < 3:
        raise InputError(f"after must leave three checkpoints or more, got {after:g}.")
    worst = {}
    for name, metric in (("exact_match", "exact_match"), ("soft", soft)):
        means = rows[rows["metric"] == metric].groupby(["params", "step"])["value"].mean().unstack()
        worst[name] = (means if get_metric(metric).higher_is_better else -means).idxmin(axis=1)
    out = pd.DataFrame(worst)
    inside = ((out > steps[0]) & (out < steps[-1])).all(axis=1)
    return _with_first(out[inside]).reset_index()


def _with_first(worst: pd.DataFrame) -> pd.DataFrame:
    out = worst.assign(first="same size")
    out.loc[out["soft"] < out["exact_match"], "first"] = "soft"
    out.loc[out["soft"] > out["exact_match"], "first"] = "exact match"
    return out


@checked
def first_to_turn(turns: pd.DataFrame, shown: Result) -> Result:
    """Share of seeds in which the soft metric turns upwards at a smaller size than exact match.

    Parameters
    ----------
    turns : DataFrame
        From `turning_sizes`.
    shown : Result
        From `cue_u`.

    Returns
    -------
    Result
        ``undetermined`` where no U is shown: there is then no turn to foresee.
    """
    if turns.empty:
        raise InputError("turns must hold at least one seed, got none.")
    if getattr(shown, "answer", "") != "U":
        return Result(math.nan, None, len(turns), "undetermined", ("no U is shown, so nothing turns",))
    return binomial(int((turns["first"] == "soft").sum()), len(turns))
