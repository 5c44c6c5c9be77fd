"""What a learning rate of its own does for each size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..._checks import need_columns
from ..._typed import checked
from ...errors import InputError
from ...intervals import two_proportions
from ...plot import short_number
from ...resample import bootstrap
from ...results import Result
from ...train.runs import Plan
from .luck import LEARNED, learned

__all__ = ["best_rates", "fall_from_best", "gain_of_rates", "rate_curves", "rates_by_size"]


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

    The size is picked for its share, so that luck alone makes the difference larger than 0.

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
def rates_by_size(scores: pd.DataFrame, plan: Plan) -> pd.Series:
    """Learning rate of every size of a ladder, by parameters.

    Parameters
    ----------
    scores : DataFrame
        The ladder's score table.
    plan : Plan
        The preset that it was trained by.
    """
    need_columns(scores, ("model", "params"))
    params = scores.drop_duplicates("model").set_index("model")["params"].to_dict()
    return pd.Series({params[size.name]: plan.settings_of(size).learning_rate for size in plan.sizes})


@checked
def gain_of_rates(own: pd.DataFrame, one: pd.DataFrame, own_rates: pd.Series,
                  one_rates: pd.Series) -> pd.DataFrame:
    """Share of runs that learn with a rate for each size, less that of the same seeds under one rate.

    Parameters
    ----------
    own, one : DataFrame
        As `runs` gives them; seeds and sizes that both have are compared.
    own_rates, one_rates : Series
        Their learning rates, as `rates_by_size` gives them.

    Returns
    -------
    DataFrame
        One row for sizes whose own rate is ``smaller``, ``larger`` or the ``same``, which shows what
        rounding does: ``rate``, ``sizes``, ``runs``, ``own``, ``one`` (shares), ``estimate``, ``low`` and
        ``high``, seeds drawn again.
    """
    both = own.merge(one, on=["params", "seed"], suffixes=("_own", "_one"), validate="1:1")
    if both.empty:
        raise InputError("own and one must have a size and a seed in common.")
    step = both["params"].map(own_rates) - both["params"].map(one_rates)
    if step.isna().any():
        raise InputError("own_rates and one_rates must have a rate for every size in common, got none for "
                         f"{both.loc[step.isna(), 'params'].iloc[0]:g} parameters.")
    rate = np.select([step < 0, step > 0], ["smaller", "larger"], "same")
    learnt = {way: (both[f"exact_match_{way}"] > LEARNED).to_numpy(float) for way in ("own", "one")}
    table = both[["params", "seed"]].assign(rate=rate, **learnt, gain=learnt["own"] - learnt["one"])
    rows = []
    for name, group in table.groupby("rate"):
        found = bootstrap(np.mean, group["gain"].to_numpy(), clusters=group["seed"], n_resamples=2000)
        assert found.interval is not None
        rows.append({"rate": name, "sizes": group["params"].nunique(), "runs": len(group),
                     "own": group["own"].mean(), "one": group["one"].mean(), "estimate": found.estimate,
                     "low": found.interval.low, "high": found.interval.high})
    return pd.DataFrame(rows)
