"""Argument checks shared by metrics and intervals: refuse early, in one clear sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .errors import InputError, UnknownNameError

__all__ = ["BoolArray", "FloatArray", "IntArray", "broadcast", "confidence_level", "counts",
           "need_columns", "need_finite", "numbers", "where"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def need_columns(table: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse a table that lacks one of the columns `names`.

    Raises
    ------
    UnknownNameError
        Names the first that is missing.
    """
    for name in names:
        if name not in table:
            raise UnknownNameError("column", name, table.columns)


def need_finite(table: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse a table that lacks one of the columns `names`, or has a hole or an infinity in it.

    Raises
    ------
    UnknownNameError, InputError
        Names the first at fault.
    """
    for name in names:
        need_columns(table, [name])
        if not np.isfinite(table[name].to_numpy(dtype=float)).all():
            raise InputError(f"column '{name}' holds missing or infinite values; leave those rows out.")


def numbers(name: str, values: ArrayLike, *, ndim: int | None = None) -> FloatArray:
    """`values` as float64 without NaN.

    Parameters
    ----------
    name : str
        What the error calls the argument.
    values : array_like
        Numbers or booleans; infinities pass.
    ndim : int, optional
        Number of dimensions due; any by default.

    Raises
    ------
    InputError
        On text, ragged rows, NaN or another number of dimensions.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be a number or a full array of them, got {_short(values)}.") from None
    if ndim is not None and array.ndim != ndim:
        raise InputError(f"{name} must have {ndim} dimension{'s' * (ndim > 1)}, got shape {array.shape}.")
    if np.isnan(array).any():
        raise InputError(f"{name} must not be NaN, got NaN{where(np.isnan(array))}; drop it or fill it.")
    return array


def counts(name: str, values: ArrayLike, *, minimum: int = 0) -> IntArray:
    """`values` as int64, each a whole number of at least `minimum`; 3.0 counts as 3.

    Raises
    ------
    InputError
        On a fraction, an infinity, NaN or a number below `minimum`.

    Examples
    --------
    >>> counts("n", [3.0, 4])
    array([3, 4])
    """
    array = numbers(name, values)
    bad = ~np.isfinite(array) | (array != np.rint(array)) | (array < minimum)
    if bad.any():
        raise InputError(
            f"{name} must be a whole number of at least {minimum}, got {array[bad].flat[0]:g}{where(bad)}."
        )
    return array.astype(np.int64)


def confidence_level(level: float) -> float:
    """`level` if it lies strictly between 0 and 1.

    Raises
    ------
    InputError
        Otherwise; 95 for 95 % is the usual slip.
    """
    if not 0 < level < 1:
        raise InputError(f"level must lie strictly between 0 and 1, e.g. 0.95, got {level}.")
    return float(level)


def where(bad: BoolArray) -> str:
    """Say where the first True is: `` at index 4``, `` at index (2, 0)``, nothing for a scalar."""
    index = [int(i) for i in np.argwhere(bad)[0]]
    return f" at index {index[0] if len(index) == 1 else tuple(index)}" if index else ""


def broadcast(**arrays: NDArray[Any]) -> list[NDArray[Any]]:
    """Bring named arrays to one shape.

    Raises
    ------
    InputError
        If their shapes do not broadcast.
    """
    try:
        return list(np.broadcast_arrays(*arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{k} {v.shape}" for k, v in arrays.items())
        raise InputError(f"Shapes must broadcast, got {shapes}.") from None


def _short(values: object) -> str:
    text = repr(values)
    return text if len(text) <= 60 else text[:57] + "..."
