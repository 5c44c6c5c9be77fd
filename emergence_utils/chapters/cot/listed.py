"""The scales of Table 1 of Wei et al. (2022) against the crossings of the published curves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ... import scores
from ...intervals import clustered
from ...results import Result

__all__ = ["against_listed", "listed_scales", "share_next_size"]

#: Ladders that belong to an entry of the table: family, entry, tasks.
MATH, STRATEGY = "Chain-of-thought: math word problems", "Chain-of-thought: StrategyQA"
ENTRIES = (("LaMDA", MATH, ("gsm8k", "svamp", "asdiv", "aqua", "mawps_single_op", "mawps_single_eq",
                            "mawps_add_sub", "mawps_multi_arith")),
           ("PaLM", STRATEGY, ("strategy_qa",)))


def listed_scales() -> pd.DataFrame:
    """Prompting methods of Table 1 with the scale at which they are called emergent, by ability."""
    table = scores.load("wei_table1")
    return table[table["prompting_class"] == "augmented"].set_index("ability")


def against_listed(crossings: pd.DataFrame) -> pd.DataFrame:
    """Is the listed scale the first trained size beyond the crossing?

    Parameters
    ----------
    crossings : DataFrame
        From `crossover_all`, by family and task, in parameters.

    Returns
    -------
    DataFrame
        Per ladder of an entry of the table: family, task, listed, ``previous`` (the size trained before),
        estimate, low, high and ``answer``: ``yes`` where the interval of the crossing lies between the two
        sizes, ``no`` where it lies outside, else ``cannot tell``.
    """
    table, sizes = listed_scales(), scores.load("cot")
    rows = []
    for family, entry, tasks in ENTRIES:
        listed = float(table["params"].to_dict()[entry])
        trained = sizes.loc[sizes["family"] == family, "params"]
        previous = float(trained[trained < listed].max())
        of = crossings[(crossings["family"] == family) & crossings["task"].isin(tasks)]
        inside = (of["low"] >= previous) & (of["high"] <= listed)
        outside = (of["high"] < previous) | (of["low"] > listed)
        answer = np.where(inside, "yes", np.where(outside, "no", "cannot tell"))
        kept = of[["family", "task", "estimate", "low", "high", "score"]]
        rows.append(kept.assign(previous=previous, listed=listed, answer=answer))
    return pd.concat(rows, ignore_index=True)


def share_next_size(table: pd.DataFrame) -> Result:
    """Share of ``yes`` among the ladders that can tell, families as clusters.

    Parameters
    ----------
    table : DataFrame
        From `against_listed`.

    Returns
    -------
    Result
        ``undetermined`` where fewer than two families can tell.
    """
    told = table[table["answer"] != "cannot tell"]
    note = f"{len(table) - len(told)} of {len(table)} ladders cannot tell and are not counted"
    if told.empty:
        return Result(float("nan"), None, 0, "undetermined", (note,))
    found = clustered((told["answer"] == "yes").astype(float), told["family"])
    return replace(found, notes=(*found.notes, note))
