"""The theme's style sheets as one small sheet.

A rule goes only if nothing can match it: its selector asks for a class, an id or an element that no page has
and no script names. What a selector excludes or offers as an alternative, in ``:not()``, ``:is()``,
``:where()`` and the like, never counts against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from functools import partial
from pathlib import Path
from typing import Any

import tinycss2  # type: ignore[import-untyped]

from emergence_utils.errors import InputError

from .memo import Memo
from .names import Names

__all__ = ["bundle", "read_sheet", "trim"]

_IMPORT = re.compile(r"@import\s+(?:url\()?[\"']?([^\"')]+)[\"']?\)?\s*;")
_URL = re.compile(r"url\(\s*([\"']?)(?!data:|#|[a-z]+://|/)([^\"')]+)\1\s*\)")
_NESTED = {"media", "supports", "layer", "container"}
_DEFINED = re.compile(r"(?<=[{;])(--[\w-]+):((?:[^;{}\"']|\"[^\"]*\"|'[^']*')*)(?:;|(?=\}))")
_ICON_FONT = re.compile(r"\.fa[a-z]?(?:-[\w-]+)?::?before|Font ?Awesome")


def read_sheet(path: Path, root: Path) -> str:
    """Text of a sheet with its imports in place and its addresses seen from `root`."""
    if not path.is_file():
        raise InputError(f"A page asks for the style sheet {path}, which does not exist.")
    css = path.read_text(encoding="utf-8").removeprefix("\ufeff")
    parts, end = [], 0
    for match in _IMPORT.finditer(css):
        parts += [css[end:match.start()], read_sheet((path.parent / match[1]).resolve(), root)]
        end = match.end()
    own = "".join([*parts, css[end:]])
    if end:
        return own

    def moved(match: re.Match[str]) -> str:
        target = (path.parent / match[2]).resolve()
        return f"url({target.relative_to(root.resolve()).as_posix()})" if target.exists() else match[0]

    return _URL.sub(moved, own)


def trim(css: str, names: Names | None) -> str:
    """`css` without the rules that nothing can match, without comments but licences, and without white space.

    Without `names` every rule stays.

    Examples
    --------
    >>> from book.build.finish.names import Names
    >>> trim("a { color: red } .x, .y > a:not(.z) { top: 0 }", Names(frozenset({"a", "y"})))
    'a{color:red}.y>a:not(.z){top:0}'
    """
    return "".join(_rules(tinycss2.parse_stylesheet(css), lambda s: names is None or _can_match(s, names)))


def bundle(sheets: Sequence[tuple[str, bool]], names: Names, memo: Memo | None = None) -> str:
    """Sheets one after the other, each with whether its unused rules may go.

    Custom properties that nothing reads go as well, from the sheets that may lose rules.
    """
    memo = memo or Memo(None)
    known = "\0".join(sorted(names.words) + list(names.stems))
    parts = [(memo(partial(trim, css, names if may else None), "sheet", css, known if may else ""), may)
             for css, may in sheets]
    while True:
        read = set(re.findall(r"var\(\s*(--[\w-]+)", "".join(css for css, _ in parts)))
        fewer = [(_without(css, read | names.words) if may else css, may) for css, may in parts]
        if fewer == parts:
            return re.sub(r"(?<=[{}])[^{};]+\{\}", "", "".join(css for css, _ in parts))
        parts = fewer


def _without(css: str, read: Set[str]) -> str:
    """`css` without definitions of custom properties that are not among `read`."""
    return _DEFINED.sub(lambda m: m[0] if m[1] in read else "", css)


def _rules(nodes: Sequence[Any], keep: Callable[[str], bool]) -> list[str]:
    """Rules as text; `keep` says which selectors stay."""
    out: list[str] = []
    for node in nodes:
        if node.type == "comment":
            if node.value.startswith("!"):
                out.append(f"/*{node.value}*/")
        elif node.type == "error":
            raise InputError(f"A style sheet has a mistake at line {node.source_line}: {node.message}.")
        elif node.type == "qualified-rule":
            selectors = [s for s in _selectors(node.prelude) if keep(s)]
            body = _body(node.content)
            if selectors and body:
                out.append(f"{','.join(selectors)}{{{body}}}")
        elif node.type == "at-rule" and node.lower_at_keyword != "charset":
            out.append(_at_rule(node, keep))
    return out


def _at_rule(node: Any, keep: Callable[[str], bool]) -> str:
    prelude = _text(node.prelude).strip()
    head = f"@{node.lower_at_keyword}{' ' if prelude else ''}{prelude}"
    if node.content is None:
        return f"{head};"
    if node.lower_at_keyword in _NESTED:
        inner = "".join(_rules(tinycss2.parse_rule_list(node.content), keep))
        return f"{head}{{{inner}}}" if inner else ""
    inner = _text(node.content).strip()
    if node.lower_at_keyword == "font-face" and _ICON_FONT.search(inner):
        return ""  # icons are drawn from their outlines
    return f"{head}{{{_spaceless(inner)}}}"


def _body(content: Sequence[Any]) -> str:
    if any(n.type == "{} block" for n in content):
        return _text(content).strip()  # nested rules: left as written
    parts = []
    for item in tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            important = "!important" if item.important else ""
            parts.append(f"{item.name}:{_spaceless(_text(item.value).strip())}{important}")
        elif item.type != "error":  # a browser skips what it cannot read, and so do we
            parts.append(_text([item]))
    return ";".join(parts)


def _selectors(prelude: Sequence[Any]) -> list[str]:
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [re.sub(r"\s*([>+~])\s*", r"\1", _text(part).strip()) for part in parts]


def _can_match(selector: str, names: Names) -> bool:
    """Whether every class, id and element that `selector` asks for can be on a page."""
    if _ICON_FONT.search(selector):
        return False
    before = ""
    for token in tinycss2.parse_component_value_list(selector):
        name = ""
        if token.type == "hash" or (token.type == "ident" and before == "."):
            name = token.value
        elif token.type == "ident" and before != ":":
            name = token.lower_value
        if name and name not in names and name not in {"html", "body"}:
            return False
        before = token.value if token.type == "literal" else ""
    return True


def _text(nodes: Sequence[Any]) -> str:
    kept = [n for n in nodes if n.type != "comment"]
    return re.sub(r"[ \t\r\n]+", " ", tinycss2.serialize(kept)) if kept else ""


def _spaceless(value: str) -> str:
    return value if '"' in value or "'" in value else re.sub(r"\s*,\s*", ",", value)
