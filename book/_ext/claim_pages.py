"""Sphinx extension: the ledger's filter, the claims of the search page, and the claims as files.

The claims' own pages, like the ledger, are written as Markdown by ``book.build``. What needs the built
site (titles of chapters, pages in their order, files beside the pages) is added here.
"""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx import addnodes

from book.build.answer import sides_of
from book.build.chapter import chapter_score
from book.build.claims import CLAIMS, FILTER, claims_csv, claims_json
from book.build.claims_index import claims_script, read_synonyms
from book.build.parts import SCORED
from emergence_utils.report import VERDICTS, ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

__all__ = ["chapter_question", "filter_html", "setup", "under_ledger"]

CHAPTERS, LEDGER_PAGE = "notebooks/", "book/ledger"
_SORTS = {"number": "number", "verdict": "verdict", "strength": "strength", "chapter": "chapter"}


def filter_html(counts: Mapping[str, int], sources: Mapping[str, str], chapters: Mapping[str, str]) -> str:
    """The bar above the claims; it shows only where scripts run (class of the theme).

    Parameters
    ----------
    counts : mapping of str to int
        Claims by verdict.
    sources, chapters : mapping of str to str
        Keys and names of those who said the claims, stems and titles of the chapters that decide them.
    """
    total = sum(counts.values())
    verdicts = {v.replace(" ", "-"): f"{v} ({counts.get(v, 0)})" for v in VERDICTS
                if counts.get(v) or v in SCORED}
    boxes = (("by", "Said by", "anyone", sources), ("verdict", "Verdict", "any verdict", verdicts),
             ("chapter", "Chapter", "all chapters", chapters), ("sort", "Sort by", "", _SORTS))
    selects = "".join(
        f'<label>{label} <select name="{name}">'
        + (f'<option value="">{escape(anything)}</option>' if anything else "")
        + "".join(f'<option value="{escape(k)}">{escape(text)}</option>' for k, text in options.items())
        + "</select></label>" for name, label, anything, options in boxes)
    return ('<form class="em-filter em-js-only" id="em-filter" role="search" aria-label="Filter the claims">'
            '<div class="em-filter-top"><label><span>Words</span> <input type="search" name="words" '
            'autocomplete="off" placeholder="Find a claim, e.g. mirage"></label>'
            f'<span role="status">{total} of {total} shown</span>'
            '<button type="button" aria-expanded="false" aria-controls="em-filter-more">Filters</button>'
            "</div>"
            f'<div class="em-filter-more" id="em-filter-more">{selects}'
            '<button type="reset">Show all</button></div></form>\n')


def chapter_question(notebook: Path) -> str:
    """The question that a chapter asks in its first cell, as plain text."""
    first = json.loads(notebook.read_text(encoding="utf-8"))["cells"][0]
    text = "".join(first["source"])
    found = re.search(r"\*\*The question\.\*\*\s*(.*?)(?:\n\s*\n|$)", text, flags=re.S)
    if not found:
        return ""
    text = re.sub(r"\s*\{cite[^}]*\}`[^`]*`", "", " ".join(found[1].split()))  # who is cited
    text = re.sub(r"\{\w+\}`([^`<]*?)\s*(?:<[^`]*)?`", r"\1", text)  # roles, with a target or without
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", r"\1", text)


def under_ledger(navigation: str) -> str:
    """The list of the site's pages, as HTML, for the page of a claim: the ledger is where the reader is."""
    return re.sub(rf'<li class="(toctree-l\d)">(?=<a [^>]*href="[./]*{Path(LEDGER_PAGE).name}\.html")',
                  r'<li class="\1 current">', navigation)


# ---- events


def _in_order(app: Sphinx, doctree: nodes.document) -> None:
    """A glob lists c10 before c2: put the claims in the order of their numbers."""
    if app.env.docname != LEDGER_PAGE:
        return
    for tree in doctree.findall(addnodes.toctree):
        tree["entries"].sort(key=lambda entry: _number(entry[1]))
        tree["includefiles"].sort(key=_number)


def _leave_out(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The site's navigation leaves out single claims, which the ledger lists; their order is kept elsewhere.

    Each page has the whole navigation, and 84 entries more would be a quarter of the time of a build.
    """
    for tree in list(env.tocs[LEDGER_PAGE].findall(addnodes.toctree)):
        tree.parent.remove(tree)
    return []


def _number(docname: str) -> int:
    return int("".join(filter(str.isdigit, docname.rpartition("/")[2])) or 0)


def _chapters(app: Sphinx) -> dict[str, str]:
    """Docnames of the chapters with number and title."""
    found = {}
    for name in sorted(d for d in app.env.found_docs if d.startswith(CHAPTERS)):
        number = ".".join(map(str, app.env.toc_secnumbers.get(name, {}).get("", ())))
        found[name] = f"{number}. {app.env.titles[name].astext()}".lstrip(". ")
    return found


def _who(book: Mapping[str, Any]) -> dict[str, str]:
    """Those who said the claims: sides of the debate, where the landing page names them, then authors."""
    return ({",".join(side.sources): f"side: {side.name}" for side in sides_of(book)}
            | {key: source["author"] for key, source in book["sources"].items()})


def _add_aids(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
              doctree: nodes.document | None) -> None:
    if pagename in (LEDGER_PAGE, "search"):
        for name in ("claims.js", "match.js", "ledger.js" if pagename == LEDGER_PAGE else "find.js"):
            app.add_js_file(name, loading_method="defer")
    if pagename == LEDGER_PAGE:
        book = ledger(app.srcdir)
        form = filter_html(chapter_score(book).counts, _who(book),
                           {d.removeprefix(CHAPTERS): title for d, title in _chapters(app).items()})
        context["body"] = context["body"].replace(FILTER, form, 1)
    if pagename.startswith(f"{CLAIMS}/") and "toctree" in context:
        made = context["toctree"]
        context["toctree"] = lambda **options: under_ledger(made(**options))


def _write_files(app: Sphinx, env: BuildEnvironment) -> None:
    """The files beside the pages; they come before the pages, which name the script's checksum."""
    if app.builder.name != "html":
        return
    book, root = ledger(app.srcdir), Path(app.srcdir)
    chapters = [{"title": title, "href": f"{name}.html", "text": chapter_question(root / f"{name}.ipynb")}
                for name, title in _chapters(app).items()]
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("claims.js", claims_script(book, chapters, read_synonyms(root))),
                       ("claims.csv", claims_csv(book)), ("claims.json", claims_json(book))):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the build."""
    app.connect("doctree-read", _in_order, priority=400)  # before Sphinx collects the tree of pages
    app.connect("env-updated", _leave_out)
    app.connect("html-page-context", _add_aids, priority=400)  # before the theme draws its navigation
    app.connect("env-check-consistency", _write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
