"""Forecasts, scored: methods see the small models of every ladder and foretell the large ones.

`hold_outs` makes the questions, `score_method` scores a method of your own on them, `leaderboard` sums up;
``python -m emergence_utils.forecasts`` runs all methods on all sources.

>>> from emergence_utils.forecasts import Logistic, hold_outs
>>> questions = hold_outs("cot")
>>> Logistic()(questions.known, questions.asked).columns.tolist()
['estimate', 'low', 'high', 'why']
"""

from .base import Method
from .holdout import HoldOuts, hold_outs
from .laws import BrokenPower, DirectPower, Gompertz, Line, Logistic, Power
from .methods import METHODS
from .observational import Observational
from .rungs import sources
from .running import score_method, stored_cells
from .scoring import interval_score, leaderboard
from .simple import SameAsLast, Vote
from .slices import SliceSandwich
from .surrogates import Surrogate, TwoStage
from .tries import RepeatedSamples

__all__ = [
    "METHODS", "BrokenPower", "DirectPower", "Gompertz", "HoldOuts", "Line", "Logistic", "Method",
    "Observational", "Power", "RepeatedSamples", "SameAsLast", "SliceSandwich", "Surrogate", "TwoStage",
    "Vote",   "hold_outs", "interval_score", "leaderboard",
    "score_method", "sources", "stored_cells",
]
