"""Forecasts across a gap in compute: the loss, and through it the scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import at_least_one, need_columns, positive
from ...errors import InputError, UnknownNameError
from ...laws import fit_loss_law
from .held_out import forecast_by_best

__all__ = ["across_gaps", "compute"]

Array = NDArray[np.float64]


def compute(params: ArrayLike, tokens: ArrayLike) -> Array:
    """Training FLOPs as 6 * parameters * tokens."""
    return np.asarray(6 * np.asarray(params, dtype=float) * np.asarray(tokens, dtype=float))


def across_gaps(runs: pd.DataFrame, *, loss: str, targets: Sequence[str],
                gaps: Sequence[float]) -> pd.DataFrame:
    """Forecast the loss and the task scores of `targets` from runs with `gap` times less compute or less.

    The loss by `laws.fit_loss_law`, least squares. A score by `forecast_by_best` on the axis of that
    loss, where the target stands at its *forecast* loss: nothing of the target enters. Compute is 6ND.

    Parameters
    ----------
    runs : DataFrame
        Score table with ``chance``, one row per run, task and metric: fractions with item counts, and the
        rows of the loss.
    loss : str
        Task that is the loss.
    targets : sequence of str
        Models to predict.
    gaps : sequence of float
        Least ratios of compute.

    Returns
    -------
    DataFrame
        One row per target, gap and quantity: ``target``, ``gap`` (the realised ratio), ``asked``, ``runs``,
        ``task``, ``observed``, ``forecast``, ``relative`` (error over observed), ``miss`` (error over
        the range from the worst of the small runs to the target) and ``is_loss``.

    Raises
    ------
    InputError
        If `gaps` or `targets` is empty, or a gap is not a number of at least 1.
    """
    for gap in at_least_one("gaps", gaps, "gap"):
        positive("gaps", gap, minimum=1)
    at_least_one("targets", targets, "model")
    need_columns(runs, ("model", "params", "tokens", "task", "value", "n_examples", "chance"))
    losses = runs[runs["task"] == loss].set_index("model")
    losses = losses.assign(compute=compute(losses["params"], losses["tokens"]))
    losses = losses.sort_values("compute", kind="stable")
    tables = {t: g.set_index("model") for t, g in runs[runs["task"] != loss].groupby("task")}
    alike: dict[float, list[str]] = {}
    for task, table in tables.items():
        alike.setdefault(float(table["chance"].iloc[0]), []).append(str(task))
    rows = []
    for target in targets:
        if target not in losses.index:
            raise UnknownNameError("model", target, losses.index)
        wanted = ["params", "tokens", "value", "compute"]
        size, data, seen, budget = losses.loc[target, wanted].to_numpy(dtype=float)
        for asked in gaps:
            small = losses[losses["compute"] * asked <= budget].drop(index=target, errors="ignore")
            if len(small) < 6:
                raise InputError(f"gaps must leave six runs to fit the loss law, got {asked:g}, which leaves "
                                 f"{len(small)}.")
            fitted = fit_loss_law(small["params"], small["tokens"], small["value"], method="squares",
                                  n_resamples=0)
            forecast = float(fitted.law(size, data))
            head = {"target": target, "gap": budget / float(small["compute"].max()), "asked": asked,
                    "runs": len(small)}
            rows.append(head | {"task": loss, "observed": seen, "forecast": forecast, "is_loss": True,
                                "relative": abs(forecast - seen) / seen,
                                "miss": abs(forecast - seen) / (float(small["value"].max()) - seen)})
            axis = -np.array([*small["value"], forecast])
            if axis[-1] <= axis[:-1].max():  # a forecast loss above a small run's: nothing lies beyond
                axis[-1] = axis[:-1].max() + 1e-6
            order = np.argsort(axis[:-1], kind="stable")  # of the small runs, the target left out
            for floor, group in alike.items():
                parts = [tables[t].loc[[*small.index, target]] for t in group]
                y = np.array([g["value"].to_numpy(dtype=float) for g in parts])
                n = np.array([g["n_examples"].to_numpy(dtype=float) for g in parts])
                told = forecast_by_best(axis[order], y[:, order], n[:, order], axis[-1], floor)
                rows += [head | {"task": t, "observed": s[-1], "forecast": f, "is_loss": False,
                                 "relative": abs(s[-1] - f) / s[-1], "miss": abs(s[-1] - f) / np.ptp(s)}
                         for t, s, f in zip(group, y, told, strict=True)]
    return pd.DataFrame(rows)
