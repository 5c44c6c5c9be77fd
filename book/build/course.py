"""The two copies of the exercises, made from one source by nbgrader: a student's and a lecturer's."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emergence_utils.errors import InputError

__all__ = ["LECTURER", "STUDENT", "graded_cell", "settings", "tools_of_nbgrader", "write_course"]

LECTURER, STUDENT = "lecturer", "student"
#: Points of a check, which the toolkit marks, and of an essay, which a person marks.
POINTS = {"check": 1, "essay": 3}

CONFIG = '''\
"""Settings of nbgrader for this course; see its manual for more."""

c = get_config()
c.CourseDirectory.course_id = "emergence"
c.ClearSolutions.code_stub = {"python": "# your code here"}
c.ClearSolutions.text_stub = "*Your answer here.*"
c.ExecutePreprocessor.timeout = 120
# marked again from the top, each in the versions of this book
c.ExecutePreprocessor.kernel_name = "python3"
'''

LECTURERS_README = """# The lecturer's copy

`source/` holds the exercises with their solutions, `release/` what students get. Run these in this folder, in
the environment of the book:

1. Hand out the folders of `release/` (the same as `../student`).
2. Put what comes back into `submitted/NAME/SET/`, e.g. `submitted/ada/01_definition/01_definition.ipynb`.
3. `nbgrader autograde 01_definition` marks the checks.
4. The essays are marked by hand in nbgrader's *formgrader* in Jupyter (`jupyter lab`, menu *Nbgrader*);
   `nbgrader generate_feedback 01_definition` then writes a page for each student.
5. `nbgrader export` writes all marks to `grades.csv`.

A check is worth one point, an essay three.
"""

_STUDENT = """# Exercises

Each folder is one set. Open the notebook in the environment of the book, fill the boxes, and run it from top
to bottom. The line under each box says what is wrong with an answer. Hand in the notebook under its name.
"""


def graded_cell(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell with what nbgrader must know of it, from its tag: ``solution``, ``check`` or ``essay``.

    Parameters
    ----------
    cell : dict
        Of a notebook.

    Returns
    -------
    dict
        A copy.

    Raises
    ------
    InputError
        If the cell has two of these tags, or its solution does not stand between its marks.
    """
    tags = cell["metadata"].get("tags", [])
    kinds = [tag for tag in ("solution", "check", "essay") if tag in tags]
    if not kinds:
        return cell
    if len(kinds) > 1:
        raise InputError(f"cell '{cell['id']}' has the tags {' and '.join(kinds)}; it can be one of them.")
    kind = kinds[0]
    text = "".join(cell["source"])
    if kind == "solution" and not 0 <= text.find("### BEGIN SOLUTION") < text.find("### END SOLUTION"):
        raise InputError(f"cell '{cell['id']}' is tagged solution and has no lines '### BEGIN SOLUTION' and "
                         "'### END SOLUTION' around its solution.")
    graded = {"schema_version": 3, "grade_id": cell["id"], "task": False, "grade": kind != "solution",
              "solution": kind != "check", "locked": kind == "check"}
    if kind in POINTS:
        graded["points"] = POINTS[kind]
    # what the site folds or leaves out, a student fills and reads
    shown = [tag for tag in tags if not tag.startswith(("hide-", "remove-"))]
    return {**cell, "metadata": {**cell["metadata"], "tags": shown, "nbgrader": graded}}


def write_course(root: str | Path = ".", out: str | Path = "_build/course",
                 only: Iterable[str] | None = None) -> list[str]:
    """Write both copies into a folder.

    Parameters
    ----------
    root : path
        Of the repository.
    out : path
        Folder that gets ``lecturer/`` (a course of nbgrader: source, release, settings, marks) and
        ``student/``.
        What these two held before is removed, submitted work excepted.
    only : iterable of str, optional
        Names of the sets to write; all where none are named.

    Returns
    -------
    list of str
        The sets written.

    Raises
    ------
    InputError
        If a set does not exist, a cell is tagged wrongly, or nbgrader refuses a set.
    """
    found = {path.stem: path for path in sorted((Path(root) / "notebooks" / "exercises").glob("*.ipynb"))}
    names = list(found if only is None else only)
    for name in names:
        if name not in found:
            raise InputError(f"there is no set of exercises '{name}'; known are "
                             f"{', '.join(found) or 'none'}.")
    course, student = (Path(out).resolve() / part for part in (LECTURER, STUDENT))
    for old in (course / "source", course / "release", student):
        shutil.rmtree(old, ignore_errors=True)
    for name in names:
        notebook = json.loads(found[name].read_text(encoding="utf-8"))
        notebook["cells"] = [_relinked(graded_cell(cell)) for cell in notebook["cells"]]
        target = course / "source" / name / f"{name}.ipynb"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (course / "submitted").mkdir(exist_ok=True)
    (course / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    (course / "README.md").write_text(LECTURERS_README, encoding="utf-8")
    _release(course, names)
    shutil.copytree(course / "release", student)
    (student / "README.md").write_text(_STUDENT, encoding="utf-8")
    return names


def _relinked(cell: dict[str, Any]) -> dict[str, Any]:
    """Links to chapters that work from a copy in ``_build/course/student/NAME`` or the like."""
    if cell["cell_type"] != "markdown":
        return cell
    return {**cell, "source": "".join(cell["source"]).replace("](../", "](../../../../notebooks/")}


def _release(course: Path, names: list[str]) -> None:
    from nbgrader.apps import NbGraderAPI

    with tools_of_nbgrader():
        api = NbGraderAPI(config=settings(course))
        for name in names:
            done = api.generate_assignment(name, force=True, create=True)
            if not done["success"]:
                fault = str(done.get("error") or done.get("log")).strip().splitlines()
                raise InputError(f"nbgrader refuses the exercises '{name}': "
                                 f"{fault[-1] if fault else 'it gives no reason'}")


def settings(course: Path) -> Any:
    """Settings of the nbgrader course in a folder, as traitlets' Config."""
    from traitlets.config.loader import Config, PyFileConfigLoader

    settings = Config(PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config())
    settings.CourseDirectory.root = str(course)
    return settings


@contextmanager
def tools_of_nbgrader() -> Iterator[None]:
    """The environment in which nbgrader works: its tools are found, its progress is not printed."""
    disabled, path = logging.root.manager.disable, os.environ.get("PATH", "")
    logging.disable(logging.WARNING)
    # nbgrader starts alembic by its name, which a virtual environment that is not activated hides
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    try:
        yield
    finally:
        logging.disable(disabled)
        os.environ["PATH"] = path
