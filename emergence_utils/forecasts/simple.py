"""The forecasts that everything else must beat, and the toolkit's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ..curves import forecast_many
from ..ladders import Ladder
from .base import LEVEL

__all__ = ["SameAsLast", "Vote"]

#: Why the toolkit's forecast may have no answer, apart from what it says itself.
_NONE = "no forecast"


@dataclass(frozen=True)
class SameAsLast:
    """The score of the largest known model: nothing changes. It states no interval."""

    name: ClassVar[str] = "same as last"

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer every question with the last known score."""
        last = known.sort_values("scale", kind="stable").drop_duplicates("case", keep="last")
        told = asked["case"].map(last.set_index("case")["score"])
        return pd.DataFrame({"estimate": told, "why": np.where(told.isna(), "no known score", "")})


@dataclass(frozen=True)
class Vote:
    """The toolkit's forecast: curve families weighted by how well they fit (`curves.forecast_many`)."""

    name: ClassVar[str] = "vote of families"

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer with the vote and its band."""
        ladders = {case: _ladder(rows) for case, rows in known.groupby("case", sort=False)}
        found = forecast_many([ladders[case] for case in asked["case"]],
                              at=asked["scale"].to_numpy(dtype=float), level=LEVEL)
        ends = [(one.interval.low, one.interval.high) if one.interval else (np.nan, np.nan) for one in found]
        why = [(one.notes or (_NONE,))[0] if np.isnan(one.estimate) else "" for one in found]
        return pd.DataFrame({"estimate": [one.estimate for one in found], "low": [low for low, _ in ends],
                             "high": [high for _, high in ends], "why": why}, index=asked.index)


def _ladder(rows: pd.DataFrame) -> Ladder:
    n = rows["n_examples"].to_numpy(dtype=float)
    return Ladder.of(rows["scale"].to_numpy(), rows["score"].to_numpy(), None if np.isnan(n).any() else n,
                     metric=str(rows["metric"].iloc[0]))
