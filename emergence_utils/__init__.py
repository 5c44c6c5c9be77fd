"""Emergent abilities of large language models, re-run on published numbers.

Submodules load when first used, so that importing the package costs no more than pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import DataWarning, EmergenceError, InputError, SchemaError, UnknownNameError
from .ladders import Ladder
from .results import Interval, Result
from .scores import validate as validate_scores  # the old name, until its callers have moved

if TYPE_CHECKING:
    from . import (
        association,
        chapters,
        curves,
        datasets,
        emergence,
        explorers,
        fitting,
        intervals,
        metrics,
        plot,
        report,
        resample,
        scores,
    )

__version__ = "0.1.0"
_SUBMODULES = ("association", "chapters", "curves", "datasets", "emergence", "explorers", "fitting",
               "intervals", "metrics", "plot", "report", "resample", "scores")
__all__ = [
    "DataWarning", "EmergenceError", "InputError", "Interval", "Ladder", "Result", "SchemaError",
    "UnknownNameError", "association", "chapters", "curves", "datasets", "emergence", "explorers", "fitting",
    "intervals", "metrics", "plot", "report", "resample", "scores", "validate_scores",
]


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
