"""Stop the ladder early: where a fall is all there is to see, and where it turns out to be a U."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from scipy import special

from .. import plot
from .._checks import need_columns
from ..chapters.ushape import agree
from ..errors import InputError, UnknownNameError
from ..measures._least_squares import Array, line
from ..measures.u_regression import LindMehlum, Parabola, TwoLines, TwoLinesResult
from ._ladder import FLOPS, decades, short_names
from .core import Explorer
from .look import COLOURS, INK_CSS, MUTED_CSS, PAPER_CSS, TURNED, named

__all__ = ["ushape"]

_LINES = ("left line", "right line", "straight line")
_NEEDED = ("task", "subset", "metric", "value", "chance", "train_flops", "family", "model")
#: Least fall that counts, as in chapter 5.
_LEAST = 0.01


def ushape(scores: pd.DataFrame, *, curves: Mapping[str, tuple[str, str]], ends: Sequence[float]) -> Explorer:
    """Both U tests on the models up to a largest one that the reader picks.

    Parameters
    ----------
    scores : DataFrame
        ``brier_target`` of tenths of tasks, with ``chance``, family and train_flops, as `scores.load`
        gives it.
    curves : mapping of str to (task, subset)
        What the reader may pick, by the name shown; the first is shown first.
    ends : sequence of float
        Training compute (FLOPs) up to which models count, rising. After the last one comes "all".

    Returns
    -------
    Explorer
        Knobs ``curve`` and ``end``. A U is one that both tests support at 5 %, with a fall of a
        point; where a test does not apply they cannot tell. p values are clustered by family, for one
        curve and one window alone.
    """
    if not curves or not ends or list(ends) != sorted(set(ends)):
        raise InputError(f"need a curve and rising ends, got {len(curves)} curves and ends {list(ends)}.")
    tables = [_curve(scores, *key) for key in curves.values()]
    points = pd.concat([t.assign(curve=i) for i, t in enumerate(tables)], ignore_index=True)
    words, lines = [], []
    for i, (title, table) in enumerate(zip(curves, tables, strict=True)):
        for j, end in enumerate([*ends, np.inf]):
            window = table[table["train_flops"] <= end]
            x, y = (window[c].to_numpy(dtype=float) for c in ("x", "score"))
            family = window["family"].to_numpy()
            curve, pair = LindMehlum()(x, y, clusters=family), TwoLines()(x, y, clusters=family)
            reach = f"up to {plot.short_number(end)}" if np.isfinite(end) else "all of them"
            models = f"{title}, {len(window)} models of {window['family'].nunique()} families, {reach}"
            said = _said(curve, pair, x, _slope(window))
            words.append({"curve": i, "end": j, "words": f"{models}: {said}"})
            lines += [{"curve": i, "end": j} | part for part in _lines(window, pair.estimate)]
    caption = ("One point a model. A U counts if both tests support it at 5 % and the fall is at least a "
               "point; where one of them does not apply, they cannot tell. p values stand for this one curve "
               "and window and are not corrected for the number of windows that one may try.")
    data = points[["task", "subset", "family", "model", "train_flops", "score", "chance"]]
    texts = [f"{plot.short_number(e)} FLOPs" for e in ends] + ["no limit, all models"]
    return Explorer("ushape", _chart(points, pd.DataFrame(lines), list(curves), ends), pd.DataFrame(words),
                    data, caption, texts={"end": texts})


def _curve(scores: pd.DataFrame, task: str, subset: str) -> pd.DataFrame:
    """One tenth with the sign turned round, so that higher is better."""
    need_columns(scores, _NEEDED)
    rows = scores[(scores["task"] == task) & (scores["subset"] == subset) & scores["train_flops"].notna()]
    if rows.empty:
        known = (scores["task"] + ", " + scores["subset"]).dropna().unique()
        raise UnknownNameError("curve", f"{task}, {subset}", known)
    rows = rows.assign(score=-rows["value"], chance=-rows["chance"], x=np.log10(rows["train_flops"]))
    return rows.sort_values("train_flops", kind="stable")


def _slope(window: pd.DataFrame) -> tuple[float, float, float]:
    """Slope of one straight line a decade, with its 95 % interval clustered by family."""
    families = pd.factorize(window["family"])[0].astype(np.int64)
    x, y = (window[c].to_numpy(dtype=float) for c in ("x", "score"))
    slope, error = line(x, y, families)
    half = float(special.stdtrit(families.max(), 0.975)) * error
    return slope, slope - half, slope + half


def _lines(window: pd.DataFrame, split: float) -> list[dict[str, Any]]:
    """Ends of the two lines of the test and of one straight line."""
    x, y = (window[c].to_numpy(dtype=float) for c in ("x", "score"))
    out = []
    for name, part in zip(_LINES, (x <= split, x >= split, x > 0), strict=True):
        if np.unique(x[part]).size > 1:
            ends = np.array([x[part].min(), x[part].max()])
            level = y[part].mean() + line(x[part], y[part])[0] * (ends - x[part].mean())
            out.append({"line": name, "x": ends[0], "x2": ends[1], "y": level[0], "y2": level[1]})
    return out


def _said(curve: Parabola, pair: TwoLinesResult, x: Array, slope: tuple[float, float, float]) -> str:
    mid, low, high = slope
    fall, rise = pair.slopes[0] * (pair.estimate - x.min()), pair.slopes[1] * (x.max() - pair.estimate)
    both = agree(curve.answer, pair.answer)
    rest = "; the tests cannot tell whether it is a U" if both == "cannot tell" else ", no U by the rule"
    if both == "U" and fall <= -_LEAST:
        head = f"down by {-fall:.2f}, then up by {rise:.2f}, a U by both tests"
    elif both == "inverted U":
        head = "up, then down, by both tests"
    elif high < 0:
        head = f"inverse scaling, a fall of {-mid:.2g} a decade (95 % {-high:.2g} to {-low:.2g}){rest}"
    elif low > 0:
        head = f"a rise of {mid:.2g} a decade (95 % {low:.2g} to {high:.2g}){rest}"
    else:
        head = f"no trend ({_signed(mid)} a decade, {_signed(low)} to {_signed(high)}){rest}"
    return (f"{head}. Parabola: {_answer(curve.answer, curve.p_value, curve.notes)}; two lines: "
            f"{_answer(pair.answer, pair.p_value, pair.notes[1:])}.")


def _answer(answer: str, p: float, notes: tuple[str, ...]) -> str:
    """The answer of a test in words, with its p value, or the reason why there is none."""
    if answer == "not applicable":
        return f"not applicable, since {notes[0].rstrip('.')}"
    if answer == "not testable":
        return notes[0].rstrip(".")
    if p == 1:
        return "no opposite slopes"
    shape = {"U": "a U", "inverted U": "an inverted U"}.get(answer, "no U")
    return f"{shape} ({_p(p)})"


def _p(p: float) -> str:
    return "p below 0.0001" if p < 1e-4 else f"p = {p:.2g}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−").replace("−0.00", "0.00").replace("+0.00", "0.00")


def _chart(points: pd.DataFrame, lines: pd.DataFrame, names: list[str], ends: Sequence[float]) -> Any:
    curve = alt.param(name="curve", value=0, bind=alt.binding_select(
        options=list(range(len(names))), labels=names, name="Items"))
    end = alt.param(name="end", value=len(ends), bind=alt.binding_range(
        min=0, max=len(ends), step=1, name="Largest training compute that counts"))
    limits = [*(round(float(np.log10(e)), 4) for e in ends), 99]  # the last end is open
    left, right = float(np.floor(points["x"].min())), float(np.ceil(points["x"].max()))
    bottom = float(np.floor(10 * min(points["score"].min(), lines[["y", "y2"]].min().min())) / 10)
    x = decades("x", "Training compute (FLOPs, log scale)").scale(domain=[left, right], nice=False)
    # the tests are about rises, so that scores stand with their sign turned; the labels say what was measured
    y = alt.Y("y:Q", title=f"Brier score ({TURNED})", scale=alt.Scale(domain=[bottom, 0], nice=False),
              axis=alt.Axis(labelExpr="format(abs(datum.value), '.1f')"))
    models = sorted(points["model"].unique())
    rows = points[["curve", "x", "score"]].rename(columns={"score": "y"}).round(4)
    rows["m"] = np.searchsorted(models, points["model"])
    name = f"{short_names(models)}[datum.m] + ', ' + {FLOPS} + ': ' + format(-datum.y, '.3f')"
    seen = alt.Chart(rows).transform_filter(f"datum.curve == curve && datum.x <= {limits}[end]")
    marks = named(seen, name).mark_point(filled=True, size=28, opacity=0.75, color=MUTED_CSS).encode(x=x, y=y)
    colour = alt.Color("line:N", scale=alt.Scale(domain=list(_LINES), range=list(COLOURS[:3])),
                       legend=alt.Legend(symbolType="stroke", symbolStrokeWidth=2.5, symbolSize=500))
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=list(_LINES), range=[[1, 0], [10, 2], [3, 3]]))
    drawn = (alt.Chart(lines.round(3)).mark_rule(strokeWidth=2.5)
             .encode(x=x, x2="x2", y=y, y2="y2", color=colour, strokeDash=dash)
             .transform_filter("datum.curve == curve && datum.end == end"))
    guess = points.groupby("curve")["chance"].first().rename("y").reset_index().assign(text="uniform guess")
    level = alt.Chart(guess.round(4)).transform_filter("datum.curve == curve")
    place: dict[str, Any] = {"align": "left", "baseline": "top", "dx": 3, "dy": 3}
    seam = level.mark_text(stroke=PAPER_CSS, strokeWidth=4, strokeJoin="round", **place)
    words = level.mark_text(color=INK_CSS, **place)
    label = [m.encode(x=alt.value(0), y=y, text="text") for m in (seam, words)]
    rule = level.mark_rule(strokeDash=[2, 3]).encode(y=y)
    return alt.layer(rule, marks, drawn, *label).add_params(curve, end)
