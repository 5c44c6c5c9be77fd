"""Command line: ``python -m book.build.explore`` judges the curves of changed tables, stores the verdicts.

Run it from the root of the repository; ``--all`` judges every table anew, names judge only those.
"""

from __future__ import annotations

import argparse

from .curves import score_sources
from .verdicts import stale, write_verdicts


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m book.build.explore", description=__doc__)
    parser.add_argument("sources", nargs="*", help="tables to judge anew (default: those that changed)")
    parser.add_argument("--all", action="store_true", help="judge every table anew")
    given = parser.parse_args()
    known = score_sources()
    again = known if given.all else given.sources or stale(".", known)
    path = write_verdicts(".", known, again)
    print(f"{path} is up to date.")


if __name__ == "__main__":
    main()
