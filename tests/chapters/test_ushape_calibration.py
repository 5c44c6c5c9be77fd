"""The stored rates hold, and come out again."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import emergence_utils
from emergence_utils import InputError, UnknownNameError
from emergence_utils.chapters.ushape import (
    found_shapes,
    rejection_rates,
    selection_rates,
    simulate_curve,
    sorted_groups,
)

STORED = pd.read_csv(Path(emergence_utils.__file__).parent.parent / "benchmarks" / "ushape_calibration.csv")
EVEN = STORED[STORED["scales"] == "even"]


def test_linear_null_keeps_its_size():
    assert (STORED.loc[STORED["curve"] == "line", "either"] < 0.07).all()
    assert set(STORED["sets"]) == {2000}


def test_flat_null_keeps_its_size_for_a_shape_fixed_beforehand():
    flat = STORED[STORED["curve"] == "flat"]
    assert flat[["U", "inverted_U"]].to_numpy().max() < 0.05


def test_two_lines_keep_their_size_where_a_parabola_does_not():
    late = EVEN[(EVEN["curve"] == "late rise") & (EVEN["noise"] == 0.1) & (EVEN["points"] == 65)]
    rate = late.set_index("test")["either"]
    assert rate["two lines"] < 0.1 < 0.9 < rate["Lind-Mehlum"]


def test_three_points_have_no_test_and_five_no_power_in_two_lines():
    few = EVEN[EVEN["curve"].isin(["U", "late U"])]
    assert (few.loc[few["points"] == 3, "no_test"] == 1).all()
    assert few.loc[(few["points"] == 5) & (few["test"] == "two lines"), "U"].max() < 0.2


@pytest.mark.parametrize("points", [5, 20, 65])
def test_lind_mehlum_on_the_linear_null_again(points):
    """2,000 fresh sets at once; the rate of the stored run lies within binomial error."""
    x = np.linspace(0, 1, points)
    said = found_shapes(x, simulate_curve("line", x, 2000, noise=0.5, seed=12345), test="Lind-Mehlum")
    again = np.mean(said != "none")
    old = EVEN[(EVEN["curve"] == "line") & (EVEN["noise"] == 0.5) & (EVEN["points"] == points)
               & (EVEN["test"] == "Lind-Mehlum")]["either"].item()
    assert again < 0.07
    assert abs(again - old) < 4 * np.sqrt(2 * max(old, 0.002) / 2000)


@pytest.mark.parametrize(("curve", "points"), [("line", 12), ("saturating", 20), ("U", 12), ("late U", 65)])
def test_a_part_of_the_table_comes_out_again(curve, points):
    again = rejection_rates(curve, np.linspace(0, 1, points), n_sets=200, noise=0.5, seed=99)
    old = EVEN[(EVEN["curve"] == curve) & (EVEN["noise"] == 0.5) & (EVEN["points"] == points)]
    for test in ("Lind-Mehlum", "two lines"):
        p = old.loc[old["test"] == test, "either"].item()
        k = round(again.set_index("test").loc[test, "either"] * 200)
        assert stats.binomtest(k, 200, p).pvalue > 1e-4


def test_a_stored_row_is_the_program_s_own_output():
    """Same seed, same rate: the smallest job is repeated whole."""
    row = EVEN[(EVEN["curve"] == "U") & (EVEN["points"] == 5) & (EVEN["noise"] == 0.5)]
    again = rejection_rates("U", np.linspace(0, 1, 5), n_sets=2000, noise=0.5, seed=int(row["seed"].iloc[0]))
    assert again["either"].tolist() == pytest.approx(row["either"].tolist(), abs=1e-6)


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
    (lambda: simulate_curve("line", np.arange(5.0), 2, noise=1, family_share=0.5), InputError),
    (lambda: sorted_groups(np.arange(9.0), 5, sorting="half", item_share=0.1), UnknownNameError),
    (lambda: sorted_groups(np.arange(9.0), 2, sorting="same", item_share=0.1), InputError),
])
def test_bad_input_is_named(call, error):
    with pytest.raises(error):
        call()
