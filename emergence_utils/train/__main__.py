"""``python -m emergence_utils.train``: train a ladder, write its tables, draw it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import EmergenceError
from .presets import LADDERS, PRESETS, plans_for
from .runs import Plan, command_line, need_jax, run, write_whole

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emergence_utils.train", description=__doc__)
    parser.add_argument("--task", action="append", help=f"one of {', '.join(LADDERS)}; may be repeated")
    parser.add_argument("--preset", default="quick", help=f"{' or '.join(PRESETS)} (default quick)")
    parser.add_argument("--rungs", type=int, help="sizes of each ladder, spread over those of the preset")
    parser.add_argument("--seeds", type=int, help="runs of each size")
    parser.add_argument("--steps", type=int, help="optimiser steps")
    parser.add_argument("--learning-rate", type=float, help="the same for all sizes")
    parser.add_argument("--items", type=int, help="test questions of each part")
    parser.add_argument("--out", type=Path, required=True, help="folder for runs, tables and picture")
    parser.add_argument("--jobs", type=int, help="processes on this machine (default: one a core, at most 4)")
    parser.add_argument("--scheduler", help="address of a Dask scheduler, e.g. tcp://host:8786")
    parser.add_argument("--no-tables", action="store_true", help="write the files of the runs only")
    parser.add_argument("--tables-only", action="store_true", help="tables and picture of finished runs")
    return parser


def asked(options: argparse.Namespace) -> list[Plan]:
    """The plans that a command line asks for."""
    plans = [plan for task in options.task or [None] for plan in plans_for(options.preset, task)]
    if options.rungs is not None:
        plans = [plan.thinned(options.rungs) for plan in plans]
    if options.seeds is not None:
        plans = [replace(plan, seeds=options.seeds, more={}) for plan in plans]
    if options.learning_rate is not None:
        plans = [replace(plan, rates={}) for plan in plans]
    settings = ("steps", "items", "learning_rate")
    changes = {k: v for k in settings if (v := getattr(options, k)) is not None}
    return [replace(plan, settings=replace(plan.settings, **changes)) for plan in plans]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 1 after one sentence on what was wrong.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line, where none are given.
    """
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except EmergenceError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; finished runs are kept, the same command goes on from there.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    begun = time.perf_counter()
    if not options.tables_only:
        need_jax()
        from tqdm import tqdm

        jobs = options.jobs if options.jobs is not None else min(4, os.cpu_count() or 1)
        with tqdm(total=0, unit="run", disable=None) as bar:
            def say(done: int, total: int) -> None:
                bar.total, bar.n = total, done
                bar.refresh()

            notes = run(asked(options), options.out, jobs=jobs, scheduler=options.scheduler, say=say)
        for note in notes:
            print(note, file=sys.stderr)
    if not options.no_tables:
        write_tables(options.out, time.perf_counter() - begun)
    print(f"{options.out}: done in {time.perf_counter() - begun:.0f} s.")
    return 0


def write_tables(out: Path, seconds: float) -> None:
    """Scores, answers, questions, configuration and picture of the runs in a folder."""
    from .picture import save
    from .tables import configuration, items_table, questions_table, score_table

    scores = score_table(out)
    scores.dropna(axis="columns", how="all").to_csv(out / "scores.csv", index=False, float_format="%.6g")
    gz = {"method": "gzip", "compresslevel": 9, "mtime": 0}
    items_table(out).to_csv(out / "items.csv.gz", index=False, compression=gz)
    questions_table(out).to_csv(out / "questions.csv", index=False)
    write_whole(out / "configuration.json", configuration(out, command_line(), seconds).encode())
    save(scores, out)


if __name__ == "__main__":
    sys.exit(main())
