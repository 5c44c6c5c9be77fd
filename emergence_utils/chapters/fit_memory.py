"""Fits made once: chapters ask for the same curve through the same scores again and again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..curves import Curve, Fit, Isotonic, fit, fit_each

__all__ = ["FitMemory"]

Array = NDArray[np.float64]
_Ladder = tuple[Array, Array, Array | None]
_Key = tuple[Curve, bytes, bytes, bytes]


class FitMemory:
    """Least-squares or binomial fits that are kept; the same curve and scores give the same fit again.

    Parameters
    ----------
    doubts : bool
        Whether fits made `ahead` look at scatter, pattern and edges, as in `curves.fit_each`.
    kept : int, optional
        Fits that are kept, the latest; all, where it is not given.
    """

    def __init__(self, *, doubts: bool = True, kept: int | None = None) -> None:
        self._doubts, self._kept = doubts, kept
        self._done: dict[_Key, Fit] = {}

    def ahead(self, curve: Curve, ladders: Iterable[_Ladder]) -> None:
        """Fit a curve to many ladders at once, which is faster than one by one."""
        if isinstance(curve, Isotonic):
            return  # has no parameters, and is quick
        due = {key: one for one in ladders if (key := _key(curve, *one)) not in self._done}
        for key, found in zip(due, fit_each(curve, list(due.values()), doubts=self._doubts), strict=True):
            self._keep(key, found)

    def fit(self, curve: Curve, x: Array, y: Array, n_examples: Array | None = None) -> Fit:
        """`curves.fit`, or the fit that was made before."""
        key = _key(curve, x, y, n_examples)
        if key not in self._done:
            self._keep(key, fit(curve, x, y, n_examples))
        return self._done[key]

    def _keep(self, key: _Key, found: Fit) -> None:
        self._done[key] = found
        if self._kept is not None and len(self._done) > self._kept:
            del self._done[next(iter(self._done))]


def _key(curve: Curve, x: Array, y: Array, n_examples: Array | None) -> _Key:
    items = b"" if n_examples is None else np.asarray(n_examples, dtype=float).tobytes()
    return curve, np.asarray(x, dtype=float).tobytes(), np.asarray(y, dtype=float).tobytes(), items
