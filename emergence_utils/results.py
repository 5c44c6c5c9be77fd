"""What every estimate of the package looks like: a number that carries its own doubt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from ._checks import confidence_level, count, number, numbers, one_of, short
from ._typed import checked
from .errors import InputError

__all__ = ["Interval", "Result", "Status", "whichever"]

#: ``ok`` the estimate stands; ``limited`` it stands with the limits in the notes;
#: ``undetermined`` the data cannot say; ``failed`` the computation did not finish.
Status = Literal["ok", "limited", "undetermined", "failed"]
#: What an interval without width says of itself.
NO_WIDTH = "the interval has no width, which is not precision: what was redrawn or sought did not differ"


@dataclass(frozen=True)
class Interval:
    """A confidence interval.

    Parameters
    ----------
    low, high : float
        Its ends, in the unit of the estimate; infinite where the data leave it open.
    level : float
        Confidence level in (0, 1).
    method : str
        How it was made, e.g. ``"wilson"``.
    """

    low: float
    high: float
    level: float = 0.95
    method: str = ""

    def __post_init__(self) -> None:
        confidence_level(self.level)
        try:
            in_order = number("low", self.low) <= number("high", self.high)
        except InputError:
            in_order = False
        if not in_order:
            raise InputError("An interval needs low <= high, both numbers; got "
                             f"low={short(self.low)}, high={short(self.high)}.")

    @classmethod
    def of_draws(cls, draws: ArrayLike, estimate: float, level: float, method: str) -> Interval:
        """Percentile interval of bootstrap draws, widened where needed so that it holds `estimate`.

        Examples
        --------
        >>> f"{Interval.of_draws([0, 1, 2, 3, 4], 5.0, 0.5, 'bootstrap'):.0f}"
        '[1, 5]'
        """
        values, held = numbers("draws", draws), number("estimate", estimate)
        if not values.size or not np.isfinite(values).all():
            raise InputError(f"draws must hold at least one number, all finite, got {short(draws)}.")
        share = confidence_level(level)
        low, high = np.quantile(values, [(1 - share) / 2, (1 + share) / 2])
        return cls(float(min(low, held)), float(max(high, held)), level, method)

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def width(self) -> float:
        """``high - low``."""
        return self.high - self.low

    def __format__(self, spec: str) -> str:
        return f"[{self.low:{spec}}, {self.high:{spec}}]"


@dataclass(frozen=True)
class Result:
    """An estimate, its interval, the sample it rests on, and what a reader must know.

    Parameters
    ----------
    estimate : float
        The number; NaN only with status ``undetermined`` or ``failed``.
    interval : Interval or None
        None only where a note says why there is none.
    n : int
        Number of observations the estimate rests on.
    status : {"ok", "limited", "undetermined", "failed"}
        Whether the estimate may be used.
    notes : tuple of str
        Limits, dropped rows and reasons, each a sentence.
    n_clusters : int, optional
        Number of independent clusters, e.g. model families, that the interval rests on; None where every
        observation counts for itself or nothing is known of clusters.
    clustered_by : str
        What a cluster is, e.g. ``"family"``; where clusters are of two sorts, how many there are of each,
        e.g. ``"5 families and 9 kinds of task"``; empty if that is not known.
    """

    estimate: float
    interval: Interval | None
    n: int
    status: Status = "ok"
    notes: tuple[str, ...] = field(default=())
    n_clusters: int | None = field(default=None, kw_only=True)
    clustered_by: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        self._check_fields()
        if self.interval is None and not self.notes:
            raise InputError("A result without an interval needs a note that says why.")
        if math.isnan(self.estimate) and self.status in ("ok", "limited"):
            raise InputError(f"A result with status '{self.status}' needs a number, got NaN.")
        if self.status == "ok" and self.interval is not None and self.interval.width == 0:
            raise InputError(f"A result whose interval has no width, here [{self.interval.low:g}, "
                             f"{self.interval.high:g}], cannot have status 'ok'; no width is not precision.")

    @classmethod
    @checked
    def exact(cls, value: float, n: int,
              note: str = "a count or ratio of published numbers: nothing is estimated") -> Result:
        """A number that is not an estimate and has no interval; `note` says what it is."""
        return cls(value, None, count("n", n), "ok", (note,))

    def _check_fields(self) -> None:
        if not (isinstance(self.estimate, float) and math.isnan(self.estimate)):
            number("estimate", self.estimate)
        if not isinstance(self.interval, Interval | None):
            raise InputError(f"interval must be an Interval or None, got {short(self.interval)}.")
        count("n", self.n)
        one_of("status", self.status, get_args(Status))
        if not isinstance(self.notes, tuple | list) or not all(isinstance(s, str) for s in self.notes):
            raise InputError(f"notes must be a tuple of sentences, got {short(self.notes)}.")
        if self.n_clusters is not None:
            count("n_clusters", self.n_clusters)
        if not isinstance(self.clustered_by, str):
            raise InputError(f"clustered_by must be a word, got {short(self.clustered_by)}.")

    @classmethod
    @checked
    def of_draws(cls, draws: ArrayLike, estimate: float, n: int, level: float, method: str,
                 notes: tuple[str, ...] = ()) -> Result:
        """An estimate with the percentile interval of its bootstrap draws; ``limited`` where a note says why.

        Draws that all agree make an interval without width, which is no precision and is said.
        """
        return cls.with_interval(estimate, Interval.of_draws(draws, estimate, level, method), n, notes)

    @classmethod
    @checked
    def with_interval(cls, estimate: float, interval: Interval, n: int,
                      notes: tuple[str, ...] = ()) -> Result:
        """An estimate that stands: ``ok`` without notes, ``limited`` with them or without any width."""
        if interval.width == 0:
            notes = (*notes, NO_WIDTH)
        return cls(float(estimate), interval, int(n), "limited" if notes else "ok", notes)

    def __format__(self, spec: str) -> str:
        spec = spec or ".3g"
        text = f"{self.estimate:{spec}}"
        if self.interval is not None:
            text += f" ({100 * self.interval.level:.4g}% {self.interval:{spec}})"  # 99.9%, not 100%
        return f"{text}, n={self.n}"


@checked
def whichever(found: Mapping[str, Result], chosen: str, *, by: str = "choice") -> Result:
    """One number under several defensible choices, with an interval that holds them all.

    Parameters
    ----------
    found : mapping of str to Result
        Results by the name of the choice.
    chosen : str
        The one that is reported.
    by : str
        What was chosen, for the note.

    Returns
    -------
    Result
        The estimate of `chosen`. The interval runs from the lowest to the highest end of all, so that a limit
        is passed only where every choice passes it; that of `chosen` alone where one of them has none.

    Examples
    --------
    >>> wide = Result(0.5, Interval(0.2, 0.8, 0.95, "t"), 9)
    >>> narrow = Result(0.4, Interval(0.3, 0.5, 0.95, "t"), 9)
    >>> both = whichever({"all": narrow, "large": wide}, "all", by="size")
    >>> both.estimate, both.interval.low, both.interval.high, both.notes
    (0.4, 0.2, 0.8, ('by size: all: 0.40, large: 0.50',))
    """
    if not found:
        raise InputError("found must hold at least one result, got none.")
    one_of("chosen", chosen, found)
    ends = [r.interval for r in found.values() if r.interval is not None]
    if len(ends) < len(found):
        return found[chosen]
    interval = Interval(min(e.low for e in ends), max(e.high for e in ends), ends[0].level, "bounds")
    said = ", ".join(f"{name}: {r.estimate:.2f}" for name, r in found.items())
    return replace(found[chosen], interval=interval, notes=(*found[chosen].notes, f"by {by}: {said}"))
