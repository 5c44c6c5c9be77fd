"""From the folder that Sphinx wrote to the finished site."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from emergence_utils.errors import InputError

from .assets import TEXT, reachable
from .code import looks, slim_code
from .drawings import slim_drawings
from .fonts import cut_font, formula_signs
from .icons import icon_sheet, used_icons
from .links import Links, page_links, relink
from .markup import check_theme, remedied
from .memo import Memo
from .names import names_of
from .scripts import SEARCH_ONLY, joined, needed, settings
from .styles import bundle, read_sheet
from .vega import write_vega

__all__ = ["Finished", "finish"]

SHEET, SCRIPT, CHARTS = "_static/site.css", "_static/site.js", "_static/vega.js"
_OWN = [Path(__file__).with_name(name) for name in ("menus.js", "scrollers.js")]
_ICONS = "_static/scripts/fontawesome.js"
_FORMULAS = "_static/math.woff"
#: Files that are wanted although no page names them.
_WANTED = {"objects.inv", "searchindex.js", "robots.txt", "sitemap.xml"}
_KEPT = "*.pdf"  # made from the finished site, not by Sphinx
#: Sheets that come with the theme or an extension; those of this book keep every rule.
_LIBRARY = re.compile(r"/styles/|/(?:basic|pygments|togglebutton|copybutton|mystnb|sphinx-design)\.")


@dataclass(frozen=True)
class Finished:
    """What :func:`finish` made.

    Attributes
    ----------
    pages, files, size, written : int
        Number of pages and of files, their size in bytes, and how many files were written in this run.
    """

    pages: int
    files: int
    size: int
    written: int


def finish(raw: Path, html: Path, keep: Path | None = None) -> Finished:
    """Make the finished site in `html` from what Sphinx wrote into `raw`.

    Parameters
    ----------
    raw : path
        The output of Sphinx, which is not changed.
    html : path
        Folder of the finished site, made if need be. Files in it that the site does not have are removed,
        but for PDFs at its top.
    keep : path, optional
        Folder where results are kept for the next time.

    Raises
    ------
    InputError
        If `raw` holds no site, `html` holds something else than a site, or the theme is not as expected.
    """
    _check(raw, html)
    files = {p.relative_to(raw).as_posix(): p for p in sorted(raw.rglob("*")) if p.is_file()}
    pages = {name: path.read_text(encoding="utf-8") for name, path in files.items()
             if name.endswith(".html") and not name.startswith("_static/")}
    full = {name: page for name, page in pages.items() if "<body" in page}  # the others only lead on
    if not full:
        raise InputError(f"{raw} holds no page with a body; it should hold the output of Sphinx.")
    check_theme(list(full.values()))

    links = page_links(full)
    kept = needed([s for s in links.scripts if s.rpartition("/")[2] not in SEARCH_ONLY], list(full.values()))
    gone = {s for s in links.scripts if s.rpartition("/")[2] not in SEARCH_ONLY} - {*kept}
    memo = Memo(keep)
    made = _bundles(raw, pages, links, kept, gone, memo)
    look = looks(_text(raw / "_static/pygments.css"))
    # an address that changes with the content, so that no browser keeps an old file
    stamps = {name: f"{name}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"
              for name, text in made.items()}
    for name, page in pages.items():
        if name in full:
            page = memo(partial(_slim, page, look), "page", page, repr(look))
            page = relink(page, name, links, stamps[SHEET], stamps[SCRIPT])
        made[name] = page
    bundled = {*links.sheets, *kept, *gone}
    data = {name: text.encode() for name, text in made.items()}
    if _FORMULAS in files:
        data[_FORMULAS] = cut_font(files[_FORMULAS].read_bytes(), formula_signs(pages.values()))
    done = _write(html, {n: p for n, p in files.items() if n not in bundled}, data, memo)
    memo.forget()
    return done


def _slim(page: str, look: Mapping[str, str]) -> str:
    return slim_code(slim_drawings(remedied(page)), look)


def _check(raw: Path, html: Path) -> None:
    if not (raw / "searchindex.js").is_file():
        raise InputError(f"{raw} holds no searchindex.js; it should hold the output of Sphinx.")
    if html.exists() and any(html.iterdir()) and not (html / "searchindex.js").is_file():
        raise InputError(f"{html} holds other files than a site; remove them or choose another folder.")


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"The theme has no file {path.name} any more, which this step reads.")
    return path.read_text(encoding="utf-8")


def _bundles(raw: Path, pages: Mapping[str, str], links: Links, kept: Collection[str],
             gone: Collection[str], memo: Memo) -> dict[str, str]:
    """The one sheet and the one script that stand in place of those of all pages."""
    script = settings(next(iter(pages.values())), kept) + joined([*(raw / s for s in kept), *_OWN])
    # scripts of single pages make elements as well; the search index only holds words of the text
    more = [_text(raw / s) for s in sorted(links.every_script - {*kept, *gone, "searchindex.js"})]
    icons = icon_sheet(used_icons([*pages.values(), script, *more]), _text(raw / _ICONS),
                       _text(raw / f"{_ICONS}.LICENSE.txt"))
    sheets = [(read_sheet(raw / s, raw / "_static"), bool(_LIBRARY.search(s))) for s in links.sheets]
    style = bundle([*sheets, (icons, False)], names_of(pages.values(), [script, *more]), memo)
    return {SHEET: style, SCRIPT: script}


def _write(html: Path, files: Mapping[str, Path], made: Mapping[str, bytes], memo: Memo) -> Finished:
    """Write what differs and remove what nothing refers to."""
    html.mkdir(parents=True, exist_ok=True)
    written = int(write_vega(html / CHARTS))
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()
             if path.suffix in TEXT and name not in made and not name.startswith("_sources/")}
    texts |= {name: data.decode() for name, data in made.items() if name.endswith(TEXT)}
    wanted = reachable(texts, {*files, *made} - {*texts},
                       {n for n in made if n.endswith(TEXT)} | {n for n in files if n in _WANTED}, memo)
    for name in wanted:
        target = html / name
        data = made[name] if name in made else files[name].read_bytes()
        if not target.is_file() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            written += 1
    size = count = 0
    for path in sorted(html.rglob("*"), reverse=True):  # a folder comes after what it holds
        name = path.relative_to(html).as_posix()
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif name in wanted or name == CHARTS or (path.parent == html and path.match(_KEPT)):
            size, count = size + path.stat().st_size, count + 1
        else:
            path.unlink()
    return Finished(sum(n.endswith(".html") for n in wanted), count, size, written)
