"""Pictures that stand beside a link to a chapter or a claim: its title and the verdicts."""

from __future__ import annotations

import hashlib
import io
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.report import VERDICTS

if TYPE_CHECKING:  # pictures are drawn seldom: a build after one edit does without matplotlib
    from matplotlib.figure import Figure

__all__ = ["SIZE", "card_alt", "draw_card", "draw_claim", "write_card", "write_claim"]

#: Width and height in pixels, as the services that show link previews ask for.
SIZE = (1200, 630)
_PAPER, _INK, _MUTED = "#ffffff", "#24292f", "#59616b"
#: The verdict colours of book.css, in its light scheme.
_TONES = {"holds": "#00694d", "holds with limits": "#a37600", "fails": "#cc5800",
          "open": "#0072b2", "fact": "#6f7882", "opinion": "#6f7882"}
_SHORT = {"holds with limits": "with limits"}
_LAYOUT = 2  # raise it when the drawing changes: stored cards are then drawn anew


def card_alt(title: str, counts: Mapping[str, int]) -> str:
    """Text for those who do not see the picture.

    Examples
    --------
    >>> card_alt("Is it the axis?", {"holds": 2, "fails": 1, "open": 0})
    'Is it the axis? Verdicts on 3 claims: 2 holds, 1 fails.'
    """
    total = sum(counts.values())
    named = ", ".join(f"{counts[v]} {v}" for v in VERDICTS if counts.get(v))
    stop = "" if title.endswith(("?", "!", ".")) else "."
    if total == 1:
        return f"{title}{stop} Verdict: {named.removeprefix('1 ')}."
    return f"{title}{stop} Verdicts on {total} claims: {named}." if total else f"{title}{stop}"


def draw_card(title: str, counts: Mapping[str, int], *, over: str = "") -> bytes:
    """Draw one picture.

    Parameters
    ----------
    title : str
        Large, on at most three lines.
    counts : mapping of str to int
        Claims by verdict; may be empty.
    over : str
        A small line above the title, e.g. the name of the book.

    Returns
    -------
    bytes
        A PNG of 1200 by 630 pixels with few colours.

    Raises
    ------
    UnknownNameError
        If `counts` names something that is no verdict.
    InputError
        If `title` is empty.
    """
    for verdict in counts:
        if verdict not in VERDICTS:
            raise UnknownNameError("verdict", verdict, VERDICTS)
    fig = _paper(title, over)
    _bar(fig, {v: counts[v] for v in VERDICTS if counts.get(v)})
    return _png(fig)


def draw_claim(title: str, verdict: str, line: str, *, over: str = "") -> bytes:
    """Draw the picture of one claim.

    Parameters
    ----------
    title : str
        The claim, large, on at most four lines.
    verdict : str
        Its verdict, in a field of its colour.
    line : str
        Our answer, on at most two lines beside the verdict.
    over : str
        A small line above the title.

    Returns
    -------
    bytes
        A PNG as `draw_card` makes it.

    Raises
    ------
    UnknownNameError
        If `verdict` is none.
    InputError
        If `title` is empty.
    """
    from matplotlib.patches import Rectangle

    if verdict not in VERDICTS:
        raise UnknownNameError("verdict", verdict, VERDICTS)
    fig = _paper(title, over)
    width = 0.05 + 0.0165 * len(verdict)
    fig.add_artist(Rectangle((0.07, 0.13), width, 0.125, color=_TONES[verdict], transform=fig.transFigure))
    fig.text(0.07 + width / 2, 0.19, verdict, fontsize=28, fontweight="bold", color="white", ha="center",
             va="center")
    room = int((0.88 - width) / 0.0135)
    fig.text(0.095 + width, 0.19, "\n".join(textwrap.wrap(line, room, max_lines=2, placeholder=" …")),
             fontsize=23, color=_INK, va="center", linespacing=1.25)
    return _png(fig)


def _paper(title: str, over: str) -> Figure:
    """A picture with its title, the line above it and the sign of the book."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    if not title.strip():
        raise InputError("title must not be empty: a card shows it.")
    fig = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor=_PAPER)
    fig.set_layout_engine("none")
    fig.add_artist(Rectangle((0, 0), 0.016, 1, color=_TONES["open"], transform=fig.transFigure))
    fig.text(0.07, 0.885, over, fontsize=26, color=_MUTED, va="center")
    lines, size = _wrapped(title)
    fig.text(0.07, 0.60, "\n".join(lines), fontsize=size, fontweight="bold", color=_INK, va="center",
             linespacing=1.2)
    _sign(fig)
    return fig


def _png(fig: Figure) -> bytes:
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=100, facecolor=_PAPER)
    small = io.BytesIO()
    Image.open(buffer).convert("RGB").quantize(64).save(small, format="PNG", optimize=True)
    return small.getvalue()


def _wrapped(title: str) -> tuple[list[str], int]:
    """Lines of about equal length, and the size of letter at which they fit beside the edge."""
    shapes = ((26, 2, 56), (30, 3, 46), (36, 4, 38))  # letters a line, lines, size
    width, _, size = next((s for s in shapes if len(textwrap.wrap(title, s[0])) <= s[1]), shapes[-1])
    lines = len(textwrap.wrap(title, width))
    while width > max(map(len, title.split())) and len(textwrap.wrap(title, width - 1)) == lines:
        width -= 1
    return textwrap.wrap(title, width, max_lines=4, placeholder=" …"), size


def _sign(fig: Figure) -> None:
    """The sign of the book, a step and a curve between the same two points."""
    ax = fig.add_axes((0.87, 0.80, 0.07, 0.13))
    ax.set_axis_off()
    x = [i / 50 for i in range(51)]
    ax.plot([0, 0.5, 0.5, 1], [0, 0, 1, 1], color=_TONES["fails"], linewidth=6, solid_joinstyle="round")
    ax.plot(x, [3 * v**2 - 2 * v**3 for v in x], color=_TONES["open"], linewidth=6, solid_capstyle="round")


def _bar(fig: Figure, counts: Mapping[str, int]) -> None:
    """One bar as wide as the card, a piece for each verdict, and below it what the pieces are."""
    from matplotlib.patches import Rectangle

    total, left, width = sum(counts.values()), 0.07, 0.86
    legend = left
    for verdict, n in counts.items():
        piece = width * n / total
        fig.add_artist(Rectangle((left, 0.20), piece - 0.004, 0.105, color=_TONES[verdict],
                                 transform=fig.transFigure))
        if piece > 0.035:
            fig.text(left + piece / 2 - 0.002, 0.252, str(n), fontsize=27, fontweight="bold", color="white",
                     ha="center", va="center")
        left += piece
        words = f"{n} {_SHORT.get(verdict, verdict)}"
        fig.add_artist(Rectangle((legend, 0.092), 0.017, 0.033, color=_TONES[verdict],
                                 transform=fig.transFigure))
        fig.text(legend + 0.024, 0.108, words, fontsize=22, color=_INK, va="center")
        legend += 0.052 + 0.0128 * len(words)


def write_card(path: Path, cache: Path, title: str, counts: Mapping[str, int], *, over: str = "") -> None:
    """Put a picture at `path`; it is drawn only if `cache` holds none with the same content."""
    _store(path, cache, (title, sorted(counts.items()), over), lambda: draw_card(title, counts, over=over))


def write_claim(path: Path, cache: Path, title: str, verdict: str, line: str, *, over: str = "") -> None:
    """The same for the picture of a claim."""
    _store(path, cache, (title, verdict, line, over), lambda: draw_claim(title, verdict, line, over=over))


def _store(path: Path, cache: Path, content: tuple[object, ...], draw: Callable[[], bytes]) -> None:
    stored = cache / f"{hashlib.sha256(repr((_LAYOUT, *content)).encode()).hexdigest()[:20]}.png"
    if not stored.exists():
        cache.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(draw())
    path.parent.mkdir(parents=True, exist_ok=True)
    data = stored.read_bytes()
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)
