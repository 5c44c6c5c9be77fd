"""Whether abilities of Table 1 of the emergence paper came to smaller models that used less compute."""

from __future__ import annotations

import math

import pandas as pd

from ..._checks import need_columns
from ...errors import InputError
from ...intervals import two_proportions
from .least import least_compute

__all__ = ["MMLU_GPT3", "MMLU_ITEMS", "beats", "smaller_models"]

#: GPT-3 175B, few-shot, on MMLU (Hendrycks et al. 2021, Table 1), and the items of that test.
MMLU_GPT3, MMLU_ITEMS = 0.439, 14_042
_CHAIN, _DIRECT = "chain-of-thought (flexible)", "direct (flexible)"
_SURE = 1e-9  # a difference whose interval lies above nought


def beats(data: pd.DataFrame, value: str, items: str, rival: str, rival_items: str) -> pd.DataFrame:
    """`data` with ``lead``: lower end of the interval of `value` less `rival`, both fractions of items."""
    need_columns(data, (value, items, rival, rival_items))
    known = data.dropna(subset=[value, items, rival, rival_items])
    ends = []
    for a, n, b, m in known[[value, items, rival, rival_items]].to_numpy(float):
        found = two_proportions(round(a * n), int(n), round(b * m), int(m))
        ends.append(found.interval.low if found.interval else math.nan)
    return known.assign(lead=ends)


def smaller_models(scores: pd.DataFrame, gpt3: pd.DataFrame, table1: pd.DataFrame) -> pd.DataFrame:
    """Least compute of a smaller open model that surely does better than the model that Table 1 lists.

    Parameters
    ----------
    scores : DataFrame
        Rows of ``obsscaling`` with known compute.
    gpt3 : DataFrame
        Few-shot rows of ``gpt3`` of the 13B model, for three-digit sums.
    table1 : DataFrame
        ``wei_table1``.

    Returns
    -------
    DataFrame
        One row an ability: ability, model, times_smaller and times_less (parameters and compute listed over
        those of the first model), without_family (times less compute once its family is left out; below
        1, or missing, if it hangs on one family), ``reached`` (without_family above 1). Sums and
        differences are one row of Table 1 and of this table, for sums.
    """
    known = scores.groupby("task")
    sums = gpt3.set_index("task").loc["addition_3_digit"]
    addition = known.get_group("addition_3_digit").assign(rival=sums["value"], rival_n=sums["n_examples"])
    mmlu = known.get_group("mmlu").assign(n_examples=MMLU_ITEMS, rival=MMLU_GPT3, rival_n=MMLU_ITEMS)
    maths = known.get_group("gsm8k")
    maths = maths[maths["prompting"].isin([_CHAIN, _DIRECT])].pivot(
        index=["family", "model", "params", "train_flops", "n_examples"], columns="prompting", values="value")
    maths = maths.dropna().reset_index().rename(columns={_CHAIN: "value", _DIRECT: "rival"})
    cases = [("3-digit sums", "Addition/subtraction (3 digit)", addition),
             ("MMLU", "MMLU (57 topic avg.)", mmlu),
             ("chain of thought beats direct", "Chain-of-thought: math word problems",
              maths.assign(rival_n=maths["n_examples"]))]
    rows = []
    for name, ability, data in cases:
        listed = table1[table1["ability"] == ability].iloc[0]
        lead = beats(data, "value", "n_examples", "rival", "rival_n")
        rows.append({"ability": name} | _first(lead[lead["params"] < listed["params"]], listed))
    return pd.DataFrame(rows)


def _first(smaller: pd.DataFrame, listed: pd.Series) -> dict[str, object]:
    try:
        least = least_compute(smaller, _SURE, value="lead")
    except InputError:  # fewer than two families: nothing that one family does not decide
        return {"model": "none", "times_smaller": math.nan, "times_less": math.nan,
                "without_family": math.nan, "reached": False}
    rest = float(listed["train_flops"] / least.without)
    return {"model": least.model.split("/")[-1], "times_smaller": float(listed["params"] / least.params),
            "times_less": float(listed["train_flops"] / least.estimate), "without_family": rest,
            "reached": rest > 1}
