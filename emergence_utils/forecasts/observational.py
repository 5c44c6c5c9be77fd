"""Observational scaling: a few components of many benchmarks grow with compute, and scores follow them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from .._checks import count
from .._typed import check_settings
from .base import Told, facts_of, told
from .framing import place, questions, units

__all__ = ["Observational"]

_FEWEST = 4


@dataclass(frozen=True)
class Observational:
    """Principal components of other benchmarks, each a line in log compute; a sigmoid of them is the score.

    After arXiv:2405.10938, with one difference: there the components of the new model are measured, here they
    are foretold like everything else, since a question gives its scale alone. Missing benchmarks are taken as
    average. It states no interval.

    Parameters
    ----------
    components : int
        At most so many; fewer on short ladders, one for every four models.
    """

    components: int = 3
    name: ClassVar[str] = "components of benchmarks"

    def __post_init__(self) -> None:
        check_settings(self)
        count("components", self.components, minimum=1, maximum=50)

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer questions about models that took other benchmarks."""
        facts = facts_of(known)
        benchmarks = tuple(sorted(str(c) for c in known if str(c).startswith("bench_")))
        answer = Told.nothing(asked, f"no other benchmarks of {_FEWEST} models")
        if len(benchmarks) < 2:
            return told(answer, asked, facts)
        table = units(known, facts)
        taken_two = table[list(benchmarks)].notna().sum(axis=1).to_numpy() >= 2
        keep = facts["bounded"].loc[table["case"]].to_numpy(dtype=bool) & taken_two
        for block, rows, of in questions(table[keep], asked, more=benchmarks):
            m = block["x"].shape[1]
            if m < _FEWEST:
                continue
            taken = np.stack([block[c] for c in benchmarks], axis=-1)
            there = np.isfinite(taken)
            with np.errstate(invalid="ignore"):
                share = there.sum(axis=1, keepdims=True)
                mean = np.where(there, taken, 0).sum(axis=1, keepdims=True) / np.maximum(share, 1)
                centred = np.where(there, taken - mean, 0.0)
                spread = np.sqrt((centred**2).sum(axis=1, keepdims=True) / np.maximum(share, 1))
            z = centred / np.maximum(spread, 1e-9)
            axes = np.linalg.svd(z, full_matrices=False)[2][:, :min(self.components, max(m // 4, 1))]
            parts = z @ axes.transpose(0, 2, 1)
            x = block["x"] - block["x"].mean(axis=1, keepdims=True)
            growth = np.einsum("bm,bmk->bk", x, parts) / np.maximum((x**2).sum(axis=1), 1e-12)[:, None]
            low, n = block["guess"], np.where(np.isfinite(block["n"]), block["n"], 1000.0)
            share_right = np.clip((block["unit"] - low) / (1 - low), 0.5 / n, 1 - 0.5 / n)
            logit = np.log(share_right / (1 - share_right))
            level = logit.mean(axis=1)
            weight = (np.linalg.pinv(parts) @ (logit - level[:, None])[..., None])[..., 0]
            ahead = place(asked, rows) - block["x"].mean(axis=1)[of]
            told_logit = level[of] + (weight[of] * growth[of]).sum(axis=1) * ahead
            base = low[of, 0]
            answer.put(rows, base + (1 - base) / (1 + np.exp(-np.clip(told_logit, -500, 500))))
        return told(answer, asked, facts)
