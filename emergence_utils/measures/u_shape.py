"""Does a ladder fall and then rise, each beyond noise? A test from item counts, for three models or more."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from .._checks import BoolArray, FloatArray, confidence_level, count
from .._typed import check_settings, checked
from ..errors import InputError
from ..ladders import Ladder
from ..results import Interval, Result
from ._dips import Bends, NullDips, Stretches, null_dips
from ._item_noise import Counted, ItemNoise, Unknown, paired
from .noise import possible, rounding_step, wider_than_items

__all__ = ["Scope", "UFromCounts", "UShape", "Verdict"]

Verdict = Literal["U", "inverted U", "no U", "cannot tell"]
#: Of what the answer speaks: of any models of these sizes, or of the models at hand alone.
Scope = Literal["sizes", "these models"]
#: Fewest bends with a spread of their own that a dispersion is estimated from.
_LEAST_BENDS = 4


@dataclass(frozen=True)
class UShape(Result):
    """Depth of a U, and whether there is one.

    `estimate` is the depth of the deepest U: the smaller of its fall and its rise, in the metric's own
    unit; negative where no model lies below both sides. `interval` holds the true depth with at least
    its level. `answer` and `scope` are the verdict and whom it covers, `p_value` the p of that scope for
    the shape better supported, `p_items` the p by item noise alone, `trough` the scale (lowest point of
    the U, highest of the inverted U), `z` the dip in standard errors of the items, `dispersion` and
    `dof` the variance over that of the items and its degrees of freedom, `withstands` the largest such
    variance, known, against which the dip would still be beyond noise.
    """

    answer: Verdict = "cannot tell"
    scope: Scope = "these models"
    p_value: float = float("nan")
    p_items: float = float("nan")
    trough: float = float("nan")
    z: float = float("nan")
    dispersion: float = float("nan")
    dof: float = float("nan")
    withstands: float = float("nan")


@dataclass(frozen=True)
class _Way:
    """One way for models of these sizes to vary: variances up to a factor, which is `phi`, and the null."""

    noise: ItemNoise
    phi: float
    dof: float
    null: NullDips

    def p_value(self, stretches: Stretches, better: FloatArray) -> float:
        dip = stretches.dip(_standard(self.noise, stretches, better))[0]
        return self.null.p_value(dip / math.sqrt(self.phi))


@dataclass(frozen=True)
class UFromCounts:
    r"""U test from item counts: a fall and then a rise, each beyond noise.

    The statistic is the largest, over all troughs, of the smaller of fall and rise in standard errors
    (of score tests: the variance is that of equally good models). Fall and rise lead from the trough to
    the best model before and after it, or to stretches of 2, 4 or 8 neighbours where there are as many.

    .. math:: T = \max_k \min\Big(\max_{i<k} \frac{y_i - y_k}{s_{ik}},
                                  \max_{j>k} \frac{y_j - y_k}{s_{jk}}\Big)

    Its null is every monotone curve. The least favourable one is not flat but falls steeply and then
    stays flat (or the mirror of it): T is then the largest rise among all models but the first. p values
    are simulated for that, with the number and the item counts of the models at hand. They hold for U
    and inverted U together.

    Two claims are kept apart. That *these models* dip needs item noise only. That *models of these sizes*
    dip needs the variation between models too: from six models on it is estimated from how far each
    lies off the line between its neighbours, and each simulated ladder estimates it again; fewer models
    need replicates or a given `dispersion`. Where the models' item counts differ, that variation may shrink
    with items, stay the same for all models, or anything between: the largest p is reported of those ways
    that the ladder's scatter leaves possible. Scores evidently rounded carry the variance of rounding too.

    Parameters
    ----------
    level : float
        Confidence level; the test has size ``1 - level``.
    material : float
        Depth that matters, as a share of the metric's range (0 to 1 where it has no end): "no U" is said
        only where a U as deep is excluded.
    dispersion : float or tuple of float, optional
        Variance of a score over that of its items, known, or with its degrees of freedom.
    draws, seed : int
        Of the simulation.

    Examples
    --------
    >>> ladder = Ladder.of([1e8, 1e9, 1e10, 1e11], [0.40, 0.31, 0.33, 0.42], 1320)
    >>> found = UFromCounts()(ladder)
    >>> found.answer, found.scope, found.status, found.p_value < 0.001
    ('U', 'these models', 'limited', True)
    """

    level: float = 0.95
    material: float = 0.05
    dispersion: float | tuple[float, float] | None = None
    draws: int = 20_000
    seed: int = 0

    def __post_init__(self) -> None:
        check_settings(self)
        confidence_level(self.level)
        count("seed", self.seed)
        if not 0 < self.material < math.inf:
            raise InputError(f"material must be a depth above 0, got {self.material}.")
        if self.draws < 1000:
            raise InputError(f"draws must be at least 1000, got {self.draws}.")
        if self.dispersion is not None:
            phi, dof = _pair(self.dispersion)
            if not (0 < phi < math.inf and dof > 0):
                raise InputError("dispersion must be a variance ratio above 0, or a pair of it and its "
                                 f"degrees of freedom, got {self.dispersion}.")

    @checked
    def __call__(self, ladder: Ladder, /, *, items: ArrayLike | None = None) -> UShape:
        """Test one ladder.

        Parameters
        ----------
        ladder : Ladder
        items : array-like of 0 and 1, shape (m, n), optional
            Each model's answer to each item, smallest model first; differences then use their own
            variance (McNemar's), so that items hard for all models add no noise.

        Returns
        -------
        UShape
            ``limited`` where the answer covers these models only, ``undetermined`` where there is none.

        Raises
        ------
        InputError
        """
        m = len(ladder)
        if m < 3:
            return UShape(math.nan, None, m, "undetermined",
                          (f"{m} models cannot fall and then rise: a U needs three.",))
        notes: list[str] = []
        noise = self._noise(ladder, items, notes)
        phi, dof, used = self._dispersion(ladder, noise, notes)
        null_items = None if isinstance(noise, Unknown) else self._null(ladder, noise)
        ways = self._ways(ladder, noise, phi, dof, used, notes) if math.isfinite(phi) else ()
        if null_items is None and not ways:
            return UShape(math.nan, None, m, "undetermined", tuple(notes))
        return self._judge(ladder, noise, phi, dof, null_items, ways, notes)

    def _judge(self, ladder: Ladder, noise: ItemNoise, phi: float, dof: float, null_items: NullDips | None,
               ways: tuple[_Way, ...], notes: list[str]) -> UShape:
        stretches = Stretches.of(len(ladder))
        z = _standard(noise, stretches, ladder.better)
        (dip, at, width), (bump, top, broad) = stretches.dip(z), stretches.dip(-z)
        shape: Verdict = "U" if dip >= bump else "inverted U"
        if bump > dip:
            dip, at, width = bump, top, broad
        p_items = null_items.p_value(dip) if null_items else math.nan
        upwards = ladder.better if shape == "U" else -ladder.better
        p_sizes = max((way.p_value(stretches, upwards) for way in ways), default=math.nan)
        if null_items and ways:  # models do not vary less than their items
            p_sizes = max(p_sizes, p_items)
        scope: Scope = "sizes" if ways else "these models"
        p = p_sizes if ways else p_items
        depth, low, high = self._depth(ladder, noise, null_items, ways)
        room = 1.0
        if ladder.metric is not None and math.isfinite(ladder.metric.high - ladder.metric.low):
            room = ladder.metric.high - ladder.metric.low
        alpha = 1 - self.level
        answer: Verdict = "cannot tell"
        withstands = (max(dip, 0.0) / null_items.critical(alpha)) ** 2 if null_items else math.nan
        if p < alpha:
            answer = shape
            if scope == "these models":
                notes.append(f"{_article(shape)} as deep is beyond chance as long as models vary by no more "
                             f"than {withstands:.2g} times the variance of their items.")
        elif high < self.material * room:
            answer = "no U"
        else:
            notes.append(f"neither a U is shown (p = {p:.2g}) nor one of depth {self.material * room:g} "
                         f"excluded (it may be {high:.2g} deep).")
        if scope == "sizes" and p_items < alpha <= p:
            notes.append(f"these models show {_article(shape)} beyond the noise of their items (p = "
                         f"{p_items:.2g}), but models of these sizes vary by more than that.")
        status: Literal["ok", "limited"] = "ok" if scope == "sizes" else "limited"
        trough = float(10 ** ladder.x[at:at + width].mean())
        return UShape(depth, Interval(low, high, self.level, "simulated"), len(ladder), status, tuple(notes),
                      answer=answer, scope=scope, p_value=p, p_items=p_items, trough=trough, z=dip,
                      dispersion=phi, dof=dof, withstands=withstands)

    def _noise(self, ladder: Ladder, items: ArrayLike | None, notes: list[str]) -> ItemNoise:
        if items is not None:
            return paired(items, ladder)
        metric = ladder.metric
        low, high = (0.0, 1.0) if metric is None else (metric.low, metric.high)
        if ladder.n_examples is None:
            notes.append("the number of items is not known: noise is judged from the ladder alone.")
            return Unknown(len(ladder))
        if not math.isfinite(high - low):
            notes.append(f"{metric.name if metric else 'the score'} has no bounded range, so that counts of "
                         "items do not give its noise: noise is judged from the ladder alone.")
            return Unknown(len(ladder))
        if metric is not None and not metric.all_or_nothing:
            notes.append(f"an item of {metric.name} scores more than 0 or 1: its noise is taken as the most "
                         "it can be.")
        share = (ladder.score - low) / (high - low)
        step = rounding_step(share, ladder.n_examples)
        if step**2 > np.median(share * (1 - share) / ladder.n_examples):
            notes.append("scores are printed with few digits: the noise of rounding is added.")
        return Counted(share, ladder.n_examples, step=step, span=high - low)

    def _ways(self, ladder: Ladder, noise: ItemNoise, phi: float, dof: float, used: BoolArray | None,
              notes: list[str]) -> tuple[_Way, ...]:
        """How models of these sizes may vary: in proportion to their items, or less unevenly than that."""
        ways = [_Way(noise, phi, dof, self._null(ladder, noise, used, dof))]
        if used is None or not isinstance(noise, Counted):
            return tuple(ways)
        for factor in wider_than_items(noise.n)[1:]:
            if not possible(np.array(phi), np.array(dof)):
                break
            wider = replace(noise, wider=factor)
            phi, dof = self._estimated(ladder, wider, used)
            ways.append(_Way(wider, phi, dof, self._null(ladder, wider, used)))
        if len(ways) > 1:
            notes.append(f"items a model differ ({noise.n.min():g} to {noise.n.max():g}): whether variation "
                         "between models shrinks with them is not known, and the worst case counts.")
        return tuple(ways)

    def _estimated(self, ladder: Ladder, noise: ItemNoise, used: BoolArray) -> tuple[float, float]:
        """Mean square of the bends over that of `noise`, and its degrees of freedom."""
        bends = Bends.of(ladder.x)
        ratio = (bends.weights[used] @ ladder.score) ** 2 / noise.if_straight(bends.weights[used])
        return float(np.mean(ratio)), bends.dof(noise.covariance, used)

    def _dispersion(self, ladder: Ladder, noise: ItemNoise,
                    notes: list[str]) -> tuple[float, float, BoolArray | None]:
        """Dispersion, its degrees of freedom, and the bends it comes from (None where from elsewhere)."""
        given = self.dispersion if self.dispersion is not None else ladder.replicates
        if given is not None and not isinstance(noise, Unknown):
            return (*_pair(given), None)
        bends = Bends.of(ladder.x).weights
        variance = noise.if_straight(bends)
        used = variance > 0
        m = len(ladder)
        if used.sum() < _LEAST_BENDS:
            why = f"{m} models" if m - 2 < _LEAST_BENDS else f"{int(used.sum()) + 2} models with a spread"
            notes.append(f"variation between models beyond their items cannot be estimated from {why}.")
            return math.nan, math.nan, None
        phi, dof = self._estimated(ladder, noise, used)
        if phi <= 1e-20:
            notes.append("the scores lie on one line to the last digit: their noise cannot be estimated.")
            return math.nan, math.nan, None
        return phi, dof, used

    def _null(self, ladder: Ladder, noise: ItemNoise, used: BoolArray | None = None,
              dof: float = math.inf) -> NullDips:
        return null_dips(noise.covariance, ladder.x, used, dof=dof if used is None else math.inf,
                         draws=self.draws, seed=self.seed)

    def _depth(self, ladder: Ladder, noise: ItemNoise, null_items: NullDips | None,
               ways: tuple[_Way, ...]) -> tuple[float, float, float]:
        """Depth of the deepest U of single models and the ends of its interval.

        At the true trough both fall and rise are at least the true depth: two pointwise bounds hold it
        from above. From below any triple may be seen too deep: a simultaneous bound.
        """
        from scipy import special

        m, tail = len(ladder), 1 - self.level
        before, trough = np.triu_indices(m, 1)
        weights = np.eye(m)[trough] - np.eye(m)[before]
        rise, above, below = np.zeros((m, m)), np.zeros((m, m)), np.zeros((m, m))
        rise[before, trough] = weights @ ladder.better
        errors = [(way.noise, -special.stdtrit(way.dof, tail / 4) * math.sqrt(way.phi),
                   way.null.factor(tail / 2) * math.sqrt(way.phi)) for way in ways]
        if null_items:
            errors.append((noise, -special.ndtri(tail / 4), null_items.factor(tail / 2)))
        for of, up, down in errors:
            spread = np.sqrt(of.as_seen(weights))
            above[before, trough] = np.maximum(above[before, trough], up * spread)
            below[before, trough] = np.maximum(below[before, trough], down * spread)
        return _deepest(rise, 0 * rise), _deepest(rise, -below), _deepest(rise, above)


def _standard(noise: ItemNoise, stretches: Stretches, better: FloatArray) -> FloatArray:
    """Differences of stretches in standard errors of models that are equally good.

    Rounded scores lie on a lattice: half of its step is taken off (correction for continuity).
    """
    spread = np.sqrt(noise.if_equal(stretches.weights))
    difference = stretches.weights @ better
    if isinstance(noise, Counted):
        beyond = np.maximum(np.abs(difference) - noise.lattice(stretches.weights), 0)
        difference = np.sign(difference) * beyond
    return np.asarray(difference / np.where(spread > 0, spread, np.inf))


def _deepest(rise: FloatArray, slack: FloatArray) -> float:
    """Largest over k of min(max_i<k fall, max_j>k rise), with `slack` added to each."""
    return float(max(min((slack[:k, k] - rise[:k, k]).max(), (slack[k, k + 1:] + rise[k, k + 1:]).max())
                     for k in range(1, len(rise) - 1)))


def _pair(dispersion: float | tuple[float, float]) -> tuple[float, float]:
    return dispersion if isinstance(dispersion, tuple) else (float(dispersion), math.inf)


def _article(shape: str) -> str:
    return "an inverted U" if shape == "inverted U" else "a U"
