"""One way of asking against another: differences, the scale at which they cross, and chains of steps."""

from .crossings import Crossover, crossover, crossover_all
from .differences import decided, differences, sign_flips
from .figures import plot_crossings, plot_differences, plot_signs
from .listed import against_listed, listed_scales, share_next_size
from .losses import gap_of, loss_growth, object_tests, one_rate_tests, steps_and_answers
from .predicted import crossing_gap
from .published import FAMILIES, TASKS, WAYS, could_be_seen, published, sides, variants
from .readings import bbh_losses, by_reading, ends_of_decided, open_crossings, open_differences
from .step_figures import plot_plane
from .steps import ChainFit, chain_crossing, chain_score, fit_chain

__all__ = [
    "FAMILIES", "TASKS", "WAYS", "ChainFit", "Crossover", "against_listed", "bbh_losses", "by_reading",
    "chain_crossing", "chain_score", "could_be_seen", "crossing_gap", "crossover", "crossover_all",
    "decided", "differences", "ends_of_decided", "fit_chain", "gap_of", "listed_scales",
    "loss_growth", "object_tests", "one_rate_tests", "open_crossings", "open_differences", "plot_crossings",
    "plot_differences", "plot_plane", "plot_signs", "published", "share_next_size", "sides",
    "sign_flips", "steps_and_answers", "variants",
]
