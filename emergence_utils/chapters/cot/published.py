"""The published tables of this chapter, and what they say of small and of large models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ... import scores
from ..._checks import count, positive
from ..._typed import checked
from ...errors import InputError
from ...intervals import clustered
from .differences import decided, differences

__all__ = ["FAMILIES", "TASKS", "WAYS", "could_be_seen", "published", "sides", "variants"]

#: Tasks of the chain-of-thought paper, in the order in which they are shown, with short names.
TASKS = {
    "gsm8k": "GSM8K", "svamp": "SVAMP", "asdiv": "ASDiv", "aqua": "AQuA", "mawps_single_op": "MAWPS one op",
    "mawps_single_eq": "MAWPS one eq", "mawps_add_sub": "MAWPS add/sub",
    "mawps_multi_arith": "MAWPS multi-step", "commonsense_qa": "CSQA", "strategy_qa": "StrategyQA",
    "date_understanding": "dates", "sports_understanding": "sports", "saycan": "SayCan",
    **{f"last_letter_{k}": f"last letters, {k}" for k in (2, 3, 4)},
    **{f"coin_flip_{k}": f"coin flips, {k}" for k in (2, 3, 4)},
}
#: Families of several sizes, with short names.
FAMILIES = {"GPT-3": "GPT", "LaMDA": "LaMDA", "PaLM": "PaLM"}
#: The two ways of asking, as `differences` and `crossover_all` name them.
WAYS: dict[str, Any] = {"method": "chain-of-thought", "baseline": "standard"}
#: Items of SayCan: no count is published, the printed scores fit this one.
SAYCAN = 120


def published(assumed: int = 300) -> pd.DataFrame:
    """Scores of the chain-of-thought paper, each with a count of items.

    Parameters
    ----------
    assumed : int
        Items of a task for which the paper gives no count.

    Returns
    -------
    DataFrame
        Score table without ``mawps``, the mean of four tasks that are in it. ``counted`` says whether the
        count of the task is published.

    Raises
    ------
    InputError
        If `assumed` is no count of at least 1.

    Examples
    --------
    >>> table = published(assumed=300)
    >>> table["task"].nunique(), table.loc[table["counted"], "task"].nunique()
    (19, 8)
    """
    count("assumed", assumed, minimum=1)
    cot = scores.load("cot")
    cot = cot[cot["task"] != "mawps"]
    known = cot.groupby("task")["n_examples"].transform("max")
    filled = cot["n_examples"].fillna(known).fillna(cot["task"].map({"saycan": SAYCAN})).fillna(assumed)
    return cot.assign(n_examples=filled, counted=known.notna())


@checked
def sides(table: pd.DataFrame, small: float, large: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The differences of small models and those of large ones.

    Parameters
    ----------
    table : DataFrame
        From `differences`.
    small, large : float
        Parameters: small models lie below the first, large ones from the second on.

    Raises
    ------
    InputError
        If the two limits are swapped or leave one side without a model, e.g. because they are in billions.

    Examples
    --------
    >>> rows = pd.DataFrame({"params": [1e9, 3e10, 1e11]})
    >>> [len(side) for side in sides(rows, 1e10, 6e10)]
    [1, 1]
    """
    if not 0 < small <= large:
        raise InputError(f"small must lie above 0 and not above large, got {small:g} and {large:g}.")
    below, above = table[table["params"] < small], table[table["params"] >= large]
    if below.empty or above.empty:
        which = f"below {small:g}" if below.empty else f"from {large:g} on"
        raise InputError(f"no model has parameters {which}; give whole numbers of parameters, e.g. 1e10, "
                         f"between {table['params'].min():g} and {table['params'].max():g}.")
    return below, above


@checked
def variants(small: float, *, assumed: int = 300, fdr: float = 0.05) -> pd.DataFrame:
    """How the losses of small models depend on what is taken for independent, and on what is assumed.

    Parameters
    ----------
    small : float
        Parameters below which a model is small.
    assumed, fdr
        As in `published` and `differences`.

    Returns
    -------
    DataFrame
        Per variant the mean difference of small models with its interval, and how many of their
        differences are decided losses, decided gains and undecided.

    Raises
    ------
    InputError
        If `small` is not above 0, `fdr` no share, or no model has fewer parameters.
    """
    positive("small", small)
    if not 0 < fdr < 1:
        raise InputError(f"fdr must lie between 0 and 1, got {fdr:g}.")
    usual, few, many = (differences(published(n), **WAYS, fdr=fdr) for n in (assumed, 100, 1000))
    given = published(assumed).loc[lambda t: t["counted"], "task"]
    rows = []
    for name, found, clusters in (
            ("families as clusters (the rule)", usual, "family"),
            ("models as clusters", usual, "model"),
            ("tasks as clusters", usual, "task"),
            ("published counts only", decided(usual[usual["task"].isin(given)], fdr=fdr), "family"),
            ("100 items assumed", few, "family"),
            ("1,000 items assumed", many, "family"),
            ("any dependence between tests", decided(usual, fdr=fdr, control="by"), "family"),
            ("no control of false discoveries", decided(usual, fdr=fdr, control="none"), "family")):
        found = found[found["params"] < small]
        if found.empty:
            raise InputError(f"small must exceed {usual['params'].min():g}, the parameters of the smallest "
                             f"model, got {small:g}.")
        signs, mean = found["sign"].value_counts(), clustered(found["estimate"], found[clusters])
        ends = (mean.interval.low, mean.interval.high) if mean.interval else (float("nan"), float("nan"))
        rows.append({"variant": name, "mean difference": mean.estimate, "low": ends[0], "high": ends[1],
                     "losses": signs.get("worse", 0), "gains": signs.get("better", 0),
                     "undecided": signs.get("undecided", 0)})
    return pd.DataFrame(rows)


def could_be_seen(table: pd.DataFrame, lost: float, threshold: float) -> int:
    """Differences that would be decided losses if the chain lost this share of the standard score.

    Parameters
    ----------
    table : DataFrame
        From `differences`.
    lost : float
        Share of the standard score, in (0, 1].
    threshold : float
        p-value up to which a difference is decided.

    Returns
    -------
    int

    Examples
    --------
    >>> rows = pd.DataFrame({"baseline": [0.5, 0.01], "n_examples": [300, 300]})
    >>> could_be_seen(rows, lost=0.5, threshold=0.02)
    1
    """
    if not 0 < lost <= 1:
        raise InputError(f"lost must lie in (0, 1], got {lost}.")
    seen = 0
    for score, items in table[["baseline", "n_examples"]].itertuples(index=False):
        n, direct = int(items), round(score * items)
        chain = int(np.floor(direct * (1 - lost)))
        p = stats.fisher_exact([[chain, n - chain], [direct, n - direct]]).pvalue
        seen += int(chain < direct and p <= threshold)
    return seen
