"""Which model counts as small: a ladder whose left end the reader cuts off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .._checks import need_columns
from ..errors import InputError, UnknownNameError
from ..intervals import binomial_bounds
from ..ladders import Ladder
from ..measures import PATTERNS, PresenceResult, Rules, Verdicts, define
from ..plot import short_number
from ._ladder import SIZE, chance_label, chance_rule, decades, percent
from .core import Explorer
from .look import COLOURS, MUTED_CSS, named

__all__ = ["smallest"]

#: Fewer models are not judged at all, and the definitions other than the first need five.
_JUDGED, _DEFINED = 4, 5
_ABOVE, _ABSENT, _UNCLEAR, _OUT = "above chance", "absent", "cannot tell", "left out"
#: Verdict of `Presence` on a model -> what the chart calls it, and its letter in the chart's data.
_STATES = {"above": _ABOVE, "absent": _ABSENT, "below": _ABSENT, "unclear": _UNCLEAR}
_LETTERS = {_ABOVE: "a", _ABSENT: "n", _UNCLEAR: "u", _OUT: "o"}
_DEFINITIONS = {"not_extrapolable": "better than predicted", "sharp": "sharp",
                "sharp_unpredictable": "sharp and not predicted", "threshold": "threshold"}


def smallest(scores: pd.DataFrame, *, starts: Sequence[float], labels: Mapping[str, str] | None = None,
             begin: str | None = None, rules: Rules | None = None) -> Explorer:
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
        As in `measures.define`.

    Returns
    -------
    Explorer
        Starts where the verdict on the first task first changes as models are left out.

    Raises
    ------
    UnknownNameError
        If `labels` names a task that the table lacks.
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
    found = [_found(ladder, len(starts), r) for ladder in ladders]
    words = [{"task": i, "start": s, "words": text} for i, (ladder, judged) in
             enumerate(zip(ladders, found, strict=True))
             for s, text in enumerate(_sentences(ladder, judged, r))]
    ladders = [ladder.assign(states=_letters(ladder, judged))
               for ladder, judged in zip(ladders, found, strict=True)]
    for task in labels or ():
        if task not in tasks:
            raise UnknownNameError("task", task, tasks)
    names = [(labels or {}).get(t, t.replace("_", " ")) for t in tasks]
    columns = ["task", "model", "params", "value", "low", "high", "n_examples", "chance"]
    data = pd.concat(ladders, ignore_index=True)
    return Explorer(
        name="smallest", chart=_chart(ladders, names, len(starts), chosen, _turn(found[chosen])),
        words=pd.DataFrame(words),
        data=data[[c for c in columns if c in data]],
        texts={"start": [short_number(s) for s in starts]},
        caption=f"Bars: exact {r.level:.0%} intervals of the items alone. The verdicts also count the "
                f"scatter among the models that are left, and how many there are: above chance is more than "
                f"{r.negligible:.0%} of the items beyond it, absent surely less than "
                f"{r.presence.material:.0%} of what lies above chance, the rest cannot be told. Shaded: "
                f"models that do not count. At least {_JUDGED} must be left, {_DEFINED} for the definitions "
                f"other than the first. Smooth ladders are called sharp in {1 - r.level:.0%} of cases at "
                "most.")


def _ladder(rows: pd.DataFrame, starts: Sequence[float], r: Rules) -> pd.DataFrame:
    """One task by size, with intervals, and ``last``: the last start at which a model counts."""
    ladder = rows.sort_values("params", ignore_index=True, kind="stable")
    low, high = binomial_bounds(ladder["value"], ladder["n_examples"], level=r.level,
                                method="clopper-pearson")
    return ladder.assign(low=low, high=high,
                         last=np.searchsorted(starts, ladder["params"], side="right") - 1)


def _left(ladder: pd.DataFrame, start: int) -> Ladder:
    """The models that count from a start on."""
    rows = ladder[ladder["last"] >= start]
    metric = str(rows["metric"].iloc[0]) if "metric" in rows else None
    return Ladder.of(rows["params"], rows["value"], rows["n_examples"], metric=metric,
                     chance=float(rows["chance"].iloc[0]))


def _found(ladder: pd.DataFrame, n_starts: int, r: Rules) -> list[PresenceResult | None]:
    """Presence from each start on; None where too few models are left."""
    enough = [int((ladder["last"] >= s).sum()) >= _JUDGED for s in range(n_starts)]
    return [r.presence(_left(ladder, s)) if enough[s] else None for s in range(n_starts)]


def _turn(found: Sequence[PresenceResult | None]) -> int:
    """The first start from which the verdict is another one: what the figure is there to show."""
    patterns = [result.pattern if result else None for result in found]
    return next((i for i, p in enumerate(patterns) if p is not None and p != patterns[0]), 0)


def _letters(ladder: pd.DataFrame, found: Sequence[PresenceResult | None]) -> list[str]:
    """One word per model: its state at each start, a letter each."""
    columns = []
    for result in found:
        states = [_UNCLEAR] * len(ladder) if result is None else [_STATES[v] for v in result.verdicts]
        columns.append([_LETTERS[_OUT]] * (len(ladder) - len(states)) + [_LETTERS[s] for s in states])
    for start, column in enumerate(columns):
        for row in np.flatnonzero(ladder["last"] < start):
            column[row] = _LETTERS[_OUT]
    return ["".join(row) for row in zip(*columns, strict=True)]


def _sentences(ladder: pd.DataFrame, found: Sequence[PresenceResult | None], r: Rules) -> list[str]:
    """What holds from each start on; starts that leave the same models say the same."""
    said: dict[int, str] = {}
    out = []
    for start, result in enumerate(found):
        kept = int((ladder["last"] >= start).sum())
        if kept not in said:
            whole = found[0].pattern if found[0] and kept < len(ladder) else None
            said[kept] = (_sentence(_left(ladder, start), result, whole, r) if result else
                          f"Only {kept} models are left, too few to judge: any verdict would hang on one of "
                          "them.")
        out.append(said[kept])
    return out


def _sentence(left: Ladder, found: PresenceResult, whole: str | None, r: Rules) -> str:
    """One state; `whole` is the pattern of the ladder before models were left out."""
    lead = f"{len(left)} models from {short_number(left.scale[0])}: {_pattern(left, found, whole)}"
    if len(left) < _DEFINED:
        return f"{lead} The other definitions need {_DEFINED} models."
    return f"{lead} {_others(define(left, r))}"


def _pattern(left: Ladder, found: PresenceResult, whole: str | None) -> str:
    """The pattern against chance in words."""
    sizes, verdicts = [short_number(s) for s in left.scale], [_STATES[v] for v in found.verdicts]
    above, unclear = verdicts.count(_ABOVE), verdicts.count(_UNCLEAR)
    if found.pattern == "emergent":
        at = verdicts.index(_ABOVE)
        vague = verdicts[:at].count(_UNCLEAR)
        before = f"absent up to {sizes[at - 1]}"
        if vague:
            before = f"{at - vague} of the {at} smallest surely absent"
        return f"{before}, present from {sizes[at]} on. By the first definition the ability emerges."
    if found.pattern == "present throughout":
        then = "; on the whole one it did." if whole == "emergent" else "."
        return (f"all above chance, even the smallest ({left.score[0]:.1%}; chance {left.chance:.1%}). "
                f"Nothing emerges on this ladder{then}")
    if found.pattern == "absent throughout":
        return "none surely above chance, and none can be far above it: absent throughout."
    if found.pattern == "cannot tell":
        return (f"{above} surely above chance, {verdicts.count(_ABSENT)} absent, and {unclear} may be at "
                "chance or well above it. The first definition cannot be decided here.")
    if found.pattern == "mixed":
        return (f"{above} above chance, but a larger model is absent again: neither absent nor present "
                "(mixed).")
    return f"{PATTERNS[found.pattern]} ({found.pattern})."


def _others(v: Verdicts) -> str:
    """Which of the definitions other than the first are met, and on which the data are silent."""
    answers = {name: getattr(v, key) for key, name in _DEFINITIONS.items()}
    if answers["sharp and not predicted"] == answers["sharp"]:  # one contains the other
        del answers["sharp" if answers["sharp"] == "yes" else "sharp and not predicted"]
    met, silent = ([name for name, answer in answers.items() if answer == word]
                   for word in ("yes", "cannot tell"))
    text = f"Other definitions met: {', '.join(met) or 'none'}"
    text += f"; cannot be told: {', '.join(silent)}" if silent else ""
    return f"{text} (test of sharpness: p = {v.jump_p_value:.2g})."


def _chart(ladders: Sequence[pd.DataFrame], names: Sequence[str], n_starts: int, chosen: int,
           turn: int) -> Any:
    task = alt.param(name="task", value=chosen, bind=alt.binding_select(
        options=list(range(len(names))), labels=list(names), name="Task"))
    start = alt.param(name="start", value=turn, bind=alt.binding_range(
        min=0, max=n_starts - 1, step=1, name="Smallest model that counts"))
    points: list[pd.DataFrame] = []
    cuts: list[dict[str, float]] = []
    levels: list[dict[str, float]] = []
    for i, ladder in enumerate(ladders):
        at = np.log10(ladder["params"].to_numpy(dtype=float))
        points.append(pd.DataFrame({"t": i, "x": at, "y": ladder["value"], "l": ladder["low"],
                                    "h": ladder["high"], "v": ladder["states"],
                                    "k": ladder["last"], "n": ladder["n_examples"]}).round(4))
        levels.append({"t": i, "c": round(float(ladder["chance"].iloc[0]), 4)})
        for s in range(n_starts):  # a row for every state, if only of no width: Vega warns of empty data
            out = int((ladder["last"] < s).sum())
            edge = float(at[out - 1] + at[min(out, len(at) - 1)]) / 2 if out else at[0] - 0.1
            cuts.append({"t": i, "s": s, "a": round(float(at[0]) - 0.1, 3), "b": round(edge, 3)})
    x = decades("x", "Parameters (log scale)")
    y = alt.Y("y:Q", title="Share of items right", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=6))
    state = [_ABOVE, _UNCLEAR, _ABSENT, _OUT]
    colour = alt.Color("state:N", scale=alt.Scale(
        domain=state, range=[COLOURS[0], COLOURS[2], COLOURS[1], COLOURS[6]]))
    shape = alt.Shape("state:N", scale=alt.Scale(
        domain=state, range=["circle", "triangle-up", "square", "cross"]))
    called = ", ".join(f"{letter}: '{name}'" for name, letter in _LETTERS.items())
    shown = (alt.Chart(pd.concat(points)).transform_filter("datum.t == task")
             .transform_calculate(state=f"{{{called}}}[slice(datum.v, start, start + 1)]"))
    chance = alt.Chart(pd.DataFrame(levels)).transform_filter("datum.t == task")
    return alt.layer(
        alt.Chart(pd.DataFrame(cuts)).transform_filter("datum.t == task && datum.s == start")
        .mark_rect(color=COLOURS[6], opacity=0.15).encode(x="a:Q", x2="b:Q"),
        chance_rule(chance),
        shown.transform_filter("datum.k >= start")
        .mark_line(color=MUTED_CSS, strokeWidth=1.2).encode(x, y),
        shown.mark_rule(strokeWidth=1.5).encode(x, alt.Y("l:Q"), y2="h:Q", color=colour),
        named(shown, f"{SIZE} + ': ' + datum.state + ', ' + {percent('y', 'l', 'h')} + ' of ' + "
              "format(datum.n, ',') + ' items'")
        .mark_point(filled=True, size=60, opacity=1).encode(x, y, color=colour, shape=shape),
        chance_label(chance),
    ).add_params(task, start)
