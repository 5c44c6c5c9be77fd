"""Do small models lose the thread? Problems of one step against several, and one rate for all lengths."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from ... import scores
from ..._checks import positive
from ...errors import UnknownNameError
from ...intervals import clustered
from ...measures import above_chance
from ...results import Result
from .predicted import crossing_gap
from .steps import fit_chain

__all__ = ["gap_of", "loss_growth", "object_tests", "one_rate_tests", "steps_and_answers"]

ONE, SEVERAL = "mawps_single_op", "mawps_multi_arith"
#: Tasks of several lengths, how steps make an answer, and the score to beat at the shortest.
CHAINS: tuple[tuple[str, Literal["all", "parity"], float], ...] = (
    ("last_letter", "all", 0.05), ("coin_flip", "parity", 0.5))
#: Lengths of the tasks on shuffled objects.
OBJECTS = {"three": 3, "five": 5, "seven": 7}


def steps_and_answers(table: pd.DataFrame, diffs: pd.DataFrame) -> pd.DataFrame:
    """Per model, scores on MAWPS problems of one and of several steps, and the sign on the latter.

    Parameters
    ----------
    table : DataFrame
        From `published`.
    diffs : DataFrame
        From `differences` of it.

    Returns
    -------
    DataFrame
        family, model, params, ``step`` and ``step_direct`` (one step, with a chain and direct), ``chain``
        and ``direct`` (several steps), ``n_step``, ``n_chain`` (items) and ``sign``.
    """
    rows = table[table["task"].isin([ONE, SEVERAL])]
    wide = rows.pivot(index=["family", "model", "params"], columns=["task", "prompting"], values="value")
    names = {(ONE, "chain-of-thought"): "step", (ONE, "standard"): "step_direct",
             (SEVERAL, "chain-of-thought"): "chain", (SEVERAL, "standard"): "direct"}
    wide = wide[list(names)].set_axis(list(names.values()), axis=1)
    items = rows.groupby("task")["n_examples"].max()
    signs = diffs.loc[diffs["task"] == SEVERAL, ["model", "sign"]]
    return wide.reset_index().merge(signs, on="model").assign(n_step=items[ONE], n_chain=items[SEVERAL])


def gap_of(pairs: pd.DataFrame, family: str, k: float = 2) -> Result:
    """`crossing_gap` of one family of `steps_and_answers`, for chains of `k` steps.

    Raises
    ------
    InputError
        If the family is not there or `k` not above 0.
    """
    if family not in set(pairs["family"]):
        raise UnknownNameError("family", family, pairs["family"].unique())
    positive("k", k)
    g = pairs[pairs["family"] == family]
    return crossing_gap(g["params"], g["step"], g["chain"], g["direct"], k, g["n_step"], g["n_chain"])


def loss_growth(small: pd.DataFrame) -> Result:
    """Log ratio of chain to direct scores of small models, on problems of several steps less of one.

    Parameters
    ----------
    small : DataFrame
        Differences of small models.

    Returns
    -------
    Result
        Mean over models, families as clusters; below zero where losses grow with steps.
    """
    by_task = small[small["task"].isin([ONE, SEVERAL])].set_index(["family", "model", "task"])
    score = by_task[["method", "baseline"]].unstack("task").dropna()
    ratio = {task: np.log(score[("method", task)] / score[("baseline", task)]) for task in (ONE, SEVERAL)}
    return clustered(ratio[SEVERAL] - ratio[ONE], score.index.get_level_values("family"))


def one_rate_tests(table: pd.DataFrame) -> pd.DataFrame:
    """Can one rate per step serve all lengths? Last letters and coin flips, models that can do two steps.

    Parameters
    ----------
    table : DataFrame
        From `published`.

    Returns
    -------
    DataFrame
        task, model, ``p_value`` of one rate, ``first`` and ``last`` (implied rates at the shortest and the
        longest). Models are left out that get no more than one in twenty right (letters), or do not beat a
        coin (flips), at the shortest.
    """
    rows = []
    for task, rule, floor in CHAINS:
        g = table[table["task"].str.startswith(task) & (table["prompting"] == "chain-of-thought")]
        for model, m in g.assign(k=g["task"].str[-1].astype(int)).sort_values("k").groupby("model"):
            shortest = above_chance(m["value"].iloc[:1], m["n_examples"].iloc[:1], floor)
            if shortest["verdict"].iloc[0] != "above":
                continue
            found = fit_chain(m["k"], m["value"], m["n_examples"], rule=rule)
            rows.append({"task": task, "model": model, "p_value": found.p_value, "first": found.rates[0],
                         "last": found.rates[-1]})
    return pd.DataFrame(rows)


def object_tests() -> pd.DataFrame:
    """The same for tracking shuffled objects: open models that beat guessing at three objects.

    Returns
    -------
    DataFrame
        family, model, ``p_value``, ``first`` and ``last``, as in `one_rate_tests`.
    """
    table = scores.load("obsscaling")
    table = table[table["task"].str.contains("tracking_shuffled")
                  & (table["prompting"] == "chain-of-thought (flexible)")]
    table = table[table["value"].notna() & table["n_examples"].notna()]
    table = scores.fill_chance(table.assign(k=table["task"].str.split("_").str[-2].map(OBJECTS)))
    rows = []
    for (family, model), m in table.sort_values("k").groupby(["family", "model"]):
        shortest = above_chance(m["value"].iloc[:1], m["n_examples"].iloc[:1], m["chance"].iloc[:1])
        if len(m) < len(OBJECTS) or shortest["verdict"].iloc[0] != "above":
            continue
        found = fit_chain(m["k"], m["value"], m["n_examples"], chance=m["chance"])
        rows.append({"family": family, "model": model, "p_value": found.p_value, "first": found.rates[0],
                     "last": found.rates[-1]})
    return pd.DataFrame(rows)
