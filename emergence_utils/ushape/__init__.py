"""Tests for U-shaped curves, their size and power, and simulations of how a U can come about."""

from .calibration import CURVES, NULLS, found_shapes, rejection_rates, simulate_curve, stored_calibration
from .early import calls_below_threshold, calls_by_luck
from .lind_mehlum import LindMehlum, lind_mehlum, lind_mehlum_many
from .mixture import METRICS, Distractor, call_rates, calls_upturn, ladder
from .plots import plot_rates, plot_two_lines
from .selection import selection_rates, sorted_groups
from .smooth import Smooth, Smoother
from .tables import holm, item_thirds, u_tests
from .two_lines import TwoLines, two_lines

__all__ = [
    "CURVES", "METRICS", "NULLS", "Distractor", "LindMehlum", "Smooth", "Smoother", "TwoLines",
    "call_rates", "calls_below_threshold", "calls_by_luck", "calls_upturn", "found_shapes", "holm",
    "item_thirds", "ladder", "lind_mehlum", "lind_mehlum_many", "plot_rates", "plot_two_lines",
    "rejection_rates", "selection_rates", "simulate_curve", "sorted_groups", "stored_calibration",
    "two_lines", "u_tests",
]
