"""What the generated pages share: checked input, and numbers and text as Markdown."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from emergence_utils.errors import InputError
from emergence_utils.report import VERDICTS

__all__ = ["DECIDED", "LEDGER", "WAITS", "Item", "checked", "fact_list", "ledger_claims",
           "plain", "read_json", "said_verdict", "score_block", "sentence", "verdict_line", "verdict_of"]

#: The verdicts that decide a claim.
DECIDED = ("holds", "holds with limits", "fails")
#: Those that the score counts; facts and opinions stand beside it.
SCORED = (*DECIDED, "open")
#: From whom what would decide an open claim can come.
WAITS = {
    "owners": "for numbers that exist: whoever holds answers or tables could publish them",
    "models": "for more models, of sizes or families that no laptop trains",
    "words": "for words: the answer hangs on what the claim leaves open",
    "laptop": "for work that a reader with a laptop could do",
    "nobody": "for what nobody can count",
}
Item = Mapping[str, Any]
LEDGER = "book/claims.yml"
_CLAIM = ("id", "group", "said_by", "claim", "test", "chapter", "result")
_RESULT = ("verdict", "because", "rule", "estimate", "interval", "level", "unit", "n", "status", "notes",
           "anchor")


def checked(item: Any, keys: tuple[str, ...], where: str, more: Collection[str] | None = ()) -> Item:
    """`item`, once it is an object that has `keys` and no others but those in `more` (None: any)."""
    if not isinstance(item, Mapping):
        raise InputError(f"{where} must be an object; it is {type(item).__name__}.")
    for key in keys:
        if key not in item:
            raise InputError(f"{where} lacks the key '{key}'.")
    for key in item:
        if more is not None and key not in (*keys, *more):
            raise InputError(f"{where} has an unknown key '{key}'; accepted: {', '.join(keys)}.")
    return item


def plain(text: str) -> str:
    """Text as Markdown that shows it letter by letter."""
    text = re.sub(r"([\\`*_{}\[\]<>#|$~&])", r"\\\1", " ".join(str(text).split()))
    return re.sub(r"^(\d+(?=[.)]\s)|(?=[-+:=]))", r"\1\\", text)  # no list, no rule at the start


def fact_list(items: Iterable[tuple[str, str]]) -> str:
    """Terms and texts as a definition list; empty texts are left out."""
    return "{.em-facts}\n" + "\n\n".join(f"{term}\n: {text}" for term, text in items if text)


def ledger_claims(ledger: Any) -> list[Item]:
    """The claims of a ledger, checked."""
    top = checked(ledger, ("claims", "sources"), LEDGER, more=("sides",))
    for key, source in top["sources"].items():
        checked(source, ("author", "title", "date", "venue"), f"{LEDGER}, source {key}")
    for number, claim in enumerate(top["claims"], 1):
        where = f"claim {claim.get('id', number) if isinstance(claim, Mapping) else number}"
        checked(claim, _CLAIM, f"{LEDGER}, {where}", more=("quantifier", "rule", "redrawn", "needs"))
        if claim["result"] is not None:
            checked(claim["result"], _RESULT, f"{LEDGER}, result of {where}", more=(
                "fmt", "counted", "limit", "kind", "near_tie", "strength", "answers", "numbers", "clusters",
                "clustered_by"))
        if (verdict := verdict_of(claim)) not in VERDICTS:
            accepted = ", ".join(VERDICTS)
            raise InputError(f"{LEDGER}, {where}: unknown verdict '{verdict}'; accepted: {accepted}.")
        if "needs" in claim:
            needs = checked(claim["needs"], ("from", "what"), f"{LEDGER}, needs of {where}")
            if needs["from"] not in WAITS:
                raise InputError(f"{LEDGER}, {where}: needs come from '{needs['from']}'; accepted: "
                                 f"{', '.join(WAITS)}.")
        for key in claim["said_by"]:
            if key not in top["sources"]:
                raise InputError(f"{LEDGER}, {where}: 'said_by' names the unknown source '{key}'.")
    return list(top["claims"])


def verdict_of(claim: Item) -> str:
    """The verdict on a claim; open where there is none yet."""
    return str(claim["result"]["verdict"]) if claim["result"] else "open"


def said_verdict(claim: Item) -> str:
    """The verdict in a badge; where a fact is not as the claim says, with how it is."""
    verdict, result = verdict_of(claim), claim["result"]
    return f"{verdict}: {result['limit']}" if verdict == "fact" and result.get("limit") else verdict


def verdict_line(claim: Item, limit: bool = True) -> str:
    """The verdict on a claim as a badge, our one line and, with `limit`, the limit it has, as Markdown."""
    said, result = said_verdict(claim), claim["result"]
    badge = f"[{plain(said)}]{{.em-badge .{VERDICTS[verdict_of(claim)]}}}"
    if not result:
        return f"{badge} There is no number yet."
    within = ""
    if limit and result.get("limit") and said == verdict_of(claim):
        within = f" *Limit:* {plain(sentence(result['limit']))}"
    return f"{badge} {plain(sentence(result['because']))}{within}"


def sentence(text: str) -> str:
    """`text` with a large first letter and a full stop.

    Examples
    --------
    >>> sentence("so it is")
    'So it is.'
    """
    text = " ".join(str(text).split())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".") if text else ""


def score_block(ledger: Any, to: str = "", by: str = "") -> str:
    """Count the verdicts: one sentence and a row of tiles, as HTML.

    Parameters
    ----------
    ledger : mapping
    to : str
        Address of the ledger's page: each tile then leads to its claims there. Empty for plain tiles.
    by : str
        Keys of sources, joined by commas, to which those links narrow the ledger too.
    """
    counts = Counter(map(verdict_of, ledger_claims(ledger)))
    tiles = "\n".join(f'<li class="{c}">{_tile(counts[v], v, to, by)}</li>' for v, c in VERDICTS.items()
                      if counts[v] or v in SCORED)
    decided = sum(counts[v] for v in DECIDED)
    words = {"fact": ("fact checked", "facts checked"), "opinion": ("opinion", "opinions")}
    beside = ", ".join(f"{counts[v]} {word[counts[v] > 1]}" for v, word in words.items() if counts[v])
    other = f"; beside the score {beside}" if beside else ""
    return (f"<p>{counts.total()} claims: {decided} decided by numbers, {counts['open']} open{other}.</p>\n"
            f'<ul class="em-score" aria-label="Claims by verdict">\n{tiles}\n</ul>\n')


def _tile(n: int, verdict: str, to: str, by: str) -> str:
    text = f"<strong>{n}</strong> {verdict}"
    if not to:
        return text
    asked = f"by={by}&amp;" if by else ""
    return f'<a href="{to}?{asked}verdict={verdict.replace(" ", "+")}#em-filter">{text}</a>'


def read_json(root: Path, name: str) -> Any:
    """A JSON file of the checkout."""
    try:
        return json.loads((root / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{name} is not there; run this from the root of the repository.") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{name} is not valid JSON: {error}.") from None
