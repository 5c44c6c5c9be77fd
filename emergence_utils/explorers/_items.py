"""How large the test is: the same scores with the intervals that another number of items would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .._checks import need_columns
from ..chapters.density import resolvable_sizes
from ..errors import InputError, UnknownNameError
from ..intervals import binomial
from ..measures import Rules, above_chance
from ._ladder import SIZE, chance_label, chance_rule, decades, percent
from .core import Explorer
from .look import COLOURS, INK_CSS, named

__all__ = ["items"]

_SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
_ABOVE, _CHANCE = "above chance", "not above chance"


def items(scores: pd.DataFrame, *, sizes: Sequence[int] = _SIZES, start: int = 50,
          labels: Mapping[str, str] | None = None, rules: Rules | None = None) -> Explorer:
    """One ladder of models as tests of other sizes would show it, if the rates stayed as published.

    Nothing is redrawn: a test of n items shows the count that is nearest to the published score.

    Parameters
    ----------
    scores : DataFrame
        Columns ``task``, ``params``, ``value``, ``n_examples``, ``chance``; one row per model and task. The
        picker lists the tasks in the order in which they come, and starts with the first.
    sizes : sequence of int
        Numbers of items, rising.
    start : int
        The one to start with.
    labels : mapping of str to str, optional
        Task -> name in the picker.
    rules : Rules, optional
        Of these the level and the negligible excess over chance.

    Returns
    -------
    Explorer

    Raises
    ------
    UnknownNameError
        If `labels` names a task that the table lacks.
    """
    need_columns(scores, ("task", "params", "value", "n_examples", "chance"))
    if list(sizes) != sorted(set(sizes)) or start not in sizes:
        raise InputError(f"sizes must rise and hold start, got {list(sizes)} and {start}.")
    r = rules or Rules()
    tasks = list(dict.fromkeys(scores["task"]))
    for task in labels or ():
        if task not in tasks:
            raise UnknownNameError("task", task, tasks)
    names = [(labels or {}).get(t, t.replace("_", " ")) for t in tasks]
    ladders = [scores[scores["task"] == t].sort_values("params", ignore_index=True, kind="stable")
               for t in tasks]
    states = [[_seen(ladder, n, r) for n in sizes] for ladder in ladders]
    words = [{"task": i, "at": j, "words": _sentence(ladder, states[i][j], n, r)}
             for i, ladder in enumerate(ladders) for j, n in enumerate(sizes)]
    data = pd.concat([seen.assign(task=t, params=ladder["params"], published=ladder["value"], items=n)
                      for t, ladder, row in zip(tasks, ladders, states, strict=True)
                      for n, seen in zip(sizes, row, strict=True)], ignore_index=True)
    at = list(sizes).index(start)
    return Explorer(
        name="items", chart=_chart(ladders, states, names, sizes, at), words=pd.DataFrame(words),
        data=data[["task", "params", "items", "published", "value", "low", "high", "verdict"]],
        texts={"at": [f"{n:,}" for n in sizes]},
        caption="Nothing is drawn anew: each mark is the count of right answers nearest to the published "
                f"score (short bar), with its exact {r.level:.0%} interval. A model is above chance if that "
                f"interval lies above chance plus {r.negligible:.0%} of the items. A test larger than the "
                "real one would not give just these scores.")


def _seen(ladder: pd.DataFrame, n: int, r: Rules) -> pd.DataFrame:
    """Scores that a test of n items would show, with intervals and verdicts."""
    value = np.rint(ladder["value"].to_numpy(dtype=float) * n) / n
    bounds = above_chance(value, n, ladder["chance"] + r.negligible, level=r.level)
    return bounds.assign(value=value)


def _sentence(ladder: pd.DataFrame, seen: pd.DataFrame, n: int, r: Rules) -> str:
    """How many models are told from chance, what a zero allows, and how dense a ladder could be."""
    own = int(ladder["n_examples"].median())
    real = above_chance(ladder["value"], ladder["n_examples"], ladder["chance"] + r.negligible,
                        level=r.level)
    above, now = (int((t["verdict"] == "above").sum()) for t in (seen, real))
    if n == own:
        text = f"The real test, {own:,} items: {above} of {len(seen)} models can be told from chance."
    else:
        larger = ", were the published rates exact" if n > own else ""
        text = (f"With {n:,} items instead of {own:,}{larger}: {above} of {len(seen)} models can be told "
                f"from chance, {'as' if above == now else now} with the real test.")
    # what a larger test would find where the real one found nothing is not known
    asked, zeros = min(n, own), int(((ladder["value"] if n > own else seen["value"]) == 0).sum())
    limit = binomial(0, asked, level=r.level, method="clopper-pearson").interval
    if zeros and limit is not None:
        text += (f" {zeros} {'has' if zeros == 1 else 'have'} zero of {asked:,} right, which any rate up to "
                 f"{100 * limit.high:.2g}% allows.")
    low, high = float(ladder["value"].min()), float(ladder["value"].max())
    room = float(resolvable_sizes(high - low, n, (high + low) / 2))
    models = f"{room:,.{0 if room >= 10 else 1}f} models"
    return f"{text} An even rise of this height has room for {models} before noise hides a step."


def _chart(ladders: Sequence[pd.DataFrame], states: Sequence[Sequence[pd.DataFrame]], names: Sequence[str],
           sizes: Sequence[int], at: int) -> Any:
    n_sizes, counts = len(sizes), [f"{n:,}" for n in sizes]
    task = alt.param(name="task", value=0, bind=alt.binding_select(
        options=list(range(len(names))), labels=list(names), name="Task"))
    size = alt.param(name="at", value=at, bind=alt.binding_range(
        min=0, max=n_sizes - 1, step=1, name="Items in the test"))
    # one row a model with a list over sizes: the page would be far longer with a row for each
    points: list[dict[str, Any]] = []
    for i, (ladder, row) in enumerate(zip(ladders, states, strict=True)):
        for m, (params, value) in enumerate(zip(ladder["params"], ladder["value"], strict=True)):
            points.append({"t": i, "x": round(float(np.log10(params)), 3), "p": round(float(value), 4)}
                          | {key: [round(float(s[column].iloc[m]), 4) for s in row]
                             for key, column in (("v", "value"), ("l", "low"), ("h", "high"))}
                          | {"a": [int(s["verdict"].iloc[m] == "above") for s in row]})
    levels = pd.DataFrame([{"t": i, "c": round(float(ladder["chance"].iloc[0]), 4)}
                           for i, ladder in enumerate(ladders)])
    x = decades("x", "Parameters (log scale)")
    y = alt.Y("y:Q", title="Share of items right", scale=alt.Scale(domain=[0, 1]))
    verdicts = [_ABOVE, _CHANCE]
    colour = alt.Color("state:N", scale=alt.Scale(domain=verdicts, range=list(COLOURS[:2])))
    shape = alt.Shape("state:N", scale=alt.Scale(domain=verdicts, range=["circle", "square"]))
    shown = alt.Chart().transform_filter("datum.t == task").transform_calculate(
        y="datum.v[at]", low="datum.l[at]", high="datum.h[at]",
        state=f"datum.a[at] ? '{_ABOVE}' : '{_CHANCE}'")
    chance = alt.Chart(levels).transform_filter("datum.t == task")
    return alt.layer(
        chance_rule(chance),
        shown.mark_rule(strokeWidth=2).encode(x, alt.Y("low:Q"), y2="high:Q", color=colour),
        named(shown, f"{SIZE} + ': ' + {percent('y', 'low', 'high')} + ' of ' + {counts}[at] + ' items; "
              f"published: ' + {percent('p')}")
        .mark_point(filled=True, size=60, opacity=1).encode(x, y, color=colour, shape=shape),
        shown.mark_tick(orient="horizontal", size=13, thickness=2, color=INK_CSS)
        .encode(x, alt.Y("p:Q")),
        chance_label(chance), data=alt.InlineData(values=points),
    ).add_params(task, size)
