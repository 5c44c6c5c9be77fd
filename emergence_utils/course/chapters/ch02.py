"""Exercises of chapter 2: is it the metric?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable, scale_of

__all__ = ["CHECKS"]


def _lambada() -> pd.DataFrame:
    from ...scores import load

    return load("pythia", task="lambada_openai", family="Pythia", prompting="zero-shot", step=143_000)


def _shares(table: pd.DataFrame) -> pd.Series:
    """Largest step over the range, by metric."""
    from ...chapters.metric import largest_shares

    return largest_shares(table).set_index("metric")["largest_share"]


def _logged() -> float:
    table = _lambada()
    table = table[table["metric"] == "perplexity"]
    return float(_shares(table.assign(value=np.log(table["value"]), metric="cross_entropy")).iloc[0])


def _in_the_dark() -> pd.Series:
    """Rank correlation with compute of two scores of the Gemstones models at chance on ARC challenge."""
    from ...measures import above_chance
    from ...scores import load

    table = load("gemstones", task="arc_challenge")
    last = table[table["step"] == table.groupby("model")["step"].transform("max")]
    wide = last.pivot(index="train_flops", columns="metric", values="value").reset_index()
    hard = last[last["metric"] == "multiple_choice_grade"].sort_values("train_flops")
    verdict = above_chance(hard["value"], hard["n_examples"], hard["chance"] + 0.01)["verdict"]
    dark = wide[verdict.to_numpy() != "above"]
    both = ["multiple_choice_grade", "answer_cross_entropy"]
    return pd.Series({name: dark[name].corr(dark["train_flops"], method="spearman") for name in both})


def _scored_twice(table: pd.DataFrame) -> str:
    from ...chapters.metric import contrast_metrics

    metrics = sorted(table["metric"].unique())
    if len(metrics) != 2:
        raise InputError(f"Two metrics of the same answers are asked for, yours are {', '.join(metrics)}.")
    if table[["family", "task"]].drop_duplicates().shape[0] > 1:
        raise InputError("One family on one task is asked for, yours has several.")
    answered = [set(table.loc[table["metric"] == metric, "model"]) for metric in metrics]
    if answered[0] != answered[1]:
        odd = min(answered[0] ^ answered[1])
        raise InputError(f"Both metrics must score the same models; '{odd}' has one of them only.")
    if len(answered[0]) < 4:
        raise InputError(f"At least 4 models are needed, yours are {len(answered[0])}.")
    found = contrast_metrics(table, x=scale_of(table), by=("family", "task"), min_models=4)
    flat = found.loc[found["largest_share"] == 0, "metric"]
    if len(flat):
        raise InputError(f"{flat.iloc[0]} never gets better along your ladder: there is no step to compare.")
    told = " and ".join(f"{row['largest_share']:.2f} under {row['metric']}" for _, row in found.iterrows())
    return (f"Of the range of your ladder the largest step makes {told}; the largest model misses its "
            f"forecast by {' and '.join(f'{miss:.2f}' for miss in found['miss'])} of it. Which of the two is "
            "the soft one?")


CHECKS: Mapping[str, Answer] = {
    "2.1": Guess(lambda: float(_shares(_lambada())["perplexity"]), 0, 1, "of the range"),
    "2.2": Labels(lambda: _shares(_lambada()), "Eight sizes of the last checkpoint, without examples; the "
                  "largest step is a share of the whole range of that metric.", within=0.005),
    "2.3": Number(_logged, 0.005, "Take the logarithm first, then the largest step and the range.",
                  0, 1, {"That is the share in perplexity itself; take its logarithm.":
                         lambda: float(_shares(_lambada())["perplexity"]),
                         "That is the share under exact match.":
                         lambda: float(_shares(_lambada())["exact_match"])}),
    "2.4": Labels(_in_the_dark, "Only the last checkpoint of each model, only models whose verdict is not "
                  "'above'; ranks, not values. Lower cross-entropy is better: mind the sign.", within=0.01),
    "2.5": OwnTable(_scored_twice),
}
