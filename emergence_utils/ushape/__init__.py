"""Tests for U-shaped curves."""

from .lind_mehlum import LindMehlum, lind_mehlum, lind_mehlum_many
from .smooth import Smooth, Smoother
from .tables import holm, u_tests
from .two_lines import TwoLines, two_lines

__all__ = [
    "LindMehlum", "Smooth", "Smoother", "TwoLines", "holm", "lind_mehlum", "lind_mehlum_many", "two_lines",
    "u_tests",
]
