"""Figure of the model of steps: where a chain breaks even."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from ...plot import INK, MUTED, describe, theme
from .figures import GLYPHS, legend, sign_handles
from .steps import chain_crossing

__all__ = ["plot_plane"]


@theme()
def plot_plane(table: pd.DataFrame, *, x: str, y: str, steps: Sequence[int], xlabel: str, ylabel: str,
               ax: Axes | None = None) -> Axes:
    """Success of a step against the direct score, and the lines on which a chain would break even.

    Parameters
    ----------
    table : DataFrame
        One row a model, with ``sign`` and ``model``; drawn as in `plot_signs`.
    x, y : str
        Columns of the direct score and of the success of one step.
    steps : sequence of int
        Lengths k for the curves y = x^(1/k), at most four.

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    q = np.geomspace(0.005, 1, 100)
    drawn = [table[["model", x, y, "sign"]].assign(kind="points")]
    for k, style in zip(steps, ("-", "--", "-.", ":"), strict=False):
        ax.plot(q, chain_crossing(q, k), color=MUTED, linestyle=style, linewidth=1.2)
        drawn.append(pd.DataFrame({"series": f"k = {k}", "kind": "line", x: q, y: chain_crossing(q, k)}))
        ax.annotate(f"k = {k}", (0.012, float(chain_crossing(0.012, k))), fontsize=7.5, color=INK, ha="left",
                    va="top", xytext=(4, -2), textcoords="offset points")
    for r in table.itertuples():
        marker, colour, fill = GLYPHS[str(r.sign)]
        ax.plot([getattr(r, x)], [getattr(r, y)], marker=marker, color=colour, linestyle="none", markersize=6,
                markerfacecolor=colour if fill == "full" else "none")
    ax.annotate("lines: simulation", (0.99, 0.02), xycoords="axes fraction", ha="right", fontsize=8,
                color=INK, style="italic")
    ax.set(xscale="log", yscale="log")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        axis.set_minor_formatter(NullFormatter())
    ax.set_xlim(0.005, 1.1)
    ax.set_ylim(0.005, 1.25)
    ax.set_xlabel(f"{xlabel} (log scale)")
    ax.set_ylabel(f"{ylabel} (log scale)")
    legend(ax, sign_handles())
    at = zip(table["model"], table[x], table[y], table["sign"], strict=True)
    said = "; ".join(f"{m} ({a:.2f}, {b:.2f}) {s}" for m, a, b, s in at)
    return describe(ax, f"{ylabel} against {xlabel}; lines (simulated) where a chain of k = "
                        f"{', '.join(map(str, steps))} steps breaks even. Models: {said}.",
                    data=pd.concat(drawn)[["series", "kind", "model", x, y, "sign"]], x=x, y=y)
