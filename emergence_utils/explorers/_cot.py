"""Chain-of-thought against direct answers, family by family and task by task, in numbers and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .. import plot
from .._checks import positive
from ..errors import UnknownNameError
from ..intervals import binomial_bounds
from ..scores import fill_chance
from ._crossing import crossing_chart
from .core import Explorer

__all__ = ["cot"]


def cot(diffs: pd.DataFrame, crossings: pd.DataFrame, *, tasks: Mapping[str, str],
        families: Mapping[str, str], start: tuple[str, str], small: float = 1e10,
        assumed: Sequence[str] = (), fdr: float = 0.05) -> Explorer:
    """Both promptings along size in one family on one task, and where they cross.

    Parameters
    ----------
    diffs : DataFrame
        From `cot.differences`, chain-of-thought against direct answers.
    crossings : DataFrame
        From `cot.crossover_all`, of the same table.
    tasks, families : mapping of str to str
        Key -> name shown, in the order of the pickers.
    start : tuple of str
        Family and task shown first.
    small : float
        Parameters below which a model counts as small; the enlarged view shows these only.
    assumed : sequence of str
        Tasks whose count of items is an assumption; the words say so.
    fdr : float
        False-discovery rate with which `diffs` was made.

    Returns
    -------
    Explorer
        Knobs ``family``, ``task`` and ``sizes``.
    """
    for what, known, key in (("family", families, start[0]), ("task", tasks, start[1])):
        if key not in known:
            raise UnknownNameError(what, key, known)
        for name in known:
            if name not in set(diffs[what]):
                raise UnknownNameError(what, name, diffs[what].unique())
    positive("small", small)
    table = _table(diffs[diffs["family"].isin(list(families)) & diffs["task"].isin(list(tasks))])
    at = crossings.set_index(["family", "task"])
    words = []
    for i, family in enumerate(families):
        for j, task in enumerate(tasks):
            g = table[(table["family"] == family) & (table["task"] == task)]
            g = g.sort_values("params", kind="stable")
            head = f"{families[family]}, {tasks[task]}"
            if g.empty:
                both = [f"{head}: not published for this family."] * 2
            else:
                head += f" ({_items(g, task in assumed)}): "
                large = f"{_difference(g.iloc[-1])} {_crossing(at.loc[(family, task), :])}"
                both = [head + large, head + _small(g, small)]
            words += [{"family": i, "task": j, "sizes": k, "words": w} for k, w in enumerate(both)]
    caption = ("Bars: single exact 95 % intervals. Shaded: the 95 % interval of the crossing. A circle with "
               f"a hole: the difference is not decided at a false-discovery rate of {fdr * 100:g} % over the "
               "whole table.")
    return Explorer("cot", crossing_chart(table, crossings, families, tasks, small=small, start=start),
                    pd.DataFrame(words), table, caption)


def _table(diffs: pd.DataFrame) -> pd.DataFrame:
    """Differences of known size, an exact interval for each side, and the rate of guessing."""
    table = diffs[diffs["params"].notna()].reset_index(drop=True)
    for side in ("method", "baseline"):
        ends = binomial_bounds(table[side].to_numpy(), table["n_examples"].to_numpy(),
                               method="clopper-pearson")
        table[f"{side}_low"], table[f"{side}_high"] = ends
    chance = fill_chance(table.assign(source="cot", metric="exact_match"))["chance"].to_numpy()
    return table.assign(chance=chance)


def _items(g: pd.DataFrame, assumed: bool) -> str:
    return f"{int(g['n_examples'].max()):,} items{' assumed' if assumed else ''}"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _decided(sign: str) -> str:
    return {"better": "a decided gain", "worse": "a decided loss"}.get(sign, "undecided after correction")


def _difference(r: Any) -> str:
    return (f"chain minus direct at {plot.short_number(r['params'])}: {_signed(r['estimate'])} "
            f"(95 % {_signed(r['low'])} to {_signed(r['high'])}), {_decided(r['sign'])}.")


def _crossing(c: Any) -> str:
    if np.isnan(c["estimate"]):
        return {"ahead throughout": "It leads at every size, so there is no crossing.",
                "behind throughout": "It leads at no size, so there is no crossing."}.get(
                    c["direction"], "It led at a smaller size, but not at the largest.")
    low, high = c["low"] > 0, np.isfinite(c["high"])
    ends = (f"95 % {plot.short_number(c['low'])} to {plot.short_number(c['high'])}" if low and high
            else f"95 %: above {plot.short_number(c['low'])}" if low
            else f"95 %: below {plot.short_number(c['high'])}" if high else "95 %: anywhere")
    more = f", last of {c['changes']} changes" if c["changes"] > 1 else ""
    return f"It overtakes near {plot.short_number(c['estimate'])} ({ends}){more}."


def _small(g: pd.DataFrame, small: float) -> str:
    part = g[g["params"] < small]
    if part.empty:
        return f"no model below {plot.short_number(small)} was tried."
    signs = part["sign"].value_counts()
    return (f"below {plot.short_number(small)}, decided losses with a chain: {signs.get('worse', 0)} of "
            f"{len(part)}, gains: {signs.get('better', 0)}. The smallest model: {_difference(part.iloc[0])}")
