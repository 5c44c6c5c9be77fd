"""Measures of one ladder of models: presence, jump, kink, U, shape, and the definitions of emergence."""

from .define import DEFINITIONS, Rules, Verdicts, define, define_all, onset_surprise, onset_surprises
from .forecastability import Forecastability, ForecastMiss
from .jump import Jump, JumpResult, largest_jump
from .kink import Kink, KinkResult, Threshold
from .noise import Dispersion
from .presence import PATTERNS, Presence, PresenceResult, above_chance
from .robust import agreement, by_items, by_smallest_model, jump_power, presence_all, sweep_rules
from .shape import bimodality, breakthroughness, linearity
from .u_regression import LindMehlum, Parabola, TwoLines, TwoLinesResult
from .u_shape import UFromCounts, UShape
from .u_table import holm, u_tests

__all__ = [
    "DEFINITIONS",
    "PATTERNS",
    "Dispersion",
    "ForecastMiss",
    "Forecastability",
    "Jump",
    "JumpResult",
    "Kink",
    "KinkResult",
    "LindMehlum",
    "Parabola",
    "Presence",
    "PresenceResult",
    "Rules",
    "Threshold",
    "TwoLines",
    "TwoLinesResult",
    "UFromCounts",
    "UShape",
    "Verdicts",
    "above_chance",
    "agreement",
    "bimodality",
    "breakthroughness",
    "by_items",
    "by_smallest_model",
    "define",
    "define_all",
    "holm",
    "jump_power",
    "largest_jump",
    "linearity",
    "onset_surprise",
    "onset_surprises",
    "presence_all",
    "sweep_rules",
    "u_tests",
]
