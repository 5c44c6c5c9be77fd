"""Kinds of answers: each knows the truth by computing it anew, and judges what it is given."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from .._checks import short
from ..errors import EmergenceError

__all__ = ["Answer", "Feedback", "Guess", "Labels", "Number", "OwnLadder", "Word"]


class Feedback(NamedTuple):
    """Share of the points, from 0 to 1, and one or two sentences for the student."""

    points: float
    words: str


class Answer(Protocol):
    """What an exercise asks for."""

    def judge(self, given: Any) -> Feedback:
        """Points and feedback for an answer."""


@dataclass(frozen=True)
class Number:
    """A number.

    Parameters
    ----------
    truth : callable
        Computes the number from the tables, so that it follows them.
    within : float
        How far an answer may lie from it.
    hint : str
        What to look at again, where no mistake is recognised.
    low, high : float
        What such a number can be at all, e.g. 0 and 1 for a share.
    mistakes : mapping of str to callable
        What to say of a wrong number that a known mistake gives.

    Examples
    --------
    >>> half = Number(lambda: 0.5, 0.01, "Count again.", 0, 1, {"You took all.": lambda: 1.0})
    >>> half.judge(0.503).points, half.judge(1).words, half.judge(50).words
    (1.0, 'You took all.', 'The answer lies between 0 and 1, yours is 50.')
    """

    truth: Callable[[], float]
    within: float
    hint: str
    low: float = -math.inf
    high: float = math.inf
    mistakes: Mapping[str, Callable[[], float]] = field(default_factory=dict)

    def judge(self, given: Any) -> Feedback:
        """1 point within the tolerance, else 0."""
        value = _plain_number(given)
        if isinstance(value, str):
            return Feedback(0.0, value)
        if not self.low <= value <= self.high:
            bounds = (f"lies between {self.low:g} and {self.high:g}" if math.isfinite(self.low + self.high)
                      else f"is {self.low:g} at least" if math.isfinite(self.low)
                      else f"is {self.high:g} at most")
            return Feedback(0.0, f"The answer {bounds}, yours is {value:g}.")
        if abs(value - self.truth()) <= self.within:
            return Feedback(1.0, "Right.")
        for words, wrong in self.mistakes.items():
            if abs(value - wrong()) <= self.within:
                return Feedback(0.0, words)
        return Feedback(0.0, f"Not yet. {self.hint}")


@dataclass(frozen=True)
class Word:
    """One of a few words.

    Parameters
    ----------
    truth : callable
        Finds the word from the tables.
    choices : sequence of str
    hint : str
        What to look at again.

    Examples
    --------
    >>> answer = Word(lambda: "fewer", ["fewer", "more"], "Compare both columns.")
    >>> answer.judge("more").words, answer.judge("less").words
    ('Not yet. Compare both columns.', "The answer is one of 'fewer' and 'more', yours is 'less'.")
    """

    truth: Callable[[], str]
    choices: Sequence[str]
    hint: str

    def judge(self, given: Any) -> Feedback:
        """1 point for the word, else 0."""
        if given is ...:
            return _EMPTY
        if given not in self.choices:
            known = ", ".join(map(repr, self.choices[:-1])) + f" and {self.choices[-1]!r}"
            return Feedback(0.0, f"The answer is one of {known}, yours is {short(given)}.")
        return Feedback(1.0, "Right.") if given == self.truth() else Feedback(0.0, f"Not yet. {self.hint}")


@dataclass(frozen=True)
class Labels:
    """A number or a word for each of several names, as a Series or a dict.

    Parameters
    ----------
    truth : callable
        Computes a Series: names in the index.
    hint : str
        What to look at again.
    within : float
        How far a number may lie from its truth.

    Examples
    --------
    >>> answer = Labels(lambda: pd.Series({"a": 1, "b": 2}), "Sort first.")
    >>> answer.judge({"a": 1, "b": 3})
    Feedback(points=0.5, words='1 of 2 is not right yet, the first is b. Sort first.')
    >>> answer.judge({"a": 1}).words
    "'b' is missing."
    """

    truth: Callable[[], pd.Series]
    hint: str
    within: float = 0.0

    def judge(self, given: Any) -> Feedback:
        """The share of the names whose value is right."""
        if given is ...:
            return _EMPTY
        if not isinstance(given, pd.Series | Mapping):
            return Feedback(0.0, f"A Series or a dict is asked for, got {short(given)}.")
        answers, truth = dict(given.items()), self.truth()
        for name in truth.index:
            if name not in answers:
                return Feedback(0.0, f"'{name}' is missing.")
        extra = [name for name in answers if name not in truth.index]
        if extra:
            return Feedback(0.0, f"'{extra[0]}' does not belong to it.")
        wrong = [name for name, right in truth.items() if not self._same(answers[name], right)]
        if not wrong:
            return Feedback(1.0, "Right.")
        are = "is" if len(wrong) == 1 else "are"
        return Feedback(1 - len(wrong) / len(truth),
                        f"{len(wrong)} of {len(truth)} {are} not right yet, the first is {wrong[0]}. "
                        f"{self.hint}")

    def _same(self, given: Any, right: Any) -> bool:
        if isinstance(right, str):
            return bool(given == right)
        value = _plain_number(given)
        return not isinstance(value, str) and abs(value - float(right)) <= self.within


@dataclass(frozen=True)
class Guess:
    """A prediction before the result is known: every possible number gets the point, and learns what came.

    Parameters
    ----------
    truth : callable
        Computes what came.
    low, high : float
        What can be predicted.
    unit : str
        What is counted, for the feedback.

    Examples
    --------
    >>> Guess(lambda: 3, 0, 10, "tasks").judge(7).words
    'It is 3 tasks; you said 7. Which of your reasons was wrong?'
    """

    truth: Callable[[], float]
    low: float
    high: float
    unit: str

    def judge(self, given: Any) -> Feedback:
        """1 point for a prediction, however far off."""
        value = _plain_number(given)
        if isinstance(value, str):
            return Feedback(0.0, value)
        if not self.low <= value <= self.high:
            return Feedback(0.0, f"Predict a number from {self.low:g} to {self.high:g}, yours is {value:g}.")
        came = self.truth()
        if abs(value - came) <= 0.02 * (self.high - self.low):
            return Feedback(1.0, f"It is {came:.3g} {self.unit}; you said {value:g}. "
                                 "Were your reasons right too?")
        return Feedback(1.0, f"It is {came:.3g} {self.unit}; you said {value:g}. "
                             "Which of your reasons was wrong?")


@dataclass(frozen=True)
class OwnLadder:
    """Scores of models that the book does not have, as a score table.

    Parameters
    ----------
    fewest : int
        Models that a ladder needs at least.

    Examples
    --------
    >>> OwnLadder().judge(pd.DataFrame({"model": ["a"]})).words
    "score table: missing columns 'source', 'family', ..."
    """

    fewest: int = 4

    def judge(self, given: Any) -> Feedback:
        """1 point for one or more valid ladders with items and chance that are not the book's."""
        from ..ladders import ladders
        from ..measures import Jump
        from ..scores import list_datasets, validate

        if given is ...:
            return _EMPTY
        if not isinstance(given, pd.DataFrame):
            return Feedback(0.0, f"A score table (DataFrame) is asked for, got {short(given)}.")
        try:
            table = validate(given)
            known = set(table["source"]) & set(list_datasets()["source"])
            if known:
                return Feedback(0.0, f"'{min(known)}' is a source of the book; bring scores that it lacks.")
            found = ladders(table, min_models=self.fewest)
        except EmergenceError as fault:
            return Feedback(0.0, str(fault))
        if not found:
            return Feedback(0.0, f"No ladder has {self.fewest} models of different size. {found.left_out[0]}")
        if found[0].n_examples is None:
            return Feedback(0.0, "Say how many items the test has (n_examples): without them no interval "
                                 "can be drawn.")
        seen = Jump()(found[0])
        return Feedback(1.0, f"A ladder of {len(found[0])} models. Is its largest step sharp? The toolkit "
                             f"says: {seen.answer} (step {seen.estimate:.2f}).")


_EMPTY = Feedback(0.0, "Still to be answered.")


def _plain_number(given: Any) -> float | str:
    """A finite number, or what is wrong with it."""
    if given is ...:
        return _EMPTY.words
    if isinstance(given, np.ndarray | pd.Series) and np.size(given) == 1:
        given = np.asarray(given).item()
    if isinstance(given, bool | np.bool_) or not isinstance(given, numbers.Real):
        return f"A number is asked for, got {short(given)}."
    value = float(given)
    return value if math.isfinite(value) else f"A finite number is asked for, got {value}."
