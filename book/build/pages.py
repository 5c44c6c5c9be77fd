"""The pages of the site that are made from files: claims ledger, its score, write-ups, data cards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from emergence_utils.report import VERDICTS
from emergence_utils.report import ledger as read_ledger

from .answer import answer_block, sides_block, writeups_block
from .changed import CHANGES, changed_page
from .imports import imports_block
from .opening import write_opening
from .parts import (
    Item,
    answer_facts,
    checked,
    fact_list,
    ledger_claims,
    plain,
    read_json,
    said_verdict,
    score_block,
    verdict_of,
)
from .quality import quality_block
from .rates import rates_block, rule_facts, rules_block
from .writeups import WRITEUPS, writeup_pages

__all__ = ["card_page", "cards_index", "ledger_page", "write_pages"]

PACKAGE = "data/datapackage.json"
_RESOURCE = ("name", "path", "title", "description", "licenses", "sources", "hash", "bytes", "rows", "schema",
             "caveats", "missing", "transform", "bibtex", "citation")
#: Explains what `rule_facts` adds to the claims.
_RULES = ("*Decides at* says which true values a rule would decide four times of five, given how wide our "
          "interval is; between them our tables cannot see. *In simulated worlds* says what the rule answers "
          "where the truth is known, because the scores were simulated: by steps, by hinges (nothing, then a "
          "straight rise), by smooth rises, or by guessing only. [More on both](#rules-err).")


def _paragraphs(value: Any) -> list[str]:
    """A string, or a list or object of strings, as Markdown blocks (a data package's texts are Markdown)."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    lines = [f"`{k}`: {v}" for k, v in value.items()] if isinstance(value, Mapping) else value
    return ["\n".join(f"- {' '.join(str(line).split())}" for line in lines)] if lines else []


def _said_by(key: str, source: Item) -> str:
    return f"[{plain(source['author'])} ({source['date'][:4]})](#source-{key.lower()})"


def _claim_block(claim: Item, sources: Item, chapters: Collection[str],
                 more: list[tuple[str, str]]) -> list[str]:
    verdict = verdict_of(claim)
    facts = [("Said by", ", ".join(_said_by(key, sources[key]) for key in claim["said_by"])),
             ("Test", plain(claim["test"])), *answer_facts(claim, chapters, ".."),
             *((term, plain(text)) for term, text in more if text)]
    badge = f"[{said_verdict(claim)}]{{.em-badge .{VERDICTS[verdict]}}}"
    return [f"({claim['id'].lower()})=\n### {claim['id']} {badge}",
            f"{{.em-claim}}\n{plain(claim['claim'])}", fact_list(facts)]


def ledger_page(ledger: Any, chapters: Collection[str] = (),
                more: Mapping[str, list[tuple[str, str]]] | None = None) -> str:
    """Write the claims ledger as MyST Markdown; claims link to no notebooks but `chapters`.

    `more` has further facts by claim, each a term and a text.
    """
    claims, sources = ledger_claims(ledger), ledger["sources"]
    blocks = ["# Claims ledger",
              "What has been said about emergence, claim by claim: who said it, the test that decides it, "
              "the number that came out and the cell that computes it.",
              "```{include} how_to_read.md\n```",
              *([_RULES] if any(text for facts in (more or {}).values() for _, text in facts) else []),
              score_block(ledger)]
    for group in dict.fromkeys(c["group"] for c in claims):
        blocks.append(f"## {plain(group)}")
        for claim in claims:
            blocks += _claim_block(
                claim, sources, chapters, (more or {}).get(claim["id"], [])
            ) if claim["group"] == group else []
    blocks.append("## Who said it")
    for key, source in sources.items():
        author, *rest = (plain(source[k]) for k in ("author", "title", "venue", "date"))
        blocks.append(f"(source-{key.lower()})=\n**{author}**: {', '.join(rest)}.")
    return "\n\n".join(blocks) + "\n"


def _resource(item: Any) -> Item:
    name = item.get("name", "?") if isinstance(item, Mapping) else "?"
    return checked(item, _RESOURCE, f"{PACKAGE}, resource '{name}'", more=None)


def _links(items: Iterable[Item]) -> str:
    """Titles of sources or licences, linked where they have an address, with the commit where known."""
    out = []
    for item in items:
        title = plain(item.get("title") or item.get("name") or item.get("path") or "")
        link = f"[{title}]({item['path']})" if str(item.get("path")).startswith("http") else title
        out.append(link + (f", commit `{item['commit'][:12]}`" if item.get("commit") else ""))
    return "; ".join(out)


def card_page(resource: Any) -> str:
    """Write the data card of one resource of ``data/datapackage.json`` as MyST Markdown."""
    item = _resource(resource)
    name = item["name"]
    fields = checked(item["schema"], ("fields",), f"{PACKAGE}, schema of '{name}'", more=None)["fields"]
    facts = [("Source", _links(item["sources"])), ("Licence", _links(item["licenses"])),
             ("Rows", f"{item['rows']:,}"),
             ("File", f"{{download}}`data/{item['path']} <../../data/{item['path']}>`, "
                      f"{item['bytes']:,} bytes"),
             ("Checksum", f"`{item['hash']}`")]
    columns = [(f"`{f['name']}`", f"{f.get('description') or f['name']} ("
                + ", ".join(filter(None, (f.get("type"), f.get("unit")))) + ")") for f in fields]
    blocks = [f"(data-{name})=\n# {plain(item['title'])}", *_paragraphs(item["description"]),
              fact_list(facts),
              f'## Load it\n\n```python\nfrom emergence_utils import scores\nscores.load("{name}")\n```',
              f"## Columns\n\n{fact_list(columns)}"]
    for key, title in (("caveats", "Caveats"), ("missing", "What is missing, and why"),
                       ("transform", "How it was made")):
        if text := _paragraphs(item[key]):
            blocks += [f"## {title}", *text]
    if item["bibtex"]:  # its first line holds the key that `citation` names
        blocks.append(f"## Cite it\n\n```bibtex\n{item['bibtex'].strip()}\n```")
    elif item["citation"]:
        blocks.append(f"## Cite it\n\n{item['citation']}")
    return "\n\n".join(blocks) + "\n"


def cards_index(package: Any) -> str:
    """Write the page that lists all data cards."""
    items = [_resource(r) for r in checked(package, ("resources",), PACKAGE, more=None)["resources"]]
    rows = "\n".join(f"| [{plain(i['title'])}]({i['name']}.md)<br>`{i['name']}` | {i['rows']:,} | "
                     f"{', '.join(plain(x.get('title') or x['name']) for x in i['licenses'])} |"
                     for i in items)
    return ("# Data cards\n\nEvery published number in this book comes from one of these tables. A card says "
            "what is in the table, where it comes from, what is missing and why, under which licence it may "
            f"be used, and how to load it.\n\n| table and key | rows | licence |\n|---|--:|---|\n{rows}\n")


def write_pages(root: str | Path = ".") -> list[Path]:
    """Write every generated page under `root` that is not yet as it should be; return all their paths."""
    root = Path(root)
    ledger, package = read_ledger(root), read_json(root, PACKAGE)
    chapters = {p.stem for p in (root / "notebooks").glob("*.ipynb")}
    texts = {root / "book/ledger.md": ledger_page(ledger, chapters, rule_facts(ledger, root)),
             root / "book/_generated/score.md": score_block(ledger),
             root / "book/_generated/answer.md": answer_block(ledger),
             root / "book/_generated/quality.md": quality_block(root),
             root / "book/_generated/imports.md": imports_block(root),
             root / "book/_generated/rates.md": rates_block(root),
             root / "book/_generated/rules.md": rules_block(ledger, root),
             root / "book/data/index.md": cards_index(package)}
    if (root / CHANGES).exists():
        texts[root / "book/changed.md"] = changed_page(read_json(root, CHANGES), ledger)
    texts |= {root / f"book/data/{item['name']}.md": card_page(item) for item in package["resources"]}
    if (root / WRITEUPS).exists():
        pages = writeup_pages(read_json(root, WRITEUPS), ledger, chapters)
        texts |= {root / "book/writeups" / name: text for name, text in pages.items()}
        told = read_json(root, WRITEUPS)
        texts |= {root / "book/_generated/sides.md": sides_block(ledger, told),
                  root / "book/_generated/texts.md": writeups_block(told)}
    for folder in ("data", "writeups"):
        for old in set((root / "book" / folder).glob("*.md")) - set(texts):
            old.unlink()
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
    return [*texts, write_opening(root / "book/_generated")]
