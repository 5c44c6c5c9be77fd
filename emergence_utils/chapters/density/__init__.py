"""Too few models, too few items: what the density of a ladder can and cannot show."""

from .decline import CURVES, Thinned, decline, dense_part, exponent, exponents, summarise
from .dip import DipTest, dip, dip_test
from .flat import FlatForecast, Outlook, chance_cut, flat_forecast, flat_part, forecast_all
from .gap import across_gaps, compute, doublings, fit_loss, predict_loss
from .noise import items_for_step, one_more, repeats, resolvable_sizes, steepest
from .nulls import NULLS, NullCounts, null_counts, surviving
from .slope import flat_slope, items_for_slope

__all__ = [
    "CURVES", "NULLS", "DipTest", "FlatForecast", "NullCounts", "Outlook", "Thinned", "across_gaps",
    "chance_cut", "compute", "decline", "dense_part", "dip", "dip_test", "doublings", "exponent",
    "exponents", "fit_loss", "flat_forecast", "flat_part", "flat_slope", "forecast_all",
    "items_for_slope", "items_for_step", "null_counts", "one_more", "predict_loss", "repeats",
    "resolvable_sizes", "steepest", "summarise", "surviving",
]
