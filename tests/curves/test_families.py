"""Curve families: values, analytic gradients, settings."""

import math

import numpy as np
import pytest
from scipy.special import expit

from emergence_utils import InputError, UnknownNameError
from emergence_utils.curves import (
    BrokenPowerLaw,
    Constant,
    Exponential,
    Gompertz,
    Isotonic,
    Line,
    Logistic,
    Monotone,
    PowerLaw,
    SaturatingExponential,
    Segmented,
    Step,
    fit,
)

X = np.linspace(0, 4, 9)
THETA = {
    Constant(): [0.4], Line(): [0.1, 0.2], Logistic(floor=None): [2, 0.3, 0.1, 0.9],
    Gompertz(floor=None): [2, 0.3, 0.1, 0.9], Gompertz(floor=None, mirror=True): [2, 0.3, 0.1, 0.9],
    SaturatingExponential(0.1): [-0.3, 0.3, 0.9], PowerLaw(): [1, 0.2, 0.3],
    BrokenPowerLaw(0.1): [1, 0.2, 0.3, 2.2], Exponential(0.1): [-2, 0.3], Segmented(): [0.1, 0.1, 0.2, 2.2],
}


@pytest.mark.parametrize("curve", THETA, ids=str)
def test_gradients_are_those_of_central_differences(curve):
    theta = np.array([THETA[curve]], dtype=float)
    _, gradient = curve.evaluate(X, theta)
    for j in range(theta.shape[1]):
        step = 1e-6 * np.eye(theta.shape[1])[j]
        slope = (curve.evaluate(X, theta + step)[0] - curve.evaluate(X, theta - step)[0]) / 2e-6
        assert gradient[..., j] == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize("curve", THETA, ids=str)
def test_many_curves_are_what_each_is_alone(curve):
    many = np.array([THETA[curve], np.array(THETA[curve]) * 1.1])
    assert curve(X, many)[1] == pytest.approx(curve(X, many[1]), abs=1e-15)


@pytest.mark.parametrize("curve", [Logistic(ceiling=1.0), Gompertz(ceiling=1.0),
                                   Gompertz(ceiling=1.0, mirror=True)], ids=str)
def test_midpoint_is_half_way_and_width_is_from_10_to_90_percent(curve):
    theta = np.array([2.0, math.log(1.5)])
    x = np.linspace(-4, 8, 1_200_001)
    y = curve(x, theta)
    assert float(curve(np.array([2.0]), theta)[0]) == pytest.approx(0.5, abs=1e-12)
    assert x[np.searchsorted(y, 0.9)] - x[np.searchsorted(y, 0.1)] == pytest.approx(1.5, abs=1e-4)


def test_textbook_formulas():
    scale = 1.5 / (2 * math.log(9))
    logistic = Logistic(0.2, 0.9)(X, np.array([2, math.log(1.5)]))
    assert logistic == pytest.approx(0.2 + 0.7 * expit((X - 2) / scale))
    width = math.log(math.log(9))
    saturating = SaturatingExponential(0.25)(X, np.array([0, width, 0.9]))
    assert saturating == pytest.approx(0.25 + 0.65 * (1 - np.exp(-X)))
    assert PowerLaw()(X, np.array([1, 0.2, 0.3])) == pytest.approx(0.3 + math.e * 10 ** (-0.2 * X))


@pytest.mark.parametrize("levels", [Isotonic(), Monotone()], ids=str)
def test_monotone_curves_never_fall_and_pool_what_does(levels):
    found = fit(levels, [1, 2, 3, 4, 5], [0.1, 0.3, 0.2, 0.6, 0.9], 100)
    dense = found.predict(np.linspace(0, 6, 200))
    assert (np.diff(dense) >= 0).all()
    assert sorted(set(found.curve.levels)) == pytest.approx([0.1, 0.25, 0.6, 0.9])
    assert found.k == 4


def test_a_curve_that_never_rises():
    found = fit(Isotonic(increasing=False), [1, 2, 3], [0.5, 0.7, 0.2])
    assert found.predict([1, 2, 3]) == pytest.approx([0.6, 0.6, 0.2])


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Logistic(floor="a"), "floor must be a number or None, got 'a'"),
    (lambda: Logistic(floor=0.5, ceiling=0.4), "ceiling must lie above floor 0.5, got 0.4"),
    (lambda: Logistic(limits=(1, 0)), "limits must be a pair of rising numbers"),
    (lambda: Gompertz(min_width=2, max_width=1), "need 0 < min_width <= max_width, got 2.0, 1.0"),
    (lambda: SaturatingExponential(floor=math.nan), "floor must be a number, got nan"),
    (lambda: PowerLaw(floor=-1), "floor must be at least 0, got -1"),
    (lambda: BrokenPowerLaw(smoothness=0), "smoothness must be at least 0.001, got 0"),
])
def test_bad_settings(make, message):
    with pytest.raises(InputError) as error:
        make()
    assert message in str(error.value)


def test_unknown_kind_of_errors():
    with pytest.raises(UnknownNameError, match="additive, multiplicative"):
        PowerLaw(errors="x")


def test_a_curve_without_levels_says_so():
    with pytest.raises(InputError, match="no levels yet"):
        Isotonic()(X, np.zeros(0))


@pytest.mark.parametrize("curve", [PowerLaw(), PowerLaw(errors="additive"), PowerLaw(floor=0.3),
                                   BrokenPowerLaw(), SaturatingExponential(0.1), Exponential(),
                                   Gompertz(0.1, mirror=True), Step()], ids=str)
def test_noiseless_curves_are_recovered(curve):
    truths = {PowerLaw: [1, 0.2, 0.3], BrokenPowerLaw: [1, 0.1, 0.3, 2.2], Exponential: [-2, 0.3],
              SaturatingExponential: [-0.3, 0.3, 0.9], Gompertz: [2, 0.3, 0.9], Step: [2.25, 0.1, 0.8]}
    truth = truths[type(curve)][:len(curve.parameters)]
    found = fit(curve, X, curve(X, np.array(truth)))
    assert list(found.params.values()) == pytest.approx(truth, rel=1e-4)
