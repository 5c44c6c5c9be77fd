"""The score tables of the chapter: the same outputs scored twice, and the runs of the OLMo ladder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..._checks import count, fraction
from ..._typed import checked
from ...errors import InputError
from ...measures import above_chance
from ...metrics import get_metric
from ...scores import load
from ..battery import NEGLIGIBLE, battery, learnt_ladders

__all__ = ["LEAST_RANGE", "at_chance", "choice_pairs", "grown_twice", "likelihood_ratios", "olmo_runs",
           "one_recipe", "scored_twice", "transliteration", "with_a_rise"]

#: Soft score of each kind of ladder; the other score of its outputs is the hard one.
SOFT = ("bits_per_byte", "brier_target", "bleu")
#: How a reader would call a metric.
NAMES = {"multiple_choice_grade": "accuracy", "multiple_choice_grade_norm": "accuracy",
         "exact_match": "exact match", "bits_per_byte": "bits per byte", "bleu": "BLEU",
         "brier_target": "Brier score", "answer_probability": "probability"}
#: Least range of a hard score: where it moves less, a single answer more or less makes a step look sudden.
LEAST_RANGE = 0.1
#: Runs that end the ladder of one recipe; they follow another one.
TARGETS = ("OLMo-2-7B", "OLMo-2-13B")


def olmo_runs() -> pd.DataFrame:
    """Scores of every run of the OLMo ladder at its end, with ``scored_by``, the metric's plain name.

    The test set of a task where there is one; five examples in the prompt.
    """
    scores = load("olmo_ladder", prompting="rc 5-shot")
    tested = scores.loc[scores["subset"] == "test", "task"].unique()
    scores = scores[(scores["subset"] == "test") | ~scores["task"].isin(tested)]
    last = scores.sort_values("tokens", kind="stable").groupby(["model", "task", "metric"]).tail(1)
    return last[last["metric"].isin(NAMES)].assign(scored_by=last["metric"].map(NAMES)).reset_index(drop=True)


def one_recipe(runs: pd.DataFrame, *, targets: bool = False) -> pd.DataFrame:
    """Runs with five times the tokens of the Chinchilla rule; with `targets` the two larger models too."""
    keep = runs["model"].str.endswith("-5xC") | (targets & runs["model"].isin(TARGETS))
    return runs[keep].reset_index(drop=True)


def choice_pairs() -> pd.DataFrame:
    """Accuracy and Brier score of each model on each choice task of ExpEmergence, side by side.

    Returns
    -------
    DataFrame
        ``task``, ``family``, ``model``, ``train_flops``, ``accuracy``, ``brier`` (of the right option),
        ``guess`` (Brier score of a uniform guess), ``n_examples`` and ``above``: whether the exact interval
        of accuracy lies above chance by more than one point.
    """
    scores = load("expemergence", metric=["multiple_choice_grade", "brier_target"])
    scores = scores[scores["subset"].isna() & scores["train_flops"].notna()]
    keys = ["task", "family", "model", "train_flops"]
    wide = scores.pivot(index=keys, columns="metric", values=["value", "chance", "n_examples"]).dropna()
    hard, soft = "multiple_choice_grade", "brier_target"
    out = pd.DataFrame({"accuracy": wide["value", hard], "brier": wide["value", soft],
                        "guess": wide["chance", soft], "chance": wide["chance", hard],
                        "n_examples": wide["n_examples", hard]}).reset_index()
    judged = above_chance(out["accuracy"], out["n_examples"], out["chance"] + NEGLIGIBLE)
    return out.assign(above=judged["verdict"].to_numpy() == "above")


@checked
def at_chance(pairs: pd.DataFrame, least: int = 1) -> pd.DataFrame:
    """Rows of `choice_pairs` with accuracy at chance, of tasks that have `least` such models or more.

    Raises
    ------
    InputError
        If `least` is no count, or no task has as many models at chance.
    """
    count("least", least, minimum=1)
    below = pairs[~pairs["above"]]
    size = below.groupby("task")["model"].transform("size")
    if len(below) and not (size >= least).any():
        raise InputError(f"least must be at most {size.max()}, the most models at chance on one task, got "
                         f"{least}.")
    return below[size >= least].reset_index(drop=True)


def transliteration() -> pd.DataFrame:
    """Exact match and BLEU of open models on transliteration into the phonetic alphabet.

    Returns
    -------
    DataFrame
        ``family``, ``model``, ``train_flops``, ``exact_match``, ``bleu``; ``attrs["left_out"]`` counts models
        that lack one of them or their compute.
    """
    scores = load("obsscaling", task="ipa_transliterate")
    wide = scores.pivot(index=["family", "model", "train_flops"], columns="metric", values="value")
    whole = wide.reset_index().dropna().reset_index(drop=True)
    whole.columns.name = None
    whole.attrs["left_out"] = len(wide) - len(whole)
    return whole


def likelihood_ratios() -> dict[str, float]:
    """Mean likelihood of the right answer over exp(-mean loss), the median checkpoint of Gemstones by task.

    For one item the two are the same; an average over items is at least as large (Jensen).
    """
    scores = load("gemstones", metric=["answer_cross_entropy", "answer_likelihood"])
    wide = scores.pivot(index=["model", "step", "task"], columns="metric", values="value")
    ratio = wide["answer_likelihood"] / np.exp(-wide["answer_cross_entropy"])
    return {str(task): float(g.median()) for task, g in ratio.groupby("task")}


def scored_twice(runs: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Every ladder of five models or more that was scored hard and soft on the same outputs.

    Parameters
    ----------
    runs : DataFrame
        Of `olmo_runs`.
    pairs : DataFrame
        Of `choice_pairs`: of the open families only ladders whose largest model is above chance are kept.

    Returns
    -------
    DataFrame
        Score table with ``side`` ("hard" or "soft"), ``ladder`` (its name), ``scored_by`` (the metric)
        and ``share``: the score from its worst (0) to its best (1) on the ladder.
    """
    olmo = one_recipe(runs, targets=True)
    olmo = olmo[olmo["scored_by"] != "probability"].assign(family="OLMo")
    ipa = load("obsscaling", task="ipa_transliterate", family=["Pythia", "OPT", "GPT-Neo/J"])
    table = pd.concat([olmo, _alive(pairs), ipa[ipa["train_flops"].notna()]], ignore_index=True)
    table["side"] = np.where(table["metric"].isin(SOFT), "soft", "hard")
    table["scored_by"] = table["metric"].map(NAMES)
    task = table["task"].str.replace("_", " ").replace("ipa transliterate", "transliteration (IPA)")
    table["ladder"] = table["family"] + ": " + task
    better = table["value"] * [1.0 if get_metric(m).higher_is_better else -1.0 for m in table["metric"]]
    on = better.groupby([table["ladder"], table["side"]])
    low, high = on.transform("min"), on.transform("max")
    table["share"] = (better - low) / (high - low).replace(0, 1)
    return table


def grown_twice() -> pd.DataFrame:
    """The battery by exact match ("hard") and by the log-probability of the right answer ("soft")."""
    sides = {"exact_match": "hard", "answer_cross_entropy": "soft"}
    table = battery(list(sides))
    return table.assign(side=table["metric"].map(sides))


@checked
def with_a_rise(scores: pd.DataFrame, *, least: float = LEAST_RANGE, above: bool = True) -> pd.DataFrame:
    """Ladders that have a rise whose shape could be compared: one rule, wherever a ladder comes from.

    Parameters
    ----------
    scores : DataFrame
        Of `scored_twice` or `grown_twice`.
    least : float
        Smallest range of the hard score.
    above : bool
        Whether the largest model must be above chance by more than a point under the hard score.

    Raises
    ------
    InputError
        If `least` is not a share from 0 to 1.
    """
    fraction("least", least)
    keys = ["family", "task"]
    hard = scores[scores["side"] == "hard"]
    if above:
        hard = learnt_ladders(hard, scale="train_flops")
    span = hard.groupby(keys)["value"].agg(np.ptp)
    kept = pd.MultiIndex.from_frame(scores[keys]).isin(span.index[span >= least])
    return scores[kept].reset_index(drop=True)


def _alive(pairs: pd.DataFrame) -> pd.DataFrame:
    """Ladders of open families, one model a scale, whose largest model is above chance."""
    scores = load("expemergence", metric=["multiple_choice_grade", "brier_target"])
    scores = scores[scores["subset"].isna() & scores["train_flops"].notna()]
    sizes = scores.groupby(["family", "task", "metric"])["train_flops"]
    scores = scores[(sizes.transform("nunique") == sizes.transform("size")) & (sizes.transform("size") >= 5)]
    last = pairs.sort_values("train_flops", kind="stable").groupby(["family", "task"])["above"].last()
    alive = pd.MultiIndex.from_tuples(last[last].index)
    return scores[pd.MultiIndex.from_frame(scores[["family", "task"]]).isin(alive)]
