"""Bring predictions and targets to pairs that the text scorers can trust."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._checks import short
from ..errors import InputError

__all__ = ["Examples", "Pair", "pairs_of"]

#: One side of the examples; an integer array of shape (n, length) holds one example per row.
Examples = Sequence[str | Sequence[Hashable]] | NDArray[Any]
#: Prediction and target, both strings or both tuples (typed Any: each scorer takes either).
Pair = tuple[Any, Any]


def pairs_of(
    predictions: Iterable[Any], targets: Iterable[Any], normalise: Callable[[Any], Any] | None = None
) -> list[Pair]:
    """Both sides, example by example.

    Parameters
    ----------
    predictions, targets : iterable of str or of token sequences, length n
    normalise : callable, optional
        Applied to every example of both sides first.

    Returns
    -------
    list of (prediction, target)
        n pairs, each of two strings or of two tuples.

    Raises
    ------
    InputError
        If a side is a bare string, lengths differ, an example is neither a string nor a
        sequence of hashable tokens, or a pair mixes the two.
    """
    if normalise is not None and not callable(normalise):
        raise InputError(f"normalise must be a function such as str.strip, got {short(normalise)}.")
    left = _examples("predictions", predictions, normalise)
    right = _examples("targets", targets, normalise)
    if len(left) != len(right):
        raise InputError(f"predictions and targets must have one length, got {len(left)} and {len(right)}.")
    for i, (p, t) in enumerate(zip(left, right, strict=True)):
        if isinstance(p, str) != isinstance(t, str):
            raise InputError(
                f"prediction and target must both be strings or both be token sequences, got {short(p)} "
                f"and {short(t)} at index {i}."
            )
    return list(zip(left, right, strict=True))


def _examples(name: str, values: Iterable[Any], normalise: Callable[[Any], Any] | None) -> list[Any]:
    if isinstance(values, str):
        raise InputError(f"{name} must be a sequence of examples, got {values!r}; wrap the string in a list.")
    if isinstance(values, Mapping | set | bytes | type) or not isinstance(values, Iterable) or (
            isinstance(values, np.ndarray) and not values.ndim):
        raise InputError(f"{name} must be a sequence of examples, got {short(values)}.")
    plain = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return [_example(name, i, _normalised(name, i, v, normalise)) for i, v in enumerate(plain)]


def _normalised(name: str, i: int, value: Any, normalise: Callable[[Any], Any] | None) -> Any:
    if normalise is None:
        return value
    try:
        return normalise(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"normalise does not work on {name}, index {i}, {short(value)}: {short(error)}."
                         ) from error


def _example(name: str, i: int, value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, Sequence) and all(isinstance(token, Hashable) for token in value):
        return tuple(value)
    raise InputError(f"{name} must hold strings or token sequences, got {short(value)} at index {i}.")
