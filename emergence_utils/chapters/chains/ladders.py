"""Ladders of models from several tables in one form: one row a score, hard metrics, chance level."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ...errors import UnknownNameError
from ...intervals import binomial_bounds
from ...scores import fill_chance, load

__all__ = ["LADDER_SOURCES", "all_or_nothing_ladders", "final_olmo", "learnable"]

_COLUMNS = ["source", "ladder", "task", "prompting", "metric", "model", "scale", "value", "chance",
            "n_examples"]
_HARD = ["exact_match", "multiple_choice_grade", "multiple_choice_grade_norm"]


def final_olmo(scores: pd.DataFrame) -> pd.DataFrame:
    """The last checkpoint of the OLMo runs at five times Chinchilla and of the two targets.

    Where a task has a test and a validation split, the test split is kept, as in chapter 2.
    """
    tested = scores.loc[scores["subset"] == "test", "task"].unique()
    d = scores[(scores["subset"] == "test") | ~scores["task"].isin(tested)]
    d = d.sort_values("tokens", kind="stable").groupby(["model", "task", "metric"]).tail(1)
    return d[d["model"].str.endswith("-5xC") | d["model"].isin(["OLMo-2-7B", "OLMo-2-13B"])]


def _gpt3() -> pd.DataFrame:
    d = load("gpt3", prompting="few-shot", metric=_HARD[:2])
    return d.assign(ladder="GPT-3", scale=d["params"])


def _bigg() -> pd.DataFrame:
    d = load("bigg", n_shot=3, metric=_HARD[:2])
    return d.assign(ladder="BIG-G", scale=d["params"])


def _obsscaling() -> pd.DataFrame:
    d = load("obsscaling", metric=_HARD)
    way = d["prompting"].fillna("benchmark")
    wanted = ["benchmark", "few-shot", "direct (flexible)", "chain-of-thought (flexible)"]
    # the benchmark table's GSM8K has more items than the runs by prompting, so only that one is kept
    twice = (d["task"] == "gsm8k") & (way != "benchmark")
    d = d[way.isin(wanted) & ~twice & (d["task"] != "bbh_overall") & d["train_flops"].notna()]
    # scores with credited guesses carry no count; the number of questions is that of the other models
    items = d["n_examples"].fillna(d.groupby("task")["n_examples"].transform("median"))
    # btlm has tokens a thousand times too high as published
    d = d.assign(ladder=d["family"], scale=d["train_flops"], n_examples=items)
    return d[~d["model"].str.contains("btlm")]


def _olmo() -> pd.DataFrame:
    d = final_olmo(load("olmo_ladder", prompting="rc 5-shot", metric=_HARD[1:]))
    return d.assign(ladder="OLMo", scale=d["params"])


def _gadre() -> pd.DataFrame:
    d = load("gadre", metric=_HARD[:2])
    over = (d["tokens"] / (20 * d["params"])).round(2)
    return d.assign(ladder=d["family"] + " x" + over.map("{:g}".format), scale=d["params"])


def _pythia() -> pd.DataFrame:
    d = load("pythia", metric="multiple_choice_grade", prompting="zero-shot", step=143000)
    d = d[~d["task"].str.startswith("mmlu_")]
    return d.assign(ladder=np.where(d["model"].str.contains("deduped"), "Pythia deduped", "Pythia"),
                    scale=d["params"])


#: Source -> how its ladders are taken.
LADDER_SOURCES: dict[str, Callable[[], pd.DataFrame]] = {
    "gpt3": _gpt3, "bigg": _bigg, "obsscaling": _obsscaling, "olmo_ladder": _olmo, "gadre": _gadre,
    "pythia": _pythia,
}


def all_or_nothing_ladders(*sources: str, min_models: int = 5) -> pd.DataFrame:
    """Scores under all-or-nothing metrics as ladders of one family each.

    Parameters
    ----------
    *sources : str
        Of `LADDER_SOURCES`; all where none is given.
    min_models : int
        Least number of different scales; shorter ladders are left out (``attrs["left_out"]``).

    Returns
    -------
    DataFrame
        Columns source, ladder, task, prompting, metric, model, scale (parameters, or FLOPs for
        open families), value, chance (may be missing), n_examples (may be missing), and ``key``,
        a name of source, ladder, task and prompting. One score per scale: where two models of a
        ladder share a scale, the first is kept.
    """
    tables = []
    for source in sources or tuple(LADDER_SOURCES):
        if source not in LADDER_SOURCES:
            raise UnknownNameError("ladder source", source, LADDER_SOURCES)
        tables.append(fill_chance(LADDER_SOURCES[source]())[_COLUMNS])
    data = pd.concat(tables, ignore_index=True)
    data["prompting"] = data["prompting"].astype("string").fillna("benchmark")
    data["metric"] = data["metric"].replace("multiple_choice_grade_norm", "multiple_choice_grade")
    data["key"] = data["source"] + " | " + data["ladder"] + " | " + data["task"] + " | " + data["prompting"]
    data = data.sort_values(["key", "scale"], kind="stable").drop_duplicates(["key", "scale"])
    size = data.groupby("key")["scale"].transform("size")
    out = data[size >= min_models].reset_index(drop=True)
    out.attrs["left_out"] = int(data.loc[size < min_models, "key"].nunique())
    return out


def learnable(data: pd.DataFrame, *, negligible: float = 0.01, without_items: float = 0.05,
              min_without_items: int = 7) -> pd.DataFrame:
    """Ladders on which some model is above chance, and whose chance level is known.

    Parameters
    ----------
    data : DataFrame
        From `ladders`.
    negligible : float
        The exact 95 % interval of some model must lie above chance plus this.
    without_items : float
        Where items are not counted, some score must lie this far above chance.
    min_without_items : int
        Least number of models where items are not counted: with five or six, the choice among
        forecasters by AICc always takes the one with the fewest parameters.
    """
    known = data[data["chance"].notna()]
    counted = known["n_examples"].notna()
    above = (known["value"] - known["chance"]) > without_items
    rows = known[counted]
    low, _ = binomial_bounds(rows["value"], rows["n_examples"], method="clopper-pearson", rounding=np.inf)
    above[counted] = low > rows["chance"] + negligible
    long = known.groupby("key")["scale"].transform("size") >= min_without_items
    enough = counted.groupby(known["key"]).transform("all") | long
    return known[above.groupby(known["key"]).transform("any") & enough].reset_index(drop=True)
