"""The lecturer's guide: misconceptions follow the verdicts, and its commands are ones that tests run."""

import re
from pathlib import Path

import pytest
import yaml

from book.build.course import LECTURERS_README as LECTURERS
from book.build.teaching import MISCONCEPTIONS, misconceptions_block
from emergence_utils.errors import InputError
from emergence_utils.report import ledger

ROOT = Path(__file__).parents[2]
#: Every command that README and guide name, and what runs it. A new one needs a test of its own.
RUN_BY = {
    "make site": ".ci/run", "make test": ".ci/run", "make course": "tests/course/test_course.py",
    "make slides": "tests/book/test_slides.py", "make serve": "tests/book/test_servers.py",
    "jupyter lab": "tests/book/test_servers.py",
    ".venv/bin/jupyter lab notebooks": "tests/book/test_servers.py",
    "make ladder": "tests/train/test_runs.py", "make notebooks": "tests/test_notebooks.py",
    "nbgrader autograde 01_definition": "tests/course/test_course.py",
    "nbgrader generate_feedback 01_definition": "tests/course/test_course.py",
    "nbgrader export": "tests/course/test_course.py",
    # make does the same before its first target, and for its target site
    ("python -m pip install --require-hashes -r requirements.txt && "
     "python -m pip install --no-deps -e ."): ".ci/run",
    "python book/build build": ".ci/run",
}
#: What a page prints as code is a command where it begins with one of these.
PROGRAMS = r"(?:make|python|nbgrader|(?:\.venv/bin/)?jupyter)"
#: Steps of marking, which the guide sends its reader to.
STEPS = "README of the lecturer's copy"
PAGES = ["README.md", "book/teaching.md", "book/index.md", STEPS]


def toy(tmp_path, **changes):
    row = {"believed": "A *b*.", "truth": "Not b.", "claim": "C1", "verdict": "fails"} | changes
    (tmp_path / "book").mkdir()
    (tmp_path / MISCONCEPTIONS).write_text(yaml.safe_dump([row]), encoding="utf-8")
    claim = {"id": "C1", "chapter": "01_toy", "result": {"verdict": "fails", "anchor": "verdict-c1"}}
    return {"claims": [claim]}, tmp_path


def test_a_misconception_links_to_its_claim_and_cell(tmp_path):
    assert misconceptions_block(*toy(tmp_path)) == (
        "*A \\*b\\*.*\n: Not b. ([C1](claims/c1.md): fails; "
        '<a href="../notebooks/01_toy.html#verdict-c1">the cell</a>)\n')


@pytest.mark.parametrize(("changes", "words"), [
    ({"verdict": "open"}, "entry 1: C1 is now 'fails' and was 'open'; write the sentence anew."),
    ({"claim": "C99"}, "entry 1: there is no claim 'C99'."),
    ({"why": "x"}, "entry 1 has an unknown key 'why'")])
def test_a_misconception_that_no_longer_follows(tmp_path, changes, words):
    with pytest.raises(InputError, match=re.escape(words)):
        misconceptions_block(*toy(tmp_path, **changes))


def test_the_books_misconceptions_follow_its_verdicts():
    assert misconceptions_block(ledger(ROOT), ROOT).count("\n: ") >= 10


def commands(text):
    """Commands of a page, as printed: in its text, and line by line in its blocks for a shell."""
    blocks = "\n".join(re.findall(r"^```bash\n(.*?)^```", text, re.M | re.S))
    lines = [line.split("  #")[0].strip() for line in blocks.splitlines()]
    spans = [" ".join(span.split()) for span in re.findall(r"(?<!`)`([^`]+)`(?!`)", text)]
    return {code for code in (*lines, *spans) if re.match(PROGRAMS + " ", code)}


def page_text(page):
    return LECTURERS if page == STEPS else (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_run_by_a_test(page):
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    found = commands(page_text(page))
    assert found
    for command in found:
        if command.startswith("make "):
            assert command.split()[1] in targets, command
        assert command in RUN_BY, f"{page} names '{command}': say which test runs it"
        assert (ROOT / RUN_BY[command]).exists()


def test_no_command_is_said_to_be_run_that_no_page_names():
    assert set().union(*(commands(page_text(page)) for page in PAGES)) == {*RUN_BY}
