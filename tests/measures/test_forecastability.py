"""Held-out models: predicted, better, worse, or not to be told."""

from dataclasses import replace

import numpy as np
import pytest

from emergence_utils import InputError
from emergence_utils.ladders import Ladder, measure
from emergence_utils.measures import Forecastability

from .draws import draw, most

X = np.linspace(7, 11, 9)
LINE = 0.25 + 0.1 * (X - 7) + 0.005 * (-1.0) ** np.arange(9)


def ladder(y, n=1000, **kind):
    kind = {"chance": 0.25} | kind
    return Ladder.of(10**X, y, n, **kind)


def test_a_line_goes_on():
    found = Forecastability()(ladder(LINE))
    assert (found.answer, found.better, found.predicted, found.within_band) == ("predicted", "no", True, True)
    assert found.held_out == (1e11,) and found.observed == (LINE[-1],) and found.last == LINE[-2]
    assert found.estimate == pytest.approx(found.observed[0] - found.forecast[0])
    assert found.miss == pytest.approx(abs(found.estimate) / np.ptp(LINE)) and found.miss < 0.15
    assert 0 in found.interval and found.interval.width == pytest.approx(found.bands[0].width)
    assert set(found.agree) and found.n == 9 and found.status == "ok"


@pytest.mark.parametrize(("last", "answer", "better"), [(0.9, "better", "yes"), (0.3, "worse", "no")])
def test_a_miss_outside_the_band_and_beyond_tolerance_is_one(last, answer, better):
    y = np.append(np.full(8, 0.6) + 0.005 * (-1.0) ** np.arange(8), last)
    found = Forecastability()(ladder(y))
    assert (found.answer, found.better, found.within_band) == (answer, better, False)
    assert 0 not in found.interval and found.estimate == pytest.approx(last - 0.6, abs=0.02)
    turned = Forecastability()(ladder(1 - y, metric="brier_target", chance=0.75))
    assert (turned.answer, turned.better) == (answer, better)
    assert turned.estimate == pytest.approx(-found.estimate, abs=0.01)


def test_a_small_miss_is_none_however_narrow_the_band():
    y = np.append(LINE[:8], LINE[7] + 0.11)
    found = Forecastability()(ladder(y, 100_000))
    assert (found.answer, found.predicted) == ("predicted", True)
    assert Forecastability(tolerance=0.01, material=0.01)(ladder(y, 100_000)).answer != "predicted"


def test_few_items_cannot_tell_and_it_is_said_why():
    y = np.append(np.full(8, 0.5), 0.75)
    found = Forecastability()(ladder(y, 20))
    assert (found.answer, found.status) == ("cannot tell", "undetermined")
    assert "more than the tolerance" in found.notes[-1] and "lies in the band" in found.notes[-1]
    found = Forecastability()(ladder(np.full(9, 0.5), 8))
    assert found.answer == "cannot tell" and "too noisy" in found.notes[-1]


def test_a_short_test_of_the_held_out_model_widens_its_band():
    y = np.append(np.full(8, 0.5) + 0.003 * (-1.0) ** np.arange(8), 0.65)
    n = np.full(9, 5000.0)
    assert Forecastability()(ladder(y, n)).answer == "better"
    n[-1] = 25
    assert Forecastability()(ladder(y, n)).within_band


def test_known_variation_between_models_widens_the_band():
    y = np.append(np.full(8, 0.5) + 0.003 * (-1.0) ** np.arange(8), 0.65)
    assert Forecastability(dispersion=50.0)(ladder(y)).within_band
    assert Forecastability()(replace(ladder(y), replicates=(50.0, 10.0))).within_band


def test_several_held_out_models_share_the_level():
    y = np.append(LINE[:7], [0.2, LINE[8]])
    found = Forecastability(hold_out=2)(ladder(y))
    assert found.held_out == (10**10.5, 1e11) and len(found.bands) == 2
    assert found.answer == "worse" and found.better == "no"
    assert found.bands[0].level == pytest.approx(0.975)
    assert found.estimate == pytest.approx(0.2 - found.forecast[0])


def test_few_models_cannot_be_learned_from():
    found = Forecastability(hold_out=6)(ladder(LINE))
    assert (found.answer, found.better, found.status) == ("cannot tell", "cannot tell", "undetermined")
    assert "3 models are too few" in found.notes[0] and np.isnan(found.miss) and len(found.observed) == 6
    with pytest.raises(InputError, match="hold_out=9"):
        Forecastability(hold_out=9)(ladder(LINE))
    for setting in ({"hold_out": 0}, {"tolerance": 0.0}, {"level": 95}, {"material": 2.0}):
        with pytest.raises(InputError, match=next(iter(setting))):
            Forecastability(**setting)


def test_a_loss_without_ends_is_forecast_from_its_scatter():
    loss = 4 - 0.3 * (X - 7) + 0.01 * np.sin(7 * X)
    found = Forecastability()(ladder(loss, None, metric="cross_entropy", chance=np.nan))
    assert found.answer == "predicted" and found.miss < 0.1
    loss[-1] = 4
    found = Forecastability()(ladder(loss, None, metric="cross_entropy", chance=np.nan))
    assert (found.answer, found.better) == ("worse", "no")


def test_scores_without_scatter_have_no_band():
    found = Forecastability()(Ladder.of(10**X, X / 20))
    assert found.interval is None and found.status == "limited" and found.answer == "predicted"
    flat = Forecastability()(ladder(np.zeros(9), chance=0.0))
    assert (flat.answer, flat.miss) == ("predicted", 0.0)


def test_the_shared_protocol():
    table = measure([ladder(LINE)], Forecastability())
    assert table.loc[0, ["answer", "predicted", "status"]].tolist() == ["predicted", True, "ok"]


@pytest.mark.parametrize("noise", [("items",), ("beta", 11)], ids=str)
def test_smooth_ladders_are_seldom_a_surprise_and_jumps_are_no_prediction(noise):
    rng, wrong, missed, draws = np.random.default_rng(4), 0, 0, 16
    t = np.linspace(0, 1, 9)
    for i in range(draws):
        truth = 0.25 + 0.6 * (t if i % 2 else 1 - np.exp(-3 * t))
        wrong += Forecastability()(ladder(draw(truth, 500, noise, rng), 500)).answer in ("better", "worse")
        jump = np.where(t < 1, 0.3, 0.8)
        missed += Forecastability()(ladder(draw(jump, 500, noise, rng), 500)).predicted
    assert wrong / draws <= most(0.05, draws) and missed == 0


def test_many_ladders_are_judged_as_one_by_one():
    rng = np.random.default_rng(3)
    ladders = [ladder(np.clip(np.linspace(0.3, top, 9) + rng.normal(0, 0.02, 9), 0, 1))
               for top in (0.5, 0.7, 0.9)]
    for held_out in (1, 3, 6):
        judged = Forecastability(hold_out=held_out)
        for one, found in zip(ladders, judged.each(ladders), strict=True):
            alone = judged(one)
            assert (found.answer, found.notes) == (alone.answer, alone.notes)
            assert found.forecast == pytest.approx(alone.forecast, rel=1e-9)
