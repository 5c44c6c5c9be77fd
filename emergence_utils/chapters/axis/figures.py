"""The same scores on several axes, and accuracy on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from ...curves import Line, Segmented, fit
from ...errors import InputError, UnknownNameError
from ...intervals import binomial_bounds
from ...plot.marks import shade
from ...plot.scores import AXIS_LABELS, RAISED, legend_above, plot_scores, short_number
from ...plot.style import INK, MARKERS, PALETTE, theme
from ...plot.svg import describe

__all__ = ["plot_break", "plot_log_rates", "plot_on_axes"]

_KINDS = ("linear", "log", "rank", "falling")


@theme()
def plot_on_axes(data: pd.DataFrame, *, panels: Sequence[tuple[str, str]], axes: Any, y: str = "value",
                 hue: str, labels: Mapping[str, str] | None = None, order: Sequence[str] | None = None,
                 n: str | None = "n_examples", ylabel: str = "Score", chance: float | None = None,
                 connect: bool = True, mark: tuple[float, float] | None = None,
                 xlabels: Mapping[str, str] | None = None) -> Any:
    """One panel per axis, all with the same scores.

    Parameters
    ----------
    data : DataFrame
    panels : sequence of (column, kind)
        Kind is "linear", "log", "rank", or "falling" for a loss, drawn from high to low.
    axes : array of Axes, as many as panels
    y, hue, labels, order, n, ylabel, chance, connect
        As in `plot_scores`.
    mark : tuple of float, optional
        Values of the first panel's column between which a gap is shaded in every panel of that
        column.
    xlabels : mapping, optional
        Column -> name on the axis.

    Returns
    -------
    array of Axes
        The first one carries the alt text of the scores; the others say what changes.
    """
    drawn = np.atleast_1d(axes)
    if len(drawn) != len(panels):
        raise InputError(f"panels and axes must be as many, got {len(panels)} and {len(drawn)}.")
    for i, (ax, (column, kind)) in enumerate(zip(drawn, panels, strict=True)):
        if kind not in _KINDS:
            raise UnknownNameError("kind of axis", kind, _KINDS)
        if column not in data:
            raise UnknownNameError("column", column, data.columns)
        levels = np.unique(data[column].to_numpy(dtype=float))
        shown = data.assign(rank=np.searchsorted(levels, data[column]) + 1) if kind == "rank" else data
        plot_scores(shown, x="rank" if kind == "rank" else column, y=y, hue=hue, n=n, labels=labels,
                    order=order, chance=chance, ylabel=ylabel, connect=connect, log_x=kind == "log", ax=ax)
        name = (xlabels or {}).get(column, AXIS_LABELS.get(column, column))
        _dress(ax, kind, name, levels)
        gap = ""
        if mark is not None and column == panels[0][0]:
            at = np.searchsorted(levels, mark) + 1.0 if kind == "rank" else np.array(mark)
            shade(ax, float(at[0]), float(at[1]))
            gap = f" The gap from {short_number(mark[0])} to {short_number(mark[1])} is shaded."
        if i:
            legend = ax.get_legend()
            if legend is not None:
                legend.remove()
            describe(ax, f"The same scores against {ax.get_xlabel()}.{gap}")
    return axes


@theme()
def plot_break(ladder: pd.DataFrame, *, axis: str, ax: Axes, x: str = "params", y: str = "value",
               n: str = "n_examples", title: str = "", ylabel: str = "Score") -> Axes:
    """One ladder with its best line and its best broken line, fitted on the axis that is drawn.

    Parameters
    ----------
    ladder : DataFrame
    axis : {"log", "linear"}
    ax : Axes
    """
    if axis not in ("log", "linear"):
        raise UnknownNameError("axis", axis, ("log", "linear"))
    g = ladder.sort_values(x, kind="stable")
    xs, ys = g[x].to_numpy(dtype=float), g[y].to_numpy(dtype=float)
    place = np.log10 if axis == "log" else np.asarray
    at = place(xs)
    low, span = float(at.min()), float(np.ptp(at))
    dense = np.linspace(0, 1, 200)
    back = low + dense * span
    back = 10**back if axis == "log" else back
    bounds = binomial_bounds(ys, g[n].to_numpy(), method="clopper-pearson")
    ax.vlines(xs, bounds[0], bounds[1], color=INK, alpha=0.5, linewidth=1.1)
    ax.plot(xs, ys, linestyle="none", marker="o", color=INK, label="score")
    said, drawn = [], [g[[x, y, n]].assign(series="score", kind="points", low=bounds[0], high=bounds[1])]
    for i, (curve, name, style) in enumerate(((Line(), "line", "--"), (Segmented(), "broken line", "-"))):
        found = fit(curve, (at - low) / span, ys)
        ax.plot(back, found.predict(dense), color=PALETTE[i], linestyle=style, label=name)
        drawn.append(pd.DataFrame({x: back, y: found.predict(dense), "series": name, "kind": "line"}))
        said.append(f"{name} with AICc {found.aicc:.1f}")
    ax.set_ylim(min(-0.03, float(bounds[0].min()) - 0.02), float(bounds[1].max()) * 1.08)
    _dress(ax, axis, AXIS_LABELS.get(x, x), np.unique(xs))
    if axis == "log":
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))
        ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_ylabel(ylabel)
    if title:
        ax.annotate(title, (0.01, 0.96), xycoords="axes fraction", ha="left", va="top", fontsize=8.5,
                    color=INK)
    return describe(ax, f"{title}: {len(g)} scores from {ys[0]:.3g} to {ys[-1]:.3g} against "
                        f"{ax.get_xlabel()}; {', '.join(said)} (lower is better).",
                    data=pd.concat(drawn)[["series", "kind", x, y, "low", "high", n]], x=x, y=y)


@theme()
def plot_log_rates(data: pd.DataFrame, *, hue: str, order: Sequence[str], ax: Axes, x: str = "params",
                   labels: Mapping[str, str] | None = None, slopes: Mapping[str, tuple[float, float]],
                   ylabel: str = "Exact match (log scale)") -> Axes:
    """Success rates on a logarithmic axis; a zero is drawn as the range that it allows.

    Parameters
    ----------
    data : DataFrame
        With ``value`` and ``n_examples``.
    hue, order, labels
        Ladders, in order.
    slopes : mapping of ladder to (exponent, largest scale)
        Power law of the flat part, drawn through its mean rate up to that scale; infinite or
        missing exponents are not drawn.
    """
    said, drawn = [], []
    floor = float(0.1 / data["n_examples"].max())
    for i, name in enumerate(order):
        g = data[data[hue] == name].sort_values(x, kind="stable")
        if g.empty:
            raise UnknownNameError(hue, name, data[hue].unique())
        xs, ys, n = (g[c].to_numpy(dtype=float) for c in (x, "value", "n_examples"))
        xs = xs * 1.06 ** (i - (len(order) - 1) / 2)  # side by side: intervals must not cover each other
        low, high = binomial_bounds(ys, n, method="clopper-pearson")
        colour, marker, zero = PALETTE[i], MARKERS[i], ys == 0
        series = (labels or {}).get(name, name)
        drawn.append(g[[x, "value", "n_examples"]].assign(series=series, kind="points", low=low, high=high))
        ax.vlines(xs, np.maximum(low, floor), high, color=colour, alpha=0.5, linewidth=1.2)
        ax.plot(xs[~zero], ys[~zero], marker=marker, linestyle="none", color=colour, label=series)
        ax.plot(xs[zero], high[zero], marker="v", markerfacecolor="none", linestyle="none", color=colour)
        text = f"{series}: {int(zero.sum())} zeros of {len(ys)}"
        exponent, until = slopes.get(name, (np.nan, np.nan))
        if np.isfinite(exponent):
            part = xs <= until * 1.3
            law = (xs / until) ** exponent
            scale = float((ys * n)[part].sum() / (law * n)[part].sum())
            ax.plot(xs[part], scale * law[part], color=colour, linestyle="--", linewidth=1.2)
            drawn.append(g.loc[part, [x]].assign(series=f"power law, {series}", kind="line",
                                                 value=scale * law[part]))
            text += f", power law with exponent {exponent:.2f} up to {short_number(until)}"
        said.append(text)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_ylim(floor, 1.5)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel(f"{AXIS_LABELS.get(x, x)} (log scale)")
    ax.set_ylabel(ylabel)
    legend_above(ax, len(order))
    return describe(ax, f"{ylabel} against {AXIS_LABELS.get(x, x).lower()} (log axis); {'; '.join(said)}. "
                        "Zeros are drawn as open triangles at the upper end of their exact interval.",
                    data=pd.concat(drawn)[["series", "kind", x, "value", "low", "high", "n_examples"]],
                    x=x, y="value")


def _dress(ax: Axes, kind: str, name: str, levels: Any) -> None:
    """Label and ticks of one axis."""
    words = {"linear": "linear scale", "log": "log scale", "rank": "by rank", "falling": "falling"}
    ax.set_xlabel(f"{name} ({words[kind]})")
    if kind == "linear":
        ax.xaxis.set_major_locator(MaxNLocator(5))
        if levels.max() >= 1e15:
            power = int(np.floor(np.log10(levels.max())))
            raised = str(power).translate(RAISED)
            ax.xaxis.set_major_formatter(FuncFormatter(
                lambda v, _: f"{v / 10**power:.2g}×10{raised}" if v else "0"))
        elif levels.max() >= 1e4:
            ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))
    elif kind == "rank":
        ax.set_xticks(range(1, len(levels) + 1), [short_number(v) for v in levels], fontsize=7)
    elif kind == "falling":
        ax.set_xlim(float(levels.max()) + 0.03 * float(np.ptp(levels)),
                    float(levels.min()) - 0.03 * float(np.ptp(levels)))
