"""What the closed form of the Mirage paper implies, and breaks and leads of simulated ladders."""

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
    kink,
    lead,
)
from emergence_utils.curves import Line, Logistic

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


# ---- kink

X = np.linspace(0, 6, 24)
NOISE = np.random.default_rng(0).normal(scale=0.03, size=24)
BENT = 0.5 * np.clip(X - 3, 0, None) + NOISE


def test_a_true_kink_leads_and_a_line_does_not():
    bent, straight = kink(X, BENT, n_resamples=60), kink(X, 0.3 * X + NOISE, n_resamples=60)
    assert bent.estimate > bent.interval.low > 4
    assert bent.notes[0] == "a break leads by 4 or more in 100% of 60 resamples"
    assert straight.estimate < 4
    assert (bent.n, bent.status) == (24, "ok")


def test_lead_is_the_difference_in_aicc():
    """Nearly exact on two lines: AICc = n (log(rss / n) + 1 + log 2 pi) + 2k + 2k(k + 1) / (n - k - 1)."""
    design = np.column_stack([np.ones(24), X])
    line = np.sum((BENT - design @ np.linalg.lstsq(design, BENT, rcond=None)[0]) ** 2)
    psi = np.linspace(2.5, 3.5, 401)
    two = min(np.sum((BENT - d @ np.linalg.lstsq(d, BENT, rcond=None)[0]) ** 2)
              for d in (np.column_stack([design, np.clip(X - p, 0, None)]) for p in psi))
    penalty = (2 * 3 + 24 / 20) - (2 * 5 + 60 / 18)
    expected = 24 * np.log(line / two) + penalty
    assert kink(X, BENT, n_resamples=10).estimate == pytest.approx(expected, abs=1e-2)


def test_a_smooth_bend_is_no_kink_once_it_is_a_rival():
    y = logistic(X, 4.0, 3.0) + NOISE / 3
    rivals = (Line(), Logistic(floor=None))
    assert kink(X, y, n_resamples=5).estimate > 4  # not straight
    assert kink(X, y, against=rivals, n_resamples=5).estimate < 0
    broken = np.where(X < 3, 0.9 - 0.3 * X, 0.1 * (X - 3)) + NOISE / 3
    assert kink(X, broken, against=rivals, n_resamples=5).estimate > 4


def test_unit_and_origin_of_the_scores_do_not_matter():
    assert kink(X, 100 * BENT + 7, n_resamples=5).estimate == pytest.approx(
        kink(X, BENT, n_resamples=5).estimate, abs=1e-3)


def test_clusters_are_drawn_whole():
    """Six families that differ by a shift: whole draws see other lines than single ones."""
    family = np.repeat(np.arange(6), 8)
    x = np.tile(np.linspace(0, 6, 8), 6)
    shift = np.random.default_rng(1).normal(scale=0.3, size=6)[family]
    y = 0.3 * np.clip(x - 3, 0, None) + shift + np.random.default_rng(2).normal(scale=0.02, size=48)
    alone, whole = kink(x, y, n_resamples=40), kink(x, y, clusters=family, n_resamples=40)
    assert alone.estimate == whole.estimate
    assert alone.interval != whole.interval
    assert (alone.interval.method, whole.interval.method) == ("bootstrap", "cluster bootstrap")


def test_resamples_that_cannot_hold_two_lines_are_left_out_and_counted():
    """Of eight points a resample holds fewer than four different ones in 2 of 100 draws."""
    result = kink(np.arange(8.0), BENT[::3], n_resamples=100)
    assert result.status == "limited"
    assert "of 100 resamples cannot determine the curves" in result.notes[1]
    assert np.isfinite([result.interval.low, result.interval.high]).all()


@pytest.mark.parametrize(("x", "y", "clusters", "message"), [
    (X[:7], X[:7], None, "at least 8; got (7,)"),
    (X, X[:-1], None, "got (24,) and (23,)"),
    (X, np.r_[np.nan, X[1:]], None, "must be finite"),
    (X, X, ["a"] * 23, "one label per item"),
    (np.repeat([0.0, 1, 2], 8), X, None, "at least four different values"),
])
def test_bad_kinks(x, y, clusters, message):
    with pytest.raises(InputError) as error:
        kink(x, y, clusters=clusters, n_resamples=5)
    assert message in str(error.value)


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
    assert "of 50 resamples cannot determine the curves" in result.notes[0]


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
])
def test_bad_leads(change, message):
    x = np.linspace(0, 4, 10)
    kwargs = {"x": x, "hard": logistic(x, 3), "soft": logistic(x, 2), "n_resamples": 3} | change
    with pytest.raises(InputError) as error:
        lead(**kwargs)
    assert message in str(error.value)
