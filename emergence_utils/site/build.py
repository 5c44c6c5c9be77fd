"""The site, from the generated pages to ``_build/html``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .pages import write_pages

__all__ = ["build"]


def build(root: str | Path = ".", out: str | Path = ".") -> int:
    """Write the pages, then build the site with warnings as errors; return the exit status.

    Parameters
    ----------
    root : path
        Root of the repository.
    out : path
        The site goes to ``_build/html`` under it; relative to `root`.
    """
    write_pages(root)
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", ".", "-q",
               "-W", "-n", "--keep-going", "--config", "book/_config.yml", "--toc", "book/_toc.yml",
               "--path-output", str(out)]
    return subprocess.run(command, cwd=root, check=False).returncode
