"""Which model counts as small: a ladder whose left end the reader cuts off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .._checks import need_columns
from ..emergence import Rules, Verdicts, above_chance, define, presence
from ..errors import InputError, UnknownNameError
from ..plot import MUTED, alt_text, describe, figure, plot_scores, short_number, theme
from ._ladder import chance_label, chance_rule, decades
from .core import Explorer
from .look import COLOURS

__all__ = ["smallest"]

#: Fewer models are not judged at all, and the definitions other than the first need five.
_JUDGED, _DEFINED = 4, 5
_ABOVE, _CHANCE, _OUT = "above chance", "not above", "left out"


def smallest(scores: pd.DataFrame, *, starts: Sequence[float], labels: Mapping[str, str] | None = None,
             begin: str | None = None, rules: Rules | None = None, n_resamples: int = 500) -> Explorer:
    """One ladder of models and the definitions of emergence that it meets from a smallest model on.

    Parameters
    ----------
    scores : DataFrame
        Columns ``task``, ``params``, ``value``, ``n_examples``, ``chance``; one row per model and task. The
        picker lists the tasks in the order in which they come.
    starts : sequence of float
        Sizes (parameters) from which models count, rising; the first should leave nothing out.
    labels : mapping of str to str, optional
        Task -> name in the picker.
    begin : str, optional
        Task to start with; by default the first.
    rules : Rules, optional
    n_resamples : int
        Of the jump test, as in `emergence.define_all`.

    Returns
    -------
    Explorer
    """
    need_columns(scores, ("task", "params", "value", "n_examples", "chance"))
    if not len(starts) or list(starts) != sorted(set(starts)):
        raise InputError(f"starts must hold different sizes, rising, got {list(starts)}.")
    r = rules or Rules()
    tasks = list(dict.fromkeys(scores["task"]))
    if begin is not None and begin not in tasks:
        raise UnknownNameError("task", begin, tasks)
    chosen = tasks.index(begin) if begin is not None else 0
    ladders = [_ladder(scores[scores["task"] == t], starts, r) for t in tasks]
    words = [{"task": i, "start": s, "words": text} for i, ladder in enumerate(ladders)
             for s, text in enumerate(_sentences(ladder, len(starts), r, n_resamples))]
    names = [(labels or {}).get(t, t.replace("_", " ")) for t in tasks]
    columns = ["task", "model", "params", "value", "low", "high", "n_examples", "chance"]
    data = pd.concat(ladders, ignore_index=True)
    return Explorer(
        name="smallest", chart=_chart(ladders, names, len(starts), chosen), words=pd.DataFrame(words),
        static=_static(ladders[chosen], names[chosen]), data=data[[c for c in columns if c in data]],
        texts={"start": [short_number(s) for s in starts]},
        caption=f"Exact {r.level:.0%} intervals. A model is above chance if its interval lies above chance "
                f"plus {r.negligible:.0%} of the items. Shaded: models that do not count. At least {_JUDGED} "
                f"must be left, {_DEFINED} for the definitions other than the first. On smooth curves the "
                f"test of sharpness finds a jump in {r.alpha:.0%} of cases by design.")


def _ladder(rows: pd.DataFrame, starts: Sequence[float], r: Rules) -> pd.DataFrame:
    """One task by size, with intervals, verdicts, and ``last``: the last start at which a model counts."""
    ladder = rows.sort_values("params", ignore_index=True, kind="stable")
    bounds = above_chance(ladder["value"], ladder["n_examples"], ladder["chance"] + r.negligible,
                          level=r.level)
    return ladder.assign(low=bounds["low"], high=bounds["high"], above=bounds["verdict"] == "above",
                         last=np.searchsorted(starts, ladder["params"], side="right") - 1)


def _sentences(ladder: pd.DataFrame, n_starts: int, r: Rules, n_resamples: int) -> list[str]:
    """What holds from each start on; starts that leave the same models say the same."""
    whole = presence(ladder["above"])
    said: dict[int, str] = {}
    out = []
    for start in range(n_starts):
        left = ladder[ladder["last"] >= start]
        if len(left) not in said:
            said[len(left)] = _sentence(left, whole if len(left) < len(ladder) else None, r, n_resamples)
        out.append(said[len(left)])
    return out


def _sentence(left: pd.DataFrame, whole: str | None, r: Rules, n_resamples: int) -> str:
    """One state; `whole` is the pattern of the ladder before models were left out."""
    if len(left) < _JUDGED:
        return f"Only {len(left)} models are left, too few to judge: any verdict would hang on one of them."
    pattern, sizes = presence(left["above"]), left["params"].map(short_number).tolist()
    above = left["above"].to_numpy()
    first = left.iloc[0]
    lead = f"{len(left)} models from {sizes[0]}: "
    if pattern == "emergent":
        at = int(np.argmax(above))
        lead += (f"absent up to {sizes[at - 1]}, present from {sizes[at]} on. By the first definition the "
                 "ability emerges.")
    elif pattern == "present throughout":
        lead += (f"all above chance, even the smallest (at least {first['low']:.1%}; chance "
                 f"{first['chance']:.1%}). Nothing emerges on this ladder"
                 f"{'; on the whole one it did.' if whole == 'emergent' else '.'}")
    elif pattern == "absent throughout":
        lead += "none above chance, so the ability is absent throughout."
    else:
        lead += (f"{int(above.sum())} above chance, but not all from one size on: neither absent nor present "
                 "(mixed).")
    if len(left) < _DEFINED:
        return f"{lead} The other definitions need {_DEFINED} models."
    found = define(left["params"], left["value"], left["n_examples"], float(first["chance"]), rules=r,
                   n_resamples=n_resamples)
    return f"{lead} {_others(found)}"


def _others(v: Verdicts) -> str:
    """Which of the definitions other than the first are met."""
    met = [name for name, holds in (("better than predicted", v.not_extrapolable),
                                    ("sharp and not predicted", v.sharp_unpredictable),
                                    ("sharp", v.sharp and not v.sharp_unpredictable),
                                    ("threshold", v.threshold)) if holds]
    return f"Other definitions met: {', '.join(met) or 'none'} (test of sharpness: p = {v.jump_p_value:.2g})."


def _chart(ladders: Sequence[pd.DataFrame], names: Sequence[str], n_starts: int, chosen: int) -> Any:
    task = alt.param(name="task", value=chosen, bind=alt.binding_select(
        options=list(range(len(names))), labels=list(names), name="Task"))
    start = alt.param(name="start", value=0, bind=alt.binding_range(
        min=0, max=n_starts - 1, step=1, name="Smallest model that counts"))
    points: list[pd.DataFrame] = []
    cuts: list[dict[str, float]] = []
    levels: list[dict[str, float]] = []
    for i, ladder in enumerate(ladders):
        at = np.log10(ladder["params"].to_numpy(dtype=float))
        points.append(pd.DataFrame({"t": i, "x": at, "y": ladder["value"], "l": ladder["low"],
                                    "h": ladder["high"], "a": ladder["above"].astype(int),
                                    "k": ladder["last"]}).round(4))
        levels.append({"t": i, "c": round(float(ladder["chance"].iloc[0]), 4)})
        for s in range(n_starts):  # a row for every state, if only of no width: Vega warns of empty data
            out = int((ladder["last"] < s).sum())
            edge = float(at[out - 1] + at[min(out, len(at) - 1)]) / 2 if out else at[0] - 0.1
            cuts.append({"t": i, "s": s, "a": round(float(at[0]) - 0.1, 3), "b": round(edge, 3)})
    x = decades("x", "Parameters (log scale)")
    y = alt.Y("y:Q", title="Share of items right", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=6))
    state = [_ABOVE, _CHANCE, _OUT]
    colour = alt.Color("state:N", scale=alt.Scale(domain=state, range=[COLOURS[0], COLOURS[1], COLOURS[6]]))
    shape = alt.Shape("state:N", scale=alt.Scale(domain=state, range=["circle", "square", "cross"]))
    shown = (alt.Chart(pd.concat(points)).transform_filter("datum.t == task")
             .transform_calculate(state=f"datum.k < start ? '{_OUT}' : datum.a ? '{_ABOVE}' : '{_CHANCE}'"))
    chance = alt.Chart(pd.DataFrame(levels)).transform_filter("datum.t == task")
    return alt.layer(
        alt.Chart(pd.DataFrame(cuts)).transform_filter("datum.t == task && datum.s == start")
        .mark_rect(color=COLOURS[6], opacity=0.15).encode(x="a:Q", x2="b:Q"),
        chance_rule(chance),
        shown.transform_filter("datum.k >= start")
        .mark_line(color="var(--em-muted, #6b7280)", strokeWidth=1.2).encode(x, y),
        shown.mark_rule(strokeWidth=1.5).encode(x, alt.Y("l:Q"), y2="h:Q", color=colour),
        shown.mark_point(filled=True, size=60, opacity=1).encode(x, y, color=colour, shape=shape),
        chance_label(chance),
    ).add_params(task, start)


@theme()
def _static(ladder: pd.DataFrame, name: str) -> Figure:
    fig, ax = figure(height=3.2)
    verdict = np.where(ladder["above"], _ABOVE, _CHANCE)
    ax.plot(ladder["params"], ladder["value"], color=MUTED, linewidth=1.0)
    order = [v for v in (_ABOVE, _CHANCE) if v in verdict]
    plot_scores(ladder.assign(verdict=verdict), hue="verdict", order=order, connect=False,
                chance=float(ladder["chance"].iloc[0]), ylabel="Share of items right", ax=ax)
    describe(ax, f"{name}. {alt_text(fig)} Above chance: {int(ladder['above'].sum())} of {len(ladder)}.")
    return fig
