"""Drawings of the chapter."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ...plot import AXIS_LABELS, INK, PALETTE, describe, reference_line, short_number, theme

__all__ = ["plot_rates"]


@theme()
def plot_rates(found: pd.DataFrame, *, hidden: float, problems: int, ax: Axes) -> Axes:
    """Rate of right answers against size, both logarithmic, beside what a test without a right answer allows.

    Parameters
    ----------
    found : DataFrame
        Of `rates`.
    hidden : float
        Largest rate that no right answer in `problems` items leaves possible.
    problems : int
        Items of that test.
    """
    x, y = found["params"], found["value"]
    ax.vlines(x, found["low_new"], found["high_new"], color=PALETTE[0], alpha=0.55, linewidth=1.6)
    ax.plot(x, y, marker="o", color=PALETTE[0])
    reference_line(ax, y=hidden, name=f"what zero of {problems} allows")
    ax.annotate(f"zero of {problems} right allows all below", (0.01, hidden), va="bottom",
                xycoords=("axes fraction", "data"), fontsize=8, color=INK)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.xaxis.set_major_formatter(lambda v, _: short_number(v))
    ax.set_xlabel(f"{AXIS_LABELS['params']} (log scale)")
    ax.set_ylabel("Right answers / tries (log scale)")
    log_slope = float(np.polyfit(np.log10(x), np.log10(y), 1)[0])
    text = (f"Share of right answers against parameters, both axes logarithmic, {len(found)} models: "
            + "; ".join(f"{short_number(p)} {v:.2g} [{a:.2g}, {b:.2g}]" for p, v, a, b in
                        zip(x, y, found["low_new"], found["high_new"], strict=True))
            + f" (intervals for other problems). About {log_slope:.1f} decades a decade of size. Dotted line "
              f"at {hidden:.2g}: the largest rate that zero right of {problems} leaves possible.")
    columns = ["model", "params", "value", "low", "high", "low_new", "high_new", "n_examples"]
    return describe(ax, text, data=found[columns], x="params", y="value")
