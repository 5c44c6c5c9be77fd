"""The old address of the score tables, until its last callers use `emergence_utils.scores`; then delete."""

from .scores import Card, cite, describe, list_datasets, load
from .scores import fill_chance as with_chance

__all__ = ["Card", "cite", "describe", "list_datasets", "load", "with_chance"]
