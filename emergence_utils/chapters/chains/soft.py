"""Ladders scored on the same outputs by a hard and a soft metric."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...scores import load
from ..battery import battery
from ..metric import contrast_metrics
from .ladders import final_olmo

__all__ = ["hard_soft"]

_HARD = ["exact_match", "multiple_choice_grade", "multiple_choice_grade_norm"]


def hard_soft(*, min_models: int = 7) -> pd.DataFrame:
    """Sharpness and forecast error of a hard and of a soft metric, ladder by ladder.

    OLMo: accuracy against bits per byte and against the probability of the right option.
    Open families (ExpEmergence): accuracy against Brier score. GPT-3: LAMBADA's accuracy against
    its log perplexity, for three ways of prompting. The battery: exact match against the log-probability
    of the right answer; its kinds of task stand in the place of families.

    Parameters
    ----------
    min_models : int
        Shorter ladders are left out. Without counts of items the choice among forecasters by AICc
        takes "no change" for any ladder of five or six, whatever the data.

    Returns
    -------
    DataFrame
        ``source``, ``ladder``, ``task``, ``soft`` (its name), ``hard_share`` and ``soft_share``
        (largest step over the range), ``hard_miss`` and ``soft_miss`` (forecast error over it).
    """
    olmo = final_olmo(load("olmo_ladder", prompting="rc 5-shot"))
    exp = load("expemergence", metric=["multiple_choice_grade", "brier_target"])
    exp = exp[exp["subset"].isna() & exp["train_flops"].notna()]
    exp = exp.sort_values("train_flops", kind="stable")
    exp = exp.drop_duplicates(["family", "task", "metric", "train_flops"])
    both = exp.groupby(["family", "task", "model"])["metric"].transform("nunique") == 2
    lambada = load("gpt3", task="lambada")
    # the loss, log perplexity, is what falls as a power law
    loss = lambada["metric"] == "perplexity"
    lambada["value"] = lambada["value"].where(~loss, np.log(lambada["value"]))
    lambada["metric"] = lambada["metric"].mask(loss, "cross_entropy")
    grown = battery(["exact_match", "answer_cross_entropy"])
    parts = [_pairs(olmo.assign(ladder="OLMo"), "params", min_models),
             _pairs(exp[both].assign(ladder=exp["family"]), "train_flops", min_models),
             _pairs(lambada.assign(ladder="GPT-3, " + lambada["prompting"]), "params", min_models),
             _pairs(grown.assign(ladder=grown["family"]), "params", min_models)]
    return pd.concat(parts, ignore_index=True)


def _pairs(data: pd.DataFrame, x: str, min_models: int) -> pd.DataFrame:
    keys = ["source", "ladder", "task"]
    shapes = contrast_metrics(data, x=x, by=keys, min_models=min_models)
    columns = ["largest_share", "miss"]
    hard = shapes[shapes["metric"].isin(_HARD)].set_index(keys)[columns].add_prefix("hard_")
    soft = shapes[~shapes["metric"].isin(_HARD)].set_index(keys)[["metric", *columns]].add_prefix("soft_")
    out = soft.join(hard, how="inner").reset_index().rename(columns={"soft_metric": "soft"})
    out.columns = [c.replace("_largest_share", "_share") for c in out.columns]
    return out[[*keys, "soft", "hard_share", "soft_share", "hard_miss", "soft_miss"]]
