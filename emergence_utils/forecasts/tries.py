"""Repeated samples: what one try at a problem shows, and what a hundred or ten thousand do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .._checks import count
from .._typed import check_settings
from ..curves import PowerLaw as PowerCurve
from ..scores import load_items
from .base import Told, facts_of, told
from .fitting import fit_block, predict
from .framing import place, questions, units

__all__ = ["TRIES", "RepeatedSamples", "tries_rungs"]

#: Tries at each problem that a method may have.
TRIES = (1, 100, 10_000)
#: Sets into which the problems are split, in the order of their names: each is a small benchmark.
_SETS = 8


def tries_rungs(source: str) -> pd.DataFrame:
    """Rungs of a table of repeated tries: one try a problem is the score, more of them are helpers.

    What so many tries show is drawn without return from the recorded tries (fixed seed); the truth of a
    forecast is ``all``, the share of all recorded tries that were right. Along training, each model is a
    ladder over its FLOPs; only problems that every checkpoint tried count.
    """
    items = load_items(source)
    along = items.groupby("model")["train_flops"].nunique().max() > 1
    items = items.assign(family=items["model"] if along else items["family"])
    rng = np.random.default_rng(12)
    for k in TRIES:
        enough = items["n_samples"] >= k
        c, n = (items[v].where(enough, 0).to_numpy(dtype=np.int64) for v in ("correct", "n_samples"))
        seen = rng.hypergeometric(c, n - c, np.where(enough, k, 0))
        items[f"tries_{k}"] = np.where(enough, seen / k, np.nan)
    items["all"] = items["correct"] / items["n_samples"]
    keys = ["family", "task"]
    scales = items.groupby(keys)["train_flops"].transform("nunique")
    items = items[items.groupby([*keys, "item"])["train_flops"].transform("nunique") == scales]
    name = items.groupby(keys)["item"].transform(lambda v: pd.factorize(v, sort=True)[0])
    split = items.assign(subset=("set " + (name % _SETS + 1).astype(str)))
    every = items.assign(subset="all problems")
    columns = {f"tries_{k}": (f"tries_{k}", lambda v: v.mean(skipna=False)) for k in TRIES}
    rows = pd.concat([split, every]).groupby([*keys, "subset", "train_flops"]).agg(
        model=("model", "first"), n_examples=("item", "nunique"), truth=("all", "mean"), **columns)
    rows = rows.reset_index()
    return rows.rename(columns={"train_flops": "scale"}).assign(
        source=source, metric="exact_match", prompting=None, n_shot=np.nan, chance=0.0, axis="train_flops",
        score=rows["tries_1"])


@dataclass(frozen=True)
class RepeatedSamples:
    """The share of right answers among many tries, its logarithm a power of compute (as `DirectPower`).

    Parameters
    ----------
    tries : int
        Tries at each problem that the known models had: 1, 100 or 10,000 in the shipped sources.
    """

    tries: int = 100

    def __post_init__(self) -> None:
        check_settings(self)
        count("tries", self.tries, minimum=1)

    @property
    def name(self) -> str:
        """What the leaderboard calls it."""
        return f"{self.tries:,} {'try' if self.tries == 1 else 'tries'} a problem"

    def __call__(self, known: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        """Answer questions about models with so many recorded tries."""
        facts, column = facts_of(known), f"tries_{self.tries}"
        answer = Told.nothing(asked, f"fewer than 3 models with {self.tries:,} recorded tries")
        if column not in known:
            return told(answer, asked, facts)
        table = units(known, facts)
        least = 0.5 / (table["n"] * self.tries)
        table = table.assign(y=-np.log(table[column].clip(least, 1 - least)))
        for block, rows, of in questions(table, asked, (column,)):
            if block["x"].shape[1] < 3:
                continue
            fitted = fit_block(PowerCurve(0.0), block["x"], block["y"], np.ones_like(block["x"]), "log")
            value, low, high, _ = predict(fitted, of, place(asked, rows))
            answer.put(rows, np.exp(-value), np.exp(-high), np.exp(-low))
        return told(answer, asked, facts)
