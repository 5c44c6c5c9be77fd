"""Same loss, same score? And at which loss does a score leave chance (Du et al. 2024)?"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from ... import scores
from ..._checks import FloatArray
from ..axis import CHOICE_TASKS, along_training, effects_at_equal_loss, first_above, suites_with_loss
from .row import Reproduction

__all__ = ["loss_threshold", "onsets"]

_GROUP = "loss threshold"
_SOURCE = "du2024loss"


def loss_threshold() -> list[Reproduction]:
    """What size adds at equal loss in three suites, and the loss at which MMLU leaves chance in training."""
    rows = [
        _at_equal_loss(suite)
        for suite in effects_at_equal_loss(suites_with_loss(), CHOICE_TASKS).to_dict("records")
    ]
    middles, words = onsets()
    bound = "OLMo 2 of 7B and 13B answering by letter, loss on C4: " + words
    return [
        *rows,
        Reproduction(
            _GROUP,
            "difference of that loss between two sizes at MMLU's onset, nats",
            0.0,
            float(np.ptp(middles)),
            0.05,
            _SOURCE,
            bound,
        ),
        Reproduction(
            _GROUP,
            "loss at which MMLU leaves chance, nats per token",
            2.2,
            float(middles.mean()),
            0.1,
            _SOURCE,
            f"{bound}; a loss is bound to its corpus and tokeniser, so that the level cannot be "
            "compared; theirs as another source tells it",
        ),
    ]


def _at_equal_loss(suite: dict[Hashable, Any]) -> Reproduction:
    """What size adds in one suite."""
    note = (
        f"95 % interval {suite['low']:+.1f} to {suite['high']:+.1f} over {suite['runs']} runs; loss explains "
        f"{suite['by loss']:.0%} of the variance of the median task; the paper compares three sizes by eye "
        "on one corpus and one tokeniser, and our suites part in sign"
    )
    what = f"{suite['suite']}: points per tenfold parameters at equal loss"
    return Reproduction(_GROUP, what, 0.0, float(suite["effect"]), 1.0, _SOURCE, note)


def onsets() -> tuple[FloatArray, str]:
    """Middles of the brackets in loss of MMLU by letter, a run each, and the brackets in words."""
    rows = along_training()
    rows = scores.fill_chance(
        rows[rows["task"].str.startswith("mmlu") & rows["run"].str.endswith("by letter")]
    )
    found = first_above(rows, by=("run", "task"), axes=("loss",))
    ends = found.groupby("run")[["loss_after", "loss_before"]].median()
    words = ", ".join(
        f"{str(run).partition(',')[0]} between {low:.2f} and {high:.2f}"
        for run, low, high in ends.itertuples()
    )
    return ends.mean(axis=1).to_numpy(dtype=float), words
