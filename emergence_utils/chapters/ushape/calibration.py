"""How often the tests find a shape in simulated scores: size under curves without one, and power."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..._checks import count, fraction, need_columns
from ..._files import own_file
from ..._typed import checked
from ...errors import InputError, UnknownNameError
from ...intervals import binomial_bounds
from ...ladders import Ladder
from ...measures._least_squares import Array
from ...measures._smoother import Smoother
from ...measures.u_regression import LindMehlum, TwoLines
from ...measures.u_shape import UFromCounts

__all__ = [
    "CURVES_WITHOUT_U", "SIMULATED_CURVES", "TESTS", "count_rates", "false_alarms", "found_shapes",
    "rejection_rates", "simulate_curve", "stored_calibration", "stored_rates",
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
#: The parabola by itself, as it is used in papers; with its precondition checked; and two lines.
TESTS = ("parabola alone", "Lind-Mehlum", "two lines")
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


def found_shapes(x: Array, y: Array, *, tests: Sequence[str] = TESTS, families: Array | None = None,
                 level: float = 0.95) -> dict[str, Found]:
    """What each test answers on every column of y.

    Parameters
    ----------
    tests : sequence of str
        Among `TESTS`.
    families : ndarray, shape (n,), optional
        For the cluster-robust form.

    Returns
    -------
    dict of test to ndarray of str, shape (m,)
        "U", "inverted U", "none found", "not applicable" or "not testable".
    """
    for test in tests:
        if test not in TESTS:
            raise UnknownNameError("test", test, TESTS)
    out = {test: np.full(y.shape[1], "not testable", dtype="<U14") for test in tests}
    smoother = Smoother(x) if "two lines" in tests else None
    for i in range(y.shape[1]):
        if set(tests) & {"parabola alone", "Lind-Mehlum"}:
            curve = LindMehlum(level)(x, y[:, i], clusters=families)
            if "Lind-Mehlum" in tests:
                out["Lind-Mehlum"][i] = curve.answer
            if "parabola alone" in tests and np.isfinite(curve.p_value):
                out["parabola alone"][i] = curve.shape if curve.p_value < 1 - level else "none found"
        if smoother is not None:
            out["two lines"][i] = TwoLines(level)(x, y[:, i], clusters=families, smoother=smoother).answer
    return out


def rejection_rates(curve: str, x: Array, *, n_sets: int, noise: float, families: Array | None = None,
                    family_share: float = 0.0, robust: bool = False, tests: Sequence[str] = TESTS,
                    seed: int = 0) -> pd.DataFrame:
    """Rates at which the tests call one simulated curve a U or an inverted U.

    Parameters
    ----------
    robust : bool
        Use the cluster-robust forms with `families`.

    Returns
    -------
    DataFrame
        One row a test: ``curve``, ``test``, ``points``, ``noise``, ``robust``, ``sets``, ``U``,
        ``inverted_U``, ``either``, ``not_applicable``, ``not_testable`` (shares of all sets) and
        ``low``, ``high``, the exact 95 % interval of ``either``.
    """
    y = simulate_curve(curve, x, n_sets, noise=noise, family_share=family_share, families=families, seed=seed)
    rows = []
    for test, said in found_shapes(x, y, tests=tests, families=families if robust else None).items():
        share = {k: float(np.mean(said == k))
                 for k in ("U", "inverted U", "not applicable", "not testable")}
        either = share["U"] + share["inverted U"]
        low, high = binomial_bounds([either], [n_sets], method="clopper-pearson")
        rows.append({"curve": curve, "test": test, "points": len(x), "noise": noise,
                     "family_share": family_share, "robust": robust, "sets": n_sets, "U": share["U"],
                     "inverted_U": share["inverted U"], "either": either,
                     "not_applicable": share["not applicable"], "not_testable": share["not testable"],
                     "low": float(low[0]), "high": float(high[0])})
    return pd.DataFrame(rows)


@checked
def count_rates(curve: str, models: int, *, items: int, depth: float = 0.2, n_sets: int = 100,
                seed: int = 0) -> dict[str, float]:
    """Shares of the answers of the test from item counts on ladders whose noise is that of their items.

    Parameters
    ----------
    curve : str
        One of `SIMULATED_CURVES`; accuracy lies between 0.4 - depth / 2 and 0.4 + depth / 2.
    models, items : int

    Raises
    ------
    InputError
        If a count is too small or `depth` no share.
    """
    count("models", models, minimum=3)
    count("items", items, minimum=1)
    count("n_sets", n_sets, minimum=1)
    fraction("depth", depth)
    from scipy import stats

    if curve not in SIMULATED_CURVES:
        raise UnknownNameError("curve", curve, SIMULATED_CURVES)
    shape = SIMULATED_CURVES[curve](np.linspace(0, 1, models))
    p = 0.4 + depth * (shape - 0.5)
    draws = np.random.default_rng(seed).uniform(size=(n_sets, models))
    seen = stats.binom.ppf(draws, items, p) / items
    scale = 10 ** np.linspace(8, 11, models)
    said = [UFromCounts(draws=2000)(Ladder.of(scale, y, items)).answer for y in seen]
    return {k: said.count(k) / n_sets for k in ("U", "inverted U", "no U", "cannot tell")}


def stored_calibration() -> pd.DataFrame:
    """The long run of `rejection_rates`, as ``benchmarks/ushape_calibration.py`` stored it."""
    return pd.read_csv(own_file("benchmarks", "ushape_calibration.csv"))


@checked
def false_alarms(points: int, noise: float) -> pd.DataFrame:
    """Share of `CURVES_WITHOUT_U` that each test calls a U or an inverted U, from the stored run.

    Returns
    -------
    DataFrame
        One row a test and curve: ``test``, ``curve``, ``estimate``, ``low``, ``high``, ``sets``.
    """
    rows = _stored(points, noise)
    rows = rows[rows["curve"].isin(CURVES_WITHOUT_U)].rename(columns={"either": "estimate"})
    rows = rows.replace({"test": {"Lind-Mehlum": "with its precondition"}})
    return rows[["test", "curve", "estimate", "low", "high", "sets"]].reset_index(drop=True)


@checked
def stored_rates(rate: str, *, points: int, noise: float) -> pd.Series:
    """One rate of `stored_calibration` on evenly spaced models, by curve and test.

    Parameters
    ----------
    rate : str
        A column, e.g. "either", "U" or "not_applicable".
    points : int
    noise : float
        In units of the rise of a curve or the depth of a U.

    Returns
    -------
    Series
        Indexed by curve and test.

    Raises
    ------
    InputError
        If nothing is stored for these points and this noise.
    """
    rows = _stored(points, noise)
    need_columns(rows, (rate,))
    return rows.set_index(["curve", "test"])[rate]


def _stored(points: int, noise: float) -> pd.DataFrame:
    table = stored_calibration()
    chosen = table[(table["scales"] == "even") & (table["points"] == points) & (table["noise"] == noise)]
    if chosen.empty:
        even = table.loc[table["scales"] == "even"]
        sizes, levels = (", ".join(f"{v:g}" for v in sorted(even[c].unique())) for c in ("points", "noise"))
        raise InputError(f"stored are points of {sizes} and noise of {levels}, got {points} and {noise:g}.")
    return chosen
