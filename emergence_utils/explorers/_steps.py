"""Steps written out against direct answers: the reader sets the number of steps and of seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .._checks import need_columns
from ..chapters.cot.crossings import crossing
from ..chapters.steps import LENGTHS
from ..chapters.steps.lengths import DIRECT, WRITTEN
from ..errors import InputError
from ..plot import short_number
from ..report import count
from ._ladder import SIZE
from .core import Explorer
from .look import COLOURS, SHAPES, named

__all__ = ["steps"]

_TICKS = (3000, 10_000, 30_000, 100_000, 300_000)
_TITLE = "Exact match"


def steps(both: pd.DataFrame, *, seeds: Sequence[int] = (1, 4, 8), start: int = LENGTHS[-1]) -> Explorer:
    """Exact match by size, with steps written out and answered at once, for chains of one to six operations.

    Parameters
    ----------
    both : DataFrame
        From `chapters.steps.both_ways`.
    seeds : sequence of int
        How many seeds the reader may average; the largest is shown first.
    start : int
        Operations shown first.

    Returns
    -------
    Explorer
        Knobs ``k`` and ``seeds``.
    """
    need_columns(both, ("k", "params", "seed", "steps", "direct", "chance"))
    known = sorted(both["seed"].unique())
    most = max(seeds, default=0)
    if list(seeds) != sorted(set(seeds)) or not 1 <= min(seeds, default=0) <= most <= len(known):
        raise InputError(f"seeds must rise between 1 and {len(known)}, got {list(seeds)}.")
    lengths = sorted(int(k) for k in both["k"].unique())
    if start not in lengths or lengths != list(range(lengths[0], lengths[-1] + 1)):
        raise InputError(f"start must be one of the lengths {lengths}, got {start}.")
    sizes = np.sort(both["params"].unique())
    words, tables = [], []
    one = {n: _mean(both, 1, known[:n], sizes) for n in seeds}
    for k in lengths:
        for i, n in enumerate(seeds):
            table = _mean(both, k, known[:n], sizes)
            tables.append(table.assign(k=k, seeds=n))
            words.append({"k": k, "seeds": i, "words": _said(table, k, n, one[n]["steps"].to_numpy())})
    return Explorer(
        name="steps", chart=_chart(both, tables, lengths, seeds, start, sizes), words=pd.DataFrame(words),
        data=pd.concat(tables, ignore_index=True),
        caption="Models of the same sizes, trained equally long on the same questions, that write every step "
                "or only the answer. Lines: means over seeds; faint marks: every run that is averaged. "
                "Dotted: guessing. The prediction takes success at one operation to the power of the length.")


def _mean(both: pd.DataFrame, k: int, seeds: Sequence[float], sizes: Any) -> pd.DataFrame:
    rows = both[(both["k"] == k) & both["seed"].isin(list(seeds))]
    means: pd.DataFrame = rows.groupby("params")[["steps", "direct"]].mean().loc[sizes].reset_index()
    return means


def _said(table: pd.DataFrame, k: int, n: int, one: Any) -> str:
    sizes, s, d = (table[c].to_numpy() for c in ("params", "steps", "direct"))
    lead = float(crossing(sizes, (s - d)[None])[0])
    made = float(crossing(sizes, (one**k - d)[None])[0])
    head = f"{count(k, 'operation')}, " + (f"mean of {n} seeds: " if n > 1 else "one seed: ")
    where = ("writing steps leads at every size" if lead == 0 else
             "writing steps does not lead at the largest size" if np.isinf(lead) else
             f"writing steps leads from {short_number(lead)} parameters on")
    if k > 1 and 0 < made < np.inf:
        where += f" (success at one operation to the power {k} says {short_number(made)})"
    return (f"{head}{where}. Smallest model: {s[0]:.0%} with steps, {d[0]:.0%} at once; largest: "
            f"{s[-1]:.0%} and {d[-1]:.0%}.")


def _chart(both: pd.DataFrame, tables: Sequence[pd.DataFrame], lengths: Sequence[int], seeds: Sequence[int],
           start: int, sizes: Any) -> Any:
    k = alt.param(name="k", value=start, bind=alt.binding_range(
        min=lengths[0], max=lengths[-1], step=1, name="Operations"))
    many = alt.param(name="seeds", value=len(seeds) - 1, bind=alt.binding_radio(
        options=list(range(len(seeds))), labels=[str(n) for n in seeds], name="Seeds averaged"))
    # one row a model and way, with lists over lengths and seeds: else the page would be far longer
    found = {(t["k"].iloc[0], t["seeds"].iloc[0]): t for t in tables}
    points, runs = [], []
    # place of a seed among them, as the knob counts
    of = both.groupby(["params", "seed"]).size().reset_index()["seed"]
    places = np.searchsorted(np.sort(of.unique()), of.to_numpy())
    for column, way in (("steps", WRITTEN), ("direct", DIRECT)):
        for m, params in enumerate(sizes):
            row: dict[str, Any] = {"x": round(float(np.log10(params)), 4), "w": way}
            row["v"] = [[round(float(found[i, n][column].iloc[m]), 3) for n in seeds] for i in lengths]
            points.append(row)
        wide = both.pivot(index=["params", "seed"], columns="k", values=column)
        for at, s, v in zip(np.log10(wide.index.get_level_values("params").to_numpy(dtype=float)),
                           places, wide.to_numpy(dtype=float), strict=True):
            runs.append({"x": round(float(at), 4), "w": way, "s": int(s), "v": v.round(3).tolist()})
    first, limits = lengths[0], ",".join(map(str, seeds))
    ticks = [round(float(np.log10(t)), 4) for t in _TICKS]
    ends = [round(float(np.log10(sizes[i])) + pad, 3) for i, pad in ((0, -0.06), (-1, 0.06))]
    x = alt.X("x:Q", title="Parameters (log scale)", scale=alt.Scale(domain=ends, nice=False),
              axis=alt.Axis(values=ticks, labelExpr="format(pow(10, datum.value), '.1~s')", grid=False))
    y = alt.Y("y:Q", title=_TITLE, scale=alt.Scale(domain=[0, 1]))
    names = [WRITTEN, DIRECT]
    colour = alt.Color("w:N", title=None, scale=alt.Scale(domain=names, range=list(COLOURS[:2])),
                       legend=alt.Legend(symbolOpacity=1))
    shape = alt.Shape("w:N", title=None, scale=alt.Scale(domain=names, range=list(SHAPES[:2])),
                      legend=alt.Legend(symbolOpacity=1))
    mean = alt.Chart(alt.InlineData(values=points)).transform_calculate(y=f"datum.v[k - {first}][seeds]")
    single = alt.Chart(alt.InlineData(values=runs)).transform_filter(
        f"datum.s < [{limits}][seeds]").transform_calculate(y=f"datum.v[k - {first}]")
    chance = alt.InlineData(values=[{"y": float(both["chance"].iloc[0])}])
    return alt.layer(
        alt.Chart(chance).mark_rule(strokeDash=[2, 3]).encode(y),
        single.mark_point(filled=True, size=18, opacity=0.3).encode(x, y, colour, shape),
        mean.mark_line(strokeWidth=1.8).encode(x, y, colour),
        named(mean, f"datum.w + ', ' + {SIZE} + ': ' + format(100 * datum.y, '.1f') + '\u202f% right, "
              f"mean of ' + [{limits}][seeds] + ' seeds'")
        .mark_point(filled=True, size=55, opacity=1).encode(x, y, colour, shape),
    ).add_params(k, many)
