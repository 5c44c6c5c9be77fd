"""Curves of score against scale: families, their fit with its doubt, comparison and forecast."""

from .base import Curve
from .comparison import compare
from .exponent import power_exponent
from .fits import fit, fit_each, fit_many
from .forecasting import Forecast, forecast, forecast_many
from .levels import Isotonic, Monotone, Step
from .lines import Constant, Line, Segmented
from .model import Fit
from .powers import BrokenPowerLaw, Exponential, PowerLaw
from .sigmoids import Gompertz, Logistic, SaturatingExponential

__all__ = [
    "BrokenPowerLaw", "Constant", "Curve", "Exponential", "Fit", "Forecast", "Gompertz", "Isotonic", "Line",
    "Logistic", "Monotone", "PowerLaw", "SaturatingExponential", "Segmented", "Step", "compare", "fit",
    "fit_each", "fit_many", "forecast", "forecast_many", "power_exponent",
]
