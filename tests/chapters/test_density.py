"""Largest steps, flat parts, gaps in compute, the dip, and ladders without emergence."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, plot, scores
from emergence_utils.chapters import density as de
from emergence_utils.chapters.density.figures import plot_forecast, plot_repeats, plot_zones
from emergence_utils.ladders import Ladder

X = np.logspace(0, 4, 65)


def smooth(x, middle=2.0, width=2.0):
    return 1 / (1 + np.exp(-(np.log10(x) - middle) * 2 * np.log(9) / width))


def ladder(value, x=X, n=10**6, **columns):
    return pd.DataFrame({"task": "t", "params": x, "value": value, "n_examples": n, "chance": 0.0} | columns)


@pytest.fixture(scope="module")
def bigg():
    d = scores.load("bigg", n_shot=3, metric=["exact_match", "multiple_choice_grade"])
    return d[d["chance"].notna() & (d.groupby("task")["params"].transform("nunique") == 12)]


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


# gaps ------------------------------------------------------------------------------------------

def test_fit_loss_finds_the_law_back():
    n, d = (a.ravel() for a in np.meshgrid([2e8, 4e8, 8e8, 1.3e9, 3e9], [4e9, 1e10, 4e10, 1e11, 6e11]))
    truth = [1.8, -0.9, 0.3, -0.6, 0.25]
    theta = de.fit_loss(n, d, de.predict_loss(truth, n, d))
    expected = de.predict_loss(truth, 1.3e10, 5e12)
    assert de.predict_loss(theta, 1.3e10, 5e12) == pytest.approx(expected, rel=1e-3)


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


def test_held_out_knows_noise_and_tolerance():
    x = 10.0 ** np.arange(8)
    scores_ = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    on_line = de.held_out(Ladder.of(x, scores_, 1000, chance=0.0))
    assert on_line.forecast == pytest.approx(0.8, abs=0.02)
    assert on_line.predicted and on_line.within_noise and on_line.status == "ok"
    jump = de.held_out(Ladder.of(x, [0.1] * 7 + [0.9], 1000, chance=0.0))
    assert jump.estimate == pytest.approx(0.8, abs=0.01)
    assert jump.miss == pytest.approx(1.0, abs=0.01)
    assert not jump.predicted
    unknown = de.held_out(Ladder.of(x, scores_))
    assert unknown.interval is None and unknown.miss == pytest.approx(0, abs=1e-9) and unknown.predicted
    with pytest.raises(InputError, match="at least four models, got 3"):
        de.held_out(Ladder.of(x[:3], scores_[:3], 100))


def test_doublings():
    x = np.array([1, 2, 4, 8, 16, 160.0])
    found = de.doublings(ladder(smooth(x, middle=1, width=4), x=x, n=1000))
    assert found["scale"].tolist() == [16]
    assert found["predicted"].all()


# the dip ---------------------------------------------------------------------------------------

@pytest.mark.parametrize(("values", "expected"), [
    (np.arange(20.0), 1 / 40), ([0.0] * 50 + [1.0] * 50, 0.25), ([3.0] * 10, 1 / 20),
    # the next three agree with a linear programme over all modes
    ([0.0, 1, 2, 10, 11, 12], 1 / 5), ([1.0, 2, 4, 8, 16, 32], 1 / 12),
    ([0, 0.3, 0.35, 0.4, 0.9, 1.5, 1.52, 1.6, 2.5], 4 / 27),
])
def test_dip(values, expected):
    assert de.dip(values) == pytest.approx(expected, abs=1e-9)


def test_dip_does_not_care_for_unit_or_sign():
    v = np.random.default_rng(0).normal(size=60)
    assert de.dip(v) == pytest.approx(de.dip(5 - 3 * v))


def test_dip_test_tells_two_humps_from_one():
    rng = np.random.default_rng(0)
    assert de.dip_test(rng.normal(size=80), n_resamples=100).p_value > 0.3
    two = de.dip_test(np.concatenate([rng.normal(size=40), rng.normal(6, 1, 40)]), n_resamples=100)
    assert two.p_value == pytest.approx(1 / 101)


# null ladders ----------------------------------------------------------------------------------

def test_null_counts_on_bigg(bigg):
    found = de.null_counts(bigg, n_draws=1000)
    emergent = found.table.loc["emergent"]
    assert found.tasks == 85
    assert emergent["observed"] == 32
    assert found.seen.shape == (85, 4)
    assert found.seen["emergent"].sum() == 32
    assert found.seen.loc["word_unscrambling", "emergent"]
    assert emergent["guessing"] < 2
    assert emergent["guessing, selected low"] <= emergent["guessing, selected"] <= 9
    assert 0.1 < found.selected < 0.25
    t = found.table
    assert t["smooth rise"].between(t["smooth rise low"], t["smooth rise high"]).all()


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
    lambda: de.fit_loss([1, 2], [1, 2], [3, 2]),
    lambda: de.dip([1, 2]),
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
    pairs = pd.DataFrame({"task": ["a", "b"], "size": ["1B", "1B"], "z": [0.5, 4.2]})
    fig, ax = plot.figure()
    plot_repeats(pairs, hue="size", xlabel="Difference", ax=ax)
    assert "Outside it: b (1B) 4.2" in plot.alt_text(fig)
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
