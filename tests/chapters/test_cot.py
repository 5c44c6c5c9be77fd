"""Differences of two promptings, the scale at which they cross, and the model of steps."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, scores
from emergence_utils.chapters import cot as ask
from emergence_utils.plot import alt_text, figure

mpl.use("Agg")
COT = scores.load("cot")
GSM = COT[COT["task"] == "gsm8k"]
SIZES = [1e9, 1e10, 1e11]


@pytest.fixture(scope="module")
def gsm():
    return ask.differences(GSM, method="chain-of-thought", baseline="standard")


@pytest.fixture(scope="module")
def full():
    return ask.published()


@pytest.fixture(scope="module")
def diffs(full):
    return ask.differences(full, **ask.WAYS)


# --- differences

# percentage points of Wei et al. 2022, Table 2
@pytest.mark.parametrize(("model", "points", "sign"), [
    ("LaMDA 420M", -2.2, "worse"), ("LaMDA 2B", -1.7, "worse"), ("LaMDA 8B", -1.6, "worse"),
    ("LaMDA 68B", 2.5, "better"), ("LaMDA 137B", 7.8, "better"), ("GPT 175B", 31.3, "better"),
    ("PaLM 8B", -0.8, "undecided"), ("PaLM 540B", 39.0, "better"),
])
def test_gsm8k_signs(gsm, model, points, sign):
    row = gsm.set_index("model").loc[model]
    assert 100 * row["estimate"] == pytest.approx(points, abs=0.08)  # scores become whole counts
    assert row["sign"] == sign
    assert row["low"] < row["estimate"] < row["high"]
    assert row["q_value"] >= row["p_value"]


def test_codex_without_a_size_is_kept(gsm):
    assert gsm["params"].isna().sum() == 1
    assert gsm.set_index("model").loc["Codex", "sign"] == "better"


def test_the_three_controls_are_ordered():
    tables = {c: ask.differences(GSM, method="chain-of-thought", baseline="standard", control=c)
              for c in ("none", "bh", "by")}
    decided = [(tables[c]["sign"] != "undecided").sum() for c in ("none", "bh", "by")]
    assert decided == sorted(decided, reverse=True)
    assert np.allclose(tables["none"]["q_value"], tables["none"]["p_value"])


def test_benjamini_hochberg_by_hand():
    # three pairs of 100 items; the adjusted p is the smallest p_(j) * m / j for j >= i
    rows = [(m, v, p, 100) for m, a, b in (("a", 0.9, 0.5), ("b", 0.6, 0.5), ("c", 0.5, 0.5))
            for p, v in (("new", a), ("old", b))]
    scores = pd.DataFrame(rows, columns=["model", "value", "prompting", "n_examples"])
    d = ask.differences(scores, method="new", baseline="old", by=["model"]).set_index("model")
    assert d["estimate"].round(6).to_dict() == {"a": 0.4, "b": 0.1, "c": 0.0}
    assert d.loc["c", "q_value"] == 1.0
    assert d.loc["b", "q_value"] == pytest.approx(1.5 * d.loc["b", "p_value"])
    assert d["sign"].to_dict() == {"a": "better", "b": "undecided", "c": "undecided"}


def test_pairs_that_lack_a_side_are_counted():
    cut = GSM[~((GSM["model"] == "PaLM 8B") & (GSM["prompting"] == "standard"))]
    d = ask.differences(cut, method="chain-of-thought", baseline="standard")
    assert len(d) == 13 and d.attrs["left_out"] == 1


@pytest.mark.parametrize(("change", "error"), [
    ({"method": "chain"}, UnknownNameError), ({"on": "prompt"}, UnknownNameError), ({"fdr": 5}, InputError),
    ({"control": "bonferroni"}, UnknownNameError),
])
def test_differences_refuses(change, error):
    with pytest.raises(error):
        ask.differences(GSM, **({"method": "chain-of-thought", "baseline": "standard"} | change))


def test_a_missing_count_is_not_guessed():
    with pytest.raises(InputError, match=r"missing in 14 of 14 pairs \(the first: .+, strategy_qa\)"):
        ask.differences(COT[COT["task"] == "strategy_qa"], method="chain-of-thought", baseline="standard")


def test_sign_flips():
    table = pd.DataFrame([(f, t, p, s) for f, t, signs in (
        ("A", "up", ["worse", "undecided", "better"]), ("A", "late", ["undecided", "worse", "better"]),
        ("A", "down", ["better", "undecided", "worse"]), ("B", "up", ["undecided", "undecided", "undecided"]),
    ) for p, s in zip(SIZES, signs, strict=True)], columns=["family", "task", "params", "sign"])
    f = ask.sign_flips(table.sample(frac=1, random_state=0)).set_index(["family", "task"])
    assert f.index[f["flip"]].tolist() == [("A", "up")]
    assert len(f) == 4
    assert f["any_flip"].sum() == 2
    assert f.loc[("A", "down"), ["large_worse", "small_better"]].all()
    assert ask.sign_flips(table[table["params"] < 2e9]).empty
    with pytest.raises(UnknownNameError):
        ask.sign_flips(table, x="flops")


def test_another_control_gives_what_differences_gives(gsm):
    for control in ("none", "by"):
        again = ask.differences(GSM, method="chain-of-thought", baseline="standard", control=control)
        pd.testing.assert_frame_equal(ask.decided(gsm, control=control), again, check_like=True)


# --- the published tables

def test_every_count_is_filled_and_the_guesses_are_marked(full):
    assert full["n_examples"].notna().all() and set(full["task"]) == set(ask.TASKS)
    guessed = full.loc[~full["counted"]].groupby("task")["n_examples"].first()
    assert guessed.pop("saycan") == 120
    assert set(guessed) == {300} and len(guessed) == 10
    assert set(ask.published(50).loc[lambda t: t["task"] == "strategy_qa", "n_examples"]) == {50}


def test_six_of_51_ladders_flip_and_large_models_do_not_lose(full, diffs):
    flips = ask.sign_flips(diffs)
    assert (flips["flip"].sum(), len(flips)) == (6, 51)
    assert flips.groupby("family")["flip"].sum().to_dict() == {"GPT-3": 2, "LaMDA": 4, "PaLM": 0}
    assert diffs.loc[diffs["params"] >= 6e10, "sign"].value_counts().to_dict() == {
        "better": 49, "undecided": 40}


def test_the_mean_difference_of_small_models_is_not_told_from_zero(diffs):
    small, large = ask.sides(diffs, 1e10, 6e10)
    assert (len(small), len(large)) == (115, 89)
    assert small.groupby("family")["estimate"].mean().round(3).to_dict() == {
        "GPT-3": -0.017, "LaMDA": -0.011, "PaLM": 0.048}
    assert large["estimate"].mean() == pytest.approx(0.175, abs=5e-4)


@pytest.mark.parametrize(("limits", "said"), [
    ((6e10, 1e10), "not above large"), ((10, 60), "no model has parameters below 10"),
    ((1e10, 6e13), "from 6e\\+13 on"), ((0, 1e10), "above 0")])
def test_limits_that_part_nothing_are_refused(diffs, limits, said):
    with pytest.raises(InputError, match=said):
        ask.sides(diffs, *limits)


def test_variants_agree_with_differences_made_anew():
    table = ask.variants(1e10).set_index("variant")
    signs = ["losses", "gains", "undecided"]
    assert table.loc["families as clusters (the rule)", signs].tolist() == [27, 9, 79]
    assert table.loc["published counts only", signs[:2]].tolist() == [21, 1]
    assert table.loc["any dependence between tests", signs[:2]].tolist() == [17, 7]
    assert table.loc["1,000 items assumed", signs[:2]].tolist() == [33, 16]
    mean = table[["mean difference", "low", "high"]]
    assert mean.loc["families as clusters (the rule)"].tolist() == pytest.approx(
        [-0.003, -0.058, 0.052], abs=5e-4)
    assert mean.loc["tasks as clusters"].tolist() == pytest.approx([-0.003, -0.025, 0.019], abs=5e-4)
    assert mean.loc["100 items assumed"].tolist() == pytest.approx(  # but for rounding to whole items
        mean.loc["1,000 items assumed"].tolist(), abs=1e-3)


def test_what_loss_could_be_seen(diffs):
    small = diffs[diffs["params"] < 1e10]
    seen = [ask.could_be_seen(small, lost, 0.0204) for lost in (0.25, 0.5, 1.0)]
    assert seen[0] < seen[1] < seen[2] <= len(small)
    assert seen[:2] == [27, 64]
    with pytest.raises(InputError):
        ask.could_be_seen(small, 0.0, 0.05)


# --- open models

def test_the_reading_decides_the_sign():
    opened = ask.open_differences()
    table = ask.by_reading(opened, 1.3e23).set_index(["side", "prompting", "reading"])
    assert table.loc[("small", "chain, 8 examples", "flexible"), ["worse", "better"]].tolist() == [0, 20]
    assert table.loc[("small", "chain, no examples", "strict"), ["worse", "models"]].tolist() == [45, 49]
    large = table.xs(("large", "chain, no examples"), level=("side", "prompting"))["estimate"]
    assert large["flexible"] == pytest.approx(0.175, abs=5e-4)
    assert large["strict"] == pytest.approx(-0.079, abs=5e-4)
    assert table[["worse", "undecided", "better"]].sum(axis=1).equals(table["models"])


def test_small_open_models_lose_on_big_bench_hard():
    bbh = ask.bbh_losses(1e22)
    assert (len(bbh), (bbh["flexible"] < 0).sum()) == (23, 21)
    assert bbh["strict"].mean() < bbh["flexible"].mean() < 0


def test_open_families_cross_below_the_listed_compute():
    free = ask.open_crossings(n_resamples=200)
    assert len(free) == 16
    assert (free["direction"] == "ahead throughout").sum() == 10
    assert not (free["low"] > 1.3e23).any()


def test_losses_with_options_end_below_guessing(diffs):
    ends = ask.ends_of_decided(diffs[diffs["params"] < 1e10])
    assert ends.loc[ends["sign"] == "worse", "ends"].tolist() == ["below"] * 6
    assert ends.loc[ends["sign"] == "better", "ends"].value_counts().to_dict() == {
        "above": 2, "below": 2, "chance": 1}


# --- listed scales

def test_two_of_nine_ladders_can_tell_the_listed_scale(full):
    crossings = ask.crossover_all(full, **ask.WAYS, n_resamples=500)
    table = ask.against_listed(crossings)
    assert table.loc[table["answer"] == "yes", "task"].tolist() == ["gsm8k", "mawps_multi_arith"]
    assert table["answer"].value_counts().to_dict() == {"cannot tell": 7, "yes": 2}
    assert table.groupby("family")["previous"].first().to_dict() == {"LaMDA": 8e9, "PaLM": 8e9}
    found = ask.share_next_size(table)
    assert (found.estimate, found.n, found.status) == (1.0, 2, "undetermined")  # one family


def test_a_listed_scale_far_from_the_crossing_is_a_no(full):
    crossings = ask.crossover_all(full[full["task"] == "gsm8k"], **ask.WAYS, n_resamples=200)
    moved = crossings.assign(low=1e11, high=1.2e11)
    table = ask.against_listed(moved)
    assert table["answer"].tolist() == ["no"]
    assert ask.share_next_size(table).estimate == 0.0
    assert ask.share_next_size(table.iloc[:0]).status == "undetermined"


# --- crossings

def test_crossing_is_the_zero_of_a_straight_line_in_log_scale():
    c = ask.crossover(SIZES, [0.1, 0.2, 0.8], [0.2, 0.3, 0.5], 10_000)
    assert c.estimate == pytest.approx(10 ** (10 + 0.1 / 0.4))
    assert (c.below, c.above, c.direction, c.changes, c.status) == (1e10, 1e11, "up", 1, "ok")
    assert c.interval is not None and 1e10 < c.interval.low < c.estimate < c.interval.high < 1e11
    assert c.score == pytest.approx(0.2 + 0.6 * 0.25)


def test_order_of_rows_does_not_matter():
    a = ask.crossover(SIZES, [0.1, 0.2, 0.8], [0.2, 0.3, 0.5], [100, 200, 300])
    b = ask.crossover(SIZES[::-1], [0.8, 0.2, 0.1], [0.5, 0.3, 0.2], [300, 200, 100])
    assert a == b


@pytest.mark.parametrize(("method", "direction", "low", "high"), [
    ([0.5, 0.6, 0.9], "ahead throughout", 0.0, 1e9), ([0.1, 0.1, 0.1], "behind throughout", 1e11, np.inf),
    ([0.5, 0.1, 0.1], "down", 1e11, np.inf),
])
def test_no_crossing_is_undetermined_and_open(method, direction, low, high):
    c = ask.crossover(SIZES, method, [0.2, 0.3, 0.4], 5000)
    assert np.isnan(c.estimate) and c.status == "undetermined" and c.notes
    assert c.direction == direction
    assert c.interval is not None and (c.interval.low, c.interval.high) == (low, high)


def test_noise_opens_the_interval_and_many_changes_limit_it():
    noisy = ask.crossover(SIZES, [0.1, 0.2, 0.31], [0.2, 0.3, 0.3], 50)
    assert noisy.status == "limited" and noisy.interval is not None and np.isinf(noisy.interval.high)
    wavy = ask.crossover([1e8, *SIZES], [0.3, 0.1, 0.3, 0.9], [0.2, 0.2, 0.2, 0.8], 50_000)
    assert wavy.changes == 2 and wavy.status == "limited" and "2 times" in wavy.notes[0]


def test_the_interval_covers():
    rng, truth, hits = np.random.default_rng(5), 10 ** 10.25, 0
    for seed in range(100):
        a, b = (rng.binomial(1000, p) / 1000 for p in ([0.1, 0.2, 0.8], [0.2, 0.3, 0.5]))
        span = ask.crossover(SIZES, a, b, 1000, n_resamples=300, seed=seed).interval
        hits += span is not None and truth in span
    assert 88 <= hits <= 100


@pytest.mark.parametrize(("family", "low", "high"), [
    ("LaMDA", 8e9, 68e9), ("GPT-3", 6.7e9, 175e9), ("PaLM", 8e9, 62e9),
])
def test_crossings_of_gsm8k_lie_between_the_published_sizes(family, low, high):
    table = ask.crossover_all(GSM, method="chain-of-thought", baseline="standard", n_resamples=200)
    row = table.set_index("family").loc[family]
    assert low < row["estimate"] < high
    assert (row["below"], row["above"], row["direction"]) == (low, high, "up")
    assert 0.03 < row["score"] < 0.07
    assert "UL2" not in set(table["family"])  # one size


def test_a_zero_score_keeps_some_doubt():
    c = ask.crossover(SIZES, [0.0, 0.0, 0.01], [0.0, 0.0, 0.0], 300)
    assert c.estimate == pytest.approx(1e10)  # equal scores are not a lead
    assert c.interval is not None and c.interval.low == 0.0


@pytest.mark.parametrize("call", [
    lambda: ask.crossover([1e9], [0.1], [0.2], 100),
    lambda: ask.crossover([1e9, 1e9], [0.1, 0.2], [0.2, 0.2], 100),
    lambda: ask.crossover(SIZES, [10, 20, 30], [0.1] * 3, 100),
    lambda: ask.crossover(SIZES, [0.1] * 3, [0.1] * 3, 0),
    lambda: ask.crossover(SIZES, [0.1] * 3, [0.1] * 3, 100, level=95),
    lambda: ask.crossing_gap(SIZES, [0.1] * 3, [0.1] * 3, [0.1] * 3, 0, 100, 100),
    lambda: ask.crossover_all(pd.concat([GSM, GSM]), method="chain-of-thought", baseline="standard"),
])
def test_crossings_refuse(call):
    with pytest.raises(InputError):
        call()


def test_gap_of_a_chain_that_obeys_the_model_and_of_one_that_does_better():
    step, direct = np.array([0.2, 0.5, 0.9]), [0.2, 0.3, 0.5]
    assert ask.crossing_gap(SIZES, step, step**2, direct, 2, 500, 500).estimate == pytest.approx(0.0)
    early = ask.crossing_gap(SIZES, step, step, direct, 2, 5000, 5000)
    assert early.estimate > 0 and early.interval is not None and early.interval.low > 0
    none = ask.crossing_gap(SIZES, step, [0.9] * 3, direct, 2, 500, 500)
    assert none.status == "undetermined" and none.interval is None


# --- steps

@pytest.mark.parametrize(("q", "k", "p"), [(0.5, 10, 0.93303), (0.5, 1, 0.5), (0.25, 2, 0.5), (0.0, 3, 0.0)])
def test_break_even(q, k, p):
    assert float(ask.chain_crossing(q, k)) == pytest.approx(p, abs=5e-6)
    assert float(ask.chain_score(ask.chain_crossing(q, k), k)) == pytest.approx(q, abs=1e-12)


@pytest.mark.parametrize(("p", "k", "rule", "chance", "accuracy"), [
    (0.9, 10, "all", 0.0, 0.34868), (0.9, 2, "parity", 0.0, 0.82),
    (0.5, 3, "all", 0.25, 0.125 + 0.875 * 0.25), (0.3, 4, "parity", 0.0, 0.5),
])
def test_chain_score(p, k, rule, chance, accuracy):
    assert float(ask.chain_score(p, k, rule, chance)) == pytest.approx(accuracy, abs=5e-6)


def test_parity_is_what_counting_errors_gives():
    wrong = np.random.default_rng(0).random((200_000, 3)) > 0.8
    even = (wrong.sum(axis=1) % 2 == 0).mean()
    assert float(ask.chain_score(0.8, 3, "parity")) == pytest.approx(even, abs=0.004)


def test_fit_finds_the_rate_and_holds_its_size():
    rng, k, n = np.random.default_rng(1), np.array([2, 3, 4]), 400
    fits = [ask.fit_chain(k, rng.binomial(n, 0.8**k) / n, n) for _ in range(200)]
    assert np.mean([f.estimate for f in fits]) == pytest.approx(0.8, abs=0.003)
    assert 0.01 <= np.mean([f.p_value < 0.05 for f in fits]) <= 0.1
    assert np.mean([f.interval is not None and 0.8 in f.interval for f in fits]) > 0.9


def test_last_letters_refute_one_rate():
    f = ask.fit_chain([2, 3, 4], [0.994, 0.948, 0.63], 300)  # PaLM 540B
    assert f.p_value < 1e-6
    assert f.rates == pytest.approx((0.994 ** (1 / 2), 0.948 ** (1 / 3), 0.63 ** (1 / 4)), abs=2e-3)
    assert min(f.rates) < f.estimate < max(f.rates)


def test_fit_with_guessing():
    k, c = np.array([3, 5, 7]), np.array([1 / 3, 1 / 5, 1 / 7])
    f = ask.fit_chain(k, 0.9**k + (1 - 0.9**k) * c, 100_000, chance=c)
    assert f.estimate == pytest.approx(0.9, abs=1e-3) and f.p_value > 0.5


@pytest.mark.parametrize("call", [
    lambda: ask.chain_score(1.2, 2), lambda: ask.chain_score(0.5, 2, "any"),
    lambda: ask.chain_crossing(0.5, 0), lambda: ask.fit_chain([2, 2], [0.1, 0.1], 10),
])
def test_steps_refuse(call):
    with pytest.raises(InputError):
        call()


def test_one_step_against_several(full, diffs):
    pairs = ask.steps_and_answers(full, diffs).set_index("model")
    assert len(pairs) == 14
    assert pairs.loc["PaLM 540B", ["step", "step_direct", "chain", "direct"]].tolist() == [
        0.941, 0.941, 0.947, 0.422]
    assert pairs.loc["PaLM 540B", ["n_step", "n_chain", "sign"]].tolist() == [562, 600, "better"]


def test_two_steps_put_the_crossing_too_late(full, diffs):
    pairs = ask.steps_and_answers(full, diffs)
    assert ask.gap_of(pairs, "LaMDA").estimate == pytest.approx(0.248, abs=5e-4)
    assert ask.gap_of(pairs, "GPT-3").estimate == pytest.approx(0.084, abs=5e-4)
    assert ask.gap_of(pairs, "PaLM").status == "undetermined"


def test_growth_of_losses():
    rows = [(f, f"{f}{i}", task, ratio, 1.0) for f, i in (("A", 1), ("A", 2), ("B", 1))
            for task, ratio in (("mawps_single_op", 0.5), ("mawps_multi_arith", 0.25))]
    small = pd.DataFrame(rows, columns=["family", "model", "task", "method", "baseline"])
    assert ask.loss_growth(small).estimate == pytest.approx(np.log(0.5))


def test_growth_of_losses_in_the_published_tables(diffs):
    found = ask.loss_growth(diffs[diffs["params"] < 1e10])
    assert found.estimate == pytest.approx(-0.204, abs=5e-4) and found.n == 7
    assert found.interval is not None and found.interval.low < -1 < 1 < found.interval.high


def test_one_rate_is_refuted_in_opposite_directions(full):
    chains, objects = ask.one_rate_tests(full), ask.object_tests()
    assert (len(chains), (chains["p_value"] < 0.05).sum()) == (13, 12)
    assert (chains["last"] < chains["first"]).all()
    assert (len(objects), (objects["p_value"] < 0.05).sum()) == (17, 11)
    assert (objects["last"] - objects["first"]).mean() == pytest.approx(0.100, abs=5e-4)


# --- figures

def test_figures_say_what_they_show(gsm):
    crossings = ask.crossover_all(GSM, method="chain-of-thought", baseline="standard", n_resamples=100)
    fig, axes = figure(4, height=2)
    ask.plot_differences(gsm, ax=axes[0])
    ask.plot_signs(gsm, rows=["gsm8k"], columns=["PaLM 8B", "PaLM 540B"], gaps=(1,), ax=axes[1])
    ask.plot_crossings(crossings, order=["gsm8k"], listed=68e9, listed_name="Table 1", ax=axes[2])
    ask.plot_plane(gsm, x="baseline", y="method", steps=(1, 2), xlabel="direct", ylabel="step", ax=axes[3])
    said = alt_text(fig)
    for words in ("LaMDA 420M: -0.022", "better for PaLM 540B; worse for none", "LaMDA gsm8k 18.4B",
                  "simulated", "Table 1, 68B"):
        assert words in said
    texts = [t.get_text() for t in axes[3].texts]
    assert "lines: simulation" in texts
    fig.canvas.draw()
    plt.close(fig)


def test_figures_refuse(gsm):
    fig, ax = figure(height=2)
    with pytest.raises(InputError):
        ask.plot_differences(gsm[gsm["params"].isna()], ax=ax)
    with pytest.raises(InputError):
        ask.plot_crossings(pd.DataFrame(), order=[], ax=ax)
    with pytest.raises(UnknownNameError):
        ask.plot_signs(gsm.drop(columns="sign"), rows=[], columns=[], ax=ax)
    plt.close(fig)
