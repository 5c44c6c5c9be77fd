"""Sphinx extension: what the head of a page says about it.

A description for search engines, the tags that link previews read, the book's sign, and, where
the public address of the site is known, canonical addresses, preview pictures and a site map.
A build without a public address, such as one from a bare clone, names no address at all.
"""

from __future__ import annotations

import hashlib
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes

from book.build import parts
from book.build.cards import SIZE, card_alt, write_card
from book.build.chapter import chapter_score, last_commit
from book.build.claims import ClaimCard, claim_cards
from book.build.remote import public_address, public_remote
from emergence_utils.report import ledger as read_ledger

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

__all__ = ["page_summary", "setup", "shorten"]

LONGEST, SHORTEST = 160, 80
#: Pages that have no opening paragraph of their own.
_SUMMARIES = {
    "book/glossary": "What the words of the debate about emergent abilities of language models mean, "
                     "from ability to Wilson interval, each in two plain sentences.",
    "book/bibliography": "Papers, essays and data sets that this book on emergent abilities of language "
                         "models cites, with links to where they can be read.",
    "search": "Search the chapters, the claims and the data cards of an executable book about emergent "
              "abilities of language models.",
    "genindex": "Index of an executable book about emergent abilities of language models, with links to the "
                "places where each term is explained.",
}
#: Pages that search engines need not list.
_UNLISTED = ("search", "genindex")


def shorten(text: str, longest: int = LONGEST) -> str:
    """`text` on one line, cut after a whole word so that it has at most `longest` characters.

    Examples
    --------
    >>> shorten("one two three", 9)
    'one two…'
    """
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    end = max(text.rfind(f"{stop} ", SHORTEST, longest) for stop in ".?!")
    if end > 0:  # a whole sentence reads better than a longer torso
        return text[:end + 1]
    return text[:text.rfind(" ", 0, longest)].rstrip(" ,;:–(") + "…"


def _prose(paragraph: nodes.Node) -> str:
    """The words of a paragraph without its citations."""
    copy = paragraph.deepcopy()
    for cited in list(copy.findall(nodes.Element)):
        if "bibtex-citation" in cited.get("classes", ()):
            cited.parent.remove(cited)
    text = re.sub(r"\s*\[[^\]]*\b\d{4}[a-z]?\]", "", copy.astext())
    return re.sub(r"\s+([.,;:])", r"\1", " ".join(text.split()))


def page_summary(pagename: str, doctree: nodes.document | None, fallback: str) -> str:
    """What a page is about, in 80 to 160 characters: its first paragraphs, or a line of our own."""
    if pagename in _SUMMARIES or doctree is None:
        return shorten(_SUMMARIES.get(pagename, fallback))
    found = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if not isinstance(paragraph.parent, nodes.section | nodes.document):
            continue
        words = re.sub(r"^The question\.\s*", "", _prose(paragraph))
        if not found and pagename.startswith("book/writeups/s"):
            found = " "  # its first line only says where the text appeared
            continue
        found = f"{found} {words}".strip()
        if len(found) >= SHORTEST:
            break
    title = "" if len(found) >= SHORTEST else f"{fallback} "
    return shorten(f"{title}{found}")


def _tags(app: Sphinx, pagename: str, context: dict[str, Any], doctree: nodes.document | None) -> list[str]:
    root, book = Path(app.srcdir), str(app.config.html_title)
    front = pagename == app.config.root_doc
    title = book if front or doctree is None else app.env.titles[pagename].astext()
    claim = _claims(app).get(pagename)
    summary = shorten(claim.description) if claim else page_summary(
        pagename, doctree, f"{title}: a page of the executable book “{book}”.")
    kind = "article" if pagename.startswith(("notebooks/", "book/writeups/s")) else "website"
    static = context["pathto"]("_static/", resource=True)
    tags = [f'<meta name="description" content="{escape(summary)}"/>',
            f'<link rel="icon" type="image/svg+xml" href="{static}favicon.svg"/>',
            f'<link rel="apple-touch-icon" href="{static}favicon-180.png"/>',
            '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff"/>',
            '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#121212"/>']
    if pagename in _UNLISTED:
        return [*tags, '<meta name="robots" content="noindex"/>']
    properties = {"og:type": kind, "og:title": title, "og:description": summary, "og:site_name": book,
                  "og:locale": "en_GB"}
    base = app.config.html_baseurl
    if base:
        name, counts = _card(app, pagename, root)
        properties |= {"og:url": f"{base}{app.builder.get_target_uri(pagename)}",
                       "og:image": f"{base}_static/cards/{name}.png", "og:image:type": "image/png",
                       "og:image:width": str(SIZE[0]), "og:image:height": str(SIZE[1]),
                       "og:image:alt": card_alt(book if name == "book" else title, counts)}
    tags += [f'<meta property="{k}" content="{escape(v)}"/>' for k, v in properties.items()]
    tags.append(f'<meta name="twitter:card" content="{"summary_large_image" if base else "summary"}"/>')
    # the other tags of this service fall back to those above
    return tags


def _claims(app: Sphinx) -> dict[str, ClaimCard]:
    """What is said of the pages of claims, by page; read once a build."""
    if not hasattr(app, "em_claims"):
        app.em_claims = {card.docname: card for card in claim_cards(read_ledger(app.srcdir))}
    return cast("dict[str, ClaimCard]", app.em_claims)


def _card(app: Sphinx, pagename: str, root: Path) -> tuple[str, dict[str, int]]:
    """Name of the picture of a page, and the verdicts on it: its own where it has some, else the book's."""
    claim = _claims(app).get(pagename)
    if claim:
        return claim.picture, claim.counts
    stem = Path(pagename).name if pagename.startswith("notebooks/") else None
    return stem or "book", chapter_score(read_ledger(root), stem).counts


def _add_head(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
              doctree: nodes.document | None) -> None:
    remote = public_remote(app.srcdir)
    context["em_repository"] = remote.url if remote else ""
    context["metatags"] = context.get("metatags", "") + "\n    " + "\n    ".join(
        _tags(app, pagename, context, doctree)) + "\n"


def _set_address(app: Sphinx, config: Config) -> None:
    config.html_baseurl = public_address(app.srcdir) or ""


def _write_files(app: Sphinx, exception: Exception | None) -> None:
    """After the pages: preview pictures, site map and robots.txt; without an address only the last."""
    if exception or app.builder.name != "html":
        return
    out, root, base = Path(app.outdir), Path(app.srcdir), app.config.html_baseurl
    _describe_root(app, out / "index.html")
    robots, site_map = "User-agent: *\nAllow: /\n", out / "sitemap.xml"
    if not base:
        site_map.unlink(missing_ok=True)
        (out / "robots.txt").write_text(robots, encoding="utf-8", newline="\n")
        return
    (out / "robots.txt").write_text(f"{robots}Sitemap: {base}sitemap.xml\n", encoding="utf-8", newline="\n")
    rows = []
    for name in sorted(app.env.found_docs):
        day = last_commit(root, app.env.doc2path(name))
        changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
        rows.append(f"<url><loc>{escape(base + app.builder.get_target_uri(name))}</loc>{changed}</url>")
    site_map.write_text('<?xml version="1.0" encoding="UTF-8"?>\n'
                        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
                        + "\n".join(rows) + "\n</urlset>\n", encoding="utf-8", newline="\n")
    _write_cards(app, out / "_static" / "cards")


def _write_cards(app: Sphinx, folder: Path) -> None:
    book, cache = str(app.config.html_title), Path(app.doctreedir) / "cards"
    for name in sorted(app.env.found_docs):
        if name.startswith("notebooks/") or name == app.config.root_doc:
            stem, counts = _card(app, name, Path(app.srcdir))
            number = app.env.toc_secnumbers.get(name, {}).get("", ())
            over = f"{book} · Chapter {number[0]}" if number else "An executable book"
            title = book if stem == "book" else app.env.titles[name].astext()
            write_card(folder / f"{stem}.png", cache, title, counts, over=over)
    for card in _claims(app).values():
        card.write(folder, cache)


def _describe_root(app: Sphinx, path: Path) -> None:
    """The bare address leads on to the landing page; who shares it gets that page's preview.

    It has no ``<body>`` tag, by which the step after the build knows that it only redirects.
    """
    target = app.builder.get_target_uri(app.config.root_doc)
    landing = (Path(app.outdir) / target).read_text(encoding="utf-8")
    tags = re.findall(r'<meta (?:property="og:|name="(?:twitter:|description"))[^>]*>', landing)
    if app.config.html_baseurl:
        tags.append(f'<link rel="canonical" href="{escape(app.config.html_baseurl + target)}"/>')
    path.write_text("\n".join(['<!DOCTYPE html>', '<html lang="en">', "<head>", '<meta charset="utf-8"/>',
                               '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
                               f"<title>{escape(str(app.config.html_title))}</title>",
                               f'<meta http-equiv="Refresh" content="0; url={target}"/>', *tags, "</head>",
                               f'<p><a href="{target}">Go to the book</a></p>', "</html>\n"]),
                    encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the build."""
    # pages are written anew when what writes them has changed; Sphinx itself looks at their sources only
    code = [*Path(__file__).parent.glob("*.py"), *Path(parts.__file__).parent.glob("*.py")]
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(code))).hexdigest()
    app.add_config_value("em_code", digest, "html", types=[str])
    app.connect("config-inited", _set_address)
    app.connect("html-page-context", _add_head)
    app.connect("build-finished", _write_files, priority=900)  # after the redirect of the root is written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
