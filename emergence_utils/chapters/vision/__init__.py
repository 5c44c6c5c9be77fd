"""Computations of the chapter on image models: one set of errors, many scores."""

from .errors import Errors, read_errors
from .same import jumps, largest_steps, mean_error_jump, paces, seed_means, step_difference, thresholds
from .spread import grouped, rise_width, spreads
from .variants import all_of, scattered

__all__ = [
    "Errors", "all_of", "grouped", "jumps", "largest_steps", "mean_error_jump", "paces", "read_errors",
    "rise_width", "scattered", "seed_means", "spreads", "step_difference", "thresholds",
]
