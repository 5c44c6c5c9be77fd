"""Claims as a reader meets them: the ledger's bar, a claim's page, write-ups, and search as one types."""

from urllib.parse import quote_plus

import pytest

from emergence_utils.report import ledger

from .visit import DESK, PHONE, visit

LEDGER = "book/ledger.html"
CLAIMS = {c["id"]: c for c in ledger()["claims"]}
TOTAL = len(CLAIMS)
ROWS = ".em-claims > li:not([hidden])"


def shown(page):
    return page.eval_on_selector_all(ROWS, "rows => rows.map((row) => row.id.toUpperCase())")


def told(page, count):
    page.wait_for_function(f"document.querySelector('#em-filter [role=status]').textContent === "
                           f"'{count} of {TOTAL} shown'")


def those(**asked):
    """Ids of the claims that the ledger's file says of."""
    return [key for key, c in CLAIMS.items()
            if all(v in c["said_by"] if k == "by" else v == c["chapter"] if k == "chapter"
                   else v == c["result"]["verdict"] for k, v in asked.items())]


# ---- the ledger


def test_the_ledger_lists_every_claim_in_about_ten_phone_screens(browser, address):
    with visit(browser, address, LEDGER, PHONE) as seen:
        told(seen.page, TOTAL)
        assert shown(seen.page) == list(CLAIMS)
        first, last = (seen.page.locator(f"#{key.lower()}").bounding_box() for key in (
            next(iter(CLAIMS)), list(CLAIMS)[-1]))
        assert first["y"] < PHONE[1], "a claim stands on the first screen"
        assert last["y"] + last["height"] < 11 * PHONE[1]
    assert not seen.faults


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_bar_stays_in_sight_and_leaves_most_of_the_screen(browser, address, size):
    with visit(browser, address, LEDGER, size) as seen:
        seen.page.evaluate("scrollTo({ top: 3000, behavior: 'instant' })")
        seen.page.wait_for_function("scrollY > 2900")
        box = seen.page.locator("#em-filter").bounding_box()
        assert 0 <= box["y"] < 80 and box["height"] < 150


@pytest.mark.parametrize(("query", "asked"), [
    ("by=S3", {"by": "S3"}), ("verdict=open", {"verdict": "open"}),
    ("verdict=holds+with+limits", {"verdict": "holds with limits"}),
    ("verdict=em-limits", {"verdict": "holds with limits"}),
    ("chapter=02_metric", {"chapter": "02_metric"}),
    ("by=s0&verdict=fails", {"by": "S0", "verdict": "fails"}),
    ("by=S99&verdict=maybe&chapter=x&sort=y", {}),
])
def test_the_address_narrows_the_ledger_and_unknown_values_do_nothing(browser, address, query, asked):
    with visit(browser, address, f"{LEDGER}?{query}", DESK) as seen:
        told(seen.page, len(those(**asked)))
        assert shown(seen.page) == those(**asked)
    assert not seen.faults


def test_the_line_below_a_title_leads_to_the_claims_of_the_chapter(browser, address):
    with visit(browser, address, "notebooks/02_metric.html", PHONE) as seen:
        words = seen.page.inner_text(".em-strip a[href*=ledger]")
        seen.page.click(".em-strip a[href*=ledger]")
        seen.page.wait_for_selector("#em-filter")
        told(seen.page, int(words.split()[0]))
        assert shown(seen.page) == those(chapter="02_metric")


def test_several_sources_in_the_address_are_a_side(browser, address):
    with visit(browser, address, f"{LEDGER}?by=S2,S3", PHONE) as seen:
        both = {*those(by="S2"), *those(by="S3")}
        told(seen.page, len(both))
        assert set(shown(seen.page)) == both
        assert "egek92 or Brando Miranda" in seen.page.eval_on_selector(
            "#em-filter [name=by]", "select => select.selectedOptions[0].text")


def test_the_bar_keeps_its_state_in_the_address_and_show_all_empties_it(browser, address):
    with visit(browser, address, LEDGER, PHONE) as seen:
        page = seen.page
        page.click("#em-filter [aria-controls]")
        page.select_option("#em-filter [name=verdict]", "holds")
        page.fill("#em-filter [name=words]", "smooth")
        page.wait_for_function("location.search === '?verdict=holds&words=smooth'")
        kept = shown(page)
        assert 0 < len(kept) < len(those(verdict="holds"))
        page.reload()
        told(page, len(kept))
        assert shown(page) == kept
        page.click("#em-filter [aria-controls]")
        page.click("#em-filter [type=reset]")
        told(page, TOTAL)
        assert page.evaluate("location.search") == ""
    assert not seen.faults


def test_a_tile_sets_the_filter_and_unsets_it(browser, address):
    with visit(browser, address, LEDGER, PHONE) as seen:
        tile = seen.page.locator(".em-score li.em-fails a")
        tile.click()
        told(seen.page, len(those(verdict="fails")))
        assert tile.get_attribute("aria-current") == "true"
        assert "verdict=fails" in seen.page.url
        tile.click()
        told(seen.page, TOTAL)


@pytest.mark.parametrize("order", ["verdict", "strength", "chapter"])
def test_the_list_can_be_sorted(browser, address, order):
    with visit(browser, address, f"{LEDGER}?sort={order}", DESK) as seen:
        told(seen.page, TOTAL)
        got = shown(seen.page)
        keys = {"chapter": lambda c: c["chapter"],
                "verdict": lambda c: ["holds", "holds with limits", "fails", "open", "fact", "opinion"].index(
                    c["result"]["verdict"]),
                "strength": lambda c: -(c["result"]["strength"] or 0)}
        values = [keys[order](CLAIMS[key]) for key in got]
        assert sorted(got) == sorted(CLAIMS) and values == sorted(values)
        assert seen.page.locator("h2:visible", has_text="Definitions").count() == 0, "no groups now"


def test_an_old_link_to_a_claim_leads_to_its_row_even_if_filtered_out(browser, address):
    with visit(browser, address, f"{LEDGER}#c58", PHONE) as seen:
        seen.page.wait_for_function("c58.getBoundingClientRect().top < innerHeight")
    with visit(browser, address, f"{LEDGER}?verdict=fails#c58", PHONE) as seen:
        seen.page.wait_for_selector("#c58", state="visible")
        told(seen.page, TOTAL)


def test_a_row_leads_to_the_page_of_its_claim(browser, address):
    with visit(browser, address, LEDGER, PHONE) as seen:
        seen.page.click("#c9 > a")
        seen.page.wait_for_url("**/book/claims/c9.html")
        assert seen.page.inner_text("h1").startswith("C9: ")
    assert not seen.faults


def test_without_scripts_every_claim_is_listed_by_group(browser, address):
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(address + LEDGER)
        assert page.locator(".em-claims > li:visible").count() == TOTAL
        assert page.locator(".em-claims").count() == len({c["group"] for c in CLAIMS.values()})
        assert not page.locator("#em-filter").is_visible()
    finally:
        context.close()


# ---- a claim's page


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("claim", ["C1", "C9", "C12", "C14", "C52"])
def test_a_claims_page_is_whole(browser, address, claim, size):
    with visit(browser, address, f"book/claims/{claim.lower()}.html", size) as seen:
        page, record = seen.page, CLAIMS[claim]["result"]
        assert page.inner_text(".em-answer .em-badge") == record["verdict"]
        assert record["because"].split(":")[0][1:40] in page.inner_text(".em-answer")
        assert page.locator("a[href*='#verdict-']").count() == 1
        assert page.locator(".em-claim-figure").count() == (CLAIMS[claim]["rule"].get("opinion") is None)
        for check in ("names", "pictures", "overflow"):
            seen.check(check)
    assert not seen.faults


def test_letters_of_the_figure_stay_inside_it(browser, address):
    with visit(browser, address, "book/claims/c52.html", PHONE) as seen:
        wide = seen.page.eval_on_selector_all(".em-claim-figure text", """(all) => all.filter((t) => {
            const box = t.getBoundingClientRect(), edge = t.ownerSVGElement.getBoundingClientRect();
            return box.left < edge.left - 1 || box.right > edge.right + 1; }).map((t) => t.textContent)""")
        assert wide == []


def test_the_link_to_the_code_leads_to_the_cell(browser, address):
    with visit(browser, address, "book/claims/c9.html", PHONE) as seen:
        seen.page.click("a[href*='#verdict-']")
        seen.page.wait_for_url("**/notebooks/02_metric.html#verdict-c9")
        seen.page.wait_for_selector("#verdict-c9")


def test_the_next_claim_is_the_next_by_number(browser, address):
    with visit(browser, address, "book/claims/c9.html", DESK) as seen:
        links = seen.page.eval_on_selector_all(".related-pages a", "all => all.map((a) => a.href)")
        assert [link.rpartition("/")[2] for link in links] == ["c10.html", "c8.html"]
        assert seen.page.locator(".sidebar-tree a[href*='claims/']").count() == 0
        assert seen.page.inner_text(".sidebar-tree .current-page > a") == "Claims ledger"


def test_a_page_of_a_write_up_has_the_verdict_beside_each_statement(browser, address):
    with visit(browser, address, "book/writeups/s0.html", DESK) as seen:
        pairs = seen.page.eval_on_selector_all(".em-statement", """(all) => all.map((one) => [
            one.querySelector(".em-says").getBoundingClientRect().top,
            one.querySelector(".em-verdicts").getBoundingClientRect().top])""")
        assert len(pairs) > 10 and all(abs(a - b) < 12 for a, b in pairs)
        first = seen.page.locator(".em-answers a[href*='claims/c']").first
        assert first.get_attribute("href").startswith("../claims/c1.html")


# ---- search


def results(page):
    return page.eval_on_selector_all(".em-found li > a", "all => all.map((a) => a.textContent)")


@pytest.mark.parametrize(("query", "expected"), [
    ("C58", "C58"), ("15+23", "C13"), ("EDIT  distance", "C12"), ("mirage", "C46"),
    ("is emergence real?", "C46"), ("can it be predicted", "C59"), ("phase transition", "C3"),
    ("grokking", "C3"), ("CoT", "C51"), ("inverse scaling", "C48"), ("all-or-nothing scoring", "C9"),
    ("how many tokens per parameter", "C62"), ("does the metric make the jump?", "2. Is it the metric?"),
    ("what is emergence", "1. What is an emergent ability?"),
])
def test_search_finds_claims_and_chapters_by_words_and_synonyms(browser, address, query, expected):
    with visit(browser, address, f"search.html?q={quote_plus(query)}", PHONE) as seen:
        seen.page.wait_for_selector(".em-found li")
        found = [text.partition(" ")[0] if text.startswith("C") else text for text in results(seen.page)]
        assert expected in found
        if expected in CLAIMS and len(query) < 16:
            assert found.index(expected) < 4
    assert not seen.faults


def test_search_follows_the_typing_and_keeps_it_in_the_address(browser, address):
    with visit(browser, address, "search.html", DESK) as seen:
        page = seen.page
        page.focus(".em-find input")
        page.keyboard.type("mirag")
        page.wait_for_function("document.querySelector('.em-found li a')?.textContent.startsWith('C')")
        assert "q=mirag" in page.url
        link = page.locator(".em-found li a").first
        assert link.get_attribute("href").startswith("book/claims/c")
        assert page.locator(".em-found li .em-badge").first.inner_text() in {
            c["result"]["verdict"] for c in CLAIMS.values()}
        page.wait_for_selector("#search-results li")
        page.fill(".em-find input", "zebra")
        page.wait_for_selector(".em-found-count:text-is('No claim speaks of this.')")
        assert results(page) == []
    assert not seen.faults
