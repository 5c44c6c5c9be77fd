"""The pages of the site that are made from files: claims and their ledger, score, write-ups, data cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from emergence_utils.report import ledger as read_ledger

from .answer import answer_block, sides_block, writeups_block
from .changed import CHANGES, changed_page
from .claims import CLAIMS, claim_pages, ledger_page
from .cost import cost_block
from .forecasts import leaderboard_page
from .imports import imports_block
from .opening import write_opening
from .parts import Item, checked, fact_list, plain, read_json, score_block
from .quality import quality_block
from .rates import rates_block, rule_facts, rules_block
from .teaching import MISCONCEPTIONS, misconceptions_block
from .writeups import WRITEUPS, writeup_pages

__all__ = ["card_page", "cards_index", "ledger_page", "write_pages"]

PACKAGE = "data/datapackage.json"
_RESOURCE = ("name", "path", "title", "description", "licenses", "sources", "hash", "bytes", "rows", "schema",
             "caveats", "missing", "transform", "bibtex", "citation")


def _paragraphs(value: Any) -> list[str]:
    """A string, or a list or object of strings, as Markdown blocks (a data package's texts are Markdown)."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    lines = [f"`{k}`: {v}" for k, v in value.items()] if isinstance(value, Mapping) else value
    return ["\n".join(f"- {' '.join(str(line).split())}" for line in lines)] if lines else []


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
    writeups = read_json(root, WRITEUPS) if (root / WRITEUPS).exists() else {}
    drawn, board = root / "book/_generated/imports.md", root / "book/leaderboard.md"
    cost = root / "book/_generated/cost.md"
    texts = {root / "book/ledger.md": ledger_page(ledger),
             root / "book/_generated/score.md": score_block(ledger, to="ledger.html"),
             root / "book/_generated/answer.md": answer_block(ledger),
             root / "book/_generated/quality.md": quality_block(root),
             drawn: imports_block(root, drawn.read_text(encoding="utf-8") if drawn.exists() else ""),
             cost: cost_block(root, cost.read_text(encoding="utf-8") if cost.exists() else ""),
             root / "book/_generated/rates.md": rates_block(root),
             root / "book/_generated/rules.md": rules_block(ledger, root),
             board: leaderboard_page(root, board.read_text(encoding="utf-8") if board.exists() else ""),
             root / "book/data/index.md": cards_index(package)}
    if (root / MISCONCEPTIONS).exists():
        texts[root / "book/_generated/misconceptions.md"] = misconceptions_block(ledger, root)
    if (root / CHANGES).exists():
        texts[root / "book/changed.md"] = changed_page(read_json(root, CHANGES), ledger)
    texts |= {root / f"book/data/{item['name']}.md": card_page(item) for item in package["resources"]}
    if writeups:
        pages = writeup_pages(writeups, ledger, chapters)
        texts |= {root / "book/writeups" / name: text for name, text in pages.items()}
        texts |= {root / "book/_generated/sides.md": sides_block(ledger, writeups),
                  root / "book/_generated/texts.md": writeups_block(writeups)}
    pages = claim_pages(ledger, chapters, rule_facts(ledger, root), writeups, root)
    texts |= {root / CLAIMS / name: text for name, text in pages.items()}
    for folder in ("data", "writeups", "claims"):
        for old in set((root / "book" / folder).glob("*.md")) - set(texts):
            old.unlink()
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
    return [*texts, write_opening(root / "book/_generated")]
