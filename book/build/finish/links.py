"""The style sheets and scripts that pages link to, and one of each in their place."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .scripts import SEARCH_ONLY

__all__ = ["Links", "page_links", "relink"]

# each starts with letters, not with white space: a page of a megabyte is then searched at once
_SHEET = re.compile(r'<link\b(?=[^>]*\brel="stylesheet")(?![^>]*\bmedia=)'
                    r'[^>]*\bhref="([^"?#:]+)[^"]*"[^>]*>\s*')
_SCRIPT = re.compile(r'<script\b[^>]*\bsrc="([^"?#:]+)[^"]*"[^>]*>\s*</script>\s*')
_PRELOAD = re.compile(r'<link\b(?=[^>]*\brel="preload")(?=[^>]*\bas="script")[^>]*>\s*')
#: Settings for scripts that are not deferred; ``scripts.settings`` keeps those that are of use.
_SETTING = re.compile(r"<script>\s*(?:DOCUMENTATION_OPTIONS\.\w+|let toggle\w+|"
                      r"var togglebuttonSelector) = [^;<]*;\s*</script>\s*")
_COMMENT = re.compile(r"<!--(?!\[if)(?:(?!-->).)*-->\s*", re.S)


@dataclass(frozen=True)
class Links:
    """Addresses from the root of the site.

    Attributes
    ----------
    sheets, scripts : tuple of str
        Those that every page has, in their order.
    every_script : frozenset of str
        Those that any page has.
    """

    sheets: tuple[str, ...]
    scripts: tuple[str, ...]
    every_script: frozenset[str]


def page_links(pages: Mapping[str, str]) -> Links:
    """What `pages` (HTML by path) link to."""
    sheets = [_addresses(page, name, _SHEET) for name, page in pages.items()]
    scripts = [_addresses(page, name, _SCRIPT) for name, page in pages.items()]
    return Links(_shared(sheets), _shared(scripts), frozenset(s for one in scripts for s in one))


def relink(page: str, name: str, links: Links, sheet: str, script: str) -> str:
    """`page` with one sheet and one deferred script for those that all pages share.

    Parameters
    ----------
    page, name : str
        HTML of the page and its path; scripts of the search stay on ``search.html`` only.
    links : Links
        As :func:`page_links` gives them.
    sheet, script : str
        Addresses of the two from the root.
    """
    folder = posixpath.dirname(name)
    gone = {*links.sheets, *links.scripts}
    searching = {s for s in links.every_script if s.rpartition("/")[2] in SEARCH_ONLY}
    gone = gone - searching if name == "search.html" else gone | searching

    def tag(match: re.Match[str]) -> str:
        if _rooted(match[1], folder) in gone:
            return ""
        if match[0].startswith("<link") or re.search(r"\b(?:defer|async)\b", match[0]):
            return match[0]
        return match[0].replace("<script", "<script defer", 1)

    page = _SCRIPT.sub(tag, _SHEET.sub(tag, _SETTING.sub("", _PRELOAD.sub("", page))))
    head, body, rest = page.partition("<body")
    up = "../" * name.count("/")
    tags = f'<link rel="stylesheet" href="{up}{sheet}" />\n    <script defer src="{up}{script}"></script>\n'
    head = re.sub(r"\s*</title>\s*", lambda _: f"</title>\n    {tags}    ", _COMMENT.sub("", head), count=1)
    return head + body + rest


def _addresses(page: str, name: str, tag: re.Pattern[str]) -> list[str]:
    return [_rooted(match[1], posixpath.dirname(name)) for match in tag.finditer(page)]


def _rooted(address: str, folder: str) -> str:
    return posixpath.normpath(posixpath.join(folder, address))


def _shared(lists: list[list[str]]) -> tuple[str, ...]:
    return tuple(a for a in dict.fromkeys(lists[0]) if all(a in other for other in lists))
