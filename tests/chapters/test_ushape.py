"""The simulated distractor, thirds of the items, and the figures' words."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, plot, scores
from emergence_utils.chapters import ushape as us

X = np.linspace(0, 4, 25)


def test_one_margin_turns_all_scores_at_one_scale():
    """Whatever rises with the margin turns where the margin turns."""
    fine = np.linspace(0, 4, 401)
    task = us.Distractor(onset_spread=0.0)
    turn = fine[task.margin(fine).argmin()]
    assert task.turns(fine)[["log_likelihood", "brier"]].to_numpy() == pytest.approx(turn, abs=0.011)


def test_a_smooth_margin_makes_a_u_in_accuracy():
    accuracy = us.Distractor().expected(X)["accuracy"]
    assert accuracy.iloc[0] == pytest.approx(0.5, abs=0.05)
    assert accuracy.min() < 0.3
    assert accuracy.iloc[-1] > 0.9
    assert np.abs(np.diff(accuracy)).max() < 0.15


def test_no_truth_stays_inverse():
    accuracy = us.Distractor(truth=0.0).expected(X)["accuracy"]
    assert accuracy.iloc[-1] == pytest.approx(accuracy.min(), abs=0.01)


@pytest.mark.parametrize(("y", "called"), [
    ((X - 3) ** 2, True),  # falling, turns at 3: called from what lies before 2
    ((X - 6) ** 2, False),  # turns after the end
    (-((X - 3) ** 2), False),
    (-X, False),
])
def test_upturn_is_called(y, called):
    seen = X <= 2
    noise = 0.01 * np.cos(50 * X)
    assert us.calls_upturn(X[seen], (y + noise)[seen], 4.0) is called


def test_call_rates_name_the_scores():
    rates = us.call_rates({"U": us.Distractor()}, X, X <= 2, n_sets=5)
    assert rates["score"].tolist() == list(us.SCORE_NAMES.values())
    assert rates["rises"].all()


@pytest.mark.parametrize(("parabola", "lines", "both"), [
    ("U", "U", "U"), ("inverted U", "inverted U", "inverted U"), ("U", "inverted U", "none"),
    ("none found", "none found", "none"), ("U", "none found", "none"), ("not applicable", "U", "cannot tell"),
    ("U", "not testable", "cannot tell"), ("not applicable", "none found", "cannot tell"),
])
def test_both_tests_speak_only_where_both_apply(parabola, lines, both):
    assert us.agree(parabola, lines) == both


def test_both_answers_count_those_that_cannot_tell_in_the_correction():
    tested = pd.DataFrame({"parabola": ["U", "not applicable", "none found"], "lines": ["U", "U", "U"],
                           "p_parabola": [.01, np.nan, .5], "p_lines": [.02, .001, .001]})
    out = us.both_answers(tested)
    assert out["both"].tolist() == ["U", "cannot tell", "none"]
    assert out["p_both"].tolist() == [.02, 1, 1]
    assert out["holm_both"].tolist() == pytest.approx([.06, 1, 1])


def test_both_answers_name_a_missing_column():
    with pytest.raises(UnknownNameError, match="lines"):
        us.both_answers(pd.DataFrame({"parabola": ["U"]}))


def test_early_calls_say_what_both_tests_answer():
    table = scores.load("expemergence", task="arithmetic").dropna(subset=["train_flops"])
    early = us.calls_below_threshold(table, {"arithmetic": 22.8})
    assert early["score"].tolist() == ["accuracy", "Brier score", "Brier score, hardest third"]
    assert set(early["parabola"]) | set(early["lines"]) <= {
        "U", "inverted U", "none found", "not applicable", "not testable"}


def test_thirds_average_to_the_whole():
    rows = scores.load("expemergence", task="mmlu", metric="brier_target")
    thirds = us.item_thirds(rows[rows["subset"].notna()])
    thirds = thirds.pivot(index="model", columns="third", values="value")
    whole = rows[rows["subset"].isna()].set_index("model")["value"]
    assert (thirds.mean(axis=1) - whole.reindex(thirds.index)).abs().max() < 2e-3  # tenths differ by an item


def test_figures_speak():
    rows = scores.load("expemergence", task="mmlu", subset="group_01").assign(score=lambda d: -d["value"])
    fig, ax = plot.figure()
    us.plot_two_lines(rows, x="train_flops", y="score", xlabel="Training FLOPs", ylabel="Score",
                      clusters="family", chance=-0.5625, ax=ax)
    assert "65 models" in plot.alt_text(fig)
    assert "two-lines test: U" in plot.alt_text(fig)
    rates = pd.DataFrame({"points": [5, 8], "U": [0.1, 0.5], "low": [0.0, 0.4], "high": [0.2, 0.6],
                          "test": "a"})
    fig, ax = plot.figure()
    us.plot_simulated_rates(rates, x="points", y="U", hue="test", xlabel="Points", ylabel="Power", ax=ax)
    assert plot.alt_text(fig).startswith("Simulation")


BARS = {"a": 0.44, "b": 0.36, "c": 0.19, "d": 0.18, "e": 1.0}


def test_published_bars_are_whole_items_with_exact_intervals():
    bars = us.published_bars(BARS, 315)
    assert (bars["value"] * 315).round(9).mod(1).eq(0).all()
    assert bars[us.PLACE].tolist() == [1, 2, 3, 4, 5]
    last = bars.iloc[-1]
    assert (last["low"], last["high"]) == pytest.approx((0.025 ** (1 / 315), 1))


def test_bars_moved_against_the_claim_need_more_items():
    against = (-1, -1, 1, 1, -1)
    depth = us.depth_by_items(BARS, (30, 315), against=against, slack=0.03).set_index("items")
    assert depth["answer"].tolist() == ["cannot tell", "U"]
    assert depth.loc[315, "estimate"] == pytest.approx(0.41 - 0.21, abs=0.01)
    assert depth.loc[315, "low"] > 0 > depth.loc[30, "low"]
    assert us.deepest_u(BARS, 315, against=against, slack=0.1).answer == "cannot tell"


@pytest.mark.parametrize(("shown", "silent", "status", "count"), [
    ([True, False], [False, True], "ok", 1), ([False, False], [False, False], "ok", 0),
    ([False, False], [False, True], "undetermined", 0),
])
def test_no_instance_refutes_only_where_all_could_be_judged(shown, silent, status, count):
    found = us.solid_instances(shown, silent)
    assert (found.status, found.estimate, found.n) == (status, count, 2)


@pytest.mark.parametrize(("call", "argument"), [
    (lambda: us.published_bars({"a": 1.2}, 10), "heights"),
    (lambda: us.deepest_u(BARS, 315, against=(1, -1), slack=0.03), "against"),
    (lambda: us.solid_instances([], []), "shown"),
    (lambda: us.stored_rates("U", points=7, noise=0.1), "got 7 and 0.1"),
    (lambda: us.dip_of(adding(), size=0, n_shot=2, step=1), "size"),
])
def test_bad_input_is_named(call, argument):
    with pytest.raises(InputError, match=argument):
        call()


def test_versions_of_the_paper_take_back_at_least_four():
    called = us.prize_verdicts().set_index("version")["U-shaped"]
    assert called["third"] - called["last"] == 4


def test_abstracts_alone_do_not_say_how_many_verdicts_went():
    versions = us.prize_verdicts()
    found = us.taken_back(versions)
    assert (found.status, found.n) == ("undetermined", 3)
    assert "between 0 and 3 of the first 3" in found.notes[0]
    fewer = versions.assign(**{"U-shaped": [3, 10, 1]})
    assert us.taken_back(fewer).estimate == 2


@pytest.mark.parametrize(("slack", "said"), [(0.03, "had 100 items or more"), (0.12, "not beyond luck")])
def test_words_follow_how_far_the_bars_may_be_off(slack, said):
    depth = us.depth_by_items(BARS, (30, 100, 315), against=(-1, -1, 1, 1, -1), slack=slack)
    assert said in us.beyond_luck(depth)


def test_a_shape_is_kept_only_after_correction_and_from_a_least_depth():
    tested = pd.DataFrame({"answer": ["U", "U", "U", "inverted U", "not applicable", "none", "no U"],
                           "p": [1e-4, 1e-4, 0.04, 1e-4, np.nan, 1, 1]})
    depth = pd.Series([.1, .005, .1, 0, 0, 0, 0])
    kept = us.kept_shapes(tested, answer="answer", p="p", depth=depth, least=.01)
    assert kept.tolist() == ["U", *["cannot tell"] * 2, "inverted U", "cannot tell", "no U", "no U"]


def test_the_grid_shows_whole_and_tenths():
    whole = pd.DataFrame({"task": ["my_task"], "both": ["cannot tell"]})
    tenths = pd.DataFrame({"task": "my_task", "subset": ["group_02", "group_10"], "both": ["U", "none"]})
    grid = us.answer_grid(whole, tenths)
    assert list(grid) == ["whole", 2, 10]
    assert grid.loc["my task"].tolist() == ["cannot tell", "yes", "no"]


def test_both_regressions_of_a_task_that_rises():
    table = scores.load("expemergence", task="hellaswag", metric="multiple_choice_grade")
    tested = us.both_regressions(table.dropna(subset=["train_flops"]), ["task"], least=0.01)
    assert tested[["both", "kept"]].iloc[0].tolist() == ["none", "no U"]


def test_false_alarms_are_those_of_the_stored_run():
    alarms = us.false_alarms(20, 0.1)
    late = alarms[alarms["curve"] == "late rise"].set_index("test")["estimate"]
    assert late.index.tolist() == ["parabola alone", "with its precondition", "two lines"]
    assert late["parabola alone"] > 0.9 > 0.1 > late["two lines"]
    assert us.stored_rates("either", points=20, noise=0.1)["late rise", "two lines"] == late["two lines"]


def test_a_habit_makes_false_u_shapes_in_easy_items_only():
    alarms = us.sorting_alarms(np.linspace(0, 4, 60), 2.5, {"none": 0.0, "habit": 0.2}, n_sets=10)
    rate = alarms.set_index(["habit", "tenth", "sorting"])["estimate"]
    assert rate["habit", "easiest", "split halves"] > 0.8 > 0.2 > rate["habit", "hardest", "split halves"]
    assert rate["none", "easiest", "split halves"] < 0.4


def test_luck_in_sorting_seldom_calls_an_upturn():
    x = np.linspace(20, 24, 40)
    assert us.most_calls_by_luck(x, habits=(0.0,), n_sets=20) < 0.3


def test_soft_scores_of_one_margin_lead_by_nothing():
    leads = us.soft_leads([us.Distractor(onset_spread=0.0)], np.linspace(0, 4, 81))
    assert list(leads) == [n for n in us.SCORE_NAMES.values() if n != "accuracy"]
    assert leads["Brier score"].abs().max() < 0.16


def test_calls_beyond_name_score_and_task():
    calls = us.calls_beyond({"turns": us.Distractor()}, X, 1.5, (0.0, 1.0), n_sets=5)
    at = calls.set_index(["what", "beyond"])["rate"]
    assert at["accuracy, turns", 1.0] > at["accuracy, turns", 0.0]


def adding():
    """Four sizes and three operands; the third size dips at the first step only."""
    means = {1: [0.1, 0.4, 0.2, 0.8], 2: [0.1, 0.4, 0.5, 0.8]}
    return pd.DataFrame([{"subset": o, "n_shot": 2, "step": step, "params": 10.0 ** (6 + i),
                          "value": m + (o - 1) * 0.01 * (i + 1)}
                         for step, row in means.items() for i, m in enumerate(row) for o in range(3)])


def test_a_dip_is_counted_over_its_repeats():
    dip = us.dip_of(adding(), size=2, n_shot=2, step=1)
    assert (dip.seen, dip.repeats) == (1, 2)
    assert (dip.fall.estimate, dip.rise.estimate) == pytest.approx((-0.2, 0.6))
    assert dip.ladder.score.tolist() == pytest.approx([0.1, 0.4, 0.2, 0.8])


def test_published_models_are_named_on_the_axis():
    fig, ax = plot.figure()
    us.plot_published(us.published_bars(BARS, 315)[:4], chance=0.5, ylabel="Accuracy", ax=ax)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b", "c", "d"]
    assert plot.alt_text(fig).startswith("Accuracy against models, in the report's order")
