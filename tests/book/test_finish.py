"""The last step of the build: a light site from what Sphinx wrote, the same however often it runs."""

import gzip
import os
import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from book.build.finish import Finished, finish
from book.build.finish.fonts import formula_signs
from book.build.finish.markup import REMEDIES, check_theme, remedied
from emergence_utils.errors import InputError

ROOT = Path(__file__).parents[2]
HTML = Path(os.environ.get("EMERGENCE_SITE", ROOT / "_build" / "html"))
CHAPTERS = sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb"))
AWESOME = 'y={sun:[512,512,[],"f185","M0 0z"]};("fas",y)'
HEAD = """<!DOCTYPE html>
<html><head>
<meta name="viewport" content="a" /><meta name="viewport" content="b" />
<title>T</title>
<script data-cfasync="false">
    document.documentElement.dataset.mode = localStorage.getItem("mode") || "";
</script>
<link rel="stylesheet" href="{up}_static/styles/theme.css?v=1" />
<link rel="stylesheet" href="{up}_static/pygments.css?v=1" />
<script src="{up}_static/scripts/theme.js"></script>
<script src="{up}_static/searchtools.js"></script>
<meta name="viewport" content="c"/><meta name="docsearch:language" content="en"/>
</head>"""
BODY = """<body>
<div class="pst-async-banner-revealer d-none">
  <aside id="bd-header-version-warning" aria-label="Version warning"></aside>
</div>
<button class="btn search-button-field pst-js-only" title="Search" aria-label="Search" data-x="1">
<i class="fa-solid fa-sun"></i><span class="search-button__kbd-shortcut">Ctrl</span></button>
<p aria-level="2" class="caption" role="heading">Part</p>
<details><summary><span class="toctree-toggle" role="presentation"></span></summary></details>
<div class="sidebar-primary-item"><div id="ethical-ad-placement" class="flat"></div></div>
<details><summary aria-label="Toggle hidden content"><p>Show</p></summary></details>
<div role="list" class="citation-list"><div class="citation" id="a" role="doc-biblioentry">A</div></div>
<div class="highlight"><pre><span></span><span class="n">x</span></pre></div>
{text}</body></html>
"""
STATIC = {
    "styles/theme.css": "/*! Licence */ .btn, .lost { top: 0 } .used { background: url(../used.png) }",
    "pygments.css": ".highlight { color: #000 } .highlight .n { color: #000 }",
    "scripts/theme.js": "/*! see theme.js.LICENSE.txt */ let made = 'by-script'\n"
                        "//# sourceMappingURL=theme.js.map",
    "scripts/theme.js.LICENSE.txt": "Licence.", "scripts/theme.js.map": "{}", "searchtools.js": "let s",
    "scripts/fontawesome.js": AWESOME, "scripts/fontawesome.js.LICENSE.txt": "/*! CC BY 4.0 */",
    "used.png": "1", "lost.png": "2", "vendor/fa.woff2": "3",
}


def page(up="", text=""):
    return HEAD.format(up=up) + BODY.format(text=text)


@pytest.fixture
def raw(tmp_path):
    """A small site as Sphinx writes it."""
    root = tmp_path / "raw"
    texts = {f"_static/{name}": text for name, text in STATIC.items()} | {
        "index.html": page(text='<p class="used"><a href="deep/a.html">a</a>'), "search.html": page(),
        "deep/a.html": page(up="../"), "go.html": '<meta http-equiv="Refresh" content="0; url=index.html" />',
        "searchindex.js": "Search.setIndex({})", "objects.inv": "0", "_sources/lost.md": "4",
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(autouse=True)
def _no_charts(monkeypatch):
    """The chart library takes two seconds to write, and is the same on every site."""
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda: "let charts")


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_site_is_left_with_what_its_pages_use(raw, tmp_path):
    done = finish(raw, tmp_path / "html")
    made = tree(tmp_path / "html")
    assert {*made} == {"index.html", "search.html", "deep/a.html", "go.html", "searchindex.js", "objects.inv",
                       "_static/site.css", "_static/site.js", "_static/vega.js", "_static/used.png",
                       "_static/searchtools.js", "_static/scripts/theme.js.LICENSE.txt"}
    assert done == Finished(pages=4, files=12, size=sum(map(len, made.values())), written=12)
    sheet, script = made["_static/site.css"].decode(), made["_static/site.js"].decode()
    assert sheet.startswith("/*! Licence */.btn{top:0}.used{background:url(used.png)}")
    assert "lost" not in sheet and "vendor" not in sheet
    assert "fa-sun" in sheet and "let made = 'by-script'" in script and "sourceMapping" not in script
    assert re.findall(r'(?:src|href)="([^"?]*)', made["deep/a.html"].decode()) == [
        "../_static/site.css", "../_static/site.js"]
    assert re.findall(r'src="([^"?]*)', made["search.html"].decode()) == [
        "_static/site.js", "_static/searchtools.js"]
    assert made["_static/vega.js"].endswith(b" */\n(function () {\nlet charts\n})();\n")


def test_a_second_run_writes_nothing_and_an_edited_page_only_itself(raw, tmp_path):
    html, keep = tmp_path / "html", tmp_path / "keep"
    finish(raw, html, keep)
    before, kept = tree(html), len([*keep.iterdir()])
    assert finish(raw, html, keep).written == 0
    assert finish(raw, html).written == 0
    (raw / "deep/a.html").write_text(page(up="../", text="<p>new"), encoding="utf-8")
    assert finish(raw, html, keep).written == 1
    after = tree(html)
    assert {name for name in after if after[name] != before[name]} == {"deep/a.html"}
    assert len([*keep.iterdir()]) == kept > 6  # nothing of the page as it was before


def test_what_sphinx_no_longer_writes_goes_but_a_pdf_stays(raw, tmp_path):
    html = tmp_path / "html"
    finish(raw, html)
    (html / "book.pdf").write_text("%PDF", encoding="utf-8")
    (html / "old").mkdir()
    (html / "old" / "page.html").write_text("old", encoding="utf-8")
    shutil.rmtree(raw / "deep")
    (raw / "index.html").write_text(page(), encoding="utf-8")
    finish(raw, html)
    made = tree(html)
    assert "book.pdf" in made and not {"deep/a.html", "old/page.html", "_static/used.png"} & {*made}
    assert not (html / "old").exists()


def test_a_class_that_only_a_script_makes_keeps_its_rules(raw, tmp_path):
    rules = ".by-script { top: 0 } .by-nobody { top: 0 }"
    (raw / "_static/styles/theme.css").write_text(rules, encoding="utf-8")
    finish(raw, tmp_path / "html")
    sheet = (tmp_path / "html/_static/site.css").read_text(encoding="utf-8")
    assert ".by-script{" in sheet and "by-nobody" not in sheet


@pytest.mark.parametrize(("name", "text", "message"), [
    ("searchindex.js", None, "raw holds no searchindex.js; it should hold the output of Sphinx."),
    ("_static/styles/theme.css", None, "which does not exist"),
    ("_static/scripts/theme.js", None, "which does not exist"),
    ("_static/scripts/fontawesome.js", None, "The theme has no file fontawesome.js any more"),
    ("_static/styles/theme.css", "}", "A style sheet has a mistake at line 1"),
    ("index.html", page(text='<i class="fas fa-moon"></i>'), "Icon 'fa-moon' of style 'fas'"),
])
def test_what_is_not_as_expected_is_refused_in_one_sentence(raw, tmp_path, name, text, message):
    if text is None:
        (raw / name).unlink()
    else:
        (raw / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        finish(raw, tmp_path / "html")
    assert message in str(error.value)


def test_a_folder_that_holds_something_else_is_not_touched(raw, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").touch()
    with pytest.raises(InputError, match="home holds other files than a site"):
        finish(raw, tmp_path / "home")
    assert [p.name for p in (tmp_path / "home").iterdir()] == ["letter.txt"]


# ---- remedies


def test_remedies_do_what_they_say_and_nothing_the_second_time():
    text = remedied(page())
    assert text.count('name="viewport"') == 1 and 'content="a"' in text
    assert '<button class="btn search-button-field pst-js-only" type="button" title="Search">' in text
    assert '<summary aria-label="Pages of this part"><span class="toctree-toggle">' in text
    assert "<summary><p>Show" in text and '<p class="caption">Part' in text
    for gone in ("docsearch", "ethical-ad", "banner", 'role="heading"', 'role="presentation"', "cfasync"):
        assert gone not in text
    assert remedied(text) == text


@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda r: r.why)
def test_a_remedy_that_finds_nothing_to_do_stops_the_build(remedy):
    text = page()
    check_theme([text])
    assert re.search(remedy.old, text)
    with pytest.raises(InputError, match=re.escape(remedy.why)):
        check_theme([re.sub(remedy.old, remedy.new, text)])


# ---- the built site, where there is one


@pytest.fixture(scope="module")
def site():
    if not (HTML / "_static/site.css").is_file():
        pytest.skip("The site is not built; make site builds it.")
    return {p.relative_to(HTML).as_posix(): p for p in HTML.rglob("*") if p.is_file()}


def weight(*paths):
    """Bytes that a static host sends for files."""
    packed = (".html", ".css", ".js", ".svg")
    return sum(len(gzip.compress(data, 6)) if p.suffix in packed else len(data)
               for p in paths for data in [p.read_bytes()])


@pytest.mark.parametrize("name", ["book/index", *(f"notebooks/{c}" for c in CHAPTERS)])
def test_a_first_visit_stays_under_its_budget(site, name):
    path = site[f"{name}.html"]
    text = path.read_text(encoding="utf-8")
    parts = {site[os.path.normpath(f"{name}/../{a}")] for a in
             re.findall(r'<(?:script|link|img)\b[^>]*\b(?:src|href)="([^"?:#]+\.(?:css|js|svg|png))', text)}
    assert 2 <= len(parts) <= 10
    first = weight(path, site["_static/math.woff"], *parts)
    assert first < 350_000  # of 600 kB promised
    assert first + weight(site["_static/vega.js"]) < 700_000  # of 1.2 MB promised
    assert sum(text.count(f"<{tag}") for tag in ("path", "use", "g ", "span", "div", "td", "p")) < 9000


def test_the_site_is_small_and_has_nothing_that_no_page_uses(site):
    chapters = [n for n in site if n.startswith("notebooks/") and n.endswith(".html")]
    assert sum(p.stat().st_size for p in site.values()) < 3e6 * len(chapters)  # the printed book included
    assert not [n for n in site if n.endswith(".map") or "fontawesome" in n or "locales" in n]
    for name in ("_static/site.css", "_static/site.js"):
        assert "sourceMappingURL" not in site[name].read_text(encoding="utf-8")
    assert len(site["_static/site.css"].read_bytes()) < 150_000


def test_every_page_has_one_sheet_and_deferred_scripts_and_no_letter_for_letter_text(site):
    pages = {n: p.read_text(encoding="utf-8") for n, p in site.items() if n.endswith(".html")}
    for name, text in pages.items():
        if "<body" in text:
            assert len(re.findall(r'rel="stylesheet"', text)) == 1, name
            assert all("defer" in tag for tag in re.findall(r"<script\b[^>]*src=[^>]*>", text)), name
            assert "DejaVuSans-" not in text, name
    assert "searchtools.js" in pages["search.html"]
    assert sum("searchtools.js" in text for text in pages.values()) == 1


def test_the_font_of_the_site_has_every_sign_of_its_formulas(site):
    fonttools = pytest.importorskip("fontTools.ttLib")
    pages = [p.read_text(encoding="utf-8") for n, p in site.items() if n.endswith(".html")]
    whole = fonttools.TTFont(ROOT / "book/_static/math.woff").getBestCmap()
    cut = fonttools.TTFont(site["_static/math.woff"]).getBestCmap()
    assert {s for s in formula_signs(pages) if ord(s) in whole} <= {chr(c) for c in cut}
    assert len(cut) < len(whole) / 3


def test_licences_of_what_the_site_serves_go_with_it(site):
    head = {n: site[f"_static/{n}"].read_text(encoding="utf-8") for n in ("site.css", "vega.js")}
    assert "Font Awesome Free" in head["site.css"] and "CC BY 4.0" in head["site.css"]
    assert "Bootstrap" in head["site.css"] and "math-OFL.txt" in head["site.css"]
    assert "BSD-3-Clause" in head["vega.js"][:400]
    assert "_static/math-OFL.txt" in site


def test_the_theme_in_use_is_the_one_the_remedies_know():
    scripts = files("pydata_sphinx_theme") / "theme" / "pydata_sphinx_theme" / "static" / "scripts"
    assert (scripts / "fontawesome.js").is_file() and (scripts / "pydata-sphinx-theme.js").is_file()
