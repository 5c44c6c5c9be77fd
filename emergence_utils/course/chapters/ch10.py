"""Exercises of chapter 10: an ability you grow yourself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable

__all__ = ["CHECKS"]

_TASKS = {"base nine": ("addition_base9", None), "two numbers": ("skills", "sum of two numbers"),
          "three numbers": ("skills", "sum of three numbers"), "reversed": ("skills", "reversed")}


@cache
def _runs(name: str) -> pd.DataFrame:
    """The runs of one of `_TASKS` at the end of training."""
    from ...chapters.grown import runs
    from ...scores import load

    task, subset = _TASKS[name]
    return runs(load("grown", task=task), task, subset)


def _between() -> pd.Series:
    """Runs that neither learned nor failed, by task."""
    from ...chapters.grown import learned

    return pd.Series({name: int(learned(_runs(name))["between"].sum()) for name in _TASKS})


def _missed(low: float, high: float, name: str = "base nine") -> float:
    """Exact match above the product of digits, mean over runs that score from `low` to `high`."""
    table = _runs(name)
    kept = table[table["exact_match"].between(low, high)]
    return float((kept["exact_match"] - kept["position_product"]).mean())


def _onsets() -> pd.Series:
    """The smallest size that learns base nine, seed by seed."""
    table = _runs("base nine")
    return table[table["exact_match"] > 0.9].groupby("seed")["params"].min()


def _own(table: pd.DataFrame) -> str:
    """How far runs of one size lie apart, and how many are neither here nor there."""
    from ...chapters.grown import learned

    score = table["exact_match"]
    if not score.between(0, 1).all():
        odd = score[~score.between(0, 1)].iloc[0]
        raise InputError(f"Exact match lies between 0 and 1, got {odd:g}.")
    runs = table.groupby("params")["seed"].nunique()
    if len(runs) < 3 or runs.min() < 2:
        fewest = f", one of them with {runs.min()} only" if len(runs) and runs.min() < 2 else ""
        raise InputError("Three sizes at least with two seeds each are asked for, yours has "
                             f"{len(runs)}{fewest}.")
    if table.duplicated(["params", "seed"]).any():
        raise InputError("One row a run: some size has the same seed twice.")
    apart = table.groupby("params")["exact_match"].agg(lambda v: v.max() - v.min()).max()
    found = learned(table)
    says = ("size and luck cannot be told apart with one run a size." if apart > 0.5
            else "luck decides little here; what differs from the chapter's decoders?")
    return (f"{len(table)} runs of {len(runs)} sizes, {found['between'].sum()} of them neither "
                         f"above 0.9 nor below 0.2. Runs of one size lie up to {apart:.2f} apart: {says}")


CHECKS: Mapping[str, Answer] = {
    "10.1": Guess(lambda: float(_between()["base nine"]), 0, 96, "runs"),
    "10.2": Labels(_between, "learned(table) counts them size by size in its column between; add the sizes."),
    "10.3": Number(lambda: _missed(0.05, 0.9), 0.0015, "Keep the runs of base nine that score from a "
                   "twentieth to nine tenths, and average exact match less position_product over them.",
                   -1, 1,
                   {"That is the mean over all runs; leave out those that are solved or hopeless.":
                    lambda: _missed(0, 1),
                    "Those are the runs in the rise of another task; take base nine.":
                    lambda: _missed(0.05, 0.9, "two numbers"),
                    "The sign is turned round: exact match less the product.": lambda: -_missed(0.05, 0.9)}),
    "10.4": Number(lambda: float(_onsets().nunique()), 0, "Keep the runs above nine tenths, take the "
                   "smallest params of each seed, and count how many different ones there are.", 1, 12,
                   {"That is the number of seeds; how many sizes do they name?":
                    lambda: float(len(_onsets()))}),
    "10.5": OwnTable(_own, "table", ("params", "seed", "exact_match")),
}
