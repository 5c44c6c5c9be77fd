"""Detours: foretell something smooth first, and read the score off it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from .._checks import FloatArray, IntArray
from .._typed import check_settings
from ..curves import Logistic as LogisticCurve
from ..curves import PowerLaw as PowerCurve
from ..curves import forecast_many
from ..ladders import Ladder
from .base import LEVEL, Told, facts_of, told
from .fitting import Block, fit_block, predict
from .framing import place, questions, units

__all__ = ["Surrogate", "TwoStage"]

_FEWEST = 4


@dataclass(frozen=True)
class TwoStage:
    """Compute to task loss by a power law with a floor, loss to score by a sigmoid (arXiv:2412.04403).

    The sigmoid is fitted by least squares, with a model of no loss and a perfect score beside the real ones,
    as there.

    Parameters
    ----------
    floor : {"free", "chance"}
        Where the sigmoid begins: sought, as in the paper, or at the score of guessing.
    """

    floor: Literal["free", "chance"] = "free"
    name: ClassVar[str] = "two stages through the loss"

    def __post_init__(self) -> None:
        check_settings(self)

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer questions about models whose losses are known."""
        if "loss" not in known:
            return told(Told.nothing(asked, "no loss of these models"), asked, facts_of(known))
        facts = facts_of(known)
        answer = Told.nothing(asked, f"no loss of {_FEWEST} models")
        table = units(known, facts)
        table = table[(table["loss"] > 0) & facts["bounded"].loc[table["case"]].to_numpy(dtype=bool)]
        for block, rows, of in questions(table, asked, ("loss",)):
            if block["x"].shape[1] < _FEWEST:
                continue
            ones = np.ones_like(block["x"])
            first = fit_block(PowerCurve(None), block["x"], block["loss"], ones, "log")
            loss, least, most, _ = predict(first, of, place(asked, rows))
            worst = block["loss"].max(axis=1, keepdims=True)
            x = np.hstack([-block["loss"] / worst, np.zeros_like(worst)])
            y = np.hstack([block["unit"], np.ones_like(worst)])
            second = fit_block(LogisticCurve(None, None), x, y, np.ones_like(x), "normal",
                               held={"floor": block["guess"][:, 0]} if self.floor == "chance" else None)
            value, low, high, slope = predict(second, of, -loss / worst[of, 0])
            through = np.abs(slope) * (most - least) / 2 / worst[of, 0]
            half = np.hypot((high - low) / 2, through)
            answer.put(rows, value, value - half, value + half)
        return told(answer, asked, facts)


@dataclass(frozen=True)
class Surrogate:
    """Foretell a smooth score of the same answers by the toolkit's vote, and read the hard one off it.

    The rising map is a logistic curve from guessing to all right in the smooth score, fitted to the known
    models.

    Parameters
    ----------
    through : {"soft", "loss"}
        The smooth score: a Brier score or the probability of the right answer, or the loss on the task.
    """

    through: Literal["soft", "loss"] = "soft"

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def name(self) -> str:
        """What the leaderboard calls it."""
        return {"soft": "Brier or probability surrogate", "loss": "log-likelihood surrogate"}[self.through]

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer questions about all-or-nothing scores of models whose smooth scores are known."""
        facts = facts_of(known)
        missing = f"no {'soft score' if self.through == 'soft' else 'loss'} of {_FEWEST} models"
        answer = Told.nothing(asked, missing)
        if self.through not in known:
            return told(answer, asked, facts)
        table = units(known, facts)
        table = table[facts["bounded"].loc[table["case"]].to_numpy(dtype=bool)]
        table = table.assign(smooth=table[self.through] * (1 if self.through == "soft" else -1))
        of_case = table.groupby("case")["smooth"]
        span = of_case.transform("max") - of_case.transform("min")
        still = asked["case"].isin(table.loc[span == 0, "case"])
        answer.why[still] = "the smooth score is the same of all models"
        table = table[span > 0]
        for counted, part in table.groupby("counted"):
            for block, rows, of in questions(part, asked, ("smooth",)):
                if block["x"].shape[1] < _FEWEST:
                    continue
                foretold, half = _voted(block, of, asked["scale"].to_numpy(dtype=float)[rows])
                start = block["smooth"].min(axis=1, keepdims=True)
                span = np.maximum(np.ptp(block["smooth"], axis=1, keepdims=True), 1e-9)
                x = (block["smooth"] - start) / span
                fitted = fit_block(LogisticCurve(None, None), x, block["unit"],
                                   block["n"] if counted else np.ones_like(x),
                                   "binomial" if counted else "normal",
                                   held={"floor": block["guess"][:, 0], "ceiling": np.ones(len(block))})
                at = (foretold - start[of, 0]) / span[of, 0]
                value, low, high, slope = predict(fitted, of, at, block["n"][of, -1] if counted else None)
                wide = np.hypot((high - low) / 2, slope * half / span[of, 0])
                answer.put(rows, value, value - wide, value + wide)
        return told(answer, asked, facts)


def _voted(block: Block, of: IntArray, scale: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Vote of curve families on the smooth score, and half of its band (NaN where it has none)."""
    ladders = [Ladder.of(10.0**x, y) for x, y in zip(block["x"], block["smooth"], strict=True)]
    found = forecast_many([ladders[int(i)] for i in of], at=scale, level=LEVEL)
    return (np.array([one.estimate for one in found]),
            np.array([one.interval.width / 2 if one.interval else np.nan for one in found]))
