"""Rank correlation and shares of variance, against scipy and against least squares by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from emergence_utils import InputError, UnknownNameError
from emergence_utils._ranks import ranks
from emergence_utils.association import partial_r2, spearman

QUICK = settings(max_examples=40, deadline=None, derandomize=True)


@pytest.mark.parametrize(("a", "b"), [
    ([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]),
    ([1, 1, 2, 2, 3, 3], [0, 1, 1, 1, 2, 0]),
    ([0.1, 0.4, 0.2, 0.9, 0.7, 0.3], [9, 4, 7, 1, 2, 8]),
    ([0, 0, 0, 1], [3, 1, 2, 3]),
])
def test_estimate_is_that_of_scipy(a, b):
    assert spearman(a, b, n_resamples=50).estimate == pytest.approx(stats.spearmanr(a, b)[0], abs=1e-11)


@QUICK
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=4, max_size=20))
def test_estimate_is_that_of_scipy_whatever_the_ties(pairs):
    a, b = np.array(pairs, dtype=float).T
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        with pytest.raises(InputError, match="one value only"):
            spearman(a, b, n_resamples=20)
        return
    result = spearman(a, b, n_resamples=20)
    assert result.estimate == pytest.approx(stats.spearmanr(a, b)[0], abs=1e-11)
    assert result.estimate in result.interval
    assert result.n == len(a)


def test_rising_transforms_change_nothing():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 30))
    assert spearman(np.exp(a), b**3, n_resamples=100) == spearman(a, b, n_resamples=100)


@pytest.mark.parametrize(("value", "estimate"), [(math.inf, 1.0), (-math.inf, -0.2)])
def test_infinite_values_rank_at_the_ends(value, estimate):
    assert spearman([1, 2, 3, value], [1, 2, 3, 4], n_resamples=20).estimate == pytest.approx(estimate)


def test_interval_covers_the_true_correlation():
    """Bivariate normal with Pearson 0.5 has Spearman 6/pi asin(1/4)."""
    truth, rng, hits = 6 / math.pi * math.asin(0.25), np.random.default_rng(0), 0
    for seed in range(40):
        a, b = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=40).T
        hits += truth in spearman(a, b, n_resamples=100, seed=seed).interval
    assert 0.85 <= hits / 40 <= 1


def test_dependent_clusters_widen_the_interval():
    """Ten families of ten near-copies hold ten observations and not a hundred."""
    rng = np.random.default_rng(2)
    family = np.repeat(np.arange(10), 10)
    a, b = rng.normal(size=(2, 10))[:, family] + rng.normal(scale=0.05, size=(2, 100))
    alone = spearman(a, b, n_resamples=200)
    drawn_whole = spearman(a, b, clusters=family, n_resamples=200)
    assert drawn_whole.estimate == alone.estimate
    assert drawn_whole.interval.width > 2 * alone.interval.width
    assert (alone.interval.method, drawn_whole.interval.method) == ("bootstrap", "cluster bootstrap")


def test_clusters_of_one_are_no_clusters():
    a, b = np.random.default_rng(1).normal(size=(2, 12))
    own = spearman(a, b, clusters=list("abcdefghijkl"), n_resamples=100)
    assert own.interval.low == spearman(a, b, n_resamples=100).interval.low


def test_few_clusters_are_said():
    uneven = [0, 2, 1, 3, 5, 4, 6, 8, 7, 9, 11, 10]
    result = spearman(range(12), uneven, clusters=list("abc") * 4, n_resamples=50)
    assert result.status == "limited"
    assert result.notes == ("3 clusters are too few for a bootstrap",)
    assert spearman(range(12), uneven, n_resamples=50).status == "ok"


def test_the_seed_decides_the_interval():
    a, b = np.random.default_rng(1).normal(size=(2, 20))
    first, again, other = (spearman(a, b, n_resamples=100, seed=s) for s in (0, 0, 1))
    assert first == again
    assert first.interval != other.interval


@pytest.mark.parametrize(("a", "b", "clusters", "message"), [
    ([1, 2, math.nan, 4], [1, 2, 3, 4], None, "must not be NaN"),
    ([1, 2, 3], [1, 2, 3], None, "at least 4; got (3,) and (3,)"),
    ([1, 2, 3, 4], [1, 2, 3], None, "got (4,) and (3,)"),
    ([1, 1, 1, 1], [1, 2, 3, 4], None, "one value only"),
    ([1, 2, 3, 4], [1, 2, 3, 4], ["a", "a", "b"], "one label per item, shape (4,), got (3,)"),
    ([1, 2, 3, 4], [1, 2, 3, 4], ["a", "a", "b", None], "item 3 has none"),
])
def test_bad_input(a, b, clusters, message):
    with pytest.raises(InputError) as error:
        spearman(a, b, clusters=clusters, n_resamples=10)
    assert message in str(error.value)


# ---- shares of variance


def rss(design, y):
    design = np.column_stack([np.ones(len(y)), *design])
    return float(np.sum((y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2))


def test_partial_r2_of_a_small_design_by_hand():
    """y = a + 2b + e on a balanced 2 x 2 design with e = +-(1, -1, -1, 1) / 2, orthogonal to all."""
    d = pd.DataFrame({"a": [0.0, 0, 1, 1] * 2, "b": [0.0, 1, 0, 1] * 2})
    d["y"] = d["a"] + 2 * d["b"] + np.array([0.5, -0.5, -0.5, 0.5] * 2)
    # sums of squares about the mean: a gives 2, b gives 8, the rest 2
    table = partial_r2(d, "y", ["a", "b"])
    assert table.loc["a"].to_dict() == pytest.approx({"alone": 2 / 12, "partial": 2 / 4})
    assert table.loc["b"].to_dict() == pytest.approx({"alone": 8 / 12, "partial": 8 / 10})


def test_partial_r2_equals_the_formula_on_correlated_predictors():
    rng = np.random.default_rng(0)
    a = rng.normal(size=30)
    b, c = a + rng.normal(scale=0.4, size=30), rng.normal(size=30)
    y = a - 0.5 * b + 0.2 * c + rng.normal(size=30)
    table = partial_r2(pd.DataFrame({"a": a, "b": b, "c": c, "y": y}), "y", ["a", "b", "c"])
    columns = {"a": a, "b": b, "c": c}
    for name, own in columns.items():
        others = [v for k, v in columns.items() if k != name]
        assert table.loc[name, "alone"] == pytest.approx(np.corrcoef(own, y)[0, 1] ** 2)
        assert table.loc[name, "partial"] == pytest.approx(1 - rss([*others, own], y) / rss(others, y))


@QUICK
@given(st.integers(0, 10_000), st.floats(0.1, 100), st.floats(-10, 10))
def test_shares_ignore_the_units_of_the_predictors(seed, scale, shift):
    d = pd.DataFrame(np.random.default_rng(seed).normal(size=(12, 3)), columns=["a", "b", "y"])
    moved = d.assign(a=scale * d["a"] + shift)
    pd.testing.assert_frame_equal(partial_r2(d, "y", ["a", "b"]), partial_r2(moved, "y", ["a", "b"]),
                                  rtol=1e-6, atol=1e-9)
    assert (partial_r2(d, "y", ["a", "b"]).to_numpy() >= -1e-9).all()


@pytest.mark.parametrize(("change", "error", "message"), [
    ({"params": [1.0, math.nan, 3, 4, 5, 6]}, InputError, "column 'params' is missing or infinite in 1 of 6"),
    ({"value": [1.0, math.inf, 3, 4, 5, 6]}, InputError, "column 'value' is missing or infinite in 1 of 6"),
    ({"value": 0.1}, InputError, "column 'value' holds one value only"),
])
def test_bad_columns_are_named(change, error, message):
    d = pd.DataFrame({"params": np.arange(6.0), "value": np.arange(6.0) ** 2}).assign(**change)
    with pytest.raises(error) as caught:
        partial_r2(d, "value", ["params"])
    assert message in str(caught.value)


def test_unknown_columns_get_the_nearest_name():
    d = pd.DataFrame({"params": np.arange(6.0), "tokens": np.arange(6.0) ** 2})
    with pytest.raises(UnknownNameError, match="'param'; did you mean 'params'"):
        partial_r2(d, "tokens", ["param"])
    with pytest.raises(UnknownNameError, match="'token'; did you mean 'tokens'"):
        partial_r2(d, "params", ["token"])


def test_more_columns_than_rows_are_refused():
    d = pd.DataFrame(np.eye(3), columns=list("aby"))
    with pytest.raises(InputError, match="3 rows cannot tell 3 columns apart"):
        partial_r2(d, "y", ["a", "b"])


@QUICK
@given(st.lists(st.sampled_from([-np.inf, -1.5, 0.0, 0.1, 0.2, 3.0, np.inf]), min_size=1, max_size=20))
def test_ranks_are_those_of_scipy(values):
    assert ranks(np.array(values)).tolist() == stats.rankdata(values).tolist()
