"""How a ladder under two metrics is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ..metrics.registry import get_metric
from ._ladder import FLOPS, POWER, short_names
from .look import COLOURS, SHAPES, TURNED, named

__all__ = ["ENDS", "METRICS", "SIDES", "axis_title", "contrast_chart"]

SIDES = ("hard", "soft")
#: Metrics by the names used here.
METRICS = {"multiple_choice_grade": "Accuracy", "multiple_choice_grade_norm": "Accuracy",
           "exact_match": "Exact match", "answer_probability": "Probability of the answer",
           "bits_per_byte": "Bits per byte", "brier_target": "Brier score", "bleu": "BLEU"}
#: Shares of the range that are drawn: forecasts may lie outside 0 to 1.
ENDS = (-0.1, 1.25)
_SHARE = "Share of the range"
_NAMES = ("hard metric", "softer metric")


def axis_title(drawn: pd.DataFrame) -> str:
    """Vega's expression for the title of the vertical axis."""
    metrics = drawn.groupby(["t", "r"])["metric"].first()
    names = [METRICS[m] + ("" if get_metric(m).higher_is_better else f" ({TURNED})") for m in metrics]
    return f"score == 'both' ? '{_SHARE}' : {names}[2 * ladder + (score == 'soft')]"


def contrast_chart(drawn: pd.DataFrame, names: Sequence[str], chosen: int) -> Any:
    """Scores as shares of their range, the largest step of each metric and the forecast.

    Parameters
    ----------
    drawn : DataFrame
        One row per ladder ``t``, side ``r`` and model: ``x`` (decades), ``share``, ``low``, ``high``,
        ``step`` (an end of the largest step), ``worst`` and ``unit`` (score at 0, and from 0 to 1) and
        ``forecast``.
    names : sequence of str
        Of the ladders.
    chosen : int
        The one to start with.
    """
    known = drawn.assign(n=drawn["n_examples"], m=np.searchsorted(_models(drawn), drawn["model"]))
    rows = _wide(known, {"share": "y", "step": "k", "low": "l", "high": "h", "value": "v", "n": "n",
                         "m": "m"})
    rows["m"] = rows["m0"].fillna(rows["m1"]).astype(int)
    ends = _wide(drawn.loc[drawn.groupby(["t", "r"])["x"].idxmax()], {"forecast": "y"})
    steps = rows.assign(**{f"y{r}": rows[f"y{r}"].where(rows[f"k{r}"] == 1) for r in (0, 1)})
    steps = steps.loc[steps[["y0", "y1"]].notna().any(axis=1), ["t", "x", "y0", "y1"]]
    points = rows[["t", "x", "y0", "y1", "l0", "h0", "v0", "v1", "n0", "m"]]
    x = alt.X("x:Q", title="Training compute (FLOPs, log scale)",
              scale=alt.Scale(zero=False, nice=False, padding=14),
              axis=alt.Axis(tickMinStep=1, tickCount=6, labelFlush=16, labelExpr=POWER))
    y = alt.Y("y:Q", title=_SHARE, scale=alt.Scale(domain=list(ENDS), nice=False),
              axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], minExtent=40, labelExpr=_labels(drawn)))
    colour = alt.Color("s:N", scale=alt.Scale(domain=list(_NAMES), range=list(COLOURS[:2])),
                       legend=alt.Legend(symbolOpacity=1, offset=4))
    shape = alt.Shape("s:N", scale=alt.Scale(domain=list(_NAMES), range=list(SHAPES[:2])))

    def layer(data: pd.DataFrame) -> Any:
        asked = "score == 'both' || (datum.r == 'y1') == (score == 'soft')"
        return (alt.Chart(data).transform_filter("datum.t == ladder")
                .transform_fold(["y0", "y1"], as_=["r", "y"])
                .transform_filter(f"isValid(datum.y) && ({asked})")
                .transform_calculate(s=f"{list(_NAMES)}[datum.r == 'y1' ? 1 : 0]"))

    hidden = alt.condition("score == 'soft'", alt.value(0), alt.value(0.6))  # Vega warns of empty layers
    return alt.layer(
        layer(steps).mark_line(strokeWidth=12, opacity=0.3, strokeCap="round").encode(x, y, colour),
        alt.Chart(points).transform_filter("datum.t == ladder").mark_rule(color=COLOURS[0], clip=True).encode(
            x, alt.Y("l0:Q"), alt.Y2("h0:Q"), opacity=hidden),
        layer(points).mark_line(strokeWidth=1.6).encode(x, y, colour),
        named(layer(points), _name(drawn)).mark_point(filled=True, size=45, opacity=1).encode(
            x, y, colour, shape),
        layer(ends).mark_point(filled=False, size=90, strokeWidth=1.8).encode(x, y, colour, shape),
    ).add_params(*_knobs(names, chosen))


def _models(drawn: pd.DataFrame) -> list[str]:
    return sorted(drawn["model"].unique())


def _name(drawn: pd.DataFrame) -> str:
    """Vega's expression for the words of a point: compute, score and count of items."""
    metrics = [METRICS[m] for m in drawn.groupby(["t", "r"])["metric"].first()]
    here = "(datum.r == 'y1' ? datum.v1 : datum.v0)"
    items = "datum.r == 'y0' && isValid(datum.n0) ? ', ' + format(datum.n0, ',') + ' items' : ''"
    bounds = ("datum.r == 'y0' && isValid(datum.l0) ? ' (95\u202f% ' + format(100 * datum.l0, '.0f') + "
              "' to ' + format(100 * datum.h0, '.0f') + ')' : ''")
    metric = f"{metrics}[2 * datum.t + (datum.r == 'y1')] + ' ' + format({here}, '.3~g')"
    return (f"{short_names(_models(drawn))}[datum.m] + ', ' + {FLOPS} + ': ' + {metric} + ', ' + "
            f"format(100 * datum.y, '.0f') + '\u202f% of the range' + ({bounds}) + ({items})")


def _wide(drawn: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """One row per ladder and place, the two sides beside one another; rounded for the page."""
    sides = [drawn[drawn["r"] == r].set_index(["t", "x"])[list(columns)].astype(float)
             .set_axis([f"{name}{r}" for name in columns.values()], axis=1) for r in (0, 1)]
    return sides[0].join(sides[1], how="outer").reset_index().round({"x": 4} | {
        f"{name}{r}": 3 for name in columns.values() for r in (0, 1)})


def _knobs(names: Sequence[str], chosen: int) -> tuple[Any, Any]:
    ladder = alt.binding_select(options=list(range(len(names))), labels=list(names), name="Models and task")
    score = alt.binding_radio(options=[*SIDES, "both"], labels=["Hard", "Softer", "Both"], name="Metric")
    return (alt.param(name="ladder", value=chosen, bind=ladder),
            alt.param(name="score", value="both", bind=score))


def _labels(drawn: pd.DataFrame) -> str:
    """Vega's expression for a tick: a share, or the score itself where one metric is shown."""
    scales = drawn.groupby(["t", "r"])[["worst", "unit"]].first().to_numpy()
    known = [[float(f"{v:.3g}") for v in pair] for pair in scales]
    at = f"{known}[2 * ladder + (score == 'soft')]"
    return (f"score == 'both' ? format(100 * datum.value, 'd') + '\u202f%' : "
            f"format({at}[0] + datum.value * {at}[1], '.2~r')")
