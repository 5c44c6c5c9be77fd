"""The whole table, one row a number."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from .chinchilla import chinchilla
from .elusive import hard_and_soft
from .ladder import ladder_errors
from .linear import linear_tasks
from .loss_threshold import loss_threshold
from .observational import observational
from .pass_rates import pass_rates
from .sandwich import sandwich_degrees

__all__ = ["reproductions"]

PARTS = (
    chinchilla,
    ladder_errors,
    sandwich_degrees,
    observational,
    linear_tasks,
    loss_threshold,
    hard_and_soft,
    pass_rates,
)


def reproductions() -> pd.DataFrame:
    """Published numbers computed again from the shipped tables; some ten seconds.

    Returns
    -------
    DataFrame
        ``group``, ``what``, ``published``, ``ours``, ``tolerance``, ``source`` (key of the bibliography),
        ``verdict`` and ``note``.
    """
    rows = [row for part in PARTS for row in part()]
    table = pd.DataFrame([asdict(row) | {"verdict": row.verdict} for row in rows])
    return table[["group", "what", "published", "ours", "tolerance", "source", "verdict", "note"]]
