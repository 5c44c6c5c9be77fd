import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError
from emergence_utils.emergence import DEFINITIONS, Rules, define, define_all, extrapolate

SCALE = np.logspace(8, 11, 13)
X = np.log10(SCALE)
STEP = np.where(X <= 9.8, 0.0, 0.9)
SMOOTH = 0.25 + 0.6 / (1 + np.exp(-(X - 9.5) * 2 * np.log(9) / 2.5))


def test_a_step_meets_every_definition_but_may_be_predicted_after_it():
    v = define(SCALE, STEP, 400, 0.0)
    assert (v.absent_present, v.sharp, v.threshold) == (True, True, True)
    assert v.pattern == "emergent"
    assert not v.not_extrapolable  # the largest model lies on the plateau
    assert v.sharp_unpredictable  # but the jump itself was not seen coming


def test_a_step_at_the_last_model_is_not_extrapolable():
    v = define(SCALE, np.where(X < 10.9, 0.0, 0.9), 400, 0.0)
    assert v.not_extrapolable and v.sharp_unpredictable
    assert v.forecast_error == pytest.approx(0.9, abs=1e-6)


def test_a_smooth_rise_is_absent_then_present_and_nothing_else():
    y = np.random.default_rng(0).binomial(400, SMOOTH) / 400
    v = define(SCALE, y, 400, 0.25)
    assert v.absent_present
    assert not (v.sharp or v.threshold or v.not_extrapolable)


def test_rules_are_arguments():
    y = np.r_[np.linspace(0.2, 0.5, 12), 0.62]
    assert not define(SCALE, y, 5000, 0.0, rules=Rules(tolerance=0.25)).not_extrapolable
    assert define(SCALE, y, 5000, 0.0, rules=Rules(tolerance=0.05)).not_extrapolable


def test_a_forecast_that_was_too_high_is_no_emergence():
    y = np.r_[np.linspace(0.2, 0.7, 12), 0.4]
    v = define(SCALE, y, 5000, 0.0)
    assert v.miss > 0.25 and v.forecast_error < 0
    assert not v.not_extrapolable


def test_define_all_gives_a_row_per_curve():
    scores = pd.DataFrame({
        "task": ["step"] * 13 + ["smooth"] * 13, "params": [*SCALE, *SCALE], "value": [*STEP, *SMOOTH],
        "n_examples": 400, "chance": [0.0] * 13 + [0.25] * 13,
    })
    table = define_all(scores, n_resamples=200).set_index("task")
    assert set(DEFINITIONS) <= set(table.columns)
    assert table.loc["step", "sharp"] and not table.loc["smooth", "sharp"]


def test_missing_chance_is_named():
    scores = pd.DataFrame({"task": "t", "params": SCALE, "value": STEP, "n_examples": 10, "chance": np.nan})
    with pytest.raises(InputError, match="'chance' is missing in 13 of 13 rows"):
        define_all(scores)
    with pytest.raises(UnknownNameError, match="did you mean 'params'"):
        define_all(scores, x="param")


@pytest.mark.parametrize("held", [1, 2, 3])
def test_a_line_is_predicted(held):
    y = np.linspace(0.2, 0.8, 13)
    result = extrapolate(X, y, 5000, hold_out=held)
    assert abs(result.estimate) < 0.05
    assert result.predicted
    assert len(result.forecast) == held


def test_forecaster_is_chosen_on_the_small_models_only():
    flat = np.where(X < 10.9, 0.01, 0.9)
    result = extrapolate(X, flat, 400)
    assert result.forecaster in ("constant", "line", "logistic")
    assert result.forecast[0] < 0.05
    assert not result.within_noise


def test_hold_out_must_leave_models():
    with pytest.raises(InputError, match="hold_out=11"):
        extrapolate(X, STEP, 100, hold_out=11)


def test_without_counts_a_rising_ladder_of_five_is_predicted_by_a_line():
    """AICc is infinite for a line through four points; the choice must not fall on "no change"."""
    result = extrapolate(X[:5], np.linspace(2.0, 1.2, 5))
    assert result.forecaster == "line"
    assert result.miss < 1e-9
    assert result.interval is None
