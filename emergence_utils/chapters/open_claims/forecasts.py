"""What the forecasts by way of the loss are worth: errors, leads over rivals, and the noise of scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..._checks import need_columns
from ...errors import InputError, UnknownNameError
from ...intervals import binomial
from ...measures import above_chance
from ...resample import bootstrap
from ...results import Result
from .two_stage import FORECASTERS, fully_named

__all__ = ["RIVALS", "answered", "at_chance", "forecast_errors", "forecast_rows", "leads", "rerun_spread",
           "task_rows"]

#: Forecasts that skip the loss.
RIVALS = ("line", "logistic", "no_change")
_ALL = {**FORECASTERS, "second_stage": "second stage alone (true loss known)"}
_MISSES = [f"miss_{k}" for k in _ALL]
_TWO_SIDED = 1.96  # standard normal, 95 %


def forecast_rows(forecasts: pd.DataFrame, model: str,
                  shown: tuple[str, ...] = ("two_stage", "line", "logistic")) -> pd.DataFrame:
    """Observed and forecast accuracy of one model, as rows for `plot.plot_forest`.

    Parameters
    ----------
    forecasts : DataFrame
        From `forecast_targets`.
    model : str
        Which target.
    shown : tuple of str
        Names of `FORECASTERS`.

    Returns
    -------
    DataFrame
        Columns task, kind, estimate, low, high, n_examples; tasks in order of accuracy.
    """
    one = forecasts[forecasts["model"] == model].sort_values("accuracy", kind="stable")
    if one.empty:
        raise InputError(f"no forecasts of {model}; there are those of "
                         f"{', '.join(forecasts['model'].unique())}.")
    keep = ["task", "kind", "estimate", "low", "high", "n_examples"]
    one = one.assign(task=one["task"].str.replace("_", " "))
    seen = one.assign(kind="observed", estimate=one["accuracy"])
    told = [one.assign(kind=FORECASTERS[k], estimate=one[k], low=np.nan, high=np.nan) for k in shown]
    return pd.concat([seen, *told])[keep].reset_index(drop=True)


def task_rows(runs: pd.DataFrame, forecasts: pd.DataFrame, task: str, train: str) -> pd.DataFrame:
    """Scores of the small runs on one task, and what each forecast says of the targets, by compute.

    Parameters
    ----------
    runs, forecasts : DataFrame
        From `final_runs` and `forecast_targets`.
    task : str
    train : str
        Regular expression of the small runs' names, as given to `forecast_targets`.

    Returns
    -------
    DataFrame
        Columns kind ("small runs" or a name of `FORECASTERS`), model, train_flops, value, n_examples
        (missing for forecasts).
    """
    known = runs[runs["task"] == task]
    if known.empty:
        raise UnknownNameError("task", task, runs["task"].unique())
    seen = known[fully_named(known["model"], train)].assign(kind="small runs", value=known["accuracy"])
    told = forecasts[forecasts["task"] == task].drop(columns="n_examples")
    told = told.merge(known[["model", "flops"]], on="model")
    rows = pd.concat([seen, *(told.assign(kind=name, value=told[k]) for k, name in FORECASTERS.items())])
    return rows.rename(columns={"flops": "train_flops"})[
        ["kind", "model", "train_flops", "value", "n_examples"]].reset_index(drop=True)


def forecast_errors(forecasts: pd.DataFrame, *, n_resamples: int = 1000) -> pd.DataFrame:
    """Mean absolute error of each forecast, in points, with an interval over tasks.

    Parameters
    ----------
    forecasts : DataFrame
        From `forecast_targets`.
    n_resamples : int

    Returns
    -------
    DataFrame
        One row a forecast: forecast, mean error, low, high, within (share of forecasts inside the exact
        interval of the score).
    """
    points = _points(forecasts)
    rows = []
    for key, name in _ALL.items():
        mean = bootstrap(np.mean, points[f"miss_{key}"].to_numpy(), n_resamples=n_resamples)
        low, high = (mean.interval.low, mean.interval.high) if mean.interval else (np.nan, np.nan)
        inside = forecasts[key].between(forecasts["low"], forecasts["high"]).mean()
        rows.append({"forecast": name, "mean_error": mean.estimate, "low": low, "high": high,
                     "within": inside})
    return pd.DataFrame(rows)


def leads(forecasts: pd.DataFrame, *, n_resamples: int = 2000) -> dict[str, Result]:
    """Points by which the two-stage forecast errs less than each rival, with intervals over tasks."""
    points = _points(forecasts)
    return {k: bootstrap(np.mean, (points[f"miss_{k}"] - points["miss_two_stage"]).to_numpy(),
                         n_resamples=n_resamples) for k in RIVALS}


def rerun_spread(runs: pd.DataFrame, suffix: str = "-rerun") -> pd.Series:
    """Standard deviation of accuracy between two trainings of one recipe, by task.

    Parameters
    ----------
    runs : DataFrame
        From `final_runs`.
    suffix : str
        Ends the name of the second training of a recipe.

    Returns
    -------
    Series
        By task; the root of the mean over recipes of half the squared difference.
    """
    again = runs[runs["model"].str.endswith(suffix)]
    if again.empty:
        raise InputError(f"no run is named with {suffix!r} at its end.")
    again = again.assign(model=again["model"].str.removesuffix(suffix))
    both = again.merge(runs, on=["task", "model"], suffixes=("", "_first"))
    half = (both["accuracy"] - both["accuracy_first"]) ** 2 / 2
    return pd.Series(np.sqrt(half.groupby(both["task"]).mean()), name="spread")


def at_chance(runs: pd.DataFrame, train: str, *, negligible: float = 0.01) -> pd.Series:
    """Share of the runs to learn from that are not above chance, by task.

    Parameters
    ----------
    runs : DataFrame
        From `final_runs`, with its column chance.
    train : str
        Regular expression of their names.
    negligible : float
        Excess over chance that still counts as none.
    """
    need_columns(runs, ("task", "model", "accuracy", "n_examples", "chance"))
    small = runs[fully_named(runs["model"], train)]
    if small.empty:
        raise InputError(f"no run is named like train={train!r}.")
    found = above_chance(small["accuracy"], small["n_examples"], small["chance"] + negligible)
    silent = pd.Series((found["verdict"] != "above").to_numpy(), index=small.index)
    return silent.groupby(small["task"]).mean()


def answered(forecasts: pd.DataFrame, spread: pd.Series) -> pd.DataFrame:
    """Whether each task's forecast is within noise, and closer than every forecast that skips the loss.

    Parameters
    ----------
    forecasts : DataFrame
        From `forecast_targets`.
    spread : Series
        From `rerun_spread`: the noise of training, beside that of items.

    Returns
    -------
    DataFrame
        One row a task: task, ``within`` (the miss lies within 95 % of both noises at every target),
        ``closer`` (than every rival at every target), ``answered`` (both). `attrs["share"]` is the
        Result of the share answered.
    """
    need_columns(forecasts, ("task", "low", "high", *_MISSES))
    unknown = sorted(set(forecasts["task"]) - set(spread.index))
    if unknown:
        raise InputError(f"spread must have every task, it lacks {', '.join(unknown)}.")
    training: NDArray[np.float64] = spread.loc[forecasts["task"]].to_numpy(float)
    noise = np.hypot((forecasts["high"] - forecasts["low"]) / 2, _TWO_SIDED * training)
    miss = forecasts["miss_two_stage"].abs()
    rivals = forecasts[[f"miss_{k}" for k in RIVALS]].abs().min(axis=1)
    told = pd.DataFrame({"task": forecasts["task"], "within": miss <= noise, "closer": miss < rivals})
    table = told.groupby("task").all().reset_index()
    table = table.assign(answered=table["within"] & table["closer"])
    table.attrs["share"] = binomial(int(table["answered"].sum()), len(table))
    return table


def _points(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute error by task, in points."""
    need_columns(forecasts, ("task", *_MISSES))
    return 100 * forecasts[_MISSES].abs().groupby(forecasts["task"]).mean()
