"""Figures of the model of steps: where a chain breaks even, and the rate per step that scores imply."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from ...errors import UnknownNameError
from ...plot import INK, MARKERS, MUTED, PALETTE, describe, theme
from .figures import GLYPHS, legend, sign_handles
from .steps import chain_crossing

__all__ = ["plot_plane", "plot_step_rates"]


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


@theme()
def plot_step_rates(table: pd.DataFrame, *, x: str = "k", hue: str = "model", order: Sequence[str],
                    xlabel: str = "Steps", ylabel: str = "Implied rate per step",
                    ax: Axes | None = None) -> Axes:
    """Implied rate per step against the length of the chain: level lines mean one rate for all lengths.

    Parameters
    ----------
    table : DataFrame
        Columns `x`, `hue`, estimate, low, high.
    order : sequence of str
        Groups to draw.

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    said, handles = [], []
    lengths = sorted(table[x].unique())
    for i, group in enumerate(order):
        g = table[table[hue] == group].sort_values(x, kind="stable")
        if g.empty:
            raise UnknownNameError(hue, group, table[hue].unique())
        colour, marker = PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)]
        at = g[x] + (i - (len(order) - 1) / 2) * 0.03 * (lengths[-1] - lengths[0])
        ax.vlines(at, g["low"], g["high"], color=colour, alpha=0.6, linewidth=1.3)
        ax.plot(at, g["estimate"], color=colour, marker=marker, linewidth=1.1)
        handles.append(Line2D([], [], color=colour, marker=marker, label=str(group)))
        rates = (f"{k:g}: {v:.2f}" for k, v in zip(g[x], g["estimate"], strict=True))
        said.append(f"{group} {', '.join(rates)}")
    ax.set_xticks(lengths)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    legend(ax, handles)
    head = f"{ylabel} against {xlabel.lower()}".replace("\n", " ")
    rows = table.loc[table[hue].isin(order), [hue, x, "estimate", "low", "high"]]
    return describe(ax, f"{head}, with 95 % intervals: {'; '.join(said)}.", data=rows, x=x, y="estimate")
