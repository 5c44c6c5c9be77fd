"""How far apart the sizes of a family lie: factors or steps?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError

__all__ = ["size_ratios", "spacing"]


def size_ratios(sizes: ArrayLike) -> NDArray[np.float64]:
    """Ratios of neighbouring sizes, each size counted once.

    Examples
    --------
    >>> size_ratios([8e9, 62e9, 540e9]).round(2).tolist()
    [7.75, 8.71]
    """
    s = np.unique(np.asarray(sizes, dtype=float))
    if len(s) < 2 or not np.isfinite(s).all() or s[0] <= 0:
        raise InputError(f"ratios need at least two different positive sizes, got {s.tolist()}.")
    return np.asarray(s[1:] / s[:-1])


def spacing(scores: pd.DataFrame, *, by: Sequence[str] = ("source", "family"), size: str = "params",
            min_sizes: int = 4) -> pd.DataFrame:
    """Evenness of the sizes of every family on a logarithmic and on a linear axis.

    Parameters
    ----------
    scores : DataFrame
        Any score table; rows without a size are skipped.
    by : sequence of str
        Columns that make a family. Families with the same sizes count once.
    size : str
    min_sizes : int
        Families with fewer sizes are left out; ``attrs["left_out"]`` counts them.

    Returns
    -------
    DataFrame
        Keys, ``n_sizes``, ``smallest``, ``largest``, ``median_ratio``, ``least_ratio``,
        ``greatest_ratio``, and ``cv_log`` and ``cv_linear``: the coefficient of variation of the
        gaps between neighbours on either axis, 0 where they are all alike.
    """
    rows, seen, short = [], set(), 0
    for key, g in scores.dropna(subset=[size]).groupby(list(by), sort=True):
        s = np.unique(g[size].to_numpy(dtype=float))
        if len(s) < min_sizes:
            short += 1
            continue
        if tuple(s) in seen:
            continue
        seen.add(tuple(s))
        ratios = size_ratios(s)
        rows.append(dict(zip(by, key, strict=True)) | {
            "n_sizes": len(s), "smallest": s[0], "largest": s[-1], "median_ratio": float(np.median(ratios)),
            "least_ratio": float(ratios.min()), "greatest_ratio": float(ratios.max()),
            "cv_log": _variation(np.diff(np.log(s))), "cv_linear": _variation(np.diff(s))})
    if not rows:
        raise InputError(f"no family has {min_sizes} sizes.")
    table = pd.DataFrame(rows)
    table.attrs["left_out"] = short
    return table


def _variation(gaps: NDArray[np.float64]) -> float:
    return float(gaps.std(ddof=1) / gaps.mean())
