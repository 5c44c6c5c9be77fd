"""How dense a ladder is: the reader keeps fewer models and watches the largest step grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .._checks import need_columns
from ..chapters.density import decline
from ..chapters.density.decline import _spread
from ..curves import Logistic, fit
from ..errors import InputError
from ..intervals import binomial_bounds
from ..measures import largest_jump
from ._ladder import SCALE, chance_label, chance_rule, decades, percent, short_names
from .core import Explorer
from .look import COLOURS, named

__all__ = ["DenseLadder", "density"]

_KEPT, _STEP, _SMOOTH = "kept", "largest step", "smooth curve"
#: Columns of `density.decline` that the words compare with.
_CURVES = ("smooth with item noise", "step")
_DRAWS = ("first", "second", "third")


@dataclass(frozen=True)
class DenseLadder:
    """One ladder to thin out.

    Parameters
    ----------
    scores : DataFrame
        With ``value``, ``n_examples``, ``chance`` and the column `x`; at least six rows of different scale.
    x : str
        Column of scale.
    unit : str
        What one point is, in the plural: ``"checkpoints"`` or ``"models"``.
    xlabel, ylabel : str
        Axis titles.
    """

    scores: pd.DataFrame
    x: str
    unit: str
    xlabel: str
    ylabel: str


def density(ladders: Mapping[str, DenseLadder], *, keep: Sequence[int] = (3, 4, 5, 6, 8, 12, 16, 24),
            n_subsets: int = 20) -> Explorer:
    """Ladders of which the reader keeps few or all models, with the largest step between neighbours.

    Subsets are those of `density.decline`: both ends and the models nearest to evenly spaced points of the
    logarithmic axis, with a random phase. Three of them can be looked at; the words tell the range of
    `n_subsets`, and what a smooth curve and a step show at the same models.

    Parameters
    ----------
    ladders : mapping of str to DenseLadder
        By name in the picker.
    keep : sequence of int
        Numbers of models, rising; *all* is added.
    n_subsets : int
        Random subsets per number.

    Returns
    -------
    Explorer
        Starts with all models of the first ladder.
    """
    if not ladders or list(keep) != sorted(set(keep)) or min(keep) < 3:
        raise InputError(f"need a ladder and rising numbers of models from 3 on, got {len(ladders)} and "
                         f"{keep}.")
    sorted_ = [_prepare(name, ladder) for name, ladder in ladders.items()]
    words, steps = [], []
    for i, (ladder, rows) in enumerate(zip(ladders.values(), sorted_, strict=True)):
        members = []
        for j, k in enumerate((*keep, len(rows))):
            table = decline(rows[ladder.x], rows["value"], rows["n_examples"], sizes=[k], n_subsets=n_subsets)
            for d in range(len(_DRAWS)):
                at = _subset(rows["at"].to_numpy(), k, d)
                members.append(np.isin(np.arange(len(rows)), at))
                share, to = largest_jump(rows["value"].iloc[at])
                ends = rows.iloc[[at[to - 1], at[to]]]
                share /= float(np.ptp(rows["value"]))
                steps.append({"l": i, "k": j, "d": d, "s": round(share, 4)}
                             | dict(zip(("x", "x2"), ends["at"].round(4), strict=True))
                             | dict(zip(("y", "y2"), ends["value"].round(4), strict=True)))
                words.append({"ladder": i, "keep": j, "draw": d,
                              "words": _sentence(len(at), len(rows), share, table, ladder.unit)})
        # one bit for each state, so that a model is written once and not once for each subset
        rows["bits"] = [sum(1 << b for b, m in enumerate(members) if m[r]) for r in range(len(rows))]
    texts = [*map(str, keep), "all"]
    columns = ["ladder", "model", "scale", "value", "low", "high", "n_examples"]
    data = pd.concat([rows.assign(scale=rows[ladder.x]) for ladder, rows in
                      zip(ladders.values(), sorted_, strict=True)], ignore_index=True)
    caption = ("Large dots: what is kept, both ends and what lies nearest to evenly spaced points of the "
               "axis, with a random shift; bars are exact 95 % intervals. Thick: the largest step between "
               "neighbours. Dashed: logistic curve fitted to the whole ladder, at least one decade wide from "
               f"10 % to 90 %. Small and grey: left out. Ranges are those of {n_subsets} random choices.")
    return Explorer(
        name="density", chart=_chart(ladders, sorted_, steps, texts), words=pd.DataFrame(words),
        data=data[[c for c in columns if c in data]], texts={"keep": texts}, caption=caption,
        titles={"x": _pick([v.xlabel for v in ladders.values()]),
                "y": _pick([v.ylabel for v in ladders.values()])})


def _prepare(name: str, ladder: DenseLadder) -> pd.DataFrame:
    need_columns(ladder.scores, (ladder.x, "value", "n_examples", "chance"))
    rows = ladder.scores.sort_values(ladder.x, ignore_index=True, kind="stable")
    low, high = binomial_bounds(rows["value"], rows["n_examples"], method="clopper-pearson")
    return rows.assign(ladder=name, at=np.log10(rows[ladder.x].astype(float)), low=low, high=high)


def _subset(x: Any, k: int, draw: int) -> Any:
    """Rows of one subset; the first is the first that `decline` takes with its default seed."""
    return np.arange(len(x)) if k >= len(x) else _spread(x, k, np.random.default_rng(draw))


def _sentence(kept: int, n: int, share: float, table: pd.DataFrame, unit: str) -> str:
    """The step that is seen, its range over subsets, and what the two curves would show there."""
    middle = table.median()
    lead = f"All {n} {unit}" if kept == n else f"{kept} of {n} {unit}"
    lead += f": the largest step is {share:.0%} of the whole rise"
    if kept < n:
        seen = table["observed"]
        lead += f" ({len(table)} random choices: {seen.min():.0%} to {seen.max():.0%})"
    lead += (f". A smooth curve with item noise makes {middle[_CURVES[0]]:.0%} there, a fitted single step "
             f"{middle[_CURVES[1]]:.0%}.")
    if kept < n and all(table["observed"].min() <= middle[c] <= table["observed"].max() for c in _CURVES):
        return f"{lead} Both lie in that range: so few {unit} cannot tell the two apart."
    smooth, step = (abs(middle[c] - middle["observed"]) for c in _CURVES)
    whose = "The median choice is" if kept < n else "The ladder is"
    return f"{lead} {whose} nearer to the {'smooth curve' if smooth < step else 'step'}."


def _models(rows: pd.DataFrame) -> list[str]:
    """What names a point before its place: its model, unless all are of one model."""
    if "model" not in rows or rows["model"].nunique() == 1:
        return [""] * len(rows)
    return [f"{name}, " for name in short_names(rows["model"])]


def _pick(titles: Sequence[str]) -> str:
    """Vega's expression for the title of the chosen ladder."""
    return "[" + ",".join(f"'{t}'" for t in titles) + "][ladder]"


def _chart(ladders: Mapping[str, DenseLadder], rows: Sequence[pd.DataFrame],
           steps: Sequence[Mapping[str, Any]], texts: Sequence[str]) -> Any:
    first = next(iter(ladders.values()))
    ladder = alt.param(name="ladder", value=0, bind=alt.binding_select(
        options=list(range(len(ladders))), labels=list(ladders), name="Ladder"))
    keep = alt.param(name="keep", value=len(texts) - 1, bind=alt.binding_range(
        min=0, max=len(texts) - 1, step=1, name="How many are kept"))
    draw = alt.param(name="draw", value=0, bind=alt.binding_radio(
        options=list(range(len(_DRAWS))), labels=list(_DRAWS), name="Random choice of those kept"))
    points, curves = [], []
    levels = pd.DataFrame({"l": range(len(rows)), "c": [round(float(r["chance"].iloc[0]), 4) for r in rows]})
    for i, r in enumerate(rows):
        columns = {"x": r["at"], "y": r["value"], "a": r["low"], "b": r["high"]}
        points.append(pd.DataFrame(columns).round(3).assign(
            l=i, m=r["bits"], n=r["n_examples"], g=_models(r)))
        dense = np.linspace(r["at"].iloc[0], r["at"].iloc[-1], 40)
        smooth = fit(Logistic(floor=None, min_width=1.0), r["at"], r["value"], r["n_examples"])
        curves.append(pd.DataFrame({"l": i, "x": dense, "y": smooth.predict(dense)}).round(3))
    x = decades("x", first.xlabel)
    y = alt.Y("y:Q", title=first.ylabel, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=6))
    colour = alt.Color("what:N", scale=alt.Scale(domain=[_KEPT, _STEP, _SMOOTH], range=list(COLOURS[:3])),
                       legend=alt.Legend(symbolOpacity=1))
    chance = alt.Chart(levels).transform_filter("datum.l == ladder")

    units = [f"{v.xlabel.removesuffix(' (log scale)')} " for v in ladders.values()]

    def called(layer: Any, name: str) -> Any:
        return layer.transform_calculate(what=f"'{name}'")

    every = alt.Chart(pd.concat(points)).transform_filter("datum.l == ladder")
    bit = f"floor(datum.m / pow(2, keep * {len(_DRAWS)} + draw)) % 2 == 1"
    kept = called(every.transform_filter(bit), _KEPT)
    smooth = called(alt.Chart(pd.concat(curves)).transform_filter("datum.l == ladder"), _SMOOTH)
    step = called(alt.Chart(pd.DataFrame(steps))
                  .transform_filter("datum.l == ladder && datum.k == keep && datum.d == draw"), _STEP)
    return alt.layer(
        chance_rule(chance),
        every.mark_point(filled=True, size=14, opacity=0.6, color=COLOURS[6]).encode(x, y),
        smooth.mark_line(strokeDash=[6, 4], strokeWidth=1.6).encode(x, y, color=colour),
        kept.mark_rule(strokeWidth=1.4).encode(x, alt.Y("a:Q"), y2="b:Q", color=colour),
        kept.mark_line(strokeWidth=1.3).encode(x, y, color=colour),
        named(kept, f"datum.g + {units}[ladder] + {SCALE} + ': ' + {percent('y', 'a', 'b')} + "
              "' of ' + format(datum.n, ',') + ' items'")
        .mark_point(filled=True, size=34, opacity=1).encode(x, y, color=colour),
        step.mark_rule(strokeWidth=4.5, strokeCap="round")
        .encode(x, y, x2="x2:Q", y2="y2:Q", color=colour),
        step.transform_calculate(mx="(datum.x + datum.x2) / 2", my="(datum.y + datum.y2) / 2",
                                 text="format(datum.s, '.0%')")
        .mark_text(align="right", dx=-9, dy=-5, fontWeight="bold", fontSize=13)
        .encode(alt.X("mx:Q"), alt.Y("my:Q"), text="text:N"),
        chance_label(chance),
    ).add_params(ladder, keep, draw)
