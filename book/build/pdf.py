"""The book as one PDF, printed from the finished site by Chromium, and the site's link to it.

All pages are put into one document (``pdf.js``), so that page numbers run through, links between chapters
stay links, and fonts are stored once. The look is that of ``book/_static/print.css``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from emergence_utils.errors import InputError

from .browser import BROWSER_ARGS, NO_BROWSER, find_browser, serve
from .citing import read_work
from .remote import public_address

__all__ = ["PDF_NAME", "link_pdf", "write_pdf"]

#: The file, in the root of the site.
PDF_NAME = "emergence-book.pdf"

_SLOT = re.compile(r'<p\b[^>]*\bclass="?em-pdf\b[^>]*>.*?</p>', re.DOTALL)
_EMPTY = '<p class="em-pdf" hidden></p>'
_MINUTES = 5


def write_pdf(html: str | Path = "_build/html", root: str | Path = ".") -> Path:
    """Print the finished site into ``emergence-book.pdf`` inside it, and link to it from the landing page.

    Parameters
    ----------
    html : path
        The finished site.
    root : path
        Root of the repository, where ``CITATION.cff`` and the remote are read.

    Raises
    ------
    InputError
        If the site is not built, ``CITATION.cff`` is faulty, or no Chromium, playwright or pypdf is there.
    """
    html, root = Path(html), Path(root)
    for module in ("playwright", "pypdf"):
        if find_spec(module) is None:
            raise InputError(f"The PDF needs the package {module}: pip install {module}.")
    chromium = find_browser()
    if chromium is None:
        raise InputError(NO_BROWSER)
    work = read_work(root)
    authors = "; ".join(author.strip("{}") for author in work.authors)
    facts = {"title": work.title, "authors": authors, "version": work.version,
             "start": landing(html), "home": public_address(root) or ""}
    target = html / PDF_NAME
    headings = _print(html, target, chromium, facts)
    _finish(target, headings, {"/Title": work.title, "/Author": authors})
    link_pdf(html)
    os.utime(target)  # the landing page was written just now, and is no newer than what was printed
    return target


def link_pdf(html: str | Path) -> bool:
    """Make the landing page link to the PDF if that is there and no page is newer; say whether it does.

    The landing page holds a place for it, ``<p class="em-pdf" hidden></p>``, which stays empty otherwise.

    Raises
    ------
    InputError
        If the landing page has no such place.
    """
    html = Path(html)
    target, page = html / PDF_NAME, html / landing(html)
    before = page.read_text(encoding="utf-8")
    if not _SLOT.search(before):
        raise InputError(f"{page} has no {_EMPTY}, where the link to the PDF belongs.")
    there = target.exists() and not any(
        p.stat().st_mtime_ns > target.stat().st_mtime_ns for p in html.rglob("*.html") if p != page)
    slot = _EMPTY
    if there:
        up = "../" * (len(page.relative_to(html).parts) - 1)
        slot = (f'<p class="em-pdf"><a href="{up}{PDF_NAME}">The whole book as a PDF</a> '
                f"({target.stat().st_size / 1e6:.1f} MB)</p>")
    after = _SLOT.sub(slot, before)
    if after != before:
        page.write_text(after, encoding="utf-8", newline="\n")
    return there


def landing(html: Path) -> str:
    """The landing page's path in the site: where ``index.html`` leads, or that itself."""
    index = html / "index.html"
    if not index.is_file():
        raise InputError(f"{html} holds no index.html: build the site first (make site).")
    leads = re.search(r'http-equiv="?refresh"?[^>]*url=([^"\'> ]+)', index.read_text(encoding="utf-8"), re.I)
    return leads[1] if leads else "index.html"


def _print(html: Path, target: Path, chromium: str, facts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Print all pages as one document, from ``facts["start"]`` on; its headings, each with its anchor."""
    from playwright.sync_api import Error, sync_playwright

    join, style = (_text(f"pdf.{kind}") for kind in ("js", "css"))
    with serve(html) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGS)
        try:
            page = browser.new_page(color_scheme="light", reduced_motion="reduce")
            page.set_default_timeout(_MINUTES * 60_000)
            page.goto(address + facts["start"])
            headings: list[dict[str, Any]] = page.evaluate(join, {**facts, "style": style})
            page.pdf(path=target, prefer_css_page_size=True, print_background=True, tagged=True)
        except Error as error:
            raise InputError(f"Chromium could not print {html}: {error.message.splitlines()[0]}.") from error
        finally:
            browser.close()
    return headings


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _finish(target: Path, headings: Sequence[Mapping[str, Any]], facts: dict[str, Any]) -> None:
    """Add bookmarks for chapters and sections, and say whose work the file is."""
    import pikepdf
    from pypdf import PdfWriter
    from pypdf.generic import Fit, IndirectObject

    writer = PdfWriter(clone_from=target)
    pages = {page.indirect_reference.idnum: i for i, page in enumerate(writer.pages)
             if page.indirect_reference is not None}
    places = writer.named_destinations
    chapter = None
    for heading in headings:
        place = places.get(f"/{heading['id']}")
        if place is None or not isinstance(place.page, IndirectObject):
            raise InputError(f"{target}: Chromium left no anchor for the heading '{heading['text']}'.")
        item = writer.add_outline_item(title=heading["text"], page_number=pages[place.page.idnum],
                                       parent=chapter if heading["level"] > 1 else None, is_open=False,
                                       fit=Fit.xyz(left=0, top=place.top))
        if heading["level"] == 1:
            chapter = item
    writer.page_mode = "/UseOutlines"
    writer.add_metadata(facts)
    writer.write(target)
    # half of the file is the tree that tells a screen reader what is a heading: packed, not left out
    with pikepdf.open(target, allow_overwriting_input=True) as book:
        book.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
