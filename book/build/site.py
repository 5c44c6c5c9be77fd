"""The site, from the generated pages to ``_build/html``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .pages import write_pages
from .pdf import PDF_NAME, link_pdf

__all__ = ["build"]

#: Where Sphinx writes; it stays, so that the next build does only what has changed.
RAW = Path("_build/sphinx")
# jsonschema, which jupyter-book imports, loads a checker of international addresses where there is one: it
# compiles 38 grammars, which takes over a second of every build, and nothing here uses it
_PROGRAM = """import sys
sys.modules["rfc3987_syntax"] = None
from jupyter_book.cli.main import main
main()"""


def build(root: str | Path = ".", out: str | Path = ".") -> int:
    """Write the pages, build them with warnings as errors and finish the site; return the exit status.

    Parameters
    ----------
    root : path
        Root of the repository.
    out : path
        The site goes to ``_build/html`` under it; relative to `root`.
    """
    from .finish import finish  # here, as the build's extensions import this package and never finish

    write_pages(root)
    folder = Path(root) / out
    command = [sys.executable, "-c", _PROGRAM, "build", ".", "-q", "-W", "-n", "--keep-going",
               "--config", "book/_config.yml", "--toc", "book/_toc.yml",
               "--path-output", str(Path(out) / RAW)]
    done = subprocess.run(command, cwd=root, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:  # else it only says where the unfinished pages are
        sys.stderr.write(done.stdout)
        return done.returncode
    html = folder / "_build/html"
    made = finish(folder / RAW / "_build/html", html, keep=folder / "_build/finish")
    if (html / PDF_NAME).is_file():
        link_pdf(html)
    print(f"{html}: {made.pages} pages, {made.size / 1e6:.1f} MB in {made.files} files, "
          f"{made.written} of them written now.")
    return 0
