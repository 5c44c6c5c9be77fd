"""The axes of a scaling plot: what a change of axis keeps, what it alters, and loss as an axis."""

from .breaks import SCALES, breaks, count_breaks, item_noise, log_error, place, redrawn_breaks, sweep_breaks
from .families import FAMILIES, as_if_straight, compare_families, winners
from .loss import explained, one_row_each, size_effect, with_loss
from .onset import common_brackets, first_above
from .rates import rate_exponent, slope_power
from .slopes import gaps, spike, steepest_gap_by_axis
from .spacing import size_ratios, spacing
from .zeros import flat_slopes, jeffreys, predict_first_above_chance, rows_before_rise

__all__ = [
    "FAMILIES", "SCALES", "as_if_straight", "breaks", "common_brackets", "compare_families",
    "count_breaks", "explained", "first_above", "flat_slopes", "gaps", "item_noise", "jeffreys",
    "log_error", "one_row_each", "place", "predict_first_above_chance", "rate_exponent", "redrawn_breaks",
    "rows_before_rise", "size_effect", "size_ratios", "slope_power", "spacing", "spike",
    "steepest_gap_by_axis", "sweep_breaks", "winners", "with_loss",
]
