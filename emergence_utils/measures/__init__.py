"""Measures of one ladder of models: presence, jump, kink, shape, and the definitions of emergence."""

from .define import DEFINITIONS, Rules, Verdicts, define, define_all, onset_surprise
from .forecastability import Forecastability, ForecastMiss
from .jump import Jump, JumpResult, largest_jump
from .kink import Kink, KinkResult, Threshold
from .noise import Dispersion
from .presence import PATTERNS, Presence, PresenceResult, above_chance
from .robust import agreement, by_items, by_smallest_model, jump_power, presence_all, sweep_rules
from .shape import bimodality, breakthroughness, linearity

__all__ = [
    "DEFINITIONS", "PATTERNS", "Dispersion", "ForecastMiss", "Forecastability", "Jump", "JumpResult", "Kink", "KinkResult", "Presence",
    "PresenceResult", "Rules", "Threshold", "Verdicts", "above_chance", "agreement", "bimodality",
    "breakthroughness", "by_items", "by_smallest_model", "define", "define_all", "jump_power",
    "largest_jump", "linearity", "onset_surprise", "presence_all", "sweep_rules",
]
