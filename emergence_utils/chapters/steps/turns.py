"""A frequent rule that a rare cue overrules: does the score fall and rise, and what turns first?"""

from __future__ import annotations

import math

import pandas as pd

from ..._typed import checked
from ...errors import InputError
from ...intervals import binomial
from ...ladders import Ladder, ladders
from ...measures import UFromCounts, UShape
from ...metrics import get_metric
from ...results import Result
from .tables import final

__all__ = ["cue_ladder", "cue_u", "first_to_turn", "grown_tasks_with_a_u", "turning_sizes"]

TASK, CUE = "distractor", "cue"


def cue_ladder(scores: pd.DataFrame) -> Ladder:
    """Exact match on cue items by size, means over seeds, with what one seed adds to the noise of items."""
    return ladders(final(scores, TASK, subset=CUE), by=["family", "task", "subset"])[0]


@checked
def cue_u(scores: pd.DataFrame, *, level: float = 0.95) -> UShape:
    """The toolkit's U test of `cue_ladder`; variation between models is that between their seeds.

    Parameters
    ----------
    scores : DataFrame
        The table ``grown``.
    level : float
    """
    return UFromCounts(level=level)(cue_ladder(scores))


@checked
def grown_tasks_with_a_u(scores: pd.DataFrame) -> Result:
    """How many tasks made to show a U show one as models of their sizes: 1, 0, or cannot tell."""
    found = cue_u(scores)
    if found.answer == "U" and found.scope == "sizes":
        return Result(1.0, None, 1, "ok", (f"p = {found.p_value:.2g} by the U test",))
    if found.answer in ("no U", "inverted U"):
        return Result(0.0, None, 1, "ok", (f"{found.answer} by the U test",))
    return Result(0.0, None, 1, "undetermined", ("the U test cannot tell",))


@checked
def turning_sizes(scores: pd.DataFrame, soft: str = "cross_entropy") -> pd.DataFrame:
    """Size at which each seed is at its worst on cue items, by exact match and by a soft metric.

    Parameters
    ----------
    scores : DataFrame
        The table ``grown``.
    soft : str
        Metric of the same outputs, e.g. ``cross_entropy``: minus the log-probability of the right answer.

    Returns
    -------
    DataFrame
        One row a seed: ``exact_match``, ``soft`` (parameters of the worst model; of equals the smallest),
        ``first``: ``soft`` where the soft metric turns upwards at a smaller size, else ``exact match`` or
        ``same size``.
    """
    worst = {}
    for name, metric in (("exact_match", "exact_match"), ("soft", soft)):
        wide = final(scores, TASK, metric, CUE).pivot(index="params", columns="seed", values="value")
        worst[name] = (wide if get_metric(metric).higher_is_better else -wide).idxmin()
    out = pd.DataFrame(worst)
    out["first"] = "same size"
    out.loc[out["soft"] < out["exact_match"], "first"] = "soft"
    out.loc[out["soft"] > out["exact_match"], "first"] = "exact match"
    return out.reset_index()


@checked
def first_to_turn(turns: pd.DataFrame, shown: Result) -> Result:
    """Share of seeds in which the soft metric turns upwards at a smaller size than exact match.

    Parameters
    ----------
    turns : DataFrame
        From `turning_sizes`.
    shown : Result
        From `cue_u`.

    Returns
    -------
    Result
        ``undetermined`` where no U is shown: there is then no turn to foresee.
    """
    if turns.empty:
        raise InputError("turns must hold at least one seed, got none.")
    if getattr(shown, "answer", "") != "U":
        return Result(math.nan, None, len(turns), "undetermined", ("no U is shown, so nothing turns",))
    return binomial(int((turns["first"] == "soft").sum()), len(turns))
