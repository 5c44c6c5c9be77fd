"""Does a longer chain rise more sharply along scale, or only later? Widths fitted on the same models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ...curves import Logistic, fit
from ...errors import InputError
from ...resample import resampled_rows
from ...results import Interval, Result

__all__ = ["ChainFits", "fit_chains"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ChainFits:
    """Logistic fits of several chains on resampled families.

    Parameters
    ----------
    midpoint, width : DataFrame
        Row 0 holds the estimates, each further row one resample of the clusters; a column per
        chain. In units of the scale given (decades where it is a log10).
    n_models : Series
        Models behind each chain.
    """

    midpoint: pd.DataFrame
    width: pd.DataFrame
    n_models: pd.Series

    def widths(self, level: float = 0.95) -> pd.DataFrame:
        """Midpoint and width of each chain with intervals, one row per chain."""
        rows = []
        for name in map(str, self.width):
            mid, wide = _interval(self.midpoint[name], level), _interval(self.width[name], level)
            rows.append({"chain": name, "n": int(self.n_models[name]), "midpoint": mid[0],
                         "midpoint_low": mid[1], "midpoint_high": mid[2], "width": wide[0],
                         "width_low": wide[1], "width_high": wide[2]})
        return pd.DataFrame(rows)

    def ratio(self, pairs: Sequence[tuple[str, str]], level: float = 0.95) -> Result:
        """Geometric mean over (short, long) pairs of the long chain's width over the short one's.

        The same resample of clusters serves all pairs, so that what blurs both curves cancels.
        """
        self._known(pairs)
        logs = [np.log((self.width[b] / self.width[a]).to_numpy(dtype=float)) for a, b in pairs]
        estimate, low, high = _interval(np.exp(np.mean(logs, axis=0)), level)
        n = int(max(self.n_models[b] for _, b in pairs))
        return Result.with_interval(estimate, Interval(low, high, level, "cluster bootstrap"), n)

    def shift(self, pairs: Sequence[tuple[str, str]], level: float = 0.95) -> Result:
        """Mean over (short, long) pairs of how much later the long chain reaches one half."""
        self._known(pairs)
        later = [(self.midpoint[b] - self.midpoint[a]).to_numpy(dtype=float) for a, b in pairs]
        estimate, low, high = _interval(np.mean(later, axis=0), level)
        n = int(max(self.n_models[b] for _, b in pairs))
        return Result.with_interval(estimate, Interval(low, high, level, "cluster bootstrap"), n)

    def _known(self, pairs: Sequence[tuple[str, str]]) -> None:
        unknown = [c for pair in pairs for c in pair if c not in self.width]
        if unknown or not pairs:
            known = ", ".join(map(str, self.width))
            raise InputError(f"pairs must name fitted chains ({known}), got {pairs}.")


def fit_chains(scores: pd.DataFrame, scale: ArrayLike, clusters: ArrayLike, *,
               ceiling: float | None = 1.0, min_width: float = 0.1,
               floors: Mapping[str, float | None] | None = None, n_resamples: int = 60,
               seed: int = 0) -> ChainFits:
    """Fit a logistic curve to each chain, over the same resamples of model families.

    Parameters
    ----------
    scores : DataFrame, shape (models, chains)
        Scores above guessing; NaN where a model did not do a chain.
    scale : array-like, shape (models,)
        Log10 of compute or parameters.
    clusters : array-like, shape (models,)
        Families, drawn whole.
    ceiling : float or None
        Upper end of the curves; None fits it, which few chains determine.
    min_width : float
        Narrowest rise considered, about the distance between neighbouring models: a resample in
        which no model lies on the rise would else have no width at all.
    floors : mapping of chain to float or None, optional
        Lower ends; 0 (guessing) where not given, None fits it.
    n_resamples, seed

    Returns
    -------
    ChainFits
    """
    x = np.asarray(scale, dtype=float)
    if x.shape != (len(scores),) or not np.isfinite(x).all():
        raise InputError(f"scale must hold one finite number per model ({len(scores)}), got shape {x.shape}.")
    draws = [np.arange(len(scores)), *resampled_rows(len(scores), clusters, n_resamples, seed)]
    midpoint, width = {}, {}
    for name in scores:
        y = scores[name].to_numpy(dtype=float)
        if np.isfinite(y).sum() < 5:
            raise InputError(f"chain '{name}' has {int(np.isfinite(y).sum())} scores; at least 5 are needed.")
        curve = Logistic(floor=(floors or {}).get(str(name), 0.0), ceiling=ceiling, min_width=min_width)
        fitted = []
        for i in draws:
            keep = i[np.isfinite(y[i])]
            p = fit(curve, x[keep], y[keep]).params
            fitted.append((p["midpoint"], np.exp(p["log_width"])))
        midpoint[name], width[name] = zip(*fitted, strict=True)
    return ChainFits(pd.DataFrame(midpoint), pd.DataFrame(width), scores.notna().sum())


def _interval(draws: ArrayLike, level: float) -> tuple[float, float, float]:
    """Estimate (first draw) and percentile interval of the others."""
    values = np.asarray(draws, dtype=float)
    again = values[1:][np.isfinite(values[1:])]
    span = Interval.of_draws(again, float(values[0]), level, "cluster bootstrap")
    return float(values[0]), span.low, span.high
