"""Verdicts side by side, and estimates with their intervals."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .._checks import need_finite, number_format, numbers_of, short
from .._typed import checked
from ..errors import InputError
from .data import groups_of, need_groups
from .marks import reference_line, say_simulated
from .scores import legend_above, short_number
from .style import INK, MUTED, PALETTE, theme
from .svg import describe

__all__ = ["plot_forest", "plot_matrix"]

#: Verdicts: met, not met, and what the data cannot say.
_ANSWERS = ("yes", "no", "cannot tell")


@checked
@theme()
def plot_matrix(table: pd.DataFrame, *, ax: Axes | None = None, fmt: str = ".2f", title: str = "",
                vmin: float = 0.0, vmax: float = 1.0) -> Axes:
    """A table of numbers or of verdicts as a grid of cells.

    Parameters
    ----------
    table : DataFrame
        Index and columns name the cells. Verdicts, booleans or "yes", "no" and "cannot tell", are drawn
        as filled circles, open circles and question marks; numbers as shaded cells with the number in.
    fmt : str
        Format of numbers.
    vmin, vmax : float
        Numbers at which shading starts and ends.

    Returns
    -------
    Axes
    """
    if table.empty:
        raise InputError("plot_matrix needs at least one row and one column.")
    ax = ax or plt.gca()
    rows, cols = table.shape
    if all(pd.api.types.is_bool_dtype(d) for d in table.dtypes):
        table = table.replace({True: "yes", False: "no"})
    words = bool(table.isin(_ANSWERS).to_numpy().all())
    if not words:
        _need_numbers(table, fmt, vmin, vmax)
    for i in range(rows):
        for j in range(cols):
            value: Any = table.iat[i, j]
            if words and value == _ANSWERS[2]:
                ax.text(j, i, "?", ha="center", va="center", fontsize=10, color=MUTED)
            elif words:
                value = value == _ANSWERS[0]
                ax.scatter(j, i, s=70, marker="o", facecolor=PALETTE[1] if value else "none",
                           edgecolor=PALETTE[1] if value else MUTED, linewidth=1.2, zorder=3)
            elif pd.isna(value):
                ax.text(j, i, "–", ha="center", va="center", fontsize=8, color=MUTED)
            else:
                share = float(np.clip((value - vmin) / (vmax - vmin), 0, 1))
                ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, color=PALETTE[0], alpha=0.45 * share, lw=0))
                ax.text(j, i, f"{value:{fmt}}", ha="center", va="center", fontsize=8, color=INK)
    ax.set_xticks(range(cols), [str(c) for c in table.columns], fontsize=7.5)
    ax.set_yticks(range(rows), [str(r) for r in table.index])
    ax.set_xlim(-0.5, cols - 0.5)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    for side in ax.spines.values():
        side.set_visible(False)
    if title:
        ax.set_title(title)
    said = "; ".join(f"{name}: {_row(cells, table.columns, fmt, words)}" for name, cells in zip(
        table.index, table.itertuples(index=False), strict=True))
    names = ", ".join(str(c).replace("\n", " ") for c in table.columns)
    text = (f"Grid of verdicts; columns {names}; the columns met by each row: {said}." if words
            else f"Grid of numbers; columns {names}. {said}.")
    return describe(ax, f"{title + ': ' if title else ''}{text}", data=_cells(table))


def _need_numbers(table: pd.DataFrame, fmt: str, vmin: float, vmax: float) -> None:
    """Refuse cells, a format or ends of the shading that cannot be drawn."""
    for value in table.to_numpy(dtype=object).flat:
        missing = pd.api.types.is_scalar(value) and pd.isna(value)
        if not (missing or isinstance(value, int | float | np.number)):
            raise InputError("plot_matrix needs cells with numbers, or all with one of "
                             f"{', '.join(_ANSWERS)}; got {short(value)}.")
    number_format("fmt", fmt)
    if not -np.inf < vmin < vmax < np.inf:
        raise InputError(f"vmin must lie below vmax, both finite; got {vmin:g} and {vmax:g}.")


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    """One row per cell of a grid."""
    row, column = (default if axis.name is None else str(axis.name)
                   for axis, default in ((table.index, "row"), (table.columns, "column")))
    return pd.DataFrame([{"kind": "cell", row: r, column: c, "value": table.iat[i, j]}
                         for i, r in enumerate(table.index) for j, c in enumerate(table.columns)])


def _row(cells: Any, columns: pd.Index, fmt: str, words: bool) -> str:
    """One row of a grid in words."""
    names = [str(c).replace("\n", " ") for c in columns]
    if words:
        met, open_ = (", ".join(n for n, cell in zip(names, cells, strict=True) if cell == answer)
                      for answer in (_ANSWERS[0], _ANSWERS[2]))
        return (met or "none") + (f" ({_ANSWERS[2]}: {open_})" if open_ else "")
    return ", ".join(f"{n} {v:{fmt}}" for n, v in zip(names, cells, strict=True) if pd.notna(v))


@checked
@theme()
def plot_forest(table: pd.DataFrame, *, label: str, estimate: str = "estimate", low: str = "low",
                high: str = "high", xlabel: str, reference: float | None = None, reference_name: str = "",
                hue: str | None = None, log_x: bool = False, simulated: bool = False,
                ax: Axes | None = None) -> Axes:
    """Estimates with intervals, one row each.

    Parameters
    ----------
    table : DataFrame
        One row per estimate, drawn from the top in the order given.
    label, estimate, low, high : str
        Columns; NaN bounds draw a bare point.
    reference : float, optional
        A vertical line to compare with, e.g. no difference.
    hue : str, optional
        Column that picks colour and marker.
    simulated : bool
        Writes "simulation" into the figure and its alt text.

    Returns
    -------
    Axes
    """
    if table.empty:
        raise InputError("plot_forest needs at least one row.")
    need_finite(table, (estimate,))
    for column in (low, high):
        numbers_of(table, column)
    need_groups(table, label)
    groups = groups_of(table, hue)
    ax = ax or plt.gca()
    markers = ("o", "s", "^", "D")
    names = list(dict.fromkeys(table[label]))
    offsets = np.linspace(-0.18, 0.18, len(groups)) if len(groups) > 1 else [0.0]
    said = []
    for i, group in enumerate(groups):
        rows = table if hue is None else table[table[hue] == group]
        pos = np.array([names.index(v) for v in rows[label]]) + offsets[i]
        ax.hlines(pos, rows[low], rows[high], color=PALETTE[i], linewidth=1.6, alpha=0.7)
        ax.plot(rows[estimate], pos, linestyle="none", marker=markers[i % 4], color=PALETTE[i],
                label=None if group is None else str(group))
        for _, r in rows.iterrows():
            span = f" [{_said(r[low])}, {_said(r[high])}]" if pd.notna(r[low]) else ""
            said.append(f"{r[label]}{f' ({group})' if hue else ''} {_said(r[estimate])}{span}")
    if reference is not None:
        reference_line(ax, x=reference, name=reference_name)
    if log_x:
        ax.set_xscale("log")
    ax.set_yticks(range(len(names)), [str(v) for v in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(fill(xlabel, 34))  # the names on the left leave little room
    if hue:
        legend_above(ax, len(groups))
    if simulated:
        say_simulated(ax)
    ref = f" Dotted line: {reference_name or reference}." if reference is not None else ""
    # whatever else the table holds, the file tells what is drawn, and of how many it is an estimate
    shown = [c for c in dict.fromkeys((hue, label, estimate, low, high, "n", "n_examples")) if c in table]
    kind = "Simulated: " if simulated else ""
    return describe(ax, f"{kind}{xlabel}, estimate with interval: {'; '.join(said)}.{ref}",
                    data=table[shown].rename(columns={hue or "": "series"}), x=estimate, y=label)


def _said(value: float) -> str:
    """A number of a forest as its alt text says it."""
    return short_number(value) if abs(value) >= 1000 else f"{value:.3g}"
