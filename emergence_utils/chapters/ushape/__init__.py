"""How a U can come about or be made by chance, and how often the tests see one where there is none."""

from .agreement import agree, both_answers
from .calibration import (
    CURVES_WITHOUT_U,
    SIMULATED_CURVES,
    TESTS,
    count_rates,
    found_shapes,
    rejection_rates,
    simulate_curve,
    stored_calibration,
)
from .early import calls_below_threshold, calls_by_luck, item_thirds
from .figures import plot_simulated_rates, plot_two_lines
from .mixture import SCORE_NAMES, Distractor, call_rates, calls_upturn, simulate_ladder
from .selection import selection_rates, sorted_groups

__all__ = [
    "CURVES_WITHOUT_U", "SCORE_NAMES", "SIMULATED_CURVES", "TESTS", "Distractor", "agree", "both_answers",
    "call_rates", "calls_below_threshold", "calls_by_luck", "calls_upturn", "count_rates", "found_shapes",
    "item_thirds", "plot_simulated_rates", "plot_two_lines", "rejection_rates", "selection_rates",
    "simulate_curve", "simulate_ladder", "sorted_groups", "stored_calibration",
]
