"""The numbers behind a figure: the tables it was drawn from, kept with its axes, as one table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .._checks import need_columns
from .._typed import checked
from ..errors import InputError, UnknownNameError

__all__ = ["attach", "attach_mark", "csv_text", "figure_data", "groups_of", "need_groups"]

_DRAWN = "_emergence_drawn"
_FIRST = ("panel", "series", "kind")
#: Columns of a mark, a line or stretch to compare with, in the order of the file.
_MARK = ("series", "kind", "x", "y", "low", "high", "x_low", "x_high")


@dataclass
class _Drawn:
    """What one pair of axes shows: tables, marks, and the columns of the last table along its axes."""

    tables: list[pd.DataFrame] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    x: str = "x"
    y: str = "y"


def groups_of(table: pd.DataFrame, hue: str | None, order: Sequence[Any] | None = None) -> list[Any]:
    """Groups to draw: those of `order`, or all in the order of the table; ``[None]`` without a column.

    Raises
    ------
    UnknownNameError, InputError
        If the column is not there, has holes or holds what cannot be a name, or a group has no row.
    """
    if hue is None:
        return [None]
    need_groups(table, hue)
    present = list(dict.fromkeys(table[hue]))
    if order is None:
        return present
    if not len(order):
        raise InputError("order must name at least one group, got none.")
    for group in order:
        if not pd.api.types.is_scalar(group) or group not in present:
            raise UnknownNameError(hue, group, map(str, present))
    return list(order)


def need_groups(table: pd.DataFrame, hue: str | None) -> None:
    """Refuse a column of groups that is not there, has holes, or holds anything that cannot be a name.

    Raises
    ------
    UnknownNameError, InputError
    """
    if hue is None:
        return
    need_columns(table, [hue])
    column = table[hue]
    if isinstance(column, pd.DataFrame) or not column.map(lambda v: pd.api.types.is_scalar(v)).all():
        raise InputError(f"column '{hue}' must hold one name a row.")
    if column.isna().any():
        raise InputError(f"column '{hue}' is missing in {int(column.isna().sum())} of {len(table)} rows; "
                         "leave those rows out and say so.")


def attach(ax: Axes, table: pd.DataFrame, *, x: str = "x", y: str = "y") -> None:
    """Keep `table`, which `ax` shows, for the file beside the figure.

    Parameters
    ----------
    x, y : str
        Its columns along the axes; marks get the same names.

    Raises
    ------
    UnknownNameError
        If `table` lacks a column that is named.
    """
    for column in {x, y} - {"x", "y"} - set(table.columns):
        raise UnknownNameError("column", column, table.columns)
    drawn = _drawn(ax)
    table = table.rename(columns=lambda c: str(c).lstrip("_")).reset_index(drop=True)
    if "kind" not in table:
        table.insert(int("series" in table), "kind", "points")
    drawn.tables.append(table)
    drawn.x, drawn.y = x.lstrip("_"), y.lstrip("_")


def attach_mark(ax: Axes, kind: str, name: str = "", **ends: float) -> None:
    """Keep what is drawn to compare with: `kind` is reference or shaded, `ends` are columns of a mark."""
    _drawn(ax).marks.append({"series": name or None, "kind": kind, **ends})


@checked
def figure_data(fig: Figure) -> pd.DataFrame:
    """The numbers that a figure shows: the tables that it was drawn from, one under the other.

    Returns
    -------
    DataFrame
        One row per point, bar or cell. ``panel`` names the axes where there are several, ``series`` is
        the name in the legend, ``kind`` one of points, line, bar, cell, reference (a line to compare
        with) and shaded. ``low`` and ``high`` are the ends of an interval of y, ``x_low`` and ``x_high``
        of one of x. Columns without an entry are left out. Empty where nothing was attached.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = (fig := Figure()).add_subplot()
    >>> table = pd.DataFrame({"series": "GPT-3", "size": [1, 2], "score": [0.1, 0.4]})
    >>> attach(ax, table, x="size", y="score")
    >>> attach_mark(ax, "reference", "chance", y=0.25)
    >>> print(figure_data(fig).to_string(index=False, na_rep=""))
    series      kind  size  score
     GPT-3    points   1.0   0.10
     GPT-3    points   2.0   0.40
    chance reference         0.25
    """
    tables = {ax: t for ax in fig.axes if ax.get_visible() and not (t := _axes_data(ax)).empty}
    if len(tables) > 1:
        for name, table in zip(_panel_names(list(tables)), tables.values(), strict=True):
            table.insert(0, "panel", name)
    return _under_each_other(list(tables.values())) if tables else pd.DataFrame()


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV: whole numbers whole, others with five significant digits."""
    return str(table.map(_written).to_csv(index=False, lineterminator="\n"))


def _written(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, float, np.integer, np.floating)):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(value)) if number.is_integer() and abs(number) < 1e15 else f"{number:.5g}"
    return "" if value is None or value is pd.NA else " ".join(str(value).split())


def _drawn(ax: Axes) -> _Drawn:
    if not hasattr(ax, _DRAWN):
        setattr(ax, _DRAWN, _Drawn())
    found: _Drawn = getattr(ax, _DRAWN)
    return found


def _axes_data(ax: Axes) -> pd.DataFrame:
    drawn = _drawn(ax)
    marks = pd.DataFrame(drawn.marks, columns=list(_MARK)).rename(columns={"x": drawn.x, "y": drawn.y})
    table = _under_each_other([*drawn.tables, marks])
    for axis, columns in ((ax.xaxis, (drawn.x, "x_low", "x_high")), (ax.yaxis, (drawn.y, "low", "high"))):
        if axis.get_scale() == "linear":
            _drop_dust(table, set(columns))
    return table


def _under_each_other(tables: list[pd.DataFrame]) -> pd.DataFrame:
    # objects, so that columns which one table lacks keep the numbers of the others as they are
    full = [t.astype(object) for t in tables if not t.empty]
    if not full:
        return pd.DataFrame()
    whole = pd.concat(full, ignore_index=True).dropna(axis="columns", how="all").infer_objects()
    first = [c for c in _FIRST if c in whole]
    return whole[[*first, *whole.columns.drop(first)]]


def _drop_dust(table: pd.DataFrame, columns: set[str]) -> None:
    """Rounding errors around nought, which differ from machine to machine, become nought."""
    for column in columns & set(table.columns):
        if pd.api.types.is_float_dtype(table[column]):
            size = table[column].abs()
            table.loc[size < 1e-12 * size.max(), column] = 0.0


def _panel_names(axes: list[Axes]) -> list[str]:
    """Each panel's title; else what is written in its corner or on its axes, if that tells it apart."""
    said = [[" ".join(str(t).split()) for t in (ax.get_title("left") or ax.get_title(), _corner(ax),
                                                ax.get_ylabel(), ax.get_xlabel())] for ax in axes]
    for which in ((0,), (1,), (2,), (3,), (1, 2), (1, 3), (0, 3), (2, 3)):
        names = [", ".join(words[i] for i in which) for words in said if all(words[i] for i in which)]
        if len(set(names)) == len(axes):
            return names
    return [f"{i} {next(filter(None, words), '')}".strip() for i, words in enumerate(said, 1)]


def _corner(ax: Axes) -> str:
    words = (t.get_text() for t in ax.texts if getattr(t, "xycoords", None) == "axes fraction")
    return next(words, "")
