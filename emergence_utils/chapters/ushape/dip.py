"""A dip of one training run: how often its repeats show it, and what it says of models of that size."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...errors import InputError
from ...intervals import paired
from ...ladders import Ladder
from ...results import Result

__all__ = ["Dip", "dip_of"]


@dataclass(frozen=True)
class Dip:
    """The dip of one size below both its neighbours.

    `ladder` holds the mean score of every size, one operand counted as one item; `fall` and `rise` are
    the paired differences to and from the dipping size, operand by operand; the dip is there in `seen`
    of `repeats` combinations of checkpoint and number of examples in which the size before it scores
    more than 0.1.
    """

    ladder: Ladder
    fall: Result
    rise: Result
    seen: int
    repeats: int


def dip_of(scores: pd.DataFrame, *, size: int, n_shot: int, step: int) -> Dip:
    """The dip at the `size`-th model, smallest first from 0.

    Parameters
    ----------
    scores : DataFrame
        One row a model, operand (``subset``), ``n_shot`` and ``step``.
    size : int
        Place of the model that dips; it needs a neighbour on each side.
    n_shot, step : int
        The combination that `ladder`, `fall` and `rise` describe.

    Raises
    ------
    InputError
        If the model has no neighbour on one side.
    """
    mean = scores.groupby(["n_shot", "step", "params"])["value"].mean().unstack()
    sizes = mean.columns.to_numpy(dtype=float)
    if not 0 < size < len(sizes) - 1:
        raise InputError(f"size must have a neighbour on each side, 1 to {len(sizes) - 2}, got {size}.")
    before, at, after = sizes[size - 1:size + 2]
    able = mean[mean[before] > 0.1]
    seen = int(((able[at] < able[before]) & (able[at] < able[after])).sum())
    rows = scores[(scores["n_shot"] == n_shot) & (scores["step"] == step)]
    wide = rows.pivot(index="subset", columns="params", values="value")
    ladder = Ladder.of(sizes, wide.mean().to_numpy(), len(wide), metric="exact_match")
    return Dip(ladder, paired(wide[at], wide[before]), paired(wide[after], wide[at]), seen, len(able))
