"""Computations of the chapter on small models that were grown for it: sums, products, seeds."""

from .digits import (
    by_digit,
    carries,
    carry_change,
    kinds_of_wrong,
    product_gap,
    right_digits,
    wrong_and_wrong,
)
from .lesson import lesson
from .luck import dip, groups, learned, spread_test, step_of_luck
from .metrics import (
    SHARES,
    base_gap,
    density_of_steps,
    kinks,
    largest_by_seed,
    mean_ladder,
    step_gap,
    step_pace,
)
from .rates import best_rates, fall_from_best, gain_of_rates, rate_curves, rates_by_size
from .runs import by_seed, rank_with_size, runs
from .training import along_training, delays, half_way, rise_widths, width_slope

__all__ = [
    "SHARES", "along_training", "base_gap", "best_rates", "by_digit", "by_seed", "carries", "carry_change",
    "delays", "density_of_steps", "dip", "fall_from_best", "gain_of_rates", "groups", "half_way",
    "kinds_of_wrong", "kinks", "largest_by_seed", "learned", "lesson", "mean_ladder", "product_gap",
    "rank_with_size", "rate_curves", "rates_by_size", "right_digits", "rise_widths", "runs", "spread_test",
    "step_gap", "step_of_luck", "step_pace", "width_slope", "wrong_and_wrong",
]
