"""Emergent abilities of large language models, re-run on published numbers.

Submodules load when first used, so that importing the package costs no more than pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import EmergenceError, InputError, SchemaError, UnknownNameError
from .results import Interval, Result
from .schema import validate_scores

if TYPE_CHECKING:
    from . import (
        axes,
        chains,
        curves,
        datasets,
        density,
        emergence,
        explore,
        intervals,
        metrics,
        plotting,
        prompting,
        report,
        simulate,
        ushape,
    )

__version__ = "0.1.0"
_SUBMODULES = ("axes", "chains", "curves", "datasets", "density", "emergence", "explore",
               "intervals", "metrics", "plotting", "prompting", "report", "simulate", "ushape")
__all__ = [
    "EmergenceError", "InputError", "Interval", "Result", "SchemaError", "UnknownNameError",
    "axes", "chains", "curves", "datasets", "density", "emergence", "explore", "intervals",
    "metrics", "plotting", "prompting", "report", "simulate", "ushape", "validate_scores",
]


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
