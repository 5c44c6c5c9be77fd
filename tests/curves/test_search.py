"""The search: the same optimum as scipy's, from every start, for one data set or many."""

import numpy as np
import pytest
from scipy import optimize

from emergence_utils import InputError
from emergence_utils.curves import (
    Gompertz,
    Isotonic,
    Line,
    Logistic,
    SaturatingExponential,
    Segmented,
    Step,
    fit,
    fit_each,
    fit_many,
)
from emergence_utils.curves.batch import starts_of
from emergence_utils.curves.losses import Problem
from emergence_utils.curves.optimise import best_of

X = np.linspace(0, 6, 15)
RISE = Logistic(floor=0.2)(X, np.array([3, np.log(2), 0.85]))


def scores(n, seed=0, rows=1):
    """Binomial shares by inverse distribution functions: the same numbers under every numpy."""
    from scipy import stats

    return stats.binom.ppf(np.random.default_rng(seed).random((rows, len(X))), n, RISE) / n


def half_deviance(curve, y, n):
    def loss(theta):
        p = np.clip(curve(X, theta), 1e-9, 1 - 1e-9)
        with np.errstate(divide="ignore", invalid="ignore"):
            right = np.where(y > 0, y * np.log(y / p), 0)
            wrong = np.where(y < 1, (1 - y) * np.log((1 - y) / (1 - p)), 0)
        return float(np.sum(n * (right + wrong)))

    return loss


@pytest.mark.parametrize("curve", [Logistic(floor=None), Logistic(0.2), Gompertz(0.2),
                                   Gompertz(0.2, mirror=True), SaturatingExponential(0.2)], ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_is_scipys(curve, seed):
    y = scores(300, seed)
    params, loss = fit_many(curve, X, y, 300)
    box = list(zip(*curve.bounds(X, y[0]), strict=True))
    target = half_deviance(curve, y[0], 300)
    again = optimize.minimize(target, params[0], bounds=box, method="L-BFGS-B")
    wide = optimize.differential_evolution(target, box, seed=seed, maxiter=150, tol=1e-8)
    assert loss[0] == pytest.approx(target(params[0]), abs=1e-9)
    assert loss[0] <= min(again.fun, wide.fun) + 1e-9


@pytest.mark.parametrize("counted", [True, False])
def test_every_start_of_a_clear_rise_ends_at_the_same_bottom(counted):
    y, curve = scores(500), Logistic(floor=0.2)
    weight = np.full_like(y, 500.0 if counted else 1.0)
    problem = Problem(curve, X, y, weight, "binomial" if counted else "normal")
    starts = starts_of(problem)
    middle = (np.abs(starts[0, :, 0] - 3) < 2) & (starts[0, :, 1] > -1)  # beyond, the loss is flat
    _, best, arrived, ends = best_of(problem, starts, *curve.bounds(X, y))
    losses = problem.loss(ends[0][middle], np.zeros(middle.sum(), dtype=np.int64))
    assert arrived.all()
    assert middle.sum() >= 8
    assert losses == pytest.approx(np.full(middle.sum(), best[0]), rel=1e-9, abs=1e-12)


def test_the_gradient_vanishes_at_the_optimum():
    y, curve = scores(500), Logistic(floor=0.2)
    params, loss = fit_many(curve, X, y, 500)
    problem = Problem(curve, X, y, np.full_like(y, 500.0), "binomial")
    _, slope, curvature = problem.expand(params)
    assert np.abs(slope[0] / np.sqrt(np.diagonal(curvature[0]))).max() < 1e-8 * np.sqrt(loss[0])


@pytest.mark.parametrize("curve", [Logistic(floor=None), Line(), Segmented(), Step()], ids=str)
def test_many_fits_are_what_each_is_alone(curve):
    y = scores(200, 3, rows=5)
    params, loss = fit_many(curve, X, y, 200)
    for row, theta, value in zip(y, params, loss, strict=True):
        alone = fit(curve, X, row, 200)
        found = np.array(list(alone.params.values()))
        assert half_deviance(curve, row, 200)(found) == pytest.approx(value, abs=1e-6)
        assert found == pytest.approx(theta, abs=1e-4)


CUTS = (15, 14, 9, 8, 7, 5)


@pytest.mark.parametrize("curve", [Line(), Logistic(floor=0.2), Logistic(floor=None), Segmented(), Step(),
                                   Isotonic(), SaturatingExponential(floor=0.2)])
@pytest.mark.parametrize("items", [None, 400])
def test_ladders_fitted_together_are_what_each_is_alone(curve, items):
    """Of unlike lengths, some on the same places, one of which cannot tell four parameters."""
    rows = scores(400, rows=2 * len(CUTS))
    ladders = [(X[-m:], y[-m:], items) for m, y in zip(2 * CUTS, rows, strict=True)]
    ladders.append((X[:3], rows[0, :3], items))
    for found, ladder in zip(fit_each(curve, ladders), ladders, strict=True):
        alone = fit(curve, *ladder)
        assert found.status == alone.status and found.domain == alone.domain and found.k == alone.k
        if alone.status != "undetermined":
            assert found.log_likelihood == pytest.approx(alone.log_likelihood, rel=1e-9, abs=1e-7)
            assert found.predict(ladder[0]) == pytest.approx(alone.predict(ladder[0]), abs=1e-6)
            assert found.lack_of_fit == pytest.approx(alone.lack_of_fit, abs=1e-3, nan_ok=True)


def test_curves_that_differ_by_their_floor_are_searched_together():
    curves = [Logistic(floor=floor, ceiling=top, min_width=0.5)
              for floor in (0.0, 0.1, 0.2) for top in (None, 1.0)]
    ladders = [(X, y, 400) for y in scores(400, rows=len(curves))]
    for curve, found, ladder in zip(curves, fit_each(curves, ladders, doubts=False), ladders, strict=True):
        alone = fit(curve, *ladder)
        assert found.curve == curve and found.status == "limited"
        assert list(found.params) == list(curve.parameters)
        assert found.log_likelihood == pytest.approx(alone.log_likelihood, rel=1e-9)
        assert list(found.params.values()) == pytest.approx(list(alone.params.values()), abs=1e-4)


def test_a_search_at_the_bottom_ends():
    """Where losses differ by rounding alone the gradient decides, so that few searches come to no rest."""
    rows = scores(400, rows=40)
    problem = Problem(Logistic(floor=0.0), X, rows, np.full(rows.shape, 400.0), "binomial")
    starts = starts_of(problem)
    asked = []

    class Counted(Problem):
        def expand(self, theta):
            asked.append(len(theta))
            return super().expand(theta)

    counted = Counted(problem.curve, problem.x, problem.y, problem.weight, problem.kind)
    _, _, arrived, _ = best_of(counted, starts, *problem.curve.boxes(X, rows, starts.shape[1]))
    assert arrived.all()
    assert sum(asked) < 60 * starts.shape[0] * starts.shape[1]


def test_weights_count_scores_as_often_as_they_say():
    y = scores(200)[0]
    twice = np.append(np.arange(15), [3, 7])
    times = np.bincount(twice, minlength=15)[None].astype(float)
    weighted, _ = fit_many(Logistic(0.2), X, y[None], 200, weights=times)
    repeated = fit(Logistic(0.2), X[twice], y[twice], 200)
    assert weighted[0] == pytest.approx(list(repeated.params.values()), abs=1e-6)


def test_two_lines_that_meet_have_the_best_of_all_breaks():
    y = 0.1 + 0.02 * X + 0.2 * np.maximum(X - 3.1, 0) + 0.02 * np.sin(9 * X)
    found = fit(Segmented(), X, y)
    inner = X[1:-1]
    grid = np.linspace(inner[0], inner[-1], 20001)
    rss = []
    for at in grid[::20]:
        design = np.column_stack([np.ones_like(X), X, np.maximum(X - at, 0)])
        rss.append(np.sum((y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2))
    assert np.sum((y - found.predict(X)) ** 2) <= min(rss) + 1e-12


@pytest.mark.parametrize(("call", "message"), [
    (lambda: fit_many(Line(), X, RISE), "y must have 2 dimensions"),
    (lambda: fit_many(Isotonic(), X, RISE[None]), "a family with parameters"),
    (lambda: fit_many(Line(), X, RISE[None], 100, weights=[[1.0]]), "weights must be numbers of at least 0"),
    (lambda: fit_many(Line(), X, RISE[None], 100, weights=0 * RISE[None]), "a row of zeros"),
    (lambda: fit_many(Line(), X, RISE[None], 100, starts=[1.0]), "starts must hold 2 parameters a row"),
])
def test_bad_batches(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert message in str(error.value)
