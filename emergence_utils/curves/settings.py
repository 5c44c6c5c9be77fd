"""Ranges of a family's settings, checked when it is made; that they are numbers is checked before."""

from __future__ import annotations

import math

from ..errors import InputError

__all__ = ["check_limits", "check_setting"]


def check_setting(name: str, value: float | None, *, least: float = -math.inf) -> None:
    """A finite number of at least `least`, or None where the annotation allows it."""
    if value is None:
        return
    if not math.isfinite(value):
        raise InputError(f"{name} must be a finite number, got {value!r}.")
    if value < least:
        raise InputError(f"{name} must be at least {least:g}, got {value:g}.")


def check_limits(limits: tuple[float, float]) -> None:
    """Two numbers that rise; infinities where the score is open."""
    if not limits[0] < limits[1]:
        raise InputError(f"limits must be a pair of rising numbers, e.g. (0, 1), got {limits!r}.")
