"""Correlation with compute of hard and soft scores of the same answers (Schaeffer et al. 2024)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from ... import scores
from .row import Reproduction

__all__ = ["correlations", "hard_and_soft"]

_GROUP = "hard and soft scores"
_SOURCE = "schaeffer2024elusive"
#: In the order of the chain: log probability, probability among the options, right or wrong.
_CHAIN = {
    "bits_per_byte": "bits per byte",
    "answer_probability": "probability among the options",
    "multiple_choice_grade": "accuracy",
}


def correlations(method: Literal["spearman", "pearson"] = "spearman") -> pd.DataFrame:
    """Size of the correlation with log compute over the finished runs of the OLMo ladder.

    Parameters
    ----------
    method : {"spearman", "pearson"}
        By ranks, or along a line.

    Returns
    -------
    DataFrame
        Index the tasks, a column for each score of the chain.
    """
    table = scores.load("olmo_ladder", prompting="rc 5-shot")
    tested = table.loc[table["subset"] == "test", "task"].unique()
    rows = table[
        ((table["subset"] == "test") | ~table["task"].isin(tested)) & (table["model"] != "OLMo-2-7B")
    ]
    rows = rows.sort_values("tokens", kind="stable").groupby(["model", "task", "metric"]).tail(1)
    rows = rows.assign(
        metric=rows["metric"].str.removesuffix("_norm"), compute=np.log(rows["params"] * rows["tokens"])
    )
    found = {
        key: abs(float(g["compute"].corr(g["value"], method=method)))
        for key, g in rows.groupby(["task", "metric"])
    }
    return pd.Series(found).unstack()[list(_CHAIN)]


def hard_and_soft() -> list[Reproduction]:
    """Mean size of the correlation at each stage, and whether it falls along the chain."""
    found = correlations()
    mean, along = found.mean(), correlations("pearson").mean()
    falls = found["bits_per_byte"] >= found["multiple_choice_grade"]
    note = (
        "theirs is of single items, where chance in the wrong options does its harm; here tasks are averaged "
        "over items, which leaves little of it"
    )
    rows = [
        Reproduction(
            _GROUP,
            "steps of the chain at which the mean rank correlation with compute falls",
            2.0,
            float((np.diff(mean.to_numpy(dtype=float)) < 0).sum()),
            0.0,
            _SOURCE,
            note,
        ),
        Reproduction(
            _GROUP,
            "the same, correlation along a line",
            2.0,
            float((np.diff(along.to_numpy(dtype=float)) < 0).sum()),
            0.0,
            _SOURCE,
            f"means {along['bits_per_byte']:.3f}, {along['answer_probability']:.3f} and "
            f"{along['multiple_choice_grade']:.3f}: bits per byte bend against log compute, accuracy less, "
            "which ranks do not see; so small a difference hangs on the measure",
        ),
        Reproduction(
            _GROUP,
            "share of tasks whose accuracy follows compute less closely than bits per byte",
            float("nan"),
            float(falls.mean()),
            0.0,
            _SOURCE,
            note,
        ),
    ]
    return [
        *rows,
        *(
            Reproduction(
                _GROUP,
                f"mean rank correlation with compute: {name}",
                float("nan"),
                float(mean[metric]),
                0.0,
                _SOURCE,
                f"{len(found)} tasks, finished runs",
            )
            for metric, name in _CHAIN.items()
        ),
    ]
