"""Widths of logistic rises that were drawn with a known width, and a transition that sharpens."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError
from emergence_utils.chapters.definition import (
    branching_survival,
    fitted_rise_width,
    fitted_width_ratio,
    in_stages,
    onset_answer,
    share,
)
from emergence_utils.ladders import Ladder
from emergence_utils.measures import Rules

SCALES = np.logspace(2, 6, 13)


def answers(width, middle=4.0, groups=30, spread=0.0, floor=0.0, ceiling=1.0, seed=0):
    """Groups of items that rise from `floor` to `ceiling` in `width` decades, 10 to 90 %."""
    shift = np.random.default_rng(seed).normal(scale=spread, size=(groups, 1))
    z = 2 * np.log(9) * (np.log10(SCALES) - middle - shift) / width
    return pd.DataFrame(floor + (ceiling - floor) / (1 + np.exp(-z)), columns=SCALES)


@pytest.mark.parametrize("width", [0.5, 1.0, 2.5])
@pytest.mark.parametrize(("floor", "ceiling"), [(0.0, 1.0), (0.25, 0.9)])
def test_known_widths_are_recovered(width, floor, ceiling):
    ends = {"floor": floor, "ceiling": ceiling}
    result = fitted_rise_width(answers(width, **ends), **ends, n_resamples=10)
    assert result.estimate == pytest.approx(width, rel=1e-3)
    assert result.interval.width < 1e-3  # all groups alike
    assert result.n == 30
    assert result.interval.method == "cluster bootstrap"


def test_interval_holds_the_width_under_noise():
    rng = np.random.default_rng(0)
    clean = answers(1.2, groups=60)
    noisy = clean + rng.normal(scale=0.1, size=clean.shape)
    result = fitted_rise_width(noisy, n_resamples=100)
    assert 1.2 in result.interval
    assert 0 < result.interval.width < 0.4


def test_groups_that_rise_at_different_scales_make_a_wider_average():
    together, apart = answers(0.5), answers(0.5, spread=0.5)
    one, many = (fitted_rise_width(t, n_resamples=5).estimate for t in (together, apart))
    assert many > 2 * one


def test_more_groups_narrow_the_interval():
    few, many = (fitted_rise_width(answers(0.8, groups=g, spread=0.4, seed=3), n_resamples=100).interval.width
                 for g in (8, 128))
    assert many < 0.5 * few


@pytest.mark.parametrize("ratio", [0.25, 1.0, 2.0])
def test_known_ratios_are_recovered(ratio):
    """Large over small: below one the rise sharpens as the system grows."""
    result = fitted_width_ratio(answers(1.0), answers(ratio, middle=3.5), n_resamples=10)
    assert result.estimate == pytest.approx(ratio, rel=1e-3)
    assert result.n == 30


def test_the_same_groups_are_redrawn_for_both():
    """What both systems share cancels: a system over itself is exactly one in every resample."""
    table = answers(0.8, groups=10, spread=0.5)
    result = fitted_width_ratio(table, table, n_resamples=50)
    assert (result.estimate, result.interval.low, result.interval.high) == (1, 1, 1)
    assert fitted_rise_width(table, n_resamples=50).interval.width > 0.05


def test_the_scales_of_the_two_systems_may_differ():
    result = fitted_width_ratio(answers(1.0), answers(0.5).iloc[:, 2:-2], n_resamples=5)
    assert result.estimate == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize("index", [range(1, 31), [*range(29), 99], [*range(28), 29, 28]])
def test_other_groups_are_refused(index):
    with pytest.raises(InputError, match="same groups of items in the same order"):
        fitted_width_ratio(answers(1.0), answers(1.0).set_axis(list(index)), n_resamples=2)


@pytest.mark.parametrize(("change", "message"), [
    (lambda t: t.reindex([*range(29), 99]), "must not hold missing scores"),
    (lambda t: t.iloc[:, :3], "four positive scales, got (30, 3)"),
    (lambda t: t.iloc[:1], "at least two groups and four positive scales, got (1, 13)"),
    (lambda t: t.set_axis([0, *SCALES[1:]], axis=1), "four positive scales"),
])
def test_bad_tables(change, message):
    for function in (fitted_rise_width, lambda t, **k: fitted_width_ratio(t, t, **k)):
        with pytest.raises(InputError) as error:
            function(change(answers(1.0)), n_resamples=2)
        assert message in str(error.value)


def test_branching_transition_sharpens_with_size():
    m = np.linspace(0.5, 1.5, 2001)
    survive = {g: branching_survival(m, g) for g in (10, 100, 1000)}
    at_one = [float(survive[g][1000]) for g in (10, 100, 1000)]
    assert at_one == sorted(at_one, reverse=True)
    assert at_one[2] == pytest.approx(2 / 1000, rel=0.02)  # Kolmogorov: 2 / (variance * generations)
    assert survive[1000][-1] == pytest.approx(0.5828, abs=1e-3)  # root of s = 1 - exp(-1.5 s)


def test_negative_offspring_is_refused():
    with pytest.raises(InputError):
        branching_survival(-1.0, 3)


def test_a_share_is_of_those_that_can_tell():
    found = share(["yes"] * 3 + ["no"] + ["cannot tell"] * 6)
    assert (found.yes, found.no, found.cannot_tell, found.n) == (3, 1, 6, 4)
    assert found.estimate == 0.75
    assert found.interval.low == pytest.approx(0.3006, abs=1e-4)  # Wilson
    assert found.status == "limited"
    assert "6 of 10 cannot" in found.notes[-1]
    assert share(["yes", "no"]).status == "ok"


def test_a_share_of_nothing_is_undetermined():
    found = share(["cannot tell"] * 3)
    assert (found.status, found.interval, found.n, found.cannot_tell) == ("undetermined", None, 0, 3)
    assert np.isnan(found.estimate)


@pytest.mark.parametrize("answers", [[], ["yes", "maybe"], ["yes", None]])
def test_other_words_are_refused(answers):
    with pytest.raises(InputError, match="answers must be 'yes', 'no' or 'cannot tell'"):
        share(answers)


@pytest.mark.parametrize(("pattern", "largest", "answer"), [
    ("emergent", 0.6, "yes"), ("emergent", 0.5, "no"), ("cannot tell", 0.6, "cannot tell"),
    ("cannot tell", 0.4, "no"), ("present throughout", 0.9, "no"), ("falls", 0.9, "no"),
])
def test_stages(pattern, largest, answer):
    assert in_stages(pattern, largest) == answer


def test_an_onset_needs_a_flat_part_before_it():
    sizes = 10.0 ** np.arange(7, 13)
    late = Ladder.of(sizes, [0, 0, 0, 0, 0.5, 0.7], 1000, chance=0.0)
    early = Ladder.of(sizes, [0, 0.3, 0.5, 0.6, 0.7, 0.8], 1000, chance=0.0)
    assert onset_answer(late, Rules()) == "yes"
    assert onset_answer(early, Rules()) == "no flat part"


def test_a_rise_of_another_shape_is_said():
    steep_then_slow = answers(0.3)
    steep_then_slow.loc[:] = np.where(SCALES < 1e4, 0.0, np.minimum(0.5 + 0.1 * (np.log10(SCALES) - 4), 1.0))
    found = fitted_rise_width(steep_then_slow, n_resamples=5)
    assert found.status == "limited"
    assert any("pattern" in n for n in found.notes)
