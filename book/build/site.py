"""The site, from the generated pages to ``_build/html``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .pages import write_pages
from .pdf import PDF_NAME, link_pdf

__all__ = ["build"]

# jsonschema, which jupyter-book imports, loads a checker of international addresses where there is one: it
# compiles 38 grammars, which takes over a second of every build, and nothing here uses it
_PROGRAM = """import sys
sys.modules["rfc3987_syntax"] = None
from jupyter_book.cli.main import main
main()"""


def build(root: str | Path = ".", out: str | Path = ".") -> int:
    """Write the pages and build them with warnings as errors; return the exit status.

    Parameters
    ----------
    root : path
        Root of the repository.
    out : path
        The site goes to ``_build/html`` under it; relative to `root`. What Sphinx knows of the pages stays
        beside it, so that the next build does only what has changed.
    """
    write_pages(root)
    command = [sys.executable, "-c", _PROGRAM, "build", ".", "-q", "-W", "-n", "--keep-going",
               "--config", "book/_config.yml", "--toc", "book/_toc.yml", "--path-output", str(out)]
    done = subprocess.run(command, cwd=root, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:  # else it only says where the pages are
        sys.stderr.write(done.stdout)
        return done.returncode
    html = Path(root) / out / "_build/html"
    if (html / PDF_NAME).is_file():
        link_pdf(html)
    files = [p for p in html.rglob("*") if p.is_file()]
    pages, size = sum(p.suffix == ".html" for p in files), sum(p.stat().st_size for p in files)
    print(f"{html}: {pages} pages, {size / 1e6:.1f} MB in {len(files)} files.")
    return 0
