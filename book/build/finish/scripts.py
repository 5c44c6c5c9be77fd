"""The theme's scripts as one deferred script, less those that no page needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from emergence_utils.errors import InputError

__all__ = ["SEARCH_ONLY", "joined", "needed", "settings"]

#: Scripts that the search page alone uses; the theme puts them on every page, for a search as one types.
SEARCH_ONLY = ("searchtools.js", "language_data.js", "searchindex.js")

#: What some page must hold for a script to be of use; nothing for those that others stand in for.
_NEEDS = {
    "togglebutton.js": ("admonition dropdown", "dropdown admonition", '"toggle"', '"toggle ', ' toggle"',
                        " toggle "),
    "design-tabs.js": ("sd-tab-",),
    "clipboard.min.js": ('<div class="highlight"><pre',),
    "copybutton.js": ('<div class="highlight"><pre',),
    "fontawesome.js": (),  # icons.py draws the icons
    "bootstrap.js": (),  # menus.js opens the one kind of menu there is
}
#: Bootstrap's parts that menus.js replaces or that a plain ``title`` does as well.
_BOOTSTRAP = {"dropdown", "tooltip"}
#: What the theme's script does to boxes that scroll, which scrollers.js does without laying the page out.
_MEASURE = re.compile(
    r'document\.querySelectorAll\(\["pre",[^\]]*\]\.join\(", "\)\)\.forEach\((\w+)=>\{\1\.tabIndex='
    r"\1\.scrollWidth>\1\.clientWidth\|\|\1\.scrollHeight>\1\.clientHeight\?0:-1\}\)")
_TOGGLE = re.compile(r"<script>\s*((?:let toggle\w+|var togglebuttonSelector) = [^;<]*;)\s*</script>")
_SOURCE_MAP = re.compile(r"^//[#@] sourceMappingURL=.*$", re.M)


def needed(names: Iterable[str], pages: Sequence[str]) -> list[str]:
    """Scripts of `names` (paths) that some of `pages` has a use for."""
    asked = {kind for page in pages for kind in re.findall(r'data-bs-toggle="([^"]*)"', page)}
    if asked - _BOOTSTRAP:
        raise InputError(f"A page uses Bootstrap's '{min(asked - _BOOTSTRAP)}', which book/build/"
                         f"finish/menus.js does not do; known: {', '.join(sorted(_BOOTSTRAP))}.")
    return [name for name in names if (need := _NEEDS.get(name.rpartition("/")[2])) is None
            or any(text in page for text in need for page in pages)]


def settings(page: str, kept: Collection[str]) -> str:
    """What the inline scripts of `page` set for those of `kept` that read it, as script text.

    The other settings of the theme, the page's name and whether to search as one types, are read by nothing
    that is on a page.
    """
    if not any(name.endswith("togglebutton.js") for name in kept):
        return ""
    return "".join(f"{text}\n" for text in dict.fromkeys(_TOGGLE.findall(page)))


def joined(paths: Iterable[Path]) -> str:
    """Scripts one after the other, as if loaded so, without the addresses of source maps."""
    parts = []
    for path in paths:
        if not path.is_file():
            raise InputError(f"A page asks for the script {path}, which does not exist.")
        text = _SOURCE_MAP.sub("", path.read_text(encoding="utf-8")).strip()
        if path.name == "pydata-sphinx-theme.js":
            text, found = _MEASURE.subn("0", text)
            if found != 1:
                raise InputError(f"{path.name} of the theme no longer measures boxes that scroll in the way "
                                 "that book/build/finish/scripts.py replaces.")
        parts.append(text)
    return "\n;\n".join(parts) + "\n"
