"""The stock of public text beside what the largest training run of coming years would read."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from scipy.special import ndtri

from ..._checks import at_least_one, confidence_level, positive
from ..._typed import checked
from ...laws import LossFit
from ...results import Interval, Result
from .needs import ends_of

__all__ = ["FEASIBLE", "STOCK", "over_stock", "stock_needs", "stock_table"]

#: Tokens of public text fit for training, repeats counted in (Villalobos et al. 2024): a projection.
STOCK = Interval(1e14, 1e15, 0.90, "published")
#: FLOPs of the largest run that power and chips are projected to allow by 2030 (Sevilla et al. 2024).
FEASIBLE = 2e29


@checked
def over_stock(tokens: Result, *, stock: Interval = STOCK, level: float = 0.95) -> Result:
    """Tokens over the stock of text; both are taken as normal on the log scale, the stock about its middle.

    Parameters
    ----------
    tokens : Result
        What a run would read; without an interval it is taken as exact.
    stock : Interval
        Of the stock, in tokens.
    level : float
        Confidence level of the result.

    Returns
    -------
    Result
        Above 1 text runs out; n as in `tokens`.

    Examples
    --------
    >>> f"{over_stock(Result.exact(1e15, 1)).estimate:.2f}"
    '3.16'
    """
    share = confidence_level(level)
    wanted, held = positive("tokens", tokens.estimate), tokens.interval
    middle = (math.log(positive("stock", stock.low)) + math.log(stock.high)) / 2
    spread = math.log(stock.high / stock.low) / 2 / _ends(stock.level)
    above = below = spread**2
    if held is not None:
        above += (math.log(held.high / wanted) / _ends(held.level)) ** 2
        below += (math.log(wanted / held.low) / _ends(held.level)) ** 2 if held.low > 0 else math.inf
    at = math.log(wanted) - middle
    low, high = at - _ends(share) * math.sqrt(below), at + _ends(share) * math.sqrt(above)
    return Result.with_interval(math.exp(at), Interval(math.exp(low), math.exp(high), share, "log-normal"),
                                tokens.n, tokens.notes)


@checked
def stock_needs(fitted: LossFit, budget: float, ratios: Mapping[str, float]) -> dict[str, Result]:
    """Tokens of a run over the stock of text, by how its compute is split.

    Parameters
    ----------
    fitted : LossFit
        Its best split stands first, as ``best split``, with the doubt of the law.
    budget : float
        FLOPs of the run, 6 * params * tokens.
    ratios : mapping of str to float
        Tokens per parameter of other splits, by name.

    Returns
    -------
    dict of str to Result
    """
    spent = positive("budget", budget)
    best = fitted.optimal(spent)
    held = best.interval
    ends = None if held is None else Interval(_tokens(spent, held.low), _tokens(spent, held.high),
                                              held.level, held.method)
    asked = {"best split": Result(_tokens(spent, best.estimate), ends, best.n, best.status, best.notes)}
    for name in at_least_one("ratios", list(ratios), "split"):
        asked[name] = Result.exact(_tokens(spent, positive(f"ratios of {name!r}", ratios[name])), 1)
    return {name: over_stock(tokens) for name, tokens in asked.items()}


def stock_table(needs: Mapping[str, Result]) -> pd.DataFrame:
    """`stock_needs` as rows: split, estimate, low, high."""
    return pd.DataFrame([{"split": name, "estimate": r.estimate, **ends_of(r)} for name, r in needs.items()])


def _tokens(budget: float, ratio: float) -> float:
    """Tokens of a run with so many tokens per parameter."""
    return math.sqrt(budget / 6 * ratio)


def _ends(level: float) -> float:
    """Standard errors from the middle to an end of an interval."""
    return float(ndtri((1 + level) / 2))
