"""Highlighted code with fewer elements: letters of one colour need one element, those of the base none."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["looks", "slim_code"]

_RULE = re.compile(r"([^{}]*?)\.highlight(?: \.([\w-]+))?\s*\{([^}]*)\}")
_BLOCK = re.compile(r'(<div class="highlight"><pre>)(.*?)(</pre>)', re.S)
_TOKEN = re.compile(r'<span class="([\w-]+)">([^<]*)</span>|([^<]+)')


def looks(css: str) -> dict[str, str]:
    """Look of every class of the highlighter's style sheet; ``""`` for one that looks like plain code.

    Examples
    --------
    >>> looks(".highlight { color: #000 } .highlight .k { color: #00f } .highlight .n { color: #000 }")
    {'k': ' #00f', 'n': ''}
    """
    base: dict[str, str] = {}
    said: dict[str, list[tuple[str, str]]] = {}
    for scheme, name, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.S)):
        scheme = scheme.strip()
        rules = sorted(" ".join(r.split()) for r in body.split(";") if r.strip())
        if name:
            said.setdefault(name, []).append((scheme, "; ".join(rules)))
        else:
            base[scheme] = next((r for r in rules if r.startswith("color:")), "")
    return {name: "" if all(base.get(scheme) == rule for scheme, rule in rules)
            else " ".join(f"{scheme}{rule.removeprefix('color:')}" for scheme, rule in rules)
            for name, rules in said.items()}


def slim_code(page: str, look: Mapping[str, str]) -> str:
    """`page` whose blocks of code have one element for neighbours of one look.

    A class without a rule looks plain; blocks with nested elements, such as links, are left alone.
    """
    return _BLOCK.sub(lambda m: m[1] + _slim(m[2], look) + m[3], page)


def _slim(code: str, look: Mapping[str, str]) -> str:
    code = code.removeprefix("<span></span>")
    runs: list[tuple[str, str]] = []  # class and text; no class for plain code
    end = 0
    for match in _TOKEN.finditer(code):
        if match.start() != end:
            return code
        end = match.end()
        name, text = (match[1], match[2]) if match[1] else ("", match[3])
        name = name if look.get(name) else ""
        if runs and (runs[-1][0] == name or look.get(runs[-1][0]) == look.get(name, "")):
            runs[-1] = (runs[-1][0], runs[-1][1] + text)
        else:
            runs.append((name, text))
    if end != len(code):
        return code
    return "".join(f'<span class="{name}">{text}</span>' if name else text for name, text in runs)
