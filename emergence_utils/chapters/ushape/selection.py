"""What sorting items by the scores of the models that are then shown does to the curves of the groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from ..._checks import count, number
from ..._typed import checked
from ...errors import InputError, UnknownNameError
from ...intervals import binomial_bounds
from ...measures._least_squares import Array
from .calibration import found_shapes

__all__ = ["SORTINGS", "Sorting", "selection_rates", "sorted_groups", "sorting_alarms"]

#: ``same``: items sorted by all models below the threshold, curves over all models (as published);
#: ``split``: sorted by every second model below the threshold, curves over the models not used.
Sorting = Literal["same", "split"]
SORTINGS = ("same", "split")


def sorted_groups(x: Array, threshold: float, *, sorting: Sorting, item_share: float, habit: float = 0.0,
                  n_items: int = 1000, rise: float = 0.4, seed: int = 0) -> tuple[Array, Array, Array]:
    """Mean scores of the easiest and the hardest tenth of simulated items in which no item gets worse.

    Every item scores flat below the threshold and rises after it, alike for all items; around that
    lie the item's own level and the luck of each model on each item. Items are then sorted into
    tenths by their mean score below the threshold.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Scales of the models.
    threshold : float
        Scale from which every item rises.
    sorting : {"same", "split"}
    item_share : float
        Part of the variance of a score below the threshold that is the item's own; the rest is luck.
    habit : float
        Standard deviation of a habit that all small models share (say, preferring one letter), which
        favours some items, disfavours others and fades to nothing at the threshold.
    n_items : int
    rise : float
        Rise of the mean score from the threshold to the largest model.

    Returns
    -------
    x, easiest, hardest : ndarray
        Scales and mean scores of the models that are shown.
    """
    if sorting not in SORTINGS:
        raise UnknownNameError("sorting", sorting, SORTINGS)
    if not 0 <= item_share < 1 or habit < 0:
        raise InputError(f"item_share must lie in [0, 1) and habit be at least 0, got {item_share}, {habit}.")
    rng = np.random.default_rng(seed)
    below = x < threshold
    if below.sum() < 4:
        raise InputError(f"threshold must leave at least four models below it, got {int(below.sum())}.")
    trend = rise * np.clip((x - threshold) / (x.max() - threshold), 0, None)
    spread = 0.2
    score = trend[:, None] + rng.normal(0, spread * np.sqrt(1 - item_share), size=(len(x), n_items))
    score += rng.normal(0, spread * np.sqrt(item_share), size=n_items)
    fade = np.clip((threshold - x) / (threshold - x.min()), 0, None)
    score += fade[:, None] * rng.normal(0, habit, size=n_items)
    sorters = np.flatnonzero(below)
    shown = np.arange(len(x))
    if sorting == "split":
        sorters = sorters[np.argsort(x[sorters], kind="stable")][::2]
        shown = np.setdiff1d(shown, sorters)
    order = np.argsort(score[sorters].mean(axis=0), kind="stable")
    tenth = n_items // 10
    return x[shown], score[shown][:, order[-tenth:]].mean(axis=1), score[shown][:, order[:tenth]].mean(axis=1)


def selection_rates(x: Array, threshold: float, *, item_share: float, habit: float = 0.0,
                    n_items: int = 1000, n_sets: int = 100,
                    tests: Sequence[str] = ("Lind-Mehlum", "two lines"), seed: int = 0) -> pd.DataFrame:
    """How often the tests find an inverted U in the easiest tenth and a U in the hardest or easiest.

    Returns
    -------
    DataFrame
        One row for each sorting, test, tenth and shape that is searched: ``rate``, ``low``, ``high``.
    """
    rows = []
    for sorting in SORTINGS:
        sets = [sorted_groups(x, threshold, sorting=sorting, item_share=item_share,  # type: ignore[arg-type]
                              habit=habit, n_items=n_items, seed=seed + i) for i in range(n_sets)]
        shown = sets[0][0]
        for tenth, index in (("easiest", 1), ("hardest", 2)):
            y = np.column_stack([s[index] for s in sets])
            for test, said in found_shapes(shown, y, tests=tests).items():
                for shape in ("U", "inverted U"):
                    rate = float(np.mean(said == shape))
                    low, high = binomial_bounds([rate], [n_sets], method="clopper-pearson")
                    rows.append({"sorting": sorting, "tenth": tenth, "test": test, "shape": shape,
                                 "rate": rate, "low": float(low[0]), "high": float(high[0])})
    return pd.DataFrame(rows)


@checked
def sorting_alarms(x: Array, threshold: float, habits: Mapping[str, float], *, item_share: float = 0.1,
                   n_items: int = 1000, n_sets: int = 50) -> pd.DataFrame:
    """How often two lines see a U in tenths of items none of which gets harder, by habit of small models.

    Parameters
    ----------
    x, threshold, item_share, n_items
        As in `sorted_groups`.
    n_sets : int
        Simulated tables.
    habits : mapping of name to spread
        Standard deviation of the shared habit over items.

    Returns
    -------
    DataFrame
        One row a habit, tenth and sorting: ``habit``, ``tenth``, ``sorting`` ("same models" or "split
        halves"), ``label``, ``estimate``, ``low``, ``high``.

    Raises
    ------
    InputError
        If a habit is negative, `threshold` lies outside `x` or a count is too small.
    """
    for habit in habits.values():
        if number("habits", habit) < 0:
            raise InputError(f"habits must hold numbers of at least 0, got {habit}.")
    if not habits:
        raise InputError("habits must hold at least one name with its number.")
    if not x.min() < threshold < x.max():
        raise InputError(f"threshold must lie between {x.min():.2f} and {x.max():.2f}, the ends of x, got "
                         f"{threshold:g}.")
    count("n_items", n_items, minimum=10)
    count("n_sets", n_sets, minimum=1)
    rates = pd.concat([
        selection_rates(x, threshold, item_share=item_share, habit=spread, n_items=n_items, n_sets=n_sets,
                        tests=["two lines"])
        .assign(habit=name) for name, spread in habits.items()], ignore_index=True)
    rates = rates[rates["shape"] == "U"].rename(columns={"rate": "estimate"})
    rates = rates.replace({"sorting": {"same": "same models", "split": "split halves"}})
    rates["label"] = rates["habit"] + ", " + rates["tenth"]
    return rates[["habit", "tenth", "sorting", "label", "estimate", "low", "high"]].reset_index(drop=True)
