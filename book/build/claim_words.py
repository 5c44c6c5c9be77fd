"""A claim in words a newcomer reads: its title, its number, and what each part of its rule says."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emergence_utils.report import clusters_text
from emergence_utils.rules import VERDICTS, Condition, read_rule

from .parts import Item, sentence, verdict_of

__all__ = ["LONGEST", "Part", "cut", "description", "first_part", "meaning", "number_words", "parts_of",
           "short_number", "title_of"]

#: Characters of a claim that still make a title.
LONGEST = 110
_ANSWERS = {"holds": "met", "holds with limits": "met", "fails": "refuted"}
#: Beginnings of units that are read after their number, as in "54 times the compute".
_NUMBER_FIRST = ("times ", "decades ", "of ", "tokens ", "deep", "from ", "is ")
#: Words that lead on to what is cut off.
_LEADING = ("a", "an", "and", "as", "at", "by", "for", "from", "if", "in", "instead", "of", "on", "one", "or",
            "that", "the", "to", "which", "with")
#: Conditions on a difference between two groups, and notes that say how many the other group has.
_DIFFERENCE, _SAMPLE = re.compile(r"\bminus\b|\bless (?:that|the)\b"), re.compile(r"\b\d+ of (?:the )?\d+\b")
_CORRELATION = "A rank correlation is 0 where two orders have nothing in common, 1 where they are the same."


@dataclass(frozen=True)
class Part:
    """One condition of a rule with its number.

    Attributes
    ----------
    name : str
        Name of the condition; empty where the rule has only one.
    condition : Condition
    numbers : mapping
        ``estimate``, ``interval``, ``level``, ``n``, ``clusters``, ``clustered_by``, ``status``, ``notes``.
    answer : {"met", "refuted", "cannot tell"}
    fmt, counted : str
        How its number is printed, and what n counts; where the record says it of another number, empty.
    stand_in : bool
        Whether the claim has a limit even where the condition is met.
    """

    name: str
    condition: Condition
    numbers: Item
    answer: str
    fmt: str
    counted: str = ""
    stand_in: bool = False

    @property
    def estimate(self) -> float:
        """The number; NaN where it could not be had."""
        value = self.numbers["estimate"]
        return math.nan if value is None else float(value)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its interval; an end may be infinite."""
        ends = self.numbers["interval"]
        return None if ends is None else (float(ends[0]), float(ends[1]))

    def sides(self) -> tuple[str, str]:
        """What it means for the claim when the condition is met, and when it is refuted."""
        if not self.name:
            return ("holds with limits" if self.stand_in else "holds"), "fails"
        return "for the claim", "limits it" if self.condition.but else "against it"

    def limit_text(self) -> str:
        """What the condition asks for, e.g. ``above 0.5``."""
        kind, limit = self.condition.kind, self.condition.limit
        if kind == "inside":
            return f"between {_signed(f'{limit[0]:g}')} and {_signed(f'{limit[1]:g}')}"
        if kind == "answer":
            return " or ".join(limit)
        if kind == "at_most" and limit == 0:
            return "none"
        return f"{kind.replace('_', ' ')} {_signed(f'{limit:,g}')}"

    def sample(self) -> str:
        """What the number rests on, e.g. ``10 ladders from 5 families``."""
        n, groups = self.numbers["n"], self.numbers["clusters"]
        if n is None:
            return ""
        words = f"{n:,} {self.counted}" if self.counted else f"n = {n:,}"
        if _DIFFERENCE.search(self.condition.of):  # a difference has two samples, the second in a note
            words = "; ".join([words, *(t.rstrip(".") for t in self.numbers["notes"] if _SAMPLE.search(t))])
        if groups:
            words += f" from {clusters_text(self.numbers, 'group')}"
        return words

    def value(self, number: float) -> str:
        """A number as this part prints its numbers."""
        if not math.isfinite(number):
            return "no bound" if math.isinf(number) else "not known"
        return _signed(f"{number:{self.fmt}}".replace("%", " %"))

    def axis_value(self, number: float) -> str:
        """A round number of the axis, in per cent where the part prints its numbers so."""
        return _signed(f"{100 * number:g} %" if self.fmt.endswith("%") else f"{number:g}")

    def say(self) -> str:
        """One line: number, interval, what was asked for, sample."""
        asked = f"asked for: {self.limit_text()}"
        if self.condition.kind == "answer":
            return "; ".join(filter(None, (asked, self.sample())))
        if math.isnan(self.estimate):
            return f"could not be counted; {asked}"
        text = self.value(self.estimate)
        if self.interval is not None:
            low, high = map(self.value, self.interval)
            text += f", anything from {low} to {high} fits"
        if self.answer == "cannot tell" and self.numbers["status"] in ("undetermined", "failed"):
            text += ", which is not enough to decide"
        return "; ".join(filter(None, (text, asked, self.sample())))


def _signed(text: str) -> str:
    return re.sub(r"^-", "\N{MINUS SIGN}", text)


def parts_of(claim: Item) -> list[Part]:
    """The conditions of a claim's rule, in their order; none where no number decides or there is none."""
    result = claim["result"]
    if not result or "rule" not in claim:
        return []
    rule = read_rule(claim["rule"], f"rule of {claim['id']}")
    found = []
    for name, condition in rule.conditions.items():
        numbers = (result.get("numbers") or {}).get(name) if name else result
        if numbers is None:
            continue
        shown = not name or all(numbers[k] == result[k] for k in ("estimate", "interval", "n"))
        answer = (result.get("answers") or {}).get(name) if name else _ANSWERS.get(verdict_of(claim))
        fmt = (result.get("fmt") or ".3g") if shown else _own_format(numbers, result.get("fmt") or ".3g")
        # a difference that starts from the same things counts the same
        same = shown or (bool(_DIFFERENCE.search(condition.of)) and numbers["n"] == result["n"])
        found.append(Part(name, condition, numbers, answer or "cannot tell", fmt,
                          (result.get("counted") or "") if same else "", bool(rule.stand_in)))
    return found


def _own_format(numbers: Item, fmt: str) -> str:
    """A format for a number that the record does not print: whole numbers whole, others to two digits."""
    values = [float(v) for v in (numbers["estimate"], *(numbers["interval"] or ())) if v is not None]
    finite = [v for v in values if math.isfinite(v)]
    if numbers["interval"] is None and all(v == int(v) for v in finite):
        return ",.0f"
    if fmt.endswith("%"):
        return fmt
    width = max(finite, default=0.0) - min(finite, default=0.0)
    return f".{min(4, max(2, 1 + math.ceil(-math.log10(width))))}f" if width > 0 else ".2f"


def first_part(claim: Item) -> Part | None:
    """The part that stands for a claim where there is room for one: the first that explains its verdict."""
    parts = parts_of(claim)
    wanted = {"open": "cannot tell", "fails": "refuted"}.get(verdict_of(claim), "met")
    return next((p for p in parts if p.answer == wanted), parts[0] if parts else None)


# ---- sentences


def cut(text: str, longest: int = LONGEST) -> str:
    """`text` as far as it makes a title: whole, or cut after a clause or a word.

    Examples
    --------
    >>> cut("One thing is so, while another thing is not so at all.", 30)
    'One thing is so …'
    >>> cut("Short.")
    'Short.'
    """
    text = " ".join(text.split())
    if len(text) <= 1.1 * longest:  # a word or two more say it all
        return text
    ends = [m.start() for m in re.finditer(r"[,;:](?= )", text[:longest])]
    end = ends[-1] if ends and ends[-1] >= longest // 2 else text.rfind(" ", 0, longest - 1)
    torso = re.sub(rf"(?: (?:{'|'.join(_LEADING)}))+$", "", text[:end].rstrip(" ,;:"))
    return f"{torso} …"


def title_of(claim: Item) -> str:
    """Number and words of a claim, whole: a page says its sentence once."""
    return f"{claim['id']}: {' '.join(claim['claim'].split()).rstrip('.')}"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _is_share(part: Part | None, unit: str) -> bool:
    """Whether a number is a share of things counted, and may be told as so many of so many."""
    return part is not None and part.condition.of.startswith("the share") and unit.startswith("of ")


def _counted_share(part: Part, because: str) -> tuple[int, int] | None:
    """So many of so many, where the share is exactly that; those that cannot tell are left out."""
    n, estimate = part.numbers["n"], part.estimate
    if not n or not 0 <= estimate <= 1:
        return None
    told = re.search(r"(\d+) of (\d+) cannot tell; the interval counts them both ways",
                     "; ".join(part.numbers["notes"]))
    sizes = [n - int(told[1])] if told and int(told[2]) == n else []
    for size in (*sizes, n):
        k = round(estimate * size)
        if size > 0 and float(f"{k / size:.4g}") == estimate:
            if part.numbers["clusters"] and f"{k} of {size}" not in because:
                continue  # a mean over groups may look like a share of all
            return k, size
    return None


def number_words(claim: Item) -> str:
    """The number of a claim, its interval and its sample in sentences; empty where it has none.

    A count or a plain share is told as so many of so many. What is measured otherwise keeps its unit.
    """
    result = claim["result"]
    if not result or result["estimate"] is None:
        return ""
    estimate, unit = float(result["estimate"]), result["unit"] or ""
    n, counted, fmt = result["n"], result.get("counted") or "", result.get("fmt") or ".3g"
    whole = Part("", Condition("at_least", 0, ""), result, "", fmt, counted)
    part = next((p for p in parts_of(claim) if p.fmt == fmt and p.counted == counted and all(
        p.numbers[k] == result[k] for k in ("estimate", "interval", "n"))), None)
    said, sample = [], True
    if math.isnan(estimate):
        return "It could not be counted."
    if part is not None and part.condition.kind in ("at_least", "at_most") and estimate == int(estimate):
        said.append(_count(int(estimate), n, unit, counted))
        sample = False
    elif _is_share(part, unit) and 0 <= estimate <= 1:
        of = _counted_share(whole, result["because"])
        text = f"{_percent(estimate)} {unit}"
        if of and of[1] != n:
            text += f": {of[0]} of the {of[1]} that can tell"
            text += f"; {n:,} {counted}" + ("" if counted.endswith("in all") else " in all")
        elif of:
            text += f": {of[0]} of {of[1]} {counted}".rstrip()
        said.append(f"{text}.")
        sample = of is None or bool(result["clusters"])
    elif unit.startswith(_NUMBER_FIRST) or fmt.endswith("%"):
        said.append(f"{whole.value(estimate)} {unit}.")
    else:
        head = f"The {unit}" if unit.startswith("p ") else sentence(unit)[:-1]
        said.append(f"{head}: {whole.value(estimate)}." if unit else f"{whole.value(estimate)}.")
    if result["interval"] is not None:
        ends = [float(v) for v in result["interval"]]
        low, high = map(_percent if said[0].partition(" ")[2].startswith("%") else whole.value, ends)
        said.append(f"Anything from {low} to {high} fits the data ({100 * result['level']:.3g} % interval).")
    if sample and whole.sample():
        said.append(f"It rests on {whole.sample()}." if counted else f"Sample: {whole.sample()}.")
    if "rank correlation" in unit:
        said.append(_CORRELATION)
    return " ".join(said)


def _count(k: int, n: int | None, unit: str, counted: str) -> str:
    if n is None or k > n:
        return f"{k:,} {unit}."
    if counted.startswith(unit):
        return f"{k} of {n} {counted}."
    if unit.startswith(counted):
        return f"{k} of {n} {unit}."
    return f"{k} {unit}, of {n} {counted}."


def short_number(claim: Item) -> str:
    """The number of a claim for a line of a list, e.g. ``14 of 41`` or ``0.40 (−0.11 to 0.78)``."""
    words, result, part = number_words(claim), claim["result"], first_part(claim)
    if words and part is not None and not math.isnan(part.estimate) and part.estimate != result["estimate"]:
        # the number of the condition that decides, which the little picture shows too
        value = part.value(part.estimate)
        return value if part.interval is None else f"{value} ({' to '.join(map(part.value, part.interval))})"
    if not words or math.isnan(float(result["estimate"])):
        return ""
    if told := re.search(r"\b(\d+ of (?:the )?\d+)\b", words.partition(". ")[0]):
        return told[1].replace("the ", "")
    fmt = ".0%" if re.match(r"\d+ %", words) else result.get("fmt") or ".3g"
    whole = Part("", Condition("at_least", 0, ""), result, "", fmt)
    text = whole.value(whole.estimate)
    return text if whole.interval is None else f"{text} ({' to '.join(map(whole.value, whole.interval))})"


def meaning(claim: Item) -> str:
    """What the verdict on a claim means, as one sentence."""
    return sentence(f"{verdict_of(claim)}: {VERDICTS[verdict_of(claim)]}")


def description(claim: Item) -> str:
    """One line on a claim for search engines and link previews."""
    result: Mapping[str, Any] | None = claim["result"]
    why = f" {sentence(result['because'])}" if result else ""
    limit = f" ({result['limit']})" if result and result.get("limit") else ""
    return f"Verdict: {verdict_of(claim)}{limit}.{why} {sentence(claim['claim'])}"
