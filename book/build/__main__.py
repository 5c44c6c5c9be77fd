"""Command line, run from the root of the repository.

``python book/build pages`` writes the generated pages, ``... build`` writes them and builds the site into
``_build/html``, ``... pdf`` prints the built site into one file there.
``... course`` writes the students' and the lecturer's copies of the exercises into ``_build/course``.
``... slides`` writes each chapter's figures and verdicts as slides into ``_build/slides``.
``... launch`` writes copies of the notebooks that install the book by themselves, for hosted services.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if not __package__:  # run as `python book/build`: import from the root, not from this folder
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    __package__ = "book.build"

from book.build.course import write_course
from book.build.launch import write_launch
from book.build.pages import write_pages
from book.build.pdf import write_pdf
from book.build.site import build
from book.build.slides import write_slides
from emergence_utils.errors import EmergenceError


def main(argv: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python book/build", description=__doc__)
    parser.add_argument("what", choices=["pages", "build", "pdf", "course", "slides", "launch"])
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
        if args.what == "course":
            target = Path(args.out) / "_build" / "course"
            print(f"{len(write_course(out=target))} sets of exercises in {target}.")
            return 0
        if args.what == "slides":
            target = Path(args.out) / "_build" / "slides"
            print(f"Slides of {len(write_slides(out=target))} chapters in {target}.")
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
