"""The live chart of two ways of asking: both scores along size, their crossing, the rate of guessing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ..plot import short_number
from ._ladder import SIZE, decades, percent
from .look import COLOURS, INK_CSS, MUTED_CSS, PAPER_CSS, named

__all__ = ["CHAIN", "DIRECT", "crossing_chart"]

CHAIN, DIRECT = "chain of thought", "direct answer"
_HERE = "datum.f == family && datum.t == task"


def crossing_chart(table: pd.DataFrame, crossings: pd.DataFrame, families: Mapping[str, str],
                   tasks: Mapping[str, str], *, small: float, start: tuple[str, str]) -> Any:
    """Knobs ``family``, ``task`` and ``sizes`` (0 all, 1 those below `small`, enlarged).

    Parameters
    ----------
    table : DataFrame
        One row per model and task with family, params, sign, chance, and both scores with intervals.
    crossings : DataFrame
        From `cot.crossover_all`.
    families, tasks : mapping of str to str
        Key -> name; numbers in the chart, in this order.
    start : tuple of str
        Family and task.
    """
    family = alt.param(name="family", value=list(families).index(start[0]), bind=alt.binding_radio(
        options=list(range(len(families))), labels=list(families.values()), name="Family"))
    task = alt.param(name="task", value=list(tasks).index(start[1]), bind=alt.binding_select(
        options=list(range(len(tasks))), labels=list(tasks.values()), name="Task"))
    sizes = alt.param(name="sizes", value=0, bind=alt.binding_radio(
        options=[0, 1], labels=["all", f"below {short_number(small)}, enlarged"], name="Models"))
    limit = float(np.log10(small))
    sizes_of = np.log10(table["params"].to_numpy(dtype=float))
    ends = round(float(sizes_of.min()) - 0.15, 3), round(float(sizes_of.max()) + 0.15, 3)
    x = decades("x", "Parameters (log scale)").scale(
        domain=[ends[0], {"expr": f"sizes ? {limit:.3f} : {ends[1]}"}], nice=False)
    tops = _tops(table, list(families), list(tasks), small)
    y = alt.Y("y:Q", title="Share right", scale=alt.Scale(
        domain=[0, {"expr": f"sizes ? {tops}[family * {len(tasks)} + task] : 1"}], nice=False))
    keys = {"family": {name: i for i, name in enumerate(families)},
            "task": {name: i for i, name in enumerate(tasks)}}
    rule, label = _guessing(table, keys, y)
    layers = [*_crossing(crossings, keys, ends, x), rule, *_ways(table, keys, limit, x, y), label,
              *_missing(table, families, tasks)]
    return alt.layer(*layers).add_params(family, task, sizes)


def _numbered(table: pd.DataFrame, keys: Mapping[str, Mapping[str, int]], **columns: Any) -> pd.DataFrame:
    """Rows of known families and tasks by number, with the columns asked for."""
    rows = pd.DataFrame({"f": table["family"].map(keys["family"]), "t": table["task"].map(keys["task"])} | {
        k: table[v] if isinstance(v, str) else v for k, v in columns.items()}, index=table.index)
    return rows.dropna(subset=["f", "t"]).astype({"f": int, "t": int}).round(4)


def _tops(table: pd.DataFrame, families: list[str], tasks: list[str], small: float) -> list[float]:
    """Upper end of the enlarged view, one for each family and task."""
    part = table[table["params"] < small]
    top = part.groupby(["family", "task"])[["method_high", "baseline_high"]].max().max(axis=1).to_dict()
    return [round(min(1.0, 1.05 * float(top.get((f, t), 1.0))), 3) for f in families for t in tasks]


def _ways(table: pd.DataFrame, keys: Mapping[str, Mapping[str, int]], limit: float, x: Any,
          y: Any) -> list[Any]:
    rows = _numbered(table, keys, x=np.log10(table["params"]), c="method", cl="method_low", ch="method_high",
                     d="baseline", dl="baseline_low", dh="baseline_high",
                     n="n_examples",
                     s=(table["sign"] != "undecided").astype(int))
    colour = alt.Color("way:N", scale=alt.Scale(domain=[CHAIN, DIRECT], range=list(COLOURS[:2])),
                       legend=alt.Legend(symbolOpacity=1))
    shape = alt.Shape("way:N", scale=alt.Scale(domain=[CHAIN, DIRECT], range=["circle", "square"]))
    out = []
    for key, name in (("d", DIRECT), ("c", CHAIN)):
        base = (alt.Chart(rows).transform_filter(f"{_HERE} && (!sizes || datum.x < {limit:.4f})")
                .transform_calculate(way=f"'{name}'"))
        here = {"x": x, "y": _for(y, key), "color": colour}
        bars = {"x": x, "y": _for(y, key + "l"), "y2": key + "h", "color": colour}
        out += [base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(**bars),
                base.mark_line(strokeWidth=2).encode(**here),
                named(base, f"'{name}, ' + {SIZE} + ': ' + {percent(key, key + 'l', key + 'h')} + ' of ' + "
                      "format(datum.n, ',') + ' items'")
                .mark_point(filled=True, size=80, opacity=1).encode(**here, shape=shape)]
    # a hole in the mark: undecided
    hole = base.transform_filter("!datum.s").mark_point(
        filled=True, size=30, opacity=1, color=PAPER_CSS)
    return [*out, hole.encode(x=x, y=_for(y, "c"))]


def _crossing(crossings: pd.DataFrame, keys: Mapping[str, Mapping[str, int]], ends: tuple[float, float],
              x: Any) -> list[Any]:
    known = crossings[crossings["estimate"].notna()]
    with np.errstate(divide="ignore"):
        low, high = (np.log10(known[c].to_numpy(dtype=float)).clip(*ends) for c in ("low", "high"))
    rows = _numbered(known, keys, x=np.log10(known["estimate"]), low=low, high=high).assign(text="crossing")
    base = alt.Chart(rows).transform_filter(f"{_HERE} && !sizes")
    return [base.mark_rect(opacity=0.13, color=MUTED_CSS).encode(x=_for(x, "low"), x2="high"),
            base.mark_rule(strokeDash=[6, 3], color=MUTED_CSS).encode(x=x),
            base.mark_text(angle=270, align="right", baseline="bottom", dx=-4, dy=-3, color=INK_CSS).encode(
                x=x, y=alt.value(0), text="text")]


def _guessing(table: pd.DataFrame, keys: Mapping[str, Mapping[str, int]], y: Any) -> list[Any]:
    known = table[table["chance"] > 0].drop_duplicates(["family", "task"])
    base = alt.Chart(_numbered(known, keys, y="chance").assign(text="guessing")).transform_filter(_HERE)
    return [base.mark_rule(strokeDash=[2, 3]).encode(y=y),
            base.mark_text(align="right", baseline="bottom", dx=-2, dy=-2, color=INK_CSS).encode(
                x=alt.value("width"), y=y, text="text")]


def _missing(table: pd.DataFrame, families: Mapping[str, str], tasks: Mapping[str, str]) -> list[Any]:
    there = set(zip(table["family"], table["task"], strict=True))
    gone = [{"f": i, "t": j, "text": "not published"} for i, f in enumerate(families)
            for j, t in enumerate(tasks) if (f, t) not in there]
    if not gone:
        return []
    return [alt.Chart(pd.DataFrame(gone)).mark_text(align="left", dx=12, dy=20, color=INK_CSS).encode(
        x=alt.value(0), y=alt.value(0), text="text").transform_filter(_HERE)]


def _for(channel: Any, field: str) -> Any:
    """The same channel for another column."""
    other = channel.copy()
    other.shorthand = f"{field}:Q"
    return other
