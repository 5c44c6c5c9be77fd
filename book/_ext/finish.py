"""Sphinx extension: lighter drawings, the chart library, and nothing left of pages that are gone.

What axe finds fault with in the markup of others is mended here, by name.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.build.drawings import slim_drawings
from book.build.vega import LIBRARY, write_vega

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

__all__ = ["setup"]

SHEET = "em.css"
#: Sheets that are not for every screen and page.
APART = {"print.css", "explore.css"}
#: Folders whose files every page uses; Sphinx looks at them only when it writes a page.
SHARED = ("_static", "_templates", "_ext")
#: Pages that Sphinx makes from no document.
_MADE = {"index", "search", "genindex"}


#: Markup in the text of a page, and what takes its place.
MENDS = (
    # a box that scrolls, by keyboard too
    ('<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">'),
    ('<div class="output text_html"><div>\n<style scoped>',
     '<div class="output text_html" tabindex="0"><div>\n<style scoped>'),
    (' role="doc-biblioentry"', ""),  # no longer in use
    # not all its children are items
    ('<div role="list" class="citation-list">', '<div class="citation-list">'),
)


def _slim(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
          doctree: nodes.document | None) -> None:
    if "body" in context:
        body = slim_drawings(context["body"])
        for old, new in MENDS:
            body = body.replace(old, new)
        context["body"] = body
    # the name of a part of the menu is a heading of no level, before the page's first
    context["furo_navigation_tree"] = context["furo_navigation_tree"].replace(' role="heading"', "")


def _tidy(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    write_vega(out / LIBRARY)
    wanted = {app.builder.get_outfilename(name) for name in {*app.env.found_docs, *_MADE}}
    for page in out.rglob("*.html"):
        if str(page) not in wanted and "_static" not in page.parts:
            page.unlink()
    for notebook in (out / "_sources").rglob("*.ipynb"):
        _empty(notebook)


def _empty(path: Path) -> None:
    """Take the outputs out of the copy of a notebook that readers download: they are on its page."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _changed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Every page, where a style, script, template or extension is another than before: all of them use it."""
    seen = hashlib.sha256()
    for path in sorted(p for folder in SHARED for p in (Path(app.srcdir) / "book" / folder).glob("*.*")):
        seen.update(path.name.encode() + path.read_bytes())
    before, env.em_shared = getattr(env, "em_shared", ""), seen.hexdigest()  # type: ignore[attr-defined]
    return [] if env.em_shared == before else sorted(env.found_docs)


def _join_sheets(app: Sphinx, config: Config) -> None:
    """One sheet of the book's own: each that a page waits for costs a phone a round trip."""
    own = sorted(p for p in (Path(app.srcdir) / "book/_static").glob("*.css") if p.name not in APART)
    target = Path(app.srcdir) / "book/_generated/static" / SHEET
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(p.read_text(encoding="utf-8") for p in own), encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the build; drawings after the links that other extensions put under them."""
    app.connect("config-inited", _join_sheets, priority=100)  # before it is asked whether the folder is there
    app.connect("env-updated", _changed)
    app.connect("html-page-context", _slim, priority=900)
    app.connect("build-finished", _tidy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
