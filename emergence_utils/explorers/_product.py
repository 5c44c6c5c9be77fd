"""The live chart of chains: the closed form, drawn by the chart itself, beside real models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ._ladder import POWER
from .look import COLOURS

__all__ = ["chain_chart"]

_KINDS = ("one step", "this many steps", "real models", "real, shortest chain")
_TICK = f"axis == 'step' ? datum.label : datum.value % 1 ? '' : {POWER}"


def chain_chart(data: pd.DataFrame, titles: Sequence[str], shortest: Sequence[int],
                laws: Sequence[tuple[float, float]], start: int, top: int) -> Any:
    """Knobs ``axis``, ``steps`` and ``chain``.

    Parameters
    ----------
    data : DataFrame
        Columns chain (number), steps, log_flops, step (success of one step) and score.
    titles, shortest : sequence
        Name and fewest steps of each chain.
    laws : sequence of (float, float)
        log10 of the scale at which a step's loss is one nat, and the exponent, of each chain.
    start, top : int
        Length shown first and longest length.
    """
    axis = alt.param(name="axis", value="scale", bind=alt.binding_radio(
        options=["scale", "step"], labels=["log compute", "success of a step"], name="Axis"))
    steps = alt.param(name="steps", value=start, bind=alt.binding_range(
        min=1, max=top, step=1, name="Steps in the chain"))
    which = alt.param(name="chain", value=0, bind=alt.binding_radio(
        options=list(range(len(titles))), labels=list(titles), name="Real chain"))
    left, right = float(np.floor(data["log_flops"].min())), float(np.ceil(data["log_flops"].max()))
    ends = [{"expr": f"axis == 'step' ? {a} : {b}"} for a, b in ((0, left), (1, right))]
    x = alt.X("x:Q", title="Compute or success of one step", scale=alt.Scale(domain=ends, nice=False),
              axis=alt.Axis(grid=False, tickMinStep=0.2, tickCount=6, labelExpr=_TICK))
    low = float(np.floor(20 * data["score"].min()) / 20)
    y = alt.Y("y:Q", title="Share above guessing", scale=alt.Scale(domain=[low, 1], nice=False))
    legend = alt.Legend(columns=2, symbolStrokeWidth=2, symbolOpacity=1)
    tints = [COLOURS[1], COLOURS[0], COLOURS[0], COLOURS[6]]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(_KINDS), range=tints), legend=legend)
    shape = alt.Shape("kind:N", legend=legend, scale=alt.Scale(
        domain=list(_KINDS), range=["stroke", "stroke", "circle", "square"]))
    curves = [_curve(_KINDS[0], "1", laws, left, right).mark_line(strokeDash=[5, 3], strokeWidth=1.5),
              _curve(_KINDS[1], "steps", laws, left, right).mark_line(strokeWidth=2.5)]
    rows = pd.DataFrame({"chain": data["chain"], "steps": data["steps"], "s": data["step"],
                         "c": data["log_flops"], "y": data["score"]}).round(3)
    real = alt.Chart(rows).transform_calculate(x="axis == 'step' ? datum.s : datum.c")
    before = real.transform_filter(  # on the other axis the shortest chain lies on its curve by construction
        f"axis == 'scale' && datum.chain == chain && datum.steps == {list(shortest)}[chain] "
        "&& steps != datum.steps").transform_calculate(kind=f"'{_KINDS[3]}'")
    here = real.transform_filter("datum.chain == chain && datum.steps == steps").transform_calculate(
        kind=f"'{_KINDS[2]}'")
    marks = [m.mark_point(size=size, strokeWidth=wide, opacity=0.8).encode(
        x=x, y=y, color=colour, shape=shape) for m, size, wide in ((before, 26, 1.2), (here, 30, 1.8))]
    note = alt.Chart(pd.DataFrame({"text": ["lines: simulation"]})).mark_text(
        align="right", baseline="bottom", fontStyle="italic", color="var(--em-ink, #24292f)").encode(
            x=alt.value("width"), y=alt.value("height"), text="text")
    drawn = [c.encode(x=x, y=y, color=colour, order="u:Q") for c in curves]
    return alt.layer(marks[0], *drawn, marks[1], note).add_params(axis, steps, which)


def _curve(kind: str, length: str, laws: Sequence[tuple[float, float]], left: float, right: float) -> Any:
    """The closed form on a grid: nothing has to be stored for each state."""
    scales, exponents = ([round(float(law[i]), 4) for law in laws] for i in (0, 1))
    on_scale = f"exp(-{length} * pow(10, -{exponents}[chain] * (datum.x - {scales}[chain])))"
    return alt.Chart(alt.sequence(0, 1.0001, 0.005, as_="u")).transform_calculate(
        x=f"axis == 'step' ? datum.u : {left} + datum.u * {right - left}").transform_calculate(
            y=f"axis == 'step' ? pow(datum.u, {length}) : {on_scale}", kind=f"'{kind}'")
