"""What the closed form of the Mirage paper implies, and leads of simulated ladders."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence_utils import InputError, Kink
from emergence_utils.chapters.metric import (
    at_chance,
    beyond_smooth,
    chain_accuracy,
    chain_curves,
    chain_rise_width,
    choice_pairs,
    correlations_below,
    gain_over_compute,
    half_accuracy_scale,
    kink_by_p,
    lead,
    likelihood_ratios,
    lines,
    measured_width,
    olmo_runs,
    over_floors,
    paired_shapes,
    partial_rank,
    scored_twice,
    smooth_draws,
    steady_emergent,
    step_ratios,
    steps_from_zero,
    task_widths,
    transliteration,
    worse_than_guess,
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


@pytest.mark.parametrize("call", [
    lambda: chain_accuracy(1.0, 0, 0.5), lambda: chain_rise_width(0.5, 0.9, 0.1),
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


def test_a_kink_test_is_told_by_its_p():
    x = np.linspace(0, 4, 20)
    found = Kink(n_resamples=100).of(x, np.maximum(x - 2, 0) + 0.01 * np.sin(9 * x))
    told = kink_by_p(found)
    assert (told.answer, told.estimate, told.interval) == ("kink", found.p_value, None)


# ---- windows, widths


def test_the_window_decides_whether_a_longer_answer_looks_sharper():
    table = step_ratios([0.1, 10.0], [3.0, 4.0])
    assert table["ratio"].round(2).tolist() == [2.27, 0.57, 1.28, 0.56]
    assert table["long"].tolist() == pytest.approx((table["short"] * table["ratio"]).tolist())
    same = step_ratios([1.0], [3.0], long=1)
    assert same["ratio"].tolist() == [1.0]


def test_curves_of_several_lengths_stand_under_each_other():
    table = chain_curves([1.0, 10.0], (1, 2), 0.5)
    assert table["length"].unique().tolist() == ["1 token", "2 tokens"]
    assert table["accuracy"].tolist() == pytest.approx(
        [*chain_accuracy([1.0, 10.0], 1.0, 0.5, 1), *chain_accuracy([1.0, 10.0], 1.0, 0.5, 2)])


@pytest.mark.parametrize("length", [1, 7])
def test_measured_width_is_that_of_the_formula(length):
    assert measured_width(length, 0.3) == pytest.approx(chain_rise_width(0.3), abs=1e-4)


def test_widths_of_tasks_follow_their_exponents_and_the_interval_covers_the_floors():
    n = np.logspace(8, 10, 6)
    made = pd.concat([pd.DataFrame({"task": f"t{i}", "params": n, "value": 3 * (n / 1e8) ** -a})
                      for i, a in enumerate((0.1, 0.2, 0.3))])
    table = task_widths(made, (0.0, 0.5))
    plain = table[table["floor"] == 0]
    assert plain["exponent"].tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert plain["width"].tolist() == pytest.approx([chain_rise_width(a) for a in (0.1, 0.2, 0.3)])
    found = over_floors(table)
    assert found.estimate == pytest.approx(table.loc[table["floor"] == 0.5, "width"].median())
    assert found.interval.high == pytest.approx(chain_rise_width(0.1))
    assert found.interval.low == pytest.approx(table.loc[table["floor"] == 0.5, "width"].min())
    with pytest.raises(InputError, match="middle must be one of the floors"):
        over_floors(table, middle=0.3)


# ---- below the threshold


def made_below(slope_soft, slope_hard):
    """Two tasks, six families of five models: how closely each score follows compute is known."""
    rng = np.random.default_rng(3)
    rows = []
    for task in ("a", "b"):
        x = rng.random(30)
        rows.append(pd.DataFrame({
            "task": task, "family": np.tile(list("uvwxyz"), 5), "train_flops": 10 ** (20 + x), "guess": 0.5,
            "brier": 0.6 - slope_soft * x, "accuracy": 0.25 + slope_hard * x + 1e-3 * rng.random(30)}))
    return pd.concat(rows, ignore_index=True)


def test_correlations_below_have_the_signs_that_were_put_in():
    found = correlations_below(made_below(0.2, 0.0), n_resamples=100)
    assert found["soft"].estimate == pytest.approx(1)
    assert abs(found["hard"].estimate) < 0.4
    assert found["difference"].estimate == pytest.approx(1 - found["hard"].estimate)
    assert found["difference"].interval.low > 0
    assert found["soft"].n == 60
    assert correlations_below(made_below(-0.2, 0.0), n_resamples=100)["soft"].estimate == pytest.approx(-1)


def test_worse_than_a_guess_counts_scores_above_it():
    table = made_below(0.2, 0.0)
    assert worse_than_guess(table).estimate == pytest.approx((table["brier"] > 0.5).mean())


def test_what_compute_explains_is_taken_out_of_a_correlation():
    rng = np.random.default_rng(0)
    x, noise = np.linspace(0, 1, 80), rng.normal(size=(2, 80))
    apart = partial_rank(x + 0.1 * noise[0], x + 0.1 * noise[1], x, n_resamples=100)
    together = partial_rank(x + 0.1 * noise[0], x + 0.1 * noise[0], x, n_resamples=100)
    assert 0.0 in apart.interval
    assert together.estimate == pytest.approx(1)


# ---- small tests


def bigg_like(rate, n=200, task="t"):
    return pd.DataFrame({"source": "s", "task": task, "metric": "multiple_choice_grade",
                         "prompting": "few-shot", "n_shot": 3, "n_examples": n, "chance": 0.25,
                         "params": np.logspace(6, 11, len(rate)), "value": rate})


def test_smooth_curves_drawn_again_give_what_they_gave():
    rate = np.round(0.25 + 0.6 / (1 + np.exp(-2.5 * (np.linspace(6, 11, 10) - 9.5))), 2)
    table = smooth_draws(pd.concat([bigg_like(rate, task=t) for t in "ab"]), draws=10)
    assert table.groupby("draw").size().eq(2).all()
    assert sorted(table["draw"].unique()) == list(range(11))
    found = beyond_smooth(table)
    assert found.interval.low < 0 < found.interval.high
    assert found.n == 2
    assert "2 as published" in found.notes[0]


def test_a_pattern_that_no_smooth_curve_gives_is_beyond_them():
    table = pd.DataFrame({"task": ["a", "b"] * 4, "draw": np.repeat([0, 1, 2, 3], 2),
                          "pattern": ["emergent"] * 2 + ["mixed"] * 5 + ["emergent"]})
    found = beyond_smooth(table)
    assert found.estimate == pytest.approx(2 - 1 / 3)


def test_emergent_tasks_count_where_new_tests_find_them_again():
    table = pd.DataFrame({"pattern": ["emergent", "emergent", "mixed"], "kept": [0.95, 0.5, 1.0]})
    found = steady_emergent(table)
    assert (found.estimate, found.n, found.status) == (1, 3, "limited")
    assert steady_emergent(table.iloc[1:]).status == "undetermined"


def test_steps_from_zero_tell_a_sure_step_from_an_unsure_one():
    sure = bigg_like([0.0, 0.0, 0.4, 0.5], n=100, task="sure")
    unsure = bigg_like([0.0, 0.0, 0.05, 0.05], n=20, task="unsure")
    higher = bigg_like([0.1, 0.1, 0.4, 0.5], task="higher")
    flat = bigg_like([0.0] * 4, task="flat")
    table = steps_from_zero(pd.concat([sure, unsure, higher, flat])).set_index("task")
    assert table.index.tolist() == ["sure", "unsure"]
    assert (table["low"] > 0).tolist() == [True, False]
    assert table["rise"].tolist() == pytest.approx([0.4, 0.05])
    assert table.attrs["elsewhere"] == 1


# ---- soft scores along runs


def test_lines_tell_a_bend_and_surrogates_are_set_against_compute():
    flops = np.logspace(18, 22, 30)
    x = np.log10(flops) - 18
    rng = np.random.default_rng(1)
    made = {"accuracy": 0.3 + 0.1 * x, "probability": 0.1 * x,
            "bits per byte": 2 - 0.4 * np.maximum(x - 2, 0)}
    runs = pd.concat([pd.DataFrame({"model": [f"m{i}" for i in range(30)], "task": "t", "scored_by": name,
                                    "train_flops": flops, "value": y + rng.normal(scale=1e-3, size=30)})
                      for name, y in made.items()])
    table = lines(runs, n_resamples=100).set_index("scored_by")
    assert table.loc["bits per byte", ["straight", "shape"]].tolist() == ["no", "kink"]
    assert table.loc["probability", "straight"] == "cannot tell"
    assert table.loc["accuracy", "straight"] == ""
    assert table.loc["probability", "r2"] > 0.99 > table.loc["bits per byte", "r2"]


def test_gain_over_compute_is_a_median_at_a_level_for_all_surrogates():
    table = pd.DataFrame({"task": list("abcd"), "surrogate": "probability", "gain": [0.01, 0.02, 0.03, 0.04]})
    found = gain_over_compute(table, "probability")
    assert found.estimate == pytest.approx(0.025)
    assert found.interval.level == pytest.approx(1 - 0.05 / 3)


# ---- published tables


def test_tables_of_the_chapter_hold_what_they_say():
    choices = choice_pairs()
    below = at_chance(choices, 10)
    assert not below["above"].any()
    assert below.groupby("task").size().min() >= 10
    assert len(at_chance(choices)) >= len(below)
    twice = scored_twice(olmo_runs(), choices)
    assert set(twice["side"]) == {"hard", "soft"}
    assert (twice.groupby("ladder")["side"].nunique() == 2).all()
    assert twice["share"].between(0, 1).all()
    shapes = paired_shapes(twice)
    assert shapes["family"].nunique() == 5
    assert shapes["better"].isin([-1, 0, 1]).all()
    assert not (transliteration()[["exact_match", "bleu"]].isna()).to_numpy().any()
    assert min(likelihood_ratios().values()) >= 1
