"""The score tables that the chapter draws on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import scores
from ..battery import battery
from .breaks import item_noise
from .loss import one_row_each, with_loss

__all__ = ["CHOICE_TASKS", "along_training", "few_shot_gpt3", "grown_ladders", "ladders_of_sizes",
           "sizes_of_families", "suites_with_loss"]

#: Multiple-choice tasks that suites with a published loss share.
CHOICE_TASKS = ("arc_challenge", "arc_easy", "boolq", "commonsense_qa", "hellaswag", "openbookqa", "piqa",
                "siqa", "winogrande")
_LETTERS_AND_SUMS = "addition|subtraction|multiplication|operations|anagrams|cycled|reversed|symbol"
_OPEN_TASKS = ["addition_2_digit", "addition_3_digit", "subtraction_3_digit", "multiplication_2_digit",
               "ipa_transliterate", "word_unscrambling", "parsinlu_qa"]
_FRACTIONS = ["exact_match", "multiple_choice_grade"]


def few_shot_gpt3() -> pd.DataFrame:
    """GPT-3's sums and scrambled words, few-shot, eight sizes.

    Returns
    -------
    DataFrame
        Score table with ``loss``: the logarithm of the perplexity on the last words of LAMBADA, in nats
        per word, since the pre-training loss of these models was never published as a table.
    """
    table = scores.load("gpt3", metric="exact_match", prompting="few-shot")
    table = table[table["n_examples"].notna() & table["task"].str.contains(_LETTERS_AND_SUMS)]
    words = scores.load("gpt3", task="lambada", metric="perplexity", prompting="zero-shot")
    return table.assign(loss=np.log(table["model"].map(words.set_index("model")["value"])))


def ladders_of_sizes(min_models: int = 8) -> pd.DataFrame:
    """Every published ladder of at least `min_models` sizes whose chance level and items are known.

    Returns
    -------
    DataFrame
        Score table of GPT-3 (few-shot), BIG-G (three examples), Pythia, OPT and Qwen1.5 (two examples),
        with ``noise``, the variance of each score that its items make. A ladder is a family and a task.
    """
    bigg = scores.load("bigg", n_shot=3, metric=_FRACTIONS)
    bigg = bigg[bigg.groupby("task")["params"].transform("nunique") == bigg["params"].nunique()]
    others = scores.load("obsscaling", task=_OPEN_TASKS, n_shot=2, family=["Pythia", "OPT", "Qwen1.5"],
                         metric=_FRACTIONS)
    table = pd.concat([few_shot_gpt3(), bigg, others])
    table = table[table["chance"].notna() & table["n_examples"].notna()]
    sizes = table.groupby(["family", "task"])["params"].transform("nunique")
    table = table[sizes >= min_models].reset_index(drop=True)
    return table.assign(noise=item_noise(table["value"], table["n_examples"]))


def grown_ladders() -> pd.DataFrame:
    """Exact match of the battery, as `ladders_of_sizes`; runs of one size differ, which adds to ``noise``."""
    table = battery(["exact_match"])
    return table.assign(noise=item_noise(table["value"], table["n_examples"]) + table["between_runs"])


def sizes_of_families() -> pd.DataFrame:
    """Score tables that list the sizes of families, GPT-3 from its own paper only."""
    table = scores.load("bigg", "cot", "gadre", "gpt3", "obsscaling", "olmo_ladder")
    twice = (table["source"] == "cot") & (table["family"] == "GPT-3")
    return table[~twice].replace({"family": {"c4_original": "Gadre et al."}})


def suites_with_loss() -> dict[str, tuple[pd.DataFrame, tuple[str, ...]]]:
    """Three suites of open models whose loss on a common text is published.

    Returns
    -------
    dict of str to (DataFrame, tuple of str)
        Name -> one row per checkpoint as from `one_row_each`, and columns to hold equal. Loss is on C4 for
        OLMo and Gadre et al., on FineWeb-Edu for Gemstones.
    """
    gemstones, gadre = scores.load("gemstones"), scores.load("gadre")
    web = gemstones[(gemstones["task"] == "validation_loss") & (gemstones["subset"] == "fineweb_edu")]
    choices = gemstones[gemstones["metric"] == "multiple_choice_grade"]
    tasks = [*CHOICE_TASKS, "bigbench_qa_wikidata", "lambada_openai", "squad", "coqa", "jeopardy"]
    corpora = gadre[gadre["metric"].isin(_FRACTIONS)].replace({"task": {"openbook_qa": "openbookqa"}})
    corpora = with_loss(corpora, gadre[gadre["task"] == "c4_val_loss"])
    return {"OLMo": (one_row_each(_finished_olmo(), CHOICE_TASKS), ()),
            "Gemstones": (one_row_each(with_loss(choices, web, on=("model", "step")), CHOICE_TASKS), ()),
            "Gadre et al.": (one_row_each(corpora, tasks), ("family",))}


def along_training(tokens: float = 8e11) -> pd.DataFrame:
    """OLMo 2 of 7 and 13 billion parameters along training, asked by letter and by text.

    Parameters
    ----------
    tokens : float
        Checkpoints after so many tokens are left out of the answers by text only.

    Returns
    -------
    DataFrame
        Score table with ``loss`` on C4 and ``run``, e.g. "7B, by letter".
    """
    olmo = scores.load("olmo_ladder")
    losses = olmo[(olmo["task"] == "c4_en_validation") & olmo["step"].notna()]
    asked = _graded(olmo)
    asked = asked[asked["model"].isin(["OLMo-2-7B", "OLMo-2-13B"])
                  & asked["prompting"].isin(["mc 5-shot", "rc 5-shot"])]
    asked = with_loss(asked, losses.drop_duplicates(["model", "step"]), on=("model", "step"))
    way = asked["prompting"].map({"mc 5-shot": "by letter", "rc 5-shot": "by text"})
    asked = asked.assign(run=asked["model"].str.removeprefix("OLMo-2-") + ", " + way)
    return asked[(asked["tokens"] < tokens) | (way == "by letter")].reset_index(drop=True)


def _finished_olmo() -> pd.DataFrame:
    """Last checkpoint of every run of the OLMo ladder, options ranked by their text, with its C4 loss."""
    olmo = scores.load("olmo_ladder").sort_values("tokens", kind="stable")
    ranked = _graded(olmo)
    ranked = ranked[ranked["prompting"] == "rc 5-shot"].groupby(["model", "task"]).tail(1)
    losses = olmo[olmo["task"] == "c4_en_validation"].groupby("model").tail(1)
    return with_loss(ranked[~ranked["model"].str.endswith("annealed")], losses)


def _graded(olmo: pd.DataFrame) -> pd.DataFrame:
    """Multiple choice, on the test set where a task has one."""
    graded = olmo[olmo["metric"].str.startswith("multiple_choice")]
    tested = graded.loc[graded["subset"] == "test", "task"].unique()
    return graded[(graded["subset"] == "test") | ~graded["task"].isin(tested)]
