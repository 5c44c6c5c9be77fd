"""Scores along a scale, with intervals, chance level and alt text."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from .._checks import need_finite, numbers_of, short
from .._typed import checked
from ..errors import DataWarning, InputError
from ..intervals import binomial_bounds
from ..scores import KEY
from .data import groups_of
from .marks import reference_line, say_simulated
from .style import MARKERS, MUTED, PALETTE, theme
from .svg import describe

__all__ = ["AXIS_LABELS", "plot_curves", "plot_scores", "short_number"]

AXIS_LABELS = {
    "params": "Parameters", "tokens": "Training tokens", "train_flops": "Training compute (FLOPs)",
    "step": "Optimiser step", "value": "Score",
}
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
#: Ways of asking: scores of one model that differ in one of these are no line.
_ASKED = ("task", "subset", "metric", "prompting", "n_shot")
#: What tells a score apart, for the figure's data file.
_IDENTITY = (*(c for c in KEY if c != "source"), "params")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@checked
def short_number(value: float) -> str:
    """A count as people say it: 125M, 6.9B; powers of ten above 1e15.

    Examples
    --------
    >>> short_number(1.25e8), short_number(3.14e23)
    ('125M', '3×10²³')
    """
    if not math.isfinite(value):
        return f"{value:g}"
    if abs(value) >= 1e15:
        digit, power = f"{value:.0e}".split("e+")
        return f"{digit}×10{power.translate(RAISED)}"
    for size, unit in _UNITS:
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:g}"


@checked
@theme()
def plot_scores(data: pd.DataFrame | None = None, *, x: str = "params", y: str = "value",
                hue: str | None = None, n: str | None = "n_examples", items: str = "items",
                chance: float | None = None, labels: Mapping[str, str] | None = None,
                order: Sequence[str] | None = None, log_x: bool = True, level: float = 0.95,
                ylabel: str = "Score", connect: bool = True, ax: Axes | None = None) -> Axes:
    """Scores against scale: one line per group, exact binomial intervals, the chance level.

    Parameters
    ----------
    data : DataFrame
        Score table.
    x, y : str
        Columns of scale and score.
    hue : str, optional
        Column that tells lines apart.
    n : str or None
        Column of item counts; where present, Clopper-Pearson intervals at `level` are drawn.
    items : str
        What is counted, for the alt text.
    chance : float, optional
        Level of guessing, drawn as a dotted line; measures read the table's column ``chance`` instead.
    labels : mapping, optional
        Group -> name in the legend.
    order : sequence of str, optional
        Groups to draw, in this order.
    log_x : bool
        Logarithmic scale axis.
    ylabel : str
    connect : bool
        Join the points of a group.
    ax : Axes, optional

    Returns
    -------
    Axes
        With alt text attached.

    Warns
    -----
    DataWarning
        Where a line joins scores of one model for several tasks, metrics or promptings.
    """
    if data is None or data.empty:
        raise InputError("plot_scores needs a table with at least one row; a filter may have kept none.")
    need_finite(data, (x, y))
    groups = groups_of(data, hue, order)
    groups = sorted(groups) if hue and order is None else groups
    counts = numbers_of(data, n) if n is not None and n in data else np.full(len(data), np.nan)
    known_n = pd.Series(np.isfinite(counts), index=data.index)
    ax = ax or plt.gca()
    said, tables = [], []
    if connect:
        _warn_of_zigzags(data if hue is None else data[data[hue].isin(groups)], x, hue)
    for i, group in enumerate(groups):
        rows = (data if hue is None else data[data[hue] == group]).sort_values(x, kind="stable")
        colour, marker = PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)]
        name = (labels or {}).get(str(group), str(group)) if hue else None
        known = [c for c in dict.fromkeys((*_IDENTITY, hue, x, y, n)) if c in rows]
        table = rows[known].dropna(axis="columns", how="all")
        if name is not None:
            table = table.drop(columns=[str(hue)] * (name == str(group)))
            table.insert(0, "series", name)
        if known_n[rows.index].all():
            low, high = binomial_bounds(rows[y].to_numpy(), rows[n].to_numpy(), level=level,
                                        method="clopper-pearson")
            ax.vlines(rows[x], low, high, color=colour, alpha=0.55, linewidth=1.2)
            table = table.assign(low=low, high=high)
        tables.append(table)
        ax.plot(rows[x], rows[y], marker=marker, color=colour, label=name,
                linestyle="-" if connect else "none")
        said.append(f"{name or 'score'} from {rows[y].iloc[0]:.3g} to {rows[y].iloc[-1]:.3g}"
                    + ("" if rows[y].is_monotonic_increasing else f" (highest {rows[y].max():.3g})"))
    if chance is not None:
        reference_line(ax, y=chance, name="chance")
        ax.annotate("chance", (0.995, chance), xycoords=("axes fraction", "data"), ha="right", va="bottom",
                    fontsize=7.5, color=MUTED)
    _axis(ax, x, log_x)
    ax.set_ylabel(ylabel)
    if hue:
        legend_above(ax, len(groups))
    drawn = data if hue is None else data[data[hue].isin(groups)]
    lo, hi = short_number(float(drawn[x].min())), short_number(float(drawn[x].max()))
    scale = f"{AXIS_LABELS.get(x, x).lower()}, {lo} to {hi}{' (log axis)' if log_x else ''}"
    text = f"{ylabel} against {scale}: {'; '.join(said)}."
    text += f" Chance level {chance:.3g}." if chance is not None else ""
    return describe(ax, text + _items(drawn, n, items), data=pd.concat(tables), x=x, y=y)


@checked
@theme()
def plot_curves(data: pd.DataFrame, *, x: str, y: str, hue: str, xlabel: str, ylabel: str, log_x: bool = True,
                order: Sequence[Any] | None = None, labels: Mapping[Any, str] | None = None,
                simulated: bool = False, low: str | None = None, high: str | None = None,
                ax: Axes | None = None) -> Axes:
    """Smooth curves, one per group, with an optional band; says so when they are simulated.

    Parameters
    ----------
    data : DataFrame
        Long table of points.
    x, y, hue : str
        Columns.
    low, high : str, optional
        Columns of a band around each curve.
    simulated : bool
        Writes "simulation" into the figure and its alt text.

    Returns
    -------
    Axes
    """
    if data.empty:
        raise InputError("plot_curves needs a table with at least one row.")
    need_finite(data, (x,))
    for column in filter(None, (y, low, high)):
        numbers_of(data, column)
    groups = groups_of(data, hue, order)
    ax = ax or plt.gca()
    styles = ("-", "--", "-.", ":")
    said, tables = [], []
    for i, group in enumerate(groups):
        rows = data[data[hue] == group].sort_values(x, kind="stable")
        name = (labels or {}).get(group, str(group))
        colour = PALETTE[i % len(PALETTE)]
        ax.plot(rows[x], rows[y], color=colour, label=name, linestyle=styles[i % len(styles)])
        if low and high:
            ax.fill_between(rows[x], rows[low], rows[high], color=colour, alpha=0.15, linewidth=0)
        tables.append(rows[[x, y, *filter(None, (low, high))]].assign(series=name))
        said.append(f"{name} from {rows[y].iloc[0]:.3g} to {rows[y].iloc[-1]:.3g}")
    if log_x:
        ax.set_xscale("log")
        ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    legend_above(ax, len(groups))
    if simulated:
        say_simulated(ax)
    kind = "Simulated curves: " if simulated else ""
    table = pd.concat(tables).assign(kind="line")
    table = table[["series", "kind", *table.columns.drop(["series", "kind"])]]
    return describe(ax, f"{kind}{ylabel} against {xlabel}: {'; '.join(said)}.", data=table, x=x, y=y)


@checked
@theme()
def legend_above(ax: Axes, entries: int) -> None:
    """Legend over the axes, so that it never covers a curve; two columns fit a phone."""
    if entries > 1:  # a single line needs no name beside it
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2,
                  borderaxespad=0.2, handlelength=1.8, columnspacing=1.2)


def _warn_of_zigzags(data: pd.DataFrame, x: str, hue: str | None) -> None:
    """Say so where a line joins scores of one model that were asked for in different ways."""
    model = [c for c in (hue, "source", "family", "model", x) if c in data]
    for column in (c for c in _ASKED if c in data and c != hue):
        if (data.groupby(model, dropna=False)[column].nunique(dropna=False) > 1).any():
            values = sorted(map(short, data[column].unique()))
            rest = f" and {len(values) - 3} more" if len(values) > 3 else ""
            warnings.warn(f"A line joins several scores of one model, since column '{column}' holds "
                          f"{', '.join(values[:3])}{rest}: keep one of them, or give hue='{column}'.",
                          DataWarning, stacklevel=5)
            return


def _axis(ax: Axes, x: str, log_x: bool) -> None:
    ax.set_xlabel(AXIS_LABELS.get(x, x) + (" (log scale)" if log_x else ""))
    if log_x:
        ax.set_xscale("log")
        ax.xaxis.set_minor_formatter(NullFormatter())
        if ax.get_xlim()[1] < 1e15:
            ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))
        ax.xaxis.set_major_locator(LogLocator(numticks=6))


def _items(data: pd.DataFrame, n: str | None, items: str) -> str:
    if n is None:
        return ""
    if n not in data or data[n].isna().any():
        return f" Not every point has a count of {items}, so those without have no interval."
    lo, hi = int(data[n].min()), int(data[n].max())
    count = f"{lo:,}" if lo == hi else f"{lo:,} to {hi:,}"
    return f" Intervals are exact binomial, {count} {items} per point."
