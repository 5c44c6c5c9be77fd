"""The page of every curve, as readers use it: lists, points, keyboard, address, downloads, embedding."""

import csv
import io
import re
from urllib.parse import quote_plus

import pytest

from book.build.explore import address as curve_address
from book.build.explore.chart import fill, series
from book.build.explore.curves import AXES
from book.build.explore.files import read_data
from book.build.explore.page import find
from emergence_utils.explorers.look import TURNED

from .visit import DESK, PHONE, visit

PAGE = "book/explore.html"
GPT3 = {"source": "gpt3", "task": "addition_3_digit", "metric": "exact_match", "prompting": "few-shot",
        "models": "GPT-3", "axis": "params"}
STAGE = '.em-ex-panel[data-which="0"] .em-ex-stage'


def state(page, name="live"):
    page.wait_for_function("name => document.querySelector('.em-ex').dataset.state === name", arg=name)


def pick(page, facet, value):
    page.select_option(f"#em-ex-{facet}", value)


def named(page, part):
    """Until the curve asked for is named, told and drawn."""
    page.wait_for_function(
        "part => document.querySelector('.em-ex-name span').textContent.includes(part)"
        " && document.querySelector('.em-ex').dataset.rest === 'yes'", arg=part)


def live(seen):
    state(seen.page, "ready")
    seen.page.hover(STAGE)
    state(seen.page)


def panel(page, which=0):
    return page.locator(f'.em-ex-panel[data-which="{which}"]')


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_live_chart_takes_the_place_of_the_still_one_and_nothing_moves(browser, address, html, size):
    with visit(browser, address, PAGE, size) as seen:
        state(seen.page, "ready")
        before = seen.page.evaluate("document.documentElement.scrollHeight")
        words = panel(seen.page).inner_text()
        live(seen)
        assert seen.page.evaluate("document.documentElement.scrollHeight") == before
        assert panel(seen.page).locator(".em-ex-lead").inner_text() == "Sudden"
        assert panel(seen.page, 1).locator(".em-ex-lead").inner_text() == "Gradual"
        assert panel(seen.page).inner_text().split("\n")[:3] == words.split("\n")[:3]
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        folder = html / "_static" / "explore"
        index = read_data(folder, "index")
        for which in (0, 1):  # the same chart as Python draws
            found = find(folder, index, index["start"], which)
            curve = found["curve"]
            rows = series(curve, found["frame"], "params", log=True)
            spec = fill([{"rows": rows, "chance": curve.get("c"), "joined": not curve.get("s"),
                          "metric": found["about"], "at": which}], "params")
            shown = seen.page.evaluate("which => window.emExplore.spec(which)", which)
            assert shown | {"width": 0} == spec | {"width": 0}
    assert not seen.faults


def test_a_pick_changes_curve_words_and_address_and_a_reload_restores_it(browser, address):
    with visit(browser, address, PAGE, DESK) as seen:
        live(seen)
        pick(seen.page, "source", "gpt3")
        named(seen.page, "GPT-3")
        pick(seen.page, "task", "addition_3_digit")
        named(seen.page, "addition 3 digit")
        shown = panel(seen.page).inner_text()
        assert "source=gpt3" in seen.page.url and "task=addition_3_digit" in seen.page.url
        seen.page.reload()
        state(seen.page)
        assert panel(seen.page).inner_text() == shown
        seen.page.click(".em-ex-reset")
        named(seen.page, "sum of two numbers")
        assert seen.page.url == address + PAGE
    assert not seen.faults


def test_each_list_holds_only_what_exists(browser, address, html):
    with visit(browser, address, curve_address(**GPT3), DESK) as seen:
        state(seen.page)
        options = seen.page.eval_on_selector_all("#em-ex-metric option", "all => all.map(o => o.value)")
        source = next(s for s in read_data(html / "_static" / "explore", "index")["sources"]
                      if s["name"] == "gpt3")
        task = source["tasks"].index("addition_3_digit")
        there = sorted({cell[2] for cell in source["cells"] if cell[0] == task})
        assert options == [source["metrics"][m] for m in there]
        assert not panel(seen.page, 1).is_visible(), "an address of one curve shows one"
    assert not seen.faults


def test_sudden_curves_can_be_looked_through(browser, address, html):
    sudden = read_data(html / "_static" / "explore", "index")["sudden"]
    with visit(browser, address, PAGE, DESK) as seen:
        live(seen)
        assert seen.page.inner_text(".em-ex-next") == f"Next of {len(sudden)} sudden curves"
        for entry in sudden[:2]:
            seen.page.click(".em-ex-next")
            named(seen.page, entry[5])
            seen.page.wait_for_function(f"document.querySelector('{STAGE}').closest('.em-ex-panel')"
                                        ".querySelector('.em-ex-lead').textContent !== '…'")
            assert f"task={quote_plus(entry[1])}" in seen.page.url
            assert panel(seen.page).locator(".em-ex-lead").inner_text() == "Sudden"
    assert not seen.faults


def note(page):
    box = page.locator(".em-ex-note")
    return box.inner_text() if box.is_visible() else ""


def test_what_is_not_there_is_said_and_what_is_shown_instead_is_named(browser, address):
    with visit(browser, address, f"{PAGE}?source=gpt3&task=nonsense&axis=width&scale=huge", DESK) as seen:
        state(seen.page)
        assert panel(seen.page).locator(".em-ex-lead").inner_text()
        shown = panel(seen.page).locator(".em-ex-name span").inner_text()
        assert "task “nonsense”; axis “width”" in note(seen.page)
        assert f"Shown in its place: Exact match, {shown}." in note(seen.page)
        pick(seen.page, "task", "addition_3_digit")
        named(seen.page, "addition 3 digit")
        assert not note(seen.page)
    with visit(browser, address, f"{PAGE}?source=nonsense", DESK) as other:
        state(other.page)
        assert "sum of two numbers" in panel(other.page).locator(".em-ex-name").inner_text()
        assert "table “nonsense”" in note(other.page) and "sum of two numbers" in note(other.page)
    with visit(browser, address, curve_address(**GPT3), DESK) as there:
        state(there.page)
        assert not note(there.page)
    assert not seen.faults + other.faults + there.faults


def test_back_leads_to_the_curve_before_and_small_knobs_leave_no_step(browser, address):
    with visit(browser, address, curve_address(**GPT3), DESK) as seen:
        state(seen.page)
        for _ in range(2):
            before = seen.page.url
            seen.page.click(".em-ex-next")
            seen.page.wait_for_function("before => location.href !== before", arg=before)
            state(seen.page)
        seen.page.uncheck(".em-ex-log")
        seen.page.go_back()
        state(seen.page)
        assert seen.page.evaluate("location.href") == before and "scale=linear" not in seen.page.url
        seen.page.go_back()
        named(seen.page, "addition 3 digit")
        assert "task=addition_3_digit" in seen.page.url
        seen.page.go_forward()
        seen.page.wait_for_function("before => location.href === before", arg=before)
    assert not seen.faults


def test_the_second_curve_follows_the_first_or_is_taken_away_with_a_word(browser, address):
    both = GPT3 | {f"{k}2": v for k, v in GPT3.items() if k != "axis"} | {"prompting2": "zero-shot"}
    with visit(browser, address, curve_address(**both), DESK) as seen:
        state(seen.page)
        pick(seen.page, "task", "subtraction_2_digit")
        named(seen.page, "subtraction 2 digit")
        state(seen.page)
        assert "subtraction 2 digit, zero-shot" in panel(seen.page, 1).locator(".em-ex-name").inner_text()
        pick(seen.page, "source", "bigg")
        seen.page.wait_for_function("location.search.includes('source=bigg')")
        # the second panel goes with the words of the first curve, whose file is to be fetched
        seen.page.wait_for_function("document.querySelector('.em-ex-panel').dataset.words === 'there'")
        state(seen.page)
        if panel(seen.page, 1).is_visible():
            names = [panel(seen.page, i).locator("#em-ex-task" + "2" * i).input_value() for i in (0, 1)]
            assert names[0] == names[1]
        else:
            assert "The second curve is gone" in note(seen.page)
            assert not seen.page.is_checked(".em-ex-second")
    assert not seen.faults


def test_lists_say_which_options_keep_the_models_and_picking_models_brings_their_task(browser, address, html):
    sources = read_data(html / "_static" / "explore", "index")["sources"]
    source = next(s for s in sources if s["name"] == "obsscaling")
    models = source["models"][-1]
    with visit(browser, address, f"{PAGE}?source=obsscaling", DESK) as seen:
        state(seen.page)
        every = seen.page.eval_on_selector_all("#em-ex-models option", "all => all.map(o => o.value)")
        assert sorted(every) == sorted(source["models"]), "any models of the table can be asked for first"
        pick(seen.page, "models", models)
        named(seen.page, models)
        state(seen.page)
        near = seen.page.eval_on_selector_all(
            "#em-ex-task option", "all => all.map(o => [o.parentNode.label || '', o.value])")
        number = source["models"].index(models)
        having = {source["tasks"][c[0]] for c in source["cells"]
                  if number in [p[0] for p in source["sets"][c[4]]]}
        assert 0 < len(having) < len(source["tasks"])
        assert {task for label, task in near if label != "Only with other models"} == having
    assert not seen.faults


def test_up_is_better_on_every_curve(browser, address):
    with visit(browser, address, PAGE, DESK) as seen:
        live(seen)
        match, brier = (seen.page.evaluate(f"window.emExplore.spec({which})") for which in (0, 1))
        assert [scale["name"] for scale in brier["scales"]] == ["x", "y"]
        assert brier["scales"][1]["reverse"] and brier["axes"][0]["title"][1] == TURNED
        assert "reverse" not in match["scales"][1]
        titles = seen.page.locator('.em-ex-panel[data-which="1"] .em-ex-live .role-axis-title').first
        low = titles.bounding_box()
        labels = seen.page.locator('.em-ex-panel[data-which="1"] .em-ex-live .role-axis-label text').all()
        tops = [box["y"] for box in (label.bounding_box() for label in labels) if box]
        assert low["y"] + low["height"] <= min(tops) + 1, "the title stands clear of the ticks"
    assert not seen.faults


def test_arrow_keys_name_one_point_after_another(browser, address):
    with visit(browser, address, curve_address(**GPT3), DESK) as seen:
        state(seen.page)
        seen.page.focus(STAGE)
        seen.page.keyboard.press("ArrowRight")
        first = seen.page.inner_text(".em-ex-point")
        assert "GPT-3 Small" in first and "n = 2,000" in first and "exact 95 % interval" in first
        seen.page.keyboard.press("End")
        last = seen.page.inner_text(".em-ex-point")
        assert "175 billion" in last and "80.4" in last
        assert seen.page.is_visible(f"{STAGE} .em-tip") and seen.page.is_visible(f"{STAGE} .em-ring")
        seen.page.keyboard.press("Escape")
        assert not seen.page.is_visible(f"{STAGE} .em-tip")
    assert not seen.faults


def test_the_mouse_and_a_tap_name_the_nearest_point_where_it_is_drawn(browser, address):
    with visit(browser, address, curve_address(**GPT3), PHONE) as seen:
        state(seen.page)
        marks = seen.page.locator(f"{STAGE} .em-ex-live .mark-symbol path")
        box = marks.nth(marks.count() - 1).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        seen.page.mouse.move(x + 4, y + 4)
        assert "80.4" in seen.page.inner_text(f"{STAGE} .em-tip")
        ring = seen.page.locator(f"{STAGE} .em-ring").bounding_box()
        assert abs(ring["x"] + ring["width"] / 2 - x) < 2 and abs(ring["y"] + ring["height"] / 2 - y) < 2
        seen.page.mouse.click(x, y)
        assert "80.4" in seen.page.inner_text(".em-ex-point")
    assert not seen.faults


def test_two_curves_of_one_unit_share_a_panel_when_asked(browser, address):
    both = GPT3 | {f"{k}2": v for k, v in GPT3.items() if k != "axis"} | {"prompting2": "zero-shot"}
    with visit(browser, address, curve_address(**both), DESK) as seen:
        state(seen.page)
        assert panel(seen.page, 1).locator(".em-ex-live").is_visible()
        seen.page.check(".em-ex-together")
        seen.page.wait_for_function("document.querySelector('.em-ex').dataset.panels === '1'")
        state(seen.page)
        assert "together=1" in seen.page.url
        assert not panel(seen.page, 1).locator(".em-ex-stage").is_visible()
        assert panel(seen.page, 1).locator(".em-ex-lead").is_visible()
        seen.page.uncheck(".em-ex-log")
        seen.page.wait_for_function("window.emExplore.spec(0).scales[0].type === 'linear'")
        seen.page.uncheck(".em-ex-second")
        seen.page.wait_for_function("document.querySelector('.em-ex-panel[data-which=\"1\"]').hidden")
        assert "source2" not in seen.page.url and "scale=linear" in seen.page.url
    assert not seen.faults


@pytest.mark.parametrize(("what", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("csv", b"source,task")])
def test_what_is_shown_can_be_taken_along(browser, address, what, begins):
    with visit(browser, address, PAGE, DESK) as seen:
        state(seen.page, "ready")
        with seen.page.expect_download() as waiting:
            seen.page.click(f'[data-take="{what}"]')
        content = waiting.value.path().read_bytes()
        assert content.startswith(begins) and b"var(--em" not in content
        if what == "svg":
            text = content.decode()
            assert text.count("Title text ") == 2 and text.count("axis titled") == 4, "both charts"
            names = re.findall(r'aria-label="([^"]*)" role="graphics-symbol"', text)
            points = [name for name in names if "lowest and highest of" in name]
            assert len(points) == sum(len(seen.page.evaluate(
                "which => window.emExplore.spec(which).data[3].values", which)) for which in (0, 1))
        if what == "csv":
            rows = list(csv.DictReader(io.StringIO(content.decode())))
            assert {r["metric"] for r in rows} == {"exact_match", "brier_multiclass"}
            assert all(r["model"] and r["value"] and r["params"] for r in rows)
    assert not seen.faults


def test_embedded_the_page_is_the_curve_alone_and_the_code_says_so(browser, address):
    with visit(browser, address, curve_address(**GPT3), DESK) as seen:
        state(seen.page)
        seen.page.click('[data-take="embed"]')
        code = seen.page.input_value(".em-ex-code textarea")
        assert "embed=1" in code and "source=gpt3" in code and code.startswith("<iframe src=")
    with visit(browser, address, curve_address(**GPT3, embed="1"), PHONE) as inner:
        state(inner.page)
        assert not inner.page.locator("h1").is_visible()
        assert not inner.page.locator(".sidebar-drawer").is_visible()
        assert inner.page.locator(STAGE).is_visible() and inner.page.locator(".em-ex-home").is_visible()
        assert not inner.page.locator(".em-ex-picks").first.is_visible()
        assert inner.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert not seen.faults + inner.faults


def test_the_table_has_the_points_of_both_curves(browser, address):
    with visit(browser, address, PAGE, PHONE) as seen:
        live(seen)
        seen.page.click(".em-ex-table > summary")
        for which in (0, 1):
            rows = seen.page.locator(f'.em-ex-tables table[data-which="{which}"] tbody tr')
            assert rows.count() == len(seen.page.evaluate(
                f"window.emExplore.spec({which}).data.find(set => set.name === 'curve{which}').values"))
        heads = seen.page.locator(".em-ex-tables thead").first.inner_text()
        assert AXES["params"] in heads
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert not seen.faults


def test_where_a_file_cannot_be_had_the_page_says_so_and_keeps_its_picture(browser, address):
    with visit(browser, address, PAGE, DESK) as seen:
        state(seen.page, "ready")
        seen.page.route("**/_static/explore/*", lambda route: route.abort())
        seen.page.select_option("#em-ex-source", "gpt3")  # the first state's files are there already
        state(seen.page, "failed")
        assert "could not be drawn" in seen.page.inner_text(".em-ex-point")
        assert panel(seen.page).locator(".em-ex-still svg").is_visible()
