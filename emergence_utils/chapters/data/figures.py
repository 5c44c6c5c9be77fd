"""Published models as dots, laws as lines with a band."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ..._checks import need_columns
from ..._typed import checked
from ...plot import INK, MARKERS, PALETTE, describe, legend_above, short_number, theme

__all__ = ["plot_models"]

_KINDS = {"runs for laws": (PALETTE[6], MARKERS[0], 2.2, 0.45),
          "open models": (PALETTE[1], MARKERS[0], 4.0, 0.8),
          "GPT-3": (PALETTE[2], MARKERS[2], 5.0, 0.9)}
_LINES = ((PALETTE[0], "-"), (PALETTE[3], "--"), (INK, ":"))


@checked
@theme()
def plot_models(models: pd.DataFrame, curves: pd.DataFrame, *, x: str, y: str, xlabel: str, ylabel: str,
                ax: Axes | None = None) -> Axes:
    """Models as dots and laws as lines, both axes logarithmic.

    Parameters
    ----------
    models : DataFrame
        From `published`.
    curves : DataFrame
        From `ratio_curves` or `token_curves`.
    x, y : str
        Columns of both tables.
    xlabel, ylabel : str

    Returns
    -------
    Axes
        With alt text attached.
    """
    need_columns(models, (x, y, "kind"))
    need_columns(curves, (x, y, "law", "low", "high"))
    ax = ax or plt.gca()
    said, tables = [], []
    for kind, (colour, marker, size, alpha) in _KINDS.items():
        rows = models[models["kind"] == kind]
        if rows.empty:
            continue
        ax.plot(rows[x], rows[y], linestyle="none", marker=marker, color=colour, markersize=size, alpha=alpha,
                markeredgewidth=0, label=kind)
        tables.append(rows[["family", "model", x, y]].assign(series=kind, kind="points"))
        said.append(f"{len(rows)} {kind}, median {short_number(float(rows[y].median()))}, "
                    f"{short_number(float(rows[y].min()))} to {short_number(float(rows[y].max()))}")
    for (law, rows), (colour, style) in zip(curves.groupby("law", sort=False), _LINES, strict=False):
        rows = rows.sort_values(x, kind="stable")
        ax.plot(rows[x], rows[y], color=colour, linestyle=style, label=f"law, {law}")
        if rows["low"].notna().all():
            ax.fill_between(rows[x], rows["low"], rows["high"], color=colour, alpha=0.18, linewidth=0)
        tables.append(rows[[x, y, "low", "high"]].dropna(axis=1).assign(series=f"law, {law}", kind="line"))
        said.append(f"law {law} from {short_number(float(rows[y].iloc[0]))} to "
                    f"{short_number(float(rows[y].iloc[-1]))}")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(numticks=7))
    ax.set_xscale("log")
    ax.set_yscale("log")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(FuncFormatter(_tick))
    ax.set_xlabel(f"{xlabel} (log scale)")
    ax.set_ylabel(f"{ylabel} (log scale)")
    legend_above(ax, len(said))
    text = f"{ylabel} against {xlabel.lower()} (both log axes): " + "; ".join(said) + "."
    return describe(ax, text, data=pd.concat(tables), x=x, y=y)


def _tick(value: float, _: object) -> str:
    """A power of ten as people write it."""
    return f"{value:g}" if value < 1e4 else short_number(value)
