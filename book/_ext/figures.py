"""Sphinx extension: under every figure a link to its numbers as CSV and one to the code that drew it.

A figure on a page of a notebook has its numbers in the stored output (``text/csv`` beside the HTML); one
on any other page may have them in ``book/_generated/<id of the figure>.csv``. The files go to
``_static/figures``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["notebook_tables", "setup", "with_links"]

logger = logging.getLogger(__name__)
FOLDER = "_static/figures"
GENERATED = "book/_generated"
_FIGURE = re.compile(r'<figure\b(?=[^>]*\bclass="[^"]*\bem-figure\b)[^>]*\bid="([^"]+)"[^>]*>')
_CELL = '<div class="cell '
_INPUT = '<div class="cell_input docutils container"'


def notebook_tables(path: Path) -> dict[str, tuple[str, str]]:
    """Id of each figure in a notebook that has data: name of its file and the CSV text.

    Figures of one output, of which the reader sees one at a time, share a file named after the first.
    """
    found: dict[str, tuple[str, str]] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/csv" in data:
                ids = _FIGURE.findall("".join(data.get("text/html", "")))
                if ids:
                    found |= dict.fromkeys(ids, (f"{path.stem}-{ids[0]}.csv", "".join(data["text/csv"])))
    return found


def with_links(body: str, files: Mapping[str, str]) -> str:
    """The HTML of a page with links in each figure that has an id.

    Parameters
    ----------
    body : str
    files : mapping of str to str
        Address of the CSV file by id of the figure; a figure without one gets no link to data.

    Returns
    -------
    str
        The input of a cell that draws figures gets the id ``code-`` and the id of the first of them;
        a figure that no visible or folded code draws gets no link to code.
    """
    pieces: list[str] = []
    done, anchored = 0, -1  # how far `body` is copied; the input that has its id
    anchor = ""
    for figure in _FIGURE.finditer(body):
        end = body.find("</figure>", figure.end())
        start = body.rfind(_INPUT, 0, figure.start())
        if start < max(0, body.rfind(_CELL, 0, figure.start())) or _outside(body, start, figure.start()):
            anchor = ""
        elif start != anchored:
            anchored, anchor = start, f"code-{figure[1]}"
            cut = start + len(_INPUT)
            pieces += [body[done:cut], f' id="{escape(anchor)}"']
            done = cut
        links = []
        if figure[1] in files:
            links.append(f'<a href="{escape(files[figure[1]])}" download>Data (CSV)</a>')
        if anchor:
            links.append(f'<a href="#{escape(anchor)}">Code</a>')
        pieces.append(body[done:end])
        if links:
            pieces.append(f'<p class="em-figure-links">{" ".join(links)}</p>')
        done = end
    return "".join((*pieces, body[done:]))


def _outside(body: str, start: int, position: int) -> bool:
    """Whether the cell that begins its input at `start` is closed before `position`."""
    if start < 0:
        return True
    cell = body.rfind(_CELL, 0, start)
    depth = 0
    for tag in re.finditer(r"<div\b|</div>", body[cell:position]):
        depth += 1 if tag[0] == "<div" else -1
        if depth == 0:
            return True
    return False


def add_links(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Write the links into a page."""
    body = context.get("body", "")
    ids = _FIGURE.findall(body)
    if not ids:
        return
    for name in sorted({i for i in ids if ids.count(i) > 1}):
        logger.warning("two figures of %s have the id '%s': give one of them another caption", pagename, name,
                       type="figures")
    tables = _tables(app, pagename)
    files = {i: context["pathto"](f"{FOLDER}/{tables[i][0]}", 1) for i in ids if i in tables}
    context["body"] = with_links(body, files)


def _tables(app: Sphinx, docname: str) -> dict[str, tuple[str, str]]:
    """File name and text by figure, of one page."""
    path = Path(app.env.doc2path(docname))
    if path.suffix == ".ipynb":
        return notebook_tables(path)
    folder = Path(app.srcdir) / GENERATED
    return {p.stem: (p.name, p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.csv"))}


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the data of all figures; remove files of figures that are gone."""
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    texts: dict[str, str] = {}
    for docname in sorted(app.env.found_docs):
        texts |= dict(_tables(app, docname).values())
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the links and the files."""
    app.connect("html-page-context", add_links)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
