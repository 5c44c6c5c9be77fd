"""One published number beside ours."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Reproduction"]


@dataclass(frozen=True)
class Reproduction:
    """A published number, ours, and how far apart they may be.

    Parameters
    ----------
    group : str
        Part of the table.
    what : str
        The number in words, with its unit.
    published : float
        NaN where no number is published, or none was found.
    ours : float
        NaN where the shipped tables cannot give it.
    tolerance : float
        Largest difference that counts as agreement, in the unit of the number.
    source : str
        Key in ``book/references.bib``.
    note : str
        Why the two differ, or what differs in the recipe.
    """

    group: str
    what: str
    published: float
    ours: float
    tolerance: float
    source: str
    note: str = ""

    @property
    def verdict(self) -> str:
        """``agrees``, ``differs``, ``not published``, or ``cannot be computed here``."""
        if math.isnan(self.ours):
            return "cannot be computed here"
        if math.isnan(self.published):
            return "not published"
        return "agrees" if abs(self.ours - self.published) <= self.tolerance else "differs"
