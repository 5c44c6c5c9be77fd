"""Forecasts across a gap in compute: the loss, and through it the scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from ..._checks import at_least_one, need_columns, positive
from ...errors import InputError, UnknownNameError
from .held_out import forecast_by_best

__all__ = ["across_gaps", "compute", "fit_loss", "predict_loss"]

Array = NDArray[np.float64]
_UNIT = (1e9, 1e11)  # parameters and tokens at which the two terms are counted


def compute(params: ArrayLike, tokens: ArrayLike) -> Array:
    """Training FLOPs as 6 * parameters * tokens."""
    return np.asarray(6 * np.asarray(params, dtype=float) * np.asarray(tokens, dtype=float))


def fit_loss(params: ArrayLike, tokens: ArrayLike, loss: ArrayLike) -> Array:
    r"""Least squares on the log of :math:`L = E + A N^{-\alpha} + B D^{-\beta}`.

    The law of Hoffmann et al. (2022, eq. 2); N in billions, D in units of 1e11 tokens.

    Parameters
    ----------
    params, tokens, loss : array-like, shape (n,)
        Runs; at least six, of at least two sizes and two token counts.

    Returns
    -------
    ndarray, shape (5,)
        E, log A, alpha, log B, beta.
    """
    n, d, y = (np.asarray(a, dtype=float) for a in (params, tokens, loss))
    if len(y) < 6 or len(np.unique(n)) < 2 or len(np.unique(d)) < 2:
        raise InputError("the law has five numbers: give at least six runs of two sizes or more, "
                         f"got {len(y)}.")
    if not ((n > 0).all() and (d > 0).all() and (y > 0).all()):
        raise InputError("params, tokens and loss must be positive.")
    least = float(y.min())

    def residuals(theta: Array) -> Array:
        return np.asarray(np.log(predict_loss(theta, n, d)) - np.log(y))

    runs = [optimize.least_squares(residuals, [share * least, np.log((1 - share) * least / 2), a,
                                               np.log((1 - share) * least / 2), a],
                                   bounds=([0, -10, 0, -10, 0], [least, 5, 2, 5, 2]))
            for share in (0.5, 0.8) for a in (0.2, 0.5)]
    return np.asarray(min(runs, key=lambda r: float(r.cost)).x)


def predict_loss(theta: ArrayLike, params: ArrayLike, tokens: ArrayLike) -> Array:
    """Loss of the law at other sizes and token counts; theta as from `fit_loss`."""
    floor, log_a, alpha, log_b, beta = np.asarray(theta, dtype=float)
    size = np.log(np.asarray(params, dtype=float) / _UNIT[0])
    data = np.log(np.asarray(tokens, dtype=float) / _UNIT[1])
    return np.asarray(floor + np.exp(log_a - alpha * size) + np.exp(log_b - beta * data))


def across_gaps(runs: pd.DataFrame, *, loss: str, targets: Sequence[str],
                gaps: Sequence[float]) -> pd.DataFrame:
    """Forecast the loss and the task scores of `targets` from runs with `gap` times less compute or less.

    The loss by the law of `fit_loss`. A score by `forecast_by_best` on the axis of that loss,
    where the target stands at its *forecast* loss: nothing of the target enters. Compute is 6ND.

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
            theta = fit_loss(small["params"], small["tokens"], small["value"])
            forecast = float(predict_loss(theta, size, data))
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
