"""Accuracy and Brier score of the same outputs: which of the two rises more abruptly."""

from __future__ import annotations

import pandas as pd

from ...intervals import clustered
from ...results import Result
from ..metric import contrast_metrics
from .plateaus import ladder_ends

__all__ = ["more_abrupt"]

_HARD, _SOFT = "multiple_choice_grade", "brier_target"


def more_abrupt(table: pd.DataFrame, *, min_models: int = 5) -> tuple[pd.DataFrame, Result]:
    """Breakthroughness of both scores on every ladder, and the share larger under accuracy.

    Parameters
    ----------
    table : DataFrame
        Rows of ``expemergence``. Ladders whose largest model is at chance are left out.
    min_models : int
        Sizes that a ladder must have.

    Returns
    -------
    DataFrame
        Columns family, task, accuracy, brier, ``larger`` (under accuracy); ladders of which either
        number cannot be told are left out and counted in ``attrs["cannot_tell"]``.
    Result
        Share of ladders, with an interval over families.
    """
    whole = table[table["subset"].isna() & table["metric"].isin([_HARD, _SOFT])]
    sizes = whole.groupby(["family", "task", "metric"])["params"].transform("nunique")
    whole = whole[sizes >= min_models]
    ends = ladder_ends(whole[whole["metric"] == _HARD], x="params", by=["family", "task"])
    shape = contrast_metrics(whole, x="params", by=("family", "task"), min_models=min_models)
    shape = shape.merge(ends.loc[~ends["at_chance"], ["family", "task"]])
    wide = shape.pivot(index=["family", "task"], columns="metric", values="breakthroughness")
    told = wide.dropna().rename(columns={_HARD: "accuracy", _SOFT: "brier"}).reset_index()
    told = told.rename_axis(columns=None).assign(larger=lambda d: d["accuracy"] > d["brier"])
    told.attrs["cannot_tell"] = len(wide) - len(told)
    return told, clustered(told["larger"].astype(float), told["family"])
