"""Models grown here on shortcuts, chains of steps and skills."""

from .figures import plot_runs, plot_turns
from .lengths import (
    LENGTHS,
    as_factor,
    beats_one_power,
    beats_one_size,
    both_ways,
    crossing_gap,
    crossings,
    grown_chains,
    log_change,
    losing_sizes,
    one_of_many,
    read_ratio,
    share_of_loss,
    width_ratios,
)
from .skills import PAIRS, UNRELATED, has_skills, pair_table
from .tables import along_training, final, over_seeds, refuse_without_seeds
from .turns import cue_by_seed, cue_u, first_to_turn, turning_sizes, turns_in_training

__all__ = [
    "LENGTHS", "PAIRS", "UNRELATED", "along_training", "as_factor", "beats_one_power", "beats_one_size",
    "both_ways", "crossing_gap", "crossings", "cue_by_seed", "cue_u", "final", "first_to_turn",
    "grown_chains", "has_skills", "log_change", "losing_sizes", "one_of_many", "over_seeds", "pair_table",
    "plot_runs", "plot_turns", "read_ratio", "refuse_without_seeds", "share_of_loss", "turning_sizes",
    "turns_in_training", "width_ratios",
]
