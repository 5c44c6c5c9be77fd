"""Palette and theme: colours that stay apart for colour-blind readers, in both colour schemes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.figure import Figure

from .._checks import count
from .._typed import checked
from ..errors import InputError

__all__ = ["GRID", "INK", "MARKERS", "MUTED", "PALETTE", "figure", "theme"]

INK, MUTED, GRID, PAPER = "#24292f", "#6b7280", "#d8dee4", "#fffffe"
#: After Okabe and Ito, darkened where needed for a contrast of 3:1 on white. The site maps each
#: to a CSS variable with a lighter value for the dark scheme (book/_static/book.css).
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#2e8bc0", "#7f7f7f", "#882255")
#: Shape repeats what colour says, for readers who cannot tell colours apart.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
#: Inches; narrow, so that type is not shrunk on a phone (1 pt is about 1.1 CSS pixels at 390 px).
WIDTH = 4.4

_RC: Any = {
    "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
    "figure.constrained_layout.use": True, "figure.dpi": 100,
    "font.family": "DejaVu Sans", "font.size": 9.5, "axes.titlesize": 10, "axes.labelsize": 9.5,
    "xtick.labelsize": 8.5, "ytick.labelsize": 8.5, "legend.fontsize": 8.5, "legend.frameon": False,
    "text.color": INK, "axes.labelcolor": INK, "axes.titlecolor": INK, "xtick.color": MUTED,
    "ytick.color": MUTED, "xtick.labelcolor": INK, "ytick.labelcolor": INK, "axes.edgecolor": MUTED,
    "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.7, "axes.axisbelow": True,
    "axes.spines.top": False, "axes.spines.right": False, "axes.titlelocation": "left",
    "lines.linewidth": 1.6, "lines.markersize": 4.5, "axes.prop_cycle": cycler(color=PALETTE),
    "svg.fonttype": "path", "svg.hashsalt": "emergence",
}


@contextmanager
def theme() -> Iterator[None]:
    """The book's look, for the figures drawn inside the block."""
    with mpl.rc_context(_RC):
        yield


@checked
def figure(rows: int = 1, cols: int = 1, *, height: float = 3.2, sharex: bool = False,
           sharey: bool = False) -> tuple[Figure, Any]:
    """A themed figure of phone width; panels stack, each `height` inches high.

    The look belongs to this figure and to what the plot functions draw on it: matplotlib's settings stay
    as they are. What you draw on it by hand takes the book's look inside ``with plot.theme():``.

    Returns
    -------
    Figure, Axes or array of Axes
    """
    count("rows", rows, minimum=1, maximum=30)
    count("cols", cols, minimum=1, maximum=30)
    if not 0.1 <= height <= 30:
        raise InputError(f"height must lie between 0.1 and 30 inches, got {height:g}.")
    with theme():
        fig, axes = plt.subplots(rows, cols, figsize=(WIDTH, height * rows), sharex=sharex, sharey=sharey)
        for ax in np.ravel(axes):  # ticks are made late, by then perhaps under other settings
            ax.tick_params(which="both", color=MUTED, labelcolor=INK, labelsize=_RC["xtick.labelsize"],
                           grid_color=GRID, grid_linewidth=_RC["grid.linewidth"])
    return fig, axes
