"""Rules that decide a claim and say themselves, from one piece of data: words and decision cannot part.

A rule stands in ``book/claims.yml`` beside its claim and is read by `read_rule`. It is applied to the result,
or the named results, that a chapter computes. One rule for all: an interval that covers the limit decides
nothing, and the claim stays open; a count is taken as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

from ._checks import number, short
from ._typed import checked
from .errors import InputError, UnknownNameError
from .results import Result

__all__ = ["VERDICTS", "Decision", "Rule", "Verdict", "read_rule"]

Verdict = Literal["holds", "holds with limits", "fails", "open", "fact", "opinion"]
#: Every verdict a claim can have, in the order of the score, and what it says. Facts and opinions are no part
#: of the score, which counts the claims that numbers decide.
VERDICTS: dict[str, str] = {
    "holds": "the number says so, beyond its interval",
    "holds with limits": "it holds in part, elsewhere or for a stand-in, as the limit says",
    "fails": "the number says the opposite, beyond its interval",
    "open": "the number cannot say, or there is none yet",
    "fact": "looked up, not measured",
    "opinion": "a judgement that no number decides",
}
#: Answer of one condition: True met, False refuted, None cannot tell.
Answer = bool | None
#: Kinds of limits: how a claim that holds is less than it says.
Kind = Literal["part true", "true elsewhere", "stand-in only"]
KINDS = ("part true", "true elsewhere", "stand-in only")
#: Nearer to its limit than this, in relation, an end of an interval may flip on another processor.
NEAR = 1e-6
#: What a fact's verdict says where the claim is not as it was looked up.
_SO = {"yes": "", "no": "not so", "in part": "so in part"}
_OF_INTERVALS = ("above", "below", "inside")
_LIMITS = (*_OF_INTERVALS, "at_least", "at_most", "answer")


@dataclass(frozen=True)
class Condition:
    """One comparison: the interval of a number with a limit, a count with a limit, or a test's own answer.

    Parameters
    ----------
    kind : {"above", "below", "inside", "at_least", "at_most", "answer"}
        The first three ask that the whole interval lies there and are refuted where it lies outside, the
        next two compare a count that has no interval, the last compares the word that a test gave.
    limit
        One number; two for ``inside``; for ``answer`` the word, or words, that meet it.
    refuted : tuple of str
        For ``answer``: words that refute it; every other word cannot tell.
    of : str
        What is compared, as a reader would say it.
    but : str
        Limit of a claim that holds but for this condition, in under ten words; without it the claim fails
        where the condition is refuted.
    as_kind : str
        Which kind of limit `but` is.
    """

    kind: str
    limit: Any
    of: str
    refuted: tuple[str, ...] = ()
    but: str = ""
    as_kind: str = "part true"

    def meets(self, result: Result) -> Answer:
        """Whether `result` meets the condition; None where its interval covers the limit or there is none."""
        if self.kind == "answer":
            word = str(getattr(result, "answer", ""))
            return True if word in self.limit else False if word in self.refuted else None
        if result.status in ("undetermined", "failed") or math.isnan(result.estimate):
            return None
        if self.kind in ("at_least", "at_most"):
            met = result.estimate >= self.limit if self.kind == "at_least" else result.estimate <= self.limit
            return bool(met)
        low, high = self._ends(result)
        below, above = self._bounds()
        if below < low and high < above:
            return True
        return False if high <= below or low >= above else None

    def near(self, result: Result) -> bool:
        """Whether an end of the interval lies so near to the limit that rounding decides."""
        if self.kind == "answer" or math.isnan(result.estimate):
            return False
        if self.kind in ("at_least", "at_most"):  # a count that equals its limit meets it
            return False
        limits = [v for v in self._bounds() if math.isfinite(v)]
        return any(abs(end - limit) <= NEAR * max(1.0, abs(limit)) for end in self._ends(result)
                   for limit in limits)

    def strength(self, result: Result) -> float:
        """Distance of the estimate from the nearest limit in half-widths of its interval; NaN without one."""
        if self.kind not in _OF_INTERVALS or result.interval is None or not result.interval.width > 0:
            return math.nan
        away = min(abs(result.estimate - v) for v in self._bounds() if math.isfinite(v))
        return float(away / (result.interval.width / 2))

    def say(self) -> str:
        """The condition in words."""
        if self.kind == "answer":
            return f"{self.of} says {' or '.join(self.limit)}"
        if self.kind == "inside":
            return f"the interval of {self.of} lies between {self.limit[0]:g} and {self.limit[1]:g}"
        if self.kind in ("above", "below"):
            return f"the interval of {self.of} lies {self.kind} {self.limit:g}"
        return f"{self.of}: {self.kind.replace('_', ' ')} {self.limit:g}"

    def _bounds(self) -> tuple[float, float]:
        if self.kind == "inside":
            return float(self.limit[0]), float(self.limit[1])
        return (self.limit, math.inf) if self.kind == "above" else (-math.inf, self.limit)

    def _ends(self, result: Result) -> tuple[float, float]:
        if result.interval is None:
            return result.estimate, result.estimate
        return result.interval.low, result.interval.high


@dataclass(frozen=True)
class Decision:
    """A verdict and what it rests on.

    Parameters
    ----------
    verdict : str
        One of `VERDICTS`.
    limit : str
        For ``holds with limits``: the limit, in under ten words; else empty.
    kind : str
        Which kind of limit.
    answers : mapping of str to bool or None
        Answer of each condition.
    near_tie : bool
        Rounding may decide: an end of an interval lies on its limit.
    strength : float
        Smallest distance from a limit among the conditions, in half-widths of intervals; NaN without any.
    """

    verdict: Verdict
    limit: str = ""
    kind: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    near_tie: bool = False
    strength: float = math.nan
    #: What the ledger keeps of it; filled in by `report.decide`.
    record: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def _ipython_display_(self) -> None:
        """Nothing: as the last line of a cell, `report.decide` has shown it already."""


@dataclass(frozen=True)
class Rule:
    """What decides a claim.

    Parameters
    ----------
    conditions : mapping of str to Condition
        Named as the results that a chapter gives; a single condition has the name "".
    together : {"all", "any"}
        Whether the claim asks for all conditions or for one of them.
    stand_in : str
        Where what is measured stands for something else: the limit that the claim has even where it holds.
    no_number : {"", "open", "fact", "opinion"}
        Verdict of a claim without a condition; `why` says what would decide it, or where it was looked up.
    why : str
        What would decide an open claim, where a fact was looked up, why no number decides an opinion.
    so : {"yes", "no", "in part"}
        Whether a fact is as the claim says.
    """

    conditions: Mapping[str, Condition] = field(default_factory=dict)
    together: Literal["all", "any"] = "all"
    stand_in: str = ""
    no_number: Literal["", "open", "fact", "opinion"] = ""
    why: str = ""
    so: str = "yes"

    def decide(self, results: Result | Mapping[str, Result] | None = None) -> Decision:
        """The verdict on results of the names of the conditions.

        Raises
        ------
        InputError, UnknownNameError
            If a result is missing or has no condition.
        """
        if self.no_number:
            return Decision(self.no_number, _SO[self.so] if self.no_number == "fact" else "")
        given = {"": results} if isinstance(results, Result) else dict(results or {})
        for name in given:
            if name not in self.conditions:
                raise UnknownNameError("condition", name, self.conditions)
        for name in self.conditions:
            if not isinstance(given.get(name), Result):
                raise InputError(f"the rule needs a result named '{name}', got {short(given.get(name))}.")
        answers = {name: c.meets(given[name]) for name, c in self.conditions.items()}
        near = any(c.near(given[name]) for name, c in self.conditions.items())
        strengths = [c.strength(given[name]) for name, c in self.conditions.items()]
        known = [v for v in strengths if not math.isnan(v)]
        return self.of_answers(answers, near, min(known) if known else math.nan)

    def of_answers(self, answers: Mapping[str, Answer], near: bool = False,
                   strength: float = math.nan) -> Decision:
        """The verdict that these answers give."""
        verdict, limit, kind = self._verdict(answers)
        if verdict in ("holds", "holds with limits") and self.stand_in:
            verdict, kind = "holds with limits", kind or "stand-in only"
            limit = f"{self.stand_in}; {limit}" if limit else self.stand_in
        return Decision(verdict, limit, kind, dict(answers), near, strength)

    def _verdict(self, answers: Mapping[str, Answer]) -> tuple[Verdict, str, str]:
        if self.together == "any":
            if any(a is True for a in answers.values()):
                return "holds", "", ""
            return ("open" if any(a is None for a in answers.values()) else "fails"), "", ""
        needed = [a for n, a in answers.items() if not self.conditions[n].but]
        if any(a is False for a in needed):
            return "fails", "", ""
        if any(a is None for a in answers.values()):
            return "open", "", ""
        refuted = [self.conditions[n] for n, a in answers.items() if a is False]
        if not refuted:
            return "holds", "", ""
        if len(refuted) == len(answers):  # nothing that the claim says is left
            return "fails", "", ""
        return "holds with limits", "; ".join(c.but for c in refuted), refuted[0].as_kind

    def outcomes(self) -> Iterator[tuple[dict[str, Answer], Decision]]:
        """Every combination of answers with its verdict: the whole table of the rule."""
        for row in product((True, False, None), repeat=len(self.conditions)):
            answers = dict(zip(self.conditions, row, strict=True))
            yield answers, self.of_answers(answers)

    def say(self) -> str:
        """The rule in words."""
        if self.no_number:
            return self.why
        needed = [c for c in self.conditions.values() if not c.but or self.together == "any"]
        rest = [c for c in self.conditions.values() if c.but and self.together == "all"]
        joined = f" {'and' if self.together == 'all' else 'or'} "
        words = joined.join(c.say() for c in (*needed, *rest))
        text = f"Holds if {words}"
        if self.stand_in:
            text += f", and then with a limit ({self.stand_in})"
        for c in rest:
            text += f"; with a limit ({c.but}) if all but this: {c.say()}"
        if all(c.kind in ("at_least", "at_most") for c in self.conditions.values()):
            return text + "; fails otherwise, open where it could not be counted."
        if len(self.conditions) == 1:
            return text + "; fails on the other side; else open."
        who = "all of them are" if self.together == "any" or not needed else "one of them is"
        if rest and needed:
            who = "a condition that has no limit is"
        return text + f"; fails if {who} refuted; else open."


@checked
def read_rule(data: Any, where: str = "rule") -> Rule:
    """A rule from its data.

    Parameters
    ----------
    data : mapping
        One condition, e.g. ``{"above": 0.5, "of": "the share of ladders"}``; or ``{"all_of": {name:
        condition}}`` or ``{"any_of": ...}``; or ``{"open": why}``, ``{"fact": why}``, ``{"opinion": why}``.
        ``so`` (yes, no, in part) beside a fact says whether it is as claimed. ``stand_in`` may stand
        beside conditions; ``but`` and ``as`` (the kind of limit) inside a condition of
        ``all_of``.
    where : str
        What an error calls the rule, e.g. the claim.

    Raises
    ------
    InputError
        Names the key, the value and what is accepted.

    Examples
    --------
    >>> rule = read_rule({"above": 0.5, "of": "the share of ladders"})
    >>> rule.say()
    'Holds if the interval of the share of ladders lies above 0.5; fails on the other side; else open.'
    >>> from emergence_utils import binomial
    >>> rule.decide(binomial(9, 10)).verdict, rule.decide(binomial(6, 10)).verdict
    ('holds', 'open')
    """
    where = " ".join(where.split()) or "rule"
    if not isinstance(data, Mapping):
        raise InputError(f"{where} must be a mapping such as {{above: 0.5, of: 'the share'}}, got "
                         f"{short(data)}.")
    left = dict(data)
    stand_in = _text(left.pop("stand_in", ""), f"{where}, stand_in")
    for word in ("open", "fact", "opinion"):
        if word in left:
            why = _text(left.pop(word), f"{where}, {word}")
            so = left.pop("so", "yes") if word == "fact" else "yes"
            if not isinstance(so, str) or so not in _SO:
                raise InputError(f"{where}, so must be 'yes', 'no' or 'in part' in quotes, got {short(so)}.")
            _nothing(left, where)
            if stand_in:
                raise InputError(f"{where}: stand_in has no place beside {word}.")
            return Rule(no_number=word, why=why, so=so)
    for word in ("all_of", "any_of"):
        if word in left:
            parts = left.pop(word)
            _nothing(left, where)
            if not isinstance(parts, Mapping) or len(parts) < 2:
                raise InputError(f"{where}, {word}: needs two named conditions or more, got {short(parts)}.")
            made = {str(name): _condition(part, f"{where}, {name}") for name, part in parts.items()}
            if word == "any_of" and any(c.but for c in made.values()):
                raise InputError(f"{where}: but has no place in any_of, where one condition is enough.")
            return Rule(made, "all" if word == "all_of" else "any", stand_in)
    only = _condition(left, where)
    if only.but:
        raise InputError(f"{where}: but names what a claim of several conditions lacks; here there is one.")
    return Rule({"": only}, "all", stand_in)


def _condition(data: Any, where: str) -> Condition:
    if not isinstance(data, Mapping) or sum(k in data for k in _LIMITS) != 1:
        raise InputError(f"{where}: needs one of {', '.join(_LIMITS)}, got {short(data)}.")
    left = dict(data)
    kind = next(k for k in _LIMITS if k in data)
    limit: Any = left.pop(kind)
    refuted: tuple[str, ...] = ()
    if kind == "answer":
        limit = _words(limit, f"{where}, answer")
        refuted = _words(left.pop("refuted", ()), f"{where}, refuted")
    elif kind == "inside":
        if not isinstance(limit, list | tuple) or len(limit) != 2:
            raise InputError(f"{where}: inside needs two rising numbers, got {short(limit)}.")
        limit = tuple(number(f"{where}, inside", v) for v in limit)
        if not limit[0] < limit[1]:
            raise InputError(f"{where}: inside needs two rising numbers, got {short(limit)}.")
    else:
        limit = number(f"{where}, {kind}", limit)
    of, but = _text(left.pop("of", ""), f"{where}, of"), _text(left.pop("but", ""), f"{where}, but")
    as_kind = _text(left.pop("as", "part true"), f"{where}, as")
    if not of:
        raise InputError(f"{where}: needs 'of', what is compared, got {short(data)}.")
    if as_kind not in KINDS:
        raise UnknownNameError("kind of limit", as_kind, KINDS)
    if len(but.split()) > 10:
        raise InputError(f"{where}: but must have ten words at most, got {len(but.split())}.")
    _nothing(left, where)
    return Condition(kind, limit, of, refuted, but, as_kind)


def _words(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise InputError(f"{where} must be a word or a list of words, got {short(value)}.")
    return tuple(value)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{where} must be words, got {short(value)}.")
    return value.strip()


def _nothing(left: Mapping[str, Any], where: str) -> None:
    if left:
        raise InputError(f"{where} has the unknown key '{next(iter(left))}'.")
