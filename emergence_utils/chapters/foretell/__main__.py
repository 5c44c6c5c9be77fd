"""``python -m emergence_utils.chapters.foretell``: store what the chapter reads beside the benchmark."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ...forecasts import sources
from ..reproductions import reproductions
from .one import all_ladders
from .shapes import shapes_of

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write shapes of ladders, forecasts of the explorer and published numbers computed again; half a minute.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line, where none are given.
    """
    parser = argparse.ArgumentParser(prog="python -m emergence_utils.chapters.foretell", description=__doc__)
    parser.add_argument("--store", type=Path, default=Path("benchmarks"), help="folder (default benchmarks)")
    folder = parser.parse_args(arguments).store
    folder.mkdir(parents=True, exist_ok=True)
    shapes_of(sources()).to_csv(folder / "forecast_shapes.csv", index=False, float_format="%.5g")
    all_ladders().to_csv(folder / "forecast_ladders.csv", index=False, float_format="%.5g")
    reproductions().to_csv(folder / "reproductions.csv", index=False, float_format="%.6g")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
