"""The two-stage forecast: small runs to task loss, task loss to accuracy; and rivals that skip the loss."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ..._checks import need_columns, short
from ..._typed import checked
from ...curves import Line, Logistic, fit
from ...errors import InputError, UnknownNameError
from ...intervals import binomial_bounds
from ...laws import fit_task_law

__all__ = ["FORECASTERS", "final_runs", "forecast_targets", "forecast_task"]

#: Names of the forecasts, as columns of `forecast_targets`.
FORECASTERS = {"two_stage": "two stages", "line": "line in log compute",
               "logistic": "logistic in log compute", "no_change": "no change"}
_POOLED = "mmlu"


def final_runs(table: pd.DataFrame) -> pd.DataFrame:
    """Last checkpoint of every run and task, one row each, the parts of MMLU pooled.

    Parameters
    ----------
    table : DataFrame
        Rows of the source ``olmo_ladder`` read by one prompting, e.g. ``"rc 5-shot"``.

    Returns
    -------
    DataFrame
        Columns task, model, params, tokens, flops (6ND throughout, as the source gives nothing else
        for the targets), loss (bits per byte of the right answer), accuracy, n_examples, and
        chance where the table has it. Where a benchmark has a test split, that one.
    """
    need_columns(table, ("task", "model", "params", "tokens", "metric", "value", "n_examples", "subset"))
    if "prompting" in table and table["prompting"].nunique() > 1:
        raise InputError("final_runs takes rows of one prompting, the table has "
                         f"{', '.join(table['prompting'].dropna().unique())}; filter it first.")
    tested = table.loc[table["subset"] == "test", "task"].unique()
    rows = table[(table["subset"] == "test") | ~table["task"].isin(tested)]
    rows = rows.sort_values("tokens", kind="stable").groupby(["model", "task", "metric"]).tail(1)
    rows = rows[rows["metric"].str.startswith("multiple_choice") | (rows["metric"] == "bits_per_byte")]
    rows = rows.assign(score=np.where(rows["metric"] == "bits_per_byte", "loss", "accuracy"),
                       task=rows["task"].where(~rows["task"].str.startswith(_POOLED), _POOLED))
    rows = rows.assign(sum=rows["value"] * rows["n_examples"])
    keys = ["task", "model", "params", "tokens"]
    parts = rows.groupby([*keys, "score"])[["sum", "n_examples"]].sum()
    wide = (parts["sum"] / parts["n_examples"]).unstack("score").dropna()
    wide["n_examples"] = parts["n_examples"].unstack("score")["accuracy"]
    if "chance" in rows:
        wide["chance"] = rows.groupby(keys)["chance"].mean()
    wide = wide.reset_index().rename_axis(columns=None)
    return wide.assign(flops=6 * wide["params"] * wide["tokens"])


def forecast_task(train: pd.DataFrame, target: pd.DataFrame) -> pd.DataFrame:
    """Forecast one task's accuracy at the runs of `target` from the runs of `train`.

    Parameters
    ----------
    train, target : DataFrame
        As `final_runs` gives them, one task.

    Returns
    -------
    DataFrame
        One row per target: ``loss`` (forecast), ``second_stage`` (from the target's own loss) and a
        column for each of `FORECASTERS`; fractions.

    Raises
    ------
    InputError
        On fewer than six runs to learn from.

    Notes
    -----
    First stage: loss = floor + a N^-alpha + b D^-beta. Second stage: a logistic curve from loss to
    accuracy, floor and ceiling free, with one ideal point of loss 0 and accuracy 1. Both follow
    Bhagia et al. 2024 (arXiv:2412.04403), with the last checkpoint of every run in both stages, where
    the paper's second stage also uses earlier checkpoints. The rivals see accuracy and compute only.
    """
    if len(train) < 6:
        raise InputError(f"a two-stage forecast needs at least six runs to learn from, got {len(train)}.")
    law = fit_task_law(train["params"], train["tokens"], train["loss"], train["accuracy"], n_resamples=0)
    x, to = np.log10(train["flops"].to_numpy(float)), np.log10(target["flops"].to_numpy(float))
    told = law.predict(target["params"], target["tokens"])
    values = {"two_stage": told["accuracy"].to_numpy(float),
              "line": fit(Line(), x, train["accuracy"]).predict(to),
              "logistic": fit(Logistic(floor=None, ceiling=1.0), x, train["accuracy"]).predict(to),
              "no_change": np.full(len(target), float(train["accuracy"].to_numpy(float)[int(np.argmax(x))]))}
    clipped = {name: np.clip(v, 0, 1) for name, v in values.items()}
    stages = {"loss": told["loss"].to_numpy(float), "second_stage": law.from_loss(target["loss"])}
    return pd.DataFrame(stages | clipped, index=target.index)


def fully_named(models: pd.Series, train: str) -> pd.Series:
    """Which of the names the regular expression `train` matches as a whole.

    Raises
    ------
    InputError
        If `train` is no regular expression.
    """
    try:
        return models.str.fullmatch(train)
    except (re.error, TypeError):
        raise InputError(f"train must be a regular expression of names, such as '1B-.*', got {short(train)}."
                         ) from None


@checked
def forecast_targets(runs: pd.DataFrame, *, train: str, targets: tuple[str, ...]) -> pd.DataFrame:
    """Forecasts of every task at the target models.

    Parameters
    ----------
    runs : DataFrame
        From `final_runs`.
    train : str
        Regular expression that the names of the runs to learn from match in full.
    targets : tuple of str
        Models to predict.

    Returns
    -------
    DataFrame
        One row per task and target: task, model, n_examples, accuracy with the ends of its exact
        interval (low, high), the forecasts, and ``miss_NAME`` (forecast minus accuracy).
    """
    if not targets:
        raise InputError("targets must name at least one model, got none.")
    for model in targets:
        if model not in set(runs["model"]):
            raise UnknownNameError("model", model, runs["model"].unique())
    small = runs[fully_named(runs["model"], train) & ~runs["model"].isin(targets)]
    if small.empty:
        some = ", ".join(runs["model"].unique()[:3])
        raise InputError(f"no run is named like train={train!r}; runs are {some}, ...")
    out = []
    for task, g in small.groupby("task", sort=True):
        goal = runs[(runs["task"] == task) & runs["model"].isin(targets)]
        forecast = forecast_task(g, goal)
        low, high = binomial_bounds(goal["accuracy"], goal["n_examples"], method="clopper-pearson")
        known = goal[["task", "model", "n_examples", "accuracy"]].assign(low=low, high=high,
                                                                         true_loss=goal["loss"])
        out.append(known.join(forecast))
    table = pd.concat(out, ignore_index=True)
    return table.assign(**{f"miss_{k}": table[k] - table["accuracy"] for k in (*FORECASTERS, "second_stage")})
