"""Explorers as readers drive them: names of points, the address, ghosts, morphs, files to take away."""

import re

import pytest

from .conftest import HTML, site_pages
from .visit import DESK, PHONE, visit

LANDING = "book/index.html"
FIGURE = "#explore-landing"
PAGES = [path for path in site_pages()
         if 'class="em-figure em-explorer"' in (HTML / path).read_text(encoding="utf-8")] or [None]
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])

#: The points of a figure, with their names and where they stand on the stage.
POINTS = """figure => {
  const live = figure.dataset.state === "live";
  const drawn = [...figure.querySelectorAll(live ? ".em-live svg" : ".em-static svg")].find(
    (svg) => svg.getBoundingClientRect().height > 0);
  const box = figure.querySelector(".em-stage").getBoundingClientRect();
  return [...drawn.querySelectorAll(".mark-symbol path[aria-label]")].map((el) => {
    const r = el.getBoundingClientRect();
    return { name: el.getAttribute("aria-label"), x: r.x - box.x, y: r.y - box.y };
  });
}"""
#: Marks that a screen reader meets and that say nothing.
UNNAMED = """figure => [...figure.querySelectorAll(".em-live .role-mark > *")].filter((el) =>
  !el.closest("[aria-hidden=true]") && !el.getAttribute("aria-label") && el.localName !== "g").length"""
#: Turns each knob to its last position, or to its first if it is there, then says what the figure says.
TURN = """figure => {
  figure.querySelectorAll("details").forEach((d) => { d.open = true; });
  figure.querySelectorAll("[data-knob]").forEach((box) => {
    const one = box.querySelector("select, input[type=range]");
    const radios = box.querySelectorAll("input[type=radio]");
    if (one) {
      const last = one.options ? one.options.length - 1 : one.max;
      one.value = Number(one.value) === Number(last) ? 0 : last;
      one.dispatchEvent(new Event("input", { bubbles: true }));
    } else { radios[radios[radios.length - 1].checked ? 0 : radios.length - 1].click(); }
  });
  return figure.querySelector(".em-state > span").textContent;
}"""


def rested(seen, figure):
    """Wait until a figure is live, or as it was, and nothing of it moves."""
    seen.page.wait_for_function(
        "f => f.dataset.rest === 'yes' && ['live', undefined].includes(f.dataset.state)", arg=figure)


def live(seen, figure):
    figure.evaluate("f => f.querySelector('.em-more') ? f.querySelector('.em-more').open = true : "
                    "f.querySelector('.em-knobs').dispatchEvent(new Event('pointerover'))")
    seen.page.wait_for_function("f => f.dataset.state === 'live' && f.dataset.rest === 'yes'", arg=figure)


def in_plain(text):
    return text.replace("\u202f", " ")


# ---- every explorer


@SIZES
@pytest.mark.parametrize("where", PAGES)
def test_nothing_moves_for_the_live_chart_and_every_mark_has_a_name(browser, address, html, where, size):
    with visit(browser, address, where, size) as seen:
        for figure in seen.page.query_selector_all("figure.em-explorer"):
            before, box = figure.evaluate(POINTS), figure.query_selector(".em-stage").bounding_box()
            assert before, "the picture has no points with names"
            live(seen, figure)
            after = figure.evaluate(POINTS)
            assert figure.query_selector(".em-stage").bounding_box()["height"] == box["height"]
            assert [p["name"] for p in after] == [p["name"] for p in before]
            far = max(abs(a[k] - b[k]) for a, b in zip(after, before, strict=True) for k in "xy")
            assert far < 1.5, f"a point moves by {far:.1f} pixels"
            assert figure.evaluate(UNNAMED) == 0
    assert not seen.faults


@pytest.mark.parametrize("where", PAGES)
def test_the_address_restores_the_state(browser, address, html, where):
    with visit(browser, address, where, DESK) as seen:
        said = [figure.evaluate(TURN) for figure in seen.page.query_selector_all("figure.em-explorer")]
        kept = seen.page.url
        assert "." in kept.split("?")[1]
    with visit(browser, address, kept.removeprefix(address), DESK) as seen:
        for figure, words in zip(seen.page.query_selector_all("figure.em-explorer"), said, strict=True):
            assert figure.query_selector(".em-state > span").inner_text() == words
            rested(seen, figure)
            figure.query_selector('[data-do="reset"]').click()
            assert figure.query_selector('[data-do="reset"]').is_disabled()
        assert "?" not in seen.page.url, "a start needs no parameters"
    assert not seen.faults


@pytest.mark.parametrize("where", PAGES)
def test_arrow_keys_go_from_point_to_point_and_say_its_name(browser, address, html, where):
    with visit(browser, address, where, PHONE) as seen:
        for figure in seen.page.query_selector_all("figure.em-explorer"):
            names = {p["name"] for p in figure.evaluate(POINTS)}
            stage = figure.query_selector(".em-stage")
            stage.focus()
            heard = set()
            for key in ("Home", "ArrowRight", "ArrowUp", "ArrowDown", "End", "ArrowLeft"):
                seen.page.keyboard.press(key)
                heard.add(stage.query_selector(".em-told").text_content())
            assert heard <= names and len(heard) > 1
            tip = stage.query_selector(".em-tip")
            assert tip.is_visible() and tip.text_content() in names
            box, edge = tip.bounding_box(), stage.bounding_box()
            assert edge["x"] - 1 <= box["x"] and box["x"] + box["width"] <= edge["x"] + edge["width"] + 1
            seen.page.keyboard.press("Escape")
            assert not tip.is_visible()
    assert not seen.faults


# ---- the landing page


def test_the_first_screen_of_a_phone_is_complete(browser, address, html):
    with visit(browser, address, LANDING) as seen:
        for part in ("h1", ".em-thesis", ".em-chart-says", f"{FIGURE} .em-switch", f"{FIGURE} .em-head",
                     f"{FIGURE} .em-stage", f"{FIGURE} .em-state > span"):
            box = seen.page.query_selector(part).bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= 844, f"{part} is cut"
        seen.check("overflow")
    assert not seen.faults


@SIZES
def test_the_switch_answers_without_any_library(browser, address, html, size):
    with visit(browser, address, LANDING, size) as seen:
        asked = []
        seen.page.on("request", lambda request: asked.append(request.url))
        figure = seen.page.query_selector(FIGURE)
        before = figure.evaluate(POINTS)
        assert figure.query_selector(".em-head").inner_text() == "Sudden"
        figure.query_selector(".em-switch label:nth-of-type(2)").click()
        assert figure.query_selector(".em-head").inner_text() == "Gradual"
        rested(seen, figure)
        after = figure.evaluate(POINTS)
        assert not [url for url in asked if url.endswith(".js")]
        assert seen.page.url.endswith("?landing.asked=text")
        assert len(after) == len(before) == 55
        assert "59.0 %" not in in_plain(after[3]["name"]) and after[3]["y"] < before[3]["y"] - 20
        ghost = figure.query_selector(".em-ghost svg")
        assert ghost and ghost.get_attribute("aria-hidden") is None
        assert figure.query_selector(".em-ghost").get_attribute("aria-hidden") == "true"
        figure.query_selector(".em-switch label:nth-of-type(1)").click()
        rested(seen, figure)
        assert figure.evaluate(POINTS) == before
        assert not figure.query_selector(".em-ghost svg"), "the start has no state before it"
    assert not seen.faults


def test_the_live_chart_agrees_with_the_picture_that_went_ahead(browser, address, html):
    with visit(browser, address, f"{LANDING}?landing.asked=text&landing.axis=nonsense&x=1") as seen:
        figure = seen.page.query_selector(FIGURE)
        rested(seen, figure)
        assert figure.query_selector(".em-head").inner_text() == "Gradual"
        assert not figure.query_selector(".em-more").get_attribute("open")
        before = figure.evaluate(POINTS)
        live(seen, figure)
        after = figure.evaluate(POINTS)
        assert [p["name"] for p in after] == [p["name"] for p in before]
        assert max(abs(a[k] - b[k]) for a, b in zip(after, before, strict=True) for k in "xy") < 1.5
        figure.query_selector('[data-knob="axis"] select').select_option("Training tokens, linear scale")
        rested(seen, figure)
        assert "landing.axis=linear" in seen.page.url and "x=1" in seen.page.url
        assert not figure.query_selector(".em-ghost svg"), "a ghost on another axis would lie"
    assert not seen.faults


def test_points_move_from_state_to_state_unless_motion_is_reduced(browser, address, html):
    with visit(browser, address, LANDING) as seen:
        seen.page.emulate_media(reduced_motion="no-preference")
        figure = seen.page.query_selector(FIGURE)
        before = figure.evaluate(POINTS)
        middle = figure.evaluate("""async (figure) => {
          const point = figure.querySelectorAll(".em-narrow .mark-symbol path")[3];
          const at = () => point.getAttribute("transform"), first = at(), seen = new Set();
          figure.querySelectorAll(".em-switch input")[1].click();
          while (figure.dataset.rest === "no") { seen.add(at()); await new Promise(requestAnimationFrame); }
          return { frames: seen.size, first: first, last: at() };
        }""")
        assert middle["frames"] > 2 and middle["first"] != middle["last"]
        assert figure.evaluate(POINTS)[3]["y"] < before[3]["y"] - 20
        seen.page.emulate_media(reduced_motion="reduce")
        figure.query_selector(".em-switch label:nth-of-type(1)").click()
        assert figure.evaluate(POINTS) == before, "at once"
    assert not seen.faults


def test_the_nearest_point_is_called_up_by_pointer_and_by_finger(browser, address, html):
    with visit(browser, address, LANDING, DESK) as seen:
        figure = seen.page.query_selector(FIGURE)
        figure.scroll_into_view_if_needed()
        point, box = figure.evaluate(POINTS)[10], figure.query_selector(".em-stage").bounding_box()
        seen.page.mouse.move(box["x"] + point["x"] + 3, box["y"] + point["y"] + 5)
        tip = figure.query_selector(".em-tip")
        assert tip.is_visible() and tip.text_content() == point["name"]
        form = r"OLMo 2 13B after \d+ billion tokens: [\d.]+ % \(95 % .*\) right of 2,376 questions"
        assert re.search(form, in_plain(tip.text_content()))
        seen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 60)
        assert not tip.is_visible()
        seen.page.mouse.click(box["x"] + point["x"] + 3, box["y"] + point["y"] + 5)
        assert tip.is_visible()
        assert figure.query_selector(".em-told").text_content() == point["name"]
    assert not seen.faults


def test_pictures_to_take_away_hold_legend_words_and_no_variables(browser, address, html, tmp_path):
    with visit(browser, address, LANDING, DESK) as seen:
        for kind in ("svg", "png"):
            with seen.page.expect_download() as load:
                seen.page.click(f'{FIGURE} [data-do="{kind}"]')
            assert load.value.suggested_filename == f"explore-landing.{kind}"
            load.value.save_as(tmp_path / kind)
        svg = (tmp_path / "svg").read_text(encoding="utf-8")
        assert "OLMo 2 13B" in svg and "Sudden" in svg and "Between two looks" in svg and "var(" not in svg
        assert (tmp_path / "png").read_bytes().startswith(b"\x89PNG")
    assert not seen.faults


def test_a_position_behind_more_is_said_in_front_of_the_switch(browser, address, html):
    with visit(browser, address, LANDING, PHONE) as seen:
        now = seen.page.locator(f"{FIGURE} .em-switch .em-now")
        assert not now.is_visible()
        seen.page.click(f"{FIGURE} .em-more > summary")
        third = seen.page.locator(f"{FIGURE} .em-more input[type=radio]").first
        third.check(force=True)
        assert now.inner_text().startswith("Now: the cost of the right text")
        seen.page.locator(f"{FIGURE} .em-switch input").first.check(force=True)
        assert not now.is_visible()
    assert not seen.faults


def test_without_scripts_there_is_a_picture_and_no_dead_knob(browser, address, html):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(address + LANDING)
        assert page.locator(f"{FIGURE} .em-static.em-narrow svg").is_visible()
        for part in (".em-knobs", ".em-more", ".em-tools"):
            assert not page.locator(f"{FIGURE} {part}").is_visible()
    finally:
        context.close()


def test_sides_lead_to_their_claims_in_the_ledger(browser, address, html):
    with visit(browser, address, LANDING, DESK) as seen:
        links = seen.page.eval_on_selector_all(".em-side a.em-badge",
                                               "all => all.map(a => a.getAttribute('href'))")
        assert len(links) >= 8
        assert all(re.fullmatch(r"ledger\.html\?by=S\d(,S\d)*&verdict=[a-z-]+", link) for link in links)
        names = seen.page.eval_on_selector_all(".em-side h3", "all => all.map(h => h.textContent)")
        assert names == ["Abilities emerge", "It is a mirage"]
    assert not seen.faults
