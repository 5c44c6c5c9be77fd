"""A chain of steps: what the product of success rates implies, and whether real chains follow it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import numbers
from ..._clusters import from_clusters
from ..._typed import checked
from ...errors import InputError, UnknownNameError
from ...resample import cluster_weights, group_codes
from ...results import Interval, Result

__all__ = ["LINKS", "chain_exponent", "chain_success", "chain_width_ratio", "excess", "step_success_needed",
           "width_table"]

Array = NDArray[np.float64]
#: Exponents that `chain_exponent` tries.
_GRID = np.geomspace(0.05, 50, 1201)


def _probit(p: float) -> float:
    from scipy import special

    return float(special.ndtri(p))


#: Way in which the success of one step may rise -> its inverse, position on the axis at success p.
LINKS: dict[str, Callable[[float], float]] = {
    "success per step": lambda p: p,
    "exp(-loss), loss a power law": lambda p: float(-np.log(-np.log(p))),
    "logistic in log-scale": lambda p: float(np.log(p / (1 - p))),
    "normal in log-scale": _probit,
}


def chain_success(p: ArrayLike, steps: ArrayLike) -> Array:
    """Probability that all of `steps` independent steps succeed, p ** steps.

    Examples
    --------
    >>> chain_success([0.9, 0.95, 0.99], 10).round(5).tolist()
    [0.34868, 0.59874, 0.90438]
    """
    rate, n = numbers("p", p), numbers("steps", steps)
    if not ((rate >= 0) & (rate <= 1)).all():
        raise InputError(f"p must lie in [0, 1], got {rate[~((rate >= 0) & (rate <= 1))].flat[0]}.")
    if not (n > 0).all():
        raise InputError(f"steps must be positive, got {n[~(n > 0)].flat[0]}.")
    return np.asarray(rate**n)


@checked
def step_success_needed(target: float, steps: float) -> float:
    """Success rate of one step at which a chain of `steps` succeeds at rate `target`.

    Examples
    --------
    >>> round(step_success_needed(0.5, 10), 5)
    0.93303
    """
    if not 0 < target < 1 or steps <= 0:
        raise InputError(f"need 0 < target < 1 and steps > 0, got {target} and {steps}.")
    return float(target ** (1 / steps))


def chain_width_ratio(link: str, steps: float, *, low: float = 0.1, high: float = 0.9) -> float:
    """Width of the chain's rise over that of one step, on the axis of a link.

    Parameters
    ----------
    link : str
        How the success of one step rises along the axis, a key of `LINKS`. Location and scale of
        the rise do not matter, since both widths share them.
    steps : float
        Length of the chain.
    low, high : float
        The rise counts from the first to the second.

    Returns
    -------
    float
        Below 1 where the chain rises over a narrower range than the single step.

    Examples
    --------
    >>> [round(chain_width_ratio(link, 10), 2) for link in LINKS]
    [0.24, 1.0, 0.73, 0.58]
    """
    if link not in LINKS:
        raise UnknownNameError("link", link, LINKS)
    if not 0 < low < high < 1:
        raise InputError(f"need 0 < low < high < 1, got {low} and {high}.")
    at = LINKS[link]
    chain = at(step_success_needed(high, steps)) - at(step_success_needed(low, steps))
    return chain / (at(high) - at(low))


def excess(value: ArrayLike, chance: ArrayLike) -> Array:
    """Score above guessing as a share of what there is to gain, (value - chance) / (1 - chance).

    Examples
    --------
    >>> excess([0.25, 0.625, 1.0], 0.25).tolist()
    [0.0, 0.5, 1.0]
    """
    c = np.asarray(chance, dtype=float)
    if not ((c >= 0) & (c < 1)).all():
        raise InputError(f"chance must lie in [0, 1), got {c[~((c >= 0) & (c < 1))].flat[0]}.")
    return np.asarray((np.asarray(value, dtype=float) - c) / (1 - c))


def chain_exponent(short: ArrayLike, long: ArrayLike, *, clusters: ArrayLike | None = None,
                   level: float = 0.95, n_resamples: int = 1000, seed: int = 0) -> Result:
    """Exponent k of long = short ** k over models that did both, by least squares in the score.

    If one success rate holds for every step of both chains, k is the ratio of their lengths. The
    axis of scale plays no part, so that families which differ in efficiency do not blur it. Noise
    of the short score pulls k towards the middle a little (errors in the predictor).

    Parameters
    ----------
    short, long : array-like, shape (n,)
        Scores above guessing (`excess`), clipped to [0, 1] here.
    clusters : array-like, shape (n,), optional
        Families, drawn whole in the bootstrap.
    level, n_resamples, seed
        Of the percentile interval.

    Returns
    -------
    Result
        ``limited`` below 10 clusters or where the interval touches the ends of the search.

    Examples
    --------
    >>> s = np.linspace(0.1, 0.9, 9)
    >>> round(chain_exponent(s, s**2.5).estimate, 1)
    2.5
    """
    a, b = np.asarray(short, dtype=float), np.asarray(long, dtype=float)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 4:
        raise InputError(f"short and long must be of one length, at least 4; got {a.shape} and {b.shape}.")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise InputError("short and long must be finite numbers; leave missing scores out and say so.")
    codes = group_codes(clusters, len(a))
    a, b = np.clip(a, 0, 1), np.clip(b, 0, 1)
    loss = (a[:, None] ** _GRID - b[:, None]) ** 2
    per_cluster = np.zeros((codes.max() + 1, len(_GRID)))
    np.add.at(per_cluster, codes, loss)
    groups = len(per_cluster)
    drawn = cluster_weights(None, groups, n_resamples, seed)
    again = _GRID[(drawn @ per_cluster).argmin(axis=1)]
    best = float(_GRID[loss.sum(axis=0).argmin()])
    low, high = np.quantile(again, [(1 - level) / 2, (1 + level) / 2])
    notes = [f"only {groups} clusters: the bootstrap is too narrow"] * (groups < 10)
    if low <= _GRID[0] or high >= _GRID[-1]:
        notes.append("the interval touches an end of the search: the long chain may be all zero or one")
    kind = "bootstrap" if clusters is None else "cluster bootstrap"
    interval = Interval(float(min(low, best)), float(max(high, best)), level, kind)
    return from_clusters(Result.with_interval(best, interval, len(a), tuple(notes)), clusters)


def width_table(lengths: Sequence[int] = (2, 10, 100)) -> pd.DataFrame:
    """`chain_width_ratio` for every way in which a step may improve.

    Examples
    --------
    >>> width_table([10]).round(2)["10 steps"].tolist()
    [0.24, 1.0, 0.73, 0.58]
    """
    return pd.DataFrame([{"how a step improves along the axis": link}
                         | {f"{k} steps": chain_width_ratio(link, k) for k in lengths} for link in LINKS])
