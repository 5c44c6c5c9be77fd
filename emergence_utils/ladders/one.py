"""One ladder: the scores of models of one family on one task, ordered by scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from .._checks import MAX_COUNT, BoolArray, FloatArray, numbers, short
from .._items import items_from_stderr
from ..errors import InputError
from ..metrics.registry import Metric, get_metric
from ..results import Result

__all__ = ["Ladder", "Measure", "items_of"]


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
        Dispersion of the scores between training seeds and its degrees of freedom: variance of a
        score (a mean over seeds) over that of its items alone, p (1 - p) / n; None where there are no
        replicates.
    notes : tuple of str
        What a reader must know of the rows behind it.
    stderr : ndarray, shape (m,), or None
        Standard error of each score, in its unit; None where not given.
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
    stderr: FloatArray | None = None

    @classmethod
    def of(cls, scale: ArrayLike, score: ArrayLike, n_examples: ArrayLike | None = None, *,
           chance: float | None = float("nan"), baseline: float | None = float("nan"),
           metric: str | Metric | None = None, models: Sequence[str] = (), axis: str = "params",
           stderr: ArrayLike | None = None) -> Ladder:
        """A ladder from plain arrays, in any order.

        Parameters
        ----------
        scale, score : array-like, shape (m,)
            m of at least 2; scales positive and all different.
        n_examples : array-like, shape (m,) or scalar, optional
        chance, baseline, metric, models, axis
            As in the class; `metric` by its name in the registry or in a harness.
        stderr : array-like, shape (m,), optional
            Standard errors; where `n_examples` is not given and the metric is all-or-nothing, items are
            recovered from them and a note says so.

        Raises
        ------
        InputError, UnknownNameError
            Names the argument, the value seen and what is accepted.

        Examples
        --------
        >>> Ladder.of([1e9, 1e8], [0.7, 0.3], 100, chance=0.25).score.tolist()
        [0.3, 0.7]
        """
        s, y = _column("scale", scale), _column("score", score)
        if len(s) != len(y) or len(s) < 2:
            raise InputError(f"scale and score must be of one length, at least 2; got {len(s)} and {len(y)}.")
        _refuse(~(np.isfinite(s) & (s > 0)), s, "scale", "positive finite numbers")
        _refuse(~np.isfinite(y), y, "score", "finite numbers")
        twice = np.sort(s)[1:][np.diff(np.sort(s)) == 0]
        if len(twice):
            raise InputError(f"scale must hold each value once, got {twice[0]:g} more than once; average "
                             "replicates or tell them apart.")
        known = metric if metric is None or isinstance(metric, Metric) else get_metric(metric)
        low, high = (known.low, known.high) if known else (0.0, 1.0)
        unit = f"numbers in [{low:g}, {high:g}] ({known.name if known else 'fractions of items right'})"
        if high == 1:
            unit += ", percents divided by 100"
        if known is not None or n_examples is not None:
            _refuse((y < low) | (y > high), y, "score", unit)
        n = None if n_examples is None else _items(n_examples, len(s))
        error = None if stderr is None else _errors(stderr, len(s))
        by_chance = _level("chance", chance, low, high, unit)
        constant = _level("baseline", baseline, low, high, unit)
        names = _names(models, len(s))
        if not isinstance(axis, str):
            raise InputError(f"axis must be a name such as 'params', got {short(axis)}.")
        notes: tuple[str, ...] = ()
        binary = known is None or known.all_or_nothing
        if n is None and error is not None and binary and ((y >= low) & (y <= high)).all():
            n, notes = items_of(np.full(len(s), np.nan), y, error, known)
        order = np.argsort(s, kind="stable")
        return cls(s[order], y[order], None if n is None else n[order], by_chance, constant, known,
                   tuple(names[i] for i in order) if names else (), axis, notes=notes,
                   stderr=None if error is None else error[order])

    def __len__(self) -> int:
        return len(self.scale)

    def part(self, which: slice | BoolArray) -> Ladder:
        """The ladder of some of its models, all else as it is.

        Parameters
        ----------
        which : slice or ndarray of bool, shape (m,)
            Models to keep.

        Raises
        ------
        InputError
            If none is left.

        Examples
        --------
        >>> Ladder.of([1e8, 1e9, 1e10], [0.3, 0.5, 0.7], 100).part(slice(1, None)).score.tolist()
        [0.5, 0.7]
        """
        kept = np.arange(len(self))[which]
        if not len(kept):
            raise InputError(f"which must leave models in a ladder of {len(self)}, got none.")
        n, error = self.n_examples, self.stderr
        return replace(self, scale=self.scale[kept], score=self.score[kept],
                       n_examples=None if n is None else n[kept],
                       models=tuple(self.models[i] for i in kept) if self.models else (),
                       stderr=None if error is None else error[kept])

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


def items_of(n: FloatArray, score: FloatArray, stderr: FloatArray | None,
             metric: Metric | None) -> tuple[FloatArray | None, tuple[str, ...]]:
    """Items of each score, gaps filled from standard errors, and what a reader must know of it.

    None where the items of one score stay unknown: part of the noise would be missing.
    """
    gaps = np.isnan(n)
    if not gaps.any():
        return n, ()
    binary = metric is None or metric.all_or_nothing
    found = n.copy()
    if stderr is not None and binary:
        found[gaps] = items_from_stderr(score[gaps], stderr[gaps])
    left = int(np.isnan(found).sum())
    if left:
        hint = " (a score of 0 or 1 does not tell it)" if stderr is not None and binary else ""
        why = f"n_examples is unknown for {left} of {len(n)} scores{hint}, so that item noise is not used."
        return None, (why,)
    return found, (f"n_examples of {int(gaps.sum())} scores is recovered from stderr.",)


def _column(name: str, values: object) -> FloatArray:
    column = numbers(name, values, ndim=1)  # type: ignore[arg-type]
    if np.asarray(values).dtype.kind == "b":
        raise InputError(f"{name} must hold numbers, got {short(values)}.")
    return column


def _items(n_examples: object, size: int) -> FloatArray:
    n = np.atleast_1d(numbers("n_examples", n_examples))  # type: ignore[arg-type]
    if n.shape not in ((1,), (size,)):
        raise InputError(f"n_examples must be one number or one per score, got shape {n.shape} for {size} "
                         "scores.")
    _refuse(~((n >= 1) & (n <= MAX_COUNT)), n, "n_examples", f"numbers from 1 to {MAX_COUNT:g}")
    return np.broadcast_to(n, (size,)).copy()


def _errors(stderr: object, size: int) -> FloatArray:
    error = numbers("stderr", stderr)  # type: ignore[arg-type]
    if error.shape != (size,):
        raise InputError(f"stderr must hold one number per score, got shape {error.shape} for {size} scores.")
    _refuse(~((error >= 0) & np.isfinite(error)), error, "stderr", "finite numbers of at least 0")
    return error


def _level(name: str, value: object, low: float, high: float, unit: str) -> float:
    """One number for the whole ladder; NaN and None where there is none."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return float("nan")
    given = numbers(name, value)  # type: ignore[arg-type]
    different = np.unique(given)
    if len(different) != 1:
        raise InputError(f"{name} must be one number for the whole ladder, got "
                         f"{' and '.join(f'{v:g}' for v in different[:2]) or 'none'}.")
    _refuse((different < low) | (different > high), different, name, unit)
    return float(different[0])


def _names(models: object, size: int) -> list[str]:
    refusal = InputError(f"models must be a sequence of names, got {short(models)}.")
    if isinstance(models, str) or not isinstance(models, Iterable):
        raise refusal
    try:
        names = [str(m) for m in models]
    except Exception:  # an array without a dimension, or a name that cannot say what it is
        raise refusal from None
    if len(names) not in (0, size):
        raise InputError(f"models must name every score, got {len(names)} names for {size} scores.")
    return names


def _refuse(bad: BoolArray, seen: FloatArray, name: str, accepted: str) -> None:
    if bad.any():
        raise InputError(f"{name} must hold {accepted}, got {seen[bad][0]:g}.")
