"""One ladder, cut: what the methods say of the models beyond it, and what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..._checks import count
from ..._files import own_file
from ...errors import InputError, UnknownNameError
from ...forecasts import Gompertz, Line, Logistic, Method, SameAsLast, TwoStage, Vote
from ...forecasts.rungs import source_rungs

__all__ = ["LADDERS", "METHODS", "Pick", "all_ladders", "cuts_of", "foretold", "rungs", "stored_ladders"]

_STORED = ["ladder", "models", "method", "scale", "estimate", "low", "high", "why"]
#: Cuts of each ladder of the explorer.
_CUTS = 4

#: Most places beyond a cut at which a forecast is asked for.
_PLACES = 7
#: Factor of scale that known models must span, as in the benchmark.
_SPAN = 4.0


@dataclass(frozen=True)
class Pick:
    """Where a ladder lies in the tables.

    Parameters
    ----------
    source, family, task, metric : str
    prompting, subset : str, optional
        Missing in the table where they are None.
    n_shot : int, optional
        Likewise; any where it is None.
    """

    source: str
    family: str
    task: str
    metric: str
    prompting: str | None = None
    subset: str | None = None
    n_shot: int | None = None


class _Picks(dict[str, Pick]):
    """Picks by name; a name that is not there is answered with the nearest."""

    def __missing__(self, name: str) -> Pick:
        raise UnknownNameError("ladder", name, self)


#: Ladders of the picture and the explorer: one that jumps, one that does not, and others between.
LADDERS: Mapping[str, Pick] = _Picks({
    "GPT-3, adding three digits": Pick("gpt3", "GPT-3", "addition_3_digit", "exact_match", "few-shot"),
    "GPT-3, TriviaQA": Pick("gpt3", "GPT-3", "triviaqa", "exact_match", "few-shot"),
    "BIG-G, recognising intents": Pick("bigg", "BIG-G", "intent_recognition", "multiple_choice_grade",
                                       "few-shot", n_shot=3),
    "OLMo, WinoGrande": Pick("olmo_ladder", "OLMo", "winogrande", "multiple_choice_grade_norm", "rc 5-shot",
                             "val"),
    "Grown here, chains of six steps": Pick("grown", "decoder, 2 layers", "chain_steps", "exact_match", None,
                                            "6 steps"),
})
#: Methods of the picture and the explorer, in the order of the benchmark.
METHODS: tuple[Method, ...] = (SameAsLast(), Line(), Logistic(), Gompertz(), Vote(), TwoStage())


def rungs(pick: Pick) -> pd.DataFrame:
    """Models of one ladder by scale, as the benchmark sees them.

    Raises
    ------
    UnknownNameError
        If its source has no such ladder.

    Examples
    --------
    >>> rungs(LADDERS["GPT-3, TriviaQA"])["score"].round(2).tolist()
    [0.07, 0.16, 0.26, 0.32, 0.42, 0.52, 0.57, 0.71]
    """
    rows = source_rungs(pick.source)
    for column in ("family", "task", "metric", "prompting", "subset"):
        wanted = getattr(pick, column)
        found = rows[rows[column].isna() if wanted is None else rows[column] == wanted]
        if found.empty:
            raise UnknownNameError(column, str(wanted), sorted(map(str, rows[column].dropna().unique())))
        rows = found
    if pick.n_shot is not None:
        rows = rows[rows["n_shot"] == pick.n_shot]
    if rows["scale"].duplicated().any():
        raise InputError(f"pick must name one ladder, {pick.task} has several numbers of shots: "
                         f"{', '.join(map(str, rows['n_shot'].unique()))}.")
    return rows.sort_values("scale", kind="stable").reset_index(drop=True)


def cuts_of(ladder: pd.DataFrame, most: int = _CUTS) -> list[int]:
    """Numbers of models to learn from: at least four, spanning a factor of four; the last leaves one over."""
    count("most", most, minimum=1)
    scale = ladder["scale"].to_numpy(dtype=float)
    able = [c for c in range(4, len(scale)) if scale[c - 1] >= _SPAN * scale[0]]
    if not able:
        raise InputError(f"ladder must have five models and a factor of {_SPAN:g} of scale before the last, "
                         f"got {len(scale)} models.")
    return [able[i] for i in sorted({round(i) for i in np.linspace(0, len(able) - 1, most)})]


def foretold(ladder: pd.DataFrame, cuts: Sequence[int],
             methods: Sequence[Method] = METHODS) -> pd.DataFrame:
    """What methods say of the models beyond each cut.

    Parameters
    ----------
    ladder : DataFrame
        From `rungs`.
    cuts : sequence of int
        Models to learn from.
    methods : sequence of Method

    Returns
    -------
    DataFrame
        One row a cut, method and place: ``models`` (known), ``method``, ``scale``, ``estimate``, ``low``,
        ``high`` (90 %; NaN where none is stated) and ``why`` (none was made). The last place of a cut is
        the largest model.

    Raises
    ------
    InputError
        If a cut leaves nothing to ask.
    """
    scale = ladder["scale"].to_numpy(dtype=float)
    known, asked = [], []
    for case, cut in enumerate(cuts):
        if not 3 <= cut < len(scale):
            raise InputError(f"cuts must lie between 3 and {len(scale) - 1} models, got {cut}.")
        places = np.geomspace(scale[cut - 1], scale[-1], _PLACES + 1)[1:]
        known.append(ladder.iloc[:cut].assign(case=case))
        asked.append(pd.DataFrame({"case": case, "scale": places, "models": cut}))
    seen, wanted = pd.concat(known, ignore_index=True), pd.concat(asked, ignore_index=True)
    told = []
    for method in methods:
        said = method(seen, wanted[["case", "scale"]]).reindex(columns=["estimate", "low", "high", "why"])
        told.append(pd.concat([wanted[["models", "scale"]].assign(method=method.name), said], axis=1))
    return pd.concat(told, ignore_index=True)


def all_ladders() -> pd.DataFrame:
    """Scores of `LADDERS`, and what all `METHODS` say at four cuts of each, as they are stored.

    Returns
    -------
    DataFrame
        ladder, models (known; missing for a score), method ("" for a score), scale, estimate (or the score),
        low, high, why.
    """
    parts = []
    for name, pick in LADDERS.items():
        ladder = rungs(pick)
        seen = ladder[["scale"]].assign(estimate=ladder["score"], method="", ladder=name)
        parts += [seen, foretold(ladder, cuts_of(ladder)).assign(ladder=name)]
    return pd.concat(parts, ignore_index=True).reindex(columns=_STORED)


def stored_ladders() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores and forecasts of `all_ladders`, from the file.

    Returns
    -------
    models : DataFrame
        ladder, scale, score.
    told : DataFrame
        ladder, models, method, scale, estimate, low, high, why.
    """
    table = pd.read_csv(own_file("benchmarks", "forecast_ladders.csv"), dtype={"method": str, "why": str})
    table = table.fillna({"method": "", "why": ""})
    score = table["method"] == ""
    models = table.loc[score, ["ladder", "scale", "estimate"]].rename(columns={"estimate": "score"})
    told = table[~score].astype({"models": int})
    return models.reset_index(drop=True), told[_STORED].reset_index(drop=True)
