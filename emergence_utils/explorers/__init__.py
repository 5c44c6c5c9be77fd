"""Interactive figures: the reader switches metric, axis and models, and the words below follow."""

from . import _start  # noqa: F401  # isort: skip
from .axis import axis
from .chain import CHAINS, RealChain, chain
from .core import Explorer, Knob, explorer_html, show
from .cot import cot
from .density import DenseLadder, density
from .grow import grow
from .items import items
from .landing import landing
from .look import COLOURS, SHAPES
from .metric import metric
from .rare import rare
from .smallest import smallest
from .steps import steps
from .ushape import ushape
from .vision import vision

__all__ = [
    "CHAINS", "COLOURS", "SHAPES", "DenseLadder", "Explorer", "Knob", "RealChain", "axis", "chain", "cot",
    "density", "explorer_html", "grow", "items", "landing", "metric", "rare", "show", "smallest", "steps",
    "ushape", "vision",
]
