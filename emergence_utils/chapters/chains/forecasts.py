"""How well larger models can be predicted: against no change, and one order of magnitude ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..._checks import fraction
from ..._typed import checked
from ...curves import Logistic, fit_each, forecast_many
from ...errors import InputError, UnknownNameError
from ...intervals import binomial_bounds, clustered
from ...ladders import Ladder
from ...measures import breakthroughness
from ...scores import load

__all__ = ["bbh_ahead", "decade_ahead", "family_of", "forecast_held_out", "share_table"]


@checked
def forecast_held_out(data: pd.DataFrame, *, tolerance: float = 0.25) -> pd.DataFrame:
    """Forecast of the largest model of every ladder, beside "as the next smaller model".

    Parameters
    ----------
    data : DataFrame
        From `all_or_nothing_ladders`.
    tolerance : float
        Largest miss, as a share of the ladder's range, that counts as predicted; so does a forecast
        inside the exact interval of the held-out score.

    Returns
    -------
    DataFrame
        One row per ladder: its names, ``family`` (whose models are drawn together), ``error`` and
        ``naive`` (observed minus forecast, in points of the score), ``miss`` (over the range),
        ``predicted``, ``within_noise``, ``beats_naive``, ``largest_share``, ``breakthroughness``.

    Raises
    ------
    InputError
        If `tolerance` is not a share above 0 and up to 1.
    """
    fraction("tolerance", tolerance, low=False)
    ladders = [g for _, g in data.groupby("key")]
    counted = [bool(g["n_examples"].notna().all()) for g in ladders]
    known = [Ladder.of(g["scale"][:-1], g["value"][:-1], g["n_examples"][:-1] if items else None)
             for g, items in zip(ladders, counted, strict=True)]
    found = forecast_many(known, at=[g["scale"].iloc[-1] for g in ladders])
    rows = []
    for g, items, one in zip(ladders, counted, found, strict=True):
        noise = False
        if items:
            low, high = binomial_bounds(*g[["value", "n_examples"]].iloc[-1], method="clopper-pearson")
            noise = bool(low <= one.estimate <= high)
        rows.append(_told(g, one.estimate, noise, tolerance))
    return pd.DataFrame(rows).sort_values("key", ignore_index=True)


def _told(ladder: pd.DataFrame, forecast: float, noise: bool, tolerance: float) -> dict[str, Any]:
    """One ladder and how well its largest model was foreseen."""
    y = ladder["value"].to_numpy(dtype=float)
    span, error, naive = float(np.ptp(y)), float(y[-1] - forecast), float(y[-1] - y[-2])
    miss = abs(error) / span if span > 0 else 0.0
    names = ("source", "ladder", "task", "prompting", "metric", "key")
    return {name: ladder[name].iloc[0] for name in names} | {
        "family": family_of(str(ladder["ladder"].iloc[0])), "n_models": len(y), "error": error,
        "naive": naive, "miss": miss, "predicted": noise or miss <= tolerance, "within_noise": noise,
        "range": span, "beats_naive": abs(error) < abs(naive),
        "breakthroughness": breakthroughness(y).estimate,
        "largest_share": float(np.diff(y).max() / span) if span > 0 else 0.0}


def family_of(ladder: str) -> str:
    """Models made alike: one data set of Gadre et al., both Pythia suites; else the ladder itself.

    Examples
    --------
    >>> family_of("rpj x32"), family_of("Pythia deduped"), family_of("GPT-3")
    ('rpj', 'Pythia', 'GPT-3')
    """
    return ladder.split(" x")[0].removesuffix(" deduped")


def decade_ahead(wide: pd.DataFrame, scale: pd.Series, floors: pd.Series, *, ahead: float = 1.0,
                 half_width: float = 0.25, min_train: int = 15, min_test: int = 3, step: float = 0.5,
                 ceiling: float | None = 1.0) -> pd.DataFrame:
    """Absolute errors of forecasts for models with about ten times the compute of those fitted.

    For each of a row of cuts, a logistic curve from guessing to `ceiling` is fitted to all models up to
    the cut and judged on the models whose compute is `ahead` decades beyond it, give or take
    `half_width`. The same is done with the mean of the models in the last half decade before the
    cut ("no change").

    Parameters
    ----------
    wide : DataFrame, shape (models, tasks)
        Scores as fractions; models with a missing score are not accepted.
    scale : Series
        Log10 of compute per model, same index.
    floors : Series
        Chance level of each task.
    ahead, half_width, step : float
        Decades.
    min_train, min_test : int
        Cuts with fewer models on a side are left out.
    ceiling : float or None
        Upper end of the curves; None fits it.

    Returns
    -------
    DataFrame
        One row per task, cut and tested model: ``task``, ``cut``, ``model`` (index label),
        ``error`` and ``naive`` (observed minus forecast).
    """
    x = scale.to_numpy(dtype=float)
    y = wide.to_numpy(dtype=float)
    if len(x) != len(wide) or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InputError("wide and scale must hold finite numbers for the same models.")
    floor = floors[wide.columns].to_numpy(dtype=float)
    gain, curve = (y - floor) / (1 - floor), Logistic(floor=0.0, ceiling=ceiling)
    cuts = []
    for cut in np.arange(x.min(), x.max(), step):
        train = x <= cut
        test = np.abs(x - cut - ahead) <= half_width
        recent = train & (x > cut - 0.5)
        if train.sum() >= min_train and test.sum() >= min_test and recent.any():
            cuts.append((round(float(cut), 3), train, test, recent))
    # every task on one scale, from guessing to all right, so that one family serves them all
    ladders = [(x[train], column, None) for _, train, _, _ in cuts for column in gain[train].T]
    fits = iter(fit_each(curve, ladders, doubts=False))
    rows = []
    for cut, _, test, recent in cuts:
        for j, task in enumerate(wide.columns):
            error = (gain[test, j] - next(fits).predict(x[test])) * (1 - floor[j])
            naive = y[test, j] - y[recent, j].mean()
            rows += [{"task": task, "cut": cut, "model": m, "error": float(e), "naive": float(v)}
                     for m, e, v in zip(wide.index[test], error, naive, strict=True)]
    if not rows:
        raise InputError(f"no cut leaves {min_train} models to learn from and {min_test} to test on.")
    return pd.DataFrame(rows)


@checked
def share_table(forecasts: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Shares of ladders that are predicted, and predicted better than by no change, by source.

    Parameters
    ----------
    forecasts : DataFrame
        From `forecast_held_out`.
    names : mapping of str to str
        Sources in their order, with the name that a figure shows.

    Returns
    -------
    DataFrame
        ``source`` (with the number of ladders), ``what``, ``estimate``, ``low``, ``high``, ``n``. Intervals
        by drawing tasks whole within a source and families over all; none where all ladders agree.

    Raises
    ------
    InputError
        If one of `names` is not a source of the table.
    """
    for source in names:
        if source not in set(forecasts["source"]):
            raise UnknownNameError("source", source, forecasts["source"].unique())
    rows = []
    for source in [*names, "all"]:
        g = forecasts if source == "all" else forecasts[forecasts["source"] == source]
        for what, column in (("predicted", "predicted"), ("beats the naive forecast", "beats_naive")):
            found = clustered(g[column].astype(float), g["family" if source == "all" else "task"])
            seen = found.interval if found.interval is not None and found.interval.width > 0 else None
            rows.append({"source": f"{names.get(source, 'all')} ({len(g)})", "what": what,
                         "estimate": found.estimate, "low": max(seen.low, 0.0) if seen else np.nan,
                         "high": min(seen.high, 1.0) if seen else np.nan, "n": found.n})
    return pd.DataFrame(rows)


def bbh_ahead(way: str = "direct (flexible)") -> pd.DataFrame:
    """Mean absolute errors one decade of compute ahead, BIG-Bench Hard, open models.

    Parameters
    ----------
    way : str
        Prompting.

    Returns
    -------
    DataFrame
        Index ``what`` (average, single task) and ``forecast`` (a logistic curve to all right, one with a
        ceiling of its own, no change); ``estimate`` in points, ``low``, ``high`` by drawing families,
        ``bias`` (mean of observed minus forecast, in points), ``n``.
    """
    bbh = load("obsscaling", metric="exact_match", prompting=way)
    wanted = bbh["task"].str.startswith("bbh_") & (bbh["task"] != "bbh_overall")
    bbh = bbh[wanted & bbh["train_flops"].notna()]
    wide = bbh.pivot(index=["family", "model", "train_flops"], columns="task", values="value")
    floors = bbh.groupby("task")["chance"].first()
    wide["average"], floors["average"] = wide.mean(axis=1), floors.mean()
    scale = np.log10(wide.index.get_level_values("train_flops").to_series())
    rows = []
    curve, free = (decade_ahead(wide, scale, floors, ceiling=top) for top in (1.0, None))
    for kind, ahead, column in (("logistic curve", curve, "error"), ("free ceiling", free, "error"),
                                ("no change", curve, "naive")):
        for what in ("average", "single task"):
            part = ahead[(ahead["task"] == "average") == (what == "average")]
            error = 100 * part[column]
            found = clustered(error.abs(), [model[0] for model in part["model"]])
            assert found.interval is not None
            rows.append({"what": what, "forecast": kind, "estimate": found.estimate, "n": found.n,
                         "low": found.interval.low, "high": found.interval.high, "bias": error.mean()})
    return pd.DataFrame(rows).set_index(["what", "forecast"]).sort_index()
