"""Simonsohn's two-lines test: a line on each side of a breakpoint, both significant, signs opposite."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..resample import group_codes
from ..results import Result
from ._regression import Array, Codes, line, pair
from .lind_mehlum import Shape
from .smooth import Smoother

__all__ = ["TwoLines", "two_lines"]


@dataclass(frozen=True)
class TwoLines(Result):
    """Breakpoint and the two lines.

    `estimate` is the breakpoint in units of x (chosen, not estimated: no interval), `shape` what the
    signs of the slopes say, `p_value` the larger of the two-sided `p_values` where the signs differ
    and 1 where they do not, `slopes`, `z_values` and `p_values` those of the left and right line,
    `points` the number of points of each (one at the breakpoint counts on both sides).
    """

    shape: Shape = "none"
    p_value: float = float("nan")
    slopes: tuple[float, float] = (float("nan"), float("nan"))
    z_values: tuple[float, float] = (float("nan"), float("nan"))
    p_values: tuple[float, float] = (float("nan"), float("nan"))
    points: tuple[int, int] = (0, 0)


_CHOSEN = "no interval: the breakpoint is set by the procedure to share out power, it estimates nothing"


def two_lines(x: ArrayLike, y: ArrayLike, *, clusters: ArrayLike | None = None,
              smoother: Smoother | None = None) -> TwoLines:
    """Test a U or inverted U without believing in a parabola (Simonsohn 2018).

    A smooth curve finds the stretch around its lowest (highest) point, within the middle 80 % of x,
    that is flat to within one standard error. With a first breakpoint at the median of that stretch
    the two slopes get z1 and z2; the "Robin Hood" rule then moves the breakpoint to the quantile
    z2 / (z1 + z2) of the stretch, towards the stronger line, so that the weaker gains points. The
    two lines do not meet. A point at the breakpoint belongs to both.

    Parameters
    ----------
    x, y : array-like, shape (n,)
        Scale (usually log10) and score; at least three scales.
    clusters : array-like, shape (n,), optional
        Families: standard errors are then CR3, and p values from t with one degree of freedom less
        than the families on that side. Without, HC3 and the normal distribution, as in the
        original.
    smoother : Smoother, optional
        Prepared for this x, to save time on many y.

    Returns
    -------
    TwoLines
        ``undetermined`` where a line has fewer than three points, or a standard error that does not
        exist. The original falls back to HC1 there, which is zero for a line through two points and
        makes it significant at any level; we make no claim instead.

    Raises
    ------
    InputError

    Examples
    --------
    >>> x = np.arange(13.0)
    >>> r = two_lines(x, np.abs(x - 6) + np.tile([0.3, -0.3], 7)[:13])
    >>> r.shape, r.estimate, r.p_value < 0.001
    ('U', 6.0, True)
    """
    xa, ya = pair(x, y, 3)
    groups = None if clusters is None else group_codes(clusters, len(xa))
    stretch = _flat(xa, ya, smoother or Smoother(xa))
    point = float(np.median(stretch))
    first = _both(xa, ya, groups, point)
    z = np.abs(first[1])
    if np.isfinite(z).all() and z.sum() > 0:
        point = float(np.quantile(stretch, z[1] / z.sum()))
    slopes, z, p = _both(xa, ya, groups, point)
    sizes = int((xa <= point).sum()), int((xa >= point).sum())
    rises = slopes[0] < 0 < slopes[1]
    shape: Shape = "U" if rises else "inverted U" if slopes[1] < 0 < slopes[0] else "none"
    fields = {"slopes": tuple(map(float, slopes)), "z_values": tuple(map(float, z)),
              "p_values": tuple(map(float, p)), "points": sizes}
    if not (np.isfinite(first[1]).all() and np.isfinite(p).all()):
        why = f"lines of {sizes[0]} and {sizes[1]} points: a slope has no standard error, so there is no test"
        return TwoLines(point, None, len(xa), "undetermined", (_CHOSEN, why), shape=shape,
                        **fields)  # type: ignore[arg-type]
    p_value = 1.0 if shape == "none" else float(p.max())
    return TwoLines(point, None, len(xa), "ok", (_CHOSEN,), shape=shape, p_value=p_value,
                    **fields)  # type: ignore[arg-type]


def _flat(x: Array, y: Array, smoother: Smoother) -> Array:
    """Scales in the middle 80 % whose smooth value is within one standard error of the extreme one."""
    centred = x - x.mean()
    bend = np.polynomial.polynomial.polyfit(centred, y, 2)
    sign = -1.0 if bend[1] + 2 * bend[2] * centred.min() > 0 else 1.0  # first rising: look for a top
    curve = smoother.fit(y)
    low, high = np.quantile(x, [0.1, 0.9])
    middle = (x > low) & (x < high)
    if not middle.any():
        return np.array([np.median(x)])
    value = sign * curve.fitted[middle]
    flat = value - curve.error[middle] < value.min()
    return x[middle][flat] if flat.any() else np.array([np.median(x)])


def _both(x: Array, y: Array, groups: Codes | None, point: float) -> tuple[Array, Array, Array]:
    """Slope, z and p of the line up to the breakpoint and of the line from it on.

    With a level dummy the interrupted regression is two separate fits, HC3 included.
    """
    from scipy import special

    out = np.full((3, 2), np.nan)
    for i, rows in enumerate((x <= point, x >= point)):
        own = None if groups is None else groups[rows]
        slope, error = line(x[rows], y[rows], own)
        z = slope / error
        df = np.inf if own is None else len(np.unique(own)) - 1
        tail = special.ndtr(-abs(z)) if np.isinf(df) else special.stdtr(max(df, 1), -abs(z))
        out[:, i] = slope, z, 2 * tail if df >= 1 else np.nan
    return out[0], out[1], out[2]
