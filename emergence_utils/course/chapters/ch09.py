"""Exercises of chapter 9: rare is not absent."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable

__all__ = ["CHECKS"]


def _changed() -> pd.Series:
    """What becomes of single problems between two sizes whose mean rates hardly differ."""
    from ...chapters.rare import changed_problems
    from ...scores import load_items

    return pd.Series(changed_problems(load_items("monkeys"), "pythia-2.8b", "pythia-6.9b"))


def _left_open(whole: bool = True) -> float:
    """Rate that the smallest model's silence on MATH leaves possible."""
    from ...intervals import rule_of_three
    from ...scores import load_items

    table = load_items("monkeys_checkpoints", model="pythia-14m", task="math", tokens=3e11)
    return float(rule_of_three(table["n_samples"].sum() if whole else len(table)))


def _moved(share: float = 0.25) -> float:
    """How far more tries move the size at which a share of GSM8K is solved."""
    from ...chapters.rare import half_solved
    from ...scores import load_items

    onset = half_solved(load_items("monkeys_checkpoints", task="gsm8k", tokens=3e11), [30, 100], share=share)
    return float(onset["params"].iloc[0] / onset["params"].iloc[1])


def _own(table: pd.DataFrame) -> str:
    """One try and all tries, for the smallest and the largest of the student's models."""
    from ...chapters.rare import chance_of_zero, solved

    if table["model"].nunique() < 2:
        raise InputError("Bring two models at least, with the same problems.")
    most = int(table["n_samples"].min())
    if most < 2:
        raise InputError("Every problem needs two tries at least: with one there is no dial to turn.")
    found = solved(table, [1, most]).pivot(index="params", columns="tries", values="value")
    small, large, blind = found.iloc[0], found.iloc[-1], chance_of_zero(table)["chance"].iloc[0]
    return (f"With one try the smallest model solves {small[1]:.1%} and the largest "
                         f"{large[1]:.1%}, with {most:,} tries {small[most]:.0%} and {large[most]:.0%}. One "
                         f"try at each problem shows nothing of the smallest in {blind:.0%} of such tests. "
                         "Is it absent?")


CHECKS: Mapping[str, Answer] = {
    "9.1": Guess(lambda: float(_changed()[["rise", "fall"]].sum()), 0, 128, "problems"),
    "9.2": Number(_left_open, 2e-7, "How often was this model asked, over all problems?", 0, 1,
                  {"That counts each problem once; how many answers were drawn?":
                   lambda: _left_open(whole=False)}),
    "9.3": Labels(_changed, "changed_problems takes the table by item and the two names, the smaller first."),
    "9.4": Number(_moved, 0.1, "half_solved takes the table, the numbers of tries and share=; its column "
                  "params is the size.", 0,
                  mistakes={"That is the size with many tries over that with few; turn it round.":
                            lambda: 1 / _moved(),
                            "That is for a tenth of the problems; ask for a quarter.": lambda: _moved(0.1)}),
    "9.5": OwnTable(_own, "table by item", ("params", "n_samples", "correct")),
}
