"""The landing page's words: a lead that is true of any counts, sides by name, links into the ledger."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from book.build.answer import answer_block, chart_sentence, sides_block, sides_of, writeups_block
from emergence_utils.errors import InputError
from emergence_utils.report import ledger

SOURCES = {f"S{i}": {"author": f"A{i}", "title": f"T{i}", "date": "2023", "venue": "V"} for i in range(5)}


def claim(number, verdict, said_by=("S0",)):
    result = {"verdict": verdict, "because": "", "rule": "", "estimate": 1.0, "interval": None, "level": None,
              "unit": "", "n": 1, "status": "ok", "notes": [], "anchor": ""}
    return {"id": f"C{number}", "group": "g", "said_by": list(said_by), "claim": "c", "test": "t",
            "chapter": "01_definition", "result": result}


def made(holds=0, limits=0, fails=0, open_=0, facts=0):
    verdicts = (["holds"] * holds + ["holds with limits"] * limits + ["fails"] * fails + ["open"] * open_
                + ["fact"] * facts)
    return {"claims": [claim(i, v) for i, v in enumerate(verdicts, 1)], "sources": SOURCES}


@pytest.mark.parametrize(("counts", "lead"), [
    ({"holds": 4, "limits": 20, "fails": 4, "open_": 36}, "Most of the debate cannot be settled on"),
    ({"holds": 5, "limits": 1, "fails": 1, "open_": 1}, "Most of what was said holds."),
    ({"holds": 1, "limits": 4, "fails": 1, "open_": 1}, "Most of what was said holds, but much of it"),
    ({"holds": 1, "fails": 4}, "Most of what was said fails."),
    ({"holds": 2, "fails": 2}, "Published numbers give neither side the last word."),
    ({"limits": 1, "fails": 1, "open_": 2}, "Published numbers give neither side the last word."),
])
def test_the_lead_is_that_of_the_counts(counts, lead):
    assert answer_block(made(**counts)).startswith(f'<p class="em-thesis"><strong>{lead}')


def test_the_sentence_counts_scored_claims_and_no_facts():
    text = answer_block(made(holds=1, limits=2, fails=1, open_=3, facts=9))
    assert "Of 7 claims that numbers can test, " in text
    assert "1 holds, 2 hold with limits, 1 fails and 3 stay" in text
    assert answer_block(made(facts=2)) == '<p class="em-thesis">No claim has been scored yet.</p>\n'


def test_the_books_own_sentence_agrees_with_its_ledger():
    claims = [c["result"]["verdict"] if c["result"] else "open" for c in ledger(".")["claims"]]
    scored = [v for v in claims if v in ("holds", "holds with limits", "fails", "open")]
    said = answer_block(ledger("."))
    assert f"Of {len(scored)} claims" in said and f"{scored.count('open')} stay open" in said


@pytest.mark.parametrize(("ends", "words"), [
    (("Sudden", "Gradual"), "leap or climb step by step"), (("Sudden", "Sudden"), "whichever way"),
    (("Cannot tell", "Gradual"), "cannot be told"), (("Sudden (7B), cannot tell (13B)", "Sudden"), "cannot"),
])
def test_the_chart_is_announced_by_what_it_shows(ends, words):
    assert words in chart_sentence(*ends)


def test_sides_count_their_claims_and_link_to_them():
    book = ledger(".")
    writeups = {key: {"name": f"Text {key}"} for key in book["sources"]}
    text = sides_block(book, writeups)
    links = re.findall(r'href="(ledger\.html[^"]*)">(\d+) ', text)
    assert len(links) > 8
    for link, count in links:
        asked = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
        keys, verdict = asked["by"][0].split(","), asked["verdict"][0].replace("-", " ")
        assert int(count) == sum(bool(set(keys) & set(c["said_by"])) and verdict == (
            c["result"]["verdict"] if c["result"] else "open") for c in book["claims"])
    for side in sides_of(book):
        assert f"<h3>{side.name}</h3>" in text and f"`{side.paper}`" in text
    neither = set(book["sources"]) - {k for side in sides_of(book) for k in side.sources}
    assert all(f"writeups/{k.lower()}.md" in text.split("On neither side")[1] for k in neither)


def test_a_source_that_is_not_there_is_named():
    side = {"name": "One", "says": "It is so.", "paper": "key", "sources": ["S0"]}
    with pytest.raises(InputError, match="side 1 names the unknown source 'S0'; the ledger has S1"):
        sides_block({"claims": [], "sources": {"S1": SOURCES["S1"]}, "sides": [side]}, {})
    with pytest.raises(InputError, match="side 1 lacks the key 'paper'"):
        sides_of({"sources": {}, "sides": [{"name": "One", "says": "It is so."}]})


def test_a_ledger_without_sides_shows_none():
    assert sides_block({"claims": [], "sources": {}}, {}) == ""


def test_write_ups_are_listed_with_their_pages():
    assert writeups_block({"S0": {"name": "A *text*"}}) == "- [A \\*text\\*](writeups/s0.md)\n"
