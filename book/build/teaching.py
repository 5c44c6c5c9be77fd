"""The lecturer's table of misconceptions, each with the cell that shows otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from emergence_utils.errors import InputError

from .parts import Item, checked, plain

__all__ = ["MISCONCEPTIONS", "misconceptions_block"]

MISCONCEPTIONS = "book/teaching.yml"
_FIELDS = ("believed", "truth", "claim", "verdict")


def misconceptions_block(ledger: Any, root: str | Path = ".") -> str:
    """A definition list for the lecturer's guide.

    Parameters
    ----------
    ledger : dict
        Claims with their results.
    root : path
        Of the repository.

    Returns
    -------
    str
        MyST Markdown.

    Raises
    ------
    InputError
        If a claim does not exist, or its verdict is no longer the one that a sentence rests on.
    """
    claims: dict[str, Item] = {claim["id"]: claim for claim in ledger["claims"]}
    rows = yaml.safe_load((Path(root) / MISCONCEPTIONS).read_text(encoding="utf-8"))
    blocks = []
    for number, row in enumerate(rows, 1):
        item = checked(row, _FIELDS, f"{MISCONCEPTIONS}, entry {number}")
        if item["claim"] not in claims:
            raise InputError(f"{MISCONCEPTIONS}, entry {number}: there is no claim '{item['claim']}'.")
        claim = claims[item["claim"]]
        verdict = claim["result"]["verdict"]
        if verdict != item["verdict"]:
            raise InputError(f"{MISCONCEPTIONS}, entry {number}: {claim['id']} is now '{verdict}' and was "
                             f"'{item['verdict']}'; write the sentence anew.")
        cell = f"../notebooks/{claim['chapter']}.html#{claim['result']['anchor']}"
        blocks.append(f"*{plain(item['believed'])}*\n: {plain(item['truth'])} "
                      f'([{claim["id"]}](claims/{claim["id"].lower()}.md): {item["verdict"]}; '
                      f'<a href="{cell}">the cell</a>)')
    return "\n\n".join(blocks) + "\n"
