"""Chains of steps, averages over tasks, prerequisites and thresholds: chapter 7."""

from .averages import as_steps, compare_averages, ladder_shape, scattered_steps, task_grid
from .figures import plot_average, plot_groups, plot_long_short
from .forecasts import decade_ahead, forecast_held_out
from .ladders import LADDER_SOURCES, all_or_nothing_ladders, learnable
from .order import MatchedPairs, matched_difference, order_violations
from .product import LINKS, chain_exponent, chain_success, chain_width_ratio, excess, step_success_needed
from .real import CHAIN_PAIRS, SKILL_ORDER, open_chains, ordered_pairs, skills, symbolic_chains
from .soft import hard_soft
from .steps import KINDS, step_table, with_steps
from .thresholds import jumps_of_emergent, latent_threshold, share_passing
from .widths import ChainFits, fit_chains

__all__ = [
    "CHAIN_PAIRS", "KINDS", "LADDER_SOURCES", "LINKS", "SKILL_ORDER", "ChainFits", "MatchedPairs",
    "all_or_nothing_ladders", "as_steps", "chain_exponent", "chain_success", "chain_width_ratio",
    "compare_averages", "decade_ahead", "excess", "fit_chains", "forecast_held_out", "hard_soft",
    "jumps_of_emergent", "ladder_shape", "latent_threshold", "learnable", "matched_difference",
    "open_chains", "order_violations", "ordered_pairs", "plot_average", "plot_groups", "plot_long_short",
    "scattered_steps", "share_passing", "skills", "step_success_needed", "step_table",
    "symbolic_chains", "task_grid", "with_steps",
]
