"""Aids to reading, as a reader meets them: terms that explain themselves, filter, search, folded code."""


import pytest

from .visit import DESK, PHONE, visit

CHAPTER = "notebooks/02_metric.html"
POP = ".em-pop:not([hidden])"


def ready(page):
    page.wait_for_selector("a.em-term")
    return page.locator("article a.em-term").first


def test_a_term_explains_itself_under_the_mouse_and_escape_hides_it(browser, address):
    with visit(browser, address, CHAPTER, DESK) as seen:
        ready(seen.page).hover()
        seen.page.wait_for_selector(POP)
        name, text = (seen.page.inner_text(f"{POP} {part}") for part in ("strong", "span"))
        assert name and len(text) > 20
        seen.page.hover(POP)  # the definition itself may be pointed at
        seen.page.wait_for_timeout(400)
        assert seen.page.is_visible(POP)
        seen.page.keyboard.press("Escape")
        assert not seen.page.is_visible(POP)
    assert not seen.faults


def test_a_term_explains_itself_to_the_keyboard_and_stays_while_it_has_the_focus(browser, address):
    with visit(browser, address, CHAPTER, DESK) as seen:
        term = ready(seen.page)
        term.focus()
        seen.page.wait_for_selector(POP)
        seen.page.wait_for_timeout(400)
        assert seen.page.is_visible(POP)
        assert seen.page.get_attribute(POP, "role") == "status", "so that it is read out"
        term.evaluate("link => link.blur()")
        seen.page.wait_for_function("document.querySelector('.em-pop').hidden")
    assert not seen.faults


def test_a_first_tap_explains_a_term_and_a_second_follows_the_link(browser, address):
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True)
    try:
        page = context.new_page()
        page.goto(address + CHAPTER)
        term = ready(page)
        term.tap()
        page.wait_for_selector(POP)
        box = page.locator(POP).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0]
        assert page.url == address + CHAPTER
        term.tap()
        page.wait_for_url("**/glossary.html#term-*")
    finally:
        context.close()


def test_the_definition_is_loaded_by_the_first_use_and_not_before(browser, address):
    with visit(browser, address, CHAPTER, DESK) as seen:
        asked = []
        seen.page.on("request", lambda request: asked.append(request.url))
        seen.page.wait_for_timeout(300)
        assert asked == []
        ready(seen.page).focus()
        seen.page.wait_for_selector(POP)
        assert [url.rpartition("/")[2] for url in asked] == ["terms.js"]


def test_a_link_into_a_fold_opens_it(browser, address):
    with visit(browser, address, f"{CHAPTER}#how-to-cite", PHONE) as seen:
        assert seen.page.evaluate("document.getElementById('how-to-cite').open")
    with visit(browser, address, CHAPTER, PHONE) as seen:
        anchor = seen.page.evaluate("""() => {
            const cell = document.querySelector("details:not([open]) pre");
            cell.id = cell.id || "a-cell";
            location.hash = cell.id;
            return cell.id;
        }""")
        seen.page.wait_for_function(f"document.getElementById('{anchor}').closest('details').open")


def test_the_menu_opens_by_keyboard_and_gives_the_focus_back_when_closed(browser, address):
    with visit(browser, address, CHAPTER, PHONE) as seen:
        seen.page.focus("header label[for=__navigation]")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_function("document.getElementById('__navigation').checked")
        seen.page.keyboard.press("Escape")
        seen.page.wait_for_function("document.activeElement.matches('header label[for=__navigation]')")
        assert not seen.page.evaluate("document.getElementById('__navigation').checked")


CODE = """() => [...document.querySelectorAll("article .cell:not(.tag_solution) .cell_input")]
  .filter((box) => box.checkVisibility()).length"""


def test_one_switch_shows_all_the_code_of_a_chapter_and_is_remembered(browser, address):
    with visit(browser, address, CHAPTER, PHONE) as seen:
        assert seen.page.evaluate(CODE) == 0
        seen.page.click("#em-code")
        shown = seen.page.evaluate(CODE)
        assert shown > 10 and seen.page.inner_text("#em-code") == "Hide the code"
        seen.page.reload()
        assert seen.page.evaluate(CODE) == shown
        seen.page.click("#em-code")
        assert seen.page.evaluate(CODE) == 0


def test_the_answer_to_a_guess_is_there_without_the_code(browser, address):
    with visit(browser, address, CHAPTER, PHONE) as seen:
        answer = seen.page.locator("details.below-input").first
        assert answer.is_visible() and "Show the answer" in answer.inner_text()
        answer.locator("summary").click()
        assert answer.locator(".cell_output").first.is_visible()


def test_a_link_to_code_or_to_a_verdict_shows_the_code_of_that_cell(browser, address):
    with visit(browser, address, CHAPTER, PHONE) as seen:
        seen.page.locator(".em-figure-links a", has_text="Code").first.click()
        assert seen.page.evaluate(CODE) == 1
    with visit(browser, address, f"{CHAPTER}#verdict-c9", PHONE) as seen:
        assert seen.page.evaluate(CODE) == 1


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_link_to_the_deciding_cell_lands_where_its_code_begins(browser, address, size):
    top = ("document.querySelector('#verdict-c9').closest('.cell').querySelector('.cell_input')"
           ".getBoundingClientRect().top")
    with visit(browser, address, "book/claims/c9.html", size) as seen:
        seen.page.click("a[href*='#verdict-c9']")
        seen.page.wait_for_url("**#verdict-c9")
        seen.page.wait_for_function(f"{top} >= 40 && {top} <= 120")
    assert not seen.faults


def test_a_citation_explains_itself_under_the_mouse(browser, address):
    with visit(browser, address, CHAPTER, DESK) as seen:
        link = seen.page.locator(".bibtex-citation a").first
        link.hover()
        seen.page.wait_for_selector(".em-pop", state="visible")
        assert "mirage" in seen.page.inner_text(".em-pop") and link.get_attribute("title") is None


@pytest.mark.parametrize("file", [CHAPTER, "book/ledger.html"])
def test_without_scripts_everything_is_there(browser, address, file):
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(address + file)
        assert not page.locator("#em-filter").is_visible() if "ledger" in file else True
        assert page.locator("a.em-term").count() == 0 or page.locator("a.em-term").first.get_attribute(
            "href").startswith(("../book/glossary.html#term-", "glossary.html#term-"))
        assert page.locator("article section[hidden]").count() == 0
    finally:
        context.close()
