"""What pages and scripts can name: the ground on which a style rule or a file is called unused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Names", "names_of"]

_WORD = re.compile(r"[A-Za-z_][\w-]*")
_ATTRIBUTE = re.compile(r'\b(?:class|id)="([^"]*)"')
_PROPERTY = re.compile(r"--[A-Za-z][\w-]*")
_TAG = re.compile(r"<([A-Za-z][\w-]*)")


@dataclass(frozen=True)
class Names:
    """Classes, ids, elements and custom properties that the pages have or a script may make.

    Attributes
    ----------
    words : frozenset of str
        Classes, ids, elements and custom properties of the pages and every word of the scripts.
    stems : tuple of str
        Words of the scripts that end in a hyphen: a script may add anything after it.
    """

    words: frozenset[str]
    stems: tuple[str, ...] = ()

    def __contains__(self, name: str) -> bool:
        """Whether anything with `name` can be on a page."""
        return name in self.words or name.startswith(self.stems)


def names_of(pages: Iterable[str], scripts: Iterable[str] = ()) -> Names:
    """Names in `pages` (HTML) and `scripts` (JavaScript).

    Examples
    --------
    >>> names = names_of(['<p class="a b" id="c">'], ['x.className = "made-" + kind'])
    >>> [name in names for name in ("p", "a", "c", "made-up", "d")]
    [True, True, True, True, False]
    """
    words: set[str] = set()
    for page in pages:
        words.update(tag.lower() for tag in _TAG.findall(page))
        for value in _ATTRIBUTE.findall(page):
            words.update(value.split())
        words.update(_PROPERTY.findall(page))
    said = {word for script in scripts for kind in (_WORD, _PROPERTY) for word in kind.findall(script)}
    return Names(frozenset(words | said), tuple(sorted(w for w in said if w.endswith("-") and len(w) > 2)))
