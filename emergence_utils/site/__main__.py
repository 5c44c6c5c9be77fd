"""Command line, run from the root of the repository.

``python -m emergence_utils.site pages`` writes the generated pages, ``... build`` writes them and builds the
site into ``_build/html``.
"""

from __future__ import annotations

import argparse
import sys

from ..errors import EmergenceError
from .build import build
from .pages import write_pages


def main(argv: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m emergence_utils.site", description=__doc__)
    parser.add_argument("what", choices=["pages", "build"])
    parser.add_argument("--out", default=".", help="folder that gets _build/html (default: here)")
    args = parser.parse_args(argv)
    try:
        if args.what == "build":
            return build(out=args.out)
        print(f"{len(write_pages())} pages are up to date.")
    except EmergenceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
