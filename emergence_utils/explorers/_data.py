"""One budget of compute, split in every way: the reader sets the budget and the law."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ..errors import InputError
from ..laws import HOFFMANN, LossFit, LossLaw
from ..plot import short_number
from ._ladder import decades
from .core import Explorer
from .look import COLOURS, INK_CSS, MUTED_CSS, SHAPES, named

__all__ = ["data"]

PRINTED = "Chinchilla, as printed"
_ENDS = (7.0, 13.0)  # decimal logs of parameters
_BEST, _TWENTY = "best split", "twenty tokens each"


def data(fits: Mapping[str, LossFit], *, decades_of_flops: tuple[int, int] = (19, 26),
         start: int = 23) -> Explorer:
    """Loss against parameters at one budget of compute, with the best split and its band.

    Parameters
    ----------
    fits : mapping of str to LossFit
        Name -> law with draws of runs; the constants as Hoffmann et al. printed them come as a last choice.
    decades_of_flops : (int, int)
        Least and most compute, decimal logs; the reader moves by half decades.
    start : int
        Decimal log of the compute shown first.

    Returns
    -------
    Explorer
        Knobs ``c`` (half decades above the least) and ``law``.

    Raises
    ------
    InputError
        On no fit, one without draws, or a start outside the range.
    """
    first, last = decades_of_flops
    if not fits or not all(len(f.draws) for f in fits.values()):
        raise InputError(f"fits must hold one law or more, each with draws of runs, got {list(fits)}.")
    if not first <= start <= last or first >= last:
        raise InputError(f"start must lie between {first} and {last}, got {start}.")
    logs = np.arange(2 * first, 2 * last + 1) / 2
    grid = np.round(np.arange(_ENDS[0], _ENDS[1] + 0.05, 0.1), 1)
    laws: dict[str, LossLaw] = {name: f.law for name, f in fits.items()} | {PRINTED: HOFFMANN}
    words, rows, losses = [], [], np.empty((len(laws), len(logs), len(grid)))
    for j, (name, law) in enumerate(laws.items()):
        for i, log in enumerate(logs):
            budget = float(10**log)
            losses[j, i] = law(10**grid, budget / 6 / 10**grid)
            row = _split(name, law, fits.get(name), budget)
            rows.append(row | {"c": i, "law": j})
            words.append({"c": i, "law": j, "words": _said(row, fits.get(name))})
    table = pd.DataFrame(rows)
    return Explorer(
        name="data", chart=_chart(table, losses, grid, list(laws), int(2 * (start - first)), logs),
        words=pd.DataFrame(words), texts={"c": [_flops(10.0**x) for x in logs]},
        data=table.drop(columns=["c", "law"]),
        caption="Every point of the curve costs the same compute: to the right the model is larger and reads "
                "less. Shaded: 95 % interval of the best split over the runs; the law's form is taken as "
                "true. Losses of different suites are on different texts and cannot be compared.")


def _split(name: str, law: LossLaw, fit: LossFit | None, budget: float) -> dict[str, Any]:
    """Best split of a budget, its interval in parameters, and the split with twenty tokens each."""
    best = law.tokens_per_parameter(budget)
    held = fit.optimal(budget).interval if fit else None
    size, even = math.sqrt(budget / 6 / best), math.sqrt(budget / 120)
    ends = (math.sqrt(budget / 6 / held.high), math.sqrt(budget / 6 / held.low)) if held else (size, size)
    return {"name": name, "flops": budget, "params": size, "tokens": best * size, "ratio": best,
            "ratio_low": held.low if held else math.nan, "ratio_high": held.high if held else math.nan,
            "params_low": ends[0], "params_high": ends[1], "loss": float(law(size, best * size)),
            "twenty": even, "loss_twenty": float(law(even, 20 * even)), "floor": law.floor}


def _said(row: Mapping[str, Any], fit: LossFit | None) -> str:
    held = (f" ({_short(row['ratio_low'])} to {_short(row['ratio_high'])})" if fit
            else "; no interval is known")
    said = (f"{row['name']}: best with {short_number(row['params'])} parameters and "
            f"{short_number(row['tokens'])} tokens, {_short(row['ratio'])} tokens per parameter{held}; loss "
            f"{row['loss']:.3f}. Twenty tokens each: {max(row['loss_twenty'] - row['loss'], 0):.3f} more.")
    if fit:
        least, most = fit.runs.budgets
        if not least * 0.999 <= row["flops"] <= most * 1.001:
            said += f" No run had that compute (the most was {_flops(most)}): the law is carried on."
    return said


def _flops(value: float) -> str:
    """Compute as people write it: 3.2 × 10²³ FLOPs."""
    power = math.floor(math.log10(value) + 1e-9)
    head = f"{value / 10**power:.1f}"
    raised = str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{'' if head == '1.0' else f'{head} × '}10{raised} FLOPs"


def _short(value: float) -> str:
    """A number of tokens per parameter in two digits."""
    return short_number(float(f"{value:.2g}")) if value >= 1 else f"{value:.1g}"


def _chart(table: pd.DataFrame, losses: Any, grid: Any, laws: Sequence[str], start: int, logs: Any) -> Any:
    c = alt.param(name="c", value=start, bind=alt.binding_range(
        min=0, max=len(logs) - 1, step=1, name="Training compute"))
    law = alt.param(name="law", value=0, bind=alt.binding_radio(
        options=list(range(len(laws))), labels=list(laws), name="Law"))
    best = table["loss"].to_numpy()
    span = best - table["floor"].to_numpy()
    ends = [(best - 0.08 * span).round(4).tolist(), (best + 0.45 * span).round(4).tolist()]
    at = f"[law * {len(logs)} + c]"
    y = alt.Y("y:Q", title="Loss", scale=alt.Scale(
        domain=[{"expr": f"{ends[0]}{at}"}, {"expr": f"{ends[1]}{at}"}], nice=False, zero=False),
        axis=alt.Axis(format=".2f", tickCount=5))
    x = decades("x", "Parameters (log scale)").scale(domain=list(_ENDS), nice=False)
    curve = alt.Chart(alt.InlineData(values=[
        {"x": float(g), "v": np.round(losses[:, :, i], 4).tolist()} for i, g in enumerate(grid)]))
    marks = [{"l": int(r["law"]), "c": int(r["c"]), "x": round(math.log10(r[n]), 3), "y": round(r[v], 4),
              "w": w, "t": round(math.log10(r["flops"] / 6 / r[n]), 3)}
             for r in table.to_dict("records")
             for w, n, v in ((_TWENTY, "twenty", "loss_twenty"), (_BEST, "params", "loss"))]  # best on top
    bands = [{"l": int(r["law"]), "c": int(r["c"]),
              **{k: round(float(np.clip(math.log10(r[f"params_{k}"]), *_ENDS)), 3) for k in ("low", "high")}}
             for r in table.to_dict("records") if r["params_low"] < r["params_high"]]
    here = "datum.l == law && datum.c == c"
    points = alt.Chart(alt.InlineData(values=marks)).transform_filter(here)
    names = [_BEST, _TWENTY]
    colour = alt.Color("w:N", title=None, scale=alt.Scale(domain=names, range=[COLOURS[1], COLOURS[2]]),
                       legend=alt.Legend(symbolOpacity=1))
    shape = alt.Shape("w:N", title=None, scale=alt.Scale(domain=names, range=list(SHAPES[:2])))
    size = "replace(format(pow(10, datum.x), '.3~s'), 'G', 'B') + ' parameters, '"
    read = "replace(format(pow(10, datum.t), '.3~s'), 'G', 'B') + ' tokens, loss '"
    return alt.layer(
        alt.Chart(alt.InlineData(values=bands)).transform_filter(here)
        .mark_rect(opacity=0.15, color=MUTED_CSS).encode(_low(x), x2="high"),
        curve.transform_calculate(y="datum.v[law][c]").mark_line(strokeWidth=2, clip=True, color=INK_CSS)
        .encode(x, y),
        named(points, f"datum.w + ', ' + {size} + {read} + format(datum.y, '.3f')")
        .mark_point(filled=True, size=90, opacity=1, clip=True).encode(x, y, colour, shape),
    ).add_params(c, law)


def _low(x: Any) -> Any:
    """The same axis for the lower end of a band."""
    other = x.copy()
    other.shorthand = "low:Q"
    return other
