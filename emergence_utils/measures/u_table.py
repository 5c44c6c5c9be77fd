"""All three U tests on every ladder of a score table, and what survives the number of ladders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .._checks import FloatArray, need_columns, need_finite, numbers_or_nan, short
from .._typed import checked
from ..errors import InputError
from ..ladders import Ladder
from ..metrics.registry import get_metric
from .u_regression import LindMehlum, TwoLines
from .u_shape import UFromCounts

__all__ = ["holm", "u_tests"]


def holm(p: ArrayLike) -> FloatArray:
    """Holm's adjusted p values; a test that could not be made counts as one that found nothing.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, float("nan")]).round(2).tolist()
    [0.04, 0.09, 0.09, 1.0]
    """
    raw = numbers_or_nan("p", p)
    if raw.ndim != 1 or ((raw < 0) | (raw > 1)).any():
        raise InputError("p must be a list of p values in [0, 1], NaN where there was no test, got "
                         f"{short(p)}.")
    if not raw.size:
        return raw
    filled = np.where(np.isnan(raw), 1.0, raw)
    order = np.argsort(filled, kind="stable")
    adjusted = np.empty(len(raw))
    adjusted[order] = np.minimum(np.maximum.accumulate(filled[order] * np.arange(len(raw), 0, -1)), 1.0)
    return adjusted


@checked
def u_tests(scores: pd.DataFrame, *, by: Sequence[str] = ("family", "task"), x: str = "params",
            level: float = 0.95) -> pd.DataFrame:
    """Lind-Mehlum, two lines and the test from counts on every ladder, rising meaning improving.

    Where `by` leaves several families in one curve the regressions are clustered by family, and the test
    from counts, which asks for one ladder, is not made.

    Parameters
    ----------
    scores : DataFrame
        Score table of one metric a ladder. Rows of unknown scale are left out.
    by : sequence of str
        Columns that make a ladder.
    x : str
        Column of scale.
    level : float
        Confidence level of each test.

    Returns
    -------
    DataFrame
        One row a ladder: its keys, ``n``, ``left_out`` (rows of unknown scale), and for each test
        (``parabola``, ``lines``, ``counts``) its answer in words, ``p_`` the p value where the test
        applies (else missing), ``holm_`` that p adjusted for all ladders of the table, those not tested
        counted as having found nothing, and ``why_`` the notes. ``scope`` says whom ``counts`` covers;
        ``fall`` and ``rise`` are the change of the score along the left and the right line.

    Raises
    ------
    InputError, UnknownNameError
    """
    keys = list(by)
    need_columns(scores, ("metric", "family", x, *keys))
    need_finite(scores, ["value"])
    if scores[x].isna().all():
        raise InputError(f"scores has no row with a known {x}.")
    rows = []
    for key, whole in scores.groupby(keys, sort=True, dropna=False):
        g = whole[whole[x].notna()]
        if g["metric"].nunique() > 1:
            raise InputError(f"ladder {key} mixes the metrics {', '.join(sorted(g['metric'].unique()))}; add "
                             "'metric' to by.")
        rows.append(dict(zip(keys, key, strict=True)) | {"n": len(g), "left_out": len(whole) - len(g)}
                    | (_tested(g, x, level) if g[x].nunique() > 2 else _too_few(g[x].nunique())))
    table = pd.DataFrame(rows)
    for test in ("parabola", "lines", "counts"):
        table.insert(list(table).index(f"p_{test}") + 1, f"holm_{test}", holm(table[f"p_{test}"]))
    return table


def _tested(g: pd.DataFrame, x: str, level: float) -> dict[str, Any]:
    scale, value = g[x].to_numpy(dtype=float), g["value"].to_numpy(dtype=float)
    if not (np.isfinite(scale) & (scale > 0)).all():
        raise InputError(f"column '{x}' must hold positive finite numbers where it is known.")
    metric = get_metric(str(g["metric"].iloc[0]))
    place, better = np.log10(scale), value if metric.higher_is_better else -value
    family = g["family"].to_numpy() if g["family"].nunique() > 1 else None
    curve = LindMehlum(level)(place, better, clusters=family)
    lines = TwoLines(level)(place, better, clusters=family)
    applies = curve.answer not in ("not testable", "not applicable")
    out = {"parabola": curve.answer, "p_parabola": curve.p_value if applies else math.nan,
           "why_parabola": " ".join(curve.notes), "lines": lines.answer, "p_lines": lines.p_value,
           "why_lines": " ".join(lines.notes[1:]),
           "fall": lines.slopes[0] * (lines.estimate - place.min()),
           "rise": lines.slopes[1] * (place.max() - lines.estimate)}
    why = ""
    if family is not None:
        why = f"models of {g['family'].nunique()} families are not one ladder."
    elif len(np.unique(scale)) < len(scale):
        why = f"several scores at one {x}: average replicates or tell them apart."
    if why:
        return out | {"counts": "not testable", "scope": "", "p_counts": math.nan, "why_counts": why}
    n = g["n_examples"].to_numpy(dtype=float) if "n_examples" in g else np.array([math.nan])
    found = UFromCounts(level)(Ladder.of(scale, value, None if np.isnan(n).any() else n, metric=metric.name))
    return out | {"counts": found.answer, "scope": found.scope, "p_counts": found.p_value,
                  "why_counts": " ".join(found.notes)}


def _too_few(scales: int) -> dict[str, Any]:
    why = f"{scales} different scales; a U takes three."
    return {name: value for test in ("parabola", "lines", "counts") for name, value in (
        (test, "not testable"), (f"p_{test}", math.nan), (f"why_{test}", why))} | {
            "scope": "", "fall": math.nan, "rise": math.nan}
