"""Which files of the built site something refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from urllib.parse import unquote

from .memo import Memo

__all__ = ["TEXT", "reachable"]

_NAME = re.compile(r"[\w%~-][\w.%~-]*\.[A-Za-z]\w*")
#: Kinds of files that may refer to others.
TEXT = (".html", ".css", ".js", ".svg", ".xml", ".txt", ".webmanifest")


def reachable(texts: Mapping[str, str], others: set[str], start: set[str],
              memo: Memo | None = None) -> set[str]:
    """Files that can be reached from `start`, by the rule that a file is used if its name is written.

    Parameters
    ----------
    texts : mapping of str to str
        Files that may refer to others: path and content.
    others : set of str
        Paths of all other files.
    start : set of str
        Paths that are wanted in any case, such as the pages.
    memo : Memo, optional
        Keeps which names a text writes.

    Examples
    --------
    >>> sorted(reachable({"a.html": "x.css", "x.css": "url(y.png)"}, {"y.png", "z.png"}, {"a.html"}))
    ['a.html', 'x.css', 'y.png']
    """
    by_name: dict[str, set[str]] = {}
    for path in {*texts, *others}:
        by_name.setdefault(path.rpartition("/")[2], set()).add(path)
    memo = memo or Memo(None)
    found: set[str] = set()
    new = set(start)
    while new:
        found |= new
        words = {word for path in new if path in texts
                 for word in memo(partial(_names, texts[path]), "names", texts[path]).split("\n")}
        new = {path for word in words for path in by_name.get(unquote(word), ())} - found
    return found


def _names(text: str) -> str:
    """Whatever in a text looks like the name of a file, one a line."""
    return "\n".join(sorted(set(_NAME.findall(text))))
