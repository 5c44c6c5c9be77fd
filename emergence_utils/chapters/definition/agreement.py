"""How many ladders meet each definition, of those that can tell, and how far two definitions agree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from ...errors import InputError
from ...intervals import binomial
from ...measures import DEFINITIONS, agreement
from ...results import Interval, Result

__all__ = ["SHORT_NAMES", "Share", "bounded_share", "definition_shares", "kappas", "share",
           "share_rows", "tally"]

#: Definition -> what tables and figures of the chapter call it.
SHORT_NAMES = {"absent_present": "absent, present", "not_extrapolable": "not predicted", "sharp": "sharp",
               "sharp_unpredictable": "sharp, not predicted", "threshold": "threshold"}
_ANSWERS = ("yes", "no", "cannot tell")


@dataclass(frozen=True)
class Share(Result):
    """Share of "yes" among the answers that say yes or no; `cannot_tell` counts the others."""

    yes: int = 0
    no: int = 0
    cannot_tell: int = 0


def share(answers: Iterable[str]) -> Share:
    """Share of answers that are "yes" among those that can tell, with a Wilson interval.

    Ladders that cannot tell may well differ from those that can: the share is one of the latter, and the
    number of the former stands in the notes.

    Parameters
    ----------
    answers : iterable of {"yes", "no", "cannot tell"}

    Returns
    -------
    Share
        n counts yes and no; ``limited`` where some cannot tell, ``undetermined`` where all cannot.

    Examples
    --------
    >>> found = share(["yes", "no", "no", "cannot tell"])
    >>> found.n, found.cannot_tell, round(found.estimate, 2)
    (3, 1, 0.33)
    """
    given = list(answers)
    unknown = set(given) - set(_ANSWERS)
    if unknown or not given:
        raise InputError("answers must be 'yes', 'no' or 'cannot tell', at least one of them, got "
                         f"{sorted(map(str, unknown)) or 'none'}.")
    yes, no = given.count("yes"), given.count("no")
    silent = len(given) - yes - no
    notes = (f"of those that can tell; {silent} of {len(given)} cannot",) if silent else ()
    if not yes + no:
        return Share(math.nan, None, 0, "undetermined", notes, 0, 0, silent)
    found = binomial(yes, yes + no)
    return Share(found.estimate, found.interval, found.n, "limited" if notes else found.status,
                 (*found.notes, *notes), yes, no, silent)


def bounded_share(answers: Iterable[str]) -> Result:
    """Share of "yes" among the answers that can tell, with an interval that counts the others both ways.

    For tests to which one truth is harder to see than the other: there the ladders that can tell are no
    fair sample, and the share may be anything that the others allow.

    Returns
    -------
    Result
        The interval runs from Wilson's low end with every "cannot tell" taken as "no" to his high end with
        every one taken as "yes"; n counts all answers.

    Examples
    --------
    >>> found = bounded_share(["no"] * 5 + ["cannot tell"] * 5)
    >>> found.estimate, round(found.interval.low, 2), round(found.interval.high, 2)
    (0.0, 0.0, 0.76)
    """
    told = share(answers := list(answers))
    least, most = binomial(told.yes, len(answers)), binomial(told.yes + told.cannot_tell, len(answers))
    if not told.n or least.interval is None or most.interval is None:
        return Result(math.nan, None, len(answers), "undetermined", told.notes)
    interval = Interval(least.interval.low, most.interval.high, most.interval.level, "bounds")
    return Result(told.estimate, interval, len(answers), "limited",
                  (f"{told.cannot_tell} of {len(answers)} cannot tell; the interval counts them both ways",))


def tally(answers: Iterable[str]) -> str:
    """Answers in words.

    Examples
    --------
    >>> tally(["yes", "no", "no"])
    '1 yes, 2 no, 0 cannot tell'
    """
    given = list(answers)
    return ", ".join(f"{given.count(a)} {a}" for a in _ANSWERS)


def share_rows(answers: Mapping[str, Iterable[str]], label: str) -> pd.DataFrame:
    """`share` of several lists of answers, one row each, for a table or a forest plot.

    Parameters
    ----------
    answers : mapping of str to iterable of {"yes", "no", "cannot tell"}
        By the name of the row.
    label : str
        Column of the names.

    Returns
    -------
    DataFrame
        `label`, ``yes``, ``no``, ``cannot tell``, ``estimate``, ``low``, ``high``.
    """
    rows = []
    for name, said in answers.items():
        s = share(said)
        low, high = (s.interval.low, s.interval.high) if s.interval else (math.nan, math.nan)
        rows.append({label: name, "yes": s.yes, "no": s.no, "cannot tell": s.cannot_tell,
                     "estimate": s.estimate, "low": low, "high": high})
    return pd.DataFrame(rows)


def definition_shares(verdicts: pd.DataFrame) -> pd.DataFrame:
    """`share_rows` of the definitions, by their short names, from the table of `measures.define_all`."""
    return share_rows({SHORT_NAMES[d]: verdicts[d] for d in DEFINITIONS}, "definition")


def kappas(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Cohen's kappa of every pair of definitions that both say yes to some ladder and no to another.

    Returns
    -------
    DataFrame
        ``pair``, ``can tell`` (ladders on which both say yes or no), ``agree`` (of those), ``kappa``; pairs
        of which one contains the other, or that have no kappa, are left out.
    """
    kappa = agreement(verdicts)
    decided = kappa.attrs["decided"]
    rows = []
    for a, b in combinations([d for d in DEFINITIONS if d != "sharp_unpredictable"], 2):
        value = kappa[b].to_dict()[a]
        if math.isfinite(value):
            both = verdicts[(verdicts[a] != "cannot tell") & (verdicts[b] != "cannot tell")]
            rows.append({"pair": f"{SHORT_NAMES[a]} / {SHORT_NAMES[b]}", "can tell": decided[b].to_dict()[a],
                         "agree": int((both[a] == both[b]).sum()), "kappa": value})
    return pd.DataFrame(rows, columns=["pair", "can tell", "agree", "kappa"])
