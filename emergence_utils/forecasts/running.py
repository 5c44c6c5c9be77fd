"""The full benchmark: every source with every method, one file a part, so that a run cut off goes on."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from .._checks import short
from .._typed import checked
from ..errors import EmergenceError, InputError
from ..train.runs import write_whole
from ..train.scale import each_finished
from .base import Method
from .holdout import HoldOuts, hold_outs
from .methods import METHODS, REFERENCE
from .rungs import sources
from .scoring import CELL, answers, score_answers, summed

__all__ = ["QUICK", "Part", "gathered", "parts", "run", "score_method", "stored_cells"]

#: Sources of the reduced run.
QUICK = ("cot", "gemstones", "monkeys")


@dataclass(frozen=True)
class Part:
    """What one worker does at once: one method on all ladders of one source."""

    source: str
    method: Method

    @property
    def file(self) -> str:
        """Name of its file; other settings of a method have another."""
        word = re.sub(r"\W+", "-", self.method.name)
        return f"{self.source}-{word}-{zlib.crc32(repr(self.method).encode()):08x}.csv.gz"


def parts(names: Sequence[str] | None = None, methods: Sequence[Method] = METHODS) -> list[Part]:
    """All parts of a run, those of one source together."""
    return [Part(source, method) for source in (sources() if names is None else names) for method in methods]


@lru_cache(maxsize=1)
def _questions(source: str) -> HoldOuts:
    return hold_outs(source)


def score_part(part: Part) -> bytes:
    """Rows of one part, as its file holds them."""
    questions = _questions(part.source)
    rows = score_answers(answers(part.method, questions), questions, part.method.name)
    buffer = io.BytesIO()
    rows.to_csv(buffer, index=False, float_format="%.6g",
                compression={"method": "gzip", "compresslevel": 4, "mtime": 0})
    return buffer.getvalue()


def run(out: Path, todo: Sequence[Part], *, jobs: int = 1, scheduler: str | None = None,
        say: Callable[[int, int], None] | None = None) -> None:
    """Score what is asked for and not there yet; each finished part becomes one file in ``out``.

    Parameters
    ----------
    out : Path
        Folder; made where it is not there.
    todo : sequence of Part
    jobs : int
        Processes on this machine.
    scheduler : str, optional
        Address of a Dask scheduler instead.
    say : callable, optional
        ``(finished, asked_for)`` after each part.

    Raises
    ------
    EmergenceError
        If the folder cannot be written or no scheduler answers.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}.") from None
    left = [part for part in todo if not _whole(out / part.file)]
    done = len(todo) - len(left)
    if say:
        say(done, len(todo))
    for number, content in each_finished(score_part, left, jobs=jobs, scheduler=scheduler):
        write_whole(out / left[number].file, content)
        done += 1
        if say:
            say(done, len(todo))


def gathered(out: Path, todo: Sequence[Part]) -> pd.DataFrame:
    """Rows of all parts, with the error of "same as last" on the same question beside each.

    Raises
    ------
    InputError
        If a part is missing.
    """
    missing = [part.file for part in todo if not (out / part.file).exists()]
    if missing:
        raise InputError(f"{out} lacks {len(missing)} parts, e.g. {missing[0]}; run the same command again.")
    words = ("source", "family", "task", "subset", "metric", "prompting", "kind", "method", "why")
    text = dict.fromkeys(words, "str")
    rows = pd.concat([pd.read_csv(out / part.file, dtype=text) for part in todo], ignore_index=True)
    return with_reference(rows)


def with_reference(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with ``same``: the error of the reference on the same question."""
    on = ["source", "case", "scale"]
    same = rows.loc[rows["method"] == REFERENCE, [*on, "error"]].rename(columns={"error": "same"})
    return rows.merge(same, how="left", on=on)


@checked
def score_method(method: Method, data: Sequence[str] | str | pd.DataFrame = QUICK) -> pd.DataFrame:
    """Score a method of your own: the same questions, the same scores as those of the leaderboard.

    Parameters
    ----------
    method : Method
        Has a ``name`` and is called with known and asked (see `Method`).
    data : sequence of str, str or DataFrame
        Keys of sources (three small ones by default; `sources` lists them), or a score table of your own.

    Returns
    -------
    DataFrame
        One row a source, family, task, kind and distance, beside those of "same as last": what `leaderboard`
        takes, and what may be joined to `stored_cells` of the other methods.

    Raises
    ------
    InputError
        If the method answers in another shape than asked, or a source is not known.

    Examples
    --------
    >>> from emergence_utils.forecasts import Line, leaderboard
    >>> board = leaderboard(score_method(Line(), ["cot"]))
    >>> board.loc[board.distance == "all", ["method", "error"]].round(3).values.tolist()
    [['line', 0.14], ['same as last', 0.136]]
    """
    given = [data] if isinstance(data, pd.DataFrame | str) else data
    if not isinstance(given, list | tuple) or not given:
        raise InputError(f"data must be a score table or keys of sources, got {short(data)}.")
    tables: list[pd.DataFrame] = []
    asked = (method,) if getattr(method, "name", None) == REFERENCE else (method, METHODS[0])
    for one in given:
        questions = hold_outs(one)
        if not len(questions):
            raise InputError("data holds no ladder of five models, so that there is nothing to ask.")
        both = [answers(each, questions) for each in asked]
        tables += [score_answers(told, questions, each.name) for told, each in zip(both, asked, strict=True)]
    return summed(with_reference(pd.concat(tables, ignore_index=True)))


@checked
def stored_cells(path: Path | str) -> pd.DataFrame:
    """Cells of a full run as they are stored.

    Raises
    ------
    EmergenceError
        If the file is not there or is none of ours.
    """
    try:
        cells = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise EmergenceError(f"{path} cannot be read: {str(error).splitlines()[0]}.") from None
    if not set(CELL) <= set(cells):
        raise InputError(f"{path} must have the columns {', '.join(CELL)}; "
                         f"got {', '.join(cells.columns[:6])}.")
    return cells


def _whole(path: Path) -> bool:
    """Whether a part is there and can be read to its end."""
    try:
        pd.read_csv(path, usecols=["method"])
        return True
    except (OSError, ValueError, EOFError, zlib.error):
        return False
