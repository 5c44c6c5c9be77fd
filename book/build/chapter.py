"""What the head of a chapter tells: its claims, its tables, its length and when it was last run."""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import emergence_utils
from emergence_utils.errors import InputError

from .parts import DECIDED, ledger_claims, verdict_of

__all__ = ["ChapterScore", "chapter_score", "last_commit", "reading_minutes", "tables_used"]

_WORDS_PER_MINUTE = 220
_SECONDS_PER_FIGURE = 12
_PACKAGE = "emergence_utils"
_ROOT = Path(emergence_utils.__file__).parent
#: Modules through which tables are loaded.
_TABLES = (f"{_PACKAGE}.scores",)


def reading_minutes(words: int, figures: int = 0) -> int:
    """Minutes that a page takes to read: 220 words a minute and 12 seconds a figure, at least one.

    Examples
    --------
    >>> reading_minutes(2200, figures=10), reading_minutes(20)
    (12, 1)
    """
    if words < 0 or figures < 0:
        raise InputError(f"words and figures must not be negative, got {words} and {figures}.")
    return max(1, round(words / _WORDS_PER_MINUTE + figures * _SECONDS_PER_FIGURE / 60))


@dataclass(frozen=True)
class ChapterScore:
    """Claims of one chapter.

    Attributes
    ----------
    counts : dict of str to int
        Claims by verdict, in the order in which verdicts are first met.
    """

    counts: dict[str, int]

    @property
    def claims(self) -> int:
        """All claims that the chapter takes up."""
        return sum(self.counts.values())

    @property
    def decided(self) -> int:
        """Those that hold, hold with limits or fail."""
        return sum(self.counts.get(v, 0) for v in DECIDED)


def chapter_score(ledger: Any, chapter: str | None = None) -> ChapterScore:
    """Count the verdicts of one chapter, by the stem of its notebook; of the whole book without one."""
    counts: dict[str, int] = {}
    for claim in ledger_claims(ledger):
        if chapter in (None, claim["chapter"]):
            counts[verdict_of(claim)] = counts.get(verdict_of(claim), 0) + 1
    return ChapterScore(counts)


def tables_used(notebook: str | Path, known: Sequence[str]) -> list[str]:
    """Tables that a notebook loads, in the order of `known`.

    Parameters
    ----------
    notebook : path
        A notebook in Python.
    known : sequence of str
        Names of the tables there are.

    Returns
    -------
    list of str
        Those named in a call of ``scores.load``, in the notebook or in a part of this package that
        it imports. Where the name is computed, every known name written in the same cell counts.

    Raises
    ------
    InputError
        If `notebook` is not there or is no notebook.
    """
    path = Path(notebook)
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        raise InputError(f"notebook {path} is not there.") from None
    except (json.JSONDecodeError, KeyError, TypeError):
        raise InputError(f"notebook {path} is not a Jupyter notebook.") from None
    found: set[str] = set()
    for cell in cells:
        tree = _parsed("".join(cell["source"])) if cell["cell_type"] == "code" else None
        if tree is not None:
            found |= _loaded(tree, known)
            for file in _imported(tree):
                found |= _loaded_by(file, tuple(known))
    return [name for name in known if name in found]


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except SyntaxError:  # a cell may use IPython's own commands
        return None


def _texts(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


@cache
def _loaded_by(file: Path, known: tuple[str, ...]) -> set[str]:
    """The same of a file of this package; chapters share them, and reading takes a while."""
    return _loaded(ast.parse(file.read_text(encoding="utf-8")), known)


def _loaded(tree: ast.AST, known: Collection[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("load", "scores.load"):
            written = [a.value for a in node.args if isinstance(a, ast.Constant)]
            found |= set(map(str, written)) if len(written) == len(node.args) else _texts(tree)
    return found & set(known)


def _imported(tree: ast.AST) -> Iterator[Path]:
    """Source files of the parts of this package that a cell imports; `_TABLES` themselves name no table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == _PACKAGE:
            for alias in node.names:
                name = next((n for n in (f"{node.module}.{alias.name}", str(node.module)) if _file(n)), "")
                file = _file(name)
                if file is not None and name not in _TABLES:
                    yield from file.parent.glob("*.py") if file.name == "__init__.py" else [file]


def _file(name: str) -> Path | None:
    """Where a module of this package lies, without loading it; None where there is none."""
    path = _ROOT.joinpath(*name.split(".")[1:])
    return next((p for p in (path / "__init__.py", path.with_suffix(".py")) if name and p.is_file()), None)


def last_commit(root: str | Path, path: str | Path) -> date | None:
    """Day of the last commit that changed a file.

    Returns
    -------
    date or None
        None without git, for a file that was never committed, and in a shallow clone, whose oldest
        commit seems to have changed everything.
    """
    def git(*arguments: str) -> str:
        try:
            done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True,
                                  check=False)
        except OSError:
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""

    if git("rev-parse", "--is-shallow-repository") != "false":
        return None
    day = git("log", "-1", "--format=%cs", "--", str(path))
    return date.fromisoformat(day) if day else None
