"""A ladder, cut: the reader moves the cut and picks a method, and sees forecast, band and what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .._checks import need_columns
from ..errors import InputError
from ..report import count
from .core import Explorer
from .look import COLOURS, SHAPES, named

__all__ = ["foretell"]

_CUTS = 4
_STATES = ("known", "what came")


def foretell(models: pd.DataFrame, told: pd.DataFrame, *,
             start: tuple[int, int, int] = (0, 2, 4)) -> Explorer:
    """Forecasts of the models beyond a cut, on ladders that jump and ladders that do not.

    Parameters
    ----------
    models, told : DataFrame
        From `chapters.foretell.stored_ladders`; equally many cuts of each ladder.
    start : tuple of int
        Places of the ladder, cut and method shown first: where all methods agree and the next models prove
        them wrong.

    Returns
    -------
    Explorer
        Knobs ``ladder``, ``cut`` and ``method``.

    Raises
    ------
    InputError
        If ladders have other than four cuts, or `start` is out of range.
    """
    need_columns(models, ("ladder", "scale", "score"))
    need_columns(told, ("ladder", "models", "method", "scale", "estimate", "low", "high", "why"))
    names, methods = list(told["ladder"].unique()), list(told["method"].unique())
    tables = {name: models[models["ladder"] == name].sort_values("scale") for name in names}
    of = {name: told[told["ladder"] == name] for name in names}
    cuts = {name: sorted(int(c) for c in rows["models"].unique()) for name, rows in of.items()}
    for name, found in cuts.items():
        if len(found) != _CUTS:
            raise InputError(f"told must have {_CUTS} cuts of each ladder, {name} has {len(found)}.")
    limits = (len(names), _CUTS, len(methods))
    if len(start) != 3 or not all(0 <= s < most for s, most in zip(start, limits, strict=True)):
        raise InputError(f"start must name a ladder, a cut and a method below {limits}, got {start}.")
    words = [{"ladder": i, "cut": j, "method": k, "words": _said(name, tables[name], of[name], c, m)}
             for i, name in enumerate(names) for j, c in enumerate(cuts[name]) for k, m in enumerate(methods)]
    return Explorer(
        name="foretell", chart=_chart(tables, cuts, of, methods, start), words=pd.DataFrame(words),
        data=told[["ladder", "models", "method", "scale", "estimate", "low", "high"]],
        texts={"cut": ["earliest", "early", "late", "latest"]},
        caption="Filled circles: models that the method sees. Diamonds: what came. Line: forecast; shaded: "
                "its 90 % interval, where one is stated. Scale is training compute, of BIG-G the number of "
                "parameters. Forecasts were computed beforehand.")


def _said(name: str, table: pd.DataFrame, told: pd.DataFrame, cut: int, method: str) -> str:
    """What is foretold of the largest model, and what came."""
    top = table.iloc[-1]
    row = told[(told["models"] == cut) & (told["method"] == method)].sort_values("scale").iloc[-1]
    far = float(top["scale"] / table["scale"].iloc[cut - 1])
    head = f"{name}: {method}, from the {count(cut, 'smallest model')} of {len(table)}"
    if np.isnan(row["estimate"]):
        return f"{head}, cannot answer: {row['why']}. The largest model scored {top['score']:.2f}."
    text = f"{head}, says {row['estimate']:.2f} for the largest, at {far:,.2g} times the scale. "
    if far >= 100:
        text = text.replace(f"{far:,.2g}", f"{far:,.0f}")
    came = f"It scored {top['score']:.2f}"
    if np.isnan(row["low"]):
        return f"{text}{came}; no band is stated."
    inside = row["low"] <= top["score"] <= row["high"]
    wide = inside and row["high"] - row["low"] > 0.9
    where = "inside" if inside else "outside"
    return (f"{text}{came}, {where} the band of {row['low']:.2f} to {row['high']:.2f}"
            f"{', which allows nearly anything' if wide else ''}.")


def _chart(tables: Mapping[str, pd.DataFrame], cuts: Mapping[str, Sequence[int]],
           told: Mapping[str, pd.DataFrame], methods: Sequence[str], start: tuple[int, int, int]) -> Any:
    names = list(tables)
    which = alt.param(name="ladder", value=start[0], bind=alt.binding_select(
        options=list(range(len(names))), labels=names, name="Ladder"))
    cut = alt.param(name="cut", value=start[1], bind=alt.binding_range(
        min=0, max=_CUTS - 1, step=1, name="Cut"))
    method = alt.param(name="method", value=start[2], bind=alt.binding_select(
        options=list(range(len(methods))), labels=list(methods), name="Method"))
    models, lines, most = [], [], 0.0
    for i, name in enumerate(names):
        table = tables[name]
        scale = table["scale"].to_numpy(dtype=float)
        x = np.log10(scale / scale[0])
        most = max(most, float(x[-1]))
        models += [{"l": i, "i": k, "x": round(float(a), 3), "y": round(float(y), 3)}
                   for k, (a, y) in enumerate(zip(x, table["score"], strict=True))]
        lines += _lines(i, table, cuts[name], told[name], methods)
    chosen = str([list(cuts[n]) for n in names])
    xs = alt.X("x:Q", title="Times the smallest model (log scale)",
               scale=alt.Scale(domain=[-0.1, round(most + 0.1, 2)], nice=False),
               axis=alt.Axis(values=list(range(int(most) + 1)), grid=False,
                             labelExpr="format(pow(10, datum.value), ',')"))
    y = alt.Y("y:Q", title="Score", scale=alt.Scale(domain=[0, 1]))
    line = alt.Chart(alt.InlineData(values=lines)).transform_filter("datum.l == ladder").transform_calculate(
        x="datum.x[cut]", y="datum.e[cut][method]", low="datum.a[cut][method]", high="datum.b[cut][method]")
    state = f"datum.i < {chosen}[ladder][cut] ? '{_STATES[0]}' : '{_STATES[1]}'"
    points = alt.Chart(alt.InlineData(values=models)).transform_filter("datum.l == ladder")
    points = points.transform_calculate(state=state)
    domain = list(_STATES)
    colour = alt.Color("state:N", scale=alt.Scale(domain=domain, range=[COLOURS[0], COLOURS[1]]))
    shape = alt.Shape("state:N", scale=alt.Scale(domain=domain, range=[SHAPES[0], SHAPES[3]]))
    return alt.layer(
        line.transform_filter("isValid(datum.low)").mark_area(opacity=0.16, color=COLOURS[2]).encode(
            xs, alt.Y("low:Q", scale=alt.Scale(domain=[0, 1])), y2="high:Q"),
        line.transform_filter("isValid(datum.y)").mark_line(strokeDash=[5, 3], strokeWidth=2,
                                                            color=COLOURS[2]).encode(xs, y),
        named(points, "datum.state + ', ' + format(pow(10, datum.x), ',.3~r') + ' times the smallest: ' + "
              "format(datum.y, '.2f')")
        .mark_point(filled=True, size=60, opacity=1).encode(xs, y, color=colour, shape=shape),
    ).add_params(which, cut, method)


def _lines(i: int, table: pd.DataFrame, cuts: Sequence[int], told: pd.DataFrame,
           methods: Sequence[str]) -> list[dict[str, Any]]:
    """One row a place, with lists over cuts and methods; the first place is the largest known model."""
    least = float(table["scale"].iloc[0])
    columns = {"e": "estimate", "a": "low", "b": "high"}
    places: list[dict[str, Any]] = []
    for c in cuts:
        last = table.iloc[c - 1]
        for k, m in enumerate(methods):
            rows = told[(told["models"] == c) & (told["method"] == m)].sort_values("scale")
            if not places:
                places = [{"l": i, "x": [], "e": [], "a": [], "b": []} for _ in range(len(rows) + 1)]
            x = np.log10(np.array([last["scale"], *rows["scale"]], dtype=float) / least)
            for p, place in enumerate(places):
                if k == 0:
                    place["x"].append(round(float(x[p]), 3))
                for key, column in columns.items():
                    values = rows[column].to_numpy(dtype=float)
                    begins = float(last["score"]) if np.isfinite(values[0]) else np.nan
                    value = begins if p == 0 else values[p - 1]
                    if k == 0:
                        place[key].append([])
                    place[key][-1].append(None if np.isnan(value) else round(float(value), 3))
    return places
