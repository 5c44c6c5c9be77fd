"""Shares of answers that may be "cannot tell"; how wide a rise is, and whether it narrows as systems grow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..curves import Logistic, fit, fit_many
from ..errors import InputError
from ..intervals import binomial
from ..ladders import Ladder
from ..measures import Rules, onset_surprise
from ..resample import resampled_rows
from ..results import Result

__all__ = ["Share", "branching_survival", "fitted_rise_width", "fitted_width_ratio", "in_stages",
           "onset_answer", "share", "turns_present"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Share(Result):
    """Share of "yes" among the answers that say yes or no; `cannot_tell` counts the others."""

    yes: int = 0
    no: int = 0
    cannot_tell: int = 0


def share(answers: Iterable[str]) -> Share:
    """Share of answers that are "yes" among those that can tell, with a Wilson interval.

    Ladders that cannot tell may well differ from those that can: the share is one of the latter, and the
    number of the former stands in the notes.

    Parameters
    ----------
    answers : iterable of {"yes", "no", "cannot tell"}

    Returns
    -------
    Share
        n counts yes and no; ``limited`` where some cannot tell, ``undetermined`` where all cannot.

    Examples
    --------
    >>> found = share(["yes", "no", "no", "cannot tell"])
    >>> found.n, found.cannot_tell, round(found.estimate, 2)
    (3, 1, 0.33)
    """
    given = list(answers)
    unknown = set(given) - {"yes", "no", "cannot tell"}
    if unknown or not given:
        raise InputError("answers must be 'yes', 'no' or 'cannot tell', at least one of them, got "
                         f"{sorted(map(str, unknown)) or 'none'}.")
    yes, no = given.count("yes"), given.count("no")
    silent = len(given) - yes - no
    notes = (f"of those that can tell; {silent} of {len(given)} cannot",) if silent else ()
    if not yes + no:
        return Share(math.nan, None, 0, "undetermined", notes, 0, 0, silent)
    found = binomial(yes, yes + no)
    return Share(found.estimate, found.interval, found.n, "limited" if notes else found.status,
                 (*found.notes, *notes), yes, no, silent)


def onset_answer(ladder: Ladder, rules: Rules) -> str:
    """Whether the first model above chance beats the forecast from those before it.

    Returns
    -------
    str
        That of `measures.onset_surprise`; ``"no flat part"`` where the ladder is not absent and then present,
        or fewer than three models come before the first present one.
    """
    found = rules.presence(ladder)
    if found.pattern != "emergent" or found.verdicts.index("above") < 3:
        return "no flat part"
    return onset_surprise(ladder, rules)


def in_stages(pattern: str, largest_share: float) -> str:
    """Whether a ladder is absent, then present, with one step of more than half of its range.

    Examples
    --------
    >>> in_stages("emergent", 0.6), in_stages("cannot tell", 0.6), in_stages("cannot tell", 0.3)
    ('yes', 'cannot tell', 'no')
    """
    if not largest_share > 0.5:
        return "no"
    return {"emergent": "yes", "cannot tell": "cannot tell"}.get(pattern, "no")


def turns_present(patterns: Sequence[str]) -> str:
    """Whether an ability is present throughout on some of the shorter ladders.

    Parameters
    ----------
    patterns : sequence of str
        Those of `measures.by_smallest_model`, models left out one by one.

    Examples
    --------
    >>> turns_present(["emergent", "cannot tell"]), turns_present(["emergent", "present throughout"])
    ('cannot tell', 'yes')
    """
    if "present throughout" in patterns:
        return "yes"
    return "cannot tell" if "cannot tell" in patterns else "no"


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
    m = np.asarray(mean_offspring, dtype=float)
    if (m < 0).any() or n_generations < 1:
        raise InputError("need mean_offspring >= 0 and n_generations >= 1.")
    extinct = np.zeros_like(m)
    for _ in range(n_generations):
        extinct = np.exp(m * (extinct - 1))
    return np.asarray(1 - extinct)
