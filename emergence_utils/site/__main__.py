"""Command line, run from the root of the repository.

``python -m emergence_utils.site pages`` writes the generated pages, ``... build`` writes them and builds the
site into ``_build/html``, ``... pdf`` prints the built site into one file there.
``... launch`` writes copies of the notebooks that install the book by themselves, for hosted services.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..errors import EmergenceError
from .build import build
from .launch import write_launch
from .pages import write_pages
from .pdf import write_pdf


def main(argv: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m emergence_utils.site", description=__doc__)
    parser.add_argument("what", choices=["pages", "build", "pdf", "launch"])
    parser.add_argument("--out", default=".", help="folder that gets _build/html (default: here), or the "
                                                   "notebooks of 'launch', which needs a folder of its own")
    args = parser.parse_args(argv)
    try:
        if args.what == "build":
            return build(out=args.out)
        if args.what == "pdf":
            target = write_pdf(Path(args.out) / "_build" / "html")
            print(f"{target}: {target.stat().st_size / 1e6:.1f} MB.")
            return 0
        if args.what == "launch":
            print(f"{len(write_launch(out=args.out))} notebooks in {Path(args.out) / 'notebooks'}.")
            return 0
        print(f"{len(write_pages())} pages are up to date.")
    except EmergenceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
