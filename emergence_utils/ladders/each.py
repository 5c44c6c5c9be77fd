"""The one group-by: a measure applied to every ladder of a table."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from .._checks import short
from ..errors import EmergenceError, InputError
from ..results import Interval, Result
from .odd import odd_points
from .one import Ladder, Measure
from .table import Ladders, ladders

__all__ = ["measure"]


def measure(data: pd.DataFrame | Ladder | Iterable[Ladder], what: Measure, **how: Any) -> pd.DataFrame:
    """Apply a measure to every ladder: one row each, with its key and its result.

    Parameters
    ----------
    data : DataFrame, Ladder or iterable of Ladder
        A score table is first cut by `ladders`.
    what : callable
        A measure: takes a ladder, gives a `Result`.
    **how
        Options of `ladders`, for a table.

    Returns
    -------
    DataFrame
        Columns of the keys, n_models, estimate, low, high, n, status, the further fields of the result
        (an interval as ``NAME_low`` and ``NAME_high``), and notes: those of the ladder, odd points
        included, then the result's, joined. A ladder that the measure refuses is a row with status
        "failed" and the reason. What made no ladder stands in ``attrs["notes"]``.

    Raises
    ------
    InputError
        If `what` is no measure; else as `ladders`.

    Examples
    --------
    >>> from emergence_utils.results import Result
    >>> def last(ladder):
    ...     return Result.exact(ladder.score[-1], len(ladder))
    >>> measure(Ladder.of([1e8, 1e9], [0.3, 0.7], 100), last)[["n_models", "estimate", "status"]]
       n_models  estimate status
    0         2       0.7     ok
    """
    if not callable(what) or isinstance(what, type):
        raise InputError(f"what must be a measure, called with a ladder, got {short(what)}.")
    found = _ladders(data, how)
    rows = [_row(ladder, result) for ladder, result in zip(found, _results(found, what), strict=True)]
    table = pd.DataFrame(rows)
    if rows:  # the words come last, where a reader looks for them
        table = table[[c for c in table if c != "notes"] + ["notes"]]
    table.attrs["notes"] = getattr(found, "left_out", ())
    return table


def _ladders(data: Any, how: dict[str, Any]) -> list[Ladder]:
    if isinstance(data, pd.DataFrame):
        unknown = set(how) - {"x", "by", "across", "replicates", "min_models"}
        if unknown:
            raise InputError(f"measure has no option '{min(unknown)}'; accepted are x, by, across, "
                             "replicates and min_models.")
        return ladders(data, **how)
    if how:
        raise InputError(f"option '{next(iter(how))}' is for tables; the ladders are given.")
    found = data if isinstance(data, Ladders) else [data] if isinstance(data, Ladder) else None
    if found is None:
        try:
            found = list(data)
        except TypeError:
            raise InputError(f"data must be a score table or ladders, got {short(data)}.") from None
    for one in found:
        if not isinstance(one, Ladder):
            raise InputError(f"data must hold ladders, got {short(one)}.")
    return found


def _results(found: list[Ladder], what: Measure) -> list[Result]:
    """Result of each ladder; a measure that takes many at once does so, which is faster."""
    together = getattr(what, "each", None)
    if callable(together):
        try:
            return list(together(found))
        except EmergenceError:
            pass  # one ladder is refused: one by one says which
    return [_result(ladder, what) for ladder in found]


def _result(ladder: Ladder, what: Measure) -> Result:
    try:
        result = what(ladder)
    except EmergenceError as refusal:
        return Result(math.nan, None, len(ladder), "failed", (str(refusal),))
    if not isinstance(result, Result):
        raise InputError(f"a measure must give a Result, got {short(result)}.")
    return result


def _row(ladder: Ladder, result: Result) -> dict[str, Any]:
    interval = result.interval
    row: dict[str, Any] = dict(ladder.key) | {
        "n_models": len(ladder), "estimate": float(result.estimate),
        "low": interval.low if interval else np.nan, "high": interval.high if interval else np.nan,
        "n": result.n, "status": result.status}
    for field in fields(result):
        if field.name in {f.name for f in fields(Result)}:
            continue
        value = getattr(result, field.name)
        if isinstance(value, Result):
            row |= {field.name: value.estimate} | _ends(field.name, value.interval)
        elif isinstance(value, Interval):
            row |= _ends(field.name, value)
        else:
            row[field.name] = value
    return row | {"notes": " ".join(dict.fromkeys((*ladder.notes, *odd_points(ladder), *result.notes)))}


def _ends(name: str, interval: Interval | None) -> dict[str, float]:
    return {f"{name}_low": interval.low if interval else np.nan,
            f"{name}_high": interval.high if interval else np.nan}
