"""Both U tests on every curve of a score table, and what survives the number of curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .._checks import need_columns
from ..errors import InputError
from ..metrics.registry import get_metric
from ._regression import Array
from .lind_mehlum import lind_mehlum
from .two_lines import two_lines

__all__ = ["holm", "u_tests"]


def holm(p: ArrayLike) -> Array:
    """Holm's adjusted p values; a test that could not be made counts as one that found nothing.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    raw = np.asarray(p, dtype=float)
    filled = np.where(np.isnan(raw), 1.0, raw)
    order = np.argsort(filled, kind="stable")
    steps = np.maximum.accumulate(filled[order] * (len(filled) - np.arange(len(filled))))
    out = np.empty_like(filled)
    out[order] = np.minimum(steps, 1.0)
    return out


def u_tests(scores: pd.DataFrame, *, by: Sequence[str] = ("task",), x: str = "train_flops",
            families: str | None = "family") -> pd.DataFrame:
    """Lind-Mehlum and two-lines test of every curve, against log10 scale, rising meaning improving.

    Parameters
    ----------
    scores : DataFrame
        Score table of one metric a curve; metrics where lower is better are negated. Rows of
        unknown scale are left out.
    by : sequence of str
        Columns that make a curve.
    x : str
        Column of scale.
    families : str or None
        Column to cluster by; None treats models as independent.

    Returns
    -------
    DataFrame
        Keys, ``n``, ``parabola`` (shape tested), ``p_parabola``, ``lines`` (shape of the slopes),
        ``p_lines``, ``breakpoint`` (log10 scale), ``fall`` and ``rise`` (change of the score along
        the left and the right line) and ``both``: the shape that both tests support at 5 %, else
        "none".
    """
    need_columns(scores, ("metric", "value", x, *by, *([families] if families else [])))
    known = scores[scores[x].notna()]
    if known.empty:
        raise InputError(f"scores has no row with a known {x}.")
    rows = []
    for key, g in known.groupby(list(by), sort=True):
        if g["metric"].nunique() > 1:
            raise InputError(f"curve {key} mixes the metrics {', '.join(sorted(g['metric'].unique()))}.")
        sign = 1.0 if get_metric(str(g["metric"].iloc[0])).higher_is_better else -1.0
        scale, y = np.log10(g[x].to_numpy(dtype=float)), sign * g["value"].to_numpy(dtype=float)
        cluster = None if families is None else g[families].to_numpy()
        curve, lines = lind_mehlum(scale, y, clusters=cluster), two_lines(scale, y, clusters=cluster)
        agree = curve.shape == lines.shape and curve.p_value < 0.05 and lines.p_value < 0.05
        rows.append(dict(zip(by, key, strict=True)) | {
            "n": len(g), "parabola": curve.shape, "p_parabola": curve.p_value, "lines": lines.shape,
            "p_lines": lines.p_value, "breakpoint": lines.estimate,
            "fall": lines.slopes[0] * (lines.estimate - scale.min()),
            "rise": lines.slopes[1] * (scale.max() - lines.estimate),
            "both": curve.shape if agree else "none",
        })
    return pd.DataFrame(rows)
