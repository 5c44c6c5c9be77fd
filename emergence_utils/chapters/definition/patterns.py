"""Patterns that a redrawn test keeps, that smaller models change, or that go in stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ...ladders import Ladder
from ...measures import Rules, presence_all
from ...resample import redrawn_scores

__all__ = ["in_stages", "redrawn_patterns", "small_models_added", "stages", "steady"]


def redrawn_patterns(ladders: Sequence[Ladder], rules: Rules, draws: int = 40, seed: int = 0) -> pd.DataFrame:
    """How often a new test of the same length finds the same pattern, for every ladder that can tell.

    Parameters
    ----------
    ladders : sequence of Ladder
        With item counts.
    draws : int
        New tests.

    Returns
    -------
    DataFrame
        ``source``, ``task``, ``items`` (of the smallest test), ``pattern``, ``kept`` (share of the draws).
    """
    rng, rows = np.random.default_rng(seed), []
    for ladder in ladders:
        pattern = rules.presence(ladder).pattern
        if pattern == "cannot tell" or ladder.n_examples is None:
            continue
        items = np.maximum(np.rint(ladder.n_examples), 1)
        again = [rules.presence(replace(ladder, score=score)).pattern
                 for score in redrawn_scores(ladder.score, items, draws, rng)]
        rows.append((ladder.key.get("source"), ladder.key.get("task"), int(items.min()), pattern,
                     again.count(pattern) / draws))
    return pd.DataFrame(rows, columns=["source", "task", "items", "pattern", "kept"])


def steady(redrawn: pd.DataFrame, kept: float) -> list[str]:
    """Which ladders are kept by at least that share of the new tests, as "yes" or "no"."""
    return ["yes" if share >= kept else "no" for share in redrawn["kept"]]


def small_models_added(ladders: Sequence[Ladder], rules: Rules, largest: int = 4) -> pd.DataFrame:
    """Abilities present in all of the largest models: does adding the smaller ones make them emergent?

    Parameters
    ----------
    ladders : sequence of Ladder
    largest : int
        Models of the short ladder.

    Returns
    -------
    DataFrame
        ``task``, ``whole`` (pattern of the whole ladder), ``answer``: "yes" where that is emergent, "cannot
        tell" where it cannot be told, else "no".
    """
    rows = []
    for ladder in ladders:
        if rules.presence(ladder.part(slice(len(ladder) - largest, None))).pattern != "present throughout":
            continue
        whole = rules.presence(ladder).pattern
        answer = {"emergent": "yes", "cannot tell": "cannot tell"}.get(whole, "no")
        rows.append((ladder.key.get("task"), whole, answer))
    return pd.DataFrame(rows, columns=["task", "whole", "answer"])


def in_stages(pattern: str, largest_share: float) -> str:
    """Whether a ladder is absent, then present, with one step of more than half of its range.

    Examples
    --------
    >>> in_stages("emergent", 0.6), in_stages("cannot tell", 0.6), in_stages("cannot tell", 0.3)
    ('yes', 'cannot tell', 'no')
    """
    if not largest_share > 0.5:
        return "no"
    return {"emergent": "yes", "cannot tell": "cannot tell"}.get(pattern, "no")


def stages(scores: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """`in_stages` of every family and task of a score table with at least four sizes.

    Returns
    -------
    DataFrame
        That of `measures.presence_all` with the column ``stages``.
    """
    found = presence_all(scores, by=["family", "task"], rules=rules)
    return found.assign(stages=list(map(in_stages, found["pattern"], found["largest_share"])))
