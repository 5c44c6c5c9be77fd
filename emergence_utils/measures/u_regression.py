"""U tests by regression: Lind and Mehlum's parabola and Simonsohn's two lines, where they apply."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from .._checks import confidence_level
from .._typed import check_settings
from ..errors import InputError
from ..ladders import Ladder
from ..resample import group_codes
from ..results import Interval, Result, Status
from ._least_squares import Array, Codes, classical, line, pair, sandwich
from ._smoother import Smoother

__all__ = ["Answer", "LindMehlum", "Parabola", "TwoLines", "TwoLinesResult"]

#: ``none found`` is no proof of absence: a shape too faint for the test looks the same.
Answer = Literal["U", "inverted U", "none found", "not applicable", "not testable"]
Shape = Literal["U", "inverted U", "none"]


@dataclass(frozen=True)
class Parabola(Result):
    """Turning point of the parabola with Fieller's interval, and what the test of its shape says.

    `estimate` is the turning point in units of x, `answer` the verdict, `shape` that of the parabola,
    `p_value` the p of Lind and Mehlum's test (the larger of the two one-sided p values, whether or not
    it applies), `slopes` and `t_values` those at the two ends of the data, `df` their degrees of
    freedom, `p_adequate` the p of the parabola against a curve of higher order, `p_sides` those of the
    data's own slopes before and after the turn.
    """

    answer: Answer = "not testable"
    shape: Shape = "none"
    p_value: float = float("nan")
    slopes: tuple[float, float] = (float("nan"), float("nan"))
    t_values: tuple[float, float] = (float("nan"), float("nan"))
    df: int = 0
    p_adequate: float = float("nan")
    p_sides: tuple[float, float] = (float("nan"), float("nan"))


@dataclass(frozen=True)
class LindMehlum:
    r"""Does a parabola fall at one end of the data and rise at the other, and is it a parabola at all?

    Fits :math:`y = b_0 + b_1 x + b_2 x^2` and tests its slope :math:`b_1 + 2 b_2 x` at both ends, with
    variance :math:`V_{11} + 4 x V_{12} + 4 x^2 V_{22}`, by one-sided t tests; both must reject (Lind and
    Mehlum 2010, eq. 6 and 8). A curve that saturates, or starts late, bends as well, and the parabola
    fitted to it turns inside the data. So the shape is named only where two things hold as well:

    - no curve of higher order (cubic; from ten models on quartic too) fits better, at the level
      `adequacy`; this has no power with fewer than `least` models, and is then "not testable";
    - the data fall on one side of the parabola's own turning point and rise on the other: a straight
      line through the models of each side alone has that slope, two-sided at ``1 - level``.

    Parameters
    ----------
    level : float
        Confidence level; each test has size ``1 - level``.
    adequacy : float
        The parabola is inadequate where p falls below.
    least : int
        Fewest models (families, where they are given) for the test to apply.

    Examples
    --------
    >>> r = LindMehlum()([0, 1, 2, 3, 4, 5, 6, 7], [9.2, 3.9, 1.3, 0.2, 0.8, 4.2, 9.1, 15.8])
    >>> r.answer, round(r.estimate, 1)
    ('U', 3.0)
    """

    level: float = 0.95
    adequacy: float = 0.1
    least: int = 8

    def __post_init__(self) -> None:
        check_settings(self)
        confidence_level(self.level)
        if not 0 < self.adequacy < 1:
            raise InputError(f"adequacy must lie strictly between 0 and 1, got {self.adequacy}.")
        if self.least < 6:
            raise InputError("least must be at least 6, since with fewer models no curve can be told from a "
                             f"parabola, got {self.least}.")

    def __call__(self, x: Ladder | ArrayLike, y: ArrayLike | None = None, /, *,
                 clusters: ArrayLike | None = None) -> Parabola:
        """Test a ladder (against log10 scale, rising meaning improving), or plain arrays.

        Parameters
        ----------
        x : Ladder, or array-like, shape (m,)
        y : array-like, shape (m,), optional
            Scores; only beside an array of x.
        clusters : array-like, shape (m,), optional
            Families: covariances are then CR3, and t tests have one degree of freedom less than there
            are families.

        Returns
        -------
        Parabola
            ``undetermined`` where the test is not testable or not applicable, ``limited`` where the
            interval of the turning point is unbounded.

        Raises
        ------
        InputError
        """
        if isinstance(x, Ladder) and len(x) < 3:
            return _none(len(x), {}, f"{len(x)} models make no parabola")
        xa, ya = _points(x, y)
        groups = None if clusters is None else group_codes(clusters, len(xa))
        units = len(xa) if groups is None else int(groups.max()) + 1
        what = "models" if groups is None else "families"
        u = xa - xa.mean()
        design = np.vander(u, 3, increasing=True)
        coef, cov = classical(design, ya) if groups is None else sandwich(design, ya, groups)
        df = len(ya) - 3 if groups is None else units - 1
        top = float(-coef[1] / (2 * coef[2])) if coef[2] != 0 else math.inf
        ends = np.array([u.min(), u.max()])
        slopes = coef[1] + 2 * coef[2] * ends
        shape: Shape = "U" if coef[2] > 0 else "inverted U"
        known: dict[str, Any] = {"shape": shape, "slopes": (float(slopes[0]), float(slopes[1])), "df": df}
        variance = cov[1, 1] + 4 * ends * cov[1, 2] + 4 * ends**2 * cov[2, 2]
        exact = 1e-20 * float(np.abs(ya).max()) ** 2 / float(np.ptp(u)) ** 2
        if df < 1 or not np.isfinite(variance).all() or variance.min() <= exact or not math.isfinite(top):
            return _none(len(ya), known, f"{units} {what} leave no spread around a parabola to judge by")
        t = slopes / np.sqrt(variance)
        known |= {"t_values": (float(t[0]), float(t[1])), "p_value": _larger_p(t, df, shape)}
        if units < self.least:
            return _none(len(ya), known, f"{units} {what} cannot tell a parabola from a curve that only "
                                         f"bends; it takes {self.least}")
        interval = _fieller(coef, cov, df, self.level, float(xa.mean()))
        known["p_adequate"] = _adequate(u, ya, groups, df)
        known["p_sides"] = sides = _sides(u, ya, groups, top, coef, design)
        answer, why = self._answer(known, shape, sides)
        status: Status = "undetermined" if answer == "not applicable" else "ok"
        notes = [why] if why else []
        if status == "ok" and not math.isfinite(interval.width):
            status = "limited"
            notes.append("the bend may be zero: the turning point is not bounded.")
        return Parabola(float(xa.mean()) + top, interval, len(ya), status, tuple(notes), answer=answer,
                        **known)

    def _answer(self, known: dict[str, Any], shape: Shape, sides: tuple[float, float]) -> tuple[Answer, str]:
        alpha = 1 - self.level
        if known["p_adequate"] < self.adequacy:
            return "not applicable", ("a curve of higher order fits better than a parabola (p = "
                                      f"{known['p_adequate']:.2g}), whose turn may be an artefact.")
        if known["p_value"] >= alpha or shape == "none":
            return "none found", ""
        if any(map(math.isnan, sides)):
            return "not applicable", "fewer than two models lie on one side of the parabola's turn."
        if max(sides) < alpha:
            return shape, ""
        weak = "before" if sides[0] >= alpha else "after"
        return "not applicable", (f"the parabola turns, but the models {weak} its turn do not show it by "
                                  f"themselves (p = {sides[weak == 'after']:.2g}).")


@dataclass(frozen=True)
class TwoLinesResult(Result):
    """Breakpoint and the two lines.

    `estimate` is the breakpoint in units of x (chosen, not estimated: no interval), `answer` the
    verdict, `shape` what the signs of the slopes say, `p_value` the larger of the two-sided `p_values`
    where the signs differ and 1 where they do not, `slopes`, `z_values` and `p_values` those of the left
    and right line, `points` the number of points of each (one at the breakpoint counts on both sides).
    """

    answer: Answer = "not testable"
    shape: Shape = "none"
    p_value: float = float("nan")
    slopes: tuple[float, float] = (float("nan"), float("nan"))
    z_values: tuple[float, float] = (float("nan"), float("nan"))
    p_values: tuple[float, float] = (float("nan"), float("nan"))
    points: tuple[int, int] = (0, 0)


_CHOSEN = "no interval: the breakpoint is set by the procedure to share out power, it estimates nothing."


@dataclass(frozen=True)
class TwoLines:
    """Is there a line that falls and one that rises, without belief in a parabola (Simonsohn 2018)?

    A smooth curve finds the stretch around its lowest (highest) point, within the middle 80 % of x, that
    is flat to within one standard error. With a first breakpoint at the median of that stretch the two
    slopes get z1 and z2; the "Robin Hood" rule then moves the breakpoint to the quantile z2 / (z1 + z2)
    of the stretch, towards the stronger line, so that the weaker gains points. The two lines do not
    meet. A point at the breakpoint belongs to both.

    Parameters
    ----------
    level : float
        Confidence level; each line is tested at ``1 - level``, two-sided.
    least : int
        Fewest points (families, where they are given) of a line. With fewer its robust standard error
        has one degree of freedom or none; the original goes on regardless.

    Examples
    --------
    >>> x = np.arange(13.0)
    >>> r = TwoLines()(x, np.abs(x - 6) + np.tile([0.3, -0.3], 7)[:13])
    >>> r.answer, r.estimate, r.p_value < 0.001
    ('U', 6.0, True)
    """

    level: float = 0.95
    least: int = 4

    def __post_init__(self) -> None:
        check_settings(self)
        confidence_level(self.level)
        if self.least < 3:
            raise InputError("least must be at least 3, the points of a line with a residual, got "
                             f"{self.least}.")

    def __call__(self, x: Ladder | ArrayLike, y: ArrayLike | None = None, /, *,
                 clusters: ArrayLike | None = None, smoother: Smoother | None = None) -> TwoLinesResult:
        """Test a ladder (against log10 scale, rising meaning improving), or plain arrays.

        Parameters
        ----------
        x : Ladder, or array-like, shape (m,)
        y : array-like, shape (m,), optional
            Scores; only beside an array of x.
        clusters : array-like, shape (m,), optional
            Families: standard errors are then CR3, and p values from t with one degree of freedom less
            than the families on that side. Without, HC3, and t with two degrees less than the models on
            that side; the normal distribution of the original names a U or an inverted U in 10 to 15 % of
            monotone ladders of 15 models.
        smoother : Smoother, optional
            Prepared for this x, to save time on many y.

        Returns
        -------
        TwoLinesResult
            ``undetermined`` where the answer is "not testable".

        Raises
        ------
        InputError
        """
        if isinstance(x, Ladder) and len(x) < 3:
            return TwoLinesResult(math.nan, None, len(x), "undetermined",
                                  (_CHOSEN, f"not testable: {len(x)} models make no two lines."))
        xa, ya = _points(x, y)
        groups = None if clusters is None else group_codes(clusters, len(xa))
        stretch = _flat(xa, ya, smoother or Smoother(xa))
        point = float(np.median(stretch))
        first = _both(xa, ya, groups, point)
        z = np.abs(first[1])
        if np.isfinite(z).all() and z.sum() > 0:
            point = float(np.quantile(stretch, z[1] / z.sum()))
        slopes, z, p = _both(xa, ya, groups, point)
        sides = xa <= point, xa >= point
        points = int(sides[0].sum()), int(sides[1].sum())
        units = points if groups is None else tuple(len(np.unique(groups[s])) for s in sides)
        shape: Shape = ("U" if slopes[0] < 0 < slopes[1] else "inverted U" if slopes[1] < 0 < slopes[0]
                        else "none")
        known: dict[str, Any] = {"shape": shape, "slopes": tuple(map(float, slopes)),
                                 "z_values": tuple(map(float, z)), "p_values": tuple(map(float, p)),
                                 "points": points}
        why = ""
        if groups is not None and groups.max() == 0:
            why = "all models are of one family: families cannot be told from noise."
        elif min(units) < self.least:
            what = "models" if groups is None else "families"
            why = (f"the lines rest on {units[0]} and {units[1]} {what}; a slope's error takes at least "
                   f"{self.least}.")
        elif not (np.isfinite(first[1]).all() and np.isfinite(p).all()):
            why = "a line runs through all its points, or hangs on one: its slope has no standard error."
        if why:
            return TwoLinesResult(point, None, len(xa), "undetermined", (_CHOSEN, f"not testable: {why}"),
                                  **known)
        p_value = 1.0 if shape == "none" else float(p.max())
        found = p_value < 1 - self.level and shape != "none"
        answer: Answer = shape if found else "none found"  # type: ignore[assignment]
        return TwoLinesResult(point, None, len(xa), "ok", (_CHOSEN,), answer=answer, p_value=p_value, **known)


def _points(x: Ladder | ArrayLike, y: ArrayLike | None) -> tuple[Array, Array]:
    if isinstance(x, Ladder):
        if y is not None:
            raise InputError("y must be left out beside a ladder, which holds its own scores.")
        return pair(x.x, x.better, 3)
    if y is None:
        raise InputError("y must hold the scores where x is an array; or give one Ladder.")
    return pair(x, y, 3)


def _none(n: int, known: dict[str, Any], why: str) -> Parabola:
    return Parabola(math.nan, None, n, "undetermined", (f"not testable: {why}.",), answer="not testable",
                    **known)


def _adequate(u: Array, y: Array, groups: Codes | None, df: int) -> float:
    """p of the parabola against a cubic (and, from ten units on, a quartic)."""
    from scipy import special

    more = 2 if df >= 7 else 1
    full = np.vander(u / np.abs(u).max(), 3 + more, increasing=True)
    full = np.linalg.qr(full)[0]  # columns in order of degree, orthogonal: the last are what is added
    if groups is None:
        coef, cov = classical(full, y)
        left = len(y) - full.shape[1]
    else:
        coef, cov = sandwich(full, y, groups)
        left = int(groups.max())
    extra, own = coef[3:], cov[3:, 3:]
    if not np.isfinite(own).all() or np.linalg.det(own) <= 0:
        return math.nan
    f = float(extra @ np.linalg.solve(own, extra)) / more
    return float(special.fdtrc(more, left, f))


def _sides(u: Array, y: Array, groups: Codes | None, top: float, coef: Array,
           design: Array) -> tuple[float, float]:
    """Two-sided p of the slopes before and after the turn, 1 where the sign is not the parabola's."""
    from scipy import special

    rest = y - design @ coef
    pooled = float(rest @ rest) / (len(y) - 3)
    out = []
    for rows, sign in ((u <= top, -np.sign(coef[2])), (u >= top, np.sign(coef[2]))):
        if len(np.unique(u[rows])) < 2:
            out.append(math.nan)
            continue
        if groups is None:
            centred = u[rows] - u[rows].mean()
            slope = float(centred @ y[rows]) / float(centred @ centred)
            error, df = math.sqrt(pooled / float(centred @ centred)), len(y) - 3
        else:
            (slope, error), df = line(u[rows], y[rows], groups[rows]), len(np.unique(groups[rows])) - 1
        p = 2 * float(special.stdtr(max(df, 1), -abs(slope) / error)) if df >= 1 else math.nan
        out.append(1.0 if sign * slope <= 0 else p)
    return out[0], out[1]


def _larger_p(t: Array, df: int, shape: Shape) -> float:
    from scipy import special

    sign = 1.0 if shape == "U" else -1.0
    return float(special.stdtr(df, max(sign * t[0], -sign * t[1])))


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
        df = int(rows.sum()) - 2 if own is None else len(np.unique(own)) - 1
        out[:, i] = slope, z, 2 * special.stdtr(max(df, 1), -abs(z)) if df >= 1 else np.nan
    return out[0], out[1], out[2]
