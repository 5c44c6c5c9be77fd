"""The methods that are scored, by name."""

from __future__ import annotations

from .base import Method
from .laws import BrokenPower, DirectPower, Gompertz, Line, Logistic, Power
from .observational import Observational
from .simple import SameAsLast, Vote
from .slices import SliceSandwich
from .surrogates import Surrogate, TwoStage
from .tries import TRIES, RepeatedSamples

__all__ = ["METHODS", "REFERENCE"]

#: Every method of the leaderboard, in the order of its rows; the first is what the others must beat.
METHODS: tuple[Method, ...] = (
    SameAsLast(), Line(), Power(), Logistic(), Gompertz(), BrokenPower(), Vote(), DirectPower(), TwoStage(),
    Surrogate("soft"), Surrogate("loss"), SliceSandwich(), SliceSandwich(2, 2), Observational(),
    *(RepeatedSamples(tries) for tries in TRIES))
REFERENCE = METHODS[0].name
