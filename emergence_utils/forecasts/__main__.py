"""``python -m emergence_utils.forecasts``: score every method on every source."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ..errors import EmergenceError
from .pairs import compare
from .running import QUICK, gathered, parts, run
from .scoring import leaderboard, reasons, summed

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emergence_utils.forecasts", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"the sources {', '.join(QUICK)} only")
    parser.add_argument("--source", action="append", help="this source only; may be repeated")
    parser.add_argument("--out", type=Path, default=Path("_build/forecasts"), help="folder of finished parts")
    parser.add_argument("--store", type=Path, help="folder for the three tables of results, e.g. benchmarks "
                        "(default: the folder of --out)")
    parser.add_argument("--jobs", type=int, default=1, help="processes on this machine (default 1)")
    parser.add_argument("--scheduler", help="address of a Dask scheduler, e.g. tcp://host:8786")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 1 after one sentence on what was wrong.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line, where none are given.
    """
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except EmergenceError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; finished parts are kept, the same command goes on from there.", file=sys.stderr)
        return 130
    return 0


def _run(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    begun, busy = time.perf_counter(), time.process_time()
    todo = parts(options.source or (QUICK if options.quick else None))
    with tqdm(total=len(todo), unit="part", disable=None) as bar:
        def say(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        run(options.out, todo, jobs=options.jobs, scheduler=options.scheduler, say=say)
    rows = gathered(options.out, todo)
    scored = time.perf_counter() - begun
    cells, pairs = summed(rows), compare(rows)
    folder = options.store or options.out
    write(cells, pairs, folder)
    reasons(rows).to_csv(folder / "forecast_reasons.csv", index=False)
    board = leaderboard(cells)
    print(board[board["distance"] == "all"].sort_values("error").round(3).to_string(index=False))
    compared = time.perf_counter() - begun - scored
    print(f"{len(rows):,} forecasts in {scored:.0f} s, compared in {compared:.0f} s; "
          f"{time.process_time() - busy:.0f} s of processor here.")


def write(cells: pd.DataFrame, pairs: pd.DataFrame, folder: Path) -> None:
    """Store what a run found, to four digits."""
    folder.mkdir(parents=True, exist_ok=True)
    cells.to_csv(folder / "forecasts.csv.gz", index=False, float_format="%.4g",
                 compression={"method": "gzip", "compresslevel": 9, "mtime": 0})
    pairs.to_csv(folder / "forecast_pairs.csv", index=False, float_format="%.4g")


if __name__ == "__main__":
    sys.exit(main())
