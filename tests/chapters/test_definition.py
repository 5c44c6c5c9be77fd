"""What chapter 1 measures, on ladders, rises and answers whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, scores
from emergence_utils.chapters.definition import (
    beyond_compute,
    bounded_share,
    branching,
    branching_survival,
    compute_links,
    critical_scale,
    critical_table,
    definition_shares,
    excess_over_smooth,
    fitted_rise_width,
    fitted_width_ratio,
    has_flat_part,
    in_stages,
    kappas,
    onsets,
    pythia_addition,
    redrawn_patterns,
    share,
    share_rows,
    simulated_critical,
    small_models_added,
    smooth_onsets,
    stages,
    steady,
    tally,
    tasks_above_chance,
    threshold_overlap,
)
from emergence_utils.chapters.definition.onsets import smooth_ladder
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


@pytest.mark.parametrize(("pattern", "low", "high", "answer"), [
    ("emergent", 0.6, 0.7, "yes"), ("emergent", 0.45, 0.55, "cannot tell"), ("emergent", 0.3, 0.4, "no"),
    ("cannot tell", 0.6, 0.7, "cannot tell"), ("cannot tell", 0.3, 0.4, "no"),
    ("present throughout", 0.8, 0.9, "no"), ("falls", 0.8, 0.9, "no"),
])
def test_stages(pattern, low, high, answer):
    assert in_stages(pattern, low, high) == answer


def test_an_onset_needs_a_flat_part_before_it():
    sizes = 10.0 ** np.arange(7, 13)
    late = Ladder.of(sizes, [0, 0, 0, 0, 0.5, 0.7], 1000, chance=0.0)
    early = Ladder.of(sizes, [0, 0.3, 0.5, 0.6, 0.7, 0.8], 1000, chance=0.0)
    assert [has_flat_part(one, Rules()) for one in (early, late)] == [False, True]
    found = onsets([early, late], Rules())
    assert found.to_dict("records") == [{"at": 1, "answer": "yes"}]
    assert onsets([early], Rules()).empty


def test_a_rise_of_another_shape_is_said():
    steep_then_slow = answers(0.3)
    steep_then_slow.loc[:] = np.where(SCALES < 1e4, 0.0, np.minimum(0.5 + 0.1 * (np.log10(SCALES) - 4), 1.0))
    found = fitted_rise_width(steep_then_slow, n_resamples=5)
    assert found.status == "limited"
    assert any("pattern" in n for n in found.notes)


SIZES = 10.0 ** np.linspace(7, 11, 12)
X = np.log10(SIZES)
LATE = Ladder.of(SIZES, [0.0] * 8 + [0.3, 0.5, 0.7, 0.8], 500, chance=0.0)
THROUGHOUT = Ladder.of(SIZES, np.linspace(0.3, 0.8, 12), 500, chance=0.0)


def test_undecided_answers_widen_the_interval_of_a_share():
    answers = ["yes"] * 2 + ["no"] * 8 + ["cannot tell"] * 10
    found, told = bounded_share(answers), share(answers)
    assert found.estimate == told.estimate == 0.2
    assert found.interval.low < told.interval.low
    assert found.interval.high == pytest.approx(share(["yes"] * 12 + ["no"] * 8).interval.high)
    assert found.n == 20
    assert "10 of 20 cannot tell" in found.notes[0]
    assert bounded_share(["cannot tell"]).status == "undetermined"


def test_shares_and_tallies_by_name():
    table = share_rows({"a": ["yes", "no"], "b": ["cannot tell"]}, "kind")
    assert table["kind"].tolist() == ["a", "b"]
    assert table["estimate"].iloc[0] == 0.5
    assert table.loc[1, ["estimate", "low", "high"]].isna().all()
    assert tally(["no", "yes", "no"]) == "1 yes, 2 no, 0 cannot tell"


def test_definitions_that_agree_and_those_that_do_not():
    verdicts = pd.DataFrame({
        "absent_present": ["yes"] * 4 + ["no"] * 4, "not_extrapolable": ["yes"] * 4 + ["no"] * 4,
        "sharp": ["no"] * 8, "sharp_unpredictable": ["no"] * 8, "threshold": ["yes", "no"] * 4})
    found = kappas(verdicts).set_index("pair")["kappa"]
    assert found["absent, present / not predicted"] == pytest.approx(1.0)
    assert found["absent, present / threshold"] == pytest.approx(0.0)
    assert len(found) == 3  # sharp says the same throughout
    assert definition_shares(verdicts)["yes"].tolist() == [4, 4, 0, 0, 4]


def test_the_nearest_smooth_rise_is_smooth_and_near():
    rate = 0.8 / (1 + np.exp(-2 * np.log(9) * (X - 9.5) / 2.0))
    curve, spread = smooth_ladder(Ladder.of(SIZES, rate, 1000, chance=0.0), 1.0)
    assert np.abs(curve - rate).max() < 0.03
    assert spread == pytest.approx(1.0, abs=0.2)
    step, scatter = smooth_ladder(LATE, 1.0)
    assert scatter > 3
    assert np.diff(step).max() < 0.4
    with pytest.raises(InputError, match="counted items"):
        smooth_ladder(Ladder.of(SIZES, rate, chance=0.0), 1.0)


def test_real_and_smooth_onsets_are_compared():
    real = onsets([LATE, THROUGHOUT], Rules())
    assert real["at"].tolist() == [0]
    assert real["answer"].tolist() == ["yes"]
    smooth = smooth_onsets([LATE], Rules(), draws=2)
    assert len(smooth) <= 2
    assert set(smooth["answer"]) <= {"yes", "no", "cannot tell"}
    told = pd.DataFrame({"answer": ["yes"] * 8 + ["no"] * 2})
    null = pd.DataFrame({"answer": ["yes"] * 4 + ["no"] * 6 + ["cannot tell"]})
    found = excess_over_smooth(told, null)
    assert found.estimate == pytest.approx(0.4)
    assert "4 of 10" in found.notes[-1]
    assert excess_over_smooth(told, null.iloc[10:]).status == "undetermined"


@pytest.mark.parametrize(("rate", "answer"), [
    (np.where(X > 9.2, 0.8, 0.0), "yes"),
    (np.clip(0.5 * (X - 9.2), 0, None), "yes"),
    (0.8 / (1 + np.exp(-2 * np.log(9) * (X - 9.4) / 1.5)), "no"),
])
def test_steps_and_kinks_have_a_critical_scale_and_smooth_rises_none(rate, answer):
    assert critical_scale(Ladder.of(SIZES, np.round(rate * 5000) / 5000, 5000, chance=0.0), Rules()) == answer


def test_the_rule_errs_seldom_where_models_scatter():
    """A ladder that is flat and then rises is seldom called smooth, and a smooth one never a step."""
    found = simulated_critical(SIZES, 100, Rules(), scatter=4.0, draws=20).set_index("truth")
    assert found.loc["flat, then rising", "no"] <= 4  # about one in ten: larger than the size of the test
    assert found.loc["flat, then rising", "cannot tell"] >= 12
    assert found.loc["smooth", "yes"] == 0
    assert found.loc["step", "no"] == 0
    assert found.loc["step", "yes"] >= 15
    assert (found.sum(axis=1) == 20).all()


def test_only_emergent_ladders_are_asked_for_their_critical_scale():
    assert len(critical_table([THROUGHOUT], Rules())) == 0
    assert critical_table([LATE], Rules())["answer"].isin(["yes", "cannot tell"]).all()


def test_long_tests_keep_their_pattern_and_short_ones_do_not():
    short = Ladder.of(SIZES, [0.0] * 8 + [0.4] * 4, 20, chance=0.0)
    found = redrawn_patterns([LATE, short], Rules(), draws=40)
    assert found["kept"].iloc[0] >= 0.9
    assert (found["items"].iloc[1:] == 20).all()
    assert steady(pd.DataFrame({"kept": [0.95, 0.5]}), 0.9) == ["yes", "no"]


def test_small_models_turn_a_present_ability_into_an_emergent_one():
    found = small_models_added([LATE, THROUGHOUT], Rules())
    assert found["whole"].tolist() == ["emergent", "present throughout"]
    assert found["answer"].tolist() == ["yes", "no"]


def test_a_transition_as_a_table():
    found = branching([5, 100])
    assert found["generations"].unique().tolist() == ["5 generations", "100 generations"]
    assert found.groupby("generations")["survival"].max().between(0.6, 0.7).all()


def test_pythia_addition_is_read_by_model_and_by_operand():
    cells, operands = pythia_addition()
    assert len(cells) == 42  # seven sizes at six checkpoints
    assert (cells["low"] <= cells["value"]).all() and (cells["value"] <= cells["high"]).all()
    assert all(t.shape == (100, 6) for t in operands.values())
    largest = cells[(cells["params"] == max(operands)) & (cells["step"] == cells["step"].max())]
    assert operands[max(operands)].iloc[:, -1].mean() == pytest.approx(largest["value"].item())


def test_tasks_above_chance_counts_models_with_all_tasks():
    rows = pd.DataFrame({"family": "a", "model": ["s", "s", "l", "l", "x"], "task": ["p", "q"] * 2 + ["p"],
                         "train_flops": [1e20, 1e20, 1e22, 1e22, 1e21], "value": [0.0, 0.5, 0.6, 0.7, 0.9],
                         "n_examples": 500, "chance": 0.0})
    found = tasks_above_chance(rows, Rules()).set_index("model")["above"]
    assert found.to_dict() == {"l": 1.0, "s": 0.5}


def axes_table(gain):
    rng = np.random.default_rng(0)
    params, tokens = 10 ** rng.uniform(8, 11, 60), 10 ** rng.uniform(10, 13, 60)
    value = np.log10(params * tokens) + gain * np.log10(params)
    return pd.DataFrame({"params": params, "tokens": tokens, "train_flops": 6 * params * tokens,
                         "value": value, "family": np.repeat(list("abcdefghij"), 6)})


def test_what_parameters_explain_beyond_compute():
    assert beyond_compute(axes_table(0.0), 50).estimate == pytest.approx(0.0, abs=1e-9)
    assert beyond_compute(axes_table(2.0), 50).interval.low > 0.02
    assert 0 < compute_links(axes_table(0.0)).estimate < 1


def test_overlap_of_thresholds_without_any_one_family():
    rows = pd.DataFrame({"family": list("aabbcc"), "train_flops": [1e20, 1e21, 1e20, 1e22, 1e22, 1e23],
                         "value": [0.3, 0.5, 0.3, 0.3, 0.3, 0.5]})
    found = threshold_overlap(rows, 0.4)
    assert found.estimate == pytest.approx(10)
    assert found.interval is None
    assert "without the family a the ratio is 0.1" in found.notes[0]
    assert found.status == "undetermined"
    assert threshold_overlap(rows, 0.4, limit=100).status == "limited"
    with pytest.raises(InputError, match="both sides"):
        threshold_overlap(rows, 0.9)


def test_stages_of_gpt3():
    names = ["addition_3_digit", "addition_2_digit", "subtraction_2_digit"]
    table = stages(scores.load("gpt3", task=names, prompting="few-shot"), Rules()).set_index("task")
    assert table["stages"].to_dict() == {"addition_2_digit": "no", "addition_3_digit": "yes",
                                         "subtraction_2_digit": "cannot tell"}
    assert table.loc["subtraction_2_digit", "low"] < 0.4757 < 0.5 < table.loc["subtraction_2_digit", "high"]
