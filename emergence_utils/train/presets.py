"""Ladders that are known to show something, as data: sizes, seeds and settings of each task."""

from __future__ import annotations

from dataclasses import replace

from ..errors import UnknownNameError
from .runs import Plan
from .settings import Settings, Size

__all__ = ["LADDERS", "PRESETS", "plans_for"]

#: Widths from about 2,000 to 300,000 parameters, in near even steps of the logarithm.
FINE = (8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 32, 36, 40, 44, 48, 54, 60, 66, 74, 82, 92, 102, 112)
COARSE = (8, 12, 16, 20, 24, 28, 36, 44, 56, 72, 90, 112)


def _sizes(widths: tuple[int, ...], heads: int = 2, layers: int = 2) -> tuple[Size, ...]:
    return tuple(Size(width, heads, layers) for width in widths)


_SHORT = Settings(steps=1500, batch=128, learning_rate=5e-3)
LADDERS: dict[str, Plan] = {plan.task: plan for plan in (
    Plan("addition", _sizes(FINE), 8, _SHORT, more={16: 24, 18: 24, 20: 24, 22: 24, 24: 24}),
    Plan("addition_mixed", _sizes(COARSE), 5, _SHORT),
    Plan("addition_base9", _sizes(COARSE), 5, _SHORT),
    Plan("multiplication", _sizes(COARSE), 5, _SHORT),
    Plan("modular", _sizes(COARSE), 5, _SHORT),
    Plan("chain_direct", _sizes(COARSE), 5, _SHORT),
    Plan("chain_steps", _sizes(COARSE), 5, _SHORT),
    Plan("distractor", _sizes(COARSE), 5, _SHORT),
    Plan("skills", _sizes(COARSE), 5, _SHORT),
)}
#: ``quick`` is a ladder for one sitting; ``dense`` is all of them, for an accelerator or many cores.
PRESETS: dict[str, tuple[Plan, ...]] = {
    "quick": (Plan("addition", _sizes((8, 12, 16, 20, 28, 40)), 1,
                   Settings(steps=1000, batch=128, learning_rate=5e-3)),),
    "dense": tuple(LADDERS.values()),
}


def plans_for(preset: str, task: str | None) -> tuple[Plan, ...]:
    """The plans of a preset, or its plan for one task; ``quick`` thins other tasks to six rungs, one seed.

    Raises
    ------
    UnknownNameError
        For a preset or task that does not exist.
    """
    if preset not in PRESETS:
        raise UnknownNameError("preset", preset, PRESETS)
    if task is None:
        return PRESETS[preset]
    if task not in LADDERS:
        raise UnknownNameError("task", task, LADDERS)
    found = tuple(plan for plan in PRESETS[preset] if plan.task == task)
    return found or (replace(LADDERS[task], seeds=1, more={}).thinned(6),)
