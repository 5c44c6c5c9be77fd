"""Six skills learnt in one mixture: does a skill wait for those that it builds on?"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from ..._checks import need_columns
from ..._typed import checked
from ...measures import above_chance
from ..chains import order_violations

__all__ = ["PAIRS", "UNRELATED", "has_skills", "pair_table"]

_SKILLS = ("sum of two digits", "sum of two numbers", "sum of three numbers", "larger digit", "larger number",
           "reversed")
#: (prerequisite, later skill), as the tasks were built.
PAIRS = (("sum of two digits", "sum of two numbers"), ("sum of two digits", "sum of three numbers"),
         ("sum of two numbers", "sum of three numbers"), ("larger digit", "larger number"))
#: Names that fit beside a figure on a phone.
_SHORT = {"sum of two digits": "2 digits", "sum of two numbers": "2 numbers",
          "sum of three numbers": "3 numbers"}
#: All other pairs of the six.
UNRELATED = tuple(pair for pair in combinations(_SKILLS, 2) if pair not in PAIRS)


@checked
def has_skills(scores: pd.DataFrame, *, negligible: float = 0.01) -> pd.DataFrame:
    """Which run has which skill at which checkpoint: exact interval above chance plus a negligible excess.

    Parameters
    ----------
    scores : DataFrame
        The table ``grown``, or its rows of the task ``skills``.
    negligible : float
        As in chapter 7.

    Returns
    -------
    DataFrame of float
        Index ``params``, ``seed``, ``step``; 1 or 0 for each skill.
    """
    need_columns(scores, ("task", "metric", "subset", "value", "n_examples", "chance"))
    rows = scores[(scores["task"] == "skills") & (scores["metric"] == "exact_match")]
    found = above_chance(rows["value"], rows["n_examples"], rows["chance"] + negligible)["verdict"]
    has = rows.assign(has=np.asarray(found == "above", dtype=float))
    wide = has.pivot(index=["params", "seed", "step"], columns="subset", values="has")
    return wide[list(_SKILLS)].rename_axis(columns=None)


@checked
def pair_table(has: pd.DataFrame) -> pd.DataFrame:
    """Share of cases with the harder skill that lack the easier one, for every pair of skills.

    Parameters
    ----------
    has : DataFrame
        From `has_skills`.

    Returns
    -------
    DataFrame
        ``pair`` (easier → harder; sums by what is added), ``kind`` (builds on it, unrelated), ``estimate``,
        ``low``, ``high`` (seeds drawn whole), ``cases``.
    """
    seeds = pd.Series(has.index.get_level_values("seed").to_numpy(), name="seed")
    rate, rows = has.mean(), []
    for kind, pairs in (("builds on it", PAIRS), ("unrelated", UNRELATED)):
        for a, b in pairs:
            first, then = (a, b) if kind == "builds on it" or rate[a] >= rate[b] else (b, a)
            found = order_violations(has, [(first, then)], seeds)
            assert found.interval is not None
            names = " → ".join(_SHORT.get(s, s) for s in (first, then))
            rows.append({"pair": names, "kind": kind, "estimate": found.estimate,
                         "low": found.interval.low, "high": found.interval.high, "cases": found.n})
    return pd.DataFrame(rows)
