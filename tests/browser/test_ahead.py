"""What a page fetches before it is asked for: after its text, once, and not where data is to be saved."""

import pytest

from book.build.explore.page import opening_files

from .visit import PHONE, visit

LIBRARY, EXPLORE, LANDING = "_static/vega.js", "book/explore.html", "book/index.html"
CHAPTER = "notebooks/02_metric.html"
SAVING = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });"
#: Files of the site that the page has asked for, in their order, once its text stands.
ASKED = """() => new Promise((done) => new PerformanceObserver((list, watch) => {
  if (!list.getEntriesByName("first-contentful-paint").length) { return; }
  watch.disconnect();
  done([...document.querySelectorAll("link[rel=prefetch]")].map((link) => link.href));
}).observe({ type: "paint", buffered: true }))"""
FETCHED = """end => performance.getEntriesByType("resource").filter(
  (entry) => entry.name.endsWith(end) && entry.responseEnd > 0).length"""


@pytest.mark.parametrize("where", [CHAPTER, EXPLORE])
def test_the_library_comes_after_the_text_and_serves_the_first_chart(browser, address, html, where):
    with visit(browser, address, where) as seen:
        seen.page.wait_for_function(FETCHED, arg=LIBRARY)
        paint, start = seen.page.evaluate("""end => [
          performance.getEntriesByName("first-contentful-paint")[0].startTime,
          performance.getEntriesByType("resource").find((entry) => entry.name.endsWith(end)).startTime]""",
                                          LIBRARY)
        assert paint < start
        assert seen.page.evaluate("typeof vega") == "undefined", "it runs only when a chart is drawn"
        seen.page.locator(":is(.em-knobs, .em-ex) select").first.focus()
        seen.page.wait_for_function("() => document.querySelector('[data-state=live]')")
        # the second time it comes from the browser's own store
        sizes = seen.page.evaluate("""end => performance.getEntriesByType("resource").filter(
          (entry) => entry.name.endsWith(end)).map((entry) => entry.transferSize)""", LIBRARY)
        assert sizes[0] > 100_000 and sizes[1:] == [0]
    assert not seen.faults


def test_words_of_a_first_pick_are_fetched_before_the_library(browser, address, html):
    with visit(browser, address, EXPLORE) as seen:
        seen.page.wait_for_function(FETCHED, arg=LIBRARY)
        asked = [link.removeprefix(address) for link in seen.page.evaluate(ASKED)]
        assert asked[0] == "_static/explore/index.json.gz" and asked[-1] == LIBRARY
        assert len(asked) == 1 + len(opening_files(html / "_static/explore"))
        assert all((html / name).is_file() for name in asked)
    assert not seen.faults


def test_another_curve_in_the_address_does_not_wait_for_the_opening_ones(browser, address, html):
    with visit(browser, address, f"{EXPLORE}?source=gpt3") as seen:
        assert seen.page.evaluate(ASKED) == [address + LIBRARY]


@pytest.mark.parametrize(("where", "script"), [(CHAPTER, SAVING), (EXPLORE, SAVING), (LANDING, "")])
def test_nothing_comes_ahead_where_data_is_saved_or_a_picture_answers(browser, address, html, where, script):
    context = browser.new_context(viewport=dict(zip(("width", "height"), PHONE, strict=True)))
    try:
        context.add_init_script(script)
        page = context.new_page()
        page.goto(address + where, wait_until="load")
        assert page.evaluate(ASKED) == []
    finally:
        context.close()
