"""How a U can come about or be made by chance, and how often the tests see one where there is none."""

from .agreement import agree, answer_grid, both_answers, both_regressions, kept_shapes
from .calibration import (
    CURVES_WITHOUT_U,
    SIMULATED_CURVES,
    TESTS,
    count_rates,
    false_alarms,
    found_shapes,
    rejection_rates,
    simulate_curve,
    stored_calibration,
    stored_rates,
)
from .dip import Dip, dip_of
from .early import calls_below_threshold, calls_by_luck, item_thirds, most_calls_by_luck
from .figures import plot_published, plot_simulated_rates, plot_two_lines
from .mixture import (
    SCORE_NAMES,
    Distractor,
    call_rates,
    calls_beyond,
    calls_upturn,
    simulate_ladder,
    soft_leads,
)
from .published import (
    PLACE,
    beyond_luck,
    deepest_u,
    depth_by_items,
    prize_verdicts,
    published_bars,
    solid_instances,
    taken_back,
)
from .selection import selection_rates, sorted_groups, sorting_alarms

__all__ = [
    "CURVES_WITHOUT_U", "PLACE", "SCORE_NAMES", "SIMULATED_CURVES", "TESTS", "Dip", "Distractor", "agree",
    "answer_grid", "beyond_luck", "both_answers", "both_regressions", "call_rates",
    "calls_below_threshold", "calls_beyond", "calls_by_luck", "calls_upturn", "count_rates", "deepest_u",
    "depth_by_items", "dip_of", "false_alarms", "found_shapes", "item_thirds", "kept_shapes",
    "most_calls_by_luck", "plot_published", "plot_simulated_rates", "plot_two_lines", "prize_verdicts",
    "published_bars", "rejection_rates", "selection_rates", "simulate_curve", "simulate_ladder",
    "soft_leads", "solid_instances", "sorted_groups", "sorting_alarms", "stored_calibration",
    "stored_rates", "taken_back",
]
