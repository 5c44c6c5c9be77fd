"""Commands of README and guide that go on until they are stopped: each is started as printed, and answers."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from book.build import course

ROOT = Path(__file__).parents[2]
HTML = Path(os.environ.get("EMERGENCE_SITE", ROOT / "_build" / "html"))
#: What keeps JupyterLab from opening a browser, asking for a token, or taking another port.
HEADLESS = ("--no-browser", "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--allow-root")
LONGEST, PAUSE = 120, 0.05  # seconds

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of processes to stop.")


def printed(pattern, page="README.md"):
    """The one command of a page that fits a pattern, as it is printed."""
    return re.search(pattern, (ROOT / page).read_text(encoding="utf-8"), re.M)[0]


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def answer(address):
    """What an address answers, or None while no one does; an answer that it isn't there is a fault."""
    try:
        with urlopen(address, timeout=LONGEST) as reply:
            return reply.read().decode()
    except HTTPError:
        raise
    except OSError:
        return None


def until(done, log):
    """Wait for `done`, with a turn for the caller each time it is asked."""
    end = time.monotonic() + LONGEST
    while not done():
        assert time.monotonic() < end, f"nothing came of it:\n{log.read_text(encoding='utf-8')}"
        yield
        time.sleep(PAUSE)


@contextmanager
def started(command, first, folder, log, **environment):
    """Run a command, once `first` answers, until the block ends; then all that it started is stopped."""
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=out,
                                   stderr=subprocess.STDOUT, start_new_session=True)
    try:
        for _ in until(lambda: answer(first) is not None, log):
            assert process.poll() is None, f"{shlex.join(command)} ended:\n{log.read_text(encoding='utf-8')}"
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(LONGEST)
    for _ in until(lambda: answer(first) is None, log):
        pass  # what it started ends a moment later


@contextmanager
def jupyter(command, folder, tmp_path):
    """JupyterLab by a command of ours, with no settings but its own; gives its address."""
    port, home = free_port(), tmp_path / "jupyter"
    address = f"http://localhost:{port}"
    places = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    with started([*shlex.split(command), f"--port={port}", *HEADLESS], f"{address}/api/status", folder,
                 tmp_path / "log", **places):
        yield address


def test_make_serve_shows_the_landing_page(tmp_path):
    landing = HTML / "book/index.html"
    if not landing.is_file():
        pytest.skip("The site is not built; make site builds it.")
    if shutil.which("make") is None:
        pytest.skip("There is no make here.")
    (tmp_path / "_build").mkdir()
    (tmp_path / "_build/html").symlink_to(HTML)
    bin_folder = tmp_path / ".venv/bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "python").symlink_to(sys.executable)
    command, port = printed(r"^make serve\b"), free_port()
    address = f"http://localhost:{port}"
    # the site is there (-o), so that it isn't built once more
    with started([*shlex.split(command), f"PORT={port}", "-o", "site", "-f", str(ROOT / "Makefile")], address,
                 tmp_path, tmp_path / "log"):
        root, page = answer(f"{address}/"), answer(f"{address}/book/index.html")
    assert 'content="0; url=book/index.html"' in root
    title = re.search(r"<title>(.+)</title>", page)[1]
    assert title == "Emergent abilities, run again"
    assert f"http://localhost:{printed(r'(?<=^PORT .= ).+', 'Makefile')}" in printed(r"^make serve .*")


def test_jupyter_lab_lists_the_chapters(tmp_path):
    command = printed(r"\.venv/bin/jupyter lab notebooks")
    if not (ROOT / ".venv/bin/jupyter").is_file():
        pytest.skip("There is no .venv here; make site makes it.")
    with jupyter(command, ROOT, tmp_path) as address:
        listed = json.loads(answer(f"{address}/api/contents"))["content"]
        assert "<title>JupyterLab</title>" in answer(f"{address}/lab")
    chapters = {p.name for p in (ROOT / "notebooks").glob("*.ipynb")}
    assert {entry["name"] for entry in listed if entry["type"] == "notebook"} == chapters


def test_formgrader_shows_the_lecturer_his_assignment(tmp_path):
    course.write_course(ROOT, tmp_path, only=["01_definition"])
    folder = tmp_path / course.LECTURER
    steps = (folder / "README.md").read_text(encoding="utf-8")
    command = re.search(r"\*formgrader\* in Jupyter \(`(jupyter lab)`", steps)[1]
    program, rest = command.split(" ", 1)
    with jupyter(f"{Path(sys.executable).with_name(program)} {rest}", folder, tmp_path) as address:
        found = json.loads(answer(f"{address}/formgrader/api/assignments"))
        page = answer(f"{address}/formgrader/manage_assignments")
    assert [(one["name"], one["num_submissions"]) for one in found] == [("01_definition", 0)]
    assert "Manage Assignments" in page
