"""A figure as inline SVG that follows the page's colour scheme and carries its alt text."""

from __future__ import annotations

import hashlib
import io
import re
from html import escape

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from .._typed import checked
from ..errors import InputError
from .data import attach, csv_text, figure_data
from .style import GRID, INK, MUTED, PALETTE, PAPER, theme

__all__ = ["alt_text", "describe", "figure_html", "show"]

_VARIABLES = {INK: "ink", MUTED: "muted", GRID: "grid", PAPER: "paper"} | {
    c: f"c{i}" for i, c in enumerate(PALETTE)
}
# coordinates only: a font's scale() is a small factor that rounding would distort
_NUMBER = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}(?:e-?\d+)?")
_ALT = "_emergence_alt"


@checked
def describe(ax: Axes, text: str = "", *, data: pd.DataFrame | None = None, x: str = "x",
             y: str = "y") -> Axes:
    """Attach alt text to `ax`; plot functions call it with a text made from their data.

    Parameters
    ----------
    ax : Axes
    text : str
        Left out, it keeps the words that `ax` has.
    data : DataFrame, optional
        The table that was drawn, offered under the figure as a file (see `figure_data`): the picture and
        its numbers come from one table, and nothing is read back from the picture. Its columns ``series``
        and ``kind`` (points, line, bar or cell; points if it has none) tell its rows apart.
    x, y : str
        Columns of `data` along the axes.
    """
    if data is not None:
        attach(ax, data, x=x, y=y)
    if text:
        setattr(ax, _ALT, text)
    return ax


@checked
def alt_text(fig: Figure) -> str:
    """Alt text of a figure: that of its axes, one after the other."""
    return " ".join(t for ax in fig.axes if (t := getattr(ax, _ALT, "")))


@checked
def figure_html(fig: Figure, *, alt: str, caption: str = "", name: str = "") -> str:
    """The figure as a ``<figure>`` with inline SVG.

    Colours of the palette become CSS variables with the light colour as fallback, coordinates are
    rounded (smaller, and equal on machines whose last digits differ), ids get a prefix of their own. The
    figure's own id is `name`, where it is given.
    """
    svg = _drawn(fig)
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.S)
    svg = _NUMBER.sub(_rounded, svg)
    for colour, variable in _VARIABLES.items():
        svg = re.sub(rf"{colour}\b", f"var(--em-{variable}, {colour})", svg, flags=re.I)
    # matplotlib names clips and marks after all digits of their coordinates: number them instead
    for number, hashed in enumerate(dict.fromkeys(re.findall(r'\bid="(\w*?[0-9a-f]{10})"', svg))):
        svg = svg.replace(hashed, f"k{number}")
    tag = "f" + (name.rpartition("-")[2] or hashlib.sha256(svg.encode()).hexdigest()[:8])
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{tag}-", svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    width, height = _size(svg)
    opening = (f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(alt)}" '
               'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">')
    svg = re.sub(r"<svg[^>]*>", lambda _: opening, svg, count=1)
    text = f"<figcaption>{caption}</figcaption>" if caption else ""
    style = f"max-width:{width * 1.75:.0f}px"
    anchor = f' id="{escape(name)}"' if name else ""
    return f'<figure class="em-figure" style="{style}"{anchor}>{svg.strip()}{text}</figure>'


@checked
def show(drawn: Figure | Axes, *, caption: str = "", alt: str = "") -> None:
    """Display a figure once, with alt text made from the data, and close it.

    Parameters
    ----------
    drawn : Figure or Axes
    caption : str
        Shown under the figure; may hold HTML.
    alt : str
        Added before the alt texts of the axes; required where these have none.
    """
    fig = drawn if isinstance(drawn, Figure) else drawn.figure
    if not isinstance(fig, Figure):
        raise InputError("show() takes a figure or axes of a figure.")
    text = " ".join(filter(None, (alt, alt_text(fig))))
    if not text:
        raise InputError("a figure needs alt text: draw it with the plot functions or pass alt=.")
    html = figure_html(fig, alt=text, caption=caption, name=_name(caption or text))
    bundle = {"text/html": html, "text/plain": text} | _csv(figure_data(fig))
    plt.close(fig)
    display(bundle, raw=True)


def _drawn(fig: Figure) -> str:
    """What matplotlib draws: `savefig` alone would go through every artist once more for the layout."""
    buffer, engine, canvas, dpi = io.StringIO(), fig.get_layout_engine(), fig.canvas, fig.dpi
    with theme():
        if engine is not None and fig.axes:
            fig.dpi = FigureCanvasSVG.fixed_dpi
            FigureCanvasSVG(fig)  # takes the figure: what is measured is what this canvas draws
            engine.execute(fig)
            fig.set_canvas(canvas)
            fig.dpi = dpi
            fig.set_layout_engine("none")
        fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        fig.set_layout_engine(engine)
    return buffer.getvalue()


def _csv(data: pd.DataFrame) -> dict[str, str]:
    return {} if data.empty else {"text/csv": csv_text(data)}


def _name(text: str) -> str:
    """Id of a figure from the words said of it, tags and numbers left out: a re-run keeps it."""
    words = re.findall("[A-Za-z]+", re.sub("<[^>]*>", " ", text))
    return "fig-" + hashlib.sha256(" ".join(words).encode()).hexdigest()[:6]


def _rounded(match: re.Match[str]) -> str:
    if match[0].startswith("scale"):
        return match[0]
    number = float(match[0])
    # a tenth of a point places a mark; its own outline, a few points wide, needs more
    return f"{number:.{1 if abs(number) >= 10 else 2}f}".rstrip("0").rstrip(".")


def _size(svg: str) -> tuple[float, float]:
    match = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if match is None:
        raise InputError("the SVG has no viewBox.")
    return float(match[1]), float(match[2])
