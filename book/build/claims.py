"""The claims as pages and as files: the ledger that lists them, one page each, and tables to download."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from emergence_utils.report import VERDICTS, count, notes_text, strength_text

from .answer import Side, sides_of
from .cards import write_claim
from .chapter import last_commit
from .citing import CITATION, Citation, cite_html, read_work
from .claim_figure import claim_figure, tiny_figure
from .claim_words import cut, description, meaning, number_words, parts_of, short_number, title_of
from .parts import (
    WAITS,
    Item,
    fact_list,
    ledger_claims,
    plain,
    said_verdict,
    score_block,
    sentence,
    verdict_line,
    verdict_of,
)
from .remote import public_address

__all__ = ["CLAIMS", "FILTER", "ClaimCard", "claim_card", "claim_cards", "claim_pages", "claims_csv",
           "claims_json", "ledger_page"]

#: Folder of the pages.
CLAIMS = "book/claims"
#: Where the ledger's filter goes; the site's extension knows the titles of the chapters.
FILTER = '<div id="em-filter"></div>'
#: Explains what `rule_facts` adds to the claims.
_RULES = ("*Decides at* says which true values the rule would decide four times of five, given how wide our "
          "interval is; between them our tables cannot see. *In simulated worlds* says what the rule answers "
          "where the truth is known, because the scores were simulated: by steps, by hinges (nothing, then a "
          "straight rise), by smooth rises, or by guessing only. [More on both](#rules-err).")
_RESULT = ("limit", "kind", "because", "estimate", "level", "unit", "n", "counted", "clusters",
           "clustered_by", "status", "strength", "rule")
_FILES = ('All claims with their results as files: <a href="../_static/claims.csv" download>CSV</a> and '
          '<a href="../_static/claims.json" download>JSON</a>. One row is one claim: who said it, verdict, '
          "estimate with the ends of its interval (low, high), n and the number of groups behind it, rule "
          "and test; the JSON file also has the number of each condition.")
Facts = Mapping[str, list[tuple[str, str]]]


# ---- the ledger


def ledger_page(ledger: Any) -> str:
    """Write the claims ledger as MyST Markdown: one line a claim, by group, each leading to its own page."""
    claims, sources = ledger_claims(ledger), ledger["sources"]
    blocks = ["# Claims ledger",
              "What has been said about emergence, claim by claim, each with its verdict. A claim leads to "
              "its page: who said it, the number that came out, the rule and the cell that computes it. "
              "[How to read a verdict](#how-to-read-a-verdict).",
              score_block(ledger, to="ledger.html"), FILTER]
    for group in dict.fromkeys(c["group"] for c in claims):
        rows = "\n".join(_row(c) for c in claims if c["group"] == group)
        blocks.append(f'## {plain(group)}\n\n<ul class="em-claims">\n{rows}\n</ul>')
    blocks += [_waiting(claims), "(how-to-read-a-verdict)=\n## How to read a verdict",
               "```{include} how_to_read.md\n```", f"## The claims as files\n\n<p>{_FILES}</p>",
               "## Who said it"]
    for key, source in sources.items():
        author, *rest = (plain(source[k]) for k in ("author", "title", "venue", "date"))
        blocks.append(f"(source-{key.lower()})=\n**{author}**: {', '.join(rest)}.")
    return "\n\n".join(blocks) + "\n"


def _waiting(claims: list[Item]) -> str:
    """The open claims by what they wait for, the most first."""
    waiting: dict[str, list[str]] = {}
    for claim in claims:
        if verdict_of(claim) == "open" and claim.get("needs"):
            link = f'<a href="claims/{claim["id"].lower()}.html">{claim["id"]}</a>'
            waiting.setdefault(claim["needs"]["from"], []).append(link)
    rows = [f"- **{len(found)}** {WAITS[source]}: {', '.join(found)}."
            for source, found in sorted(waiting.items(), key=lambda item: -len(item[1]))]
    head = "## What the open claims wait for\n\nThe page of each says what would decide it. They wait:"
    return "\n".join([f"{head}\n", *rows]) if rows else ""


def _row(claim: Item) -> str:
    """A line of the list. It has the claim's old anchor, which stands in addresses all over the web."""
    key, verdict, result = claim["id"].lower(), verdict_of(claim), claim["result"]
    strength = "" if not result or result.get("strength") is None else f"{float(result['strength']):.3g}"
    words = " ".join(claim["claim"].split())
    number, span, ends = short_number(claim).partition(" (")
    number = escape(number) + (f" <small>({escape(ends)}</small>" if span else "")
    return (f'<li id="{key}" class="em-row {VERDICTS[verdict]}" data-by="{" ".join(claim["said_by"])}" '
            f'data-chapter="{escape(claim["chapter"])}" data-verdict="{verdict.replace(" ", "-")}" '
            f'data-strength="{strength}">'
            f'<a href="claims/{key}.html"><b>{claim["id"]}</b> <span>{escape(words)}</span></a>'
            f'<span class="em-badge {VERDICTS[verdict]}">{escape(said_verdict(claim))}</span>'
            f'<span class="em-row-number">{number}</span>{tiny_figure(claim)}</li>')


# ---- one page each


def claim_pages(ledger: Any, chapters: Collection[str] = (), more: Facts | None = None,
                writeups: Mapping[str, Item] | None = None, root: str | Path | None = None) -> dict[str, str]:
    """Write the page of every claim as MyST Markdown.

    Parameters
    ----------
    ledger : mapping
        Sources, and claims with their results.
    chapters : collection of str
        Stems of the notebooks that exist; claims link to no others.
    more : mapping, optional
        Further facts by claim, each a term and a text.
    writeups : mapping, optional
        ``book/writeups.json``: its statements are named on the pages of the claims that they make.
    root : path, optional
        The checkout whose ``CITATION.cff`` and history say how to cite a page; None for no citation.

    Returns
    -------
    dict of str to str
        File name, ``c9.md``, to text.
    """
    cite = _citer(Path(root)) if root is not None and (Path(root) / CITATION).exists() else None
    pages = {}
    for claim in ledger_claims(ledger):
        blocks = _page(claim, ledger["sources"], chapters, (more or {}).get(claim["id"], []), writeups or {},
                       sides_of(ledger))
        if cite:
            blocks.append(cite(claim))
        pages[f"{claim['id'].lower()}.md"] = "\n\n".join(filter(None, blocks)) + "\n"
    return pages


def _page(claim: Item, sources: Item, chapters: Collection[str], more: list[tuple[str, str]],
          writeups: Mapping[str, Item], sides: Collection[Side] = ()) -> list[str]:
    chapter = claim["chapter"]
    said = ", ".join(_said_by(key, sources[key], key in writeups) for key in claim["said_by"])
    where = f"; decided in [](../../notebooks/{chapter}.ipynb)" if chapter in chapters else ""
    papers = "; ".join(f"{{cite:t}}`{side.paper}` for the side “{plain(side.name)}”" for side in sides
                       if set(side.sources) & set(claim["said_by"]))
    papers = f" The paper behind it: {papers}." if papers else ""
    blocks = [f"({claim['id'].lower()})=\n# {plain(title_of(claim))}",
              f":::{{container}} em-by\nSaid by {said}{where}.{papers} "
               f'<a href="../ledger.html#{claim["id"].lower()}">All claims</a>\n:::',
               f"{{.em-answer}}\n{verdict_line(claim)}",
               f"{{.em-meaning}}\n{plain(meaning(claim))}", claim_figure(claim)]
    if words := number_words(claim):
        blocks.append(f"## The number\n\n{plain(words)}")
        blocks.append(fact_list((plain(p.name), f"{p.answer}: {plain(p.say())}")
                                for p in parts_of(claim) if p.name)
                      if any(p.name for p in parts_of(claim)) else "")
    facts = [("Test", plain(claim["test"])), *_needs(claim), *_rule(claim, chapters),
             *((term, plain(text)) for term, text in more if text)]
    blocks.append(f"## How it is decided\n\n{fact_list(facts)}")
    if any(text for _, text in more):
        blocks.append(f"{{.em-meaning}}\n{_RULES}")
    made = [f"- [{plain(item['name'])}, statement {n}: {plain(s['title'])}](#{key.lower()}-{n})"
            for key, item in writeups.items() for n, s in enumerate(item["statements"], 1)
            if claim["id"] in s["claims"]]
    if made:
        blocks.append("## Where it is said\n\n" + "\n".join(made))
    return blocks


def _needs(claim: Item) -> list[tuple[str, str]]:
    """What would decide an open claim, and from whom it can come."""
    needs = claim.get("needs")
    if not needs or verdict_of(claim) != "open":
        return []
    return [("Would decide it", f"{plain(needs['what'])} It waits {plain(WAITS[needs['from']])}.")]


def _said_by(key: str, source: Item, has_page: bool) -> str:
    anchor = key.lower() if has_page else f"source-{key.lower()}"
    return f"[{plain(source['author'])} ({source['date'][:4]})](#{anchor})"


def _rule(claim: Item, chapters: Collection[str]) -> list[tuple[str, str]]:
    result = claim["result"]
    if not result:
        return []
    notes = notes_text(result["notes"])
    rule = "" if result["rule"] == result["because"] else result["rule"]  # else the page says it twice
    found = [("Rule", plain(rule)), ("Strength", plain(strength_text(result))),
             ("Redrawn", plain(claim.get("redrawn") or "")), ("Notes", plain(notes))]
    if claim["chapter"] in chapters:
        href = f"../../notebooks/{claim['chapter']}.html#{result['anchor']}"
        found.append(("Code", f'<a href="{href}">the cell that decides {claim["id"]}</a>'))
    return found


def _citer(root: Path) -> Any:
    """A function that says how to cite the page of a claim."""
    work, base, day = read_work(root), public_address(root), last_commit(root, "book/results.json")

    def cite(claim: Item) -> str:
        title = f"Claim {title_of(claim)}"
        url = f"{base}{CLAIMS}/{claim['id'].lower()}.html" if base else None
        return cite_html(Citation(work, title, day=day, url=url), "claim").strip()

    return cite


# ---- files


def _record(claim: Item, sources: Item) -> dict[str, Any]:
    """What the files say of one claim, without the numbers of single conditions."""
    result = claim["result"] or {}
    low, high = result.get("interval") or (None, None)
    first = {"id": claim["id"], "claim": " ".join(claim["claim"].split()), "group": claim["group"],
             "said_by": list(claim["said_by"]), "authors": [sources[k]["author"] for k in claim["said_by"]],
             "chapter": claim["chapter"], "quantifier": claim.get("quantifier"), "verdict": verdict_of(claim)}
    last = {k: result.get(k) for k in _RESULT} | {"low": low, "high": high}
    return first | last | {"test": " ".join(claim["test"].split()), "redrawn": claim.get("redrawn"),
                           "page": f"{CLAIMS}/{claim['id'].lower()}.html"}


def claims_csv(ledger: Any) -> str:
    """All claims with their results as CSV; several names in one cell are joined by ``; ``."""
    rows = [_record(c, ledger["sources"]) for c in ledger_claims(ledger)]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else ["id"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: "; ".join(v) if isinstance(v, list) else v for k, v in row.items()})
    return out.getvalue()


def claims_json(ledger: Any) -> str:
    """All claims with their results as JSON: sources, and claims with the number of each condition."""
    rows = [_record(c, ledger["sources"])
            | {"conditions": (c["result"] or {}).get("numbers") or {},
               "answers": (c["result"] or {}).get("answers") or {}} for c in ledger_claims(ledger)]
    whole = {"sources": dict(ledger["sources"]), "claims": rows}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


# ---- previews


@dataclass(frozen=True)
class ClaimCard:
    """What a link preview of a claim's page shows.

    Attributes
    ----------
    docname : str
        Of the page, e.g. ``book/claims/c9``.
    title, subtitle : str
        The claim, short enough for a picture; its number and who said it.
    counts : dict of str to int
        Its verdict, as `cards.card_alt` takes it.
    line : str
        Our answer in one line.
    description : str
        For the page's description; `head.shorten` cuts it.
    """

    docname: str
    title: str
    subtitle: str
    counts: dict[str, int]
    line: str
    description: str

    @property
    def picture(self) -> str:
        """Name of its picture, without the ending."""
        return f"claim-{self.docname.rpartition('/')[2]}"

    def write(self, folder: Path, cache: Path) -> None:
        """Put its picture into `folder`; `cache` keeps what was drawn before."""
        write_claim(folder / f"{self.picture}.png", cache, self.title, next(iter(self.counts)), self.line,
                    over=self.subtitle)


def claim_card(claim: Item, sources: Item) -> ClaimCard:
    """The preview of one claim."""
    first, *others = (sources[key]["author"] for key in claim["said_by"])
    said = f"{first} and {count(len(others), 'other')}" if others else first
    because = sentence(claim["result"]["because"]) if claim["result"] else "There is no number yet."
    return ClaimCard(f"{CLAIMS}/{claim['id'].lower()}", cut(claim["claim"], 120).rstrip("."),
                     f"Claim {claim['id']} · {said}", {verdict_of(claim): 1}, because, description(claim))


def claim_cards(ledger: Any) -> list[ClaimCard]:
    """The previews of all claims, in the order of the ledger."""
    return [claim_card(c, ledger["sources"]) for c in ledger_claims(ledger)]
