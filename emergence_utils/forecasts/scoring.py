"""How good forecasts were: error, interval score and coverage, by how far they reached."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .._checks import FloatArray, broadcast, need_columns, numbers, one_of, short
from .._typed import checked
from ..errors import InputError
from .base import LEVEL, Method
from .holdout import HoldOuts
from .rungs import KEYS

__all__ = ["CELL", "DISTANCES", "answers", "distance_of", "interval_score", "leaderboard", "reasons",
           "score_answers", "summed"]

#: What a row of the stored results is a sum over: questions of one method, ladder group and distance.
CELL = ["method", "source", "family", "task", "kind", "times"]
#: Distances of the leaderboard: 32 stands for all from there on.
DISTANCES = (2, 4, 8, 16, 32)
_MISS = 2 / (1 - LEVEL)


def distance_of(times: int) -> str:
    """The distance of the leaderboard to which a power of 2 belongs.

    Examples
    --------
    >>> distance_of(4), distance_of(64)
    ('4', '32 and more')
    """
    return str(int(times)) if times < DISTANCES[-1] else f"{DISTANCES[-1]} and more"


def answers(method: Method, questions: HoldOuts) -> pd.DataFrame:
    """What a method says, checked: one row a question.

    Returns
    -------
    DataFrame
        estimate, low, high, why; index of ``questions.asked``.

    Raises
    ------
    InputError
        If the answer is no table with the index of the questions, an interval is turned round or lacks an
        end, or an estimate is missing without a reason.
    """
    name = getattr(method, "name", None)
    if not callable(method) or not isinstance(name, str) or not name:
        raise InputError("method must have a name and be callable with known and asked, "
                         f"got {short(method)}.")
    columns = ["estimate", "low", "high", "why"]
    if not len(questions):
        return pd.DataFrame(columns=columns, index=questions.asked.index)
    told = method(questions.known, questions.asked)
    table = isinstance(told, pd.DataFrame) and "estimate" in told
    if not table or not told.index.equals(questions.asked.index):
        raise InputError(f"method '{name}' must answer with a table that has a column 'estimate' and the "
                         f"index of asked, got {short(told)}.")
    for column in ("low", "high"):
        if column not in told:
            told = told.assign(**{column: np.nan})
    told = told.assign(why=told["why"].fillna("") if "why" in told else "")[columns]
    numbers = told[columns[:3]].to_numpy(dtype=float)
    if (np.isnan(numbers[:, 1]) != np.isnan(numbers[:, 2])).any() or (numbers[:, 1] > numbers[:, 2]).any():
        raise InputError(f"method '{name}' states an interval without low <= high.")
    silent = np.isnan(numbers[:, 0]) & (told["why"] == "").to_numpy()
    if silent.any():
        raise InputError(f"method '{name}' leaves {silent.sum()} questions without an estimate and without "
                         "a why.")
    return told


def interval_score(low: ArrayLike, high: ArrayLike, seen: ArrayLike) -> FloatArray:
    """Score of 90 % intervals (Gneiting and Raftery 2007, eq. 43): width, and 20 times what lies outside.

    Parameters
    ----------
    low, high, seen : array-like, shape (n,)
        Ends, and what came.

    Returns
    -------
    ndarray, shape (n,)
        In the unit of the scores; smaller is better.

    Raises
    ------
    InputError
        On something that is no number, or an interval turned round.

    Examples
    --------
    >>> interval_score([0.1, 0.1], [0.4, 0.4], [0.2, 0.5]).round(6).tolist()
    [0.3, 2.3]
    """
    ends = broadcast(low=numbers("low", low), high=numbers("high", high), seen=numbers("seen", seen))
    if (ends[0] > ends[1]).any():
        raise InputError("low must be at most high in every interval.")
    return _interval_score(*ends)


def _interval_score(low: FloatArray, high: FloatArray, seen: FloatArray) -> FloatArray:
    return np.asarray((high - low) + _MISS * np.maximum(low - seen, 0) + _MISS * np.maximum(seen - high, 0))


def score_answers(told: pd.DataFrame, questions: HoldOuts, name: str) -> pd.DataFrame:
    """One row a question: its ladder, distance, error, interval score, whether it was covered, and why not.

    Errors and interval scores are in units of the metric's range; of scores without two ends, such as losses,
    they are those of natural logarithms (a thousandth of the last known score stands for less).
    """
    truth = questions.truth
    seen, unit = (truth[c].to_numpy(dtype=float) for c in ("score", "unit"))
    estimate, low, high = (told[c].to_numpy(dtype=float) for c in ("estimate", "low", "high"))
    inside = np.where(np.isnan(low), np.nan, (low <= seen) & (seen <= high))
    log = truth["log"].to_numpy(dtype=bool)

    def measured(values: FloatArray) -> FloatArray:
        return np.asarray(np.where(log, np.log(np.maximum(values / unit, 1e-3)), values / unit))

    a, b, y = measured(low), measured(high), measured(seen)
    columns = ["ladder", *KEYS, "kind", "models"]
    about = questions.cases.loc[questions.asked["case"], columns].reset_index(drop=True)
    return about.assign(method=name, case=questions.asked["case"].to_numpy(), times=truth["times"].to_numpy(),
                        scale=questions.asked["scale"].to_numpy(), truth=seen, estimate=estimate,
                        error=np.abs(measured(estimate) - y), interval_score=_interval_score(a, b, y),
                        covered=inside, width=b - a, why=told["why"].to_numpy())


def summed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `score_answers` summed by `CELL`: what is stored of a full run.

    Returns
    -------
    DataFrame
        Questions asked, answered and with an interval; mean error, interval score, share covered and width
        over those; mean error of "same as last" on the answered ones where it is there (``same``).
    """
    rows = rows.assign(family=rows["family"].str.split(",").str[0], answered=rows["estimate"].notna(),
                       stated=rows["covered"].notna())
    done = rows.groupby(CELL, sort=True).agg(
        asked=("case", "size"), answered=("answered", "sum"), stated=("stated", "sum"),
        error=("error", "mean"), interval_score=("interval_score", "mean"), covered=("covered", "mean"),
        width=("width", "mean"))
    if "same" in rows:
        done["same"] = rows["same"].where(rows["answered"]).groupby([rows[c] for c in CELL]).mean()
    return done.reset_index()


def reasons(rows: pd.DataFrame) -> pd.DataFrame:
    """How many questions each method could not answer, by kind of score and reason."""
    silent = rows[rows["estimate"].isna()]
    return silent.groupby(["method", "kind", "why"], sort=True).size().rename("questions").reset_index()


@checked
def leaderboard(cells: pd.DataFrame, *, kind: str = "hard",
                sources: Iterable[str] | None = None) -> pd.DataFrame:
    """One row a method and distance: means in which every source counts the same.

    Parameters
    ----------
    cells : DataFrame
        As `score_method` or a full run gives them, of one or several methods.
    kind : {"hard", "soft", "loss"}
        All-or-nothing metrics, other metrics with two ends, or losses.
    sources : iterable of str, optional
        Those that count; all by default.

    Returns
    -------
    DataFrame
        method, distance ("all", "2", ... "32 and more"), error, same (error of "same as last" on the
        questions that the method answered), interval_score, covered, width, asked, answered, stated, sources.

    Raises
    ------
    InputError
        If `kind` is none of the three, or no cell is left.
    """
    one_of("kind", kind, ("hard", "soft", "loss"))
    need_columns(cells, (*CELL, "asked", "answered", "stated", "error", "interval_score", "covered", "width"))
    part = cells[cells["kind"] == kind]
    if sources is not None:
        part = part[part["source"].isin(list(sources))]
    if not len(part):
        raise InputError(f"cells hold no questions of kind '{kind}' in these sources.")
    both = pd.concat([part.assign(distance="all"), part.assign(distance=part["times"].map(distance_of))])
    keys = ["method", "distance", "source"]
    count = both.groupby(keys, sort=False)[["asked", "answered", "stated"]].sum()
    means = {}
    for column, weight in (("error", "answered"), ("same", "answered"), ("interval_score", "stated"),
                           ("covered", "stated"), ("width", "stated")):
        if column in both:
            sums = (both[column] * both[weight]).groupby([both[k] for k in keys], sort=False).sum()
            means[column] = sums / count[weight].where(count[weight] > 0)
    by = pd.concat([pd.DataFrame(means), count], axis=1).groupby(["method", "distance"], sort=False)
    out = by[list(means)].mean().join(by[["asked", "answered", "stated"]].sum())
    out["sources"] = by["answered"].apply(lambda n: int((n > 0).sum()))
    return out.reset_index()
