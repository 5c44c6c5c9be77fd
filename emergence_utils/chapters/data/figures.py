"""Published models as dots, laws as lines with a band."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ..._checks import need_columns
from ..._typed import checked
from ...plot import INK, MARKERS, PALETTE, describe, legend_above, short_number, theme

__all__ = ["plot_models", "plot_valleys"]

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


@checked
@theme()
def plot_valleys(found: pd.DataFrame, curves: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Best tokens per parameter without a law, beside what laws say.

    Parameters
    ----------
    found : DataFrame
        From `valleys`.
    curves : DataFrame
        Columns law, flops, ratio, low, high; up to three laws, the first with its band.

    Returns
    -------
    Axes
        With alt text attached.
    """
    need_columns(found, ("flops", "ratio", "low", "high", "n"))
    need_columns(curves, ("flops", "ratio", "low", "high", "law"))
    ax = ax or plt.gca()
    said, tables = [], []
    for i, ((law, rows), (colour, style)) in enumerate(zip(curves.groupby("law", sort=False), _LINES,
                                                           strict=False)):
        rows = rows.sort_values("flops", kind="stable")
        ax.plot(rows["flops"], rows["ratio"], color=colour, linestyle=style, label=str(law))
        keep = ["flops", "ratio"]
        if i == 0:
            ax.fill_between(rows["flops"], rows["low"], rows["high"], color=colour, alpha=0.18, linewidth=0)
            keep += ["low", "high"]
        tables.append(rows[keep].assign(series=law, kind="line"))
        said.append(f"{law} from {rows['ratio'].iloc[0]:.3g} to {rows['ratio'].iloc[-1]:.3g}")
    ax.vlines(found["flops"], found["low"], found["high"], color=PALETTE[1], linewidth=1.4)
    ax.plot(found["flops"], found["ratio"], linestyle="none", marker=MARKERS[1], color=PALETTE[1],
            label="no law: parabola")
    tables.append(found[["flops", "ratio", "low", "high", "n"]].assign(series="no law", kind="points"))
    said.append("without a law " + ", ".join(f"{r.ratio:.0f} ({r.low:.0f} to {r.high:.0f}) at {r.flops:.2g}"
                                             for r in found.itertuples()))
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_yticks([5, 10, 20, 40, 80], ["5", "10", "20", "40", "80"])
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("Training compute (FLOPs, log scale)")
    ax.set_ylabel("Best tokens per parameter")
    legend_above(ax, 4)
    return describe(ax, "Best tokens per parameter against training compute (both log axes): "
                    + "; ".join(said) + ".", data=pd.concat(tables), x="flops", y="ratio")


def _tick(value: float, _: object) -> str:
    """A power of ten as people write it."""
    return f"{value:g}" if value < 1e4 else short_number(value)
