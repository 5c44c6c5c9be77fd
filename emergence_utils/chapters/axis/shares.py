"""Shares of ladders that come in families of models."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from ..._clusters import from_clusters
from ...errors import InputError
from ...intervals import standard_error
from ...resample import group_codes
from ...results import Interval, Result
from ..battery import told_apart

__all__ = ["share", "share_both_ways"]


def share(met: ArrayLike, families: ArrayLike, *, level: float = 0.95) -> Result:
    """Share of ladders that meet something, where ladders of one family share their models.

    Wilson's interval with an effective number of ladders: as many independent ones as would give the
    standard error over families, at least the families and at most the ladders; the families where all
    ladders agree. Student's quantile, with one degree of freedom less than there are families.

    Parameters
    ----------
    met : array-like of bool, shape (n,)
    families : array-like, shape (n,)
    level : float

    Returns
    -------
    Result
        n counts ladders; ``undetermined``, without an interval, if all are of one family.

    Examples
    --------
    >>> f"{share([True] * 6 + [False] * 6, list('aabbccddeeff')):.2f}"
    '0.50 (95% [0.14, 0.86]), n=12'
    """
    from scipy import special

    flags, codes = np.asarray(met, dtype=float), group_codes(families, np.size(met))
    if not flags.size or not np.isin(flags, (0, 1)).all():
        raise InputError("met must hold at least one yes or no.")
    p, n, groups = float(flags.mean()), len(flags), int(codes.max()) + 1
    if groups == 1:
        alone = Result(p, None, n, "undetermined", ("all ladders are of one family",))
        return from_clusters(alone, families)
    spread = standard_error(flags, codes)
    ladders = groups if p in (0, 1) else min(max(p * (1 - p) / max(spread, 1e-9) ** 2, groups), n)
    t2 = float(special.stdtrit(groups - 1, (1 + level) / 2)) ** 2
    middle = (p + t2 / (2 * ladders)) / (1 + t2 / ladders)
    half = math.sqrt(t2 * p * (1 - p) / ladders + t2**2 / (4 * ladders**2)) / (1 + t2 / ladders)
    interval = Interval(max(middle - half, 0.0), min(middle + half, 1.0), level, "clustered Wilson")
    found = Result(p, interval, n, "limited" if groups < 10 else "ok")
    found = told_apart(from_clusters(found, families), np.asarray(families))
    called = found.clustered_by if found.clustered_by[:1].isdigit() else f"{groups} families of models"
    return replace(found, notes=(f"{called}, taken as clusters",))


def share_both_ways(answers: ArrayLike, families: ArrayLike, *, level: float = 0.95) -> Result:
    """Share of "yes" among all ladders, with an interval that counts "cannot tell" both ways.

    Parameters
    ----------
    answers : array-like of {"yes", "no", "cannot tell"}, shape (n,)
    families : array-like, shape (n,)
    level : float

    Returns
    -------
    Result
        The interval runs from the low end of `share` with every "cannot tell" taken as "no" to its high end
        with every one taken as "yes"; the estimate is the share of "yes".

    Examples
    --------
    >>> f"{share_both_ways(['yes', 'cannot tell'] * 6, list('aabbccddeeff')):.2f}"
    '0.50 (95% [0.20, 1.00]), n=12'
    """
    said = np.asarray(answers, dtype=str)
    least, most = (share(met, families, level=level) for met in (said == "yes", said != "no"))
    if least.interval is None or most.interval is None:
        return least
    silent = int((said == "cannot tell").sum())
    notes = (*least.notes, f"{silent} of {len(said)} cannot tell; the interval counts them both ways")
    span = Interval(least.interval.low, most.interval.high, level, "bounds")
    return replace(least, interval=span, status="limited", notes=notes)
