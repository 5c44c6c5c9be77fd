"""Hard against soft metrics on simulated ladders whose shape, break and lead are known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence_utils import InputError, UnknownNameError
from emergence_utils.curves import Line, Logistic
from emergence_utils.emergence import contrast_metrics, kink, lead

QUICK = settings(max_examples=25, deadline=None, derandomize=True)
PARAMS = np.logspace(8, 11, 7)
STEP = np.array([0, 0, 0, 0, 0, 0, 0.9])
LINE = np.linspace(0.2, 0.8, 7)


def ladder(task, metric, value, params=PARAMS):
    return pd.DataFrame({"task": task, "metric": metric, "params": params, "value": value})


def logistic(x, middle, width=1.0, top=1.0):
    return top / (1 + np.exp(-2 * np.log(9) * (x - middle) / width))


# ---- contrast_metrics


def test_metrics_of_known_ladders():
    scores = pd.concat([ladder("t", "exact_match", STEP), ladder("t", "answer_probability", LINE)])
    table = contrast_metrics(scores).set_index("metric")
    hard, soft = table.loc["exact_match"], table.loc["answer_probability"]
    assert (hard["n_models"], hard["task"]) == (7, "t")
    assert hard["breakthroughness"] == np.inf
    assert hard["linearity"] == pytest.approx(np.sqrt(6))  # range over root mean square of one step in six
    assert (hard["largest_share"], hard["miss"]) == (1, pytest.approx(1))
    assert soft[["breakthroughness", "linearity"]].tolist() == pytest.approx([6, 6])
    assert soft["largest_share"] == pytest.approx(1 / 6)
    assert soft["miss"] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(("metric", "value", "sign"), [
    ("cross_entropy", 4 - LINE, 1), ("cross_entropy", 4 + LINE, -1),
    ("exact_match", LINE, 1), ("exact_match", 1 - LINE, -1),
])
def test_rising_is_improving_whatever_the_metric(metric, value, sign):
    row = contrast_metrics(ladder("t", metric, value)).iloc[0]
    assert row["linearity"] == pytest.approx(6 * sign)
    assert row["breakthroughness"] == pytest.approx(6 * sign)


def test_rows_may_come_in_any_order():
    scores = pd.concat([ladder("a", "exact_match", STEP), ladder("b", "bits_per_byte", 1 - LINE**2)])
    pd.testing.assert_frame_equal(contrast_metrics(scores.sample(frac=1, random_state=0)),
                                  contrast_metrics(scores))


def test_short_ladders_are_left_out_and_counted():
    scores = pd.concat([ladder("long", "exact_match", LINE),
                        ladder("short", "exact_match", LINE[:4], PARAMS[:4]),
                        ladder("short", "bleu", LINE[:3], PARAMS[:3])])
    table = contrast_metrics(scores)
    assert table["task"].tolist() == ["long"]
    assert table.attrs["left_out"] == 2
    assert contrast_metrics(scores, min_models=4).attrs["left_out"] == 1


def test_hold_out_is_passed_on():
    bent = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.9])
    one, two = (contrast_metrics(ladder("t", "exact_match", bent), hold_out=h)["miss"].item() for h in (1, 2))
    assert two == pytest.approx(1)  # nothing before predicts the rise
    assert one < 1


def test_a_flat_ladder_has_no_step_and_no_miss():
    row = contrast_metrics(ladder("t", "exact_match", 0 * LINE)).iloc[0]
    assert row[["breakthroughness", "linearity", "largest_share", "miss"]].tolist() == [0, 0, 0, 0]


def test_by_makes_the_ladders():
    scores = pd.concat([ladder("t", "exact_match", LINE).assign(family=f) for f in ("a", "b")])
    with pytest.raises(InputError, match="two scores share one params; name more columns in by="):
        contrast_metrics(scores)
    assert contrast_metrics(scores, by=("family", "task"))["family"].tolist() == ["a", "b"]


def test_equal_scales_name_the_ladder_and_the_column():
    scores = ladder("sums", "exact_match", LINE, np.r_[PARAMS[:6], PARAMS[5]])
    scores = scores.rename(columns={"params": "flops"})
    with pytest.raises(InputError) as error:
        contrast_metrics(scores, x="flops")
    assert "('sums', 'exact_match')" in str(error.value)
    assert "share one flops" in str(error.value)


def test_unknown_metric_is_named():
    with pytest.raises(UnknownNameError, match="'exact_mach'; did you mean 'exact_match'"):
        contrast_metrics(ladder("t", "exact_mach", LINE))


# ---- kink

X = np.linspace(0, 6, 24)
NOISE = np.random.default_rng(0).normal(scale=0.03, size=24)
BENT = 0.5 * np.clip(X - 3, 0, None) + NOISE


def test_a_true_kink_leads_and_a_line_does_not():
    bent, straight = kink(X, BENT, n_resamples=60), kink(X, 0.3 * X + NOISE, n_resamples=60)
    assert bent.estimate > bent.interval.low > 4
    assert bent.notes[0] == "a break leads by 4 or more in 100% of 60 resamples"
    assert straight.estimate < 4
    assert (bent.n, bent.status) == (24, "ok")


def test_lead_is_the_difference_in_aicc():
    """Nearly exact on two lines: AICc = n (log(rss / n) + 1 + log 2 pi) + 2k + 2k(k + 1) / (n - k - 1)."""
    design = np.column_stack([np.ones(24), X])
    line = np.sum((BENT - design @ np.linalg.lstsq(design, BENT, rcond=None)[0]) ** 2)
    psi = np.linspace(2.5, 3.5, 401)
    two = min(np.sum((BENT - d @ np.linalg.lstsq(d, BENT, rcond=None)[0]) ** 2)
              for d in (np.column_stack([design, np.clip(X - p, 0, None)]) for p in psi))
    penalty = (2 * 3 + 24 / 20) - (2 * 5 + 60 / 18)
    expected = 24 * np.log(line / two) + penalty
    assert kink(X, BENT, n_resamples=10).estimate == pytest.approx(expected, abs=1e-2)


def test_a_smooth_bend_is_no_kink_once_it_is_a_rival():
    y = logistic(X, 4.0, 3.0) + NOISE / 3
    rivals = (Line(), Logistic(floor=None))
    assert kink(X, y, n_resamples=5).estimate > 4  # not straight
    assert kink(X, y, against=rivals, n_resamples=5).estimate < 0
    broken = np.where(X < 3, 0.9 - 0.3 * X, 0.1 * (X - 3)) + NOISE / 3
    assert kink(X, broken, against=rivals, n_resamples=5).estimate > 4


def test_unit_and_origin_of_the_scores_do_not_matter():
    assert kink(X, 100 * BENT + 7, n_resamples=5).estimate == pytest.approx(
        kink(X, BENT, n_resamples=5).estimate, abs=1e-3)


def test_clusters_are_drawn_whole():
    """Six families that differ by a shift: whole draws see other lines than single ones."""
    family = np.repeat(np.arange(6), 8)
    x = np.tile(np.linspace(0, 6, 8), 6)
    shift = np.random.default_rng(1).normal(scale=0.3, size=6)[family]
    y = 0.3 * np.clip(x - 3, 0, None) + shift + np.random.default_rng(2).normal(scale=0.02, size=48)
    alone, whole = kink(x, y, n_resamples=40), kink(x, y, clusters=family, n_resamples=40)
    assert alone.estimate == whole.estimate
    assert alone.interval != whole.interval
    assert (alone.interval.method, whole.interval.method) == ("bootstrap", "cluster bootstrap")


def test_resamples_that_cannot_hold_two_lines_are_left_out_and_counted():
    """Of eight points a resample holds fewer than four different ones in 2 of 100 draws."""
    result = kink(np.arange(8.0), BENT[::3], n_resamples=100)
    assert result.status == "limited"
    assert "of 100 resamples cannot determine the curves" in result.notes[1]
    assert np.isfinite([result.interval.low, result.interval.high]).all()


@pytest.mark.parametrize(("x", "y", "clusters", "message"), [
    (X[:7], X[:7], None, "at least 8; got (7,)"),
    (X, X[:-1], None, "got (24,) and (23,)"),
    (X, np.r_[np.nan, X[1:]], None, "must be finite"),
    (X, X, ["a"] * 23, "one label per item"),
    (np.repeat([0.0, 1, 2], 8), X, None, "at least four different values"),
])
def test_bad_kinks(x, y, clusters, message):
    with pytest.raises(InputError) as error:
        kink(x, y, clusters=clusters, n_resamples=5)
    assert message in str(error.value)


# ---- lead


@pytest.mark.parametrize("shift", [-1.0, 0.0, 0.5, 1.5])
def test_a_known_shift_is_recovered_with_its_sign(shift):
    """The soft score rises `shift` decades before the hard one; ceilings differ and do not matter."""
    x = np.linspace(18, 26, 40)
    rng = np.random.default_rng(0)
    hard = logistic(x, 22.5, top=0.6) + rng.normal(scale=0.004, size=40)
    soft = logistic(x, 22.5 - shift, top=30.0) + rng.normal(scale=0.2, size=40)
    result = lead(x, hard, soft, n_resamples=60)
    assert result.estimate == pytest.approx(shift, abs=0.08)
    assert result.interval.low - 0.02 <= shift <= result.interval.high + 0.02
    assert result.n == 40


@QUICK
@given(st.floats(0.05, 0.5), st.floats(0.5, 2.0), st.floats(0.5, 2.0))
def test_onset_is_where_the_share_of_the_rise_is_made(share, hard_width, soft_width):
    x = np.linspace(-6, 6, 49)
    result = lead(x, logistic(x, 0.0, hard_width), logistic(x, 0.0, soft_width), share=share, n_resamples=1)
    by_hand = (hard_width - soft_width) * np.log(share / (1 - share)) / (2 * np.log(9))
    assert result.estimate == pytest.approx(by_hand, abs=0.01)


def test_swapping_the_scores_swaps_the_sign():
    x = np.linspace(18, 26, 30)
    a, b = logistic(x, 23), logistic(x, 21)
    assert lead(x, a, b, n_resamples=5).estimate == pytest.approx(-lead(x, b, a, n_resamples=5).estimate)


def test_resamples_without_a_rise_are_left_out_and_counted():
    """Ten models of which three can do it: 0.7^10 of the resamples hold none of the three."""
    x = np.linspace(0, 4, 10)
    hard = np.r_[np.zeros(7), 0.1, 0.4, 0.8]
    result = lead(x, hard, logistic(x, 1.5), n_resamples=50, seed=1)
    assert result.estimate > 0
    assert result.status == "limited"
    assert "of 50 resamples cannot determine the curves" in result.notes[0]


def test_families_are_drawn_whole():
    x = np.tile(np.linspace(18, 26, 10), 4)
    family = np.repeat(list("abcd"), 10)
    late = np.repeat([0.0, 0.3, 0.6, 0.9], 10)
    hard, soft = logistic(x - late, 22.5), logistic(x, 21.5)
    alone = lead(x, hard, soft, n_resamples=20)
    whole = lead(x, hard, soft, clusters=family, n_resamples=20)
    assert whole.estimate == alone.estimate
    assert whole.interval.method == "cluster bootstrap"
    assert whole.interval != alone.interval


@pytest.mark.parametrize(("change", "message"), [
    ({"share": 0.0}, "share must lie in (0, 1), got 0.0"),
    ({"share": 1.0}, "share must lie in (0, 1), got 1.0"),
    ({"hard": np.zeros(10)}, "hard and soft must each rise above zero"),
    ({"soft": np.r_[np.nan, np.ones(9)]}, "must be finite"),
    ({"hard": np.ones(9)}, "got (10,) and (9,)"),
    ({"clusters": ["a"] * 9}, "one label per item"),
])
def test_bad_leads(change, message):
    x = np.linspace(0, 4, 10)
    kwargs = {"x": x, "hard": logistic(x, 3), "soft": logistic(x, 2), "n_resamples": 3} | change
    with pytest.raises(InputError) as error:
        lead(**kwargs)
    assert message in str(error.value)
