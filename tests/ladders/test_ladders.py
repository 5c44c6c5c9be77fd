"""Ladders from arrays and from score tables: what is mixed, missing or repeated is said."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_utils import DataWarning, InputError, Interval, Ladder, Result, SchemaError, UnknownNameError
from emergence_utils.ladders import ladders, measure, odd_points
from emergence_utils.ladders.odd import off_trend
from emergence_utils.scores import fill_chance, load, validate

S = [70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9]
RISING = [.30, .31, .33, .35, .36, .42, .47, .55]


def table(**columns: Any) -> pd.DataFrame:
    """Eight models on one task; `columns` replace or add."""
    base = {"source": "mine", "family": "F", "model": [f"m{i}" for i in range(8)], "params": S,
            "params_kind": "total", "task": "t", "metric": "multiple_choice_grade", "value": RISING,
            "n_examples": 1000, "chance": 0.25}
    return pd.DataFrame(base | columns)


def halves(a: object, b: object) -> list[object]:
    return [a] * 4 + [b] * 4


def test_a_plain_table_is_one_ladder_in_order_of_scale():
    one, = ladders(table().sample(frac=1, random_state=1))
    assert one.scale.tolist() == S
    assert one.score.tolist() == RISING
    assert one.n_examples.tolist() == [1000.0] * 8
    assert (one.chance, math.isnan(one.baseline), one.metric.name) == (0.25, True, "multiple_choice_grade")
    assert one.models == tuple(f"m{i}" for i in range(8))
    assert one.key == {"source": "mine", "family": "F", "task": "t", "subset": None,
                       "metric": "multiple_choice_grade", "prompting": None, "n_shot": None,
                       "params_kind": "total"}
    assert one.notes == ()


@pytest.mark.parametrize(("columns", "sentence"), [
    ({"chance": halves(.25, .5)}, "mixes two chance levels, 0.25 and 0.5; keep one."),
    ({"chance": halves(.25, np.nan)}, "mixes two chance levels, 0.25 and none given; keep one."),
    ({"baseline": halves(.25, .3)}, "mixes two baselines, 0.25 and 0.3"),
    ({"metric": halves("exact_match", "f1")}, "two metrics, 'exact_match' and 'f1'; keep one, or put "),
    ({"family": halves("F", "G")}, "two families, 'F' and 'G'; keep one, or put 'family' into by."),
    ({"prompting": halves("few-shot", None)}, "two protocols (prompting), 'few-shot' and none given"),
    ({"n_shot": halves(0, 5)}, "two protocols (n_shot), 0 and 5"),
    ({"params_kind": halves("total", "active")}, "two values of params_kind, 'active' and 'total'"),
    ({"subset": halves("a", "b")}, "two subsets, 'a' and 'b'"),
    ({"source": halves("mine", "yours")}, "two sources, 'mine' and 'yours'"),
    ({"params": [*S[:7], S[6]]}, "two models at params 6.9e+09, 'm6' and 'm7'; keep one"),
    ({"model": ["m"] * 8, "tokens": S}, "mixes 8 checkpoints (tokens) of model 'm'; keep one a model"),
])
def test_mixtures_are_named_in_one_sentence_whatever_the_order(columns, sentence):
    for seed in range(3):
        with pytest.raises(InputError) as error:
            ladders(table(**columns).sample(frac=1, random_state=seed), by=["task"])
        assert sentence in str(error.value)
        assert str(error.value).startswith("ladder (task 't')")


def test_by_default_kinds_are_told_apart():
    two = pd.concat([table(), table(metric="exact_match", chance=0)])
    assert [a.key["metric"] for a in ladders(two)] == ["exact_match", "multiple_choice_grade"]


def test_families_may_be_pooled_when_asked_for_and_said_so():
    pooled, = ladders(table(family=halves("F", "G")), across=["family"])
    assert len(pooled) == 8
    assert pooled.notes == ("one ladder of two families, as asked.",)


def test_a_missing_scale_is_counted():
    one, = ladders(table(params=[None, None, None, *S[3:]]))
    assert len(one) == 5
    assert one.notes == ("3 of 8 scores have no params, or 0, and are left out: m0, m1, m2.",)


def test_short_groups_are_listed_never_lost():
    alone = pd.concat([table(), table(task="u")[:1]])
    with pytest.warns(DataWarning, match="1 groups of scores make no ladder, e.g. ladder .*task 'u'"):
        assert len(ladders(alone)) == 1
    found = ladders(alone, min_models=3)
    assert len(found) == 1
    assert found.left_out[0].endswith("1 of the 3 scales of params that are needed.")
    assert measure(found, last).attrs["notes"] == found.left_out


def seeded(runs: int, phi: float, seed: int = 0, n: int = 400) -> pd.DataFrame:
    """`runs` seeds a model whose scores vary `phi` times as much as their items."""
    p = np.repeat(np.linspace(.3, .7, 8), runs)
    noise = np.random.default_rng(seed).normal(size=8 * runs) * np.sqrt(phi * p * (1 - p) / n)
    names = np.repeat([f"m{i}" for i in range(8)], runs)
    return pd.DataFrame({"source": "mine", "family": "F", "model": names, "params": np.repeat(S, runs),
                         "seed": np.tile(range(runs), 8), "task": "t",
                         "metric": "exact_match", "value": p + noise, "n_examples": n})


def test_seeds_are_averaged_with_their_dispersion():
    one, = ladders(seeded(3, phi=6.0))
    raw = seeded(3, phi=6.0)
    np.testing.assert_allclose(one.score, raw.groupby("params")["value"].mean())
    assert one.n_examples.tolist() == [400.0] * 8  # the seeds answered the same items
    phi, dof = one.replicates
    assert dof == 16
    p = one.score.repeat(3)
    run = ((raw["value"] - p) ** 2 / (p * (1 - p) / 400)).sum() / 16
    assert phi == pytest.approx(run / 3)
    assert f"one run varies {run:.3g} times as much as its items alone (16 degrees" in one.notes[0]


def test_dispersion_between_seeds_is_right_on_average():
    found = [ladders(seeded(4, phi=3.0, seed=i))[0].replicates[0] for i in range(20)]
    assert np.mean(found) * 4 == pytest.approx(3.0, abs=0.35)


def test_seeds_are_refused_when_not_to_be_averaged():
    with pytest.raises(InputError, match=r"mixes 3 seeds at params 7e\+07 .* or average them"):
        ladders(seeded(3, phi=1.0), replicates=None)


def test_the_spread_of_seeds_is_the_standard_error_of_a_loss():
    raw = seeded(3, phi=1.0).assign(metric="cross_entropy", n_examples=np.nan)
    one, = ladders(raw)
    assert one.replicates is None
    pooled = raw.groupby("params")["value"].var().mean()
    np.testing.assert_allclose(one.stderr, math.sqrt(pooled / 3))


def test_a_training_curve_is_a_ladder_of_one_model():
    run = load("pythia", task="lambada_openai", metric="exact_match", family="Pythia")
    found = ladders(run, x="tokens", min_models=5)
    assert {a.axis for a in found} == {"tokens"}
    assert all(len({m.split("-step")[0] for m in a.models}) == 1 for a in found)
    assert any("have no tokens, or 0" in n for a in found for n in a.notes)


@pytest.mark.parametrize("source", ["gpt3", "bigg", "gadre"])
def test_shipped_ladders_hold_every_score(source):
    rows = load(source)
    found = ladders(rows, x="train_flops" if source == "gadre" else "params", min_models=2)
    kept = rows.groupby(["task", "subset", "metric", "prompting", "n_shot", "family"], dropna=False)
    longer = [len(g) for _, g in kept if len(g) > 1]
    assert sum(map(len, found)) == sum(longer)


def last(ladder: Ladder) -> Result:
    return Result.exact(ladder.score[-1], len(ladder), "the last score")


def test_measure_gives_one_row_a_ladder():
    out = measure(pd.concat([table(), table(task="u", value=RISING[::-1])]), last)
    assert out["task"].tolist() == ["t", "u"]
    assert out["estimate"].tolist() == [.55, .30]
    assert out[["n_models", "n", "status"]].to_numpy().tolist() == [[8, 8, "ok"]] * 2
    assert out["notes"].tolist() == ["the last score"] * 2
    assert out.columns[-1] == "notes"


def test_what_a_measure_refuses_is_a_row_with_the_reason():
    def refuses(ladder: Ladder) -> Result:
        raise InputError("This measure needs chance.")

    row = measure(Ladder.of(S, RISING, 1000), refuses).iloc[0]
    assert (row["status"], row["notes"]) == ("failed", "This measure needs chance.")
    assert math.isnan(row["estimate"])


def test_a_measure_of_many_ladders_is_asked_once_unless_it_refuses_one():
    class Last:
        def __init__(self):
            self.asked = 0

        def __call__(self, ladder):
            if len(ladder) < 3:
                raise InputError("too short")
            return Result.exact(float(ladder.score[-1]), len(ladder))

        def each(self, found):
            self.asked += 1
            return [self(ladder) for ladder in found]

    long, short = Ladder.of([1, 2, 3], [0.1, 0.2, 0.3], 100), Ladder.of([1, 2], [0.1, 0.4], 100)
    last = Last()
    assert measure([long, long], last)["estimate"].tolist() == [0.3, 0.3]
    assert last.asked == 1
    assert measure([long, short], last)["status"].tolist() == ["ok", "failed"]


def test_further_fields_of_a_result_are_columns():
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class Two(Result):
        answer: str = "cannot tell"
        place: Interval | None = None

    row = measure(Ladder.of(S, RISING), lambda _: Two(1.0, Interval(0, 3), 8, place=Interval(1, 2))).iloc[0]
    assert (row["low"], row["high"], row["answer"], row["place_low"], row["place_high"]) == (
        0, 3, "cannot tell", 1, 2)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: measure(table(), last, minmodels=3), "no option 'minmodels'"),
    (lambda: measure(3, last), "data must be a score table or ladders, got 3"),
    (lambda: measure([3], last), "data must hold ladders, got 3"),
    (lambda: measure(table(), "last"), "what must be a measure"),
    (lambda: measure(table(), Ladder), "what must be a measure"),
    (lambda: measure(Ladder.of(S, RISING), lambda _: 3), "must give a Result, got 3"),
    (lambda: ladders(table(), by=["params"]), "cannot tell ladders apart"),
    (lambda: ladders(table(), x="task"), "column 'task' cannot be the scale"),
    (lambda: ladders(table(), min_models=1), "min_models must be a whole number of at least 2, got 1"),
    (lambda: ladders(table(), replicates="model"), "replicates must be 'seed' or None, got 'model'"),
    (lambda: ladders(table()[:0]), "has no rows"),
])
def test_refusals(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_unknown_columns_are_named_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'params'"):
        ladders(table(), x="param")
    with pytest.raises(UnknownNameError, match="did you mean 'family'"):
        ladders(table(), by=["famly"])
    with pytest.raises(SchemaError, match="missing column 'task'"):
        ladders(table().drop(columns="task"))


# --- from arrays -----------------------------------------------------------------------------------------

@pytest.mark.parametrize(("change", "message"), [
    ({"chance": 25}, r"chance must hold numbers in \[0, 1\].*percents divided by 100, got 25"),
    ({"chance": halves(.25, .5)}, "chance must be one number for the whole ladder, got 0.25 and 0.5"),
    ({"chance": []}, "chance must be one number for the whole ladder, got none"),
    ({"baseline": "high"}, "baseline must be a number"),
    ({"n_examples": 1e19}, r"n_examples must hold numbers from 1 to 1e\+15, got 1e\+19"),
    ({"n_examples": []}, r"n_examples must be one number or one per score, got shape \(0,\)"),
    ({"n_examples": 0}, "n_examples must hold numbers from 1"),
    ({"stderr": []}, r"stderr must hold one number per score, got shape \(0,\) for 8 scores"),
    ({"stderr": [-.1] * 8}, "stderr must hold finite numbers of at least 0, got -0.1"),
    ({"score": [str(v) for v in RISING]}, "score must be a number or a full array of them, got"),
    ({"score": None}, "score must"),
    ({"score": [RISING]}, r"score must have 1 dimension, got shape \(1, 8\)"),
    ({"score": pd.DataFrame({"a": RISING})}, r"score must have 1 dimension, got shape \(8, 1\)"),
    ({"score": np.array(RISING) + 1j}, "score must be a number"),
    ({"score": np.ma.masked_less(RISING, .31)}, "score must not have masked entries"),
    ({"score": 0.3}, r"score must have 1 dimension, got shape \(\)"),
    ({"score": [*RISING[:7], math.inf]}, "score must hold finite numbers, got inf"),
    ({"score": [*RISING[:7], 55]}, "percents divided by 100, got 55"),
    ({"scale": [True, False] * 4}, "scale must hold numbers"),
    ({"scale": [*S[:7], math.inf]}, "scale must hold positive finite numbers, got inf"),
    ({"scale": [*S[:7], 10**400]}, "scale must be a number or a full array"),
    ({"scale": [1e9] * 8}, r"scale must hold each value once, got 1e\+09 more than once"),
    ({"scale": []}, "scale and score must be of one length, at least 2; got 0 and 8"),
    ({"scale": np.array(["2020"] * 8, dtype="M8[Y]")}, "scale must be a number"),
    ({"models": "Pythia"}, "models must be a sequence of names, got 'Pythia'"),
    ({"models": ["a"]}, "got 1 names for 8 scores"),
    ({"metric": "exact_mach"}, "did you mean 'exact_match'"),
    ({"metric": 3}, "Unknown metric '3'"),
    ({"axis": None}, "axis must be a name"),
])
def test_what_is_no_ladder_is_refused_in_a_sentence(change, message):
    given = {"scale": S, "score": RISING, "n_examples": 1000} | change
    with pytest.raises((InputError, UnknownNameError), match=message):
        Ladder.of(given.pop("scale"), given.pop("score"), **given)


def test_items_come_from_standard_errors_and_it_is_said():
    p = np.array(RISING)
    one = Ladder.of(S, p, stderr=np.sqrt(p * (1 - p) / 1000), metric="multiple_choice_grade")
    assert one.n_examples.tolist() == [1000.0] * 8
    assert one.notes == ("n_examples of 8 scores is recovered from stderr.",)
    harness = Ladder.of(S, p, stderr=np.sqrt(p * (1 - p) / 999), metric="acc,none")
    assert harness.n_examples.tolist() == [1000.0] * 8


def test_a_perfect_score_does_not_tell_its_items():
    p = np.array([0.0, *RISING[1:]])
    one = Ladder.of(S, p, stderr=np.sqrt(p * (1 - p) / 1000))
    assert one.n_examples is None
    assert "n_examples is unknown for 1 of 8 scores (a score of 0 or 1 does not tell it)" in one.notes[0]
    loss = Ladder.of(S, 2 - p, stderr=[.01] * 8, metric="cross_entropy")
    assert (loss.n_examples, loss.notes) == (None, ())


def test_items_from_a_table():
    p = np.array(RISING)
    given = table(n_examples=[1000] * 4 + [np.nan] * 4, stderr=np.sqrt(p * (1 - p) / 1000))
    one, = ladders(given)
    assert one.n_examples.tolist() == [1000.0] * 8
    assert one.notes == ("n_examples of 4 scores is recovered from stderr.",)


# --- odd points ------------------------------------------------------------------------------------------

def test_a_copied_point_is_named():
    odd = odd_points(Ladder.of([*S, 3e10], [.25, .26, .30, .36, .42, .66, .56, .62, .66], 2000))
    assert odd == ("the score 0.66 at params 2.8e+09 lies off the trend of the others (beyond 0.42 and "
                   "0.56), and equals the score at params 3e+10 to the last digit.",)


@pytest.mark.parametrize("score", [
    [.50, .47, .40, .30, .25, .35, .55, .75], [0, 0, 0, 0, 0, .9, .9, .9], [0] * 8, [1] * 8, RISING,
    [.25] * 8, [.3, .1, .1, .1, .5, .5, .9, 1]])
def test_a_jump_a_u_and_a_flat_ladder_have_no_odd_point(score):
    assert odd_points(Ladder.of(S, score, 1000)) == ()


@pytest.mark.parametrize("score", [
    [.60, .31, .36, .41, .46, .51, .56, .61], [.30, .35, .40, .45, .50, .55, .60, .30],
    [.8, .6, .4, .2, .4, .6, .8, .9], [.55, .3, .35, .45, .52, .61, .7, .8]])
def test_where_one_end_explains_a_turn_as_well_nothing_is_named(score):
    assert off_trend(Ladder.of(S, score, 5000)) == ()


def test_an_odd_point_is_found_next_to_an_end_and_named_by_its_model():
    found, = off_trend(Ladder.of(S, [.25, .70, .27, .33, .36, .42, .47, .50], 2000, models=list("abcdefgh")))
    assert (found.index, found.scale) == (1, S[1]) and "(b)" in found.note


def test_what_is_known_of_the_noise_between_models_decides_what_is_odd():
    spike = Ladder.of(S, [.30, .34, .38, .65, .46, .50, .54, .58], 1000)
    assert [p.index for p in off_trend(spike)] == [3]
    assert off_trend(spike, dispersion=50.0) == ()
    assert off_trend(replace(spike, replicates=(50.0, 20.0))) == ()


def test_a_noisy_u_is_seldom_called_an_odd_point():
    rng, named = np.random.default_rng(8), 0
    t = np.linspace(-1, 1, 9)
    for _ in range(150):
        y = (rng.random((9, 500)) < (.25 + .5 * t**2 + .02 * rng.normal(size=9))[:, None]).mean(axis=1)
        named += bool(off_trend(Ladder.of(10.0 ** np.linspace(8, 11, 9), y, 500)))
    assert named <= 9


def test_a_part_of_a_ladder_keeps_all_that_belongs_to_its_models():
    whole = Ladder.of(S, RISING, 1000, models=list("abcdefgh"), stderr=np.arange(1, 9) / 100, chance=.25)
    few = whole.part(np.arange(8) % 2 == 1)
    assert few.models == ("b", "d", "f", "h") and few.stderr.tolist() == [.02, .04, .06, .08]
    assert few.score.tolist() == whole.score[1::2].tolist() and len(few.n_examples) == 4
    with pytest.raises(InputError, match="which must leave models"):
        whole.part(slice(0, 0))


def test_a_repeated_loss_is_named():
    loss = [3.217431, 3.111111, 3.012345, 2.913245, 2.913245, 2.812346, 2.712345, 2.612344]
    assert odd_points(Ladder.of(S, loss, metric="cross_entropy")) == (
        "the scores at params 1e+09 and params 1.4e+09 are the same to the last digit, 2.913245: one may be "
        "a copy.",)


def test_sound_ladders_are_seldom_called_odd():
    rng = np.random.default_rng(3)
    truth = .25 + .65 * (1 - np.exp(-np.linspace(0, 3, 12)))
    named = 0
    for _ in range(150):
        p = 1 / (1 + np.exp(-np.log(truth / (1 - truth)) - .2 * rng.normal(size=12)))
        y = (rng.random((12, 500)) < p[:, None]).mean(axis=1)
        named += bool([s for s in odd_points(Ladder.of(10.0 ** np.linspace(8, 11, 12), y, 500))
                       if "trend" in s])
    assert named <= 9


# --- the table -------------------------------------------------------------------------------------------

def test_harness_names_become_registry_names_and_it_is_said():
    out = validate(table(metric=halves("acc,none", "multiple_choice_grade")))
    assert set(out["metric"]) == {"multiple_choice_grade"}
    assert out.attrs["notes"] == ("metric 'acc,none' is read as 'multiple_choice_grade'.",)


def test_two_names_of_one_metric_are_not_resolved_silently():
    strict, flexible = "exact_match,strict-match", "exact_match,flexible-extract"
    with pytest.raises(SchemaError, match=f"'{strict}' and '{flexible}' are both metric 'exact_match'; keep"):
        validate(pd.concat([table(metric=strict), table(metric=flexible)]))


def test_items_recovered_in_a_table_are_counted():
    p = np.array([0.0, *RISING[1:]])
    out = validate(table(value=p, n_examples=np.nan, stderr=np.sqrt(p * (1 - p) / 999)))
    assert out["n_examples"].isna().tolist() == [True] + [False] * 7
    assert out["n_examples"][1:].tolist() == [1000.0] * 7
    assert out.attrs["notes"][0].startswith("n_examples of 7 rows is recovered from value and stderr")
    assert out.attrs["notes"][1].startswith("n_examples of 1 rows stays missing: a score of 0 or 1")


@pytest.mark.parametrize(("columns", "sentence"), [
    ({"metric": "bleu", "chance": 0}, "BLEU of source 'mine' is at most 0.55, which looks like a fraction"),
    ({"tokens": 3e11, "train_flops": np.array(S) * 6 * 3e12},
     "disagree tenfold or more in 8 of 8 rows, first for 'm0'"),
])
def test_what_looks_wrong_warns_once(columns, sentence):
    with pytest.warns(DataWarning) as caught:
        out = validate(table(**columns))
    assert [sentence in str(w.message) for w in caught] == [True]
    assert sentence in out.attrs["notes"][-1]


def test_a_checkpoint_stored_twice_warns():
    tasks = pd.concat([table(task=t, step=np.arange(8.0), value=np.roll(RISING, i))
                       for i, t in enumerate("abc")], ignore_index=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        validate(tasks)
    twice = tasks.assign(model="m", params=1e9)
    twice.loc[twice["step"] == 5, "value"] = twice.loc[twice["step"] == 4, "value"].to_numpy()
    with pytest.warns(DataWarning, match=r"checkpoint 'm' \(step 5\) has all 3 scores of 'm' \(step 4\)"):
        validate(twice)


def test_active_parameters_are_a_kind():
    assert set(validate(table(params_kind="active"))["params_kind"]) == {"active"}


@pytest.mark.parametrize("level", ["chance", "baseline"])
def test_levels_are_in_the_unit_of_the_metric(level):
    with pytest.raises(SchemaError, match=f"column '{level}', row 0: 25.0 is outside .* divide percent by"):
        validate(table(**{level: 25}))


def test_a_loaded_table_stays_valid_with_its_chance():
    got = load("gpt3", task=["hellaswag", "lambada"])
    assert "chance" in validate(got)
    pd.testing.assert_frame_equal(validate(got), got)
    assert set(got.loc[got["task"] == "hellaswag", "chance"]) == {0.25}


def test_chance_of_own_tasks_comes_from_their_options():
    mine = table().drop(columns="chance")
    assert fill_chance(mine)["chance"].isna().all()
    assert set(fill_chance(mine, n_choices=5)["chance"]) == {0.2}
    assert set(fill_chance(mine, n_choices={"t": 2})["chance"]) == {0.5}
    assert set(fill_chance(table(), n_choices=5)["chance"]) == {0.25}  # what is given stays
    with pytest.raises(InputError, match="n_choices must be finite numbers of at least 1, got 0"):
        fill_chance(mine, n_choices=0)
