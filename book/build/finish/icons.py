"""The icons that pages use, drawn by a small style sheet in place of Font Awesome's script of 1.5 MB.

The outlines are taken from that script, which the theme ships, so a new icon on a page needs no work here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote

from emergence_utils.errors import InputError

__all__ = ["icon_sheet", "outlines", "used_icons"]

Outline = tuple[int, int, str]

_STYLES = {"fa": "fas", "fas": "fas", "fa-solid": "fas", "far": "far", "fa-regular": "far",
           "fab": "fab", "fa-brands": "fab"}
#: classes beside a style that change an icon and name none
_CHANGES = {"fa-lg": "font-size:1.25em;line-height:.05em;vertical-align:-.075em",
            "fa-fw": "text-align:center"}
_CLASS = re.compile(r"fa(?:[srb]|-solid|-regular|-brands)?(?: +fa-[\w-]+)+")  # starts with letters: quick
_ICON = re.compile(r'(?:"([a-z\d-]+)"|\b([a-z]+)):\[(\d+),(\d+),\[((?:"[^"]*"|[\de]+|,)*)\],'
                   r'"[\da-f]+","([^"]*)"\]')
_SET = re.compile(r'\("(fas|far|fab)",\w+\)')
_LICENCE = re.compile(r"/\*!.*?\*/", re.S)


def used_icons(texts: Iterable[str]) -> set[tuple[str, str]]:
    """Style and name of every icon in pages and scripts.

    Examples
    --------
    >>> sorted(used_icons(['<i class="fas fa-download fa-lg"></i>', 'x.className = "fa-solid fa-xmark"']))
    [('fas', 'download'), ('fas', 'xmark')]
    """
    found = set()
    for text in texts:
        for match in _CLASS.finditer(text):
            if re.match(r"[\w-]", text[match.start() - 1:match.start()]):
                continue  # the end of a longer word
            style, *rest = match[0].split()
            found |= {(_STYLES[style], name.removeprefix("fa-")) for name in rest
                      if name not in _CHANGES and name not in _STYLES}
    return found


@cache
def outlines(script: str) -> dict[tuple[str, str], Outline]:
    """Width, height and path of every icon in Font Awesome's script, by style and name."""
    found: dict[tuple[str, str], Outline] = {}
    start = 0
    for end in _SET.finditer(script):
        for match in _ICON.finditer(script, start, end.start()):
            outline = (int(match[3]), int(match[4]), match[6])
            for name in (match[1] or match[2], *re.findall(r'"([^"]*)"', match[5])):
                found[end[1], name] = outline
        start = end.end()
    return found


def icon_sheet(used: Iterable[tuple[str, str]], script: str, licence: str) -> str:
    """Style sheet that draws the icons `used`, with their licence at its head.

    Parameters
    ----------
    used : iterable of (style, name)
        As :func:`used_icons` gives them.
    script : str
        Font Awesome's script.
    licence : str
        Its licence comment.
    """
    known = outlines(script)
    notice = _LICENCE.search(licence)
    if not known or notice is None:
        raise InputError("The theme's fontawesome.js or its licence no longer has the form this step reads.")
    rules = [notice[0].replace("/*!", "/*! Icons of", 1),
             ":is(.fa,.fas,.far,.fab,.fa-solid,.fa-regular,.fa-brands)::before{content:'';display:inline-block;"
             "height:1em;vertical-align:-.125em;background:currentColor;-webkit-mask:var(--i) center/contain "
             "no-repeat;mask:var(--i) center/contain no-repeat;print-color-adjust:exact;"
             "-webkit-print-color-adjust:exact}",
             # colours forced by the system would paint the icon in the colour of the page
             "@media (forced-colors:active){:is(.fa,.fas,.far,.fab,.fa-solid,.fa-regular,.fa-brands)::before"
             "{background:CanvasText}}",
             ".bd-header-article .btn :is(.fas,.fa-solid,.fab,.fa-brands)::before{width:1.3rem}"]
    rules += [f".{name}{{{rule}}}" for name, rule in _CHANGES.items()]
    for style, name in sorted(used):
        if (style, name) not in known:
            raise InputError(f"Icon 'fa-{name}' of style '{style}' is used on a page, "
                             "but Font Awesome's script in the theme has no such icon.")
        width, height, path = known[style, name]
        drawing = (f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'>"
                   f"<path d='{path}'/></svg>")
        classes = ",".join(f".{c}" for c, s in _STYLES.items() if s == style)
        rules.append(f":where({classes}).fa-{name}::before{{width:{width / height:g}em;"
                     f'--i:url("data:image/svg+xml,{quote(drawing, safe=_SAFE)}")}}')
    return "".join(rules)


_SAFE = " '=:/,;()*!$&@?+-"
