"""Too few models, too few items: what the density of a ladder can and cannot show."""

from .decline import DECLINE_CURVES, Thinned, decline, dense_part, exponent, exponents, summarise
from .dip import DipTest, dip, dip_test
from .flat import FlatForecast, Outlook, chance_cut, count_before_rise, flat_forecast, forecast_all
from .gap import across_gaps, compute, doublings, fit_loss, predict_loss
from .held_out import HeldOut, held_out
from .noise import items_for_step, one_more, repeats, resolvable_sizes, steepest_rises
from .nulls import NULL_HYPOTHESES, NullCounts, null_counts, surviving
from .slope import flat_slope, items_for_slope

__all__ = [
    "DECLINE_CURVES", "NULL_HYPOTHESES", "DipTest", "FlatForecast", "HeldOut", "NullCounts", "Outlook",
    "Thinned",
    "across_gaps", "chance_cut", "compute", "count_before_rise", "decline", "dense_part", "dip",
    "dip_test", "doublings", "exponent", "exponents", "fit_loss", "flat_forecast", "flat_slope",
    "forecast_all", "held_out", "items_for_slope", "items_for_step", "null_counts", "one_more",
    "predict_loss", "repeats", "resolvable_sizes", "steepest_rises", "summarise", "surviving",
]
