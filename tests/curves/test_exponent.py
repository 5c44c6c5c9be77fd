"""The exponent of a power law without floor."""

import math

import numpy as np
import pytest
from scipy import stats

from emergence_utils import InputError
from emergence_utils.curves import power_exponent


@pytest.mark.parametrize("exponent", [-0.3, 0.05, 0.5, 2.0])
@pytest.mark.parametrize("factor", [0.01, 3.0, 1e6])
def test_exact_power_law_is_recovered(exponent, factor):
    scale = np.logspace(6, 11, 9)
    result = power_exponent(scale, factor * scale**-exponent)
    assert result.estimate == pytest.approx(exponent, abs=1e-9)
    assert result.interval.width == pytest.approx(0, abs=1e-6)
    assert result.n == 9


def test_exponent_equals_the_textbook_slope():
    scale = np.logspace(7, 10, 8)
    loss = 5 * scale**-0.2 * np.exp(np.random.default_rng(0).normal(scale=0.1, size=8))
    x, y = np.log(scale), np.log(loss)
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    rest = y - y.mean() - slope * (x - x.mean())
    half = stats.t.ppf(0.975, 6) * math.sqrt(np.sum(rest**2) / 6 / np.sum((x - x.mean()) ** 2))
    result = power_exponent(scale, loss)
    assert result.estimate == pytest.approx(-slope)
    assert (result.interval.low, result.interval.high) == pytest.approx((-slope - half, -slope + half))


@pytest.mark.parametrize("n", [4, 12])
def test_interval_of_the_exponent_covers_as_often_as_it_says(n):
    rng = np.random.default_rng(0)
    scale = np.logspace(7, 11, n)
    noise = np.exp(rng.normal(scale=0.2, size=(200, n)))
    hits = [0.076 in power_exponent(scale, 3 * scale**-0.076 * e).interval for e in noise]
    assert 0.9 <= np.mean(hits) <= 0.99


def test_a_floor_makes_the_local_exponent_smaller():
    scale = np.logspace(7, 11, 9)
    falling = 10 * scale**-0.2
    assert power_exponent(scale, falling + 0.1).estimate < power_exponent(scale, falling).estimate - 0.01


@pytest.mark.parametrize(("scale", "loss", "message"), [
    ([1, 2, 3], [3, 2, 1], "at least four positive scales and losses, got 3 points"),
    ([0, 1, 2, 3], [4, 3, 2, 1], "positive"),
    ([1, 2, 3, 4], [3, 2, 1, -1], "positive"),
    ([1, 2, 3, 4], [3, 2, 1], "one length"),
    ([1, 2, math.inf, 4], [4, 3, 2, 1], "x[2] is inf"),
])
def test_bad_power_laws(scale, loss, message):
    with pytest.raises(InputError) as error:
        power_exponent(scale, loss)
    assert message in str(error.value)
