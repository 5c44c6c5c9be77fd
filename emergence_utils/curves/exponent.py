"""The exponent of a power law without floor."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .._checks import confidence_level
from .._typed import checked
from ..errors import InputError
from ..results import Interval, Result
from .points import check_points

__all__ = ["power_exponent"]


@checked
def power_exponent(scale: ArrayLike, loss: ArrayLike, *, level: float = 0.95) -> Result:
    r"""Exponent a of a power law without floor, loss = b * scale^(-a), by least squares on the logs.

    A floor (irreducible loss) would make the exponent larger; with few sizes it cannot be told
    from a smaller exponent, so the estimate is that of the local slope.

    Parameters
    ----------
    scale, loss : array-like, shape (n,)
        Positive numbers, at least four.
    level : float
        Of the t interval; errors are taken as independent and normal on the log scale.

    Returns
    -------
    Result
        ``limited`` where the points lie on the law exactly, so that nothing scatters.
    """
    from scipy import stats

    x, y, _ = check_points(scale, loss, None)
    if len(x) < 4 or (x <= 0).any() or (y <= 0).any():
        raise InputError(f"an exponent needs at least four positive scales and losses, got {len(x)} points.")
    line = stats.linregress(np.log(x), np.log(y))
    half = float(stats.t.ppf((1 + confidence_level(level)) / 2, len(x) - 2) * line.stderr)
    a = -float(line.slope)
    exact = half <= 1e-9 * max(abs(a), 1e-9)
    notes = ("the points lie on one power law: the width of the interval is not precision",) if exact else ()
    return Result(a, Interval(a - half, a + half, level, "t"), len(x), "limited" if exact else "ok", notes)
