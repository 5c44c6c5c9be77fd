"""The page on what changed our mind: verdicts as they stood, as they stand, and why they moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from emergence_utils.errors import InputError
from emergence_utils.report import count, number_text

from .claim_words import cut
from .parts import Item, checked, ledger_claims, plain

__all__ = ["CHANGES", "after_edition", "changed_page", "moved_claims"]

CHANGES = "book/changes.json"
_EDITION = ("title", "text", "tests", "before", "why")


def moved_claims(edition: Item, after: Mapping[str, Any]) -> list[str]:
    """Claims whose verdict is another than before, in the order of the ledger."""
    return [claim for claim, now in after.items()
            if claim in edition["before"] and _verdict(now) != _verdict(edition["before"][claim])]


def after_edition(editions: Sequence[Item], number: int, ledger: Any) -> dict[str, Any]:
    """Results by claim as an edition left them: what the next one began with, or the ledger of today."""
    if number + 1 < len(editions):
        later = editions[number + 1]["before"]
        return {c["id"]: later.get(c["id"]) for c in ledger_claims(ledger)}
    return {c["id"]: c["result"] for c in ledger_claims(ledger)}


def _verdict(result: Any) -> str:
    return str(result["verdict"]) if result else "open"


def changed_page(changes: Any, ledger: Any) -> str:
    """Write the page as MyST Markdown.

    Parameters
    ----------
    changes : mapping
        ``book/changes.json``: for each edition what was mended (``tests``), the results before it
        (``before``) and a sentence for every claim that moved (``why``).
    ledger : mapping
        The ledger as it is now.

    Raises
    ------
    InputError
        If a claim moved and no sentence says why, or a sentence stands for a claim that is not there.
    """
    claims = {c["id"]: c for c in ledger_claims(ledger)}
    blocks = ["# What changed our mind",
              "A book that re-runs the claims of others has to show where it was wrong itself. Every verdict "
              "that moved when a test was mended stands here, with the number before and after."]
    editions = [checked(raw, _EDITION, f"{CHANGES}, edition {number}") for number, raw in enumerate(
        checked(changes, ("editions",), CHANGES)["editions"], 1)]
    for number, edition in reversed(list(enumerate(editions))):  # the newest first
        after = after_edition(editions, number, ledger)
        moved = moved_claims(edition, after)
        if bare := [c for c in moved if not edition["why"].get(c)]:
            raise InputError(f"{CHANGES}: {bare[0]} moved and nothing says why; add a sentence under 'why'.")
        if lost := [c for c in edition["why"] if c not in claims]:
            raise InputError(f"{CHANGES}: 'why' speaks of the unknown claim '{lost[0]}'.")
        same = [c for c in edition["why"] if c not in moved]
        newest = number == len(editions) - 1
        faults = "\n".join(f"- **{plain(t['test'])}**: {plain(t['fault'])} Now: {plain(t['now'])}"
                           for t in edition["tests"])
        blocks += [f"## {plain(edition['title'])}", *map(plain, edition["text"]),
                   _fold(f"{count(len(edition['tests']), 'test')} that erred", [faults], newest)]
        for told, which in ((f"{count(len(moved), 'verdict')} that moved, of {len(claims)} claims", moved),
                            (f"{count(len(same), 'number')} that moved though the verdict stayed", same)):
            if which:
                blocks.append(_fold(told, [_moved(claims[c], edition["before"].get(c), after[c],
                                                  edition["why"][c]) for c in which], newest))
    return "\n\n".join(blocks) + "\n"


def _fold(summary: str, blocks: Sequence[str], shown: bool = False) -> str:
    """Blocks of Markdown behind a line that opens them."""
    head = f'<details class="em-fold"{" open" if shown else ""}><summary>{summary}</summary>'
    return "\n\n".join([head, *blocks, "</details>"])


def _moved(claim: Item, before: Any, now: Any, why: str) -> str:
    rows = [(when, _verdict(result), plain(number_text(result)) if result else "")
            for when, result in (("before", before), ("after", now))]
    lines = "\n".join(f"- {when}: *{verdict}*{f', {text}' if text else ''}"
                      for when, verdict, text in rows)
    was, is_ = _verdict(before), _verdict(now)
    step = was if was == is_ else f"{was} → {is_}"
    head = f"**[{claim['id']}](#{claim['id'].lower()})** {plain(claim['claim'])}"
    short = escape(cut(claim["claim"], 70).rstrip("."))
    return _fold(f"<b>{claim['id']}</b> {step} <span>{short}</span>", [head, f"{lines}\n- why: {plain(why)}"])
