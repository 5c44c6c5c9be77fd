"""Exercises of chapter 7: chains of steps and averages over tasks."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable

__all__ = ["CHECKS"]

_ORDER = ("deduction", "direct"), ("deduction", "CoT"), ("tracking", "CoT")


def _exponents() -> pd.DataFrame:
    """Exponent and interval of every longer chain of objects, beside the ratio of lengths."""
    from ...chapters import chains

    real, rows = chains.open_chains(), {}
    for task, way in _ORDER:
        for short, long in ((3, 5), (5, 7)):
            a, b = (f"{task}, {k} objects, {way}" for k in (short, long))
            both = real[["family", a, b]].dropna()
            k = chains.chain_exponent(both[a], both[b], clusters=both["family"])
            assert k.interval is not None
            rows[f"{task}, {way} {short} → {long}"] = {
                "exponent": k.estimate, "low": k.interval.low, "high": k.interval.high, "equal": long / short}
    return pd.DataFrame(rows).T


def _cost() -> pd.Series:
    """Harder or easier than the product of equal steps says, or cannot tell."""
    found = _exponents()
    said = pd.Series("cannot tell", found.index)
    said[found["low"] > found["equal"]] = "harder"
    return said.mask(found["high"] < found["equal"], "easier")


def _widths() -> pd.Series:
    from ...chapters import chains

    return pd.Series({link: chains.chain_width_ratio(link, 50, low=0.2, high=0.8) for link in chains.LINKS})


def _largest(what: str, prompting: str = "one-shot") -> float:
    """Largest step of GPT-3's average, or of its tasks as pure steps, in steps of a straight line."""
    from ...chapters import chains
    from ...scores import load

    table = load("gpt3", prompting=prompting, metric=["exact_match", "multiple_choice_grade"])
    grid = chains.task_grid(table.assign(scale=table["params"]))
    curve = grid.mean() if what == "average" else chains.as_steps(grid).mean()
    return float(chains.ladder_shape(grid.columns, curve)["times_straight"])


def _own(table: pd.DataFrame) -> str:
    """What the longer of two chains costs, model by model."""
    from ...chapters.chains import chain_exponent, excess

    if table["task"].nunique() != 2:
        raise InputError("Two tasks are asked for, one chain short and one long, got "
                             f"{table['task'].nunique()}.")
    if table["chance"].isna().any():
        raise InputError("Say what guessing scores (chance): the product holds for scores above it.")
    gain = pd.Series(excess(table["value"], table["chance"])).groupby([table["model"], table["task"]]).mean()
    wide = gain.unstack().dropna()
    if len(wide) < 4:
        raise InputError(f"Four models at least must have done both tasks, got {len(wide)}.")
    short, long = wide.mean().sort_values(ascending=False).index
    k = chain_exponent(wide[short], wide[long])
    assert k.interval is not None
    few = " So few models make it too narrow." if len(wide) < 10 else ""
    return (f"{len(wide)} models. '{long}' goes like '{short}' to the power {k.estimate:.2f} "
                         f"{k.interval:.2f}. Does the interval hold the ratio of the lengths?{few}")


CHECKS: Mapping[str, Answer] = {
    "7.1": Guess(lambda: float(_exponents()["exponent"]["deduction, CoT 3 → 5"]), 0, 10,
                 "(the exponent)"),
    "7.2": Labels(_widths, "chains.chain_width_ratio takes the name of a link, the length, and low= and "
                  "high= for where the rise begins and ends.", within=0.002),
    "7.3": Labels(_cost, "Compare both ends of the interval of chain_exponent with the ratio of the lengths, "
                  "and draw families whole (clusters=)."),
    "7.4": Number(lambda: _largest("steps"), 0.03, "as_steps first, then the mean over tasks, then the "
                  "shape; the answer is its times_straight.", 1,
                  mistakes={"That is the real average; replace the tasks by steps first.":
                            lambda: _largest("average"),
                            "Those are the scores with many examples; keep one-shot.":
                            lambda: _largest("steps", "few-shot")}),
    "7.5": OwnTable(_own),
}
