"""Score curves made from a smooth loss: what the closed form of the Mirage paper says, and what it does not.

The curves are simulations; nothing about them is a measurement.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import at_least_one, count, fraction, positive
from ...curves import power_exponent
from ...errors import InputError
from ...measures import largest_jump
from ...resample import bootstrap
from ...results import Interval, Result

__all__ = ["chain_accuracy", "chain_curves", "chain_rise_width", "half_accuracy_scale",
           "measured_width", "over_floors", "step_ratios", "task_widths"]

Array = NDArray[np.float64]


def chain_accuracy(scale: ArrayLike, c: float, exponent: float, length: ArrayLike = 1) -> Array:
    r"""Probability that all of `length` independent tokens are right, :math:`e^{-L (N/c)^{-a}}`.

    The closed form of Schaeffer et al. (2023, sec. 2), for sampled answers and a loss that is the
    same for every token: :math:`(N/c)^{-a}` nats, with a > 0 (they write alpha = -a).

    Parameters
    ----------
    scale : array-like
        Parameters N, or any other measure of scale.
    c : float
        Scale at which the loss is one nat.
    exponent : float
        a.
    length : array-like
        L.

    Examples
    --------
    >>> round(float(chain_accuracy(1.0, c=1.0, exponent=0.5, length=1)), 4)
    0.3679
    """
    positive("c", c)
    positive("exponent", exponent)
    if c <= 0 or exponent <= 0:
        raise InputError(f"c and exponent must be positive, got {c} and {exponent}.")
    return np.exp(-np.asarray(length) * (np.asarray(scale, dtype=float) / c) ** -exponent)


def half_accuracy_scale(c: float, exponent: float, length: float = 1) -> float:
    r"""Scale at which `chain_accuracy` is one half, :math:`c\,(L/\ln 2)^{1/a}`.

    Raises
    ------
    InputError
        If an argument is not a number above 0.

    Examples
    --------
    >>> [round(half_accuracy_scale(1, 0.5, L), 3) for L in (1, 2, 5, 10)]
    [2.081, 8.325, 52.034, 208.137]
    """
    for name, value in (("c", c), ("exponent", exponent), ("length", length)):
        positive(name, value)
    return float(c * (length / np.log(2)) ** (1 / exponent))


def chain_rise_width(exponent: float, low: float = 0.1, high: float = 0.9) -> float:
    r"""Decades of scale in which `chain_accuracy` rises from `low` to `high`.

    :math:`\log_{10}(\ln low / \ln high) / a`: the length of the answer does not enter.

    Examples
    --------
    >>> round(chain_rise_width(0.5), 3), round(chain_rise_width(0.076), 1)
    (2.679, 17.6)
    """
    positive("exponent", exponent)
    if not 0 < low < high < 1:
        raise InputError(f"need 0 < low < high < 1, got {low} and {high}.")
    return float(np.log10(np.log(low) / np.log(high)) / exponent)


def chain_curves(scale: ArrayLike, lengths: Sequence[int], exponent: float) -> pd.DataFrame:
    """`chain_accuracy` for answers of several lengths: columns ``scale``, ``accuracy``, ``length``.

    Raises
    ------
    InputError
        If `lengths` is empty or holds something else than counts, or `exponent` is not above 0.
    """
    for length in at_least_one("lengths", lengths, "length"):
        count("lengths", length, minimum=1)
    x = np.asarray(scale, dtype=float)
    return pd.concat([pd.DataFrame({"scale": x, "accuracy": chain_accuracy(x, 1.0, exponent, n),
                                    "length": f"{n} token{'s' if n > 1 else ''}"}) for n in lengths],
                     ignore_index=True)


def step_ratios(starts: ArrayLike, decades: Sequence[float], *, long: int = 10, exponent: float = 0.5,
                n_models: int = 8) -> pd.DataFrame:
    """Largest step of long answers over that of one token, as shares of the range, window by window.

    Parameters
    ----------
    starts : array-like
        Smallest model of a window, N / c.
    decades : sequence of float
        Widths of the windows.
    long : int
        Tokens of the longer answer.
    exponent : float
        a of `chain_accuracy`.
    n_models : int
        Sizes, evenly spread in each window.

    Returns
    -------
    DataFrame
        ``start``, ``decades``, ``short`` and ``long`` (largest step over the range), ``ratio``.

    Raises
    ------
    InputError
        If a start or a width in decades is not above 0, or a count is too small.

    Examples
    --------
    >>> step_ratios([0.1, 10.0], [3.0])["ratio"].round(2).tolist()
    [2.27, 0.57]
    """
    for name, values in (("starts", np.atleast_1d(starts)), ("decades", decades)):
        for value in at_least_one(name, values, "number"):
            positive(name, value)
    count("long", long, minimum=1)
    count("n_models", n_models, minimum=2)
    rows = []
    for width in decades:
        for start in np.atleast_1d(np.asarray(starts, dtype=float)):
            scale = start * np.logspace(0, width, n_models)
            short, far = (_largest_share(chain_accuracy(scale, 1.0, exponent, n)) for n in (1, long))
            rows.append({"start": float(start), "decades": float(width), "short": short, "long": far,
                         "ratio": far / short})
    return pd.DataFrame(rows)


def measured_width(length: int, exponent: float) -> float:
    """Decades in which answers of `length` tokens rise from 10 % to 90 %, read off the curve.

    Raises
    ------
    InputError
        If `length` is no count, or `exponent` not above 0.

    Examples
    --------
    >>> round(measured_width(1, 0.5), 2), round(measured_width(10, 0.5), 2)
    (2.68, 2.68)
    """
    count("length", length, minimum=1)
    middle = np.log10(half_accuracy_scale(1.0, exponent, length))
    x = np.linspace(middle - 3 / exponent, middle + 3 / exponent, 100_001)
    low, high = np.interp([0.1, 0.9], chain_accuracy(10**x, 1.0, exponent, length), x)
    return float(high - low)


def task_widths(scores: pd.DataFrame, floors: Sequence[float]) -> pd.DataFrame:
    """Decades of parameters in which one token would rise, from the loss of each task along its ladder.

    Parameters
    ----------
    scores : DataFrame
        Losses of models of one recipe: columns ``task``, ``params``, ``value``.
    floors : sequence of float
        Share of the lowest loss that is taken as irreducible; a handful of sizes cannot tell it.

    Returns
    -------
    DataFrame
        ``task``, ``floor``, ``exponent``, ``width`` (decades from 10 % to 90 %).

    Raises
    ------
    InputError
        If `floors` is empty or holds something else than shares below 1.
    """
    for floor in at_least_one("floors", floors, "share"):
        fraction("floors", floor, high=False)
    rows = []
    for task, g in scores.groupby("task", sort=True):
        for floor in floors:
            a = power_exponent(g["params"], g["value"] - floor * g["value"].min()).estimate
            rows.append({"task": task, "floor": floor, "exponent": a, "width": chain_rise_width(a)})
    return pd.DataFrame(rows)


def over_floors(widths: pd.DataFrame, *, middle: float = 0.5, level: float = 0.95, seed: int = 0) -> Result:
    """Median width over tasks at the floor `middle`, with an interval over all floors and over tasks.

    Parameters
    ----------
    widths : DataFrame
        Of `task_widths`.

    Returns
    -------
    Result
        The ends are the lowest and the highest end of the bootstrap intervals at any floor.
    """
    at = {float(floor): widths.loc[widths["floor"] == floor, "width"] for floor in widths["floor"].unique()}
    found = {floor: bootstrap(np.median, w.to_numpy(), level=level, n_resamples=500, seed=seed)
             for floor, w in at.items()}
    if middle not in found:
        raise InputError(f"middle must be one of the floors, got {middle}.")
    ends = [r.interval for r in found.values() if r.interval is not None]
    if len(ends) < len(found):
        raise InputError("a median over tasks needs two tasks or more.")
    interval = Interval(min(i.low for i in ends), max(i.high for i in ends), level, "bootstrap over floors")
    note = f"the interval covers floors from {min(found):g} to {max(found):g} of the lowest loss"
    return Result(found[middle].estimate, interval, widths["task"].nunique(), "limited", (note,))


def _largest_share(y: Array) -> float:
    return float(largest_jump(y)[0] / np.ptp(y))
