"""Is the first model above chance foreseen by those before it, and would it be on a smooth ladder?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pandas as pd

from ..._checks import FloatArray, count
from ..._typed import checked
from ...errors import InputError
from ...intervals import two_proportions
from ...ladders import Ladder
from ...measures import Rules, onset_surprises
from ...measures.noise import item_variance
from ...resample import redrawn_scores
from ...results import Result

__all__ = ["excess_over_smooth", "has_flat_part", "onsets", "smooth_ladder", "smooth_onsets"]

#: Models before the first present one from which a forecast is made at all.
FLAT = 4
#: Redrawn ladders looked at for each one that has an onset to judge.
TRIES = 10


def has_flat_part(ladder: Ladder, rules: Rules) -> bool:
    """Whether a ladder is absent and then present, with four models before the first present one."""
    found = rules.presence(ladder)
    return found.pattern == "emergent" and found.verdicts.index("above") >= FLAT


def onsets(ladders: Sequence[Ladder], rules: Rules) -> pd.DataFrame:
    """Of ladders with a flat part, whether their first model above chance beats the forecast from it.

    Returns
    -------
    DataFrame
        ``at`` (place in `ladders`), ``answer`` (that of `measures.onset_surprises`).
    """
    at = [i for i, ladder in enumerate(ladders) if has_flat_part(ladder, rules)]
    return pd.DataFrame({"at": at, "answer": onset_surprises([ladders[i] for i in at], rules)})


def smooth_ladder(ladder: Ladder, width: float) -> tuple[FloatArray, float]:
    """The logistic rise from chance, at least `width` decades wide, that fits a ladder best.

    Parameters
    ----------
    ladder : Ladder
        With item counts and a chance level.
    width : float
        Least width from 10 to 90 % of the rise, in decades.

    Returns
    -------
    ndarray, float
        Scores of the curve at the models of the ladder, and the variance of the scores about it over that
        of their items, at least 1.
    """
    variance = item_variance(ladder)
    if variance is None or ladder.chance is None:
        raise InputError("a smooth ladder needs counted items and a chance level.")
    middles = np.linspace(ladder.x[0], ladder.x[-1] + 1, 41)[:, None, None]
    widths = np.geomspace(width, 6 * width, 12)[:, None]
    shape = (0.5 + 0.5 * np.tanh(np.log(9) * (ladder.x - middles) / widths)).reshape(-1, len(ladder))
    rise = ladder.score - ladder.chance
    height = (shape / variance @ rise) / np.sum(shape**2 / variance, axis=1)
    curve = np.clip(ladder.chance + np.maximum(height, 0)[:, None] * shape, 0, 1)
    misfit = np.sum((ladder.score - curve) ** 2 / variance, axis=1)
    best = int(np.argmin(misfit))
    return curve[best], float(max(misfit[best] / max(len(ladder) - 3, 1), 1.0))


@checked
def smooth_onsets(ladders: Sequence[Ladder], rules: Rules, draws: int = 2, seed: int = 0) -> pd.DataFrame:
    """`onsets` where the truth is smooth: ladders redrawn from the smooth curve nearest to each.

    The first model above chance is picked in the redrawn scores as in the real ones, and as there it is
    picked for being high.

    Parameters
    ----------
    ladders : sequence of Ladder
        Those with an onset.
    draws : int
        Redrawn ladders with an onset to judge, of each; fewer where the smooth curve seldom has one.

    Returns
    -------
    DataFrame
        ``at`` (place in `ladders`), ``answer``.

    Raises
    ------
    InputError
        If `draws` is not a whole number of at least 1.
    """
    count("draws", draws, minimum=1)
    rng = np.random.default_rng(seed)
    at: list[int] = []
    twins: list[Ladder] = []
    for i, ladder in enumerate(ladders):
        curve, spread = smooth_ladder(ladder, 1 / rules.pace)
        items = np.maximum(np.rint(np.asarray(ladder.n_examples, dtype=float)), 1)
        scores = redrawn_scores(curve, items, TRIES * draws, rng, observed=False,
                                dispersion=min(spread, float(items.min())))
        redrawn = (replace(ladder, score=score) for score in scores)
        kept = list(islice((one for one in redrawn if has_flat_part(one, rules)), draws))
        twins += kept
        at += [i] * len(kept)
    return pd.DataFrame({"at": at, "answer": onset_surprises(twins, rules)})


def excess_over_smooth(real: pd.DataFrame, smooth: pd.DataFrame) -> Result:
    """Share of onsets that the flat part does not predict, minus that on smooth ladders.

    Parameters
    ----------
    real, smooth : DataFrame
        Of `onsets` and `smooth_onsets`.

    Returns
    -------
    Result
        Of the onsets that can tell, with Newcombe's interval; n counts the real ones.
    """
    (yes, n), (null, of) = ((int((t["answer"] == "yes").sum()), int((t["answer"] != "cannot tell").sum()))
                            for t in (real, smooth))
    if not n or not of:
        return Result(float("nan"), None, n, "undetermined", ("no onset can tell",))
    found = two_proportions(yes, n, null, of)
    note = f"on smooth ladders {null} of {of}, picked in the same way"
    return Result(found.estimate, found.interval, n, "limited", (*found.notes, note))
