"""One page for each write-up that the book answers: what it says, in order, and our answer beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from emergence_utils.errors import InputError

from .parts import Item, checked, ledger_claims, plain, score_block, verdict_line, verdict_of

__all__ = ["WRITEUPS", "writeup_pages"]

WRITEUPS = "book/writeups.json"
_WRITEUP = ("name", "citation", "summary", "statements")
_STATEMENT = ("title", "says", "claims")

_OPENING = ("The debate reached many readers by way of a few write-ups: an essay, notes on a paper, a forum "
            "post, an interview and a news article. Each has a page here that goes through it statement by "
            "statement. A verdict judges a sentence, not its author.")


def writeup_pages(writeups: Any, ledger: Any, chapters: Collection[str] = ()) -> dict[str, str]:
    """Write the page of every write-up and the index of them, as MyST Markdown.

    Parameters
    ----------
    writeups : mapping
        ``book/writeups.json``: for each source of the ledger its short ``name``, the ``citation`` key
        (or null), a ``summary``, and its ``statements`` in order, each with a ``title``, what it
        ``says``, the ids of the ``claims`` it makes and, if need be, a ``remark``.
    ledger : mapping
        ``book/claims.yml`` with its results.
    chapters : collection of str
        Stems of the notebooks that exist; claims link to no others.

    Returns
    -------
    dict of str to str
        File name to text: ``index.md`` and ``s0.md``, ``s1.md`` and so on.

    Raises
    ------
    InputError
        On a key that is missing or unknown, a claim or source that the ledger does not have, a
        statement without claim and remark, or a claim that no statement of its write-up makes.
    """
    claims = {c["id"]: c for c in ledger_claims(ledger)}
    if not isinstance(writeups, Mapping):
        raise InputError(f"{WRITEUPS} must be an object; it is {type(writeups).__name__}.")
    for key, item in writeups.items():
        if key not in ledger["sources"]:
            raise InputError(f"{WRITEUPS}: unknown source '{key}'; the ledger has "
                             f"{', '.join(ledger['sources'])}.")
        _check(key, item, claims)
    pages = {f"{key.lower()}.md": _page(key, item, claims, ledger["sources"][key], chapters)
             for key, item in writeups.items()}
    return {"index.md": _index(writeups, claims, ledger["sources"])} | pages


def _check(key: str, item: Any, claims: Mapping[str, Item]) -> None:
    checked(item, _WRITEUP, f"{WRITEUPS}, {key}")
    for number, statement in enumerate(item["statements"], 1):
        where = f"{WRITEUPS}, {key}, statement {number}"
        checked(statement, _STATEMENT, where, more=("remark",))
        for claim in statement["claims"]:
            if claim not in claims:
                raise InputError(f"{where} names the unknown claim '{claim}'; the ledger has "
                                 f"{next(iter(claims))} to {list(claims)[-1]}.")
        if not statement["claims"] and not statement.get("remark"):
            raise InputError(f"{where} has neither a claim nor a remark that says why.")
    made = _made(item)
    for claim in claims.values():
        if key in claim["said_by"] and claim["id"] not in made:
            raise InputError(f"{WRITEUPS}, {key}: no statement makes claim {claim['id']}, which the ledger "
                             "ascribes to it.")


def _made(item: Item) -> list[str]:
    """Ids of the claims of a write-up, each once, in the order of its statements."""
    return list(dict.fromkeys(c for s in item["statements"] for c in s["claims"]))


def _score(key: str, item: Item, claims: Mapping[str, Item], source: Item) -> str:
    made = [dict(claims[c], said_by=[]) for c in _made(item)]
    # where its statements make a claim that the ledger gives to others, the ledger would show fewer
    own = all(key in claims[c]["said_by"] for c in _made(item))
    return score_block({"claims": made, "sources": {"": source}}, to="../ledger.html" if own else "", by=key)


def _origin(item: Item, source: Item) -> str:
    cited = f" {{cite}}`{item['citation']}`" if item["citation"] else ""
    facts = ", ".join(plain(source[k]) for k in ("title", "venue", "date"))
    return f"{plain(source['author'])}: {facts}.{cited}"


def _page(key: str, item: Item, claims: Mapping[str, Item], source: Item, chapters: Collection[str]) -> str:
    blocks = [f"({key.lower()})=\n# {plain(item['name'])}", _origin(item, source), plain(item["summary"]),
              "What it says is told in our words, statement by statement, in its order; our verdicts stand "
              "beside. Each leads to the page of its claim, with the number, the rule and the code.",
              _score(key, item, claims, source)]
    answered: dict[str, int] = {}
    for number, statement in enumerate(item["statements"], 1):
        lines = []
        for claim in statement["claims"]:
            if claim in answered:
                at = f"[statement {answered[claim]}](#{key.lower()}-{answered[claim]})"
                lines.append(f"- [{claim}](#{claim.lower()}) *{verdict_of(claims[claim])}*, as at {at}.")
            else:
                answered[claim] = number
                lines.append(f"- {_answer(claims[claim], chapters)}")
        answers = "{.em-answers}\n" + "\n".join(lines) if lines else ""
        remark = f"**Remark.** {plain(statement['remark'])}" if statement.get("remark") else ""
        beside = "\n\n".join(filter(None, (answers, remark)))
        blocks += [f"({key.lower()}-{number})=\n## {number}. {plain(statement['title'])}",
                   "::::{container} em-statement",
                   f":::{{container}} em-says\n{plain(statement['says'])}\n:::",
                   f":::{{container}} em-verdicts\n{beside}\n:::\n\n::::"]
    return "\n\n".join(blocks) + "\n"


def _answer(claim: Item, chapters: Collection[str]) -> str:
    """Our verdict in one line; where there is none yet, the chapter that will give it."""
    link, chapter = f"[{claim['id']}](#{claim['id'].lower()})", claim["chapter"]
    if claim["result"] or chapter not in chapters:
        return f"{link} {verdict_line(claim, limit=False)}"
    return f"{link} {verdict_line(claim)} To be decided in [](../../notebooks/{chapter}.ipynb)."


def _index(writeups: Mapping[str, Item], claims: Mapping[str, Item], sources: Item) -> str:
    blocks = ["# The write-ups", _OPENING]
    for key, item in writeups.items():
        blocks += [f"## [{plain(item['name'])}]({key.lower()}.md)", _origin(item, sources[key]),
                   plain(item["summary"]), _score(key, item, claims, sources[key])]
    return "\n\n".join(blocks) + "\n"
