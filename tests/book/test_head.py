"""What the head of a page says, and the pictures for links to it."""

import io
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from book.build import cards
from book.build.chapter import chapter_score, last_commit, reading_minutes, tables_used
from book.build.citing import Citation, Work, read_work
from emergence_utils.errors import InputError, UnknownNameError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def head(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "book" / "_ext"), *sys.path])
    return pytest.importorskip("head")


def document(*paragraphs):
    from docutils import nodes
    from docutils.utils import new_document
    doc = new_document("page")
    section = nodes.section("", nodes.title("", "A title"))
    section += [nodes.paragraph("", p) for p in paragraphs]
    doc += section
    return doc


@pytest.mark.parametrize(("text", "expected"), [
    ("short", "short"),
    ("word " * 40, "word " * 31 + "word…"),
    ("A sentence of some length that ends here, after more than eighty characters in it all. " + "And " * 30,
     "A sentence of some length that ends here, after more than eighty characters in it all."),
    ("Is this a question of some length that ends here, after more than eighty characters? " + "And " * 30,
     "Is this a question of some length that ends here, after more than eighty characters?"),
])
def test_summaries_are_cut_at_a_sentence_or_a_word(head, text, expected):
    assert head.shorten(text) == expected
    assert len(head.shorten(text)) <= 160


def test_summary_of_a_chapter_is_its_question_without_label_and_citation(head):
    doc = document("The question. Does it jump [Doe et al., 2023], or is the jump in the way that we look "
                   "at it, as some say?", "Second.")
    assert head.page_summary("notebooks/x", doc, "X") == \
        "Does it jump, or is the jump in the way that we look at it, as some say?" + " Second."


def test_summary_of_a_writeup_leaves_its_origin_out(head):
    doc = document("A. Author: A title, a blog.", "It argues that " + "so and " * 12 + "so.")
    assert head.page_summary("book/writeups/s0", doc, "X").startswith("It argues")


def test_a_page_without_text_gets_a_line_of_its_own(head):
    assert head.page_summary("book/odd", document(), "Odd: a page of the book.") == "Odd: a page of the book."
    assert 80 <= len(head.page_summary("search", None, "")) <= 160


# ---- pictures


def test_a_card_has_the_size_that_previews_ask_for_and_is_small():
    image = pytest.importorskip("PIL.Image")
    data = cards.draw_card("Chain-of-thought: a crossover, and what it means",
                           {"holds": 3, "open": 40, "fails": 1}, over="A book · Chapter 6")
    assert image.open(io.BytesIO(data)).size == cards.SIZE == (1200, 630)
    assert len(data) < 60_000


def test_a_card_is_drawn_again_only_when_its_content_changes(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(cards, "draw_card", lambda *a, **k: drawn.append(a) or b"picture %d" % len(drawn))
    for title in ("One", "One", "Two", "One"):
        cards.write_card(tmp_path / "out" / "a.png", tmp_path / "cache", title, {"holds": 1})
    assert [a[0] for a in drawn] == ["One", "Two"]
    assert (tmp_path / "out" / "a.png").read_bytes() == b"picture 1"


@pytest.mark.parametrize(("arguments", "error"), [
    (("T", {"maybe": 1}), UnknownNameError), ((" ", {}), InputError),
])
def test_a_card_refuses_what_it_cannot_show(arguments, error):
    with pytest.raises(error):
        cards.draw_card(*arguments)


# ---- facts about a chapter


@pytest.mark.parametrize(("words", "figures", "minutes"), [
    (0, 0, 1), (220, 0, 1), (2200, 0, 10), (2200, 10, 12),
])
def test_reading_time(words, figures, minutes):
    assert reading_minutes(words, figures) == minutes


def test_reading_time_of_nothing_less_than_nothing_is_refused():
    with pytest.raises(InputError, match="got -1 and 0"):
        reading_minutes(-1)


def ledger(*verdicts):
    def outcome(verdict):
        keys = ("rule", "estimate", "interval", "level", "unit", "n", "status", "anchor")
        return dict.fromkeys(keys, None) | {"verdict": verdict, "because": "It is <so>.", "notes": []}
    rows = [{"id": f"C{i}", "group": "G", "said_by": [], "claim": f"Claim {i}.", "test": "T", "chapter": ch,
             "result": outcome(v) if v else None} for i, (ch, v) in enumerate(verdicts, 1)]
    return {"claims": rows, "sources": {}}


def test_claims_of_a_chapter_are_counted_by_verdict():
    book = ledger(("a", "holds"), ("a", "holds"), ("a", "open"), ("a", None), ("b", "fails"))
    assert chapter_score(book, "a").counts == {"holds": 2, "open": 2}
    assert (chapter_score(book, "a").claims, chapter_score(book, "a").decided) == (4, 2)
    assert (chapter_score(book).claims, chapter_score(book).decided) == (5, 3)


def notebook(path, *sources):
    cells = [{"cell_type": "code", "source": [s]} for s in sources]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


@pytest.mark.parametrize(("source", "expected"), [
    ('scores.load("gpt3")', ["gpt3"]),
    ('scores.load("cot", "bigg", task="gpt3")', ["bigg", "cot"]),
    ('for s in ("gpt3", "cot"):\n    scores.load(s)', ["gpt3", "cot"]),
    ('x = "gpt3"', []),
    ("%pip install x", []),
    ("from emergence_utils import scores", []),
])
def test_tables_of_a_notebook_are_read_from_its_code(tmp_path, source, expected):
    assert tables_used(notebook(tmp_path / "a.ipynb", source), ["gpt3", "bigg", "cot"]) == expected


@pytest.mark.parametrize("source", [
    "from emergence_utils.chapters import chains", "from emergence_utils.chapters.chains import skills",
    "from emergence_utils.chapters.chains.ladders import learnable",
])
def test_tables_that_an_imported_part_of_the_package_loads_count_too(tmp_path, source):
    path = notebook(tmp_path / "a.ipynb", source)
    assert "olmo_ladder" in tables_used(path, ["olmo_ladder", "chinchilla"])


@pytest.mark.parametrize("content", [None, "{}", "no json"])
def test_what_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "a.ipynb"
    if content:
        path.write_text(content)
    with pytest.raises(InputError, match=r"a\.ipynb is not"):
        tables_used(path, [])


def test_day_of_the_last_commit_and_nothing_without_git(tmp_path):
    assert last_commit(tmp_path, "a") is None
    env = os.environ | {"GIT_COMMITTER_DATE": "2024-05-06T12:00:00", "HOME": str(tmp_path)}
    (tmp_path / "a").write_text("x")
    for arguments in (["init", "-q"], ["add", "a"],
                      ["-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "m"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, env=env, check=True)
    assert last_commit(tmp_path, "a") == date(2024, 5, 6)
    assert last_commit(tmp_path, "b") is None
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{tmp_path}", "c"], cwd=tmp_path, env=env,
                   check=True)
    assert last_commit(tmp_path / "c", "a") is None, "the oldest commit of a shallow clone tells no date"


# ---- how to cite


WORK = Work("A book", "1.0", ("{The authors}", "Doe, Jane"))


def test_citation_of_a_chapter():
    cited = Citation(WORK, "Is x 5 % of y?", "2", date(2025, 3, 1), "https://example.org/a_b.html")
    assert cited.text() == ("The authors; Doe, Jane (2025). Is x 5 % of y? Chapter 2 of A book, version 1.0, "
                            "1 March 2025. https://example.org/a_b.html")
    entry = cited.bibtex()
    assert entry.startswith("@incollection{is-x-5-of-y-2025,\n")
    for line in ("author = {{The authors} and Doe, Jane}", r"title = {{Is x 5 \% of y?}}",
                 "booktitle = {{A book}}", "chapter = {2}", "year = {2025}", "url = {https://example.org/a_b.html}"):
        assert f"  {line},\n" in entry
    assert entry.count("{") == entry.count("}")


def test_citation_of_the_book_names_no_year_and_address_that_are_not_known():
    assert Citation(WORK).text() == "The authors; Doe, Jane (n.d.). A book, version 1.0."
    assert not re.search(r"\b(year|url|chapter|booktitle) =", Citation(WORK).bibtex())


def test_the_citation_file_of_this_repository_is_read():
    work = read_work(ROOT)
    assert work.title == "Emergent abilities, run again" and work.authors == ("{The Emergence Book authors}",)


@pytest.mark.parametrize(("content", "message"), [
    (None, "CITATION.cff is not there"),
    ("title: [", "CITATION.cff is not valid YAML"),
    ("title: T\nversion: 1\n", "lacks the key 'authors'"),
    ("title: T\nversion: 1\nauthors: [{family-names: D}]", "author 1 lacks the key 'given-names'"),
])
def test_a_faulty_citation_file_is_refused(tmp_path, content, message):
    if content:
        (tmp_path / "CITATION.cff").write_text(content)
    with pytest.raises(InputError, match=re.escape(message)):
        read_work(tmp_path)
