"""Is a jump larger than a smooth curve would make? A parametric-bootstrap test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..curves import Logistic
from ..errors import InputError
from ..curves import fit
from ..results import NO_WIDTH, Interval, Result

__all__ = ["JumpTest", "jump_test", "largest_jump"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class JumpTest(Result):
    """Largest adjacent increment of a ladder, against what a smooth curve would show.

    `estimate` is the increment (a fraction of items), `interval` its parametric-bootstrap
    interval; `p_value` is the share of ladders drawn from the smooth null with an increment at
    least as large; `gap` is the distance between the two models on the x axis; `null_width` the
    10-90 % width of the fitted null, on the same axis, `null_high` the increment it exceeds only in
    1 - level of ladders, `null_aicc` its AICc.
    """

    p_value: float = float("nan")
    gap: float = float("nan")
    between: tuple[float, float] = (float("nan"), float("nan"))
    null_width: float = float("nan")
    null_high: float = float("nan")
    null_aicc: float = float("nan")


def largest_jump(y: ArrayLike) -> tuple[float, int]:
    """Largest increment between neighbours, and the index of the model it leads to.

    Examples
    --------
    >>> largest_jump([0.0, 0.1, 0.7, 0.8])
    (0.6, 2)
    """
    steps = np.diff(np.asarray(y, dtype=float))
    if len(steps) < 1:
        raise InputError("a jump needs the scores of at least two models.")
    i = int(np.argmax(steps))
    return float(steps[i]), i + 1


def jump_test(x: ArrayLike, value: ArrayLike, n_examples: ArrayLike, *, chance: float = 0.0,
              min_width: float = 1.0, model_sd: float = 0.0, level: float = 0.95,
              n_resamples: int = 2000, seed: int = 0) -> JumpTest:
    """Test the largest adjacent increment of a ladder against a smooth null.

    The null is the best-fitting logistic curve, floor and ceiling free, whose 10-90 % rise takes
    at least `min_width` units of x. The bound is what makes it *smooth*: an unbounded
    logistic can imitate any step between two models, so without it no jump could ever be told
    from a curve. Ladders are drawn from the null with binomial noise (and, if `model_sd` is
    given, a random shift of each model on the logit scale) and their largest increments compared.

    Parameters
    ----------
    x : array-like, shape (n,)
        Axis on which smoothness is meant, usually log10 of FLOPs or parameters (decades).
    value : array-like, shape (n,)
        Fractions of items right.
    n_examples : array-like, shape (n,) or scalar
        Items per score.
    chance : float
        Level from which `model_sd` counts.
    min_width : float
        Smallest 10-90 % width that still counts as smooth, in units of x. Fix it beforehand and
        sweep it.
    model_sd : float
        Standard deviation (logits) of model-to-model variation beyond binomial noise.
    level, n_resamples, seed
        Of the bootstrap.

    Returns
    -------
    JumpTest
        ``limited`` where the jump spans a gap wider than `min_width`: then a smooth curve can
        make the whole jump and the test has no power.
    """
    xa = np.asarray(x, dtype=float)
    order = np.argsort(xa, kind="stable")
    xa, v = xa[order], np.asarray(value, dtype=float)[order]
    if len(xa) < 4 or (np.diff(xa) <= 0).any():
        raise InputError(f"a jump test needs at least four models at different x, got {len(xa)}.")
    if min_width <= 0 or model_sd < 0:
        raise InputError(f"need min_width > 0 and model_sd >= 0, got {min_width} and {model_sd}.")
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), xa.shape)[order]
    # the floor is free: models below chance would else bend the curve away from the jump
    null = fit(Logistic(floor=None, min_width=min_width), xa, v, n)
    jump, i = largest_jump(v)
    rng = np.random.default_rng(seed)
    counts = np.rint(n).astype(int)
    draws = _largest(_draw(null.predict(xa), counts, chance, model_sd, n_resamples, rng))
    own = _largest(rng.binomial(counts, v, size=(n_resamples, len(v))) / counts)
    tail = (1 - level) / 2
    p = float((1 + (draws >= jump - 1e-12).sum()) / (n_resamples + 1))
    gap = float(xa[i] - xa[i - 1])
    notes = []
    if gap > min_width:
        notes.append(f"the two models are {gap:.2f} apart, more than the {min_width:g} a smooth rise may "
                     "take")
    low, high = np.quantile(own, [tail, 1 - tail])
    interval = Interval(float(min(low, jump)), float(max(high, jump)), level, "parametric bootstrap")
    if interval.width == 0:
        notes.append(NO_WIDTH)
    return JumpTest(jump, interval, len(xa), "limited" if notes else "ok", tuple(notes), p, gap,
                    (float(xa[i - 1]), float(xa[i])), float(np.exp(null.params["log_width"])),
                    float(np.quantile(draws, level)), null.aicc)


def _draw(mean: Array, counts: NDArray[np.int_], chance: float, sd: float, size: int,
          rng: np.random.Generator) -> Array:
    p = np.broadcast_to(mean, (size, len(mean)))
    if sd > 0:  # shift the share above chance, so that a model at chance stays there
        share = np.clip((p - chance) / (1 - chance), 1e-9, 1 - 1e-9)
        logit = np.log(share / (1 - share)) + rng.normal(0, sd, size=p.shape)
        p = chance + (1 - chance) / (1 + np.exp(-logit))
    return np.asarray(rng.binomial(counts, np.clip(p, 0, 1)) / counts)


def _largest(y: Array) -> Array:
    return np.asarray(np.diff(y, axis=1).max(axis=1))
