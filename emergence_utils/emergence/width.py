"""How wide a rise is, and whether it narrows as the system grows, as a phase transition's does."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..curves import Logistic, fit
from ..errors import InputError
from ..intervals import resampled_rows
from ..results import Interval, Result

__all__ = ["rise_width", "width_ratio"]

Array = NDArray[np.float64]


def rise_width(answers: pd.DataFrame, *, floor: float = 0.0, ceiling: float = 1.0, level: float = 0.95,
               n_resamples: int = 200, seed: int = 0) -> Result:
    """10-90 % width of a logistic rise, with an interval over groups of items.

    Parameters
    ----------
    answers : DataFrame, shape (groups, scales)
        Mean score of each group of items (e.g. an operand) at each scale; columns are the scales
        themselves (positive numbers), at least four.
    floor, ceiling : float
        Ends of the logistic, held fixed: a rise that has not levelled off cannot determine both
        its width and its ceiling.
    level, n_resamples, seed
        Of the bootstrap over groups.

    Returns
    -------
    Result
        In decades of scale; n is the number of groups.
    """
    draws = _widths(answers, floor, ceiling, n_resamples, seed)
    interval = Interval.of_draws(draws[1:], float(draws[0]), level, "cluster bootstrap")
    return Result(float(draws[0]), interval, len(answers))


def width_ratio(small: pd.DataFrame, large: pd.DataFrame, *, floor: float = 0.0, ceiling: float = 1.0,
                level: float = 0.95, n_resamples: int = 200, seed: int = 0) -> Result:
    """Width of the rise in the larger system over that in the smaller one; below 1 it sharpens.

    The same groups of items are redrawn for both, since both answered them. Parameters are those
    of `rise_width`.
    """
    if not small.index.equals(large.index):
        raise InputError("small and large must hold the same groups of items in the same order.")
    ratio = (_widths(large, floor, ceiling, n_resamples, seed)
             / _widths(small, floor, ceiling, n_resamples, seed))
    interval = Interval.of_draws(ratio[1:], float(ratio[0]), level, "cluster bootstrap")
    return Result(float(ratio[0]), interval, len(small))


def _widths(answers: pd.DataFrame, floor: float, ceiling: float, n_resamples: int, seed: int) -> Array:
    scales = answers.columns.to_numpy(dtype=float)
    values = answers.to_numpy(dtype=float)
    if len(scales) < 4 or not (scales > 0).all() or len(values) < 2:
        raise InputError("answers must have at least two groups and four positive scales, got "
                         f"{answers.shape}.")
    if not np.isfinite(values).all():
        raise InputError("answers must not hold missing scores; leave those groups out and say so.")
    curve = Logistic(floor=floor, ceiling=ceiling)
    n = len(values)
    rows = [np.arange(n), *resampled_rows(n, None, n_resamples, seed)]
    # least squares on the group means: the bootstrap over groups carries the noise
    return np.array([np.exp(fit(curve, np.log10(scales), values[i].mean(axis=0)).params["log_width"])
                     for i in rows])
