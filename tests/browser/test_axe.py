"""axe-core on every page: no violation of WCAG 2.1, levels A and AA, in either colour scheme."""

import pytest

from .conftest import library, site_pages
from .visit import DESK, PHONE, visit

axe = library("axe_playwright_python.sync_playwright")

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"],
         "preload": False}  # it would ask for imported style sheets at addresses of its own making
#: What another colour scheme can change.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
           "resultTypes": ["violations"], "preload": False}
#: A drawing with a name speaks through that alone; its thousands of strokes would only take time.
EMPTY = """document.querySelectorAll("article svg[role=img][aria-label]").forEach((svg) => {
  svg.replaceChildren();
})"""
#: A word of code is coloured by its class and by what it stands in: the first of each kind in sight speaks
#: for all. The others become part of the text around them, which is checked as well.
ALIKE = """() => {
  const first = new Set();
  document.querySelectorAll("pre span").forEach((word) => {
    if (word.childElementCount || word.getAttributeNames().some((name) => name !== "class")) { return; }
    if (!word.checkVisibility()) { return; }
    let kind = "";
    for (let el = word; el; el = el.parentElement) {
      kind += `${el.localName} ${el.className} ${el.style.cssText}<`;
    }
    if (first.has(kind)) { word.replaceWith(...word.childNodes); }
    first.add(kind);
  });
}"""
#: Folds, each open, but of those with nothing but code only the first: all code is coloured alike.
UNFOLD = """() => {
  document.documentElement.classList.remove("em-quiet");
  const folds = [...document.querySelectorAll("article details")];
  const code = folds.filter((fold) => fold.closest(".tag_hide-input"));
  folds.forEach((fold) => { fold.open = !code.slice(1).includes(fold); });
}"""


def violations(seen, options=RULES, state=""):
    """Note each violation with the places it was found at."""
    seen.page.evaluate(EMPTY)
    seen.page.evaluate(ALIKE)
    if not seen.page.evaluate("'axe' in window"):
        seen.page.evaluate(axe.Axe().axe_script)
    for violation in seen.page.evaluate("options => axe.run(options)", options)["violations"]:
        nodes = violation["nodes"]
        places = "; ".join(" ".join(map(str, node["target"])) for node in nodes[:4])
        why = nodes[0]["failureSummary"].splitlines()[-1].strip()
        seen.note(f"{violation['id']}{state} ({len(nodes)}×): {places} [{why}]")


def both_schemes(seen, state="", options=RULES):
    violations(seen, options, f"{state} in light")
    seen.scheme("dark")
    violations(seen, COLOURS, f"{state} in dark")
    seen.scheme("light")


def report(seen, path):
    assert not seen.faults, f"{path}: " + "; ".join(seen.faults)


def test_page_on_a_phone_with_every_fold_open(browser, address, html, path):
    with visit(browser, address, path, PHONE) as seen:
        seen.page.evaluate(UNFOLD)
        seen.rest()
        both_schemes(seen)
    report(seen, path)


WIDE = [p for p in site_pages() if p in {"book/index.html", "book/ledger.html", "book/data/index.html",
                                         "notebooks/02_metric.html", "search.html"}]


@pytest.mark.parametrize("file", WIDE)
def test_page_on_a_desk_as_it_opens(browser, address, html, file):
    with visit(browser, address, file, DESK) as seen:
        both_schemes(seen)
    report(seen, file)


CHAPTER = "notebooks/02_metric.html"


@pytest.mark.parametrize(("opens", "shown"), [("__navigation", ".sidebar-tree"), ("__toc", ".toc-tree")])
def test_drawers_on_a_phone(browser, address, html, opens, shown):
    with visit(browser, address, CHAPTER, PHONE) as seen:
        seen.page.click(f"header label[for={opens}]")
        seen.page.wait_for_function("s => { const box = document.querySelector(s).getBoundingClientRect(); "
                                    "return box.left < innerWidth && box.right > 0; }", arg=shown)
        both_schemes(seen, " with a drawer open")
    report(seen, CHAPTER)


def test_results_of_a_search(browser, address, html):
    with visit(browser, address, "search.html?q=metric", PHONE) as seen:
        seen.page.wait_for_selector("#search-results li a")
        seen.check("overflow")
        both_schemes(seen, " with results")
    report(seen, "search.html?q=metric")
