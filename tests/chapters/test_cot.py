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
    ({"control": "bonferroni"}, InputError),
])
def test_differences_refuses(change, error):
    with pytest.raises(error):
        ask.differences(GSM, **({"method": "chain-of-thought", "baseline": "standard"} | change))


def test_a_missing_count_is_not_guessed():
    with pytest.raises(InputError, match="n_examples is missing"):
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
def test_chain_score_and_back(p, k, rule, chance, accuracy):
    assert float(ask.chain_score(p, k, rule, chance)) == pytest.approx(accuracy, abs=5e-6)
    back = ask.step_rate(accuracy, 10**6, k, rule=rule, chance=chance)
    assert back.estimate == pytest.approx(max(p, 0.5 if rule == "parity" else 0), abs=2e-3)
    assert back.interval is not None and back.estimate in back.interval


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


def test_effective_steps_of_the_published_table():
    direct = ask.effective_steps(0.941, 562, 0.422, 600)  # PaLM 540B, MAWPS
    chain = ask.effective_steps(0.941, 562, 0.947, 600)
    assert direct.estimate == pytest.approx(14.19, abs=0.01)
    assert chain.estimate == pytest.approx(0.895, abs=0.002)
    assert direct.interval is not None and chain.interval is not None
    assert direct.interval.low > 5 > 2 > chain.interval.high


@pytest.mark.parametrize("call", [
    lambda: ask.chain_score(1.2, 2), lambda: ask.chain_score(0.5, 2, "any"),
    lambda: ask.chain_crossing(0.5, 0), lambda: ask.step_rate(1.5, 10, 2),
    lambda: ask.step_rate(0.5, 10, 2, rule="any"),
    lambda: ask.fit_chain([2, 2], [0.1, 0.1], 10), lambda: ask.effective_steps(0.0, 10, 0.5, 10),
])
def test_steps_refuse(call):
    with pytest.raises(InputError):
        call()


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


def test_rates_figure_and_refusals(gsm):
    rates = pd.DataFrame({"k": [2, 3], "model": "m", "estimate": [0.9, 0.8], "low": 0.7, "high": 0.95})
    fig, ax = figure(height=2)
    ask.plot_step_rates(rates, order=["m"], ax=ax)
    assert "m 2: 0.90, 3: 0.80" in alt_text(fig)
    with pytest.raises(UnknownNameError):
        ask.plot_step_rates(rates, order=["n"], ax=ax)
    with pytest.raises(InputError):
        ask.plot_differences(gsm[gsm["params"].isna()], ax=ax)
    with pytest.raises(InputError):
        ask.plot_crossings(pd.DataFrame(), order=[], ax=ax)
    with pytest.raises(UnknownNameError):
        ask.plot_signs(gsm.drop(columns="sign"), rows=[], columns=[], ax=ax)
    plt.close(fig)
