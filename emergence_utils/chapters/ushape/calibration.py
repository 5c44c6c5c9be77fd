"""How often the two tests find a shape in simulated scores: size under curves without one, and power."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..._files import own_file
from ...errors import InputError, UnknownNameError
from ...intervals import binomial_bounds
from ...ushape._regression import Array
from ...ushape.lind_mehlum import lind_mehlum, lind_mehlum_many
from ...ushape.smooth import Smoother
from ...ushape.two_lines import two_lines

__all__ = [
    "CURVES_WITHOUT_U", "SIMULATED_CURVES", "found_shapes", "rejection_rates", "simulate_curve",
    "stored_calibration",
]

#: Curves on [0, 1]; each of the rising ones rises by one, the U falls by one and rises by one.
SIMULATED_CURVES: dict[str, Callable[[Array], Array]] = {
    "flat": lambda x: 0 * x,
    "line": lambda x: x,
    "saturating": lambda x: (1 - np.exp(-5 * x)) / (1 - np.exp(-5)),
    "late rise": lambda x: np.where(x < 0.6, 0.0, (x - 0.6) / 0.4),
    "logistic": lambda x: 1 / (1 + np.exp(-12 * (x - 0.5))),
    "U": lambda x: 4 * (x - 0.5) ** 2,
    "late U": lambda x: np.where(x < 0.75, (1 - x / 0.75), (x - 0.75) / 0.25),
}
CURVES_WITHOUT_U = ("flat", "line", "saturating", "late rise", "logistic")
Found = NDArray[np.str_]


def simulate_curve(curve: str, x: Array, n_sets: int, *, noise: float, family_share: float = 0.0,
                   families: Array | None = None, seed: int = 0) -> Array:
    """Scores of `n_sets` simulated ladders at the scales x, shape (n, n_sets).

    Parameters
    ----------
    curve : str
        One of `SIMULATED_CURVES`; x is brought to [0, 1] first.
    noise : float
        Standard deviation around the curve, in units of its rise.
    family_share : float
        Part of the noise variance that models of one family share.
    families : ndarray, shape (n,), optional
        Family of each model, needed if they share noise.
    """
    if curve not in SIMULATED_CURVES:
        raise UnknownNameError("curve", curve, SIMULATED_CURVES)
    if noise <= 0 or not 0 <= family_share < 1:
        raise InputError(f"noise must be positive and family_share in [0, 1), got {noise}, "
                         f"{family_share}.")
    rng = np.random.default_rng(seed)
    u = (x - x.min()) / np.ptp(x)
    own = rng.normal(0, noise * np.sqrt(1 - family_share), size=(len(x), n_sets))
    if family_share:
        if families is None:
            raise InputError("families must name the family of each model if they share noise.")
        codes = np.unique(families, return_inverse=True)[1]
        own += rng.normal(0, noise * np.sqrt(family_share), size=(codes.max() + 1, n_sets))[codes]
    return np.asarray(SIMULATED_CURVES[curve](u)[:, None] + own)


def found_shapes(x: Array, y: Array, *, test: str, families: Array | None = None,
                 alpha: float = 0.05) -> Found:
    """What a test says of every column of y: "U", "inverted U", "none" or "no test".

    Parameters
    ----------
    test : {"Lind-Mehlum", "two lines"}
    families : ndarray, shape (n,), optional
        For the cluster-robust form.
    """
    out = np.full(y.shape[1], "none", dtype="<U10")
    if test == "Lind-Mehlum" and families is None:
        if len(x) < 4:
            return np.full(y.shape[1], "no test", dtype="<U10")
        down, up = lind_mehlum_many(x, y)
        out[down < alpha] = "U"
        out[up < alpha] = "inverted U"
        return out
    smoother = Smoother(x) if test == "two lines" else None
    for i in range(y.shape[1]):
        r = (two_lines(x, y[:, i], clusters=families, smoother=smoother) if test == "two lines"
             else lind_mehlum(x, y[:, i], clusters=families))
        if not np.isfinite(r.p_value):
            out[i] = "no test"
        elif r.p_value < alpha:
            out[i] = r.shape
    return out


def rejection_rates(curve: str, x: Array, *, n_sets: int, noise: float, families: Array | None = None,
                    family_share: float = 0.0, robust: bool = False, seed: int = 0) -> pd.DataFrame:
    """Rates at which both tests call one simulated curve a U or an inverted U.

    Parameters
    ----------
    robust : bool
        Use the cluster-robust forms with `families`.

    Returns
    -------
    DataFrame
        One row a test: ``curve``, ``test``, ``points``, ``noise``, ``robust``, ``sets``, ``U``,
        ``inverted_U``, ``either``, ``no_test`` (shares) and ``low``, ``high``, the exact 95 %
        interval of ``either``.
    """
    y = simulate_curve(curve, x, n_sets, noise=noise, family_share=family_share, families=families, seed=seed)
    rows = []
    for test in ("Lind-Mehlum", "two lines"):
        said = found_shapes(x, y, test=test, families=families if robust else None)
        share = {k: float(np.mean(said == k)) for k in ("U", "inverted U", "no test")}
        either = share["U"] + share["inverted U"]
        low, high = binomial_bounds([either], [n_sets], method="clopper-pearson")
        rows.append({"curve": curve, "test": test, "points": len(x), "noise": noise,
                     "family_share": family_share, "robust": robust, "sets": n_sets, "U": share["U"],
                     "inverted_U": share["inverted U"], "either": either, "no_test": share["no test"],
                     "low": float(low[0]), "high": float(high[0])})
    return pd.DataFrame(rows)


def stored_calibration() -> pd.DataFrame:
    """The long run of `rejection_rates`, as ``benchmarks/ushape_calibration.py`` stored it."""
    return pd.read_csv(own_file("benchmarks", "ushape_calibration.csv"))
