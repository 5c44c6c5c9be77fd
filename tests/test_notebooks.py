"""What every chapter must have: stored outputs, described figures, prose without computed numbers."""

import ast
import json
import re
from html import unescape
from pathlib import Path

import pytest

from emergence_utils.report import MIME

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
#: Percentages that name a convention (a level, the ends of a rise) and are not computed.
ALLOWED = ("95 %", "10 %", "90 %")
DISPLAYS = {"say", "table", "decide", "small_claims", "show", "display"}
#: Not prose: fenced blocks and formulas, code, roles such as {cite}, link targets, HTML tags.
NOT_PROSE = re.compile(
    r"^(?P<fence>`{3,})(?:(?!^(?P=fence)).)*^(?P=fence)`*"
    r"|\$\$.*?\$\$|(?<![\\$])\$[^$\n]+\$"
    r"|\{[\w:-]+\}`[^`]*`|`[^`]*`"
    r"|\[[^\]]*\]\([^)]*\)|<https?://[^>]*>|https?://\S+|<[a-z/][^>]*>"
    r"|^\([\w-]+\)=$", re.M | re.S)
NUMBER = re.compile(r"\d+(?:\.\d+)?\s*(?:%|per ?cent)|\d+\.\d+|\d{1,3}(?:,\d{3})+|\d{3,}")


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def path(request):
    return request.param


def cells(path, kind=None):
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [c for c in found if kind in (None, c["cell_type"])]


def source(cell):
    return "".join(cell["source"])


def prose(path):
    return "\n\n".join(source(c) for c in cells(path, "markdown"))


def numbers_in(text):
    """Snippets around numbers that look computed."""
    text = NOT_PROSE.sub(" ", text)
    for literal in ALLOWED:
        text = re.sub(rf"(?<![\d.,]){re.escape(literal)}", " ", text)
    return [re.sub(r"\s+", " ", text[max(m.start() - 40, 0):m.end() + 20]).strip()
            for m in NUMBER.finditer(text)]


def displays(cell):
    """Number of top-level statements of a code cell that certainly display something."""
    calls = [s.value.func for s in ast.parse(source(cell)).body
             if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call)]
    return sum((f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "")) in DISPLAYS for f in calls)


def html_of(path):
    return [("".join(o["data"]["text/html"]), c["id"]) for c in cells(path, "code") for o in c["outputs"]
            if "text/html" in o.get("data", {})]


def test_outputs_are_stored_for_every_cell_that_displays(path):
    code = cells(path, "code")
    assert sum(map(displays, code)) > 0
    missing = [c["id"] for c in code if len(c["outputs"]) < displays(c)]
    assert missing == []


#: Verdict boxes of a chapter; its small claims stand in one folded table.
HEADLINES = 5


def test_cells_can_be_read_aloud(path):
    """Under 25 lines, no line over 100 characters, no paragraph in a string."""
    bad = []
    for cell in cells(path, "code"):
        text = source(cell)
        lines = text.splitlines()
        bad += [(cell["id"], f"{len(lines)} lines")] if len(lines) > 25 else []
        bad += [(cell["id"], f"a line of {len(line)} characters") for line in lines if len(line) > 100]
        for node in ast.walk(ast.parse(text)):
            long = ast.get_source_segment(text, node) or "" if isinstance(node, ast.JoinedStr) else (
                node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "")
            bad += [(cell["id"], f"a string of {len(long)} characters")] if len(long) > 160 else []
    assert bad == []


def names(cell):
    """Names that a cell makes, and names that it uses before it makes them or without making them."""
    made, used = set(), set()
    for statement in ast.parse(source(cell)).body:
        nodes = list(ast.walk(statement))
        found = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        stored = {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        own = {n.id for n in nodes if isinstance(n, ast.comprehension)
               for n in ast.walk(n.target) if isinstance(n, ast.Name)}
        used |= found - own - made
        made |= (stored - own) | {a.asname or a.name.split(".")[0] for n in nodes
                                  if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}
        made |= {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return made, used


def born_in_the_dark(found):
    """Names that a cell in sight uses though only cells out of sight have made them till then."""
    seen, dark, lost = set(), {}, []
    for cell in found:
        made, used = names(cell)
        if {"remove-input", "remove-cell"} & set(cell["metadata"].get("tags", [])):
            dark |= dict.fromkeys(made - seen, cell["id"])
        else:
            lost += [(cell["id"], name, dark[name]) for name in sorted(used & set(dark) - seen)]
            seen |= made
    return lost


def test_who_reads_the_code_in_sight_finds_every_name(path):
    assert born_in_the_dark(cells(path, "code")) == []


def test_rule_on_names_itself():
    def cell(name, text, *tags):
        return {"id": name, "source": text, "metadata": {"tags": list(tags)}}

    dark = cell("b", "x = 1\nwhole = [x for x in (1, 2)]", "remove-input")
    assert born_in_the_dark([dark, cell("c", "print(x)")]) == [("c", "x", "b")]
    assert born_in_the_dark([cell("a", "x = 0"), dark, cell("c", "print(x)")]) == []
    assert born_in_the_dark([dark, cell("c", "x = 2\nprint(x)")]) == []
    assert born_in_the_dark([dark, cell("c", "print([x for x in (1, 2)])")]) == []
    assert born_in_the_dark([dark, cell("c", "x = x + 1")]) == [("c", "x", "b")]


def test_a_chapter_has_few_headline_verdicts(path):
    boxes = sum(not isinstance(output["data"].get(MIME), list) for cell in cells(path, "code")
                for output in cell["outputs"] if MIME in output.get("data", {}))
    assert 1 <= boxes <= HEADLINES


def test_cells_were_run_once_from_top_to_bottom(path):
    assert [c["execution_count"] for c in cells(path, "code")] == list(range(1, len(cells(path, "code")) + 1))


def test_no_output_is_an_error_or_a_warning(path):
    bad = [(c["id"], o["output_type"], o.get("name")) for c in cells(path, "code") for o in c["outputs"]
           if o["output_type"] == "error" or o.get("name") == "stderr"]
    assert bad == []


def test_nothing_stored_tells_the_time(path):
    timed = [c["id"] for c in cells(path) if "execution" in c["metadata"]]
    assert timed == []
    assert "execution" not in json.loads(path.read_text(encoding="utf-8"))["metadata"]


def test_cell_ids_are_unique_and_valid(path):
    ids = [c["id"] for c in cells(path)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w-]{1,64}", i) for i in ids)


def test_every_figure_is_described(path):
    # signs in a legend stand beside their words
    figures = [(i, tag) for html, i in html_of(path) for tag in re.findall(r"<svg\b[^>]*>", html)
               if 'aria-hidden="true"' not in tag]
    assert figures
    labels = [(i, re.search(r'aria-label="([^"]*)"', tag)) for i, tag in figures]
    assert [i for i, label in labels if label is None or not unescape(label[1]).strip()] == []
    assert [i for i, tag in figures if 'role="img"' not in tag] == []


def test_every_picture_is_a_described_figure(path):
    pictures = [(c["id"], mime) for c in cells(path, "code") for o in c["outputs"]
                for mime in o.get("data", {})
                if mime.startswith("image/")]
    assert pictures == []
    assert [i for html, i in html_of(path) if "<img" in html] == []


def test_ids_of_figures_do_not_collide(path):
    ids = [i for html, _ in html_of(path) for i in re.findall(r'\bid="([^"]+)"', html)]
    assert sorted({i for i in ids if ids.count(i) > 1}) == []


def test_chapter_asks_its_question_first(path):
    first = cells(path)[0]
    assert first["cell_type"] == "markdown"
    assert source(first).startswith("# ")
    assert "The question" in source(first)


def test_chapter_says_what_would_change_our_mind(path):
    assert re.search(r"^:{3,}\{admonition\} What would change our mind$", prose(path), re.M)


@pytest.mark.parametrize("heading", ["## Verdict", "## Exercises"])
def test_chapter_has_its_closing_sections(path, heading):
    assert prose(path).splitlines().count(heading) == 1


def test_chapter_links_to_its_exercises(path):
    assert f"](exercises/{path.name})" in prose(path)
    assert (path.parent / "exercises" / path.name).exists()


@pytest.mark.parametrize(("text", "found"), [
    ("Rates of 0.25", 1), ("over 1,234 tasks and 350 items", 2), ("a share of 33 % or 7%", 2),
    ("12.5 per cent", 1), ("intervals at 95 %; from 10 % to 90 %", 0), ("at 195 %", 1),
    ("two of 12 tasks, 5/9, 15 + 23, 6 billion", 0), ("$x = 0.25$ and $$y = 1234$$", 0),
    ("`load(0.25)` and [2.5](a/1234.html) {cite}`wu2024ushaped`", 0),
    ("```{math}\nx = 0.25\n```\nthen 0.5", 1), ("(sec-2024)=\n## Head", 0),
])
def test_rule_on_numbers_itself(text, found):
    assert len(numbers_in(text)) == found


def test_prose_quotes_no_computed_number(path):
    """Numbers reach the reader through `report.say`, which computes them."""
    assert numbers_in(prose(path)) == []
