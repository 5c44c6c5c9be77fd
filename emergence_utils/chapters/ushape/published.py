"""Published examples of a few bars or versions: what can be tested where only a figure is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..._checks import at_least_one, count, fraction
from ..._typed import checked
from ...errors import InputError
from ...intervals import binomial_bounds
from ...ladders import Ladder
from ...measures.u_shape import UFromCounts, UShape
from ...results import Result

__all__ = ["PLACE", "beyond_luck", "deepest_u", "depth_by_items", "prize_verdicts", "published_bars",
           "solid_instances", "taken_back"]

#: Column of the order in which a report shows its models; their sizes may be unknown.
PLACE = "Models, in the report's order"


@checked
def published_bars(bars: Mapping[str, float], items: int) -> pd.DataFrame:
    """Bars of a figure as scores of so many items.

    Parameters
    ----------
    bars : mapping of model to height
        In the order of the report, each in [0, 1].
    items : int
        Items that each bar is taken to rest on; heights are rounded to whole items.

    Returns
    -------
    DataFrame
        One row a model: ``model``, its place (column `PLACE`, from 1), ``value``, ``n_examples``, and
        ``low``, ``high``, the exact 95 % interval.

    Raises
    ------
    InputError
        If `items` is no count of at least 1, or a bar no share.
    """
    count("items", items, minimum=1)
    heights = _whole_items(list(bars.values()), items)
    low, high = binomial_bounds(heights, [items] * len(heights), method="clopper-pearson")
    return pd.DataFrame({"model": list(bars), PLACE: np.arange(1, len(heights) + 1), "value": heights,
                         "n_examples": items, "low": low, "high": high})


@checked
def deepest_u(bars: Mapping[str, float], items: int, *, against: Sequence[int], slack: float) -> UShape:
    """What the test from item counts says of the bars, each moved by `slack` against the claim.

    Parameters
    ----------
    bars : mapping of model to height
    items : int
        Items that each bar is taken to rest on.
    against : sequence of {-1, 0, 1}
        Direction, one a bar, that makes the U shallower.
    slack : float
        How far a reading of the figure may be off.

    Raises
    ------
    InputError
        If `against` has not one direction a bar.
        If `items` is no count of at least 1, or `slack` or a bar no share.
    """
    for height in bars.values():
        fraction("bars", height)
    count("items", items, minimum=1)
    fraction("slack", slack)
    if len(against) != len(bars):
        raise InputError(f"against needs one direction for each of {len(bars)} bars, got {len(against)}.")
    if not set(against) <= {-1, 0, 1}:
        raise InputError(f"against must hold -1, 0 or 1 for each bar, got {list(against)}.")
    if against[int(np.argmin(list(bars.values())))] < 0 or max(against[0], against[-1]) > 0:
        raise InputError("against must not lower the lowest bar, nor raise the first or the last: that "
                         f"deepens the U; got {list(against)}.")
    moved = np.array(list(bars.values())) + slack * np.asarray(against)
    if moved.min() < 0 or moved.max() > 1:
        raise InputError(f"slack must leave every bar within 0 and 1, got {slack:g}, which moves one to "
                         f"{moved.min() if moved.min() < 0 else moved.max():.2f}.")
    place = 10.0 ** np.arange(len(bars))  # only the order enters the test
    return UFromCounts()(Ladder.of(place, _whole_items(moved, items), items))


@checked
def depth_by_items(bars: Mapping[str, float], tried: Sequence[int], *, against: Sequence[int],
                   slack: float) -> pd.DataFrame:
    """`deepest_u` for several test sizes.

    Returns
    -------
    DataFrame
        One row a size: ``items``, ``label``, ``estimate`` (depth), ``low``, ``high``, ``p``, ``answer``.

    Raises
    ------
    InputError
        If `tried` is empty or holds something else than counts of at least 1.
    """
    for items in at_least_one("tried", tried, "count of items"):
        count("tried", items, minimum=1)
    found = {n: deepest_u(bars, n, against=against, slack=slack) for n in tried}
    ends = {n: (r.interval.low, r.interval.high) if r.interval else (np.nan, np.nan)
            for n, r in found.items()}
    return pd.DataFrame([{"items": n, "label": f"{n:,} items", "estimate": r.estimate, "low": ends[n][0],
                          "high": ends[n][1], "p": r.p_value, "answer": r.answer}
                         for n, r in found.items()])


def beyond_luck(depth: pd.DataFrame) -> str:
    """From how many items on the U is beyond luck, in words.

    Parameters
    ----------
    depth : DataFrame
        From `depth_by_items`.

    Examples
    --------
    >>> beyond_luck(pd.DataFrame({"items": [20, 100, 200], "answer": ["cannot tell", "U", "U"]}))
    'beyond luck if the test had 100 items or more'
    """
    found = depth.loc[depth["answer"] == "U", "items"]
    if found.empty:
        return f"not beyond luck with up to {depth['items'].max():,} items"
    return f"beyond luck if the test had {found.min():,} items or more"


def prize_verdicts() -> pd.DataFrame:
    """Tasks of the Inverse Scaling Prize that versions of arXiv:2211.02011 call U-shaped.

    Returns
    -------
    DataFrame
        One row a version: ``version``, ``prize tasks``, ``U-shaped``, ``source``. The abstracts are
        first-hand; the third version is known from a reader who quotes its section on limitations.
    """
    return pd.DataFrame({
        "version": ["first", "third", "last"], "prize tasks": [4, 11, 11], "U-shaped": [3, 10, 6],
        "source": ["abstract", "a reader's quotation", "abstract: 4 stay inverse, 1 rises"]})


def taken_back(versions: pd.DataFrame) -> Result:
    """Verdicts U-shaped that went, as far as abstracts tell: undetermined where their counts leave it open.

    Parameters
    ----------
    versions : DataFrame
        From `prize_verdicts`; rows whose source is no abstract are left out.

    Returns
    -------
    Result
        Without an interval. The abstracts give counts without names: of `was` verdicts, at least the
        decrease and at most all went.

    Examples
    --------
    >>> taken_back(prize_verdicts()).status
    'undetermined'
    """
    counts = versions.loc[versions["source"].str.startswith("abstract"), "U-shaped"]
    was, last = int(counts.iloc[0]), int(counts.iloc[-1])
    least = max(was - last, 0)
    note = f"counts without names: between {least} and {was} of the first {was} verdicts may have gone"
    if least == 0 and was:
        return Result(float("nan"), None, was, "undetermined", (note,))
    return Result(float(least), None, was, "limited", (note,))


def solid_instances(shown: Sequence[bool] | pd.Series, silent: Sequence[bool] | pd.Series) -> Result:
    """How many instances are shown; undetermined where none is and some could not be judged.

    Parameters
    ----------
    shown : sequence of bool
        Whether each instance is beyond doubt.
    silent : sequence of bool
        Whether the tests cannot tell on it.

    Returns
    -------
    Result
        The count of n instances, without an interval: it is a lower bound, as a note says.

    Examples
    --------
    >>> solid_instances([False, False], [True, False]).status
    'undetermined'
    >>> solid_instances([True, False], [False, True]).status
    'ok'
    """
    yes, unknown = np.asarray(shown, dtype=bool), np.asarray(silent, dtype=bool)
    if yes.shape != unknown.shape or not yes.size:
        raise InputError(f"shown and silent must be of one length, at least 1, got {yes.size} and "
                         f"{unknown.size}.")
    note = f"a count without an interval; the tests cannot tell on {int(unknown.sum())} of {yes.size}"
    status = "undetermined" if not yes.any() and unknown.any() else "ok"
    return Result(float(yes.sum()), None, yes.size, status, (note,))  # type: ignore[arg-type]


def _whole_items(heights: Sequence[float] | np.ndarray, items: int) -> np.ndarray:
    values = np.asarray(heights, dtype=float)
    if items < 1 or not ((values >= 0) & (values <= 1)).all():
        raise InputError(f"heights must lie in [0, 1] and items be at least 1, got {list(heights)} and "
                         f"{items}.")
    return np.round(values * items) / items
