"""What the finished pages do in a browser: menus, folded boxes, colour scheme, search, anchors."""

import os
import re
from pathlib import Path

import pytest

import book.build.finish as package
from book.build.finish.markup import remedied

ROOT = Path(__file__).parents[2]
HTML = Path(os.environ.get("EMERGENCE_SITE", ROOT / "_build" / "html"))
OWN = {name: (Path(package.__file__).parent / name).read_text(encoding="utf-8")
       for name in ("menus.js", "scrollers.js")}
MENU = """<body><p id="other">x</p><div class="dropdown">
<button data-bs-toggle="dropdown" aria-expanded="false">Menu</button>
<ul class="dropdown-menu"><li><a class="dropdown-item" href="#a" id="a">A</a>
<li><a class="dropdown-item" href="#b" id="b">B</a></ul></div><button id="after">after</button>"""
BOXES = """<body style="width: 300px"><pre id="short">x</pre>
<pre id="wide" style="overflow: auto">{wide}</pre>
<details><summary>more</summary><pre id="folded" style="overflow: auto">{wide}</pre></details>"""


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda m: page.faults.append(m.text) if m.type in ("error", "warning") else None)
    yield page
    assert page.faults == []
    context.close()


def test_a_menu_opens_and_closes_by_mouse_and_by_keyboard(page):
    page.set_content(MENU)
    page.add_script_tag(content=OWN["menus.js"])
    button, menu = page.locator("button").first, page.locator(".dropdown-menu")

    def state():
        assert ("show" in menu.get_attribute("class")) == (button.get_attribute("aria-expanded") == "true")
        return button.get_attribute("aria-expanded") == "true"

    assert not state()
    button.click()
    assert state()
    page.locator("#other").click()
    assert not state()
    button.focus()
    for key, focused in (("ArrowDown", "a"), ("ArrowDown", "b"), ("ArrowDown", "a"), ("ArrowUp", "b")):
        page.keyboard.press(key)
        assert state() and page.evaluate("document.activeElement.id") == focused
    page.keyboard.press("Escape")
    assert not state() and page.evaluate("document.activeElement.textContent") == "Menu"
    button.click()
    page.locator("#after").focus()
    assert not state()


def test_boxes_that_scroll_can_be_reached_once_they_can_be_seen(page):
    page.set_content(BOXES.format(wide="wide " * 200))
    page.add_script_tag(content=OWN["scrollers.js"])
    page.wait_for_function("document.querySelector('#wide').tabIndex === 0")
    order = "ids => ids.map(id => document.getElementById(id).tabIndex)"
    assert page.evaluate(order, ["short", "wide", "folded"]) == [-1, 0, -1]
    page.locator("summary").click()
    page.wait_for_function("document.querySelector('#folded').tabIndex === 0")


@pytest.mark.parametrize(("stored", "scheme"), [(None, "dark"), ("auto", "dark"), ("light", "light")])
def test_the_colour_scheme_is_known_before_anything_is_drawn(page, stored, scheme):
    old = ('<script data-cfasync="false">\n  document.documentElement.dataset.mode = '
           'localStorage.getItem("mode") || "";</script>')
    script = re.sub("</?script>", "", remedied(old))
    page.route("**/*", lambda route: route.fulfill(body="<html><body>", content_type="text/html"))
    page.goto("http://localhost/")
    if stored:
        page.evaluate("mode => localStorage.setItem('mode', mode)", stored)
    page.add_script_tag(content=script)
    assert page.evaluate("({...document.documentElement.dataset})") == {"mode": stored or "auto",
                                                                        "theme": scheme}


# ---- on the built site


def test_search_works_from_every_page_by_its_keys(page, address):
    page.goto(f"{address}notebooks/02_metric.html")
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog").wait_for(state="visible")
    page.keyboard.type("edit distance")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=edit+distance*")
    page.locator("#search-results li a").first.wait_for()
    assert page.locator("#search-results li").count() >= 3


def test_escape_hides_a_menu_that_the_mouse_has_opened(page, address):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}notebooks/02_metric.html")
    button, menu = page.locator("[data-bs-toggle=dropdown]").first, page.locator(".dropdown-menu").first
    button.hover()
    menu.wait_for(state="visible")
    button.focus()
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    page.mouse.move(600, 600)
    button.hover()
    menu.wait_for(state="visible")


def test_the_header_works_on_a_phone(page, address):
    page.goto(f"{address}notebooks/02_metric.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert [page.locator(".theme-switch-button").click() or page.evaluate(
        "document.documentElement.dataset.mode") for _ in range(3)] == ["light", "dark", "auto"]
    for kind in ("primary", "secondary"):
        page.locator(f".{kind}-toggle").click()
        page.locator(f"#pst-{kind}-sidebar-modal").wait_for(state="visible")
        page.keyboard.press("Escape")
        page.locator(f"#pst-{kind}-sidebar-modal").wait_for(state="hidden")
    page.locator("[data-bs-toggle=dropdown]").first.click()
    page.locator(".dropdown-menu").first.wait_for(state="visible")
    inside = page.locator(".dropdown-menu").first.bounding_box()
    assert inside["x"] >= 0 and inside["x"] + inside["width"] <= 390


def test_icons_are_drawn(page, address):
    page.goto(f"{address}notebooks/02_metric.html")
    drawn = page.evaluate("""() => [...document.querySelectorAll("[class*=' fa-'], [class^='fa-']")]
        .filter(e => e.checkVisibility()).map(e => { const s = getComputedStyle(e, "::before");
        return [e.className, parseFloat(s.width), parseFloat(s.height), s.maskImage.slice(0, 9)]; })""")
    assert len(drawn) >= 6
    for name, width, height, mask in drawn:
        assert min(width, height) >= 8 and mask.startswith('url("data'), name


@pytest.mark.parametrize("chapter", ["02_metric", "07_chains"])
def test_an_anchor_lands_where_it_should_though_figures_out_of_sight_are_not_laid_out(page, address, chapter):
    page.goto(f"{address}notebooks/{chapter}.html")
    anchors = page.evaluate("[...document.querySelectorAll('article section section[id]')].map(e => e.id)")
    for anchor in (anchors[len(anchors) // 2], anchors[-2]):
        page.goto("about:blank")
        page.goto(f"{address}notebooks/{chapter}.html#{anchor}")
        page.wait_for_timeout(500)
        top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", anchor)
        assert 0 <= top <= 100, anchor


def test_boxes_of_drawings_are_the_same_before_and_after_they_are_drawn(page, address):
    page.goto(f"{address}notebooks/02_metric.html")
    sizes = """() => [...document.querySelectorAll('figure svg[style*="aspect-ratio"]')]
        .map(e => [e.clientWidth, Math.round(e.getBoundingClientRect().height * 10)])"""
    before = page.evaluate(sizes)
    assert len(before) >= 5
    assert page.evaluate("""() => [...document.querySelectorAll('figure svg[style*="aspect-ratio"] path')]
        .some(e => !e.checkVisibility({contentVisibilityAuto: true}))""")
    page.add_style_tag(content="svg { content-visibility: visible !important; }")
    assert page.evaluate(sizes) == before
