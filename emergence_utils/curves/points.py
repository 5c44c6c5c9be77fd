"""The points of a fit, checked: one length, finite, fractions where items are counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .._checks import MAX_COUNT, numbers
from ..errors import InputError
from .base import Array, Curve
from .losses import Kind

__all__ = ["check_curve", "check_points", "items_of", "kind_of"]


def check_points(x: ArrayLike, y: ArrayLike,
                 n_examples: ArrayLike | None) -> tuple[Array, Array, Array | None]:
    """x, y and items as arrays of one length.

    Raises
    ------
    InputError
        Names the argument, the first bad value, and what is accepted.
    """
    xa, ya = _column("x", x), _column("y", y)
    if xa.shape != ya.shape:
        raise InputError(f"x and y must be of one length, got {len(xa)} and {len(ya)}.")
    if len(xa) < 2:
        raise InputError(f"a fit needs at least two points, got {len(xa)}.")
    if not np.ptp(xa) > 0:
        raise InputError(f"x must hold at least two different scales, got {xa[0]:g} throughout.")
    if n_examples is None:
        return xa, ya, None
    n = items_of(n_examples, len(xa))
    outside = (ya < 0) | (ya > 1)
    if outside.any():
        i = int(np.flatnonzero(outside)[0])
        raise InputError(f"y[{i}] is {ya[i]}; with n_examples the scores must be fractions in [0, 1].")
    return xa, ya, n


def items_of(n_examples: ArrayLike, size: int) -> Array:
    """Items per score: positive numbers, one or `size` of them."""
    n = np.atleast_1d(numbers("n_examples", n_examples))
    if n.shape not in ((1,), (size,)):
        raise InputError(f"n_examples must be one number or one per score, got shape {n.shape} for {size} "
                         "scores.")
    bad = ~((n > 0) & (n <= MAX_COUNT))
    if bad.any():
        raise InputError(f"n_examples must be positive numbers up to {MAX_COUNT:g}, got {n[bad][0]:g}.")
    return np.broadcast_to(n, (size,)).copy()


def kind_of(curve: Curve, y: Array, counted: bool) -> Kind:
    """Which loss a family asks for; refuses scores that have no logarithm."""
    if counted:
        return "binomial"
    if getattr(curve, "errors", "additive") == "additive":
        return "normal"
    if (y <= 0).any():
        raise InputError(f"a power law with multiplicative errors needs positive scores, got "
                         f"{y[y <= 0][0]:g}; errors='additive' takes any.")
    return "log"


def check_curve(curve: Curve) -> Curve:
    """A family, made with its settings."""
    if isinstance(curve, type) and issubclass(curve, Curve):
        raise InputError(f"curve must be a family with its settings, e.g. {curve.__name__}(), got the bare "
                         "class.")
    if not isinstance(curve, Curve):
        raise InputError(f"curve must be a family such as Logistic(floor=0.25), got {type(curve).__name__}.")
    return curve


def _column(name: str, values: ArrayLike) -> Array:
    if isinstance(values, pd.DataFrame):
        raise InputError(f"{name} must be one column of numbers, got a table with columns "
                         f"{', '.join(map(str, values.columns[:5]))}.")
    try:
        if np.iscomplexobj(values):
            raise InputError(f"{name} must hold real numbers, got complex ones.")
        array = np.asarray(values, dtype=np.float64)
    except InputError:
        raise
    except (TypeError, ValueError, OverflowError):
        array = numbers(name, values)  # says what is wrong
    if array.ndim != 1:
        raise InputError(f"{name} must be a list of numbers, one per model, got shape {array.shape}.")
    bad = ~np.isfinite(array)
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise InputError(f"{name}[{i}] is {array[i]}; accepted are finite numbers.")
    if (np.abs(array) > 1e100).any():
        raise InputError(f"{name} must hold numbers up to 1e100, got {array[np.abs(array) > 1e100][0]:g}; "
                         "take logarithms.")
    return array
