"""Models grown here: hand-made runs and answers, and what the stored tables must say."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from emergence_utils import scores
from emergence_utils.chapters import grown as gr
from emergence_utils.chapters.grown.figures import plot_products, plot_runs, plot_strip, plot_training
from emergence_utils.errors import EmergenceError, InputError
from emergence_utils.plot import alt_text, figure, figure_data
from emergence_utils.train.presets import MANY, TUNED


@pytest.fixture(scope="module")
def grown():
    return scores.load("grown")


@pytest.fixture(scope="module")
def answers():
    return scores.load("grown_answers")


@pytest.fixture(scope="module")
def many():
    return scores.load("grown_many")


@pytest.fixture(scope="module")
def many_runs(many):
    return gr.runs(many, "addition")


@pytest.fixture(scope="module")
def runs(grown):
    return gr.runs(grown, "addition")


@pytest.fixture(scope="module")
def own():
    return gr.runs(scores.load("grown_tuned"), "addition")


def nearest(values):
    """The dip as a linear program: the nearest distribution with one mode, over all places of the mode."""
    x, size = np.unique(values, return_counts=True)
    after = np.cumsum(size) / len(values)
    before, n, best = after - size / len(values), len(x), np.inf
    for mode in range(n):
        left, right = mode + 1, n - mode  # values before each place up to the mode, and from the mode on
        width, rows, limits = left + right + 1, [], []

        def less(weights, limit, width=width, rows=rows, limits=limits):
            row = np.zeros(width)
            for at, weight in weights.items():
                row[at] += weight
            rows.append(row)
            limits.append(limit)

        d = width - 1
        for i in range(n):
            places = [(i, before[i])] * (i <= mode) + [(i, after[i])] * (i < mode)
            later = left + i - mode
            places += [(later, after[i])] * (i >= mode) + [(later, before[i])] * (i > mode)
            for at, level in places:
                less({at: 1, d: -1}, level)
                less({at: -1, d: -1}, -level)
        for at, begin, sign in ((range(left), 0, 1), (range(left, left + right), mode, -1)):
            for j, k in itertools.pairwise(at):
                less({j: 1, k: -1}, 0)
            for j, k, m in zip(at, at[1:], at[2:], strict=False):
                i = begin + j - at[0]
                one, two = x[i + 1] - x[i], x[i + 2] - x[i + 1]
                less({j: -sign / one, k: sign / one + sign / two, m: -sign / two}, 0)
        less({mode: 1, left: -1}, 0)
        goal = np.zeros(width)
        goal[-1] = 1
        found = optimize.linprog(goal, A_ub=np.array(rows), b_ub=limits, bounds=(0, 1))
        best = min(best, found.fun if found.success else np.inf)
    return best


def test_the_dip_is_the_distance_of_the_nearest_distribution_with_one_mode():
    rng = np.random.default_rng(3)
    samples = [rng.random(8), np.round(rng.random(9), 1), np.r_[rng.random(4), 5 + rng.random(5)],
               rng.normal(size=10), *np.round(rng.random((6, 10)) ** 2, 1), [0, 0, 0, 1, 1, 1, 1],
               [0.0, 0.1, 0.5, 0.9, 1, 1, 1, 1]]
    for values in samples:
        assert gr.dip(values) == pytest.approx(nearest(values), abs=1e-9)


def test_the_dip_knows_neither_place_nor_scale():
    values = np.random.default_rng(0).random(30)
    assert gr.dip(values) == pytest.approx(gr.dip(3 - 7 * values))
    assert gr.dip([5, 5, 5]) == pytest.approx(1 / 6)


def test_even_values_are_seldom_two_groups_and_two_groups_always():
    rng = np.random.default_rng(1)
    small = [gr.spread_test(rng.random(24), draws=200) for _ in range(40)]
    assert np.mean(np.array(small) < 0.05) < 0.15
    assert gr.spread_test(np.repeat([0.0, 1.0], 12), draws=200) < 0.01


@pytest.mark.parametrize("values", [[1.0], [], [np.nan, 1.0], "ab"])
def test_a_dip_needs_numbers(values):
    with pytest.raises(EmergenceError):
        gr.dip(values)


def made(**columns):
    """Runs of three sizes and three seeds."""
    keys = list(itertools.product([100.0, 1000.0, 10000.0], [0.0, 1.0, 2.0]))
    table = pd.DataFrame(keys, columns=["params", "seed"])
    return table.assign(**{name: np.ravel(block) for name, block in columns.items()})


def test_runs_hold_the_last_checkpoint_of_every_run(grown, runs):
    assert len(runs) == 272
    assert runs["params"].nunique() == 24
    assert (runs["n_examples"] == 1000).all()
    row = runs.iloc[0]
    rows = grown[(grown["task"] == "addition") & (grown["params"] == row["params"])
                 & (grown["seed"] == row["seed"]) & (grown["metric"] == "cross_entropy")]
    assert row["cross_entropy"] == rows.sort_values("step")["value"].iloc[-1]


@pytest.mark.parametrize(("task", "subset", "message"), [
    ("juggling", None, "no task 'juggling'"), ("modular", None, "several subsets; take one of test, train"),
    ("modular", "base 9", "with subset 'base 9'")])
def test_a_task_that_is_not_there_is_named(grown, task, subset, message):
    with pytest.raises(InputError, match=message):
        gr.runs(grown, task, subset)


def test_seeds_are_drawn_with_all_their_sizes():
    table = made(score=[[0, 0, 0], [0, 0, 1], [1, 1, 1]])
    found = gr.by_seed(table, lambda means, sizes: means["score"][1], n_resamples=200)
    assert found.estimate == pytest.approx(1 / 3)
    assert found.n == 3
    assert (found.interval.low, found.interval.high) == (0, 1)
    whole = gr.by_seed(table.iloc[:-1], lambda means, sizes: means["score"][1], n_resamples=200)
    assert (whole.estimate, whole.n) == (0, 2)  # the seed that a size lacks is left out


def test_who_learned_is_counted():
    found = gr.learned(made(exact_match=[[0, 0.1, 0.5], [0, 1, 1], [1, 1, 1]]))
    assert found["value"].tolist() == pytest.approx([0, 2 / 3, 1])
    assert found["between"].tolist() == [1, 0, 0]
    assert (found["low"] <= found["value"]).all()


def test_the_step_of_luck_is_that_of_tosses(many_runs):
    share = gr.learned(many_runs)
    curve, tosses = gr.step_of_luck(share)
    assert 0.05 < curve < tosses.interval.low < share["value"].diff().max() < tosses.interval.high
    often = share.assign(runs=1_000_000)  # with so many the curve is all that is left
    curve, tosses = gr.step_of_luck(often, draws=200)
    assert tosses.estimate == pytest.approx(curve, abs=0.005)


def test_runs_of_one_size_fall_into_two_groups(many_runs):
    found = gr.groups(many_runs)
    assert found["runs"].tolist() == [64] * 24
    two = found["holm"] < 0.05
    assert not two.iloc[:4].any()  # hardly any of the smallest learns
    assert two.sum() == 18
    soft = {m: int((gr.groups(many_runs, metric=m)["holm"] < 0.05).sum())
            for m in ("token_accuracy", "token_edit_distance", "cross_entropy")}
    assert max(soft.values()) < 10  # several levels more often than two groups
    with pytest.raises(InputError, match="no size has 70 runs"):
        gr.groups(many_runs, least=70)


def test_runs_that_share_a_value_are_no_group():
    """Scores of a thousand items come in steps of .001; near zero many runs share one."""
    rng = np.random.default_rng(3)
    rejected = 0
    for _ in range(40):
        table = pd.DataFrame({"params": 1.0, "exact_match": rng.binomial(1000, 0.002, 64) / 1000,
                              "n_examples": 1000.0})
        rejected += gr.groups(table, draws=200)["p"].iloc[0] < 0.05
    assert rejected <= 2


def test_scores_and_answers_are_of_the_same_runs(runs, answers):
    digits = gr.by_digit(answers)
    both = runs.merge(digits, on=["params", "seed"], suffixes=("", "_again"))
    assert len(both) == 272
    np.testing.assert_allclose(both["exact_match"], both["exact_match_again"], atol=1e-9)
    np.testing.assert_allclose(both["position_product"], both[[0, 1, 2, 3, 4]].prod(axis=1), atol=1e-4)


def test_the_product_misses_where_errors_go_together():
    table = made(exact_match=[[0.5] * 3, [0.5] * 3, [1.0] * 3],
                 position_product=[[0.25] * 3, [0.45] * 3, [0.0] * 3])
    assert gr.product_gap(table).estimate == pytest.approx(0.15)  # the last size is past its rise


def test_the_product_says_sums_and_not_multiplication(grown, runs):
    sums, times = gr.product_gap(runs), gr.product_gap(gr.runs(grown, "multiplication"))
    assert -0.02 < sums.interval.low < sums.interval.high < 0.02
    assert times.interval.low > 0.05


def test_the_product_is_too_low_for_runs_that_are_not_solved(grown, runs):
    """In both tasks: what sums have and multiplication lacks are solved runs."""
    for table, solved in ((runs, 113), (gr.runs(grown, "multiplication"), 0)):
        assert (table["exact_match"] > 0.9).sum() == solved
        part = table[table["exact_match"].between(0.05, 0.9)]
        assert 0.7 < (part["position_product"] / part["exact_match"]).median() < 0.85


def written(*rights, params=100.0, off=1.0):
    return pd.DataFrame({"params": params, "seed": 0.0, "item": range(len(rights)), "right": rights,
                         "off": off})


def test_errors_that_go_together_correlate():
    table = written("ooooo", "ooxxo", "ooxxo", "ooooo", "xoooo", "oxooo")
    found = gr.wrong_and_wrong(table).set_index(["first", "second"])["correlation"]
    assert found[(2, 3)] == pytest.approx(1)
    assert found[(0, 1)] == pytest.approx(-0.2)
    assert (0, 4) not in found.index


def test_right_digits_are_counted_above_a_guess():
    rows = [written("oooox", "oooox", params=p) for p in (1.0, 2.0, 3.0)]
    assert gr.right_digits(pd.concat(rows)).estimate == pytest.approx((0.8 - 0.18) / 0.82)


def test_wrong_sums_are_sorted():
    table = pd.concat([written("ooooo", off=0.0), written("oxooo", off=-10.0), written("xxooo", off=10.0),
                       written("xoooo", off=1.0)])
    found = gr.kinds_of_wrong(table).iloc[0]
    assert (found["items"], found["wrong"], found["carry"], found["single"]) == (4, 3, 2, 2)


def test_missed_carries_are_few_and_more_at_the_top_of_the_rise(answers, many_runs, own):
    assert gr.carries(gr.kinds_of_wrong(answers)).interval.high < 0.5
    fixed, tuned = gr.carry_change(many_runs), gr.carry_change(own)
    assert 0 < fixed.interval.low < fixed.interval.high < 0.1
    assert 0 < tuned.interval.low < 0.1 < tuned.interval.high


def test_carries_are_pooled_at_both_ends_of_the_rise():
    table = made(exact_match=[[0.2] * 3, [0.6] * 3, [0.8] * 3],
                 one_carry_share=[[0.1] * 3, [0.5] * 3, [0.2] * 3])
    assert gr.carry_change(table).estimate == pytest.approx((0.4 * 0.5 + 0.2 * 0.2) / 0.6 - 0.1)


def test_the_largest_step_of_a_step_does_not_shrink():
    sizes = np.geomspace(1e3, 1e5, 24)
    table = pd.DataFrame({"params": np.tile(sizes, 2), "seed": np.repeat([0.0, 1.0], 24),
                          "exact_match": np.r_[sizes > 1e4, np.linspace(0, 1, 24)]})
    found = gr.density_of_steps(table, [6, 24], [1, 2]).set_index(["sizes", "seeds"])
    assert found.loc[(24, 1), ["low", "high"]].tolist() == pytest.approx([1 / 23, 1])
    assert found.loc[(24, 2), "step"] == pytest.approx((1 + 1 / 23) / 2)
    assert found["choices"].tolist() == [2, 1, 2, 1]
    for sizes_, seeds, message in (([30], [1], "sizes must lie"), ([6], [3], "seeds must lie")):
        with pytest.raises(InputError, match=message):
            gr.density_of_steps(table, sizes_, seeds)


def test_the_pace_of_a_step_is_nothing_and_that_of_a_smooth_curve_one():
    sizes = np.geomspace(1e3, 1e6, 24)
    smooth = 1 / (1 + (3e4 / sizes) ** 2)
    table = pd.concat([pd.DataFrame({"params": sizes, "seed": s, "n_examples": 1e6,
                                     "exact_match": smooth * (1 - 1e-3 * s)})
                       for s in (0.0, 1.0)])
    assert gr.step_pace(table).estimate == pytest.approx(1, abs=0.05)
    step = table.assign(exact_match=(table["params"] > 3e4) * (1 - 1e-3 * table["seed"]))
    assert gr.step_pace(step).estimate == pytest.approx(0, abs=0.05)


def test_steps_are_shares_of_each_metrics_range_and_turned_upwards():
    table = made(exact_match=[[0.0] * 3, [0.0] * 3, [1.0] * 3],
                 token_edit_distance=[[4.0] * 3, [2.0] * 3, [0.0] * 3])
    found = gr.step_gap(table, "exact_match", "token_edit_distance")
    assert found.estimate == pytest.approx(0.5)
    assert gr.step_gap(table, "exact_match", "token_edit_distance", [100, 10000]).estimate == pytest.approx(0)
    assert gr.largest_by_seed(table, ["exact_match", "token_edit_distance"]).to_dict() == {
        "exact match": 1.0, "edit distance": 0.5}
    curves = gr.mean_ladder(table, ["exact match", "edit distance"], draws=100)
    assert curves["value"].tolist() == pytest.approx([0, 0, 1, 0, 0.5, 1])
    assert curves["raw"].tolist() == pytest.approx([0, 0, 1, 4, 2, 0])
    with pytest.raises(InputError, match="metrics must be of"):
        gr.mean_ladder(table, ["fluency"])


def test_kinks_of_the_loss_lie_where_wide_models_do_worse(grown):
    found = gr.kinks(grown, ["addition_mixed", "modular"])
    assert found["subset"].tolist() == ["base 10", "base 9", "test"]
    kinked = found[found["answer"] == "kink"]
    assert (kinked["worse_after"] > 0.9).all()
    assert (found["holm"] > 0.05).all()
    with pytest.raises(InputError, match="no cross-entropy of juggling"):
        gr.kinks(grown, ["juggling"])


def test_one_model_lacks_base_nine(grown):
    gap, both = gr.base_gap(grown)
    assert (both["ten"] > 0.9).all()
    assert gap.n == len(both) == 43
    assert gap.interval.high < 0.1
    assert both["sure"].sum() == 1
    assert both.loc[both["sure"], "gap"].iloc[0] > 0.4


def test_ranks_go_with_size():
    table = made(score=[[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert gr.rank_with_size(table, "score", n_resamples=100).estimate > 0.9
    with pytest.raises(InputError, match="at least four runs, got 3"):
        gr.rank_with_size(table.iloc[:3], "score")


def trained(*curves):
    steps = [1.0, 10.0, 100.0]
    return pd.concat([pd.DataFrame({"task": "t", "subset": "s", "metric": "exact_match", "params": 10.0 ** p,
                                    "seed": 0.0, "step": steps, "value": curve})
                      for p, curve in enumerate(curves)])


def test_widths_of_rises_along_training():
    found = gr.rise_widths(trained([0, 0, 1], [0, 0.5, 1], [0, 0.1, 0.5]), "t")
    assert found["width"].tolist() == pytest.approx([0.8, 1.6])
    assert found["within"].tolist() == [True, False]
    with pytest.raises(InputError, match="no exact match of task 'u'"):
        gr.rise_widths(trained([0, 0, 1]), "u")


def test_the_slope_of_widths_by_hand():
    table = made(width=np.outer([1, 0.1, 0.01], [1, 1, 1]))
    assert gr.width_slope(table).estimate == pytest.approx(-1)


def test_rises_get_wider_under_one_rate_and_cannot_tell_with_a_rate_for_each_size(many, many_runs, own):
    widths = gr.rise_widths(many, "addition")
    assert len(widths) == (many_runs["exact_match"] > 0.9).sum() == 745
    assert widths["within"].mean() < 0.01
    assert gr.width_slope(widths).interval.low > 0
    tuned = gr.rise_widths(scores.load("grown_tuned"), "addition")
    assert len(tuned) == (own["exact_match"] > 0.9).sum()
    assert gr.width_slope(tuned).interval.low < 0 < gr.width_slope(tuned).interval.high


def test_many_choices_of_seeds_are_sampled(many_runs):
    found = gr.density_of_steps(many_runs, [24], [1, 8, 64]).set_index("seeds")
    assert found["choices"].tolist() == [64, 200, 1]
    assert found["step"].is_monotonic_decreasing


def test_delays_are_decades_between_half_ways():
    first = gr.along_training(trained([0, 1, 1]), "t", "s")
    second = gr.along_training(trained([0, 0, 1]), "t", "s")
    assert gr.delays(first, second).tolist() == pytest.approx([1.0])
    with pytest.raises(InputError, match="the same sizes"):
        gr.delays(first, gr.along_training(trained([0, 1, 1], [0, 1, 1]), "t", "s"))
    with pytest.raises(InputError, match="no exact match"):
        gr.along_training(trained([0, 1, 1]), "t", "other")


def test_the_lesson_is_repeatable_and_wider_networks_learn_more():
    first = gr.lesson([4, 32], seeds=1, steps=60)
    pd.testing.assert_frame_equal(first, gr.lesson([4, 32], seeds=1, steps=60))
    assert first["params"].tolist() == [60 * w + w + w * 40 + 40 for w in (4, 32)]
    assert first["cross_entropy"].is_monotonic_decreasing
    assert (first["cross_entropy"] < np.log(10)).all()


def test_slopes_of_the_lesson_are_those_of_its_loss():
    """One step of a tiny network goes downhill: the loss on its own questions falls."""
    rows = [gr.lesson([8], seeds=1, steps=n)["cross_entropy"].iloc[0] for n in (1, 100, 300)]
    assert rows == sorted(rows, reverse=True)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"widths": []}, "widths"), ({"widths": [0]}, "widths"), ({"widths": [4], "seeds": 0}, "seeds"),
    ({"widths": [4], "steps": 0}, "steps")])
def test_a_lesson_needs_something_to_train(arguments, message):
    with pytest.raises(EmergenceError, match=message):
        gr.lesson(**arguments)


def test_every_run_is_drawn_and_said(grown, runs):
    fig, axes = figure(2)
    plot_runs(runs, "exact_match", axes[0], ylabel="Exact match")
    plot_runs(runs, "exact_match", axes[1], ylabel="Exact match", log_y=True, mean=False)
    assert "272 runs against size, 1.9k to 306k" in alt_text(fig)
    assert len(figure_data(fig)) == 272 + 24 + 272
    fig, ax = figure()
    plot_strip(runs, [12606], ax)
    assert "13 of 24 above 0.9, 9 below 0.2" in alt_text(fig)
    fig, ax = figure()
    plot_products({"sums": runs}, ax)
    assert "sums, 272 runs" in alt_text(fig)
    fig, ax = figure()
    plot_training(grown[grown["task"] == "addition"], "exact_match", {(12606, 0): "a", (12606, 3): "b"}, ax,
                  ylabel="Exact match")
    assert "a, 1 runs: mean 1 at the end" in alt_text(fig)


def test_what_cannot_be_drawn_is_named(grown, runs):
    _, ax = figure()
    with pytest.raises(InputError, match="at least one run"):
        plot_runs(runs[:0], "exact_match", ax, ylabel="")
    with pytest.raises(InputError, match="no run of 7 parameters"):
        plot_strip(runs, [7], ax)
    for groups, message in (({}, "at least one run"), ({(7, 0): "a"}, "7 parameters, seed 0")):
        with pytest.raises(InputError, match=message):
            plot_training(grown, "exact_match", groups, ax, ylabel="")


# ---- a learning rate for each size


def test_the_best_rate_is_that_of_the_lowest_mean_loss():
    rates = pd.DataFrame({"params": [10, 10, 10, 10, 20, 20], "learning_rate": [0.1, 0.1, 0.2, 0.2, 0.1, 0.2],
                          "cross_entropy": [1.0, 2.0, 0.5, 3.0, 0.9, 0.4], "exact_match": 0.0})
    assert gr.best_rates(rates).to_dict() == {10: 0.1, 20: 0.2}
    curves = gr.rate_curves(rates).set_index(["params", "learning_rate"])
    assert curves.loc[(10, 0.2), ["value", "low", "high"]].tolist() == [1.75, 0.5, 3.0]
    with pytest.raises(InputError, match="rates must hold at least one run"):
        gr.best_rates(rates.iloc[:0])


def test_a_fall_from_the_best_size_counts_runs():
    learnt = {10: 2, 20: 18, 30: 9}  # of 20 runs
    table = pd.DataFrame([{"params": p, "seed": s, "exact_match": float(s < k)}
                          for p, k in learnt.items() for s in range(20)])
    found = gr.fall_from_best(table)
    assert found.estimate == pytest.approx(0.45) and found.n == 40 and found.interval.low > 0.1
    assert gr.fall_from_best(table[table["params"] < 30]).estimate == 0
    with pytest.raises(InputError, match="at least two sizes, got 1"):
        gr.fall_from_best(table[table["params"] == 10])


def test_the_gain_of_rates_compares_the_same_seeds():
    def learnt(shares, seeds):
        return pd.DataFrame([{"params": p, "seed": s, "exact_match": float(s < k)}
                             for p, k in shares.items() for s in range(seeds)])

    own, one = learnt({10: 9, 100: 5, 1000: 8, 2000: 1}, 10), learnt({10: 4, 100: 5, 1000: 2, 3000: 9}, 30)
    rates = pd.Series({10: 0.04, 100: 0.002, 1000: 0.0001}), pd.Series(0.002, index=[10, 100, 1000])
    found = gr.gain_of_rates(own, one, *rates).set_index("rate")
    assert found["estimate"].to_dict() == pytest.approx({"larger": 0.5, "same": 0.0, "smaller": 0.6})
    assert found["runs"].tolist() == [10, 10, 10] and found["sizes"].tolist() == [1, 1, 1]
    assert found.loc["larger", "low"] > 0 == found.loc["same", "high"]
    with pytest.raises(InputError, match="a size and a seed in common"):
        gr.gain_of_rates(own, one[one["params"] == 3000], *rates)
    with pytest.raises(InputError, match="a rate for every size in common, got none for 1000 parameters"):
        gr.gain_of_rates(own, one, rates[0][:2], rates[1])


def test_the_fall_of_the_widest_is_mostly_the_rate(many_runs, own):
    fixed, tuned = gr.fall_from_best(many_runs), gr.fall_from_best(own)
    assert fixed.interval.low > 0.4 and tuned.interval.low < 0
    widest = [gr.learned(t).iloc[-1] for t in (many_runs, own)]
    assert widest[0]["high"] < 0.4 < widest[1]["low"]  # 23 % of 64 against 75 % of 16
    rates = gr.best_rates(scores.load("grown_rates"))
    assert len(rates) == 7 and rates.iloc[0] == 0.08 and rates.iloc[-1] == 0.00125
    assert set(rates) <= {TUNED.settings_of(size).learning_rate for size in TUNED.sizes}
    used = gr.rates_by_size(scores.load("grown_tuned"), TUNED)
    assert used[rates.index].equals(rates) and len(used) == 15
    gain = gr.gain_of_rates(own, many_runs, used, gr.rates_by_size(scores.load("grown_many"), MANY))
    assert gain.set_index("rate")["sizes"].to_dict() == {"larger": 9, "same": 2, "smaller": 4}
    assert gain.set_index("rate").loc["smaller", "low"] > 0.1
