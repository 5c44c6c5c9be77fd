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
    "FORECASTERS", "RIVALS", "THRESHOLDS", "Least", "SandwichRules", "answered", "at_chance", "beats",
    "clear_ends", "final_runs", "forecast_errors", "forecast_rows", "forecast_targets", "forecast_task",
    "ladder_ends", "leads", "least_compute", "logistic_forecast", "more_abrupt", "published_wins",
    "rerun_spread", "sandwich_forecast", "smaller_models", "sweep", "sweep_rows", "sweep_tasks", "task_rows",
]
