"""The runs of a fit, checked: positive numbers, enough of them, and spread so that the law can be told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .._checks import BoolArray, FloatArray
from ..errors import InputError
from .law import sizes

__all__ = ["Runs", "check_runs"]

#: Runs that differ by less, in logs, count as one size or one number of tokens.
_SAME = np.log(1.05)
#: Tokens at one size must differ at least by this factor from those that a line through the runs gives.
_OFF_LINE = 2.0
_FEWEST = 6


@dataclass(frozen=True, eq=False)
class Runs:
    """Logs of parameters, tokens and loss of the runs; the first two from their means.

    Parameters
    ----------
    n, d, y : ndarray, shape (m,)
        Logs of parameters over ``exp(n0)``, of tokens over ``exp(d0)``, and of loss.
    n0, d0 : float
    """

    n: FloatArray
    d: FloatArray
    y: FloatArray
    n0: float
    d0: float

    @property
    def budgets(self) -> tuple[float, float]:
        """Least and most compute of a run, as 6 * params * tokens FLOPs."""
        spent = 6 * np.exp(self.n + self.d + self.n0 + self.d0)
        return float(spent.min()), float(spent.max())

    def inside(self, params: FloatArray, tokens: FloatArray) -> BoolArray:
        """Whether each place lies within the convex hull of the runs in log parameters and log tokens."""
        from scipy import spatial

        hull = spatial.ConvexHull(np.column_stack([self.n, self.d])).equations
        at = np.column_stack([np.log(params) - self.n0, np.log(tokens) - self.d0])
        return np.asarray((at @ hull[:, :2].T + hull[:, 2] <= 1e-9).all(axis=1))


def check_runs(params: ArrayLike, tokens: ArrayLike, loss: ArrayLike, *, tied: bool) -> Runs:
    """Runs from which the law can be told.

    Raises
    ------
    InputError
        On numbers that are not positive, and on runs that cannot tell the law: fewer than six, too few
        sizes or token counts, or all along one line in log parameters and log tokens.
    """
    n, d, y = (sizes(name, v) for name, v in (("params", params), ("tokens", tokens), ("loss", loss)))
    if not n.shape == d.shape == y.shape or n.ndim != 1:
        raise InputError("params, tokens and loss must be columns of one length, got shapes "
                         f"{n.shape}, {d.shape} and {y.shape}.")
    n, d = np.log(n), np.log(d)
    places = len({(round(a / _SAME), round(b / _SAME)) for a, b in zip(n, d, strict=True)})
    if places < _FEWEST:
        raise InputError(f"the law has {5 - tied} numbers and needs at least {_FEWEST} runs of different "
                         f"size or tokens, got {places}.")
    several = {"sizes": _different(n), "token counts": _different(d)}
    for name, found in several.items():
        due = 2 if tied else 3
        if found < due:
            raise InputError(f"the law needs runs of at least {due} {name}, got {found}: how the loss falls "
                             f"with {'parameters' if name == 'sizes' else 'tokens'} cannot be told.")
    if max(several.values()) < 3:
        raise InputError("the law needs at least three sizes or three token counts, got two of each: the "
                         "floor cannot be told from the powers.")
    centred, spread = n - n.mean(), d - d.mean()
    off = spread - centred * float(centred @ spread) / float(centred @ centred)
    factor = float(np.exp(np.ptp(off)))
    if factor < _OFF_LINE:
        raise InputError("the runs lie along one line of tokens against parameters (off it tokens differ by "
                         f"a factor of {factor:.2g}, at least {_OFF_LINE:g} is needed): along one line the "
                         "effects of N and D cannot be told apart.")
    return Runs(n - n.mean(), d - d.mean(), np.log(y), float(n.mean()), float(d.mean()))


def _different(logs: FloatArray) -> int:
    """How many values are more than a few per cent apart."""
    return 1 + int((np.diff(np.sort(logs)) > _SAME).sum())
