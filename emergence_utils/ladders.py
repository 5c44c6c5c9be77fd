"""One ladder: the scores of models of one family on one task, ordered by scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from ._checks import BoolArray, FloatArray, numbers
from .errors import InputError
from .metrics.registry import Metric, get_metric
from .results import Result

__all__ = ["Ladder", "Measure"]

#: Most items a score can be a mean of: beyond, counts are no longer exact in a float.
MAX_EXAMPLES = 1e15


@dataclass(frozen=True)
class Ladder:
    """Scores of models that differ in scale, smallest first; made by `Ladder.of` or `ladders`.

    Parameters
    ----------
    scale : ndarray, shape (m,)
        Parameters, tokens or FLOPs (not logged), strictly rising.
    score : ndarray, shape (m,)
        In the metric's own unit.
    n_examples : ndarray, shape (m,), or None
        Items each score is a mean of; None where unknown.
    chance : float
        Score of uniform guessing; NaN where it has no definition.
    baseline : float
        Score of a constant (e.g. majority) answer; NaN where unknown.
    metric : Metric or None
        Direction and range; None is read as a fraction of items right.
    models : tuple of str
        Names of the models.
    axis : str
        What `scale` is, e.g. ``"params"``.
    key : mapping
        Values of the columns that tell this ladder from others.
    replicates : tuple of float or None
        Dispersion between training seeds (variance over that of the items alone) and its degrees of
        freedom; None where there are no replicates.
    notes : tuple of str
        What a reader must know of the rows behind it.
    """

    scale: FloatArray
    score: FloatArray
    n_examples: FloatArray | None = None
    chance: float = float("nan")
    baseline: float = float("nan")
    metric: Metric | None = None
    models: tuple[str, ...] = ()
    axis: str = "params"
    key: Mapping[str, Any] = field(default_factory=dict)
    replicates: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, scale: ArrayLike, score: ArrayLike, n_examples: ArrayLike | None = None, *,
           chance: float = float("nan"), baseline: float = float("nan"), metric: str | None = None,
           models: Sequence[str] = (), axis: str = "params") -> Ladder:
        """A ladder from plain arrays, in any order.

        Parameters
        ----------
        scale, score : array-like, shape (m,)
            m of at least 2; scales positive and all different.
        n_examples : array-like, shape (m,) or scalar, optional
        chance, baseline, metric, models, axis
            As in the class; `metric` by its name in the registry.

        Raises
        ------
        InputError, UnknownNameError
            Names the argument, the value seen and what is accepted.

        Examples
        --------
        >>> Ladder.of([1e9, 1e8], [0.7, 0.3], 100, chance=0.25).score.tolist()
        [0.3, 0.7]
        """
        s, y = numbers("scale", scale, ndim=1), numbers("score", score, ndim=1)
        if len(s) != len(y) or len(s) < 2:
            raise InputError(f"scale and score must be of one length, at least 2; got {len(s)} and {len(y)}.")
        _refuse(~(np.isfinite(s) & (s > 0)), s, "scale", "positive finite numbers")
        _refuse(~np.isfinite(y), y, "score", "finite numbers")
        twice = np.sort(s)[1:][np.diff(np.sort(s)) == 0]
        if len(twice):
            raise InputError(f"scale must hold each value once, got {twice[0]:g} more than once; average "
                             "replicates or tell them apart.")
        known = get_metric(metric) if metric is not None else None
        low, high = (known.low, known.high) if known else (0.0, 1.0)
        unit = f"numbers in [{low:g}, {high:g}] ({known.name if known else 'fractions of items right'})"
        if known is not None or n_examples is not None:
            _refuse((y < low) | (y > high), y, "score", unit)
        n = None if n_examples is None else _items(n_examples, len(s))
        for name, value in (("chance", chance), ("baseline", baseline)):
            level = np.atleast_1d(np.asarray(value, dtype=float))
            _refuse((level < low) | (level > high), level, name, unit)
        if len(models) not in (0, len(s)):
            raise InputError(f"models must name every score, got {len(models)} names for {len(s)} scores.")
        order = np.argsort(s, kind="stable")
        return cls(s[order], y[order], None if n is None else n[order], float(chance), float(baseline), known,
                   tuple(str(models[i]) for i in order) if models else (), axis)

    def __len__(self) -> int:
        return len(self.scale)

    @property
    def x(self) -> FloatArray:
        """log10 of the scale, in decades."""
        return np.asarray(np.log10(self.scale))

    @property
    def sign(self) -> float:
        """1 where higher is better, else -1."""
        return 1.0 if self.metric is None or self.metric.higher_is_better else -1.0

    @property
    def better(self) -> FloatArray:
        """Scores turned so that rising is improving."""
        return np.asarray(self.sign * self.score)


class Measure(Protocol):
    """What every measure is: settings in its fields, called with a ladder, giving a `Result`."""

    def __call__(self, ladder: Ladder, /) -> Result: ...


def _items(n_examples: ArrayLike, size: int) -> FloatArray:
    n = np.atleast_1d(numbers("n_examples", n_examples))
    if n.shape not in ((1,), (size,)):
        raise InputError(f"n_examples must be one number or one per score, got shape {n.shape} for {size} "
                         "scores.")
    _refuse(~((n >= 1) & (n <= MAX_EXAMPLES)), n, "n_examples", f"numbers from 1 to {MAX_EXAMPLES:g}")
    return np.broadcast_to(n, (size,)).copy()


def _refuse(bad: BoolArray, seen: FloatArray, name: str, accepted: str) -> None:
    if bad.any():
        raise InputError(f"{name} must hold {accepted}, got {seen[bad][0]:g}.")
