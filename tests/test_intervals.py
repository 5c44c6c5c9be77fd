"""Intervals: published values, exact coverage, and what is said where the data are too few."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from emergence_utils.errors import EmergenceError, InputError
from emergence_utils.intervals import (
    binomial,
    binomial_bounds,
    bootstrap,
    clustered,
    items_needed,
    paired,
    rule_of_three,
    standard_error,
    two_proportions,
)
from emergence_utils.results import Interval, Result

quick = settings(derandomize=True, max_examples=60, deadline=None)
count_pairs = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.floats(0.5, 0.999)
score_lists = st.lists(st.floats(-100, 100), min_size=3, max_size=30)


def ends(result: Result) -> Interval:
    assert result.interval is not None
    return result.interval


# --- one fraction ----------------------------------------------------------------------------

@pytest.mark.parametrize(
    ("k", "n", "wilson", "exact"),
    [
        (0, 50, (0, 0.07135), (0, 0.07112)),
        (0, 100, (0, 0.03699), (0, 0.03622)),
        (0, 1000, (0, 0.003827), (0, 0.003682)),
        (1, 100, (0.001767, 0.054486), (0.000253, 0.054459)),
        (3, 1000, (0.001021, 0.008783), (0.000619, 0.008742)),
        (5, 10, (0.23659, 0.76341), (0.18709, 0.81291)),
    ],
)
def test_unit_values(k: int, n: int, wilson: tuple[float, float], exact: tuple[float, float]) -> None:
    for method, (low, high) in (("wilson", wilson), ("clopper-pearson", exact)):
        interval = ends(binomial(k, n, method=method))  # type: ignore[arg-type]
        assert interval.low == pytest.approx(low, abs=6e-6 if n < 1000 else 6e-7)
        assert interval.high == pytest.approx(high, abs=6e-6 if n < 1000 else 6e-7)
        assert (interval.level, interval.method) == (0.95, method)


@quick
@given(count_pairs, levels)
def test_agrees_with_scipy(kn: tuple[int, int], level: float) -> None:
    test = stats.binomtest(*kn)
    for method, name in (("wilson", "wilson"), ("clopper-pearson", "exact")):
        ours = ends(binomial(*kn, level=level, method=method))  # type: ignore[arg-type]
        theirs = test.proportion_ci(level, method=name)
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9, abs=1e-12)


@quick
@given(count_pairs, levels)
def test_interval_holds_the_estimate_inside_the_unit_range(kn: tuple[int, int], level: float) -> None:
    for method in ("wilson", "clopper-pearson"):
        result = binomial(*kn, level=level, method=method)
        assert result.estimate == kn[0] / kn[1]
        assert result.n == kn[1]
        assert 0 <= ends(result).low <= result.estimate <= ends(result).high <= 1


@quick
@given(count_pairs, levels, levels)
def test_higher_level_is_wider_and_right_mirrors_wrong(kn: tuple[int, int], a: float, b: float) -> None:
    k, n = kn
    narrow, wide = (ends(binomial(k, n, level=level)) for level in sorted((a, b)))
    assert wide.low <= narrow.low <= narrow.high <= wide.high
    mirrored = ends(binomial(n - k, n, level=a))
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx(
        (ends(binomial(k, n, level=a)).low, ends(binomial(k, n, level=a)).high), abs=1e-12
    )


@pytest.mark.parametrize("n", [1, 5, 20, 100, 400])
def test_clopper_pearson_covers_every_rate_and_wilson_covers_on_average(n: int) -> None:
    k, rates = np.arange(n + 1), np.linspace(0.001, 0.999, 401)
    covered = {}
    for method in ("wilson", "clopper-pearson"):
        low, high = binomial_bounds(k / n, n, method=method)
        inside = (low <= rates[:, None]) & (rates[:, None] <= high)
        covered[method] = (stats.binom.pmf(k, n, rates[:, None]) * inside).sum(axis=1)
    assert covered["clopper-pearson"].min() >= 0.95
    assert covered["wilson"].min() < 0.95  # the price of being narrower
    assert covered["wilson"].mean() == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("n", [2, 10, 100, 1319])
def test_wilson_is_narrower_away_from_the_edges(n: int) -> None:
    k = np.arange(1, n)
    wilson, exact = binomial_bounds(k / n, n), binomial_bounds(k / n, n, method="clopper-pearson")
    assert (wilson[1] - wilson[0] < exact[1] - exact[0]).all()


# --- tables of published fractions -----------------------------------------------------------

def test_bounds_equal_the_scalar_function() -> None:
    k, n = np.array([0, 3, 50, 99, 100]), 100
    for method in ("wilson", "clopper-pearson"):
        low, high = binomial_bounds(k / n, n, method=method, level=0.9)
        scalar = [ends(binomial(int(i), n, method=method, level=0.9)) for i in k]
        assert low.tolist() == [s.low for s in scalar]
        assert high.tolist() == [s.high for s in scalar]


def test_a_published_percent_stands_for_the_nearest_count() -> None:
    # GSM8K, 1319 items: 56.9 % is 750.51 items, and 751 of 1319 is 56.94 %
    low, high = binomial_bounds(0.569, 1319)
    expected = ends(binomial(751, 1319))
    assert (float(low), float(high)) == (expected.low, expected.high)


def test_a_value_no_count_explains_is_refused_unless_asked_for() -> None:
    with pytest.raises(InputError, match=r"rounding=0.005 of a count .* got 0.73 with n=10 at index 1"):
        binomial_bounds([0.7, 0.73], 10)
    with pytest.raises(InputError, match=r"rounding=0.0005 .* got 0.735 with n=50"):
        binomial_bounds(0.735, 50, rounding=0.0005)
    low, high = binomial_bounds(0.73, 10, rounding=math.inf)
    assert (float(low), float(high)) == (ends(binomial(7, 10)).low, ends(binomial(7, 10)).high)


def test_bounds_broadcast() -> None:
    low, high = binomial_bounds(np.array([[0.0], [0.5]]), [10, 100, 1000])
    assert low.shape == high.shape == (2, 3)
    assert (np.diff(high - low, axis=1) < 0).all()


# --- two fractions ---------------------------------------------------------------------------

@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((6, 7, 2, 7), 0.0582, 0.8062),
     ((5, 56, 0, 29), -0.0381, 0.1926), ((0, 10, 0, 20), -0.1611, 0.2775), ((0, 10, 0, 10), -0.2775, 0.2775)],
)
def test_newcombe_1998_table_2(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    result = two_proportions(*counts)
    assert (ends(result).low, ends(result).high) == pytest.approx((low, high), abs=5e-5)
    assert result.estimate == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert result.n == counts[1] + counts[3]


@quick
@given(count_pairs, count_pairs, levels)
def test_difference_is_antisymmetric_and_holds_the_estimate(
    a: tuple[int, int], b: tuple[int, int], level: float
) -> None:
    there, back = two_proportions(*a, *b, level=level), two_proportions(*b, *a, level=level)
    assert there.estimate == -back.estimate
    mirrored = (-ends(back).high, -ends(back).low)
    assert (ends(there).low, ends(there).high) == pytest.approx(mirrored, abs=1e-12)
    assert -1 <= ends(there).low <= there.estimate <= ends(there).high <= 1


def test_chain_of_thought_hurts_the_small_palm_only_within_the_noise() -> None:
    # Wei et al. 2022, GSM8K, 1319 items: PaLM 8B 4.9 % without and 4.1 % with chain of thought
    assert 0 in ends(two_proportions(65, 1319, 54, 1319))
    # LaMDA 420M 2.6 % and 0.4 %
    assert ends(two_proportions(34, 1319, 5, 1319)).low > 0


# --- nothing right at all --------------------------------------------------------------------

def test_rule_of_three_is_exact() -> None:
    n = np.array([1, 10, 50, 100, 1000])
    bound = rule_of_three(n)
    assert (1 - bound) ** n == pytest.approx(np.full(5, 0.05))
    assert bound[1:] == pytest.approx(3 / n[1:], rel=0.15)
    assert (bound < 3 / n).all()
    # one-sided 95 % is two-sided 90 %
    assert bound == pytest.approx(binomial_bounds(0 / n, n, level=0.9, method="clopper-pearson")[1])


@pytest.mark.parametrize(
    ("p", "level", "n"),
    [(0.1, 0.95, 29), (0.01, 0.95, 299), (0.001, 0.95, 2995), (0.5, 0.75, 2), (0.5, 0.875, 3), (0.9, 0.99, 2),
     (1.0, 0.95, 1), (0.99, 0.5, 1)],
)
def test_items_needed(p: float, level: float, n: int) -> None:
    assert items_needed(p, level) == n


@quick
@given(st.floats(1e-4, 0.9), levels)
def test_items_needed_is_the_smallest_that_suffices(p: float, level: float) -> None:
    n = int(items_needed(p, level))
    assert rule_of_three(n, level) <= p * (1 + 1e-9)
    assert n == 1 or rule_of_three(n - 1, level) > p * (1 - 1e-9)


# --- means, clusters, pairs ------------------------------------------------------------------

def test_clusters_of_one_are_the_plain_standard_error() -> None:
    scores = np.random.default_rng(0).normal(size=40)
    plain = scores.std(ddof=1) / math.sqrt(40)
    assert standard_error(scores) == pytest.approx(plain)
    assert standard_error(scores, np.arange(40)) == pytest.approx(plain)


def test_equal_clusters_give_the_standard_error_of_their_means() -> None:
    scores = np.random.default_rng(1).normal(size=(12, 5))
    expected = scores.mean(axis=1).std(ddof=1) / math.sqrt(12)
    assert standard_error(scores.ravel(), np.repeat(np.arange(12), 5)) == pytest.approx(expected)


def test_unequal_clusters_by_the_double_sum() -> None:
    scores, clusters = np.array([1.0, 0, 1, 1, 0, 0, 1]), np.array(list("aabbbcc"))
    r = scores - scores.mean()
    total = sum(r[i] * r[j] for i in range(7) for j in range(7) if clusters[i] == clusters[j])
    assert standard_error(scores, clusters) == pytest.approx(math.sqrt(3 / 2 * total) / 7)


def test_copies_of_an_item_add_no_information() -> None:
    scores, who = np.random.default_rng(2).integers(0, 2, 30), np.arange(30)
    alone, copied = paired(scores, 0 * scores), clustered(np.repeat(scores, 10), np.repeat(who, 10))
    assert copied.n == 300
    assert ends(copied).low == pytest.approx(ends(alone).low)
    assert ends(copied).high == pytest.approx(ends(alone).high)
    assert standard_error(np.repeat(scores, 10)) < standard_error(scores) / 3


@quick
@given(score_lists, levels)
def test_mean_interval_is_students(scores: list[float], level: float) -> None:
    assume(np.std(scores) > 1e-6)
    result = clustered(scores, range(len(scores)), level=level)
    theirs = stats.ttest_1samp(scores, 0).confidence_interval(level)
    assert ends(result).low == pytest.approx(theirs.low, rel=1e-6, abs=1e-6)
    assert ends(result).high == pytest.approx(theirs.high, rel=1e-6, abs=1e-6)
    assert result.estimate in ends(result)
    assert result.status == ("limited" if len(scores) < 10 else "ok")


def test_pairing_equals_the_covariance_form_and_students_paired_test() -> None:
    rng = np.random.default_rng(3)
    hard = rng.normal(size=200)
    a, b = hard + rng.normal(size=200) + 0.2, hard + rng.normal(size=200)
    result = paired(a, b)
    theirs = stats.ttest_rel(a, b).confidence_interval(0.95)
    assert (ends(result).low, ends(result).high) == pytest.approx((theirs.low, theirs.high))
    form = a.var(ddof=1) + b.var(ddof=1) - 2 * np.cov(a, b)[0, 1]
    assert standard_error(a - b) == pytest.approx(math.sqrt(form / 200))
    assert standard_error(a - b) < math.hypot(standard_error(a), standard_error(b))
    assert result.status == "ok"


def test_pairs_in_clusters() -> None:
    a, b = np.array([1, 1, 1, 0, 1, 1.0]), np.array([0, 0, 1, 0, 1, 0.0])
    result = paired(a, b, clusters=["x", "x", "y", "y", "z", "z"])
    differences = np.array([1, 0, 0.5])  # per cluster of two
    half = stats.t.ppf(0.975, 2) * differences.std(ddof=1) / math.sqrt(3)
    assert (ends(result).low, ends(result).high) == pytest.approx((0.5 - half, 0.5 + half))
    assert result.status == "limited"
    assert result.notes == ("Only 3 clusters: the standard error is itself uncertain.",)


def test_one_cluster_is_undetermined_and_no_spread_is_limited() -> None:
    alone = clustered([0, 1, 1], ["p", "p", "p"])
    assert (alone.estimate, alone.interval, alone.status) == (2 / 3, None, "undetermined")
    assert alone.notes == ("No interval: the spread between clusters cannot be seen from one.",)
    flat = clustered(np.zeros(20), np.arange(20))
    assert (ends(flat).width, flat.status) == (0, "limited")
    assert "width 0 is not precision" in flat.notes[0]


# --- bootstrap -------------------------------------------------------------------------------

def test_same_seed_same_interval() -> None:
    scores = np.random.default_rng(4).normal(size=30)
    first, again, other = (bootstrap(np.mean, scores, n_resamples=200, seed=s) for s in (7, 7, 8))
    assert first == again
    assert first.interval != other.interval


@pytest.mark.parametrize("method", ["percentile", "basic", "bca"])
def test_plain_bootstrap_is_scipys(method: str) -> None:
    scores = np.random.default_rng(5).exponential(size=25)
    ours = ends(bootstrap(np.mean, scores, n_resamples=300, seed=1, method=method))  # type: ignore[arg-type]
    theirs = stats.bootstrap((scores,), np.mean, n_resamples=300, method=method, vectorized=False,
                             rng=np.random.default_rng(1)).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))
    assert ours.method == f"{method} bootstrap"


def test_rows_of_several_arrays_stay_together() -> None:
    x = np.arange(20.0)
    result = bootstrap(lambda a, b: float(np.abs(b - 2 * a).max()), x, 2 * x, n_resamples=100)
    assert (result.estimate, ends(result).width) == (0, 0)
    assert result.status == "limited"


def test_cluster_bootstrap_agrees_with_the_clustered_standard_error() -> None:
    rng = np.random.default_rng(6)
    clusters = np.repeat(np.arange(60), 10)
    scores = np.repeat(rng.normal(size=60), 10) + 0.1 * rng.normal(size=600)
    by_formula = ends(clustered(scores, clusters)).width
    assert ends(bootstrap(np.mean, scores, clusters=clusters)).width == pytest.approx(by_formula, rel=0.08)
    assert ends(bootstrap(np.mean, scores)).width < by_formula / 2  # blind to the clusters


def test_clusters_of_any_label_and_order() -> None:
    scores = np.arange(24.0)
    by_number = bootstrap(np.mean, scores, clusters=np.repeat(np.arange(12), 2), n_resamples=200)
    by_name = bootstrap(np.mean, scores, clusters=np.repeat(list("lkjihgfedcba"), 2), n_resamples=200)
    assert by_number == by_name


def test_few_items_are_limited_and_one_is_undetermined() -> None:
    assert bootstrap(np.mean, [1.0, 2, 3], n_resamples=100).notes == (
        "Only 3 items: the bootstrap is too narrow with so few.",)
    alone = bootstrap(np.mean, [1.0, 2], clusters=["a", "a"], n_resamples=100)
    assert (alone.interval, alone.status) == (None, "undetermined")


def test_resamples_without_a_number_widen_the_interval() -> None:
    def ratio(a: np.ndarray) -> float:  # NaN where no right answer was drawn
        return float(np.flatnonzero(a).mean()) if a.any() else math.nan

    rare = np.zeros(20)
    rare[7] = 1  # 36 % of the resamples hold none: either end might be anywhere
    lost = bootstrap(ratio, rare, n_resamples=500)
    assert (ends(lost).low, ends(lost).high, lost.status) == (-math.inf, math.inf, "undetermined")
    rare[:4] = 1  # 0.3 % hold none: the ends move outwards by that many resamples
    kept = bootstrap(ratio, rare, n_resamples=2000)
    assert kept.status == "limited"
    assert kept.notes[0].endswith("of 2000 resamples gave no finite number.")
    assert math.isfinite(ends(kept).width)
    assert bootstrap(ratio, rare, n_resamples=2000, method="basic").status == "undetermined"


def test_infinite_statistics_are_numbers() -> None:
    # breakthroughness is infinite where more than half of the steps are flat
    def ratio(a: np.ndarray) -> float:
        spread = float(np.median(np.abs(np.diff(np.sort(a)))))
        return float(np.ptp(a)) / spread if spread else math.inf

    result = bootstrap(ratio, np.array([0, 0, 0, 0, 1.0, 2, 3, 4, 5, 6, 7, 8]), n_resamples=300)
    assert ends(result).high == math.inf
    assert math.isfinite(ends(result).low)
    assert result.status == "limited"


def test_statistic_that_is_nan_on_the_data_is_undetermined() -> None:
    result = bootstrap(lambda a: math.nan, np.arange(12), n_resamples=100)
    assert math.isnan(result.estimate)
    assert (result.interval, result.status) == (None, "undetermined")


# --- refusals --------------------------------------------------------------------------------

@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: binomial(11, 10), "k must be at most n, got k=11 with n=10."),
        (lambda: binomial(-1, 10), "k must be a whole number of at least 0, got -1."),
        (lambda: binomial(0.5, 10), "k must be a whole number of at least 0, got 0.5."),
        (lambda: binomial(0, 0), "n must be a whole number of at least 1, got 0."),
        (lambda: binomial([1, 2], 10), "k must be one number, got shape (2,)"),
        (lambda: binomial(1, 10, level=95), "level must lie strictly between 0 and 1, e.g. 0.95, got 95."),
        (lambda: binomial(1, 10, method="wald"), "method must be 'wilson' or 'clopper-pearson', got 'wald'."),
        (lambda: binomial_bounds([0.5, 73.5], 100), "(divide percents by 100), got 73.5 at index 1."),
        (lambda: binomial_bounds([0.5, math.nan], 100), "value must not be NaN, got NaN at index 1"),
        (lambda: binomial_bounds(0.5, [10, math.nan]), "n must not be NaN, got NaN at index 1"),
        (lambda: binomial_bounds("half", 10), "value must be a number or a full array of them, got 'half'."),
        (lambda: binomial_bounds([0.5] * 2, [10] * 3), "Shapes must broadcast, got value (2,), n (3,)."),
        (lambda: two_proportions(1, 10, 11, 10), "k2 must be at most n2, got k2=11 with n2=10."),
        (lambda: rule_of_three(0), "n must be a whole number of at least 1, got 0."),
        (lambda: items_needed([0.1, 0]), "p must lie in [1e-15, 1], got 0 at index 1."),
        (lambda: standard_error([1.0]), "at least 2 scores, got 1."),
        (lambda: standard_error([1, 2], ["a", "a"]), "at least 2 clusters, got 1."),
        (lambda: clustered([], []), "scores must hold at least one score, got none."),
        (lambda: clustered([1, math.nan], [1, 2]), "scores must not be NaN, got NaN at index 1"),
        (lambda: clustered([1, math.inf], [1, 2]), "scores must be finite, got inf at index 1."),
        (lambda: clustered([1, 2], [1, 2, 3]), "one label per item, shape (2,), got (3,)."),
        (lambda: clustered([1, 2], ["a", None]), "clusters must label every item, item 1 has none."),
        (lambda: clustered([1, 2], [math.nan, 1]), "clusters must label every item, item 0 has none."),
        (lambda: paired([1, 2], [1]), "a and b must score the same items, got 2 and 1 scores."),
        (lambda: bootstrap(np.mean), "arrays of one length, at least 1, got shapes []."),
        (lambda: bootstrap(np.mean, [1, 2], [1]), "got shapes [(2,), (1,)]."),
        (lambda: bootstrap(np.mean, [1, 2], n_resamples=10), "whole number of at least 100, got 10."),
        (lambda: bootstrap(np.cumsum, [1, 2]), "statistic must return one number, got shape (2,)."),
        (lambda: bootstrap(np.mean, [1, 2], method="t"), "Unknown method 't'."),
        (lambda: bootstrap(np.mean, [1, 2], level=0), "strictly between 0 and 1, e.g. 0.95, got 0."),
    ],
)
def test_refusals_name_what_was_seen(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(EmergenceError) as error:
        call()
    assert sentence in str(error.value)
