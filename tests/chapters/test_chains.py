"""Chains of steps, averages, forecasts, order and thresholds: chapter 7."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, plot, scores
from emergence_utils.chapters import chains
from emergence_utils.curves import Logistic, fit
from emergence_utils.resample import cluster_weights
from emergence_utils.results import Interval, Result


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
    lambda: chains.ladder_shape([1, 2, 3, 4, 5], [0, 1]),
    lambda: chains.scattered_steps(0),
    lambda: chains.plot_average(pd.DataFrame(), xlabel="x", ylabel="y")])
def test_bad_input(call):
    with pytest.raises(InputError):
        call()


@pytest.mark.parametrize("call", [
    lambda: chains.chain_width_ratio("cubic", 2), lambda: chains.all_or_nothing_ladders("gpt4"),
    lambda: chains.ordered_pairs("piano"),
    lambda: chains.task_grid(pd.DataFrame({"task": ["a"], "value": [0.5]})),
    lambda: chains.order_violations(pd.DataFrame({"a": [1.0]}), [("a", "b")], ["x"])])
def test_unknown_names(call):
    with pytest.raises(UnknownNameError):
        call()


def test_widths_of_every_link():
    table = chains.width_table((2, 10)).set_index("how a step improves along the axis")
    assert list(table.index) == list(chains.LINKS)
    assert table.loc["logistic in log-scale", "10 steps"] == pytest.approx(0.7274, abs=1e-3)
    assert (table.loc["success per step"] < 0.8).all()


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


def test_real_chains_are_fitted_as_one_by_one():
    """Few starts beside the optimum of all models find what every start of the family finds."""
    real = chains.open_chains()
    names = ["deduction, 3 objects, CoT", "tracking, 7 objects, CoT"]
    fits = chains.fit_chains(real[names], real["log_flops"], real["family"], n_resamples=3)
    weights = cluster_weights(real["family"], len(real), 3, 0)
    for name in names:
        seen = real[name].notna().to_numpy()
        x, y = real.loc[seen, "log_flops"].to_numpy(), real.loc[seen, name].to_numpy()
        for row, times in enumerate([np.ones(seen.sum(), dtype=int), *weights[:, seen]]):
            one = fit(Logistic(0.0, 1.0, min_width=0.1), np.repeat(x, times), np.repeat(y, times))
            assert fits.midpoint[name][row] == pytest.approx(one.params["midpoint"], abs=1e-5)
            assert np.log(fits.width[name][row]) == pytest.approx(one.params["log_width"], abs=1e-5)


def test_ratios_of_real_chains():
    real = chains.open_chains()
    fits = chains.fit_real(real, n_resamples=2)
    table = chains.ratio_table(fits).set_index(["kind", "chain"])["estimate"]
    assert table["observed", "deduction, CoT 3 → 7"] == pytest.approx(2.08, abs=0.01)
    assert (table["product of steps"] < 1).all()
    pairs = [(a, b) for a, b, _ in chains.FITTED_PAIRS]
    assert fits.ratio(pairs).estimate == pytest.approx(1.397, abs=1e-3)
    assert chains.fit_real(real, ceiling=None, n_resamples=2).ratio(pairs).estimate == pytest.approx(
        0.866, abs=1e-3)


def test_exponents_of_real_chains():
    table = chains.exponent_table().set_index("chain")
    assert table.loc["tracking, CoT 3 → 7", "exponent"] == pytest.approx(1.11, abs=0.01)
    assert table.loc["GPT-3 sums 2 → 5", "high"] == pytest.approx(25.0)
    assert (table["low"] > 1).sum() == 5 and (table["high"] < 1).sum() == 1


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


def test_ranks_are_taken_within_a_ladder_of_models():
    rows = [("gpt3", "addition_5_digit", 0.9), ("gpt3", "hellaswag", 0.2), ("bigg", "color", 0.5)]
    shapes = pd.DataFrame(rows, columns=["source", "task", "largest_share"]).assign(
        ladder="l", prompting="p", metric="exact_match", n_models=8,
        breakthroughness=lambda d: -d["largest_share"])
    coded = chains.coded_shapes(shapes).set_index("task")
    assert coded["largest_share rank"].to_dict() == {"addition_5_digit": 1.0, "hellaswag": 0.5, "color": 1.0}
    assert coded.loc["addition_5_digit", "breakthroughness rank"] == 0.5
    assert coded["several"].to_dict() == {"addition_5_digit": 1.0, "hellaswag": 0.0, "color": 0.0}
    assert chains.coded_shapes(shapes, min_models=9).empty
    mine = chains.step_table()
    mine.loc[mine["task"] == "hellaswag", "kind"] = "several"
    assert chains.coded_shapes(shapes, mine)["several"].sum() == 2


def test_correlations_by_metric_and_source():
    tasks = chains.step_table().query("source == 'gpt3'")
    shapes = tasks[["source", "task"]].assign(
        ladder="l", prompting="p", metric="exact_match", n_models=8,
        largest_share=(tasks["kind"] == "several").astype(float),
        breakthroughness=0.1 * np.arange(len(tasks)))
    found = chains.step_correlations(chains.coded_shapes(shapes), {"gpt3": "GPT-3"}, n_resamples=20)
    assert {name for name, _ in found} == {"all", "exact match alone", "GPT-3 alone"}
    assert found["all", "largest step"].estimate == pytest.approx(1.0)


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
    assert (step["largest_share"], step["times_straight"]) == (1.0, 4.0)
    uneven = chains.ladder_shape([1, 10, 100, 100000], [0, 1, 2, 5])
    assert uneven["largest_share"] == pytest.approx(0.6)
    assert uneven["times_straight"] == pytest.approx(1.0)


def test_average_of_pure_steps():
    grid = pd.DataFrame([[0.0, 0.1, 0.9, 1.0], [0.2, 0.6, 0.7, 0.8]], columns=[1, 10, 100, 1000])
    assert chains.as_steps(grid).to_numpy().tolist() == [[0, 0, 1, 1], [0.2, 0.8, 0.8, 0.8]]
    with pytest.raises(InputError, match=r"grid must be a DataFrame, got a Series of shape \(4,\)"):
        chains.as_steps(grid.iloc[0])
    with pytest.raises(InputError, match="a step needs two models at least, one a column; the grid has 1"):
        chains.as_steps(grid.iloc[:, :1])
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


def test_summary_of_averages(everything):
    gpt3 = chains.learnable(everything[everything["source"] == "gpt3"])
    row = chains.average_summary(chains.compare_averages(gpt3)).iloc[0]
    assert (row["ladder"], row["tasks"], bool(row["smooth"])) == ("GPT-3", 21, True)
    assert row["single task"] == pytest.approx(0.579, abs=1e-3)
    assert row["times straight"] == pytest.approx(1.484, abs=1e-3)
    assert not chains.average_summary(chains.compare_averages(gpt3), twice=1.4)["smooth"].iloc[0]
    ratio = chains.straight_ratio(chains.task_grid(gpt3), n_resamples=100)
    assert ratio.estimate == pytest.approx(row["times straight"])
    assert ratio.interval is not None and 1 < ratio.interval.low < ratio.interval.high < 2


def test_a_task_that_no_model_learns_moves_the_median(everything):
    """The median single task of GPT-3 is .58 over the tasks that are averaged, .53 over all with a chance."""
    gpt3 = chains.compare_averages(everything[everything["source"] == "gpt3"])
    assert (gpt3["what"] == "single").sum() == 22
    assert gpt3.loc[gpt3["what"] == "single", "largest_share"].median() == pytest.approx(0.527, abs=1e-3)


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


@pytest.mark.parametrize(("ladder", "family"), [
    ("rpj x32", "rpj"), ("Pythia deduped", "Pythia"), ("OPT", "OPT"), ("GPT-Neo/J", "GPT-Neo/J")])
def test_families(ladder, family):
    assert chains.family_of(ladder) == family


def test_shares_by_source():
    made = pd.DataFrame({"source": ["a"] * 4 + ["b"] * 2, "task": list("uvwxyz"), "family": list("ffgghh"),
                         "predicted": [True, False, True, False, True, True],
                         "beats_naive": [True] * 6})
    table = chains.share_table(made, {"a": "A", "b": "B"}).set_index(["source", "what"])
    assert table.loc[("A (4)", "predicted"), "estimate"] == 0.5
    assert np.isnan(table.loc[("B (2)", "predicted"), "low"])
    assert table.loc[("all (6)", "predicted"), "n"] == 6
    assert table["high"].dropna().le(1).all() and table["low"].dropna().ge(0).all()


def test_decade_ahead_of_the_real_table():
    table = chains.bbh_ahead()["estimate"]
    assert table["average", "logistic curve"] == pytest.approx(4.0, abs=0.05)
    assert table["single task", "logistic curve"] > 2 * table["single task", "free ceiling"]


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


def test_related_and_unrelated_skills():
    related, unrelated = chains.related_pairs(chains.skills())
    assert len(related) == 4
    assert not set(related) & set(unrelated)
    kinds = [("logical" in a, "logical" in b) for a, b in unrelated]
    assert (True, True) not in kinds and (True, False) in kinds


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


def test_rises_that_cannot_tell_count_both_ways():
    answers = ["gradual"] * 3 + ["sharp"] + ["cannot tell"] * 6
    found = chains.gradual_share(pd.DataFrame({"answer": answers}))
    assert (found.estimate, found.n) == (0.75, 10)
    assert found.interval.low == pytest.approx(0.108, abs=1e-3)
    assert found.interval.high == pytest.approx(0.982, abs=1e-3)
    none = chains.gradual_share(pd.DataFrame({"answer": ["cannot tell"]}))
    assert none.status == "undetermined"


def test_two_analyses_of_one_quantity():
    wide, free = (Result.with_interval(v, Interval(v - 0.3, v + 0.4), 9) for v in (1.4, 0.9))
    both = chains.either_way(wide, free)
    assert both.estimate == 1.4 and both.interval.low == pytest.approx(0.6)
    assert both.interval.high == pytest.approx(1.8)
    none = Result(1.0, None, 9, "undetermined", ("no interval",))
    assert chains.either_way(wide, none).status == "undetermined"


def test_levels_that_tasks_pass(everything):
    data = chains.learnable(everything[everything["source"] == "gpt3"])
    table = chains.passing_levels(data, (0.1, 0.5))
    assert table["level"].tolist() == [0.1, 0.5] and set(table["tasks"]) == {21}
    assert table["average"].iloc[0] == pytest.approx(0.535, abs=1e-3)
    assert chains.passing_levels(data, (0.1,), min_tasks=100).empty


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
    real = chains.open_chains()
    names = {"tracking, 3 objects, CoT": "three", "tracking, 7 objects, CoT": "seven"}
    fits = chains.fit_chains(real[list(names)], real["log_flops"], real["family"], n_resamples=2)
    fig, axes = plot.figure(3)
    chains.plot_real(real, fits, names, xlabel="x", ylabel="y", ax=axes[0])
    jumps = pd.DataFrame({"answer": ["gradual", "cannot tell"], "gap": [0.1, 0.5], "hidden_step": [0.1, 0.9]})
    chains.plot_jumps(jumps, material=0.25, ax=axes[1])
    grid = pd.DataFrame([[0.1, 0.2], [0.3, 0.8]], columns=[1e6, 1e9])
    chains.plot_average(grid, steps=chains.as_steps(grid).mean(), xlabel="x", ylabel="y", ax=axes[2])
    text = plot.alt_text(fig)
    assert "three: 73 models, half reached at 10^23.9" in text
    assert "gradual: 1, cannot tell: 1, sharp: 0" in text
    assert "average of 2 tasks from 0.20 to 0.50" in text
    plot.show(fig)
    with pytest.raises(UnknownNameError):
        chains.plot_real(real, fits, {"none": "none"}, xlabel="x", ylabel="y")
    with pytest.raises(UnknownNameError):
        chains.plot_jumps(jumps.drop(columns="gap"), material=0.25)
