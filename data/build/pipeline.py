"""From raw files to ``data/``: read, tidy, validate, write, describe."""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from emergence_utils.scores import validate, validate_items

from . import bigbench, grown, ladders, monkeys, open_models, papers, pythia, tasks, vision
from .inputs import InputsError, Raw, read_inputs
from .package import package, resource
from .tidy import Built
from .write import csv_bytes, sort_rows, store

READERS: dict[str, Callable[[Raw], Built]] = {
    "gpt3": papers.gpt3, "cot": papers.cot, "wei_table1": papers.wei_table1,
    "wei_bigbench_labels": papers.wei_bigbench_labels, "bigg": bigbench.bigg,
    "expemergence": open_models.expemergence, "pythia": pythia.pythia,
    "pythia_arithmetic": pythia.pythia_arithmetic, "obsscaling": open_models.obsscaling,
    "olmo_ladder": ladders.olmo_ladder, "gemstones": ladders.gemstones, "gadre": ladders.gadre,
    "chinchilla": papers.chinchilla, "monkeys": monkeys.monkeys,
    "monkeys_checkpoints": monkeys.monkeys_checkpoints, "monkeys_answers": monkeys.monkeys_answers,
    "vision_digits": vision.vision_digits, "vision_errors": vision.vision_errors,
    "grown": grown.grown, "grown_many": grown.grown_many, "grown_answers": grown.grown_answers,
    "grown_tuned": grown.grown_tuned, "grown_rates": grown.grown_rates, "battery": grown.battery,
}
NOT_SCORES = ("wei_table1", "wei_bigbench_labels", "vision_errors", "grown_answers", "grown_rates")
BY_ITEM = ("monkeys", "monkeys_checkpoints", "monkeys_answers")
_HERE = Path(__file__).resolve().parent
_TASKS_ENTRY = {"title": "Benchmarks and evaluation code named in the column note", "url": "tasks.csv",
                "licence": {"name": "MIT", "title": "MIT"}}


def build(sources: Path, out: Path, only: list[str] | None = None) -> Iterator[str]:
    """Write the tables of `only` (default all) to `out`; yields one line a table.

    Parameters
    ----------
    sources : Path
        Folder of raw files.
    out : Path
        Folder to write to; ``inputs.json`` is read from the checkout's ``data/``.
    only : list of str, optional
        Source keys; other tables, if present in `out`, stay as they are.

    Raises
    ------
    InputsError
        If a raw file is missing or differs from the listed one, or a key is unknown.
    """
    inputs = read_inputs(_HERE.parent / "inputs.json")
    cards = tomllib.loads((_HERE / "cards.toml").read_text(encoding="utf-8"))
    unknown = sorted(set(only or ()) - set(READERS))
    if unknown:
        raise InputsError(f"unknown source '{unknown[0]}' after --only; known are {', '.join(READERS)}.")
    out.mkdir(parents=True, exist_ok=True)
    described = _present(out) if only else {}
    wanted = [key for key in READERS if not only or key in only]
    for key in wanted:  # before anything is written: a file that is missing stops the build with nothing lost
        Raw(sources, key, inputs[key]).check()
    if only is None:
        (out / "tasks.csv").unlink(missing_ok=True)
    for key in wanted:
        built = READERS[key](Raw(sources, key, inputs[key]))
        if key in BY_ITEM:
            built.table = sort_rows(validate_items(built.table, name=key))
        elif key not in NOT_SCORES:
            built.table = sort_rows(validate(built.table, name=key))
            _replace_tasks(out, key, tasks.tasks_of(key, built))
        described[key] = _one(key, built, out, cards[key], inputs[key])
        yield f"{key:20s} {described[key]['rows']:>7d} rows  {described[key]['bytes'] / 1e3:>8.1f} kB"
    content = (out / "tasks.csv").read_bytes()
    table = pd.read_csv(io.BytesIO(content))
    described["tasks"] = resource("tasks", table, "tasks.csv", content, content, cards["tasks"], _TASKS_ENTRY,
                                  ["Written by the build; the options are listed in data/build/tasks.py."])
    order = [*READERS, "tasks"]
    descriptor = package([described[k] for k in order if k in described])
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    (out / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")


def _one(key: str, built: Built, out: Path, card: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Store one table; returns its resource."""
    table = built.table.dropna(axis="columns", how="all")
    content = csv_bytes(table)
    file, stored = store(out, key, content)
    return resource(key, table, file, stored, content, card, entry, built.did)


def _replace_tasks(out: Path, key: str, new: pd.DataFrame) -> None:
    """Put the tasks of one source into ``tasks.csv``, in place of what it had."""
    path = out / "tasks.csv"
    if path.exists():
        old = pd.read_csv(path)
        new = pd.concat([old[old["source"] != key], new], ignore_index=True)
    path.write_bytes(csv_bytes(new.sort_values(["source", "task"], ignore_index=True)))


def _present(out: Path) -> dict[str, dict[str, Any]]:
    """Resources already described in `out`."""
    path = out / "datapackage.json"
    if not path.exists():
        return {}
    return {r["name"]: r for r in json.loads(path.read_text(encoding="utf-8"))["resources"]}
