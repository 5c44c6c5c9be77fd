"""Every test keeps the error rate that it promises, on the battery of `benchmarks/battery.py`."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import battery  # noqa: E402  (a benchmark is no package)
import error_rates  # noqa: E402

#: Intervals that may hold the truth more often than they say: ends at models, exact for counts, or bounded.
CAUTIOUS = ("onset bracket", "binomial interval", "fit step:")
NAMES = [t.name for t in error_rates.TRIALS]


@pytest.fixture(scope="module")
def stored():
    return pd.read_csv(error_rates.OUT, keep_default_na=True)


def test_the_stored_table_has_every_promised_cell_once(stored):
    promised = pd.DataFrame([row for t in error_rates.TRIALS for c in error_rates.cells_of(t)
                             for row in c.keys()])  # noqa: SIM118  (a method, no mapping)
    assert list(stored.columns) == error_rates.COLUMNS
    assert sorted(map(tuple, stored[error_rates.KEYS].to_numpy())) == sorted(map(tuple, promised.to_numpy()))


def test_every_trial_meets_every_number_of_models_items_gaps_and_noise(stored):
    for name in ("jump", "U from counts", "fit logistic: midpoint"):
        part = stored[stored["test"] == name]
        assert set(part["models"]) == set(battery.MODELS)
        assert set(part["n"]) == set(battery.ITEMS)
        assert set(part["gaps"]) == set(battery.GAPS)
        assert set(part["noise"]) == set(battery.NOISES)


def test_no_test_calls_more_than_seven_percent_of_true_nulls(stored):
    null = stored[stored["kind"] == "false positive"]
    bad = null[null["rate"] > 0.07 + 2 * null["mc_error"]]
    assert bad.empty, bad.to_string()


def test_intervals_with_status_ok_hold_what_they_say(stored):
    """92 to 98 % of those at 95 %, over all cells of a test together: few draws of a cell are "ok"."""
    held = stored[(stored["kind"] == "coverage") & stored["rate"].notna()]
    judged = (held["draws"] * (1 - held["cannot_tell"])).round()
    sums = held.assign(judged=judged, right=held["rate"] * judged).groupby("test")[["judged", "right"]].sum()
    sums = sums[sums.index != "forecast band"]
    rate = sums["right"] / sums["judged"]
    error = np.sqrt(np.maximum(rate * (1 - rate), 0.95 * 0.05) / sums["judged"])
    low = rate[rate < 0.92 - 2 * error]
    assert low.empty, low.to_string()
    exact = rate[~rate.index.str.startswith(CAUTIOUS)]
    high = exact[exact > 0.98 + 2 * error[exact.index]]
    assert high.empty, high.to_string()


def test_forecast_bands_hold_nine_in_ten_over_the_battery(stored):
    """Of all truths together: no band can know of a turn that lies beyond the models it learns from."""
    bands = stored[stored["test"] == "forecast band"]
    assert 0.87 <= np.average(bands["rate"], weights=bands["draws"]) <= 0.96


def test_a_true_step_and_a_true_u_are_found_where_the_data_can_show_them(stored):
    power = stored[(stored["kind"] == "power") & (stored["models"] >= 8) & (stored["n"] == 5000)
                   & (stored["noise"] == "binomial")].set_index(["test", "truth"])["rate"]
    assert power["jump", "step of 0.6"].min() > 0.9
    assert power["U from counts", "inverted U, depth 0.25"].min() > 0.9
    assert power["U from counts", "U, depth 0.1"].min() > 0.9


@pytest.mark.parametrize("name", NAMES)
def test_a_reduced_run_with_other_draws_agrees_with_the_stored_rates(stored, name):
    """A few cells of each trial, drawn anew: within four standard errors of the stored rates."""
    trial = next(t for t in error_rates.TRIALS if t.name == name)
    cells = list(error_rates.cells_of(trial))
    few = cells[:: max(1, len(cells) // 3)]
    rows = [row for cell in few for row in error_rates.run_cell(cell, 20, shift=1)]
    again = pd.DataFrame(rows).merge(stored, on=error_rates.KEYS, suffixes=("", "_stored"))
    assert len(again) == len(rows)
    both = again[again["rate"].notna() & again["rate_stored"].notna()]
    error = np.hypot(both["mc_error"], both["mc_error_stored"])
    assert ((both["rate"] - both["rate_stored"]).abs() < 4 * error).all(), both.to_string()


def test_the_battery_says_of_its_truths_what_is_true():
    """Monotone ones never turn, U turn once, paces are those of the curve."""
    x = np.linspace(0, battery.SPAN, 400)
    for truth in battery.TRUTHS.values():
        turns = len(set(np.sign(np.diff(truth(x))[np.abs(np.diff(truth(x))) > 1e-12])))
        assert turns <= 1 if truth.monotone else turns == 2, truth.name
    assert battery.line(0.25).pace(x) == pytest.approx(0.25 / 0.75)
    assert battery.saturating(1.0).pace(x) < 0.65 / 0.75 < 1 < battery.step(0.6).pace(x)


@pytest.mark.parametrize("noise", battery.NOISES.values(), ids=lambda n: n.name)
def test_noises_have_the_variance_that_they_name(noise):
    n, p = 500.0, 0.4
    score = noise.draw(np.full(4, p), np.full(4, n), 4000, seed=1) / n
    binomial = p * (1 - p) / n
    expected = noise.ratio * binomial + (noise.logit_sd * p * (1 - p)) ** 2
    assert score.mean() == pytest.approx(p, abs=4 * np.sqrt(expected / score.size))
    assert score.var() == pytest.approx(expected, rel=0.06)
