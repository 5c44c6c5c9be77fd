"""What the page says of a curve: the toolkit's verdict in a reader's words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from emergence_utils.measures import PATTERNS

from .verdicts import FEWEST, FULL

__all__ = ["LEADS", "no_verdict", "said_scale", "said_value", "verdict_words"]

#: Answer of the test of a jump -> the word above the curve.
LEADS = {"sharp": "Sudden", "gradual": "Gradual", "cannot tell": "Cannot tell", "not tested": "Not tested"}
#: Patterns that say more of the curve than that it has no jump.
_PATTERN_LEADS = {"absent throughout": "Absent", "below chance throughout": "Absent", "falls": "Falls",
                  "falls below chance": "Falls"}
_BIG = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
#: Depths from which on digits behind the point say nothing.
_WHOLE = 100
#: Notes of the U test where nothing but the ladder itself could show the noise of its scores.
_NOISE_UNKNOWN = ("the number of items is not known", "has no bounded range")
_UNITS = {"params": "parameters", "tokens": "tokens", "train_flops": "FLOPs"}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MACHINE = re.compile(r"\b\d(?:\.\d+)?e\+\d+")
_U = re.compile(r"neither a U is shown \(p = [^)]+\) nor one of depth \S+ excluded "
                r"\(it may be (\S+) deep\)\.")


def said_scale(value: float, axis: str, unit: bool = True) -> str:
    """A scale in words, e.g. "13 billion parameters".

    Examples
    --------
    >>> said_scale(1.285e10, "params"), said_scale(2.31e22, "train_flops")
    ('13 billion parameters', '2.3 × 10²² FLOPs')
    """
    behind = f" {_UNITS[axis]}" if unit else ""
    if axis == "train_flops" or value >= 1e15:
        power = math.floor(math.log10(value))
        lead = f"{value / 10.0**power:.2g}"
        if lead == "10":
            lead, power = "1", power + 1
        return f"{lead} × 10{str(power).translate(_RAISED)}{behind}"
    for size, word in _BIG:
        if value >= size:
            share = value / size
            return f"{share:.0f} {word}{behind}" if share >= 99.5 else f"{share:.2g} {word}{behind}"
    return f"{value:,.0f}{behind}"


def said_value(value: float, digits: int = 4) -> str:
    """A score in a few digits; as a power of ten where it would be a row of noughts.

    Examples
    --------
    >>> said_value(0.56101), said_value(6863.2, 3), said_value(6.263e-7)
    ('0.561', '6,860', '6.3 × 10⁻⁷')
    """
    size = abs(value)
    if size and not 1e-4 <= size < 1e15:
        power = math.floor(math.log10(size))
        return f"{value / 10.0**power:.2g} × 10{str(power).translate(_RAISED)}"
    return f"{float(f'{value:.{digits}g}'):,.9f}".rstrip("0").rstrip(".")


def _between(low: float, high: float, axis: str) -> str:
    return f"{said_scale(low, axis, unit=False)} and {said_scale(high, axis)}"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}" if value < 0.995 else "p = 1"


#: Notes of the tests -> how a reader is told, with the scales put in; an empty one is left out.
_NOTES: tuple[tuple[str, str], ...] = (
    (r"the interval has item noise only.*", ""), (r"no interval: variation.*", ""),
    (r"a jump test needs at least four models, got (\d+)", r"it takes four models, and there are \1"),
    (r"the (\S+) decades from (.+?) to (.+?) hold a rise of (\S+) of the range: .*",
     r"a rise of \4 of the range lies between \2 and \3, \1 decades: as one step it would be sudden, "
     "spread out it would not"),
    (r"noise: the gap from (.+?) to (.+?) could hide a step of (\S+) of the range",
     r"between \1 and \2 noise could hide a step of \3 of the range"),
    (r"the gap from (.+?) to (.+?) is (\S+) decades, (.+)", r"between \1 and \2 lie \3 decades, \4"),
    (r"the score \S+ at (?:params|tokens|train_flops) (.+?) \(.*lies off the trend.*",
     r"the score at \1 lies off the trend of the others"),
)
_COMPILED = tuple((re.compile(pattern), other) for pattern, other in _NOTES)


def _plain(note: str, axis: str) -> str:
    """The notes of a test, as joined there, in a reader's words: sentences without their first capital."""
    said = []
    for part in re.split(r";\s+", note.strip()):
        text = _MACHINE.sub(lambda found: said_scale(float(found[0]), axis, unit=False), part).strip(" .")
        for pattern, other in _COMPILED:
            if found := pattern.fullmatch(text):
                text = found.expand(other)
                break
        if text:
            said.append(text)
    return f"{'; '.join(said)}." if said else ""


def _presence(row: Mapping[str, Any], axis: str) -> str:
    if row["presence"] == "not tested":
        if str(row["presence_note"]).startswith("chance must"):
            return "Not tested: what guessing would score is not known."
        return f"Not tested: {_plain(row['presence_note'], axis)}"
    pattern = row["presence"]
    if pattern == "cannot tell":
        return f"Cannot tell: {_plain(str(row['presence_note']).split('; ')[0], axis)}"
    text = PATTERNS[pattern]
    text = text[0].upper() + text[1:]
    if pattern == "emergent":
        low, high = row["presence_low"], row["presence_high"]
        if low > 0 and math.isfinite(high):
            text += f"; it appears between {_between(low, high, axis)}"
        elif math.isfinite(high):
            text += f"; it is surely there from {said_scale(high, axis)} on"
        elif low > 0:
            text += f"; up to {said_scale(low, axis)} it is surely not there"
    if row["presence_scope"] == "these models":
        text += ". This is said of these models only"
    return text + "."


def _jump(row: Mapping[str, Any], axis: str) -> str:
    answer, note = row["jump"], str(row["jump_note"])
    if answer == "not tested":
        if note.startswith("span must"):
            return "Not tested: this metric has no best score, so that no rise can be called large or small."
        return f"Not tested: {_plain(note, axis)}"
    more = _plain(note, axis)
    behind = f" {more[0].upper()}{more[1:]}" if more else ""
    p = _p(row["jump_p"])
    if answer == "sharp":
        return (f"Sudden: between {_between(row['jump_from'], row['jump_to'], axis)} it improves by "
                f"{abs(row['jump_rise']):.2g}, beyond noise faster than a smooth curve may ({p}).{behind}")
    if answer == "gradual":
        return f"Gradual: no step that matters can hide between neighbours ({p}).{behind}"
    return f"Cannot tell ({p}): {_plain(note, axis)}"


def _u(row: Mapping[str, Any], axis: str) -> str:
    answer, note = row["u"], str(row["u_note"])
    if answer == "not tested":
        return f"Not tested: {_plain(note, axis)}"
    p = _p(row["u_p"]) if not math.isnan(row["u_p"]) else ""
    if answer in ("U", "inverted U"):
        turn = "It gets worse and then better" if answer == "U" else "It gets better and then worse"
        only = ", said of these models only" if row["u_scope"] == "these models" else ""
        return f"{turn}, each beyond noise ({p}){only}."
    if answer == "no U":
        return "None: a dip that matters is excluded."
    if found := _U.search(note):
        deep = float(found[1])
        text = f"{deep:,.0f}" if deep >= _WHOLE else found[1]
        return f"Cannot tell: none is shown ({p}), and one up to {text} deep is not excluded."
    if any(words in note for words in _NOISE_UNKNOWN):
        return (f"Cannot tell: how much these scores vary by chance is not known, and {row['judged']} models "
                "are too few to show it.")
    return f"Cannot tell: {_plain(note, axis)}"


#: What is said of models, as it is said of the checkpoints of one.
_CHECKPOINTS = ((r"\bin small models, present in large ones", "in early checkpoints, present in late ones"),
                (r"\ba larger model\b", "a later checkpoint"), (r"\blarger models\b", "later checkpoints"),
                (r"\bLarger models\b", "Later checkpoints"),
                (r"\bthe largest\b", "the last"), (r"\bthe smallest\b", "the first"),
                (r"\bmodel\b", "checkpoint"), (r"\bmodels\b", "checkpoints"))


@lru_cache(maxsize=4096)  # many curves are said in the same words
def _of_checkpoints(text: str) -> str:
    for pattern, other in _CHECKPOINTS:
        text = re.sub(pattern, other, text)
    return text


def verdict_words(row: Mapping[str, Any], run: bool = False) -> list[str]:
    """Lead, presence, jump, U and what the verdict rests on, each a text.

    Parameters
    ----------
    row : mapping
        A row of the stored verdicts.
    run : bool
        Whether the curve is one training run, whose points are checkpoints.
    """
    axis = str(row["axis"])
    points = "checkpoints" if run else "models"
    base = f"Judged on {row['judged']} {points}."
    if row["judged"] < row["scales"]:
        base = f"Judged on {row['judged']} of {row['scales']} {points}, evenly spread in decades."
    said = [_presence(row, axis), _jump(row, axis), _u(row, axis), base]
    if run:
        said = [_of_checkpoints(text) for text in said]
    lead = LEADS[str(row["jump"])]
    if row["jump"] != "sharp":
        lead = _PATTERN_LEADS.get(str(row["presence"]), lead)
    return [lead, *said]


def no_verdict(scales: int, *, shared: bool) -> list[str]:
    """The same for a curve that was not judged, with the reason."""
    if shared:
        why = "No verdict: models of one size differ in more than size, so that this is no ladder."
    elif scales < FEWEST:
        why = f"No verdict: {scales} points are too few."
    elif scales > FULL:
        why = (f"No verdict: the tests here take {FULL} models at most. To choose among these {scales}, "
               "which differ in more than size, would decide the answer.")
    else:
        why = "No verdict is stored for this curve."
    return ["No verdict", why, "", "", ""]
