"""How the landing page's figure is drawn."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ._ladder import percent
from .look import COLOURS, SHAPES, TURNED, named

__all__ = ["AXES", "AXIS_TITLES", "CHANCE", "RUNS", "SCORE_TITLES", "leap_chart", "place"]

CHANCE = 0.25
#: Runs in the order drawn, with their names.
RUNS = {"OLMo-2-13B": "OLMo 2 13B", "OLMo-2-7B": "OLMo 2 7B"}
#: What counts as an answer, as the switch says it.
LABELS = {"letter": "the letter it picks", "text": "the text it finds likeliest",
          "bits": "the cost of the right text, in bits per byte"}
#: What may stand on the horizontal axis, as the picker says it.
AXES = {"log": "Training tokens, log scale", "linear": "Training tokens, linear scale",
        "flops": "Compute, linear scale", "loss": "Loss on other text, falling"}
AXIS_TITLES = {"log": "Training tokens (billions, log scale)", "linear": "Training tokens (billions)",
               "flops": "Training compute (10²¹ FLOPs)", "loss": "Loss on C4 (nats per token, falling)"}
SCORE_TITLES = {"letter": "Right answers", "text": "Right answers", "bits": f"Bits per byte ({TURNED})"}
_TICKS = (20, 50, 100, 200, 500)  # billions of tokens, on the logarithmic axis
_X_TICKS = f"axis == 'log' ? {np.log10(_TICKS).round(4).tolist()} : null"
_X_LABEL = ("axis == 'log' ? format(pow(10, datum.value), '.0f') : "
            "axis == 'loss' ? format(-datum.value, '.1f') : datum.label")
_Y_LABEL = "asked == 'bits' ? format(1 - datum.value, '.1f') : format(100 * datum.value, 'd') + '\u202f%'"

_NAME = ("datum.run + ' after ' + format(pow(10, datum.log), '.0f') + ' billion tokens: ' + "
         "(asked == 'bits' ? format(datum.bits, '.3f') + ' bits per byte' : "
         f"{percent('y', 'low', 'high')} + ' right of ' + format(datum.n, ',') + ' questions')")


def place(table: pd.DataFrame, axis: str) -> pd.Series[float]:
    """Where checkpoints stand on an axis: what comes later in training stands further right."""
    at: pd.Series[float] = {"log": np.log10(table["tokens"] / 1e9), "linear": table["tokens"] / 1e9,
                            "flops": table["train_flops"] / 1e21, "loss": -table["loss"]}[axis]
    return at


def leap_chart(table: pd.DataFrame, steps: pd.DataFrame) -> Any:
    """Both runs with intervals, the chance level and the largest step of each.

    Parameters
    ----------
    table : DataFrame
        One row per run and checkpoint, see `landing`.
    steps : DataFrame
        Largest steps: ``run``, ``test``, ``keep``, and ``start`` and ``end``, rows of `table`.
    """
    bounds = [f"{test}_{side}" for test in ("letter", "text") for side in ("low", "high")]
    points = table[["run", "i", *LABELS, *bounds]].assign(
        n=table["n_examples"].astype(int), **{axis: place(table, axis) for axis in AXES})
    ends = pd.concat([pd.concat([steps[["run", "test", "keep"]], points.loc[
        steps[end], [*AXES, *LABELS]].set_axis(steps.index)], axis=1) for end in ("start", "end")])
    x = alt.X("x:Q", title=AXIS_TITLES["log"], scale=alt.Scale(zero=False, nice=False, padding=8),
              axis=alt.Axis(labelExpr=_X_LABEL, values=alt.ExprRef(_X_TICKS), tickCount=5))
    y = alt.Y("y:Q", title=SCORE_TITLES["letter"], scale=alt.Scale(domain=[0, 1]),
              axis=alt.Axis(tickCount=5, labelExpr=_Y_LABEL))
    order = list(RUNS.values())
    colour = alt.Color("run:N", scale=alt.Scale(domain=order, range=list(COLOURS[:2])),
                       legend=alt.Legend(symbolOpacity=1, offset=4))
    shape = alt.Shape("run:N", scale=alt.Scale(domain=order, range=list(SHAPES[:2])))
    # up is better: bits are turned over, and their labels with them
    up = {"x": "datum[axis]", "y": "asked == 'bits' ? 1 - datum.bits : datum[asked]"}
    runs = alt.Chart(points).transform_filter("datum.i % pow(2, thin) == 0").transform_calculate(**up)
    runs = runs.transform_calculate(low="asked == 'bits' ? datum.y : datum[asked + '_low']",
                                    high="asked == 'bits' ? datum.y : datum[asked + '_high']")
    largest = alt.Chart(ends).transform_filter("datum.test == asked && datum.keep == pow(2, thin)")
    # bits have no level of guessing: the line fades out, since Vega warns of layers without data
    seen = {"condition": {"test": "asked == 'bits'", "value": 0}, "value": 1}
    chance = alt.Chart(pd.DataFrame({"y": [CHANCE]})).encode(y="y:Q", opacity=seen)
    return alt.layer(
        chance.mark_rule(strokeDash=[2, 3]),
        chance.mark_text(text="chance", align="left", baseline="top", dx=4, dy=3).encode(x=alt.value(0)),
        largest.transform_calculate(**up).mark_line(strokeWidth=12, opacity=0.3, strokeCap="round").encode(
            x, y, colour),
        runs.mark_rule(opacity=0.6).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), colour),
        runs.mark_line(strokeWidth=1.6).encode(x, y, colour),
        named(runs, _NAME).mark_point(filled=True, size=34, opacity=1).encode(x, y, colour, shape),
    ).add_params(*_knobs())


def _knobs() -> tuple[Any, ...]:
    asked = alt.binding_radio(options=list(LABELS), labels=list(LABELS.values()),
                              name="Taken as the model's answer")
    axis = alt.binding_select(options=list(AXES), labels=list(AXES.values()), name="Horizontal axis")
    thin = alt.binding_range(min=0, max=3, step=1, name="Checkpoints looked at")
    return (alt.param(name="asked", value="letter", bind=asked),
            alt.param(name="axis", value="log", bind=axis), alt.param(name="thin", value=0, bind=thin))
