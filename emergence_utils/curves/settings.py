"""Settings of a family, checked when it is made."""

from __future__ import annotations

import math

import numpy as np

from ..errors import InputError

__all__ = ["check_limits", "check_setting", "need_number"]


def check_setting(name: str, value: float | None, *, least: float = -math.inf) -> None:
    """A finite number of at least `least`, or None."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not math.isfinite(value):
        raise InputError(f"{name} must be a finite number, got {value!r}.")
    if value < least:
        raise InputError(f"{name} must be at least {least:g}, got {value:g}.")


def need_number(name: str, value: float, *, least: float = -math.inf) -> None:
    """A finite number of at least `least`."""
    if value is None:
        raise InputError(f"{name} must be a finite number here, got None.")
    check_setting(name, value, least=least)


def check_limits(limits: tuple[float, float]) -> None:
    """Two numbers that rise; infinities where the score is open."""
    pair = limits if isinstance(limits, tuple) and len(limits) == 2 else (math.nan, math.nan)
    if not all(isinstance(v, (int, float, np.number)) for v in pair) or not pair[0] < pair[1]:
        raise InputError(f"limits must be a pair of rising numbers, e.g. (0, 1), got {limits!r}.")
