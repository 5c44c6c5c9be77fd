"""Exercises of chapter 13: forecasting emergence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable, one_ladder

__all__ = ["CHECKS"]

_SMALL, _TARGET = r"(190M|370M|760M)-(1|2|5|10)xC", "3B-10xC"


@cache
def _board() -> pd.DataFrame:
    from ...forecasts import Line, leaderboard, score_method

    board = leaderboard(score_method(Line(), ["gpt3"]))
    return board[board["method"] == "line"].set_index("distance")


def _line(distance: str, column: str) -> float:
    """What the leaderboard says of the straight line on GPT-3's ladders."""
    return float(_board()[column].to_dict()[distance])


@cache
def _halfway() -> float:
    """Mean error of the middle between the straight line and no change."""
    from ...forecasts import Line, SameAsLast, leaderboard, score_method

    class Halfway:
        name = "halfway"

        def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
            ends = [method(known, asked)["estimate"] for method in (Line(), SameAsLast())]
            return pd.DataFrame({"estimate": (ends[0] + ends[1]) / 2, "why": ""})

    board = leaderboard(score_method(Halfway(), ["gpt3"]))
    own = board[(board["method"] == "halfway") & (board["distance"] == "all")]
    return float(own["error"].iloc[0])


@cache
def _nearest() -> pd.Series:
    """Which forecast comes nearest to a middling model, task by task."""
    from ...chapters.open_claims import FORECASTERS, final_runs, forecast_targets
    from ...scores import load

    runs = final_runs(load("olmo_ladder", prompting="rc 5-shot", task=["arc_easy", "siqa", "winogrande"]))
    found = forecast_targets(runs, train=_SMALL, targets=(_TARGET,)).set_index("task")
    missed = pd.DataFrame({name: found[f"miss_{name}"].abs() for name in FORECASTERS})
    return missed.idxmin(axis=1)


def _foretold(table: pd.DataFrame) -> str:
    from ...curves import forecast
    from ...ladders import Ladder

    rows, scale = one_ladder(table, 5)
    known = rows.iloc[:-1]
    told = forecast(Ladder.of(known[scale], known["value"], known["n_examples"]), at=rows[scale].iloc[-1])
    seen, band = rows["value"].iloc[-1], told.interval
    if band is None:
        return f"The forecast is {told.estimate:.2f} without a band; {seen:.2f} came."
    held = "holds" if band.low <= seen <= band.high else "does not hold"
    return (f"From the smaller models the vote says {told.estimate:.2f} {band:.2f}; it {held} the {seen:.2f} "
            "that came.")


CHECKS: Mapping[str, Answer] = {
    "13.1": Guess(lambda: 100 * _line("all", "covered"), 0, 100, "of a hundred"),
    "13.2": Number(lambda: _line("2", "covered"), 0.005, "The leaderboard has a row for each "
                   "distance, and 'covered' is the share that the bands hold.", 0, 1,
                   {"That is over all distances; take the row of twice the scale.":
                    lambda: _line("all", "covered"),
                    "That is at four times the scale.": lambda: _line("4", "covered")}),
    "13.3": Number(_halfway, 0.0005, "Average the two estimates question by question, then let "
                   "score_method and leaderboard judge the result over all distances.", 0, 1,
                   {"That is the error of the straight line alone.": lambda: _line("all", "error"),
                    "That is the error of no change alone.": lambda: _line("all", "same")}),
    "13.4": Labels(_nearest, "For each task take the smallest absolute miss among the columns miss_… of "
                   "oc.FORECASTERS (second_stage is none of them), and leave the miss_ off its name."),
    "13.5": OwnTable(_foretold),
}
