"""Moved to `emergence_utils.curves`."""

from ..curves import Fit, compare, fit, power_exponent

__all__ = ["Fit", "compare", "fit", "power_exponent"]
