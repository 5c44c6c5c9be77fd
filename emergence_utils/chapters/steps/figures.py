"""Runs as dots with the mean of their seeds, and the sizes at which seeds turn."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ..._checks import need_columns
from ..._typed import checked
from ...plot import MARKERS, PALETTE, describe, legend_above, reference_line, short_number, theme
from .tables import over_seeds

__all__ = ["plot_runs", "plot_turns"]


@checked
@theme()
def plot_runs(runs: pd.DataFrame, *, hue: str, order: Sequence[str], ylabel: str, x: str = "params",
              xlabel: str = "Parameters", chance: float | None = None, chance_name: str = "guessing",
              dots: bool = True, ax: Axes | None = None) -> Axes:
    """One dot a run, and the mean of the seeds with its 95 % interval.

    Parameters
    ----------
    runs : DataFrame
        Rows with `x`, `hue`, ``seed`` and ``value``.
    hue : str
        Column that tells lines apart.
    order : sequence of str
        Groups to draw, at most eight.
    ylabel, x, xlabel : str
    chance : float, optional
        Level to compare with, drawn as a dotted line named `chance_name`.
    dots : bool
        False draws the means alone.

    Returns
    -------
    Axes
        With alt text attached.
    """
    need_columns(runs, (x, hue, "seed", "value"))
    ax = ax or plt.gca()
    said, tables = [], []
    spread = np.linspace(-0.012, 0.012, max(len(order), 2))
    for i, group in enumerate(order):
        rows = runs[runs[hue] == group]
        mean = over_seeds(rows, (x,))
        colour, marker = PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)]
        at = mean[x].to_numpy(dtype=float) * 10 ** spread[i]
        if dots:
            ax.plot(rows[x] * 10 ** spread[i], rows["value"], linestyle="none", marker=marker, color=colour,
                    markersize=3.5, alpha=0.35, markeredgewidth=0)
        ax.vlines(at, mean["low"], mean["high"], color=colour, linewidth=1.4)
        ax.plot(at, mean["value"], color=colour, marker=marker, label=str(group))
        tables += [mean.assign(series=group, kind="mean of seeds")]
        tables += [rows[[x, "seed", "value"]].assign(series=group, kind="run")] if dots else []
        value, place = mean["value"].to_numpy(dtype=float), mean[x].to_numpy(dtype=float)
        ends = [f"{value[m]:.2f} at {short_number(float(place[m]))}"
                for m in (value.argmin(), value.argmax())]
        said.append(f"{group} from {mean['value'].iloc[0]:.2f} to {mean['value'].iloc[-1]:.2f}, lowest "
                    f"{ends[0]}, highest {ends[1]}")
    if chance is not None:
        reference_line(ax, y=chance, name=chance_name)
    _log_axis(ax, float(runs[x].min()), float(runs[x].max()))
    ax.set_xlabel(f"{xlabel} (log scale)")
    ax.set_ylabel(ylabel)
    legend_above(ax, len(order))
    seeds = int(runs["seed"].nunique())
    text = f"{ylabel} against {xlabel.lower()} (log axis), means of {seeds} seeds with 95 % intervals: "
    text += "; ".join(said) + "." + (f" Dotted: {chance_name}, {chance:.2g}." if chance is not None else "")
    return describe(ax, text, data=pd.concat(tables), x=x, y="value")


@checked
@theme()
def plot_turns(turns: pd.DataFrame, *, soft_name: str, ax: Axes | None = None) -> Axes:
    """For each seed, the size at which exact match and a soft metric are at their worst.

    Parameters
    ----------
    turns : DataFrame
        From `turning_sizes`.
    soft_name : str
        What the soft metric is called.

    Returns
    -------
    Axes
        With alt text attached.
    """
    need_columns(turns, ("seed", "exact_match", "soft", "first"))
    ax = ax or plt.gca()
    rows = turns.sort_values(["exact_match", "soft"], kind="stable", ignore_index=True)
    y = np.arange(len(rows))
    ax.hlines(y, rows[["exact_match", "soft"]].min(axis=1), rows[["exact_match", "soft"]].max(axis=1),
              color=PALETTE[0], linewidth=1.2, alpha=0.6)
    ax.plot(rows["exact_match"], y, linestyle="none", marker=MARKERS[0], color=PALETTE[0], markersize=9,
            markerfacecolor="none", label="exact match")
    ax.plot(rows["soft"], y, linestyle="none", marker=MARKERS[1], color=PALETTE[1], markersize=4.5,
            label=soft_name)
    _log_axis(ax, *(float(f(rows[["exact_match", "soft"]].to_numpy())) for f in (np.min, np.max)))
    ax.set_yticks(y, [f"{s:g}" for s in rows["seed"]])
    ax.set_xlabel("Parameters at the worst score (log scale)")
    ax.set_ylabel("Seed")
    legend_above(ax, 2)
    counts = rows["first"].value_counts()
    text = (f"Size at which each of {len(rows)} seeds scores worst on cue items: {soft_name} turns at a "
            f"smaller size in {counts.get('soft', 0)}, exact match in {counts.get('exact match', 0)}, both "
            f"at one size in {counts.get('same size', 0)}.")
    return describe(ax, text, data=rows, x="exact_match", y="seed")


def _log_axis(ax: Axes, low: float, high: float) -> None:
    """A logarithmic axis that names at least two sizes, however short it is."""
    decades = np.log10(high / low)
    subs = (1.0, 2.0, 5.0) if decades < 1.5 else (1.0, 3.0) if decades < 2.6 else (1.0,)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=subs, numticks=8))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))

