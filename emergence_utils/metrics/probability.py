"""Score the probabilities a model gives to answers, rather than the answer it picks.

Options of n items sit in arrays of shape (n, k). Items with fewer than k options are padded:
log-probability ``-inf``, probability 0 marks an option that is absent.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._checks import BoolArray, FloatArray, IntArray, broadcast, counts, numbers, where
from ..errors import InputError

__all__ = [
    "answer_probability",
    "bits_per_byte",
    "brier_multiclass",
    "brier_target",
    "choice_probabilities",
    "log_prob_per_byte",
    "log_prob_per_token",
    "multiple_choice_grade",
]

#: Largest distance of a row's sum from 1 that counts as rounding (float32 softmax: about 1e-6).
_SUM_TOLERANCE = 1e-5


def multiple_choice_grade(log_probs: ArrayLike, target: ArrayLike) -> FloatArray:
    """1 where the target scores highest, 0 where it does not, 1/m where m options tie for the top.

    Sharing the credit of a tie is what breaking ties at random gives on average; always taking
    the first option, as ``argmax`` does, rewards data sets whose answer is listed first.

    Parameters
    ----------
    log_probs : array_like, shape (n, k)
        Scores of the options, larger is better; only their order matters, so lengths may have
        been divided out (metric ``multiple_choice_grade_norm``). ``-inf`` marks an absent option.
    target : array_like of int, shape (n,)
        Column of the right option, from 0.

    Returns
    -------
    ndarray, shape (n,)
        Fractions.

    Raises
    ------
    InputError
        On NaN or ``+inf`` scores, an item without options, or a target that is out of range or
        absent.

    Examples
    --------
    >>> multiple_choice_grade([[-1.2, -0.4], [-0.7, -0.7], [-0.1, -np.inf]], [1, 0, 0]).tolist()
    [1.0, 0.5, 1.0]
    """
    scores = _options(log_probs)
    top = scores == scores.max(axis=1, keepdims=True)
    return np.asarray(_at(top, _targets(target, present=scores > -np.inf)) / top.sum(axis=1))


def choice_probabilities(log_probs: ArrayLike) -> FloatArray:
    """Softmax over the options of each item.

    Parameters
    ----------
    log_probs : array_like, shape (n, k)
        Log-probabilities, nats, none above 0; ``-inf`` marks an absent option.

    Returns
    -------
    ndarray, shape (n, k)
        Probabilities; rows sum to 1, absent options get 0.

    Raises
    ------
    InputError
        As `multiple_choice_grade`, and on values above 0, the sign that probabilities were given.

    Examples
    --------
    >>> choice_probabilities(np.log([[0.01, 0.03]])).round(4).tolist()
    [[0.25, 0.75]]
    """
    scores = _options(log_probs)
    if (scores > 0).any():
        raise InputError(
            f"log_probs must be at most 0, got {scores[scores > 0][0]:g}{where(scores > 0)}; take the log "
            "of probabilities first."
        )
    # shifting by the maximum keeps sums of many token log-probabilities from underflowing to 0/0
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def brier_multiclass(probs: ArrayLike, target: ArrayLike) -> FloatArray:
    """Squared distance of the probabilities from certainty in the target (Brier 1950).

    Parameters
    ----------
    probs : array_like, shape (n, k)
        Probabilities; rows sum to 1 (to 1e-5, the rounding of a float32 softmax).
    target : array_like of int, shape (n,)
        Column of the right option, from 0.

    Returns
    -------
    ndarray, shape (n,)
        ``sum_j (p_j - [j = target])^2``, 0 (best) to 2; uniform guessing gives ``1 - 1/k``.

    Raises
    ------
    InputError
        On values outside [0, 1], rows that do not sum to 1, or a target out of range.

    Examples
    --------
    >>> brier_multiclass([[0.7, 0.2, 0.1]], [0]).round(4).tolist()
    [0.14]
    """
    p, column = _distribution(probs, target)
    outcome = np.zeros_like(p)
    outcome[np.arange(len(p)), column] = 1
    return np.asarray(np.minimum(((p - outcome) ** 2).sum(axis=1), 2.0))  # 2 + 1e-10: rounded sums


def brier_target(probs: ArrayLike, target: ArrayLike) -> FloatArray:
    """Target-conditioned Brier score ``(1 - p_target)^2`` (Wu and Lo 2024, arXiv 2410.01692).

    Parameters
    ----------
    probs, target
        As in `brier_multiclass`.

    Returns
    -------
    ndarray, shape (n,)
        0 (best) to 1; uniform guessing gives ``(1 - 1/k)^2``. Unlike `brier_multiclass` it does
        not see how the rest is spread over the wrong options.

    Raises
    ------
    InputError
        As `brier_multiclass`.

    Examples
    --------
    >>> brier_target([[0.7, 0.2, 0.1]], [0]).round(4).tolist()
    [0.09]
    """
    return np.asarray((1 - answer_probability(probs, target)) ** 2)


def answer_probability(probs: ArrayLike, target: ArrayLike) -> FloatArray:
    """Probability of the right option among the options.

    Parameters
    ----------
    probs, target
        As in `brier_multiclass`.

    Returns
    -------
    ndarray, shape (n,)
        Fractions; uniform guessing gives ``1/k``.

    Raises
    ------
    InputError
        As `brier_multiclass`.

    Examples
    --------
    >>> answer_probability([[0.7, 0.2, 0.1], [0.5, 0.5, 0.0]], [0, 2]).tolist()
    [0.7, 0.0]
    """
    return _at(*_distribution(probs, target))


def log_prob_per_token(log_prob: ArrayLike, n_tokens: ArrayLike) -> FloatArray:
    """Log-probability of an answer divided by its length, nats per token.

    Parameters
    ----------
    log_prob : array_like
        Summed log-probability of the answer's tokens, nats, finite and at most 0.
    n_tokens : array_like of int
        Length of the answer, tokens, at least 1; broadcast against `log_prob`.

    Returns
    -------
    ndarray
        Of the broadcast shape, at most 0. Comparable between models of one tokeniser only.

    Raises
    ------
    InputError
        On a positive, infinite or NaN log-probability, or a length below 1.

    Examples
    --------
    >>> log_prob_per_token([-6.0, -1.0], [3, 2]).tolist()
    [-2.0, -0.5]
    """
    return _per_unit(log_prob, "n_tokens", n_tokens)


def log_prob_per_byte(log_prob: ArrayLike, n_bytes: ArrayLike) -> FloatArray:
    """As `log_prob_per_token` per byte of the answer's UTF-8 text: comparable across tokenisers."""
    return _per_unit(log_prob, "n_bytes", n_bytes)


def bits_per_byte(log_prob: ArrayLike, n_bytes: ArrayLike) -> FloatArray:
    """Bits a compressor driven by the model would spend per byte: ``-log_prob / (n_bytes ln 2)``.

    Parameters, shapes and errors as `log_prob_per_token`, with bytes of UTF-8 text for tokens
    (Bhagia et al. 2024, arXiv 2412.04403). Lower is better.

    Examples
    --------
    >>> bits_per_byte(-4 * np.log(2), 2).tolist()
    2.0
    """
    # 0 - x rather than -x: a certain answer scores 0, not -0
    return np.asarray(0 - _per_unit(log_prob, "n_bytes", n_bytes) / math.log(2))


def _per_unit(log_prob: ArrayLike, unit: str, length: ArrayLike) -> FloatArray:
    total = numbers("log_prob", log_prob)
    bad = (total > 0) | np.isinf(total)
    if bad.any():
        raise InputError(f"log_prob must be finite and at most 0, got {total[bad].flat[0]:g}{where(bad)}.")
    total, n = broadcast(log_prob=total, **{unit: counts(unit, length, minimum=1)})
    return np.asarray(total / n)


def _options(log_probs: ArrayLike) -> FloatArray:
    scores = numbers("log_probs", log_probs, ndim=2)
    if not scores.shape[1]:
        raise InputError(f"log_probs needs at least one option per row, got shape {scores.shape}.")
    if np.isposinf(scores).any():
        raise InputError(f"log_probs must be below +inf, got +inf{where(np.isposinf(scores))}.")
    empty = ~(scores > -np.inf).any(axis=1)
    if empty.any():
        raise InputError(f"log_probs needs an option above -inf in every row, row {empty.argmax()} has none.")
    return scores


def _distribution(probs: ArrayLike, target: ArrayLike) -> tuple[FloatArray, IntArray]:
    p = numbers("probs", probs, ndim=2)
    bad = (p < 0) | (p > 1)
    if bad.any():
        raise InputError(f"probs must lie in [0, 1], got {p[bad][0]:g}{where(bad)}.")
    total = p.sum(axis=1)
    off = np.abs(total - 1) > _SUM_TOLERANCE
    if off.any():
        raise InputError(f"probs must sum to 1 in every row, row {off.argmax()} sums to {total[off][0]:g}.")
    return p, _targets(target, present=np.ones(p.shape, dtype=bool))


def _targets(target: ArrayLike, *, present: BoolArray) -> IntArray:
    """Columns of the right options, checked against the (n, k) mask of options that exist."""
    n, k = present.shape
    column = counts("target", target)
    if column.shape != (n,):
        raise InputError(f"target must have shape ({n},), one option per row, got {column.shape}.")
    if (column >= k).any():
        raise InputError(f"target must be below {k}, the options per row, got {column[column >= k][0]}"
                         f"{where(column >= k)}.")
    absent = ~present[np.arange(n), column]
    if absent.any():
        raise InputError(f"target must name a present option, row {absent.argmax()} names one at -inf.")
    return column


def _at(table: FloatArray | BoolArray, column: IntArray) -> FloatArray:
    return np.asarray(table[np.arange(len(table)), column], dtype=np.float64)
