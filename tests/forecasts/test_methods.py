"""Every method on ladders whose truth is known, and none with sight of what it is to foretell."""

import warnings

import numpy as np
import pandas as pd
import pytest

from emergence_utils.errors import EmergenceError, InputError
from emergence_utils.forecasts import (
    METHODS,
    BrokenPower,
    DirectPower,
    Gompertz,
    HoldOuts,
    Line,
    Logistic,
    Observational,
    Power,
    RepeatedSamples,
    SameAsLast,
    SliceSandwich,
    Surrogate,
    TwoStage,
    Vote,
    hold_outs,
)
from emergence_utils.forecasts.scoring import answers, score_answers

from .worlds import X, logistic, table

#: A law, and the method that knows it. FLOPs of the tables, decades: 18 to 22.5.
EXACT = [
    (SameAsLast(), np.full(10, 0.4)), (Line(), 0.1 + 0.1 * (X - 18)), (Logistic(), logistic()),
    (Gompertz(), 0.9 * np.exp(-np.log(2) * np.exp(-(X - 21)))),
    (Power(), 1 - 0.9 * 10 ** (-0.1 * (X - 18))),
    (BrokenPower(),
     1 - 0.95 * 10 ** (-0.02 * (X - 18) - 0.15 * 0.2 * np.log10(1 + 10 ** ((X - 19.2) / 0.2)))),
    (DirectPower(), np.exp(-3 * 10 ** (-0.2 * (X - 18)))), (Vote(), logistic()),
]


@pytest.mark.parametrize(("method", "truth"), EXACT, ids=lambda v: getattr(v, "name", ""))
def test_a_method_foretells_its_own_law(method, truth):
    questions = hold_outs(table(truth, n=10**7), fewest=6)
    rows = score_answers(answers(method, questions), questions, method.name)
    assert len(rows) >= 6
    assert rows["error"].max() < (0.05 if method == Vote() else 2e-3)
    if method != SameAsLast():
        assert rows["covered"].dropna().mean() >= 0.9


def known(**columns):
    """Known and asked tables of one case: seven models, the next at a tenfold scale."""
    x = np.linspace(18, 21, 7)
    base = {"case": 0, "scale": 10**x, "score": logistic(x), "n_examples": 500.0, "metric": "exact_match",
            "chance": 0.0}
    asked = pd.DataFrame({"case": [0], "scale": [1e22]})
    return pd.DataFrame(base | {k: f(x) for k, f in columns.items()}), asked


def loss(x):
    return 0.4 + 1.6 * 10 ** (-0.15 * (x - 18))


def rate(x):
    return np.exp(-4 * 10 ** (-0.2 * (x - 18)))


@pytest.mark.parametrize(("method", "columns", "truth", "near"), [
    (TwoStage(), {"loss": loss, "score": lambda x: 1 / (1 + np.exp(6 * (loss(x) - 1.2)))},
     1 / (1 + np.exp(6 * (loss(22) - 1.2))), 0.02),
    (Surrogate("loss"), {"loss": lambda x: 3 - 0.5 * (x - 18), "score": lambda x: 1 / (1 + np.exp(20.5 - x))},
     1 / (1 + np.exp(-1.5)), 0.05),
    (Surrogate("soft"), {"soft": lambda x: 0.1 * (x - 18), "score": lambda x: 1 / (1 + np.exp(20.5 - x))},
     1 / (1 + np.exp(-1.5)), 0.05),
    (SliceSandwich(2, 1), {"soft": lambda x: 0.1 * (x - 18) - 1, "score": lambda x: 0.2 * (x - 18),
                           "slice_1": lambda x: 0.15 * (x - 18) - 0.9,
                           "slice_2": lambda x: 0.1 * (x - 18) - 1,
                           "slice_3": lambda x: 0.05 * (x - 18) - 1.1}, 0.8, 1e-6),
    (Observational(1), {"bench_a": lambda x: 0.1 * x, "bench_b": lambda x: 0.2 * x - 3,
                        "score": lambda x: 1 / (1 + np.exp(20.5 - x))}, 1 / (1 + np.exp(-1.5)), 1e-6),
    (RepeatedSamples(10_000), {"tries_10000": rate}, rate(22), 1e-6),
], ids=lambda v: getattr(v, "name", ""))
def test_a_method_with_helpers_foretells_its_own_law(method, columns, truth, near):
    told = method(*known(**columns))
    assert told["estimate"].iloc[0] == pytest.approx(truth, abs=near)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_what_lacks_a_method_what_it_needs_is_said(method):
    """Two models, a loss, a metric without ends: an estimate, or a reason."""
    few, asked = known()
    few = few.head(2)
    for metric in ("exact_match", "cross_entropy", "bleu", "brier_target"):
        told = method(few.assign(metric=metric), asked)
        assert told.index.equals(asked.index)
        silent = told["estimate"].isna()
        assert (told.loc[silent, "why"].str.len() > 10).all()


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
@pytest.mark.parametrize("score", [0.0, 1.0, 0.25])
def test_scores_that_are_all_the_same_are_carried_on(method, score):
    columns = {"loss": loss, "soft": lambda x: 0 * x, "bench_a": lambda x: x, "bench_b": lambda x: -x,
               "score": lambda x: score + 0 * x, **{f"slice_{i}": lambda x: 0 * x for i in range(3)},
               **{f"tries_{k}": lambda x: score + 0 * x for k in (1, 100, 10_000)}}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = method(*known(**columns))
    if not told["estimate"].isna().all():
        assert told["estimate"].iloc[0] == pytest.approx(score, abs=0.15)


def test_lower_is_better_is_turned_round_and_back():
    """A Brier score that falls, as a rising score of another metric."""
    up, asked = known(metric=lambda x: "token_accuracy", n_examples=lambda x: np.nan)
    down = up.assign(metric="brier_target", score=1 - up["score"], chance=np.nan)
    for method in (Line(), Logistic(), Power(), Vote()):
        one, other = method(up, asked).iloc[0], method(down, asked).iloc[0]
        assert other["estimate"] == pytest.approx(1 - one["estimate"], abs=1e-6)
        assert (other["low"], other["high"]) == pytest.approx((1 - one["high"], 1 - one["low"]), abs=1e-6)


def test_the_vote_holds_nine_in_ten_of_logistic_ladders_with_noise():
    rng = np.random.default_rng(3)
    drawn = zip(rng.uniform(20, 22, 150), rng.uniform(2, 5, 150), strict=True)
    mean = np.array([logistic(middle=m, width=w) for m, w in drawn])
    questions = hold_outs(table(rng.binomial(400, mean) / 400, n=400), fewest=6, cuts=1)
    rows = score_answers(answers(Vote(), questions), questions, "vote")
    near = rows[rows["times"] <= 8]
    assert len(near) > 100
    assert 0.85 <= near["covered"].mean() <= 0.99
    assert rows["covered"].mean() >= 0.8


@pytest.mark.parametrize("source", ["gemstones", "expemergence", "monkeys"])
def test_no_method_sees_what_it_is_to_foretell(source):
    """The questions hold nothing of the models that are asked for but their scale."""
    questions = hold_outs(source)
    top = questions.known.groupby("case")["scale"].max()
    assert (questions.asked["scale"].to_numpy() > top.loc[questions.asked["case"]].to_numpy()).all()
    assert questions.asked.columns.tolist() == ["case", "scale"]
    assert "truth" not in questions.known


def test_other_scores_of_the_large_models_change_no_forecast():
    rng = np.random.default_rng(5)
    seen = rng.binomial(200, np.array([logistic(), logistic(middle=20)])) / 200
    other = seen.copy()
    other[:, 6:] = rng.permutation(other[:, 6:], axis=1)[::-1] / 2
    first, second = (hold_outs(table(s, n=200), fewest=6, cuts=1) for s in (seen, other))
    pd.testing.assert_frame_equal(first.known, second.known)
    for method in METHODS:
        pd.testing.assert_frame_equal(answers(method, first), answers(method, second))
    assert not np.allclose(first.truth["score"], second.truth["score"])


def test_questions_lie_at_powers_of_two_beyond_the_known_models():
    questions = hold_outs(table(logistic()), cuts=3)
    assert isinstance(questions, HoldOuts)
    assert questions.cases["models"].tolist() == [4, 6, 9]
    ratio = questions.asked["scale"].to_numpy() / questions.known.groupby("case")["scale"].max().loc[
        questions.asked["case"]].to_numpy()
    assert (np.abs(np.log2(ratio / questions.truth["times"])) <= 0.5).all()
    assert questions.cases["axis"].unique().tolist() == ["train_flops"]
    by_size = hold_outs(table(logistic()).drop(columns="train_flops"))
    assert by_size.cases["axis"].unique().tolist() == ["params"]


@pytest.mark.parametrize(("call", "message"), [
    (lambda: hold_outs("gtp3"), "data must be a score table or one of gpt3"),
    (lambda: hold_outs("gpt3", fewest=2), "fewest"),
    (lambda: hold_outs("gpt3", cuts=0), "cuts"),
    (lambda: hold_outs(table(logistic()).drop(columns="model")), "model"),
    (lambda: SliceSandwich(0), "easy"),
    (lambda: SliceSandwich(groups=11), "groups must lie between 2 and 10, got 11"),
    (lambda: RepeatedSamples(0), "tries"),
    (lambda: Surrogate("hard"), "through"),
    (lambda: Logistic("none"), "floor"),
    (lambda: Observational(0), "components"),
    (lambda: Line()(pd.DataFrame({"case": [1]}), pd.DataFrame()), "scale"),
])
def test_bad_input_is_refused_in_a_sentence(call, message):
    with pytest.raises(EmergenceError, match=message) as error:
        call()
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_an_answer_in_another_shape_is_refused():
    questions = hold_outs("cot")

    class Odd:
        name = "odd"

        def __init__(self, told):
            self.told = told

        def __call__(self, known, asked):
            return self.told(asked)

    for told, message in ((lambda a: a["scale"], "must answer with a table"),
                          (lambda a: pd.DataFrame({"estimate": [1.0]}), "index of asked"),
                          (lambda a: a.assign(estimate=1.0, low=2.0, high=1.0), "without low <= high"),
                          (lambda a: a.assign(estimate=1.0, low=0.0), "without low <= high"),
                          (lambda a: a.assign(estimate=np.nan), "without a why")):
        with pytest.raises(InputError, match=message):
            answers(Odd(told), questions)
    with pytest.raises(InputError, match="must have a name"):
        answers(lambda known, asked: known, questions)
