"""Interactive figures: the reader switches metric, axis and models, and the words below follow."""

from .core import Explorer, Knob, explorer_html, show
from .look import COLOURS, SHAPES

__all__ = ["COLOURS", "SHAPES", "Explorer", "Knob", "explorer_html", "show"]
