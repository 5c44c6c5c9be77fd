"""A small figure of a claim: each number of its rule with its interval, against the limit asked for.

The drawing has no width of its own: places along it are shares of the width it gets, so its letters keep
their size on a phone and on a desk. Colours are the variables of the theme.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from emergence_utils.errors import InputError

from .claim_words import Part, first_part, parts_of
from .parts import Item, verdict_of
from .rates import value_range

__all__ = ["axis_of", "claim_figure", "tiny_figure"]

#: Colour of what a side means for the claim (`Part.sides`), and of a verdict.
_SIDES = {"holds": "--em-holds", "for the claim": "--em-holds", "holds with limits": "--em-limits",
          "limits it": "--em-limits", "fails": "--em-fails", "against it": "--em-fails", "open": "--em-open"}
_NEAREST = 0.28  # a limit lies no nearer to the edge, so that the names beside it have room
_DOTS, _ROW = 60, 30
_LETTER = {"em-t": 'font-size="13"', "em-b": 'font-size="13" font-weight="600"', "em-s": 'font-size="12"'}


def axis_of(part: Part) -> tuple[float, float]:
    """First and last value of the number line of a condition.

    It holds number, interval and limits, leaves room on both sides of a limit, and shows the whole range of a
    share or a correlation where most of it is in use.

    Raises
    ------
    InputError
        If the condition compares no number with a limit.
    """
    limits = _limits(part)
    if not limits:
        raise InputError(f"condition '{part.name}' has no limit on a number line, its kind is "
                         f"'{part.condition.kind}'.")
    values = [v for v in (*limits, part.estimate, *(part.interval or ())) if math.isfinite(v)]
    first, last = min(values), max(values)
    least, most = value_range(part.condition.of)
    if least <= first and last <= most < math.inf and last - first >= 0.35 * (most - least):
        first, last = least, most
    else:
        pad = 0.1 * ((last - first) or abs(last) or 1.0)
        first, last = first - pad, last + pad
    low, high = limits[0], limits[-1]
    first = min(first, low - _NEAREST * (last - low) / (1 - _NEAREST))
    last = max(last, high + _NEAREST * (high - first) / (1 - _NEAREST))
    return first, last


def _tone(part: Part) -> str:
    """Colour of the number of a condition."""
    good, bad = part.sides()
    return _SIDES[{"met": good, "refuted": bad}.get(part.answer, "open")]


def _limits(part: Part) -> tuple[float, ...]:
    kind, limit = part.condition.kind, part.condition.limit
    if kind == "answer":
        return ()
    return (float(limit[0]), float(limit[1])) if kind == "inside" else (float(limit),)


def _is_line(part: Part) -> bool:
    """Whether a condition is drawn on a number line; counts and words of tests are not."""
    return part.condition.kind in ("above", "below", "inside") or (
        part.condition.kind in ("at_least", "at_most") and not _is_count(part)
        and not math.isnan(part.estimate) and part.estimate < 100)


def _is_count(part: Part) -> bool:
    n, k = part.numbers["n"], part.estimate
    return (part.interval is None and n is not None and n <= _DOTS and not math.isnan(k)
            and k == int(k) and 0 <= k <= n)


def _ticks(first: float, last: float, least: float, most: float) -> list[float]:
    """Round numbers inside the line, three to six of them."""
    step = 10.0 ** math.floor(math.log10((last - first) / 3))
    step *= next(m for m in (1, 2, 2.5, 5, 10) if (last - first) / (m * step) <= 5)
    start = math.ceil(round(first / step, 9))
    found = [round(i * step, 10) for i in range(start, math.floor(round(last / step, 9)) + 1)]
    return [t for t in found if least <= t <= most]


def _text(x: str, y: float, text: str, kind: str = "em-t", anchor: str = "start",
          colour: str = "--em-ink") -> str:
    return (f'<text x="{x}" y="{y:g}" {_LETTER[kind]} text-anchor="{anchor}" fill="var({colour})">'
            f"{escape(text)}</text>")


def _line_part(part: Part, y: float) -> tuple[list[str], float]:
    """Zones, limit, interval and dot from height `y` on; the drawing and the height below it."""
    first, last = axis_of(part)

    def at(value: float) -> float:
        return 2 + 96 * (min(max(value, first), last) - first) / (last - first)

    limits, kind = _limits(part), part.condition.kind
    good, bad = part.sides()
    edges = [2.0, *(at(v) for v in limits), 98.0]
    inside = kind == "inside"
    names = [bad, good, bad] if inside else [bad, good] if kind in ("above", "at_least") else [good, bad]
    out, top = [], y + 18
    for left, right, name in zip(edges, edges[1:], names, strict=False):
        tone = _SIDES[name]
        out.append(f'<rect x="{left:.1f}%" y="{top:g}" width="{right - left:.1f}%" height="46" '
                   f'fill="var({tone})" fill-opacity="0.1"/>')
        middle = f"{(left + right) / 2:.1f}%"
        out.append(_text(middle, top + 15, name, "em-s", "middle", tone))
    out += [f'<line x1="{at(v):.1f}%" x2="{at(v):.1f}%" y1="{top:g}" y2="{top + 46:g}" '
            'stroke="var(--em-ink)" stroke-width="1.5" stroke-dasharray="4 3"/>' for v in limits]
    label = (part.limit_text() if kind.startswith("at_")
             else f"open across {' or '.join(part.axis_value(v) for v in limits)}")
    out.append(_text(f"{sum(map(at, limits)) / len(limits):.1f}%", y + 12, label, "em-s", "middle"))
    tone, mid = _tone(part), top + 31
    if part.interval is not None:
        low, high = part.interval
        unsure = part.answer == "cannot tell" and part.numbers["status"] in ("undetermined", "failed")
        dash = ' stroke-dasharray="5 4"' if unsure else ""
        out.append(f'<line x1="{at(low):.1f}%" x2="{at(high):.1f}%" y1="{mid:g}" y2="{mid:g}" '
                   f'stroke="var({tone})" stroke-width="4"{dash}/>')
    if math.isfinite(part.estimate):
        out.append(f'<circle cx="{at(part.estimate):.1f}%" cy="{mid:g}" r="6.5" fill="var({tone})" '
                   'stroke="var(--em-paper)" stroke-width="2"/>')
    for tick in _ticks(first, last, *value_range(part.condition.of)):
        place = at(tick)
        anchor = "start" if place < 5 else "end" if place > 95 else "middle"
        out.append(_text(f"{place:.1f}%", top + 62, part.axis_value(tick), "em-s", anchor, "--em-muted"))
    return out, top + 66


def _count_part(part: Part, y: float) -> tuple[list[str], float]:
    """One dot a thing counted, filled where it is one of those the claim speaks of."""
    n, k, tone = int(part.numbers["n"]), int(part.estimate), _tone(part)
    out = []
    row = min(n, _ROW)
    for i in range(n):
        across, down = 2 + 96 * (i % _ROW + 0.5) / max(row, 12), y + 10 + 14 * (i // _ROW)
        fill, edge = (f"var({tone})", tone) if i < k else ("none", "--em-muted")
        out.append(f'<circle cx="{across:.1f}%" cy="{down:g}" r="4.2" fill="{fill}" stroke="var({edge})"/>')
    y += 14 * ((n - 1) // _ROW + 1) + 8
    good, bad = part.sides()
    limit = f"{part.condition.limit:,g}"
    if part.condition.kind == "at_least":
        asked = f"{good} from {limit} on, {bad} below"
    else:
        none = f"{bad} from 1 on, else {good}"
        asked = f"{good} up to {limit}, {bad} above" if part.condition.limit else none
    out.append(_text("2%", y + 12, f"{k} of {n}: {asked}", "em-s"))
    if part.answer == "cannot tell":
        y += 16
        out.append(_text("2%", y + 12, "open: the count does not decide", "em-s", colour="--em-open"))
    return out, y + 18


def _word_part(part: Part, y: float) -> tuple[list[str], float]:
    """What a test may answer, with its answer filled; or a number too large for a line."""
    good, bad = part.sides()
    if part.condition.kind == "answer":
        boxes = [("met", " or ".join(part.condition.limit), good), ("cannot tell", "cannot tell", "open"),
                 ("refuted", " or ".join(part.condition.refuted) or "other", bad)]
    else:
        side = "open" if math.isnan(part.estimate) else "our number"
        boxes = [("met", part.limit_text(), good), ("cannot tell", part.value(part.estimate), side),
                 ("refuted", "otherwise", bad)]
    out = []
    for i, (answer, word, side) in enumerate(boxes):
        on, tone = answer == part.answer, _tone(part)
        out.append(f'<rect x="{2 + 32.5 * i:g}%" y="{y + 4:g}" width="31%" height="42" rx="4" '
                   f'fill="var({tone})" fill-opacity="{0.18 if on else 0:g}" '
                   f'stroke="var({tone if on else "--em-grid"})" stroke-width="{2 if on else 1}"/>')
        middle = f"{17.5 + 32.5 * i:g}%"
        out.append(_text(middle, y + 22, word, "em-b" if on else "em-t", "middle"))
        out.append(_text(middle, y + 38, side, "em-s", "middle", "--em-muted"))
    return out, y + 50


def claim_figure(claim: Item) -> str:
    """The figure of a claim as one block of HTML; empty where no number is set against a limit."""
    parts = parts_of(claim)
    drawn: list[str] = []
    y = 0.0
    for part in parts:
        if part.name:
            drawn.append(_text("2%", y + 14, part.name, "em-b"))
            y += 20
        if _is_line(part):
            made, y = _line_part(part, y)
        elif _is_count(part):
            made, y = _count_part(part, y)
        else:
            made, y = _word_part(part, y)
        drawn += made
        if part.sample():
            drawn.append(_text("2%", y + 12, part.sample(), "em-s", colour="--em-muted"))
            y += 16
        y += 14
    if not drawn:
        return ""
    alt = " ".join(f"{part.name or 'The number'}: {part.answer}. {part.say()}." for part in parts)
    return (f'<figure class="em-claim-figure"><svg role="img" width="100%" height="{y:g}" '
            f'aria-label="{escape(alt)}">{"".join(drawn)}</svg>'
            f"<figcaption>{escape(_caption(parts))}</figcaption></figure>")


def _caption(parts: Sequence[Part]) -> str:
    said = []
    if any(_is_line(p) for p in parts):
        ranges = any(_is_line(p) and p.interval is not None for p in parts)
        said.append("Dot: our number" + ("; bar: its interval. A bar across the dashed line leaves it open."
                                         if ranges else "."))
        if any(p.interval is not None and p.answer == "cannot tell"
               and p.numbers["status"] in ("undetermined", "failed") for p in parts):
            said.append("Broken bar: too few groups, or a test that could not decide; open wherever it lies.")
    if any(_is_line(p) and p.interval is None and p.answer == "cannot tell" for p in parts):
        said.append("Without an interval it stays open wherever it lies.")
    if any(not _is_line(p) and _is_count(p) for p in parts):
        said.append("Each ring is one of those counted; filled ones are those that the rule counts.")
    if any(p.condition.kind == "answer" for p in parts):
        said.append("Framed: what the test answers.")
    return " ".join(said)


def tiny_figure(claim: Item) -> str:
    """The condition that explains the verdict, as an ornament for a line of a list; empty where none is."""
    part = first_part(claim)
    if part is None:
        return ""
    tone, wide = _SIDES[verdict_of(claim)], 96
    body = ""
    if _is_line(part):
        first, last = axis_of(part)

        def at(value: float) -> float:
            return 3 + (wide - 6) * (min(max(value, first), last) - first) / (last - first)

        body = f'<path d="M3 12H{wide - 3}" stroke="var(--em-grid)" stroke-width="2"/>'
        body += "".join(f'<path d="M{at(v):.1f} 3v18" stroke="var(--em-ink)" stroke-dasharray="3 2"/>'
                        for v in _limits(part))
        if part.interval is not None:
            body += (f'<path d="M{at(part.interval[0]):.1f} 12H{at(part.interval[1]):.1f}" '
                     f'stroke="var({tone})" stroke-width="4"/>')
        if math.isfinite(part.estimate):
            body += f'<circle cx="{at(part.estimate):.1f}" cy="12" r="4.5" fill="var({tone})"/>'
    elif _is_count(part):
        n, k = int(part.numbers["n"]), int(part.estimate)
        box = '<rect x="3" y="8" height="8" rx="2"'
        body = (f'{box} width="{wide - 6}" fill="none" stroke="var(--em-muted)"/>'
                f'{box} width="{(wide - 6) * k / max(n, 1):.1f}" fill="var({tone})"/>')
    else:
        for i, answer in enumerate(("met", "cannot tell", "refuted")):
            fill = f"var({tone})" if answer == part.answer else "none"
            body += (f'<rect x="{3 + 31 * i}" y="7" width="26" height="10" rx="2" fill="{fill}" '
                     'stroke="var(--em-muted)"/>')
    return (f'<svg class="em-tiny" width="{wide}" height="24" viewBox="0 0 {wide} 24" aria-hidden="true">'
            f"{body}</svg>")
