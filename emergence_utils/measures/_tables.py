"""Ladders of a score table, complete in all that the definitions need."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .._checks import need_columns
from ..errors import InputError
from ..ladders import Ladders, ladders

__all__ = ["complete_ladders"]


def complete_ladders(scores: pd.DataFrame, x: str, by: str | Sequence[str], across: Sequence[str] = (),
                     min_models: int = 2) -> Ladders:
    """One ladder per group of a score table, by `ladders`; rows that lack what definitions need are refused.

    A table of the reader's own may lack the columns of names: all its rows are then of one source, one
    family a ladder, one task, and the metric is a fraction of items right.

    Raises
    ------
    InputError, UnknownNameError, SchemaError
        If a needed value or column is missing, and as `ladders`.
    """
    keys = [by] if isinstance(by, str) else list(by)
    needed = [*keys, x, "value", "n_examples", "chance"]
    need_columns(scores, needed)
    counted = scores["n_examples"].notna() | (scores["stderr"].notna() if "stderr" in scores else False)
    for column in needed:
        missing = ~counted if column == "n_examples" else scores[column].isna()
        if missing.any():
            raise InputError(f"column '{column}' is missing in {int(missing.sum())} of {len(scores)} rows; "
                             "leave those rows out and say so.")
    return ladders(_named(scores, x, keys), x=x, by=keys, across=across, min_models=min_models)


def _named(scores: pd.DataFrame, x: str, keys: list[str]) -> pd.DataFrame:
    group = scores[keys].astype(str).agg(" ".join, axis=1) if len(scores) else ""
    fill = {"source": "table", "family": group, "model": scores[x].astype(str), "task": "task",
            "metric": "exact_match"}
    return scores.assign(**{c: v for c, v in fill.items() if c not in scores})
