"""The legend of a chart as HTML: it wraps on a phone, and is there before any script and any picture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from html import escape
from typing import Any

__all__ = ["encoded", "legend_html", "without_legends"]

#: Shapes of marks as paths in a box of 12 by 12.
_PATHS = {
    "circle": "M10,6A4,4,0,1,1,2,6A4,4,0,1,1,10,6Z", "square": "M2.5,2.5h7v7h-7Z",
    "triangle-up": "M6,1.5L10.5,10H1.5Z", "triangle-down": "M6,10.5L1.5,2H10.5Z",
    "diamond": "M6,0.5L10.5,6L6,11.5L1.5,6Z", "wedge": "M6,1.5L8.5,10H3.5Z",
    "cross": "M4.3,1.5h3.4v2.8h2.8v3.4h-2.8v2.8h-3.4v-2.8h-2.8v-3.4h2.8Z",
}


def legend_html(spec: Mapping[str, Any]) -> str:
    """An item for each series of the chart's colours, with its shape or dashes; empty if there are none."""
    found: dict[str, dict[str, Any]] = {}
    points = False
    for layer in encoded(spec):
        for channel in ("color", "shape", "strokeDash"):
            coded = layer["encoding"].get(channel, {})
            scale = coded.get("scale") or {}
            if coded.get("field") and "domain" in scale and "range" in scale:
                found.setdefault(channel, dict(zip(scale["domain"], scale["range"], strict=True)))
                points |= _mark(layer)["type"] == "point"
    if "color" not in found:
        return ""
    lines = _lines(spec)
    items = []
    for name, colour in found["color"].items():
        shape = found.get("shape", {}).get(name, "circle" if points else "stroke")
        if name in lines or "strokeDash" in found:
            shape = "stroke"
        dash = lines.get(name) or found.get("strokeDash", {}).get(name)
        items.append(_item(str(name), colour, shape, dash))
    return f'<ul class="em-legend">{"".join(items)}</ul>'


def _mark(layer: Mapping[str, Any]) -> dict[str, Any]:
    mark = layer.get("mark", "group")
    return dict(mark) if isinstance(mark, Mapping) else {"type": mark}


def _lines(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Series of which each layer says that it is theirs and none draws points, with their dashes."""
    marks: dict[str, list[dict[str, Any]]] = {}
    for layer in encoded(spec):
        field = layer["encoding"].get("color", {}).get("field")
        if not field or "mark" not in layer:
            continue
        made = [t["calculate"] for t in layer.get("transform", ()) if t.get("as") == field]
        if len(made) != 1 or not re.fullmatch(r"'[^']*'", made[0]):
            return {}  # the data say whose a mark is
        marks.setdefault(made[0][1:-1], []).append(_mark(layer))
    return {name: next((m["strokeDash"] for m in drawn if "strokeDash" in m), None)
            for name, drawn in marks.items() if all(m["type"] != "point" for m in drawn)}


def _item(name: str, colour: str, shape: str, dash: Any) -> str:
    if shape == "stroke":
        dashes = f' stroke-dasharray="{",".join(map(str, dash))}"' if dash and dash[1] else ""
        sign, width = f'<path d="M0,6H22" stroke="{colour}" stroke-width="2.5" fill="none"{dashes}/>', 22
    else:
        sign, width = f'<path d="{_PATHS[shape]}" fill="{colour}"/>', 12
    return (f'<li><svg aria-hidden="true" viewBox="0 0 {width} 12" width="{width}" height="12" '
            f'style="width:{width}px;height:12px">{sign}</svg>{escape(name)}</li>')


def without_legends(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The same chart without legends of its own."""
    copy: dict[str, Any] = deepcopy(dict(spec))
    for layer in encoded(copy):
        for channel in ("color", "shape", "strokeDash", "opacity"):
            coded = layer["encoding"].get(channel)
            if coded and "field" in coded:
                coded["legend"] = None
    return copy


def encoded(spec: Mapping[str, Any]) -> list[Any]:
    """The views of a chart that encode something, at any depth."""
    inner = [found for layer in spec.get("layer", ()) for found in encoded(layer)]
    return [spec, *inner] if spec.get("encoding") else inner
