"""Look an exercise up, judge the answer, say it."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ..errors import UnknownNameError
from .answers import Answer

__all__ = ["check", "exercises"]


@cache
def exercises() -> dict[str, Answer]:
    """Every exercise that has a check, by its number.

    Examples
    --------
    >>> next(iter(exercises()))
    '1.1'
    """
    package = import_module("emergence_utils.course.chapters")
    found: dict[str, Answer] = {}
    for module in sorted(m.name for m in iter_modules(package.__path__)):
        found |= import_module(f"{package.__name__}.{module}").CHECKS
    return found


def check(exercise: str, answer: Any) -> float:
    """Judge an answer: prints what is wrong with it, or that it is right.

    Parameters
    ----------
    exercise : str
        Number of the exercise, e.g. ``"1.2"``.
    answer : object
        ``...`` where there is none yet.

    Returns
    -------
    float
        Share of the points, 0 to 1; nbgrader takes it as the mark.

    Raises
    ------
    UnknownNameError
        If there is no such exercise.

    Examples
    --------
    >>> check("1.2", ...)
    ✗ 1.2 Still to be answered.
    0.0
    """
    known = exercises()
    if exercise not in known:
        raise UnknownNameError("exercise", exercise, known)
    points, words = known[exercise].judge(answer)
    sys.stdout.write(f"{'✓' if points == 1 else '✗'} {exercise} {words}\n")
    return float(points)
