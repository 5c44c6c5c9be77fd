"""Repeated answers: what one try hides, rates under stopping rules, forecasts from small models alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from emergence_utils import scores
from emergence_utils.chapters import rare as ra
from emergence_utils.errors import InputError


@pytest.fixture(scope="module")
def tries():
    return scores.load_items("monkeys")


@pytest.fixture(scope="module")
def runs():
    return scores.load_items("monkeys_checkpoints")


def table(correct, n=1000, params=(1e8, 1e9, 1e10)):
    """Counts of a few problems (rows) by a few models (columns)."""
    grid = np.asarray(correct, dtype=float)
    rows = [{"source": "mine", "family": "F", "model": f"m{p:.0e}", "params": p, "task": "t", "tokens": 1e9,
             "item": f"{i:03d}", "n_samples": n, "correct": grid[i, j]}
            for j, p in enumerate(params[:grid.shape[1]]) for i in range(len(grid))]
    return scores.validate_items(pd.DataFrame(rows))


def rising(problems=60, n=10_000, seed=0, sizes=6, slope=0.7):
    """A simulated ladder: log rates on lines in log size, each problem with its own level."""
    rng = np.random.default_rng(seed)
    params = np.logspace(8, 10.5, sizes)
    level = rng.normal(-4, 0.6, problems)[:, None]
    rate = np.minimum(10 ** (level + slope * (np.log10(params) - 8)), 0.9)
    return table(rng.binomial(n, rate), n, params), rate, params


def test_one_try_picks_a_recorded_answer():
    shown = ra.one_try(table([[0, 1000, 500]] * 400))
    assert shown["right"].iloc[:2].tolist() == [0, 400]
    assert shown["right"].iloc[2] == pytest.approx(200, abs=40)
    assert ra.one_try(table([[0, 1, 2]])).equals(ra.one_try(table([[0, 1, 2]])))


def test_rates_are_pooled_with_exact_ends(tries):
    found = ra.rates(tries).set_index("model")
    last = found.loc["pythia-12b"]
    exact = stats.binomtest(29_685, 1_280_000).proportion_ci(method="exact")
    assert last["value"] == pytest.approx(29_685 / 1_280_000)
    assert (last["low"], last["high"]) == pytest.approx((exact.low, exact.high), rel=1e-9)
    assert (found["low_new"] < found["low"]).all() and (found["high_new"] > found["high"]).all()


def test_rates_need_as_many_answers_of_every_problem():
    uneven = table([[1, 2], [3, 4]]).assign(n_samples=[10, 20, 10, 10])
    with pytest.raises(InputError, match="use mean_rate where they differ"):
        ra.rates(uneven)


def test_a_missing_item_is_refused(tries):
    with pytest.raises(InputError, match="each model needs each item once"):
        ra.solved(tries.iloc[1:], [1])


def test_solved_within_all_tries_is_the_share_of_problems_with_a_right_answer(tries):
    found = ra.solved(tries, [1, 10_000])
    share = (tries["correct"] > 0).groupby(tries["params"]).mean()
    every = found[found["tries"] == 10_000].set_index("params")["value"]
    pd.testing.assert_series_equal(every, share, check_names=False)
    assert every.iloc[[0, -1]].tolist() == [0.265625, 0.875]
    once = found[found["tries"] == 1]
    assert once["value"].iloc[-1] == pytest.approx(29_685 / 1_280_000)
    assert (once["low"] <= once["value"]).all() and (once["value"] <= once["high"]).all()


def test_the_dial_moves_the_onset(tries):
    half = ra.half_solved(tries, [1, 300, 10_000]).set_index("tries")
    assert np.isinf(half.loc[1, "params"])
    assert half.loc[300, "params"] == pytest.approx(1.815e9, rel=1e-3)
    assert half.loc[10_000, "params"] == pytest.approx(1.339e8, rel=1e-3)
    assert (half["low"] <= half["params"]).all() and (half["params"] <= half["high"]).all()
    assert ra.half_solved(tries, [10_000], share=0.2)["params"].iloc[0] == 0
    with pytest.raises(InputError, match="share must lie between 0 and 1, got 2"):
        ra.half_solved(tries, [1], share=2)


def test_the_onset_lies_between_sizes_on_a_line():
    made = table([[0, 1000], [0, 0], [0, 0]], params=(1e8, 1e10))  # 0, then a third
    assert ra.half_solved(made, [1], share=1 / 6)["params"].iloc[0] == pytest.approx(1e9)


def test_chance_of_finding_nothing():
    found = ra.chance_of_zero(table([[0, 500], [0, 500]]), tries=2)
    assert found["chance"].tolist() == [1.0, pytest.approx(0.5**4)]


def test_spread_counts_who_carries_the_mean():
    found = ra.spread_of_rates(table([[0, 900]] + [[0, 0]] * 5 + [[1, 25]] * 4))
    assert found["never"].tolist() == [6, 5]
    assert found["top_tenth"].tolist() == [0.25, 0.9]


# ------------------------------------------------------------------------------- rates under stopping rules

def test_a_mixture_finds_two_kinds_of_problems():
    rng = np.random.default_rng(1)
    correct = np.concatenate([np.zeros(50, int), rng.binomial(500, 0.2, 50)])
    found = ra.mixture(correct, np.full(100, 500))
    assert found["weight"].sum() == pytest.approx(1)
    assert found.loc[found["rate"] < 1e-3, "weight"].sum() == pytest.approx(0.5, abs=0.01)
    assert ra.mean_rate(correct, np.full(100, 500)) == pytest.approx(0.1, abs=0.01)


def test_many_tries_leave_rates_as_they_are(tries):
    cell = tries[tries["model"] == "pythia-12b"]
    plain = cell["correct"] / cell["n_samples"]
    assert ra.mean_rate(cell["correct"], cell["n_samples"]) == pytest.approx(plain.mean(), rel=0.01)


def test_stopping_at_a_success_biases_the_plain_mean_and_not_the_fitted_one():
    bias = ra.stopping_bias(draws=40)
    error = bias.std(ddof=1) / np.sqrt(len(bias))
    assert bias["plain"].mean() > 1 + 2 * error["plain"]
    assert bias["fitted"].mean() == pytest.approx(1, abs=3 * error["fitted"])


def test_the_rule_of_stopping_is_the_one_described():
    sample = ra.stopped_samples(seed=3)
    assert sample["n_samples"].isin(128 * 2 ** np.arange(8)).all()
    assert (sample.loc[sample["correct"] == 0, "n_samples"] == 16_384).all()


@pytest.mark.parametrize(("correct", "n"), [([3], [2]), ([1, 2], [3]), ([], [])])
def test_bad_counts_are_refused(correct, n):
    with pytest.raises(InputError, match="correct and n_samples must be of one length"):
        ra.shrunk_rates(correct, n)


# -------------------------------------------------------------------------------------- does spread explain?

def normal_ladder(middle, spread, problems=400, n=10_000):
    """Rates at even quantiles of normal log-odds, counts as expected."""
    z = stats.norm.ppf((np.arange(problems) + 0.5) / problems)[:, None]
    rate = 1 / (1 + np.exp(-(np.asarray(middle) + np.asarray(spread) * z)))
    return table(np.rint(n * rate), n, np.logspace(8, 10, len(middle)))


def test_the_middle_and_the_spread_are_found_again():
    found = ra.smooth_growth(normal_ladder([-9, -7, -5], [3, 3, 2]))
    assert found["middle"].tolist() == pytest.approx([-9, -7, -5], abs=0.3)
    assert found["spread"].tolist() == pytest.approx([3, 3, 2], abs=0.3)


def test_smooth_growth_is_explained_and_a_leap_is_not():
    even, leap = (normal_ladder(m, [2.0] * 5) for m in ([-10, -9, -8, -7, -6], [-12, -12, -12, -4, -4]))
    ks = [10, 100, 1000]
    assert ra.growth_gap(even, ks, n_resamples=100).interval.high < 0.1
    assert ra.growth_gap(leap, ks, n_resamples=100).interval.low > 0.1
    assert ra.growth_gap(leap, ks, own=True, n_resamples=100).interval.high < 0.1


def test_what_the_chapter_found_of_growth(tries):
    ks = [10, 100, 1000, 10_000]
    how, why = (ra.growth_gap(tries, ks, own=own, n_resamples=100) for own in (True, False))
    assert (round(how.estimate, 3), round(why.estimate, 3)) == (0.067, 0.184)
    derived = ra.predicted_scores(tries, ks, own=True)
    assert (derived["derived"] - derived["observed"]).abs().max() < 0.1


# ----------------------------------------------------------------------------------------- warnings and onset

def test_flat_problems_that_rise_warn_and_those_that_stay_do_not():
    flat, warn = [0, 0, 0, 0, 0], [1, 4, 15, 60, 900]
    made = table([flat] * 3 + [warn] * 3, 10_000, np.logspace(8, 10, 5))
    found = ra.problem_fates(made, known=4)
    assert found["rises"].tolist() == [False] * 3 + [True] * 3
    assert found["warns"].tolist() == found["rises"].tolist()


def test_a_line_in_log_rate_is_carried_on():
    made, rate, _ = rising(problems=200)
    found = ra.tries_before(made, [1, 10_000], known=4)
    line = found[(found["tries"] == 10_000) & (found["forecast"] == "line")]
    assert line["value"].tolist() == pytest.approx(rate.mean(axis=0)[4:].tolist(), rel=0.25)
    same = found[(found["tries"] == 10_000) & (found["forecast"] == "same as last")]
    assert same["value"].tolist() == pytest.approx([rate.mean(axis=0)[3]] * 2, rel=0.05)
    wide = (found["high"] / found["low"]).groupby(found["tries"]).max()
    assert wide[1] > wide[10_000]


@pytest.mark.parametrize("known", [1, 6])
def test_forecasts_need_known_and_held_out_models(known):
    made, _, _ = rising(problems=5)
    with pytest.raises(InputError, match="known must lie between 2 and 5"):
        ra.tries_before(made, [1], known=known)


def test_onset_intervals_hold_the_truth_on_straight_lines():
    made, _, params = rising(problems=80, sizes=7, slope=0.9)
    found = ra.forecast_onsets(made, known=4)
    assert found["covered"].mean() > 0.85
    came = found[np.isfinite(found["onset"])]
    assert came["onset"].between(params[3], params[-1]).all() and len(came) > 20
    assert came["width"].median() < 2 and (came["width_inner"] < came["width"]).all()
    np.testing.assert_allclose(np.log10(found.loc[found["cut"], "high"] / params[0]), 12)
    out = ra.onset_results(found)
    assert out["often wrong"].estimate == pytest.approx(1 - found["covered"].mean())


def test_ties_and_cut_ends_of_onset_intervals_are_named(tries):
    found = ra.forecast_onsets(tries)
    assert (found["width"].round(6) == round(found["width"].median(), 6)).sum() == 27
    assert ra.onset_results(found)["too wide"].notes == (
        "27 of 97 problems share the median interval",
        "17 ends are cut off 12 decades beyond the smallest model")


def test_an_onset_that_comes_too_early_is_missed():
    rng = np.random.default_rng(0)
    flat = rng.binomial(10_000, 0.0002, (30, 4))
    made = table(np.column_stack([flat, np.full((30, 2), 5000)]), 10_000, np.logspace(8, 10.5, 6))
    assert ra.forecast_onsets(made, known=4)["covered"].mean() < 0.5


def test_onsets_need_three_known_models(tries):
    with pytest.raises(InputError, match="known must lie between 3 and 6, got 2"):
        ra.forecast_onsets(tries, known=2)


# --------------------------------------------------------------------------------------- steps, answers, runs

def test_a_real_step_between_tiny_rates_is_not_told_by_one_try():
    rng = np.random.default_rng(0)
    made = table(rng.binomial(100_000, [0.0001, 0.0005, 0.2], (60, 3)), 100_000)
    found = ra.real_steps(made, {"t": 1000})
    assert found["real"].tolist() == [True, True]
    assert found["told"].tolist() == [False, True]


def test_models_without_a_right_answer_make_no_real_step():
    assert not ra.real_steps(table(np.zeros((20, 3))), {"t": 1000})["real"].any()


def answered(rate_of_loss, problems=40):
    """Losses that fall with compute, and rates that follow them as told."""
    params = np.logspace(7.5, 10, 6)
    level = np.linspace(80, 120, problems)[:, None]
    loss = level * (params / params[0]) ** -0.1
    rate = np.clip(rate_of_loss(loss, params), 0, 1)
    made = table(np.rint(rate * 100_000), 100_000, params).assign(train_flops=lambda t: t["params"] * 6e9)
    return made.assign(logprob=-loss.T.ravel(), n_samples=np.nan, correct=np.nan), made


def test_the_way_through_the_likelihood_helps_where_rates_follow_it():
    answers, counts = answered(lambda loss, _: 10 ** (-0.03 * loss - 0.3))
    found = ra.forecast_rates(answers, counts, known=3)
    assert (found["likelihood"] - found["observed"]).abs().mean() < 0.05
    errors = ra.likelihood_errors(found)
    assert errors["no better than no change"].interval.high < 0


def test_the_way_through_the_likelihood_errs_where_rates_stop():
    answers, counts = answered(lambda loss, params: np.where(
        params < 1e9, 10 ** (-0.03 * loss - 0.3), 10 ** (-0.03 * loss[:, [2]] - 0.3)))
    errors = ra.likelihood_errors(ra.forecast_rates(answers, counts, known=3))
    assert errors["no better than no change"].interval.low > 0


def test_what_the_chapter_found_of_likelihoods(runs):
    answers = scores.load_items("monkeys_answers")
    counts = runs[runs["task"] == "gsm8k"]
    ladder = ra.answer_ladder(answers, counts)
    assert (ladder["loss"].diff().dropna() < 0).all()
    assert ladder["rate"].iloc[-1] < ladder["rate"].max()
    assert ladder["median"].iloc[-1] == 1 / 128 and ladder["tries"].iloc[-1] == 128
    gaps = ra.likelihood_errors(ra.forecast_rates(answers, counts))
    assert 0.0 in gaps["no better than no change"].interval
    assert gaps["no better than a line in compute"].interval.high < 0


def test_a_rise_and_fall_is_found_and_a_steady_rise_is_not():
    rng = np.random.default_rng(2)
    parts = []
    for tokens, falling, steady in ((1e9, .01, .01), (2e9, .1, .05), (4e9, .02, .1)):
        part = table(rng.binomial(1000, [falling, steady], (60, 2)), params=(1e8, 1e9))
        parts.append(part.assign(tokens=tokens))
    found = ra.rise_and_fall(pd.concat(parts))
    assert found["falls"].tolist() == [True, False]
    assert found["peak"].tolist() == [2e9, 4e9]
    assert found["fall"].iloc[0] == pytest.approx(0.08, abs=0.01)


def test_falls_of_the_real_runs(runs):
    found = ra.rise_and_fall(runs)
    fell = found[found["falls"]]
    assert len(found) == 18 and fell["params"].max() == pytest.approx(1.4146e9, rel=1e-4)
    assert fell.groupby("task").size().to_dict() == {"gsm8k": 3, "math": 5}


def test_a_run_with_two_checkpoints_cannot_rise_and_fall():
    with pytest.raises(InputError, match="has 1 whole checkpoints; three are needed"):
        ra.rise_and_fall(table([[1]]))


def test_rates_along_training_say_on_what_they_rest(runs):
    found = ra.along_training(runs[(runs["model"] == "pythia-12b") & (runs["task"] == "math")])
    assert found["problems"].iloc[0] == 9 and (found["problems"].iloc[1:] == 128).all()
    assert (found["low"] <= found["rate"]).all() and (found["rate"] <= found["high"]).all()


def test_equal_rates_seldom_make_a_real_step():
    rng = np.random.default_rng(5)
    real = []
    for _ in range(60):
        rate = 10 ** rng.uniform(-5, -1.5, 100)
        made = table(rng.binomial(2000, np.column_stack([rate, rate])), 2000)
        real += ra.real_steps(made, {"t": 1000})["real"].tolist()
    assert np.mean(real) < 0.12


def test_problems_that_change_are_counted_with_caution(tries):
    made = table([[0, 500], [500, 0], [10, 11]])
    assert ra.changed_problems(made, "m1e+08", "m1e+09") == {"rise": 1, "fall": 1, "cannot tell": 1}
    assert ra.changed_problems(tries, "pythia-70m", "pythia-12b")["rise"] == 79
    with pytest.raises(InputError, match="model 'gpt' is not in the table"):
        ra.changed_problems(tries, "gpt", "pythia-12b")


def test_steps_need_the_size_of_each_benchmark(tries):
    with pytest.raises(InputError, match="items must say how many problems 'math' has, got gsm8k"):
        ra.real_steps(tries, {"gsm8k": 1319})
