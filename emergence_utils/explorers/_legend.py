"""The legend of a chart as HTML: it wraps on a phone, and is there before any script and any picture."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from html import escape
from typing import Any

__all__ = ["legend_html", "without_legends"]

#: Shapes of marks as paths in a box of 12 by 12.
_PATHS = {
    "circle": "M10,6A4,4,0,1,1,2,6A4,4,0,1,1,10,6Z", "square": "M2.5,2.5h7v7h-7Z",
    "triangle-up": "M6,1.5L10.5,10H1.5Z", "triangle-down": "M6,10.5L1.5,2H10.5Z",
    "diamond": "M6,0.5L10.5,6L6,11.5L1.5,6Z", "wedge": "M6,1.5L8.5,10H3.5Z",
    "cross": "M4.3,1.5h3.4v2.8h2.8v3.4h-2.8v2.8h-3.4v-2.8h-2.8v-3.4h2.8Z",
}


def legend_html(spec: Mapping[str, Any]) -> str:
    """An item for each series of the chart's colours, with its shape or dashes; empty if there are none."""
    found: dict[str, dict[str, list[Any]]] = {}
    points = False
    for layer in _encoded(spec):
        mark = layer.get("mark", {})
        for channel in ("color", "shape", "strokeDash"):
            coded = layer["encoding"].get(channel, {})
            scale = coded.get("scale") or {}
            if coded.get("field") and "domain" in scale and "range" in scale:
                found.setdefault(channel, dict(zip(scale["domain"], scale["range"], strict=True)))
                points |= (mark.get("type") if isinstance(mark, Mapping) else mark) == "point"
    if "color" not in found:
        return ""
    return f'<ul class="em-legend">{"".join(_item(str(k), found, points) for k in found["color"])}</ul>'


def _item(name: str, found: Mapping[str, Mapping[str, Any]], points: bool) -> str:
    colour, shape = found["color"][name], found.get("shape", {}).get(name, "circle" if points else "stroke")
    if shape == "stroke" or "strokeDash" in found:
        dash = found.get("strokeDash", {}).get(name)
        dashes = f' stroke-dasharray="{",".join(map(str, dash))}"' if dash and dash[1] else ""
        sign = f'<path d="M0,6H22" stroke="{colour}" stroke-width="2.5" fill="none"{dashes}/>'
        box = "0 0 22 12"
    else:
        sign, box = f'<path d="{_PATHS[shape]}" fill="{colour}"/>', "0 0 12 12"
    width = box.split()[2]
    return (f'<li><svg aria-hidden="true" viewBox="{box}" width="{width}" height="12" '
            f'style="width:{width}px;height:12px">{sign}</svg>{escape(name)}</li>')


def without_legends(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The same chart without legends of its own."""
    copy: dict[str, Any] = deepcopy(dict(spec))
    for layer in _encoded(copy):
        for channel in ("color", "shape", "strokeDash", "opacity"):
            coded = layer["encoding"].get(channel)
            if coded and "field" in coded:
                coded["legend"] = None
    return copy


def _encoded(spec: Mapping[str, Any]) -> list[Any]:
    inner = [found for layer in spec.get("layer", ()) for found in _encoded(layer)]
    return [spec, *inner] if spec.get("encoding") else inner
