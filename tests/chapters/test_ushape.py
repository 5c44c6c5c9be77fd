"""The simulated distractor, thirds of the items, and the figures' words."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import UnknownNameError, plot, scores
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
