"""A model that breaks the trend of its neighbours: found by leaving each one out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .._checks import FloatArray
from ..ladders import Ladder
from .noise import given_dispersion, item_variance

__all__ = ["Odd", "monotone_misfit", "odd_model", "without"]

#: Level at which a model is called odd, shared among all models.
LEVEL = 0.01


@dataclass(frozen=True)
class Odd:
    """A model without which the ladder is monotone, or nearly: its place, scale and a sentence."""

    index: int
    scale: float
    note: str


def without(ladder: Ladder, index: int) -> Ladder:
    """The ladder less one model."""
    keep = np.arange(len(ladder)) != index
    n = ladder.n_examples
    return replace(ladder, scale=ladder.scale[keep], score=ladder.score[keep],
                   n_examples=None if n is None else n[keep],
                   models=tuple(name for i, name in enumerate(ladder.models) if i != index))


def monotone_misfit(y: FloatArray, variance: FloatArray) -> tuple[float, int]:
    """Pearson misfit of the best monotone curve, rising or falling, and its number of levels."""
    from scipy import optimize

    best = (np.inf, len(y))
    for rising in (True, False):
        levels = optimize.isotonic_regression(y, weights=1 / variance, increasing=rising).x
        misfit = float(np.sum((y - levels) ** 2 / variance))
        if misfit < best[0] - 1e-12:
            best = (misfit, 1 + int(np.count_nonzero(np.diff(levels) != 0)))
    return best


def odd_model(ladder: Ladder, dispersion: float | None = None) -> Odd | None:
    """The model whose absence makes the ladder fit a monotone curve far better; None where there is none.

    The gain in misfit must exceed chi-square noise, scaled by the dispersion that is left, at one per
    cent shared among the models. A ladder that bends twice (a U, noise) has no single such model.
    """
    from scipy import special

    m = len(ladder)
    if m < 5:
        return None
    items = item_variance(ladder)
    known = given_dispersion(ladder, dispersion)
    variance = np.ones(m) if items is None else items
    whole, _ = monotone_misfit(ladder.better, variance)
    left = []
    for i in range(m):
        keep = np.arange(m) != i
        left.append(monotone_misfit(ladder.better[keep], variance[keep]))
    index = int(np.argmin([misfit for misfit, _ in left]))
    rest, levels = left[index]
    dof = m - 1 - levels
    tail = LEVEL / m
    if known is not None:
        limit = known.phi * float(special.chdtri(1, tail))
    elif dof >= 1:
        limit = max(rest / dof * float(special.fdtri(1, dof, 1 - tail)), float(special.chdtri(1, tail)))
    elif items is not None:
        limit = float(special.chdtri(1, tail))
    else:
        return None
    if items is None and rest <= 1e-18 * whole:
        return None  # nothing is left to measure the gain by
    if not whole - rest > limit:
        return None
    scale, name = float(ladder.scale[index]), ladder.models[index] if ladder.models else ""
    who = f"the model at {scale:.3g}" + (f" ({name})" if name else "")
    same = [float(s) for i, s in enumerate(ladder.scale)
            if i != index and ladder.score[i] == ladder.score[index]]
    copy = f"; its score is that of the model at {same[0]:.3g}, perhaps a copy" if same else ""
    return Odd(index, scale, f"{who} is odd: its score of {ladder.score[index]:.3g} is off the trend of its "
               f"neighbours by more than noise{copy}")
