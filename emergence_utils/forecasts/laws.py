"""One curve of score against scale, carried on to the scale that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from .._typed import check_settings
from ..curves import BrokenPowerLaw as BrokenCurve
from ..curves import Gompertz as GompertzCurve
from ..curves import Line as LineCurve
from ..curves import Logistic as LogisticCurve
from ..curves import PowerLaw as PowerCurve
from ..curves.base import Curve
from .base import Told, facts_of, told
from .fitting import fit_block, predict
from .framing import place, questions, units

__all__ = ["BrokenPower", "DirectPower", "Gompertz", "Line", "Logistic", "Power"]

_NO_ENDS = "the metric has no two ends between which a curve could rise"
_FEW = "fewer models than the curve has parameters"


@dataclass(frozen=True)
class Line:
    """A straight line in the logarithm of scale, by least squares, with its ordinary prediction interval."""

    name: ClassVar[str] = "line"

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer every question."""
        facts, answer = facts_of(known), Told.nothing(asked, _FEW)
        for block, rows, of in questions(units(known, facts), asked):
            fitted = fit_block(LineCurve(), block["x"], block["unit"], np.ones_like(block["x"]), "normal")
            answer.put(rows, *predict(fitted, of, place(asked, rows))[:3])
        return told(answer, asked, facts)


@dataclass(frozen=True)
class _Rise:
    """A rise from the guessing level to a free ceiling; scores of items by their binomial likelihood.

    Parameters
    ----------
    floor : {"chance", "zero"}
        Where the rise begins: at the score of guessing, or at the lowest of the metric.
    """

    floor: Literal["chance", "zero"] = "chance"
    name: ClassVar[str] = ""

    def __post_init__(self) -> None:
        check_settings(self)

    def _curve(self) -> Curve:
        raise NotImplementedError

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer questions about metrics with two ends."""
        facts, answer = facts_of(known), Told.nothing(asked, _NO_ENDS)
        table = units(known, facts)
        table = table[facts["bounded"].loc[table["case"]].to_numpy(dtype=bool)]
        for counted, part in table.groupby("counted"):
            for block, rows, of in questions(part, asked):
                if block["x"].shape[1] < 3:
                    continue
                low = block["guess"][:, 0] * (self.floor == "chance")
                fitted = fit_block(self._curve(), block["x"], block["unit"],
                                   block["n"] if counted else np.ones_like(block["x"]),
                                   "binomial" if counted else "normal", held={"floor": low})
                items = block["n"][of, -1] if counted else None
                answer.put(rows, *predict(fitted, of, place(asked, rows), items)[:3])
        return told(answer, asked, facts)


@dataclass(frozen=True)
class Logistic(_Rise):
    """A logistic rise from chance to a free ceiling (`curves.Logistic`).

    Parameters
    ----------
    floor : {"chance", "zero"}
        Where the rise begins: at the score of guessing, or at the lowest of the metric.
    """

    name: ClassVar[str] = "logistic"

    def _curve(self) -> Curve:
        return LogisticCurve(None, None)


@dataclass(frozen=True)
class Gompertz(_Rise):
    """A rise that is fast at chance and slow at its free ceiling (`curves.Gompertz`).

    Parameters
    ----------
    floor : {"chance", "zero"}
        Where the rise begins: at the score of guessing, or at the lowest of the metric.
    """

    name: ClassVar[str] = "Gompertz"

    def _curve(self) -> Curve:
        return GompertzCurve(None, None)


@dataclass(frozen=True)
class _ErrorLaw:
    """What is left of the error, 1 - score in units of the range, or a loss itself, by a law of scale."""

    name: ClassVar[str] = ""
    fewest: ClassVar[int] = 3

    def _curves(self) -> tuple[Curve, Curve]:
        """Of errors that can fall to nothing, and of losses without such an end."""
        raise NotImplementedError

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer every question about enough models."""
        facts = facts_of(known)
        answer = Told.nothing(asked, f"fewer than {self.fewest} models, one for each parameter")
        table = units(known, facts)
        bounded = facts["bounded"].loc[table["case"]].to_numpy(dtype=bool)
        error = np.where(bounded, 1 - table["unit"], table["unit"])
        table = table.assign(error=error, some=error > 0)
        positive = table.groupby("case")["some"].transform("all")
        answer.why[asked["case"].isin(table.loc[~positive, "case"])] = "an error of nothing has no logarithm"
        for is_error, curve in zip((True, False), self._curves(), strict=True):
            for block, rows, of in questions(table[(bounded == is_error) & positive], asked):
                if block["x"].shape[1] < self.fewest:
                    continue
                fitted = fit_block(curve, block["x"], block["error"], np.ones_like(block["x"]), "log")
                value, low, high, _ = predict(fitted, of, place(asked, rows))
                answer.put(rows, *((1 - value, 1 - high, 1 - low) if is_error else (value, low, high)))
        return told(answer, asked, facts)


@dataclass(frozen=True)
class Power(_ErrorLaw):
    """A power law of the error, or of a loss with a free floor, by least squares on logarithms."""

    name: ClassVar[str] = "power law"

    def _curves(self) -> tuple[Curve, Curve]:
        return PowerCurve(0.0), PowerCurve(None)


@dataclass(frozen=True)
class BrokenPower(_ErrorLaw):
    """A power law of the error, or of a loss, whose exponent changes once (arXiv:2210.14891, one break)."""

    name: ClassVar[str] = "broken power law"
    fewest: ClassVar[int] = 5

    def _curves(self) -> tuple[Curve, Curve]:
        return BrokenCurve(), BrokenCurve()


@dataclass(frozen=True)
class DirectPower:
    """The logarithm of the accuracy falls as a power of compute: -log Q = A C^-a (arXiv:2512.08894).

    The law is for one number of tokens a parameter; ladders that mix lengths are asked all the same.

    Parameters
    ----------
    above_chance : bool
        Q is what the accuracy has of the way from guessing to all right, else the accuracy itself.
    """

    above_chance: bool = True
    name: ClassVar[str] = "log accuracy as a power"

    def __post_init__(self) -> None:
        check_settings(self)

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer questions about metrics with two ends; scores at or below chance count as half an item."""
        facts, answer = facts_of(known), Told.nothing(asked, _NO_ENDS)
        table = units(known, facts)
        table = table[facts["bounded"].loc[table["case"]].to_numpy(dtype=bool)]
        low = table["guess"] * float(self.above_chance)
        least = 0.5 / table["n"].fillna(1000.0)
        share = ((table["unit"] - low) / (1 - low)).clip(least, 1 - least)
        table = table.assign(low=low, y=-np.log(share.to_numpy(dtype=float)))
        for block, rows, of in questions(table, asked):
            if block["x"].shape[1] < 2:
                continue
            fitted = fit_block(PowerCurve(0.0), block["x"], block["y"], np.ones_like(block["x"]), "log")
            base = block["low"][of, 0]
            value, least_log, most_log, _ = predict(fitted, of, place(asked, rows))
            answer.put(rows, *(base + (1 - base) * np.exp(-v) for v in (value, most_log, least_log)))
        return told(answer, asked, facts)
