"""Every page in a browser, at both widths and in both colour schemes: it must load in peace and be whole."""

import pytest

from .links import broken
from .visit import DESK, PHONE, visit

#: Most that a page may move while it loads.
SHIFT = 0.05

SCROLL = """async () => {
  for (let y = 0; y < document.scrollingElement.scrollHeight; y += innerHeight) {
    scrollTo({ top: y, behavior: "instant" });
    await new Promise(requestAnimationFrame);
  }
}"""

TOUCH = """async (figure) => {
  const knob = figure.querySelector(".em-knobs input, .em-knobs select");
  if (!knob || !knob.checkVisibility()) { return "has no knob"; }
  const words = figure.querySelector(".em-state").textContent;
  const group = [...figure.querySelectorAll(`input[name="${knob.name}"]`)];
  knob.focus();
  const steps = knob.type === "radio" ? group.filter((r) => !r.checked).map((r) => () => r.click())
    : [...Array(knob.options ? knob.options.length : Number(knob.max) + 1).keys()].map((i) => () => {
      knob.value = i;
      knob.dispatchEvent(new Event("input", { bubbles: true }));
    });
  const said = new Set([words]);
  for (const step of steps) { step(); said.add(figure.querySelector(".em-state").textContent); }
  for (let i = 0; i < 200 && !["live", "failed"].includes(figure.dataset.state); i++) {
    await new Promise((done) => setTimeout(done, 50));
  }
  if (figure.dataset.state !== "live") {
    return `has no live chart (${figure.dataset.error || figure.dataset.state || "nothing happened"})`;
  }
  const drawn = figure.querySelector(".em-live svg, .em-live canvas");
  if (!drawn || drawn.getBoundingClientRect().height < 50) { return "is live, but nothing is drawn"; }
  return said.size > 1 ? "" : "says the same whatever its first knob says";
}"""


def touch_explorers(seen):
    """Turn the first knob of each explorer as a keyboard would, and note those that stay dead."""
    for figure in seen.page.query_selector_all("figure.em-explorer"):
        fault = figure.evaluate(TOUCH)
        if fault:
            seen.note(f"explorer {figure.get_attribute('id')} {fault}")


def look(seen):
    for check in ("unfold", "names", "pictures", "formulas", "overflow"):
        seen.check(check)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_page_loads_in_peace_and_is_whole(browser, address, html, path, size):
    first, second = ("light", "dark") if size == PHONE else ("dark", "light")
    with visit(browser, address, path, size, first) as seen:
        seen.page.evaluate(SCROLL)
        seen.check("shift", SHIFT)
        look(seen)
        found = seen.page.evaluate("bookChecks.map()")[0]
        links = [link.removeprefix(address) for link in found["links"] if link.startswith(address)]
        for link in broken(html, "index.html", links):
            seen.note(f"a link leads nowhere: {link}")
        touch_explorers(seen)
        seen.scheme(second)
        look(seen)
    assert not seen.faults, f"{path}: " + "; ".join(seen.faults)


@pytest.mark.parametrize("file", ["book/index.html", "notebooks/02_metric.html", "search.html"])
def test_page_works_opened_as_a_file(browser, html, file):
    with visit(browser, html.resolve().as_uri() + "/", file) as seen:
        look(seen)
        touch_explorers(seen)
    assert not seen.faults, f"{file}: " + "; ".join(seen.faults)
