"""Notebooks are compared by values, as `tests.values` does; the longest files are run first."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import nbval.plugin
import pytest

from tests.values import differences

#: Modules that pytest reads for examples and that cannot be imported without the extra `train`.
collect_ignore = [] if find_spec("jax") else [
    f"emergence_utils/train/{name}.py" for name in ("evaluate", "loop", "model", "optimise", "tasks")]


def compare_outputs(self: Any, test: list[Any], ref: list[Any], skip_compare: Any = None) -> bool:
    """Whether a cell that ran again gave the stored values."""
    found = differences(ref, test)
    self.comparison_traceback = [f"{line}\n" for line in found]
    return not found


nbval.plugin.IPyNbCell.compare_outputs = compare_outputs


#: What takes longest, the longest first, down to half a minute: a file is run by one worker, and one of these
#: at the end would keep a single worker busy.
LONGEST = [f"tests/{name}.py" for name in (
    "browser/test_crawl", "fork/test_fork", "browser/test_axe", "test_fuzz", "train/test_dask",
    "browser/test_explorers", "browser/test_claims", "train/test_battery", "course/test_course",
    "test_style")]


def pytest_configure(config: pytest.Config) -> None:
    """Files keep the order below; else xdist would begin with those that hold most tests."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))
