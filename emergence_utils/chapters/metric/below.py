"""What a soft score does while accuracy is still at chance, and what partial credit says of the ability."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._clusters import from_clusters
from ..._ranks import ranks
from ...intervals import clustered
from ...resample import bootstrap, resampled_rows
from ...results import Result

__all__ = ["correlations_below", "partial_rank", "worse_than_guess"]

Array = NDArray[np.float64]
Rows = NDArray[np.int64]


def correlations_below(below: pd.DataFrame, *, n_resamples: int = 400, seed: int = 0) -> dict[str, Result]:
    """Rank correlation with compute among models at chance, as a mean over tasks; families drawn whole.

    Parameters
    ----------
    below : DataFrame
        Of `at_chance`.

    Returns
    -------
    dict of Result
        ``soft`` (Brier score, turned so that rising is improving), ``hard`` (accuracy) and ``difference``;
        n counts pairs of model and task.
    """
    tasks, x = pd.factorize(below["task"])[0], below["train_flops"].to_numpy()
    soft, hard = -below["brier"].to_numpy(), below["accuracy"].to_numpy()

    def means(rows: Rows) -> tuple[float, float]:
        parts = [rows[tasks[rows] == t] for t in np.unique(tasks)]
        of_soft, of_hard = ([_spearman(x[r], y[r]) for r in parts] for y in (soft, hard))
        return float(np.nanmean(of_soft)), float(np.nanmean(of_hard))

    drawn = resampled_rows(len(below), below["family"].to_numpy(), n_resamples, seed)
    pairs = np.array([means(np.arange(len(below))), *map(means, drawn)])
    table = {"soft": pairs[:, 0], "hard": pairs[:, 1], "difference": pairs[:, 0] - pairs[:, 1]}
    return {name: from_clusters(Result.of_draws(v[1:], float(v[0]), len(below), 0.95, "cluster bootstrap"),
                                below["family"])
            for name, v in table.items()}


def worse_than_guess(below: pd.DataFrame) -> Result:
    """Share of the Brier scores of models at chance that a uniform guess would beat; clustered by family."""
    return clustered((below["brier"] > below["guess"]).to_numpy(dtype=float), below["family"])


def partial_rank(a: ArrayLike, b: ArrayLike, given: ArrayLike, *, clusters: ArrayLike | None = None,
                 n_resamples: int = 400, seed: int = 0) -> Result:
    """Rank correlation of `a` and `b` where `given` is held fixed, by resampling items or whole clusters.

    Examples
    --------
    >>> x = np.arange(12.0)
    >>> wave = np.tile([1.0, -1.0, 2.0], 4)
    >>> round(partial_rank(x + wave, x - wave, x, n_resamples=100).estimate, 2)
    -0.97
    """
    def statistic(u: Array, v: Array, w: Array) -> float:
        uv, uw, vw = _spearman(u, v), _spearman(u, w), _spearman(v, w)
        left = (1 - uw**2) * (1 - vw**2)
        return (uv - uw * vw) / np.sqrt(left) if left > 0 else np.nan

    return bootstrap(statistic, a, b, given, clusters=clusters, n_resamples=n_resamples, seed=seed)


def _spearman(a: Array, b: Array) -> float:
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])
