"""The files that are run first are there."""

from pathlib import Path

from conftest import LONGEST

ROOT = Path(__file__).parents[1]


def test_every_file_that_is_run_first_is_there():
    assert [name for name in LONGEST if not (ROOT / name).is_file()] == []
