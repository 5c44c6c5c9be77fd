"""Ladders that are known to show something, as data: sizes, seeds and settings of each task."""

from __future__ import annotations

from dataclasses import replace

from ..errors import UnknownNameError
from .kinds import KINDS
from .runs import Plan
from .settings import Settings, Size

__all__ = ["BATTERY", "LADDERS", "MANY", "PRESETS", "TUNED", "plans_for"]

#: Widths from about 2,000 to 300,000 parameters, in near even steps of the logarithm.
FINE = (8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 32, 36, 40, 44, 48, 54, 60, 66, 74, 82, 92, 102, 112)
#: For tasks that 2,000 parameters already solve: from about 200.
TINY = (2, 4, 6, 8, 12, 16, 24, 36, 52, 72, 92, 112)
COARSE = (8, 12, 16, 20, 24, 28, 36, 44, 56, 72, 90, 112)


def _sizes(widths: tuple[int, ...], heads: int = 2, layers: int = 2) -> tuple[Size, ...]:
    return tuple(Size(width, heads, layers) for width in widths)


_SUMS = Settings(steps=1500, batch=128, learning_rate=5e-3)
#: Few steps: with more of them small models overrule the easy rule too, with fewer not even large ones do.
_DISTRACTOR = Settings(steps=250, batch=128, learning_rate=3e-3, warmup=30)
#: Both ways of answering get the same short training, after which the direct answer has found its shortcut.
_CHAINS = Settings(steps=400, batch=128, learning_rate=5e-3, warmup=50)
LADDERS: dict[str, Plan] = {plan.task: plan for plan in (
    Plan("addition", _sizes(FINE), 8, _SUMS, more={14: 24, 16: 24, 18: 24, 20: 24, 22: 24}),
    Plan("addition_mixed", _sizes(COARSE), 8, replace(_SUMS, steps=2000)),
    Plan("addition_base9", _sizes(COARSE), 8, replace(_SUMS, steps=2000)),
    Plan("multiplication", _sizes(COARSE), 8, replace(_SUMS, steps=4000)),
    Plan("modular", _sizes(TINY), 8, replace(_SUMS, steps=3000, weight_decay=1.0)),
    Plan("chain_direct", _sizes(COARSE), 8, _CHAINS),
    Plan("chain_steps", _sizes(COARSE), 8, _CHAINS),
    Plan("distractor", _sizes(TINY), 12, _DISTRACTOR),
    Plan("skills", _sizes(COARSE), 8, _SUMS),
)}
#: Every task of the battery on the same sizes, trained in the same way, whether it can be learnt so or not.
BATTERY: dict[str, Plan] = {task: Plan(task, _sizes(TINY), 5, Settings(
    steps=1500, batch=256, learning_rate=3e-3, checkpoints=6)) for task in KINDS}
#: Runs of a size that show the odds of learning, tested often enough to see how wide the rise of a run is.
MANY = Plan("addition", _sizes(FINE), 64, replace(_SUMS, checkpoints=60))
#: Learning rate of the lowest loss at seven of these widths (the table ``grown_rates``); between them a
#: straight line of logarithms, to two digits.
TUNED_RATES = {8: 8e-2, 10: 6.1e-2, 12: 4.9e-2, 14: 4e-2, 16: 1.8e-2, 20: 5e-3, 24: 7.3e-3, 28: 1e-2,
               32: 8.2e-3, 36: 6.8e-3, 44: 5e-3, 54: 3.8e-3, 74: 2.5e-3, 92: 1.7e-3, 112: 1.25e-3}
TUNED = Plan("addition", _sizes(tuple(TUNED_RATES)), 16, MANY.settings, rates=TUNED_RATES)
#: ``quick`` is a ladder for one sitting, ``dense`` the ladders of the book, ``many`` its sums with many runs
#: a size, ``tuned`` sums with a learning rate a size, ``battery`` its many tasks; all but the first need an
#: accelerator, many cores or patience.
PRESETS: dict[str, tuple[Plan, ...]] = {
    "quick": (Plan("addition", _sizes((8, 12, 16, 20, 24, 32)), 1, _SUMS),),
    "dense": tuple(LADDERS.values()),
    "many": (MANY,),
    "tuned": (TUNED,),
    "battery": tuple(BATTERY.values()),
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
    known = LADDERS | BATTERY
    if task not in known:
        raise UnknownNameError("task", task, known)
    found = tuple(plan for plan in PRESETS[preset] if plan.task == task)
    return found or (replace(known[task], seeds=1, more={}).thinned(6),)
