"""A table of the student's own, looked at in the way of a chapter."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .._checks import short
from ..errors import DataWarning, EmergenceError
from .answers import Feedback

__all__ = ["OwnTable"]


@dataclass(frozen=True)
class OwnTable:
    """A table that the book does not have.

    Parameters
    ----------
    look : callable
        Gets the table once it is valid; gives points and feedback, or raises an error of the toolkit, whose
        sentence is the feedback.
    kind : str
        "scores": a score table; "items": a table by item; "free": any table with `columns`.
    columns : tuple of str
        Columns that must be there, without a missing value.

    Examples
    --------
    >>> sizes = OwnTable(lambda t: Feedback(1.0, f"{len(t)} sizes."), "free", ("params",))
    >>> sizes.judge(pd.DataFrame({"params": [1e6, 1e7]})).words, sizes.judge([1e6]).words
    ('2 sizes.', 'A table (DataFrame) is asked for, got [1000000.0].')
    >>> sizes.judge(pd.DataFrame({"size": [1e6]})).words
    "The table has no column 'params'."
    """

    look: Callable[[pd.DataFrame], Feedback]
    kind: str = "scores"
    columns: tuple[str, ...] = ()

    def judge(self, given: Any) -> Feedback:
        """What `look` says of a valid table, 0 points for any other."""
        from ..scores import list_datasets, validate, validate_items

        if given is ...:
            return Feedback(0.0, "Still to be answered.")
        if not isinstance(given, pd.DataFrame):
            return Feedback(0.0, f"A table (DataFrame) is asked for, got {short(given)}.")
        try:
            table = given
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DataWarning)
                if self.kind != "free":
                    table = (validate if self.kind == "scores" else validate_items)(given)
            for column in self.columns:
                if column not in table:
                    return Feedback(0.0, f"The table has no column '{column}'.")
                if table[column].isna().any():
                    return Feedback(0.0, f"Column '{column}' has a missing value.")
                if column != "item" and not pd.api.types.is_numeric_dtype(table[column]):
                    return Feedback(0.0, f"Column '{column}' should hold numbers, yours holds "
                                         f"{short(table[column].iloc[0])}.")
            known = set(table.get("source", ())) & set(list_datasets()["source"])
            if table.empty:
                return Feedback(0.0, "The table has no row.")
            if known:
                return Feedback(0.0, f"'{min(known)}' is a source of the book; bring scores that it lacks.")
            return self.look(table)
        except EmergenceError as fault:
            return Feedback(0.0, str(fault))
