"""Drawings of the chapter."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ..._checks import fraction
from ...plot import MARKERS, MUTED, PALETTE, describe, legend_above, reference_line, theme

__all__ = ["plot_guess", "plot_two_steps"]

#: Difference of two largest steps, in shares of the range, that is called near.
NEAR = 0.1


@theme()
def plot_two_steps(shapes: pd.DataFrame, *, sudden: float, ax: Axes) -> Axes:
    """Largest step of each ladder under its hard score (across) and its soft one (up), by family.

    Parameters
    ----------
    shapes : DataFrame
        Of `paired_shapes`.
    sudden : float
        Share of the range from which a step looks sudden, drawn as dotted lines.

    Raises
    ------
    InputError
        If `sudden` is not a share from 0 to 1.
    """
    fraction("sudden", sudden)
    families = sorted(shapes["family"].unique())
    for i, family in enumerate(families):
        g = shapes[shapes["family"] == family]
        k = i % len(PALETTE)  # a second round is hollow
        ax.scatter(g["step_hard"], g["step_soft"], s=26, marker=MARKERS[k], alpha=0.8, label=family,
                   edgecolors=PALETTE[k], facecolors=PALETTE[k] if i == k else "none")
    ax.plot([0.15, 1], [0.15, 1], color=MUTED, linewidth=1)
    reference_line(ax, x=sudden, name="looks sudden beyond")
    reference_line(ax, y=sudden, name="looks sudden beyond")
    ax.set_xlabel("Largest step, hard score (share of range)")
    ax.set_ylabel("Largest step, soft score")
    legend_above(ax, len(families))
    under = int((shapes["step_soft"] < shapes["step_hard"]).sum())
    near = int(((shapes["step_soft"] - shapes["step_hard"]).abs() <= NEAR).sum())
    text = (f"Scatter of {len(shapes)} ladders: largest step as a share of the range under the soft score "
            f"against that under the hard score. {under} lie below the diagonal, where the soft score is the "
            f"smoother one; {near} lie within {NEAR:g} of it.")
    if hidden := int(shapes[["step_hard", "step_soft"]].round(2).duplicated().sum()):
        text += f" {hidden} {'mark lies' if hidden == 1 else 'marks lie'} under another."
    data = shapes[["family", "task", "step_hard", "step_soft"]].rename(columns={"family": "series"})
    return describe(ax, text, data=data, x="step_hard", y="step_soft")


@theme()
def plot_guess(pairs: pd.DataFrame, *, ax: Axes) -> Axes:
    """Brier score less that of a uniform guess against compute, for models at chance and above it.

    Parameters
    ----------
    pairs : DataFrame
        Of `choice_pairs`.
    """
    drawn = pairs.assign(series=pairs["above"].map({True: "above chance", False: "at chance"}),
                         excess=pairs["brier"] - pairs["guess"])
    for i, name in enumerate(("at chance", "above chance")):
        g = drawn[drawn["series"] == name]
        ax.scatter(g["train_flops"], g["excess"], s=14, marker=MARKERS[i], color=PALETTE[i], alpha=0.7,
                   label=name)
    reference_line(ax, y=0.0, name="uniform guess")
    ax.set_xscale("log")
    ax.set_xlabel("Training compute (FLOPs, log scale)")
    ax.set_ylabel("Brier score minus that of\na uniform guess")
    legend_above(ax, 2)
    share = (drawn.loc[~drawn["above"], "excess"] > 0).mean()
    text = (f"Scatter over {len(drawn)} pairs of model and task: Brier score minus that of a uniform guess "
            f"against compute. Of the {int((~drawn['above']).sum())} with accuracy at chance {share:.0%} lie "
            "above zero, worse than guessing; those above chance mostly lie below it.")
    columns = ["series", "model", "task", "train_flops", "excess"]
    return describe(ax, text, data=drawn[columns], x="train_flops", y="excess")
