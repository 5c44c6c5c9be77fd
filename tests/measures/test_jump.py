from dataclasses import replace

import numpy as np
import pytest

from emergence_utils import InputError
from emergence_utils.ladders import Ladder
from emergence_utils.measures import Jump, largest_jump
from emergence_utils.measures.noise import (
    given_dispersion,
    informative,
    item_variance,
    possible,
    rounding_step,
    rounding_variance,
    smooth_dispersion,
    wider_than_items,
)

from .draws import draw, most

SIZES = np.array([70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9])
NOISES = (("items",), ("beta", 3), ("beta", 11), ("logit", 0.2))


@pytest.mark.parametrize("n", [5153, 50_000])
def test_a_power_law_measured_without_noise_is_gradual(n):
    x = np.log10([70e6, 162e6, 405e6, 1.01e9, 1.41e9, 2.78e9, 6.86e9, 11.8e9])
    y = 0.765 - np.exp(-0.485) * 10 ** (-0.431 * (x - 7.8))
    found = Jump()(Ladder.of(10**x, y, n, metric="multiple_choice_grade"))
    assert (found.answer, found.status) == ("gradual", "ok")
    assert found.hidden_step < 0.25


def test_an_odd_point_is_named_and_makes_no_jump():
    sizes = np.append(SIZES, 30e9)
    ladder = Ladder.of(sizes, [0.25, 0.26, 0.30, 0.36, 0.42, 0.66, 0.56, 0.62, 0.66], 2000, chance=0.25)
    for pace in (0.1, 0.3, 1.0):
        found = Jump(pace=pace)(ladder)
        assert found.odd == 2.8e9
        assert "0.66 at params 2.8e+09 lies off the trend" in found.notes[0]
        assert "equals the score at params 3e+10" in found.notes[0]
        assert found.answer != "sharp" or found.status == "limited"
        assert found.status != "ok"


def test_a_step_between_two_flat_parts_is_sharp():
    ladder = Ladder.of(SIZES, [0.25, 0.26, 0.24, 0.25, 0.80, 0.81, 0.79, 0.80], 1000, chance=0.25)
    found = Jump()(ladder)
    assert (found.answer, found.status) == ("sharp", "ok")
    assert found.between == (1e9, 1.4e9) and found.p_value < 0.01
    assert 0.55 in found.interval and found.pace_seen == pytest.approx(0.55 / 0.75 / np.log10(1.4))


def test_a_jump_at_the_last_model_is_limited_or_not_told():
    ladder = Ladder.of(SIZES, [0.25, 0.26, 0.24, 0.25, 0.26, 0.25, 0.24, 0.85], 1000, chance=0.25)
    assert Jump()(ladder).status == "limited"
    silent = Ladder.of(SIZES, [0, 0, 0, 0, 0, 0, 0, 0.85], 1000, chance=0.0)
    found = Jump()(silent)  # zeros show no variation between models
    assert found.answer == "cannot tell" and "cannot be estimated" in found.notes[0]
    assert Jump(dispersion=3.0)(silent).answer == "sharp"


@pytest.mark.parametrize("level", [0.0, 0.25, 1.0])
def test_flat_ladders_hide_nothing(level):
    found = Jump()(Ladder.of(SIZES, np.full(8, level), 500, chance=min(level, 0.25)))
    assert found.answer == "gradual" and found.hidden_step < 0.1
    assert found.interval.width > 0


def test_a_gap_of_a_decade_may_hold_the_whole_rise():
    found = Jump()(Ladder.of([1e7, 1e8, 2e9, 2e10], [0.25, 0.25, 0.9, 0.9], 5000, chance=0.25))
    assert found.answer == "cannot tell" and "1.30 decades" in found.notes[0]


def test_three_models_cannot_tell():
    found = Jump()(Ladder.of([1e8, 2e8, 4e8], [0.1, 0.1, 0.9], 1000, chance=0.0))
    assert (found.answer, found.status) == ("cannot tell", "undetermined")


def test_a_metric_where_lower_is_better_is_turned():
    y = np.array([0.25, 0.26, 0.24, 0.25, 0.80, 0.81, 0.79, 0.80])
    found = Jump()(Ladder.of(SIZES, 1 - y, chance=0.75, metric="brier_target"))
    assert found.answer == "sharp" and found.estimate == pytest.approx(0.55)


def test_a_metric_without_a_range_needs_a_span():
    ladder = Ladder.of(SIZES, np.linspace(4, 2, 8), metric="cross_entropy")
    with pytest.raises(InputError, match="span must be given: cross_entropy has no finite range"):
        Jump()(ladder)
    assert Jump(span=4.0)(ladder).answer == "gradual"


@pytest.mark.parametrize(("name", "value"), [
    ("pace", 0.0), ("pace", np.nan), ("level", 95), ("material", 1.5), ("dispersion", -1.0), ("span", 0.0),
])
def test_settings_out_of_range_are_refused(name, value):
    with pytest.raises(InputError, match=name):
        Jump(**{name: value})(Ladder.of(SIZES, np.full(8, 0.5), 100, chance=0.25))


@pytest.mark.parametrize("models", [4, 8, 15])
@pytest.mark.parametrize("noise", NOISES, ids=str)
def test_smooth_truths_at_the_edge_of_the_null_are_seldom_sharp(models, noise):
    """Half of the ladders rise in one gap only, as fast as they may; the others over a whole decade."""
    rng, draws, sharp = np.random.default_rng([models, 77]), 60, 0
    for i in range(draws):
        x = np.linspace(0, 2.2, models)
        gap = models // 2
        rise = min(1.0, x[gap] - x[gap - 1]) * (np.arange(models) >= gap) if i % 2 else np.clip(x - 0.9, 0, 1)
        y = draw(0.25 + 0.75 * rise, (50, 500, 5000)[i % 3], noise, rng)
        sharp += Jump()(Ladder.of(10 ** (7 + x), y, (50, 500, 5000)[i % 3], chance=0.25)).answer == "sharp"
    assert sharp / draws <= most(0.05, draws)


def test_noise_between_models_reaches_tests_of_very_different_lengths():
    rng, draws, sharp = np.random.default_rng(5), 60, 0
    for _ in range(draws):
        n = np.array([50, 5000, 5000, 50, 5000, 50, 50, 5000])
        x = np.linspace(0, 2.2, 8)
        y = draw(0.2 + 0.8 * np.clip(x - 0.5, 0, 1) * 0.99, n, ("logit", 0.4), rng)
        sharp += Jump()(Ladder.of(10 ** (7 + x), y, n, chance=0.2)).answer == "sharp"
    assert sharp / draws <= most(0.05, draws)


def test_ways_to_vary_lead_from_the_items_to_all_models_alike():
    n = np.array([200.0, 20_000, 1000])
    ways = wider_than_items(n)
    assert ways[0].tolist() == [1, 1, 1]
    ratio = np.ptp(np.log(ways / n), axis=1)  # of the largest variance to the least
    assert ratio[0] == pytest.approx(np.log(100)) and ratio[-1] < 0.1
    assert np.all(np.diff(ratio) < 0) and np.all(-np.diff(ratio) < np.log(4.001))
    assert np.ptp(ways[1:] - 1 - n * (ways[1:, :1] - 1) / n[0]) == pytest.approx(0, abs=1e-9)
    assert wider_than_items(np.array([100.0, 140])).tolist() == [[1, 1]]
    assert wider_than_items(None).tolist() == [[1]]


def test_a_way_is_ruled_out_by_too_little_scatter_only():
    assert possible(np.array([0.01, 0.5, 50.0]), np.array([8.0, 8, 8])).tolist() == [False, True, True]
    assert possible(np.array([0.01]), np.array([1.0])).tolist() == [True]


@pytest.mark.parametrize(("share", "n", "step"), [
    ([0.31, 0.42, 0.56, 0.6], 1400, 0.01),
    ([0.31, 0.42, 0.56, 0.6], 50, 0),  # fifty items give hundredths anyway
    ([0.311, 0.42, 0.565, 0.6], 150_000, 0.001),
    ([0.31, 0.42, 0.5651234], 50_000, 0),
    ([0.0, 0.0, 1.0, 1.0], 50_000, 0),  # ends of the range are no evidence
])
def test_rounding_is_seen_where_counts_cannot_explain_it(share, n, step):
    share, n = np.array(share), np.full(len(share), float(n))
    assert rounding_step(share, n) == step
    assert rounding_variance(share, n, step)[1] == pytest.approx(step**2 / 12)


def test_noise_below_half_a_step_may_all_the_same_move_a_score_by_a_step():
    share, n = np.array([0.0, 0.31, 0.42, 0.56]), np.full(4, 1e6)
    ladder = Ladder.of(SIZES[:4], share, n)
    assert item_variance(ladder) == pytest.approx(0.01**2 / 4)
    assert informative(ladder).tolist() == [False, True, True, True]


def test_rounded_ladders_at_the_edge_of_the_null_are_seldom_sharp():
    rng, draws, sharp = np.random.default_rng(9), 40, 0
    for _ in range(draws):
        x = np.sort(rng.random(12)) + 0.01 * np.arange(12)
        y = draw(np.clip(x - rng.uniform(0.1, 0.6), 0, 1), 10**6, ("beta", 11), rng)
        sharp += Jump()(Ladder.of(10 ** (7 + x), y.round(2), 10**6, chance=0.0)).answer == "sharp"
    assert sharp / draws <= 0.05


def test_power_against_a_step():
    rng, found = np.random.default_rng(6), 0
    for _ in range(40):
        truth = np.where(np.arange(15) < 4 + rng.integers(7), 0.25, 0.75)
        y = draw(truth, 500, ("beta", 3), rng)
        ladder = Ladder.of(10 ** (7 + np.linspace(0, 2.2, 15)), y, 500, chance=0.25)
        found += Jump()(ladder).answer == "sharp"
    assert found >= 36


def test_a_material_step_is_seldom_called_gradual():
    rng, wrong = np.random.default_rng(8), 0
    for _ in range(100):
        truth = np.where(np.arange(8) < rng.integers(1, 8), 0.25, 0.4375)  # a quarter of the range
        ladder = Ladder.of(SIZES, draw(truth, 500, ("beta", 3), rng), 500, chance=0.25)
        wrong += Jump()(ladder).answer == "gradual"
    assert wrong <= 100 * most(0.05, 100)


def test_dispersion_is_given_taken_from_replicates_or_estimated():
    ladder = Ladder.of(SIZES, np.full(8, 0.5), 100, chance=0.25)
    assert given_dispersion(ladder, 2.0).source == "given"
    seeds = given_dispersion(replace(ladder, replicates=(3.0, 6.0)), None)
    assert (seeds.phi, seeds.dof) == (3.0, 6.0)
    assert given_dispersion(ladder, None) is None
    rng = np.random.default_rng(1)
    phi = [smooth_dispersion(ladder.x, draw(np.full(8, 0.5), 100, ("beta", 3), rng), np.full(8, 0.0025)).phi
           for _ in range(400)]
    assert np.mean(phi) == pytest.approx(3, rel=0.15)


def test_zeros_have_a_variance_but_show_no_variation():
    ladder = Ladder.of(SIZES[:3], [0, 0.01, 0.5], 100, chance=0.0)
    assert item_variance(ladder)[0] > 0
    assert informative(ladder).tolist() == [False, False, True]
    assert item_variance(replace(ladder, n_examples=None)) is None


def test_a_jump_that_rests_on_an_odd_model_is_not_told():
    x = 10 ** (7 + np.linspace(0, 2.2, 12))
    names = [f"m{i}" for i in range(12)]
    spike = np.full(12, 0.3) + 0.005 * (-1.0) ** np.arange(12)
    spike[6] = 0.85
    found = Jump()(Ladder.of(x, spike, 1000, chance=0.25, models=names))
    assert (found.answer, found.status, found.odd) == ("cannot tell", "undetermined", pytest.approx(x[6]))
    assert "(m6) lies off the trend" in found.notes[0]
    hole = np.where(np.arange(12) < 5, 0.3, 0.8) + 0.005 * (-1.0) ** np.arange(12)
    assert Jump()(Ladder.of(x, hole, 1000, chance=0.25)).answer == "sharp"
    hole[9] = 0.3
    found = Jump()(Ladder.of(x, hole, 1000, chance=0.25, models=names))
    assert found.status != "ok" and "(m9) lies off the trend" in found.notes[0]


def test_largest_jump():
    assert largest_jump([0.0, 0.1, 0.7, 0.8]) == (pytest.approx(0.6), 2)
    with pytest.raises(InputError, match="at least two models"):
        largest_jump([0.3])
