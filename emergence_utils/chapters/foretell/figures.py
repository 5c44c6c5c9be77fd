"""The picture of one ladder, cut."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ... import plot
from ..._checks import need_columns
from ...errors import InputError
from ...plot import MARKERS, MUTED, PALETTE, short_number

__all__ = ["draw_forecasts"]

_LINES = ("--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))


def draw_forecasts(ladder: pd.DataFrame, told: pd.DataFrame, *, models: int, came: bool, ylabel: str,
                   ax: Axes) -> None:
    """Models up to a cut, what each method says of those beyond it, and, if asked for, what came.

    Parameters
    ----------
    ladder : DataFrame
        From `rungs`.
    told : DataFrame
        From `foretold`, with this cut among its own.
    models : int
        The cut.
    came : bool
        Draw the models beyond the cut.
    ylabel : str
    ax : Axes
    """
    need_columns(told, ("models", "method", "scale", "estimate", "low", "high"))
    here = told[(told["models"] == models) & told["estimate"].notna()]
    if here.empty:
        raise InputError(f"models must be a cut of told, got {models}.")
    known, later = ladder.iloc[:models], ladder.iloc[models:]
    start = known.iloc[[-1]][["scale", "score"]].rename(columns={"score": "estimate"})
    start = start.assign(low=start["estimate"], high=start["estimate"])
    said, tables = [], [known[["scale", "score"]].assign(series="known")]
    with plot.theme():
        ax.plot(known["scale"], known["score"], "-", marker=MARKERS[0], color=PALETTE[0],
                label="known models")
        for i, (name, rows) in enumerate(here.groupby("method", sort=False), start=1):
            line = pd.concat([start, rows.sort_values("scale")])
            colour = PALETTE[i % len(PALETTE)]
            ax.plot(line["scale"], line["estimate"], linestyle=_LINES[(i - 1) % 6], color=colour,
                    label=str(name))
            if rows["low"].notna().all():
                ax.fill_between(line["scale"], line["low"], line["high"], color=colour, alpha=0.08,
                                linewidth=0)
            end = line.iloc[-1]
            band = f" [{end['low']:.2f}, {end['high']:.2f}]" if np.isfinite(end["low"]) else ", no band"
            said.append(f"{name} {end['estimate']:.2f}{band}")
            tables.append(rows.rename(columns={"estimate": "score"})[["scale", "score", "low", "high"]]
                          .assign(series=name))
        if came:
            ax.plot(later["scale"], later["score"], linestyle="none", marker="*", markersize=10,
                    color=PALETTE[0], label="what came")
            tables.append(later[["scale", "score"]].assign(series="what came"))
        ax.axvline(float(known["scale"].iloc[-1]), color=MUTED, linewidth=0.8, linestyle=":")
        flops = ladder["axis"].iloc[0] == "train_flops"
        ax.set_xscale("log")
        ax.set_xlabel(f"{'Training compute (FLOPs' if flops else 'Parameters ('}{', ' * flops}log scale)")
        ax.set_ylabel(ylabel)
    plot.legend_above(ax, 3)
    end_text = f" What came: {later['score'].iloc[-1]:.2f}." if came else ""
    first = f"{models} models up to {short_number(float(known['scale'].iloc[-1]))}"
    plot.describe(ax, f"{ylabel} of {first}; forecasts of the largest with 90 % bands: {'; '.join(said)}."
                  f"{end_text}", data=pd.concat(tables, ignore_index=True), x="scale", y="score")
