"""The stored rates hold, and come out again."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import emergence_utils
from emergence_utils import InputError, UnknownNameError
from emergence_utils.chapters.ushape import (
    TESTS,
    count_rates,
    found_shapes,
    rejection_rates,
    selection_rates,
    simulate_curve,
    sorted_groups,
)

STORED = pd.read_csv(Path(emergence_utils.__file__).parent.parent / "benchmarks" / "ushape_calibration.csv")
EVEN = STORED[STORED["scales"] == "even"]


def test_the_linear_null_keeps_its_size():
    line = STORED[STORED["curve"] == "line"]
    assert line["low"].max() < 0.05
    assert set(STORED["test"]) == set(TESTS)


def test_the_parabola_alone_is_fooled_by_a_bend_and_its_precondition_sees_it():
    late = EVEN[(EVEN["curve"] == "late rise") & (EVEN["noise"] == 0.1) & (EVEN["points"] == 65)]
    late = late.set_index("test")
    assert late.loc["parabola alone", "either"] > 0.9
    assert late.loc["Lind-Mehlum", "not_applicable"] > 0.9
    assert late.loc[["Lind-Mehlum", "two lines"], "either"].max() < 0.1


def test_few_points_are_not_testable():
    few = EVEN[EVEN["points"].isin([3, 5]) & (EVEN["test"] != "parabola alone")]
    assert (few.loc[few["points"] == 3, "not_testable"] == 1).all()
    assert (few.loc[few["test"] == "Lind-Mehlum", "not_testable"] == 1).all()
    assert (few["either"] == 0).all()


@pytest.mark.parametrize(("curve", "points"), [("line", 12), ("saturating", 20), ("U", 12), ("late U", 65)])
def test_a_part_of_the_table_comes_out_again(curve, points):
    again = rejection_rates(curve, np.linspace(0, 1, points), n_sets=100, noise=0.5, seed=99)
    old = EVEN[(EVEN["curve"] == curve) & (EVEN["noise"] == 0.5) & (EVEN["points"] == points)]
    for test in TESTS:
        p = old.loc[old["test"] == test, "either"].item()
        k = round(again.set_index("test").loc[test, "either"] * 100)
        assert stats.binomtest(k, 100, p).pvalue > 1e-4


def test_a_stored_row_is_the_program_s_own_output():
    """Same seed, same rate: the smallest job is repeated whole."""
    row = EVEN[(EVEN["curve"] == "U") & (EVEN["points"] == 5) & (EVEN["noise"] == 0.5)]
    again = rejection_rates("U", np.linspace(0, 1, 5), n_sets=int(row["sets"].iloc[0]), noise=0.5,
                            seed=int(row["seed"].iloc[0]))
    assert again["either"].tolist() == pytest.approx(row["either"].tolist(), abs=1e-6)


def test_the_answers_are_those_of_the_tests():
    x = np.linspace(0, 1, 20)
    said = found_shapes(x, simulate_curve("late rise", x, 5, noise=0.05, seed=1))
    assert said["parabola alone"].tolist() == ["U"] * 5
    assert "U" not in said["Lind-Mehlum"]


def test_item_counts_find_a_late_u_where_regressions_have_too_few_models():
    found = count_rates("late U", 5, items=315, n_sets=40)
    false = count_rates("late rise", 5, items=315, n_sets=40)
    assert found["U"] > 0.9
    assert false["U"] + false["inverted U"] < 0.15
    assert sum(found.values()) == pytest.approx(1)


def test_families_share_noise():
    family = np.repeat([0, 1], 30)
    y = simulate_curve("flat", np.linspace(0, 1, 60), 400, noise=1.0, family_share=0.8, families=family)
    within = np.corrcoef(y[0], y[1])[0, 1]
    across = np.corrcoef(y[0], y[59])[0, 1]
    assert within == pytest.approx(0.8, abs=0.08)
    assert abs(across) < 0.15


def test_sorting_by_luck_reverts_and_splitting_cures_it():
    x = np.linspace(0, 4, 40)
    _, same, _ = sorted_groups(x, 2.5, sorting="same", item_share=0.0, seed=1)
    shown, split, _ = sorted_groups(x, 2.5, sorting="split", item_share=0.0, seed=1)
    assert same[x < 2.5].mean() > 0.05  # lucky items look easy to the models that picked them
    assert abs(split[shown < 2.5].mean()) < 0.02


def test_a_shared_habit_makes_a_u_that_splitting_does_not_cure():
    rates = selection_rates(np.linspace(0, 4, 60), 2.5, item_share=0.5, habit=0.2, n_sets=20)
    rate = rates.set_index(["sorting", "tenth", "test", "shape"])["rate"]
    assert rate["split", "easiest", "two lines", "U"] > 0.8


@pytest.mark.parametrize(("call", "error"), [
    (lambda: simulate_curve("Line", np.arange(5.0), 2, noise=1), UnknownNameError),
    (lambda: simulate_curve("line", np.arange(5.0), 2, noise=0), InputError),
    (lambda: found_shapes(np.arange(9.0), np.zeros((9, 1)), tests=["two line"]), UnknownNameError),
    (lambda: count_rates("Line", 5, items=100), UnknownNameError),
    (lambda: simulate_curve("line", np.arange(5.0), 2, noise=1, family_share=0.5), InputError),
    (lambda: sorted_groups(np.arange(9.0), 5, sorting="half", item_share=0.1), UnknownNameError),
    (lambda: sorted_groups(np.arange(9.0), 2, sorting="same", item_share=0.1), InputError),
])
def test_bad_input_is_named(call, error):
    with pytest.raises(error):
        call()
