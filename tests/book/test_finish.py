"""Last touches on the pages, and what the built site weighs."""

import gzip
import importlib.util
import json
import os
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]
HTML = Path(os.environ.get("EMERGENCE_SITE", ROOT / "_build" / "html"))
CHAPTERS = sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def extension():
    spec = importlib.util.spec_from_file_location("finish", ROOT / "book/_ext/finish.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_axe_finds_fault_with_is_mended_and_the_menu_has_no_heading_without_level(extension):
    context = {"body": '<div role="list" class="citation-list"><div class="citation" role="doc-biblioentry">'
                       '</div></div><div class="highlight"><pre>x</pre></div>',
               "furo_navigation_tree": '<p class="caption" role="heading">Part</p>'}
    extension._slim(None, "page", "page.html", context, None)
    assert context == {"body": '<div class="citation-list"><div class="citation"></div></div>'
                               '<div class="highlight"><pre tabindex="0">x</pre></div>',
                       "furo_navigation_tree": '<p class="caption">Part</p>'}


def test_pages_of_documents_that_are_gone_go_too(extension, tmp_path, monkeypatch):
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda snippet: "let charts")
    for name in ("a.html", "old/b.html", "search.html", "_static/c.html", "book.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    cell = {"cell_type": "code", "source": ["1"], "outputs": [{"text": "1"}], "execution_count": 3}
    (tmp_path / "_sources").mkdir()
    (tmp_path / "_sources/a.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    builder = SimpleNamespace(name="html", get_outfilename=lambda name: str(tmp_path / f"{name}.html"))
    app = SimpleNamespace(builder=builder, outdir=tmp_path, env=SimpleNamespace(found_docs={"a"}))
    extension._tidy(app, None)
    left = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert left == {"a.html", "search.html", "_static/c.html", "_static/vega.js", "book.pdf",
                    "_sources/a.ipynb"}
    assert json.loads((tmp_path / "_sources/a.ipynb").read_text(encoding="utf-8")) == {
        "cells": [cell | {"outputs": [], "execution_count": None}]}
    library = (tmp_path / "_static/vega.js").read_text(encoding="utf-8")
    assert "BSD-3-Clause" in library[:400] and library.endswith(" */\n(function () {\nlet charts\n})();\n")


# ---- the built site, where there is one


@pytest.fixture(scope="module")
def site():
    if not (HTML / "_static/styles/furo.css").is_file():
        pytest.skip("The site is not built; make site builds it.")
    return {p.relative_to(HTML).as_posix(): p for p in HTML.rglob("*") if p.is_file()}


def weight(*paths):
    """Bytes that a static host sends for files."""
    packed = (".html", ".css", ".js", ".svg")
    return sum(len(gzip.compress(data, 6)) if p.suffix in packed else len(data)
               for p in paths for data in [p.read_bytes()])


@pytest.mark.parametrize(("name", "limit"), [("book/index", 150_000),
                                             *((f"notebooks/{c}", 300_000) for c in CHAPTERS)])
def test_a_first_visit_stays_under_its_budget(site, name, limit):
    path = site[f"{name}.html"]
    text = path.read_text(encoding="utf-8")
    parts = {site[os.path.normpath(f"{name}/../{a}")] for a in
             re.findall(r'<(?:script|link|img)\b[^>]*\b(?:src|href)="([^"?:#]+\.(?:css|js|svg|png))', text)}
    font = [site["_static/math.woff"]] if "<math" in text else []
    assert weight(path, *font, *parts) < limit
    assert sum(text.count(f"<{tag}") for tag in ("path", "use", "g ", "span", "div", "td", "p")) < 9000


def test_the_site_is_small_and_draws_no_text_letter_by_letter(site):
    assert sum(p.stat().st_size for p in site.values()) < 40e6
    assert not [n for n, p in site.items() if n.endswith(".html") and "DejaVuSans-" in p.read_text("utf-8")]


def test_the_licence_of_the_font_goes_with_it(site):
    assert "_static/math-OFL.txt" in site
    assert "math-OFL.txt" in site["_static/em.css"].read_text(encoding="utf-8")


def test_the_font_has_every_sign_of_the_formulas(site):
    font = pytest.importorskip("fontTools.ttLib").TTFont(ROOT / "book/_static/math.woff").getBestCmap()
    text = "".join(m for n, p in site.items() if n.endswith(".html")
                   for m in re.findall(r"<math\b.*?</math>", p.read_text(encoding="utf-8"), re.S))
    signs = {s for s in unescape(re.sub(r"<[^>]*>", "", text)) if s.isprintable() and s not in "\u2061\u2062"}
    assert not {s for s in signs if ord(s) not in font and not s.isspace()}
