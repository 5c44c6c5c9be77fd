"""The axes of a scaling plot: what a change of axis keeps, what it alters, and loss as an axis."""

from ..battery import learnt_ladders
from .breaks import (
    SCALES,
    bends_by_rule,
    breaks,
    count_breaks,
    highest_of_kind,
    item_noise,
    kinds_by_axis,
    log_error,
    place,
    redrawn_breaks,
    sweep_breaks,
    under_log_error,
)
from .data import (
    CHOICE_TASKS,
    along_training,
    few_shot_gpt3,
    grown_ladders,
    ladders_of_sizes,
    sizes_of_families,
    suites_with_loss,
)
from .families import FAMILIES, as_if_straight, compare_families, duels, winners
from .loss import corpus_effect, effects_at_equal_loss, explained, one_row_each, size_effect, with_loss
from .onset import common_brackets, first_above
from .rates import rate_exponent
from .shares import share, share_both_ways
from .slopes import gaps, spike, spikes, steepest_gap_by_axis
from .spacing import size_ratios, spacing
from .zeros import flat_slopes, jeffreys, predict_first_above_chance, rows_before_rise

__all__ = [
    "CHOICE_TASKS", "FAMILIES", "SCALES", "along_training", "as_if_straight", "bends_by_rule", "breaks",
    "common_brackets", "compare_families", "corpus_effect", "count_breaks", "duels",
    "effects_at_equal_loss", "explained", "few_shot_gpt3", "first_above", "flat_slopes", "gaps",
    "grown_ladders", "highest_of_kind", "item_noise", "jeffreys", "kinds_by_axis", "ladders_of_sizes",
    "learnt_ladders", "log_error", "one_row_each", "place", "predict_first_above_chance",
    "rate_exponent", "redrawn_breaks", "rows_before_rise", "share", "share_both_ways", "size_effect",
    "size_ratios", "sizes_of_families", "spacing", "spike", "spikes", "steepest_gap_by_axis",
    "suites_with_loss", "sweep_breaks", "under_log_error", "winners", "with_loss",
]
