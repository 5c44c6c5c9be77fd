"""One source, two copies: the student's fails every check as delivered, the lecturer's passes all."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pandas as pd
import pytest
from nbgrader.api import Gradebook

from book.build import course
from emergence_utils.course import exercises
from emergence_utils.errors import InputError

ROOT = Path(__file__).parents[2]
SETS = sorted((ROOT / "notebooks" / "exercises").glob("*.ipynb"))
CHAPTERS = {p.stem for p in (ROOT / "notebooks").glob("*.ipynb")}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Both copies of all sets."""
    out = tmp_path_factory.mktemp("course")
    assert course.write_course(ROOT, out) == [path.stem for path in SETS]
    return out


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def text(cell):
    return "".join(cell["source"])


def tagged(path, tag):
    return [c for c in cells(path) if tag in c["metadata"].get("tags", [])]


def points(cell):
    """What a check gave."""
    result = next(o for o in cell["outputs"] if o["output_type"] == "execute_result")
    return float("".join(result["data"]["text/plain"]))


@pytest.fixture(scope="module")
def kernel():
    """One for all copies, so that what they load is loaded once; none sees the names of another."""
    client = nbclient.NotebookClient(nbformat.v4.new_notebook(), timeout=120,
                                     resources={"metadata": {"path": str(ROOT)}})
    with client.setup_kernel():
        yield client


def run(path, kernel):
    """Points that the checks of a notebook give."""
    kernel.nb = notebook = nbformat.read(path, as_version=4)
    kernel.reset_execution_trackers()
    kernel.execute_cell(nbformat.v4.new_code_cell("%reset -f"), 0)
    for place, cell in enumerate(notebook.cells):
        kernel.execute_cell(cell, place)
    return {c["id"]: points(c) for c in notebook.cells if "check" in c["metadata"].get("tags", [])}


@pytest.mark.parametrize("path", SETS, ids=lambda p: p.stem)
def test_what_every_set_has(path):
    assert path.stem in CHAPTERS
    chapter = str(int(path.stem[:2]))
    heads = [m for c in cells(path) for m in re.findall(r"^## (\d+\.\d+) (.+)$", text(c), re.M)]
    assert 4 <= len(heads) <= 6
    assert [number for number, _ in heads] == [f"{chapter}.{i + 1}" for i in range(len(heads))]
    assert heads[0][1] == "Predict first"
    assert any(title == "Defend the other side" for _, title in heads)
    assert any(title == "Bring your own ladder" for _, title in heads)
    for cell in cells(path):
        if cell["cell_type"] == "markdown" and text(cell).startswith("## "):
            assert re.search(r"^\*Goal: .+\. .*(minutes|hour).*\*$", text(cell), re.M), text(cell)[:60]
    checked = [re.search(r'check\("([\d.]+)"', text(c)).group(1) for c in tagged(path, "check")]
    assert checked == [e for e in exercises() if e.split(".")[0] == chapter]
    assert len(tagged(path, "solution")) == len(checked)
    assert len(tagged(path, "essay")) >= 1
    assert f"(../{path.name})" in text(cells(path)[0])


@pytest.mark.parametrize("path", SETS, ids=lambda p: p.stem)
def test_the_lecturers_copy_passes_every_check(path):
    """As stored, and nbval runs the source anew and compares."""
    for cell in tagged(path, "check"):
        assert points(cell) == 1, cell["id"]


@pytest.mark.parametrize("path", SETS, ids=lambda p: p.stem)
def test_the_students_copy_runs_and_fails_every_check(path, made, kernel):
    copy = made / "student" / path.stem / path.name
    whole = copy.read_text(encoding="utf-8")
    assert "SOLUTION" not in whole
    assert "{dropdown}" not in whole
    for cell in tagged(path, "solution"):
        solution = re.search(r"### BEGIN SOLUTION\n(.*?)\n### END", text(cell), re.S).group(1)
        assert json.dumps(solution)[1:-1] not in whole
    assert all(not c["outputs"] for c in cells(copy) if c["cell_type"] == "code")
    assert set(run(copy, kernel).values()) == {0.0}


def steps_of_marking(folder):
    """Commands of nbgrader that the lecturer's README prints, in their order."""
    return re.findall(r"`(nbgrader [^`]+)`", (folder / "README.md").read_text(encoding="utf-8"))


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_a_sample_submission_gets_the_right_marks_by_the_commands_as_printed(tmp_path):
    course.write_course(ROOT, tmp_path, only=["01_definition"])
    lecturer = tmp_path / "lecturer"
    given = tmp_path / "student/01_definition/01_definition.ipynb"
    notebook = json.loads(given.read_text(encoding="utf-8"))
    filled = {"answer-1-1": "prediction = 3", "answer-1-2": "emergent = 8",
              "answer-1-3": 'pattern = dict.fromkeys(TASKS, "absent throughout")',
              "answer-1-4": "still_emergent = 1 / 0"}
    for cell in notebook["cells"]:
        where = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if where in filled:
            cell["source"] = text(cell).replace("# your code here", filled[where])
        if where == "check-1-2":  # a student who writes his own check is not marked by it
            cell["source"] = "1.0"
    sent = lecturer / "submitted/ada/01_definition/01_definition.ipynb"
    sent.parent.mkdir(parents=True)
    sent.write_text(json.dumps(notebook), encoding="utf-8")
    commands = steps_of_marking(lecturer)
    assert [command.split()[1] for command in commands] == ["autograde", "generate_feedback", "export"]
    with course.tools_of_nbgrader():
        for command in commands:
            done = subprocess.run([sys.executable, "-m", *shlex.split(command)], cwd=lecturer, text=True,
                                  capture_output=True, check=False)
            assert done.returncode == 0, done.stderr
        with Gradebook(f"sqlite:///{lecturer / 'gradebook.db'}") as book:
            sent = book.find_submission("01_definition", "ada")
            marks = {grade.name: grade.score for grade in sent.notebooks[0].grades}
    assert marks == {"check-1-1": 1, "check-1-2": 0, "check-1-3": pytest.approx(2 / 6), "check-1-4": 0,
                     "check-1-5": 0, "essay-1-6": 0}
    grades = pd.read_csv(lecturer / "grades.csv")
    assert grades[["assignment", "student_id", "max_score"]].to_numpy().tolist() == [
        ["01_definition", "ada", 8]]
    assert grades["score"][0] == pytest.approx(1 + 2 / 6)
    feedback = lecturer / "feedback/ada/01_definition/01_definition.html"
    assert "check-1-3" in feedback.read_text(encoding="utf-8")


@pytest.mark.parametrize(("cell", "words"), [
    ({"tags": ["solution"]}, "cell 'a' is tagged solution and has no lines '### BEGIN SOLUTION'"),
    ({"tags": ["solution", "check"]}, "cell 'a' has the tags solution and check; it can be one of them.")])
def test_cells_that_are_tagged_wrongly(cell, words):
    with pytest.raises(InputError, match=re.escape(words)):
        course.graded_cell({"id": "a", "cell_type": "code", "metadata": cell, "source": "x = 1"})


def test_a_set_that_does_not_exist(tmp_path):
    with pytest.raises(InputError, match="there is no set of exercises '99_nothing'; known are 01_"):
        course.write_course(ROOT, tmp_path, only=["99_nothing"])
