"""Ladders that are known to show something, as data: sizes, seeds and settings of each task."""

from __future__ import annotations

from .kinds import KINDS
from .runs import Plan
from .settings import Settings, Size

__all__ = ["BATTERY", "LADDERS", "PRESETS", "plans_for"]

#: Widths from about 2,000 to 300,000 parameters, near even steps of the logarithm (parameters grow as width squared).
FINE = (8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 32, 36, 40, 44, 48, 54, 60, 66, 74, 82, 92, 102, 112)
WIDE = (2, 4, 6, 8, 12, 16, 22, 30, 40, 56, 76, 104)  # from about 200 parameters, as many tasks need very few
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
#: Every task of the battery on the same sizes, trained in the same way, whether it can be learnt so or not.
BATTERY: dict[str, Plan] = {task: Plan(task, _sizes(WIDE), 5, Settings(
    steps=3000, batch=256, learning_rate=3e-3, checkpoints=6)) for task in KINDS}
#: ``quick`` is a ladder for one sitting, ``dense`` the ladders of the book, ``battery``
#: its many tasks; both are for a machine with an accelerator or many cores.
PRESETS: dict[str, tuple[Plan, ...]] = {
    "quick": (Plan("addition", _sizes((8, 12, 16, 20, 28, 40)), 1,
                   Settings(steps=1000, batch=128, learning_rate=5e-3)),),
    "dense": tuple(LADDERS.values()),
    "battery": tuple(BATTERY.values()),
}


def plans_for(preset: str, task: str | None) -> tuple[Plan, ...]:
    """The plans of a preset, or its plan for one task; ``quick`` thins a task's ladder to six rungs, one seed.

    Raises
    ------
    UnknownNameError
        For a preset or task that does not exist.
    """
    from dataclasses import replace

    from ..errors import UnknownNameError

    if preset not in PRESETS:
        raise UnknownNameError("preset", preset, PRESETS)
    if task is None:
        return PRESETS[preset]
    known = LADDERS | BATTERY
    if task not in known:
        raise UnknownNameError("task", task, known)
    found = tuple(plan for plan in PRESETS[preset] if plan.task == task)
    return found or (replace(known[task], seeds=1, more={}).thinned(6),)
