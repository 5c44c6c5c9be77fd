"""How wide a rise is, beside how wide it must be."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..._checks import need_columns
from ..._typed import checked
from ...errors import InputError
from ...plot import MUTED, describe, theme
from ...plot.style import PALETTE

__all__ = ["plot_widths"]


@checked
@theme()
def plot_widths(widths: pd.DataFrame, ax: Axes) -> Axes:
    """Width of the rise under each threshold against its prediction from single images.

    Parameters
    ----------
    widths : DataFrame
        As `spreads` gives it.
    ax : Axes

    Returns
    -------
    Axes
        With alt text attached.
    """
    need_columns(widths, ("cut", "predicted", "measured"))
    if widths.empty:
        raise InputError("plot_widths needs at least one threshold.")
    ends = np.array([0.0, 1.08 * float(widths[["predicted", "measured"]].to_numpy().max())])
    ax.plot(ends, ends, color=MUTED, linestyle=":", linewidth=1.2)
    ax.annotate("equal", (ends[1], ends[1]), ha="right", va="top", fontsize=8, color=MUTED, xytext=(-14, -2),
                textcoords="offset points")
    ax.plot(widths["predicted"], widths["measured"], linestyle="none", marker="o", color=PALETTE[0])
    ax.set_xlabel("Spread of errors / their fall (decades of size)")
    ax.set_ylabel("Width of rise (decades)")
    first, last = widths.iloc[0], widths.iloc[-1]
    text = (f"Width of the rise from a tenth to nine tenths against its prediction, {len(widths)} "
            f"thresholds: from {first['measured']:.2f} decades (predicted {first['predicted']:.2f}) under "
            f"the strictest to {last['measured']:.2f} (predicted {last['predicted']:.2f}) under the mildest.")
    return describe(ax, text, data=widths, x="predicted", y="measured")
