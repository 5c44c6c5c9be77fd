"""What the search page looks through as one types: claims, chapters and words that stand for one another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from emergence_utils.errors import InputError
from emergence_utils.report import VERDICTS

from .claims import CLAIMS
from .parts import checked, ledger_claims, said_verdict, sentence, verdict_of

__all__ = ["SYNONYMS", "claims_script", "read_synonyms"]

#: Which words a reader may use for one another.
SYNONYMS = "book/synonyms.yml"


def read_synonyms(root: str | Path = ".") -> list[list[str]]:
    """Groups of words and phrases that stand for one another, from ``book/synonyms.yml``.

    Raises
    ------
    InputError
        If the file is not there, is no YAML, or a group is no list of two words or more.
    """
    try:
        content = yaml.safe_load((Path(root) / SYNONYMS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{SYNONYMS} is not there; run this from the root of the repository.") from None
    except yaml.YAMLError as error:
        raise InputError(f"{SYNONYMS} is not valid YAML: {' '.join(str(error).split())}.") from None
    groups = checked(content, ("synonyms",), SYNONYMS)["synonyms"]
    for number, group in enumerate(groups, 1):
        if not isinstance(group, list) or len(group) < 2 or not all(w and isinstance(w, str) for w in group):
            raise InputError(f"{SYNONYMS}, group {number} must be a list of two words or more; it is "
                             f"{group!r}.")
    return [list(group) for group in groups]


def claims_script(ledger: Any, chapters: Iterable[Mapping[str, str]] = (),
                  synonyms: Iterable[Iterable[str]] = ()) -> str:
    """Write what is searched as JavaScript that sets ``emSearch``.

    Parameters
    ----------
    ledger : mapping
        The claims with their results.
    chapters : iterable of mapping
        Each with ``title``, ``href`` from the root of the site, and ``text``, its question.
    synonyms : iterable of iterables of str
        Groups of words that stand for one another.

    Returns
    -------
    str
        ``claims``: each with ``id``, ``href``, ``verdict``, its class ``tone``, the ``claim`` itself and
        ``more``: group, authors, test and reason, which are searched too but count less; and the other two.
    """
    rows = []
    for item in ledger_claims(ledger):
        because = sentence(item["result"]["because"]) if item["result"] else ""
        authors = [ledger["sources"][key]["author"] for key in item["said_by"]]
        rows.append({"id": item["id"], "href": f"{CLAIMS}/{item['id'].lower()}.html",
                     "verdict": said_verdict(item), "tone": VERDICTS[verdict_of(item)],
                     "claim": " ".join(item["claim"].split()), "why": because,
                     "more": " ".join((item["group"], *authors, *item["test"].split()))})
    whole = {"claims": rows, "chapters": list(chapters), "synonyms": [list(g) for g in synonyms]}
    data = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"window.emSearch = {data};\n"
