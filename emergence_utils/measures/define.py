"""The competing definitions of emergence, as tests that run on one ladder and may answer "cannot tell"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from .._checks import need_columns
from ..errors import InputError
from ..ladders import Ladder
from .jump import Jump, JumpResult, largest_jump
from .kink import Threshold
from .noise import given_dispersion, item_variance, smooth_dispersion
from .presence import Presence
from .shape import breakthroughness, linearity

__all__ = ["DEFINITIONS", "Rules", "Verdicts", "YesNo", "define", "define_all", "onset_surprise"]

YesNo = Literal["yes", "no", "cannot tell"]
#: Definition -> how a reader would say it.
DEFINITIONS = {
    "absent_present": "absent in small models, present in large ones",
    "not_extrapolable": "largest model better than the smaller ones predict",
    "sharp": "a jump no smooth curve would make",
    "sharp_unpredictable": "sharp, and that very jump not predicted",
    "threshold": "a step fits, a smooth rise does not",
}
#: Score of the next model from those before it: (smaller models, its scale) -> forecast.
Forecaster = Callable[[Ladder, float], float]


@dataclass(frozen=True)
class Rules:
    """Thresholds of the tests, fixed before any curve is looked at.

    Parameters
    ----------
    level : float
        Confidence level of intervals, and 1 less the size of every test.
    negligible : float
        Excess over chance (share of the metric's range) that still counts as absent. Without it one
        right answer in 2,000 is "present" wherever chance is zero.
    material : float
        Share of the range above chance that matters: an absent model surely has less, a gradual ladder
        hides no larger step.
    hold_out : int
        Largest models to predict.
    tolerance : float
        Largest forecast error, as a share of the ladder's range of scores, that counts as predicted.
    pace : float
        Fastest rise that counts as smooth, in ranges per decade.
    dispersion : float, optional
        Variance of scores over that of their items; estimated from each ladder by default.
    """

    level: float = 0.95
    negligible: float = 0.01
    material: float = 0.25
    hold_out: int = 1
    tolerance: float = 0.25
    pace: float = 1.0
    dispersion: float | None = None

    @property
    def presence(self) -> Presence:
        """The test of presence under these rules."""
        return Presence(self.negligible, self.level, dispersion=self.dispersion)

    @property
    def jump(self) -> Jump:
        """The test of sharpness under these rules."""
        return Jump(self.pace, self.level, self.dispersion, self.material)


@dataclass(frozen=True)
class Verdicts:
    """What each definition says of one ladder ("yes", "no", "cannot tell"), and the numbers behind it.

    `miss` and `largest_share` are the forecast error and the largest step as shares of the range of
    scores seen. `notes` says of every "cannot tell" why.
    """

    n_models: int
    pattern: str
    absent_present: YesNo
    not_extrapolable: YesNo
    sharp: YesNo
    sharp_unpredictable: YesNo
    threshold: YesNo
    breakthroughness: float
    linearity: float
    forecast_error: float
    miss: float
    largest_jump: float
    largest_share: float
    jump_p_value: float
    jump_gap: float
    hidden_step: float
    phi: float
    dof: float
    odd: float
    notes: tuple[str, ...]


def define(ladder: Ladder, rules: Rules | None = None, *, forecaster: Forecaster | None = None) -> Verdicts:
    """Run every definition of emergence on one ladder of models.

    Parameters
    ----------
    ladder : Ladder
        Five models at least, with a chance level.
    rules : Rules, optional
        Thresholds; the defaults are those of the book.
    forecaster : callable, optional
        ``forecaster(smaller_models, scale) -> score``; by default constant, line and logistic compete on
        the smaller models.

    Returns
    -------
    Verdicts

    Raises
    ------
    InputError
        With fewer than five models, without chance, or on a hold-out that leaves fewer than three.
    """
    r = rules or Rules()
    m = len(ladder)
    if m < 5:
        raise InputError(f"the definitions need at least five models, got {m}.")
    ask = forecaster or best_of_three
    surprise, error = beats_forecast(ladder, r, forecaster=ask)
    found, jump, step = r.presence(ladder), r.jump(ladder), Threshold(1 / r.pace, r.level)(ladder)
    present: YesNo = ("yes" if found.pattern == "emergent" else
                      "cannot tell" if found.pattern == "cannot tell" else "no")
    sharp: YesNo = {"sharp": "yes", "gradual": "no"}.get(jump.answer, "cannot tell")  # type: ignore[assignment]
    threshold: YesNo = {"step": "yes", "smooth": "no"}.get(step.answer, "cannot tell")  # type: ignore[assignment]
    rise = float(np.ptp(ladder.better))
    largest = largest_jump(ladder.better)[0]
    notes = [f"absent_present: {n}" for n in found.notes if present == "cannot tell"]
    notes += [f"sharp: {n}" for n in jump.notes]
    if surprise == "cannot tell":
        notes.append("not_extrapolable: the error lies within noise of the tolerance")
    notes += [f"threshold: {n}" for n in step.notes if threshold == "cannot tell"]
    return Verdicts(
        m, found.pattern, present, surprise, sharp, _unseen(ladder, jump, sharp, ask, r), threshold,
        breakthroughness(ladder).estimate, linearity(ladder).estimate, error,
        abs(error) / rise if rise > 0 else 0.0, largest, largest / rise if rise > 0 else 0.0, jump.p_value,
        jump.gap, jump.hidden_step, jump.phi, jump.dof, jump.odd, tuple(notes))


def define_all(scores: pd.DataFrame, *, x: str = "params", by: str | list[str] = "task",
               rules: Rules | None = None, forecaster: Forecaster | None = None) -> pd.DataFrame:
    """Run `define` on every group of a score table that has a ``chance`` column.

    Parameters
    ----------
    scores : DataFrame
        Score table, one row per model and group.
    x : str
        Column of scale.
    by : str or list of str
        Columns that tell one curve from another.
    rules, forecaster
        As in `define`.

    Returns
    -------
    DataFrame
        One row per group, the fields of `Verdicts` as columns.

    Raises
    ------
    InputError, UnknownNameError
        If a needed value or column is missing, or a group has two chance levels.
    """
    keys = [by] if isinstance(by, str) else list(by)
    return pd.DataFrame([key | asdict(define(ladder, rules, forecaster=forecaster))
                         for key, ladder in group_ladders(scores, x, keys)])


def group_ladders(scores: pd.DataFrame, x: str, keys: list[str]) -> list[tuple[dict[str, Any], Ladder]]:
    """One ladder per group of a score table with ``chance``, complete in all that the definitions need."""
    needed = [*keys, x, "value", "n_examples", "chance"]
    need_columns(scores, needed)
    for column in needed:
        if scores[column].isna().any():
            raise InputError(f"column '{column}' is missing in {int(scores[column].isna().sum())} of "
                             f"{len(scores)} rows; leave those rows out and say so.")
    out = []
    for key, group in scores.groupby(keys, sort=True):
        for column in ("chance", "metric"):
            if column in group and group[column].nunique() > 1:
                raise InputError(f"ladder {', '.join(map(str, key))} holds {group[column].nunique()} "
                                 f"values of {column}; keep one, or name the column in by=.")
        metric = str(group["metric"].iloc[0]) if "metric" in group else None
        ladder = Ladder.of(group[x], group["value"], group["n_examples"], metric=metric, axis=x,
                           chance=float(group["chance"].iloc[0]))
        out.append((dict(zip(keys, key, strict=True)), ladder))
    return out


def onset_surprise(ladder: Ladder, rules: Rules | None = None, *,
                   forecaster: Forecaster | None = None) -> YesNo:
    """Whether the first model above chance beats the forecast from the models still at chance.

    This is extrapolation of the flat part, as Wei et al. mean it. "cannot tell" where the ladder is not
    emergent, fewer than three models come before the first present one, or noise decides.
    """
    r = rules or Rules()
    found = r.presence(ladder)
    if found.pattern != "emergent":
        return "cannot tell"
    first = found.verdicts.index("above")
    return _surprise(ladder, first, first, forecaster or best_of_three, r)[0] if first >= 3 else "cannot tell"


def beats_forecast(ladder: Ladder, rules: Rules, *,
                   forecaster: Forecaster | None = None) -> tuple[YesNo, float]:
    """Whether the held-out models beat the forecast from the smaller ones, and the largest error.

    Raises
    ------
    InputError
        On a hold-out that leaves fewer than three models.
    """
    m, held = len(ladder), rules.hold_out
    if not 1 <= held <= m - 3:
        raise InputError(f"hold_out must leave at least three models: {m} models, hold_out={held}.")
    errors = [_surprise(ladder, i, m - held, forecaster or best_of_three, rules) for i in range(m - held, m)]
    answers = [a for a, _ in errors]
    surprise: YesNo = "yes" if "yes" in answers else "no" if set(answers) == {"no"} else "cannot tell"
    return surprise, max((e for _, e in errors), key=abs)


def best_of_three(small: Ladder, scale: float) -> float:
    """Forecast by the best of no change, a line and a logistic curve on the smaller models."""
    counted = small.n_examples is not None and item_variance(small) is not None
    y = small.score if counted else small.better
    n = small.n_examples if counted else None
    told = _told((*small.x.tolist(), float(np.log10(scale))), tuple(y.tolist()),
                 None if n is None else tuple(n.tolist()), small.chance if counted else 0.0)
    return told if counted else small.sign * told


@lru_cache(maxsize=4096)
def _told(x: tuple[float, ...], y: tuple[float, ...], n: tuple[float, ...] | None, chance: float) -> float:
    """Forecast at the last x; kept, since a sweep of rules asks for the same one again and again.

    Counted scores: the lowest AICc, forecasts clipped to [0, 1]. Else AICc would need more models than
    ladders have: the curve that best predicts the largest of these models from the others.
    """
    from ..curves import Constant, Line, Logistic, compare, fit

    if n is not None:
        best = compare((Constant(), Line(), Logistic(floor=chance, ceiling=1.0)), x[:-1], y, n)[0]
        return float(np.clip(best.predict(x[-1:])[0], 0, 1))
    curve = min((Constant(), Line()),
                key=lambda c: abs(y[-1] - float(fit(c, x[:-2], y[:-1]).predict(x[-2:-1])[0])))
    return float(fit(curve, x[:-1], y).predict(x[-1:])[0])


def _surprise(ladder: Ladder, at: int, known: int, ask: Forecaster, r: Rules) -> tuple[YesNo, float]:
    """Whether model `at` beats the forecast from the first `known` beyond tolerance, and by how much."""
    small = _first(ladder, known)
    error = ladder.sign * (float(ladder.score[at]) - ask(small, float(ladder.scale[at])))
    limit = r.tolerance * float(np.ptp(ladder.better[: at + 1]))
    half = _noise_of(ladder, at, r)
    if error - half > limit:
        return "yes", error
    return ("no" if error + half <= max(limit, half) else "cannot tell"), error


def _noise_of(ladder: Ladder, at: int, r: Rules) -> float:
    """Half-width of one score's interval: items, and the scatter about a smooth curve where it is larger."""
    from scipy import special

    items = item_variance(ladder)
    variance = np.ones(len(ladder)) if items is None else items
    noise = given_dispersion(ladder, r.dispersion) or smooth_dispersion(ladder.x, ladder.better, variance)
    tail = (1 + r.level) / 2
    z = float(special.ndtri(tail))
    if items is not None:
        # misfit to the smooth curve is no noise: without a dispersion of their own, items alone count
        phi = noise.phi if noise.source != "estimated" else 1.0
        return float(z * np.sqrt(phi * items[at]))
    return float(z * np.sqrt(noise.phi)) if noise.dof > 0 else 0.0


def _unseen(ladder: Ladder, jump: JumpResult, sharp: YesNo, ask: Forecaster, r: Rules) -> YesNo:
    """Whether the model behind the sharp jump was not predicted by those before it."""
    if sharp != "yes":
        return sharp
    at = int(np.searchsorted(ladder.scale, jump.between[1]))
    return _surprise(ladder, at, at, ask, r)[0] if at >= 3 else "cannot tell"


def _first(ladder: Ladder, count: int) -> Ladder:
    n = ladder.n_examples
    return replace(ladder, scale=ladder.scale[:count], score=ladder.score[:count],
                   n_examples=None if n is None else n[:count], models=ladder.models[:count])
