"""Remedies for the theme's markup: what Lighthouse and axe find fault with, changed by name.

Each remedy says what it expects to find. When a new version of the theme has neither that nor the wanted
form, the build stops, so that no remedy is lost without notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from emergence_utils.errors import InputError

__all__ = ["REMEDIES", "Remedy", "check_theme", "remedied"]


@dataclass(frozen=True)
class Remedy:
    """One change of the theme's markup.

    Attributes
    ----------
    why : str
        What is wrong with it.
    old : str
        Pattern of what the theme writes.
    new : str
        What stands there afterwards.
    """

    why: str
    old: str
    new: str


# The colour scheme is known before anything is drawn: set later, the whole page would be styled twice, and
# who prefers dark would see a flash of light.
_SCHEME = """<script>
    (function (root) {
      var mode = "auto";
      try { mode = localStorage.getItem("mode") || mode; } catch (error) { /* no storage: as the system */ }
      var dark = matchMedia("(prefers-color-scheme: dark)").matches;
      root.mode = mode;
      root.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
    })(document.documentElement.dataset);
  </script>"""

_SIZE = '<meta name="viewport"[^>]*>'

REMEDIES = (
    Remedy("the colour scheme is set after the page is drawn, with an error in the console",
           r'<script data-cfasync="false">\s*document\.documentElement\.dataset\.mode = [^<]*</script>',
           _SCHEME),
    Remedy("a place for banners, which is measured on every page",
           r'\s*<div class="pst-async-banner-revealer d-none">\s*<aside [^>]*>\s*</aside>\s*</div>', ""),
    Remedy("the size of the window is told three times",
           rf"({_SIZE})((?:(?!{_SIZE})[\s\S])*?)\s*{_SIZE}((?:(?!{_SIZE})[\s\S])*?)\s*{_SIZE}", r"\1\2\3"),
    Remedy("tags for another site's search", r'\s*<meta name="docsearch:[^>]*>', ""),
    Remedy("a place for advertisements",
           r'\s*<div class="sidebar-primary-item">\s*<div id="ethical-ad-placement"[^>]*>\s*</div>\s*</div>',
           ""),
    Remedy("the search button's name lacks a part of what it shows",
           r'(<button class="btn search-button-field[^"]*") title="Search" aria-label="Search"[^>]*>',
           r'\1 type="button" title="Search">'),
    Remedy("keys are read out as if they were the button's text",
           r'<span class="search-button__kbd-shortcut">',
           '<span class="search-button__kbd-shortcut" aria-hidden="true">'),
    Remedy("the arrow that unfolds a part of the menu has no name",
           r'<summary><span class="toctree-toggle" role="presentation">',
           '<summary aria-label="Pages of this part"><span class="toctree-toggle">'),
    Remedy("a folded cell is named otherwise than it reads",
           r'<summary aria-label="Toggle hidden content">', "<summary>"),
    Remedy("the title of a part of the menu is a heading of level 2 before the page's first",
           r'<p aria-level="2" class="caption" role="heading">', '<p class="caption">'),
    Remedy("a list of references whose children are not all its items",
           r'<div role="list" class="citation-list">', '<div class="citation-list">'),
    Remedy("a role for references that is no longer in use", r' role="doc-biblioentry"', ""),
)


def remedied(page: str) -> str:
    """`page` with every remedy applied; applying it twice changes nothing."""
    for remedy in REMEDIES:
        page = re.sub(remedy.old, remedy.new, page)
    return page


def check_theme(pages: Sequence[str]) -> None:
    """Check that each remedy has something to do on one of the raw `pages`.

    Raises
    ------
    InputError
        If one has not, which means that the theme's markup is no longer what the remedy expects.
    """
    for remedy in REMEDIES:
        if not any(re.search(remedy.old, page) for page in pages):
            raise InputError("No page has the markup that a remedy in book/build/finish/markup.py "
                             f"is for ({remedy.why}): {remedy.old}; see whether the theme still needs it.")
