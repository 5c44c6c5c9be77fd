"""Slides of a chapter: its question, its figures with their captions, and its verdicts, one to a slide."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

from emergence_utils.errors import InputError

__all__ = ["slides_of", "write_slides"]

_FIGURE, _VERDICT = 'class="em-figure"', 'class="em-verdict '
#: One page that asks nobody for anything: arrow keys, a tap or the wheel turn it, and it prints.
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ --em-ink: #1a1a1a; --em-muted: #595959; --em-grid: #d9d9d9; --em-paper: #fff; color-scheme: light; }}
html {{ scroll-snap-type: y mandatory; font: 3.2vmin/1.4 system-ui, sans-serif; }}
body {{ margin: 0; color: var(--em-ink); background: var(--em-paper); }}
section {{ box-sizing: border-box; height: 100vh; padding: 5vmin 8vmin; scroll-snap-align: start;
  overflow: auto; display: flex; flex-direction: column; justify-content: safe center; break-after: page; }}
h1, h2 {{ margin: 0 0 2vmin; line-height: 1.15; }} h2 {{ font-size: 1.2em; color: var(--em-muted); }}
figure {{ margin: 0; text-align: center; }} figure svg {{ max-width: 100%; height: 66vh; width: auto; }}
figcaption {{ font-size: 0.8em; color: var(--em-muted); }}
table {{ border-collapse: collapse; font-size: 0.7em; }}
td, th {{ padding: 0.3em 0.8em; border-bottom: 1px solid var(--em-grid); text-align: left; }}
.em-verdict {{ padding: 2vmin 4vmin; border-left: 1vmin solid var(--em-muted); }}
.em-js-only, .em-swipe, details, .em-verdict dl > :nth-child(n+5) {{ display: none; }}
@media print {{ html {{ font-size: 16pt; }} @page {{ size: landscape; }} }}
</style></head><body>
{slides}
<script>
addEventListener("keydown", function (event) {{
  var keys = {{ ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 }};
  var step = keys[event.key];
  if (!step) return;
  event.preventDefault();
  var all = document.querySelectorAll("section"), now = Math.round(scrollY / innerHeight);
  all[Math.min(Math.max(now + step, 0), all.length - 1)].scrollIntoView();
}});
</script>
</body></html>
"""


def slides_of(cells: list[dict[str, Any]]) -> list[str]:
    """The slides of a chapter as HTML.

    Parameters
    ----------
    cells : list of dict
        Of an executed notebook.

    Returns
    -------
    list of str
        The title with the question, each figure and each verdict under the heading of its section, and
        what to believe now.
    """
    heading, slides = "", []
    for number, cell in enumerate(cells):
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heading = ([*re.findall(r"^## (.+)$", text, re.M)] or [heading])[-1]
            if number == 0:
                slides.append(_words(text.split("**In short.**")[0]))
            elif "**What to believe now" in text:
                slides.append(_words(text[text.index("**What to believe now"):]))
            continue
        for output in cell["outputs"]:
            page = "".join(output.get("data", {}).get("text/html", ""))
            if _FIGURE in page or _VERDICT in page:
                slides.append(f"<h2>{escape(heading)}</h2>\n{page}")
    return slides


def write_slides(root: str | Path = ".", out: str | Path = "_build/slides") -> list[Path]:
    """Write the slides of every chapter, one page each, that needs no network.

    Parameters
    ----------
    root : path
        Of the repository.
    out : path
        Folder that gets ``NN_name.html``.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        If there is no chapter.
    """
    chapters = sorted((Path(root) / "notebooks").glob("[0-9]*.ipynb"))
    if not chapters:
        raise InputError(f"there is no chapter in {Path(root) / 'notebooks'}.")
    Path(out).mkdir(parents=True, exist_ok=True)
    written = []
    for chapter in chapters:
        cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
        title = "".join(cells[0]["source"]).splitlines()[0].removeprefix("# ")
        slides = "\n".join(f"<section>\n{slide}\n</section>" for slide in slides_of(cells))
        target = Path(out) / f"{chapter.stem}.html"
        target.write_text(_PAGE.format(title=escape(title), slides=slides), encoding="utf-8")
        written.append(target)
    return written


def _words(text: str) -> str:
    """Words as HTML, without what only the site can show: citations, terms, links to its pages."""
    from nbconvert.filters import markdown2html

    text = re.sub(r"\s*\{cite(?::\w+)?\}`[^`]*`", "", text)
    text = re.sub(r"\{[\w:-]+\}`([^`<]*?)(?:\s*<[^`]*>)?`", r"\1", text)
    text = re.sub(r"\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", text)
    page = str(markdown2html(re.sub(r"^:{3,}.*$|^\([\w-]+\)=$", "", text, flags=re.M)))
    return re.sub(r'<a class="anchor-link".*?</a>', "", page)
