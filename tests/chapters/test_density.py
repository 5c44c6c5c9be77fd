"""Largest steps, flat parts, gaps in compute, the dip, and ladders without emergence."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, plot, scores
from emergence_utils.chapters import density as de
from emergence_utils.chapters.density.figures import plot_forecast, plot_zones

X = np.logspace(0, 4, 65)


def smooth(x, middle=2.0, width=2.0):
    return 1 / (1 + np.exp(-(np.log10(x) - middle) * 2 * np.log(9) / width))


def ladder(value, x=X, n=10**6, **columns):
    return pd.DataFrame({"task": "t", "params": x, "value": value, "n_examples": n, "chance": 0.0} | columns)


@pytest.fixture(scope="module")
def bigg():
    return de.big_bench()


def test_tables_leave_out_what_cannot_be_compared(bigg):
    assert bigg["task"].nunique() == 80
    assert not {"color", "unit_conversion"} & set(bigg["task"]), "options listed, the answer written"
    assert (bigg.groupby("task")["params"].nunique() == 12).all()
    sums = de.pythia_sums()
    assert sums["params"].is_monotonic_increasing and len(sums) == 7
    assert sums["n_examples"].between(300, 7000).all()


def test_olmo_has_one_row_a_checkpoint_and_last_scores_one_a_run():
    runs = de.olmo_runs()
    assert not runs.duplicated(["model", "task", "tokens"]).any()
    last = de.last_scores(runs)
    assert not last.duplicated(["model", "task"]).any()
    one = runs[(runs["model"] == "1B-1xC") & (runs["task"] == "boolq")]
    row = last[(last["model"] == "1B-1xC") & (last["task"] == "boolq")]
    assert row["tokens"].item() == one["tokens"].max()


def test_thinned_keeps_both_ends():
    kept = de.thinned(ladder(smooth(X)), 5, x="params")
    assert kept["params"].tolist() == pytest.approx([1, 10, 100, 1000, 10000])


# largest steps ---------------------------------------------------------------------------------

def test_smooth_curve_shrinks_and_step_stays():
    found = de.decline(X, smooth(X), 10**6)
    assert de.exponent(found) == pytest.approx(0.9, abs=0.1)  # nearest models are not quite evenly spaced
    assert de.exponent(found, "smooth") == pytest.approx(de.exponent(found), abs=0.01)
    step = de.decline(X, (X > 100).astype(float), 10**6)
    assert de.exponent(step) == pytest.approx(0.0, abs=1e-9)
    assert (step["observed"] == 1).all()
    assert de.exponent(step, "smooth") > 0.6


def test_scores_of_another_shape_than_the_smooth_curve_are_seen():
    bent = np.minimum(0.02 + 0.3 * np.log10(X), 0.6)  # a line and then a plateau
    assert de.decline(X, bent, 10**5).attrs["misfit"] < 0.05
    noisy = np.round(smooth(X) + 0.003 * np.random.default_rng(0).standard_normal(len(X)), 4).clip(0, 1)
    assert de.decline(X, noisy, 10**4).attrs["misfit"] > 0.05


def test_item_noise_sets_a_floor():
    quiet, noisy = (de.decline(X, smooth(X), n) for n in (10**6, 200))
    assert de.exponent(noisy, "smooth with item noise") < de.exponent(quiet, "smooth with item noise") - 0.2


def test_gaps_weigh_on_curve_and_reference_alike():
    uneven = np.concatenate([X[:20], X[45:]])  # a hole where the rise is
    found = de.decline(uneven, smooth(uneven), 10**6)
    assert de.exponent(found) < 0.5
    assert de.exponent(found, "smooth") == pytest.approx(de.exponent(found), abs=0.02)


def test_subsets_keep_both_ends_and_are_reproducible():
    a, b = (de.decline(X, smooth(X), 1000, sizes=[3, 9, 65], n_subsets=5, seed=2) for _ in range(2))
    pd.testing.assert_frame_equal(a, b)
    assert a["models"].tolist() == [3] * 5 + [9] * 5 + [65]


def test_dense_part():
    assert de.dense_part(X).all()
    assert de.dense_part([1, 10, 11, 12], max_gap=0.1).tolist() == [False, True, True, True]
    assert de.dense_part([12, 1, 11, 10], max_gap=0.1).tolist() == [True, False, True, True]


def test_exponents_of_many_ladders():
    flat = ladder(0.5 + 1e-6 * X, n=100).assign(task="flat")
    scores = pd.concat([ladder(smooth(X)), ladder(smooth(X)).assign(task="u"), flat])
    found = de.exponents(scores, x="params", by=["task"], n_subsets=3)
    assert found.table["task"].tolist() == ["t", "u"]
    assert found.left_out == 1
    assert found.table["gap"].iloc[0] == pytest.approx(4 / 64)
    assert set(found.declines["task"]) == {"t", "u"}
    summary = de.summarise(found.declines, ladder=["task"])
    assert (summary["low"] <= summary["estimate"]).all()
    assert set(summary["curve"]) == set(de.DECLINE_CURVES)
    with pytest.raises(InputError, match="none of 1 ladders"):
        de.exponents(scores[scores["task"] == "flat"], x="params", by=["task"])


# one more parameter ----------------------------------------------------------------------------

def test_one_more_parameter():
    assert de.one_more(1.0, 9) == pytest.approx(np.log10(10 / 9))
    assert de.one_more(2.0, 1e6) == pytest.approx(2 * 4.3429e-7, rel=1e-4)


@pytest.mark.parametrize(("step", "rate", "items"), [(0.1, 0.5, 392), (0.01, 0.5, 39244), (0.1, 0.1, 141)])
def test_items_for_step(step, rate, items):
    assert de.items_for_step(step, rate) == pytest.approx(items, rel=0.005)


def test_the_ratio_of_a_smooth_ladder_is_one():
    two = pd.concat([ladder(smooth(X), task=t) for t in "tuvwxyzabc"])
    found = de.exponents(two, x="params", by=["task"], n_subsets=3)
    ratio = de.step_ratio(found, clusters="task", n_resamples=100)
    assert ratio.estimate == pytest.approx(1, abs=0.02)
    assert de.widest_rise(two, found, x="params")["task"].nunique() == 1


def test_models_resolved_on_bigg(bigg):
    found = de.models_resolved(bigg)
    assert found["holds"].median() == pytest.approx(2.48, abs=0.05)
    assert (found["models"] == 12).all()


def test_resolvable_sizes():
    noise = 1.959964 * np.sqrt(2 * 0.25 / 50)
    assert de.resolvable_sizes(0.5, 50) == pytest.approx(1 + 0.5 / noise)
    assert de.resolvable_sizes(0.5, 5000) - 1 == pytest.approx(10 * (0.5 / noise))


def test_steepest_takes_the_gap_into_account():
    found = de.steepest_rises(ladder([0.1, 0.2, 0.6], x=[1, 10, 1000], n=1000))
    assert found["slope"].item() == pytest.approx(0.2)
    assert found["scale"].item() == 10
    assert found["high"].item() > 0.2


def test_repeats_pairs_the_runs():
    runs = pd.DataFrame({"model": ["1B-1xC", "1B-1xC-rerun", "3B-1xC"], "task": "t", "value": [0.5, 0.6, 0.7],
                         "n_examples": 100})
    found = de.repeats(runs, first="-1xC", second="-1xC-rerun")
    assert found[["size", "task"]].to_numpy().tolist() == [["1B", "t"]]
    assert found["difference"].item() == pytest.approx(0.1)
    assert found["z"].item() == pytest.approx(0.1 / np.sqrt(2 * 0.55 * 0.45 / 100))


# flat parts ------------------------------------------------------------------------------------

def test_flat_forecast_outlooks():
    x = np.arange(8.0)
    nothing = de.flat_forecast(x, [0, 0, 0, 0, 0, 0, 0, 0.5], 20, 0.0)
    assert nothing.outlook == "silent"
    assert nothing.models == 7
    assert nothing.interval.low == pytest.approx(0, abs=0.01)
    assert nothing.interval.high > 0.5
    jump = de.flat_forecast(x, [0.25] * 7 + [0.95], 10**5, 0.25)
    assert jump.outlook == "misleads"
    assert jump.interval.high < 0.9
    rise = smooth(10**x, middle=6, width=6)
    seen = de.flat_forecast(x, rise, 10**5, 0.0, models=5)
    assert seen.outlook == "predicts"
    assert seen.warns
    assert seen.estimate == pytest.approx(rise[-1], abs=0.05)


def test_more_items_narrow_the_forecast():
    x = np.arange(8.0)
    value = smooth(10**x, middle=6, width=6)
    wide, narrow = (de.flat_forecast(x, value, n, 0.0, models=4).interval.width for n in (100, 10**5))
    assert narrow < wide / 3


def test_items_for_slope_matches_the_power_of_the_test():
    x = np.arange(8.0)
    value = smooth(10**x, middle=6, width=4)
    n = de.items_for_slope(x, value, 10**6, 0.0, models=4)
    rng = np.random.default_rng(0)
    draws = rng.binomial(round(n), value[:4], size=(1500, 4)) / round(n)
    z = np.array([de.flat_slope(x[:4], d, round(n))[1] for d in draws])
    assert np.mean(z > 1.645) == pytest.approx(0.8, abs=0.1)


def test_flat_slope():
    slope, z = de.flat_slope([0, 1, 2], [0.4, 0.5, 0.6], 100)
    assert slope == pytest.approx(0.1)
    assert z == pytest.approx(0.1 / np.sqrt(0.25 / 200))


@pytest.mark.parametrize(("above", "cut"), [([False, False, True, True], 3), ([False, True, False, True], 2),
                                            ([True] * 4, 1)])
def test_chance_cut(above, cut):
    assert de.chance_cut([1, 2, 3, 4], above) == cut


def test_forecast_all_on_published_sums():
    gpt3 = scores.load("gpt3", task="addition_3_digit", prompting="few-shot")
    row = de.forecast_all(gpt3).iloc[0]
    assert (row["models"], row["flat"], row["outlook"]) == (8, 6, "misleads")
    assert row["high"] < 0.2 < row["observed"]
    assert row["slope_z"] > 3


def test_warnings_are_set_beside_those_of_tasks_that_stay(bigg):
    x = 10.0 ** np.arange(8)
    rise = smooth(x, middle=7, width=8)
    rise = 0.009 + rise - rise[0]  # each of the first models is as good as at chance, together they rise
    rise[:5] = [0.0, 0.001, 0.003, 0.006, 0.009]
    table = pd.concat([ladder(rise, x=x, n=2000), ladder(np.zeros(8), x=x, n=2000).assign(task="stays")])
    found = de.warnings_by_fate(table, first=5).set_index("task")
    assert found["rises"].to_dict() == {"t": True, "stays": False}
    assert found["warns"].to_dict() == {"t": True, "stays": False}
    real = de.warnings_by_fate(bigg)
    assert len(real) == 49
    assert pd.crosstab(real["rises"], real["warns"]).to_numpy().tolist() == [[21, 5], [20, 3]]


def test_ladders_at_chance_seldom_warn():
    rng = np.random.default_rng(1)
    x = np.arange(8.0)
    flat = rng.binomial(200, 0.25, size=(60, 8)) / 200
    assert sum(de.flat_forecast(x, v, 200, 0.25, models=6).warns for v in flat) <= 3


def test_soft_warnings_and_foresight(bigg):
    rng = np.random.default_rng(0)
    flops = 10.0 ** np.linspace(18, 24, 30)
    models = pd.DataFrame({"model": [f"m{i}" for i in range(30)], "family": [f"f{i % 6}" for i in range(30)],
                           "task": "t", "train_flops": flops, "n_examples": 100, "chance": 0.25})
    rates = np.r_[np.tile([0.25, 0.24], 10), np.full(10, 0.6)]
    hard = models.assign(metric="multiple_choice_grade", value=rates)
    soft = models.assign(metric="brier_target", value=-np.log10(flops) + rng.normal(0, 0.1, 30))
    found = de.soft_warnings(pd.concat([hard, soft]), n_resamples=100).set_index("score")
    assert found["models"].tolist() == [20, 20]
    assert found["moves"].to_dict() == {"accuracy": False, "Brier": True}
    r = de.foresight(bigg, scores.load("bigg", n_shot=3, metric="brier_top_answer"))
    assert r["accuracy"].n == 49 and r["accuracy"].interval.low < 0 < r["accuracy"].interval.high


# gaps ------------------------------------------------------------------------------------------

def test_across_gaps_uses_nothing_of_the_target():
    o = scores.load("olmo_ladder", task=["c4_en_validation", "piqa"], metric=["cross_entropy",
                                                                              "multiple_choice_grade_norm"])
    o = o[o["prompting"].isna() | (o["prompting"] == "rc 5-shot")]
    last = scores.fill_chance(o.sort_values("tokens").groupby(["model", "task"]).tail(1))
    last = last[last["model"] != "OLMo-2-7B-annealed"]
    ask = {"loss": "c4_en_validation", "targets": ["OLMo-2-13B"], "gaps": [30]}
    found = de.across_gaps(last, **ask).set_index("task")
    assert found["runs"].tolist() == [30, 30]
    assert found.loc["c4_en_validation", "relative"] == pytest.approx(0.012, abs=0.003)
    spoilt = last.assign(value=last["value"].where(last["model"] != "OLMo-2-13B", 0.5 * last["value"]))
    again = de.across_gaps(spoilt, **ask).set_index("task")
    assert again["forecast"].tolist() == pytest.approx(found["forecast"].tolist())
    with pytest.raises(UnknownNameError):
        de.across_gaps(last, **ask | {"targets": ["OLMo-2-14B"]})


def test_forecast_by_best_takes_the_curve_that_fits():
    x = np.arange(8.0)
    rows = np.array([0.1 + 0.1 * x, np.full(8, 0.3), smooth(10**x, middle=5, width=3)])
    told = de.forecast_by_best(x[:-1], rows[:, :-1], np.full((3, 7), 1000.0), x[-1])
    assert told == pytest.approx(rows[:, -1], abs=0.02)
    with pytest.raises(InputError, match="at least four models"):
        de.forecast_by_best(x[:3], rows[:, :3], np.full((3, 3), 10.0), 4.0)


def test_held_out_forecasts_what_the_test_can_tell():
    x = 10.0 ** np.arange(8)
    line, jump = 0.1 + 0.1 * np.arange(8), np.array([0.1] * 7 + [0.9])
    table = pd.concat([ladder(line, x=x, n=1000), ladder(jump, x=x, n=1000).assign(task="jump"),
                       ladder(jump, x=x, n=20).assign(task="few items")])
    found = de.held_out(table, resolves=0.1).set_index("task")
    assert found["tells"].to_dict() == {"t": True, "jump": True, "few items": False}
    assert found.loc["t", "miss"] == pytest.approx(0, abs=0.02)
    assert found.loc["jump", "miss"] == pytest.approx(1, abs=0.01)
    assert found.loc["few items", ["forecast", "miss"]].isna().all()
    assert found.loc["jump", "noise"] == pytest.approx(0.0188 / 0.8, abs=0.001)
    with pytest.raises(InputError, match="must not be missing"):
        de.held_out(table.assign(n_examples=np.nan))


def test_errors_by_gap_and_excess():
    gaps = pd.DataFrame({"target": "a", "gap": 33.0, "asked": 30, "task": ["loss", "p", "q", "r"],
                         "miss": [0.1, 0.2, 0.3, 0.5], "is_loss": [True, False, False, False]})
    wide = de.errors_by_gap(gaps).set_index("what")["error"]
    assert wide.to_dict() == pytest.approx({"loss": 0.1, "accuracy, median task": 0.3,
                                            "accuracy, worst tenth": 0.46})
    assert de.excess_errors(gaps, asked=30)["excess"].tolist() == pytest.approx([0.1, 0.2, 0.4])


# null ladders ----------------------------------------------------------------------------------

def test_null_counts_on_bigg(bigg):
    found = de.null_counts(bigg, n_draws=1000)
    emergent = found.table.loc["emergent"]
    assert found.tasks == 80
    assert emergent["observed"] == 30
    assert found.seen.shape == (80, 4)
    assert found.seen["emergent"].sum() == 30
    assert found.seen.loc["word_unscrambling", "emergent"]
    assert emergent["guessing"] < 2
    assert emergent["guessing, selected low"] <= emergent["guessing, selected"] <= 9
    assert 0.1 < found.selected < 0.25
    t = found.table
    assert t["smooth rise"].between(t["smooth rise low"], t["smooth rise high"]).all()
    parts = de.of_noise(found)
    assert parts["some could be noise"].estimate == pytest.approx(emergent["guessing, selected"])
    assert parts["many are solid"].interval.high == pytest.approx(emergent["guessing, selected high"] / 30)
    bars = de.null_bars(found)
    assert bars.loc[bars["ladders"] == "observed", "estimate"].tolist() == [30, 17, 16]


def test_null_rate_is_that_of_the_binomial():
    scores = ladder([0.5, 0.5, 0.5, 0.5, 1.0], x=[1, 10, 100, 1e3, 1e4], n=10).assign(chance=0.5)
    found = de.null_counts(scores, n_draws=40000)
    p = 11 / 1024  # 9 or 10 of 10 right: the exact interval of 9 of 10 lies above 0.51
    exact = sum((1 - p) ** absent * p ** (5 - absent) for absent in range(1, 5))
    assert found.table.loc["emergent", "observed"] == 1
    assert found.rate["guessing"] == pytest.approx(exact, rel=0.15)
    assert found.selected == pytest.approx(386 / 1024, rel=0.05)  # 6 or more right of 10


def test_surviving():
    assert de.surviving([1.0, 0.6], [10, 10], [0.5, 0.5], [1, 10, 100]) == [1, 1, 0]


# bad input and figures -------------------------------------------------------------------------

@pytest.mark.parametrize("call", [
    lambda: de.decline([1, 2, 3], [0, 0.5, 1], 10),
    lambda: de.decline(X, np.full(65, 0.5), 10),
    lambda: de.dense_part([0, 1, 2]),
    lambda: de.exponent(pd.DataFrame({"models": [3, 4], "observed": [0.5, 0.4]})),
    lambda: de.one_more(1.0, 0),
    lambda: de.items_for_step(0),
    lambda: de.resolvable_sizes(0.5, 0),
    lambda: de.flat_forecast([1, 2, 3, 4], [0, 0, 0, 0], 10, 0.0),
    lambda: de.flat_forecast([1, 2, 2, 4, 5], [0, 0, 0, 0, 1], 10, 0.0),
    lambda: de.items_for_slope([1, 2, 3], [0, 0, 1], 10, 0.0, models=1),
    lambda: de.flat_slope([1], [0], 10),
    lambda: de.chance_cut([1, 2], [True]),
    lambda: de.warnings_by_fate(ladder([0.5, 0.6], x=[1.0, 2.0], n=100)),
    lambda: de.repeats(ladder([0.5], x=[1.0], model="a"), first="x", second="y"),
    lambda: de.null_counts(ladder([0.2, 0.3, 0.4], x=[1, 2, 3.0], n=10)),
    lambda: de.steepest_rises(ladder([0.5], x=[1.0])),
])
def test_bad_input(call):
    with pytest.raises(InputError):
        call()


def test_unknown_curve():
    with pytest.raises(UnknownNameError):
        de.exponent(pd.DataFrame({"models": [3, 4, 5], "observed": [0.5, 0.4, 0.3]}), "obsreved")


def test_figures_say_what_they_show():
    fig, ax = plot.figure()
    rows = ladder([0.0, 0.0, 0.9], x=[1.0, 10, 100], n=100)
    plot.plot_scores(rows.assign(what="sums"), hue="what", ax=ax)
    plot_forecast(rows, x="params", flat=2, low=0.0, high=0.3, forecast=0.1, ax=ax)
    assert "sums from 0 to 0.9" in plot.alt_text(fig)
    assert "interval 0 to 0.3; it scores 0.9" in plot.alt_text(fig)
    fig, ax = plot.figure()
    errors = pd.DataFrame({"miss": [0.05, 0.2, 0.3, 3.0], "source": ["p", "p", "q", "q"]})
    plot_zones(errors, x="miss", hue="source", zone=(0.1, 0.5), bins=[0, 0.5, 1], xlabel="Error", ax=ax)
    assert "p: 1 of 2; q: 1 of 2" in plot.alt_text(fig)
    assert "1 beyond the axis" in plot.alt_text(fig)
    with pytest.raises(InputError):
        plot_forecast(rows, x="params", flat=3, low=0, high=1, forecast=0.5)
    with pytest.raises(UnknownNameError):
        plot_zones(errors, x="mis", hue="source", zone=(0, 1), bins=[0, 1], xlabel="")


def test_the_middle_share_covers_every_cut():
    told = pd.DataFrame({"miss": [0.03, 0.08, 0.15, 0.3, 0.6, 0.3], "source": list("aabbcc")})
    found = de.middle_share(told, cuts=[0.2, 0.05, 0.1], far=0.5)
    alone = [de.middle_share(told, cuts=[cut], far=0.5) for cut in (0.05, 0.1, 0.2)]
    assert [r.estimate for r in alone] == pytest.approx([4 / 6, 3 / 6, 2 / 6])
    assert found.estimate == pytest.approx(0.5)
    assert found.interval.low == min(r.interval.low for r in alone)
    assert found.interval.high == max(r.interval.high for r in alone)
    assert "0.2: 0.33" in found.notes[-1]
    with pytest.raises(InputError, match="0 < close < far"):
        de.middle_share(told, cuts=[0.6], far=0.5)


def test_settings_of_a_reader_are_refused_in_words():
    table = pd.DataFrame({"task": ["a", "b", "a"], "value": [1.0, 2.0, 3.0]})
    assert de.of_tasks(table, ["b", "a"])["value"].tolist() == [2.0, 1.0, 3.0]
    with pytest.raises(UnknownNameError, match="Unknown task 'c'"):
        de.of_tasks(table, ["c"])
    for tasks in ([], "a"):
        with pytest.raises(InputError, match="tasks must be"):
            de.of_tasks(table, tasks)
    silent = pd.DataFrame({"needed": [50.0, 500.0, 5e6], "items": [100.0, 100.0, 100.0]})
    assert de.lacking_items(silent, 1000) == 1
    for items in (0, "many"):
        with pytest.raises(InputError, match="items must be"):
            de.lacking_items(silent, items)
    with pytest.raises(InputError, match="scale must be"):
        de.one_more(1.0, "abc")
