"""How often a model may try, and on how many problems: absent, present, or cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ..chapters.rare import solved
from ..errors import InputError
from ..intervals import binomial_bounds
from ..plot import short_number
from ._ladder import SIZE, decades
from .core import Explorer
from .look import COLOURS, SHAPES, named

__all__ = ["rare"]

_STATES = ("absent", "cannot tell", "present")
_TRIES = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
_PROBLEMS = (16, 32, 64, 128, 500, 1319, 5000)
#: Lower end of the axis: smaller shares are drawn there.
_FLOOR = 1e-4


def rare(table: pd.DataFrame, *, tries: Sequence[int] = _TRIES, problems: Sequence[int] = _PROBLEMS,
         start: tuple[int, int] = (1, 128), share: float = 0.01) -> Explorer:
    """One ladder, judged from few or many tries at few or many problems.

    A problem counts as solved if one of k tries is right. Of n problems as many are solved as the recorded
    answers let expect, rounded. A model is present if the exact interval of the share solved lies above
    `share`, absent if it lies below.

    Parameters
    ----------
    table : DataFrame
        Table by item; one task and checkpoint.
    tries, problems : sequence of int
        Positions of the two sliders, rising; tries not above the answers drawn.
    start : tuple of int
        Tries and problems at the start.
    share : float
        Share of problems that must be solved for the ability to be called present.

    Returns
    -------
    Explorer
    """
    for name, values, first in (("tries", tries, start[0]), ("problems", problems, start[1])):
        if list(values) != sorted(set(values)) or first not in values:
            raise InputError(f"{name} must rise and hold the start, got {list(values)} and {first}.")
    if not 0 < share < 1:
        raise InputError(f"share must lie between 0 and 1, got {share:g}.")
    real = int(table["item"].nunique())
    found = solved(table, tries)
    states = [[_seen(found[found["tries"] == k], n, share) for n in problems] for k in tries]
    words = [{"tries": i, "problems": j, "words": _sentence(states[i][j], k, n, real, share)}
             for i, k in enumerate(tries) for j, n in enumerate(problems)]
    data = pd.concat([s for row in states for s in row], ignore_index=True)
    at = (list(tries).index(start[0]), list(problems).index(start[1]))
    return Explorer(
        name="rare", chart=_chart(states, at, share), words=pd.DataFrame(words),
        data=data,
        texts={"tries": [f"{k:,}" for k in tries], "problems": [f"{n:,}" for n in problems]},
        caption="A problem is solved if one of the tries is right. Marks: the count of solved problems "
                f"nearest to what the {int(table['n_samples'].min()):,} recorded answers to each of {real} "
                "problems let expect, with its exact 95 % interval. Present: the interval lies above "
                f"{share:.0%} of the problems; absent: below. More than {real} problems are a supposition: "
                "others like these. Shares below the axis are drawn at its foot.")


def _seen(found: pd.DataFrame, n: int, share: float) -> pd.DataFrame:
    """The likeliest count of solved problems, its interval, and the verdict."""
    right = np.rint(found["value"].to_numpy() * n)
    low, high = binomial_bounds(right / n, n, method="clopper-pearson")
    verdict = np.where(low > share, _STATES[2], np.where(high < share, _STATES[0], _STATES[1]))
    return pd.DataFrame({"model": found["model"].to_numpy(), "params": found["params"].to_numpy(),
                         "tries": found["tries"].to_numpy(), "problems": n, "solved": right,
                         "value": right / n, "low": low, "high": high, "verdict": verdict})


def _sentence(seen: pd.DataFrame, k: int, n: int, real: int, share: float) -> str:
    """Which sizes are absent, present, or cannot be told, and what would be needed for the last."""
    text = f"{k:,} {'try' if k == 1 else 'tries'} at each of {n:,} problems"
    text += " (others like these): " if n > real else ": "
    parts = []
    for state in _STATES:
        sizes = [short_number(v) for v in seen.loc[seen["verdict"] == state, "params"]]
        if sizes:
            parts.append(f"{state} at {'all sizes' if len(sizes) == len(seen) else ', '.join(sizes)}")
    text += "; ".join(parts) + "."
    zeros = int((seen["solved"] == 0).sum())
    if zeros:
        limit = float(seen.loc[seen["solved"] == 0, "high"].iloc[0])
        text += (f" {zeros} of {len(seen)} models solve none, which any share up to {limit:.2g} allows"
                 f"{', so zero is not absence' if limit >= share else ''}.")
    return text


def _chart(states: Sequence[Sequence[pd.DataFrame]], at: tuple[int, int], share: float) -> Any:
    first, counts = states[0][0], [f"{int(s['problems'].iloc[0]):,}" for s in states[0]]
    tries = alt.param(name="tries", value=at[0], bind=alt.binding_range(
        min=0, max=len(states) - 1, step=1, name="Tries at each problem"))
    problems = alt.param(name="problems", value=at[1], bind=alt.binding_range(
        min=0, max=len(states[0]) - 1, step=1, name="Problems in the test"))
    points: list[dict[str, Any]] = []
    for m, params in enumerate(first["params"]):
        lists = {key: [[float(f"{max(float(s[column].iloc[m]), _FLOOR):.3g}") for s in row] for row in states]
                 for key, column in (("v", "value"), ("l", "low"), ("h", "high"))}
        points.append({"x": round(float(np.log10(params)), 3)} | lists | {
            "s": [[_STATES.index(s["verdict"].iloc[m]) for s in row] for row in states]})
    y = alt.Y("y:Q", title="Problems solved (log scale)",
              scale=alt.Scale(type="log", domain=[_FLOOR, 1]), axis=alt.Axis(tickCount=4, format="~g"))
    shown = alt.Chart().transform_calculate(
        y="datum.v[tries][problems]", low="datum.l[tries][problems]", high="datum.h[tries][problems]",
        state=f"{list(_STATES)}[datum.s[tries][problems]]")
    x = decades("x", "Parameters (log scale)")
    domain = list(_STATES)
    colour = alt.Color("state:N", scale=alt.Scale(domain=domain, range=[COLOURS[i] for i in (1, 6, 0)]))
    shape = alt.Shape("state:N", scale=alt.Scale(domain=domain, range=[SHAPES[i] for i in (1, 3, 0)]))
    line = alt.Chart(pd.DataFrame({"c": [share], "t": [f"{share:.0%} of the problems"]}))
    return alt.layer(
        line.mark_rule(strokeDash=[2, 3], strokeWidth=1.5).encode(y="c:Q"),
        shown.mark_rule(strokeWidth=2).encode(x, alt.Y("low:Q"), y2="high:Q", color=colour),
        named(shown, f"{SIZE} + ': ' + datum.state + ', ' + format(datum.v[tries][problems], '.2~%') + "
              "' solved (95\u202f% ' + format(datum.low, '.2~%') + ' to ' + format(datum.high, '.2~%') + "
              f"', ' + {counts}[problems] + ' problems)'")
        .mark_point(filled=True, size=70, opacity=1).encode(x, y, color=colour, shape=shape),
        line.mark_text(align="right", baseline="top", dx=-4, dy=4)
        .encode(y="c:Q", x=alt.value("width"), text="t:N"),
        data=alt.InlineData(values=points),
    ).add_params(tries, problems)
