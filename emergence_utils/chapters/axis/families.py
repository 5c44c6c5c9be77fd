"""Curves other than lines: which family fits a ladder, and which predicts its largest models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..._checks import at_least_one, count, fraction, need_columns, positive
from ..._typed import checked
from ...curves import Curve, Exponential, Isotonic, Line, Logistic, Segmented
from ...errors import InputError, UnknownNameError
from ...intervals import binomial
from ...resample import redrawn_scores
from ._fits import FITS, aicc_with_noise
from .breaks import item_noise, place

__all__ = ["FAMILIES", "as_if_straight", "compare_families", "duels", "winners"]

Array = NDArray[np.float64]


#: Name -> (axis, curve); those with a floor are fitted to shares of the range above chance.
FAMILIES: Mapping[str, tuple[str, Curve]] = {
    "line": ("log", Line()),
    "line in N": ("linear", Line()),
    "exponential": ("linear", Exponential()),
    "power law": ("log", Exponential()),
    "logistic": ("log", Logistic(floor=0.0)),
    "broken line": ("log", Segmented()),
    "isotonic": ("log", Isotonic()),
}


@checked
def compare_families(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
                     hold_out: int = 2, curves: Sequence[str] = tuple(FAMILIES),
                     noise: str | None = "noise", min_models: int = 8) -> pd.DataFrame:
    """Fit every family to every ladder, whole and without its largest models.

    Curves with a floor are fitted to shares of the range above chance, so that ladders of the same models are
    fitted at once.

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

    Raises
    ------
    InputError
        If `by` is empty, or `hold_out` leaves fewer than five models to fit.
    """
    need_columns(scores, at_least_one("by", by, "column"))
    count("min_models", min_models, minimum=5)
    if not 0 <= hold_out <= min_models - 5:
        raise InputError(f"hold_out must be from 0 to {min_models - 5}, so that five models are left to "
                         f"fit, got {hold_out}.")
    for name in curves:
        if name not in FAMILIES:
            raise UnknownNameError("curve", name, FAMILIES)
    drawn: list[tuple[dict[str, Any], Curve, _Points]] = []
    short = 0
    for key, g in scores.groupby(list(by), sort=True):
        if len(g) < min_models or g["value"].nunique() < 2:
            short += 1
            continue
        g = g.sort_values(x, kind="stable")
        floor = None if noise is None else g[noise].to_numpy(dtype=float)
        keys, chance = dict(zip(by, key, strict=True)), float(g["chance"].iloc[0])
        for name in curves:
            axis, curve = FAMILIES[name]
            base = chance if isinstance(curve, Exponential | Logistic) else 0.0
            points = _Points(place(g[x], axis), g["value"].to_numpy(dtype=float), floor, base)
            drawn.append((keys | {"curve": name}, curve, points))
    if not drawn:
        raise InputError(f"no ladder has {min_models} models.")
    for curve in dict.fromkeys(c for _, c, _ in drawn):
        same = [(points.position, points.scaled) for _, c, points in drawn if c == curve]
        FITS.ahead(curve, ((*one, None) for one in same))
        if hold_out > 0:
            FITS.ahead(curve, ((position[:-hold_out], y[:-hold_out], None) for position, y in same))
    table = pd.DataFrame([keys | _run(curve, points, hold_out) for keys, curve, points in drawn])
    line = table.loc[table["curve"] == "line", [*by, "aicc"]].rename(columns={"aicc": "of_line"})
    table = table.merge(line, on=list(by))
    table["lead"] = table.pop("of_line") - table["aicc"]
    table.attrs["left_out"] = short
    return table


@checked
def winners(compared: pd.DataFrame, *, by: Sequence[str] = ("task",), delta: float = 4.0,
            margin: float = 0.05) -> pd.DataFrame:
    """Per ladder: the best family by fit and by forecast, and whether it clearly beats the line.

    Parameters
    ----------
    compared : DataFrame
        From `compare_families`.
    delta : float
        Lead in AICc that is clear.
    margin : float
        Difference of held-out errors that is clear, in score.

    Returns
    -------
    DataFrame
        Keys; ``fit`` and ``forecast`` (best family); ``fit_beats_line``: "yes" where a family leads the
        line by `delta` at least, "no" where the line leads every other family by as much, else "cannot
        tell"; ``forecast_beats_line``, whether the best forecast errs less by `margin` at least;
        ``chosen`` (best AICc on the small models alone) and ``chosen_gain``, the line's held-out error
        minus that of the chosen family. Without held-out errors only ``fit`` and ``fit_beats_line``.

    Raises
    ------
    InputError
        If `by` is empty, `delta` not above 0 or `margin` no share.
    """
    need_columns(compared, at_least_one("by", by, "column"))
    positive("delta", delta)
    fraction("margin", margin)
    rows = []
    for key, g in compared.groupby(list(by), sort=True):
        g = g.set_index("curve")
        error = g["error"].to_dict()
        if g["error"].isna().any():
            rows.append(dict(zip(by, key, strict=True)) | {
                "fit": g["aicc"].idxmin(), "fit_beats_line": _beaten(g["lead"], delta)})
            continue
        chosen = g["aicc_small"].idxmin()
        rows.append(dict(zip(by, key, strict=True)) | {
            "fit": g["aicc"].idxmin(), "forecast": g["error"].idxmin(),
            "fit_beats_line": _beaten(g["lead"], delta),
            "forecast_beats_line": bool(error["line"] - min(error.values()) >= margin),
            "chosen": chosen, "chosen_gain": error["line"] - error[chosen]})
    return pd.DataFrame(rows)


@checked
def duels(compared: pd.DataFrame, *, delta: float = 4.0) -> pd.DataFrame:
    """How often each curve is clearly better than the line, and how often clearly worse.

    Parameters
    ----------
    compared : DataFrame
        From `compare_families`.
    delta : float
        Lead in AICc that is clear.

    Returns
    -------
    DataFrame
        ``curve``, ``answer`` ("better than the line", "worse"), ``estimate``, ``low``, ``high`` (Wilson, as
        if ladders were independent) and ``n`` ladders.

    Raises
    ------
    InputError
        If `delta` is not above 0.
    """
    positive("delta", delta)
    rows = []
    for curve, g in compared[compared["curve"] != "line"].groupby("curve", sort=False):
        for answer, met in (("better than the line", g["lead"] >= delta), ("worse", g["lead"] <= -delta)):
            r = binomial(int(met.sum()), len(g))
            assert r.interval is not None
            rows.append({"curve": curve, "answer": answer, "estimate": r.estimate, "low": r.interval.low,
                         "high": r.interval.high, "n": r.n})
    return pd.DataFrame(rows)


@checked
def as_if_straight(scores: pd.DataFrame, *, x: str = "params", by: Sequence[str] = ("task",),
                   seed: int = 0) -> pd.DataFrame:
    """Ladders with scores drawn from their own best line in log scale: a control.

    Ladders whose line leaves [0, 1] are left out: cut off there it would be two lines that meet.

    Parameters
    ----------
    scores : DataFrame
        With ``value`` and ``n_examples``.

    Returns
    -------
    DataFrame
        Rows of the other ladders with ``value`` redrawn, binomial counts around the line, and its ``noise``.
    """
    need_columns(scores, at_least_one("by", by, "column"))
    rng = np.random.default_rng(seed)
    out = []
    for _, g in scores.groupby(list(by), sort=True):
        position, items = place(g[x], "log"), g["n_examples"].to_numpy(dtype=int)
        mean = FITS.fit(Line(), position, g["value"].to_numpy(dtype=float)).predict(position)
        if mean.min() < 0 or mean.max() > 1:
            continue
        drawn = redrawn_scores(mean, items, 1, rng, observed=False)[0]
        out.append(g.assign(value=drawn, noise=item_noise(drawn, items)))
    if not out:
        raise InputError("every line leaves [0, 1].")
    return pd.concat(out, ignore_index=True)


def _beaten(lead: pd.Series[float], delta: float) -> str:
    """Whether any family beats the line, by leads in AICc over it, indexed by family."""
    best = float(lead.drop("line").max())
    return "yes" if best >= delta else "no" if best <= -delta else "cannot tell"


@dataclass(frozen=True)
class _Points:
    """A ladder on one axis: places, scores, their noise, and the level from which curves are counted."""

    position: Array
    value: Array
    noise: Array | None
    base: float

    @property
    def scaled(self) -> Array:
        """Scores as shares of the range above the base."""
        return (self.value - self.base) / (1 - self.base)

    def aicc(self, curve: Curve, n: int) -> float:
        """AICc of a curve on the first n models."""
        noise = None if self.noise is None else self.noise[:n]
        return aicc_with_noise(curve, self.position[:n], self.value[:n], noise, base=self.base,
                               span=1 - self.base)

    def forecast(self, curve: Curve, n: int) -> Array:
        """Scores of the models after the first n."""
        found = FITS.fit(curve, self.position[:n], self.scaled[:n])
        return np.clip(self.base + (1 - self.base) * found.predict(self.position[n:]), 0, 1)


def _run(curve: Curve, points: _Points, hold_out: int) -> dict[str, float]:
    n = len(points.value)
    if hold_out < 1:
        return {"aicc": points.aicc(curve, n), "aicc_small": np.nan, "error": np.nan}
    small = n - hold_out
    error = np.abs(points.forecast(curve, small) - points.value[small:]).mean()
    return {"aicc": points.aicc(curve, n), "aicc_small": points.aicc(curve, small), "error": float(error)}
