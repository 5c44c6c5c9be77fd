"""What the page says of a curve: the toolkit's verdict in a reader's words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from emergence_utils.measures import PATTERNS

from .verdicts import FEWEST, FULL

__all__ = ["LEADS", "no_verdict", "said_scale", "verdict_words"]

#: Answer of the test of a jump -> the word above the curve.
LEADS = {"sharp": "Sudden", "gradual": "Gradual", "cannot tell": "Cannot tell", "not tested": "Not tested"}
#: Patterns that say more of the curve than that it has no jump.
_PATTERN_LEADS = {"absent throughout": "Absent", "below chance throughout": "Absent", "falls": "Falls",
                  "falls below chance": "Falls"}
_BIG = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_UNITS = {"params": "parameters", "tokens": "tokens", "train_flops": "FLOPs"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
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


def _between(low: float, high: float, axis: str) -> str:
    return f"{said_scale(low, axis, unit=False)} and {said_scale(high, axis)}"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}" if value < 0.995 else "p = 1"


def _plain(note: str, axis: str) -> str:
    """A note of a test with its scales in words and a full stop."""
    text = _MACHINE.sub(lambda found: said_scale(float(found[0]), axis, unit=False), note).strip()
    text = text.replace("to the last digit.;", "to the last digit;")
    return text if not text or text.endswith((".", "!")) else f"{text}."


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
            text += f"; it appears below {said_scale(high, axis)}"
        elif low > 0:
            text += f"; it appears above {said_scale(low, axis)}"
    if row["presence_scope"] == "these models":
        text += ". This is said of these models only"
    return text + "."


def _jump(row: Mapping[str, Any], axis: str) -> str:
    answer, note = row["jump"], str(row["jump_note"])
    if answer == "not tested":
        if note.startswith("span must"):
            return "Not tested: this metric has no best score, so that no rise can be called large or small."
        return f"Not tested: {_plain(note, axis)}"
    behind = f" {_plain(note[0].upper() + note[1:], axis)}" if note else ""
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
        return f"Cannot tell: none is shown ({p}), and one up to {found[1]} deep is not excluded."
    return f"Cannot tell: {_plain(note, axis)}"


#: What is said of models, as it is said of the checkpoints of one.
_CHECKPOINTS = ((r"\bin small models, present in large ones", "in early checkpoints, present in late ones"),
                (r"\ba larger model\b", "a later checkpoint"), (r"\blarger models\b", "later checkpoints"),
                (r"\bthe largest\b", "the last"), (r"\bthe smallest\b", "the first"),
                (r"\bmodel\b", "checkpoint"), (r"\bmodels\b", "checkpoints"))


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
