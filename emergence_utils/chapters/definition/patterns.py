"""Patterns that a redrawn test keeps, that smaller models change, or that go in stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ..._checks import count, fraction
from ..._typed import checked
from ...errors import InputError
from ...intervals import two_proportions
from ...ladders import Ladder, ladders
from ...measures import Rules
from ...resample import redrawn_scores

__all__ = ["in_stages", "redrawn_patterns", "small_models_added", "stages", "steady"]


@checked
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

    Raises
    ------
    InputError
        If `draws` is not a whole number of at least 1.
    """
    count("draws", draws, minimum=1)
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


@checked
def steady(redrawn: pd.DataFrame, kept: float) -> list[str]:
    """Which ladders are kept by at least that share of the new tests, as "yes" or "no".

    Raises
    ------
    InputError
        If `kept` is not a share from 0 to 1.
    """
    fraction("kept", kept)
    return ["yes" if share >= kept else "no" for share in redrawn["kept"]]


@checked
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
        ``task``, ``kind`` (the ladder's subset, where it has one, else its task), ``whole`` (pattern of the
        whole ladder), ``answer``: "yes" where that is emergent, "cannot tell" where it cannot be told, else
        "no". Ladders of `largest` models or fewer are left out: there is nothing to add.

    Raises
    ------
    InputError
        If `largest` is no count of at least 2, or every ladder is that short.
    """
    count("largest", largest, minimum=2)
    longer = [ladder for ladder in ladders if len(ladder) > largest]
    if not longer:
        most = max(map(len, ladders), default=0)
        raise InputError(f"largest must be below {most}, the models of the longest ladder, got {largest}.")
    rows = []
    for ladder in longer:
        if rules.presence(ladder.part(slice(len(ladder) - largest, None))).pattern != "present throughout":
            continue
        whole = rules.presence(ladder).pattern
        answer = {"emergent": "yes", "cannot tell": "cannot tell"}.get(whole, "no")
        task = ladder.key.get("task")
        rows.append((task, ladder.key.get("subset") or task, whole, answer))
    return pd.DataFrame(rows, columns=["task", "kind", "whole", "answer"])


def in_stages(pattern: str, low: float, high: float) -> str:
    """Whether a ladder is absent, then present, with one step of more than half of its range.

    Parameters
    ----------
    pattern : str
        Of `measures.Presence`.
    low, high : float
        Ends of the interval of the largest step as a share of the range: a stage is lacking only where the
        whole interval says so.

    Examples
    --------
    >>> in_stages("emergent", 0.6, 0.7), in_stages("emergent", 0.4, 0.6), in_stages("cannot tell", 0.2, 0.3)
    ('yes', 'cannot tell', 'no')
    """
    if pattern not in ("emergent", "cannot tell") or high < 0.5:
        return "no"
    return "yes" if pattern == "emergent" and low > 0.5 else "cannot tell"


def largest_step(ladder: Ladder) -> tuple[float, float]:
    """Ends of the interval of the largest step between neighbours over the range, from Newcombe's intervals.

    The low end is that of the step over the high end of the range, the high end the other way round.
    """
    items = np.maximum(np.rint(np.asarray(ladder.n_examples, dtype=float)), 1).astype(int).tolist()
    right = np.rint(ladder.score * items).astype(int).tolist()

    def rise(a: int, b: int) -> tuple[float, float]:
        found = two_proportions(right[b], items[b], right[a], items[a]).interval
        return (0.0, 1.0) if found is None else (max(found.low, 0.0), max(found.high, 0.0))

    at = int(np.argmax(np.diff(ladder.score)))
    step, span = rise(at, at + 1), rise(int(np.argmin(ladder.score)), int(np.argmax(ladder.score)))
    return (step[0] / span[1] if span[1] > 0 else 0.0), (min(step[1] / span[0], 1.0) if span[0] > 0 else 1.0)


def stages(scores: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """`in_stages` of every ladder of a score table.

    Returns
    -------
    DataFrame
        ``task``, ``pattern``, ``low`` and ``high`` (of the largest step over the range), ``stages``.
    """
    rows = []
    for ladder in ladders(scores, min_models=4):
        pattern, (low, high) = rules.presence(ladder).pattern, largest_step(ladder)
        rows.append((ladder.key.get("task"), pattern, low, high, in_stages(pattern, low, high)))
    return pd.DataFrame(rows, columns=["task", "pattern", "low", "high", "stages"])
