"""The picture of an explorer's starting state, drawn from the chart that the page carries.

The live chart has the same specification, the same box and the same margins, so nothing moves when it takes
the picture's place. Two pictures are drawn, for narrow and for wide pages; the style sheet shows one of them.
The page gets the specification compiled into Vega's language: it needs no compiler then.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape, unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from emergence_utils.errors import InputError

__all__ = ["compiled", "draw", "frames", "with_pictures"]

_FIGURE = re.compile(r'<figure class="em-figure em-explorer".*?</figure>', re.S)
_PAYLOAD = re.compile(r'<script type="application/json">(.*?)</script>', re.S)
_PLACE = re.compile(r'<p class="em-static">.*?</p>', re.S)
_WIDTHS = ("narrow", "wide")
_LAYOUT = 4  # raise it when the drawing changes: stored pictures are then drawn anew


def compiled(page: Mapping[str, Any], state: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The chart in Vega's language without width and height, which are all that differs by size.

    Parameters
    ----------
    page : mapping
        What an explorer's page carries, see `emergence_utils.explorers.explorer_html`.
    state : mapping, optional
        Values of parameters, where they are not those of the start.

    Raises
    ------
    InputError
        If it is no chart in Vega-Lite's language.
    """
    import vl_convert  # starts a JavaScript engine, which a build without changes can spare

    spec = {**page["spec"], "width": 1, "height": 1}
    spec["params"] = [p | {"value": state[p["name"]]} if state and p["name"] in state else p
                      for p in spec["params"]]
    try:
        vega: dict[str, Any] = vl_convert.vegalite_to_vega(spec)
    except ValueError as error:
        raise _undrawn(page, error) from None
    for axis in vega.get("axes", []):
        if axis.get("title") and axis["scale"] in page["titles"]:
            axis["title"] = {"signal": page["titles"][axis["scale"]]}
    del vega["width"], vega["height"]
    return vega


def _undrawn(page: Mapping[str, Any], error: ValueError) -> InputError:
    return InputError(f"explorer '{page['name']}': its chart cannot be drawn: {error}.")


def draw(page: Mapping[str, Any], size: int, state: Mapping[str, Any] | None = None) -> str:
    """One picture as SVG.

    Parameters
    ----------
    page : mapping
        What an explorer's page carries, see `emergence_utils.explorers.explorer_html`.
    size : int
        0 for the narrow picture, 1 for the wide one.
    state : mapping, optional
        Values of parameters, where they are not those of the start.

    Raises
    ------
    InputError
        If the chart cannot be drawn.
    """
    import vl_convert

    width, height = page["sizes"][size]
    room = page["spec"]["padding"]
    inner = {"width": width - room["left"] - room["right"], "height": height - room["top"] - room["bottom"]}
    try:
        svg = vl_convert.vega_to_svg(compiled(page, state) | inner)
    except ValueError as error:
        raise _undrawn(page, error) from None
    return _clean(str(svg), f"{page['name']}-{size}", f"{width} {height}", page["spec"]["description"])


def _clean(svg: str, tag: str, box: str, about: str) -> str:
    """Without what the style sheet says better, and with names that no other picture of the page has."""
    svg = re.sub(r' font-family="[^"]*"', "", svg)
    svg = re.sub(r'<path class="(?:back|fore)ground"[^>]*/>', "", svg)
    # the library counts on from drawing to drawing
    names: dict[str, str] = {}
    svg = re.sub(r'\b(id="|url\(#)(\w+)',
                 lambda at: at[1] + names.setdefault(at[2], f"{tag}-{len(names)}"), svg)
    # places to a hundredth of a pixel; never the numbers in names
    svg = re.sub(r' (?:d|transform|[xy]2?|width|height)="[^"]*"',
                 lambda place: re.sub(r"(?<=\d\.\d{2})\d+", "", place[0]), svg)
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box}" role="graphics-document" '
            f'aria-roledescription="chart" aria-label="{escape(about)}">')
    return re.sub(r"^<svg[^>]*>", head, svg.strip(), count=1).replace("\n", " ")


_TAG = re.compile(r"<(\w+)((?:\s[\w:-]+=\"[^\"]*\")*)\s*(/?)>|([^<>]+)|</\w+>")
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


def frames(page: Mapping[str, Any], size: int, start: str) -> dict[str, Any]:
    """What changes in the picture `start` when its switch is turned: no library is needed to show it.

    The switch is the first knob, if some of its options stand in front and the others behind "More".

    Returns
    -------
    dict
        By position of the first knob a list of ``[element, {attribute: value}]``, elements counted as they
        come in the drawing, text as the attribute ``""``; positions whose picture has other elements are
        left out.
    """
    knob = page["knobs"][0]
    found: dict[str, Any] = {}
    before = _elements(start)
    for i, value in enumerate(knob["values"][:page.get("folded", {}).get(knob["name"], 0)]):
        if i == knob["start"]:
            continue
        after = _elements(draw(page, size, {knob["name"]: value}))
        if [name for name, _ in before] == [name for name, _ in after]:
            found[str(i)] = [[k, {key: b.get(key, "") for key in {**a, **b} if a.get(key) != b.get(key)}]
                             for k, ((_, a), (_, b)) in enumerate(zip(before, after, strict=True)) if a != b]
    return found


def _elements(svg: str) -> list[tuple[str, dict[str, str]]]:
    out: list[tuple[str, dict[str, str]]] = []
    for tag in _TAG.finditer(svg):
        if tag[1]:
            out.append((tag[1], {key: unescape(value) for key, value in _ATTRIBUTE.findall(tag[2])}))
        elif tag[4] and tag[4].strip() and out:
            out[-1][1][""] = unescape(tag[4])
    return out


def _made(page: Mapping[str, Any], cache_folder: Path | None) -> tuple[str, dict[str, Any]]:
    """Both pictures as HTML, and the compiled chart; made only if `cache_folder` has none of the same."""
    text = json.dumps([_LAYOUT, _version(), page["spec"], page["titles"], page["sizes"], page["knobs"][0],
                       page["name"], page.get("folded")])
    stored = cache_folder / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}.json" if cache_folder else None
    if stored and stored.exists():
        html, spec = json.loads(stored.read_text(encoding="utf-8"))
        return html, spec
    html, spec = "", compiled(page)
    for size, width in enumerate(_WIDTHS):
        svg = draw(page, size)
        moves = frames(page, size, svg)  # a switch answers at once, before any library is there
        data = f' data-frames="{escape(_json(moves))}"' if moves else ""
        html += f'<div class="em-static em-{width}"{data}>{svg}</div>'
    if stored:
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text(_json([html, spec]), encoding="utf-8", newline="\n")
    return html, spec


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@cache
def _version() -> str:
    return version("vl-convert-python")


def with_pictures(body: str, cache_folder: Path | None = None) -> str:
    """The HTML of a page with the pictures of its explorers, and their charts compiled."""
    def drawn(figure: re.Match[str]) -> str:
        payload = _PAYLOAD.search(figure[0])
        if payload is None or not _PLACE.search(figure[0]):
            return figure[0]
        page = json.loads(payload[1].replace(r"<\/", "</"))
        html, spec = _made(page, cache_folder)
        del page["titles"]  # they are in the compiled chart
        text = _json(page | {"spec": spec}).replace("</", r"<\/")
        whole = figure[0][:payload.start(1)] + text + figure[0][payload.end(1):]
        return _PLACE.sub(lambda _: html, whole, count=1)

    return _FIGURE.sub(drawn, body)
