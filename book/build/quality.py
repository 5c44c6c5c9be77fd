"""What was measured of the site, as a table for the contributor page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

__all__ = ["quality_block"]

_FOLDER = Path("benchmarks")
_FORMATS = {"LCP (s)": ".1f", "layout shift": ".3f"}


def quality_block(root: str | Path = ".") -> str:
    """Lighthouse scores and weights by page, and times of the build, as Markdown.

    Parameters
    ----------
    root : path
        Root of the repository, which holds what ``benchmarks/site_quality.py`` stored.

    Returns
    -------
    str
        One table and one sentence; a sentence that says so where nothing is stored.
    """
    pages, build = (Path(root) / _FOLDER / f"site_{name}.csv" for name in ("quality", "build"))
    if not (pages.is_file() and build.is_file()):
        return "Nothing is stored yet: `python benchmarks/site_quality.py` measures.\n"
    table, value = pd.read_csv(pages), pd.read_csv(build).set_index("what")["value"]
    head = [*table.columns]
    rows = [[str(row[0]), *(f"{v:{_FORMATS.get(c, '.0f')}}" for c, v in zip(head[1:], row[1:], strict=True))]
            for row in table.itertuples(index=False, name=None)]
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    facts = "; ".join(f"{what.removesuffix(' (s)')} {v:.3g}{' s' if what.endswith(' (s)') else ''}"
                      for what, v in zip(map(str, value.index), value, strict=True))
    drawn = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{drawn}\n\nOn the machine that measured: {facts}.\n"
