"""A claim in words, as a figure, on its page and in files; what the search looks through."""

import csv
import io
import json
import math
import re
import sys
from html import unescape
from pathlib import Path

import pytest

from book.build import cards
from book.build.cards import draw_claim
from book.build.claim_figure import axis_of, claim_figure, tiny_figure
from book.build.claim_words import cut, first_part, number_words, parts_of, short_number, title_of
from book.build.claims import claim_card, claim_cards, claim_pages, claims_csv, claims_json, ledger_page
from book.build.claims_index import claims_script, read_synonyms
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.report import VERDICTS, ledger

ROOT = Path(__file__).parents[2]
LEDGER = ledger()
CLAIMS = {c["id"]: c for c in LEDGER["claims"]}
SHARE = {"above": 0.5, "of": "the share of ladders"}
SPAN = "Anything from 31 % to 86 % fits the data (95 % interval)."


def result(**changes):
    return {"verdict": "open", "because": "it does on 5 of 8", "rule": "above 0.5", "estimate": 0.625,
            "interval": [0.31, 0.86], "level": 0.95, "unit": "of ladders rise", "n": 8, "counted": "ladders",
            "status": "ok", "notes": [], "anchor": "verdict-c1", "fmt": ".2f", "strength": 0.45,
            "answers": {}, "numbers": {}, "clusters": None, "clustered_by": ""} | changes


def claim(outcome=None, number=1, **changes):
    return {"id": f"C{number}", "group": "Toys", "said_by": ["S0"], "claim": f"Claim {number}.",
            "test": "A test.", "chapter": "01_toy", "rule": SHARE, "result": outcome} | changes


def book(*claims):
    source = {"author": "A. Author", "title": "A title", "date": "2023-05", "venue": "A blog"}
    return {"claims": list(claims), "sources": {"S0": source}}


# ---- in words


@pytest.mark.parametrize(("changes", "rule", "words"), [
    ({}, SHARE, f"62 % of ladders rise: 5 of 8 ladders. {SPAN}"),
    ({"n": 12, "notes": ["4 of 12 cannot tell; the interval counts them both ways"]}, SHARE,
     f"62 % of ladders rise: 5 of the 8 that can tell; 12 ladders in all. {SPAN}"),
    ({"n": 9}, SHARE, f"62 % of ladders rise. {SPAN} It rests on 9 ladders."),
    ({"clusters": 3, "clustered_by": "family", "because": "hardly"}, SHARE,
     f"62 % of ladders rise. {SPAN} It rests on 8 ladders from 3 families."),
    ({"estimate": 3.0, "interval": None, "unit": "ladders rise", "fmt": ".0f"},
     {"at_least": 1, "of": "ladders that rise"}, "3 of 8 ladders rise."),
    ({"estimate": 0.5, "unit": "rank correlation of a with b"}, {"above": 0, "of": "the rank correlation"},
     "Rank correlation of a with b: 0.50. Anything from 0.31 to 0.86 fits the data (95 % interval). It rests "
     "on 8 ladders. A rank correlation is 0 where two orders have nothing in common, 1 where they are the "
     "same."),
    ({"estimate": -54, "interval": None, "unit": "times the compute", "fmt": ".0f"},
     {"below": 10, "of": "the compute"}, "\N{MINUS SIGN}54 times the compute. It rests on 8 ladders."),
    ({"estimate": "nan", "interval": None}, SHARE, "It could not be counted."),
    ({"estimate": None, "interval": None}, {"open": "nothing"}, ""),
])
def test_a_number_is_told_in_sentences(changes, rule, words):
    assert number_words(claim(result(**changes), rule=rule)) == words


@pytest.mark.parametrize(("key", "told"), [
    ("C1", "14 of 41 ladders show it"), ("C66", "30 of the 30 that can tell; 88 ladders in all"),
    ("C9", "Anything from \N{MINUS SIGN}0.05 to 0.53 fits the data"), ("C77", "3 of 3 abilities."),
])
def test_numbers_of_the_book_are_told(key, told):
    assert told in number_words(CLAIMS[key])


def test_every_so_many_of_so_many_is_the_records_own_share():
    for c in CLAIMS.values():
        told = re.search(r"(\d+) of (?:the )?(\d+)\b", number_words(c))
        if told:
            k, n = int(told[1]), int(told[2])
            assert c["result"]["estimate"] in (k, float(f"{k / n:.4g}")), c["id"]


def test_a_long_claim_is_cut_after_a_clause_and_a_short_one_is_its_own_title():
    assert cut("One thing is so, while another thing is not so at all.", 30) == "One thing is so …"
    assert title_of(claim()) == "C1: Claim 1"
    assert not any("…" in title_of(c) for c in CLAIMS.values())


def test_a_list_has_room_for_a_short_number():
    assert short_number(claim(result())) == "5 of 8"
    assert short_number(claim(result(n=9))) == "62 % (31 % to 86 %)"
    assert short_number(CLAIMS["C9"]) == "0.26 (\N{MINUS SIGN}0.05 to 0.53)"
    assert short_number(CLAIMS["C14"]) == ""


def test_the_short_number_is_that_of_the_condition_in_the_little_picture():
    for key, each in CLAIMS.items():
        part, told = first_part(each), short_number(each)
        if part is not None and told and not math.isnan(part.estimate) and (
                each["result"]["estimate"] != part.estimate):
            assert told.startswith(part.value(part.estimate)), key


def test_parts_follow_the_rule_and_keep_their_answers():
    assert [(p.name, p.answer) for p in parts_of(CLAIMS["C1"])] == [
        ("someone shows it", "met"), ("patterns last", "refuted")]
    assert [p.answer for p in parts_of(claim(result()))] == ["cannot tell"]
    assert [p.answer for p in parts_of(claim(result(verdict="fails")))] == ["refuted"]
    assert parts_of(CLAIMS["C14"]) == []
    assert "which is not enough to decide" in parts_of(CLAIMS["C53"])[0].say()
    assert parts_of(CLAIMS["C1"])[1].sides() == ("for the claim", "limits it")


@pytest.mark.parametrize("key", CLAIMS)
def test_the_part_that_stands_for_a_claim_explains_its_verdict(key):
    part = first_part(CLAIMS[key])
    wanted = {"holds": "met", "holds with limits": "met", "fails": "refuted", "open": "cannot tell"}
    if part:
        assert part.answer == wanted[CLAIMS[key]["result"]["verdict"]]


# ---- as a figure


@pytest.mark.parametrize("key", CLAIMS)
def test_a_figure_shows_every_condition_with_its_number_n_and_groups(key):
    html, parts = unescape(claim_figure(CLAIMS[key])), parts_of(CLAIMS[key])
    assert bool(html) == bool(parts)
    for part in parts:
        if part.name:
            assert html.count(f">{part.name}</text>") == 1
        assert part.sample() in html
    assert not re.search(r"#[0-9a-f]{3,6}\b|nan|\binf\b", html)
    assert "\n\n" not in html, "else Markdown would end the block"
    if parts:
        alt = re.search(r'aria-label="([^"]+)"', html)[1]
        assert all(p.answer in alt for p in parts)


@pytest.mark.parametrize("key", CLAIMS)
def test_the_line_holds_number_and_interval_and_leaves_room_beside_a_limit(key):
    for part in parts_of(CLAIMS[key]):
        if part.condition.kind in ("above", "below", "inside"):
            first, last = axis_of(part)
            limits = part.condition.limit if part.condition.kind == "inside" else [part.condition.limit]
            for value in (part.estimate, *(part.interval or ())):
                assert first <= value <= last
            assert all(0.2 < (v - first) / (last - first) < 0.8 for v in limits)


def test_a_test_that_gives_a_word_has_no_number_line():
    answer = {"answer": "sharp", "refuted": "gradual", "of": "the test of jumps"}
    one = claim(result(estimate=None, interval=None), rule=answer)
    with pytest.raises(InputError, match="has no limit on a number line, its kind is 'answer'"):
        axis_of(parts_of(one)[0])
    assert ">sharp</text>" in claim_figure(one) and ">gradual</text>" in claim_figure(one)


def test_an_interval_without_an_end_runs_to_the_edge():
    html = claim_figure(claim(result(interval=[0.3, "inf"])))
    assert 'x2="98.0%"' in html and "no bound" in html


def test_a_tiny_figure_is_an_ornament():
    assert 'aria-hidden="true"' in tiny_figure(claim(result()))
    assert tiny_figure(claim()) == "" and tiny_figure(CLAIMS["C14"]) == ""


# ---- pages


def test_a_page_tells_sentence_source_verdict_number_rule_code_and_statement():
    writeups = {"S0": {"name": "An essay", "citation": None, "summary": "It argues.", "statements": [
        {"title": "A point", "says": "So it is.", "claims": ["C1"]}]}}
    pages = claim_pages(book(claim(result(limit="on one test", verdict="holds with limits"))), {"01_toy"},
                        {"C1": [("Decides at", "holds at 2 < x"), ("Empty", "")]}, writeups)
    page = pages["c1.md"]
    for text in ("(c1)=\n# C1: Claim 1\n",
                 "Said by [A. Author (2023)](#s0); decided in [](../../notebooks/01_toy.ipynb)",
                 "[holds with limits]{.em-badge .em-limits} It does on 5 of 8. *Limit:* On one test.",
                 '<figure class="em-claim-figure">', "## The number\n\n62 % of ladders rise: 5 of 8 ladders.",
                 "Rule\n: above 0.5", "Strength\n: 0.5 margins of error",
                 '<a href="../../notebooks/01_toy.html#verdict-c1">the cell that decides C1</a>',
                 "Decides at\n: holds at 2 \\< x", "[More on both](#rules-err)",
                 "- [An essay, statement 1: A point](#s0-1)"):
        assert text in page
    assert "Empty" not in page and "em-cite" not in page


def test_a_claim_without_result_is_open_and_links_to_no_missing_chapter():
    page = claim_pages(book(claim(claim="p_1 * p_2 < $5 [x]")))["c1.md"]
    assert "[open]{.em-badge .em-open} There is no number yet." in page
    assert r"p\_1 \* p\_2 \< \$5 \[x\]" in page
    assert "notebooks" not in page and "<figure" not in page and "(#source-s0)" in page


def test_a_page_says_its_claim_once_and_whole():
    long = ("One thing is said to be so by everyone who has looked at it closely, while another thing is not "
            "so at all at any time.")
    page = claim_pages(book(claim(claim=long)))["c1.md"]
    assert page.count("One thing") == 1 and f"# C1: {long.rstrip('.')}\n" in page


def test_a_page_names_the_paper_of_the_side_that_says_it():
    pages = claim_pages(LEDGER)
    assert "The paper behind it: {cite:t}`wei2022emergent` for the side" in pages["c1.md"]
    assert "schaeffer2023mirage" in pages["c9.md"]
    alone = next(c["id"] for c in CLAIMS.values() if c["said_by"] == ["S1"])
    assert "The paper behind it" not in pages[f"{alone.lower()}.md"], "a source on neither side has none"


def test_a_difference_names_both_of_its_samples():
    first, second = parts_of(CLAIMS["C2"])
    assert first.sample() == "13 ladders"
    assert second.sample() == "13 ladders; on smooth ladders 26 of 66, picked in the same way"


def test_pages_of_the_book_say_how_to_cite_them():
    page = claim_pages(LEDGER, root=ROOT)["c9.md"]
    assert "<summary>How to cite this claim</summary>" in page
    assert "Claim C9: All-or-nothing metrics" in page
    assert re.search(r"@incollection\{claim-c9-[a-z0-9-]+,", page)
    box = unescape(page[page.index("em-cite"):])
    assert "…" not in box and box.count(title_of(CLAIMS["C9"])) == 2, "the title is whole in both forms"
    assert re.search(r"version 0\.\d\.\d, fourth edition, \d+ \w+ 20\d\d\.", box)


def test_the_ledger_is_a_list_whose_rows_keep_the_old_anchors():
    page = ledger_page(LEDGER)
    assert re.findall(r'<li id="(c\d+)"', page) == [k.lower() for k in CLAIMS]
    for c in CLAIMS.values():
        verdict = c["result"]["verdict"]
        row = re.search(rf'<li id="{c["id"].lower()}".*</li>', page)[0]
        assert f'href="claims/{c["id"].lower()}.html"' in row
        assert f'data-by="{" ".join(c["said_by"])}"' in row
        said = f"fact: {c['result']['limit']}" if verdict == "fact" and c["result"]["limit"] else verdict
        assert f'<span class="em-badge {VERDICTS[verdict]}">{said}</span>' in row


NEEDS = {"from": "owners", "what": "More items."}


def test_an_open_claim_says_what_would_decide_it_and_whom_it_waits_for():
    pages = claim_pages(book(claim(result(), needs=NEEDS), claim(result(verdict="holds"), 2, needs=NEEDS)))
    assert "Would decide it\n: More items. It waits for numbers that exist" in pages["c1.md"]
    assert "Would decide it" not in pages["c2.md"], "it is decided"
    made = [claim(result(), n, needs=NEEDS) for n in (1, 2)]
    made.append(claim(result(), 3, needs={"from": "laptop", "what": "More runs."}))
    ledger_text = ledger_page(book(*made, claim(result(verdict="fails"), 4, needs=NEEDS)))
    many, one = re.findall(r"- \*\*(\d)\*\* (.*)", ledger_text)
    assert many[0] == "2" and "numbers that exist" in many[1] and "C4" not in many[1]
    assert one == ("1", 'for work that a reader with a laptop could do: <a href="claims/c3.html">C3</a>.')
    assert "wait for" not in ledger_page(book(claim(result())))


@pytest.mark.parametrize(("needs", "message"), [
    ({"from": "somebody", "what": "More."}, "needs come from 'somebody'; accepted: owners, models"),
    ({"from": "owners"}, "needs of claim C1 lacks the key 'what'"),
    ("more items", "needs of claim C1 must be an object; it is str"),
])
def test_needs_that_name_nobody_are_refused(needs, message):
    with pytest.raises(InputError, match=message):
        ledger_page(book(claim(result(), needs=needs)))


# ---- files and previews


def test_files_hold_every_claim_with_its_result():
    rows = list(csv.DictReader(io.StringIO(claims_csv(LEDGER))))
    data = json.loads(claims_json(LEDGER))
    assert [r["id"] for r in rows] == [c["id"] for c in data["claims"]] == list(CLAIMS)
    nine, same = rows[8], data["claims"][8]
    record = CLAIMS["C9"]["result"]
    assert float(nine["low"]) == same["low"] == record["interval"][0]
    assert nine["said_by"] == "S0; S1; S2; S3" and same["said_by"] == CLAIMS["C9"]["said_by"]
    assert same["conditions"] == record["numbers"] and same["answers"] == record["answers"]
    assert set(data["sources"]) == set(LEDGER["sources"])


def test_a_preview_names_claim_verdict_and_our_line():
    card = claim_card(claim(result()), book()["sources"])
    assert (card.docname, card.title, card.counts) == ("book/claims/c1", "Claim 1", {"open": 1})
    assert (card.subtitle, card.line) == ("Claim C1 · A. Author", "It does on 5 of 8.")
    assert card.description == "Verdict: open. It does on 5 of 8. Claim 1."
    assert claim_cards(LEDGER)[8].subtitle == "Claim C9 · Jason Wei and 3 others"
    assert len(claim_cards(LEDGER)) == len(CLAIMS)


def test_the_picture_of_a_claim_is_drawn_once(tmp_path, monkeypatch):
    card = claim_cards(LEDGER)[8]
    card.write(tmp_path / "out", tmp_path / "cache")
    data = (tmp_path / "out/claim-c9.png").read_bytes()
    assert data.startswith(b"\x89PNG") and len(data) < 60_000
    monkeypatch.setattr(cards, "draw_claim", None)
    card.write(tmp_path / "again", tmp_path / "cache")
    assert (tmp_path / "again/claim-c9.png").read_bytes() == data
    with pytest.raises(UnknownNameError, match="maybe"):
        draw_claim("T", "maybe", "x")


# ---- the search and the bar


def test_what_is_searched_becomes_a_script_that_cannot_end_its_tag():
    both = book(claim(claim="So </script>."), claim(result(), 2))
    script = claims_script(both, [{"title": "1. A"}], [["a", "b"]])
    assert script.startswith('window.emSearch = {"claims":[{"id":"C1","href":"book/claims/c1.html"')
    assert "<" not in script and "\\u003c/script>" in script
    data = json.loads(script.removeprefix("window.emSearch = ").rstrip(";\n"))
    assert data["claims"][1]["why"] == "It does on 5 of 8."
    assert data["claims"][1]["more"] == "Toys A. Author A test."
    assert (data["chapters"], data["synonyms"]) == ([{"title": "1. A"}], [["a", "b"]])


@pytest.mark.parametrize(("text", "message"), [
    (None, "book/synonyms.yml is not there"), ("synonyms: [", "is not valid YAML"),
    ("synonyms: [[a]]", "group 1 must be a list of two words or more; it is ['a']."),
    ("synonyms: [[a, true]]", "group 1 must be"), ("words: []", "lacks the key 'synonyms'"),
])
def test_faulty_synonyms_are_refused(tmp_path, text, message):
    if text:
        (tmp_path / "book").mkdir()
        (tmp_path / "book" / "synonyms.yml").write_text(text)
    with pytest.raises(InputError, match=re.escape(message)):
        read_synonyms(tmp_path)


def test_the_books_synonyms_know_the_debate_and_repeat_no_word():
    words = [w.lower() for group in read_synonyms(ROOT) for w in group]
    assert {"mirage", "grokking", "phase transition", "cot", "inverse scaling"} <= set(words)
    assert len(words) == len(set(words))


@pytest.fixture
def aids(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "book" / "_ext"), *sys.path])
    return pytest.importorskip("claim_pages")


def test_the_bar_offers_sources_verdicts_and_chapters(aids):
    html = aids.filter_html({"holds": 2, "open": 1}, {"S0": "A & B"}, {"01_a": "1. A <b>"})
    for part in ('<option value="S0">A &amp; B</option>', '<option value="holds">holds (2)</option>',
                 '<option value="fails">fails (0)</option>', '<option value="holds-with-limits">',
                 '<option value="01_a">1. A &lt;b&gt;</option>', '<span role="status">3 of 3 shown</span>'):
        assert part in html
    assert 'value="fact"' not in html
    assert "em-js-only" in html, "without scripts a filter would do nothing"


def test_a_chapters_question_is_plain_text(aids, tmp_path):
    source = ("# T\n\n**The question.** Is a {term}`soft metric <metric>` *better* {cite}`wei2022`, as\n"
              "[told](#c1) of {term}`BLEU`?\n\nMore.")
    path = tmp_path / "01_a.ipynb"
    path.write_text(json.dumps({"cells": [{"source": source}]}))
    assert aids.chapter_question(path) == "Is a soft metric better, as told of BLEU?"
    for chapter in (ROOT / "notebooks").glob("*.ipynb"):
        assert not re.search(r"[{}`*]", aids.chapter_question(chapter)) and aids.chapter_question(chapter)


def test_on_the_page_of_a_claim_the_navigation_stands_at_the_ledger(aids):
    item = '<li class="toctree-l1"><a class="reference internal" href="../{}.html">X</a></li>'
    here, other = map(item.format, ("ledger", "changed"))
    assert aids.under_ledger(here + other) == here.replace("l1", "l1 current") + other
