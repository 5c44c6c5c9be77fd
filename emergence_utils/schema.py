"""The old address of the schema, until its last callers use `emergence_utils.scores`; then delete."""

from .scores import COLUMNS, KEY, Column
from .scores import validate as validate_scores

__all__ = ["COLUMNS", "KEY", "Column", "validate_scores"]
