"""Which scores of a ladder look out of place: a copy of a neighbour, or off the trend of all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .._checks import FloatArray, short
from ..errors import InputError
from .one import Ladder

__all__ = ["OddPoint", "odd_points", "off_trend"]

#: A trend of the others needs this many of them.
_FEWEST = 5
#: Chance that sound scores of a ladder are called off their trend, or copies.
_LEVEL = 0.05


@dataclass(frozen=True)
class OddPoint:
    """A score that leaves the trend of all others: its place in the ladder, its scale, and a sentence."""

    index: int
    scale: float
    note: str


def odd_points(ladder: Ladder) -> tuple[str, ...]:
    """One sentence for each score that repeats its neighbour or leaves the trend of all others.

    A score leaves the trend when it lies beyond both neighbours by more than noise, while the scores
    around them go on in one direction: a jump or the bottom of a U is not odd, a lone spike is. The
    noise is that of the others about straight lines between their neighbours, at least that of the
    items, or of replicate seeds. Two neighbours repeat when they agree to the last digit and chance would
    hardly make them.

    Parameters
    ----------
    ladder : Ladder
        Off-trend scores are sought from 6 models on, never at the ends, which nothing brackets.

    Returns
    -------
    tuple of str
        Empty where nothing is odd.

    Raises
    ------
    InputError
        If `ladder` is none.

    Examples
    --------
    >>> score = [.25, .26, .30, .36, .42, .66, .56, .62, .66]
    >>> odd_points(Ladder.of(10.0 ** np.arange(9), score, 2000))[0]
    'the score 0.66 at params 100000 lies off the trend of the others (beyond 0.42 and 0.56), and equals the \
score at params 1e+08 to the last digit.'
    """
    if not isinstance(ladder, Ladder):
        raise InputError(f"ladder must be a Ladder (see Ladder.of), got {short(ladder)}.")
    return (*(point.note for point in off_trend(ladder)), *_repeats(ladder))


def off_trend(ladder: Ladder, dispersion: float | None = None) -> tuple[OddPoint, ...]:
    """Scores that leave the trend of all others, the most striking first; see `odd_points`.

    Parameters
    ----------
    ladder : Ladder
    dispersion : float, optional
        Variance of scores over that of their items, where known; scores must stand out from that too.

    Returns
    -------
    tuple of OddPoint
        At most a quarter of the models, rounded down, and one.
    """
    from scipy import special

    x, y, v = ladder.x, ladder.score, _variances(ladder)
    phi = dispersion if dispersion is not None else ladder.replicates[0] if ladder.replicates else 1.0
    known, kept = _known(ladder), np.arange(len(y))
    found: list[OddPoint] = []
    while len(kept) > _FEWEST and len(found) <= len(ladder) // 4:
        inner = range(1, len(kept) - 1)
        z = np.array([_excess(k, x[kept], y[kept], v[kept], known=known) for k in inner])
        worst = int(z[:, 0].argmax())
        share = 1 - _LEVEL / (2 * len(ladder))
        dof = len(kept) - 3
        limit = max(float(special.stdtrit(dof, share)) * z[worst, 1],
                    float(special.ndtri(share)) * np.sqrt(max(phi, 1.0)) if known else 0.0)
        if not z[worst, 0] > limit:
            break
        i = int(kept[worst + 1])
        twin = [int(j) for j in kept if j != i and y[j] == y[i]]
        copy = f", and equals the score at {_place(ladder, twin[0])} to the last digit" if twin else ""
        found.append(OddPoint(i, float(ladder.scale[i]), (
            f"the score {y[i]:g} at {_place(ladder, i)} lies off the trend of the others (beyond "
            f"{y[kept[worst]]:g} and {y[kept[worst + 2]]:g}){copy}.")))
        kept = np.delete(kept, worst + 1)
    return tuple(found)


def _excess(k: int, x: FloatArray, y: FloatArray, v: FloatArray, *, known: bool) -> tuple[float, float]:
    """How far score k lies beyond both neighbours, in standard errors, and the others' own (1: items)."""
    left, right = y[k - 1], y[k + 1]
    up, down = y[k] - max(left, right), min(left, right) - y[k]
    beyond = max(up, down)
    if beyond <= 0:
        return 0.0, 1.0
    turn = 1.0 if up > 0 else -1.0
    near = k - 1 if abs(y[k] - left) < abs(y[k] - right) else k + 1
    others = np.arange(len(y)) != k
    spread = _spread(x[others], y[others], v[others], known=False)
    if k >= 2 and k + 2 < len(y):  # the others turn here too: a peak or a trough of several scores
        before, after = turn * (left - y[k - 2]), turn * (right - y[k + 2])
        if before > np.sqrt(v[k - 1] + v[k - 2]) and after > np.sqrt(v[k + 1] + v[k + 2]):
            return 0.0, 1.0
    for end, beside in ((0, 1), (len(y) - 1, len(y) - 2)):
        others = np.arange(len(y)) != end
        if k == beside and _spread(x[others], y[others], v[others], known=False) <= spread:
            return 0.0, 1.0  # without the score at the end nothing is odd either: which of the two is it?
    if known:
        spread = max(spread, 1.0)
    noise = np.sqrt(v[k] + v[near])
    if spread == 0 and not known:
        return 0.0, 1.0
    return float(beyond / noise), float(spread)


def _spread(x: FloatArray, y: FloatArray, v: FloatArray, *, known: bool) -> float:
    """Root of the mean squared distance from the line between the neighbours, over its variance."""
    w = (x[2:] - x[1:-1]) / (x[2:] - x[:-2])
    off = y[1:-1] - (w * y[:-2] + (1 - w) * y[2:])
    squares = off**2 / (v[1:-1] + w**2 * v[:-2] + (1 - w) ** 2 * v[2:])
    spread = float(np.sqrt(squares.mean()))
    return max(spread, 1.0) if known else spread


def _repeats(ladder: Ladder) -> Iterator[str]:
    y, v = ladder.score, _variances(ladder)
    same = np.flatnonzero(y[1:] == y[:-1])
    if not len(same) or len(y) < 4 or np.isinf(_grain(ladder)):
        return
    scale = 1.0 if _known(ladder) else _spread(ladder.x, y, v, known=False)
    for i in same.tolist():
        error = scale * np.sqrt(v[i])
        # density at 0 of the difference of two scores with this standard error, times the grid's step
        by_luck = 1.0 if error == 0 else (len(y) - 1) * _grain(ladder) / (2 * np.sqrt(np.pi) * error)
        if by_luck < _LEVEL:
            yield (f"the scores at {_place(ladder, i)} and {_place(ladder, i + 1)} are the same to the last "
                   f"digit, {y[i]:.10g}: one may be a copy.")


def _grain(ladder: Ladder) -> float:
    """Step between possible scores: one item, or the last digit that is given."""
    y = ladder.score
    digits = next((d for d in range(13) if np.allclose(y, np.round(y, d), rtol=0, atol=1e-14)), 13)
    step = 10.0**-digits
    if ladder.n_examples is not None and (ladder.metric is None or ladder.metric.all_or_nothing):
        step = max(step, float(1 / ladder.n_examples.min()))
    return step


def _known(ladder: Ladder) -> bool:
    return _binomial(ladder) or (ladder.stderr is not None and bool((ladder.stderr > 0).all()))


def _binomial(ladder: Ladder) -> bool:
    return ladder.n_examples is not None and (ladder.metric is None or ladder.metric.all_or_nothing)


def _variances(ladder: Ladder) -> FloatArray:
    """Variance of each score by its items or its standard error; 1 where neither is known."""
    if _binomial(ladder) and ladder.n_examples is not None:
        n = ladder.n_examples
        p = (ladder.score * n + 1) / (n + 2)  # away from 0 and 1, where counts still vary
        return np.asarray(p * (1 - p) / n)
    if _known(ladder) and ladder.stderr is not None:
        return np.asarray(ladder.stderr**2)
    return np.ones(len(ladder))


def _place(ladder: Ladder, i: int) -> str:
    return f"{ladder.axis} {ladder.scale[i]:.6g}" + (f" ({ladder.models[i]})" if ladder.models else "")
