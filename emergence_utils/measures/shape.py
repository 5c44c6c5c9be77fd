"""Breakthroughness and linearity, the two shape scores of BIG-bench, and a screen for two classes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .._checks import FloatArray, confidence_level, count, counts, numbers
from .._typed import checked
from ..errors import InputError
from ..ladders import Ladder
from ..results import Interval, Result

__all__ = ["bimodality", "breakthroughness", "linearity"]

#: Models from which an average of steps says something.
MIN_MODELS = 5
NO_INTERVAL = ("no interval: noise adds to every step and to the range, so that the score of the true curve "
               "lies elsewhere and no resampling brackets it")


def breakthroughness(ladder: Ladder | ArrayLike) -> Result:
    r"""Signed range of a curve over the root *median* square of its steps.

    .. math:: B = \frac{I(y)}{\sqrt{\mathrm{median}_i\,(y_{i+1} - y_i)^2}}, \qquad
              I(y) = \operatorname{sign}(\arg\max y - \arg\min y)\,(\max y - \min y)

    This is the "emergence score" of Schaeffer et al. (2023, eq. 1), after BIG-bench's
    breakthroughness; scores are taken as they are, neither clipped nor rescaled.

    Parameters
    ----------
    ladder : Ladder or array-like, shape (m,)
        At least two models. A ladder of a metric where lower is better is turned, so that improving
        is rising; plain scores must be ordered by scale and rise when better.

    Returns
    -------
    Result
        Infinite where more than half of the steps are zero, 0 for a flat curve; always ``limited``,
        with the ways in which B misleads: a zero median, few models, plateaus at both ends.
        There is no valid interval: steps hold the noise of two scores each, so that B falls towards a
        constant with the noise, by an amount that depends on the unknown curve. A bootstrap adds noise
        once more and covered the score of the true curve in 2.5 % of draws.

    Raises
    ------
    InputError
        On fewer than two scores or scores that are not finite.

    Examples
    --------
    >>> breakthroughness([0, 0.1, 0.1, 1.0]).estimate  # doctest: +ELLIPSIS
    10.0...
    >>> breakthroughness([0, 0, 0, 1]).estimate
    inf
    """
    return _shape(ladder, np.median)


def linearity(ladder: Ladder | ArrayLike) -> Result:
    r"""Signed range of a curve over the root *mean* square of its steps.

    .. math:: L = I(y) \Big/ \sqrt{\mathrm{mean}_i\,(y_{i+1} - y_i)^2}

    A straight rise over m models scores m - 1, its maximum. Some published code divides by
    :math:`\sqrt{m - 1}` once more; this one does not. Parameters, result, errors and the reason for
    no interval are those of `breakthroughness`.

    Examples
    --------
    >>> linearity([0, 1, 2, 3]).estimate
    3.0
    >>> round(linearity([0, 0, 0, 1]).estimate, 4)
    1.7321
    """
    return _shape(ladder, np.mean)


@checked
def bimodality(values: ArrayLike, *, level: float = 0.95, n_resamples: int = 2000, seed: int = 0) -> Result:
    r"""Sarle's bimodality coefficient, :math:`(g^2 + 1) / (k + 3(n-1)^2/((n-2)(n-3)))`.

    g is the sample skewness, k the sample excess kurtosis (both bias-corrected). A uniform
    distribution scores 5/9; two separate classes score more, one hump less, but heavy skew also
    scores high, so it is a screen, not a proof.

    Returns
    -------
    Result
        With a bootstrap percentile interval over `values`; infinite values are left out and
        counted in the notes.

    Raises
    ------
    InputError
        On fewer than 8 finite values, or values that are all equal.
    """
    from scipy import stats

    confidence_level(level)
    draws_due = int(counts("n_resamples", n_resamples, minimum=100))
    raw = numbers("values", values).ravel()
    v = raw[np.isfinite(raw)]
    if len(v) < 8:
        raise InputError(f"bimodality needs at least 8 finite values, got {len(v)} of {len(raw)}.")
    if np.ptp(v) <= 1e-12 * np.abs(v).max():
        raise InputError(f"bimodality needs values that differ, got {v[0]:g} only.")
    n = len(v)
    correction = 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))

    def coefficient(sample: FloatArray) -> FloatArray:
        g = stats.skew(sample, axis=-1, bias=False)
        k = stats.kurtosis(sample, axis=-1, bias=False)
        return np.asarray((g**2 + 1) / (k + correction))

    samples = np.random.default_rng(count("seed", seed)).choice(v, size=(draws_due, n))
    differ = np.ptp(samples, axis=1) > 1e-12 * np.abs(v).max()  # a sample of one value has no shape
    interval = Interval.of_draws(coefficient(samples[differ]), float(coefficient(v)), level, "bootstrap")
    notes = (f"{len(raw) - n} of {len(raw)} values are not finite and left out",) if len(raw) > n else ()
    return Result(float(coefficient(v)), interval, n, "limited" if notes else "ok", notes)


def _shape(ladder: Ladder | ArrayLike, average: Callable[..., FloatArray]) -> Result:
    y = ladder.better if isinstance(ladder, Ladder) else numbers("ladder", ladder, ndim=1)
    if len(y) < 2:
        raise InputError(f"ladder must hold the scores of at least two models, got {len(y)}.")
    if not np.isfinite(y).all():
        raise InputError(f"ladder must hold finite scores, got {y[~np.isfinite(y)][0]} at index "
                         f"{int(np.argmin(np.isfinite(y)))}.")
    rise = float(np.ptp(y))
    steps = np.abs(np.diff(y))
    scale = float(np.sqrt(average(steps**2)))
    sign = float(np.sign(int(y.argmax()) - int(y.argmin())))
    estimate = 0.0 if rise == 0 else sign * (rise / scale if scale > 0 else np.inf)
    notes = [NO_INTERVAL]
    if np.isinf(estimate):
        notes.append(f"the median step is zero ({int((steps == 0).sum())} of {len(steps)} steps are): "
                     "the score is infinite whatever the size of the rise")
    if len(y) < MIN_MODELS:
        notes.append(f"only {len(y)} models: an average of {len(steps)} steps")
    if rise > 0 and len(steps) >= 4 and steps[0] < 0.05 * rise and steps[-1] < 0.05 * rise:
        notes.append("plateaus at both ends: a saturated curve scores high without being sharp")
    return Result(float(estimate), None, len(y), "limited", tuple(notes))
