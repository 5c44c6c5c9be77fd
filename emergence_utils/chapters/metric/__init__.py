"""Is it the metric? The closed form of the critique, two scores of the same outputs, what small tests tell.

``closed_form`` holds the formula, ``tables`` the score tables, ``contrast`` the comparison of a hard with a
soft score; ``start``, ``below``, ``soft`` and ``small_tests`` hold the measures of single sections,
``figures`` the drawings.
"""

from .below import correlations_below, partial_rank, worse_than_guess
from .closed_form import (
    chain_accuracy,
    chain_curves,
    chain_rise_width,
    half_accuracy_scale,
    measured_width,
    over_floors,
    step_ratios,
    task_widths,
)
from .contrast import (
    by_filter,
    contrast_metrics,
    counts_told,
    forecast_largest,
    largest_shares,
    largest_steps,
    net_share,
    paired_shapes,
    sudden_counts,
    sure_steps,
)
from .figures import plot_guess, plot_two_steps
from .small_tests import beyond_smooth, smooth_draws, steady_emergent, steps_from_zero
from .soft import beats_compute, gain_over_compute, lines
from .start import kink_by_p, lead
from .tables import (
    at_chance,
    choice_pairs,
    grown_twice,
    likelihood_ratios,
    olmo_runs,
    one_recipe,
    scored_twice,
    transliteration,
    with_a_rise,
)

__all__ = [
    "at_chance", "beats_compute", "beyond_smooth", "by_filter", "chain_accuracy", "chain_curves",
    "chain_rise_width", "choice_pairs", "contrast_metrics", "correlations_below", "counts_told",
    "forecast_largest", "gain_over_compute", "grown_twice", "half_accuracy_scale", "kink_by_p",
    "largest_shares", "largest_steps", "lead", "likelihood_ratios", "lines", "measured_width",
    "net_share", "olmo_runs", "one_recipe",
    "over_floors", "paired_shapes", "partial_rank", "plot_guess", "plot_two_steps", "scored_twice",
    "smooth_draws", "steady_emergent", "step_ratios", "steps_from_zero", "sudden_counts", "sure_steps",
    "task_widths", "transliteration", "with_a_rise", "worse_than_guess",
]
