"""Copies of the notebooks for a hosted service: their first cell installs the book as it stands here."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from emergence_utils.errors import InputError

from .remote import commit, public_remote

__all__ = ["install_cell", "runtime_pins", "write_launch"]

_PIN = re.compile(r"^[A-Za-z0-9][\w.-]*==[^\\#]+", re.M)
_PYTHONS = ("3.11.0", "3.12.0", "3.13.0")
#: It runs the cells: a service that finds another version under its own kernel breaks.
_HOST = "ipython"

_CELL = '''\
# Run this cell first. It installs the book as of commit {short} and the versions that it was run with.
PINS = "{pins}"
%pip install --quiet {{PINS}}
%pip install --quiet --no-deps "emergence-utils @ {source}"

import sys

if any(getattr(sys.modules.get(name), "__version__", version) != version
       for name, _, version in (pin.partition("==") for pin in PINS.split())):
    print("Other versions were loaded already, so the session restarts now. Then run all cells again.")
    get_ipython().kernel.do_shutdown(True)
'''

_README = """# Notebooks to launch

This branch is written anew whenever the site is published; changes to it are lost. Each notebook installs the
book at commit {at}. The sources are on the branch that commit belongs to.
"""


def runtime_pins(root: str | Path = ".") -> list[str]:
    """The packages that the notebooks import, each with its version in ``requirements.txt``.

    Those are the dependencies of ``pyproject.toml``, in its order, but for IPython, of which a hosted
    service has its own.

    Raises
    ------
    InputError
        If a file is missing, or a dependency is not pinned to one version on all Pythons of the book.

    Examples
    --------
    >>> runtime_pins()[0].split("==")[0]
    'numpy'
    """
    project = tomllib.loads(_text(root, "pyproject.toml"))["project"]
    pinned: dict[str, list[Requirement]] = {}
    for line in _PIN.findall(_text(root, "requirements.txt")):
        found = Requirement(line.strip())
        pinned.setdefault(canonicalize_name(found.name), []).append(found)
    pins = []
    for name in (canonicalize_name(Requirement(d).name) for d in project["dependencies"]):
        if name != _HOST:
            versions = {_version(pinned.get(name, []), python) for python in _PYTHONS}
            if len(versions) != 1 or None in versions:
                raise InputError(f"requirements.txt must pin '{name}' to one version on Python 3.11 to 3.13; "
                                 f"it has {', '.join(map(str, pinned.get(name, []))) or 'none'}.")
            pins.append(f"{name}=={versions.pop()}")
    return pins


def install_cell(pins: list[str], source: str) -> dict[str, Any]:
    """The first cell of a notebook to launch.

    Parameters
    ----------
    pins : list of str
        As from `runtime_pins`.
    source : str
        Where pip finds the package, up to a commit: ``git+https://host/owner/name@commit``.
    """
    at = source.rpartition("@")[2]
    if not re.fullmatch(r"git\+\w+://[^\s\"@]+@[0-9a-f]{40}", source):
        raise InputError("source must be an address of git with a full commit, "
                         f"git+https://host/owner/name@commit, got '{source}'.")
    text = _CELL.format(short=at[:7], pins=" ".join(pins), source=source)
    return {"cell_type": "code", "id": "install-the-book", "metadata": {}, "execution_count": None,
            "outputs": [], "source": text.rstrip("\n").splitlines(keepends=True)}


def write_launch(root: str | Path = ".", out: str | Path = "_build/launch") -> list[Path]:
    """Write every notebook of `root` with the installing cell in front, for the branch ``launch``.

    Parameters
    ----------
    root : path
        Root of the checkout.
    out : path
        Folder that gets ``notebooks/`` and a README; not the checkout itself.

    Returns
    -------
    list of Path
        The notebooks written.

    Raises
    ------
    InputError
        Without a public remote or a commit, and if `out` is the checkout.
    """
    remote, at = public_remote(root), commit(root)
    if remote is None or at is None:
        raise InputError("notebooks to launch need a checkout with a commit and a remote on github.com; "
                         f"the remote is {remote.url if remote else 'missing or elsewhere'}.")
    if Path(out).resolve() == Path(root).resolve():
        raise InputError(f"out must be a folder of its own, got the checkout: {Path(out).resolve()}.")
    cell = install_cell(runtime_pins(root), f"git+{remote.url}@{at}")
    target = Path(out) / "notebooks"
    target.mkdir(parents=True, exist_ok=True)
    (Path(out) / "README.md").write_text(_README.format(at=at), encoding="utf-8", newline="\n")
    written = []
    for path in sorted((Path(root) / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"].insert(0, cell)
        copy = target / path.name
        text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        copy.write_text(text, encoding="utf-8", newline="\n")
        written.append(copy)
    for old in set(target.glob("*.ipynb")) - set(written):
        old.unlink()
    return written


def _version(found: list[Requirement], python: str) -> str | None:
    """The one version pinned for a Python."""
    environment = {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    hits = [r for r in found if r.marker is None or r.marker.evaluate(environment)]
    return next(iter(hits[0].specifier)).version if len(hits) == 1 else None


def _text(root: str | Path, name: str) -> str:
    try:
        return (Path(root) / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"{name} is not there; run this from the root of the repository.") from None
