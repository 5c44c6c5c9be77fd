"""How wide a rise is, and whether it narrows as systems grow, as a phase transition does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ... import scores
from ..._checks import at_least_one, count
from ..._typed import checked
from ...curves import Logistic, fit, fit_many
from ...errors import InputError
from ...intervals import clustered, standard_error
from ...resample import resampled_rows
from ...results import Result

__all__ = ["branching", "branching_survival", "fitted_rise_width", "fitted_width_ratio", "pythia_addition"]

Array = NDArray[np.float64]


def pythia_addition() -> tuple[pd.DataFrame, dict[float, pd.DataFrame]]:
    """Exact match of the Pythia models on addition, 16-shot, along training.

    Returns
    -------
    cells : DataFrame
        One row a model and step: ``model``, ``params``, ``step``, ``value``, ``low``, ``high`` (95 %,
        problems that share an operand drawn together) and ``n_examples``, the number of independent problems
        that would have the same standard error.
    operands : dict of float to DataFrame
        By the size of the model: mean score of each operand (rows) at each step (columns).
    """
    raw = scores.load("pythia_arithmetic", task="addition", n_shot=16)
    rows = []
    for (model, params, step), g in raw.groupby(["model", "params", "step"]):
        found = clustered(g["value"], g["subset"])
        p, error = found.estimate, standard_error(g["value"], g["subset"])
        low, high = (found.interval.low, found.interval.high) if found.interval else (np.nan, np.nan)
        rows.append({"model": str(model).replace("-deduped", ""), "params": params, "step": step, "value": p,
                     "low": max(low, 0.0), "high": min(high, 1.0),
                     "n_examples": np.clip(round(p * (1 - p) / error**2), 1, g["n_examples"].sum())})
    operands = {p: raw[raw["params"] == p].pivot(index="subset", columns="step", values="value")
                for p in map(float, raw["params"].unique())}
    return pd.DataFrame(rows).sort_values(["params", "step"], ignore_index=True), operands


def fitted_rise_width(answers: pd.DataFrame, *, floor: float = 0.0, ceiling: float = 1.0, level: float = 0.95,
                      n_resamples: int = 200, seed: int = 0) -> Result:
    """10-90 % width of a logistic rise, with an interval over groups of items.

    Parameters
    ----------
    answers : DataFrame, shape (groups, scales)
        Mean score of each group of items (e.g. an operand) at each scale; columns are the scales
        themselves (positive numbers), at least four.
    floor, ceiling : float
        Ends of the logistic, held fixed: a rise that has not levelled off cannot determine both
        its width and its ceiling.
    level, n_resamples, seed
        Of the bootstrap over groups.

    Returns
    -------
    Result
        In decades of scale; n is the number of groups. ``limited`` where the fit to the means of all
        groups has something to say, e.g. that the rise has another shape.
    """
    draws, notes = _widths(answers, floor, ceiling, n_resamples, seed)
    return _result(draws, level, len(answers), notes)


def fitted_width_ratio(small: pd.DataFrame, large: pd.DataFrame, *, floor: float = 0.0, ceiling: float = 1.0,
                       level: float = 0.95, n_resamples: int = 200, seed: int = 0) -> Result:
    """Width of the rise in the larger system over that in the smaller one; below 1 it sharpens.

    The same groups of items are redrawn for both, since both answered them. Parameters are those
    of `fitted_rise_width`.
    """
    if not small.index.equals(large.index):
        raise InputError("small and large must hold the same groups of items in the same order.")
    (wide, of_large), (narrow, of_small) = (_widths(t, floor, ceiling, n_resamples, seed)
                                            for t in (large, small))
    notes = (*(f"larger system: {n}" for n in of_large), *(f"smaller system: {n}" for n in of_small))
    return _result(wide / narrow, level, len(small), notes)


def _result(draws: Array, level: float, n: int, notes: tuple[str, ...]) -> Result:
    """The first draw with the interval of the others."""
    return Result.of_draws(draws[1:], float(draws[0]), n, level, "cluster bootstrap", notes)


def _widths(answers: pd.DataFrame, floor: float, ceiling: float, n_resamples: int,
            seed: int) -> tuple[Array, tuple[str, ...]]:
    """Width of the rise of all groups, then of each redrawn set; and what the fit to all of them notes."""
    scales = answers.columns.to_numpy(dtype=float)
    values = answers.to_numpy(dtype=float)
    if len(scales) < 4 or not (scales > 0).all() or len(values) < 2:
        raise InputError("answers must have at least two groups and four positive scales, got "
                         f"{answers.shape}.")
    if not np.isfinite(values).all():
        raise InputError("answers must not hold missing scores; leave those groups out and say so.")
    curve = Logistic(floor=floor, ceiling=ceiling)
    n = len(values)
    rows = [np.arange(n), *resampled_rows(n, None, n_resamples, seed)]
    means = np.array([values[i].mean(axis=0) for i in rows])
    # least squares on the group means: the bootstrap over groups carries the noise
    params, _ = fit_many(curve, np.log10(scales), means)
    widths = np.exp(params[:, curve.parameters.index("log_width")])
    return widths, fit(curve, np.log10(scales), means[0]).notes


def branching_survival(mean_offspring: ArrayLike, n_generations: int) -> Array:
    """Probability that a Poisson branching process lives for `n_generations` generations.

    A chain reaction: below a mean of one it dies out, above one it may go on for ever. The number
    of generations is the size of the system: the transition sharpens as it grows, which is what
    tells a phase transition from a curve that is merely steep.
    """
    count("n_generations", n_generations, minimum=1)
    m = np.asarray(mean_offspring, dtype=float)
    if (m < 0).any() or n_generations < 1:
        raise InputError("need mean_offspring >= 0 and n_generations >= 1.")
    extinct = np.zeros_like(m)
    for _ in range(n_generations):
        extinct = np.exp(m * (extinct - 1))
    return np.asarray(1 - extinct)


@checked
def branching(generations: Sequence[int]) -> pd.DataFrame:
    """`branching_survival` about its critical point, as a long table for a figure.

    Returns
    -------
    DataFrame
        ``mean`` (offspring), ``survival``, ``generations`` (in words).

    Raises
    ------
    InputError
        If `generations` is empty, or one is not a whole number of at least 1.
    """
    for many in at_least_one("generations", generations, "number of generations"):
        count("generations", many, minimum=1)
    mean = np.linspace(0.4, 1.6, 121)
    return pd.concat([pd.DataFrame({"mean": mean, "survival": branching_survival(mean, g),
                                    "generations": f"{g} generations"}) for g in generations])
