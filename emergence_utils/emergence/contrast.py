"""The same outputs under a hard and a soft metric: shape and forecast."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..errors import InputError
from ..metrics.registry import get_metric
from .extrapolation import extrapolate
from .shape import breakthroughness, linearity

__all__ = ["contrast_metrics"]


def contrast_metrics(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
                     hold_out: int = 1, min_models: int = 5) -> pd.DataFrame:
    """Breakthroughness, linearity and forecast miss of every metric on every ladder.

    Metrics where lower is better are negated, so that rising is improving throughout. Forecasts
    use the same two forecasters (no change, a line) for all metrics, so that none is favoured.

    Parameters
    ----------
    scores : DataFrame
        Score table; one row per model, ladder and metric.
    x : str
        Column of scale.
    by : sequence of str
        Columns that make a ladder.
    hold_out : int
        Largest models to predict.
    min_models : int
        Shorter ladders are left out; ``attrs["left_out"]`` counts them.

    Returns
    -------
    DataFrame
        Keys, ``metric``, ``n_models``, ``breakthroughness``, ``linearity``, ``miss`` (largest
        forecast error over the range) and ``largest_share`` (largest step over the range).
    """
    rows, short = [], 0
    for key, g in scores.groupby([*by, "metric"], sort=True):
        g = g.sort_values(x, kind="stable")
        if g[x].duplicated().any():
            raise InputError(f"ladder {key}: two scores share one {x}; name more columns in by=.")
        if len(g) < min_models:
            short += 1
            continue
        y = g["value"].to_numpy(dtype=float) * (1 if get_metric(str(key[-1])).higher_is_better else -1)
        span = float(np.ptp(y))
        rows.append(dict(zip([*by, "metric"], key, strict=True)) | {
            "n_models": len(g), "breakthroughness": breakthroughness(y).estimate,
            "linearity": linearity(y).estimate,
            "miss": extrapolate(np.log10(g[x].to_numpy(dtype=float)), y, hold_out=hold_out).miss,
            "largest_share": float(np.diff(y).max() / span) if span > 0 else 0.0,
        })
    table = pd.DataFrame(rows)
    table.attrs["left_out"] = short
    return table
