"""Computations behind the claims that no other chapter of Part I decides."""

from .forecasts import (
    RIVALS,
    answered,
    at_chance,
    forecast_errors,
    forecast_rows,
    leads,
    rerun_spread,
    task_rows,
)
from .least import Least, least_compute
from .loss_law import EPOCH, HOFFMANN, LossLaw, best_ratio, bootstrap_laws, fit_loss_law, shortfall
from .needs import crossing, ratio_curves, shortfalls
from .plateaus import clear_ends, ladder_ends
from .same_outputs import more_abrupt
from .sandwich import (
    THRESHOLDS,
    SandwichRules,
    logistic_forecast,
    published_wins,
    sandwich_forecast,
    sweep,
    sweep_rows,
    sweep_tasks,
)
from .smaller import beats, smaller_models
from .two_stage import FORECASTERS, final_runs, forecast_targets, forecast_task

__all__ = [
    "EPOCH", "FORECASTERS", "HOFFMANN", "RIVALS", "THRESHOLDS", "Least", "LossLaw", "SandwichRules",
    "answered", "at_chance", "beats", "best_ratio", "bootstrap_laws", "clear_ends", "crossing",
    "final_runs", "fit_loss_law", "forecast_errors", "forecast_rows", "forecast_targets", "forecast_task",
    "ladder_ends", "leads", "least_compute", "logistic_forecast", "more_abrupt", "published_wins",
    "ratio_curves", "rerun_spread", "sandwich_forecast", "shortfall", "shortfalls", "smaller_models",
    "sweep", "sweep_rows", "sweep_tasks", "task_rows",
]
