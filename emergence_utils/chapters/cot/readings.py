"""Open models: the same runs, prompted in three ways and read in two."""

from __future__ import annotations

import pandas as pd

from ... import scores
from ..._checks import fraction, positive
from ..._typed import checked
from ...errors import InputError
from ...intervals import clustered
from ...measures import above_chance
from .crossings import crossover_all
from .differences import differences

__all__ = ["bbh_losses", "by_reading", "ends_of_decided", "open_crossings", "open_differences"]

#: Ways of asking for a chain: the name shown, the name in the table with the reading left open.
PROMPTINGS = {
    "chain, 8 examples": "chain-of-thought ({})",
    "majority of 5 chains": "chain-of-thought self-consistency (maj@5, {})",
    "chain, no examples": "zero-shot chain-of-thought ({})",
}
READINGS = ("flexible", "strict")


def _runs() -> pd.DataFrame:
    table = scores.load("obsscaling")
    return table[(table["task"] == "gsm8k") & table["prompting"].notna()]


@checked
def open_differences(*, fdr: float = 0.05) -> pd.DataFrame:
    """GSM8K with a chain minus direct answers, both read alike, for every open model, prompting and reading.

    Returns
    -------
    DataFrame
        As `differences`, with ``prompting``, ``reading``, ``params`` and ``train_flops`` (missing where
        unknown). The control of false discoveries runs over the models of one prompting and reading.

    Raises
    ------
    InputError
        If `fdr` does not lie between 0 and 1.
    """
    fraction("fdr", fdr, low=False, high=False)
    runs = _runs()
    scale = runs.drop_duplicates("model").set_index("model")[["params", "train_flops"]]
    parts = []
    for prompting, name in PROMPTINGS.items():
        for reading in READINGS:
            found = differences(runs, method=name.format(reading), baseline=f"direct ({reading})",
                                by=["family", "model"], fdr=fdr)
            parts.append(found.join(scale, on="model").assign(prompting=prompting, reading=reading))
    return pd.concat(parts, ignore_index=True)


@checked
def by_reading(table: pd.DataFrame, flops: float) -> pd.DataFrame:
    """Mean difference and signs, by prompting, reading and side of a compute.

    Parameters
    ----------
    table : DataFrame
        From `open_differences`.
    flops : float
        Compute that parts small models from large ones; models of unknown compute are left out.

    Returns
    -------
    DataFrame
        ``label``, prompting, reading, side (``small``, ``large``), models, worse, undecided, better, and
        the mean ``estimate`` with ``low`` and ``high``, clustered by family.

    Raises
    ------
    InputError
        If no model lies below `flops`, or none above.
    """
    positive("flops", flops)
    known = table[table["train_flops"].notna()]
    if not known["train_flops"].min() < flops <= known["train_flops"].max():
        raise InputError(f"flops must part the models, from {known['train_flops'].min():.2g} to "
                         f"{known['train_flops'].max():.2g}, got {flops:g}.")
    side = (known["train_flops"] >= flops).map({False: "small", True: "large"})
    rows = []
    for keys, g in known.assign(side=side).groupby(["side", "prompting", "reading"], sort=False):
        mean, signs = clustered(g["estimate"], g["family"]), g["sign"].value_counts()
        assert mean.interval is not None
        rows.append({"label": f"{keys[1]}, {keys[0]}", "prompting": keys[1], "reading": keys[2],
                     "side": keys[0], "models": len(g), "families": g["family"].nunique(),
                     **{s: int(signs.get(s, 0)) for s in ("worse", "undecided", "better")},
                     "estimate": mean.estimate, "low": mean.interval.low, "high": mean.interval.high})
    out = pd.DataFrame(rows)
    order = [f"{p}, {s}" for s in ("small", "large") for p in PROMPTINGS]
    return out.sort_values("label", key=lambda c: c.map(order.index), kind="stable").reset_index(drop=True)


@checked
def bbh_losses(flops: float) -> pd.DataFrame:
    """BIG-Bench Hard, mean over tasks, chain minus direct answers, of open models below a compute.

    Returns
    -------
    DataFrame
        family, model, ``flexible`` and ``strict``: the difference by the way the chain was read. Direct
        answers are always read flexibly: read strictly they score nearly nothing.

    Raises
    ------
    InputError
        If no model lies below `flops`.
    """
    positive("flops", flops)
    table = scores.load("obsscaling")
    table = table[(table["task"] == "bbh_overall") & (table["train_flops"] < flops)]
    if table.empty:
        raise InputError(f"flops must exceed the training compute of the smallest model, got {flops:g}.")
    wide = table.pivot(index=["family", "model"], columns="prompting", values="value")
    chains = {how: wide[f"chain-of-thought ({how})"] - wide["direct (flexible)"] for how in READINGS}
    return pd.DataFrame(chains).dropna().reset_index()


def open_crossings(*, n_resamples: int = 1000) -> pd.DataFrame:
    """Compute from which on a chain with eight examples leads, read flexibly, per open family of 3 sizes."""
    return crossover_all(_runs(), method="chain-of-thought (flexible)", baseline="direct (flexible)",
                         x="train_flops", by=["family"], min_models=3, n_resamples=n_resamples)


def ends_of_decided(table: pd.DataFrame) -> pd.DataFrame:
    """Decided differences on tasks that offer options: where the score with a chain ends.

    Parameters
    ----------
    table : DataFrame
        From `differences`.

    Returns
    -------
    DataFrame
        The rows whose task can be guessed, with ``chance`` and ``ends``: ``above`` or ``below`` the rate of
        guessing, or ``chance`` where it cannot be told from it.
    """
    rows = scores.fill_chance(table.assign(source="cot", metric="exact_match"))
    rows = rows[(rows["chance"] > 0) & (rows["sign"] != "undecided")].reset_index(drop=True)
    ends = above_chance(rows["method"], rows["n_examples"], rows["chance"])["verdict"]
    return rows.assign(ends=ends)
