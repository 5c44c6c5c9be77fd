"""How a ladder on several axes is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ..plot import short_number
from ._ladder import percent
from .look import COLOURS, named

__all__ = ["NAMES", "TITLES", "axis_chart"]

#: What may stand on the axis, as the picker says it, and what stands below it then.
NAMES = {"log": "Log size", "linear": "Linear", "rank": "Rank", "loss": "Loss"}
TITLES = {"log": "Parameters (log scale)", "linear": "Parameters (linear scale)",
          "rank": "Parameters (by rank)"}


def axis_chart(drawn: pd.DataFrame, names: Sequence[str], chosen: int, models: pd.DataFrame,
               at: Mapping[str, Any], steep: Mapping[tuple[str, str], int], ylabel: str) -> Any:
    """One ladder at a time, its largest step and the gap that is steepest on the axis shown.

    Parameters
    ----------
    drawn : DataFrame
        One row per ladder ``t`` and model ``m``: ``task``, ``value``, ``low``, ``high``.
    names : sequence of str
        Of the ladders.
    chosen : int
        The one to start with.
    models : DataFrame
        ``params`` and ``loss`` of the models, smallest first.
    at : mapping
        Axis -> positions of the models, from 0 to 1.
    steep : mapping
        (task, axis) -> index of the steepest gap.
    ylabel : str
    """
    order = list(dict.fromkeys(drawn["task"]))
    points = drawn[["t", "m", "value", "low", "high", "n_examples"]].round(5)
    bands = pd.DataFrame([{"t": order.index(t), "a": a, "m": m} for (t, a), m in steep.items()])
    tops = [int(np.argmax(np.diff(g["value"]))) for _, g in drawn.groupby("t")]
    names_of = [str(v) for v in models["params"].map(short_number)]
    step = points[[m in (tops[t], tops[t] + 1) for t, m in zip(points["t"], points["m"], strict=True)]]
    where = {a: [round(float(v), 4) for v in x] for a, x in at.items()}
    ticks = _ticks(models)
    x = alt.X("x:Q", title=TITLES["log"], scale=alt.Scale(domain=[-0.03, 1.03], nice=False), axis=alt.Axis(
        values=alt.ExprRef(f"{ {a: list(map(float, t)) for a, t in ticks.items()} }[axis]"),
        labelExpr=f"{ticks}[axis][datum.value]", labelFlush=12))
    y = alt.Y("value:Q", title=ylabel, axis=alt.Axis(tickCount=5, minExtent=40))
    task = alt.param(name="task", value=chosen, bind=alt.binding_select(
        options=list(range(len(names))), labels=list(names), name="Task"))
    kind = alt.param(name="axis", value="log", bind=alt.binding_radio(
        options=list(NAMES), labels=list(NAMES.values()), name="Horizontal axis"))

    def layer(data: pd.DataFrame) -> Any:
        return alt.Chart(data).transform_filter("datum.t == task").transform_calculate(
            x=f"{where}[axis][datum.m]")

    return alt.layer(
        layer(bands).transform_filter("datum.a == axis").transform_calculate(
            x2=f"{where}[axis][datum.m + 1]").mark_rect(
                color=COLOURS[6], opacity=0.22, stroke=COLOURS[6], strokeWidth=3,
                strokeOpacity=0.5).encode(x, x2="x2:Q"),
        layer(step).mark_line(strokeWidth=12, opacity=0.3, strokeCap="round").encode(x, y),
        layer(points).mark_rule(opacity=0.6, color=COLOURS[0]).encode(x, alt.Y("low:Q"), alt.Y2("high:Q")),
        layer(points).mark_line(strokeWidth=1.6).encode(x, y),
        named(layer(points), f"{names_of}[datum.m] + ' parameters: ' + {percent('value', 'low', 'high')} + "
              "' right of ' + format(datum.n_examples, ',') + ' items'")
        .mark_point(filled=True, size=50, opacity=1).encode(x, y),
    ).add_params(task, kind)


def _ticks(models: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Position -> label of the ticks of each axis, round numbers within the range of the models."""
    sizes = models["params"].to_numpy(dtype=float)
    decades = [v for v in 10.0 ** np.arange(6, 15) if sizes[0] <= v <= sizes[-1]]
    width = 10 ** np.floor(np.log10(sizes[-1])) / 2
    even = [v for v in width * np.arange(1, 20) if v <= sizes[-1]]
    lows, highs = float(models["loss"].min()), float(models["loss"].max())
    nats = [v for v in np.arange(0, 20, 0.5) if lows <= v <= highs]
    span = np.ptp(np.log10(sizes))
    return {
        "log": {f"{np.log10(v / sizes[0]) / span:.4g}": short_number(v) for v in decades},
        "linear": {f"{(v - sizes[0]) / np.ptp(sizes):.4g}": short_number(v) for v in even},
        "rank": {f"{i / (len(sizes) - 1):.4g}": short_number(v) if (len(sizes) - i) % 2 else ""
                 for i, v in enumerate(sizes)},  # every second name, else they meet on a phone
        "loss": {f"{(highs - v) / (highs - lows):.4g}": f"{v:.1f}" for v in nats[::-1]},
    }
