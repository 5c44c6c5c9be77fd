"""How many independent clusters stand behind a result: models of one family do not count twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .results import Result

__all__ = ["from_clusters"]

R = TypeVar("R", bound=Result)


def from_clusters(result: R, clusters: ArrayLike | None) -> R:
    """`result` with the number of its clusters, and what they are called if they are a named column."""
    if clusters is None:
        return result
    name = getattr(clusters, "name", None)
    called = name if isinstance(name, str) and name.isidentifier() else ""
    return replace(result, n_clusters=len(pd.unique(np.asarray(clusters))), clustered_by=called)
