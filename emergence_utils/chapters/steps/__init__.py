"""Models grown here on shortcuts, chains of steps and skills."""

from .figures import plot_runs, plot_turns
from .lengths import (
    LENGTHS,
    both_ways,
    crossing_gap,
    crossings,
    grown_chains,
    log_change,
    losing_sizes,
    one_of_many,
    read_ratio,
    width_ratios,
)
from .skills import PAIRS, UNRELATED, has_skills, pair_table
from .tables import final, over_seeds, refuse_without_seeds
from .turns import cue_u, first_to_turn, grown_tasks_with_a_u, turning_sizes

__all__ = [
    "LENGTHS", "PAIRS", "UNRELATED", "both_ways", "crossing_gap", "crossings", "cue_u", "final",
    "first_to_turn", "grown_chains", "grown_tasks_with_a_u", "has_skills", "log_change", "losing_sizes",
    "one_of_many", "over_seeds", "pair_table", "plot_runs", "plot_turns", "read_ratio",
    "refuse_without_seeds", "turning_sizes", "width_ratios",
]
