"""What makes a rise sharp: how far the errors of single images lie apart, and how fast they fall."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..._checks import FloatArray, count, numbers, positive
from ..._typed import checked
from ...errors import InputError
from .errors import Errors

__all__ = ["grouped", "rise_width", "spreads"]

#: Shares between which a rise is measured.
LOW, HIGH = 0.1, 0.9


@checked
def rise_width(params: ArrayLike, share: ArrayLike) -> float:
    """Decades of size over which a share rises from a tenth to nine tenths; NaN where it does not do both.

    The curve between two models is taken as straight in log size; of several crossings the first counts.

    Examples
    --------
    >>> round(rise_width([10, 100, 1000], [0, 0.5, 1]), 2)
    1.6
    """
    x, y = np.log10(numbers("params", params, ndim=1)), numbers("share", share, ndim=1)
    if len(x) != len(y) or len(x) < 2:
        raise InputError(f"params and share must be of one length, at least 2; got {len(x)} and {len(y)}.")
    return _crossing(x, y, HIGH) - _crossing(x, y, LOW)


@checked
def spreads(errors: Errors, cuts: Sequence[float]) -> pd.DataFrame:
    r"""Width of the rise under each threshold, beside what the errors of single images say it must be.

    If the errors of all images fall together, the images cross a threshold one after the other, and the rise
    from a tenth to nine tenths takes

    .. math:: \frac{q_{90}(\log e) - q_{10}(\log e)}{-\,d\,\mathrm{median}(\log e)\,/\,d \log N}

    decades, spread and slope taken where the median image crosses.

    Returns
    -------
    DataFrame
        One row a threshold whose rise lies within the ladder: ``cut``, ``params`` (where half of the images
        are within), ``spread`` (decades of error between the tenth and the ninetieth percentile), ``slope``
        (decades of error that the median falls in a decade of size), ``predicted`` and ``measured`` (decades
        of size).
    """
    x, logs = np.log10(errors.params), np.log10(errors.squared)
    low, middle, high = (np.quantile(logs, q, axis=2).mean(axis=1) for q in (LOW, 0.5, HIGH))
    slope = -np.gradient(middle, x)
    rows = []
    for cut in cuts:
        share = errors.within(cut).mean(axis=1)
        half, measured = _crossing(x, share, 0.5), rise_width(errors.params, share)
        if np.isnan(half) or np.isnan(measured):
            continue
        wide, fall = float(np.interp(half, x, high - low)), float(np.interp(half, x, slope))
        rows.append({"cut": cut, "params": 10**half, "spread": wide, "slope": fall, "predicted": wide / fall,
                     "measured": measured})
    return pd.DataFrame(rows)


@checked
def grouped(errors: Errors, cut: float, sizes: Sequence[int], *, shuffles: int = 40,
            seed: int = 0) -> pd.DataFrame:
    """Share of groups of images whose *mean* error is within a threshold: the same errors, spread less.

    Parameters
    ----------
    errors : Errors
    cut : float
        Threshold, in squared grey levels.
    sizes : sequence of int
        Images in a group; 1 is the score of single images.
    shuffles : int
        Ways to put the images into groups, averaged.
    seed : int

    Returns
    -------
    DataFrame
        Columns size, params, value (share of groups), largest (largest step between neighbours), width
        (decades from a tenth to nine tenths).
    """
    positive("cut", cut)
    rng = np.random.default_rng(count("seed", seed))
    n, tables = errors.squared.shape[2], []
    if any(b <= a for a, b in pairwise(sizes)):
        raise InputError(f"sizes must rise from each to the next, got {list(sizes)}.")
    for size in sizes:
        if not 1 <= size <= n:
            raise InputError(f"sizes must lie between 1 and {n} images, got {size}.")
        shares = []
        for _ in range(1 if size == 1 else count("shuffles", shuffles, minimum=1)):
            order = np.argsort(rng.random(n), kind="stable")[:n // size * size]
            means = errors.squared[:, :, order].reshape(*errors.squared.shape[:2], -1, size).mean(axis=3)
            shares.append((means < cut).mean(axis=(1, 2)))
        share = np.mean(shares, axis=0)
        tables.append(pd.DataFrame({"size": size, "params": errors.params, "value": share,
                                    "largest": float(np.diff(share).max()),
                                    "width": rise_width(errors.params, share)}))
    if not tables:
        raise InputError("sizes must hold at least one number of images.")
    return pd.concat(tables, ignore_index=True)


def _crossing(x: FloatArray, y: FloatArray, level: float) -> float:
    """Where y first reaches `level` from below, NaN where it never does or starts above."""
    at = int(np.argmax(y >= level))
    if not 0 < at < len(y) or y[at] < level:
        return float("nan")
    part = (level - y[at - 1]) / (y[at] - y[at - 1])
    return float(x[at - 1] + part * (x[at] - x[at - 1]))
