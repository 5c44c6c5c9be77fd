"""Can it be predicted? The forecast benchmark, read with intervals, and one ladder at a time."""

from .cells import (
    DISTANCES,
    REFERENCE,
    VOTE,
    beaten,
    beats,
    cells,
    cluster_of,
    coverage,
    differences,
    pair_errors,
    points,
    published,
)
from .figures import draw_forecasts
from .one import LADDERS, METHODS, Pick, all_ladders, cuts_of, foretold, rungs, stored_ladders
from .shapes import correlations, emptiest, ranked_errors, shapes_of, sharpness, two_groups

__all__ = [
    "DISTANCES", "LADDERS", "METHODS", "REFERENCE", "VOTE", "Pick", "all_ladders", "beaten", "beats", "cells",
    "cluster_of", "correlations", "coverage", "cuts_of", "differences", "draw_forecasts", "emptiest",
    "foretold", "pair_errors", "points", "published", "ranked_errors", "rungs", "shapes_of", "sharpness",
    "stored_ladders", "two_groups",
]
