"""Sphinx extension: aids to reading.

Below the title of a chapter one line says how long it takes, how many claims it decides, which tables
it uses and when it was last run; at its end it says how to be cited. All of it stands in the page's own
HTML, so nothing moves when scripts run.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from book.build.ahead import ahead_html
from book.build.chapter import chapter_score, last_commit, reading_minutes, tables_used
from book.build.citing import Citation, cite_html, read_work
from book.build.explore import address
from book.build.explore.curves import score_sources
from book.build.parts import read_json
from book.build.remote import launch_links
from book.build.vega import LIBRARY
from emergence_utils.report import ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

__all__ = ["every_curve", "setup", "strip_html", "with_curves", "words_and_figures"]

CHAPTERS, LEDGER_PAGE, PACKAGE = "notebooks/", "book/ledger", "data/datapackage.json"
_MIND = "What would change our mind"
_CODE_SWITCH = ('<li class="em-js-only"><button type="button" id="em-code" aria-pressed="false">'
                "Show the code</button></li>")
#: Before anything is drawn: what only a script can use may stand, and a chapter folds its code away.
_EARLY = """<script>(function (root) {
      root.classList.remove("no-js");
      try { if (root.querySelector("meta[name=em-code]") && localStorage.getItem("em-code") !== "shown") {
        root.classList.add("em-quiet"); } } catch (error) { root.classList.add("em-quiet"); }
    })(document.documentElement);</script>"""


# ---- one line about a chapter


def words_and_figures(doctree: nodes.document) -> tuple[int, int]:
    """Words that a reader reads, folded code and formulas left out, and figures."""
    words = figures = 0
    for node in doctree.findall(nodes.Text):
        ancestors = _ancestors(node)
        if not any(isinstance(a, nodes.literal_block | nodes.raw | nodes.math | nodes.math_block)
                   or "tag_hide-cell" in a.get("classes", ()) for a in ancestors):
            words += len(node.astext().split())
    for raw in doctree.findall(nodes.raw):
        if raw.get("format") == "html" and not any("tag_hide-cell" in a.get("classes", ())
                                                   for a in _ancestors(raw)):
            html = raw.astext()
            figures += html.count("<figure")
            for part in re.findall(r"<(figcaption|aside)\b[^>]*>(.*?)</\1>", html, flags=re.S):
                words += len(re.sub(r"<[^>]+>", " ", part[1]).split())
    return words, figures


def _ancestors(node: nodes.Node) -> list[nodes.Element]:
    found = []
    while (node := node.parent) is not None:
        found.append(node)
    return found


def strip_html(minutes: int, *, claims: int, decided: int, chapter: str, tables: Mapping[str, str],
               run: date | None, launch: list[tuple[str, str]]) -> str:
    """The line below a chapter's title; what is not known is left out."""
    up = _up(chapter)
    items = [f"<li>{minutes} min read</li>"]
    if claims:
        noun = "claim" if claims == 1 else "claims"
        items.append(f'<li><a href="{up}{LEDGER_PAGE}.html?chapter={chapter}#em-filter">{claims} {noun}, '
                     f"{decided} decided</a></li>")
    if run:
        day = f"{run.day} {run:%B %Y}"
        items.append(f'<li>Last run <time datetime="{run.isoformat()}">{day}</time></li>')
    if tables:
        links = ", ".join(f'<a href="{up}book/data/{name}.html" aria-label="{name}: {escape(title)}">'
                          f"<code>{name}</code></a>" for name, title in tables.items())
        items.append(f'<li class="em-tables">Tables {links}</li>')
    if launch:
        links = ", ".join(f'<a href="{escape(href)}">{escape(label)}</a>' for label, href in launch)
        items.append(f'<li>Run it in <span class="em-launch">{links}</span></li>')
    source = f"{up}_sources/{CHAPTERS}{chapter}.ipynb"
    items += [f'<li><a href="{source}" download>Notebook</a></li>', _CODE_SWITCH]
    return f'<ul class="em-strip" aria-label="About this chapter">{"".join(items)}</ul>\n'


def _up(chapter: str) -> str:
    """The way from a chapter, or from its exercises a folder deeper, to the root of the site."""
    return "../" * (1 + chapter.count("/"))


def every_curve(tables: Mapping[str, str], chapter: str = "") -> str:
    """Where every curve of a chapter's score tables is to be seen; empty if it uses none."""
    up = _up(chapter)
    names = {name: _short(tables[name]) for name in score_sources() if name in tables}
    alike = Counter(names.values())
    links = "; ".join(f'<a href="{escape(address(source=name, up=up))}">'
                      f"{escape(tables[name] if alike[short] > 1 else short)}</a>"
                      for name, short in names.items())
    lead = "Every curve of the tables behind this chapter, with its verdict"
    return f'<p class="em-every">{lead}: {links}.</p>' if links else ""


def _short(title: str) -> str:
    """A table's name without what it adds behind a colon or a comma."""
    return re.split(r"[:,]", title)[0]


def with_curves(body: str, line: str) -> str:
    """The line below the chapter's first explorer; at its end where it has none."""
    start = body.find('class="em-figure em-explorer"')
    end = body.find("</figure>", start) + len("</figure>")
    return _at_end(body, line) if start < 0 else body[:end] + line + body[end:]


# ---- events


def _mark_boxes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the box that says what would change our mind a class of its own."""
    for box in doctree.findall(nodes.Admonition):
        title = next(iter(box.findall(nodes.title)), None) if isinstance(box, nodes.Element) else None
        if title is not None and title.astext() == _MIND:
            box["classes"] = ["mind"]


def _facts(root: Path, docname: str, book: Any, tables: Mapping[str, str]) -> dict[str, Any]:
    """What a chapter's page says that does not stand in its source file."""
    stem, path = docname.removeprefix(CHAPTERS), f"{docname}.ipynb"
    score = chapter_score(book, stem)
    return {"claims": score.claims, "decided": score.decided, "chapter": stem, "tables": tables,
            "run": last_commit(root, path), "launch": launch_links(root, path)}


def _tables(env: BuildEnvironment, root: Path, docname: str, titles: Mapping[str, str]) -> dict[str, str]:
    """Tables that a chapter loads; kept while notebook and package are the same: reading them takes long."""
    path = root / f"{docname}.ipynb"
    files = [path, *(root / "emergence_utils").rglob("*.py")]
    stamp = (tuple(titles), max(file.stat().st_mtime_ns for file in files), len(files), path.stat().st_size)
    kept = env.__dict__.setdefault("em_tables", {})
    if kept.get(docname, (None, ()))[0] != stamp:
        kept[docname] = (stamp, tables_used(path, list(titles)))
    return {name: titles[name] for name in kept[docname][1]}


def _changed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages to write again although their own source is as before: a commit moved a date, say."""
    root = Path(app.srcdir)
    book, tables = ledger(root), read_json(root, PACKAGE)["resources"]
    titles = {table["name"]: table["title"] for table in tables}
    # pages use them too
    app.em_facts = {d: _facts(root, d, book, _tables(env, root, d, titles))
                    for d in env.found_docs if d.startswith(CHAPTERS)}
    said: dict[str, Any] = dict(app.em_facts)
    said[app.config.root_doc] = last_commit(app.srcdir, ".")
    work = read_work(app.srcdir)
    digests = {d: hashlib.sha256(repr((facts, work)).encode()).hexdigest() for d, facts in said.items()}
    before = getattr(env, "em_reading", {})
    env.em_reading = digests
    return [d for d, digest in digests.items() if before.get(d) != digest]


def _add_aids(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
              doctree: nodes.document | None) -> None:
    body = context.get("body", "")
    mark = '<meta name="em-code" content="switch">' if pagename.startswith(CHAPTERS) else ""
    context["metatags"] = f"{context.get('metatags', '')}\n    {mark}{_EARLY}"
    if 'class="em-figure em-explorer' in body:
        for name in ("charts.js", "points.js", "explorers.js"):
            app.add_js_file(name, loading_method="defer")
        if pagename.startswith(CHAPTERS):  # the landing page's pictures answer without the library
            context["metatags"] += ahead_html(context["pathto"](LIBRARY, resource=True))
    if doctree is None:
        return
    if pagename.startswith(CHAPTERS):
        body = _chapter(app, pagename, body, doctree)
    elif pagename == app.config.root_doc:
        day = last_commit(app.srcdir, ".")
        body = _at_end(body, cite_html(Citation(read_work(app.srcdir), day=day,
                                                url=app.config.html_baseurl or None), "book"))
    context["body"] = body


def _chapter(app: Sphinx, pagename: str, body: str, doctree: nodes.document) -> str:
    facts = app.em_facts[pagename]
    strip = strip_html(reading_minutes(*words_and_figures(doctree)), **facts)
    number = ".".join(map(str, app.env.toc_secnumbers.get(pagename, {}).get("", ())))
    base = app.config.html_baseurl
    cited = Citation(read_work(app.srcdir), app.env.titles[pagename].astext(), number,
                     facts["run"],
                     base + app.builder.get_target_uri(pagename) if base else None)
    body = with_curves(body, every_curve(facts["tables"], facts["chapter"]))
    body = re.sub(r'<div class="cell tag_solution.*?</summary>.*?</details>', _solution, body, flags=re.S)
    for verb in ("Show", "Hide"):
        body = body.replace(f"{verb} code cell source", f"{verb} the code")
        body = body.replace(f"{verb} code cell output", f"{verb} the answer")  # to "Predict before you look"
    return _at_end(body.replace("</h1>", f"</h1>\n{strip}", 1), cite_html(cited, "chapter"))


def _solution(cell: re.Match[str]) -> str:
    """The folded solution of an exercise, without the marks by which the students' copy is made."""
    shown = re.sub(r"(Show|Hide) code cell content", r"\1 the solution", cell[0])
    return re.sub(r"<span[^>]*>### (?:BEGIN|END) SOLUTION</span>\n?", "", shown)


def _at_end(body: str, html: str) -> str:
    before, end, after = body.rpartition("</section>")
    return f"{before}{html}{end}{after}" if end else body + html


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the build."""
    app.connect("doctree-resolved", _mark_boxes)
    app.connect("env-updated", _changed)
    app.connect("html-page-context", _add_aids)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
