"""A fitted curve and what it knows about itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from .._checks import numbers
from ..errors import InputError
from ..results import Interval, Status
from .base import Array, Curve

__all__ = ["Fit"]


@dataclass(frozen=True)
class Fit:
    """A fitted curve.

    Parameters
    ----------
    curve : Curve
        The family.
    params : dict of str to float
        Maximum-likelihood values; NaN where there are fewer scales than parameters.
    log_likelihood : float
        Binomial without the constant term, or normal with the variance profiled out.
    k : int
        Number of estimated quantities, the normal variance included.
    n : int
        Number of models (points): what counts as independent.
    domain : tuple of float
        Smallest and largest x the fit has seen.
    status : {"ok", "limited", "undetermined", "failed"}
        ``undetermined`` where the scores cannot tell the parameters, ``limited`` where a note says
        what to beware of.
    notes : tuple of str
    intervals : dict of str to Interval
        Of the parameters; empty unless `fit` was asked for them.
    dispersion : float
        Counts: variance of the scores over that of their items. Else: variance of the residuals.
        NaN where `dof` is 0.
    dof : float
        Degrees of freedom of the dispersion.
    lack_of_fit : float
        p of a systematic misfit, seen in the order of residuals; NaN with too few models.
    scatter_p : float
        p of the excess of the dispersion over 1 (counts); NaN otherwise. Excess scatter widens the
        intervals, it does not speak against the curve.
    scale : float
        Dispersion by which `aicc` divides the likelihood; set by `compare`.
    """

    curve: Curve
    params: dict[str, float]
    log_likelihood: float
    k: int
    n: int
    domain: tuple[float, float]
    status: Status
    notes: tuple[str, ...]
    intervals: dict[str, Interval] = field(default_factory=dict)
    dispersion: float = math.nan
    dof: float = 0.0
    lack_of_fit: float = math.nan
    scatter_p: float = math.nan
    scale: float = 1.0

    def predict(self, x: ArrayLike) -> Array:
        """Values of the fitted curve at `x`; outside `domain` this is an extrapolation."""
        at = numbers("x", x)
        if not np.isfinite(at).all():
            raise InputError("x must hold finite numbers, got an infinity.")
        theta = np.array(list(self.params.values()), dtype=float)
        return self.curve(at.reshape(-1), theta).reshape(at.shape)

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for small samples, models as observations (Burnham 2002).

        Quasi-AICc where `compare` has set `scale`; infinite where there are too few models.
        """
        k = self.k + (self.scale != 1.0)
        spare = self.n - k - 1
        if spare <= 0:
            return math.inf
        return 2 * k - 2 * self.log_likelihood / self.scale + 2 * k * (k + 1) / spare
