"""Chains of steps, averages over tasks, prerequisites and thresholds: chapter 7."""

from .averages import (
    as_steps,
    average_summary,
    compare_averages,
    ladder_shape,
    scattered_steps,
    straight_ratio,
    task_grid,
)
from .figures import plot_average, plot_jumps, plot_real
from .forecasts import bbh_ahead, decade_ahead, family_of, forecast_held_out, share_table
from .ladders import LADDER_SOURCES, all_or_nothing_ladders, learnable
from .order import MatchedPairs, matched_difference, order_violations
from .product import (
    LINKS,
    chain_exponent,
    chain_success,
    chain_width_ratio,
    excess,
    step_success_needed,
    width_table,
)
from .real import (
    CHAIN_PAIRS,
    SKILL_ORDER,
    exponent_table,
    open_chains,
    ordered_pairs,
    pair_name,
    related_pairs,
    skills,
    symbolic_chains,
)
from .soft import hard_soft
from .steps import KINDS, coded_shapes, step_correlations, step_table, with_steps
from .thresholds import gradual_share, jumps_of_emergent, latent_threshold, passing_levels, share_passing
from .widths import FITTED_PAIRS, ChainFits, either_way, fit_chains, fit_real, ratio_table

__all__ = [
    "CHAIN_PAIRS", "FITTED_PAIRS", "KINDS", "LADDER_SOURCES", "LINKS", "SKILL_ORDER", "ChainFits",
    "MatchedPairs", "all_or_nothing_ladders", "as_steps", "average_summary", "bbh_ahead", "chain_exponent",
    "chain_success", "chain_width_ratio", "coded_shapes", "compare_averages", "decade_ahead", "either_way",
    "excess", "exponent_table", "family_of", "fit_chains", "fit_real", "forecast_held_out",
    "gradual_share", "hard_soft", "jumps_of_emergent", "ladder_shape", "latent_threshold", "learnable",
    "matched_difference", "open_chains", "order_violations", "ordered_pairs", "pair_name", "passing_levels",
    "plot_average", "plot_jumps", "plot_real", "ratio_table", "related_pairs", "scattered_steps",
    "share_passing", "share_table", "skills", "step_correlations", "step_success_needed", "step_table",
    "straight_ratio", "symbolic_chains", "task_grid", "width_table", "with_steps",
]
