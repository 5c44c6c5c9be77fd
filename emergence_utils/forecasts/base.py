"""What a method of forecasting is: settings, called with what is known and what is asked.

A method sees the models up to a cut and the scales of those beyond it, of many ladders at once, and never the
scores that it is to foretell.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._checks import FloatArray, IntArray, need_columns
from ..metrics.registry import get_metric

__all__ = ["LEVEL", "Method", "Told", "told"]

#: Level of every interval.
LEVEL = 0.9


class Method(Protocol):
    """What every method is.

    ``known`` has one row a model: case (a ladder up to a cut), scale, score, n_examples, metric, chance, and
    helper columns where the source has them (`HELPERS`). ``asked`` has one row a question: case and scale.
    The answer has the index of ``asked`` and columns estimate, low, high (a 90 % interval in the metric's own
    unit; NaN, or no column, where none is stated) and why (the reason where estimate is NaN).
    """

    @property
    def name(self) -> str:
        """What the leaderboard calls it."""
        ...

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame, /) -> pd.DataFrame: ...


class Told(NamedTuple):
    """Answers under construction, one a question, in units of the metric's range where it has one."""

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    why: NDArray[np.object_]

    @classmethod
    def nothing(cls, asked: pd.DataFrame, why: str) -> Told:
        """No answer to anything yet, for one reason."""
        empty = np.full(len(asked), np.nan)
        return cls(empty, empty.copy(), empty.copy(), np.full(len(asked), why, dtype=object))

    def put(self, rows: IntArray, estimate: FloatArray, low: FloatArray | None = None,
            high: FloatArray | None = None) -> None:
        """Answer some questions, with the ends of intervals where there are any."""
        self.estimate[rows] = estimate
        self.why[rows] = ""
        if low is not None and high is not None:
            self.low[rows], self.high[rows] = low, high


def told(answer: Told, asked: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Answers in the metric's own unit, kept within its range.

    Parameters
    ----------
    answer : Told
        In units of the range, rising as the score gets better.
    asked : DataFrame
    facts : DataFrame
        `facts_of` the known table.
    """
    of = facts.loc[asked["case"]]
    low, size, sign = (of[c].to_numpy(dtype=float) for c in ("low", "size", "sign"))
    top = of["top"].to_numpy(dtype=float)
    ends = [np.clip(v, of["bottom"].to_numpy(dtype=float), top) for v in (answer.estimate, answer.low,
                                                                          answer.high)]
    raw = [sign * (low + size * v) for v in ends]
    down = sign < 0
    return pd.DataFrame({"estimate": raw[0], "low": np.where(down, raw[2], raw[1]),
                         "high": np.where(down, raw[1], raw[2]), "why": answer.why}, index=asked.index)


def facts_of(known: pd.DataFrame) -> pd.DataFrame:
    """One row a case: where its scores begin (low), how far they reach (size), which way is better (sign).

    With ``unit = (sign * score - low) / size``; bounded where the metric has two ends, which are then 0 and 1
    (bottom, top). Scores without ends keep their own unit and sign.
    """
    need_columns(known, ("case", "scale", "score", "n_examples", "metric", "chance"))
    first = known.drop_duplicates("case").set_index("case")[["metric", "chance"]]
    metrics = {name: get_metric(name) for name in first["metric"].unique()}
    rows = {}
    for name, m in metrics.items():
        bounded = bool(np.isfinite(m.high - m.low))
        sign = 1.0 if m.higher_is_better or not bounded else -1.0
        low = (m.low if sign > 0 else -m.high) if bounded else 0.0
        rows[name] = {"low": low, "size": m.high - m.low if bounded else 1.0, "sign": sign,
                      "bounded": bounded, "hard": m.all_or_nothing, "bottom": 0.0 if bounded else m.low,
                      "top": 1.0 if bounded else m.high}
    table = pd.DataFrame.from_dict(rows, orient="index")
    facts = first.join(table, on="metric")
    guess = (facts["sign"] * facts["chance"].astype(float) - facts["low"]) / facts["size"]
    everything = known["n_examples"].notna().groupby(known["case"]).all()
    counted = facts["hard"] & everything.reindex(facts.index)
    return facts.assign(guess=guess.fillna(0.0).clip(0, 0.99), counted=counted.astype(bool))
