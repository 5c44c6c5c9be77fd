"""The axes of a scaling plot: what a change of axis keeps, what it alters, and loss as an axis."""

from .breaks import SCALES, breaks, count_breaks, item_noise, log_error, place, redrawn_breaks, sweep_breaks
from .families import FAMILIES, Rise, as_if_straight, race, winners
from .loss import explained, one_row_each, size_effect, with_loss
from .onset import common_brackets, first_above
from .rates import rate_exponent, slope_power
from .slopes import gaps, spike, steepest
from .spacing import size_ratios, spacing
from .zeros import carry_on, flat_part, flat_slopes, jeffreys

__all__ = [
    "FAMILIES", "SCALES", "Rise", "as_if_straight", "breaks", "carry_on", "common_brackets", "count_breaks",
    "explained", "first_above", "flat_part", "flat_slopes", "gaps", "item_noise", "jeffreys", "log_error",
    "one_row_each", "place", "race", "rate_exponent", "redrawn_breaks", "size_effect", "size_ratios",
    "slope_power", "spacing", "spike", "steepest", "sweep_breaks", "winners", "with_loss",
]
