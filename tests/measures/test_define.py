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
    onset_surprises,
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


def test_only_a_miss_outside_the_band_of_the_forecast_is_a_surprise():
    late = np.where(X < 10.9, 0.25, 0.9) + WIGGLE
    v = define(ladder(late))
    assert v.not_extrapolable == "yes" and v.forecast_error > 0.5 and v.miss > 0.7
    few = define(ladder(np.where(X < 10.9, 0.25, 0.50) + WIGGLE, n=20))
    assert few.not_extrapolable == "cannot tell"
    assert any(note.startswith("not_extrapolable: the score at 1e+11") for note in few.notes)
    assert onset_surprise(ladder(STEP)) == "yes"
    assert onset_surprises([ladder(np.full(13, 0.9)), ladder(STEP)]) == ["cannot tell", "yes"]
    assert onset_surprise(ladder(np.full(13, 0.9))) == "cannot tell"
    assert onset_surprise(ladder(np.where(X < 8.6, 0.25, 0.9) + WIGGLE)) == "cannot tell"  # three are too few


def test_lower_is_better_gives_the_same_answers():
    a = define(ladder(STEP))
    turned = ladder(1 - STEP, chance=0.75, metric="brier_target")
    b = define(turned)
    assert [getattr(a, d) for d in DEFINITIONS] == [getattr(b, d) for d in DEFINITIONS]
    assert b.forecast_error == pytest.approx(0, abs=0.1)
    worse = define(ladder(1 - np.where(X < 10.9, 0.6, 0.1), chance=0.75, metric="brier_target"))
    assert worse.not_extrapolable == "no" and worse.forecast_error == pytest.approx(-0.5, abs=0.05)


def test_rules_move_answers():
    assert define(ladder(STEP), Rules(pace=5)).sharp == "cannot tell"  # a curve that fast fits in the gap
    assert Rules(dispersion=3.0).jump.dispersion == 3.0
    assert Rules(hold_out=2, tolerance=0.1, dispersion=3.0).forecastability.dispersion == 3.0
    short = define(ladder(SMOOTH), Rules(hold_out=10))
    assert short.not_extrapolable == "cannot tell" and np.isnan(short.miss)
    assert any("3 models are too few to forecast from" in note for note in short.notes)
    with pytest.raises(InputError, match="hold_out=13"):
        define(ladder(SMOOTH), Rules(hold_out=13))
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
    with pytest.raises(InputError, match=r"ladder \(task 'step'\) mixes two chance levels, 0.25 and 0.5"):
        define_all(scores.assign(chance=np.where(X < 9, 0.25, 0.5)))
    metrics = np.where(X < 9, "exact_match", "bleu")
    with pytest.raises(InputError, match="mixes two metrics, 'bleu' and 'exact_match'"):
        presence_all(scores.assign(metric=metrics), by="task")


def test_tables_follow_the_schema_and_its_refusals():
    full = table(step=STEP).assign(source="mine", family="A", model=[f"m{i}" for i in range(13)],
                                   metric="multiple_choice_grade")
    assert define_all(full)["sharp"].tolist() == ["yes"]
    two = pd.concat([full, full.assign(family="B", params=full["params"] * 1.1)])
    with pytest.raises(InputError, match="mixes two families, 'A' and 'B'"):
        define_all(two)
    assert len(define_all(two, by=["family", "task"])) == 2
    pooled = presence_all(two, by="task", across=["family"])
    assert pooled["n_models"].tolist() == [26] and pooled["scope"].tolist() == ["sizes"]
    with pytest.raises(InputError, match=r"ladder \(task 'step'\): 4 of the 5 scales"):
        define_all(full.head(4))
    stderr = np.sqrt(full["value"] * (1 - full["value"]) / 999)
    recovered = presence_all(full.assign(n_examples=np.nan, stderr=stderr), by="task")
    assert recovered["pattern"].tolist() == presence_all(full, by="task")["pattern"].tolist()
    with pytest.raises(InputError, match="'n_examples' is missing in 1 of 13 rows; leave those rows out"):
        define_all(full.assign(n_examples=[np.nan] + [1000.0] * 12))


def test_seeds_of_a_table_become_replicates():
    runs = pd.concat([table(step=STEP + shift).assign(seed=seed) for seed, shift in
                      enumerate((-0.02, 0.0, 0.02))]).assign(source="mine", family="A", metric="exact_match")
    found = define_all(runs.assign(model=runs["params"].astype(str))).iloc[0]
    assert found["scope"] == "sizes" and found["n_models"] == 13 and found["dof"] == 26


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
