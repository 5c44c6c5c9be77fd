"""One curve with its smooth, and its two lines."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from ..._checks import need_columns
from ...errors import InputError
from ...measures._smoother import Smoother
from ...measures.u_regression import TwoLines
from ...plot.marks import reference_line
from ...plot.scores import legend_above, plot_scores, short_number
from ...plot.style import INK, MUTED, PALETTE, theme
from ...plot.svg import describe
from .published import PLACE

__all__ = ["plot_published", "plot_simulated_rates", "plot_two_lines"]


@theme()
def plot_two_lines(data: pd.DataFrame, *, x: str, y: str, xlabel: str, ylabel: str, title: str = "",
                   chance: float | None = None, clusters: str | None = None, ax: Axes | None = None) -> Axes:
    """Scores, their smooth curve with one standard error, and the two lines of the test.

    Parameters
    ----------
    data : DataFrame
        One row a model.
    x, y : str
        Columns of scale (positive, drawn on a logarithmic axis) and score.
    chance : float, optional
        Level of guessing.
    clusters : str, optional
        Column of families for the p values in the alt text.

    Returns
    -------
    Axes
    """
    need_columns(data, (x, y, *([clusters] if clusters else [])))
    rows = data[data[x].notna() & data[y].notna()].sort_values(x, kind="stable")
    if len(rows) < 6:
        raise InputError(f"plot_two_lines needs at least six models, got {len(rows)}.")
    ax = ax or plt.gca()
    scale, score = np.log10(rows[x].to_numpy(dtype=float)), rows[y].to_numpy(dtype=float)
    smooth = Smoother(scale).fit(score)
    found = TwoLines()(scale, score, clusters=rows[clusters].to_numpy() if clusters else None)
    known = [c for c in ("family", "model") if c in rows]
    drawn = [rows[[*known, x, y]].assign(kind="points"),
             rows[[x]].assign(series="smooth ± 1 s.e.", kind="line", low=smooth.fitted - smooth.error,
                              high=smooth.fitted + smooth.error, **{y: smooth.fitted})]
    ax.plot(rows[x], score, linestyle="none", marker="o", markersize=3.5, color=MUTED, alpha=0.8)
    ax.plot(rows[x], smooth.fitted, color=PALETTE[2], linestyle="--", label="smooth ± 1 s.e.")
    ax.fill_between(rows[x].to_numpy(), smooth.fitted - smooth.error, smooth.fitted + smooth.error,
                    color=PALETTE[2], alpha=0.15, linewidth=0)
    for i, part in enumerate((scale <= found.estimate, scale >= found.estimate)):
        ends = np.array([scale[part].min(), scale[part].max()])
        level = score[part].mean() - found.slopes[i] * scale[part].mean()
        name = f"{('left', 'right')[i]} line"
        at, height = 10**ends, level + found.slopes[i] * ends
        ax.plot(at, height, color=PALETTE[i], linewidth=2.2, label=name)
        drawn.append(pd.DataFrame({"series": name, "kind": "line", x: at, y: height}))
    if chance is not None:
        reference_line(ax, y=chance, name="uniform guess")
        ax.annotate("uniform guess", (0.005, chance), xycoords=("axes fraction", "data"), ha="left",
                    va="bottom", fontsize=7.5, color=MUTED)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(numticks=6))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel(f"{xlabel} (log scale)")
    ax.set_ylabel(ylabel)
    if title:
        ax.set_title(title, fontsize=8.5, loc="right")
    legend_above(ax, 3)
    lo, hi = short_number(float(rows[x].min())), short_number(float(rows[x].max()))
    text = (f"{title + ': ' if title else ''}{ylabel} of {len(rows)} models against {xlabel} from "
            f"{lo} to {hi}; left line {found.slopes[0]:+.3f} a decade{_p(found.p_values[0])}, right "
            f"line {found.slopes[1]:+.3f}{_p(found.p_values[1])}, breakpoint "
            f"at {short_number(10**found.estimate)}; two-lines test: {found.answer}.")
    text += f" Uniform guessing scores {chance:.3g}." if chance is not None else ""
    table = pd.concat(drawn)[["series", "kind", *known, x, y, "low", "high"]]
    return describe(ax, text, data=table, x=x, y=y)


@theme()
def plot_published(bars: pd.DataFrame, *, chance: float, ylabel: str, ax: Axes | None = None) -> Axes:
    """Scores of the models of a report in its order, with the names of the models for a scale.

    Parameters
    ----------
    bars : DataFrame
        From `published_bars`.
    chance : float
        Level of guessing.

    Returns
    -------
    Axes
    """
    need_columns(bars, ("model", PLACE, "value", "n_examples"))
    ax = plot_scores(bars, x=PLACE, chance=chance, log_x=False, ylabel=ylabel, ax=ax)
    ax.set_xticks(bars[PLACE], bars["model"])
    ax.set_ylim(-0.03, 1.05)
    return ax


@theme()
def plot_simulated_rates(data: pd.DataFrame, *, x: str, y: str, hue: str, xlabel: str, ylabel: str,
                         low: str = "low", high: str = "high", nominal: float | None = None,
                         log_x: bool = True, ax: Axes | None = None) -> Axes:
    """Rates of simulated sets with exact intervals, one line a group; says that it is a simulation."""
    need_columns(data, (x, y, hue, low, high))
    ax = ax or plt.gca()
    markers, styles = ("o", "s", "^", "D"), ("-", "--", "-.", ":")
    said = []
    groups = list(dict.fromkeys(data[hue]))
    for i, group in enumerate(groups):
        rows = data[data[hue] == group].sort_values(x, kind="stable")
        ax.vlines(rows[x], rows[low], rows[high], color=PALETTE[i], alpha=0.5, linewidth=1.2)
        ax.plot(rows[x], rows[y], color=PALETTE[i], marker=markers[i % 4], linestyle=styles[i % 4],
                label=str(group))
        values = ", ".join(f"{v:.2f} at {s:g}" for s, v in zip(rows[x], rows[y], strict=True))
        said.append(f"{group}: {values}")
    if nominal is not None:
        reference_line(ax, y=nominal)
    if log_x:
        ax.set_xscale("log")
        ticks = sorted(data[x].unique())
        ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
        ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.annotate("simulation", (0.01, 0.98), xycoords="axes fraction", ha="left", va="top", fontsize=8,
                color=INK, style="italic")
    legend_above(ax, len(groups))
    rule = f" Dotted line: {nominal:g}." if nominal is not None else ""
    rows = data.sort_values([x], kind="stable")[[hue, x, y, low, high]].rename(columns={hue: "series"})
    rows = rows.sort_values("series", key=lambda s: s.map(groups.index), kind="stable")
    return describe(ax, f"Simulation: {ylabel} against {xlabel}; {'; '.join(said)}.{rule}",
                    data=rows, x=x, y=y)


def _p(p: float) -> str:
    return "" if np.isnan(p) else f" (p {p:.2g})"
