"""Plans, and the runs they ask for: one file for each finished run, so that nothing finished is ever lost.

A run is one model: a task, a size, a seed. Runs of one size are trained together (`Unit`), and each is
written to a temporary file that takes its name only when whole.
"""

from __future__ import annotations

import io
import json
import os
import platform
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._typed import check_settings
from ..errors import EmergenceError, InputError
from .scale import each_finished
from .settings import Settings, Size

__all__ = ["MISSING_EXTRA", "Plan", "Run", "Unit", "need_jax", "read_run", "run", "run_files", "units"]

MISSING_EXTRA = "Training needs JAX, which is not installed: pip install 'emergence-utils[train]'."


@dataclass(frozen=True)
class Plan:
    """One ladder: a task, its sizes, how often each is trained, and how.

    Parameters
    ----------
    task : str
        Name in `tasks.TASKS`.
    sizes : tuple of Size
    seeds : int
        Runs of each size; they bear the numbers from 0 on.
    settings : Settings
    more : mapping of int to int
        Width -> runs, for sizes that are trained more often.
    rates : mapping of int to float
        Width -> learning rate, for sizes that have one of their own.
    """

    task: str
    sizes: tuple[Size, ...]
    seeds: int = 1
    settings: Settings = field(default_factory=Settings)
    more: Mapping[int, int] = field(default_factory=dict)
    rates: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_settings(self)
        if not self.sizes:
            raise InputError("sizes must hold at least one size, got none.")
        if len(set(self.sizes)) < len(self.sizes):
            raise InputError("sizes must differ, got one of them twice.")
        least = min([self.seeds, *self.more.values()])
        if least < 1:
            raise InputError(f"seeds must be at least 1, got {least}.")
        widths = {size.width for size in self.sizes}
        for name, named in (("more", self.more), ("rates", self.rates)):
            if strange := sorted(set(named) - widths):
                raise InputError(f"{name} must name widths of the plan, got {strange[0]}.")
        for size in self.sizes:
            self.settings_of(size)

    def seeds_of(self, size: Size) -> range:
        """Numbers of the runs of one size."""
        return range(max(self.seeds, self.more.get(size.width, 0)))

    def settings_of(self, size: Size) -> Settings:
        """How the runs of one size are trained."""
        rate = self.rates.get(size.width)
        return self.settings if rate is None else replace(self.settings, learning_rate=rate)

    def thinned(self, rungs: int) -> Plan:
        """The plan with only `rungs` of its sizes, evenly spread, the smallest and largest among them."""
        if not 1 <= rungs <= len(self.sizes):
            raise InputError(f"rungs must lie between 1 and the {len(self.sizes)} sizes of the plan, "
                             f"got {rungs}.")
        kept = sorted({round(i) for i in np.linspace(0, len(self.sizes) - 1, rungs)})
        sizes = tuple(self.sizes[i] for i in kept)
        widths = {size.width for size in sizes}
        return replace(self, sizes=sizes, more={w: n for w, n in self.more.items() if w in widths},
                       rates={w: r for w, r in self.rates.items() if w in widths})


@dataclass(frozen=True)
class Unit:
    """What one worker trains at once: the seeds of one size that are still missing."""

    task: str
    size: Size
    seeds: tuple[int, ...]
    settings: Settings


@dataclass(frozen=True)
class Run:
    """One finished run as its file holds it.

    Parameters
    ----------
    about : dict
        Task, size, seed, settings, counted parameters, versions, seconds.
    scores : list of dict
        Scores at each checkpoint: step, subset, metric, value, n_examples, chance.
    arrays : dict of ndarray
        The test and the last answers to it: tokens, used, part, log_prob, brier, written.
    """

    about: dict[str, Any]
    scores: list[dict[str, Any]]
    arrays: dict[str, NDArray[Any]]


def need_jax() -> None:
    """Refuse, in one sentence, where the extra is not installed.

    Raises
    ------
    EmergenceError
        Says what to install.
    """
    if find_spec("jax") is None:
        raise EmergenceError(MISSING_EXTRA)


def file_name(task: str, size: Size, seed: int) -> str:
    """Name of the file of one run.

    Examples
    --------
    >>> file_name("addition", Size(16), 3)
    'addition-d16-h2-l2-s3.npz'
    """
    return f"{task}-{size.name}-s{seed}.npz"


def units(plans: Sequence[Plan], finished: frozenset[str] = frozenset()) -> list[Unit]:
    """What is left to train, the largest models first, so that no worker waits for one at the end."""
    left = []
    for plan in plans:
        for size in plan.sizes:
            seeds = tuple(s for s in plan.seeds_of(size) if file_name(plan.task, size, s) not in finished)
            if seeds:
                left.append(Unit(plan.task, size, seeds, plan.settings_of(size)))
    return sorted(left, key=lambda u: -u.settings.steps * len(u.seeds) * (u.size.width * u.size.layers + 40))


def train_unit(unit: Unit) -> list[bytes]:
    """Train one unit; gives the files of its runs, in the order of its seeds."""
    need_jax()
    loop, evaluate, model, tasks = (import_module(f".{name}", __package__)
                                    for name in ("loop", "evaluate", "model", "tasks"))
    begun = time.perf_counter()
    task = tasks.get_task(unit.task)
    items = tasks.evaluation_items(task, unit.settings.items)
    scores: list[list[dict[str, Any]]] = [[] for _ in unit.seeds]
    outputs: list[Any] = []
    with import_module("jax").default_matmul_precision("highest"):  # accelerators would round to fewer digits
        for step, outputs in loop.train(task, unit.size, unit.seeds, unit.settings):
            for rows, one in zip(scores, outputs, strict=True):
                rows += [{"step": step} | row for row in evaluate.score(task, items, one)]
    how = {"tied": unit.settings.tied, "positions": unit.settings.positions}
    shape = (unit.size, len(task.symbols), task.length - 1)
    about = {"task": unit.task, "size": asdict(unit.size), "settings": asdict(unit.settings),
             "params": model.n_params(*shape, **how),
             "params_non_embedding": model.n_params(*shape, **how, embeddings=False),
             "symbols": task.symbols, "parts": [part.name for part in task.parts],
             "last_only": task.last_only,
             "tokens_per_step": unit.settings.batch * (task.length - 1), "trained_together": len(unit.seeds),
             "seconds": round(time.perf_counter() - begun, 2), **_machine()}
    test = {"tokens": items.tokens, "used": items.used, "part": items.part}
    return [_packed(about | {"seed": seed}, rows, test | vars(one))
            for seed, rows, one in zip(unit.seeds, scores, outputs, strict=True)]


def _machine() -> dict[str, str]:
    jax = import_module("jax")
    return {"jax": jax.__version__, "numpy": np.__version__, "python": platform.python_version(),
            "platform": platform.platform(), "device": str(jax.devices()[0].device_kind)}


def _packed(about: dict[str, Any], scores: list[dict[str, Any]], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    text = json.dumps({"about": about, "scores": scores}, allow_nan=True).encode()
    buffer = io.BytesIO()
    content: dict[str, Any] = {"text": np.frombuffer(text, dtype=np.uint8), **arrays}
    np.savez_compressed(buffer, **content)
    return buffer.getvalue()


def read_run(path: Path) -> Run:
    """One run from its file.

    Raises
    ------
    InputError
        Where the file is cut or is no run; names it.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        text = json.loads(arrays.pop("text").tobytes())
        return Run(text["about"], text["scores"], arrays)
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, zlib.error):
        raise InputError(f"{path} is no whole results file; it is trained again, or delete it.") from None


def run_files(folder: Path) -> list[Path]:
    """The files of finished runs in a folder, in order of name."""
    return sorted((folder / "runs").glob("*.npz"))


def run(plans: Sequence[Plan], out: Path, *, jobs: int = 1, scheduler: str | None = None,
        say: Any = None) -> list[str]:
    """Train what the plans ask for and is not there yet.

    Parameters
    ----------
    plans : sequence of Plan
    out : Path
        Folder; each finished run becomes ``out/runs/TASK-SIZE-sSEED.npz``.
    jobs : int
        Processes on this machine.
    scheduler : str, optional
        Address of a Dask scheduler instead.
    say : callable, optional
        ``(finished, asked_for)`` after each step forward, for a progress bar.

    Returns
    -------
    list of str
        One sentence about each file that was damaged and trained again.

    Raises
    ------
    EmergenceError
        Without JAX, for an unknown task, a folder that cannot be written, or one that holds runs of other
        settings.
    """
    need_jax()
    out = Path(out)
    known = import_module(".tasks", __package__)
    for plan in plans:
        known.get_task(plan.task)
    _need_writable(out / "runs")
    finished, notes = _finished(plans, out / "runs")
    todo = units(plans, finished)
    total = sum(len(plan.seeds_of(size)) for plan in plans for size in plan.sizes)
    done = total - sum(len(unit.seeds) for unit in todo)
    if say:
        say(done, total)
    for number, files in each_finished(train_unit, todo, jobs=jobs, scheduler=scheduler):
        unit = todo[number]
        for seed, content in zip(unit.seeds, files, strict=True):
            write_whole(out / "runs" / file_name(unit.task, unit.size, seed), content)
        done += len(unit.seeds)
        if say:
            say(done, total)
    return notes


def _finished(plans: Sequence[Plan], folder: Path) -> tuple[frozenset[str], list[str]]:
    """Names of the whole files that the plans ask for, and a sentence about each damaged one."""
    finished, notes = set(), []
    for plan, size, seed in _asked(plans):
        path = folder / file_name(plan.task, size, seed)
        if not path.exists():
            continue
        try:
            about = read_run(path).about
        except InputError:
            notes.append(f"{path} is no whole results file and is trained again.")
            continue
        asked, was = asdict(plan.settings_of(size)), about.get("settings") or {}
        if was != asked:
            differs = next(k for k, v in asked.items() if was.get(k) != v)
            raise InputError(f"{path} was trained with {differs} {was.get(differs)}, asked for is "
                             f"{asked[differs]}; choose another folder.")
        finished.add(path.name)
    return frozenset(finished), notes


def _asked(plans: Sequence[Plan]) -> Iterator[tuple[Plan, Size, int]]:
    for plan in plans:
        for size in plan.sizes:
            for seed in plan.seeds_of(size):
                yield plan, size, seed


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    temporary.write_bytes(content)
    temporary.replace(path)


def _need_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe.{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror or error}.") from None


def command_line() -> str:
    """The command that is running, as typed."""
    return " ".join(["python -m emergence_utils.train", *sys.argv[1:]])
