"""The U test from counts: known ladders, its null at its worst, and its edges."""

import numpy as np
import pytest
from scipy import special, stats

from emergence_utils import InputError
from emergence_utils.ladders import Ladder
from emergence_utils.measures._dips import Bends, Stretches, null_dips
from emergence_utils.measures.u_shape import UFromCounts

SCALE = np.array([70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9])
U8 = [.50, .47, .40, .30, .25, .35, .55, .75]
QUICK = UFromCounts(draws=4000)
FOUR = Ladder.of([1e8, 1e9, 1e10, 1e11], [.42, .31, .33, .43], 1320)
THREE = Ladder.of([1, 2, 3], [.1, .2, .3], 10)


def answers(truth, n, *, noise="binomial", sets=200, seed=0, scale=SCALE):
    """Results of `sets` simulated ladders around `truth`."""
    rng = np.random.default_rng(seed)
    p = np.broadcast_to(truth, (sets, len(scale)))
    if noise == "logit":
        p = special.expit(special.logit(p) + .2 * special.ndtri(rng.random(p.shape)))
    elif noise != "binomial":
        size = (n - 1) / (noise - 1) - 1  # variance `noise` times the binomial one
        p = special.betaincinv(p * size, (1 - p) * size, rng.random(p.shape))
    k = stats.binom.ppf(rng.random(p.shape), n, p)
    return [QUICK(Ladder.of(scale, row, n)) for row in k / n]


def shaped(found, scope=None):
    return np.mean([r.answer in ("U", "inverted U") and scope in (None, r.scope) for r in found])


def test_eight_models_of_one_family_show_a_u():
    r = UFromCounts()(Ladder.of(SCALE, U8, 1000, metric="multiple_choice_grade"))
    assert (r.answer, r.scope, r.status) == ("U", "sizes", "ok")
    assert r.estimate == pytest.approx(.25)
    assert .05 < r.interval.low < .25 < r.interval.high < .5
    assert r.p_value < .005
    assert 1e9 < r.trough < 1.4e9  # the mean of two neighbours in log scale


def test_four_models_show_a_u_of_these_models_and_say_how_much_variation_it_stands():
    r = UFromCounts()(FOUR)
    assert (r.answer, r.scope, r.status) == ("U", "these models", "limited")
    assert "cannot be estimated from 4 models" in r.notes[0]
    given = UFromCounts(dispersion=.99 * r.withstands)(FOUR)
    assert (given.answer, given.scope) == ("U", "sizes")
    given = UFromCounts(dispersion=1.05 * r.withstands)(FOUR)
    assert given.answer == "cannot tell"


def test_lower_is_better_turns_the_sign():
    low = UFromCounts()(Ladder.of(SCALE, U8, 1000, metric="brier_target"))
    high = UFromCounts()(Ladder.of(SCALE, 1 - np.array(U8), 1000))
    assert low.answer == high.answer == "inverted U"
    assert low.z == pytest.approx(high.z)
    assert UFromCounts()(Ladder.of(SCALE, 1 - np.array(U8), 1000, metric="brier_target")).answer == "U"


def test_no_u_is_said_only_where_a_deep_one_is_excluded():
    rise = np.linspace(.2, .8, 8) + .002 * np.array([1, -1, 1, 1, -1, 1, -1, 1])
    even = np.logspace(8, 11, 8)
    assert UFromCounts()(Ladder.of(even, rise, 20_000)).answer == "no U"
    few = UFromCounts()(Ladder.of(even, np.full(8, .4) + .02 * np.array([1, -1, 1, 1, -1, 1, -1, 1]), 50))
    assert few.answer == "cannot tell"
    assert "nor one of depth 0.05 excluded" in few.notes[-1]


def test_three_models_are_a_plain_z_test():
    """Behind a certain fall there is one rise: the critical value is that of one one-sided z test."""
    null = null_dips(np.eye(3), np.array([0., 1, 2]), draws=50_000)
    assert null.critical(.05) == pytest.approx(stats.norm.isf(.05), abs=.02)


def test_critical_value_is_that_of_the_range_of_the_models_but_one():
    """Largest of all differences of m - 1 models, one way: half of Tukey's range, two-sided 10 %."""
    null = null_dips(np.eye(5), np.arange(5.), draws=50_000)
    one_way, both_ways = stats.studentized_range.isf([.10, .05], [4, 5], np.inf) / np.sqrt(2)
    assert null.critical(.05) == pytest.approx(one_way, abs=.25)
    assert null.factor(.05) == pytest.approx(both_ways, abs=.03)


@pytest.mark.parametrize("m", [3, 4, 5, 8])
def test_item_noise_alone_keeps_its_size_at_the_least_favourable_truth(m):
    scale = np.logspace(8, 11, m)
    truth = np.where(np.arange(m) == 0, .8, .4)
    rate = np.mean([r.p_items < .05 for r in answers(truth, 500, scale=scale, sets=600, seed=m)])
    assert .02 < rate < .07


@pytest.mark.parametrize("noise", ["binomial", 3, 11, "logit"])
@pytest.mark.parametrize("truth", [np.full(8, .5), .7 - .4 * np.minimum(np.linspace(0, 2.5, 8), 1),
                                   .25 + .65 * (1 - np.exp(-2 * np.linspace(0, 3, 8)))],
                         ids=["flat", "falls then flat", "saturates"])
def test_models_of_these_sizes_keep_their_size_under_any_noise(truth, noise):
    found = answers(truth, 500, noise=noise, seed=5)
    assert shaped(found, "sizes") < .05 + 2 * np.sqrt(.05 * .95 / 200)
    assert shaped(found) == shaped(found, "sizes")


COUNTS = {"alternating": np.where(np.arange(15) % 2 == 0, 200, 20_000),
          "random": np.random.default_rng(4).integers(50, 5001, 15)}


@pytest.mark.parametrize("noise", ["binomial", 11, "logit"])
@pytest.mark.parametrize("counts", COUNTS)
def test_models_with_very_different_numbers_of_items_keep_the_size(counts, noise):
    """Variation between models does not shrink with items, nor need it stay the same."""
    n, x = COUNTS[counts], np.linspace(0, 3, 15)
    for truth in (np.full(15, .5), .25 + .65 * (1 - np.exp(-2 * x))):
        found = answers(truth, n, noise=noise, scale=10**x, sets=80)
        assert shaped(found) < .05 + 2 * np.sqrt(.05 * .95 / 80)


def test_long_ladders_whose_variation_lies_between_two_ways_keep_the_size():
    n = np.where(np.arange(60) % 2 == 0, 20_000, 200)
    found = answers(np.full(60, .5), n, noise="logit", scale=np.logspace(8, 11, 60), sets=80, seed=2)
    assert shaped(found) < .05 + 2 * np.sqrt(.05 * .95 / 80)


def test_power_against_a_u_where_item_counts_differ():
    x = np.linspace(0, 3, 15)
    u = .25 + .4 * ((x - 1.5) / 1.5) ** 2
    found = answers(u, COUNTS["alternating"], noise="logit", scale=10**x, sets=40)
    assert shaped(found, "sizes") > .9
    assert "items a model differ (200 to 20000)" in found[0].notes[0]


def test_a_given_dispersion_is_taken_at_its_word_where_item_counts_differ():
    ladder = Ladder.of(SCALE, U8, COUNTS["alternating"][:8])
    r = UFromCounts(dispersion=3.0)(ladder)
    assert not any("differ" in note for note in r.notes)
    assert UFromCounts(dispersion=1.02 * r.withstands)(ladder).answer == "cannot tell"


def test_five_models_of_few_items_keep_their_size_behind_a_drop():
    scale = np.logspace(8, 11, 5)
    found = answers(np.array([.8, .4, .4, .4, .4]), 50, scale=scale, sets=1000, seed=8)
    assert shaped(found, "these models") < .07


def test_scores_printed_with_two_digits_carry_the_noise_of_rounding():
    exact = np.array([.40312, .40123, .40377, .40451, .40088, .40291, .40619, .40534])
    plain, rounded = (QUICK(Ladder.of(SCALE, y, 10**6)) for y in (exact, exact.round(2)))
    assert any("few digits" in note for note in rounded.notes)
    assert not any("digits" in note for note in plain.notes)


@pytest.mark.parametrize("m", [4, 5, 15])
def test_equal_models_between_two_printed_values_are_no_u(m):
    """At .405 each score is printed as .40 or .41, by a coin."""
    rng, scale = np.random.default_rng(m), np.logspace(8, 11, m)
    rounded = stats.binom.ppf(rng.random((100, m)), 10**6, .405).round(-4) / 10**6
    assert shaped([QUICK(Ladder.of(scale, y, 10**6)) for y in rounded]) < .05 + 2 * np.sqrt(.05 * .95 / 100)


def test_lattices_of_rounded_scores_do_not_add_to_the_rate():
    rng, truth = np.random.default_rng(3), np.where(np.arange(8) == 0, .8, .4)
    rounded = (stats.binom.ppf(rng.random((400, 8)), 5000, truth) / 5000).round(2)
    assert np.mean([QUICK(Ladder.of(SCALE, y, 5000)).p_items < .05 for y in rounded]) < .07


def test_a_metric_of_another_range_is_judged_as_a_share_of_it():
    share = QUICK(FOUR)
    bleu = QUICK(Ladder.of(FOUR.scale, 100 * FOUR.score, 1320, metric="bleu"))
    assert bleu.z == pytest.approx(share.z)
    assert bleu.interval.low == pytest.approx(100 * share.interval.low)


def test_power_against_a_u():
    found = answers(np.array(U8), 1000, seed=3)
    assert shaped(found, "sizes") > .9
    assert shaped(answers(np.array(U8), 1000, noise=3, seed=4), "sizes") > .7
    assert np.mean([.25 in r.interval for r in found]) > .95


def test_pairing_finds_what_separate_counts_do_not():
    """Items that all models agree on add no noise to differences."""
    n, k = 400, 160
    items = np.zeros((4, n))
    items[:, :k] = 1
    for row, more in enumerate([16, 0, 2, 18]):
        items[row, k:k + more] = 1
    ladder = Ladder.of([1e8, 1e9, 1e10, 1e11], items.mean(axis=1), n)
    assert UFromCounts()(ladder).answer == "cannot tell"
    assert UFromCounts()(ladder, items=items).answer == "U"


def test_pairing_keeps_its_size():
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(300):
        hard = special.ndtri(rng.random(200))
        skill = np.array([[2.], [0], [0], [0]]) - .7 * special.ndtri(rng.random((4, 200)))
        items = (hard < skill).astype(float)
        r = QUICK(Ladder.of([1, 10, 100, 1000], items.mean(axis=1), 200), items=items)
        hits += r.answer in ("U", "inverted U")
    assert hits / 300 < .08


def test_replicates_give_the_dispersion():
    seeds = Ladder(FOUR.scale, FOUR.score, FOUR.n_examples, replicates=(1.5, 12.0))
    r = UFromCounts()(seeds)
    assert (r.scope, r.dispersion, r.dof) == ("sizes", 1.5, 12.0)
    assert r.p_value > r.p_items


def test_bends_are_blind_to_lines_and_overstate_on_curves():
    x = np.log10(SCALE)
    weights = Bends.of(x).weights
    assert weights @ (3 * x - 2) == pytest.approx(np.zeros(6), abs=1e-12)
    assert weights @ np.ones(8) == pytest.approx(np.zeros(6), abs=1e-12)
    assert Bends(weights).dof(np.eye(8), np.ones(6, dtype=bool)) < 6


def test_stretches_take_wider_means_where_there_are_models_enough():
    assert set(Stretches.of(5).width) == {1}
    assert set(Stretches.of(15).width) == {1, 2, 4}
    assert Stretches.of(6).weights.sum(axis=1) == pytest.approx(0)


@pytest.mark.parametrize(("score", "n"), [(np.zeros(8), 500), (np.ones(8), 500), (np.full(8, .3), 10)])
def test_constant_ladders_have_an_interval_and_no_shape(score, n):
    r = UFromCounts()(Ladder.of(SCALE, score, n))
    assert r.answer in ("no U", "cannot tell")
    assert r.interval.width > 0
    assert r.status == "limited"


def test_two_models_and_uncounted_few_models_are_undetermined():
    assert UFromCounts()(Ladder.of([1, 2], [.1, .2], 10)).status == "undetermined"
    r = UFromCounts()(Ladder.of([1, 2, 3, 4], [3., 1, 1.1, 3]))
    assert (r.answer, r.status) == ("cannot tell", "undetermined")


def test_without_counts_the_ladder_gives_the_noise():
    x = np.linspace(8, 12, 15)
    y = np.abs(x - 10) + .05 * np.cos(20 * x)
    r = UFromCounts()(Ladder.of(10**x, y))
    assert (r.answer, r.scope, r.status) == ("U", "sizes", "ok")
    assert "not known" in r.notes[0]


@pytest.mark.parametrize(("call", "said"), [
    (lambda: UFromCounts(level=95), "level"),
    (lambda: UFromCounts(material=0), "material"),
    (lambda: UFromCounts(draws=10), "draws"),
    (lambda: UFromCounts(dispersion=-1), "dispersion"),
    (lambda: QUICK(THREE, items=[[0, 1]]), "one row a model"),
    (lambda: QUICK(THREE, items=np.full((3, 10), .5)), "0 .wrong. and 1 .right."),
    (lambda: QUICK(THREE, items=np.ones((3, 10))), "means of their rows"),
])
def test_bad_input_is_named(call, said):
    with pytest.raises(InputError, match=said):
        call()
