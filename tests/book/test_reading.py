"""Aids to reading: the line below a title, how to cite, and linked terms."""

import re
import sys
from datetime import date
from pathlib import Path

import pytest

from book.build.citing import Citation, Work, cite_html

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _extensions(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "book" / "_ext"), *sys.path])


@pytest.fixture
def reading():
    return pytest.importorskip("reading")


@pytest.fixture
def terms():
    return pytest.importorskip("terms")


KNOWN = {"claims": 3, "decided": 1, "chapter": "02_x", "tables": {"gpt3": "GPT-3 & more"},
         "run": date(2025, 1, 2), "launch": [("Colab", "https://example.org/?a=1&b=2")]}


def test_the_line_below_a_title_tells_all_that_is_known(reading):
    html = reading.strip_html(7, **KNOWN)
    for part in ("7 min read", '<a href="../book/ledger.html?chapter=02_x#em-filter">3 claims, 1 decided</a>',
                 '<time datetime="2025-01-02">2 January 2025</time>', 'aria-label="gpt3: GPT-3 &amp; more"',
                 '<span class="em-launch"><a href="https://example.org/?a=1&amp;b=2">Colab</a></span>'):
        assert part in html


@pytest.mark.parametrize(("gone", "word"), [
    ({"claims": 0}, "claim"), ({"run": None}, "Last run"), ({"tables": {}}, "Tables"),
    ({"launch": []}, "Run it"),
])
def test_the_line_leaves_out_what_is_not_known(reading, gone, word):
    assert word not in reading.strip_html(7, **KNOWN | gone)


def test_a_chapter_leads_to_every_curve_of_its_score_tables_below_its_first_explorer(reading):
    line = reading.every_curve({"gpt3": "GPT-3 & more, eight sizes", "gpt3_items": "no scores"})
    assert 'href="../book/explore.html?source=gpt3">GPT-3 &amp; more</a>.</p>' in line
    both = reading.every_curve({"gpt3": "Models: one table", "bigg": "Models: another"})
    assert ">Models: one table</a>; " in both or ">Models: another</a>; " in both  # never one name twice
    assert "gpt3_items" not in line and reading.every_curve({"gpt3_items": "no scores"}) == ""
    figure = '<figure class="em-figure em-explorer">x</figure>'
    assert reading.with_curves(f"<section>{figure}{figure}</section>", line).startswith(
        f"<section>{figure}{line}{figure}")
    assert reading.with_curves("<section>text</section>", line) == f"<section>text{line}</section>"


def test_links_of_an_exercise_page_go_up_one_folder_more(reading):
    strip = reading.strip_html(7, **KNOWN | {"chapter": "exercises/01_toy"})
    assert 'href="../../_sources/notebooks/exercises/01_toy.ipynb"' in strip
    assert 'href="../book' not in strip
    assert 'href="../../book/explore.html' in reading.every_curve({"gpt3": "GPT-3"}, "exercises/01_toy")


def test_one_claim_is_one_claim(reading):
    assert "1 claim, 1 decided" in reading.strip_html(7, **KNOWN | {"claims": 1})


def test_citation_is_shown_as_text_and_as_bibtex_that_can_be_copied():
    html = cite_html(Citation(Work("A & B", "1", ("Doe, Jane",)), url="https://example.org/"), "book")
    assert "<summary>How to cite this book</summary>" in html
    assert 'A &amp; B, version 1. <a href="https://example.org/">https://example.org/</a>' in html
    assert re.search(r'<div class="highlight"><pre>@misc\{a-b,\n', html), "sphinx-copybutton looks for this"


def doc(*children):
    from docutils.utils import new_document
    made = new_document("page")
    made += list(children)
    return made


def test_words_are_counted_outside_code_and_figures_inside_outputs(reading):
    from docutils import nodes
    hidden = nodes.container("", nodes.paragraph("", "a solution"), classes=["tag_hide-cell"])
    raw = "<figure class='em-figure'><svg/><figcaption>two words</figcaption></figure><table>x</table>"
    page = doc(nodes.paragraph("", "three plain words"), nodes.literal_block("", "code = 1"), hidden,
               nodes.raw("", raw, format="html"))
    assert reading.words_and_figures(page) == (5, 1)


def test_a_solution_is_labelled_and_loses_its_marks(reading):
    cell = ('<div class="cell tag_solution"><summary><p>Show code cell content</p>'
            '<p>Hide code cell content</p></summary><span class="n">x</span>\n'
            '<span class="c1">### BEGIN SOLUTION</span>\n<span class="n">y</span></details>')
    label = reading._solution(re.match("(?s).*", cell))
    assert "Show the solution<" in label and "Hide the solution<" in label
    assert '<span class="n">x</span>\n<span class="n">y</span>' in label


# ---- terms


@pytest.mark.parametrize(("term", "form"), [
    ("kink", "kinks"), ("kink", "Kink"), ("emergent ability", "Emergent abilities"), ("tokens", "token"),
    ("FLOPs", "FLOP"), ("BLEU", "BLEU"), ("onset", "onsets"),
])
def test_a_term_is_known_in_singular_plural_and_at_the_start_of_a_sentence(terms, term, form):
    assert form in terms.spellings(term)


@pytest.mark.parametrize(("term", "form"), [("breakthroughness", "breakthroughnes"), ("pass@k", "pass@ks"),
                                            ("BLEU", "bleu")])
def test_a_term_has_no_odd_forms(terms, term, form):
    assert form not in terms.spellings(term)


FORMS = {"metric": "metric", "soft metric": "soft metric", "soft metrics": "soft metric", "kink": "kink"}


@pytest.mark.parametrize(("text", "found"), [
    ("A soft metric and a metric", ["soft metric", "metric"]),
    ("kink, kink, kink", ["kink"]),
    ("kinky kink-like un-kink metrical", []),
    ("no term", []),
])
def test_first_uses_are_found_longest_term_first_and_whole_words_only(terms, text, found):
    pieces = terms.split_at_terms(text, FORMS, set())
    assert [term for _, term in pieces if term] == found
    assert "".join(words for words, _ in pieces) == text


def test_what_was_linked_before_is_left_alone(terms):
    assert terms.split_at_terms("a kink", FORMS, {"kink"}) == [("a kink", None)]


def test_terms_are_linked_in_prose_only(terms):
    from docutils import nodes
    places = {"prose": True, "title": False, "link": False, "code": False, "cell of a table": False,
              "bold": False, "list": True}
    text = {name: nodes.Text("kink") for name in places}
    made = doc(nodes.paragraph("", "", text["prose"]), nodes.section("", nodes.title("", "", text["title"])),
               nodes.paragraph("", "", nodes.reference("", "", text["link"])),
               nodes.paragraph("", "", nodes.literal("", "", text["code"])),
               nodes.table("", nodes.entry("", nodes.paragraph("", "", text["cell of a table"]))),
               nodes.paragraph("", "", nodes.strong("", "", text["bold"])),
               nodes.bullet_list("", nodes.list_item("", nodes.paragraph("", "", text["list"]))))
    assert made.children
    assert {name: terms._is_prose(node) for name, node in text.items()} == places


def test_common_terms_are_terms_of_the_glossary(terms):
    glossary = (ROOT / "book/glossary.md").read_text(encoding="utf-8")
    assert [t for t in terms.COMMON if f"\n{t}\n" not in glossary] == []
