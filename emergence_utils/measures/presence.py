"""Absent or present along a ladder: the pattern of its scores against chance, and the scale of onset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .._checks import BoolArray, FloatArray, confidence_level, numbers
from .._typed import check_settings, checked
from ..errors import InputError
from ..intervals import binomial_bounds
from ..ladders import Ladder
from ..results import Interval, Result, Status
from .noise import Dispersion, given_dispersion, informative, right_or_wrong

__all__ = ["PATTERNS", "Pattern", "Presence", "PresenceResult", "Scope", "above_chance"]

#: Of what a pattern speaks: of any models of these sizes, or of the models at hand alone.
Scope = Literal["sizes", "these models"]

#: What a ladder looks like from its smallest model to its largest.
Pattern = Literal["emergent", "present throughout", "absent throughout", "mixed", "falls",
                  "falls below chance", "below chance throughout", "constant answer", "cannot tell"]
#: Pattern -> how a reader would say it.
PATTERNS: dict[Pattern, str] = {
    "emergent": "absent in small models, present in large ones",
    "present throughout": "above chance in every model",
    "absent throughout": "no model can do more than a little better than chance",
    "mixed": "present, then surely absent again in a larger model",
    "falls": "larger models score lower",
    "falls below chance": "larger models score lower, the largest worse than chance",
    "below chance throughout": "every model is worse than chance",
    "constant answer": "every model scores like one constant answer",
    "cannot tell": "the items are too few to say",
}
#: Degrees of freedom from which scatter about the best monotone curve is taken as an estimate of noise.
LEAST_DOF = 2


@dataclass(frozen=True)
class PresenceResult(Result):
    """Pattern of a ladder, and the scale at which its ability appears for good.

    `estimate` is the geometric mean of the two models between which the ability appears, in the unit of
    the scale: 0 where it is there from the smallest model on, infinite where it is not there in the
    largest. `interval` runs from the largest model shown to be absent (with all smaller ones) to the
    smallest shown to be present (with all larger ones); an end that the data leave open is 0 or infinite.

    `scope` says what pattern and interval claim. ``"sizes"``: that other models of these sizes, trained
    alike, would show it too, since the variation between models is known (estimated, of replicates, or
    given). ``"these models"``: of the models at hand alone, that more items would not undo it; how other
    models of their sizes vary is not known.

    `status` is that of the pattern: ``ok`` where it holds for models of these sizes, ``limited`` where
    for these models only or where an onset is open at an end, ``undetermined`` where there is no pattern
    ("cannot tell"). `verdicts` says of each model ``"above"``, ``"below"``, ``"absent"`` or
    ``"unclear"``; `phi` and `dof` are the dispersion used.
    """

    pattern: Pattern = "cannot tell"
    scope: Scope = "these models"
    verdicts: tuple[str, ...] = field(default=())
    last_absent: float = float("nan")
    first_present: float = float("nan")
    phi: float = float("nan")
    dof: float = 0.0


def above_chance(value: ArrayLike, n_examples: ArrayLike, chance: ArrayLike, *, level: float = 0.95,
                 method: Literal["clopper-pearson", "wilson"] = "clopper-pearson") -> pd.DataFrame:
    """Whether each score lies above chance, by an exact two-sided binomial interval.

    Parameters
    ----------
    value : array-like, shape (n,)
        Fractions of items right.
    n_examples : array-like, shape (n,) or scalar
        Items per score.
    chance : array-like, shape (n,) or scalar
        Chance level as a fraction. At chance 0 a single right answer is above chance.
    level : float
        Confidence level per model; no correction for the number of models.
    method : {"clopper-pearson", "wilson"}

    Returns
    -------
    DataFrame, n rows
        Columns ``low``, ``high`` (the interval), ``verdict``: ``above`` if the interval lies above
        chance, ``below`` if it lies under it, else ``chance``.

    Raises
    ------
    InputError
        On values that are no fractions, counts below 1, missing numbers or shapes that do not fit.

    Examples
    --------
    >>> above_chance([0.25, 0.40], 100, 0.25)["verdict"].tolist()
    ['chance', 'above']
    """
    v = np.atleast_1d(numbers("value", value))
    try:
        n = np.broadcast_to(numbers("n_examples", n_examples), v.shape)
        c = np.broadcast_to(numbers("chance", chance), v.shape)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"n_examples and chance must be one number or one per value, of which there are "
                         f"{len(v)}.") from None
    if not ((c >= 0) & (c <= 1)).all():
        raise InputError(f"chance must be a fraction in [0, 1], got {c[~((c >= 0) & (c <= 1))][0]:g}.")
    low, high = binomial_bounds(v, n, level=level, method=method)
    verdict = np.where(low > c, "above", np.where(high < c, "below", "chance"))
    return pd.DataFrame({"low": low, "high": high, "verdict": verdict})


@dataclass(frozen=True)
class Presence:
    """Pattern of a ladder against chance, and a bracket of its onset.

    A model is *above* where its score exceeds chance by more than `negligible`, *below* where it falls
    short by more, *absent* where it surely lies less than `material` above chance, else *unclear*. Above
    and below are corrected for the number of models (Bonferroni): they hold for all models of the ladder at
    once, at `level`. A decline is called where a line through all models surely falls.

    The onset is where the ability first exceeds `negligible`, supposing that it does not leave again. Its
    bracket tests models in order, from the smallest up for absence and from the largest down for presence,
    each at half of ``1 - level``, and stops at the first that fails: it holds at least its level, and more
    where models lie far apart.

    Bounds are exact binomial ones. Scatter about the best monotone curve, beyond that of items, widens
    them as Student's t does; the pattern then holds for models of these sizes. Where that scatter cannot
    be told (few models, or a ladder that never turns), the pattern is claimed of these models only
    (`PresenceResult.scope`). Scores that are no counts but lie in a finite range have at most the variance
    of counts there, so that their bounds are wide enough; without item counts scatter alone is used.

    Parameters
    ----------
    negligible : float
        Excess over chance, in shares of the metric's range, that still counts as absent.
    level : float
        Of the bracket, and 1 less the error rate of a pattern.
    material : float
        Excess over chance, as a share of the range above chance, that an absent model must not have.
    dispersion : float, optional
        Variance of scores over that of their items, where known; else estimated.

    Examples
    --------
    >>> ladder = Ladder.of(10.0 ** np.arange(7, 13), [0, 0, 0, 0.2, 0.5, 0.7], 1000, chance=0.0)
    >>> found = Presence()(ladder)
    >>> found.pattern, found.scope, f"{found.interval:.0e}"
    ('emergent', 'these models', '[1e+09, 1e+10]')
    """

    negligible: float = 0.01
    level: float = 0.95
    material: float = 0.2
    dispersion: float | None = None

    def __post_init__(self) -> None:
        check_settings(self)
        confidence_level(self.level)
        if not 0 <= self.negligible < 1:
            raise InputError(f"negligible must be a share of the range in [0, 1), got {self.negligible}.")
        if not 0 < self.material < 1:
            raise InputError(f"material must be a share of the range in (0, 1), got {self.material}.")

    @checked
    def __call__(self, ladder: Ladder) -> PresenceResult:
        """Judge one ladder, which must know its chance level.

        Raises
        ------
        InputError
            If chance is missing.
        """
        if np.isnan(ladder.chance):
            raise InputError("chance must be known to tell absent from present; fill_chance writes it into a "
                             "table, Ladder.of(chance=...) into a ladder.")
        s = _Shares(ladder, self.dispersion)
        m, alpha = len(ladder), 1 - self.level
        if not s.bounded:
            why = f"without item counts the noise of {m} models cannot be told from their trend"
            open_ends = Interval(0.0, np.inf, self.level, "ordered exact tests")
            return PresenceResult(float("nan"), open_ends, m, "undetermined", (why,))
        over = s.chance + self.negligible * s.unit
        above = s.low(alpha / 2 / m) > over
        below = s.high(alpha / 2 / m) < s.chance - self.negligible * s.unit
        absent = ~above & ~below & (s.high(alpha / 2) < s.chance + self.material * s.room)
        verdicts = tuple(np.select([above, below, absent], ["above", "below", "absent"], "unclear").tolist())
        pattern, reasons = self._pattern(s, above, below, absent | below)
        return self._onset(ladder, s, over, pattern, verdicts, reasons)

    def _pattern(self, s: _Shares, above: BoolArray, below: BoolArray,
                 absent: BoolArray) -> tuple[Pattern, tuple[str, ...]]:
        alpha, m = 1 - self.level, len(above)
        trend = s.trend(alpha / 2)
        if trend < 0:
            return ("falls below chance", ()) if below[-1] else ("falls", ())
        if trend == 0 and self._constant(s, alpha / 2 / m):
            return "constant answer", ()
        if below.all():
            return "below chance throughout", ()
        if above.all():
            return "present throughout", ()
        if absent.all():
            some = (f"{int(below.sum())} of {m} models lie below chance",) if below.any() else ()
            return "absent throughout", some
        first = int(np.argmax(above)) if above.any() else m
        if absent[first:].any():
            return "mixed", (f"{int(absent[first:].sum())} model(s) above the first present one are absent",)
        if above[first:].all() and first < m and absent[:first].any():
            return "emergent", ()
        unclear = int((~above & ~absent).sum())
        return "cannot tell", (f"{unclear} of {m} models may be at chance or well above it: too few items, "
                               "or too much scatter between models",)

    def _constant(self, s: _Shares, tail: float) -> bool:
        """Whether every model may have the baseline's score while all together are not at chance."""
        if np.isnan(s.baseline) or abs(s.baseline - s.chance) <= self.negligible * s.unit:
            return False
        if not ((s.low(tail) <= s.baseline) & (s.baseline <= s.high(tail))).all():
            return False
        mean, half = s.mean((1 - self.level) / 2)
        return abs(mean - s.chance) > half >= abs(mean - s.baseline)

    def _onset(self, ladder: Ladder, s: _Shares, over: float, pattern: Pattern,
               verdicts: tuple[str, ...], why: tuple[str, ...]) -> PresenceResult:
        m, scale, tail = len(ladder), ladder.scale, (1 - self.level) / 2
        gone, there = s.high(tail) < over, s.low(tail) > over
        n_gone = int(np.argmin(gone)) if not gone.all() else m
        first = m - (int(np.argmin(there[::-1])) if not there.all() else m)
        low = float(scale[n_gone - 1]) if n_gone else 0.0
        high = float(scale[first]) if first < m else np.inf
        estimate = 0.0 if first == 0 else np.inf
        if 0 < first < m:
            estimate = float(np.sqrt(scale[first - 1] * scale[first]))
        scope: Scope = "these models" if s.noise is None else "sizes"
        status: Status = "ok" if scope == "sizes" else "limited"
        if pattern == "cannot tell":
            status = "undetermined"
        notes = list(why)
        if scope == "these models":
            notes.append(f"of these models only: variation beyond their items cannot be estimated from {m} "
                         "models such as these")
        if pattern == "emergent":
            if low == 0 or first == m:
                status = "limited"
            if low == 0:
                notes.append("the bracket is open below: these items cannot show that the smallest model has "
                             "none of it")
            if first == m:
                notes.append("the bracket is open above: the largest model is not surely present")
        elif pattern != "cannot tell":
            notes.append(f"{pattern}: no onset among these {m} models")
            if pattern not in ("present throughout", "absent throughout"):
                low, high = 0.0, np.inf  # the bracket supposes that what is there stays
        inside = pattern == "emergent"
        used = s.noise or Dispersion(float("nan"), 0.0)
        bracket = Interval(low, high, self.level, "ordered exact tests")
        return PresenceResult(
            float("nan") if status == "undetermined" else estimate, bracket, m, status, tuple(notes), pattern,
            scope, verdicts, float(scale[first - 1]) if inside and first else float("nan"),
            high if inside else float("nan"), used.phi, used.dof)


class _Shares:
    """Scores turned so that more is better, with one-sided bounds; shares of the range if counted."""

    def __init__(self, ladder: Ladder, dispersion: float | None) -> None:
        low, high = (0.0, 1.0) if ladder.metric is None else (ladder.metric.low, ladder.metric.high)
        self.x, self.n = ladder.x, ladder.n_examples
        counted = self.n is not None and np.isfinite(low) and np.isfinite(high)

        def turned(value: FloatArray | float) -> FloatArray:
            if not counted:
                return np.asarray(ladder.sign * np.asarray(value))
            return np.asarray(((value - low) if ladder.sign > 0 else (high - value)) / (high - low))

        self.p = turned(ladder.score)
        self.chance, self.baseline = float(turned(ladder.chance)), float(turned(ladder.baseline))
        best = 1.0 if counted else (high if ladder.sign > 0 else -low)
        self.room = best - self.chance if np.isfinite(best) else float(np.ptp(self.p))
        self.unit = 1.0 if counted else self.room
        known = given_dispersion(ladder, dispersion) if right_or_wrong(ladder) else None
        if counted and self.n is not None:
            q = (self.p * self.n + 1) / (self.n + 2)
            self.variance = q * (1 - q) / self.n
        else:
            self.n, self.variance = None, np.ones(len(self.p))
        self.noise = known or _scatter(self.p, self.variance, informative(ladder))
        self.bounded = self.n is not None or (self.noise is not None and self.noise.phi > 0)

    def widening(self, tail: float) -> float:
        """Half-width over that of item noise (without items: over one unit); t, but never below z."""
        from scipy import special

        z = -float(special.ndtri(tail))
        t = z if self.noise is None else np.sqrt(self.noise.phi) * _t(tail, self.noise.dof)
        return float(t if self.n is None else max(t / z, 1.0))

    def low(self, tail: float) -> FloatArray:
        """Bounds that the true scores lie below with probability `tail` at most."""
        from scipy import special

        wide = self.widening(tail)
        if self.n is None:
            return np.asarray(self.p - wide)
        n = self.n / wide**2  # as if so few items had been asked
        k = self.p * n
        low = special.betaincinv(np.maximum(k, 1e-12), n - k + 1, tail)
        return np.asarray(np.where(k < 1e-9, 0.0, low))

    def high(self, tail: float) -> FloatArray:
        """Bounds that the true scores lie above with probability `tail` at most."""
        from scipy import special

        wide = self.widening(tail)
        if self.n is None:
            return np.asarray(self.p + wide)
        n = self.n / wide**2
        k = self.p * n
        high = special.betaincinv(k + 1, np.maximum(n - k, 1e-12), 1 - tail)
        return np.asarray(np.where(n - k < 1e-9, 1.0, high))

    def mean(self, tail: float) -> tuple[float, float]:
        """Weighted mean of all models, and its half-width."""
        from scipy import special

        weight = 1 / self.variance
        half = self.widening(tail) / np.sqrt(weight.sum())
        if self.n is not None:
            half *= -float(special.ndtri(tail))
        return float(weight @ self.p / weight.sum()), float(half)

    def trend(self, tail: float) -> int:
        """1 or -1 where a line through the ladder surely rises or falls, else 0."""
        from scipy import special

        if len(self.p) < 3:
            return 0
        w = 1 / self.variance
        d = self.x - w @ self.x / w.sum()
        slope = float(w @ (d * self.p) / (w @ d**2))
        rest = self.p - w @ self.p / w.sum() - slope * d
        dof = len(self.p) - 2
        limit = np.sqrt(float(w @ rest**2) / dof) * _t(tail, dof)
        if self.n is not None:
            limit = max(limit, -float(special.ndtri(tail)))
        return int(np.sign(slope)) if abs(slope) * np.sqrt(w @ d**2) > limit else 0


def _t(tail: float, dof: float) -> float:
    from scipy import special

    return -float(special.ndtri(tail) if np.isinf(dof) else special.stdtrit(dof, tail))


def _scatter(p: FloatArray, variance: FloatArray, use: BoolArray) -> Dispersion | None:
    """Dispersion about the best rising curve; given the number of its levels, models less levels are free."""
    from scipy import optimize

    if use.sum() < LEAST_DOF + 1:
        return None
    y, v = p[use], variance[use]
    rises = bool((np.arange(len(y)) - (len(y) - 1) / 2) @ y >= 0)  # as the slope of a line
    levels = optimize.isotonic_regression(y, weights=1 / v, increasing=rises).x
    dof = len(y) - 1 - int(np.count_nonzero(np.diff(levels)))
    if dof < LEAST_DOF:
        return None
    return Dispersion(float(np.sum((y - levels) ** 2 / v)) / dof, float(dof))
