"""Is a jump faster than a smooth curve may rise, whatever that curve's family?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from .._checks import BoolArray, FloatArray, confidence_level, numbers
from .._typed import check_settings, checked
from ..errors import InputError
from ..ladders import Ladder
from ..ladders.odd import off_trend
from ..results import Interval, Result, Status
from .noise import (
    Dispersion,
    given_dispersion,
    informative,
    item_variance,
    normal_ladders,
    possible,
    smooth_dispersion,
    split_dispersion,
    wider_than_items,
)

__all__ = ["Jump", "JumpAnswer", "JumpResult", "largest_jump", "score_range"]

JumpAnswer = Literal["sharp", "gradual", "cannot tell"]
#: Ladders simulated for the critical value.
DRAWS = 4000


@dataclass(frozen=True)
class JumpResult(Result):
    """The rise of one gap of a ladder that most exceeds the pace, and what it says.

    `estimate` is that rise in units of score (rising is improving) and `interval` its interval with the
    noise between models. `answer` is ``"sharp"``, ``"gradual"`` or ``"cannot tell"``. `gap` is the
    distance of its two models in decades, `between` their scales, `models` their names. `pace_seen` is
    the rise over range and decade; `p_value` that of the whole ladder, all gaps counted. `hidden_step` is
    the largest step, as a share of the range, that some gap may still hold, at `hidden_between`. `phi`
    and `dof` are the dispersion used; `odd` is the scale of the model most off the trend of the others
    (`ladders.odd_points`).
    """

    answer: JumpAnswer = "cannot tell"
    p_value: float = float("nan")
    gap: float = float("nan")
    between: tuple[float, float] = (float("nan"), float("nan"))
    models: tuple[str, str] = ("", "")
    pace_seen: float = float("nan")
    hidden_step: float = float("nan")
    hidden_between: tuple[float, float] = (float("nan"), float("nan"))
    phi: float = float("nan")
    dof: float = 0.0
    odd: float = float("nan")


@dataclass(frozen=True)
class Jump:
    r"""Test whether a ladder rises anywhere faster than a stated pace.

    **Null.** Any curve that from each model to the next rises by at most `pace` × range × their distance
    in decades. No family is fitted: saturating exponentials, power laws, hinges, sigmoids of any
    symmetry with any floor and ceiling are all in it, as long as they are that slow. A rise from nothing
    to everything takes ``1 / pace`` decades at least.

    For every gap of less than ``1 / pace`` decades

    .. math:: t_i = \frac{y_{i+1} - y_i - \mathrm{pace}\,\Delta x_i\,R}
                         {\sqrt{\hat\varphi_i\,(v_i + v_{i+1})}}

    with v the item variances and :math:`\hat\varphi_i` the dispersion on the two sides of that gap. The
    least tail area over gaps is compared with that of normal ladders at the edge of the null, of the
    same models and under the same splits; item noise alone is a floor. A flat ladder lies far inside
    the null, so that the error rate there is well under `1 - level`.

    Parameters
    ----------
    pace : float
        Largest rise that still counts as smooth, in shares of the range per decade. State it beforehand
        and sweep it.
    level : float
        1 less the size of the test; also the level of the intervals.
    dispersion : float, optional
        Variance of scores over that of their items, where known; else estimated.
    material : float
        Share of the range that a step must have to matter: *gradual* says that no gap can hide one.
    span : float, optional
        Range of scores that counts as everything; by default from chance to the best score possible.

    Notes
    -----
    ``"gradual"``: not rejected, and every gap's rise surely below `material`. ``"cannot tell"``: anything
    else, such as a ladder with gaps wide enough to hold a jump, or noise too large or not estimable.
    Variation between models is assumed to be much the same, relative to that of items, along the ladder.

    Examples
    --------
    >>> from emergence_utils.ladders import Ladder
    >>> steps = Ladder.of(10 ** np.arange(8, 11, 0.25), [0.01, 0.0, 0.02, 0.01, 0.0, 0.01] + [0.8, 0.81, 0.79,
    ...                                                  0.8, 0.78, 0.8], 1000, chance=0.0)
    >>> Jump()(steps).answer
    'sharp'
    """

    pace: float = 1.0
    level: float = 0.95
    dispersion: float | None = None
    material: float = 0.25
    span: float | None = None

    def __post_init__(self) -> None:
        check_settings(self)
        if not (np.isfinite(self.pace) and self.pace > 0):
            raise InputError(f"pace must be a positive number of ranges per decade, got {self.pace}.")
        confidence_level(self.level)
        if not 0 < self.material < 1:
            raise InputError(f"material must be a share of the range in (0, 1), got {self.material}.")

    @checked
    def __call__(self, ladder: Ladder) -> JumpResult:
        """Run the test on one ladder; with fewer than four models the answer is always "cannot tell"."""
        first = self._test(ladder)
        odd = off_trend(ladder, self.dispersion)
        if not odd:
            return first
        notes = (*(point.note for point in odd), *first.notes)
        rest = self._test(ladder.part(~np.isin(np.arange(len(ladder)), [point.index for point in odd])))
        answer, status = first.answer, first.status
        if answer == "sharp" and rest.answer != "sharp":
            answer, status = "cannot tell", "undetermined"
            them, those = ("it", "that one model") if len(odd) == 1 else ("them", "those models")
            notes = (*notes, f"without {them} the ladder is not sharp: the jump rests on {those}")
        elif status == "ok":
            status = "limited"
        return replace(first, answer=answer, status=status, notes=notes, odd=odd[0].scale)

    def _test(self, ladder: Ladder) -> JumpResult:
        x, y, m = ladder.x, ladder.better, len(ladder)
        span = score_range(ladder, self.span)
        items = item_variance(ladder)
        variance = np.ones(m) if items is None else items
        known = given_dispersion(ladder, self.dispersion)
        se, phi, dof = _gap_errors(ladder, x, y, items, known)
        gaps, rises = np.diff(x), np.diff(y)
        excess = rises - self.pace * gaps * span
        slow = self.pace * gaps < 1
        # without item noise as a floor, a scatter of nothing would make any excess infinite
        testable = slow & (dof > 0) & ((se > 1e-9 * span) | (items is not None))
        p_value, chosen = 1.0, int(np.argmax(rises - span * np.where(slow, self.pace * gaps, 1.0)))
        if m >= 4 and testable.any():
            tails = _tails(excess, se, dof, None if items is None else np.sqrt(items[1:] + items[:-1]))
            tails = np.where(testable, tails, 1.0)
            chosen = int(np.argmin(tails)) if tails.min() < 1 else chosen
            p_value = _calibrated(float(tails.min()), ladder, testable, known)
        bounds, noise = self._bounds(x, y, variance, items, known)
        hidden = np.clip((rises + bounds) / span, 0, np.maximum(rises / span, 1.0))
        widest = int(np.argmax(hidden))
        answer, status, notes = self._answer(ladder, p_value, chosen, hidden, slow, testable, rises / span,
                                             bool(noise.dof > 0))
        half = _half_width(chosen, se, dof, items, self.level)
        rise = float(rises[chosen])
        interval = Interval(rise - half, rise + half, self.level, "t") if half > 0 else None
        if interval is None:
            notes = (*notes, "no interval: variation between models cannot be told")
        elif not dof[chosen] > 0:
            status = "limited" if status == "ok" else status
            notes = (*notes, "the interval has item noise only: beside this gap no model shows any other")
        used = Dispersion(float(phi[chosen]), float(dof[chosen])) if np.isfinite(phi[chosen]) else noise
        return JumpResult(
            float(rises[chosen]), interval, m, status, notes, answer, p_value, float(gaps[chosen]),
            (float(ladder.scale[chosen]), float(ladder.scale[chosen + 1])),
            (ladder.models[chosen], ladder.models[chosen + 1]) if ladder.models else ("", ""),
            float(rises[chosen] / span / gaps[chosen]), float(hidden[widest]),
            (float(ladder.scale[widest]), float(ladder.scale[widest + 1])), used.phi, used.dof)

    def _bounds(self, x: FloatArray, y: FloatArray, variance: FloatArray, items: FloatArray | None,
                known: Dispersion | None) -> tuple[FloatArray, Dispersion]:
        """How much larger than seen each gap's rise may be; infinite where noise cannot be told."""
        from scipy import special

        noise = known or smooth_dispersion(x, y, variance)
        if not noise.dof > 0:
            return np.full(len(x) - 1, np.inf), noise
        tail = (1 + self.level) / 2
        t = float(special.ndtri(tail) if np.isinf(noise.dof) else special.stdtrit(noise.dof, tail))
        half = np.sqrt(noise.phi * (variance[1:] + variance[:-1])) * t
        if items is not None:
            half = np.maximum(half, np.sqrt(items[1:] + items[:-1]) * special.ndtri(tail))
        return np.asarray(half), noise

    def _answer(self, ladder: Ladder, p_value: float, chosen: int, hidden: FloatArray, slow: BoolArray,
                testable: BoolArray, seen: FloatArray,
                noise_known: bool) -> tuple[JumpAnswer, Status, tuple[str, ...]]:
        m = len(ladder)
        if m < 4:
            return "cannot tell", "undetermined", (f"a jump test needs at least four models, got {m}",)
        if p_value < 1 - self.level:
            if chosen in (0, m - 2):
                which = "smallest" if chosen == 0 else "largest"
                return "sharp", "limited", (f"the jump rests on the {which} model alone",)
            return "sharp", "ok", ()
        if hidden.max() < self.material:
            return "gradual", "ok", ()
        return "cannot tell", "undetermined", (self._why(ladder, hidden, slow, testable, seen, noise_known),)

    def _why(self, ladder: Ladder, hidden: FloatArray, slow: BoolArray, testable: BoolArray,
             seen: FloatArray, noise_known: bool) -> str:
        where = int(np.argmax(np.where(hidden >= hidden.max() - 1e-9, seen, -np.inf)))
        a, b = ladder.scale[where], ladder.scale[where + 1]
        if not noise_known or (slow & ~testable & (seen >= self.material)).any():
            return (f"variation between models beyond their items cannot be estimated from "
                    f"{len(ladder)} models such as these (scores at an end of the range show none)")
        wide = float(np.log10(b / a))
        if not slow[where]:
            return (f"the gap from {a:.3g} to {b:.3g} is {wide:.2f} decades, enough for a smooth curve to "
                    "make the whole rise")
        if seen[where] >= self.material:
            return (f"the {wide:.2f} decades from {a:.3g} to {b:.3g} hold a rise of {seen[where]:.2f} of the "
                    "range: as a step it would be sharp, spread out it would be smooth, beyond noise or not")
        return (f"noise: the gap from {a:.3g} to {b:.3g} could hide a step of {hidden[where]:.2f} of the "
                "range")


def largest_jump(y: FloatArray) -> tuple[float, int]:
    """Largest increment between neighbours, and the index of the model it leads to.

    Examples
    --------
    >>> largest_jump([0.0, 0.1, 0.7, 0.8])
    (0.6, 2)
    """
    steps = np.diff(numbers("y", y, ndim=1))
    if len(steps) < 1:
        raise InputError("a jump needs the scores of at least two models.")
    i = int(np.argmax(steps))
    return float(steps[i]), i + 1


def score_range(ladder: Ladder, span: float | None = None) -> float:
    """Range of scores that a smooth curve may cross: from chance (or the worst score) to the best one.

    Raises
    ------
    InputError
        If it is infinite or unknown and `span` does not say it, or `span` is not positive.
    """
    if span is not None:
        if not (np.isfinite(span) and span > 0):
            raise InputError(f"span must be a positive number, got {span}.")
        return float(span)
    low, high = (0.0, 1.0) if ladder.metric is None else (ladder.metric.low, ladder.metric.high)
    worst, best = (low, high) if ladder.sign > 0 else (high, low)
    found = abs(best - (worst if np.isnan(ladder.chance) else ladder.chance))
    outside = bool(((ladder.score < low) | (ladder.score > high)).any())
    if not np.isfinite(found) or found <= 0 or outside:
        name = ladder.metric.name if ladder.metric else "these scores"
        raise InputError(f"span must be given: {name} has no finite range above chance ({low:g} to {high:g}, "
                         f"chance {ladder.chance:g}).")
    return float(found)


def _gap_errors(ladder: Ladder, x: FloatArray, y: FloatArray, items: FloatArray | None,
                known: Dispersion | None) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Standard error of the rise over each gap, with its dispersion and degrees of freedom."""
    variance = np.ones(len(x)) if items is None else items
    pair = variance[1:] + variance[:-1]
    if known is not None:
        return np.sqrt(known.phi * pair), np.full(len(pair), known.phi), np.full(len(pair), known.dof)
    use = informative(ladder)
    total, phi, dof = np.zeros(len(pair)), np.full(len(pair), np.nan), np.zeros(len(pair))
    allowed = np.zeros(len(pair), dtype=bool)
    for i, factor in enumerate(wider_than_items(None if items is None else ladder.n_examples)):
        wider = variance * factor
        split = split_dispersion(x, wider, use)
        found = split.phi((y / np.sqrt(wider))[None, :])[0]
        if i == 0:
            phi, dof, total, allowed = found, split.dof, found * pair, split.dof > 0
        else:  # the worst of what the scatter beside the gap allows
            total = np.where(allowed, np.maximum(total, found * (wider[1:] + wider[:-1])), total)
        allowed &= possible(found, dof)
    return np.sqrt(total), phi, dof


def _tails(excess: FloatArray, se: FloatArray, dof: FloatArray, items: FloatArray | None) -> FloatArray:
    """Upper tail area of each gap's excess; never less than that under item noise alone."""
    from scipy import special

    known = np.isfinite(se) & (se > 0)
    t = np.where(known, excess / np.where(known, se, 1.0), np.where(excess > 0, np.inf, -np.inf))
    tails = _t_tail(t, dof)
    return tails if items is None else np.maximum(tails, special.ndtr(-excess / items))


def _t_tail(t: FloatArray, dof: FloatArray) -> FloatArray:
    from scipy import special

    finite = np.isfinite(dof) & (dof > 0)
    return np.asarray(np.where(finite, special.stdtr(np.where(finite, dof, 1.0), -t), special.ndtr(-t)))


def _calibrated(tail: float, ladder: Ladder, testable: BoolArray, known: Dispersion | None) -> float:
    """Share of normal ladders at the edge of the null whose least tail is no larger."""
    n = np.ones(len(ladder)) if ladder.n_examples is None else ladder.n_examples
    # only the pattern of item counts matters: tail areas are free of the scale of noise
    least = _null_tails(tuple(np.round(ladder.x - ladder.x[0], 6)), tuple(np.round(n.max() / n, 6)),
                        tuple(informative(ladder)), tuple(testable), None if known is None else known.dof)
    return float((1 + np.searchsorted(least, tail, side="right")) / (DRAWS + 1))


@lru_cache(maxsize=512)
def _null_tails(x: tuple[float, ...], variance: tuple[float, ...], use: tuple[bool, ...],
                testable: tuple[bool, ...], known_dof: float | None) -> FloatArray:
    """Least tail areas of simulated ladders, sorted."""
    from scipy import special

    v, gaps, z = np.array(variance), np.array(testable), normal_ladders(len(x), DRAWS)
    steps = (np.diff(z * np.sqrt(v), axis=1) / np.sqrt(v[1:] + v[:-1]))[:, gaps]
    if known_dof is None:
        split = split_dispersion(np.array(x), v, np.array(use))
        phi, dof = split.phi(z)[:, gaps], split.dof[gaps]
    else:
        phi, dof = np.ones((DRAWS, 1)), np.full(int(gaps.sum()), known_dof)
        if np.isfinite(known_dof):
            u = np.random.default_rng(20).random((DRAWS, 1))
            phi = special.gammaincinv(known_dof / 2, u) * 2 / known_dof
    return np.sort(_t_tail(steps / np.sqrt(phi), np.broadcast_to(dof, steps.shape)).min(axis=1))


def _half_width(gap: int, se: FloatArray, dof: FloatArray, items: FloatArray | None, level: float) -> float:
    from scipy import special

    tail = (1 + level) / 2
    half = 0.0
    if np.isfinite(se[gap]) and dof[gap] > 0:
        t = special.ndtri(tail) if np.isinf(dof[gap]) else special.stdtrit(dof[gap], tail)
        half = float(se[gap] * t)
    if items is not None:
        half = max(half, float(np.sqrt(items[gap] + items[gap + 1]) * special.ndtri(tail)))
    return half
