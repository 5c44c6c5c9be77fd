"""How many steps a task takes, coded from what the task asks, before any curve was looked at."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ..._checks import count
from ..._typed import checked
from ...association import spearman
from ...errors import InputError
from ...results import Result

__all__ = ["KINDS", "coded_shapes", "step_correlations", "step_table", "with_steps"]

#: Kind of task -> the rule by which a task is put there.
KINDS = {
    "one": "one act of recall, recognition or judgement answers the question",
    "several": "operations that need one another's results are asked for by the question itself",
}
#: (source, task) -> number of dependent operations, where the task fixes it. Digits are counted as one
#: operation each (with carry), a two-digit product as four products and three columns of sums, the
#: one-digit composite ("three_operations_1_digit", three numbers) as two, tracking as one swap per
#: object, deduction as one placement per object.
_NUMBER = {
    **{("gpt3", f"{op}_{d}_digit"): d for op in ("addition", "subtraction") for d in (2, 3, 4, 5)},
    ("gpt3", "three_operations_1_digit"): 2, ("gpt3", "multiplication_2_digit"): 7,
    ("obsscaling", "addition_2_digit"): 2, ("obsscaling", "addition_3_digit"): 3,
    ("obsscaling", "subtraction_3_digit"): 3, ("obsscaling", "multiplication_2_digit"): 7,
    **{("obsscaling", f"bbh_{task}_{word}_objects"): k
       for task in ("logical_deduction", "tracking_shuffled_objects")
       for word, k in (("three", 3), ("five", 5), ("seven", 7))},
    ("obsscaling", "bbh_multistep_arithmetic_two"): 7, ("obsscaling", "bbh_web_of_lies"): 5,
}
_SEVERAL = {
    "obsscaling": ("gsm8k", "bbh_boolean_expressions", "bbh_dyck_languages", "bbh_navigate",
                   "bbh_object_counting", "bbh_temporal_sequences", "bbh_word_sorting",
                   "bbh_penguins_in_a_table", "bbh_reasoning_about_colored_objects",
                   "bbh_date_understanding", "bbh_geometric_shapes"),
    "bigg": ("chess_state_tracking", "cs_algorithms", "date_understanding", "dyck_languages",
             "geometric_shapes", "intersect_geometry", "list_functions", "logical_deduction",
             "mathematical_induction", "matrixshapes", "modified_arithmetic", "object_counting",
             "operators", "penguins_in_a_table", "reasoning_about_colored_objects", "repeat_copy_logic",
             "simp_turing_concept", "strategyqa", "temporal_sequences", "undo_permutation",
             "unit_conversion", "word_sorting", "mult_data_wrangling"),
    "gadre": ("bigbench_cs_algorithms", "bigbench_dyck_languages", "bigbench_elementary_math_qa",
              "bigbench_logical_deduction", "bigbench_operators", "bigbench_repeat_copy_logic",
              "bigbench_strategy_qa", "math_qa", "simple_arithmetic_nospaces",
              "simple_arithmetic_withspaces", "agi_eval_lsat_ar"),
}
_ONE = {
    "gpt3": ("lambada", "triviaqa", "natural_questions", "hellaswag", "anli_r3", "wic", "sat_analogies"),
    "obsscaling": ("arc_challenge", "hellaswag", "mmlu", "winogrande", "xwinograd", "parsinlu_qa",
                   "bbh_causal_judgement", "bbh_disambiguation_qa", "bbh_hyperbaton",
                   "bbh_movie_recommendation", "bbh_ruin_names", "bbh_salient_translation_error_detection",
                   "bbh_snarks", "bbh_sports_understanding"),
    "bigg": ("bbq_lite_json", "cause_and_effect", "codenames", "color", "common_morpheme",
             "conceptual_combinations", "crash_blossom", "cryobiology_spanish", "dark_humor_detection",
             "emoji_movie", "emojis_emotion_prediction", "empirical_judgments", "english_proverbs",
             "entailed_polarity", "fact_checker", "fantasy_reasoning", "figure_of_speech_detection",
             "general_knowledge", "goal_step_wikihow", "hindu_knowledge", "hinglish_toxicity",
             "human_organs_senses", "implicatures", "implicit_relations", "intent_recognition",
             "irony_identification", "metaphor_boolean", "metaphor_understanding", "misconceptions",
             "multiemo", "phrase_relatedness", "physical_intuition", "qa_wikidata", "riddle_sense",
             "sentence_ambiguity", "similarities_abstraction", "simple_ethical_questions", "social_iqa",
             "sports_understanding", "strange_stories", "suicide_risk", "swahili_english_proverbs",
             "swedish_to_german_proverbs", "timedial", "unit_interpretation", "winowhy"),
    "gadre": ("arc_challenge", "arc_easy", "bigbench_conceptual_combinations", "bigbench_misconceptions",
              "bigbench_novel_concepts", "bigbench_qa_wikidata", "bigbench_strange_stories",
              "bigbench_understanding_fables", "boolq", "commonsense_qa", "copa", "coqa", "hellaswag",
              "hellaswag_zeroshot", "jeopardy", "lambada_openai", "mmlu", "mmlu_zeroshot", "openbook_qa",
              "piqa", "siqa", "squad", "winogender_mc_female", "winogender_mc_male", "winograd",
              "winogrande"),
}


def step_table() -> pd.DataFrame:
    """The coding: one row per task.

    Returns
    -------
    DataFrame
        ``source``, ``task``, ``kind`` (``one`` or ``several``, see `KINDS`) and ``steps``: the
        number of dependent operations; 1 for ``one``, missing where the task does not fix it.
        Tasks that neither rule settles (searches such as anagrams, code, transliteration) are
        not in the table.

    Examples
    --------
    >>> t = step_table().set_index(["source", "task"])
    >>> print(*t.loc[("gpt3", "addition_5_digit")])
    several 5.0
    """
    rows = [(*key, "several", float(n)) for key, n in _NUMBER.items()]
    rows += [(s, t, "several", float("nan")) for s, tasks in _SEVERAL.items() for t in tasks]
    rows += [(s, t, "one", 1.0) for s, tasks in _ONE.items() for t in tasks]
    return pd.DataFrame(rows, columns=["source", "task", "kind", "steps"])


def with_steps(data: pd.DataFrame, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """`data` with columns ``kind`` and ``steps``; tasks that are not coded are left out.

    The coding is `table`, by default that of `step_table`. ``attrs["left_out"]`` counts the tasks without
    a code.
    """
    for column in ("source", "task"):
        if column not in data:
            raise InputError(f"with_steps needs the columns 'source' and 'task'; missing is '{column}'.")
    out = data.merge(step_table() if table is None else table, on=["source", "task"], how="inner")
    lost = len(data[["source", "task"]].drop_duplicates()) - len(out[["source", "task"]].drop_duplicates())
    out.attrs["left_out"] = lost
    return out


def coded_shapes(shapes: pd.DataFrame, table: pd.DataFrame | None = None, *,
                 min_models: int = 7) -> pd.DataFrame:
    """Ladders of coded tasks with the ranks of their sharpness within their own table and metric.

    Parameters
    ----------
    shapes : DataFrame
        From `forecast_held_out`: largest step and breakthroughness of every ladder.
    table : DataFrame, optional
        The coding of tasks; by default that of `step_table`.
    min_models : int
        Shorter ladders are left out.

    Returns
    -------
    DataFrame
        `shapes` with ``kind``, ``steps``, ``several`` (1 or 0), and, for both measures, the rank among
        the ladders of the same models (``MEASURE rank``) and among those of the same metric, too
        (``MEASURE rank in metric``): long and short ladders can then be pooled.
    """
    coded = with_steps(shapes, table)
    coded = coded[coded["n_models"] >= min_models].copy()
    where = ["source", "ladder", "prompting"]
    for measure in ("largest_share", "breakthroughness"):
        coded[f"{measure} rank"] = coded.groupby(where)[measure].rank(pct=True)
        coded[f"{measure} rank in metric"] = coded.groupby([*where, "metric"])[measure].rank(pct=True)
    return coded.assign(several=(coded["kind"] == "several").astype(float))


@checked
def step_correlations(coded: pd.DataFrame, names: Mapping[str, str], *,
                      n_resamples: int = 200) -> dict[tuple[str, str], Result]:
    """Rank correlation of several steps with sharpness, over all ladders, by metric and by source.

    Parameters
    ----------
    coded : DataFrame
        From `coded_shapes`.
    names : mapping of str to str
        Sources with the names that a figure shows.
    n_resamples : int
        Draws of whole tasks.

    Returns
    -------
    dict of (str, str) to Result
        By which ladders, and ``largest step`` or ``breakthroughness``.

    Raises
    ------
    InputError
        If `names` lacks a source of the table.
    """
    for source in coded["source"].unique():
        if source not in names:
            raise InputError(f"names must hold a name for the source '{source}', got "
                             f"{', '.join(names) or 'none'}.")
    count("n_resamples", n_resamples, minimum=1)
    groups = [("all", coded, "rank")]
    groups += [(f"{str(metric).removesuffix('_grade').replace('_', ' ')} alone", g, "rank in metric")
               for metric, g in coded.groupby("metric")]
    groups += [(f"{names[str(source)]} alone", g, "rank") for source, g in coded.groupby("source")]
    measures = (("largest step", "largest_share"), ("breakthroughness", "breakthroughness"))
    return {(name, what): spearman(g["several"], g[f"{measure} {rank}"], n_resamples=n_resamples,
                                   clusters=(g["source"] + g["task"]).rename("task"))
            for name, g, rank in groups for what, measure in measures}
