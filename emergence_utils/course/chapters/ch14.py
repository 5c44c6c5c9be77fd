"""Exercises of chapter 14: data and compute."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from ..answers import Answer, Guess, Labels, Number
from ..own_tables import OwnTable

__all__ = ["CHECKS"]

#: Gopher's budget in FLOPs, at which Chinchilla was planned.
_BUDGET = 5.76e23


@cache
def _ratio(kept: int) -> float:
    """Tokens per parameter that the law advises, fitted to the runs with the least loss."""
    from ...laws import fit_loss_law
    from ...scores import load

    runs = load("chinchilla").nsmallest(kept, "value")
    found = fit_loss_law(runs["params"], runs["tokens"], runs["value"], n_resamples=0)
    return float(found.optimal(_BUDGET).estimate)


def _refused() -> pd.Series:
    """Whether runs at twenty tokens a parameter, and runs of all lengths, give a law."""
    from ...errors import InputError
    from ...laws import fit_loss_law
    from ...scores import load

    runs = load("gadre", family="c4_original", task="c4_val_loss")
    answers = {}
    for name, kept in {"twenty": runs[(runs["tokens"] / runs["params"]).round() == 20], "all": runs}.items():
        try:
            fit_loss_law(kept["params"], kept["tokens"], kept["value"], n_resamples=0)
            answers[name] = "fitted"
        except InputError:
            answers[name] = "refused"
    return pd.Series(answers)


def _advice(table: pd.DataFrame) -> str:
    from ...laws import fit_loss_law

    found = fit_loss_law(table["params"], table["tokens"], table["value"], n_resamples=0)
    inside = table["params"].median() * table["tokens"].median() * 6
    return (f"{len(table)} runs; for {inside:.1e} FLOPs they advise {found.optimal(inside).estimate:.3g} "
            f"tokens a parameter ({found.status}).")


CHECKS: Mapping[str, Answer] = {
    "14.1": Guess(lambda: _ratio(243), 0, 100, "tokens a parameter"),
    "14.2": Number(lambda: _ratio(243), 0.1, "Keep the 243 runs with the lowest losses, fit, and ask "
                   "optimal(5.76e23).", 0,
                   mistakes={"That is without the five highest losses.": lambda: _ratio(240),
                             "That is with all five.": lambda: _ratio(245)}),
    "14.3": Labels(_refused, "Round tokens over params; catch InputError."),
    "14.4": OwnTable(_advice),
}
