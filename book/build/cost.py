"""What a step of training costs, by size and by runs trained together: a figure for the contributor page."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

__all__ = ["cost_block"]

_COST, _SPEED = Path("benchmarks/train_cost.csv"), Path("benchmarks/train_speed.csv")


def cost_block(root: str | Path = ".", before: str = "") -> str:
    """The figure and a table of ratios, as MyST Markdown.

    `before` is what was made the last time: it is right as long as the stored times are the same.
    """
    cost, speed = Path(root) / _COST, Path(root) / _SPEED
    if not (cost.is_file() and speed.is_file()):
        return "Nothing is stored yet: `python benchmarks/train_speed.py` measures.\n"
    seen = hashlib.sha256(cost.read_bytes() + speed.read_bytes() + Path(__file__).read_bytes())
    stamp = f"% made from {seen.hexdigest()[:16]}\n\n"
    if before.startswith(stamp):
        return before
    return f"{stamp}{_figure(pd.read_csv(cost))}\n\n{_ratios(pd.read_csv(speed))}\n"


def _figure(table: pd.DataFrame) -> str:
    import matplotlib.pyplot as plt  # loading it takes longer than all other pages

    from emergence_utils import plot

    together = {n: "alone" if n == 1 else f"{n} together" for n in sorted(table["seeds"].unique())}
    fig, ax = plot.figure(height=2.6)
    plot.plot_curves(table.assign(runs=table["seeds"].map(together)), x="params", y="ms_a_step_and_run",
                     hue="runs", order=list(together.values()), xlabel="Parameters (log scale)",
                     ylabel="ms a step and run (log)", ax=ax)
    ax.set_yscale("log")
    ticks = [3, 10, 30]
    ax.set_yticks(ticks, list(map(str, ticks)))
    ax.minorticks_off()
    caption = (f"Processor time of a step of {table['batch'].iloc[0]} sums of four digits, by runs of one "
               "size that are trained in one program.")
    html = plot.figure_html(fig, alt=plot.alt_text(fig), caption=caption)
    plt.close(fig)
    return html


def _ratios(speed: pd.DataFrame) -> str:
    cells = speed[["ratio_steps", "ratio_compiled_anew", "ratio_torch"]].map(_or_none)
    cells = speed[["width", "batch"]].astype(str).join(cells)
    rows = [f"| {' | '.join(row)} |" for row in cells.to_numpy().tolist()]
    return "\n".join(["| width | batch | sixteen together | with compilation | plainest PyTorch loop |",
                      "|--:|--:|--:|--:|--:|", *rows])


def _or_none(ratio: float) -> str:
    return "not measured" if pd.isna(ratio) else f"{ratio:.1f}"
