"""What is drawn in one pair of axes, read back from its artists as rows of numbers."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
from matplotlib import collections as mc
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.image import AxesImage
from matplotlib.lines import AxLine, Line2D
from matplotlib.patches import Patch, Rectangle, StepPatch
from matplotlib.text import Annotation

from .style import PAPER

__all__ = ["Row", "colour_of", "read"]

#: One row of figure data; ``colour`` and ``artist`` tell what belongs together and are dropped in the end.
Row = dict[str, Any]


def read(ax: Axes, skip: Collection[int] = ()) -> list[Row]:
    """Rows of the lines, points, intervals, bands, bars and cells of `ax`.

    Parameters
    ----------
    ax : Axes
    skip : collection of int
        ``id`` of artists that a table describes already; reference lines and shaded stretches among
        them are read all the same.

    Returns
    -------
    list of dict
        Keys ``series`` (None where the artist has no label), ``kind``, ``colour`` and those of ``x``,
        ``y``, ``low``, ``high`` (of y), ``x_low``, ``x_high``, ``value`` and ``mark`` (filled or open)
        that apply; ``artist`` is a number.
    """
    whole = {id(part): c for c in ax.containers for part in c.get_children()}  # it has the name of its parts
    caps = {id(cap) for c in ax.containers if isinstance(c, ErrorbarContainer) for cap in c.lines[1]}
    rows: list[Row] = []
    for number, artist in enumerate((*ax.lines, *ax.collections, *ax.patches, *ax.images)):
        if not artist.get_visible() or id(artist) in caps:
            continue
        reference = _reference(ax, artist)
        if reference is not None:
            found = reference
        elif id(artist) in skip:
            continue
        elif isinstance(artist, Line2D):
            found = list(_line(artist))
        elif isinstance(artist, (Rectangle, StepPatch)):
            found = list(_bars(artist, whole.get(id(artist))))
        elif isinstance(artist, mc.Collection):
            found = list(_collection(artist))
        elif isinstance(artist, AxesImage):
            found = list(_image(artist))
        else:
            found = _unread(artist)
        label = _label(artist) or _label(whole.get(id(artist), artist))
        rows += [{"series": label, "colour": None, "artist": number, **row} for row in found]
    return rows


def colour_of(artist: Any, index: int = 0) -> str | None:
    """The colour that tells an artist's series, without transparency; None where it has none."""
    if isinstance(artist, Line2D):
        return to_hex(artist.get_color())
    if isinstance(artist, mc.Collection):
        face, edge = np.atleast_2d(artist.get_facecolor()), np.atleast_2d(artist.get_edgecolor())
        line = isinstance(artist, mc.LineCollection)
        used = edge if line or not face.size or not face[index % len(face)][3] else face
        return to_hex(used[index % len(used)]) if used.size else None
    if isinstance(artist, Patch):
        inside, edging = to_rgba(artist.get_facecolor()), to_rgba(artist.get_edgecolor())
        return to_hex(inside if inside[3] else edging)
    return None


def _label(artist: Any) -> str | None:
    text = str(artist.get_label() or "")
    return None if not text or text.startswith("_") else text


def _reference(ax: Axes, artist: Artist) -> list[Row] | None:
    """A line across the axes or a shaded stretch of one axis; None for anything that is data."""
    if isinstance(artist, AxLine):
        ends = ax.transData.inverted().transform(artist.get_transform().transform([(0.0, 0.0), (1.0, 1.0)]))
        return [{"kind": "reference", "x": x, "y": y} for x, y in ends]
    in_x, in_y = artist.get_transform().contains_branch_seperately(ax.transData)
    if in_x == in_y:
        return None
    if isinstance(artist, Line2D):
        value = float(np.asarray(artist.get_xdata() if in_x else artist.get_ydata(), dtype=float)[0])
        row = {"kind": "reference", "x" if in_x else "y": value}
        name = _written_at(ax, value, "x" if in_x else "y")
        return [row | ({"series": name} if name and not _label(artist) else {})]
    if isinstance(artist, Rectangle):
        start, size = (artist.get_x(), artist.get_width()) if in_x else (artist.get_y(), artist.get_height())
        keys = ("x_low", "x_high") if in_x else ("low", "high")
        return [{"kind": "shaded", keys[0]: min(start, start + size), keys[1]: max(start, start + size)}]
    return None


def _written_at(ax: Axes, value: float, axis: str) -> str | None:
    """The word written beside a reference line."""
    for text in ax.texts:
        if isinstance(text, Annotation) and isinstance(text.xycoords, tuple):
            at = dict(zip(("x", "y"), zip(text.xycoords, text.xy, strict=True), strict=True))[axis]
            if at[0] == "data" and at[1] == value:
                return str(text.get_text())
    return None


def _line(line: Line2D) -> Iterator[Row]:
    kind = "points" if str(line.get_linestyle()).lower() in ("none", "", " ") else "line"
    mark = {} if line.get_marker() in ("None", "none", "", " ") else _mark(line.get_markerfacecolor())
    xs, ys = (np.asarray(v, dtype=float) for v in line.get_data(orig=False))
    for x, y in zip(xs, ys, strict=True):
        if np.isfinite(x) and np.isfinite(y):
            yield {"kind": kind, "colour": colour_of(line), "x": x, "y": y, **mark}


def _mark(face: Any) -> Row:
    inside = to_rgba(face)
    return {"mark": "open" if not inside[3] or to_hex(inside) == PAPER else "filled"}


def _collection(found: mc.Collection) -> Iterator[Row]:
    if isinstance(found, mc.LineCollection):
        yield from _segments(found)
    elif isinstance(found, mc.PathCollection):
        values, faces = found.get_array(), np.atleast_2d(found.get_facecolor())
        for i, (x, y) in enumerate(np.ma.filled(np.ma.asarray(found.get_offsets(), float), np.nan)):
            if np.isfinite(x) and np.isfinite(y):
                value = {} if values is None else {"value": float(values[i])}
                mark = _mark(faces[i % len(faces)] if faces.size else "none")
                yield {"kind": "points", "colour": colour_of(found, i), "x": x, "y": y, **value, **mark}
    elif isinstance(found, mc.QuadMesh):
        corners, values = np.asarray(found.get_coordinates()), found.get_array()
        assert values is not None  # a mesh always has numbers
        middles = (corners[:-1, :-1] + corners[1:, 1:]) / 2
        for (x, y), value in zip(middles.reshape(-1, 2), np.ma.filled(values, np.nan).ravel(), strict=True):
            yield {"kind": "cell", "x": x, "y": y, "value": float(value)}
    elif isinstance(found, mc.PolyCollection):
        for path in found.get_paths():
            yield from _band(path.vertices, colour_of(found), getattr(found, "t_direction", "x"))
    else:
        yield from _unread(found)


def _segments(found: mc.LineCollection) -> Iterator[Row]:
    """Upright and level strokes are intervals, others are lines."""
    for i, stroke in enumerate(found.get_segments()):
        points, colour = np.asarray(stroke, dtype=float), colour_of(found, i)
        if len(points) < 2 or not np.isfinite(points).all():
            continue
        (x0, y0), (x1, y1) = points[0], points[-1]
        if len(points) == 2 and x0 == x1:
            yield {"kind": "interval", "colour": colour, "x": x0, "low": min(y0, y1), "high": max(y0, y1)}
        elif len(points) == 2 and y0 == y1:
            yield {"kind": "interval", "colour": colour, "y": y0, "x_low": min(x0, x1), "x_high": max(x0, x1)}
        else:
            yield from ({"kind": "line", "colour": colour, "x": x, "y": y} for x, y in points)


def _band(vertices: Any, colour: str | None, along: str) -> Iterator[Row]:
    """A filled band: at each position the lowest and the highest point of its outline."""
    at, across = np.asarray(vertices, dtype=float).T[:: 1 if along == "x" else -1]
    keys = ("x", "low", "high") if along == "x" else ("y", "x_low", "x_high")
    for position in np.unique(at):
        edge = across[at == position]
        yield {"kind": "band", "colour": colour,
               **dict(zip(keys, (position, edge.min(), edge.max()), strict=True))}


def _bars(patch: Rectangle | StepPatch, bar: Any) -> Iterator[Row]:
    colour = colour_of(patch)
    if isinstance(patch, StepPatch):
        heights, edges, base = patch.get_data()
        bases = np.broadcast_to(np.asarray(0.0 if base is None else base, dtype=float), np.shape(heights))
        boxes = list(zip(edges[:-1], edges[1:], bases, heights, strict=True))
        level = patch.orientation == "horizontal"
    else:
        x, y, width, height = patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height()
        level = isinstance(bar, BarContainer) and bar.orientation == "horizontal"
        boxes = [(y, y + height, x, x + width) if level else (x, x + width, y, y + height)]
    place, extent = (("y", "low", "high"), ("x", "x_low", "x_high"))[:: 1 if level else -1]
    for left, right, base, end in boxes:
        row = {"kind": "bar", "colour": colour, place[0]: (left + right) / 2, place[1]: left, place[2]: right,
               extent[0]: end - base}
        # a bar that stands on another one says where it begins
        yield row | ({extent[1]: min(base, end), extent[2]: max(base, end)} if base else {})


def _image(image: AxesImage) -> Iterator[Row]:
    values, (left, right, bottom, top) = image.get_array(), image.get_extent()
    if values is None or values.ndim != 2:
        yield from _unread(image)  # a photograph has no numbers
        return
    rows, columns = values.shape
    first, last = (top, bottom) if image.origin == "upper" else (bottom, top)
    numbers: Any = np.ma.filled(np.ma.asarray(values, float), np.nan)
    for i, j in np.ndindex(rows, columns):
        yield {"kind": "cell", "x": left + (j + 0.5) * (right - left) / columns,
               "y": first + (i + 0.5) * (last - first) / rows, "value": float(numbers[i, j])}


def _unread(artist: Artist) -> list[Row]:
    warnings.warn(f"The data of the figure leave out a {type(artist).__name__}, which cannot be read back; "
                  "pass its table to describe(ax, text, data=...).", UserWarning, stacklevel=2)
    return []
