"""The pages of the write-ups: what they say, in our words, and our answers."""

import json
import os
import re
from pathlib import Path

import pytest

from book.build import writeups
from emergence_utils.errors import InputError
from emergence_utils.report import ledger

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
LEDGER = ledger()
WRITEUPS = json.loads((BOOK / "writeups.json").read_text(encoding="utf-8"))
#: The write-ups' own texts are not part of the book; where a copy is at hand, ours are compared with it.
TEXTS = Path(os.environ.get("WRITEUP_TEXTS", ROOT.parent / "shared" / "seeds"))
SHINGLE = 6


def result(**changes):
    return {"verdict": "fails", "because": "It did on 3 of 84.", "rule": "above 0.2", "estimate": 0.0357,
            "interval": [0.01, 0.1], "level": 0.95, "unit": "of tasks", "n": 84, "status": "ok", "notes": [],
            "anchor": "verdict-c1", "fmt": ".2f"} | changes


def claim(number, outcome=None, said_by=("S0",), chapter="01_toy"):
    return {"id": f"C{number}", "group": "Toys", "said_by": list(said_by), "claim": f"Claim {number}.",
            "test": "A test.", "chapter": chapter, "result": outcome}


def ledger(*claims):
    source = {"author": "A. Author", "title": "A title", "date": "2023-05", "venue": "A blog"}
    return {"claims": list(claims), "sources": {"S0": source}}


def writeup(*statements, **changes):
    return {"S0": {"name": "Author: a title", "citation": "author2023", "summary": "It argues.",
                   "statements": list(statements)} | changes}


def statement(claims, **more):
    return {"title": "A point", "says": "So it is.", "claims": claims} | more


def words(text):
    return re.findall(r"\w+", text.lower())


def shingles(text):
    found = words(text)
    return {tuple(found[i:i + SHINGLE]) for i in range(len(found) - SHINGLE + 1)}


# ---- pages of a toy


def test_a_page_shows_statement_verdict_reason_and_link():
    pages = writeups.writeup_pages(writeup(statement(["C1"])), ledger(claim(1, result())), {"01_toy"})
    page = pages["s0.md"]
    for text in ("(s0)=\n# Author: a title", "A. Author: A title, A blog, 2023-05. {cite}`author2023`",
                 "(s0-1)=\n## 1. A point", ":::{container} em-says\nSo it is.\n:::",
                 "{.em-answers}\n- [C1](#c1) [fails]{.em-badge .em-fails} It did on 3 of 84.",
                 '<a href="../ledger.html?by=S0&amp;verdict=fails#em-filter"><strong>1</strong> fails</a>'):
        assert text in page
    assert "above 0.2" not in page  # the rule stands on the claim's page
    assert list(pages) == ["index.md", "s0.md"]


def test_an_undecided_claim_is_open_and_links_to_a_chapter_only_if_there_is_one():
    book = ledger(claim(1))
    assert "[open]{.em-badge .em-open}" in writeups.writeup_pages(writeup(statement(["C1"])), book)["s0.md"]
    assert "notebooks" not in writeups.writeup_pages(writeup(statement(["C1"])), book)["s0.md"]
    known = writeups.writeup_pages(writeup(statement(["C1"])), book, {"01_toy"})["s0.md"]
    assert "[](../../notebooks/01_toy.ipynb)" in known


def test_a_claim_made_twice_is_answered_once_and_counted_once():
    twice = writeup(statement(["C1"]), statement(["C1"]))
    page = writeups.writeup_pages(twice, ledger(claim(1, result())))["s0.md"]
    assert page.count("It did on 3 of 84.") == 1
    assert "- [C1](#c1) *fails*, as at [statement 1](#s0-1)." in page
    assert "1 claims: 1 decided by numbers, 0 open." in page


def test_a_remark_is_shown_and_may_stand_instead_of_a_claim():
    page = writeups.writeup_pages(writeup(statement([], remark="A stance."), statement(["C1"])),
                                  ledger(claim(1)))["s0.md"]
    assert "**Remark.** A stance." in page


def test_the_index_links_every_page_and_repeats_its_score():
    one = writeup(statement(["C1"]), citation=None)
    index = writeups.writeup_pages(one, ledger(claim(1, result())))["index.md"]
    assert "## [Author: a title](s0.md)" in index
    assert "<strong>1</strong> fails" in index
    assert "{cite}" not in index


@pytest.mark.parametrize(("changed", "message"), [
    (writeup(statement(["C1", "C9"])),
     "S0, statement 1 names the unknown claim 'C9'; the ledger has C1 to C2."),
    (writeup(statement(["C1"])), "S0: no statement makes claim C2, which the ledger ascribes to it."),
    (writeup(statement(["C1", "C2"]), statement([])), "S0, statement 2 has neither a claim nor a remark"),
    (writeup(statement(["C1", "C2"], note="x")), "S0, statement 1 has an unknown key 'note'"),
    ({"S7": {}}, "unknown source 'S7'; the ledger has S0."),
    ({"S0": {"name": "x"}}, "book/writeups.json, S0 lacks the key 'citation'."),
    ([], "book/writeups.json must be an object; it is list."),
])
def test_a_faulty_file_is_refused_in_one_clear_sentence(changed, message):
    with pytest.raises(InputError) as error:
        writeups.writeup_pages(changed, ledger(claim(1), claim(2)))
    assert message in str(error.value)
    assert str(error.value).count(". ") == 0


# ---- the book's own file


def test_every_source_has_a_page_and_its_citation_exists():
    assert list(WRITEUPS) == list(LEDGER["sources"])
    keys = set(re.findall(r"^@\w+\{(\w+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.M))
    cited = {item["citation"] for item in WRITEUPS.values()} - {None}
    assert cited and cited <= keys


@pytest.mark.parametrize("key", WRITEUPS)
def test_every_claim_of_a_source_is_on_its_page(key):
    page = writeups.writeup_pages(WRITEUPS, LEDGER)[f"{key.lower()}.md"]
    said = {c["id"] for c in LEDGER["claims"] if key in c["said_by"]}
    assert said <= set(re.findall(r"^- \[(C\d+)\]\(#c\d+\)", page, re.M))


@pytest.mark.parametrize("key", WRITEUPS)
def test_statements_are_sentences_and_titles_differ(key):
    statements = WRITEUPS[key]["statements"]
    assert len({s["title"] for s in statements}) == len(statements)
    for text in (t for s in statements for t in (s["says"], s.get("remark", "A."))):
        assert text[0].isupper() or text[0].isdigit(), text
        assert text.endswith((".", "?")) and "  " not in text and "\n" not in text, text


def test_shingles_are_runs_of_six_words():
    assert shingles("One two, three; four five six. Seven") == {
        ("one", "two", "three", "four", "five", "six"), ("two", "three", "four", "five", "six", "seven")}


def test_the_words_are_our_own():
    """No run of six words stands in a write-up as well as in the book's account of it."""
    originals = sorted(TEXTS.glob("*.txt"))
    if not originals:
        pytest.skip("the write-ups' own texts are not here; set WRITEUP_TEXTS to a folder of .txt files")
    theirs = set().union(*(shingles(p.read_text(encoding="utf-8", errors="replace")) for p in originals))
    ours = [text for item in WRITEUPS.values() for text in (item["name"], item["summary"], *(
        s[k] for s in item["statements"] for k in ("title", "says", "remark") if k in s))]
    shared = {" ".join(run) for text in ours for run in shingles(text) & theirs}
    assert shared == set()
