"""Error rates of the tests and intervals, summed up from the stored benchmark."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

__all__ = ["rates_block"]

_FILE = Path("benchmarks") / "error_rates.csv"
_KINDS = {"false positive": "false alarms", "power": "power", "coverage": "coverage"}


def rates_block(root: str | Path = ".") -> str:
    """One row a test and kind, as a Markdown table; a sentence where nothing is stored.

    The mean is over the draws with a verdict for coverage, over all draws else.
    """
    path = Path(root) / _FILE
    if not path.is_file():
        return "Nothing is stored yet: `python benchmarks/error_rates.py` measures.\n"
    table = pd.read_csv(path)
    rows = ["| test or interval | what | mean | cells | cannot tell | draws |", "|---|---|--:|--:|--:|--:|"]
    for (test, kind), g in table.groupby(["test", "kind"], sort=False):
        weight = g["draws"] * (1 - g["cannot_tell"]) if kind == "coverage" else g["draws"]
        known = g["rate"].notna() & (weight > 0)
        if not known.any():
            continue
        mean = float((g["rate"] * weight)[known].sum() / weight[known].sum())
        unknown = float((g["cannot_tell"] * g["draws"]).sum() / g["draws"].sum())
        rows.append(f"| {test} | {_KINDS[str(kind)]} | {mean:.3f} | {len(g)} | {unknown:.2f} | "
                    f"{g['draws'].sum():,} |")
    return "\n".join(rows) + "\n"
