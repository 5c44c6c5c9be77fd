"""Questions as arrays: known models of cases with equally many, and which questions are about each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .._checks import FloatArray, IntArray
from .fitting import Block, blocks

__all__ = ["place", "questions", "units"]


def units(known: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Known models with x (decades of scale), unit (rising, 0 to 1 where bounded), guess, n, counted."""
    of = facts.loc[known["case"]]
    column = {c: of[c].to_numpy(dtype=float) for c in ("sign", "low", "size", "guess")}
    return known.assign(
        x=np.log10(known["scale"].to_numpy(dtype=float)), guess=column["guess"],
        unit=(column["sign"] * known["score"].to_numpy(dtype=float) - column["low"]) / column["size"],
        n=known["n_examples"].astype(float), counted=of["counted"].to_numpy(dtype=bool))


def questions(table: pd.DataFrame, asked: pd.DataFrame, needed: tuple[str, ...] = (),
              more: tuple[str, ...] = ()) -> list[tuple[Block, IntArray, IntArray]]:
    """Blocks, the rows of `asked` about each, and the place in the block that each asks about."""
    columns = [c for c in ("x", "unit", "guess", "n", "error", "y", "low", *needed, *more) if c in table]
    case = asked["case"].to_numpy()
    out = []
    for block in blocks(table, columns, needed):
        order = np.argsort(block.case, kind="stable")
        at = np.clip(np.searchsorted(block.case[order], case), 0, len(block) - 1)
        hit = block.case[order][at] == case
        if hit.any():
            out.append((block, np.flatnonzero(hit), order[at[hit]]))
    return out


def place(asked: pd.DataFrame, rows: IntArray) -> FloatArray:
    """Places of questions, in decades of scale."""
    return np.asarray(np.log10(asked["scale"].to_numpy(dtype=float)[rows]))
