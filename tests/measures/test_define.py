import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError
from emergence_utils.ladders import Ladder
from emergence_utils.measures import (
    DEFINITIONS,
    Rules,
    agreement,
    by_items,
    by_smallest_model,
    define,
    define_all,
    jump_power,
    onset_surprise,
    presence_all,
    sweep_rules,
)

X = np.linspace(8, 11, 13)
WIGGLE = 0.01 * np.sin(np.arange(13) * 7)
STEP = np.where(X <= 9.8, 0.25, 0.9) + WIGGLE
SMOOTH = 0.25 + 0.6 / (1 + np.exp(-(X - 9.5) * 2 * np.log(9) / 2.5)) + WIGGLE / 2


def ladder(y, n=1000, chance=0.25, **kind):
    return Ladder.of(10**X, y, n, chance=chance, **kind)


def table(**curves):
    return pd.concat([pd.DataFrame({"task": task, "params": 10**X, "value": y, "n_examples": 1000,
                                    "chance": 0.25}) for task, y in curves.items()], ignore_index=True)


def test_a_step_is_absent_then_present_sharp_unforeseen_and_a_threshold():
    v = define(ladder(STEP))
    assert (v.absent_present, v.sharp, v.sharp_unpredictable, v.threshold) == ("yes",) * 4
    assert v.not_extrapolable == "no"  # the largest model lies on the plateau
    assert v.jump_gap == pytest.approx(0.25)


def test_a_smooth_rise_is_absent_then_present_and_nothing_else():
    v = define(ladder(SMOOTH))
    assert v.absent_present == "yes"
    assert (v.sharp, v.sharp_unpredictable, v.threshold) == ("no", "no", "no")


def test_a_wide_gap_cannot_be_told():
    x = np.array([7, 7.2, 7.4, 9, 9.2, 9.4])
    v = define(Ladder.of(10**x, [0.25, 0.26, 0.24, 0.8, 0.81, 0.8], 1000, chance=0.25))
    assert (v.sharp, v.sharp_unpredictable) == ("cannot tell", "cannot tell")
    assert any("1.60 decades" in note for note in v.notes)


def test_the_forecaster_is_an_argument():
    late = np.where(X < 10.9, 0.25, 0.9) + WIGGLE
    assert define(ladder(late)).not_extrapolable == "yes"
    assert define(ladder(late), forecaster=lambda small, scale: 0.9).not_extrapolable == "no"
    assert onset_surprise(ladder(STEP)) == "yes"
    assert onset_surprise(ladder(np.full(13, 0.9))) == "cannot tell"


def test_lower_is_better_gives_the_same_answers():
    a = define(ladder(STEP), forecaster=lambda small, scale: small.score[-1])
    turned = ladder(1 - STEP, chance=0.75, metric="brier_target")
    b = define(turned, forecaster=lambda small, scale: small.score[-1])
    assert [getattr(a, d) for d in DEFINITIONS] == [getattr(b, d) for d in DEFINITIONS]
    assert define(turned).forecast_error == pytest.approx(0, abs=0.1)


def test_rules_move_answers():
    assert define(ladder(STEP), Rules(pace=5)).sharp == "cannot tell"  # a curve that fast fits in the gap
    assert Rules(dispersion=3.0).jump.dispersion == 3.0
    with pytest.raises(InputError, match="hold_out=11"):
        define(ladder(SMOOTH), Rules(hold_out=11))
    with pytest.raises(InputError, match="at least five models, got 3"):
        define(Ladder.of([1, 2, 3], [0.1, 0.2, 0.3], 10, chance=0.0))


def test_tables():
    scores = table(step=STEP, smooth=SMOOTH)
    found = define_all(scores).set_index("task")
    assert found["sharp"].to_dict() == {"smooth": "no", "step": "yes"}
    assert set(DEFINITIONS) <= set(found.columns)
    patterns = presence_all(scores, by="task", min_models=14)
    assert patterns.empty and patterns.attrs["left_out"] == 2
    assert presence_all(scores, by=["task"])["pattern"].tolist() == ["emergent", "emergent"]
    swept = sweep_rules(scores, negligible=(0.01,), hold_out=(1,), tolerance=(0.25,), pace=(1.0, 5.0))
    assert swept.loc[swept["definition"] == "sharp", "curves"].tolist() == [1, 0]
    assert jump_power(scores, rise=0.8).estimate > 0


def test_tables_name_what_is_wrong():
    scores = table(step=STEP)
    with pytest.raises(UnknownNameError, match="chance"):
        presence_all(scores.drop(columns="chance"), by="task")
    with pytest.raises(InputError, match="'chance' is missing in 13 of 13 rows"):
        define_all(scores.assign(chance=np.nan))
    with pytest.raises(InputError, match="ladder step holds 2 values of chance"):
        define_all(scores.assign(chance=np.where(X < 9, 0.25, 0.5)))
    metrics = np.where(X < 9, "exact_match", "bleu")
    with pytest.raises(InputError, match="2 values of metric"):
        presence_all(scores.assign(metric=metrics), by="task")


def test_other_starts_and_other_tests():
    starts = by_smallest_model(ladder(STEP))
    assert len(starts) == 10 and starts["pattern"].iloc[0] == "emergent"
    assert starts["pattern"].iloc[-1] == "present throughout"
    redrawn = by_items(ladder(STEP), [20, 1000], n_resamples=40)
    assert redrawn.sum(axis=1).tolist() == pytest.approx([1, 1])
    assert redrawn.loc[1000, "emergent"] > 0.8


def test_agreement_counts_only_what_both_decide():
    words = pd.DataFrame({"sharp": ["yes", "no", "yes", "no", "cannot tell"],
                          "threshold": ["yes", "no", "no", "no", "yes"]})
    kappa = agreement(words)
    assert kappa.loc["sharp", "threshold"] == pytest.approx(0.5)
    assert kappa.attrs["decided"].loc["sharp", "threshold"] == 4
    assert agreement(words, of_attainable=True).loc["sharp", "threshold"] == pytest.approx(1.0)
    with pytest.raises(InputError, match="'maybe'"):
        agreement(words.replace("yes", "maybe"))
