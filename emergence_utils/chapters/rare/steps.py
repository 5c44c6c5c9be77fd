"""Real steps between neighbouring sizes, and whether a test with one try a problem could tell them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pandas as pd
from scipy import special

from ..._checks import count
from ..._typed import checked
from ...errors import InputError
from ...intervals import two_proportions
from .mixture import paired_gap, with_rates

__all__ = ["real_steps"]


@checked
def real_steps(table: pd.DataFrame, items: Mapping[str, int], *, level: float = 0.95) -> pd.DataFrame:
    """Differences between neighbouring sizes that many tries show to be real, and what one try would show.

    Ladders are the models of one source, task and number of training tokens. Rates are means of
    `shrunk_rates`; a difference is real where it is more than the t quantile times the standard error of
    the plain rates' differences, paired over problems (shrunk ones vary too little). The test with one
    try has the rates' expected counts of right answers, and tells the step where Newcombe's interval
    excludes 0.

    Parameters
    ----------
    table : DataFrame
        Table by item, several ladders.
    items : mapping of task to int
        Problems of the whole benchmark.

    Returns
    -------
    DataFrame
        source, task, tokens, model, params (the larger of two neighbours), ``before``, ``after`` (mean
        rates), ``real``, ``told``, ``ladder``.

    Raises
    ------
    InputError
        If `items` lacks a task of the table.
    """
    for many in items.values():
        count("items", many, minimum=1)
    unknown = sorted(set(table["task"]) - set(items))
    if unknown:
        raise InputError(f"items must say how many problems '{unknown[0]}' has, got "
                         f"{', '.join(items) or 'none'}.")
    rows = []
    for (source, task, tokens), ladder in table.groupby(["source", "task", "tokens"], sort=True):
        cells = []
        for (params, model), g in ladder.groupby(["params", "model"], sort=True):
            cells.append((params, model, with_rates(g)))
        for (_, _, small), (params, model, large) in pairwise(cells):
            both = small.index.intersection(large.index)
            gap, error = paired_gap(small.loc[both], large.loc[both])
            half = special.stdtrit(len(both) - 1, (1 + level) / 2) * error
            before, after = (float(g.loc[both, "shrunk"].mean()) for g in (small, large))
            n = items[str(task)]
            seen = two_proportions(round(after * n), n, round(before * n), n, level=level).interval
            assert seen is not None
            rows.append({"source": source, "task": task, "tokens": tokens, "model": model, "params": params,
                         "before": before, "after": after, "real": bool(abs(gap) > half > 0),
                         "told": 0.0 not in seen, "ladder": f"{source} {task} {tokens:.0f}"})
    return pd.DataFrame(rows)
