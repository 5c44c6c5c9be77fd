"""Items behind a score, recovered from its standard error."""

from __future__ import annotations

import numpy as np

from ._checks import MAX_COUNT, FloatArray

__all__ = ["items_from_stderr"]


def items_from_stderr(value: FloatArray, stderr: FloatArray) -> FloatArray:
    """Items n of means of n answers that are right or wrong: ``n = p (1 - p) / stderr^2``.

    Some harnesses divide by n - 1; one is added where only then the right answers, ``p n``, are a
    whole number.

    Parameters
    ----------
    value, stderr : ndarray, shape (m,)
        Fractions of right answers and their standard errors.

    Returns
    -------
    ndarray, shape (m,)
        Whole numbers; NaN where the standard error is missing or 0, where the score is 0 or 1 (its
        standard error is 0 whatever n is), and where the two fit no number of items.

    Examples
    --------
    >>> p, n = np.array([0.3, 0.3, 0.0]), 50
    >>> items_from_stderr(p, np.sqrt(p * (1 - p) / (n - np.array([0, 1, 0])))).tolist()
    [50.0, 50.0, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        n = np.rint(value * (1 - value) / stderr**2)
        n[~((n >= 1) & (n <= MAX_COUNT) & (stderr > 0))] = np.nan
        off = np.abs(value * n - np.rint(value * n))
        off_more = np.abs(value * (n + 1) - np.rint(value * (n + 1)))
        return np.asarray(n + (off_more + 1e-9 < off))
