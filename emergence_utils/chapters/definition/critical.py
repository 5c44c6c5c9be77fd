"""Is there a critical scale: a step or a kink where smooth rises are refused?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..._checks import FloatArray, at_least_one, count, positive
from ...errors import InputError
from ...ladders import Ladder
from ...measures import Kink, Rules, Threshold
from ...measures.define import YesNo
from ...resample import redrawn_scores

__all__ = ["critical_scale", "critical_table", "simulated_critical"]

#: Size of each test, and draws of its bootstrap. Where models vary more than their items, in proportion to
#: the variance of these, a simulated ladder that is flat and then rises is called smooth in one case of six
#: at a size of one in twenty, and in one of ten or less at one in a hundred.
LEVEL, DRAWS = 0.99, 100


def critical_scale(ladder: Ladder, rules: Rules) -> YesNo:
    """Whether an ability that is absent and then present has a scale at which it begins.

    "yes" where smooth rises are refused and a step, or two lines of which the second is steeper, are not.
    "no" where a smooth rise fits, and steps and two lines are both refused. Two lines include the ladder
    that is flat and then rises, the strongest rival of a smooth curve.
    """
    step = Threshold(1 / rules.pace, LEVEL, DRAWS)(ladder)
    kink = Kink(level=LEVEL, n_resamples=DRAWS)(ladder)
    if step.answer == "step" or (kink.answer == "kink" and _steeper(ladder, kink.estimate)):
        return "yes"
    return "no" if (step.answer, kink.answer) == ("smooth", "bend") else "cannot tell"


def _steeper(ladder: Ladder, place: float) -> bool:
    """Whether the score rises faster after a place than before it."""
    after = np.clip(ladder.x - place, 0, None)
    design = np.column_stack([np.ones(len(ladder)), ladder.x, after])
    return bool(np.linalg.lstsq(design, ladder.better, rcond=None)[0][2] > 0)


def critical_table(ladders: Sequence[Ladder], rules: Rules) -> pd.DataFrame:
    """`critical_scale` of every ladder that is absent, then present.

    Returns
    -------
    DataFrame
        ``task``, ``answer``.
    """
    return pd.DataFrame([(a.key.get("task"), critical_scale(a, rules)) for a in ladders
                         if rules.presence(a).pattern == "emergent"], columns=["task", "answer"])


def _truths(x: FloatArray) -> dict[str, FloatArray]:
    """Scores that rise from 0 to about 0.8 over a ladder."""
    u = (x - x[0]) / np.ptp(x)
    return {"step": np.where(u > 0.55, 0.8, 0.0), "flat, then rising": np.clip(1.6 * (u - 0.5), 0, None),
            "smooth": 0.8 / (1 + np.exp(-2 * np.log(9) * (x - x[0] - 0.6 * np.ptp(x)) / 1.5))}


def simulated_critical(sizes: Sequence[float], items: int, rules: Rules, scatter: float = 1.0,
                       draws: int = 10, seed: int = 0) -> pd.DataFrame:
    """Answers of `critical_scale` where the truth is known: the table of confusion of its rule.

    Parameters
    ----------
    sizes : sequence of float
        Of the models.
    items : int
        Of each score.
    scatter : float
        Variance of a score over that of its items, at least 1.
    draws : int
        Ladders a truth.

    Returns
    -------
    DataFrame
        One row a truth (step; flat, then rising; smooth over one and a half decades), columns ``truth``,
        ``yes``, ``no``, ``cannot tell``.

    Raises
    ------
    InputError
        If a size is not above 0, `items` or `draws` no count, or `scatter` below 1.
    """
    for size in at_least_one("sizes", sizes, "size"):
        positive("sizes", size)
    count("items", items, minimum=1)
    if positive("scatter", scatter, minimum=1) > items:
        raise InputError(f"scatter must be at most items, as of items that all come out alike, got "
                         f"{scatter} and {items}.")
    count("draws", draws, minimum=1)
    rng, rows = np.random.default_rng(seed), []
    for name, rate in _truths(np.log10(np.asarray(sizes, dtype=float))).items():
        scores = redrawn_scores(rate, items, draws, rng, dispersion=scatter, observed=False)
        said = [critical_scale(Ladder.of(sizes, y, items, chance=0.0), rules) for y in scores]
        rows.append({"truth": name} | {a: said.count(a) for a in ("yes", "no", "cannot tell")})
    return pd.DataFrame(rows)
