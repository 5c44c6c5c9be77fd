"""Figures on dense ladders: forecasts from the flat part, histograms with zones."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from ..._checks import count, need_columns, number
from ...errors import InputError
from ...plot.marks import shade
from ...plot.scores import legend_above
from ...plot.style import INK, MARKERS, PALETTE, theme
from ...plot.svg import describe

__all__ = ["plot_forecast", "plot_zones"]


@theme()
def plot_forecast(data: pd.DataFrame, *, x: str, y: str = "value", flat: int, low: float, high: float,
                  forecast: float, level: float = 0.95, ax: Axes | None = None) -> Axes:
    """Mark on a ladder drawn before which models a forecast saw, and what it allows for the largest.

    Parameters
    ----------
    data : DataFrame
        One ladder, one row per model.
    x, y : str
        Columns of scale and score.
    flat : int
        How many of the smallest models the forecast saw.
    low, high, forecast : float
        Interval and best forecast for the largest model.
    level : float
    ax : Axes, optional
        With the scores already drawn; its alt text is kept.
    """
    count("flat", flat)
    rows = data.sort_values(x, kind="stable")
    if not 0 < flat < len(rows):
        raise InputError(f"flat must lie between 1 and {len(rows) - 1}, got {flat}.")
    ax = ax or plt.gca()
    before = getattr(ax, "_emergence_alt", "")
    edge = float(np.sqrt(rows[x].iloc[flat - 1] * rows[x].iloc[flat]))
    shade(ax, float(rows[x].iloc[0]) / 1.3, edge, name="models that the forecast saw")
    top = float(rows[x].iloc[-1]) * 1.25  # beside the score, not under it
    bar = [[max(forecast - low, 0)], [max(high - forecast, 0)]]
    ax.errorbar([top], [forecast], yerr=bar, color=PALETTE[1], marker=MARKERS[1], capsize=4, linewidth=2,
                label="forecast from the flat part")
    for label in ax.texts:
        if isinstance(label, Annotation) and label.get_text() == "chance":
            label.set_position((0.74, label.xy[1]))  # the forecast stands at the right edge
    legend_above(ax, 2)
    return describe(ax, f"{before} The forecast of the largest model from the {flat} smallest (shaded) is "
                        f"{forecast:.3g}, {100 * level:g}% interval {low:.3g} to {high:.3g}; it scores "
                        f"{rows[y].iloc[-1]:.3g}.".strip(),
                    data=pd.DataFrame({"series": ["forecast from the flat part"], x: [rows[x].iloc[-1]],
                                       y: [forecast], "low": [low], "high": [high]}), x=x, y=y)


@theme()
def plot_zones(data: pd.DataFrame, *, x: str, hue: str, zone: tuple[float, float], bins: Sequence[float],
               xlabel: str, ylabel: str = "Tasks", ax: Axes | None = None) -> Axes:
    """Stacked histogram with a shaded zone in the middle.

    Parameters
    ----------
    data : DataFrame
        One row per task.
    x, hue : str
        Columns of the value and of the group; values beyond the last bin are drawn in it.
    zone : tuple of float
        Ends of the shaded zone.
    bins : sequence of float
        Edges.
    xlabel, ylabel : str
    ax : Axes, optional

    Raises
    ------
    InputError
        If `zone` is not two numbers that rise.
    """
    start, end = (number("zone", v) for v in zone) if len(zone) == 2 else (1.0, 0.0)
    if not start < end:
        raise InputError(f"zone must be two numbers, the lower one first, got {zone}.")
    need_columns(data, (x, hue))
    ax = ax or plt.gca()
    groups = list(dict.fromkeys(data[hue]))
    last = (bins[-2] + bins[-1]) / 2
    shade(ax, *zone)
    within = data.assign(**{x: data[x].clip(upper=last)})
    sns.histplot(within, x=x, hue=hue, hue_order=groups,
                 multiple="stack", bins=list(bins), palette=list(PALETTE[:len(groups)]), edgecolor=INK,
                 linewidth=0.4, alpha=0.8, ax=ax, legend=True)
    sns.move_legend(ax, "lower left", bbox_to_anchor=(0, 1.0), ncols=len(groups), title=None, frameon=False,
                    borderaxespad=0.2, columnspacing=1.0)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    inside = data[x].between(*zone)
    by = "; ".join(f"{g}: {int(p.sum())} of {len(p)}" for g, p in inside.groupby(data[hue], sort=False))
    beyond = int((data[x] > bins[-1]).sum())
    over = f" ({beyond} beyond the axis, drawn in the last bar)" if beyond else ""
    return describe(ax, f"Histogram of {xlabel.lower()} for {len(data)} tasks, {data[x].min():.2g} to "
                        f"{data[x].max():.2g}{over}; in the shaded zone "
                        f"from {zone[0]:g} to {zone[1]:g} {by}.",
                    data=pd.concat([pd.DataFrame({
                        "series": str(g), "kind": "bar", "x_low": bins[:-1], "x_high": bins[1:],
                        ylabel.lower(): np.histogram(p[x], list(bins))[0]})
                        for g, p in within.groupby(hue, sort=False)]), y=ylabel.lower())
