"""One threshold for all images: the reader moves it, or takes the error itself; the models stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .._checks import need_columns
from ..chapters.vision import thresholds
from ..errors import InputError
from ..intervals import binomial_bounds
from ..ladders import ladders
from ..measures import Jump, JumpResult
from ..plot import short_number
from ._ladder import SIZE, percent
from .core import Explorer
from .look import COLOURS, named

__all__ = ["vision"]

#: Short enough for the height of a chart on a phone.
_SHARE, _ERROR = "Share of images within", "Share of error removed"
#: Sizes that the axis names.
_TICKS = (200, 500, 1000, 2000, 5000)
_SAID = {"sharp": "a jump", "gradual": "no jump, and none that a gap could hide",
         "cannot tell": "cannot tell"}


def vision(scores: pd.DataFrame, *, start: int | None = None, jump: Jump | None = None) -> Explorer:
    """Autoencoders by size, scored by a threshold that the reader moves, or by their squared error.

    Parameters
    ----------
    scores : DataFrame
        Rows of ``vision_digits`` with the metrics ``reconstruction`` and ``squared_error``.
    start : int, optional
        Which of the thresholds to start with, counted from the strictest; by default the middle one.
    jump : Jump, optional
        The test that the words report.

    Returns
    -------
    Explorer
    """
    need_columns(scores, ("task", "metric", "params", "value", "n_examples", "baseline"))
    cuts = thresholds(scores)
    if not cuts:
        raise InputError("scores must hold shares of images within thresholds (tasks 'within_...').")
    first = len(cuts) // 2 if start is None else start
    if not 0 <= first < len(cuts):
        raise InputError(f"start must lie between 0 and {len(cuts) - 1}, got {first}.")
    test = jump or Jump()
    error = scores[scores["metric"] == "squared_error"]
    if error.empty:
        raise InputError("scores must hold the metric 'squared_error'.")
    whole = float(error["baseline"].iloc[0])
    hard = {float(x.key["task"].removeprefix("within_")): x
            for x in ladders(scores[scores["metric"] == "reconstruction"])}
    soft = ladders(error)[0]
    removed = 1 - soft.score / whole
    judged = [test(hard[cut]) for cut in cuts]
    steady = Jump(test.pace, test.level, test.dispersion, test.material, whole)(soft)
    tables = []
    for i, cut in enumerate(cuts):
        one = hard[cut]
        n = np.asarray(one.n_examples)
        low, high = binomial_bounds(one.score, n, level=test.level, method="clopper-pearson")
        tables.append(pd.DataFrame({"at": i, "threshold": cut, "params": one.scale, "value": one.score,
                                    "low": low, "high": high, "n_examples": n}))
    flat = pd.DataFrame({"threshold": np.nan, "params": soft.scale, "value": removed, "low": removed,
                         "high": removed, "error": soft.score})
    words = [{"metric": 0, "at": i, "words": _hard(cut, i, len(cuts), hard[cut].score, judged[i])}
             for i, cut in enumerate(cuts)]
    words += [{"metric": 1, "at": i, "words": _soft(soft.score, whole, steady)} for i in range(len(cuts))]
    data = pd.concat([*tables, flat], ignore_index=True).drop(columns="at")
    return Explorer(
        name="vision", chart=_chart(tables, flat, judged, steady, first), words=pd.DataFrame(words),
        data=data,
        texts={"at": [_plain(cut) for cut in cuts]},
        titles={"y": f"metric == 0 ? '{_SHARE}' : '{_ERROR}'"},
        caption="The same models and images in every state: means over seeds, with exact "
                f"{test.level:.0%} intervals of the images where each counts or does not. Wide line: the "
                "rise that the jump test judges; of the squared error, the one that could be largest. "
                "Thresholds in squared grey levels, fixed before any share was looked at. A smooth curve may "
                f"rise by {test.pace:g} of its range a decade.")


def _plain(cut: float) -> str:
    return str(np.format_float_positional(cut))


def _hard(cut: float, i: int, n: int, score: Any, found: JumpResult) -> str:
    a, b = map(short_number, found.between)
    return (f"Within {_plain(cut)} (threshold {i + 1} of {n}): from {score[0]:.0%} of the images for the "
            f"smallest model to {score[-1]:.0%} for the largest. From {a} to {b} parameters the share rises "
            f"by {found.estimate:.0%}, {found.pace_seen:.1f} ranges per decade. Jump test: "
            f"{_SAID[found.answer]} (p = {found.p_value:.2g}).")


def _soft(score: Any, whole: float, found: JumpResult) -> str:
    return (f"Squared error, which needs no threshold: from {score[0]:.3f} to {score[-1]:.4f} (mean image: "
            f"{whole:.3f}). It falls nowhere by more than {found.hidden_step:.0%} of its range between two "
            f"models, even at the end of its interval. Jump test: {_SAID[found.answer]} "
            f"(p = {found.p_value:.2g}).")


def _chart(tables: Sequence[pd.DataFrame], flat: pd.DataFrame, judged: Sequence[JumpResult],
           steady: JumpResult, first: int) -> Any:
    metric = alt.param(name="metric", value=0, bind=alt.binding_radio(
        options=[0, 1], labels=["Threshold", "Squared error"], name="Score"))
    at = alt.param(name="at", value=first, bind=alt.binding_range(
        min=0, max=len(tables) - 1, step=1, name="Threshold"))
    n = int(tables[0]["n_examples"].max())
    # one row a model with a list over thresholds: the page would be far longer with a row for each
    points = []
    for m, params in enumerate(flat["params"]):
        row: dict[str, Any] = {"x": round(float(np.log10(params)), 4), "e": round(float(flat["value"][m]), 4)}
        row |= {key: [round(float(t[column].iloc[m]), 4) for t in tables]
                for key, column in (("v", "value"), ("l", "low"), ("h", "high"))}
        # 1 where the model ends the rise that the test judges
        row["j"] = [int(np.isclose(params, found.between, rtol=1e-9).any()) for found in judged]
        row["k"] = int(np.isclose(params, steady.hidden_between, rtol=1e-9).any())
        points.append(row)
    ends = [round(float(np.log10(flat["params"].iloc[k])) + pad, 3) for k, pad in ((0, -0.06), (-1, 0.06))]
    ticks = [round(float(np.log10(t)), 4) for t in _TICKS]
    x = alt.X("x:Q", title="Parameters (log scale)", scale=alt.Scale(domain=ends, nice=False),
              axis=alt.Axis(values=ticks, labelExpr="format(pow(10, datum.value), '.1~s')", grid=False))
    y = alt.Y("y:Q", title=_SHARE, scale=alt.Scale(domain=[0, 1]))
    shown = alt.Chart().transform_calculate(
        y="metric == 0 ? datum.v[at] : datum.e", low="metric == 0 ? datum.l[at] : datum.e",
        high="metric == 0 ? datum.h[at] : datum.e", judged="metric == 0 ? datum.j[at] : datum.k")
    return alt.layer(
        shown.transform_filter("datum.judged == 1")
        .mark_line(color=COLOURS[0], strokeWidth=10, opacity=0.3, strokeCap="round").encode(x, y),
        shown.mark_line(color=COLOURS[0], strokeWidth=1.6).encode(x, y),
        shown.mark_rule(color=COLOURS[0], strokeWidth=1.5).encode(x, alt.Y("low:Q"), y2="high:Q"),
        named(shown, f"{SIZE} + ': ' + {percent('y', 'low', 'high')} + (metric == 0 ? ' of {n:,} images' : "
              "' of the error removed')")
        .mark_point(filled=True, size=50, opacity=1, color=COLOURS[0]).encode(x, y),
        data=alt.InlineData(values=points),
    ).add_params(metric, at)
