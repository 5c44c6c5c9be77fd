"""Inline drawings with fewer elements: the same picture, lighter for a phone to lay out.

matplotlib draws each letter as a ``<use>`` of its outline, wraps every artist in a group with an id, and puts
a universal style rule, which holds for the whole page, into every drawing. Here the letters of a text become
one path, and groups, ids and shapes that draw nothing go.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache

__all__ = ["slim_drawing", "slim_drawings"]

_NS = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DRAWING = re.compile(r"<svg\b[^>]*>(?:(?!</svg>).)*?figure_1\".*?</svg>", re.S)
_RULE = re.compile(r"^\*\{stroke-linejoin: round; stroke-linecap: butt\}$")
_UNIT = 64  # outlines of letters are given in 64ths, hence their scale(0.015625)
_GLYPH_SCALE = "scale(0.015625)"
_TEXT = re.compile(r"(translate\(\S+ \S+\)(?: rotate\(\S+\))?) scale\((\S+) -\2\)")
_PLACE = re.compile(r"(?:translate\((\S+) (\S+)\))?(?: ?scale\((\S+)\))?")
_TOKEN = re.compile(r"[A-Za-z]|-?\d+(?:\.\d+)?")
_SHORT = 60  # a marker of so many characters is drawn in place: shorter than looking it up



def slim_drawings(page: str) -> str:
    """`page` with every drawing of matplotlib made lighter."""
    return _DRAWING.sub(lambda m: slim_drawing(m[0]), page)


@cache
def slim_drawing(svg: str) -> str:
    """One drawing with fewer elements and the same picture; returned as it is when it is not XML."""
    try:
        root = ET.fromstring(svg)
    except ET.ParseError:
        return svg
    for element in root.iter():
        if _HREF in element.attrib:  # the prefix is history: every browser of today reads href
            element.set("href", element.attrib.pop(_HREF))
    paths = {e.get("id", ""): e for e in root.iter(f"{_NS}path") if e.get("id")}
    _join_letters(root, paths)
    _inline_markers(root, paths)
    _hoist_rule(root)
    if size := re.fullmatch(r"0 0 ([\d.]+) ([\d.]+)", root.get("viewBox", "")):
        # the box is known without a look inside, so the browser need not lay out what is out of sight
        root.set("style", f"aspect-ratio:{size[1]}/{size[2]}")
    _prune(root)
    for element in root.iter():
        element.text = element.tail = None
        if "d" in element.attrib:
            element.set("d", _tight(element.attrib["d"]))
        if "style" in element.attrib:
            element.set("style", re.sub(r"\s*([:;,])\s*", r"\1", element.attrib["style"]).rstrip(";"))
    ET.register_namespace("", _NS[1:-1])  # here: the name "" is shared by all who write XML
    return ET.tostring(root, encoding="unicode").replace(" />", "/>")


# ---- letters


def _join_letters(root: ET.Element, paths: dict[str, ET.Element]) -> None:
    """Turn every group of letters into one path."""
    for group in list(root.iter(f"{_NS}g")):
        place = _TEXT.fullmatch(group.get("transform", ""))
        letters = [e for e in group if e.tag != f"{_NS}defs"]
        if place is None or not letters or any(e.tag != f"{_NS}use" for e in letters):
            continue
        outlines = [_letter(use, paths) for use in letters]
        if None in outlines:
            continue
        kept = [e for e in group if e.tag == f"{_NS}defs"]  # other texts may still need these
        group[:] = kept
        joined = ET.SubElement(group, f"{_NS}path")
        scale = f"{float(place[2]) / _UNIT:.8g}"
        joined.set("transform", f"{place[1]} scale({scale} -{scale})")
        joined.set("d", "".join(filter(None, outlines)))
        del group.attrib["transform"]


def _letter(use: ET.Element, paths: dict[str, ET.Element]) -> str | None:
    """Outline of one letter where it stands, in 64ths; None if it is not a plain letter."""
    target = paths.get(use.get("href", "#")[1:])
    place = _PLACE.fullmatch(use.get("transform", ""))
    if target is None or place is None or target.get("transform") != _GLYPH_SCALE or "style" in use.attrib:
        return None
    outline = _outline(target.get("d", ""), float(place[3] or 1))
    if outline is None:
        return None
    x, y, rest = outline
    start = _pair(x + float(place[1] or 0) * _UNIT, y + float(place[2] or 0) * _UNIT)
    return f"M{start}{rest}" if rest else ""


@cache
def _outline(d: str, scale: float) -> tuple[float, float, str] | None:
    """Start of an outline and the rest in relative steps, which is the same text wherever it stands."""
    tokens = _TOKEN.findall(d)
    if not tokens:
        return 0.0, 0.0, ""
    out: list[str] = []
    start = last = (0.0, 0.0)
    first: tuple[float, float] | None = None
    command, before, i = "", "", 0
    while i < len(tokens):
        if tokens[i].isalpha():
            command, i = tokens[i], i + 1
            if command == "z":
                out.append("z")
                last, before = start, "z"
                continue
        if command not in _PAIRS:
            return None
        points = []
        for _ in range(_PAIRS[command]):
            points.append((round(float(tokens[i]) * scale, 1), round(float(tokens[i + 1]) * scale, 1)))
            i += 2
        if command == "M":
            start = points[0]
        if first is None:
            first = points[0]
        else:
            letter = "" if command == before and command != "M" else command.lower()
            text = "".join(_after(t, _pair(x - last[0], y - last[1]))
                           for t, (x, y) in zip(["", *["0"] * len(points)], points, strict=False))
            out.append(letter + (text if letter else _after("0", text)))
        last, before = points[-1], command
    return (*(first or (0.0, 0.0)), "".join(out))


_PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3}


def _after(before: str, number: str) -> str:
    """`number` with a space before it where a number precedes and no sign parts them."""
    return f" {number}" if before and not number.startswith("-") else number


def _pair(x: float, y: float) -> str:
    return _number(x) + _after("0", _number(y))


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


# ---- markers, rules, groups


def _inline_markers(root: ET.Element, paths: dict[str, ET.Element]) -> None:
    """Draw short markers, such as ticks, in place."""
    for use in root.iter(f"{_NS}use"):
        target = paths.get(use.get("href", "#")[1:])
        if target is None or "transform" in {*target.attrib, *use.attrib} or "x" not in use.attrib:
            continue
        d = _tight(target.get("d", ""))
        if len(d) > _SHORT:
            continue
        # what the marker says of its style stands before what its use says, as in a <use>
        style = "; ".join(filter(None, (use.get("style", ""), target.get("style", ""))))
        x, y = use.get("x", "0"), use.get("y", "0")
        use.tag = f"{_NS}path"
        use.attrib.clear()
        use.attrib.update({"d": d, "transform": f"translate({x} {y})", "style": style})


def _hoist_rule(root: ET.Element) -> None:
    """Say once on the drawing, where it is inherited, what a rule said of every element of the page."""
    for parent in root.iter():
        for child in list(parent):
            if child.tag == f"{_NS}style" and _RULE.match((child.text or "").strip()):
                parent.remove(child)
                root.set("stroke-linejoin", "round")


def _prune(root: ET.Element) -> None:
    """Take out what draws nothing: unused definitions, empty shapes, ids and groups."""
    used = {e.get("href", "")[1:] for e in root.iter()}
    used |= set(re.findall(r"url\(#([^)]+)\)", " ".join(v for e in root.iter() for v in e.attrib.values())))
    for element in root.iter():
        if element is not root and element.get("id") not in used:
            element.attrib.pop("id", None)
    _prune_children(root, in_defs=False)


def _prune_children(parent: ET.Element, *, in_defs: bool) -> None:
    kept: list[ET.Element] = []
    for child in parent:
        inside = in_defs or child.tag == f"{_NS}defs"
        _prune_children(child, in_defs=inside)
        if child.tag == f"{_NS}path" and "id" not in child.attrib and (
                in_defs or not child.get("d", "").strip() or child.get("style") == "fill: none"):
            continue
        if child.tag in {f"{_NS}g", f"{_NS}defs"}:
            if len(child) == 0:
                continue
            if child.tag == f"{_NS}g" and not child.attrib:
                kept.extend(child)
                continue
            # a style or a clip of a single shape is the shape's own
            if child.tag == f"{_NS}g" and len(child) == 1 and not {*child.attrib} & {*child[0].attrib} and (
                    set(child.attrib) == {"style"} or _stays(child[0])):
                child[0].attrib.update(child.attrib)
                kept.append(child[0])
                continue
        kept.append(child)
    parent[:] = kept


def _stays(shape: ET.Element) -> bool:
    """Whether a shape has no transform of its own, which a clip taken over from its group would follow."""
    return shape.tag != f"{_NS}use" and "transform" not in shape.attrib


def _tight(d: str) -> str:
    """Path data without the white space that parts nothing."""
    d = re.sub(r"\s*([A-Za-z])\s*", r"\1", d.strip())
    d = re.sub(r"(?<=\d)\s+(?=-)", "", re.sub(r"[\s,]+", " ", d))
    # a line after a line needs no letter
    return re.sub(r"L([^A-Za-z]+)((?:L[^A-Za-z]+)+)",
                  lambda m: "L" + m[1] + re.sub(r"L(-?)", lambda n: n[1] or " ", m[2]), d)
