"""Figures of chapter 7: long against short chains, groups of values, single tasks and their average."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ...errors import InputError, UnknownNameError
from ...plot import (
    INK,
    MARKERS,
    MUTED,
    PALETTE,
    describe,
    legend_above,
    reference_line,
    short_number,
    theme,
)

__all__ = ["plot_average", "plot_groups", "plot_long_short"]


@theme()
def plot_long_short(data: pd.DataFrame, *, short: str, long: str, hue: str, ratio: float, xlabel: str,
                    ylabel: str, exponents: dict[str, float] | None = None, ax: Axes | None = None) -> Axes:
    """Score on a long chain against that on a short one, one mark a model, with power curves.

    Parameters
    ----------
    data : DataFrame
        One row per model; scores above guessing.
    short, long : str
        Columns.
    hue : str
        Column that picks colour and marker.
    ratio : float
        Length of the long chain over the short one: the curve y = x ** ratio, that of equal and
        independent steps, is drawn dotted; the diagonal (length costs nothing) dashed.
    exponents : mapping of group to float, optional
        Fitted exponents, drawn as lines in the group's colour.

    Returns
    -------
    Axes
    """
    _columns(data, [short, long, hue])
    ax = ax or plt.gca()
    p = np.linspace(0, 1, 101)
    curves = {"no cost of length": p, "equal independent steps": p**ratio}
    ax.plot(p, p, color=MUTED, linestyle="--", linewidth=1)
    ax.plot(p, p**ratio, color=INK, linestyle=":", linewidth=1.4)
    said = []
    groups = list(dict.fromkeys(data[hue]))
    for i, group in enumerate(groups):
        g = data[data[hue] == group]
        colour = PALETTE[i % len(PALETTE)]
        ax.scatter(g[short], g[long], s=15, color=colour, marker=MARKERS[i % len(MARKERS)], alpha=0.7,
                   linewidths=0, label=str(group), zorder=3)
        k = (exponents or {}).get(str(group))
        if k is not None:
            ax.plot(p, p**k, color=colour, linewidth=1.4)
            curves[f"{group}, fitted exponent"] = p**k
        said.append(f"{group}: {len(g)} models" + (f", fitted exponent {k:.2f}" if k is not None else ""))
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    legend_above(ax, len(groups))
    marks = data[[hue, short, long]].rename(columns={hue: "series"}).assign(kind="points")
    lines = [pd.DataFrame({"series": name, "kind": "line", short: p, long: y}) for name, y in curves.items()]
    return describe(ax, f"{ylabel} against {xlabel}; {'; '.join(said)}. Dotted: exponent {ratio:.2f}, "
                        "that of equal independent steps; dashed: no cost of length.",
                    data=pd.concat([marks, *lines]), x=short, y=long)


@theme()
def plot_groups(data: pd.DataFrame, *, value: str, group: str, hue: str | None = None, xlabel: str,
                order: Sequence[str] | None = None, reference: float | None = None, seed: int = 0,
                ax: Axes | None = None) -> Axes:
    """Values of each group as jittered marks with the group's median.

    Parameters
    ----------
    data : DataFrame
    value, group : str
        Columns.
    hue : str, optional
        Column that picks colour and marker.
    order : sequence of str, optional
        Groups, from the top.
    reference : float, optional
        A vertical line.
    seed : int
        Of the jitter.

    Returns
    -------
    Axes
    """
    _columns(data, [value, group, *([hue] if hue else [])])
    ax = ax or plt.gca()
    names = list(order) if order is not None else list(dict.fromkeys(data[group]))
    hues = list(dict.fromkeys(data[hue])) if hue else [None]
    rng = np.random.default_rng(seed)
    said, drawn = [], []
    for i, name in enumerate(names):
        rows = data[data[group] == name]
        for j, h in enumerate(hues):
            part = rows if h is None else rows[rows[hue] == h]
            offset = 0.0 if h is None else (j - (len(hues) - 1) / 2) * 0.6 / len(hues)
            spot = i + offset + rng.uniform(-0.1, 0.1, len(part))
            ax.scatter(part[value], spot, s=13, color=PALETTE[j], marker=MARKERS[j], alpha=0.55, linewidths=0,
                       label=None if h is None or i else str(h), zorder=3)
            if len(part):
                mid = float(part[value].median())
                ax.plot([mid, mid], [i + offset - 0.15, i + offset + 0.15], color=INK, linewidth=2, zorder=4)
                said.append(f"{name}{f' ({h})' if h is not None else ''}: median {mid:.2f} of {len(part)}")
                drawn += [{"series": h, "kind": "points", group: name, value: v} for v in part[value]]
                drawn.append({"series": h, "kind": "median", group: name, value: mid})
    if reference is not None:
        reference_line(ax, x=reference)
    ax.set_yticks(range(len(names)), [fill(str(n), 18) for n in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(xlabel)
    if hue:
        legend_above(ax, len(hues))
    return describe(ax, f"{xlabel} by group: {'; '.join(said)}.", data=pd.DataFrame(drawn), x=value, y=group)


@theme()
def plot_average(grid: pd.DataFrame, *, steps: pd.Series | None = None, xlabel: str, ylabel: str,
                 ax: Axes | None = None) -> Axes:
    """Single tasks as thin lines and their average as a thick one, along a logarithmic scale.

    Parameters
    ----------
    grid : DataFrame, shape (tasks, scales)
        Scores above guessing; columns are the scales.
    steps : Series, optional
        A second average to compare with, e.g. that of tasks turned into pure steps.

    Returns
    -------
    Axes
    """
    if grid.empty:
        raise InputError("plot_average needs at least one task.")
    ax = ax or plt.gca()
    x = grid.columns.to_numpy(dtype=float)
    ax.plot(x, grid.to_numpy(dtype=float).T, color=MUTED, linewidth=0.7, alpha=0.5)
    ax.plot([], [], color=MUTED, linewidth=0.7, label="single tasks")
    mean = grid.mean()
    names = [", ".join(map(str, n)) if isinstance(n, tuple) else str(n) for n in grid.index]
    curves = dict(zip(names, (row for _, row in grid.iterrows()), strict=True)) | {"average": mean}
    ax.plot(x, mean, color=PALETTE[0], marker="o", linewidth=2.2, label="average", zorder=4)
    said = f"average of {len(grid)} tasks from {mean.iloc[0]:.2f} to {mean.iloc[-1]:.2f}"
    if steps is not None:
        ax.plot(x, steps, color=PALETTE[1], marker="s", linestyle="--", linewidth=1.6, zorder=3,
                label="average of pure steps")
        curves["average of pure steps"] = steps
        said += f"; were every task one step: from {steps.iloc[0]:.2f} to {steps.iloc[-1]:.2f}"
    ax.set_xscale("log")
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))
    ax.xaxis.set_major_locator(LogLocator(numticks=6))
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    legend_above(ax, 2 + (steps is not None))
    table = pd.concat([pd.DataFrame({"series": name, "kind": "line", "scale": x, "score": list(y)})
                       for name, y in curves.items()])
    return describe(ax, f"{ylabel} against {xlabel}: {said}.", data=table, x="scale", y="score")


def _columns(data: pd.DataFrame, names: Sequence[str]) -> None:
    for name in names:
        if name not in data:
            raise UnknownNameError("column", name, map(str, data.columns))
    if data.empty:
        raise InputError("the figure needs a table with at least one row.")
