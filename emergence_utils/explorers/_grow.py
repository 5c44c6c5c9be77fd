"""Models that were grown here: one metric or another, few seeds or many, six sizes or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .._checks import FloatArray, need_columns
from ..errors import InputError
from ..plot import short_number
from ._ladder import SIZE, decades
from .core import Explorer
from .look import COLOURS, named

__all__ = ["grow"]

#: Column, name, and title of the axis; scores are turned so that 1 is best (see `_up`).
_METRICS = (
    ("exact_match", "Exact match", "Sums all right"),
    ("token_accuracy", "Digits", "Digits right"),
    ("token_edit_distance", "Edit distance", "Digits not edited"),
    ("cross_entropy", "Cross-entropy", "1 less loss / ln 10"),
)
_MEAN, _STEP = "mean of the seeds", "largest step"


def grow(runs: pd.DataFrame, *, seeds: Sequence[int] = (1, 2, 4, 8), sizes: Sequence[int] = (6, 12, 24),
         length: int = 5) -> Explorer:
    """The same runs under four metrics; the reader chooses how many seeds are averaged and how many sizes.

    Parameters
    ----------
    runs : DataFrame
        One row a run: ``params``, ``seed`` and the four metrics; every seed that is averaged at every size.
    seeds : sequence of int
        Numbers of seeds averaged, rising, the first ones each time.
    sizes : sequence of int
        Numbers of sizes kept, rising, evenly spaced in their order, both ends included.
    length : int
        Digits of an answer.

    Returns
    -------
    Explorer
        Starts with exact match, one seed and all sizes.
    """
    need_columns(runs, ("params", "seed", *(m[0] for m in _METRICS)))
    if list(seeds) != sorted(set(seeds)) or not seeds or min(seeds) < 1:
        raise InputError(f"seeds must be rising numbers from 1 on, got {list(seeds)}.")
    first = runs[runs["seed"].isin(np.sort(runs["seed"].unique())[:max(seeds)])]
    blocks = [_up(first.pivot(index="seed", columns="params", values=m), m, length) for m, *_ in _METRICS]
    params = np.sort(first["params"].unique()).astype(float)
    if any(np.isnan(b).any() for b in blocks) or len(blocks[0]) < max(seeds):
        raise InputError(f"runs must hold {max(seeds)} seeds of every size.")
    if list(sizes) != sorted(set(sizes)) or min(sizes) < 2 or max(sizes) > len(params):
        raise InputError(f"sizes must be rising numbers between 2 and {len(params)}, got {list(sizes)}.")
    kept = [np.unique(np.rint(np.linspace(0, len(params) - 1, k)).astype(int)) for k in sizes]
    words, steps, x = [], [], np.log10(params)
    for m, block in enumerate(blocks):
        for s, many in enumerate(seeds):
            for k, at in enumerate(kept):
                mean = block[:many, at].mean(axis=0)
                i = int(np.argmax(np.diff(mean)))
                share = float(np.diff(mean)[i] / np.ptp(mean)) if np.ptp(mean) > 0 else 0.0
                steps.append({"m": m, "s": s, "k": k, "x": x[at[i]], "x2": x[at[i + 1]], "y": mean[i],
                              "y2": mean[i + 1]})
                words.append({"metric": m, "seeds": s, "sizes": k, "words": _sentence(
                    m, many, len(at), share, params[at[[i, i + 1]]], block[:many, at])})
    chart = _chart(blocks, x, kept, seeds, steps)
    names = [f"{n} seed{'s' * (n > 1)}" for n in seeds]
    data = pd.concat([pd.DataFrame({"metric": name, "seed": np.repeat(np.arange(len(block)), len(params)),
                                    "params": np.tile(params, len(block)), "value": block.ravel()})
                      for (_, name, _), block in zip(_METRICS, blocks, strict=True)], ignore_index=True)
    return Explorer(
        name="grow", chart=chart, words=pd.DataFrame(words),
        data=data, texts={"seeds": names, "sizes": [str(k) for k in sizes]},
        titles={"y": "[" + ",".join(f"'{m[2]}'" for m in _METRICS) + "][metric]"},
        caption="Small dots: single runs. Line: mean of the first seeds of each size. Thick: its largest "
                "step upwards. Every score is turned so that 1 is best; a guess among ten digits has a "
                "cross-entropy of ln 10, and an answer of wrong digits one edit a digit.")


def _up(wide: pd.DataFrame, metric: str, length: int) -> FloatArray:
    block = wide.to_numpy(dtype=float)
    if metric == "token_edit_distance":
        return 1 - block / length
    return 1 - block / np.log(10) if metric == "cross_entropy" else block


def _sentence(m: int, seeds: int, sizes: int, share: float, between: FloatArray, block: FloatArray) -> str:
    a, b = map(short_number, between)
    who = "one run a size" if seeds == 1 else f"the mean of {seeds} seeds"
    text = (f"{_METRICS[m][1]}, {sizes} sizes, {who}: the largest step, from {a} to {b} parameters, makes "
            f"{share:.0%} of the whole rise.")
    if seeds > 1:
        low, high = block.min(axis=0), block.max(axis=0)
        apart = int((high - low > 0.5 * np.ptp(block)).sum())
        text += (f" At {apart} of {sizes} sizes the seeds lie apart by more than half of the range of all "
                 "runs.")
    return text


def _chart(blocks: Sequence[FloatArray], x: FloatArray, kept: Sequence[Any], seeds: Sequence[int],
           steps: Sequence[dict[str, Any]]) -> Any:
    metric = alt.param(name="metric", value=0, bind=alt.binding_radio(
        options=list(range(len(_METRICS))), labels=[m[1] for m in _METRICS], name="Metric"))
    many = alt.param(name="seeds", value=0, bind=alt.binding_range(
        min=0, max=len(seeds) - 1, step=1, name="Seeds averaged"))
    some = alt.param(name="sizes", value=len(kept) - 1, bind=alt.binding_range(
        min=0, max=len(kept) - 1, step=1, name="Sizes kept"))
    dots = [{"x": round(float(x[i]), 4), "d": [round(float(b[r, i]), 3) for b in blocks], "r": r}
            for r in range(len(blocks[0])) for i in range(len(x))]
    line = [{"x": round(float(x[i]), 4), "k": [int(i in at) for at in kept],
             "v": [[round(float(b[:n, i].mean()), 4) for n in seeds] for b in blocks]} for i in range(len(x))]
    most = "[" + ",".join(map(str, seeds)) + "][seeds]"
    thick = pd.DataFrame(steps).round(4)
    across = decades("x", "Parameters (log scale)")
    y = alt.Y("y:Q", title=_METRICS[0][2], scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=6))
    colour = alt.Color("what:N", scale=alt.Scale(domain=[_MEAN, _STEP], range=list(COLOURS[:2])),
                       legend=alt.Legend(symbolOpacity=1))
    run = alt.Chart(alt.InlineData(values=dots)).transform_filter(f"datum.r < {most}").transform_calculate(
        y="datum.d[metric]")
    mean = alt.Chart(alt.InlineData(values=line)).transform_filter("datum.k[sizes] == 1").transform_calculate(
        y="datum.v[metric][seeds]", what=f"'{_MEAN}'")
    step = alt.Chart(thick).transform_filter(
        "datum.m == metric && datum.s == seeds && datum.k == sizes").transform_calculate(what=f"'{_STEP}'")
    return alt.layer(
        run.mark_point(filled=True, size=16, opacity=0.5, color=COLOURS[6]).encode(across, y),
        mean.mark_line(strokeWidth=1.6).encode(across, y, color=colour),
        named(mean, f"{SIZE} + ': ' + {[m[2] for m in _METRICS]}[metric] + ' ' + format(datum.y, '.3f') + "
              f"', mean of ' + {most} + ' runs'")
        .mark_point(filled=True, size=34, opacity=1).encode(across, y, color=colour),
        step.mark_rule(strokeWidth=4.5, strokeCap="round").encode(across, y, x2="x2:Q", y2="y2:Q",
                                                                  color=colour),
    ).add_params(metric, many, some)
