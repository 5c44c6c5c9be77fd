"""Ranks, for correlations that are drawn many times: those of scipy take ten times as long."""

from __future__ import annotations

import numpy as np

from ._checks import FloatArray

__all__ = ["ranks"]


def ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1 of an array without NaN, shape (n,); equal values share the mean of theirs.

    Examples
    --------
    >>> ranks(np.array([3.0, 1.0, 3.0, 7.0])).tolist()
    [2.5, 1.0, 2.5, 4.0]
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    after = np.append(first[1:], len(values))
    found = np.empty(len(values))
    found[order] = np.repeat((first + after + 1) / 2, after - first)
    return found
