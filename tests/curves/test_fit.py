import math

import numpy as np
import pytest
from scipy import optimize

from emergence_utils import InputError
from emergence_utils.curves import Constant, Line, Logistic, Segmented, Step, compare, fit

X = np.linspace(18, 24, 13)
TRUTH = {
    Constant(): [0.4],
    Line(): [-1.5, 0.1],
    Logistic(floor=0.25): [21.5, np.log(1.5), 0.9],
    Logistic(floor=0.0, ceiling=1.0): [20.5, np.log(2.0)],
    Step(): [20.75, 0.1, 0.8],
    Segmented(): [0.1, 0.0, 0.15, 21.2],
}


@pytest.mark.parametrize("curve", TRUTH, ids=str)
def test_noiseless_curves_are_recovered(curve):
    y = curve(X, np.array(TRUTH[curve]))
    result = fit(curve, X, y)
    assert result.predict(X) == pytest.approx(y, abs=2e-3)
    assert result.k == len(curve.parameters) + 1


@pytest.mark.parametrize("curve", [Logistic(floor=0.25), Logistic(floor=0.25, ceiling=1.0)], ids=str)
def test_binomial_fit_agrees_with_scipy(curve):
    """The same likelihood handed to a global optimiser has no better summit."""
    n = 400
    y = np.random.default_rng(0).binomial(n, Logistic(floor=0.25)(X, np.array([21.5, np.log(1.5), 0.9]))) / n

    def loss(theta):
        p = np.clip(curve(X, theta), 1e-9, 1 - 1e-9)
        return -np.sum(n * (y * np.log(p) + (1 - y) * np.log1p(-p)))

    box = list(zip(*curve.bounds(X, y), strict=True))
    reference = optimize.differential_evolution(loss, box, seed=1, tol=1e-10)
    result = fit(curve, X, y, n)
    assert -result.log_likelihood <= reference.fun + 1e-9
    assert list(result.params.values()) == pytest.approx(reference.x, abs=1e-2)


def test_least_squares_line_agrees_with_polyfit():
    y = 0.1 * X + np.sin(7 * X) / 20
    slope, intercept = np.polyfit(X, y, 1)
    assert fit(Line(), X, y).params == pytest.approx({"intercept": intercept, "slope": slope}, rel=1e-4)


def test_aicc_formula():
    y = 0.1 * X + np.sin(7 * X) / 20
    result = fit(Line(), X, y)
    rss = float(np.sum((y - result.predict(X)) ** 2))
    by_hand = 13 * (math.log(rss / 13) + 1 + math.log(2 * math.pi)) + 2 * 3 + 2 * 3 * 4 / (13 - 3 - 1)
    assert result.aicc == pytest.approx(by_hand)


def test_aicc_is_infinite_where_the_sample_is_too_small():
    assert fit(Segmented(), X[:5], X[:5]).aicc == math.inf


def test_compare_puts_the_generating_curve_first():
    rng = np.random.default_rng(1)
    smooth = rng.binomial(500, Logistic(floor=0.25)(X, np.array([21.5, np.log(2.5), 0.9]))) / 500
    step = rng.binomial(500, Step()(X, np.array([20.75, 0.1, 0.8]))) / 500
    smooth_family = Logistic(floor=0.0, min_width=1.0)
    assert isinstance(compare([Step(), Logistic(floor=0.25)], X, smooth, 500)[0].curve, Logistic)
    assert isinstance(compare([Step(), smooth_family], X, step, 500)[0].curve, Step)


def test_min_width_is_respected_and_said():
    result = fit(Logistic(min_width=1.0), X, np.where(X < 21, 0.0, 1.0), 100)
    assert math.exp(result.params["log_width"]) == pytest.approx(1.0, rel=1e-3)
    assert result.status == "limited"
    assert "log_width" in result.notes[0]


def test_too_few_scales_are_refused_with_a_reason():
    result = fit(Logistic(), [1.0, 2.0], [0.1, 0.9])
    assert result.status == "undetermined"
    assert "2 distinct scales cannot determine 3 parameters" in result.notes[0]


@pytest.mark.parametrize(("x", "y", "n", "message"), [
    ([1, 2], [1, 2, 3], None, "one length"),
    ([1, math.nan], [1, 2], None, "x[1] is nan"),
    ([1, 2], [10, 20], 100, "y[0] is 10.0"),
    ([1, 2], [0.1, 0.2], [10, 0], "n_examples must be positive"),
])
def test_bad_input(x, y, n, message):
    with pytest.raises(InputError) as error:
        fit(Line(), x, y, n)
    assert message in str(error.value)
