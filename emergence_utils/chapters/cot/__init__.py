"""One way of asking against another: differences, the scale at which they cross, and chains of steps."""

from .crossings import Crossover, crossover, crossover_all
from .differences import differences, sign_flips
from .figures import plot_crossings, plot_differences, plot_signs
from .predicted import crossing_gap
from .step_figures import plot_plane, plot_step_rates
from .steps import ChainFit, chain_crossing, chain_score, effective_steps, fit_chain, step_rate

__all__ = [
    "ChainFit", "Crossover", "chain_crossing", "chain_score", "crossing_gap", "crossover",
    "crossover_all", "differences", "effective_steps", "fit_chain", "plot_crossings", "plot_differences",
    "plot_plane", "plot_signs", "plot_step_rates", "sign_flips", "step_rate",
]
