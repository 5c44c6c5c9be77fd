"""Curves other than lines: which family fits a ladder, and which predicts its largest models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..curves import Curve, Isotonic, Line, Logistic, Segmented
from ..curves import Exponential as Rise
from ..errors import InputError, UnknownNameError
from ._fits import judged, remembered
from .breaks import item_noise, place

__all__ = ["FAMILIES", "Rise", "as_if_straight", "race", "winners"]

Array = NDArray[np.float64]


#: Name -> (axis, curve given the chance level).
FAMILIES: Mapping[str, tuple[str, Callable[[float], Curve]]] = {
    "line": ("log", lambda chance: Line()),
    "line in N": ("linear", lambda chance: Line()),
    "exponential": ("linear", Rise),
    "power law": ("log", Rise),
    "logistic": ("log", lambda chance: Logistic(floor=chance)),
    "broken line": ("log", lambda chance: Segmented()),
    "isotonic": ("log", lambda chance: Isotonic()),
}


def race(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",), hold_out: int = 2,
         curves: Sequence[str] = tuple(FAMILIES), noise: str | None = "noise",
         min_models: int = 8) -> pd.DataFrame:
    """Fit every family to every ladder, whole and without its largest models.

    Parameters
    ----------
    scores : DataFrame
        With ``value`` and ``chance``, one row per model and ladder.
    x : str
    by : sequence of str
    hold_out : int
        Largest models to predict from the others; 0 leaves ``error`` and ``aicc_small`` missing.
    curves : sequence of str
        Keys of `FAMILIES`, the line among them.
    noise : str or None
        Column of the variance of each score, as in `breaks`.
    min_models : int
        Shorter ladders are left out; ``attrs["left_out"]`` counts them.

    Returns
    -------
    DataFrame
        Keys, ``curve``, ``aicc`` (infinite where there are too few models for the family),
        ``lead`` (in AICc over the line in log scale), ``error`` (mean absolute error at the
        held-out models, forecasts clipped to [0, 1]), and ``aicc_small`` (AICc without them).
    """
    for name in curves:
        if name not in FAMILIES:
            raise UnknownNameError("curve", name, FAMILIES)
    rows, short = [], 0
    for key, g in scores.groupby(list(by), sort=True):
        if len(g) < min_models or g["value"].nunique() < 2:
            short += 1
            continue
        g = g.sort_values(x, kind="stable")
        y, chance = g["value"].to_numpy(dtype=float), float(g["chance"].iloc[0])
        floor = None if noise is None else g[noise].to_numpy(dtype=float)
        keys = dict(zip(by, key, strict=True))
        for name in curves:
            axis, make = FAMILIES[name]
            rows.append(keys | {"curve": name} | _run(make(chance), place(g[x], axis), y, floor, hold_out))
    if not rows:
        raise InputError(f"no ladder has {min_models} models.")
    table = pd.DataFrame(rows)
    line = table.loc[table["curve"] == "line", [*by, "aicc"]].rename(columns={"aicc": "of_line"})
    table = table.merge(line, on=list(by))
    table["lead"] = table.pop("of_line") - table["aicc"]
    table.attrs["left_out"] = short
    return table


def winners(raced: pd.DataFrame, *, by: Sequence[str] = ("task",), delta: float = 4.0,
            margin: float = 0.05) -> pd.DataFrame:
    """Per ladder: the best family by fit and by forecast, and whether it clearly beats the line.

    Parameters
    ----------
    raced : DataFrame
        From `race`.
    delta : float
        Lead in AICc that is clear.
    margin : float
        Difference of held-out errors that is clear, in score.

    Returns
    -------
    DataFrame
        Keys; ``fit`` and ``forecast`` (best family); ``fit_beats_line``, ``forecast_beats_line`` (is
        the lead of the best at least `delta`, `margin`); ``chosen`` (best AICc on the small models
        alone) and ``chosen_gain``, the line's held-out error minus that of the chosen family. Without
        held-out errors only ``fit`` and ``fit_beats_line``.
    """
    rows = []
    for key, g in raced.groupby(list(by), sort=True):
        g = g.set_index("curve")
        error = g["error"].to_dict()
        if g["error"].isna().any():
            rows.append(dict(zip(by, key, strict=True)) | {
                "fit": g["aicc"].idxmin(), "fit_beats_line": bool(g["lead"].max() >= delta)})
            continue
        chosen = g["aicc_small"].idxmin()
        rows.append(dict(zip(by, key, strict=True)) | {
            "fit": g["aicc"].idxmin(), "forecast": g["error"].idxmin(),
            "fit_beats_line": bool(g["lead"].max() >= delta),
            "forecast_beats_line": bool(error["line"] - min(error.values()) >= margin),
            "chosen": chosen, "chosen_gain": error["line"] - error[chosen]})
    return pd.DataFrame(rows)


def as_if_straight(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
                   seed: int = 0) -> pd.DataFrame:
    """The same ladders with scores drawn from their own best line in log scale: a control.

    Parameters
    ----------
    scores : DataFrame
        With ``value`` and ``n_examples``.

    Returns
    -------
    DataFrame
        `scores` with ``value`` redrawn: binomial counts around the line, clipped to [0, 1]; and their
        ``noise``.
    """
    rng = np.random.default_rng(seed)
    out = []
    for _, g in scores.groupby(list(by), sort=True):
        position, items = place(g[x], "log"), g["n_examples"].to_numpy(dtype=int)
        mean = np.clip(remembered(Line(), position, g["value"].to_numpy(dtype=float)).predict(position), 0, 1)
        drawn = rng.binomial(items, mean) / items
        out.append(g.assign(value=drawn, noise=item_noise(drawn, items)))
    return pd.concat(out, ignore_index=True)


def _run(curve: Curve, position: Array, y: Array, noise: Array | None, hold_out: int) -> dict[str, float]:
    whole, small = judged(curve, position, y, noise), len(y) - hold_out
    if hold_out < 1:
        return {"aicc": whole, "aicc_small": np.nan, "error": np.nan}
    part = judged(curve, position[:small], y[:small], None if noise is None else noise[:small])
    forecast = np.clip(remembered(curve, position[:small], y[:small]).predict(position[small:]), 0, 1)
    return {"aicc": whole, "aicc_small": part, "error": float(np.abs(forecast - y[small:]).mean())}
