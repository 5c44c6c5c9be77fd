import numpy as np
import pytest

from emergence_utils import InputError
from emergence_utils.ladders import Ladder
from emergence_utils.measures import bimodality, breakthroughness, linearity


def test_scores_by_hand():
    y = np.array([0.0, 0.1, 0.1, 0.4])  # steps .1, 0, .3
    assert breakthroughness(y).estimate == pytest.approx(0.4 / np.sqrt(0.01))
    assert linearity(y).estimate == pytest.approx(0.4 / np.sqrt(0.10 / 3))
    assert linearity(-y).estimate == pytest.approx(-0.4 / np.sqrt(0.10 / 3))
    assert breakthroughness(np.full(5, 0.3)).estimate == 0.0


def test_there_is_no_interval_and_the_reason_is_given():
    for score in (breakthroughness, linearity):
        found = score(np.linspace(0, 1, 6))
        assert found.interval is None and found.status == "limited"
        assert found.notes[0].startswith("no interval: noise adds to every step")


def test_the_direction_of_the_metric_is_respected():
    y = np.linspace(0.9, 0.1, 6) ** 2
    ladder = Ladder.of(10.0 ** np.arange(6), y, metric="brier_target", chance=0.5625)
    assert breakthroughness(ladder).estimate == -breakthroughness(y).estimate > 0


def test_warnings():
    assert "infinite" in breakthroughness([0, 0, 0, 1]).notes[1]
    assert "plateaus at both ends" in linearity([0, 0, 0.5, 1, 1]).notes[-1]


@pytest.mark.parametrize("bad", [[0.1], [0.1, np.inf], [0.1, np.nan], "text", [[0.1, 0.2]]])
def test_bad_scores_are_named(bad):
    with pytest.raises(InputError, match="ladder"):
        linearity(bad)


def test_bimodality_of_two_groups_and_of_one():
    rng = np.random.default_rng(0)
    assert bimodality(np.r_[rng.normal(0, 1, 60), rng.normal(9, 1, 60)]).interval.low > 5 / 9
    assert bimodality(rng.normal(0, 1, 200)).interval.high < 5 / 9
    assert bimodality([*range(20), np.inf]).status == "limited"
    for values in ([1.0] * 9, [1, 2, 3]):
        with pytest.raises(InputError, match="bimodality needs"):
            bimodality(values)
