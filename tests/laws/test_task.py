"""The two-stage law of accuracy."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.laws import LossLaw, fit_task_law

TRUE = LossLaw(8.0, 60.0, 0.4, 0.15, 0.15)
FAR = (1e10, 1e12)


def accuracy(loss):
    return 0.25 + 0.75 / (1 + np.exp(3 * (np.asarray(loss) - 2.4)))


def world(seed=0, sd=0.003, items=0.005, k=4):
    from scipy import special

    params, tokens = (v.ravel() for v in np.meshgrid(np.logspace(8, 9.5, k), np.logspace(9.3, 11, k)))
    normal = special.ndtri(np.random.default_rng(seed).random((2, k * k)))
    loss = TRUE(params, tokens) * np.exp(sd * normal[0])
    return params, tokens, loss, np.clip(accuracy(loss) + items * normal[1], 0, 1)


def test_a_world_made_in_two_stages_is_found():
    law = fit_task_law(*world(sd=0, items=0), n_resamples=0)
    assert law.predict(*FAR)["accuracy"][0] == pytest.approx(accuracy(TRUE(*FAR)), abs=0.005)
    assert law.from_loss([2.0, 3.0]) == pytest.approx(accuracy([2.0, 3.0]), abs=0.01)


def test_intervals_hold_further_runs_as_often_as_they_say():
    from scipy import special

    hits = []
    for seed in range(40):
        told = fit_task_law(*world(seed, k=6), method="squares", n_resamples=200, seed=seed).predict(*FAR)
        z = special.ndtri(np.random.default_rng(1000 + seed).random(2))
        new = accuracy(TRUE(*FAR) * np.exp(0.003 * z[0])) + 0.005 * z[1]
        hits.append(told["low"][0] <= new <= told["high"][0])
    assert np.mean(hits) >= 0.875


def test_doubt_grows_with_distance_and_stays_a_share():
    law = fit_task_law(*world(1, k=6), n_resamples=200)
    told = law.predict([1e9, 1e11, 1e13], [2e10, 2e12, 2e14])
    sure = law.predict([1e9, 1e11, 1e13], [2e10, 2e12, 2e14], of="law")
    assert told["low"].ge(0).all() and told["high"].le(1).all()
    width, narrow = (t["high"] - t["low"] for t in (told, sure))
    assert narrow[1] > 1.5 * narrow[0] and (narrow < width).all()
    assert told["status"].isin(["ok", "limited"]).all()
    again = fit_task_law(*world(1, k=6), n_resamples=200).predict([1e9, 1e11, 1e13], [2e10, 2e12, 2e14])
    pd.testing.assert_frame_equal(told, again)


def test_checkpoints_replace_the_runs_of_the_second_stage():
    params, tokens, loss, score = world(sd=0, items=0)
    early = pd.DataFrame({"run": np.repeat(np.arange(16), 2),
                          "loss": np.repeat(loss, 2) * np.tile([1.0, 1.2], 16)})
    early = early.assign(accuracy=accuracy(early["loss"]))
    law = fit_task_law(params, tokens, loss, score, checkpoints=early, n_resamples=20)
    assert len(law.residuals) == 32
    assert law.from_loss(1.2 * loss.max()) == pytest.approx(accuracy(1.2 * loss.max()), abs=0.005)


@pytest.mark.parametrize(("change", "message"), [
    ({"accuracy": [1.5] * 16}, "accuracy holds 1.5 at index 0; accepted are fractions"),
    ({"accuracy": [0.5] * 5}, "accuracy must hold one number a run, got 5 for 16 runs"),
    ({"loss": [-1.0] * 16}, "loss holds -1"),
    ({"checkpoints": pd.DataFrame({"run": [0, 99], "loss": 1.0, "accuracy": 0.5})}, "which of the 16 runs"),
    ({"checkpoints": pd.DataFrame({"run": [0, 1], "loss": -1.0, "accuracy": 0.5})}, "positive numbers"),
    ({"checkpoints": pd.DataFrame({"run": [0, 1]})}, "Unknown column 'loss'"),
])
def test_what_is_no_run_is_refused_in_one_sentence(change, message):
    given = dict(zip(("params", "tokens", "loss", "accuracy"), world(), strict=True)) | change
    with pytest.raises((InputError, UnknownNameError), match=message) as caught:
        fit_task_law(**given, n_resamples=0)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
