import numpy as np
import pytest

from emergence_utils import InputError, UnknownNameError
from emergence_utils.ladders import Ladder
from emergence_utils.measures import Kink, Threshold

from .draws import draw, most

X15 = np.linspace(7, 9.2, 15)


def test_two_lines_are_a_kink_and_its_place_is_bracketed():
    y = 0.2 + 0.5 * np.clip(X15 - 8, 0, None) + 0.002 * np.sin(np.arange(15) * 7)
    found = Kink().of(X15, y)
    assert (found.answer, found.status) == ("kink", "ok")
    assert found.estimate == pytest.approx(8.0, abs=0.05) and 8.0 in found.interval


@pytest.mark.parametrize("truth", [
    lambda u: 0.25 + 0.65 * (1 - np.exp(-u)), lambda u: 1 - 0.75 * 10 ** (-0.15 * u),
    lambda u: 0.25 + 0.6 * (1 - np.exp(-3 * u)), lambda u: 0.25 + 0.6 / (1 + np.exp(-4.4 * (u - 1.1))),
], ids=["saturating", "power law", "fast saturating", "logistic"])
@pytest.mark.parametrize("models", [8, 15])
def test_bends_are_seldom_called_kinks(truth, models):
    rng, wrong, draws = np.random.default_rng(models), 0, 30
    u = np.linspace(0, 2.2, models)
    for i in range(draws):
        y = draw(truth(u), 1000, (("items",), ("beta", 3))[i % 2], rng)
        wrong += Kink(n_resamples=100)(Ladder.of(10 ** (7 + u), y, 1000)).answer == "kink"
    assert wrong / draws <= most(0.05, draws)


def test_a_logistic_is_called_a_bend():
    y = 0.25 + 0.6 / (1 + np.exp(-6 * (X15 - 8.1))) + 0.002 * np.sin(np.arange(15) * 7)
    found = Kink().of(X15, y)
    assert found.answer == "bend" and found.interval is None and "no place of a kink" in found.notes[0]


def test_few_models_cannot_tell_and_families_are_drawn_whole():
    found = Kink().of(X15[:6], X15[:6])
    assert found.answer == "cannot tell" and "6 scales; 7 are needed" in found.notes[0]
    rng = np.random.default_rng(2)
    x = np.tile(X15, 3)
    family = np.repeat([0, 1, 2], 15)
    # what looks like noise of 45 points is that of three families: too few to call anything
    y = 0.2 + 0.3 * np.clip(x - 8, 0, None) + rng.normal(0, 0.05, 3)[family] + rng.normal(0, 0.01, 45)
    assert Kink().of(x, y, clusters=family).p_value > Kink().of(x, y).p_value


def test_wrong_arguments_are_named():
    with pytest.raises(UnknownNameError, match="curve family 'logistik'; did you mean 'logistic'"):
        Kink(against=("logistik",)).of(X15, X15)
    with pytest.raises(InputError, match="one length"):
        Kink().of(X15, X15[:3])
    with pytest.raises(InputError, match="finite"):
        Kink().of(X15, X15 * np.inf)
    with pytest.raises(InputError, match="level"):
        Kink(level=95)
    with pytest.raises(InputError, match="clusters must name every point"):
        Kink().of(X15, X15, clusters=[1])


def test_a_step_is_a_threshold_and_a_slow_rise_is_not():
    step = Ladder.of(10**X15, np.where(X15 < 8, 0.25, 0.75) + 0.01 * np.sin(np.arange(15) * 7), 1000)
    found = Threshold()(step)
    assert (found.answer, found.status) == ("step", "limited")
    assert found.interval.low < 8 < found.interval.high
    slow = Ladder.of(10**X15, 0.3 + 0.2 * (X15 - 7) + 0.005 * np.sin(np.arange(15) * 7), 1000)
    assert Threshold()(slow).answer == "smooth"
    assert Threshold()(Ladder.of(10**X15, np.full(15, 0.3), 1000)).answer == "cannot tell"
    down = Ladder.of(10**X15, np.where(X15 < 8, 0.75, 0.25) + 0.01 * np.sin(np.arange(15) * 7), 1000)
    assert Threshold()(down).answer == "smooth"
