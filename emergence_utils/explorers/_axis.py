"""The same scores on several horizontal axes: what bends, and which gap looks steepest."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from .._checks import need_columns
from ..chapters.axis import SCALES, breaks, gaps, item_noise, place
from ..errors import InputError, UnknownNameError
from ..intervals import binomial_bounds
from ..plot import short_number
from ._axes import NAMES, TITLES, axis_chart
from .core import Explorer

__all__ = ["axis"]


def axis(scores: pd.DataFrame, *, labels: Mapping[str, str] | None = None, begin: str | None = None,
         loss: str = "Loss", ylabel: str = "Exact match", delta: float = 4.0,
         min_models: int = 8) -> Explorer:
    """Ladders of the same models against size on a log or linear scale, their rank, or their loss.

    Parameters
    ----------
    scores : DataFrame
        Columns ``task``, ``params``, ``loss``, ``value`` and ``n_examples``; every task with the same models.
    labels : mapping of str to str, optional
        Task -> name in the picker, which lists them in this order.
    begin : str, optional
        Task to start with; by default the first.
    loss, ylabel : str
        Titles of the loss axis and of the scores.
    delta, min_models
        As in `axes.breaks`.

    Returns
    -------
    Explorer
    """
    need_columns(scores, ("task", "params", "loss", "value", "n_examples"))
    names = dict(labels or {t: t.replace("_", " ") for t in scores["task"].unique()})
    chosen = list(names).index(begin) if begin in names else 0
    if begin is not None and begin not in names:
        raise UnknownNameError("task", begin, names)
    models = scores[["params", "loss"]].drop_duplicates()
    models = models.sort_values("params", ignore_index=True, kind="stable")
    at = _places(models)
    drawn = pd.concat([_ladder(scores[scores["task"] == t], models).assign(t=i) for i, t in enumerate(names)],
                      ignore_index=True)
    found = _breaks(drawn, delta, min_models)
    steps = {t: gaps(g["params"], g["value"], g["n_examples"]) for t, g in drawn.groupby("task")}
    steep: dict[tuple[str, str], int] = {(str(t), a): int(np.argmax(np.diff(g["value"]) / np.diff(at[a])))
             for (t, g), a in product(drawn.groupby("task"), NAMES)}
    words = [{"task": i, "axis": a, "words": _words(steps[t], found.loc[t, a], steep[t, a], at[a], delta)}
             for (i, t), a in product(enumerate(names), NAMES)]
    chart = axis_chart(drawn, list(names.values()), chosen, models, at, steep, ylabel)
    return Explorer(
        "axis", chart, pd.DataFrame(words),
        drawn[["task", "model", "params", "loss", "value", "low", "high", "n_examples"]],
        titles={"x": f"{TITLES | {'loss': f'{loss} (falling)'}}[axis]"},
        caption="Exact 95 % intervals. Wide line: the largest step, the same on every axis. Shaded: the gap "
                "that looks steepest on this one. A curve bends where two lines that meet lead one line by "
                f"{delta:g} in AICc, with scatter taken as at least the noise of the items.")


def _places(models: pd.DataFrame) -> dict[str, Any]:
    """Positions of the models from 0 to 1 on every axis."""
    if (np.diff(models["loss"]) >= 0).any():
        raise InputError("loss must fall from each model to the next larger one.")
    size = models["params"].to_numpy(dtype=float)
    return {a: place(size, a) for a in SCALES} | {"loss": place(_fallen(models["loss"]), "linear")}


def _fallen(loss: pd.Series[float]) -> Any:
    """How far the loss has fallen, plus 1: positive, and linear where the loss is."""
    return float(loss.max()) - loss.to_numpy(dtype=float) + 1


def _ladder(rows: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    g = rows.sort_values("params", ignore_index=True, kind="stable")
    if not g["params"].equals(models["params"]):
        raise InputError(f"every task must have one score of each of {len(models)} models; "
                         f"'{', '.join(rows['task'].unique())}' has {len(g)} scores.")
    bounds = binomial_bounds(g["value"], g["n_examples"], method="clopper-pearson")
    return g.assign(low=bounds[0], high=bounds[1], m=g.index, noise=item_noise(g["value"], g["n_examples"]))


def _breaks(drawn: pd.DataFrame, delta: float, min_models: int) -> pd.DataFrame:
    """Kind of break and its lead, by task and axis."""
    fallen = drawn.assign(fallen=_fallen(drawn["loss"]))
    on_size = breaks(drawn, axes=tuple(SCALES), delta=delta, min_models=min_models)
    on_loss = breaks(fallen, x="fallen", axes=("linear",), delta=delta, min_models=min_models)
    return pd.concat([on_size, on_loss.assign(axis="loss")]).set_index(["task", "axis"])[["kind", "lead"]]


def _words(steps: pd.DataFrame, found: pd.Series[Any], steep: int, at: Any, delta: float) -> str:
    kind = {"up": "Bends upwards on this axis", "down": "Bends on this axis, but downwards",
            "none": "No bend is supported on this axis",
            "cannot tell": "Cannot tell whether it bends on this axis"}[found["kind"]]
    largest = int(steps["increment"].argmax())
    s = steps.loc[largest]
    also = "and is also the steepest gap"
    if steep != largest:
        also = f"the steepest gap is {_span(steps, steep)}"
    return (f"{kind} (lead {found['lead']:.2g}, {delta:g} needed; {len(at)} models). The largest step, "
            f"{_span(steps, largest)}, is {s['increment']:.3f} high on every axis (95 % {s['low']:.3f} to "
            f"{s['high']:.3f}). Here it takes {at[largest + 1] - at[largest]:.0%} of the width; {also}."
            ).replace("; and", " and").replace("lead -", "lead \u2212")


def _span(steps: pd.DataFrame, gap: int) -> str:
    return f"{short_number(steps['start'][gap])} to {short_number(steps['end'][gap])}"
