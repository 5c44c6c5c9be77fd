"""The landing page's figure, and its starting state as a picture for the README.

``python -m book.build.opening`` writes ``book/_static/opening.svg``.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt

import emergence_utils
from emergence_utils import scores
from emergence_utils._datapackage import descriptor

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
    page.write_text(f"{stamp}{explorer_html(explorer)}\n", encoding="utf-8", newline="\n")
    explorer.data.to_csv(numbers, index=False, float_format="%.6g", lineterminator="\n")
    plt.close(explorer.static)
    return page


def write_svg(path: Path) -> None:
    """The figure as a file of its own, for places that show images only."""
    from emergence_utils.explorers import explorer_html

    svg = re.search(r"<svg.*?</svg>", explorer_html(opening_explorer()), flags=re.S)
    assert svg is not None  # every explorer has a static figure
    # such a place has a ground of its own, dark perhaps, and knows no colour scheme of ours
    paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
    text = re.sub(r"(<svg[^>]*>)", rf"\1{paper}", svg[0], count=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _stamp() -> str:
    """Changes when the package's code or the table does."""
    seen = hashlib.sha256(descriptor(SOURCE)["hash"].encode())
    for path in sorted(_PACKAGE.rglob("*.py")):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


if __name__ == "__main__":
    write_svg(Path(__file__).resolve().parents[1] / "_static" / "opening.svg")
