"""The look of live charts: the book's colours as CSS variables, so that a chart follows the page's scheme."""

from __future__ import annotations

from typing import Any

from ..plot import GRID, INK, MUTED, PALETTE

__all__ = ["COLOURS", "CONFIG", "SHAPES"]


def _css(name: str, colour: str) -> str:
    return f"var(--em-{name}, {colour})"


#: The palette of `plot`, in its order; give it to a colour scale as ``range``.
COLOURS = tuple(_css(f"c{i}", colour) for i, colour in enumerate(PALETTE))
#: Shape repeats what colour says, in the order of `plot.MARKERS`.
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "stroke", "wedge")

_INK, _MUTED, _GRID = _css("ink", INK), _css("muted", MUTED), _css("grid", GRID)
_TEXT = {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "titleFontSize": 13,
         "titleFontWeight": 400}
CONFIG: dict[str, Any] = {
    "background": "transparent", "font": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
    "view": {"stroke": None},
    "axis": _TEXT | {"gridColor": _GRID, "domainColor": _MUTED, "tickColor": _MUTED,
                     "labelOverlap": "greedy"},
    "legend": _TEXT | {"orient": "top", "title": None, "labelLimit": 240, "symbolSize": 70},
    "range": {"category": list(COLOURS), "symbol": list(SHAPES)},
    "mark": {"color": COLOURS[0]}, "text": {"color": _INK, "fontSize": 12}, "rule": {"color": _MUTED},
}
