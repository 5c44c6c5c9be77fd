"""Chains of different length that the same models were tested on, and skills in order of dependence."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from ..._checks import fraction
from ..._typed import checked
from ...errors import UnknownNameError
from ...measures import above_chance
from ...scores import load
from .product import chain_exponent, excess

__all__ = ["CHAIN_PAIRS", "SKILL_ORDER", "exponent_table", "open_chains", "ordered_pairs", "pair_name",
           "related_pairs", "skills", "symbolic_chains"]

_WAYS = {"direct (flexible)": "direct", "chain-of-thought (flexible)": "CoT", "few-shot": "few-shot"}
_OBJECTS = {"three": 3, "five": 5, "seven": 7}
_CHAINS = {
    ("addition_2_digit", "few-shot"): "sums, 2 digits", ("addition_3_digit", "few-shot"): "sums, 3 digits",
    **{(f"bbh_{task}_{word}_objects", way): f"{name}, {k} objects, {_WAYS[way]}"
       for task, name in (("logical_deduction", "deduction"), ("tracking_shuffled_objects", "tracking"))
       for way in ("direct (flexible)", "chain-of-thought (flexible)") for word, k in _OBJECTS.items()},
}
#: (short chain, long chain, ratio of lengths) of `open_chains`; a sum of d digits has d + 1 places, as
#: in chapter 2. Tracking without a chain of thought is left out where it is fitted: it never rises.
CHAIN_PAIRS = (
    ("sums, 2 digits", "sums, 3 digits", 4 / 3),
    ("deduction, 3 objects, direct", "deduction, 7 objects, direct", 7 / 3),
    ("deduction, 3 objects, CoT", "deduction, 7 objects, CoT", 7 / 3),
    ("tracking, 3 objects, direct", "tracking, 7 objects, direct", 7 / 3),
    ("tracking, 3 objects, CoT", "tracking, 7 objects, CoT", 7 / 3),
)
#: Ladders of skills, each needing the one before it.
SKILL_ORDER = {
    "open models, sums": ["addition_2_digit | few-shot", "addition_3_digit | few-shot"],
    **{f"open models, {name}, {_WAYS[way]}": [f"bbh_{task}_{word}_objects | {way}" for word in _OBJECTS]
       for task, name in (("logical_deduction", "deduction"), ("tracking_shuffled_objects", "tracking"))
       for way in ("direct (flexible)", "chain-of-thought (flexible)")},
    "GPT-3, sums": [f"GPT-3 addition_{d}_digit" for d in (2, 3, 4, 5)],
    "GPT-3, differences": [f"GPT-3 subtraction_{d}_digit" for d in (2, 3, 4, 5)],
}


def open_chains() -> pd.DataFrame:
    """Scores above guessing of open models on chains of two or three lengths.

    Returns
    -------
    DataFrame
        One row per model with known compute: ``family``, ``model``, ``log_flops`` (log10) and one
        column per chain; NaN where a model did not do it.
    """
    d = load("obsscaling", task=sorted({t for t, _ in _CHAINS}), prompting=list(_WAYS))
    d = d[d["train_flops"].notna()]
    d = d.assign(gain=excess(d["value"], d["chance"]), chain=[_CHAINS[k] for k in zip(
        d["task"], d["prompting"], strict=True)])
    wide = d.pivot(index=["family", "model", "train_flops"], columns="chain", values="gain")
    wide = wide[list(_CHAINS.values())].rename_axis(columns=None).reset_index()
    wide.insert(2, "log_flops", np.log10(wide.pop("train_flops")))
    return wide.sort_values("log_flops", kind="stable").reset_index(drop=True)


def symbolic_chains() -> pd.DataFrame:
    """Last letters and coin flips of two to four steps, with a chain of thought, nine models.

    Returns
    -------
    DataFrame
        ``family``, ``model``, ``params`` and columns such as ``last_letter_2``: scores above
        guessing (one half for coins). For a coin, the score above guessing after L flips of which
        each is tracked rightly at rate q is (2 q - 1) ** L: a product as well.
    """
    tasks = [f"{t}_{k}" for t in ("last_letter", "coin_flip") for k in (2, 3, 4)]
    d = load("cot", task=tasks, prompting="chain-of-thought")
    d = d.assign(gain=excess(d["value"], d["chance"]))
    wide = d.pivot(index=["family", "model", "params"], columns="task", values="gain")[tasks]
    wide = wide.rename_axis(columns=None).reset_index()
    return wide.sort_values("params", kind="stable", ignore_index=True)


@checked
def skills(*, negligible: float = 0.01, gain: float | None = None) -> pd.DataFrame:
    """Which model has which skill: exact interval above chance, or a score above guessing.

    Parameters
    ----------
    negligible : float
        The exact 95 % interval must lie above chance plus this. Scores with credited guesses
        have no count of items; the number of questions of the other models is used.
    gain : float, optional
        If given, the score above guessing must exceed this instead.

    Returns
    -------
    DataFrame
        Index ``family``, ``model``; a column per skill, 1.0, 0.0 or NaN (not tested). GPT-3's
        three ways of prompting are three rows of one family.

    Raises
    ------
    InputError
        If `negligible` or `gain` is no share below 1.
    """
    fraction("negligible", negligible, high=False)
    if gain is not None:
        fraction("gain", gain, high=False)
    d = load("obsscaling", metric="exact_match", prompting=list(_WAYS))
    d = d[~d["task"].isin(["bbh_overall", "gsm8k"])]
    d = d.assign(skill=d["task"] + " | " + d["prompting"])
    g = load("gpt3", metric="exact_match")
    g = g[g["task"].str.contains("addition|subtraction")]
    g = g.assign(skill="GPT-3 " + g["task"], model=g["model"] + ", " + g["prompting"])
    both = pd.concat([d, g], ignore_index=True)
    items = both["n_examples"].fillna(both.groupby("skill")["n_examples"].transform("median"))
    if gain is None:
        found = above_chance(both["value"], items, both["chance"] + negligible)["verdict"] == "above"
    else:
        found = pd.Series(excess(both["value"], both["chance"]) > gain)
    both["has"] = found.to_numpy(dtype=float)
    return both.pivot(index=["family", "model"], columns="skill", values="has").rename_axis(columns=None)


def ordered_pairs(name: str | None = None) -> list[tuple[str, str]]:
    """Neighbouring (prerequisite, later) pairs of one ladder of `SKILL_ORDER`, or of all.

    Examples
    --------
    >>> ordered_pairs("open models, sums")
    [('addition_2_digit | few-shot', 'addition_3_digit | few-shot')]
    """
    if name is not None and name not in SKILL_ORDER:
        raise UnknownNameError("ladder of skills", name, SKILL_ORDER)
    chosen = SKILL_ORDER.values() if name is None else [SKILL_ORDER[name]]
    return [pair for ladder in chosen for pair in pairwise(ladder)]


def related_pairs(has: pd.DataFrame, way: str = "chain-of-thought (flexible)") -> tuple[
        list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs of BIG-Bench Hard skills that depend on one another, and pairs of skills of different kinds.

    Parameters
    ----------
    has : DataFrame
        From `skills`.
    way : str
        Prompting.

    Returns
    -------
    list of (str, str), list of (str, str)
        Neighbours in `SKILL_ORDER`; all others but those of one kind in several sizes.
    """
    names = [c for c in map(str, has) if c.startswith("bbh_") and c.endswith(way)]
    kinds = {c: next((k for k in ("logical_deduction", "tracking") if k in c), c) for c in names}
    strangers = [(a, b) for i, a in enumerate(names) for b in names[i + 1:] if kinds[a] != kinds[b]]
    return [pair for pair in ordered_pairs() if pair[0] in kinds], strangers


def exponent_table() -> pd.DataFrame:
    """What a longer chain costs beside the product of equal steps, for every pair of lengths we have.

    Returns
    -------
    DataFrame
        One row per pair: ``chain``, ``estimate``, ``low``, ``high`` of the fitted exponent over that of
        the product, ``exponent``, ``product`` (the ratio of lengths), ``models``, ``families``. GPT-3's
        models are of one family and are drawn singly.
    """
    real, symbols = open_chains(), symbolic_chains()
    cases = [(pair_name(a), real[["family", a, b]], r) for a, b, r in CHAIN_PAIRS
             if not (a.startswith("tracking") and a.endswith("direct"))]
    cases += [(f"{name}, CoT 2 → 4", symbols[["family", f"{task}_2", f"{task}_4"]], 2.0)
              for name, task in (("last letters", "last_letter"), ("coin flips", "coin_flip"))]
    tasks = [f"{op}_{d}_digit" for op in ("addition", "subtraction") for d in (2, 5)]
    gpt = load("gpt3", task=tasks).pivot(index=["model", "prompting"], columns="task", values="value")
    gpt = gpt.reset_index()
    cases += [(f"GPT-3 {name} 2 → 5", gpt[["model", f"{op}_2_digit", f"{op}_5_digit"]], 2.0)
              for name, op in (("sums", "addition"), ("differences", "subtraction"))]
    rows = []
    for name, table, ratio in cases:
        g = table.dropna().set_axis(["family", "short", "long"], axis=1)
        k = chain_exponent(g["short"], g["long"], clusters=g["family"])
        assert k.interval is not None
        rows.append({"chain": name, "estimate": k.estimate / ratio, "low": k.interval.low / ratio,
                     "high": k.interval.high / ratio, "exponent": k.estimate, "product": ratio,
                     "models": k.n, "families": g["family"].nunique()})
    return pd.DataFrame(rows)


def pair_name(short: str) -> str:
    """A pair of chains as a figure names it.

    Examples
    --------
    >>> pair_name("deduction, 3 objects, CoT"), pair_name("sums, 2 digits")
    ('deduction, CoT 3 → 7', 'sums 2 → 3')
    """
    return short.replace(", 3 objects", "").replace(", 2 digits", " 2 → 3") + " 3 → 7" * ("objects" in short)
