"""What only chapter 1 needs: shares of answers, first rises, critical scales, small models, axes of scale."""

from __future__ import annotations

from .agreement import SHORT_NAMES, Share, bounded_share, definition_shares, kappas, share, share_rows, tally
from .axes import beyond_compute, compute_links, tasks_above_chance, threshold_overlap
from .critical import critical_scale, critical_table, simulated_critical
from .onsets import excess_over_smooth, has_flat_part, onsets, smooth_onsets
from .patterns import in_stages, redrawn_patterns, small_models_added, stages, steady
from .widths import branching, branching_survival, fitted_rise_width, fitted_width_ratio, pythia_addition

__all__ = [
    "SHORT_NAMES", "Share", "beyond_compute", "bounded_share", "branching", "branching_survival",
    "compute_links", "critical_scale", "critical_table", "definition_shares", "excess_over_smooth",
    "fitted_rise_width", "fitted_width_ratio", "has_flat_part", "in_stages", "kappas", "onsets",
    "pythia_addition", "redrawn_patterns", "share", "share_rows", "simulated_critical",
    "small_models_added", "smooth_onsets", "stages", "steady", "tally", "tasks_above_chance",
    "threshold_overlap",
]
