"""Emergent abilities of large language models, re-run on published numbers.

The names below are the toolkit: load scores, make ladders of them, measure, fit, forecast. Everything
loads when first used, so that importing the package costs no more than pandas.

>>> import emergence_utils as em
>>> addition = em.load("gpt3", task="addition_3_digit", prompting="few-shot")
>>> em.measure(addition, em.Jump())["answer"].tolist()
['cannot tell']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import DataWarning, EmergenceError, InputError, SchemaError, UnknownNameError
from .ladders import Ladder, ladders, measure
from .results import Interval, Result
from .scores import cite, describe, fill_chance, list_datasets, load, validate

if TYPE_CHECKING:
    from . import (
        association,
        chapters,
        curves,
        explorers,
        forecasts,
        intervals,
        laws,
        measures,
        metrics,
        plot,
        report,
        resample,
        scores,
    )
    from .curves import (
        Gompertz,
        Line,
        Logistic,
        Monotone,
        PowerLaw,
        SaturatingExponential,
        Segmented,
        Step,
        compare,
        fit,
        forecast,
    )
    from .intervals import binomial, clustered, paired, two_proportions
    from .measures import (
        Jump,
        Kink,
        LindMehlum,
        Presence,
        Rules,
        TwoLines,
        UFromCounts,
        above_chance,
        breakthroughness,
        define,
        linearity,
    )
    from .metrics import get_metric
    from .resample import bootstrap

__version__ = "0.2.0"
#: Where each name lives that loads when first used.
_HOMES = {
    "curves": ("Gompertz", "Line", "Logistic", "Monotone", "PowerLaw", "SaturatingExponential", "Segmented",
               "Step", "compare", "fit", "forecast"),
    "intervals": ("binomial", "clustered", "paired", "two_proportions"),
    "measures": ("Jump", "Kink", "LindMehlum", "Presence", "Rules", "TwoLines", "UFromCounts", "above_chance",
                 "breakthroughness", "define", "linearity"),
    "metrics": ("get_metric",),
    "resample": ("bootstrap",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_SUBMODULES = ("association", "chapters", "curves", "explorers", "forecasts", "intervals", "laws", "measures",
               "metrics", "plot", "report", "resample", "scores")
__all__ = [
    "DataWarning",
    "EmergenceError",
    "Gompertz",
    "InputError",
    "Interval",
    "Jump",
    "Kink",
    "Ladder",
    "LindMehlum",
    "Line",
    "Logistic",
    "Monotone",
    "PowerLaw",
    "Presence",
    "Result",
    "Rules",
    "SaturatingExponential",
    "SchemaError",
    "Segmented",
    "Step",
    "TwoLines",
    "UFromCounts",
    "UnknownNameError",
    "above_chance",
    "association",
    "binomial",
    "bootstrap",
    "breakthroughness",
    "chapters",
    "cite",
    "clustered",
    "compare",
    "curves",
    "define",
    "describe",
    "explorers",
    "fill_chance",
    "fit",
    "forecast",
    "forecasts",
    "get_metric",
    "intervals",
    "ladders",
    "laws",
    "linearity",
    "list_datasets",
    "load",
    "measure",
    "measures",
    "metrics",
    "paired",
    "plot",
    "report",
    "resample",
    "scores",
    "two_proportions",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return import_module(f".{name}", __name__)
    if name in _HOME_OF:
        return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
