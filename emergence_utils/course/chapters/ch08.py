"""Exercises of chapter 8: what published tables leave open."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels
from ..own_tables import OwnTable, need_counted_shares

__all__ = ["CHECKS"]


@cache
def _ends() -> pd.Series:
    """Ladders of open models with a clear end."""
    from ...chapters.open_claims import clear_ends
    from ...scores import load

    ends = clear_ends(load("obsscaling", prompting="few-shot"), min_items=1000)
    return ends[["stays", "rises_and_falls"]].sum()


def _own(table: pd.DataFrame) -> str:
    """The largest model held out: a line in log size, and no change."""
    from ...intervals import binomial_bounds
    from ...ladders import ladders

    found = ladders(table, min_models=5)
    if not found:
        raise InputError(f"No ladder has five models of different size. {found.left_out[0]}")
    ladder = found[0]
    x, y = np.log10(ladder.scale), ladder.score
    line, same, came = float(np.polyval(np.polyfit(x[:-1], y[:-1], 1), x[-1])), float(y[-2]), float(y[-1])
    need_counted_shares(ladder.score, ladder.n_examples)
    assert ladder.n_examples is not None
    low, high = (float(v) for v in binomial_bounds(came, ladder.n_examples[-1], method="clopper-pearson"))
    hits = [name for name, v in (("the line", line), ("no change", same)) if low <= v <= high]
    return (f"{len(ladder)} models, the largest held out. A line in log size says {line:.2f}, "
            f"no change {same:.2f}, and {came:.2f} came [{low:.2f}, {high:.2f}]. Within noise: "
            f"{' and '.join(hits) or 'neither'}. What would have to be known to do better?")


CHECKS: Mapping[str, Answer] = {
    "8.1": Guess(lambda: float(_ends()["stays"]), 0, 50, "ladders"),
    "8.2": Labels(_ends, "clear_ends takes the table and min_items; its columns stays and rises_and_falls "
                  "hold yes or no for each ladder."),
    "8.3": OwnTable(_own),
}
