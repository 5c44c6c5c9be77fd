"""Figures of chapter 7: real chains along compute, what ladders can tell, single tasks and their average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ..._checks import fraction
from ...errors import InputError, UnknownNameError
from ...plot import (
    MARKERS,
    MUTED,
    PALETTE,
    describe,
    legend_above,
    reference_line,
    short_number,
    theme,
)
from .widths import ChainFits

__all__ = ["plot_average", "plot_jumps", "plot_real"]


@theme()
def plot_real(real: pd.DataFrame, fits: ChainFits, chains: Mapping[str, str], *, xlabel: str, ylabel: str,
              ax: Axes | None = None) -> Axes:
    """Real chains along compute, one mark a model, with the logistic curves fitted to them.

    Parameters
    ----------
    real : DataFrame
        From `open_chains`.
    fits : ChainFits
        Of these chains, for curves from 0 to 1.
    chains : mapping of str to str
        Columns of `real` -> name in the legend.

    Returns
    -------
    Axes
    """
    for name in chains:
        if name not in real or name not in fits.width:
            raise UnknownNameError("fitted chain", name, fits.width.columns)
    ax = ax or plt.gca()
    x = np.linspace(real["log_flops"].min(), real["log_flops"].max(), 101)
    tables, said = [], []
    for i, (column, name) in enumerate(chains.items()):
        middle, width = float(fits.midpoint[column].iloc[0]), float(fits.width[column].iloc[0])
        known = real.dropna(subset=[column])
        curve = 0.5 * (1 + np.tanh(np.log(9) * (x - middle) / width))
        ax.scatter(10 ** known["log_flops"], known[column], s=14, color=PALETTE[i], marker=MARKERS[i],
                   alpha=0.7, linewidths=0, label=name, zorder=3)
        ax.plot(10**x, curve, color=PALETTE[i], linestyle="-" if i == 0 else "--", linewidth=1.4)
        said.append(f"{name}: {len(known)} models, half reached at 10^{middle:.1f}, "
                    f"rise over {width:.1f} decades")
        tables += [pd.DataFrame({"series": name, "kind": "points", "scale": 10 ** known["log_flops"],
                                 "score": known[column]}),
                   pd.DataFrame({"series": name, "kind": "line", "scale": 10**x, "score": curve})]
    ax.set_xscale("log")
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    legend_above(ax, len(chains))
    return describe(ax, f"{ylabel} against {xlabel}; {'; '.join(said)}.", data=pd.concat(tables),
                    x="scale", y="score")


@theme()
def plot_jumps(jumps: pd.DataFrame, *, material: float, ax: Axes | None = None) -> Axes:
    """What ladders that are absent and then present can tell: gap at the rise, and what may hide in one.

    Parameters
    ----------
    jumps : DataFrame
        From `jumps_of_emergent`.
    material : float
        Step, as a share of the range above chance, that must not hide in a gap of a gradual ladder.

    Returns
    -------
    Axes
    """
    fraction("material", material, low=False)
    _columns(jumps, ["answer", "gap", "hidden_step"])
    ax = ax or plt.gca()
    said = []
    for i, name in enumerate(("gradual", "cannot tell", "sharp")):
        g = jumps[jumps["answer"] == name]
        ax.scatter(g["gap"], g["hidden_step"], s=20, marker=MARKERS[i], color=PALETTE[i], alpha=0.7,
                   linewidths=0, label=f"{name} ({len(g)})", zorder=3)
        said.append(f"{name}: {len(g)}")
    reference_line(ax, y=material)
    ax.set_xlabel("Gap across the largest step (decades)")
    ax.set_ylabel("Largest step that may\nhide in a gap / range")
    legend_above(ax, 3)
    shown = jumps[[c for c in ("answer", "source", "task", "gap", "hidden_step") if c in jumps]]
    return describe(ax, f"Scatter over {len(jumps)} ladders that are absent and then present: the largest "
                        f"step that a gap may hide against the gap at the largest step. {', '.join(said)}.",
                    data=shown.rename(columns={"answer": "series"}), x="gap", y="hidden_step")


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
