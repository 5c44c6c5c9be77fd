"""The numbers behind a figure: the table that was drawn, or what its artists show, as one table."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryLocator
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

from ._artists import Row, colour_of, read
from .style import GRID, INK, MUTED

__all__ = ["Attached", "attach", "csv_text", "figure_data"]

_TABLES = "_emergence_data"
#: Order of the columns that are read from artists.
_COLUMNS = ("series", "line", "kind", "mark", "x", "y", "low", "high", "x_low", "x_high", "value")
#: Colours that many things share, so that they tell nothing about a series.
_NEUTRAL = (INK, MUTED, GRID, "#000000")
#: Where an interval of x or of y stands, and the columns of its ends.
_SIDES = {"x": ("y", "x_low", "x_high"), "y": ("x", "low", "high")}

_Names = dict[tuple[str | None, str], str]


@dataclass(frozen=True)
class Attached:
    """A table that was drawn, and the artists that show it."""

    table: pd.DataFrame
    x: str
    y: str
    artists: tuple[Any, ...]


def attach(ax: Axes, table: pd.DataFrame, *, x: str, y: str) -> None:
    """Say that what `ax` holds now, and no table tells of yet, shows `table`.

    Parameters
    ----------
    x, y : str
        Its columns along the axes; what is drawn later gets the same names.
    """
    table = table.rename(columns=lambda c: str(c).lstrip("_")).reset_index(drop=True)
    if "kind" not in table:
        table.insert(int("series" in table), "kind", "points")
    known = [*getattr(ax, _TABLES, []),
             Attached(table, x.lstrip("_"), y.lstrip("_"), tuple(ax.get_children()))]
    setattr(ax, _TABLES, known)


def figure_data(fig: Figure) -> pd.DataFrame:
    """The numbers that a figure shows.

    Plot functions attach the table that they drew; all else is read back from the drawn artists, in
    the units of the axes.

    Returns
    -------
    DataFrame
        One row per point, interval, bar or cell. ``panel`` names the axes where there are several,
        ``series`` is the name in the legend, ``kind`` one of points, line, interval, band, bar, cell,
        reference (a line drawn to compare with) and shaded. ``line`` numbers the lines of one series,
        ``mark`` says open or filled where there are both. ``low`` and ``high`` are the ends of an
        interval of y, ``x_low`` and ``x_high`` of one of x. Columns without an entry are left out.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = (fig := Figure()).add_subplot()
    >>> _ = ax.plot([1, 2], [0.1, 0.4], "o", label="GPT-3"), ax.axhline(0.25)
    >>> print(figure_data(fig).to_string(index=False, na_rep=""))
    series      kind   x    y
     GPT-3    points 1.0 0.10
     GPT-3    points 2.0 0.40
           reference     0.25
    """
    panels = [ax for ax in fig.axes if ax.get_label() != "<colorbar>" and ax.get_visible()]
    shared = _legend(panels, fig)
    tables = {ax: t for ax in panels if not (t := _axes_data(ax, shared)).empty}
    if len(tables) > 1:
        for name, table in zip(_panel_names(list(tables)), tables.values(), strict=True):
            table.insert(0, "panel", name)
    if not tables:
        return pd.DataFrame()
    # objects, so that columns which one panel lacks keep the numbers of the others as they are
    whole = pd.concat([t.astype(object) for t in tables.values()], ignore_index=True)
    return whole.dropna(axis="columns", how="all").infer_objects()


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


def _axes_data(ax: Axes, shared: _Names) -> pd.DataFrame:
    known: list[Attached] = getattr(ax, _TABLES, [])
    rows = _joined(read(ax, {id(a) for k in known for a in k.artists}))
    names = shared | _legend([ax])
    for row in rows:
        kind = row["kind"] if row["colour"] in _NEUTRAL else ""
        row["series"] = row["series"] or names.get((row["colour"], kind))
    _number_lines(rows)
    if len({row["mark"] for row in rows if "mark" in row}) < 2:
        for row in rows:
            row.pop("mark", None)
    _name_categories(ax.xaxis, "x", rows)
    _name_categories(ax.yaxis, "y", rows)
    rest = pd.DataFrame(rows, columns=list(_COLUMNS)).dropna(axis="columns", how="all")
    tables = [k.table for k in known]
    if known:
        rest = rest.rename(columns={"x": known[-1].x, "y": known[-1].y})
    together = [t.astype(object) for t in (*tables, rest) if not t.empty]
    table = pd.concat(together, ignore_index=True).infer_objects() if together else pd.DataFrame()
    wide = {ax.xaxis: ("x", "x_low", "x_high"), ax.yaxis: ("y", "low", "high")}
    for axis, columns in wide.items():
        if axis.get_scale() == "linear":
            _drop_dust(table, {*columns, *(getattr(k, columns[0]) for k in known)})
    return table


def _joined(rows: list[Row]) -> list[Row]:
    """Intervals and bands written into the rows of the points that they belong to."""
    kept: list[Row] = []
    points: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row["kind"] in ("points", "line"):
            for axis, place in (("y", "x"), ("x", "y")):
                points.setdefault((axis, row["colour"], row[place]), []).append(row)
    for row in rows:
        axis = "y" if "x" in row else "x"
        place, low, high = _SIDES[axis]
        ends = row["kind"] in ("interval", "band")
        near = points.get((axis, row["colour"], row[place]), []) if ends else []
        own = next((p for p in near if low not in p and row[low] <= p[axis] <= row[high]), None)
        if own is None:
            kept.append(row)
        else:
            own |= {low: row[low], high: row[high]}
    return kept


def _legend(axes: Iterable[Axes], fig: Figure | None = None) -> _Names:
    """Name by colour, and for a neutral one by kind too, where legends give it one name only."""
    names: dict[tuple[str | None, str], set[str]] = {}
    legends = [*(ax.get_legend() for ax in axes), *(fig.legends if fig else ())]
    for legend in filter(None, legends):
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
            if (colour := colour_of(handle)) is not None:
                stroke = isinstance(handle, Line2D) and handle.get_linestyle() != "None"
                kind = ("line" if stroke else "points") if colour in _NEUTRAL else ""
                names.setdefault((colour, kind), set()).add(text.get_text())
    return {key: found.pop() for key, found in names.items() if len(found) == 1}


def _number_lines(rows: list[Row]) -> None:
    """Tell apart the lines of one series, or of none."""
    lines: dict[str | None, dict[int, int]] = {}
    for row in rows:
        if row["kind"] == "line":
            known = lines.setdefault(row["series"], {})
            row["line"] = known.setdefault(row["artist"], len(known) + 1)
    for row in rows:
        if len(lines.get(row["series"], ())) < 2:
            row.pop("line", None)


def _name_categories(axis: Axis, key: str, rows: list[Row]) -> None:
    """Replace positions by the words of the ticks, series by series, where every one lies at a tick."""
    locator = axis.get_major_locator()
    if axis.get_scale() != "linear" or not isinstance(locator, (FixedLocator, StrCategoryLocator)):
        return
    ticks = np.asarray(locator(), dtype=float)
    words = [" ".join(w.split()) for w in axis.get_major_formatter().format_ticks(list(ticks))]
    apart = np.diff(np.sort(ticks)).min(initial=np.inf)
    if apart < 1 or all(map(_is_number, words)):
        return
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row.get(key) is not None and row["kind"] not in ("reference", "shaded"):
            groups.setdefault((row["series"], row["kind"]), []).append(row)
    for group in groups.values():
        away = np.abs(np.array([[row[key]] for row in group]) - ticks)
        if (away.min(axis=1) < 0.45).all():
            for row, nearest in zip(group, away.argmin(axis=1), strict=True):
                row[key] = words[nearest]
                if row["kind"] == "bar":  # its width means nothing
                    for end in _SIDES[key][1:]:
                        row.pop(end, None)


def _is_number(text: str) -> bool:
    try:
        float(text.replace("−", "-"))
    except ValueError:
        return not text
    return True


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
