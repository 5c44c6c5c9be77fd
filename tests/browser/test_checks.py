"""The checks themselves: each finds the fault it is for, on a page made to have just that."""

import pytest

from book.build.browser import serve

from .test_axe import violations
from .test_crawl import SHIFT, look, touch_explorers
from .visit import visit

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
KNOBS = ('<figure class="em-figure em-explorer" id="explore-x"><div class="em-knobs">'
         '<select aria-label="Kind"><option>a<option>b</select></div><div class="em-live"></div>'
         '<p class="em-state">a</p></figure>')
LIVE = """<script>document.querySelector("select").addEventListener("input", (event) => {
  const figure = event.target.closest("figure");
  figure.querySelector(".em-state").textContent = event.target.value;
  figure.querySelector(".em-live").innerHTML = '<svg width="90" height="90"></svg>';
  figure.dataset.state = "live";
})</script>"""


@pytest.fixture
def faults(browser, tmp_path):
    """Function from the inside of a page to the faults found on it."""
    def find(inside, *checks):
        (tmp_path / "page.html").write_text(
            '<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>A page</title><body><main>'
            f"<article><h1>A page</h1>{inside}</article></main></body></html>", encoding="utf-8")
        with serve(tmp_path) as address, visit(browser, address, "page.html") as seen:
            for check in checks or (look,):
                check(seen)
            return seen.faults
    return find


@pytest.mark.parametrize(("inside", "fault"), [
    ("<p>All is well.</p>", None),
    ('<img src="http://example.org/x.png" alt="x" width="9" height="9">',
     "asks another server: http://example.org/x.png"),
    (f'<img src="{DOT}">', "a picture without a name: img “”"),
    ('<svg viewBox="0 0 9 9"><path d="M0 0h9"/></svg>', "a picture without a name: svg “”"),
    ('<div role="img">drawing</div>', "a picture without a name: div “drawing”"),
    ('<svg viewBox="0 0 9 9" aria-hidden="true"></svg>', None),
    ('<svg role="img" aria-label="A curve" width="0"></svg>', "a picture of no size: svg “”"),
    ('<img src="gone.png" alt="x">', "gone.png answers 404"),
    ("<details><summary>More</summary><img src='data:,' alt='x' width='5' height='5'></details>",
     "a picture that does not load: data:,"),
    ('<figure class="em-figure" id="empty"><figcaption>Words</figcaption></figure>',
     "a figure without a picture: figure#empty.em-figure"),
    ('<div id="far" style="width: 500px">wide</div>',
     "is 500 px wide on a screen of 390 px: div#far"),
    ('<div style="overflow-x: auto"><div style="width: 500px">wide</div></div>', None),
    ("<script>console.error('broken')</script>", "console error: broken"),
    ("<script>nowhere()</script>", "script error: nowhere is not defined"),
    ('<span class="math"><ns0:math>x</ns0:math></span>', "a formula that is not drawn: span.math “x”"),
    ('<span class="math"><math><mi>x</mi></math></span>', None),
])
def test_a_fault_is_found_and_said_in_one_sentence(faults, inside, fault):
    found = faults(f"<style>body, main, article {{ margin: 0; }}</style>{inside}")
    if fault is None:
        assert found == []
    else:
        assert fault in found


@pytest.mark.parametrize(("inside", "fault"), [
    (KNOBS, "explorer explore-x has no live chart (nothing happened)"),
    (KNOBS + LIVE, None),
    (KNOBS + LIVE.replace("textContent =", "title ="),
     "explorer explore-x says the same whatever its first knob says"),
    (KNOBS + LIVE.replace("<svg", "<b"), "explorer explore-x is live, but nothing is drawn"),
    (KNOBS.replace("<select", "<select hidden"), "explorer explore-x has no knob"),
])
def test_an_explorer_that_stays_dead_is_found(faults, inside, fault):
    assert faults(inside, touch_explorers) == ([fault] if fault else [])


def test_a_page_that_moves_is_found(faults):
    late = "<script>setTimeout(() => document.querySelector('h1').style.marginTop = '400px', 300)</script>"
    found = faults(f"{late}<p style='height: 300px'>Text</p>",
                   lambda seen: seen.page.wait_for_timeout(700), lambda seen: seen.check("shift", SHIFT))
    assert len(found) == 1
    assert found[0].startswith("moves while it loads (layout shift 0.")


@pytest.mark.parametrize(("inside", "rule"), [
    ("<p style='color: #999'>Pale.</p>", "color-contrast in light"),
    ("<button></button>", "button-name"),
    ("<style>.k { color: #999 }</style><details><summary>Code</summary><pre><span class='k'>if</span></pre>"
     "</details><pre><span class='k'>if</span> <span class='k'>else</span></pre>",
     "color-contrast in light (1×): article > pre > span"),
    ("<style>.new .k { color: #999 }</style><pre><span class='k'>if</span></pre>"
     "<pre class='new'><span class='k'>if</span></pre>", "color-contrast in light (1×): .new > span"),
])
def test_a_barrier_is_found(faults, inside, rule):
    found = faults(inside, lambda seen: violations(seen, state=" in light"))
    assert [f for f in found if f.startswith(rule)], found
