"""Ladders: models ordered by scale, the input of every measure.

`Ladder.of` makes one from arrays, `ladders` all of a score table, `measure` applies a measure to each;
`odd_points` says which scores of a ladder look out of place.
"""

from .each import measure
from .odd import odd_points
from .one import Ladder, Measure
from .table import Ladders, ladders

__all__ = ["Ladder", "Ladders", "Measure", "ladders", "measure", "odd_points"]
