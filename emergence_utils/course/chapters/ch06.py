"""Exercises of chapter 6: chain-of-thought."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels
from ..own_tables import OwnTable, scale_of

__all__ = ["CHECKS"]

_CHAIN, _DIRECT = "chain-of-thought (flexible)", "direct (flexible)"


@cache
def _signs() -> pd.Series:
    """Signs of chain minus direct answers, Llama-2 70B on the tasks of BIG-Bench Hard, counted."""
    from ...chapters.cot import differences
    from ...scores import load

    table = load("obsscaling", model="meta-llama/Llama-2-70b-hf")
    table = table[table["task"].str.startswith("bbh_") & table["n_examples"].notna()]
    return differences(table, method=_CHAIN, baseline=_DIRECT)["sign"].value_counts()


@cache
def _crossing() -> pd.Series:
    """Where the chain overtakes in Qwen1.5 on the order of adjectives, in billions of parameters."""
    from ...chapters.cot import crossover_all
    from ...scores import load

    table = load("obsscaling", family="Qwen1.5", task="bbh_hyperbaton")
    found = crossover_all(table, method=_CHAIN, baseline=_DIRECT, n_resamples=100).iloc[0]
    sizes = found[["below", "estimate", "above"]].astype(float) / 1e9
    return pd.concat([sizes, pd.Series({"score": float(found["score"])})])


@cache
def _directions(method: str = "zero-shot chain-of-thought (flexible)") -> pd.Series:
    """Open families in which a chain crosses upwards, and those in which it leads at every size."""
    from ...chapters.cot import crossover_all
    from ...scores import load

    table = load("obsscaling", task="gsm8k").dropna(subset=["prompting"])
    found = crossover_all(table, method=method, baseline=_DIRECT, x="train_flops", by=["family"],
                          min_models=3, n_resamples=100)["direction"]
    return pd.Series({name: (found == name).sum() for name in ("up", "ahead throughout")})


def _two_prompts(table: pd.DataFrame) -> str:
    from ...chapters.cot import crossover_all, differences

    asked = sorted(table["prompting"].dropna().unique())
    if len(asked) != 2 or "direct" not in asked:
        raise InputError("The column prompting must hold two ways of asking, one of them named 'direct'; "
                         f"yours holds {', '.join(map(repr, asked)) or 'none'}.")
    if len(table[["family", "task"]].drop_duplicates()) > 1:
        raise InputError("One family on one task is asked for, yours has several.")
    method = next(name for name in asked if name != "direct")
    scale = scale_of(table)
    ways = {"method": method, "baseline": "direct"}
    found = differences(table, **ways, by=("family", "model", scale, "task")).sort_values(scale)
    if len(found) < 3:
        raise InputError(f"At least 3 models must be asked in both ways, yours are {len(found)}.")
    where = crossover_all(table, **ways, x=scale).iloc[0]
    crosses = "it is not ahead at the largest size"
    if where["direction"] == "up":
        crosses = f"it overtakes between {where['below']:.2g} and {where['above']:.2g} {scale}"
    elif where["direction"].endswith("throughout"):
        crosses = f"over the sizes it is {where['direction']}"
    first, *_, last = found["sign"]
    return (f"{method} is {first} at the smallest model and {last} at the largest; {crosses}. Could the "
            "losses be answers that nobody could read?")


CHECKS: Mapping[str, Answer] = {
    "6.1": Guess(lambda: float(_signs()["better"]), 0, 25, "tasks of 25"),
    "6.2": Labels(_signs, "Only this model and tasks with known items; both ways read flexibly; count the "
                  "column 'sign' of differences, not the sign of the estimate."),
    "6.3": Labels(_crossing, "One family, one task, both ways read flexibly; divide sizes by a billion, and "
                  "leave the score as it is.", within=0.05),
    "6.4": Labels(_directions, "The chain without examples, against direct answers, both read flexibly; "
                  "families of three sizes at least, by training compute; count the column 'direction'."),
    "6.5": OwnTable(_two_prompts),
}
