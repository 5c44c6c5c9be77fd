"""Exercises of chapter 1: what is an emergent ability?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ..answers import Answer, Guess, Labels, Number, OwnLadder

__all__ = ["CHECKS"]

_SUMS = "addition|subtraction|multiplication|operations"
_TASKS = ["arc_challenge", "arc_easy", "logiqa", "sciq", "winogrande", "wsc"]


def _emergent(prompting: str, smallest: float = 0.0) -> float:
    """GPT-3's arithmetic tasks that are absent, then present."""
    from ...measures import presence_all
    from ...scores import load

    table = load("gpt3", prompting=prompting)
    table = table[table["task"].str.contains(_SUMS) & table["n_examples"].notna()]
    found = presence_all(table[table["params"] >= smallest], by="task")
    return float((found["pattern"] == "emergent").sum())


def _patterns() -> pd.Series:
    from ...measures import presence_all
    from ...scores import load

    pythia = load("pythia", family="Pythia", prompting="five-shot", task=_TASKS,
                  metric="multiple_choice_grade", step=143_000)
    return presence_all(pythia, by="task").set_index("task")["pattern"]


CHECKS: Mapping[str, Answer] = {
    "1.1": Guess(lambda: _emergent("zero-shot"), 0, 10, "tasks of ten"),
    "1.2": Number(lambda: _emergent("zero-shot"), 0, "Keep the ten arithmetic tasks with known items, call "
                  "presence_all with by=\"task\", and count the pattern 'emergent'.", 0, 10,
                  {"That is the number with examples; keep zero-shot.": lambda: _emergent("few-shot"),
                   "That is the number with one example; keep zero-shot.": lambda: _emergent("one-shot")}),
    "1.3": Labels(_patterns, "Use the last checkpoint, the family without deduplication, five examples."),
    "1.4": Number(lambda: _emergent("few-shot", 5e8), 0, "Drop the models first, then ask presence_all.",
                  0, 10, {"That is the number with every model.": lambda: _emergent("few-shot")}),
    "1.5": OwnLadder(),
}
