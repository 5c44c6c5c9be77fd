"""Exercises of chapter 4: are there too few models?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable, one_ladder

__all__ = ["CHECKS"]


@cache
def _steps_of_a_run() -> pd.Series:
    """Largest step over the rise of SciQ in one run: at five checkpoints, at all, and of a smooth curve."""
    from ...chapters.density import decline, thinned
    from ...scores import load

    run = load("pythia", model="pythia-1.4b", task="sciq", prompting="zero-shot",
               metric="multiple_choice_grade").query("step > 0")
    few = thinned(run, 5, x="step")["value"]
    whole = decline(run["step"], run["value"], run["n_examples"], sizes=[len(run)]).iloc[0]
    return pd.Series({"five": few.diff().max() / np.ptp(few), "all": whole["observed"],
                      "smooth": whole["smooth"]})


@cache
def _paces(prompting: str = "zero-shot") -> pd.DataFrame:
    """How fast the largest step falls as sizes of Pythia are added, and that of a smooth curve."""
    from ...chapters.density import exponents
    from ...scores import load

    table = load("pythia", family="Pythia", prompting=prompting, step=143_000,
                 metric=["multiple_choice_grade", "exact_match"])
    return exponents(table, x="params", by=["task"]).table


def _pace(prompting: str = "zero-shot") -> float:
    """The median ladder's pace as a share of a smooth curve's."""
    table = _paces(prompting)
    return float((table["observed"] / table["smooth"]).median())


@cache
def _outlooks(prompting: str = "zero-shot") -> pd.Series:
    """What the flat parts of GPT-3's ladders say, counted."""
    from ...chapters.density import forecast_all
    from ...scores import load

    table = load("gpt3", prompting=prompting, metric="exact_match")
    found = forecast_all(table[table["n_examples"].notna()], needed=False)
    return found["outlook"].value_counts()


def _thinned_out(table: pd.DataFrame) -> str:
    from ...chapters.density import decline

    ladder, scale = one_ladder(table, 6)
    found = decline(ladder[scale], ladder["value"], ladder["n_examples"], sizes=[3, len(ladder)])
    few, whole = found[found["models"] < len(ladder)]["observed"].mean(), found.iloc[-1]
    near = "smooth curve" if (abs(whole["observed"] - whole["smooth"])
                              <= abs(whole["observed"] - whole["step"])) else "single step"
    return (f"With three of your {len(ladder)} models the largest step makes {few:.2f} of the range, with "
            f"all of them {whole['observed']:.2f}; a smooth curve makes {whole['smooth']:.2f} there, a "
            f"single step {whole['step']:.2f}. Yours is nearer to the {near}. Would you bet on what lies in "
            "its widest gap?")


CHECKS: Mapping[str, Answer] = {
    "4.1": Guess(lambda: float(_steps_of_a_run()["all"]), 0, 1, "of the rise"),
    "4.2": Labels(_steps_of_a_run, "Leave step 0 out. A share is of the range of the checkpoints that are "
                  "kept; for the whole run decline(..., sizes=[len(run)]) gives the observed and the smooth "
                  "share.",
                  within=0.005),
    "4.3": Number(_pace, 0.005,
                  "Divide on each ladder first, then take the median over ladders.", 0, 10, {
                      "That is the observed pace; divide it by the smooth curve's on the same ladder.":
                      lambda: float(_paces()["observed"].median()),
                      "You divided the wrong way round.":
                      lambda: float((_paces()["smooth"] / _paces()["observed"]).median()),
                      "That is the number with five examples.": lambda: _pace("five-shot")}),
    "4.4": Labels(_outlooks, "Exact match without examples, items known; forecast_all, then count its column "
                  "'outlook'."),
    "4.5": OwnTable(_thinned_out),
}
