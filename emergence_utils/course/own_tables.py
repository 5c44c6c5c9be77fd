"""Answers that are a student's own table, judged in the way of one chapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .._checks import short
from ..errors import EmergenceError, InputError
from .answers import Feedback

__all__ = ["OwnTable", "need_counted_shares", "one_ladder", "scale_of"]


@dataclass(frozen=True)
class OwnTable:
    """Numbers that the book does not have, and what a method of a chapter says of them.

    Parameters
    ----------
    say : callable
        Sentence for a valid table; an error of the toolkit says what the table lacks.
    kind : str
        "score table", "table by item", or "table" with no more than `columns`.
    columns : tuple of str
        What must be there in every row; all but ``item`` are numbers.

    Examples
    --------
    >>> OwnTable(lambda table: f"{len(table)} rows.").judge("a path").words
    "A score table (DataFrame) is asked for, got 'a path'."
    >>> OwnTable(str, "table", ("params",)).judge(pd.DataFrame({"size": [1e6]})).words
    "The table has no column 'params'."
    """

    say: Callable[[pd.DataFrame], str]
    kind: str = "score table"
    columns: tuple[str, ...] = ()

    def judge(self, given: Any) -> Feedback:
        """1 point where the method applies to the table."""
        from ..scores import list_datasets, validate, validate_items

        if given is ...:
            return Feedback(0.0, "Still to be answered.")
        if not isinstance(given, pd.DataFrame):
            return Feedback(0.0, f"A {self.kind} (DataFrame) is asked for, got {short(given)}.")
        try:
            checks = {"score table": validate, "table by item": validate_items}
            table = checks[self.kind](given) if self.kind in checks else given
            for column in self.columns:
                _need_full(table, column)
            known = set(table.get("source", ())) & set(list_datasets()["source"])
            if known:
                return Feedback(0.0, f"'{min(known)}' is a source of the book; bring scores that it lacks.")
            return Feedback(1.0, self.say(table))
        except EmergenceError as fault:
            return Feedback(0.0, str(fault))


def _need_full(table: pd.DataFrame, column: str) -> None:
    """Refuse a table without rows, or one that does not fill a column."""
    if table.empty:
        raise InputError("The table has no row.")
    if column not in table:
        raise InputError(f"The table has no column '{column}'.")
    if table[column].isna().any():
        raise InputError(f"Column '{column}' has a missing value.")
    if column != "item" and not pd.api.types.is_numeric_dtype(table[column]):
        raise InputError(f"Column '{column}' should hold numbers, yours holds "
                         f"{short(table[column].iloc[0])}.")


def scale_of(table: pd.DataFrame) -> str:
    """The column of scale that every row fills: parameters before compute, tokens and steps.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> scale_of(pd.DataFrame({"params": [1e8, None], "train_flops": [1e18, 1e19]}))
    'train_flops'
    """
    for name in ("params", "train_flops", "tokens", "step"):
        if name in table and table[name].notna().all():
            return name
    raise InputError("Say how large each model is: no column of params, train_flops, tokens and step is "
                     "full.")


def one_ladder(table: pd.DataFrame, fewest: int) -> tuple[pd.DataFrame, str]:
    """A table that is one ladder of known items, sorted by scale, and the column of its scale.

    Raises
    ------
    InputError
        If it holds several ladders, too few models, two models of one size, no item counts, or scores
        that are no shares.
    """
    scale = scale_of(table)
    for column in ("family", "task", "metric"):
        if table[column].nunique() > 1:
            raise InputError(f"One ladder is asked for; yours has {table[column].nunique()} values of "
                             f"{column}.")
    if table[scale].duplicated().any():
        raise InputError(f"Two of your scores share one value of {scale}; keep one score a model.")
    if len(table) < fewest:
        raise InputError(f"At least {fewest} models of different size are needed, yours are {len(table)}.")
    need_counted_shares(table["value"], table["n_examples"])
    return table.sort_values(scale, kind="stable"), scale


def need_counted_shares(values: ArrayLike, counts: ArrayLike | None) -> None:
    """Refuse scores that are not shares of a known number of items: their luck cannot be told.

    Raises
    ------
    InputError
    """
    if counts is None or pd.isna(np.asarray(counts, dtype=float)).any():
        raise InputError("Say how many items the test has (n_examples): without them no luck can be told.")
    shares = np.asarray(values, dtype=float)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise InputError("Bring a score that is a share of the items right, from 0 to 1.")
