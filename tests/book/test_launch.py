"""Notebooks for hosted services, and the files that publish the site: what they install and run."""

import ast
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from book.build import launch
from book.build.__main__ import main
from emergence_utils.errors import InputError

ROOT = Path(__file__).parents[2]
SOURCE = "git+https://github.com/lecturer/book-fork@" + "0123456789abcdef" * 2 + "01234567"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = """[project]
name = "book"
dependencies = ["numpy>=2.1", "Pandas>=3.0", "ipython>=8.18"]
"""
PINS = """# via something==9
numpy==2.4.6 ; python_full_version < '3.15' \\
    --hash=sha256:00
    # via pandas
numpy==2.5.5 ; python_full_version >= '3.15' \\
    --hash=sha256:11
pandas==3.1.1 \\
    --hash=sha256:22
pandas-stubs==9.9 \\
    --hash=sha256:33
ipython==9.18.1 \\
    --hash=sha256:44
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A fork with two notebooks and one commit."""
    for name, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}.items():
        monkeypatch.setenv(name, value)
    root = tmp_path / "book"
    (root / "notebooks").mkdir(parents=True)
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "requirements.txt").write_text(PINS)
    for name in ("01_a", "02_b"):
        cells = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# {name} – é"}]
        (root / "notebooks" / f"{name}.ipynb").write_text(
            json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "first")
    git(root, "remote", "add", "origin", "git@github.com:lecturer/book-fork.git")
    return root


def git(root, *arguments):
    return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True,
                          text=True).stdout.strip()


def source(cell):
    return "".join(cell["source"])


# ---- pins


def test_what_is_installed_are_the_dependencies_at_their_pinned_versions(checkout):
    assert launch.runtime_pins(checkout) == ["numpy==2.4.6", "pandas==3.1.1"]


@pytest.mark.parametrize("pins", [
    PINS.replace("pandas==3.1.1", "polars==3.1.1"),
    PINS.replace("'3.15'", "'3.12'"),
    PINS.replace(" ; python_full_version < '3.15'", "").replace(" ; python_full_version >= '3.15'", ""),
])
def test_a_dependency_without_one_version_is_refused(checkout, pins):
    (checkout / "requirements.txt").write_text(pins)
    with pytest.raises(InputError, match=r"^requirements\.txt must pin '(numpy|pandas)' to one version"):
        launch.runtime_pins(checkout)


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.txt"])
def test_a_missing_file_is_named(checkout, name):
    (checkout / name).unlink()
    with pytest.raises(InputError, match=f"^{re.escape(name)} is not there"):
        launch.runtime_pins(checkout)


def test_the_books_own_pins_leave_the_services_ipython_alone():
    names = [pin.partition("==")[0] for pin in launch.runtime_pins(ROOT)]
    assert names[:3] == ["numpy", "pandas", "scipy"]
    assert "ipython" not in names and "jupyter" not in names


# ---- cell


def test_the_cell_installs_the_pins_and_the_fork_at_its_commit():
    text = source(launch.install_cell(["numpy==2.4.6", "pandas==3.1.1"], SOURCE))
    assert 'PINS = "numpy==2.4.6 pandas==3.1.1"\n%pip install --quiet {PINS}\n' in text
    assert f'%pip install --quiet --no-deps "emergence-utils @ {SOURCE}"\n' in text
    assert "commit 0123456 " in text
    ast.parse(re.sub(r"^%.*$", "pass", text, flags=re.M))


@pytest.mark.parametrize("given", ["git+https://github.com/a/b", "git+https://github.com/a/b@main",
                                   'git+https://github.com/a/b"; x@' + "0" * 40, "emergence-utils"])
def test_an_address_that_is_not_pinned_is_refused(given):
    with pytest.raises(InputError, match=r"^source must be an address of git with a full commit"):
        launch.install_cell([], given)


@pytest.mark.parametrize(("loaded", "restarts"), [("2.4.6", False), ("2.0.2", True), (None, False)])
def test_the_session_restarts_only_if_another_version_is_loaded(loaded, restarts, monkeypatch, capsys):
    calls = []

    class Shell:
        class kernel:  # noqa: N801
            do_shutdown = staticmethod(calls.append)

    module = type("numpy", (), {"__version__": loaded}) if loaded else None
    monkeypatch.setitem(__import__("sys").modules, "numpy", module)
    text = source(launch.install_cell(["numpy==2.4.6"], SOURCE))
    exec(re.sub(r"^%.*$", "", text, flags=re.M), {"get_ipython": Shell})  # the cell, less its magics
    assert calls == [True] * restarts
    assert ("restarts now" in capsys.readouterr().out) == restarts


# ---- copies


def test_every_notebook_is_copied_with_the_cell_in_front(checkout, tmp_path):
    out = tmp_path / "launch"
    (out / "notebooks").mkdir(parents=True)
    (out / "notebooks" / "00_gone.ipynb").write_text("{}")
    written = launch.write_launch(checkout, out)
    assert [p.name for p in written] == ["01_a.ipynb", "02_b.ipynb"]
    assert sorted(p.name for p in (out / "notebooks").iterdir()) == ["01_a.ipynb", "02_b.ipynb"]
    at = git(checkout, "rev-parse", "HEAD")
    assert at in (out / "README.md").read_text()
    for path in written:
        original = json.loads((checkout / "notebooks" / path.name).read_text())
        copy = json.loads(path.read_text(encoding="utf-8"))
        assert copy["cells"][1:] == original["cells"] and copy["nbformat_minor"] == 5
        assert f"git+https://github.com/lecturer/book-fork@{at}" in source(copy["cells"][0])


def test_without_a_public_remote_nothing_is_written(checkout, tmp_path):
    git(checkout, "remote", "set-url", "origin", "/srv/git/book.git")
    with pytest.raises(InputError, match=r"need a checkout with a commit and a remote on github\.com"):
        launch.write_launch(checkout, tmp_path / "launch")
    assert not (tmp_path / "launch").exists()


def test_the_checkout_itself_is_never_written_to(checkout):
    before = git(checkout, "status", "--porcelain")
    with pytest.raises(InputError, match=r"^out must be a folder of its own, got the checkout"):
        launch.write_launch(checkout, checkout / "notebooks" / "..")
    assert git(checkout, "status", "--porcelain") == before


def test_the_command_writes_them(checkout, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(checkout)
    assert main(["launch", "--out", str(tmp_path / "launch")]) == 0
    assert capsys.readouterr().out.startswith("2 notebooks in ")
    assert main(["launch"]) == 1
    assert "out must be a folder of its own" in capsys.readouterr().err


# ---- the files that run elsewhere


def targets():
    """Names of the Makefile's targets."""
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


def steps(path):
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def commands(path):
    return "\n".join(s["run"] for s in steps(path) if "run" in s)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_workflows_run_what_the_makefile_has_and_pin_their_actions(path):
    made = re.findall(r"\bmake (\w+)", commands(path))
    assert set(made) <= targets()
    used = [s["uses"] for s in steps(path) if "uses" in s]
    assert used and all(re.fullmatch(r"actions/[\w-]+@v\d+", u) for u in used)
    checkouts = [s for s in steps(path) if s.get("uses", "").startswith("actions/checkout@")]
    assert [s["with"]["fetch-depth"] for s in checkouts] == [0] * len(checkouts)  # dates come from git


def test_there_is_one_workflow_to_check_and_one_to_publish():
    assert [p.stem for p in WORKFLOWS] == ["ci", "pages"]
    assert ".ci/run" in commands(WORKFLOWS[0])
    text = commands(WORKFLOWS[1])
    assert text.index("make site") < text.index("make pdf") < text.index("book/build launch")
    assert '"HEAD:refs/heads/$BRANCH"' in text
    assert "format('launch-{0}', github.ref_name) || 'launch'" in WORKFLOWS[1].read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_workflows_ask_for_no_more_rights_than_they_need(path):
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert whole["permissions"] == {"contents": "read"}
    rights = {name: job.get("permissions", {}) for name, job in whole["jobs"].items()}
    assert rights == ({"check": {}, "laptops": {}, "newest": {}} if path.stem == "ci" else
                      {"build": {}, "deploy": {"pages": "write", "id-token": "write"},
                       "launch": {"contents": "write"}})


def test_binder_installs_what_the_makefile_installs():
    rule = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\n.venv/.ready:")[2]
    made = re.findall(r"\$\(BIN\)/pip install (.*)", rule)
    script = ROOT / ".binder" / "postBuild"
    run = re.findall(r"\.venv/bin/pip install (.*)", script.read_text(encoding="utf-8"))
    assert [r.replace("--no-cache-dir ", "") for r in run] == made
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert (ROOT / ".binder" / "runtime.txt").read_text() == "python-3.11\n"
