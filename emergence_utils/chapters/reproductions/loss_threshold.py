"""Same loss, same score? And at which loss does a score leave chance (Du et al. 2024)?"""

from __future__ import annotations

import math

import pandas as pd

from ... import scores
from ..axis import CHOICE_TASKS, along_training, effects_at_equal_loss, first_above, suites_with_loss
from .row import Reproduction

__all__ = ["loss_threshold"]

_GROUP = "loss threshold"
_SOURCE = "du2024loss"


def loss_threshold() -> list[Reproduction]:
    """What size adds at equal loss in three suites, and the loss at which MMLU leaves chance along training."""
    rows = []
    for suite in effects_at_equal_loss(suites_with_loss(), CHOICE_TASKS).itertuples():
        rows.append(Reproduction(_GROUP, f"{suite.suite}: points per tenfold parameters at equal loss", 0.0,
                                 float(suite.effect), 1.0, _SOURCE,
                                 f"95 % interval {suite.low:+.1f} to {suite.high:+.1f} over {suite.runs} runs; the "
                                 "paper compares three sizes by eye on one corpus and one tokeniser"))
    onset = _onsets()
    return [*rows, Reproduction(
        _GROUP, "loss at which MMLU leaves chance, nats per token", 2.2, onset[0], 0.1, _SOURCE,
        f"OLMo 2 of 7B and 13B answering by letter, loss on C4, {onset[1]}; a loss is bound to its corpus and "
        "tokeniser, so that only its being one loss for all sizes can be compared")]


def _onsets() -> tuple[float, str]:
    """Middle of the brackets in loss of MMLU by letter, and the brackets in words."""
    rows = along_training()
    rows = scores.fill_chance(rows[rows["task"].str.startswith("mmlu") & rows["run"].str.endswith("by letter")])
    found = first_above(rows, by=("run", "task"), axes=("loss",))
    ends = found.groupby("run")[["loss_after", "loss_before"]].median()
    words = ", ".join(f"{str(run).partition(',')[0]} between {low:.2f} and {high:.2f}"
                      for run, low, high in ends.itertuples())
    middle = ends.mean(axis=1)
    return (float(middle.mean()) if len(middle) else math.nan), words


def brackets(rows: pd.DataFrame) -> pd.DataFrame:
    """Brackets of the onset in loss, a row a run and task."""
    return first_above(rows, by=("run", "task"), axes=("loss",))
