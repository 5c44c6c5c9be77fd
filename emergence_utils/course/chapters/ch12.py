"""Exercises of chapter 12: shortcuts, steps and skills."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable

__all__ = ["CHECKS"]


@cache
def _both(until: float = 400) -> pd.DataFrame:
    """Both ways of answering, as if training had stopped at a step."""
    from ...chapters.steps import both_ways
    from ...scores import load

    table = load("grown", task=["chain_steps", "chain_direct"])
    return both_ways(table[table["step"] <= until])


@cache
def _lead(until: float = 400, kind: str = "observed") -> float:
    """Size from which steps lead with six operations."""
    from ...chapters.steps import crossings

    at = crossings(_both(until), n_resamples=20)
    return float(at.loc[(at["k"] == 6) & (at["kind"] == kind), "estimate"].iloc[0])


def _later(until: float = 144, kind: str = "observed") -> float:
    return _lead(until, kind) / _lead(400, kind)


def _short_of(params: float = 10_960) -> float:
    """What the product of steps promises a size on six operations, less what it scores."""
    both = _both()
    runs = both[both["params"] == params].pivot(index="seed", columns="k", values="steps")
    return float((runs[1] ** 6 - runs[6]).mean())


def _shapes() -> pd.Series:
    from ...chapters.steps import cue_u
    from ...scores import load

    table = load("grown", task="distractor")
    return pd.Series({step: cue_u(table[table["step"] <= step]).answer for step in (32, 90, 150)})


def _own(table: pd.DataFrame) -> str:
    """The longest chain beside the power of single steps, size by size."""
    value = table["value"]
    if not value.between(0, 1).all():
        raise InputError(f"A score lies between 0 and 1, got {value[~value.between(0, 1)].iloc[0]:g}.")
    wide = table.pivot_table(index="params", columns="k", values="value").sort_index()
    lengths = wide.columns.to_numpy(float)
    if 1 not in lengths or len(lengths) < 2:
        raise InputError("Chains of one step (k = 1) and of one other length at least are asked for, got "
                             f"k = {', '.join(f'{k:g}' for k in lengths)}.")
    steps = float(lengths.max())
    known = pd.DataFrame({"one": wide.iloc[:, list(lengths).index(1)], "came": wide.iloc[:, -1]}).dropna()
    if len(known) < 3:
        raise InputError(f"Three sizes at least must have done one step and {steps:g}, got {len(known)}.")
    promised = known["one"].to_numpy(float) ** steps
    came = known["came"].to_numpy(float)
    at = int(abs(came - promised).argmax())
    return (f"{len(known)} sizes. At {known.index[at]:.3g} the product promises "
                         f"{promised[at]:.2f} for {steps:g} steps, and {came[at]:.2f} came: the largest gap. "
                         "Are your steps equal, and do they fail by themselves?")


CHECKS: Mapping[str, Answer] = {
    "12.1": Guess(_later, 0.1, 10, "times the size"),
    "12.2": Number(_short_of, 0.01, "Raise the score at one step to the sixth power, run by run, take "
                   "off the score at six, and average over the seeds of this size.", -1, 1,
                   {"The sign is turned round: the promise less the score.": lambda: -_short_of(),
                    "That is another size.": lambda: _short_of(7232)}),
    "12.3": Number(lambda: _later(240), 0.03, "Make both tables with both_ways, one of them from the "
                   "rows up to that step, and divide the observed crossings for six steps.", 0,
                   mistakes={"That is the end of training over the early stop; turn it round.":
                             lambda: 1 / _later(240),
                             "Those are the predicted crossings; take the observed.":
                             lambda: _later(240, "predicted"),
                             "That is the earlier stop of 12.1.": _later}),
    "12.4": Labels(_shapes, "cue_u takes the table with the rows up to that step; its result has an answer."),
    "12.5": OwnTable(_own, "table", ("params", "k", "value")),
}
