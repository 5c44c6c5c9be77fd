"""Does a longer chain rise more sharply along scale, or only later? Widths fitted on the same models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._clusters import from_clusters
from ...curves import Logistic, fit_many
from ...errors import InputError
from ...resample import cluster_weights
from ...results import Interval, Result
from .real import CHAIN_PAIRS, pair_name

__all__ = ["FITTED_PAIRS", "ChainFits", "either_way", "fit_chains", "fit_real", "ratio_table"]

Array = NDArray[np.float64]
#: The pairs of `CHAIN_PAIRS` that rise: tracking without a chain of thought never does.
FITTED_PAIRS = tuple(pair for pair in CHAIN_PAIRS if not pair[0].startswith("tracking, 3 objects, direct"))


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
    clusters : Series, optional
        Cluster of each model.
    """

    midpoint: pd.DataFrame
    width: pd.DataFrame
    n_models: pd.Series
    clusters: pd.Series | None = None

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
        found = Result.with_interval(estimate, Interval(low, high, level, "cluster bootstrap"), n)
        return from_clusters(found, self.clusters)

    def shift(self, pairs: Sequence[tuple[str, str]], level: float = 0.95) -> Result:
        """Mean over (short, long) pairs of how much later the long chain reaches one half."""
        self._known(pairs)
        later = [(self.midpoint[b] - self.midpoint[a]).to_numpy(dtype=float) for a, b in pairs]
        estimate, low, high = _interval(np.mean(later, axis=0), level)
        n = int(max(self.n_models[b] for _, b in pairs))
        found = Result.with_interval(estimate, Interval(low, high, level, "cluster bootstrap"), n)
        return from_clusters(found, self.clusters)

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
    # row 0 is the models as they are, the others bootstrap samples of whole families, as weights
    times = np.vstack([np.ones(len(scores)), cluster_weights(clusters, len(scores), n_resamples, seed)])
    midpoint, width = {}, {}
    for name in scores:
        y = scores[name].to_numpy(dtype=float)
        seen = np.isfinite(y)
        if seen.sum() < 5:
            raise InputError(f"chain '{name}' has {int(seen.sum())} scores; at least 5 are needed.")
        curve = Logistic(floor=(floors or {}).get(str(name), 0.0), ceiling=ceiling, min_width=min_width)
        drawn, at = times[:, seen], x[seen]
        told = np.array([len(np.unique(at[w > 0])) >= len(curve.parameters) for w in drawn])
        params = np.full((len(drawn), len(curve.parameters)), np.nan)
        best, _ = fit_many(curve, at, y[seen][None])
        table = np.broadcast_to(y[seen], (int(told.sum()), int(seen.sum())))
        params[told] = fit_many(curve, at, table, weights=drawn[told], starts=_around(best[0], at))[0]
        midpoint[name], width[name] = params[:, 0], np.exp(params[:, 1])
    return ChainFits(pd.DataFrame(midpoint), pd.DataFrame(width), scores.notna().sum(), pd.Series(clusters))


def _around(best: Array, x: Array) -> Array:
    """Starts for bootstrap samples: the optimum of all models, and curves to its sides, wide and narrow."""
    span = float(np.ptp(x))
    moves = [(0.0, 0.0), (0.0, -4.0), (0.0, 2.0), (-0.5 * span, 0.7), (0.5 * span, 0.7), (0.15 * span, 0.7),
             (-0.15 * span, -2.0), (0.15 * span, -2.0)]
    return np.asarray(best + np.pad(np.array(moves), ((0, 0), (0, len(best) - 2))))


def _interval(draws: ArrayLike, level: float) -> tuple[float, float, float]:
    """Estimate (first draw) and percentile interval of the others."""
    values = np.asarray(draws, dtype=float)
    again = values[1:][np.isfinite(values[1:])]
    span = Interval.of_draws(again, float(values[0]), level, "cluster bootstrap")
    return float(values[0]), span.low, span.high


def fit_real(real: pd.DataFrame, *, ceiling: float | None = 1.0, n_resamples: int = 200) -> ChainFits:
    """Fit every chain of the explorer, and the long chains that the product of steps would make.

    Parameters
    ----------
    real : DataFrame
        From `open_chains`.
    ceiling : float or None
        As in `fit_chains`; None fits the pairs alone, each with an end of its own.
    n_resamples : int

    Returns
    -------
    ChainFits
        Of the columns of `real`, and of ``product: NAME`` for each long chain of `FITTED_PAIRS`: the
        short chain's scores raised to the power that equal steps demand, with the scatter of real models.
    """
    paired = [c for a, b, _ in FITTED_PAIRS for c in (a, b)]
    if ceiling is None:
        made = real[paired]
    else:
        known = [c for c in real.columns[3:] if not (c.startswith("tracking") and c.endswith("direct"))]
        product = {f"product: {b}": real[a].clip(0, 1) ** r for a, b, r in FITTED_PAIRS}
        made = real[known].assign(**product)
    return fit_chains(made, real["log_flops"], real["family"], ceiling=ceiling, n_resamples=n_resamples)


def ratio_table(fits: ChainFits) -> pd.DataFrame:
    """Widths of long over short chains and how much later the long ones come, pair by pair.

    Returns
    -------
    DataFrame
        One row per pair of `FITTED_PAIRS` and ``kind`` (observed, or the product of steps): ``chain``,
        ``estimate``, ``low``, ``high`` of the ratio of widths; ``later`` in decades, with its ends.
    """
    rows = []
    for a, b, _ in FITTED_PAIRS:
        for kind, long in (("observed", b), ("product of steps", f"product: {b}")):
            wide, later = fits.ratio([(a, long)]), fits.shift([(a, long)])
            assert wide.interval is not None and later.interval is not None
            rows.append({"chain": pair_name(a), "kind": kind, "estimate": wide.estimate,
                         "low": wide.interval.low, "high": wide.interval.high, "later": later.estimate,
                         "later_low": later.interval.low, "later_high": later.interval.high})
    return pd.DataFrame(rows)


def either_way(first: Result, second: Result) -> Result:
    """Two analyses of one quantity as one: the estimate of the first, an interval that covers both.

    A limit is then passed only if both analyses pass it, and refuted only if both refute it.

    Examples
    --------
    >>> a, b = (Result.with_interval(v, Interval(v - 1, v + 1), 9) for v in (2.0, 3.0))
    >>> either_way(a, b).estimate, either_way(a, b).interval.low, either_way(a, b).interval.high
    (2.0, 1.0, 4.0)
    """
    if first.interval is None or second.interval is None:
        return Result(first.estimate, None, first.n, "undetermined", ("an analysis gives no interval",))
    span = Interval(min(first.interval.low, second.interval.low),
                    max(first.interval.high, second.interval.high), first.interval.level, "bounds")
    note = f"the interval covers two analyses; the other gives {second.estimate:.2f}"
    found = Result.with_interval(first.estimate, span, first.n, (note,))
    return replace(found, n_clusters=first.n_clusters, clustered_by=first.clustered_by)
