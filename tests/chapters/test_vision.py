"""Image models: one block of errors, many scores; against hand-made blocks and against the stored tables."""

import itertools
from math import comb

import numpy as np
import pandas as pd
import pytest

from emergence_utils import measures, scores
from emergence_utils.chapters import vision as vi
from emergence_utils.chapters.vision.figures import plot_widths
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.ladders import Ladder, measure
from emergence_utils.plot import alt_text, figure


@pytest.fixture(scope="module")
def digits():
    return scores.load("vision_digits")


@pytest.fixture(scope="module")
def errors():
    return vi.read_errors(scores.load("vision_errors"))


def made(log_errors, slope=-1.0, params=(1e2, 1e3, 1e4)):
    """Errors that fall together: a power of size, times each image's own factor."""
    x = np.log10(params)
    values = 10 ** (slope * x[:, None, None] + np.asarray(log_errors)[None, None, :])
    return vi.Errors(np.array(params, dtype=float), np.arange(1, len(params) + 1), values,
                     np.full(len(log_errors), 1.0))


def test_the_block_holds_every_image_under_every_model(errors):
    assert errors.squared.shape == (16, 10, 600)
    assert errors.widths.tolist() == [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64]
    assert errors.params.tolist() == [129 * h + 64 for h in errors.widths]


def test_scores_are_those_of_the_errors(digits, errors):
    """The score table and the errors by image are two views of the same runs, up to rounding."""
    mean = digits[digits["metric"] == "squared_error"].sort_values(["params", "seed"])["value"]
    np.testing.assert_allclose(mean, errors.squared.mean(axis=2).ravel(), rtol=1e-4)
    for cut in vi.thresholds(digits):
        task = f"within_{np.format_float_positional(cut)}"
        share = digits[digits["task"] == task].sort_values(["params", "seed"])["value"]
        # an error that equals its threshold to four digits may lie on either side of it
        np.testing.assert_allclose(share, (errors.squared < cut).mean(axis=2).ravel(), atol=2.1 / 600)


def test_thresholds_rise_and_are_named_by_their_tasks(digits):
    cuts = vi.thresholds(digits)
    assert len(cuts) == 19
    assert cuts == sorted(cuts)


@pytest.mark.parametrize(("spoil", "error", "message"), [
    (lambda t: t.drop(columns="seed"), UnknownNameError, "seed"),
    (lambda t: t.iloc[:-1], InputError, "every width, seed and image must have one error"),
    (lambda t: t.assign(error=-1.0), InputError, "at least 0, got -1"),
    (lambda t: t.assign(error="a"), InputError, "error"),
    (lambda t: t[:0], InputError, "at least 0"),
])
def test_a_broken_table_is_named(spoil, error, message):
    rows = [{"width": w, "params": 100 * w + 1, "seed": np.nan if w == 0 else s, "image": i, "error": 0.1}
            for w in (0, 1, 2) for s in ((0, 1) if w else (0,)) for i in (0, 1, 2)]
    table = pd.DataFrame(rows)
    assert vi.read_errors(table).squared.shape == (2, 2, 3)
    with pytest.raises(error, match=message):
        vi.read_errors(spoil(table))


def test_the_squared_error_is_gradual_and_most_shares_are_not(digits, errors):
    assert vi.mean_error_jump(errors).answer == "gradual"
    answers = measure(digits[digits["metric"] == "reconstruction"], measures.Jump())["answer"]
    assert answers.value_counts().to_dict() == {"sharp": 16, "cannot tell": 2, "gradual": 1}


def test_jumps_say_whether_the_models_before_foretell_them(digits):
    tasks = [f"within_{c}" for c in ("0.000182", "0.0153", "0.0383")]
    found = vi.jumps(digits[digits["task"].isin(tasks)])
    assert found["cut"].tolist() == [0.000182, 0.0153, 0.0383]
    assert found["answer"].tolist() == ["sharp", "sharp", "gradual"]
    assert found["missed"].tolist() == ["yes", "no", ""]
    middle = digits[digits["task"] == "within_0.0153"].groupby("params")["value"].mean()
    assert found["before"].iloc[1] == pytest.approx(middle[found["between"].iloc[1][0]])
    np.testing.assert_allclose(found["pace"], found["pace_seen"])


def test_a_stricter_idea_of_smooth_leaves_fewer_jumps(digits, errors):
    rows = digits[digits["task"].isin(["within_0.00352", "within_0.0291"])]
    table = vi.paces(rows, errors, [1, 3])
    assert table["sharp"].tolist() == [2, 1]
    assert (table[["sharp", "gradual", "cannot_tell"]].sum(axis=1) == 2).all()


def test_seed_means_keep_the_number_of_images(digits):
    mean = vi.seed_means(digits[digits["task"] == "within_0.0153"])
    assert (mean["n_examples"] == 600).all()
    assert (mean["runs"] == 10).all()
    assert set(mean["threshold"]) == {"within 0.0153"}


def test_largest_steps_by_hand():
    block = made([0.0, 0.0, 0.5, 0.5])  # errors 0.01, 0.001, 0.0001, and three times that
    steps = vi.largest_steps(block, [0.02, 0.0015])
    assert steps["share"].tolist() == [0.5, 0.5]
    assert steps["error"].iloc[0] == pytest.approx(block.squared.mean(axis=(1, 2))[0] * 0.9, rel=1e-9)
    # the models are a decade apart
    assert steps["share_pace"].tolist() == pytest.approx([0.5, 0.5])
    assert steps["error_pace"].tolist() == pytest.approx(steps["error"].tolist())


def test_with_the_noise_of_seeds_alone_no_share_can_be_told(errors, digits):
    """The error has no noise of items: the chapter says what the shares would give without theirs."""
    answers = set()
    for cut in vi.thresholds(digits):
        share = (errors.squared < cut).mean(axis=2)
        noise = np.sqrt(share.var(axis=1, ddof=1).mean() / share.shape[1])
        ladder = Ladder.of(errors.params, share.mean(axis=1), stderr=np.full(len(share), noise), chance=0.0)
        answers.add(measures.Jump()(ladder).answer)
    assert answers == {"cannot tell"}
    steps = vi.largest_steps(errors, vi.thresholds(digits))
    assert steps["error_pace"].max() < 0.9 < 1.1 <= steps["share_pace"].round(2).min()


def test_thresholds_dealt_from_a_narrow_choice_still_jump(errors, digits):
    cuts = vi.thresholds(digits)
    answers = [measure(vi.scattered(errors, cuts[9 - m:10 + m]), measures.Jump())["answer"].iloc[0]
               for m in (1, 3, 5)]
    assert answers == ["sharp", "sharp", "gradual"]


def test_the_hard_score_has_the_larger_step(errors, digits):
    cuts = vi.thresholds(digits)
    found = vi.step_difference(errors, cuts, n_resamples=200)
    steps = vi.largest_steps(errors, cuts)
    assert found.estimate == pytest.approx((steps["share"] - steps["error"]).mean())
    assert found.interval.low > 0
    assert found.n == 600


def test_a_threshold_below_nothing_is_refused(errors):
    with pytest.raises(InputError, match="at least one number above 0"):
        vi.largest_steps(errors, [0.0])


@pytest.mark.parametrize(("share", "width"), [
    ([0, 0.5, 1], 1.6), ([0, 1, 1], 0.8), ([0.2, 0.5, 1], np.nan), ([0, 0.5, 0.8], np.nan),
])
def test_the_width_of_a_rise_by_hand(share, width):
    assert vi.rise_width([10, 100, 1000], share) == pytest.approx(width, nan_ok=True)


def test_a_width_is_predicted_exactly_where_errors_fall_together():
    """Spread over slope is the width of the rise, if all images follow one power law."""
    spread = np.linspace(-0.5, 0.5, 2001)
    block = made(spread, slope=-2.0, params=10 ** np.linspace(1, 4, 301))
    found = vi.spreads(block, [1e-5, 1e-4])
    np.testing.assert_allclose(found["spread"], 0.8, atol=0.01)
    np.testing.assert_allclose(found["slope"], 2.0, rtol=1e-6)
    np.testing.assert_allclose(found["predicted"], 0.4, atol=0.005)
    np.testing.assert_allclose(found["measured"], found["predicted"], atol=0.01)


def test_widths_of_the_real_models_follow_their_prediction(errors, digits):
    found = vi.spreads(errors, vi.thresholds(digits))
    assert found["measured"].corr(found["predicted"], method="spearman") > 0.95


def test_groups_are_nearer_together_and_their_rise_is_narrower():
    rng = np.random.default_rng(1)
    block = made(rng.normal(0, 0.3, 400), params=10 ** np.linspace(1, 4, 31))
    cut = float(np.quantile(block.squared[15, 0], 0.5))
    groups = vi.grouped(block, cut, [1, 4, 50]).drop_duplicates("size")
    assert groups["width"].is_monotonic_decreasing
    assert groups["largest"].is_monotonic_increasing
    alone = vi.grouped(block, cut, [1])
    np.testing.assert_allclose(alone["value"], (block.squared < cut).mean(axis=(1, 2)))


@pytest.mark.parametrize("size", [0, 5])
def test_groups_larger_than_the_test_are_refused(size):
    with pytest.raises(InputError, match="between 1 and 4 images"):
        vi.grouped(made([0, 0, 1, 1]), 0.1, [size])


def test_thresholds_of_their_own_serve_as_many_images_each(errors, digits):
    cuts = vi.thresholds(digits)
    table = vi.scattered(errors, cuts)
    assert len(table) == 160
    assert scores.validate(table)["metric"].unique().tolist() == ["reconstruction"]
    share = table.groupby("params")["value"].mean().to_numpy()
    each = np.mean([errors.within(c).mean(axis=1) for c in cuts], axis=0)
    np.testing.assert_allclose(share, each, atol=0.04)  # the mean over thresholds, up to who has which
    assert measure(table, measures.Jump())["answer"].tolist() == ["gradual"]


def test_all_of_k_is_the_share_of_all_groups():
    """Against a count of every group of three of seven images."""
    right = [1, 1, 0, 1, 1, 0, 1]
    table = pd.DataFrame({"params": [10.0, 10.0], "value": [np.mean(right), 1.0], "n_examples": [7.0, 7.0]})
    groups = [all(g) for g in itertools.combinations(right, 3)]
    found = vi.all_of(table, [3])
    assert found["value"].iloc[0] == pytest.approx((np.mean(groups) + 1) / 2)
    assert np.mean(groups) == pytest.approx(comb(5, 3) / comb(7, 3))
    assert 0 <= found["low"].iloc[0] <= found["value"].iloc[0] <= found["high"].iloc[0] <= 1


def test_all_of_k_agrees_with_the_fixed_groups_of_the_table(digits):
    single = digits[digits["task"] == "classify"]
    for k in (2, 5, 10, 20):
        fixed = digits[digits["task"] == f"all_of_{k}"].groupby("params")["value"].mean().to_numpy()
        np.testing.assert_allclose(vi.all_of(single, [k])["value"], fixed, atol=0.07)


def test_more_images_than_there_are_cannot_be_all_right(digits):
    with pytest.raises(InputError, match="between 1 and 900"):
        vi.all_of(digits[digits["task"] == "classify"], [901])


def test_widths_are_drawn_with_their_numbers(errors, digits):
    fig, ax = figure()
    plot_widths(vi.spreads(errors, vi.thresholds(digits)), ax)
    assert "15 thresholds: from 0.18 decades" in alt_text(fig)
