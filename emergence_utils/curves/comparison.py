"""Which of several families fits best, over-dispersion and small samples allowed for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from numpy.typing import ArrayLike

from ..errors import InputError
from .base import Curve
from .fits import fit
from .levels import Levels
from .model import Fit

__all__ = ["compare", "shared_dispersion"]


def compare(curves: Sequence[Curve], x: ArrayLike, y: ArrayLike,
            n_examples: ArrayLike | None = None) -> list[Fit]:
    """Fit several families to the same points, best (quasi-)AICc first.

    Models, not items, count as observations. Where items are counted, all likelihoods are divided
    by one dispersion, that of the richest family that fits (at least 1), so that scatter between
    models does not speak for the family that follows it most closely.

    Parameters
    ----------
    curves : sequence of Curve
    x, y, n_examples
        As in `fit`.

    Returns
    -------
    list of Fit
        With ``scale`` set to the shared dispersion. Families that cannot be fitted come last, with
        a note; of those with too few models for an AICc, the one with fewer parameters is first.

    Examples
    --------
    >>> from emergence_utils.curves import Constant, Line
    >>> found = compare([Line(), Constant()], range(6), [.1, .2, .3, .4, .5, .6], 100)
    >>> [type(f.curve).__name__ for f in found]
    ['Line', 'Constant']
    """
    if isinstance(curves, Curve) or not isinstance(curves, Sequence) or not len(curves):
        raise InputError("curves must be a list of at least one family, e.g. [Line(), Logistic()].")
    fits = [fit(c, x, y, n_examples) for c in curves]
    if n_examples is not None:
        scale = shared_dispersion(fits)
        fits = [replace(f, scale=scale) for f in fits]
    return sorted((_said(f) for f in fits), key=_rank)


def shared_dispersion(fits: Sequence[Fit]) -> float:
    """Dispersion of the richest family that fits without a pattern in its residuals, at least 1."""
    known = [f for f in fits if f.dof >= 1 and math.isfinite(f.dispersion) and f.status != "failed"]
    plain = [f for f in known if not isinstance(f.curve, Levels)] or known
    adequate = [f for f in plain if not f.lack_of_fit < 0.05] or plain
    if not adequate:
        return 1.0
    richest = max(f.k for f in adequate)
    return max(1.0, min(f.dispersion for f in adequate if f.k == richest))


def _unfit(found: Fit) -> bool:
    return math.isnan(found.log_likelihood) or any(math.isnan(v) for v in found.params.values())


def _said(found: Fit) -> Fit:
    if _unfit(found):
        return replace(found, notes=(*found.notes, "last in the comparison, because it could not be fitted"))
    return found


def _rank(found: Fit) -> tuple[bool, float, int]:
    return _unfit(found), math.inf if _unfit(found) else found.aicc, found.k
