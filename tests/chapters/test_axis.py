"""Axes: slopes, spacing, breaks, log error, zeros, families of curves, loss and onsets."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, scores
from emergence_utils.chapters import axis as axes
from emergence_utils.chapters.axis.figures import plot_break, plot_log_rates, plot_on_axes
from emergence_utils.curves import Line, Logistic
from emergence_utils.plot import alt_text

SIZES = np.logspace(8, 11, 10)


def ladder(value, task="t", n=1000, chance=0.0, sizes=SIZES, **more):
    return pd.DataFrame({"family": "F", "task": task, "params": sizes, "value": value, "n_examples": n,
                         "chance": chance, "noise": axes.item_noise(value, n)} | more)


# ---- slopes


def test_gaps_of_gpt3_two_digit_sums():
    g = scores.load("gpt3", task="addition_2_digit", prompting="few-shot")
    found = axes.gaps(g["params"], g["value"], g["n_examples"])
    assert found["increment"].iloc[5:].round(4).tolist() == [0.436, 0.445]
    assert found["per_doubling"].idxmax() == 5
    assert found["per_unit"].idxmax() == 0
    assert found[["share_log", "share_linear"]].sum().tolist() == pytest.approx([1, 1])
    assert ((found["low"] < found["increment"]) & (found["increment"] < found["high"])).all()


def test_gaps_without_items_have_no_interval_and_are_sorted():
    found = axes.gaps([8, 1, 2], [0.4, 0.1, 0.2])
    assert found["end"].tolist() == [2, 8]
    assert found["per_unit"].round(4).tolist() == [0.1, 0.0333]
    assert found["low"].isna().all()


@pytest.mark.parametrize(("axis", "expected"), [("log", 2.0), ("linear", 1.0)])
def test_spike_is_the_slope_over_the_steeper_neighbour(axis, expected):
    # steps 0.1, 0.4, 0.2 over gaps of one doubling, and of 1, 2 and 4 units: slopes 0.1, 0.2, 0.05
    r = axes.spike([1, 2, 4, 8], [0.1, 0.2, 0.6, 0.8], 1000, start=2, axis=axis)
    assert r.estimate == pytest.approx({"log": 2.0, "linear": 2.0}[axis] if expected else 0)
    assert r.interval.low <= r.estimate <= r.interval.high


def test_spike_beside_falling_neighbours_is_infinite():
    assert axes.spike([1, 2, 4, 8], [0.5, 0.3, 0.9, 0.8], 1000, start=2).estimate == np.inf


def test_spike_of_a_falling_gap_is_none_and_its_width_is_not_precision():
    r = axes.spike([1, 2, 4, 8], [0.1, 0.5, 0.3, 0.8], 1000, start=2)
    assert (r.estimate, r.status, r.notes) == (0, "limited", ("all redraws agree: the gap never rises",))


@pytest.mark.parametrize("start", [1, 8])
def test_spike_needs_neighbours(start):
    with pytest.raises(InputError, match="one below and two above"):
        axes.spike([1, 2, 4, 8], [0.1, 0.2, 0.6, 0.8], 100, start=start)


def test_spikes_names_the_task_that_lacks_a_neighbour():
    short = pd.DataFrame({"params": [1, 2, 4], "value": [0.1, 0.2, 0.6], "n_examples": 100, "task": "sums"})
    with pytest.raises(InputError, match="task 'sums', 3 models: start=2 must be"):
        axes.spikes(short, start=2)


def test_spike_axis_must_exist():
    with pytest.raises(UnknownNameError, match="Unknown axis 'lin'"):
        axes.spike([1, 2, 4, 8], [0.1, 0.2, 0.6, 0.8], 100, start=2, axis="lin")


def test_spikes_of_every_task_and_axis():
    both = pd.concat([ladder([0.1, 0.2, 0.6, 0.8], "spiky", sizes=[1, 2, 4, 8]),
                      ladder([0.1, 0.3, 0.4, 0.8], "level", sizes=[1, 2, 4, 8])])
    found = axes.spikes(both, start=2).set_index(["task", "axis"])
    assert found["estimate"].round(6).to_dict() == {
        ("level", "linear"): 0.25, ("level", "log"): 0.25, ("spiky", "linear"): 2.0, ("spiky", "log"): 2.0}
    assert found["spike"].groupby("task").all().to_dict() == {"level": False, "spiky": True}


def test_steepest_depends_on_the_axis():
    # steps 0.1, 0.3, 0.4 over 1, 2, 20 units and 1, 1, 2.5 doublings
    found = axes.steepest_gap_by_axis(ladder([0.1, 0.2, 0.5, 0.9], sizes=[1, 2, 4, 24], n=10_000)).iloc[0]
    assert (found["largest"], found["log"], found["linear"]) == (2, 1, 1)
    assert found["same"]
    assert found["kept"] == 1.0


# ---- spacing


def test_palm_and_lamda():
    cot = scores.load("cot")
    palm, lamda = (axes.size_ratios(cot.loc[cot["family"] == f, "params"]) for f in ("PaLM", "LaMDA"))
    assert palm.round(2).tolist() == [7.75, 8.71]
    assert lamda.round(1).tolist() == [4.8, 4.0, 8.5, 2.0]


def test_spacing_tells_factors_from_steps_and_counts_equal_families_once():
    d = pd.DataFrame([("geometric", s) for s in (1, 2, 4, 8)] + [("again", s) for s in (1, 2, 4, 8)]
                     + [("arithmetic", s) for s in (10, 20, 30, 40)] + [("short", 1.0), ("short", np.nan)],
                     columns=["family", "params"])
    found = axes.spacing(d, by=["family"]).set_index("family")
    assert set(found.index) == {"again", "arithmetic"}
    assert found.loc["again", "cv_log"] == pytest.approx(0)
    assert found.loc["arithmetic", "cv_linear"] == pytest.approx(0)
    assert found.loc["again", "median_ratio"] == 2
    assert axes.spacing(d, by=["family"]).attrs["left_out"] == 1


@pytest.mark.parametrize("sizes", [[1.0], [0.0, 1.0], [np.nan, 1.0]])
def test_ratios_refuse(sizes):
    with pytest.raises(InputError, match="two different positive sizes"):
        axes.size_ratios(sizes)


# ---- breaks and log error


@pytest.mark.parametrize(("axis", "expected"), [
    ("log", [0, 1 / 3, 1]), ("linear", [0, 9 / 999, 1]), ("rank", [0, 0.5, 1])])
def test_place(axis, expected):
    assert axes.place([1, 10, 1000], axis) == pytest.approx(expected)


def test_place_refuses():
    with pytest.raises(UnknownNameError, match="Unknown axis"):
        axes.place([1, 2], "sqrt")
    with pytest.raises(InputError, match="two of them different"):
        axes.place([2, 2], "log")


def noisy(y, sd=0.002, seed=0):
    return np.clip(y + np.random.default_rng(seed).normal(0, sd, len(y)), 0, 1)


@pytest.mark.parametrize(("curve", "log", "linear"), [
    (0.8 * SIZES / SIZES[-1], "up", "none"),  # in proportion to size: the break is the logarithm's
    (np.linspace(0.05, 0.8, 10), "none", "down"),  # straight in log size
    (0.02 + 0.9 * (SIZES / SIZES[-1]) ** 4, "up", "up"),
])
def test_kind_of_break_depends_on_the_axis(curve, log, linear):
    found = axes.breaks(ladder(noisy(curve))).set_index("axis")["kind"]
    assert (found["log"], found["linear"]) == (log, linear)


def test_small_tests_cannot_support_a_perfect_fit():
    few, many = (ladder([0.0] * 9 + [0.2], n=n) for n in (10, 10_000))
    kinds = [axes.breaks(d, axes=["log"], noise=c)["kind"].item()
             for d, c in ((few, None), (few, "noise"), (many, "noise"))]
    assert kinds == ["up", "none", "up"]


def test_item_noise():
    assert axes.item_noise(0.5, 99) == pytest.approx(0.25 / 99)
    assert axes.item_noise(0.5, 99, of_log_error=True) == pytest.approx(1 / 99)


def test_with_no_noise_the_floor_changes_nothing():
    d = ladder(noisy(SIZES / 2e11, 0.02)).assign(noise=0.0)
    leads = [axes.breaks(d, noise=c)["lead"].to_numpy() for c in ("noise", None)]
    assert leads[0] == pytest.approx(leads[1], abs=0.02)


def test_rivals_that_bend_take_the_break_away():
    y = noisy(0.9 / (1 + np.exp(-(np.log10(SIZES) - 10.2) * 4)))
    plain = axes.breaks(ladder(y), axes=["log"])["kind"].item()
    curved = axes.breaks(ladder(y), axes=["log"],
                         rivals=(Line(), Logistic(floor=0.0)))["kind"].item()
    assert (plain, curved) == ("up", "none")


def test_breaks_reports_what_it_leaves_out_and_refuses():
    both = pd.concat([ladder(noisy(SIZES / 2e11)), ladder([0.1] * 4, task="short", sizes=[1, 2, 3, 4])])
    assert axes.breaks(both).attrs["left_out"] == 1
    with pytest.raises(InputError, match="two scores share one params"):
        axes.breaks(pd.concat([ladder(SIZES / 2e11)] * 2))
    with pytest.raises(InputError, match="no ladder has 8 models"):
        axes.breaks(ladder([0.1] * 4, sizes=[1, 2, 3, 4]))
    with pytest.raises(UnknownNameError, match="Unknown column 'nois'"):
        axes.breaks(both, noise="nois")


def test_a_flat_ladder_has_no_break():
    found = axes.breaks(ladder([0.0] * 10))
    assert found["kind"].tolist() == ["none", "none"]
    # AICc charges 6 + 24/6 for a line and its variance, 10 + 60/4 for two lines
    assert found["lead"].tolist() == pytest.approx([10 - 25] * 2)


def test_a_lead_below_the_limit_either_way_cannot_tell():
    d = ladder(noisy(0.8 * SIZES / SIZES[-1]))
    lead = axes.breaks(d, axes=["log"])["lead"].item()
    kinds = [axes.breaks(d, axes=["log"], delta=x)["kind"].item() for x in (lead - 0.1, lead + 0.1)]
    assert kinds == ["up", "cannot tell"]


def test_counting_and_sweeping():
    d = pd.concat([ladder(noisy(0.8 * SIZES / SIZES[-1]), "a"),
                   ladder(noisy(0.9 * (SIZES / SIZES[-1]) ** 4), "b")])
    found = axes.breaks(d)
    table = axes.count_breaks(found, ["task"])
    assert table.loc["up"].tolist() == [1, 1, 0, 0]
    swept = axes.sweep_breaks(found, ["task"], (4, 1e6))
    assert swept[["up", "kept", "cannot_tell"]].to_numpy().tolist() == [[2, 1, 0], [0, 0, 0]]
    kept = axes.redrawn_breaks(d, found[found["axis"] == "log"].set_index("task")["kind"], n_resamples=2)
    assert kept.tolist() == [1.0, 1.0]


def three_kinds():
    return pd.concat([ladder(noisy(0.8 * SIZES / SIZES[-1]), "proportional"),
                      ladder(noisy(0.9 * (SIZES / SIZES[-1]) ** 4), "steep"),
                      ladder(noisy(np.linspace(0.05, 0.8, 10)), "straight")])


def test_kinds_by_axis_and_the_highest_of_each():
    kinds = axes.kinds_by_axis(axes.breaks(three_kinds()), ["task"]).reset_index()
    assert kinds.set_index("task")[["log", "linear"]].to_numpy().tolist() == [
        ["up", "none"], ["up", "up"], ["none", "down"]]
    top = axes.highest_of_kind(kinds, three_kinds(), ["task"])
    assert {k: (set(g["task"]), len(g)) for k, g in top.items()} == {
        "none": ({"proportional"}, 10), "up": ({"steep"}, 10), "down": ({"straight"}, 10)}


def test_bends_by_other_rules():
    found = axes.breaks(three_kinds())
    table = axes.bends_by_rule(three_kinds(), found, ["task"], deltas=(4.0, 1e6))
    assert table["rule"].tolist() == ["this chapter's"] * 2 + ["scatter may be nil", "S-curve as a rival"]
    assert table[["up", "kept"]].to_numpy()[:3].tolist() == [[2, 1], [0, 0], [2, 1]]
    assert table["up"].iloc[3] <= 2


def test_under_log_error_a_straight_line_bends_near_the_top():
    y = np.linspace(0.05, 0.99, 10)
    both = pd.concat([ladder(noisy(y), "high"), ladder(noisy(y / 5), "low")])
    pair = axes.under_log_error(both).set_index("task")
    assert pair["best"].round(1).to_dict() == {"high": 1.0, "low": 0.2}
    assert pair.loc["high", ["accuracy", "log_error", "told"]].tolist() == ["none", "up", True]
    assert pair.loc["low", "accuracy"] == "none"
    assert pair.loc["low", "log_error"] != "up"


def test_log_error():
    assert axes.log_error([0.35, 0.9]).round(3).tolist() == [0.431, 2.303]
    assert axes.log_error([1.0])[0] == np.inf
    assert axes.log_error([1.0], 9)[0] == pytest.approx(np.log(20))
    with pytest.raises(InputError, match=r"in \[0, 1\]"):
        axes.log_error([1.2])


# ---- zeros


def test_exponent_recovers_a_power_law():
    r = axes.rate_exponent([1, 10, 100], [0.0001, 0.001, 0.01], 1_000_000)
    assert r.estimate == pytest.approx(1.0, abs=1e-6)
    assert r.interval.low < 1 < r.interval.high


def test_exponent_with_success_in_the_largest_model_only_has_a_lower_end():
    # given K successes, all in the last: K ln(1 + z + z^2) = 1.92 at the end, z = 10^-b
    r = axes.rate_exponent([1, 10, 100], [0, 0, 0.002], 2000)
    z = (-1 + np.sqrt(1 + 4 * (np.exp(3.841459 / 8) - 1))) / 2
    assert r.estimate == np.inf
    assert r.interval.low == pytest.approx(-np.log10(z), abs=1e-4)
    assert r.interval.high == np.inf


def test_exponent_mirrors():
    up = axes.rate_exponent([1, 10, 100], [0, 0, 0.002], 2000)
    down = axes.rate_exponent([1, 10, 100], [0.002, 0, 0], 2000)
    assert (down.estimate, down.interval.high) == (-np.inf, pytest.approx(-up.interval.low))


def test_exponent_of_nothing_is_undetermined():
    assert axes.rate_exponent([1, 10], [0, 0], 50).status == "undetermined"


def test_exponent_interval_covers():
    rng = np.random.default_rng(0)
    x = np.logspace(0, 3, 7)
    p = 0.0005 * x**0.4
    ends = [axes.rate_exponent(x, rng.binomial(2000, p) / 2000, 2000).interval for _ in range(150)]
    assert np.mean([0.4 in e for e in ends]) > 0.9


def test_flat_part_slopes_and_what_comes_after():
    y = [0, 0, 0.001, 0.001, 0.002, 0.002, 0.004, 0.3, 0.6, 0.9]
    d = ladder(y, n=2000)
    flat = axes.rows_before_rise(d)
    assert len(flat) == 7
    slopes = axes.flat_slopes(flat)
    assert slopes[["n_models", "zeros", "successes"]].iloc[0].tolist() == [7, 2, 20]
    assert slopes["low"].item() > 0
    after = axes.predict_first_above_chance(d, flat, slopes).iloc[0]
    assert after["observed"] == 0.3
    assert after["ratio"] == pytest.approx(0.3 / after["predicted"])
    assert 0.003 < after["predicted"] < 0.02


def test_no_flat_part_is_said():
    with pytest.raises(InputError, match="no ladder has 4 models before"):
        axes.rows_before_rise(ladder(np.linspace(0.2, 0.9, 10)))


# ---- shares


def test_a_share_of_independent_ladders_is_wilson_with_student():
    r = axes.share([True] * 5 + [False] * 15, range(20))
    t2 = 2.093024**2  # Student's, 19 degrees of freedom
    middle = (0.25 + t2 / 40) / (1 + t2 / 20)
    half = np.sqrt(t2 * 0.1875 / 20 + t2**2 / (4 * 20**2)) / (1 + t2 / 20)
    assert r.estimate == 0.25
    assert (r.interval.low, r.interval.high) == pytest.approx((middle - half, middle + half), abs=1e-5)
    assert r.status == "ok"


def test_a_share_that_differs_between_families_is_less_sure():
    met = [True] * 10 + [False] * 10
    alone, split = (axes.share(met, labels) for labels in (range(20), list("aaaaabbbbbcccccdddee")))
    assert alone.interval.width < split.interval.width / 1.5
    assert split.notes == ("5 families of models, taken as clusters",)


def test_what_two_families_agree_on_is_not_sure():
    r = axes.share([True] * 14, ["a"] * 7 + ["b"] * 7)
    assert (r.estimate, r.interval.high, r.status) == (1.0, 1.0, "limited")
    assert r.interval.low == pytest.approx(2 / (2 + 12.7062**2), abs=1e-4)


def test_a_share_within_one_family_has_no_interval():
    r = axes.share([True, False], ["a", "a"])
    assert (r.status, r.interval) == ("undetermined", None)
    with pytest.raises(InputError, match="at least one yes or no"):
        axes.share([], [])


def test_what_cannot_tell_is_counted_both_ways():
    answers, labels = ["yes"] * 6 + ["no"] * 3 + ["cannot tell"] * 3, range(12)
    r = axes.share_both_ways(answers, labels)
    least, most = (axes.share([True] * k + [False] * (12 - k), labels) for k in (6, 9))
    assert (r.estimate, r.interval.low, r.interval.high) == (0.5, least.interval.low, most.interval.high)
    assert "3 of 12 cannot tell" in r.notes[-1]
    assert axes.share_both_ways(["yes", "no"], ["a", "a"]).status == "undetermined"


# ---- families


@pytest.mark.parametrize(("y", "winner"), [
    (np.linspace(0.1, 0.9, 10), "line"),
    (0.9 * SIZES / SIZES[-1] + 0.05, "line in N"),
    (0.01 * (SIZES / SIZES[0]) ** 0.6, "power law"),
    (0.95 / (1 + np.exp(-(np.log10(SIZES) - 9.5) * 4)), "logistic"),
])
def test_the_true_curve_wins(y, winner):
    best = axes.winners(axes.compare_families(ladder(noisy(y, 0.003)), hold_out=0))
    assert best["fit"].item() == winner


def test_race_and_winners_agree():
    d = pd.concat([ladder(noisy(0.01 * (SIZES / SIZES[0]) ** 0.6, 0.003)), ladder([0.1] * 10, task="flat")])
    compared = axes.compare_families(d)
    assert compared.attrs["left_out"] == 1
    assert compared.loc[compared["curve"] == "line", "lead"].tolist() == [0.0]
    best = axes.winners(compared).iloc[0]
    assert best["fit_beats_line"] == "yes"
    assert best["forecast_beats_line"]
    error = compared.set_index("curve")["error"]
    assert best["chosen_gain"] == pytest.approx(error["line"] - error[best["chosen"]])


def test_a_win_needs_items():
    few, many = (axes.winners(axes.compare_families(ladder([0.0] * 9 + [0.2], n=n), hold_out=0))
                 for n in (10, 10_000))
    assert (few["fit_beats_line"].item(), many["fit_beats_line"].item()) == ("cannot tell", "yes")


def test_a_clear_line_is_said_and_a_close_race_is_undecided():
    rows = [("line", 0.0), ("logistic", -5.0), ("isotonic", -9.0)]
    close = [("line", 0.0), ("logistic", 3.9), ("isotonic", -9.0)]
    table = pd.concat([pd.DataFrame(r, columns=["curve", "lead"]).assign(task=t, aicc=lambda d: -d["lead"],
                                                                         error=np.nan)
                       for t, r in (("clear", rows), ("close", close))])
    assert axes.winners(table)["fit_beats_line"].tolist() == ["no", "cannot tell"]


def test_straight_control_is_straight():
    d = axes.as_if_straight(ladder(np.linspace(0.4, 0.8, 10) ** 2, n=100_000))
    assert np.ptp(np.diff(d["value"])) < 0.02


def test_a_line_that_leaves_the_range_is_no_control():
    kept = axes.as_if_straight(pd.concat([ladder(np.linspace(0.4, 0.8, 10), "in"),
                                          ladder([0.0] * 8 + [0.5, 0.9], "out")]))
    assert set(kept["task"]) == {"in"}
    with pytest.raises(InputError, match="every line leaves"):
        axes.as_if_straight(ladder([0.0] * 8 + [0.5, 0.9]))


def test_chance_shifts_no_fit():
    y = noisy(0.01 * (SIZES / SIZES[0]) ** 0.6, 0.003)
    tables = [axes.compare_families(ladder(y if c == 0 else c + (1 - c) * y, chance=c).assign(noise=0.0))
              for c in (0.0, 0.2)]
    leads = [t.set_index("curve")["lead"] for t in tables]
    assert leads[0].to_numpy() == pytest.approx(leads[1].to_numpy(), abs=0.1)
    errors = [t.set_index("curve").loc[["line", "logistic"], "error"].to_numpy() for t in tables]
    assert errors[1] == pytest.approx(0.8 * errors[0], rel=1e-3)


def test_duels_count_clear_leads():
    compared = pd.DataFrame({"curve": ["line"] * 4 + ["logistic"] * 4, "lead": [0.0] * 4 + [9, 4, -5, 1]})
    found = axes.duels(compared)
    assert found[["curve", "answer", "estimate", "n"]].to_numpy().tolist() == [
        ["logistic", "better than the line", 0.5, 4], ["logistic", "worse", 0.25, 4]]


def test_unknown_curve():
    with pytest.raises(UnknownNameError, match="Unknown curve 'spline'"):
        axes.compare_families(ladder(SIZES / 2e11), curves=("line", "spline"))


# ---- loss


def suite(size_matters=0.0, seed=0):
    rng = np.random.default_rng(seed)
    size, tokens = 10 ** rng.uniform(8, 10, 80), 10 ** rng.uniform(9.5, 11.5, 80)
    loss = 1.7 + 400 / size**0.34 + 400 / tokens**0.28
    d = pd.DataFrame({"family": "F", "model": [f"m{i}" for i in range(80)], "params": size, "tokens": tokens,
                      "loss": loss})
    for task in ("a", "b"):
        score = 1 / (1 + np.exp(2 * (loss - 3))) + size_matters * np.log10(size)
        d[task] = score + rng.normal(0, 0.005, 80)
    return d


@pytest.mark.parametrize("effect", [0.0, 0.05])
def test_size_effect_at_equal_loss(effect):
    found = axes.size_effect(suite(effect), ["a", "b"], n_resamples=200)
    assert set(found) == {"a", "b", "mean"}
    assert found["mean"].estimate == pytest.approx(effect, abs=0.01)
    assert effect == 0 or found["mean"].interval.low > 0


def test_loss_explains_what_it_makes():
    d = suite().assign(size=lambda d: np.log10(d["params"]))
    r2 = axes.explained(d, ["loss", "size"], ["a", "b"])
    assert (r2["loss"] > 0.95).all()
    assert (r2["size"] < r2["loss"]).all()


def test_clusters_and_controls():
    d = suite().assign(corpus=["x", "y"] * 40)
    d.loc[d["corpus"] == "y", ["a", "b"]] += 0.2
    left = axes.size_effect(d, ["a"], n_resamples=100, controls=["corpus"])["a"]
    assert abs(left.estimate) < 0.02
    few = axes.size_effect(d, ["a"], n_resamples=100, clusters=d["corpus"])["a"]
    assert few.status == "limited"


def test_loss_refuses():
    with pytest.raises(UnknownNameError, match="Unknown column 'los'"):
        axes.explained(suite(), ["los"], ["a"])
    with pytest.raises(InputError, match="one value only"):
        axes.explained(suite().assign(loss=2.0), ["loss"], ["a"])
    with pytest.raises(InputError, match="missing or infinite"):
        axes.size_effect(suite().assign(a=np.nan), ["a"])


def test_with_loss_joins_and_counts():
    scores = pd.DataFrame({"family": "F", "model": ["a", "a", "b-rerun", "c"], "params": [1e8, 1e8, 1e9, 1e9],
                           "tokens": 1e10, "task": ["t", "u", "t", "t"], "value": [0.1, 0.2, 0.3, 0.4]})
    losses = pd.DataFrame({"model": ["a", "b-rerun"], "value": [3.0, 2.5]})
    joined = axes.with_loss(scores, losses)
    assert joined["loss"].tolist() == [3.0, 3.0, 2.5]
    assert joined.attrs["without_loss"] == 1
    wide = axes.one_row_each(joined, ["t", "absent"])
    assert wide["run"].tolist() == ["a", "b"]
    assert wide["log compute"].round(3).tolist() == [18.778, 19.778]
    with pytest.raises(InputError, match="several values for one model"):
        axes.with_loss(scores, pd.concat([losses, losses]))


def test_effects_of_suites_in_points():
    d = suite(0.05)
    d = d.assign(run=d["model"], **{"log compute": np.log10(d["params"] * d["tokens"])})
    found = axes.effects_at_equal_loss({"S": (d, ())}, ["a", "b", "absent"]).iloc[0]
    assert (found["suite"], found["runs"]) == ("S", 80)
    assert found["effect"] == pytest.approx(5, abs=1)
    assert found["low"] < found["effect"] < found["high"]
    assert found["by compute"] < 1


def test_a_home_advantage_is_found():
    d = suite().assign(family=["home", "away"] * 40, run=lambda d: d["model"])
    d.loc[d["family"] == "away", "a"] += 0.1
    found = axes.corpus_effect(d, "home").set_index("task")
    assert list(found.index) == ["b", "a"]
    assert found.loc["a", "estimate"] == pytest.approx(10, abs=0.5)
    assert found.loc["b", "low"] < 0 < found.loc["b", "high"]


# ---- data


def test_tables_of_the_chapter():
    table = axes.ladders_of_sizes()
    sizes = table.groupby(["family", "task"])["params"].nunique()
    assert (len(sizes), sizes.min()) == (113, 8)
    assert set(table["family"]) == {"GPT-3", "BIG-G", "OPT", "Pythia", "Qwen1.5"}
    assert table[["chance", "n_examples", "noise"]].notna().all().all()
    assert axes.few_shot_gpt3()["loss"].between(1, 4).all()
    known = axes.sizes_of_families()
    assert {"PaLM", "LaMDA", "BIG-G", "Gadre et al."} <= set(known["family"])


def test_suites_and_runs_with_a_loss():
    suites = axes.suites_with_loss()
    assert {name: wide["run"].nunique() for name, (wide, _) in suites.items()} == {
        "OLMo": 27, "Gemstones": 22, "Gadre et al.": 104}
    runs = axes.along_training()
    assert set(runs["run"]) == {f"{s}, by {w}" for s in ("7B", "13B") for w in ("letter", "text")}
    assert runs.loc[runs["run"].str.endswith("text"), "tokens"].max() < 8e11


# ---- onset


def run(model, onset_tokens, params):
    tokens = np.arange(1, 13) * 10.0
    value = np.where(tokens > onset_tokens, 0.8, 0.25)
    return pd.concat([pd.DataFrame({"model": model, "task": t, "tokens": tokens, "loss": 4 - tokens / 100,
                                    "train_flops": 6 * params * tokens, "value": value, "n_examples": 500,
                                    "chance": 0.25}) for t in ("x", "y")])


def test_onsets_that_coincide_in_compute_only():
    found = axes.first_above(pd.concat([run("small", 80, 1.0), run("large", 40, 2.0)]), negligible=0.05)
    assert found[["tokens_before", "tokens_after"]].to_numpy().tolist() == [[40, 50]] * 2 + [[80, 90]] * 2
    assert found["step"].round(2).tolist() == [0.55] * 4
    shared = axes.common_brackets(found).set_index("axis")
    assert shared["overlap"].tolist() == [False, True, False]
    assert shared.loc["tokens", ["small_tasks", "ratio_low", "ratio_high"]].tolist() == [2, 1.6, 2.25]
    assert shared.loc["train_flops", "ratio_low"] == 1


def test_runs_never_above_are_left_out():
    flat = run("flat", 1e9, 1.0)
    with pytest.raises(InputError, match="no run goes"):
        axes.first_above(flat)
    assert axes.first_above(pd.concat([flat, run("m", 50, 1.0)])).attrs["left_out"] == 2
    with pytest.raises(InputError, match="between two runs"):
        axes.common_brackets(axes.first_above(run("m", 50, 1.0)))


# ---- figures


def test_the_same_scores_on_four_axes():
    d = ladder(np.linspace(0, 0.9, 10), loss=np.linspace(4, 2, 10))
    d = pd.concat([d, d.assign(task="u")])
    fig, panels = plt.subplots(4, 1)
    plot_on_axes(d, panels=[("params", "log"), ("params", "linear"), ("params", "rank"), ("loss", "falling")],
                 axes=panels, hue="task", mark=(SIZES[3], SIZES[4]))
    drawn = [ax.lines[0].get_ydata() for ax in panels]
    assert [sorted(y) for y in drawn] == [sorted(d.loc[d["task"] == "t", "value"])] * 4
    assert [ax.get_xscale() for ax in panels] == ["log", "linear", "linear", "linear"]
    assert panels[3].get_xlim()[0] > panels[3].get_xlim()[1]
    assert [ax.get_legend() is None for ax in panels] == [False, True, True, True]
    assert "shaded" in alt_text(fig)
    with pytest.raises(InputError, match="as many"):
        plot_on_axes(d, panels=[("params", "log")], axes=panels, hue="task")
    with pytest.raises(UnknownNameError, match="kind of axis"):
        plot_on_axes(d, panels=[("params", "cubic")], axes=panels[:1], hue="task")
    plt.close(fig)


@pytest.mark.parametrize("axis", ["log", "linear"])
def test_break_figure(axis):
    fig, ax = plt.subplots()
    plot_break(ladder(noisy(SIZES / 2e11)), axis=axis, ax=ax, title="F: t")
    assert ax.get_xscale() == axis
    assert "broken line with AICc" in alt_text(fig)
    plt.close(fig)


def test_log_rates_draw_zeros_as_bounds():
    fig, ax = plt.subplots()
    d = ladder([0, 0, 0.001, 0.002, 0.01, 0.1, 0.2, 0.4, 0.6, 0.9])
    plot_log_rates(d, hue="task", order=["t"], ax=ax, slopes={"t": (0.5, SIZES[4])})
    assert "2 zeros of 10" in alt_text(fig)
    zeros = ax.lines[1].get_ydata()
    assert zeros == pytest.approx([1 - 0.025 ** (1 / 1000)] * 2)
    with pytest.raises(UnknownNameError, match="Unknown task"):
        plot_log_rates(d, hue="task", order=["u"], ax=ax, slopes={})
    plt.close(fig)
