"""Computations behind the claims that no other chapter of Part I decides."""

from .least import Least, least_compute
from .loss_law import EPOCH, HOFFMANN, LossLaw, best_ratio, bootstrap_laws, fit_loss_law, shortfall
from .plateaus import ladder_ends
from .sandwich import SandwichRules, logistic_forecast, sandwich_forecast, sweep
from .two_stage import FORECASTERS, final_runs, forecast_targets, forecast_task

__all__ = [
    "EPOCH", "FORECASTERS", "HOFFMANN", "Least", "LossLaw", "SandwichRules", "best_ratio", "bootstrap_laws",
    "final_runs", "fit_loss_law", "forecast_targets", "forecast_task", "ladder_ends", "least_compute",
    "logistic_forecast", "sandwich_forecast", "shortfall", "sweep",
]
