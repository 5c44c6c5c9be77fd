"""Ladders of small models that you train yourself: tasks, decoders of many sizes, runs, tables.

``python -m emergence_utils.train --task addition --rungs 6 --out my_ladder`` trains a ladder and draws it.
What trains needs the extra ``train`` (JAX) and loads when first used: reading the tables of finished runs
does not.

>>> from emergence_utils.train import PRESETS
>>> sorted(PRESETS)
['battery', 'dense', 'many', 'quick', 'tuned']
"""

from __future__ import annotations

from .presets import PRESETS
from .runs import Plan, Run, read_run, run
from .settings import Settings, Size
from .tables import items_table, questions_table, score_table

__all__ = ["PRESETS", "Plan", "Run", "Settings", "Size", "items_table", "questions_table", "read_run", "run",
           "score_table"]
