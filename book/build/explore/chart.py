"""The chart of one panel: a template that Python fills for the first state, the page's script for all.

It is written in Vega's own language, so that a reader needs no compiler for the curves to be picked.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from typing import Any

from emergence_utils.explorers.look import COLOURS, CONFIG, INK_CSS, MUTED_CSS, SHAPES, TURNED

from .curves import AXES

__all__ = ["HEIGHT", "WIDTH", "fill", "picture", "series", "template", "ticks"]

#: Size of a panel as drawn into the page, in pixels; the live one has the width that the page gives.
WIDTH, HEIGHT = 350, 290
#: A line of an axis title, and where a title of two lines begins above its axis, in pixels.
_LINE = 14
_ABOVE = CONFIG["axisY"]["titleY"] - _LINE
_RAISED = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))


def _raised(text: str) -> str:
    for digit, raised in _RAISED.items():
        text = f"replace({text}, regexp('{digit}', 'g'), '{raised}')"
    return text


_PARTS = "split(format(datum.value, '.2~e'), 'e+')"
#: How the numbers of an axis are written, in Vega's language.
_LABELS = {"params": "replace(format(datum.value, '.3~s'), 'G', 'B')",
           "tokens": "replace(format(datum.value, '.3~s'), 'G', 'B')",
           "train_flops": f"datum.value == 0 ? '0' : ({_PARTS}[0] == '1' ? '' : {_PARTS}[0] + '×') + '10' + "
                          + _raised(f"{_PARTS}[1]")}
_PERCENT = "format(100 * datum.value, '.3~r') + '\u202f%'"


def _marks(which: int) -> list[dict[str, Any]]:
    """One curve: chance, intervals, line and points; colour and shape tell two curves apart."""
    colour = {"value": COLOURS[which]}
    x, y = {"scale": "x", "field": "x"}, {"scale": "y", "field": "y"}
    end = {"field": {"group": "width"}}

    def mark(kind: str, data: str, **update: Any) -> dict[str, Any]:
        values = {k: v if isinstance(v, dict) else {"value": v} for k, v in update.items()}
        return {"type": kind, "from": {"data": f"{data}{which}"}, "encode": {"update": values}}

    dashed = {"strokeDash": [6, 3]} if which else {}
    return [
        mark("rule", "chance", x=end, x2=0, y=y, stroke=MUTED_CSS, strokeDash=[2, 3]),
        mark("text", "chance", x=end, y=y, dx=-2, dy=-3, align="right", baseline="bottom", text="guessing",
             fill=INK_CSS, fontSize=12) | {"style": "text"},
        mark("rule", "range", x=x, y={"scale": "y", "field": "low"}, y2={"scale": "y", "field": "high"},
             stroke=colour, opacity=0.55),
        mark("line", "line", x=x, y=y, stroke=colour, strokeWidth=1.8, **dashed),
        mark("symbol", "curve", x=x, y=y, fill=colour, shape=SHAPES[which], size=42),
    ]


#: The look of all live charts, of which Vega wants the letters by kind of text.
_LOOK = {"axis": CONFIG["axis"], "axisY": CONFIG["axisY"], "style": {
    kind: {"font": CONFIG["font"]}
    for kind in ("guide-label", "guide-title", "group-title", "group-subtitle", "text")}}


def template() -> dict[str, Any]:
    """What the page's script fills: the chart without data, the marks of each curve, titles and labels."""
    across = {"name": "x", "range": [0, {"signal": "width"}], "zero": False, "nice": False, "padding": 12}
    up = {"name": "y", "type": "linear", "range": [{"signal": "height"}, 0], "zero": False}
    axes = [{"scale": "y", "orient": "left", "grid": True, "gridScale": "x", "tickCount": 5,
             "titleLimit": HEIGHT, "titleFontSize": 12},
            {"scale": "x", "orient": "bottom", "tickCount": 5, "labelFlush": True}]
    return {"base": {"$schema": "https://vega.github.io/schema/vega/v6.json", "config": _LOOK,
                     "background": CONFIG["background"], "autosize": {"type": "fit", "contains": "padding"},
                     "padding": 4, "height": HEIGHT, "scales": [across, up], "axes": axes},
            "marks": [_marks(0), _marks(1)], "axes": AXES, "labels": _LABELS, "percent": _PERCENT,
            "many": 30, "small": 16, "turned": TURNED, "above": _ABOVE, "line": _LINE}


def series(curve: Mapping[str, Any], frame: Mapping[str, Any], axis: str, log: bool) -> list[dict[str, Any]]:
    """The points of a curve of a data file, as drawn: only those that stand on the axis, in its order."""
    def at(values: Any, i: int) -> Any:
        return values[i] if isinstance(values, list) else values

    rows = []
    for i, value in enumerate(curve["v"]):
        x = at(frame.get(axis), i)
        if x is None or (log and x <= 0):
            continue
        rows.append({"x": x, "y": value, "low": at(curve.get("l"), i), "high": at(curve.get("h"), i)})
    return sorted(rows, key=lambda row: float(row["x"]))


def ticks(low: float, high: float) -> list[float]:
    """Where a logarithmic axis is labelled: powers of ten, with 2 and 5 between where there are few."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    step = max(1, math.ceil((last - first) / 6))
    parts = (1, 2, 5) if math.log10(high / low) < 1.6 else (1, 3) if math.log10(high / low) < 2.6 else (1,)
    values = [float(f"{p}e{e}") for e in range(first, last + 1, step) for p in parts]
    return [v for v in values if low * 0.95 <= v <= high * 1.05]


def fill(curves: Sequence[Mapping[str, Any]], axis: str, *, log: bool = True,
         width: float = WIDTH) -> dict[str, Any]:
    """The chart of one panel.

    Parameters
    ----------
    curves : sequence of mapping
        One or two: ``rows`` (see `series`), ``chance`` (None where unknown), ``joined`` (whether points are
        joined), ``metric`` (its entry in the index), ``at`` (0 or 1, its colour).
    axis : str
        Key of `AXES`.
    log : bool
        Whether the axis is logarithmic.
    width : float
        Pixels.
    """
    made = template()
    spec: dict[str, Any] = copy.deepcopy(made["base"]) | {"width": width, "data": [], "marks": []}
    metric, xs, ys = curves[0]["metric"], [], []
    for c in curves:
        rows, chance = c["rows"], [] if c["chance"] is None else [{"y": c["chance"]}]
        data = {"chance": chance, "range": [row for row in rows if row["low"] is not None],
                "line": rows if c["joined"] else [], "curve": rows}
        spec["data"] += [{"name": f"{name}{c['at']}", "values": values} for name, values in data.items()]
        marks = copy.deepcopy(made["marks"][c["at"]])
        if len(rows) > made["many"]:
            marks[-1]["encode"]["update"]["size"]["value"] = made["small"]
        spec["marks"] += marks
        xs += [row["x"] for row in rows]
        ys += [row["y"] for row in chance + rows]
        ys += [row[end] for row in data["range"] for end in ("low", "high")]
    percent = metric["unit"] == "fraction"
    same = len({c["metric"]["label"] for c in curves}) == 1
    turned = not any(c["metric"]["up"] for c in curves)
    (x, y), (left, below) = spec["scales"], spec["axes"]
    x |= {"type": "log" if log else "linear", "domain": [min(xs), max(xs)] if xs else [1, 10]}
    below |= {"title": made["axes"][axis] + (", log scale" if log else ""),
              "encode": _said(made["labels"][axis])}
    if log and xs:
        below["values"] = ticks(min(xs), max(xs))
    y |= {"domain": [0, 1] if percent or not ys else [min(ys), max(ys)], "nice": not percent}
    left["title"] = metric["label"] if same else f"Score ({metric['unit']})"
    if turned:  # up is better in every chart of the book
        y["reverse"] = True
        if same:
            left |= {"title": [left["title"], made["turned"]], "titleY": made["above"],
                     "titleLineHeight": made["line"]}
    if percent:
        left["encode"] = _said(made["percent"])
    return spec


def _said(expression: str) -> dict[str, Any]:
    """The labels of an axis by an expression."""
    return {"labels": {"update": {"text": {"signal": expression}}}}


def picture(spec: Mapping[str, Any]) -> str:
    """The chart as SVG, drawn by the same library as in the page."""
    import vl_convert

    return str(vl_convert.vega_to_svg(dict(spec)))
