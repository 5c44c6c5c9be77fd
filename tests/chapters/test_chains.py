"""Chains of steps, averages, forecasts, order and thresholds: chapter 7."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, plot, scores
from emergence_utils.chapters import chains


@pytest.fixture(scope="module")
def everything():
    return chains.all_or_nothing_ladders("gpt3", "bigg", "obsscaling", "olmo_ladder")


# ---- the product


@pytest.mark.parametrize(("p", "steps", "value"), [
    (0.9, 10, 0.34868), (0.95, 10, 0.59874), (0.99, 10, 0.90438), (0.5, 10, 0.00098), (0.8, 1, 0.8)])
def test_ten_step_values(p, steps, value):
    assert float(chains.chain_success(p, steps)) == pytest.approx(value, abs=5e-6)


def test_step_success_needed_inverts_the_chain():
    assert chains.step_success_needed(0.5, 10) == pytest.approx(0.93303, abs=5e-6)
    assert float(chains.chain_success(chains.step_success_needed(0.3, 7), 7)) == pytest.approx(0.3)


@pytest.mark.parametrize(("link", "ratio"), [
    ("success per step", (0.9**0.1 - 0.1**0.1) / 0.8), ("exp(-loss), loss a power law", 1.0),
    ("logistic in log-scale", 0.7274), ("normal in log-scale", 0.5802)])
def test_width_ratio(link, ratio):
    assert chains.chain_width_ratio(link, 10) == pytest.approx(ratio, abs=1e-3)
    assert chains.chain_width_ratio(link, 1) == pytest.approx(1.0)


@pytest.mark.parametrize("k", [0.5, 1.0, 7 / 3, 6.0])
def test_exponent_is_recovered(k):
    short = np.linspace(0.05, 0.95, 40)
    found = chains.chain_exponent(short, short**k, clusters=np.arange(40) % 12)
    assert found.estimate == pytest.approx(k, rel=0.005)
    assert found.interval is not None and found.interval.width < 0.02 * k + 0.01
    # without noise every resample may agree on the grid of exponents: a width of 0 is not "ok"
    assert found.status == ("ok" if found.interval.width > 0 else "limited")


def test_exponent_says_when_it_runs_out_of_range():
    found = chains.chain_exponent(np.ones(8), np.zeros(8))
    assert found.status == "limited"
    assert any("end of the search" in note for note in found.notes)


def test_excess_keeps_scores_below_guessing_negative():
    assert chains.excess([0.25, 1.0, 0.0], [0.25, 0.25, 0.5]).tolist() == [0.0, 1.0, -1.0]


@pytest.mark.parametrize("call", [
    lambda: chains.chain_success(1.2, 3), lambda: chains.chain_success(0.5, 0),
    lambda: chains.step_success_needed(1.0, 3),
    lambda: chains.chain_width_ratio("logistic in log-scale", 2, low=0.9),
    lambda: chains.excess([0.2], [1.0]), lambda: chains.chain_exponent([0.1, 0.2], [0.1, 0.2]),
    lambda: chains.chain_exponent([0.1] * 5, [np.nan] * 5),
    lambda: chains.latent_threshold([1, 2], 1, spread=0),
    lambda: chains.share_passing(pd.DataFrame([[0.1]]), 1.0), lambda: chains.ladder_shape([1, 2], [0, 1]),
    lambda: chains.scattered_steps(0),
    lambda: chains.plot_average(pd.DataFrame(), xlabel="x", ylabel="y")])
def test_bad_input(call):
    with pytest.raises(InputError):
        call()


@pytest.mark.parametrize("call", [
    lambda: chains.chain_width_ratio("cubic", 2), lambda: chains.all_or_nothing_ladders("gpt4"),
    lambda: chains.ordered_pairs("piano"),
    lambda: chains.order_violations(pd.DataFrame({"a": [1.0]}), [("a", "b")], ["x"])])
def test_unknown_names(call):
    with pytest.raises(UnknownNameError):
        call()


# ---- widths along scale


def test_widths_of_made_chains_and_their_shift():
    x = np.tile(np.linspace(-2, 6, 20), 3)
    family = np.repeat(["a", "b", "c"], 20)
    p = 1 / (1 + np.exp(-2 * x))
    scores = pd.DataFrame({"one": p, "late": 1 / (1 + np.exp(-2 * (x - 1))), "wide": 1 / (1 + np.exp(-x))})
    fits = chains.fit_chains(scores, x, family, n_resamples=4)
    assert fits.ratio([("one", "late")]).estimate == pytest.approx(1.0, abs=1e-3)
    assert fits.shift([("one", "late")]).estimate == pytest.approx(1.0, abs=1e-3)
    assert fits.ratio([("one", "wide")]).estimate == pytest.approx(2.0, abs=1e-2)
    assert fits.ratio([("one", "late"), ("one", "wide")]).estimate == pytest.approx(np.sqrt(2), abs=1e-2)
    assert fits.widths()["width"].iloc[0] == pytest.approx(2 * np.log(9) / 2, abs=1e-2)
    with pytest.raises(InputError, match="must name fitted chains"):
        fits.ratio([("one", "none")])
    with pytest.raises(InputError, match="one finite number per model"):
        chains.fit_chains(scores, x[:5], family)


# ---- the coding of steps


def test_step_table_is_consistent_with_the_data():
    table = chains.step_table()
    assert not table.duplicated(["source", "task"]).any()
    assert set(table["kind"]) == set(chains.KINDS)
    assert (table.loc[table["kind"] == "one", "steps"] == 1).all()
    assert not (table.loc[table["kind"] == "several", "steps"] < 2).any()
    for source in ("gpt3", "bigg", "obsscaling", "gadre"):
        known = set(scores.load(source)["task"])
        assert set(table.loc[table["source"] == source, "task"]) <= known
    some = pd.DataFrame({"source": ["gpt3", "gpt3"], "task": ["addition_5_digit", "anagrams_1"]})
    coded = chains.with_steps(some)
    assert coded["steps"].tolist() == [5.0] and coded.attrs["left_out"] == 1


# ---- ladders and averages


def test_ladders_have_one_score_per_scale(everything):
    assert not everything.duplicated(["key", "scale"]).any()
    sizes = everything.groupby("source")["scale"].nunique()
    assert sizes[["gpt3", "bigg", "olmo_ladder"]].tolist() == [8, 12, 7]
    assert everything.groupby("key")["scale"].size().min() >= 5
    kept = chains.learnable(everything)
    assert kept["chance"].notna().all()
    assert set(kept["key"]) < set(everything["key"])


def test_shape_of_a_straight_line_and_of_a_step():
    scale = [1, 10, 100, 1000, 10000]
    line, step = chains.ladder_shape(scale, [0, 1, 2, 3, 4]), chains.ladder_shape(scale, [0, 0, 0, 1, 1])
    assert line["times_straight"] == pytest.approx(1.0)
    assert line["linearity"] == pytest.approx(1.0)
    assert line["miss"] == pytest.approx(0.0, abs=1e-6)
    assert (step["largest_share"], step["times_straight"]) == (1.0, 4.0)
    uneven = chains.ladder_shape([1, 10, 100, 100000], [0, 1, 2, 5])
    assert uneven["largest_share"] == pytest.approx(0.6)
    assert uneven["times_straight"] == pytest.approx(1.0)


def test_average_of_pure_steps():
    grid = pd.DataFrame([[0.0, 0.1, 0.9, 1.0], [0.2, 0.6, 0.7, 0.8]], columns=[1, 10, 100, 1000])
    assert chains.as_steps(grid).to_numpy().tolist() == [[0, 0, 1, 1], [0.2, 0.8, 0.8, 0.8]]
    many = chains.scattered_steps([1, 10, 1000], n_draws=200)["largest_share"]
    assert many.iloc[0] == 1.0 and many.is_monotonic_decreasing
    assert many.iloc[2] == pytest.approx(1 / 11, abs=0.03)


def test_gpt3_average_is_less_sharp_than_pure_steps(everything):
    gpt3 = chains.compare_averages(chains.learnable(everything[everything["source"] == "gpt3"]))
    shares = gpt3.groupby("what")["largest_share"].median()
    assert gpt3["n_tasks"].iloc[0] == 21
    assert shares["average"] == pytest.approx(0.53, abs=0.01)
    assert shares["steps"] == pytest.approx(0.85, abs=0.01)
    assert (gpt3["what"] == "single").sum() == 21


def test_task_grid_leaves_out_incomplete_tasks():
    rows = [("a", 1, 0.5), ("a", 2, 0.6), ("b", 1, 0.5), ("b", 2, 0.7), ("c", 1, 0.5)]
    data = pd.DataFrame(rows, columns=["task", "scale", "value"]).assign(chance=0.5, prompting="x")
    grid = chains.task_grid(data)
    assert grid.attrs["left_out"] == 1
    assert grid.loc[("b", "x")].tolist() == pytest.approx([0.0, 0.4])


# ---- forecasts


def test_predict_against_no_change():
    scale = 10.0 ** np.arange(8)
    line = pd.DataFrame({"scale": scale, "value": np.linspace(0.2, 0.9, 8)})
    flat = line.assign(value=0.5 + 0.01 * (-1.0) ** np.arange(8))
    data = pd.concat([line.assign(key="line"), flat.assign(key="flat")])
    data = data.assign(source="s", ladder="l", task="t", prompting="p", metric="m", chance=np.nan,
                       n_examples=np.nan)
    told = chains.forecast_held_out(data).set_index("key")
    assert told.loc["line", ["predicted", "beats_naive"]].tolist() == [True, True]
    assert told.loc["line", "error"] == pytest.approx(0.0, abs=1e-6)
    assert told.loc["line", "naive"] == pytest.approx(0.1)
    assert told.loc["flat", "naive"] == pytest.approx(-0.02)


def test_decade_ahead_is_exact_on_a_logistic():
    x = pd.Series(np.linspace(20, 25, 60))
    wide = pd.DataFrame({"t": 0.25 + 0.75 / (1 + np.exp(-2 * (x - 23)))})
    out = chains.decade_ahead(wide, x, pd.Series({"t": 0.25}))
    assert out["error"].abs().max() < 1e-3
    assert out["naive"].abs().max() > 0.3
    assert ((x[out["model"]].to_numpy() - out["cut"] - 1).abs() <= 0.25 + 1e-3).all()
    with pytest.raises(InputError, match="no cut leaves"):
        chains.decade_ahead(wide.iloc[:10], x.iloc[:10], pd.Series({"t": 0.25}))


# ---- order


def test_violations_count_only_models_with_the_later_skill():
    has = pd.DataFrame({"a": [1, 0, 1, 0, np.nan], "b": [1, 1, 0, 0, 1.0]})
    found = chains.order_violations(has, [("a", "b")], ["x", "y", "z", "u", "v"])
    assert (found.estimate, found.n) == (0.5, 2)
    with pytest.raises(InputError, match="nothing to violate"):
        chains.order_violations(has.assign(b=0.0), [("a", "b")], list("xyzuv"))


def test_no_violation_has_an_upper_end():
    has = pd.DataFrame({"a": [1.0] * 20, "b": [1.0] * 20})
    found = chains.order_violations(has, [("a", "b")], np.arange(20))
    assert found.interval is not None
    assert (found.estimate, round(found.interval.high, 4)) == (0.0, round(1 - 0.05 ** (1 / 20), 4))


def test_matched_difference_tells_dependence_from_common_difficulty():
    rng = np.random.default_rng(1)
    n = 400
    early = rng.random(n) < 0.5
    has = pd.DataFrame({"early": early, "late": early & (rng.random(n) < 0.6), "u": rng.random(n) < 0.5,
                        "v": rng.random(n) < 0.3}).astype(float)
    found = chains.matched_difference(has, [("early", "late")], [("v", "u")], np.arange(n), n_resamples=100)
    assert found.difference.interval is not None
    assert found.difference.interval.high < -0.3
    assert found.table["violated"].tolist() == [0.0]
    with pytest.raises(InputError, match="no unrelated pair"):
        chains.matched_difference(has, [("early", "late")], [("v", "u")], np.arange(n), within=0.001)


def test_real_chains_and_skills():
    real = chains.open_chains()
    assert real["log_flops"].is_monotonic_increasing
    assert real["tracking, 7 objects, CoT"].max() > 0.9 > 0.2 > real["tracking, 3 objects, direct"].max()
    assert all(a in real and b in real for a, b, _ in chains.CHAIN_PAIRS)
    symbolic = chains.symbolic_chains().set_index("model")
    assert len(symbolic) == 9
    assert symbolic.loc["PaLM 540B", "coin_flip_2"] == pytest.approx(1.0)
    has = chains.skills()
    assert {s for pair in chains.ordered_pairs() for s in pair} <= set(has)
    assert has.loc["GPT-3"].shape[0] == 24
    assert chains.skills(gain=0.5).sum().sum() < chains.skills(gain=0.1).sum().sum()


# ---- thresholds and soft metrics


def test_emergent_ladders_only(everything):
    data = everything[(everything["source"] == "gpt3")]
    found = chains.jumps_of_emergent(data)
    assert len(found) == found.attrs["patterns"]["emergent"]
    assert found["p_value"].between(0, 1).all()
    # the last two models lie more than a decade apart: no rise in between can be called sudden
    assert found["gap"].max() > 1 and set(found["answer"]) <= {"cannot tell", "gradual"}


def test_latent_threshold_crosses_where_the_level_is():
    made = chains.latent_threshold(np.logspace(0, 4, 5), 2.0, spread=0.1)
    assert made["useful"].round(6).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert made["ability"].tolist() == [0, 0.25, 0.5, 0.75, 1]


def test_hard_and_soft_on_the_same_ladders():
    both = chains.hard_soft()
    assert both.notna().all().all()
    assert not both.duplicated(["source", "ladder", "task", "soft"]).any()
    assert (both["ladder"].str.startswith("GPT-3")).sum() == 3


# ---- figures


def test_figures_carry_alt_text():
    data = pd.DataFrame({"s": [0.1, 0.5], "l": [0.0, 0.2], "g": ["a", "b"]})
    fig, axes = plot.figure(3)
    chains.plot_long_short(data, short="s", long="l", hue="g", ratio=2, exponents={"a": 1.5}, xlabel="x",
                           ylabel="y", ax=axes[0])
    chains.plot_groups(data, value="s", group="g", hue="g", xlabel="x", reference=0.3, ax=axes[1])
    grid = pd.DataFrame([[0.1, 0.2], [0.3, 0.8]], columns=[1e6, 1e9])
    chains.plot_average(grid, steps=chains.as_steps(grid).mean(), xlabel="x", ylabel="y", ax=axes[2])
    text = plot.alt_text(fig)
    assert "fitted exponent 1.50" in text
    assert "a (a): median 0.10 of 1" in text
    assert "average of 2 tasks from 0.20 to 0.50" in text
    plot.show(fig)
    with pytest.raises(UnknownNameError):
        chains.plot_groups(data, value="none", group="g", xlabel="x")
