"""What the closed form of the Mirage paper implies, and leads of simulated ladders."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence_utils import InputError
from emergence_utils.chapters.metric import (
    argmax_accuracy,
    chain_accuracy,
    chain_rise_width,
    half_accuracy_scale,
    lead,
)

QUICK = settings(max_examples=25, deadline=None, derandomize=True)


def logistic(x, middle, width=1.0, top=1.0):
    return top / (1 + np.exp(-2 * np.log(9) * (x - middle) / width))


@pytest.mark.parametrize(("length", "ratio"), [(1, 2.081), (2, 8.325), (5, 52.03), (10, 208.1)])
def test_length_shifts_the_half_point(length, ratio):
    n50 = half_accuracy_scale(1.0, 0.5, length)
    assert n50 == pytest.approx(ratio, rel=1e-3)
    assert chain_accuracy(n50, 1.0, 0.5, length) == pytest.approx(0.5)


@pytest.mark.parametrize(("exponent", "decades"), [(0.5, 2.679), (0.076, 17.6), (0.34, 3.94)])
def test_width_in_decades(exponent, decades):
    assert chain_rise_width(exponent) == pytest.approx(decades, abs=0.03)


@pytest.mark.parametrize("length", [1, 2, 5, 10, 100])
def test_neither_width_nor_slope_depends_on_length(length):
    n = np.logspace(-2, 12, 200_001)
    acc = chain_accuracy(n, 1.0, 0.5, length)
    width = np.log10(n[np.searchsorted(acc, 0.9)] / n[np.searchsorted(acc, 0.1)])
    slope = np.gradient(acc, np.log(n))
    assert width == pytest.approx(chain_rise_width(0.5), abs=1e-3)
    assert slope.max() == pytest.approx(0.5 / np.e, abs=1e-4)
    assert acc[slope.argmax()] == pytest.approx(1 / np.e, abs=1e-3)


@pytest.mark.parametrize(("p", "value"), [(0.9, 0.34868), (0.95, 0.59874), (0.99, 0.90438)])
def test_ten_steps(p, value):
    assert p**10 == pytest.approx(value, abs=5e-6)
    assert math.pow(0.5, 0.1) == pytest.approx(0.93303, abs=5e-6)
    loss = -np.log(p)
    assert chain_accuracy(1 / loss, 1.0, 1.0, 10) == pytest.approx(value, abs=5e-6)


def test_identical_items_step_and_mixed_items_rise():
    p = np.linspace(0.05, 0.95, 37)
    step = argmax_accuracy(p, 4, 0.0)
    smooth = argmax_accuracy(p, 4, 2.0)
    assert set(step) == {0.0, 1.0}
    assert np.diff(step).max() == 1.0
    assert np.diff(smooth).max() < 0.08
    assert smooth[np.abs(p - 0.25).argmin()] == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("call", [
    lambda: chain_accuracy(1.0, 0, 0.5), lambda: chain_rise_width(0.5, 0.9, 0.1),
    lambda: argmax_accuracy([0.0], 4, 1.0),
])
def test_bad_input(call):
    with pytest.raises(InputError):
        call()


# ---- lead


@pytest.mark.parametrize("shift", [-1.0, 0.0, 0.5, 1.5])
def test_a_known_shift_is_recovered_with_its_sign(shift):
    """The soft score rises `shift` decades before the hard one; ceilings differ and do not matter."""
    x = np.linspace(18, 26, 40)
    rng = np.random.default_rng(0)
    hard = logistic(x, 22.5, top=0.6) + rng.normal(scale=0.004, size=40)
    soft = logistic(x, 22.5 - shift, top=30.0) + rng.normal(scale=0.2, size=40)
    result = lead(x, hard, soft, n_resamples=60)
    assert result.estimate == pytest.approx(shift, abs=0.08)
    assert result.interval.low - 0.02 <= shift <= result.interval.high + 0.02
    assert result.n == 40


@QUICK
@given(st.floats(0.05, 0.5), st.floats(0.5, 2.0), st.floats(0.5, 2.0))
def test_onset_is_where_the_share_of_the_rise_is_made(share, hard_width, soft_width):
    x = np.linspace(-6, 6, 49)
    result = lead(x, logistic(x, 0.0, hard_width), logistic(x, 0.0, soft_width), share=share, n_resamples=1)
    by_hand = (hard_width - soft_width) * np.log(share / (1 - share)) / (2 * np.log(9))
    assert result.estimate == pytest.approx(by_hand, abs=0.01)


def test_swapping_the_scores_swaps_the_sign():
    x = np.linspace(18, 26, 30)
    a, b = logistic(x, 23), logistic(x, 21)
    assert lead(x, a, b, n_resamples=5).estimate == pytest.approx(-lead(x, b, a, n_resamples=5).estimate)


def test_resamples_without_a_rise_are_left_out_and_counted():
    """Ten models of which three can do it: 0.7^10 of the resamples hold none of the three."""
    x = np.linspace(0, 4, 10)
    hard = np.r_[np.zeros(7), 0.1, 0.4, 0.8]
    result = lead(x, hard, logistic(x, 1.5), n_resamples=50, seed=1)
    assert result.estimate > 0
    assert result.status == "limited"
    assert "of 50 resamples cannot determine the curves" in result.notes[-1]


def test_what_the_fits_say_of_themselves_is_passed_on():
    """Seven zeros and a rise that is still going on: the ceiling is not reached by the data."""
    x = np.linspace(0, 4, 10)
    result = lead(x, np.r_[np.zeros(7), 0.1, 0.4, 0.8], logistic(x, 1.5), n_resamples=20)
    assert result.status == "limited"
    assert any(note.startswith("hard score: ") for note in result.notes)


def test_draws_that_agree_are_no_precision():
    x = np.linspace(0, 4, 10)
    result = lead(x, logistic(x, 2), logistic(x, 2), n_resamples=5)
    assert (result.estimate, result.status) == (0, "limited")
    assert "all resamples agree; the width 0 is not precision" in result.notes


def test_families_are_drawn_whole():
    x = np.tile(np.linspace(18, 26, 10), 4)
    family = np.repeat(list("abcd"), 10)
    late = np.repeat([0.0, 0.3, 0.6, 0.9], 10)
    hard, soft = logistic(x - late, 22.5), logistic(x, 21.5)
    alone = lead(x, hard, soft, n_resamples=20)
    whole = lead(x, hard, soft, clusters=family, n_resamples=20)
    assert whole.estimate == alone.estimate
    assert whole.interval.method == "cluster bootstrap"
    assert whole.interval != alone.interval


@pytest.mark.parametrize(("change", "message"), [
    ({"share": 0.0}, "share must lie in (0, 1), got 0.0"),
    ({"share": 1.0}, "share must lie in (0, 1), got 1.0"),
    ({"hard": np.zeros(10)}, "hard and soft must each rise above zero"),
    ({"soft": np.r_[np.nan, np.ones(9)]}, "must be finite"),
    ({"hard": np.ones(9)}, "got (10,) and (9,)"),
    ({"clusters": ["a"] * 9}, "one label per item"),
    ({"n_resamples": 0}, "n_resamples must be at least 1, got 0"),
])
def test_bad_leads(change, message):
    x = np.linspace(0, 4, 10)
    kwargs = {"x": x, "hard": logistic(x, 3), "soft": logistic(x, 2), "n_resamples": 3} | change
    with pytest.raises(InputError) as error:
        lead(**kwargs)
    assert message in str(error.value)
