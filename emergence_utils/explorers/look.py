"""The look of live charts: the book's colours as CSS variables, so that a chart follows the page's scheme."""

from __future__ import annotations

from typing import Any

from ..plot import GRID, INK, MUTED, PALETTE

__all__ = [
    "COLOURS", "CONFIG", "INK_CSS", "MARGINS", "MUTED_CSS", "PAPER_CSS", "SHAPES", "SIZES", "TURNED", "named",
]


def _css(name: str, colour: str) -> str:
    return f"var(--em-{name}, {colour})"


#: The palette of `plot`, in its order; give it to a colour scale as ``range``.
COLOURS = tuple(_css(f"c{i}", colour) for i, colour in enumerate(PALETTE))
#: Shape repeats what colour says, in the order of `plot.MARKERS`.
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "stroke", "wedge")

INK_CSS, MUTED_CSS, _GRID = _css("ink", INK), _css("muted", MUTED), _css("grid", GRID)
PAPER_CSS = _css("paper", "#fffffe")
#: Said in the title of an axis that stands upside down: up is better in every chart.
TURNED = "lower is better, axis turned"
#: Width and height of a chart in pixels, on a narrow and on a wide page; the page scales it to its own width.
SIZES = ((320, 262), (620, 340))
#: Room around the plot: fixed, so that picture and live chart agree whatever font measures the labels.
MARGINS = {"left": 44, "top": 24, "right": 14, "bottom": 42}
_TEXT = {"labelColor": INK_CSS, "titleColor": INK_CSS, "labelFontSize": 12, "titleFontSize": 12.5,
         "titleFontWeight": 400}
CONFIG: dict[str, Any] = {
    "background": "transparent", "font": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
    "view": {"stroke": None},
    "axis": _TEXT | {"gridColor": _GRID, "domainColor": MUTED_CSS, "tickColor": MUTED_CSS,
                     "labelOverlap": "greedy"},
    # upright along a side it would be too long for a phone's chart, so it lies above the axis
    "axisY": {"titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom",
              "titleX": 2 - MARGINS["left"], "titleY": -9, "titleLimit": 0},
    "legend": _TEXT | {"orient": "top", "title": None, "labelLimit": 240, "symbolSize": 70},
    "range": {"category": list(COLOURS), "symbol": list(SHAPES)},
    "mark": {"color": COLOURS[0]}, "text": {"color": INK_CSS, "fontSize": 12}, "rule": {"color": MUTED_CSS},
}


def named(layer: Any, name: str) -> Any:
    """A layer of points of which each has a name: `name` is an expression in Vega's language."""
    return layer.transform_calculate(say=name).encode(description="say:N")
