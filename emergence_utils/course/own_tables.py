"""Answers that are a student's own score table, judged in the way of one chapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .._checks import short
from ..errors import EmergenceError, InputError
from .answers import Feedback

__all__ = ["OwnTable", "one_ladder", "scale_of"]


@dataclass(frozen=True)
class OwnTable:
    """Scores that the book does not have, and what a method of a chapter says of them.

    Parameters
    ----------
    say : callable
        Sentence for a valid table; an error of the toolkit says what the table lacks.

    Examples
    --------
    >>> OwnTable(lambda table: f"{len(table)} rows.").judge("a path").words
    "A score table (DataFrame) is asked for, got 'a path'."
    """

    say: Callable[[pd.DataFrame], str]

    def judge(self, given: Any) -> Feedback:
        """1 point where the method applies to the table."""
        from ..scores import list_datasets, validate

        if given is ...:
            return Feedback(0.0, "Still to be answered.")
        if not isinstance(given, pd.DataFrame):
            return Feedback(0.0, f"A score table (DataFrame) is asked for, got {short(given)}.")
        try:
            table = validate(given)
            known = set(table["source"]) & set(list_datasets()["source"])
            if known:
                return Feedback(0.0, f"'{min(known)}' is a source of the book; bring scores that it lacks.")
            return Feedback(1.0, self.say(table))
        except EmergenceError as fault:
            return Feedback(0.0, str(fault))


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
    if table["n_examples"].isna().any():
        raise InputError("Say how many items the test has (n_examples): without them no luck can be told.")
    if not table["value"].between(0, 1).all():
        raise InputError("Bring a score that is a share of items right, from 0 to 1.")
    return table.sort_values(scale, kind="stable"), scale
