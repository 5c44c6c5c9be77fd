"""Sphinx extension: the page of every curve, and the data files that it fetches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.build.ahead import ahead_html
from book.build.explore.files import DATA, stamp, write_data
from book.build.explore.page import app_html, opening_files, reach_html
from book.build.vega import LIBRARY

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

__all__ = ["setup"]

PAGE = "book/explore"
_APP, _REACH = '<div id="em-explore"></div>', '<div id="em-explore-reach"></div>'


def _changed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The page is written again where tables, verdicts or code changed; its data files are written here."""
    if app.builder.name != "html" or PAGE not in env.found_docs:
        return []
    write_data(app.srcdir, Path(app.outdir) / DATA)
    now = stamp(app.srcdir)
    before = getattr(env, "em_explore", "")
    env.em_explore = now
    return [PAGE] if before != now else []


def _fill(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
          doctree: nodes.document | None) -> None:
    if pagename != PAGE or app.builder.name != "html":
        return
    folder = Path(app.outdir) / DATA
    context["body"] = context["body"].replace(_APP, app_html(folder)).replace(_REACH, reach_html(folder))
    static = context["pathto"](DATA.as_posix(), resource=True)
    context["metatags"] = context.get("metatags", "") + ahead_html(
        context["pathto"](LIBRARY, resource=True), [f"{static}/{name}" for name in opening_files(folder)])
    app.add_css_file("explore.css")
    for name in ("charts.js", "points.js", "explore.js"):
        app.add_js_file(name, loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the build."""
    app.connect("env-updated", _changed)
    app.connect("html-page-context", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
