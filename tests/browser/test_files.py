"""What the files of the built site say, without a browser."""

import re

import pytest

from .conftest import HTML, site_pages
from .links import broken, read

FOREIGN_STYLE = re.compile(r"""@import\s+['"(]*(url\()?['"]?(https?:)?//|url\(\s*['"]?(https?:)?//""")
HOSTS = re.compile(r"cdn\.|unpkg\.com|jsdelivr|cloudflare|googleapis|gstatic|thebe")


@pytest.fixture
def page(path):
    if path is None:
        pytest.skip("The site is not built; make site builds it.")
    return read((HTML / path).resolve())


def test_no_page_loads_anything_from_another_server(page):
    assert [url for url in page.loads if re.match(r"(https?:)?//", url)] == []


def test_no_page_names_a_script_host(page, path):
    assert HOSTS.findall((HTML / path).read_text(encoding="utf-8")) == []


def test_every_link_inside_the_site_arrives(page, path):
    assert broken(HTML, path, page.links) == []


def test_no_style_sheet_loads_anything_from_another_server():
    if not site_pages():
        pytest.skip("The site is not built; make site builds it.")
    assert [p for p in HTML.rglob("*.css") if FOREIGN_STYLE.search(p.read_text(encoding="utf-8"))] == []
