"""The landing page's words: the sentence that answers, the two sides by name, the write-ups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from emergence_utils.errors import InputError
from emergence_utils.report import VERDICTS

from .parts import DECIDED, LEDGER, Item, checked, ledger_claims, plain, verdict_of

__all__ = ["Side", "answer_block", "chart_sentence", "sides_block", "sides_of", "writeups_block"]


@dataclass(frozen=True)
class Side:
    """One side of the debate: its name, the paper that stands for it, and the sources that speak for it."""

    name: str
    says: str
    paper: str
    sources: tuple[str, ...]


def sides_of(ledger: Any) -> tuple[Side, ...]:
    """The sides that a ledger names.

    Raises
    ------
    InputError
        If one lacks a key, has an unknown one, or names a source that the ledger does not have.
    """
    found = []
    for number, item in enumerate(ledger.get("sides", ()), 1):
        where = f"{LEDGER}, side {number}"
        checked(item, ("name", "says", "paper", "sources"), where)
        for key in item["sources"]:
            if key not in ledger["sources"]:
                raise InputError(f"{where} names the unknown source '{key}'; the ledger has "
                                 f"{', '.join(ledger['sources'])}.")
        found.append(Side(item["name"], item["says"], item["paper"], tuple(item["sources"])))
    return tuple(found)


def answer_block(ledger: Any) -> str:
    """One sentence that answers, chosen by the counts of verdicts.

    The lead is that of the largest part where one part has more than half of the claims, else it says
    that there is none.
    """
    counts = Counter(map(verdict_of, ledger_claims(ledger)))
    parts = {v: counts[v] for v in (*DECIDED, "open")}
    n = sum(parts.values())
    if not n:
        return "<p class=\"em-thesis\">No claim has been scored yet.</p>\n"
    told = (f"of {n} claims that numbers can test, "
            f"{parts['holds']} {_verb(parts['holds'], 'hold')}, "
            f"{parts['holds with limits']} {_verb(parts['holds with limits'], 'hold')} with limits, "
            f"{parts['fails']} {_verb(parts['fails'], 'fail')} and {parts['open']} "
            f"{_verb(parts['open'], 'stay')} open.")
    return f'<p class="em-thesis"><strong>{_lead(parts, n)}</strong> {told[0].upper()}{told[1:]}</p>\n'


def _verb(n: int, verb: str) -> str:
    return f"{verb}s" if n == 1 else verb


def _lead(parts: Mapping[str, int], n: int) -> str:
    kept = parts["holds"] + parts["holds with limits"]
    if 2 * parts["open"] > n:
        return "Most of the debate cannot be settled on published numbers."
    if 2 * parts["holds"] > n:
        return "Most of what was said holds."
    if 2 * parts["fails"] > n:
        return "Most of what was said fails."
    if 2 * kept > n:
        return "Most of what was said holds, but much of it only with limits."
    return "Published numbers give neither side the last word."


#: What a curve does, by the large word above the chart.
_DOES = {"Sudden": "leap", "Gradual": "climb step by step"}


def chart_sentence(first: str, second: str) -> str:
    """What the switch of the landing page's chart does, from the words at its two ends.

    Examples
    --------
    >>> chart_sentence("Gradual", "Gradual")
    'The same two models climb step by step on the same questions, whichever way their answers are read.'
    """
    one, other = _DOES.get(first), _DOES.get(second)
    if one is None or other is None:
        return ("Two models on the same questions, their answers read in two ways; whether they leap cannot "
                "be told in both.")
    if one == other:
        return f"The same two models {one} on the same questions, whichever way their answers are read."
    return f"The same two models {one} or {other} on the same questions: it depends on how an answer is read."


def sides_block(ledger: Any, writeups: Mapping[str, Item]) -> str:
    """The sides in columns, each with its sources and its claims by verdict, linked to the filtered ledger.

    Raises
    ------
    InputError
        If a side names a source that the ledger does not have.
    """
    claims, sources, sides = ledger_claims(ledger), ledger["sources"], sides_of(ledger)
    if not sides:
        return ""
    columns = "\n\n".join(_side(side, claims, writeups) for side in sides)
    taken = [key for side in sides for key in side.sources]
    rest = [key for key in sources if key not in taken]
    both = sum(all(set(side.sources) & set(c["said_by"]) for side in sides) for c in claims)
    notes = []
    if rest:
        names = "; ".join(f"{_named(k, writeups, sources)} ({_chips((k,), claims)})" for k in rest)
        notes.append(f"On neither side: {names}.")
    notes.append(f"{both} claims are made on both sides and counted on both. A verdict judges a sentence, "
                 "not its author: some are objections that an author repeats in order to answer them.")
    return f"::::{{div}} em-sides\n{columns}\n::::\n\n{{.em-beside}}\n{' '.join(notes)}\n"


def _side(side: Side, claims: Sequence[Item], writeups: Mapping[str, Item]) -> str:
    said = [c for c in claims if set(side.sources) & set(c["said_by"])]
    names = ", ".join(f"[{plain(writeups[k]['name'])}](writeups/{k.lower()}.md)" for k in side.sources
                      if k in writeups)
    return (f":::{{div}} em-side\n<h3>{escape(side.name)}</h3>\n\n{plain(side.says)} "
            f"{{cite:t}}`{side.paper}`, and in our ledger: {names}.\n\n{{.em-chips}}\n{len(said)} claims: "
            f"{_chips(side.sources, claims)}\n:::")


def _named(key: str, writeups: Mapping[str, Item], sources: Item) -> str:
    if key in writeups:
        return f"[{plain(writeups[key]['name'])}](writeups/{key.lower()}.md)"
    return plain(sources[key]["title"])


#: Verdicts after a count, of one claim and of more.
_SHORT = {"holds": ("holds", "hold"), "holds with limits": ("with limits",) * 2, "fails": ("fails", "fail"),
          "open": ("open",) * 2, "fact": ("fact", "facts"), "opinion": ("opinion", "opinions")}


def _chips(keys: Sequence[str], claims: Sequence[Item]) -> str:
    """Counts by verdict, each a link to those claims in the ledger."""
    counts = Counter(verdict_of(c) for c in claims if set(keys) & set(c["said_by"]))
    return " ".join(
        f'<a class="em-badge {css}" href="ledger.html?by={",".join(keys)}&amp;verdict={v.replace(" ", "-")}">'
        f"{counts[v]} {_SHORT[v][counts[v] > 1]}</a>" for v, css in VERDICTS.items() if counts[v])


def writeups_block(writeups: Mapping[str, Item]) -> str:
    """The write-ups that the book answers, one line each."""
    return "\n".join(f"- [{plain(item['name'])}](writeups/{key.lower()}.md)" for key, item in
                     writeups.items()) + "\n"
