"""The built site, served to one headless browser for each worker."""

import os
from importlib import import_module
from pathlib import Path

import pytest

from book.build.browser import BROWSER_ARGS, NO_BROWSER, find_browser, serve

ROOT = Path(__file__).parents[2]
HTML = Path(os.environ.get("EMERGENCE_SITE", ROOT / "_build" / "html"))
REQUIRED = os.environ.get("EMERGENCE_BROWSER") == "required"


def site_pages():
    """Pages of the built site, by path, less those that only lead on to another."""
    found = {p.relative_to(HTML).as_posix(): p for p in sorted(HTML.rglob("*.html"))}
    return [name for name, p in found.items() if not name.startswith(("_static/", "_sources/"))
            and 'http-equiv="refresh"' not in p.read_text(encoding="utf-8")[:1000].lower()]


def pytest_generate_tests(metafunc):
    """One test for each page; without a built site the one test says so."""
    if "path" in metafunc.fixturenames:
        metafunc.parametrize("path", site_pages() or [None])


def give_up(sentence):
    if REQUIRED:
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def library(name):
    """A library that these tests need: without it they are skipped, or fail where a browser is required."""
    return import_module(name) if REQUIRED else pytest.importorskip(name)


@pytest.fixture(scope="session")
def html():
    if not site_pages():
        give_up("The site is not built; make site builds it.")
    return HTML


@pytest.fixture(scope="session")
def address(html):
    with serve(html) as address:
        yield address


@pytest.fixture(scope="module")  # closed again before another module starts its own
def browser():
    program = find_browser()
    if program is None:
        give_up(NO_BROWSER)
    playwright = library("playwright.sync_api").sync_playwright().start()
    browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGS)
    yield browser
    browser.close()
    playwright.stop()
