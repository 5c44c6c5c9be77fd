"""How quantities hang together over models: rank correlation and shares of variance, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ._checks import count, need_finite, numbers
from ._clusters import from_clusters
from ._ranks import ranks
from ._typed import checked
from .errors import InputError
from .resample import group_codes, resampled_rows
from .results import Result

__all__ = ["partial_r2", "r_squared", "spearman"]

Array = NDArray[np.float64]


@checked
def spearman(a: ArrayLike, b: ArrayLike, *, clusters: ArrayLike | None = None, level: float = 0.95,
             n_resamples: int = 1000, seed: int = 0) -> Result:
    """Spearman's rank correlation with a bootstrap percentile interval.

    Parameters
    ----------
    a, b : array-like, shape (n,)
        Infinite values rank as such; NaN is refused.
    clusters : array-like, shape (n,), optional
        E.g. model families: whole clusters are drawn, since models of one family are not
        independent.
    level, n_resamples, seed

    Examples
    --------
    >>> spearman([1, 2, 3, 4, 5], [1, 4, 9, 16, 25]).estimate
    1.0
    """
    xa, xb = numbers("a", a), numbers("b", b)
    if xa.shape != xb.shape or xa.ndim != 1 or len(xa) < 4:
        raise InputError(f"a and b must be of one length, at least 4; got {xa.shape} and {xb.shape}.")
    n_groups = int(group_codes(clusters, len(xa)).max()) + 1
    draws: list[float] = []
    count("n_resamples", n_resamples, minimum=1)
    for i in resampled_rows(len(xa), clusters, n_resamples, seed):
        ra, rb = ranks(xa[i]), ranks(xb[i])
        if np.ptp(ra) > 0 and np.ptp(rb) > 0:
            draws.append(float(np.round(np.corrcoef(ra, rb)[0, 1], 12)))
    ra, rb = ranks(xa), ranks(xb)
    if np.ptp(ra) == 0 or np.ptp(rb) == 0:
        raise InputError("a or b holds one value only; a rank correlation needs at least two.")
    estimate = float(np.round(np.corrcoef(ra, rb)[0, 1], 12))
    notes = (f"{n_groups} clusters are too few for a bootstrap",) if n_groups < 8 else ()
    kind = "bootstrap" if clusters is None else "cluster bootstrap"
    return from_clusters(Result.of_draws(draws, estimate, len(xa), level, kind, notes), clusters)


@checked
def partial_r2(data: pd.DataFrame, y: str, xs: Sequence[str]) -> pd.DataFrame:
    """Share of the variance left by the other predictors that each one explains, by least squares.

    Returns
    -------
    DataFrame
        Index the predictors; columns ``alone`` (R2 of a regression on it only) and ``partial``
        (drop in residual sum of squares when it joins the others, over the residual without it).
    """
    table = _complete(data, [y, *xs])
    target = table[y].to_numpy(dtype=float)
    total = float(np.sum((target - target.mean()) ** 2))
    if np.ptp(target) == 0:
        raise InputError(f"column '{y}' holds one value only; there is no variance to explain.")
    full = _rss(table, list(xs), target)
    rows = {x: {"alone": 1 - _rss(table, [x], target) / total,
                "partial": 1 - full / _rss(table, [o for o in xs if o != x], target)} for x in xs}
    return pd.DataFrame(rows).T


@checked
def r_squared(data: pd.DataFrame, y: str, xs: Sequence[str]) -> float:
    """Share of the variance of `y` explained by all of `xs` together, by least squares.

    Examples
    --------
    >>> d = pd.DataFrame({"y": [1.0, 3, 5, 7], "x": [0.0, 1, 2, 3]})
    >>> round(r_squared(d, "y", ["x"]), 6)
    1.0
    """
    table = _complete(data, [y, *xs])
    target = table[y].to_numpy(dtype=float)
    if np.ptp(target) == 0:
        raise InputError(f"column '{y}' holds one value only; there is no variance to explain.")
    return 1 - _rss(table, list(xs), target) / float(np.sum((target - target.mean()) ** 2))


def _rss(table: pd.DataFrame, xs: Sequence[str], target: Array) -> float:
    design = np.column_stack([np.ones(len(table)), *(table[x].to_numpy(dtype=float) for x in xs)])
    return float(np.sum((target - design @ np.linalg.lstsq(design, target, rcond=None)[0]) ** 2))


def _complete(data: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    need_finite(data, columns)
    if len(data) <= len(columns) + 1:
        raise InputError(f"{len(data)} rows cannot tell {len(columns)} columns apart.")
    return data[list(columns)]
