"""The competing definitions of emergence, as tests that run on one ladder and may answer "cannot tell"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from .._typed import check_settings, checked
from ..errors import InputError
from ..ladders import Ladder
from ._tables import complete_ladders
from .forecastability import Forecastability, ForecastMiss, YesNo
from .jump import Jump, JumpResult, largest_jump
from .kink import Threshold
from .presence import Presence, Scope
from .shape import breakthroughness, linearity

__all__ = ["DEFINITIONS", "Rules", "Verdicts", "YesNo", "define", "define_all", "onset_surprise",
           "onset_surprises"]

#: Definition -> how a reader would say it.
DEFINITIONS = {
    "absent_present": "absent in small models, present in large ones",
    "not_extrapolable": "largest model better than the smaller ones predict",
    "sharp": "a jump no smooth curve would make",
    "sharp_unpredictable": "sharp, and that very jump not predicted",
    "threshold": "a step fits, a smooth rise does not",
}


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
        Share of the range that a step must have to matter: a gradual ladder hides no larger one. (What an
        absent model surely lacks is `Presence.material`.)
    hold_out : int
        Largest models to predict.
    tolerance : float
        Largest forecast error, as a share of the ladder's range of scores, that counts as predicted. A
        larger one is a surprise only outside the forecast's band.
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

    def __post_init__(self) -> None:
        check_settings(self)
        _ = self.presence, self.jump, self.forecastability  # each refuses what it cannot work with

    @property
    def presence(self) -> Presence:
        """The test of presence under these rules."""
        return Presence(self.negligible, self.level, dispersion=self.dispersion)

    @property
    def jump(self) -> Jump:
        """The test of sharpness under these rules."""
        return Jump(self.pace, self.level, self.dispersion, self.material)

    @property
    def forecastability(self) -> Forecastability:
        """The forecast of the largest models under these rules."""
        return Forecastability(self.hold_out, self.tolerance, self.level, self.material, self.dispersion)


@dataclass(frozen=True)
class Verdicts:
    """What each definition says of one ladder ("yes", "no", "cannot tell"), and the numbers behind it.

    `scope` says whether the pattern is claimed of models of these sizes or of these models alone.
    `forecast_error` is positive where a model is better than forecast; `miss` and `largest_share` are its
    size and the largest step as shares of the range of scores seen. `notes` says of every "cannot tell" why.
    """

    n_models: int
    pattern: str
    scope: Scope
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


@checked
def define(ladder: Ladder, rules: Rules | None = None) -> Verdicts:
    """Run every definition of emergence on one ladder of models.

    Parameters
    ----------
    ladder : Ladder
        Five models at least, with a chance level.
    rules : Rules, optional
        Thresholds; the defaults are those of the book.

    Returns
    -------
    Verdicts

    Raises
    ------
    InputError
        With fewer than five models, without chance, or on a hold-out that leaves none. One that leaves
        fewer than four to learn from makes the forecast "cannot tell".
    """
    r = rules or Rules()
    if len(ladder) < 5:
        raise InputError(f"the definitions need at least five models, got {len(ladder)}.")
    return _defined(ladder, r, r.forecastability(ladder))


def _defined(ladder: Ladder, r: Rules, told: ForecastMiss) -> Verdicts:
    """Every definition, the forecast of the largest model being known."""
    m = len(ladder)
    found, jump, step = r.presence(ladder), r.jump(ladder), Threshold(1 / r.pace, r.level)(ladder)
    present: YesNo = ("yes" if found.pattern == "emergent" else
                      "cannot tell" if found.pattern == "cannot tell" else "no")
    sharp: YesNo = {"sharp": "yes", "gradual": "no"}.get(jump.answer, "cannot tell")  # type: ignore[assignment]
    threshold: YesNo = {"step": "yes", "smooth": "no"}.get(step.answer, "cannot tell")  # type: ignore[assignment]
    unseen, why = _unseen(ladder, jump, sharp, told, r)
    rise = float(np.ptp(ladder.better))
    largest = largest_jump(ladder.better)[0]
    notes = [f"absent_present: {n}" for n in found.notes if present == "cannot tell"]
    notes += [f"sharp: {n}" for n in jump.notes]
    notes += [f"not_extrapolable: {n}" for n in told.notes if told.better == "cannot tell"]
    notes += [f"sharp_unpredictable: {n}" for n in why if sharp == "yes" and unseen == "cannot tell"]
    notes += [f"threshold: {n}" for n in step.notes if threshold == "cannot tell"]
    return Verdicts(
        m, found.pattern, found.scope, present, told.better, sharp, unseen, threshold,
        breakthroughness(ladder).estimate, linearity(ladder).estimate, ladder.sign * told.estimate, told.miss,
        largest, largest / rise if rise > 0 else 0.0, jump.p_value, jump.gap, jump.hidden_step, jump.phi,
        jump.dof, jump.odd, tuple(notes))


@checked
def define_all(scores: pd.DataFrame, *, x: str = "params", by: str | Sequence[str] = "task",
               across: Sequence[str] = (), rules: Rules | None = None) -> pd.DataFrame:
    """Run `define` on every group of a score table that has a ``chance`` column.

    Parameters
    ----------
    scores : DataFrame
        Score table, one row per model and group.
    x : str
        Column of scale.
    by : str or sequence of str
        Columns that tell one curve from another.
    across : sequence of str
        As in `ladders`: columns in which the scores of one curve may differ all the same.
    rules
        As in `define`.

    Returns
    -------
    DataFrame
        One row per group, the fields of `Verdicts` as columns.

    Raises
    ------
    InputError, UnknownNameError, SchemaError
        If a needed value or column is missing, a group has fewer than five models, or two kinds of score.
    """
    found = complete_ladders(scores, x, by, across, min_models=5)
    if found.left_out:
        raise InputError(f"the definitions need at least five models: {found.left_out[0]}")
    r = rules or Rules()
    told = r.forecastability.each(found)
    return pd.DataFrame([dict(ladder.key) | asdict(_defined(ladder, r, miss))
                         for ladder, miss in zip(found, told, strict=True)])


@checked
def onset_surprise(ladder: Ladder, rules: Rules | None = None) -> YesNo:
    """Whether the first model above chance beats the forecast from the models still at chance.

    This is extrapolation of the flat part, as Wei et al. mean it. "cannot tell" where the ladder is not
    emergent, fewer than four models come before the first present one, or noise decides.
    """
    return onset_surprises([ladder], rules)[0]


@checked
def onset_surprises(ladders: Sequence[Ladder], rules: Rules | None = None) -> list[YesNo]:
    """`onset_surprise` of many ladders; those that are flat at the same scales are forecast together.

    Parameters
    ----------
    ladders : sequence of Ladder
    rules
        As in `define`.

    Returns
    -------
    list of str
        One answer for each ladder, in their order.
    """
    r = rules or Rules()
    answers: list[YesNo] = ["cannot tell"] * len(ladders)
    flat: dict[int, Ladder] = {}
    for i, ladder in enumerate(ladders):
        found = r.presence(ladder)
        if found.pattern == "emergent" and (at := found.verdicts.index("above")):
            flat[i] = ladder.part(slice(at + 1))
    for i, miss in zip(flat, _one_ahead(r).each(list(flat.values())), strict=True):
        answers[i] = miss.better
    return answers


def _unseen(ladder: Ladder, jump: JumpResult, sharp: YesNo, told: ForecastMiss,
            r: Rules) -> tuple[YesNo, tuple[str, ...]]:
    """Whether the model behind the sharp jump was not predicted by those before it, and why not told."""
    if sharp != "yes":
        return sharp, ()
    at = int(np.searchsorted(ladder.scale, jump.between[1]))
    if not (at == len(ladder) - 1 and r.hold_out == 1):
        told = _foretold(ladder, at, r)
    return told.better, told.notes


def _foretold(ladder: Ladder, at: int, r: Rules) -> ForecastMiss:
    """Forecast of model `at` from all smaller ones."""
    if at < 1:
        return ForecastMiss(float("nan"), None, len(ladder), "undetermined", ("no model is smaller",))
    return _one_ahead(r)(ladder.part(slice(at + 1)))


def _one_ahead(r: Rules) -> Forecastability:
    return Forecastability(1, r.tolerance, r.level, r.material, r.dispersion)
