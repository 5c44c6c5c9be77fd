"""Laws of loss in parameters and tokens, and of accuracy by way of loss; what runs cannot tell is said."""

from .fits import LossFit, fit_loss_law
from .law import EPOCH, HOFFMANN, LossLaw
from .objective import law_objective
from .task import TaskFit, fit_task_law

__all__ = ["EPOCH", "HOFFMANN", "LossFit", "LossLaw", "TaskFit", "fit_loss_law", "fit_task_law",
           "law_objective"]
