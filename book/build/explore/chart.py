"""The chart of one panel: a template that Python fills for the first state, the page's script for all."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from typing import Any

from emergence_utils.explorers.look import COLOURS, CONFIG, SHAPES, TURNED

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


def _layers(which: int) -> list[dict[str, Any]]:
    """One curve: chance, intervals, line and points; colour and shape tell two curves apart."""
    colour, data, chance = COLOURS[which], {"name": f"curve{which}"}, {"name": f"chance{which}"}
    x, y = {"field": "x", "type": "quantitative"}, {"field": "y", "type": "quantitative"}
    line: dict[str, Any] = {"type": "line", "color": colour, "strokeWidth": 1.8}
    if which:
        line["strokeDash"] = [6, 3]
    return [
        {"data": chance, "mark": {"type": "rule", "strokeDash": [2, 3]}, "encoding": {"y": y}},
        {"data": chance, "mark": {
            "type": "text", "text": "guessing", "align": "right", "baseline": "bottom", "dx": -2, "dy": -3},
         "encoding": {"y": y, "x": {"value": "width"}}},
        {"data": {"name": f"range{which}"}, "mark": {"type": "rule", "color": colour, "opacity": 0.55},
         "encoding": {"x": x, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}},
        {"data": {"name": f"line{which}"}, "mark": line, "encoding": {"x": x, "y": y}},
        {"data": data, "mark": {"type": "point", "filled": True, "size": 42, "opacity": 1, "color": colour,
                                "shape": SHAPES[which]}, "encoding": {"x": x, "y": y}},
    ]


def template() -> dict[str, Any]:
    """What the page's script fills: the chart without data, the layers of each curve, titles and labels."""
    return {"base": {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": CONFIG,
                     "autosize": {"type": "fit", "contains": "padding"}, "padding": 4, "height": HEIGHT},
            "layers": [_layers(0), _layers(1)], "axes": AXES, "labels": _LABELS, "percent": _PERCENT,
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
    spec: dict[str, Any] = copy.deepcopy(made["base"]) | {"width": width, "datasets": {}, "layer": []}
    metric = curves[0]["metric"]
    xs = [row["x"] for c in curves for row in c["rows"]]
    for c in curves:
        at = c["at"]
        spec["datasets"] |= {f"curve{at}": c["rows"], f"line{at}": c["rows"] if c["joined"] else [],
                             f"range{at}": [row for row in c["rows"] if row["low"] is not None],
                             f"chance{at}": [] if c["chance"] is None else [{"y": c["chance"]}]}
        # the library warns of layers without data
        layers = [layer for layer in copy.deepcopy(made["layers"][at])
                  if spec["datasets"][layer["data"]["name"]]]
        for layer in layers:
            if "size" in layer["mark"] and len(c["rows"]) > made["many"]:
                layer["mark"]["size"] = made["small"]
        spec["layer"] += layers
    x = {"title": made["axes"][axis] + (", log scale" if log else ""),
         "scale": {"type": "log", "nice": False, "padding": 12} if log else
         {"type": "linear", "zero": False, "nice": False, "padding": 12},
         "axis": {"labelExpr": made["labels"][axis], "grid": False, "tickCount": 5}}
    if log and xs:
        x["axis"]["values"] = ticks(min(xs), max(xs))
    percent = metric["unit"] == "fraction"
    same = len({c["metric"]["label"] for c in curves}) == 1
    title: Any = metric["label"] if same else f"Score ({metric['unit']})"
    turned = not any(c["metric"]["up"] for c in curves)
    if same and turned:
        title = [title, made["turned"]]
    y: dict[str, Any] = {"title": title, "scale": {"zero": False, "nice": not percent},
                         "axis": {"tickCount": 5, "titleLimit": HEIGHT, "titleFontSize": 12}}
    if turned:  # up is better in every chart of the book
        y["scale"]["reverse"] = True
    if isinstance(title, list):
        y["axis"] |= {"titleY": made["above"], "titleLineHeight": made["line"]}
    if percent:
        y["scale"]["domain"] = [0, 1]
        y["axis"]["labelExpr"] = made["percent"]
    spec["encoding"] = {"x": x, "y": y}
    return spec


def picture(spec: Mapping[str, Any]) -> str:
    """The chart as SVG, drawn by the same library as in the page."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(dict(spec)))
