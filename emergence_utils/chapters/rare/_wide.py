"""Counts by item and model as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..._checks import at_least_one, count, need_columns
from ...errors import InputError

Array = NDArray[np.float64]
RESAMPLES = 1000


class Wide(NamedTuple):
    """Items down, models across, smallest model first."""

    models: list[str]
    params: Array
    items: list[str]
    n: Array
    correct: Array


def wide(table: pd.DataFrame) -> Wide:
    """Counts of models that answered the same items.

    Raises
    ------
    InputError
        If a model lacks an item that another has, or two rows speak of one item and model.
    """
    need_columns(table, ("model", "params", "item", "n_samples", "correct"))
    order = table[["model", "params"]].drop_duplicates().sort_values("params", kind="stable")
    if table.duplicated(["model", "item"]).any() or len(table) != len(order) * table["item"].nunique():
        raise InputError("each model needs each item once; filter the table to one task and checkpoint.")
    models = order["model"].tolist()
    n = table.pivot(index="item", columns="model", values="n_samples")[models]
    c = table.pivot(index="item", columns="model", values="correct")[models]
    return Wide(models, order["params"].to_numpy(dtype=float), n.index.tolist(), n.to_numpy(dtype=float),
                c.to_numpy(dtype=float))


def check_tries(tries: object, most: float | None = None) -> None:
    """Refuse numbers of tries that are none, or more than were recorded.

    Raises
    ------
    InputError
        If `tries` is empty or holds something else than whole numbers from 1 to `most`.
    """
    for k in at_least_one("tries", tries, "number of tries"):
        count("tries", k, minimum=1)
        if most is not None and k > most:
            raise InputError(f"tries must be at most {most:,.0f}, those recorded of every problem, got "
                             f"{k:,}.")
