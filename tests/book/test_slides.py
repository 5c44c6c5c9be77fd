"""Slides hold a chapter's question, figures and verdicts, and ask nobody for anything."""

import json
import re
from pathlib import Path

import pytest

from book.build.__main__ import main
from book.build.slides import slides_of, write_slides
from emergence_utils.errors import InputError

ROOT = Path(__file__).parents[2]


def words(text):
    return {"cell_type": "markdown", "source": text}


def code(*pages):
    return {"cell_type": "code", "source": "x = 1",
            "outputs": [{"output_type": "display_data", "data": {"text/html": page}} for page in pages]}


def test_one_slide_each_for_title_figure_verdict_and_close():
    found = slides_of([
        words("# A title\n\n**The question.** Is {term}`it <item>` so {cite}`wei2022`?\n\n**In short.** No."),
        words("## A section"),
        code('<figure class="em-figure">F</figure>', "<table>T</table>",
             '<div class="em-verdict em-open">V</div>'),
        words("(anchor)=\n## Verdict"), words("**What to believe now.** [This](02_metric.ipynb).")])
    assert len(found) == 4
    assert "A title" in found[0] and "Is it so?" in found[0] and "In short" not in found[0]
    assert "anchor-link" not in found[0]
    assert found[1] == '<h2>A section</h2>\n<figure class="em-figure">F</figure>'
    assert found[2] == '<h2>A section</h2>\n<div class="em-verdict em-open">V</div>'
    assert "This." in found[3] and "href" not in found[3]


def test_every_chapter_has_slides_that_need_no_network(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert main(["slides", "--out", str(tmp_path)]) == 0
    chapters = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert capsys.readouterr().out.startswith(f"Slides of {len(chapters)} chapters in ")
    for chapter in chapters:
        page = (tmp_path / "_build/slides" / f"{chapter.stem}.html").read_text(encoding="utf-8")
        drawn = ["".join(o.get("data", {}).get("text/html", "")) for cell in json.loads(
            chapter.read_text(encoding="utf-8"))["cells"] for o in cell.get("outputs", [])]
        assert page.count("<section>") >= 4
        assert page.count('class="em-figure"') == sum('class="em-figure"' in html for html in drawn) > 1
        assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)
        assert "{cite}" not in page and "{term}" not in page


def test_without_chapters_there_is_nothing_to_show(tmp_path):
    with pytest.raises(InputError, match="there is no chapter in"):
        write_slides(tmp_path, tmp_path / "out")
