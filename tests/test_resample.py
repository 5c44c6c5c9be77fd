"""Redrawn scores and weights: their spread is the one asked for, at the ends of the range too."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, bootstrap, clustered, paired
from emergence_utils.association import spearman
from emergence_utils.resample import cluster_weights, redrawn_scores, resampled_rows


@pytest.mark.parametrize("dispersion", [1.0, 3.0, 11.0])
@pytest.mark.parametrize(("rate", "n"), [(0.25, 500), (0.5, 50), (0.02, 5000)])
def test_variance_is_the_binomial_one_times_the_dispersion(rate, n, dispersion):
    drawn = redrawn_scores([rate], n, 20_000, 3, dispersion=dispersion, observed=False)
    assert drawn.mean() == pytest.approx(rate, abs=5 * np.sqrt(dispersion * rate * (1 - rate) / n / 20_000))
    assert drawn.var() == pytest.approx(dispersion * rate * (1 - rate) / n, rel=0.06)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_a_measured_end_of_the_range_varies_and_a_known_one_does_not(rate):
    assert np.ptp(redrawn_scores([rate], 100, 2000, 0)) > 0
    assert np.ptp(redrawn_scores([rate], 100, 2000, 0, observed=False, dispersion=3)) == 0


def test_draws_are_whole_counts_and_the_same_for_a_seed():
    drawn = redrawn_scores([0.1, 0.7], [20, 30], 500, 5, dispersion=2)
    assert np.allclose(np.rint(drawn * [20, 30]), drawn * [20, 30])
    assert np.array_equal(drawn, redrawn_scores([0.1, 0.7], [20, 30], 500, 5, dispersion=2))


def test_weights_draw_clusters_whole_and_as_often_as_rows_do():
    clusters = np.array([0, 0, 1, 2, 2, 2])
    weights = cluster_weights(clusters, 6, 400, 1)
    assert (weights[:, 0] == weights[:, 1]).all() and (weights[:, 3] == weights[:, 5]).all()
    rows = [np.bincount(r, minlength=6) for r in resampled_rows(6, clusters, 400, 1)]
    assert np.array_equal(weights, rows)


@pytest.mark.parametrize(("arguments", "sentence"), [
    ({"rate": [1.2], "n_examples": 10}, r"rate must hold fractions in \[0, 1\], got 1.2 at index 0\."),
    ({"rate": [0.2], "n_examples": 0}, "n_examples must be a whole number of at least 1, got 0"),
    ({"rate": [0.2], "n_examples": 10, "dispersion": 0.5},
     r"dispersion must be at least 1 and finite, got 0\.5\."),
    ({"rate": [0.2, 0.3], "n_examples": [1, 2, 3]}, r"Shapes must broadcast"),
])
def test_bad_input_is_one_sentence(arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        redrawn_scores(**arguments, size=3, seed=0)


@pytest.mark.parametrize("method", ["percentile", "basic", "bca"])
@pytest.mark.parametrize("n", [3, 13, 31])
def test_draws_that_agree_up_to_rounding_have_no_width(method, n):
    """The mean of 13 times 0.1 is not quite 0.1: bca ends then cross in the last place."""
    found = bootstrap(np.mean, np.full(n, 0.1), method=method, n_resamples=200)
    if found.interval is not None:
        assert found.interval.low == found.interval.high == pytest.approx(0.1, rel=1e-12)
        assert any("All resamples agree" in note for note in found.notes)
    assert found.status in ("limited", "undetermined")


@pytest.mark.parametrize("method", ["percentile", "basic", "bca"])
@pytest.mark.parametrize("n", [2, 13, 200])
def test_intervals_are_scipys(method, n):
    """Draw by draw and to the last digit, whoever makes them."""
    from scipy import stats

    x = np.random.default_rng(n).random(n) ** 2
    for draws, level in ((100, 0.9), (777, 0.95)):
        found = bootstrap(np.mean, x, n_resamples=draws, level=level, seed=3, method=method)
        theirs = stats.bootstrap(
            (np.arange(n),), lambda rows: x[rows].mean(), n_resamples=draws, method=method,
            confidence_level=level, vectorized=False, rng=np.random.default_rng(3)).confidence_interval
        assert (found.interval.low, found.interval.high) == (theirs.low, theirs.high)


def test_rounding_alone_makes_no_width():
    """Sums in another order differ in the last place, which is neither a width nor an error."""
    values = np.tile([0.1, 0.2, 0.3], 5)
    found = bootstrap(lambda rows: float(sum(values[np.argsort(rows)])), np.arange(15.0), method="percentile")
    assert found.interval is not None
    assert found.interval.width == 0


def test_a_result_says_how_many_clusters_it_rests_on():
    family = pd.Series(list("aabbccdd"), name="family")
    scores = np.arange(8.0)
    for found in (bootstrap(np.mean, scores, clusters=family), clustered(scores, family),
                  paired(scores, scores[::-1], clusters=family),
                  spearman(scores, scores**2, clusters=family)):
        assert (found.n_clusters, found.clustered_by) == (4, "family")
    assert clustered(scores, family.to_numpy()).clustered_by == ""
    assert clustered(scores, family.rename("source + task")).clustered_by == ""
    assert bootstrap(np.mean, scores).n_clusters is None
