"""Sphinx extension: the pictures of explorers, drawn while the site is built, and their style sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.build.pictures import with_pictures

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["setup"]


def _draw(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    body = context.get("body", "")
    if app.builder.format == "html" and 'class="em-figure em-explorer"' in body:
        context["body"] = with_pictures(body, Path(app.doctreedir) / "pictures")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the build."""
    app.connect("html-page-context", _draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
