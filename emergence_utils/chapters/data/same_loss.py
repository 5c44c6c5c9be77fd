"""Does size count beside the loss, whatever text the loss was measured on?"""

from __future__ import annotations

import pandas as pd

from ... import scores
from ..axis import CHOICE_TASKS, size_effect, suites_with_loss

__all__ = ["effects_by_text"]

#: Where a suite's losses stand, and what says which run and moment a loss belongs to.
_AT_END = ("model",)
_IN_TRAINING = ("model", "tokens")


def effects_by_text(n_resamples: int = 200) -> pd.DataFrame:
    """Points of score per tenfold parameters at equal loss, by the text on which the loss was measured.

    Parameters
    ----------
    n_resamples : int
        Draws of runs for the intervals.

    Returns
    -------
    DataFrame
        A row a suite and text: ``suite``, ``text``, ``estimate``, ``low``, ``high`` (points, mean over the
        choice tasks of the suite), ``runs``.

    Notes
    -----
    Du et al. 2024 expect 0 everywhere. At equal loss more parameters mean fewer tokens, so a negative number
    says that tokens were worth more than the loss shows. Chapter 3 has the first text of each suite.
    """
    suites = suites_with_loss()
    rows = []
    for suite, losses in _losses().items():
        wide, controls = suites[suite]
        known = [t for t in CHOICE_TASKS if t in wide]
        keys = list(_IN_TRAINING if suite == "Gemstones" else _AT_END)
        for text, part in losses.groupby("text"):
            other = part[[*keys, "value"]].rename(columns={"value": "loss"})
            table = wide.drop(columns="loss").merge(other, on=keys, validate="many_to_one")
            found = size_effect(table, known, clusters=table["run"], controls=controls,
                                n_resamples=n_resamples)["mean"]
            assert found.interval is not None
            rows.append({"suite": suite, "text": text, "estimate": 100 * found.estimate,
                         "low": 100 * found.interval.low, "high": 100 * found.interval.high,
                         "runs": table["run"].nunique()})
    return pd.DataFrame(rows)


def _losses() -> dict[str, pd.DataFrame]:
    """Losses of each suite by text; of the OLMo ladder those of the last checkpoint."""
    olmo = scores.load("olmo_ladder", metric="cross_entropy").sort_values("tokens", kind="stable")
    olmo = olmo.groupby(["model", "task"]).tail(1)
    gems = scores.load("gemstones", task="validation_loss")
    gadre = scores.load("gadre", metric="cross_entropy")
    return {"OLMo": olmo.assign(text=olmo["task"].map(_named)),
            "Gemstones": gems.assign(text=gems["subset"].map(_named)),
            "Gadre et al.": gadre.assign(text=gadre["task"].map(_named))}


def _named(task: str) -> str:
    """A text's name without what the sources put around it."""
    short = task.removesuffix("_validation").removesuffix("_loss").removesuffix("_val")
    short = short.removeprefix("paloma_").replace("_", " ")
    return short.replace("dolma 100 programing", "100 programming")
