"""The picture of a ladder: a hard metric and two soft ones on the same answers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from .. import plot

__all__ = ["draw", "save"]

_PANELS = (("exact_match", "Exact match (share)"),
           ("token_accuracy", "Token accuracy (share)"),
           ("cross_entropy", "Cross-entropy (nats/token)"))


def draw(scores: pd.DataFrame, task: str) -> Figure:
    """Exact match, token accuracy and cross-entropy of one task against parameters, at the last step.

    Parameters
    ----------
    scores : DataFrame
        As `tables.score_table` gives it.
    task : str

    Returns
    -------
    Figure
        One line a subset; the middle of the seeds where there are several. Exact match of single runs has
        exact 95 % intervals of its items.
    """
    rows = scores[scores["task"] == task]
    rows = rows[rows["step"] == rows["step"].max()]
    rows = rows.assign(subset=rows["subset"].fillna("all questions"))
    fig, axes = plot.figure(3, 1, height=2.5, sharex=True)
    seeds = rows.groupby("model")["seed"].nunique()
    for ax, (metric, label) in zip(axes, _PANELS, strict=True):
        shown = rows[rows["metric"] == metric]
        keys = ["source", "family", "model", "params", "task", "subset", "metric"]
        middle = shown.groupby(keys, as_index=False, sort=False).agg(
            value=("value", "median"), n_examples=("n_examples", "first"), chance=("chance", "first"),
            low=("value", "min"), high=("value", "max"))
        alone = metric == "exact_match" and seeds.max() == 1
        chances = middle["chance"].dropna().unique()
        several = middle["subset"].nunique() > 1
        plot.plot_scores(middle, hue="subset" if several else None, n="n_examples" if alone else None,
                         chance=float(chances[0]) if len(chances) == 1 and chances[0] > 0 else None,
                         ylabel=label, items="questions", ax=ax)
        if seeds.max() > 1:
            for i, (_, line) in enumerate(middle.groupby("subset")):
                ax.vlines(line["params"], line["low"], line["high"], linewidth=1.2, alpha=0.55,
                          color=plot.PALETTE[i % len(plot.PALETTE)])
        ax.set_ylim(*((-0.04, 1.04) if metric != "cross_entropy" else (0, None)))
        if ax is not axes[0] and (legend := ax.get_legend()):
            legend.remove()
        if ax is not axes[-1]:
            ax.set_xlabel("")
    n = int(rows["n_examples"].max())
    often = f"{seeds.min()}" if seeds.min() == seeds.max() else f"{seeds.min()} to {seeds.max()}"
    said = f"{task}: {len(seeds)} sizes, seeds each: {often}, n = {n:,} questions" + (
        "" if seeds.max() == 1 else "\nPoints: middle seed; bars: lowest to highest seed")
    with plot.theme():
        fig.suptitle(said, x=0.01, ha="left", fontsize=9.5)
    return fig


def save(scores: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw each task of a table into SVG and PNG; gives the files."""
    import matplotlib.pyplot as plt

    made = []
    for task in scores["task"].unique():
        fig = draw(scores, task)
        for end in ("svg", "png"):
            path = folder / f"{task}.{end}"
            metadata = {"Date": None} if end == "svg" else None
            fig.savefig(path, dpi=150, metadata=metadata, facecolor="white")
            made.append(path)
        plt.close(fig)
    return made
