"""What a fit knows of its own doubt: intervals, dispersion, misfit, status."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from emergence_utils import InputError
from emergence_utils.curves import (
    Constant,
    Gompertz,
    Isotonic,
    Line,
    Logistic,
    SaturatingExponential,
    Segmented,
    Step,
    compare,
    fit,
)

SIZES = np.array([70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9])
S = np.log10(SIZES)
X = np.linspace(0, 4.2, 8)
RISE = 0.25 + 0.65 * special.expit((X - 2) / 0.45)
TRUTH = {"midpoint": 2.0, "log_width": math.log(0.45 * 2 * math.log(9)), "ceiling": 0.9}


def drawn(rng, mean, n, times=1.0):
    """Shares with `times` the variance of their items (beta-binomial), by inverse distribution functions."""
    p = mean
    if times > 1:
        size = (n - times) / (times - 1)
        p = stats.beta.ppf(rng.random(len(mean)), mean * size, (1 - mean) * size)
    return stats.binom.ppf(rng.random(len(mean)), n, p) / n


@pytest.mark.parametrize("times", [1.0, 11.0])
def test_intervals_hold_the_truth_as_often_as_they_say_whatever_the_scatter(times):
    rng = np.random.default_rng(0)
    held = []
    for _ in range(40):
        found = fit(Logistic(0.25), X, drawn(rng, RISE, 2000, times), 2000, intervals=True)
        held.append([TRUTH[name] in interval for name, interval in found.intervals.items()])
    assert 0.86 <= np.mean(held) <= 1.0


def test_interval_of_a_line_is_students():
    y = 0.3 + 0.1 * X + 0.05 * np.sin(7 * X)
    found = fit(Line(), X, y, intervals=True)
    line = stats.linregress(X, y)
    half = stats.t.ppf(0.975, 6) * line.stderr
    assert found.intervals["slope"].low == pytest.approx(line.slope - half, rel=1e-3)
    assert found.intervals["slope"].high == pytest.approx(line.slope + half, rel=1e-3)
    assert found.dispersion == pytest.approx(np.sum((y - found.predict(X)) ** 2) / 6)
    assert found.status == "ok"


def test_dispersion_is_pearsons_and_widens_the_intervals():
    rng = np.random.default_rng(1)
    y = drawn(rng, RISE, 2000, 11.0)
    found = fit(Logistic(0.25), X, y, 2000, intervals=True)
    p = found.predict(X)
    assert found.dispersion == pytest.approx(np.sum(2000 * (y - p) ** 2 / (p * (1 - p))) / 5)
    known = fit(Logistic(0.25), X, y, 2000, intervals=True, dispersion=1.0)
    assert found.intervals["midpoint"].width > 2 * known.intervals["midpoint"].width
    assert found.scatter_p < 0.01


@pytest.mark.parametrize("level", [0.0, 1.0])
@pytest.mark.parametrize("curve", [Logistic(floor=0), Gompertz(), SaturatingExponential(), Segmented(),
                                   Step(), Line()], ids=str)
def test_all_zero_or_all_perfect_ladders_determine_nothing(curve, level):
    found = fit(curve, S, np.full(8, level), 500, n_resamples=100)
    assert found.status == "undetermined"
    assert found.intervals == {}
    assert f"all scores are {level:g}" in found.notes[0]


def test_the_level_of_zeros_has_an_upper_end():
    found = fit(Constant(), S, np.zeros(8), 500, intervals=True)
    assert found.status == "limited"
    assert found.intervals["level"].low == 0
    assert found.intervals["level"].high == pytest.approx(1.92 / 4000, rel=0.01)


def test_a_step_has_the_gap_and_levels_of_some_width():
    found = fit(Step(), S, [0.1, 0.1, 0.12, 0.1, 0.8, 0.8, 0.78, 0.8], 500, intervals=True)
    gap = found.intervals["break"]
    assert (gap.low, gap.high) == pytest.approx((9.0, math.log10(1.4e9)))
    assert found.status == "ok"
    assert found.intervals["low"].width > 0.02
    perfect = fit(Step(), S, [0, 0, 0, 0, 1, 1, 1, 1], 500, intervals=True)
    assert perfect.status == "limited"
    assert all(i.width > 0 for i in perfect.intervals.values())


def test_a_step_where_none_is_leaves_the_break_open():
    found = fit(Step(), S, [0.5, 0.51, 0.49, 0.5, 0.52, 0.48, 0.5, 0.51], 200, intervals=True)
    assert found.status == "limited"
    assert found.intervals["break"].width == math.inf


def test_one_cluster_has_no_interval_and_few_are_limited():
    y = drawn(np.random.default_rng(2), RISE, 500)
    one = fit(Logistic(0.25), X, y, 500, n_resamples=50, clusters=["a"] * 8)
    assert (one.status, one.intervals) == ("limited", {})
    few = fit(Logistic(0.25), X, y, 500, n_resamples=50, clusters=list("aabbccdd"))
    assert few.status == "limited"
    assert any("only 4 clusters" in note for note in few.notes)
    assert few.params["midpoint"] in few.intervals["midpoint"]


def test_a_wrong_shape_is_not_ok():
    """A Gompertz rise, fitted by a logistic curve: its ceiling is wrong and says so, or is right."""
    rng = np.random.default_rng(3)
    for m, n in ((8, 500), (15, 2000)):
        x = np.linspace(0, 4.2, m)
        truth = 0.25 + 0.65 * np.exp(-math.log(2) * np.exp(-(x - 1.5) / 0.5))
        for _ in range(15):
            found = fit(Logistic(0.25), x, drawn(rng, truth, n), n, intervals=True)
            assert found.status != "ok" or 0.9 in found.intervals["ceiling"]


def test_a_pattern_in_the_residuals_is_seen_and_noise_is_not():
    bend = 0.2 + 0.05 * (X - 2) ** 2
    found = fit(Line(), X, bend, 1000)
    assert found.lack_of_fit < 0.01
    assert found.status == "limited"
    rng = np.random.default_rng(4)
    seen = [fit(Line(), X, drawn(rng, 0.2 + 0.1 * X, 500, 3.0), 500).lack_of_fit < 0.05 for _ in range(200)]
    assert np.mean(seen) < 0.1


def test_a_ceiling_that_is_not_reached_is_the_familys():
    mean = 0.25 + 0.65 * special.expit((X - 4) / 0.6)
    found = fit(Logistic(0.25), X, mean, 5000)
    assert found.status == "limited"
    assert "the ceiling" in found.notes[0]
    assert "the family sets it" in found.notes[0]


def test_an_open_side_is_infinite_and_said():
    found = fit(Logistic(0.0), S, [0, 0, 0, 0, 1, 1, 1, 1], 500, intervals=True)
    assert found.intervals["log_width"].low == -math.inf
    assert any("leave 'log_width' open below" in note for note in found.notes)
    assert found.status == "limited"


def test_no_degree_of_freedom_is_said():
    found = fit(Logistic(0.25), [0, 2, 4], [0.26, 0.5, 0.9], 500)
    assert any("cannot be estimated from 3 models" in note for note in found.notes)
    assert found.dof == 0


def test_exact_scores_give_no_interval():
    found = fit(Line(), X, 2 + 0.1 * X, intervals=True)
    assert (found.intervals, found.status) == ({}, "limited")


def test_scatter_between_models_does_not_speak_for_the_isotonic_curve():
    rng = np.random.default_rng(5)
    x = np.linspace(0, 4.2, 15)
    mean = 0.25 + 0.65 * special.expit((x - 2) / 0.45)
    first = [compare([Isotonic(), Logistic(0.25), Line()], x, drawn(rng, mean, 2000, 11.0), 2000)[0].curve
             for _ in range(30)]
    assert sum(isinstance(c, Isotonic) for c in first) <= 3


def test_what_cannot_be_fitted_comes_last():
    found = compare([Segmented(), Logistic(), Constant(), Line()], [1.0, 2.0, 3.0], [0.1, 0.2, 0.4], 100)
    assert isinstance(found[-1].curve, Segmented)
    assert "could not be fitted" in found[-1].notes[-1]
    assert isinstance(found[0].curve, Constant)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: fit(Line(), X, RISE, 500, level=95), "level must lie strictly between 0 and 1, e.g. 0.95"),
    (lambda: fit(Line(), X, RISE, 500, n_resamples=-1), "n_resamples must be a whole number of at least 0"),
    (lambda: fit(Line(), [1, math.inf, 2], [1, 2, 3]), "x[1] is inf"),
    (lambda: fit(Line(), [1, 1, 1], [1, 2, 3]), "at least two different scales, got 1 throughout"),
    (lambda: fit(Line(), X, 0.5), "y must be a list of numbers, one per model"),
    (lambda: fit(Line(), pd.DataFrame({"a": X, "b": X}), X), "x must be one column of numbers, got a table"),
    (lambda: fit(Line(), X, RISE, 1e19), "n_examples must be positive numbers up to 1e+15, got 1e+19"),
    (lambda: fit(Line(), X, RISE, []), "got shape (0,) for 8 scores"),
    (lambda: fit(Line(), [], []), "at least two points, got 0"),
    (lambda: fit(Line, X, RISE), "a family with its settings, e.g. Line()"),
    (lambda: fit(Line(), X, RISE, 500, dispersion=-1), "dispersion must be a positive number"),
    (lambda: fit(Line(), X, RISE, 500, seed=-1), "seed must be a whole number of at least 0"),
    (lambda: fit(Line(), X, RISE, 500, clusters=[1, 2], n_resamples=9), "clusters must hold one label"),
    (lambda: compare([], X, RISE), "a list of at least one family"),
])
def test_bad_input(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert message in str(error.value)
