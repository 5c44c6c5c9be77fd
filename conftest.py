"""Notebooks are compared by values: nbval runs the cells, `tests.values` says what differs."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import nbval.plugin

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
