"""The landing page's figure, and its starting state as a picture for the README.

``python -m book.build.opening`` writes ``book/_static/opening.svg``.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import emergence_utils
from emergence_utils import scores
from emergence_utils._datapackage import descriptor

from .answer import chart_sentence
from .pictures import draw

if TYPE_CHECKING:
    from emergence_utils.explorers import Explorer

__all__ = ["opening_explorer", "write_opening", "write_svg"]

SOURCE = "olmo_ladder"
_PACKAGE = Path(emergence_utils.__file__).parent


def opening_explorer() -> Explorer:
    """The figure of the landing page, from the stored scores."""
    from emergence_utils.explorers import (
        landing,  # loads the chart library, which a build without changes can spare
    )

    return landing(scores.load(SOURCE))


def write_opening(folder: Path) -> Path:
    """Write the figure and its numbers under `folder`, if code or data changed; return the page.

    Drawing takes seconds, so the page begins with a comment that says what it was made from.
    """
    page, numbers = folder / "picture.md", folder / "explore-landing.csv"
    stamp = f"<!-- made from {_stamp()} -->\n"
    if numbers.exists() and page.exists() and page.read_text(encoding="utf-8").startswith(stamp):
        return page
    from emergence_utils.explorers import explorer_html

    explorer = opening_explorer()
    folder.mkdir(parents=True, exist_ok=True)
    heads = explorer.words[(explorer.words["axis"] == "log") & (explorer.words["thin"] == 0)]
    ends = heads.set_index("asked")["head"]
    said = f'<p class="em-chart-says">{chart_sentence(ends["letter"], ends["text"])}</p>'
    page.write_text(f"{stamp}{said}\n\n{explorer_html(explorer)}\n", encoding="utf-8", newline="\n")
    explorer.data.to_csv(numbers, index=False, float_format="%.6g", lineterminator="\n")
    return page


def write_svg(path: Path) -> None:
    """The figure as a file of its own, for places that show images only."""
    from emergence_utils.explorers import explorer_html

    explorer = opening_explorer()
    payload = re.search(r'<script type="application/json">(.*?)</script>', explorer_html(explorer), re.S)
    assert payload is not None  # every explorer carries its chart
    page = json.loads(payload[1].replace(r"<\/", "</"))
    svg = draw(page, 1)
    # such a place has a ground of its own, dark perhaps, and knows no colour scheme of ours
    svg = re.sub(r"var\(--[\w-]+, ([^)]*)\)", r"\1", svg)
    paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
    label = f'{page["spec"]["description"]}. {page["heads"][0]}. {page["words"][0]}'
    head = f'aria-label="{label}" font-family="sans-serif">{paper}'
    svg = re.sub(r'aria-label="[^"]*">', head, svg, count=1)
    path.write_text(svg + "\n", encoding="utf-8", newline="\n")


def _stamp() -> str:
    """Changes when the package's code, the words about the figure or the table do."""
    seen = hashlib.sha256(descriptor(SOURCE)["hash"].encode())
    for path in (*sorted(_PACKAGE.rglob("*.py")), Path(__file__).with_name("answer.py")):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


if __name__ == "__main__":
    write_svg(Path(__file__).resolve().parents[1] / "_static" / "opening.svg")
