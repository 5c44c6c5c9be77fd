"""The parabola and the two lines: against R, by hand, and where they do not apply."""

import numpy as np
import pytest
from scipy import special, stats

from emergence_utils import InputError, scores
from emergence_utils.ladders import Ladder
from emergence_utils.measures._smoother import Smoother
from emergence_utils.measures.u_regression import LindMehlum, TwoLines

from .u_reference import DATA, FIRST, LM, MGCV_STOPS, TWO

TENTHS = scores.load("expemergence", metric="brier_target").dropna(subset=["train_flops", "subset"])


def curve(key):
    """Scale and score of a reference curve."""
    if isinstance(key, str):
        return DATA[key]
    rows = TENTHS[(TENTHS["task"] == key[0]) & (TENTHS["subset"] == key[1])]
    return np.log10(rows["train_flops"].to_numpy()), -rows["value"].to_numpy()


@pytest.mark.parametrize("key", LM, ids=str)
def test_parabola_agrees_with_r(key):
    slope_lo, slope_hi, t_lo, t_hi, p_lo, p_hi, turn = LM[key]
    r = LindMehlum()(*curve(key))
    expected = slope_lo, slope_hi, t_lo, t_hi, turn
    assert (*r.slopes, *r.t_values, r.estimate) == pytest.approx(expected, rel=1e-6)
    assert r.p_value == pytest.approx(max(p_lo, p_hi), rel=1e-6)
    assert r.shape == ("U" if slope_hi > 0 else "inverted U")


@pytest.mark.parametrize("key", TWO, ids=str)
def test_two_lines_agree_with_r(key):
    """Slopes and z are those of R; p is from t, which for R's normal p needs z alone."""
    edf, gcv, point, slope1, slope2, z1, z2, p1, p2 = TWO[key]
    x, y = curve(key)
    smooth, r = Smoother(x).fit(y), TwoLines(least=3)(x, y)
    assert (smooth.edf, smooth.gcv) == pytest.approx((edf, gcv), rel=1e-3)
    assert r.estimate == pytest.approx(point, rel=1e-5)
    assert r.slopes == pytest.approx((slope1, slope2), rel=1e-4)
    assert r.z_values == pytest.approx((z1, z2), rel=1e-4)
    assert 2 * special.ndtr(-np.abs(r.z_values)) == pytest.approx((p1, p2), rel=2e-3)
    for z, points, p in zip(r.z_values, r.points, r.p_values, strict=True):
        assert p == pytest.approx(2 * stats.t.sf(abs(z), points - 2))


@pytest.mark.parametrize("key", FIRST)
def test_smooth_agrees_with_r(key):
    x, y = curve(key)
    smooth = Smoother(x).fit(y)
    assert (smooth.fitted[0], smooth.error[0]) == pytest.approx(FIRST[key], rel=1e-3)


@pytest.mark.parametrize("key", MGCV_STOPS, ids=str)
def test_smooth_finds_the_lower_of_two_minima(key):
    x, y = curve(key)
    assert Smoother(x).fit(y).gcv < MGCV_STOPS[key]


def test_adequacy_is_the_f_test_of_a_cubic_and_quartic():
    x, y = DATA["mtcars"]

    def rest(degree):
        return float(np.sum((y - np.polyval(np.polyfit(x - 150, y, degree), x - 150)) ** 2))

    f = (rest(2) - rest(4)) / 2 / (rest(4) / (len(x) - 5))
    assert LindMehlum()(x, y).p_adequate == pytest.approx(stats.f.sf(f, 2, len(x) - 5), rel=1e-6)


def test_one_model_a_family_is_hc3():
    x, y = DATA["mtcars"]
    design = np.column_stack([np.ones_like(x), x, x**2])
    inverse = np.linalg.inv(design.T @ design)
    rest = y - design @ (inverse @ design.T @ y)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    v = inverse @ (design.T * (rest / (1 - leverage)) ** 2) @ design @ inverse
    end = x.max()
    expected = np.sqrt(v[1, 1] + 4 * end * v[1, 2] + 4 * end**2 * v[2, 2])
    r = LindMehlum()(x, y, clusters=np.arange(len(x)))
    assert r.slopes[1] / r.t_values[1] == pytest.approx(expected, rel=1e-6)
    assert r.df == len(x) - 1


def test_families_are_left_out_one_at_a_time():
    """CR3 is the jackknife over families about the full estimate."""
    rng = np.random.default_rng(3)
    x, family = np.linspace(-2, 2, 30), np.repeat(np.arange(10), 3)
    rng.shuffle(family)
    y = x**2 + rng.normal(size=30) + rng.normal(size=10)[family]
    whole = np.polyfit(x, y, 2)
    parts = np.array([np.polyfit(x[family != g], y[family != g], 2) for g in range(10)]) - whole
    v = parts.T @ parts
    end = x.min()
    expected = np.sqrt(v[1, 1] + 4 * end * v[1, 0] + 4 * end**2 * v[0, 0])
    r = LindMehlum()(x, y, clusters=family)
    assert r.slopes[0] / r.t_values[0] == pytest.approx(expected, rel=1e-8)


X8, X15 = np.linspace(0, 3, 8), np.linspace(0, 3, 15)
TRUTHS = {
    "saturates": lambda x: .25 + .65 * (1 - np.exp(-2 * x)),
    "falls then flat": lambda x: .7 - .4 * np.minimum(x, 1),
    "flat then rises": lambda x: .25 + .4 * np.maximum(x - 1.5, 0),
    "rises then flat": lambda x: .25 + .3 * np.minimum(x, 1),
    "line": lambda x: .2 + .2 * x,
}


@pytest.mark.parametrize("x", [X8, X15], ids=["8", "15"])
@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("test", [LindMehlum(), TwoLines()], ids=["parabola", "lines"])
def test_curves_that_only_bend_are_called_no_u(test, truth, x):
    rng = np.random.default_rng(len(x))
    y = TRUTHS[truth](x) + .02 * special.ndtri(rng.random((150, len(x))))
    smoother = {"smoother": Smoother(x)} if isinstance(test, TwoLines) else {}
    called = [test(x, row, **smoother).answer in ("U", "inverted U") for row in y]
    assert np.mean(called) < .05 + 2 * np.sqrt(.05 * .95 / 150)


def test_a_parabola_is_found_and_a_curve_that_saturates_is_not_applicable():
    rng = np.random.default_rng(1)
    e = .01 * special.ndtri(rng.random(15))
    found = LindMehlum()(Ladder.of(10**X15, .3 + .1 * (X15 - 1.5) ** 2 + e, 1000))
    assert (found.answer, found.status) == ("U", "ok")
    assert found.estimate == pytest.approx(1.5, abs=.1)
    bends = LindMehlum()(Ladder.of(10**X15, .25 + .65 * (1 - np.exp(-2 * X15)) + e, 1000))
    assert (bends.answer, bends.status) == ("not applicable", "undetermined")
    assert bends.p_value < .05
    assert "higher order" in bends.notes[0]


def test_few_models_and_one_family_are_not_testable():
    x, y = np.arange(5.), np.array([4., 1.1, 0, .9, 4.2])
    assert LindMehlum()(x, y).answer == "not testable"
    r = TwoLines()(x, y)
    assert (r.answer, r.status) == ("not testable", "undetermined")
    assert "not testable" in r.notes[-1]
    x, y = DATA["mtcars"]
    for test in (LindMehlum(), TwoLines()):
        one = test(x, y, clusters=["a"] * len(x))
        assert one.answer == "not testable"
        assert one.notes
    assert "one family" in TwoLines()(x, y, clusters=["a"] * len(x)).notes[-1]


@pytest.mark.parametrize("y", [np.zeros(8), np.ones(8), np.linspace(.1, .5, 8)])
@pytest.mark.parametrize("test", [LindMehlum(), TwoLines()], ids=["parabola", "lines"])
def test_ladders_without_spread_have_no_shape(test, y):
    assert test(Ladder.of(10**X8, y, 100)).answer in ("not testable", "none found")


def test_two_models_are_not_testable():
    for test in (LindMehlum(), TwoLines()):
        assert test(Ladder.of([1, 2], [.1, .2])).answer == "not testable"


def test_lower_is_better_turns_the_sign():
    rng = np.random.default_rng(1)
    y = .3 + .1 * (X15 - 1.5) ** 2 + .01 * special.ndtri(rng.random(15))
    for test in (LindMehlum(), TwoLines()):
        assert test(Ladder.of(10**X15, y, metric="brier_target")).answer == "inverted U"


@pytest.mark.parametrize("test", [LindMehlum(), TwoLines()], ids=["parabola", "lines"])
@pytest.mark.parametrize(("x", "y", "said"), [
    ([1, 2, 3], [1, 2], "one length"),
    ([1, 1, 2, 2], [1, 2, 3, 4], "three or more scales"),
    ([1, 2, 3, np.inf], [1, 2, 3, 4], "finite"),
    ([1, 2, 3, 4], [1, 2, np.nan, 4], "NaN"),
    ([1, 2, 3, 4], None, "y must hold"),
    (Ladder.of([1, 2, 3], [.1, .2, .3]), [1, 2, 3], "y must be left out"),
])
def test_bad_input_is_named(test, x, y, said):
    with pytest.raises(InputError, match=said):
        test(x, y)


@pytest.mark.parametrize(("make", "said"), [
    (lambda: LindMehlum(level=95), "level"), (lambda: LindMehlum(adequacy=0), "adequacy"),
    (lambda: LindMehlum(least=3), "least"), (lambda: TwoLines(least=2), "least"),
])
def test_bad_settings_are_named(make, said):
    with pytest.raises(InputError, match=said):
        make()
