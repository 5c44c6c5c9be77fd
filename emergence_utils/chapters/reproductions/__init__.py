"""Published numbers computed again from the tables that are shipped: what agrees, what does not, and why."""

from .chinchilla import chinchilla
from .elusive import hard_and_soft
from .ladder import ladder_errors
from .linear import linear_tasks, straight
from .loss_threshold import loss_threshold
from .observational import observational
from .pass_rates import pass_rates
from .row import Reproduction
from .sandwich import sandwich_degrees
from .table import reproductions

__all__ = [
    "Reproduction",
    "chinchilla",
    "hard_and_soft",
    "ladder_errors",
    "linear_tasks",
    "loss_threshold",
    "observational",
    "pass_rates",
    "reproductions",
    "sandwich_degrees",
    "straight",
]
