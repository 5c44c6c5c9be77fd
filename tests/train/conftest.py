"""Everything here trains, and needs the extra `train`."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("JAX_PLATFORMS", "cpu")
# the same tiny models are trained by several tests: compiled once
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", tempfile.mkdtemp(prefix="emergence-jax-"))
collect_ignore = [] if importlib.util.find_spec("jax") else [
    p.name for p in Path(__file__).parent.glob("test_*.py") if p.name != "test_without.py"]


@pytest.fixture(scope="session")
def ladder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sizes, two seeds, thirty steps: made once by the command itself."""
    from emergence_utils.train.__main__ import main

    out = tmp_path_factory.mktemp("ladder")
    asked = ["--rungs", "2", "--seeds", "2", "--steps", "30", "--items", "40", "--jobs", "1"]
    assert main([*asked, "--out", str(out)]) == 0
    return out
