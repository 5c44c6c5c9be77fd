"""Interactive figures: the reader switches metric, axis and models, and the words below follow.

Each explorer loads when first used: a chapter pays for its own alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import _start  # noqa: F401  # isort: skip
from .core import Explorer, Knob, explorer_html, show
from .look import COLOURS, SHAPES

if TYPE_CHECKING:
    from ._axis import axis
    from ._chain import CHAINS, RealChain, chain
    from ._cot import cot
    from ._data import data
    from ._density import DenseLadder, density
    from ._foretell import foretell
    from ._grow import grow
    from ._items import items
    from ._landing import landing
    from ._metric import metric
    from ._rare import rare
    from ._smallest import smallest
    from ._steps import steps
    from ._ushape import ushape
    from ._vision import vision

#: Where the names live that are not their own module's.
_HOMES = {"CHAINS": "chain", "RealChain": "chain", "DenseLadder": "density"}
_LATE = {"axis", "chain", "cot", "data", "density", "foretell", "grow", "items", "landing", "metric", "rare",
         "smallest", "steps", "ushape", "vision", *_HOMES}

__all__ = [
    "CHAINS", "COLOURS", "SHAPES", "DenseLadder", "Explorer", "Knob", "RealChain", "axis", "chain", "cot",
    "data", "density", "explorer_html", "foretell", "grow", "items", "landing", "metric", "rare", "show",
    "smallest", "steps", "ushape", "vision",
]


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(f"._{_HOMES.get(name, name)}", __name__), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
