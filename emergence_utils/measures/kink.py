"""A kink, or only a bend? And a step, or only a fast rise? Two lines or two levels against smooth curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .._checks import FloatArray, confidence_level, count, counts
from .._typed import check_settings, checked
from ..errors import InputError, UnknownNameError
from ..ladders import Ladder
from ..results import Interval, Result
from .families import SMOOTH, Grid, kinks, smooth_shapes, steps
from .noise import item_variance

__all__ = ["Kink", "KinkAnswer", "KinkResult", "Threshold"]

KinkAnswer = Literal["kink", "bend", "cannot tell"]
#: Fewest models that can tell two lines from a bend.
LEAST = 7
#: Curves beside the best one under which a bootstrap is run.
RIVALS = 10


@dataclass(frozen=True)
class KinkResult(Result):
    """Where two lines meet, in log10 of scale, and whether a smooth bend would do.

    `answer` is ``"kink"`` (two lines beat every smooth curve), ``"bend"`` (a smooth curve beats two lines)
    or ``"cannot tell"``; for `Threshold` ``"step"``, ``"smooth"`` or ``"cannot tell"``. `p_value` is that
    of the smooth curves, `p_broken` that of the broken one, both by parametric bootstrap.
    """

    answer: str = "cannot tell"
    p_value: float = float("nan")
    p_broken: float = float("nan")


@dataclass(frozen=True)
class Kink:
    """Test two lines that meet against the best of all smooth families.

    **Null.** The curve belongs to one of the families `against`, level, height and shape free: a straight
    line, a logistic with free floor and ceiling, Gompertz both ways, an exponential that saturates (which
    is a power law in scale) or speeds up. The ratio of the best smooth curve's residual sum of squares to
    that of the two lines is compared with its distribution on ladders redrawn from that best smooth curve,
    and from a spread of others that fit nearly as well; the largest p counts.

    Parameters
    ----------
    against : tuple of str
        Names in `SMOOTH`.
    level : float
        1 less the size of the test; also the level of the interval of the place.
    n_resamples, seed : int
        Of the bootstrap.

    Notes
    -----
    Noise is the scatter about the best smooth curve, in proportion to the variance of items where these
    are counted. With `clusters` its signs are redrawn cluster by cluster.
    """

    against: tuple[str, ...] = tuple(SMOOTH)
    level: float = 0.95
    n_resamples: int = 200
    seed: int = 0

    def __post_init__(self) -> None:
        check_settings(self)
        confidence_level(self.level)
        counts("n_resamples", self.n_resamples, minimum=100)
        count("seed", self.seed)
        for name in self.against:
            if name not in SMOOTH:
                raise UnknownNameError("curve family", name, SMOOTH)

    @checked
    def __call__(self, ladder: Ladder, clusters: ArrayLike | None = None) -> KinkResult:
        """Test one ladder; `clusters`, shape (m,), names e.g. the family of each model."""
        variance = item_variance(ladder)
        return self.of(ladder.x, ladder.better, variance, clusters)

    def of(self, x: ArrayLike, y: ArrayLike, variance: ArrayLike | None = None,
           clusters: ArrayLike | None = None) -> KinkResult:
        """The same on plain arrays, which may hold several models of one size."""
        xa, ya, weight, groups = _points(x, y, variance, clusters)
        if len(np.unique(xa)) < LEAST:
            note = (f"two lines cannot be told from a bend with {len(np.unique(xa))} scales; {LEAST} are "
                    "needed")
            return KinkResult(float("nan"), None, len(xa), "undetermined", (note,))
        smooth, broken = smooth_shapes(xa, weight, self.against), kinks(xa, weight)
        p_smooth, p_broken, profile = _contest(ya, weight, smooth, broken, groups, 4, self.n_resamples,
                                               self.seed)
        size = 1 - self.level
        answer = _decided(p_smooth, p_broken, size, "kink", "bend")
        place = float(broken.at[int(np.argmin(profile))])
        if answer == "bend":
            return KinkResult(float("nan"), None, len(xa), "undetermined",
                              ("no place of a kink: a smooth curve fits better than two lines",), answer,
                              p_smooth, p_broken)
        interval = self._place(broken.at, profile, len(xa))
        notes = () if answer == "kink" else ("a smooth bend explains the scores as well as two lines do",)
        status = "ok" if answer == "kink" else "undetermined"
        if answer == "kink" and np.isinf([interval.low, interval.high]).any():
            status, notes = "limited", ("the place is open on a side: the lines may meet at the end of these "
                                        "models",)
        if answer == "kink" and interval.width == 0:
            status, notes = "limited", ("the place is known no better than the grid it was sought on",)
        return KinkResult(place, interval, len(xa), status, notes,  # type: ignore[arg-type]
                          answer, p_smooth, p_broken)

    def _place(self, at: FloatArray, profile: FloatArray, n: int) -> Interval:
        """Places whose residuals an F test with two degrees of freedom does not tell from the best: the place
        is looked at only where a kink was found, for which one more is paid."""
        from scipy import special

        dof = n - 4
        limit = profile.min() * (1 + 2 * float(special.fdtri(2, dof, self.level)) / dof)
        inside = np.flatnonzero(profile <= max(limit, profile.min()))
        low = -np.inf if inside[0] == 0 else float(at[inside[0] - 1])
        high = np.inf if inside[-1] == len(at) - 1 else float(at[inside[-1] + 1])
        return Interval(low, high, self.level, "profile")


@dataclass(frozen=True)
class Threshold:
    """Test two levels with a step between against smooth curves that take `min_width` decades at least.

    The estimate is the middle of the gap that holds the step, in log10 of scale, the interval that gap.
    Both curves take turns as the null of a parametric bootstrap, as in `Kink`: a step is called where it
    fits better and smooth curves are rejected, a smooth curve where it fits better and steps are.
    """

    min_width: float = 1.0
    level: float = 0.95
    n_resamples: int = 200
    seed: int = 0

    def __post_init__(self) -> None:
        check_settings(self)
        confidence_level(self.level)
        counts("n_resamples", self.n_resamples, minimum=100)
        count("seed", self.seed)
        if not 0 < self.min_width < np.inf:
            raise InputError(f"min_width must be a positive number of decades, got {self.min_width}.")

    @checked
    def __call__(self, ladder: Ladder) -> KinkResult:
        """Test one ladder of at least five models."""
        x, y, weight, _ = _points(ladder.x, ladder.better, item_variance(ladder), None)
        if len(x) < 5 or np.ptp(y) == 0:
            why = "all scores are equal" if len(x) >= 5 else f"needs at least five models, got {len(x)}"
            return KinkResult(float("nan"), None, len(x), "undetermined", (f"no step to test: {why}",))
        smooth, step = smooth_shapes(x, weight, min_width=self.min_width), steps(x, weight)
        p_smooth, p_step, profile = _contest(y, weight, smooth, step, None, 3, self.n_resamples, self.seed)
        gap = int(np.argmin(profile))
        answer = _decided(p_smooth, p_step, 1 - self.level, "step", "smooth")
        if answer == "step" and y[: gap + 1].mean() > y[gap + 1:].mean():
            answer = "smooth"  # a step down is no threshold of an ability
        interval = Interval(float(x[gap]), float(x[gap + 1]), self.level, "gap between models")
        if answer == "step":
            return KinkResult(float(step.at[gap]), interval, len(x), "limited",
                              ("the step may lie anywhere in its gap",), answer, p_smooth, p_step)
        why = ("a smooth curve fits better than any step" if answer == "smooth"
               else "neither a step nor a smooth curve is excluded")
        return KinkResult(float("nan"), None, len(x), "undetermined", (why,), answer, p_smooth, p_step)


def _decided(p_smooth: float, p_broken: float, size: float, broken: str, smooth: str) -> str:
    """The one that is not rejected where the other is; neither, or both, decide nothing."""
    if p_smooth < size <= p_broken:
        return broken
    return smooth if p_broken < size <= p_smooth else "cannot tell"


def _contest(y: FloatArray, weight: FloatArray, smooth: Grid, broken: Grid, groups: FloatArray | None, k: int,
             draws: int, seed: int) -> tuple[float, float, FloatArray]:
    """Bootstrap p of the best smooth curve, of the best broken one, and residuals by place of the break."""
    from scipy import special

    root = np.sqrt(weight)
    total, one = root * y, root / np.linalg.norm(root)

    def centred(z: FloatArray) -> FloatArray:
        return np.asarray(z - (z @ one)[..., None] * one)

    def ratio(z: FloatArray) -> FloatArray:
        """log of the smooth over the broken residuals, per ladder."""
        c = centred(z)
        whole = np.sum(c**2, axis=1)
        tiny = 1e-14 * whole + 1e-300
        return np.asarray(np.log(np.maximum(whole - smooth.gain(c).max(axis=0), tiny))
                          - np.log(np.maximum(whole - broken.gain(c).max(axis=0), tiny)))

    c = centred(total)
    seen = float(ratio(total[None, :])[0])
    rng = np.random.default_rng(seed)
    free = max(len(y) - k, 1)

    def share(shape: FloatArray, sign: float) -> float:
        """Share of ladders redrawn from one curve that favour the other kind as much as the data do."""
        fitted = (shape @ c) @ shape + total - c
        left = total - fitted
        spread = np.sqrt(len(y) / free)
        if groups is None:
            noise = special.ndtri(rng.random((draws, len(y)))) * np.sqrt(np.mean(left**2)) * spread
        else:
            flips = np.where(rng.random((draws, int(groups.max()) + 1)) < 0.5, -1.0, 1.0)
            noise = left * spread * flips[:, groups.astype(int)]
        return float((1 + np.sum(sign * ratio(fitted + noise) >= sign * seen - 1e-12)) / (draws + 1))

    found = [max(share(grid.basis[i], sign) for i in _plausible(grid, c, free))
             for grid, sign in ((smooth, 1.0), (broken, -1.0))]
    profile = np.sum(c**2) - broken.gain(c[None, :])[:, 0]
    return found[0], found[1], np.asarray(np.maximum(profile, 0.0))


def _plausible(grid: Grid, centred: FloatArray, dof: int) -> list[int]:
    """The best shape, and a spread of those that an F test does not tell from it.

    The bootstrap under one fitted curve errs where that curve is itself in doubt: p is the largest over
    all that may be true.
    """
    from scipy import special

    left = np.sum(centred**2) - grid.gain(centred[None, :])[:, 0]
    best = int(np.argmin(left))
    limit = left[best] * (1 + float(special.fdtri(2, dof, 0.9)) * 2 / dof)
    others = np.flatnonzero(left <= limit)
    return [best, *others[np.linspace(0, len(others) - 1, min(RIVALS, len(others))).astype(int)].tolist()]


def _points(x: ArrayLike, y: ArrayLike, variance: ArrayLike | None,
            clusters: ArrayLike | None) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray | None]:
    xa, ya = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if xa.shape != ya.shape or xa.ndim != 1 or len(xa) < 2:
        raise InputError(f"x and y must be of one length, at least 2; got shapes {xa.shape} and {ya.shape}.")
    if not (np.isfinite(xa).all() and np.isfinite(ya).all()):
        raise InputError("x and y must be finite numbers; leave missing scores out and say so.")
    order = np.argsort(xa, kind="stable")
    weight = np.ones(len(xa)) if variance is None else 1 / np.asarray(variance, dtype=float)[order]
    groups = None
    if clusters is not None:
        labels = np.asarray(clusters)
        if labels.shape != xa.shape:
            raise InputError(f"clusters must name every point, got shape {labels.shape} for {len(xa)}.")
        groups = pd.factorize(labels[order])[0].astype(float)
    return xa[order], ya[order], weight / weight.mean(), groups
