"""Too few models, too few items: what the density of a ladder can and cannot show."""

from .decline import DECLINE_CURVES, Thinned, decline, dense_part, exponent, exponents, summarise
from .flat import (
    FlatForecast,
    Outlook,
    chance_cut,
    count_before_rise,
    flat_forecast,
    forecast_all,
    warnings_by_fate,
)
from .gap import across_gaps, compute
from .held_out import forecast_by_best, held_out, middle_share
from .noise import items_for_step, one_more, repeats, resolvable_sizes, steepest_rises
from .nulls import NULL_HYPOTHESES, NullCounts, null_counts, surviving
from .slope import flat_slope, items_for_slope
from .tables import (
    big_bench,
    errors_by_gap,
    excess_errors,
    foresight,
    lacking_items,
    last_scores,
    models_resolved,
    null_bars,
    of_noise,
    of_tasks,
    olmo_runs,
    pythia_sums,
    soft_warnings,
    step_ratio,
    thinned,
    widest_rise,
)

__all__ = [
    "DECLINE_CURVES", "NULL_HYPOTHESES", "FlatForecast", "NullCounts", "Outlook", "Thinned", "across_gaps",
    "big_bench", "chance_cut", "compute", "count_before_rise", "decline", "dense_part", "errors_by_gap",
    "excess_errors", "exponent", "exponents", "flat_forecast", "flat_slope", "forecast_all",
    "forecast_by_best", "foresight", "held_out", "items_for_slope", "items_for_step", "lacking_items",
    "last_scores", "middle_share", "models_resolved", "null_bars", "null_counts", "of_noise", "of_tasks",
    "olmo_runs", "one_more", "pythia_sums", "repeats", "resolvable_sizes", "soft_warnings",
    "steepest_rises", "step_ratio", "summarise", "surviving", "thinned", "warnings_by_fate", "widest_rise",
]
