"""The live chart of chains: the closed form, drawn by the chart itself, beside real models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ._ladder import FLOPS, POWER, short_names
from .look import COLOURS, SHAPES, named

__all__ = ["chain_chart"]

#: Colour and shape say the length; lines are simulated, marks are models.
_KINDS = ("this many steps", "the shortest real chain")
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
    which = alt.param(name="chain", value=0, bind=alt.binding_select(
        options=list(range(len(titles))), labels=list(titles), name="Real chain"))
    left, right = float(np.floor(data["log_flops"].min())), float(np.ceil(data["log_flops"].max()))
    ends = [{"expr": f"axis == 'step' ? {a} : {b}"} for a, b in ((0, left), (1, right))]
    x = alt.X("x:Q", title="Compute or success of one step", scale=alt.Scale(domain=ends, nice=False),
              axis=alt.Axis(grid=False, tickMinStep=0.2, tickCount=6, labelExpr=_TICK))
    low = float(np.floor(20 * data["score"].min()) / 20)
    y = alt.Y("y:Q", title="Share above guessing",
              scale=alt.Scale(domain=[low, 1], nice=False))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(_KINDS), range=list(COLOURS[:2])))
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(_KINDS), range=list(SHAPES[:2])))
    least = f"{list(shortest)}[chain]"
    curves = [_curve(_KINDS[1], least, laws, left, right), _curve(_KINDS[0], "steps", laws, left, right)]
    models = sorted(data["model"].unique())
    rows = pd.DataFrame({"chain": data["chain"], "steps": data["steps"], "s": data["step"],
                         "c": data["log_flops"], "y": data["score"]}).round(3)
    rows["m"] = np.searchsorted(models, data["model"])
    # on the other axis the shortest chain lies on its curve by construction
    seen = (f"datum.chain == chain && (datum.steps == steps || axis == 'scale' && datum.steps == {least})")
    real = alt.Chart(rows).transform_filter(seen).transform_calculate(
        x="axis == 'step' ? datum.s : datum.c", kind=f"{list(_KINDS)}[datum.steps == steps ? 0 : 1]")
    compute = FLOPS.replace("datum.x", "datum.c")
    name = (f"{short_names(models)}[datum.m] + ', ' + datum.steps + ' steps, ' + {compute} + ': ' + "
            "format(100 * datum.y, '.0f') + '\u202f% above guessing'")
    marks = named(real, name).mark_point(filled=True, size=28, opacity=0.75).encode(
        x=x, y=y, color=colour, shape=shape)
    drawn = [c.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, order="u:Q") for c in curves]
    note = alt.Chart(pd.DataFrame({"text": ["lines: simulation"]})).mark_text(
        align="left", baseline="top", dx=4, dy=3, fontStyle="italic").encode(
            x=alt.value(0), y=alt.value(0), text="text")
    return alt.layer(*drawn, marks, note).add_params(axis, steps, which)


def _curve(kind: str, length: str, laws: Sequence[tuple[float, float]], left: float, right: float) -> Any:
    """The closed form on a grid: nothing has to be stored for each state."""
    scales, exponents = ([round(float(law[i]), 4) for law in laws] for i in (0, 1))
    on_scale = f"exp(-{length} * pow(10, -{exponents}[chain] * (datum.x - {scales}[chain])))"
    return alt.Chart(alt.sequence(0, 1.0001, 0.005, as_="u")).transform_calculate(
        x=f"axis == 'step' ? datum.u : {left} + datum.u * {right - left}").transform_calculate(
            y=f"axis == 'step' ? pow(datum.u, {length}) : {on_scale}", kind=f"'{kind}'")
