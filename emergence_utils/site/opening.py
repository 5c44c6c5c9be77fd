"""The picture on the landing page and in the README: a famous cliff, and the gap it stands on.

``python -m emergence_utils.site.opening`` writes ``book/_static/opening.svg``.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from .. import datasets
from ..plotting import MUTED, alt_text, describe, figure, figure_html, plot_scores

__all__ = ["opening_figure", "opening_html", "write_svg"]

CAPTION = ("GPT-3 learns to add: exact match on sums by number of digits, few-shot, {n:,.0f} problems a "
           "point. The rise falls into the one stretch, {gap:.1f} decades wide, where no model was trained "
           "(shaded).")


def opening_figure() -> tuple[Figure, str]:
    """GPT-3 sums by size with the gap between its two largest models shaded; figure and caption."""
    digits = (2, 3, 4, 5)
    sums = datasets.load("gpt3", task=[f"addition_{d}_digit" for d in digits], prompting="few-shot")
    low, high = np.sort(sums["params"].unique())[-2:]
    fig, ax = figure()
    plot_scores(sums, hue="task", chance=0.0, ylabel="Exact match", ax=ax,
                labels={f"addition_{d}_digit": f"{d}-digit sums" for d in digits})
    ax.axvspan(low, high, color=MUTED, alpha=0.15, linewidth=0)
    ax.annotate("no model\nhere", (float(low * (high / low) ** 0.72), 0.42), ha="center",
                va="center", fontsize=8)
    gap = float(np.log10(high / low))
    describe(ax, f"{alt_text(fig)} The stretch between the two largest models is shaded: {gap:.1f} decades.")
    return fig, CAPTION.format(n=sums["n_examples"].min(), gap=gap)


def opening_html() -> str:
    """The figure as HTML that follows the page's colour scheme."""
    fig, caption = opening_figure()
    return figure_html(fig, alt=alt_text(fig), caption=caption)


def write_svg(path: Path) -> None:
    """The figure as a file of its own, for places that show images only."""
    svg = re.search(r"<svg.*</svg>", opening_html(), flags=re.S)
    assert svg is not None  # figure_html always holds one
    path.write_text(svg[0] + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_svg(Path(__file__).resolve().parents[2] / "book" / "_static" / "opening.svg")
