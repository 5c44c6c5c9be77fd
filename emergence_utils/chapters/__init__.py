"""What one chapter alone needs, one module a chapter, and the ladders grown here that several ask."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = ["axis", "battery", "chains", "cot", "data", "definition", "density", "metric", "open_claims",
           "rare", "reproductions", "steps", "ushape"]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
