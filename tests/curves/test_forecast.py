"""The forecast of a named next scale."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from emergence_utils import InputError
from emergence_utils.curves import forecast, forecast_many
from emergence_utils.forecasts import leaderboard, stored_cells
from emergence_utils.forecasts.rungs import FIXED_ON
from emergence_utils.ladders import Ladder

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
S = np.array([70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9])


def test_a_plateau_is_not_carried_beyond_itself():
    x = np.log10(S)
    found = forecast(Ladder.of(S, 0.25 + 0.4 * special.expit((x - 8.6) / 0.15), 5000), at=1e11)
    assert found.estimate == pytest.approx(0.65, abs=0.02)
    assert found.interval.level == 0.9
    assert 0.65 in found.interval
    assert found.outside == pytest.approx(11 - math.log10(12e9))
    assert "logistic" in found.agree
    assert sum(found.weights.values()) == pytest.approx(1)


def test_a_loss_goes_on_falling_and_stays_in_its_range():
    found = forecast(Ladder.of(S, 1.7 + 30 * S**-0.16, metric="cross_entropy"), at=1e11)
    assert found.estimate == pytest.approx(1.7 + 30 * 1e11**-0.16, abs=0.02)
    assert found.last == pytest.approx(1.7 + 30 * 12e9**-0.16)
    far = forecast(Ladder.of(S, np.linspace(3, 0.2, 8), metric="cross_entropy"), at=1e12)
    assert far.interval.low >= 0


def test_a_score_without_known_items_or_range_is_not_clipped():
    found = forecast(np.arange(8.0), [1, 2.1, 2.9, 4.2, 5, 6.1, 6.8, 8], at=9)
    assert found.estimate > 8
    assert 10 in found.interval


def test_zeros_stay_zeros_with_a_band_from_their_items():
    found = forecast(Ladder.of(S, np.zeros(8), 500), at=1e11)
    assert (found.estimate, found.interval.low) == (0, 0)
    assert 0.002 < found.interval.high < 0.02


def test_few_models_are_undetermined_and_a_far_scale_is_limited():
    assert forecast(Ladder.of(S[:3], [0.1, 0.2, 0.3], 100), at=1e11).status == "undetermined"
    far = forecast(Ladder.of(S, np.linspace(0.2, 0.5, 8), 100), at=1e13)
    assert far.status == "limited"
    assert "beyond models that span only 2.2" in far.notes[0]


def test_the_band_holds_what_it_says_on_a_saturating_truth():
    rng = np.random.default_rng(0)
    x = np.linspace(0, 3, 9)
    mean = 0.25 + 0.65 * (1 - np.exp(-x))
    held = []
    for _ in range(40):
        y = stats.binom.ppf(rng.random(9), 300, mean) / 300
        found = forecast(x[:-1], y[:-1], 300, at=x[-1])
        held.append(y[-1] in found.interval)
    assert np.mean(held) >= 0.85


@pytest.mark.parametrize(("call", "message"), [
    (lambda: forecast(Ladder.of(S, S / 1e12, 100), at=-1), "at must be a positive scale, got -1"),
    (lambda: forecast([1, 2, 3, 4], at=5), "y is missing"),
    (lambda: forecast([1, 2, 3, 4], [1, 2, 3, 4], at=math.inf), "at must be a finite number"),
    (lambda: forecast(Ladder.of(S, S / 1e12, 100), [1], at=1e12), "belong to a ladder already"),
    (lambda: forecast(Ladder.of(S, S / 1e12, 100), at=1e12, level=90), "level must lie strictly"),
])
def test_bad_input(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert message in str(error.value)


def test_stored_forecasts_beat_same_as_last_and_the_band_holds_nine_in_ten_nearby():
    """On the sources to which the band was fitted and on the others; farther out it holds fewer."""
    cells = stored_cells(BENCHMARKS / "forecasts.csv.gz")
    fixed = cells["source"].isin(FIXED_ON)
    for part in (cells[fixed], cells[~fixed]):
        board = leaderboard(part).set_index(["method", "distance"])
        error = board["error"].unstack()
        near = error[["2", "4", "all"]]
        assert (near.loc["vote of families"] < near.loc["same as last"]).all()
        assert (near.loc["vote of families"] < near.loc["line"]).all()
        assert 0.85 <= board.loc[("vote of families", "2"), "covered"] <= 0.98


def test_many_forecasts_are_those_of_one_by_one():
    rng = np.random.default_rng(0)
    ladders = [Ladder.of(S[:m], np.round(np.linspace(0.2, top, m), 3), 400)
               for m, top in ((8, 0.5), (8, 0.9), (6, 0.7), (8, 0.2), (3, 0.4))]
    ladders += [Ladder.of(S, 30 * S**-0.16 + rng.normal(0, 0.02, 8), metric="cross_entropy")
                for _ in range(2)]
    at = [10 * one.scale[-1] for one in ladders]
    together = forecast_many(ladders, at=at, level=0.8)
    for one, scale, found in zip(ladders, at, together, strict=True):
        alone = forecast(one, at=scale, level=0.8)
        assert found.estimate == pytest.approx(alone.estimate, rel=1e-9, nan_ok=True)
        assert found.status == alone.status
        assert found.agree == alone.agree
        assert found.notes == alone.notes
        assert (found.interval is None) == (alone.interval is None)
        if alone.interval is not None:
            assert (found.interval.low, found.interval.high) == pytest.approx(
                (alone.interval.low, alone.interval.high), rel=1e-9)
    assert forecast_many([], at=1e12) == []
    with pytest.raises(InputError, match="one scale, or one for each of 7 ladders"):
        forecast_many(ladders, at=[1e12, 1e13])
