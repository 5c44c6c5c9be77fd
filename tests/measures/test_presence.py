from dataclasses import replace

import numpy as np
import pytest

from emergence_utils import InputError
from emergence_utils.ladders import Ladder
from emergence_utils.measures import Presence, above_chance

from .draws import draw, most

SIZES = np.array([70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9])


def found(score, n=1000, **kind):
    return Presence()(Ladder.of(SIZES, score, n, **kind))


@pytest.mark.parametrize(("pattern", "score", "kind"), [
    ("falls below chance", np.linspace(0.45, 0.08, 8), {"chance": 0.5}),
    ("falls", np.linspace(0.9, 0.4, 8), {"chance": 0.25}),
    ("below chance throughout", np.full(8, 0.4), {"chance": 0.5}),
    ("constant answer", np.full(8, 0.6), {"chance": 0.5, "baseline": 0.6}),
    ("present throughout", np.full(8, 0.6), {"chance": 0.5}),
    ("absent throughout", np.full(8, 0.25), {"chance": 0.25}),
    ("absent throughout", np.zeros(8), {"chance": 0.0}),
    ("emergent", [0, 0, 0, 0, 0.2, 0.5, 0.6, 0.8], {"chance": 0.0}),
    ("emergent", np.linspace(0.9, 0.1, 8), {"chance": 0.5625, "metric": "brier_target"}),
    ("falls below chance", np.linspace(0.1, 0.9, 8), {"chance": 0.5625, "metric": "brier_target"}),
])
def test_patterns(pattern, score, kind):
    assert found(score, **kind).pattern == pattern


def test_present_then_absent_is_mixed():
    assert found([0, 0.4, 0.4, 0.4, 0.0, 0.4, 0.4, 0.4], chance=0.0).pattern != "emergent"
    sure = Presence(dispersion=1.0)(Ladder.of(SIZES, [0, 0.4, 0.4, 0.4, 0, 0.4, 0.4, 0.4], 1000, chance=0.0))
    assert sure.pattern == "mixed"


def test_few_items_cannot_tell():
    result = found([0.25, 0.3, 0.2, 0.25, 0.35, 0.25, 0.3, 0.35], 20, chance=0.25)
    assert result.pattern == "cannot tell" and "too few items" in result.notes[0]


def test_the_bracket_runs_from_the_last_absent_to_the_first_present():
    result = found([0, 0, 0, 0, 0.2, 0.5, 0.6, 0.8], chance=0.0)
    assert (result.interval.low, result.interval.high) == (1e9, 1.4e9)
    assert (result.last_absent, result.first_present) == (1e9, 1.4e9)
    assert result.estimate == pytest.approx(np.sqrt(1.4e18))
    assert result.status == "limited" and "these models only" in result.notes[0]  # no scatter is left to see
    open_below = found([0.25, 0.25, 0.24, 0.26, 0.5, 0.6, 0.6, 0.8], chance=0.25)
    assert open_below.interval.low == 0 and "open below" in " ".join(open_below.notes)


def test_where_nothing_appears_the_pattern_stands_and_the_onset_lies_outside():
    scatter = 0.01 * np.array([1, -1, 1, -1, 1, -1, 1, -1])
    falling = [0.60, 0.50, 0.52, 0.40, 0.42, 0.20, 0.12, 0.14]
    for score, pattern, onset in ((0.25 + scatter, "absent throughout", np.inf),
                                  (0.90 + scatter, "present throughout", 0.0),
                                  (falling, "falls below chance", np.inf)):
        result = found(score, chance=0.25)
        assert (result.pattern, result.scope, result.status) == (pattern, "sizes", "ok")
        assert result.estimate == onset and onset in result.interval
        assert result.notes[-1] == f"{pattern}: no onset among these 8 models"
        assert np.isnan(result.first_present) and np.isnan(result.last_absent)


def test_the_scope_says_whether_other_models_are_spoken_of():
    zeros = np.zeros(8)  # zeros show no variation between models
    assert (found(zeros, chance=0.0).scope, found(zeros, chance=0.0).status) == ("these models", "limited")
    ladder = Ladder.of(SIZES, zeros, 1000, chance=0.0)
    assert Presence(dispersion=3.0)(ladder).scope == "sizes"
    seeds = Presence()(replace(ladder, replicates=(2.0, 6.0)))
    assert (seeds.scope, seeds.status, seeds.phi, seeds.dof) == ("sizes", "ok", 2.0, 6.0)
    scattered = found([0.25, 0.26, 0.24, 0.26, 0.50, 0.49, 0.50, 0.49], chance=0.25)
    assert scattered.scope == "sizes" and scattered.dof >= 2


def test_what_cannot_be_told_is_undetermined_whatever_the_bracket():
    result = found([0.25, 0.3, 0.2, 0.25, 0.35, 0.25, 0.3, 0.35], 20, chance=0.25)
    assert (result.pattern, result.status) == ("cannot tell", "undetermined") and np.isnan(result.estimate)


@pytest.mark.parametrize("noise", [("items",), ("beta", 3), ("logit", 0.2)], ids=str)
@pytest.mark.parametrize("n", [50, 200])
def test_the_bracket_holds_the_onset_of_a_hinge(n, noise):
    rng, held, draws = np.random.default_rng([n, 3]), 0, 100
    x = np.linspace(7, 9.2, 12)
    onset = 10 ** (8 + 0.01 / 0.1)  # where the excess exceeds what is negligible
    for _ in range(draws):
        y = draw(0.1 * np.clip(x - 8, 0, None) + 0.0, n, noise, rng)
        held += onset in Presence()(Ladder.of(10**x, y, n, chance=0.0)).interval
    assert held / draws >= 0.92 - 2 * np.sqrt(0.92 * 0.08 / draws)


@pytest.mark.parametrize("noise", [("items",), ("beta", 3), ("beta", 11), ("logit", 0.2)], ids=str)
def test_guessing_is_seldom_called_an_ability(noise):
    rng, wrong, draws = np.random.default_rng(11), 0, 150
    for _ in range(draws):
        y = draw(np.full(10, 0.25), 500, noise, rng)
        pattern = Presence()(Ladder.of(np.logspace(7, 10, 10), y, 500, chance=0.25)).pattern
        wrong += pattern in ("emergent", "present throughout", "mixed")
    assert wrong / draws <= most(0.05, draws)


def test_chance_is_needed_and_settings_are_checked():
    with pytest.raises(InputError, match=r"chance must be known .*; fill_chance writes it into a table"):
        found(np.full(8, 0.5))
    for setting in ({"level": 95}, {"negligible": -1}, {"material": 0}):
        with pytest.raises(InputError, match=next(iter(setting))):
            Presence(**setting)


def test_without_counts_scatter_is_the_noise():
    rising = Ladder.of(SIZES, np.linspace(5, 2, 8), metric="cross_entropy", chance=4.0)
    assert Presence()(rising).pattern == "cannot tell"
    scattered = [6, 6.01, 5.99, 6, 2.01, 2, 1.99, 2]
    assert Presence()(Ladder.of(SIZES, scattered, metric="cross_entropy", chance=5.9)).pattern in (
        "emergent", "cannot tell")


def test_above_chance_by_model():
    table = above_chance([0.25, 0.40, 0.10], 100, 0.25)
    assert table["verdict"].tolist() == ["chance", "above", "below"]
    for bad in ({"chance": 25}, {"n_examples": [1, 2]}, {"value": [2.0]}):
        with pytest.raises(InputError):
            above_chance(**({"value": [0.2, 0.3, 0.4], "n_examples": 100, "chance": 0.25} | bad))
