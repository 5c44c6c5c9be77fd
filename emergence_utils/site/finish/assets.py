"""Which files of the built site something refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

__all__ = ["TEXT", "reachable"]

_NAME = re.compile(r"[\w%~-][\w.%~-]*\.[A-Za-z]\w*")
#: Kinds of files that may refer to others.
TEXT = (".html", ".css", ".js", ".svg", ".xml", ".txt", ".webmanifest")


def reachable(texts: Mapping[str, str], others: set[str], start: set[str]) -> set[str]:
    """Files that can be reached from `start`, by the rule that a file is used if its name is written.

    Parameters
    ----------
    texts : mapping of str to str
        Files that may refer to others: path and content.
    others : set of str
        Paths of all other files.
    start : set of str
        Paths that are wanted in any case, such as the pages.

    Examples
    --------
    >>> sorted(reachable({"a.html": "x.css", "x.css": "url(y.png)"}, {"y.png", "z.png"}, {"a.html"}))
    ['a.html', 'x.css', 'y.png']
    """
    by_name: dict[str, set[str]] = {}
    for path in {*texts, *others}:
        by_name.setdefault(path.rpartition("/")[2], set()).add(path)
    found: set[str] = set()
    new = set(start)
    while new:
        found |= new
        words = {word for path in new if path in texts for word in _NAME.findall(texts[path])}
        new = {path for word in words for path in by_name.get(unquote(word), ())} - found
    return found
