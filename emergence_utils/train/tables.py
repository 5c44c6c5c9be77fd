"""Finished runs as the score table, and as the table by item."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .._typed import checked
from ..errors import InputError
from ..scores import validate
from .runs import Run, read_run, run_files
from .settings import Size

__all__ = ["items_table", "questions_table", "score_table"]

SOURCE = "own_ladder"


@checked
def score_table(folder: str | Path, *, source: str = SOURCE) -> pd.DataFrame:
    """Scores of all finished runs in a folder, at every checkpoint.

    Parameters
    ----------
    folder : str or Path
        As given to `run`.
    source : str
        What to call it in the column ``source``.

    Returns
    -------
    DataFrame
        A valid score table: ``params`` counts everything, ``tokens`` are those the model has read,
        ``train_flops`` are 6 * params * tokens, ``subset`` is the part of the task.

    Raises
    ------
    InputError
        Where the folder holds no finished run, or a damaged one.
    """
    tables = []
    for run in _runs(folder):
        table = pd.DataFrame(run.scores)
        tokens = table["step"] * float(run.about["tokens_per_step"])
        tables.append(pd.DataFrame({
            **_keys(run, source), "params": float(run.about["params"]), "params_kind": "total",
            "tokens": tokens, "train_flops": 6 * float(run.about["params"]) * tokens, "flops_kind": "6ND",
            "step": table["step"].astype(float), "seed": float(run.about["seed"]),
            "subset": table["subset"].where(table["subset"] != "", None),
            **{c: table[c] for c in ("metric", "value", "n_examples", "chance")},
        }))
    return validate(pd.concat(tables, ignore_index=True), name=str(folder))


@checked
def items_table(folder: str | Path, *, source: str = SOURCE, decimals: int = 3) -> pd.DataFrame:
    """Every answer of every finished run to every question of the test.

    Parameters
    ----------
    folder : str or Path
    source : str
    decimals : int
        Of the log-probabilities.

    Returns
    -------
    DataFrame
        Keys of the score table, ``item`` (its number in `questions_table`), ``answer`` as the model writes
        it, ``right`` (one digit a token, 1 where it is right), ``correct`` (0 or 1), ``log_prob`` (nats, of
        the whole right answer) and ``token_log_probs`` (nats, one number a token, blanks between).
    """
    tables = []
    for run in _runs(folder):
        a, about = run.arrays, run.about
        used, log_prob = a["used"], a["log_prob"].astype(float)
        first = a["tokens"].shape[1] - used.shape[1]
        right = a["written"] == a["tokens"][:, first:]
        text = [" ".join(f"{v:.{decimals}f}" for v in row[u]) for row, u in zip(log_prob, used, strict=True)]
        marks = ["".join("01"[int(r)] for r in row[u]) for row, u in zip(right, used, strict=True)]
        symbols, last_only = about["symbols"], about["last_only"]
        answers = ["".join(symbols[t] for t in row[u]).strip()
                   for row, u in zip(a["written"], used, strict=True)]
        good = [int(m[-1] == "1" if last_only else "0" not in m) for m in marks]
        tables.append(pd.DataFrame({
            **_keys(run, source), "params": float(about["params"]), "seed": float(about["seed"]),
            "step": float(about["settings"]["steps"]), "subset": _subsets(run), "item": np.arange(len(used)),
            "answer": answers, "right": marks, "correct": good,
            "log_prob": np.round(np.where(used, log_prob, 0).sum(axis=1), decimals), "token_log_probs": text,
        }))
    return pd.concat(tables, ignore_index=True)


@checked
def questions_table(folder: str | Path) -> pd.DataFrame:
    """The questions of the tests, as printed: columns task, subset, item, question, target.

    Raises
    ------
    InputError
        Where two runs of a task were not tested on the same questions.
    """
    seen: dict[str, tuple[bytes, pd.DataFrame]] = {}
    for run in _runs(folder):
        task, tokens, used = run.about["task"], run.arrays["tokens"], run.arrays["used"]
        if task in seen:
            if seen[task][0] != tokens.tobytes():
                raise InputError(f"Runs of {task} in {folder} were tested on different questions; accepted "
                                 "is one test a task.")
            continue
        first, symbols = tokens.shape[1] - used.shape[1], run.about["symbols"]
        seen[task] = tokens.tobytes(), pd.DataFrame({
            "task": task, "subset": _subsets(run), "item": np.arange(len(tokens)),
            "question": ["".join(symbols[t] for t in row[:first]).strip() for row in tokens],
            "target": ["".join(symbols[t] for t in row[first:][u]).strip()
                       for row, u in zip(tokens, used, strict=True)],
        })
    return pd.concat([table for _, table in seen.values()], ignore_index=True)


def _runs(folder: str | Path) -> Iterator[Run]:
    files = run_files(Path(folder))
    if not files:
        raise InputError(f"{folder} holds no finished run; expected files in {Path(folder) / 'runs'}.")
    return (read_run(path) for path in files)


def _keys(run: Run, source: str) -> dict[str, Any]:
    size = run.about["size"]
    return {"source": source, "family": f"decoder, {size['layers']} layers",
            "model": Size(**size).name, "task": run.about["task"]}


def _subsets(run: Run) -> list[str | None]:
    names = run.about["parts"]
    return [names[p] or None for p in run.arrays["part"]]


def configuration(folder: str | Path, command: str, seconds: float) -> str:
    """What a folder of runs was made with, as JSON: settings, versions, machine, time, command."""
    abouts = [run.about for run in _runs(folder)]
    same = ("jax", "numpy", "python", "platform", "device")
    plans: dict[str, dict[str, Any]] = {}
    for about in abouts:
        plan = plans.setdefault(about["task"], {"settings": about["settings"], "sizes": {}})
        size = plan["sizes"].setdefault(Size(**about["size"]).name, {
            **about["size"], "learning_rate": about["settings"]["learning_rate"], "params": about["params"],
            "params_non_embedding": about["params_non_embedding"],
            "seeds": [], "seconds_of_the_unit": about["seconds"]})
        size["seeds"] = sorted([*size["seeds"], about["seed"]])
    made = {key: _one_or_all(about[key] for about in abouts) for key in same}
    return json.dumps({"command": command, "wall_seconds": round(seconds, 1), "runs": len(abouts), **made,
                       "plans": plans}, indent=1) + "\n"


def _one_or_all(values: Iterable[str]) -> str | list[str]:
    found = sorted(set(values))
    return found[0] if len(found) == 1 else found
