"""Exercises of chapter 8: what published tables leave open."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from ...errors import InputError
from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable

__all__ = ["CHECKS"]

_SMALL, _TARGET = r"(190M|370M|760M)-(1|2|5|10)xC", "3B-10xC"


@cache
def _ratio(keep: int = 120, largest: bool = False, own_budget: bool = False) -> float:
    """Best tokens per parameter at the largest run's compute, from the runs with least or most compute."""
    from ...laws import fit_loss_law
    from ...scores import load

    points = load("chinchilla").nsmallest(240, "value")
    some = (points.nlargest if largest else points.nsmallest)(keep, "train_flops")
    law = fit_loss_law(some["params"], some["tokens"], some["value"], n_resamples=0).law
    return law.tokens_per_parameter((some if own_budget else points)["train_flops"].max())


@cache
def _nearest() -> pd.Series:
    """Which forecast comes nearest to a middling model, task by task."""
    from ...chapters.open_claims import FORECASTERS, final_runs, forecast_targets
    from ...scores import load

    runs = final_runs(load("olmo_ladder", prompting="rc 5-shot", task=["arc_easy", "siqa", "winogrande"]))
    found = forecast_targets(runs, train=_SMALL, targets=(_TARGET,)).set_index("task")
    missed = pd.DataFrame({name: found[f"miss_{name}"].abs() for name in FORECASTERS})
    return missed.idxmin(axis=1)


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
    if ladder.n_examples is None:
        raise InputError("Say how many items the test has (n_examples): without them nobody knows what "
                             "counts as a miss.")
    if not 0 <= came <= 1:
        raise InputError("Bring a score that is a share of the items: its noise is known.")
    low, high = (float(v) for v in binomial_bounds(came, ladder.n_examples[-1], method="clopper-pearson"))
    hits = [name for name, v in (("the line", line), ("no change", same)) if low <= v <= high]
    return (f"{len(ladder)} models, the largest held out. A line in log size says {line:.2f}, "
                         f"no change {same:.2f}, and {came:.2f} came [{low:.2f}, {high:.2f}]. Within noise: "
                         f"{' and '.join(hits) or 'neither'}. What would have to be known to do better?")


CHECKS: Mapping[str, Answer] = {
    "8.1": Guess(_ratio, 0.1, 200, "tokens per parameter"),
    "8.2": Number(lambda: _ratio(largest=True), 1, "Keep the half of the runs with the most train_flops, "
                  "fit the law to it, and ask it at the compute of the largest of them.", 0,
                  mistakes={"That is the law of all runs; fit it to the half with the most compute.":
                            lambda: _ratio(240),
                            "That is the half with the least compute.": _ratio,
                            "That is the half with the least compute, at its own largest run.":
                            lambda: _ratio(own_budget=True)}),
    "8.3": Labels(_nearest, "For each task take the smallest absolute miss among the columns miss_… of "
                  "oc.FORECASTERS (second_stage is none of them), and leave the miss_ off its name."),
    "8.4": Labels(_ends, "clear_ends takes the table and min_items; its columns stays and rises_and_falls "
                  "hold yes or no for each ladder."),
    "8.5": OwnTable(_own),
}
