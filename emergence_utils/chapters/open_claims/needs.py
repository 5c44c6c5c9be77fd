"""What a model of a given size needs, beside the largest training runs on record."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..._checks import at_least_one, positive
from ..._typed import checked
from ...laws import EPOCH, HOFFMANN, LossFit

__all__ = ["crossing", "ratio_curves", "shortfall", "shortfalls"]


def ratio_curves(fitted: LossFit, budgets: Iterable[float]) -> pd.DataFrame:
    """Best tokens per parameter by compute: our law with its band, and two published ones.

    Parameters
    ----------
    fitted : LossFit
        From `laws.fit_loss_law`, with draws.
    budgets : iterable of float
        FLOPs.

    Returns
    -------
    DataFrame
        Columns law, flops, ratio, low, high.
    """
    spent = [float(c) for c in budgets]
    rows = []
    for c in spent:
        best = fitted.optimal(c)
        low, high = (best.interval.low, best.interval.high) if best.interval else (np.nan, np.nan)
        rows.append({"law": "our refit", "flops": c, "ratio": best.estimate, "low": low, "high": high})
    for name, known in (("as printed", HOFFMANN), ("refit of Besiroglu et al.", EPOCH)):
        rows += [{"law": name, "flops": c, "ratio": known.tokens_per_parameter(c), "low": np.nan,
                  "high": np.nan} for c in spent]
    return pd.DataFrame(rows)


def shortfall(params: float, *, ratio: float, most_tokens: float, most_flops: float) -> tuple[float, float]:
    """How many times more tokens and more FLOPs a model needs than the largest run on record.

    Parameters
    ----------
    params : float
        Size of the model.
    ratio : float
        Tokens per parameter.
    most_tokens, most_flops : float
        Of the largest run; compute is taken as 6 * params * tokens.

    Examples
    --------
    >>> shortfall(1e12, ratio=20, most_tokens=1e13, most_flops=1e25)
    (2.0, 12.0)
    """
    for name, value in (("params", params), ("ratio", ratio), ("most_tokens", most_tokens),
                        ("most_flops", most_flops)):
        positive(name, value)
    tokens = ratio * params
    return tokens / most_tokens, 6 * params * tokens / most_flops


@checked
def shortfalls(sizes: Iterable[float], *, ratio: float, most_tokens: float,
               most_flops: float) -> pd.DataFrame:
    """How many times the largest run on record models of many sizes need, in data and in compute.

    Parameters
    ----------
    sizes : iterable of float
        Parameters.
    ratio, most_tokens, most_flops
        As in `shortfall`.

    Returns
    -------
    DataFrame
        Columns params, what ("data" or "compute"), times.

    Raises
    ------
    InputError
        If `sizes` is empty, or an argument not above 0.
    """
    at_least_one("sizes", sizes, "number of parameters")
    rows = []
    for size in sizes:
        data, compute = shortfall(float(size), ratio=ratio, most_tokens=most_tokens, most_flops=most_flops)
        rows += [{"params": float(size), "what": "data", "times": data},
                 {"params": float(size), "what": "compute", "times": compute}]
    return pd.DataFrame(rows)


def crossing(most_tokens: float, most_flops: float) -> float:
    """Parameters beyond which compute falls short by more than data, whatever the tokens per parameter.

    Examples
    --------
    >>> crossing(1e13, 6e25)
    1000000000000.0
    """
    return most_flops / (6 * most_tokens)
