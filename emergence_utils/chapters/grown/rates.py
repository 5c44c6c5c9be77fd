"""What a learning rate of its own does for each size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..._checks import need_columns
from ..._typed import checked
from ...errors import InputError
from ...intervals import two_proportions
from ...plot import short_number
from ...results import Result
from .luck import learned

__all__ = ["best_rates", "fall_from_best", "gain_of_rates", "rate_curves"]


@checked
def rate_curves(rates: pd.DataFrame) -> pd.DataFrame:
    """Mean loss of each size under each learning rate, with its range over seeds.

    Parameters
    ----------
    rates : DataFrame
        The table ``grown_rates``.

    Returns
    -------
    DataFrame
        ``params``, ``size`` (its short name), ``learning_rate``, ``value``, ``low`` and ``high`` (nats),
        ``exact_match``.
    """
    need_columns(rates, ("params", "learning_rate", "cross_entropy", "exact_match"))
    found = rates.groupby(["params", "learning_rate"], as_index=False).agg(
        value=("cross_entropy", "mean"), low=("cross_entropy", "min"), high=("cross_entropy", "max"),
        exact_match=("exact_match", "mean"))
    return found.assign(size=found["params"].map(short_number))


@checked
def best_rates(rates: pd.DataFrame) -> pd.Series:
    """Learning rate of the lowest mean loss, by parameters.

    Parameters
    ----------
    rates : DataFrame
        The table ``grown_rates``.
    """
    curves = rate_curves(rates)
    if curves.empty:
        raise InputError("rates must hold at least one run.")
    return curves.loc[curves.groupby("params")["value"].idxmin()].set_index("params")["learning_rate"]


@checked
def fall_from_best(table: pd.DataFrame) -> Result:
    """Share of runs that learn at the size where most do, less that at the widest.

    The size is picked for its share, so luck alone makes the difference a little larger than 0.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it.

    Returns
    -------
    Result
        Newcombe's interval; n counts the runs of both sizes.
    """
    share = learned(table).sort_values("params")
    if len(share) < 2:
        raise InputError(f"table must hold at least two sizes, got {len(share)}.")
    best, widest = share.iloc[int(share["value"].to_numpy().argmax())], share.iloc[-1]
    learnt = [round(row["value"] * row["runs"]) for row in (best, widest)]
    return two_proportions(learnt[0], int(best["runs"]), learnt[1], int(widest["runs"]))


@checked
def gain_of_rates(own: pd.DataFrame, one: pd.DataFrame) -> pd.DataFrame:
    """Share of runs that learn with a rate for each size, less that under one rate, at the sizes of both.

    Parameters
    ----------
    own, one : DataFrame
        As `runs` gives them.

    Returns
    -------
    DataFrame
        ``params``, ``estimate``, ``low`` and ``high`` (Newcombe, each at 95 %).
    """
    both = learned(own).merge(learned(one), on="params", suffixes=("_own", "_one"))
    if both.empty:
        raise InputError("own and one must have a size in common.")
    counts = [np.rint(both[f"value_{way}"] * both[f"runs_{way}"]).astype(int) for way in ("own", "one")]
    found = [two_proportions(k, n, other, m) for k, n, other, m in zip(
        counts[0], both["runs_own"], counts[1], both["runs_one"], strict=True)]
    ends = [(r.interval.low, r.interval.high) for r in found if r.interval is not None]
    return pd.DataFrame({"params": both["params"], "estimate": [r.estimate for r in found],
                         "low": [low for low, _ in ends], "high": [high for _, high in ends]})
