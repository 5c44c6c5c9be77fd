"""Dots for runs: every seed is seen, with the mean over seeds beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..._checks import need_columns
from ..._typed import checked
from ...errors import InputError
from ...plot import MARKERS, MUTED, PALETTE, describe, legend_above, short_number, theme
from .luck import LEARNED, NOT

__all__ = ["plot_products", "plot_runs", "plot_strip", "plot_tasks", "plot_training"]

#: Where a run without a right answer is drawn on a logarithmic axis of a test of a thousand sums.
NONE_RIGHT = 5e-4


@checked
@theme()
def plot_runs(table: pd.DataFrame, y: str, ax: Axes, *, ylabel: str, log_y: bool = False, mean: bool = True,
              x: str = "params", xlabel: str = "Parameters (log scale)", dots: int = 0) -> Axes:
    """One dot a run against size, and the mean over the seeds of each size.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it.
    y : str
        Column of the score.
    ax : Axes
    ylabel, xlabel : str
    log_y : bool
        Logarithmic; a score of 0 is drawn at `NONE_RIGHT`.
    mean : bool
        Join the means over seeds.
    x : str
        Column of size.
    dots : int
        Seeds drawn, the first ones; 0 draws them all. Means go over all of them.

    Returns
    -------
    Axes
        With alt text attached.
    """
    need_columns(table, (x, "seed", y))
    drawn = table[table["seed"] < dots] if dots else table
    if drawn.empty:
        raise InputError("plot_runs needs at least one run.")
    shown = drawn[y].clip(lower=NONE_RIGHT) if log_y else drawn[y]
    ax.plot(drawn[x], shown, linestyle="none", marker="o", markersize=4, alpha=0.45, color=PALETTE[0],
            markeredgewidth=0, label="one run")
    tables = [drawn[[x, "seed", y]].assign(series="one run", kind="points")]
    means = table.groupby(x)[y].mean()
    text = f"{ylabel} of {len(drawn)} runs against size, {_from_to(table[x])}."
    if mean:
        ax.plot(means.index, means, color=PALETTE[1], label="mean over seeds")
        tables.append(means.reset_index().assign(series="mean over seeds", kind="line"))
        text += (f" Means over {'all ' if dots else ''}seeds go from {means.iloc[0]:.2g} to "
                 f"{means.iloc[-1]:.2g}, lowest {means.min():.2g}, highest {means.max():.2g}.")
        legend_above(ax, 2)
    ax.set_xscale("log")
    if log_y:
        ax.set_yscale("log")
        text += f" Logarithmic axis; a score of 0 is drawn at {NONE_RIGHT:g}."
    _sizes(ax)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, text, data=pd.concat(tables), x=x, y=y)


@checked
@theme()
def plot_tasks(table: pd.DataFrame, ax: Axes) -> Axes:
    """Exact match of every size on every task as a grid of discs, whose area is the score above chance.

    Parameters
    ----------
    table : DataFrame
        Score table with one row a size and task, and ``subset``, the kind of task; of
        `chapters.battery.battery`.
    ax : Axes

    Returns
    -------
    Axes
        Tasks below each other by kind, those that smaller models solve first.
    """
    need_columns(table, ("task", "subset", "model", "params", "value", "chance"))
    gained = ((table["value"] - table["chance"]) / (1 - table["chance"])).clip(lower=0)
    shown = table[["task", "subset", "model", "params"]].assign(gained=gained)
    total = shown.groupby(["subset", "task"])["gained"].sum().reset_index()
    order = total.sort_values(["subset", "gained"], ascending=[True, False])["task"].tolist()
    shown["row"] = shown["task"].map({task: i for i, task in enumerate(order)})
    kinds = shown.drop_duplicates("row").sort_values("row")["subset"].tolist()
    bands = [i for i in range(1, len(kinds)) if kinds[i] != kinds[i - 1]]
    for at in bands:
        ax.axhline(at - 0.5, color=MUTED, linewidth=0.5)
    ax.scatter(shown["params"], shown["row"], s=2 + 60 * shown["gained"], color=PALETTE[0], linewidths=0)
    ax.set_xscale("log")
    _sizes(ax)
    ax.set_yticks(range(len(order)), order)
    ax.set_ylim(len(order) - 0.5, -0.5)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel("Parameters (log scale)")
    wins = shown[shown["gained"] > LEARNED].groupby("task").size()
    sizes = shown["model"].nunique()
    n = len(set(kinds))
    text = (f"Grid of {len(order)} tasks of {n} kind{'s' * (n > 1)} by {sizes} sizes, "
            f"{_from_to(shown['params'])}; the area of a disc is exact match above chance. "
            f"Above {LEARNED:g} lie all sizes on {(wins == sizes).sum()} tasks, some on "
            f"{(wins < sizes).sum()}, none on {len(order) - len(wins)}.")
    return describe(ax, text, data=shown.rename(columns={"task": "series"}), x="params", y="gained")


@checked
@theme()
def plot_strip(table: pd.DataFrame, sizes: Sequence[float], ax: Axes) -> Axes:
    """Exact match of the runs of a few sizes, one row of dots a size, in the order of their score.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it.
    sizes : sequence of float
        Parameters, drawn from below.
    ax : Axes

    Returns
    -------
    Axes
    """
    need_columns(table, ("params", "seed", "exact_match"))
    tables, said = [], []
    for i, size in enumerate(sizes):
        rows = table[table["params"] == size].sort_values(["exact_match", "seed"])
        if rows.empty:
            raise InputError(f"table holds no run of {size:g} parameters.")
        height = i + 0.56 * (np.arange(len(rows)) / max(len(rows) - 1, 1) - 0.5)
        ax.plot(rows["exact_match"], height, linestyle="none", marker="o", markersize=4, alpha=0.6,
                markeredgewidth=0, color=PALETTE[0])
        mean = float(rows["exact_match"].mean())
        ax.plot([mean, mean], [i - 0.36, i + 0.36], color=PALETTE[1], linewidth=2)
        tables.append(rows[["params", "seed", "exact_match"]].assign(height=height))
        high, low = (rows["exact_match"] > LEARNED).sum(), (rows["exact_match"] < NOT).sum()
        said.append(f"{short_number(size)} parameters: {high} of {len(rows)} above {LEARNED:g}, {low} below "
                    f"{NOT:g}, mean {mean:.2f}")
    ax.set_yticks(range(len(sizes)), [short_number(s) for s in sizes])
    ax.set_xlim(-0.03, 1.03)
    ax.set_xlabel("Exact match")
    ax.set_ylabel("Parameters")
    ax.grid(axis="y", visible=False)
    return describe(ax, f"Exact match of single runs. {'; '.join(said)}.", data=pd.concat(tables),
                    x="exact_match", y="height")


@checked
@theme()
def plot_products(tables: Mapping[str, pd.DataFrame], ax: Axes) -> Axes:
    """Exact match of every run against the product of its accuracies per digit.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By task, as `runs` gives them.
    ax : Axes

    Returns
    -------
    Axes
    """
    drawn, said = [], []
    ends = np.array([NONE_RIGHT / 1.6, 1.3])
    ax.plot(ends, ends, color=MUTED, linestyle=":", linewidth=1.2)
    for i, (name, table) in enumerate(tables.items()):
        need_columns(table, ("params", "seed", "exact_match", "position_product"))
        x, y = (table[c].clip(lower=NONE_RIGHT) for c in ("position_product", "exact_match"))
        ax.plot(x, y, linestyle="none", marker=MARKERS[i], markersize=4, alpha=0.5, markeredgewidth=0,
                color=PALETTE[i], label=name)
        gap = table["exact_match"] - table["position_product"]
        said.append(f"{name}, {len(table)} runs: exact match above the product by {gap.mean():.3f} on "
                    f"average, at most {gap.max():.2f}")
        drawn.append(table[["params", "seed", "exact_match", "position_product"]].assign(series=name))
    ax.set(xscale="log", yscale="log", xlim=ends, ylim=ends, xlabel="Product of accuracies per digit",
           ylabel="Exact match")
    legend_above(ax, len(tables))
    return describe(ax, f"{'; '.join(said)}. Both axes logarithmic; dotted: equal; less than "
                        f"{NONE_RIGHT:g} is drawn there.", data=pd.concat(drawn), x="position_product",
                    y="exact_match")


@checked
@theme()
def plot_training(scores: pd.DataFrame, metric: str, groups: Mapping[tuple[float, float], str], ax: Axes, *,
                  ylabel: str, legend: bool = True) -> Axes:
    """A score of single runs along training, one thin line a run, coloured by group.

    Parameters
    ----------
    scores : DataFrame
        Score table of one task and a few sizes.
    metric : str
    groups : mapping of (params, seed) to str
        Group of each run that is drawn.
    ax : Axes
    ylabel : str
    legend : bool
        Whether the groups are named above the axes.

    Returns
    -------
    Axes
    """
    need_columns(scores, ("metric", "params", "seed", "step", "value"))
    rows = scores[scores["metric"] == metric].sort_values("step")
    names = sorted(set(groups.values()))
    seen: set[str] = set()
    tables = []
    for (params, seed), name in groups.items():
        run = rows[(rows["params"] == params) & (rows["seed"] == seed)]
        if run.empty:
            raise InputError(f"scores hold no {metric} of the run with {params:g} parameters, seed {seed:g}.")
        i = names.index(name)
        ax.plot(run["step"], run["value"], color=PALETTE[i], linestyle=("-", "--", "-.")[i % 3], linewidth=1,
                alpha=0.55, label=None if name in seen else name)
        seen.add(name)
        tables.append(run[["params", "seed", "step", "value"]].assign(series=name, kind="line"))
    if not tables:
        raise InputError("groups must name at least one run.")
    table = pd.concat(tables)
    last = table[table["step"] == table["step"].max()].groupby("series")["value"].agg(["mean", "size"])
    said = [f"{name}, {int(r['size'])} runs: mean {r['mean']:.2g} at the end" for name, r in last.iterrows()]
    ax.set_xscale("log")
    _sizes(ax)
    ax.set_xlabel("Training step (log scale)")
    ax.set_ylabel(ylabel)
    if legend:
        legend_above(ax, len(names))
    return describe(ax, f"{ylabel} along training. {'; '.join(said)}.", data=table, x="step", y="value")


def _sizes(ax: Axes) -> None:
    """Whole numbers on a logarithmic axis of x."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))


def _from_to(x: pd.Series) -> str:
    return f"{short_number(float(x.min()))} to {short_number(float(x.max()))} parameters (log axis)"
