"""Argument checks shared by metrics and intervals: refuse early, in one clear sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .errors import InputError, UnknownNameError

__all__ = ["BoolArray", "FloatArray", "IntArray", "at_least_one", "broadcast", "confidence_level", "count",
           "counts", "fraction", "need_columns", "need_finite", "need_rows", "number", "number_format",
           "numbers", "numbers_of", "numbers_or_nan", "one_of", "positive", "short", "switch", "where"]

#: Largest count: beyond, neighbouring whole numbers are one float.
MAX_COUNT = 10**15

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
        if name not in table.columns:
            raise UnknownNameError("column", name, table.columns)


def need_finite(table: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse a table that lacks one of the columns `names`, or has a hole or an infinity in it.

    Raises
    ------
    UnknownNameError, InputError
        Names the first at fault.
    """
    for name in names:
        column = numbers_of(table, name)
        bad = int((~np.isfinite(column)).sum())
        if bad:
            raise InputError(f"column '{name}' is missing or infinite in {bad} of {len(table)} rows; leave "
                             "those rows out and say so.")


def numbers_of(table: pd.DataFrame, name: str) -> FloatArray:
    """Column `name` of a table as float64, NaN where it is missing.

    Raises
    ------
    UnknownNameError, InputError
        If the column is not there, is there twice or holds something else than numbers.
    """
    need_columns(table, [name])
    column = table[name]
    if isinstance(column, pd.DataFrame):
        raise InputError(f"column '{name}' must be there once, got {column.shape[1]} of that name.")
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_complex_dtype(column):
        for value in column[column.notna()]:
            if not isinstance(value, int | float | np.integer | np.floating) or not abs(float(value)) < 1e300:
                raise InputError(f"column '{name}' must hold numbers, got {short(value)}.")
    return np.asarray(column.astype(np.float64).to_numpy())


def numbers(name: str, values: ArrayLike, *, ndim: int | None = None) -> FloatArray:
    """`values` as float64 without NaN.

    Parameters
    ----------
    name : str
        What the error calls the argument.
    values : array_like
        Numbers or booleans; infinities pass. Complex numbers, dates, text (even of digits) and masked
        entries do not.
    ndim : int, optional
        Number of dimensions due; any by default.

    Raises
    ------
    InputError
        On anything that is no number, ragged rows, NaN or another number of dimensions.
    """
    array = numbers_or_nan(name, values)
    if ndim is not None and array.ndim != ndim:
        raise InputError(f"{name} must have {ndim} dimension{'s' * (ndim > 1)}, got shape {array.shape}.")
    if np.isnan(array).any():
        raise InputError(f"{name} must not be NaN, got NaN{where(np.isnan(array))}; drop it or fill it.")
    return array


def numbers_or_nan(name: str, values: ArrayLike) -> FloatArray:
    """As `numbers`, with NaN allowed where a value is missing."""
    def refusal() -> InputError:
        return InputError(f"{name} must be a number or a full array of them, got {short(values)}.")

    if np.ma.is_masked(values):
        raise InputError(f"{name} must not have masked entries; drop or fill them first.")
    try:
        raw = np.asarray(values)
        if raw.dtype.kind not in "buifO" or (
                raw.dtype.kind == "O" and any(isinstance(v, str | bytes | complex) for v in raw.flat)):
            # numpy would read "1" as 1, a date as days since 1970, and halve a complex number
            raise refusal()
        return raw.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise refusal() from None


def counts(name: str, values: ArrayLike, *, minimum: int = 0) -> IntArray:
    """`values` as int64, each a whole number of at least `minimum`; 3.0 counts as 3.

    Raises
    ------
    InputError
        On a fraction, an infinity, NaN or a number below `minimum` or above 1e15.

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
    if (array > MAX_COUNT).any():
        raise InputError(f"{name} must be at most {MAX_COUNT:g}, got {array.max():g}.")
    return array.astype(np.int64)


def number(name: str, value: object) -> float:
    """`value` as one float, not NaN.

    Raises
    ------
    InputError
        As `numbers`, and on an array.
    """
    if type(value) is float and not isnan(value):
        return value  # nearly always so, and numpy would take longer than what is asked
    return float(numbers(name, value, ndim=0))  # type: ignore[arg-type]


def count(name: str, value: object, *, minimum: int = 0, maximum: int = MAX_COUNT) -> int:
    """`value` as one whole number from `minimum` to `maximum`.

    Raises
    ------
    InputError
        Otherwise.
    """
    if type(value) is int and minimum <= value <= maximum:
        return value
    number(name, value)
    whole = int(counts(name, value, minimum=minimum))  # type: ignore[arg-type]
    if whole > maximum:
        raise InputError(f"{name} must be at most {maximum:,}, got {whole:,}.")
    return whole


def positive(name: str, value: object, *, minimum: float = 0.0) -> float:
    """`value` as one finite number above 0, or of at least `minimum` where that is above 0.

    Raises
    ------
    InputError
        Otherwise.

    Examples
    --------
    >>> positive("decades", 2)
    2.0
    """
    found = _plain(value)
    if not (found >= minimum if minimum > 0 else found > 0) or not found < float("inf"):
        due = f"a finite number of at least {minimum:g}" if minimum > 0 else "a positive number"
        raise InputError(f"{name} must be {due}, got {short(value)}.")
    return found


def fraction(name: str, value: object, *, low: bool = True, high: bool = True) -> float:
    """`value` as one share from 0 to 1.

    Parameters
    ----------
    low, high : bool
        Whether 0 and 1 themselves are accepted.

    Raises
    ------
    InputError
        Otherwise; 25 for 25 % is the usual slip.

    Examples
    --------
    >>> fraction("tolerance", 0.25)
    0.25
    """
    found = _plain(value)
    if not ((found >= 0 if low else found > 0) and (found <= 1 if high else found < 1)):
        ends = {(True, True): "from 0 to 1", (False, True): "above 0 and up to 1",
                (True, False): "from 0 to below 1", (False, False): "between 0 and 1"}[low, high]
        raise InputError(f"{name} must be a share {ends}, such as 0.25 for 25 %, got {short(value)}.")
    return found


def _plain(value: object) -> float:
    """One number, or NaN where it is none, or True or False."""
    try:
        return float("nan") if isinstance(value, bool | np.bool_) else number("", value)
    except InputError:
        return float("nan")


def at_least_one(name: str, values: object, what: str = "value") -> list[Any]:
    """`values` as a list that is not empty; text, a mapping and a table are no lists.

    Raises
    ------
    InputError
        Otherwise.

    Examples
    --------
    >>> at_least_one("floors", (0, 0.5))
    [0, 0.5]
    """
    single = isinstance(values, str | bytes | Mapping | pd.DataFrame) or (
        isinstance(values, np.ndarray) and values.ndim == 0)
    listed = list(values) if isinstance(values, Iterable) and not single else []
    if not listed:
        raise InputError(f"{name} must be a list of at least one {what}, got {short(values)}.")
    return listed


def need_rows(name: str, table: pd.DataFrame) -> None:
    """Refuse a table without rows, as a filter leaves that nothing passes.

    Raises
    ------
    InputError
        If there is none.
    """
    if not len(table):
        raise InputError(f"{name} has no row left; what it was filtered by lets nothing pass.")


def number_format(name: str, spec: str) -> str:
    """`spec` if a number can be printed by it.

    Raises
    ------
    InputError
        Otherwise.
    """
    try:
        format(0.5, spec)
    except ValueError:
        raise InputError(f"{name} must be a format of numbers such as '.2f', got {short(spec)}.") from None
    return spec


def switch(name: str, value: object) -> bool:
    """`value` if it is True or False.

    Raises
    ------
    InputError
        Otherwise.
    """
    if not isinstance(value, bool | np.bool_):
        raise InputError(f"{name} must be True or False, got {short(value)}.")
    return bool(value)


def one_of(name: str, value: object, accepted: Iterable[str]) -> str:
    """`value` if it is one of the words `accepted`.

    Raises
    ------
    InputError
        Otherwise.
    """
    words = list(accepted)
    if not isinstance(value, str) or value not in words:
        listed = ", ".join(map(repr, words[:-1])) + f" or {words[-1]!r}"
        raise InputError(f"{name} must be {listed}, got {short(value)}.")
    return value


def confidence_level(level: object) -> float:
    """`level` if it lies strictly between 0 and 1.

    Raises
    ------
    InputError
        Otherwise; 95 for 95 % is the usual slip.
    """
    try:
        value = number("level", level)
    except InputError:
        value = float("nan")
    if not 0 < value < 1:
        raise InputError(f"level must lie strictly between 0 and 1, e.g. 0.95, got {short(level)}.")
    return value


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


def short(values: object) -> str:
    """What was given, in one line of at most 60 characters."""
    if isinstance(values, np.generic):
        values = values.item()  # nan, not np.float64(nan)
    if isinstance(values, pd.DataFrame | pd.Series | pd.Index):
        return f"a {type(values).__name__} of shape {values.shape}"
    try:
        text = " ".join(repr(values).split())
    except Exception:  # a whole number too long to print, or an object that cannot say what it is
        return f"a value of type {type(values).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."
