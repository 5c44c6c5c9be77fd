"""Figures of differences between two ways of asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ..._checks import need_columns
from ...errors import InputError, UnknownNameError
from ...plot import (
    AXIS_LABELS,
    MARKERS,
    MUTED,
    PALETTE,
    describe,
    reference_line,
    short_number,
    theme,
)

__all__ = ["plot_crossings", "plot_differences", "plot_signs"]

GLYPHS = {"better": ("^", PALETTE[0], "full"), "worse": ("v", PALETTE[1], "full"),
           "undecided": ("o", MUTED, "none")}


@theme()
def plot_differences(table: pd.DataFrame, *, x: str = "params", hue: str | None = "family",
                     connect: bool = True, order: Sequence[str] | None = None, ylabel: str = "Difference",
                     ax: Axes | None = None) -> Axes:
    """Differences with intervals against scale, one line per group, and the line of no difference.

    Parameters
    ----------
    table : DataFrame
        From `differences`: estimate, low, high and the columns named here. Filled marks are
        differences whose ``sign`` is decided, open ones are not.
    x : str
        Scale, on a logarithmic axis; rows without are left out.
    hue : str or None
        Column that tells lines apart; None draws all points alike.
    connect : bool
        Join the points of a group.

    Returns
    -------
    Axes
    """
    need_columns(table, (x, "estimate", "low", "high", "sign", *([hue] if hue else [])))
    rows = table[table[x].notna()]
    if rows.empty:
        raise InputError(f"plot_differences needs at least one row with a known {x}.")
    ax = ax or plt.gca()
    groups: list[str | None] = list(order) if order else sorted(rows[hue].unique()) if hue else [None]
    said = []
    for i, group in enumerate(groups):
        g = (rows if group is None else rows[rows[hue] == group]).sort_values(x, kind="stable")
        colour, marker = PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)]
        ax.vlines(g[x], g["low"], g["high"], color=colour, alpha=0.5, linewidth=1.1)
        if connect:
            ax.plot(g[x], g["estimate"], color=colour, linewidth=1.2)
        for decided in (True, False):
            part = g[(g["sign"] != "undecided") == decided]
            ax.plot(part[x], part["estimate"], linestyle="none", marker=marker, color=colour,
                    markerfacecolor=colour if decided else "none")
        if group is None:
            counts = g["sign"].value_counts()
            said.append(", ".join(f"{counts.get(s, 0)} {s}" for s in GLYPHS) + f" of {len(g)}")
        else:
            ends = (f"{short_number(v)}: {d:+.3f}" for v, d in zip(g[x], g["estimate"], strict=True))
            said.append(f"{group} {', '.join(ends)}")
    if groups != [None]:
        looks = zip(groups, PALETTE, MARKERS, strict=False)
        legend(ax, [Line2D([], [], color=c, marker=m, label=str(g)) for g, c, m in looks])
    reference_line(ax, y=0.0, name="no difference")
    ax.set_xscale("log")
    ax.xaxis.set_minor_formatter(NullFormatter())
    if rows[x].max() < 1e15:
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))
    ax.xaxis.set_major_locator(LogLocator(numticks=6))
    ax.set_xlabel(AXIS_LABELS.get(x, x) + " (log scale)")
    ax.set_ylabel(ylabel)
    return describe(ax, f"{ylabel} against {AXIS_LABELS.get(x, x).lower()} (log axis), with 95 % intervals; "
                        f"dotted line: no difference; open marks: undecided. {'; '.join(said)}.",
                    data=_drawn(rows, x, hue, groups), x=x, y="estimate")


def _drawn(rows: pd.DataFrame, x: str, hue: str | None, groups: Sequence[str | None]) -> pd.DataFrame:
    """The differences that are drawn, group by group along the scale, with their models where known."""
    known = [c for c in (hue, "model", x, "estimate", "low", "high", "sign") if c is not None and c in rows]
    parts = [rows if g is None else rows[rows[hue] == g] for g in groups]
    whole = pd.concat([p.sort_values(x, kind="stable") for p in parts])
    return whole[known].rename(columns={hue or "": "series"})


@theme()
def plot_signs(table: pd.DataFrame, *, rows: Sequence[str], columns: Sequence[str], row: str = "task",
               column: str = "model", names: Mapping[str, str] | None = None, gaps: Sequence[int] = (),
               ax: Axes | None = None) -> Axes:
    """Signs of many differences at a glance: up for better, down for worse, a ring for undecided.

    Parameters
    ----------
    table : DataFrame
        From `differences`, with columns `row`, `column` and ``sign``.
    rows, columns : sequence of str
        Order of the cells; pairs that are not in the table stay empty.
    names : mapping, optional
        Shorter names.
    gaps : sequence of int
        Draw a line before these columns, e.g. between families.

    Returns
    -------
    Axes
    """
    for name in (row, column, "sign"):
        if name not in table:
            raise UnknownNameError("column", name, table.columns)
    ax = ax or plt.gca()
    at = table.set_index([row, column])["sign"].to_dict()
    short = dict(names or {})
    said, drawn = [], []
    for i, r in enumerate(rows):
        signs = {c: at[(r, c)] for c in columns if (r, c) in at}
        for j, c in enumerate(columns):
            if c in signs:
                drawn.append({"kind": "cell", row: r, column: c, "sign": signs[c]})
                marker, colour, fill = GLYPHS[signs[c]]
                ax.plot([j], [i], marker=marker, color=colour, markersize=4.5 if fill == "full" else 3,
                        markerfacecolor=colour if fill == "full" else "none", linestyle="none",
                        alpha=1.0 if fill == "full" else 0.6)
        who = {s: ", ".join(str(c) for c in signs if signs[c] == s) or "none" for s in ("better", "worse")}
        parts = [f"{s} for {found}" for s, found in who.items()]
        said.append(f"{short.get(r, r)}: {'; '.join(parts)}")
    for g in gaps:
        ax.axvline(g - 0.5, color=MUTED, linewidth=0.8)
    ax.set_xticks(range(len(columns)), [short.get(c, c) for c in columns], rotation=90, fontsize=7.5)
    ax.set_yticks(range(len(rows)), [short.get(r, r) for r in rows], fontsize=8)
    ax.set_xlim(-0.6, len(columns) - 0.4)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    legend(ax, sign_handles())
    return describe(ax, f"Grid of signs, one row a {row}, one column a {column}. {'. '.join(said)}.",
                    data=pd.DataFrame(drawn))


@theme()
def plot_crossings(table: pd.DataFrame, *, label: str = "task", hue: str = "family", order: Sequence[str],
                   names: Mapping[str, str] | None = None, listed: float | None = None, listed_name: str = "",
                   xlabel: str = "Parameters at the crossing", ax: Axes | None = None) -> Axes:
    """Crossing scales with intervals; an arrow where the interval is open.

    Parameters
    ----------
    table : DataFrame
        From `crossover_all`: estimate, low, high. Without an estimate only the interval is drawn.
    label, hue : str
        Columns of the rows and of the colours.
    order : sequence of str
        Rows, from the top.
    listed : float, optional
        A scale to compare with, as a dotted line.

    Returns
    -------
    Axes
    """
    if table.empty:
        raise InputError("plot_crossings needs at least one row.")
    ax = ax or plt.gca()
    groups = sorted(table[hue].unique())
    ends = table[["estimate", "low", "high", "below", "above"]].to_numpy(dtype=float)
    seen = ends[np.isfinite(ends) & (ends > 0)]
    left, right = seen.min() / 2.5, seen.max() * 2.5
    said = []
    for i, group in enumerate(groups):
        g = table[(table[hue] == group) & table[label].isin(list(order))]
        y = np.array([list(order).index(v) for v in g[label]]) + (i - (len(groups) - 1) / 2) * 0.24
        colour = PALETTE[i % len(PALETTE)]
        low, high = np.maximum(g["low"], left), np.minimum(g["high"], right)
        ax.hlines(y, low, high, color=colour, linewidth=1.4, alpha=0.75)
        for at, is_open, marker in ((left, g["low"] == 0, "<"), (right, np.isinf(g["high"]), ">")):
            ax.plot(np.full(int(is_open.sum()), at), y[is_open.to_numpy()], linestyle="none", marker=marker,
                    color=colour, markersize=4)
        ax.plot(g["estimate"], y, linestyle="none", marker=MARKERS[i % len(MARKERS)], color=colour)
        for r in g.itertuples():
            point = "no crossing" if np.isnan(r.estimate) else short_number(r.estimate)
            said.append(f"{group} {(names or {}).get(getattr(r, label), getattr(r, label))} {point} "
                        f"[{short_number(r.low)}, {'open' if np.isinf(r.high) else short_number(r.high)}]")
    if listed is not None:
        reference_line(ax, x=listed, name=listed_name, linewidth=1.3)
        ax.annotate(listed_name, (listed, 1.0), xycoords=("data", "axes fraction"), fontsize=7.5, color=MUTED,
                    ha="right", va="bottom")
    ax.set_xscale("log")
    ax.set_xlim(left / 1.3, right * 1.3)
    ax.xaxis.set_minor_formatter(NullFormatter())
    if right < 1e15:
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))
    ax.set_yticks(range(len(order)), [(names or {}).get(v, v) for v in order], fontsize=8)
    ax.set_ylim(len(order) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(xlabel + " (log scale)")
    looks = zip(groups, PALETTE, MARKERS, strict=False)
    handles = [Line2D([], [], color=c, marker=m, linestyle="none", label=str(g)) for g, c, m in looks]
    legend(ax, handles, 0.03)
    dotted = f" Dotted line: {listed_name}, {short_number(listed)}." if listed is not None else ""
    open_ends = {"low": table["low"].replace(0, np.nan), "high": table["high"].replace(np.inf, np.nan)}
    rows = table.loc[table[hue].isin(groups) & table[label].isin(list(order)),
                     [hue, label, "estimate", "low", "high"]].assign(**open_ends)
    return describe(ax, f"{xlabel}, with 95 % intervals, arrows where open: {'; '.join(said)}.{dotted}",
                    data=rows, x="estimate", y=label)


def sign_handles() -> list[Line2D]:
    """Legend of the three signs."""
    return [Line2D([], [], linestyle="none", marker=m, color=c, label=s, markersize=4.5,
                   markerfacecolor=c if f == "full" else "none") for s, (m, c, f) in GLYPHS.items()]


@theme()
def legend(ax: Axes, handles: Sequence[Line2D], lift: float = 0.0) -> None:
    """Legend over the axes, from handles made by hand."""
    longest = max(len(str(h.get_label())) for h in handles)
    columns = min(len(handles), 4 if longest < 8 else 3 if longest < 10 else 2)
    ax.legend(handles=list(handles), loc="lower left", bbox_to_anchor=(0, 1.0 + lift), ncols=columns,
              borderaxespad=0.2, handlelength=1.8, columnspacing=1.2)
