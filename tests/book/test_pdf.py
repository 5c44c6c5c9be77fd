"""The book as a PDF, the site's link to it, and the browser that prints it."""

import os
from pathlib import Path
from urllib.request import urlopen

import pytest

from book.build import pdf
from book.build.browser import find_browser, serve
from emergence_utils.errors import InputError

ROOT = Path(__file__).parents[2]
HTML = Path(os.environ.get("EMERGENCE_SITE", ROOT / "_build" / "html"))
SLOT = '<p class="em-pdf" hidden></p>'
LEAD = '<meta http-equiv="Refresh" content="0; url=book/index.html" />'


@pytest.fixture
def no_browser(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def chromium():
    try:
        found = find_browser()
    except InputError:
        found = None
    if found is None and os.environ.get("EMERGENCE_BROWSER") != "required":
        pytest.skip("No Chromium was found.")
    pytest.importorskip("playwright")
    return found


def page(title, body, following=""):
    link = f'<link rel="next" href="{following}">' if following else ""
    return (f'<!DOCTYPE html><html lang="en" data-content_root="../"><head><title>{title}</title>{link}'
            '</head><body><nav>Menu</nav><article role="main">'
            f'<h1>{title}<a class="headerlink" href="#a">#</a></h1>{body}</article></body></html>')


@pytest.fixture
def site(tmp_path):
    """Three pages, of which the last is not in the root's folder, and a checkout around them."""
    html = tmp_path / "html"
    for name, text in {
        "index.html": LEAD,
        "book/index.html": page("A book", f'{SLOT}<h2 id="same">Start</h2>'
                                '<a href="../notebooks/one.html#same">to a part</a> '
                                '<a href="../search.html">to a file</a>', "../notebooks/one.html"),
        "notebooks/one.html": page("1. One", '<h2 id="same">Part</h2><p>Words.</p><a href="#same">up</a>'
                                             "<script>document.title = 'x'</script>", "two.html"),
        "notebooks/two.html": page("2. Two", '<a href="one.html">back</a> <a href="https://example.org/">out</a>'),
        "search.html": "<html></html>",
    }.items():
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / name).write_text(text, encoding="utf-8")
    (tmp_path / "CITATION.cff").write_text(
        'title: "A book"\nversion: 1.2.3\n'
        "authors:\n  - name: A group\n  - given-names: Ada\n    family-names: Byron\n", encoding="utf-8")
    return html


# ---- the link


def landing(html):
    return (html / "book/index.html").read_text(encoding="utf-8")


def test_the_landing_page_links_to_the_pdf_only_while_that_is_the_newest(site):
    assert not pdf.link_pdf(site)
    assert SLOT in landing(site)
    target = site / pdf.PDF_NAME
    target.write_bytes(b"x" * 2_340_000)
    assert pdf.link_pdf(site)
    line = '<p class="em-pdf"><a href="../emergence-book.pdf">The whole book as a PDF</a> (2.3 MB)</p>'
    assert line in landing(site)
    assert SLOT not in landing(site)
    before = landing(site)
    assert pdf.link_pdf(site)
    assert landing(site) == before
    os.utime(target, (0, 0))
    assert not pdf.link_pdf(site)
    assert SLOT in landing(site)


def test_a_landing_page_without_a_place_for_the_link_is_refused(site):
    (site / "book/index.html").write_text("<p>none</p>", encoding="utf-8")
    with pytest.raises(InputError, match=r'book/index\.html has no <p class="em-pdf" hidden></p>, where'):
        pdf.link_pdf(site)


def test_the_landing_page_is_the_index_where_that_does_not_lead_on(tmp_path):
    (tmp_path / "index.html").write_text("<p></p>", encoding="utf-8")
    assert pdf.landing(tmp_path) == "index.html"
    with pytest.raises(InputError, match=r"nowhere holds no index\.html: build the site first"):
        pdf.landing(tmp_path / "nowhere")


# ---- printing


def test_pages_become_one_file_in_reading_order_with_working_links(site, chromium, monkeypatch):
    pypdf = pytest.importorskip("pypdf")
    monkeypatch.delenv("SITE_URL", raising=False)
    target = pdf.write_pdf(site, site.parent)
    book = pypdf.PdfReader(target)
    texts = [p.extract_text() for p in book.pages]
    assert len(texts) == 4  # a title page, then a page for each
    assert texts[0].startswith("A book\nA group; Byron, Ada\nVersion 1.2.3")
    assert ["Words." in t for t in texts] == [False, False, True, False]
    assert not any("Menu" in t or "#" in t for t in texts)
    assert (book.metadata.title, book.metadata.author) == ("A book", "A group; Byron, Ada")

    outline = [(item.title, book.get_destination_page_number(item)) if not isinstance(item, list) else
               [(i.title, book.get_destination_page_number(i)) for i in item] for item in book.outline]
    assert outline == [("A book", 1), [("Start", 1)], ("1. One", 2), [("Part", 2)], ("2. Two", 3)]

    notes = [n.get_object() for p in book.pages for n in p.get("/Annots", [])]
    assert [n["/A"]["/URI"] for n in notes if "/A" in n and "/URI" in n["/A"]] == ["https://example.org/"]
    aims = [n.get("/Dest") or n["/A"].get("/D") for n in notes if "/URI" not in n.get("/A", {})]
    places = book.named_destinations
    # contents; to a part, which is named alike on two pages; up; back
    assert [book.get_destination_page_number(places[a]) for a in aims] == [1, 2, 3, 2, 2, 2]


def test_links_to_other_files_lead_to_the_published_site(site, chromium, monkeypatch):
    pypdf = pytest.importorskip("pypdf")
    monkeypatch.setenv("SITE_URL", "https://site.example/book")
    book = pypdf.PdfReader(pdf.write_pdf(site, site.parent))
    uris = [n["/A"]["/URI"] for p in book.pages for r in p.get("/Annots", []) if "/A" in (n := r.get_object())
            and "/URI" in n["/A"]]
    assert uris == ["https://site.example/book/", "https://site.example/book/search.html", "https://example.org/"]
    assert pdf.link_pdf(site)


@pytest.mark.parametrize(("name", "text", "message"), [
    ("notebooks/one.html", page("One", "", "gone.html"),
     "gone.html is named as a next page but is not there"),
    ("notebooks/one.html", "<p>bare</p>", "one.html has no article with a title"),
])
def test_a_chain_of_pages_that_breaks_is_refused(site, chromium, name, text, message):
    (site / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        pdf.write_pdf(site, site.parent)
    assert not (site / pdf.PDF_NAME).exists()


def test_what_printing_needs_is_named_when_it_is_not_there(site, no_browser):
    with pytest.raises(InputError, match=r"No Chromium was found: set CHROMIUM to its path"):
        pdf.write_pdf(site, site.parent)


def test_the_printed_book_is_small_and_names_no_local_address():
    path = HTML / pdf.PDF_NAME
    if not path.is_file():
        pytest.skip("There is no PDF; make pdf prints it.")
    book = pytest.importorskip("pypdf").PdfReader(path)
    assert path.stat().st_size < 15e6
    uris = {n["/A"]["/URI"] for p in book.pages for r in p.get("/Annots", [])
            if "/A" in (n := r.get_object()) and "/URI" in n["/A"]}
    assert uris
    assert not {u for u in uris if not u.startswith(("https://", "http://", "mailto:")) or "127.0.0.1" in u}
    titles = [item.title for item in book.outline if not isinstance(item, list)]
    assert [t for t in titles if t[0].isdigit() and t[1] == "."] == sorted(
        t for t in titles if t[0].isdigit() and t[1] == ".")
    assert {t[0] for t in titles} >= set("12345678")


# ---- browser


@pytest.mark.skipif(os.name == "nt", reason="a script without an extension is no program on Windows")
def test_the_browser_is_the_one_named_or_the_first_on_the_path(monkeypatch, tmp_path):
    for name in ("google-chrome", "chromium", "mine"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert find_browser() == str(tmp_path / "chromium")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "mine"))
    assert find_browser() == str(tmp_path / "mine")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(InputError, match=r"CHROMIUM is '/nowhere/chromium', which is not a program"):
        find_browser()


def test_no_browser_is_none(no_browser):
    assert find_browser() is None


def test_a_folder_is_served_while_the_context_lasts(tmp_path):
    (tmp_path / "a.txt").write_text("there", encoding="utf-8")
    with serve(tmp_path) as address, urlopen(address + "a.txt") as answer:
        assert answer.read() == b"there"
    with pytest.raises(OSError, match="refused"):
        urlopen(address + "a.txt")
