"""Figures: drawn by matplotlib and seaborn, shown as inline SVG with alt text made from the data."""

from .data import figure_data
from .marks import reference_line, shade
from .matrix import plot_forest, plot_matrix
from .scores import AXIS_LABELS, legend_above, plot_curves, plot_scores, short_number
from .style import GRID, INK, MARKERS, MUTED, PALETTE, figure, theme
from .svg import alt_text, describe, figure_html, show

__all__ = [
    "AXIS_LABELS", "GRID", "INK", "MARKERS", "MUTED", "PALETTE", "alt_text", "describe", "figure",
    "figure_data", "figure_html", "legend_above", "plot_curves", "plot_forest", "plot_matrix", "plot_scores",
    "reference_line", "shade", "short_number", "show", "theme",
]
