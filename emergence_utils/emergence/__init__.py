"""Measures of emergence: shape scores, verdicts against chance, jumps, and the definitions."""

from .contrast import contrast_metrics
from .definitions import DEFINITIONS, Rules, Verdicts, define, define_all, onset_surprise
from .extrapolation import Extrapolation, extrapolate
from .jumps import JumpTest, jump_test, largest_jump
from .presence import Pattern, Presence, above_chance, onset, presence
from .robustness import agreement, by_items, by_smallest_model, jump_power, presence_all, sweep_rules
from .shape import bimodality, breakthroughness, linearity

__all__ = [
    "DEFINITIONS", "Extrapolation", "JumpTest", "Pattern", "Presence", "Rules", "Verdicts",
    "above_chance", "agreement", "bimodality", "breakthroughness", "by_items", "by_smallest_model",
    "contrast_metrics", "define", "define_all", "extrapolate", "jump_power", "jump_test",
    "largest_jump", "linearity", "onset", "onset_surprise", "presence", "presence_all", "sweep_rules",
]
