"""Along training: rates that rise and fall again, and what stopping rules do to plain means."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from ..._checks import need_rows
from ..._typed import checked
from ...errors import InputError
from ...measures import holm
from ...resample import redrawn_scores
from .mixture import shrunk_rates, with_rates

__all__ = ["along_training", "rise_and_fall", "stopped_samples", "stopping_bias"]


def rise_and_fall(table: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """For each run: does the rate fall from its highest checkpoint to the last, beyond the luck of the pick?

    The highest checkpoint is picked on one half of the problems and its distance to the last is measured
    on the other half, both ways. Rates are `shrunk_rates`, the standard error is that of plain rates. The
    p value is that of a one-sided t test over problems, adjusted after Holm for the number of runs and
    tasks. Runs whose last checkpoint is the highest in both halves have p = 1.

    Parameters
    ----------
    table : DataFrame
        Table by item with several checkpoints (``tokens``) of each model; checkpoints with fewer problems
        than the last one are left out.

    Returns
    -------
    DataFrame
        task, model, params, ``peak`` (tokens at the highest rate over all problems), ``at_peak``,
        ``at_end`` (rates), ``fall`` (mean drop, cross-fitted), ``low``, ``high``, ``p``, ``falls`` (p
        below 1 - level).
    """
    rows = []
    for (task, params, model), run in table.groupby(["task", "params", "model"], sort=True):
        cells = {tokens: with_rates(g) for tokens, g in run.groupby("tokens", sort=True)}
        end = run["tokens"].max()
        items = cells[end].index
        cells = {tokens: r.loc[items] for tokens, r in cells.items() if items.isin(r.index).all()}
        if len(cells) < 3:
            raise InputError(f"{model} on {task} has {len(cells)} whole checkpoints; three are needed.")
        grid = pd.DataFrame({tokens: r["shrunk"] for tokens, r in cells.items()})
        drops = []
        for half in (0, 1):
            mine = np.arange(len(items)) % 2 == half
            top = cells[grid[~mine].mean().idxmax()]
            drops.append(top[mine] - cells[end][mine])
        drop = pd.concat(drops)
        mean, error = float(drop["shrunk"].mean()), float(drop["plain"].std(ddof=1) / np.sqrt(len(drop)))
        t = float(special.stdtrit(len(drop) - 1, (1 + level) / 2))
        rows.append({"task": task, "model": model, "params": params, "peak": grid.mean().idxmax(),
                     "at_peak": grid.mean().max(), "at_end": grid[end].mean(), "fall": mean,
                     "low": mean - t * error, "high": mean + t * error,
                     "p": float(special.stdtr(len(drop) - 1, -mean / error)) if error > 0 else 1.0})
    out = pd.DataFrame(rows)
    out["p"] = holm(out["p"])
    return out.assign(falls=out["p"] < 1 - level)


@checked
def along_training(table: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Mean rate at each checkpoint.

    Returns
    -------
    DataFrame
        task, model, params, tokens, rate (mean of `shrunk_rates`), low, high (t interval over problems,
        of plain rates, cut off at 0), problems, right (answers).

    Raises
    ------
    InputError
        If the table is empty.
    """
    need_rows("table", table)
    rows = []
    for (task, params, model, tokens), g in table.groupby(["task", "params", "model", "tokens"], sort=True):
        cell = with_rates(g)
        error = float(cell["plain"].std(ddof=1) / np.sqrt(len(cell)))
        half, mean = error * float(special.stdtrit(len(cell) - 1, (1 + level) / 2)), cell["shrunk"].mean()
        rows.append({"task": task, "model": model, "params": params, "tokens": tokens, "rate": mean,
                     "low": max(0.0, mean - half), "high": mean + half, "problems": len(cell),
                     "right": g["correct"].sum()})
    return pd.DataFrame(rows)


def stopped_samples(problems: int = 128, *, first: int = 128, most: int = 16_384,
                    seed: int = 0) -> pd.DataFrame:
    """A simulation: tries go on, doubled each time, until a problem is solved or the budget is spent.

    Parameters
    ----------
    problems : int
        Their rates are spread evenly in logarithm from 1e-6 to 0.1.
    first, most : int
        Tries at the start and at most.

    Returns
    -------
    DataFrame
        rate (the truth), n_samples, correct.
    """
    rng = np.random.default_rng(seed)
    rate = np.logspace(-6, -1, problems)
    n = np.full(problems, first)
    c = np.rint(redrawn_scores(rate, n, 1, rng, observed=False)[0] * n).astype(int)
    while (going := (c == 0) & (n < most)).any():
        more = np.rint(redrawn_scores(rate, n, 1, rng, observed=False)[0] * n).astype(int)
        c, n = np.where(going, more, c), np.where(going, 2 * n, n)
    return pd.DataFrame({"rate": rate, "n_samples": n, "correct": c})


def stopping_bias(*, draws: int = 40, seed: int = 0) -> pd.DataFrame:
    """A simulation: mean rates after `stopped_samples` over the true mean, plain and fitted.

    Returns
    -------
    DataFrame
        One row a draw: ``plain`` (mean of right answers over tries), ``fitted`` (mean of `shrunk_rates`),
        each over the truth.
    """
    rows = []
    for i in range(draws):
        sample = stopped_samples(seed=seed + i)
        truth = sample["rate"].mean()
        rows.append({"plain": (sample["correct"] / sample["n_samples"]).mean() / truth,
                     "fitted": shrunk_rates(sample["correct"], sample["n_samples"]).mean() / truth})
    return pd.DataFrame(rows)
