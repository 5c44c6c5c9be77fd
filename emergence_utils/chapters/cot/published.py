"""The published tables of this chapter, and what they say of small and of large models."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from ... import scores
from ...errors import InputError
from ...intervals import clustered
from ...results import Interval, Result
from .differences import decided, differences

__all__ = ["FAMILIES", "TASKS", "WAYS", "could_be_seen", "published", "share_of", "variants"]

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

    Examples
    --------
    >>> table = published(assumed=300)
    >>> table["task"].nunique(), table.loc[table["counted"], "task"].nunique()
    (19, 8)
    """
    cot = scores.load("cot")
    cot = cot[cot["task"] != "mawps"]
    known = cot.groupby("task")["n_examples"].transform("max")
    filled = cot["n_examples"].fillna(known).fillna(cot["task"].map({"saycan": SAYCAN})).fillna(assumed)
    return cot.assign(n_examples=filled, counted=known.notna())


def share_of(table: pd.DataFrame, sign: Literal["better", "worse"], *, clusters: str = "family") -> Result:
    """Share of one sign among the decided differences, with the interval of a mean of clusters.

    Parameters
    ----------
    table : DataFrame
        From `differences`.
    sign : {"better", "worse"}
    clusters : str
        Column whose groups are the independent witnesses.

    Returns
    -------
    Result
        The interval of `intervals.clustered`, cut to the possible; a note tells how many differences are
        undecided and not counted.

    Raises
    ------
    InputError
        If no difference is decided.

    Examples
    --------
    >>> rows = [("A", "worse"), ("A", "worse"), ("B", "worse"), ("B", "better"), ("B", "undecided")]
    >>> share_of(pd.DataFrame(rows, columns=["family", "sign"]), "worse").estimate
    0.75
    """
    decided = table[table["sign"] != "undecided"]
    if decided.empty:
        raise InputError("share_of needs at least one decided difference.")
    found = clustered((decided["sign"] == sign).astype(float), decided[clusters])
    note = f"{len(table) - len(decided)} of {len(table)} differences are undecided and not counted"
    if found.interval is None:
        return Result(found.estimate, None, found.n, found.status, (*found.notes, note))
    low, high = max(found.interval.low, 0.0), min(found.interval.high, 1.0)
    span = Interval(low, high, found.interval.level, found.interval.method)
    return Result(found.estimate, span, found.n, "limited", (*found.notes, note))


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
        Per variant the losses, gains and undecided differences of small models, and the share of losses
        among the decided ones with its interval.
    """
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
        signs, share = found["sign"].value_counts(), share_of(found, "worse", clusters=clusters)
        assert share.interval is not None
        rows.append({"variant": name, "losses": signs.get("worse", 0), "gains": signs.get("better", 0),
                     "undecided": signs.get("undecided", 0), "share of losses": share.estimate,
                     "low": share.interval.low, "high": share.interval.high})
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
