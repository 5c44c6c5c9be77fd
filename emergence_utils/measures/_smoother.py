"""A penalised cubic regression spline with generalised cross-validation, as the two-lines test uses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ._least_squares import Array, pair

__all__ = ["Smooth", "Smoother"]

_GRID = np.linspace(-11, 11, 89)


@dataclass(frozen=True)
class Smooth:
    """A fitted smooth curve: values and standard errors at the points, effective parameters, GCV score."""

    fitted: Array
    error: Array
    edf: float
    gcv: float


class Smoother:
    r"""Natural cubic spline on few knots, roughness penalised, smoothness chosen by GCV.

    Minimises :math:`\sum_i (y_i - f(x_i))^2 + \lambda \int f''^2` over the natural cubic splines with
    at most `n_knots` knots at quantiles of the different values of x (Wood 2006, sec. 4.1.2). This is
    the basis ``cr`` of R's mgcv, and gives its fitted values and (Bayesian) standard errors. The
    smoothness is searched on a grid first: where the GCV score has two minima mgcv, which descends
    from a start, may stop at the higher one.

    Parameters
    ----------
    x : array-like, shape (n,)
        Scale; what depends on x alone is prepared once, so that many y can be smoothed.
    n_knots : int
        Most knots; ten, as in Simonsohn's code.

    Examples
    --------
    >>> x = np.linspace(0, 1, 20)
    >>> bool(np.allclose(Smoother(x).fit(2 * x + 1).fitted, 2 * x + 1))
    True
    """

    def __init__(self, x: ArrayLike, *, n_knots: int = 10) -> None:
        from scipy.interpolate import CubicSpline

        xa = pair(x, x, 3)[0]
        values = np.unique(xa)
        knots = np.quantile(values, np.linspace(0, 1, min(n_knots, len(values))))
        spline = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")
        bend, gap = spline(knots, 2), np.diff(knots)[:, None]
        cross = bend[:-1].T @ (gap / 6 * bend[1:])
        penalty = bend[:-1].T @ (gap / 3 * bend[:-1]) + bend[1:].T @ (gap / 3 * bend[1:]) + cross + cross.T
        q, r = np.linalg.qr(spline(xa))
        back = np.linalg.inv(r)
        size, rotation = np.linalg.eigh(back.T @ penalty @ back)
        self.n = len(xa)
        self._basis: Array = q @ rotation
        # constants and lines are not penalised: their two eigenvalues are zero up to rounding
        self._size: Array = np.where(np.arange(len(size)) < 2, 0.0, np.maximum(size, 0))
        self._scale = float(np.exp(np.mean(np.log(self._size[2:]))))
        self._kept = np.array([self._keep(p) for p in _GRID])

    def fit(self, y: ArrayLike) -> Smooth:
        """Smooth `y`, shape (n,)."""
        from scipy.optimize import minimize_scalar

        ya = np.asarray(y, dtype=float)
        level = float(ya.mean())
        z = self._basis.T @ (ya - level)
        outside = max(float(np.sum((ya - level) ** 2) - z @ z), 0.0)

        def gcv(power: float) -> float:
            keep = self._keep(power)
            rest = outside + float(np.sum((z * (1 - keep)) ** 2))
            return float(self.n * rest / (self.n - keep.sum()) ** 2)

        scores = self.n * (outside + (1 - self._kept) ** 2 @ z**2) / (self.n - self._kept.sum(axis=1)) ** 2
        best = int(np.argmin(scores))
        ends = _GRID[max(best - 1, 0)], _GRID[min(best + 1, len(_GRID) - 1)]
        found = minimize_scalar(gcv, bounds=ends, method="bounded", options={"xatol": 1e-6})
        power = float(found.x) if found.fun < scores[best] else float(_GRID[best])
        keep = self._keep(power)
        rest = outside + float(np.sum((z * (1 - keep)) ** 2))
        variance = rest / (self.n - keep.sum())
        return Smooth(level + self._basis @ (keep * z), np.sqrt(variance * (self._basis**2 @ keep)),
                      float(keep.sum()), gcv(power))

    def _keep(self, power: float) -> Array:
        return np.asarray(1 / (1 + 10**power * self._size / self._scale))
