"""The U test of Lind and Mehlum: does a parabola fall at one end of the data and rise at the other?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from .._checks import confidence_level, numbers
from ..errors import InputError, UnknownNameError
from ..resample import group_codes
from ..results import Interval, Result, Status
from ._regression import Array, classical, pair, sandwich

__all__ = ["SHAPES", "LindMehlum", "Shape", "lind_mehlum", "lind_mehlum_many"]

#: ``none`` is what a two-lines test says of two slopes of one sign.
Shape = Literal["U", "inverted U", "none"]
SHAPES = ("U", "inverted U")


@dataclass(frozen=True)
class LindMehlum(Result):
    """Turning point of the parabola with Fieller's interval, and the test of its shape.

    `estimate` is the turning point in units of x, `shape` the shape tested, `p_value` the p of the
    U test (the larger of the two one-sided p values), `slopes` and `t_values` those at the two ends
    of the data, `df` their degrees of freedom, `inside` whether the turning point lies in the data.
    """

    shape: Shape = "U"
    p_value: float = float("nan")
    slopes: tuple[float, float] = (float("nan"), float("nan"))
    t_values: tuple[float, float] = (float("nan"), float("nan"))
    df: int = 0
    inside: bool = False


def lind_mehlum(x: ArrayLike, y: ArrayLike, *, shape: Shape | None = None, clusters: ArrayLike | None = None,
                level: float = 0.95) -> LindMehlum:
    r"""Test a U or inverted U on the range of the data.

    Fits :math:`y = b_0 + b_1 x + b_2 x^2` and tests its slope :math:`b_1 + 2 b_2 x` at both ends,
    with variance :math:`V_{11} + 4 x V_{12} + 4 x^2 V_{22}`, by one-sided t tests; both must reject
    (Lind and Mehlum 2010, eq. 6 and 8). A curve that only saturates bends as well, and a parabola
    fitted to it may turn inside the data: the test holds its size where the parabola is the truth.

    Parameters
    ----------
    x, y : array-like, shape (n,)
        Scale (usually log10) and score; at least three scales.
    shape : {"U", "inverted U"}, optional
        The shape to test; by default that of the fitted parabola, as in the authors' programs. Then
        either shape can be found, and a flat line is called one or the other in up to twice as many
        samples.
    clusters : array-like, shape (n,), optional
        Families: the covariance is then CR3 and the t tests have one degree of freedom less than
        there are families.
    level : float
        Of the Fieller interval of the turning point.

    Returns
    -------
    LindMehlum
        ``undetermined`` with no degree of freedom left; ``limited`` where the turning point lies
        outside the data (the test then cannot reject) or its interval is unbounded.

    Raises
    ------
    InputError, UnknownNameError

    Examples
    --------
    >>> r = lind_mehlum([0, 1, 2, 3, 4, 5, 6], [9.2, 3.9, 1.1, 0.2, 0.9, 4.1, 9.0])
    >>> r.shape, round(r.estimate, 2), r.p_value < 0.001
    ('U', 3.01, True)
    """
    xa, ya = pair(x, y, 3)
    confidence_level(level)
    if shape is not None and shape not in SHAPES:
        raise UnknownNameError("shape", shape, SHAPES)
    centre = float(xa.mean())
    u = xa - centre
    design = np.column_stack([np.ones_like(u), u, u**2])
    if clusters is None:
        coef, cov = classical(design, ya)
        df = len(ya) - 3
    else:
        groups = group_codes(clusters, len(ya))
        coef, cov = sandwich(design, ya, groups)
        df = int(groups.max())
    if coef[2] == 0:
        raise InputError("y lies on a straight line: it has no turning point to test.")
    shape = shape or ("U" if coef[2] > 0 else "inverted U")
    top = float(-coef[1] / (2 * coef[2]))
    inside = bool(u.min() < top < u.max())
    ends = np.array([u.min(), u.max()])
    slopes = coef[1] + 2 * coef[2] * ends
    spread = np.sqrt(cov[1, 1] + 4 * ends * cov[1, 2] + 4 * ends**2 * cov[2, 2])
    common = {"shape": shape, "slopes": (float(slopes[0]), float(slopes[1])), "df": df, "inside": inside}
    if df < 1 or not np.isfinite(spread).all() or spread.min() == 0:
        note = f"{len(ya)} points leave no degree of freedom for a standard error: no test"
        return LindMehlum(centre + top, None, len(ya), "undetermined", (note,), **common)  # type: ignore[arg-type]
    t = slopes / spread
    interval = _fieller(coef, cov, df, level, centre)
    notes = [] if inside else ["the parabola turns outside the data: the test cannot reject"]
    if not np.isfinite(interval.width):
        notes.append("the bend may be zero: the turning point is not bounded")
    status: Status = "limited" if notes else "ok"
    return LindMehlum(centre + top, interval, len(ya), status, tuple(notes),
                      p_value=float(_p(t[0], t[1], df, shape)), t_values=(float(t[0]), float(t[1])),
                      **common)  # type: ignore[arg-type]


def lind_mehlum_many(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """p values for a U and for an inverted U of many samples at the same scales, with equal spread.

    Parameters
    ----------
    x : array-like, shape (n,)
    y : array-like, shape (n, m)
        One sample a column; n at least 4.

    Returns
    -------
    tuple of ndarray, shape (m,)
    """
    ya = numbers("y", y, ndim=2)
    xa = pair(x, ya[:, 0] if ya.size else [], 4)[0]
    u = xa - xa.mean()
    design = np.column_stack([np.ones_like(u), u, u**2])
    inverse = np.linalg.inv(design.T @ design)
    coef = inverse @ design.T @ ya
    variance = np.sum((ya - design @ coef) ** 2, axis=0) / (len(xa) - 3)
    ends = np.array([u.min(), u.max()])
    factor = inverse[1, 1] + 4 * ends * inverse[1, 2] + 4 * ends**2 * inverse[2, 2]
    t = (coef[1] + 2 * ends[:, None] * coef[2]) / np.sqrt(factor[:, None] * variance)
    return _p(t[0], t[1], len(xa) - 3, "U"), _p(t[0], t[1], len(xa) - 3, "inverted U")


def _p(low: ArrayLike, high: ArrayLike, df: int, shape: Shape) -> Array:
    """The larger of the two one-sided p values."""
    from scipy import special

    sign = 1.0 if shape == "U" else -1.0
    first, second = np.asarray(low) * sign, np.asarray(high) * sign
    return np.asarray(special.stdtr(df, np.maximum(first, -second)))


def _fieller(coef: Array, cov: Array, df: int, level: float, centre: float) -> Interval:
    """Fieller's interval of -b1 / (2 b2); the whole line where b2 may be zero."""
    from scipy import special

    square = float(special.stdtrit(df, (1 + level) / 2)) ** 2
    bend = coef[2] ** 2 - square * cov[2, 2]
    if bend <= 0:
        return Interval(-np.inf, np.inf, level, "fieller")
    mixed = coef[1] * coef[2] - square * cov[1, 2]
    root = np.sqrt(max(mixed**2 - bend * (coef[1] ** 2 - square * cov[1, 1]), 0.0))
    ends = sorted((centre - (mixed + root) / (2 * bend), centre - (mixed - root) / (2 * bend)))
    return Interval(float(ends[0]), float(ends[1]), level, "fieller")
