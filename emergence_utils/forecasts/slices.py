"""Slice and sandwich: easy and hard items apart, each by a polynomial (arXiv:2410.01692)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .._checks import FloatArray, IntArray, count
from .._typed import check_settings
from ..errors import InputError
from .base import Told, facts_of, told
from .framing import place, questions, units

__all__ = ["SliceSandwich"]


@dataclass(frozen=True)
class SliceSandwich:
    """Polynomials through the soft scores of the easiest and the hardest items; their mean makes the score.

    The mean of the two curves is shifted so that on the known models it has the mean of the soft score of all
    items, and the score is read off a line fitted from score to soft score. It states no interval.

    Parameters
    ----------
    easy, hard : int
        Degrees of the two polynomials in the logarithm of scale (5 and 2 in the paper).
    groups : int
        Parts into which items are split by difficulty; the first and the last are used (3 in the paper).
    """

    easy: int = 5
    hard: int = 2
    groups: int = 3
    def __post_init__(self) -> None:
        check_settings(self)
        for field in ("easy", "hard"):
            count(field, getattr(self, field), minimum=1, maximum=20)
        if not 2 <= self.groups <= 10:
            raise InputError(f"groups must lie between 2 and 10, got {self.groups}.")

    @property
    def name(self) -> str:
        """What the leaderboard calls it."""
        return f"slice and sandwich ({self.easy}, {self.hard})"

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer questions about ladders whose items are sliced by difficulty."""
        facts = facts_of(known)
        fewest = max(self.easy, self.hard) + 2
        slices = sorted(str(c) for c in known if str(c).startswith("slice_"))
        if len(slices) < self.groups or "soft" not in known:
            return told(Told.nothing(asked, "no soft scores by difficulty of the item"), asked, facts)
        answer = Told.nothing(asked, f"no soft scores by difficulty of {fewest} models")
        size = round(len(slices) / self.groups)
        ends = slices[:size], slices[-size:]
        table = units(known, facts)
        table = table.assign(first=table[ends[0]].mean(axis=1), final=table[ends[1]].mean(axis=1))
        for block, rows, of in questions(table, asked, ("soft", "first", "final")):
            if block["x"].shape[1] < fewest:
                continue
            turn = (block["first"].mean(axis=1) < block["final"].mean(axis=1))[:, None]
            easy = np.where(turn, block["final"], block["first"])
            hard = np.where(turn, block["first"], block["final"])
            x, at = _centred(block["x"], of, place(asked, rows))
            seen = 0.5 * (_polynomial(x, easy, self.easy, x) + _polynomial(x, hard, self.hard, x))
            shift = (block["soft"] - seen).mean(axis=1)
            ahead = [_polynomial(x[of], y[of], degree, at)
                     for y, degree in ((easy, self.easy), (hard, self.hard))]
            soft = 0.5 * (ahead[0] + ahead[1])[:, 0] + shift[of]
            unit = block["unit"]
            centre, level = unit.mean(axis=1), block["soft"].mean(axis=1)
            slope = ((unit - centre[:, None]) * block["soft"]).sum(axis=1) / np.maximum(
                ((unit - centre[:, None]) ** 2).sum(axis=1), 1e-12)
            steep = np.where(np.abs(slope) > 1e-6, slope, np.inf)  # a score that never moved stays
            answer.put(rows, centre[of] + (soft - level[of]) / steep[of])
        return told(answer, asked, facts)


def _centred(x: FloatArray, of: IntArray, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Axis from -1 to 1 over the known models, and the questions on it, shape (r, 1)."""
    middle = (x[:, :1] + x[:, -1:]) / 2
    half = (x[:, -1:] - x[:, :1]) / 2
    return (x - middle) / half, (at[:, None] - middle[of]) / half[of]


def _polynomial(x: FloatArray, y: FloatArray, degree: int, at: FloatArray) -> FloatArray:
    """Least-squares polynomials of every row, at places of shape (B, q)."""
    powers = np.arange(degree + 1)
    solved = np.linalg.pinv(x[..., None] ** powers) @ y[..., None]
    return np.asarray((at[..., None] ** powers @ solved)[..., 0])
