"""What a model of a given size needs, beside the largest training runs on record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from ..._checks import at_least_one
from ..._typed import checked
from .loss_law import EPOCH, HOFFMANN, LossLaw, best_ratio, shortfall

__all__ = ["crossing", "ratio_curves", "shortfalls"]


def ratio_curves(law: LossLaw, resampled: Sequence[LossLaw], budgets: Iterable[float],
                 n: int) -> pd.DataFrame:
    """Best tokens per parameter by compute: our law with its band, and two published ones.

    Parameters
    ----------
    law, resampled, n
        As in `best_ratio`.
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
        best = best_ratio(law, resampled, c, n)
        low, high = (best.interval.low, best.interval.high) if best.interval else (np.nan, np.nan)
        rows.append({"law": "our refit", "flops": c, "ratio": best.estimate, "low": low, "high": high})
    for name, known in (("as printed", HOFFMANN), ("refit of Besiroglu et al.", EPOCH)):
        rows += [{"law": name, "flops": c, "ratio": known.tokens_per_parameter(c), "low": np.nan,
                  "high": np.nan} for c in spent]
    return pd.DataFrame(rows)


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
