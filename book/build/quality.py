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
        A table of the pages, a sentence on the build and, where it is stored, a table of how long readers
        wait for an explorer; a sentence that says so where nothing is stored.
    """
    pages, build = (Path(root) / _FOLDER / f"site_{name}.csv" for name in ("quality", "build"))
    if not (pages.is_file() and build.is_file()):
        return "Nothing is stored yet: `python benchmarks/site_quality.py` measures.\n"
    table, value = pd.read_csv(pages), pd.read_csv(build).set_index("what")["value"]
    facts = "; ".join(f"{what.removesuffix(' (s)')} {v:.3g}{' s' if what.endswith(' (s)') else ''}"
                      for what, v in zip(map(str, value.index), value, strict=True))
    said = f"{_drawn(table)}\n\nOn the machine that measured: {facts}.\n"
    answers = Path(root) / _FOLDER / "site_answers.csv"
    waits = f"\n{_WAITS}\n\n{_drawn(pd.read_csv(answers))}\n" if answers.is_file() else ""
    return said + waits


_WAITS = ("How long a reader waits after a tap, on Lighthouse's slow 4G and a processor made four times "
          "slower. The aims are 100 ms for the words and 1,500 ms for the chart. The library (152 kB, "
          "0.8 s of that line) and the files of words nearest to the first state are fetched once the page's "
          "text stands, so that only who taps at once still waits for what is on its way. *Load* is how many "
          "programs the two cores served meanwhile; every number grows with it.")


def _drawn(table: pd.DataFrame) -> str:
    """A table as Markdown, numbers at the right."""
    head = [*map(str, table.columns)]
    rows = [[v if isinstance(v, str) else f"{v:{_FORMATS.get(c, ',.0f')}}"
             for c, v in zip(head, row, strict=True)] for row in table.itertuples(index=False, name=None)]
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
