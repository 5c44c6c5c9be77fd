"""What a chapter says: computed sentences, tables, and verdicts that reach the claims ledger."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from IPython.display import Markdown, display

from ._checks import need_columns, number_format, short
from ._files import own_file
from ._typed import checked
from .errors import InputError, UnknownNameError
from .results import Result
from .rules import Decision, read_rule

__all__ = ["MIME", "VERDICTS", "collect", "count", "decide", "ledger", "mismatches", "say",
           "small_claims", "table", "update_results", "where"]

#: Every verdict a claim can have, in the order of the score, with its class in book.css.
VERDICTS: dict[str, str] = {"holds": "em-holds", "holds with limits": "em-limits", "fails": "em-fails",
                            "open": "em-open", "fact": "em-fact", "opinion": "em-opinion"}
CLAIMS, RESULTS = "claims.yml", "results.json"
#: The same safe language, read ten times faster where libyaml is there.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MIME = "application/vnd.emergence.verdict+json"
#: Digits kept in the ledger: enough to compare, few enough to be equal on every machine.
_DIGITS = 4


@checked
def say(text: str) -> None:
    """Show Markdown whose numbers were computed; prose that quotes a value goes through here."""
    display(Markdown(text))


@checked
def count(n: float, singular: str, plural: str | None = None) -> str:
    """A number with its noun.

    Examples
    --------
    >>> count(1, "task"), count(3, "ability", "abilities")
    ('1 task', '3 abilities')
    """
    return f"{n:,.0f} {singular if n == 1 else plural or singular + 's'}"


@checked
def where(result: Result, limit: float, *, below: str, covers: str, above: str) -> str:
    """The words that fit where the interval of a number lies, so that a sentence turns with its number.

    Examples
    --------
    >>> from emergence_utils import binomial
    >>> [where(binomial(k, 20), 0.5, below="fewer", covers="cannot tell", above="more") for k in (2, 11, 19)]
    ['fewer', 'cannot tell', 'more']
    """
    if result.interval is None or math.isnan(limit):
        return covers
    return above if result.interval.low > limit else below if result.interval.high < limit else covers


@checked
def table(data: pd.DataFrame, *, caption: str = "", formats: Mapping[str, str] | None = None,
          index: bool = False) -> None:
    """Show a table with formatted numbers, in a box that scrolls on narrow screens.

    Parameters
    ----------
    data : DataFrame
    caption : str
    formats : mapping of column to format spec
        E.g. ``{"value": ".2f", "params": ",.0f"}``; missing values show as a dash.
    index : bool
        Show the index.
    """
    need_columns(data, formats or {})
    shown = data.rename_axis(columns=None)
    for column in shown.columns:
        spec = (formats or {}).get(str(column), "")
        shown[column] = [_cell(v, spec) for v in data[column]]
    shown.columns = [str(c).replace("_", " ") for c in shown.columns]
    # the caption stays outside the scrolling box, else a phone cuts it
    # shown by book.js where the table does go on
    hint = '<span class="em-swipe" style="display:none"> (scroll sideways for all columns)</span>'
    head = f'<p class="em-caption">{escape(caption)}{hint}</p>'
    body = shown.to_html(index=index, border=0, classes="em-table", escape=True)
    box = f'class="em-scroll" tabindex="0" role="region" aria-label="{escape(caption or "table")}"'
    html = f"{head}<div {box}>{body}</div>"
    text = (caption + "\n" if caption else "") + shown.to_string(index=index)
    display({"text/html": html, "text/plain": text}, raw=True)


def _cell(value: Any, spec: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "–"
    if hasattr(value, "item"):
        return _cell(value.item(), spec)
    return format(value, spec) if not isinstance(value, str) else value


@checked
def decide(claim: str, results: Result | Mapping[str, Result] | None = None, *, because: str = "",
           unit: str = "", fmt: str = ".2f", counted: str = "", show: bool = True) -> Decision:
    """Apply the rule of a claim to results, show the verdict and keep it for the ledger.

    Parameters
    ----------
    claim : str
        Its number, e.g. ``"C8"``; its rule stands in ``book/claims.yml``.
    results : Result or mapping of str to Result, optional
        By the names of the rule's conditions; the first is the number that the ledger shows. None for a
        claim whose rule says that no number decides it.
    because : str
        One plain line that a newcomer understands, e.g. ``"in 3 of 7 ladders"``.
    unit, fmt : str
        Unit of the number and how to print it.
    counted : str
        What n counts, e.g. ``"tasks"``.
    show : bool
        False for a small claim, which `small_claims` shows with others at the end of a chapter.

    Returns
    -------
    Decision

    Raises
    ------
    InputError, UnknownNameError
        If the claim has no rule, or the results are not those that it needs.
    """
    number_format("fmt", fmt)
    claims = {c["id"]: c for c in ledger()["claims"]}
    if claim not in claims:
        raise UnknownNameError("claim", claim, claims)
    item = claims[claim]
    if "rule" not in item:
        raise InputError(f"book/{CLAIMS}: claim {claim} has no rule.")
    rule = read_rule(item["rule"], f"book/{CLAIMS}, rule of {claim}")
    decision = rule.decide(results)
    named = {"": results} if isinstance(results, Result) else dict(results or {})
    first = next(iter(named.values()), None)
    said = because or rule.why
    answers = {name: _ANSWERS[a] for name, a in decision.answers.items() if name}
    record = {"claim": claim, "verdict": decision.verdict, "limit": decision.limit, "kind": decision.kind,
              "because": said, "rule": rule.say(), "unit": unit, "anchor": f"verdict-{claim.lower()}",
              "fmt": fmt, "counted": counted, "near_tie": decision.near_tie,
              "strength": None if math.isnan(decision.strength) else _rounded(decision.strength),
              "answers": answers,
              "numbers": {name: _numbers(r) for name, r in named.items() if name}} | _numbers(first)
    lines = [("Our number", number_text(record))] if first is not None else []
    lines += [("In plain words", said), ("Rule", rule.say()) if not rule.no_number else ("", "")]
    if answers:
        lines.append(("Conditions", "; ".join(f"{name}: {a}" for name, a in answers.items())))
    lines.append(("Strength", strength_text(record)))
    if decision.near_tie:
        lines.append(("Near tie", "an end of an interval lies on its limit; rounding may decide"))
    if item.get("redrawn"):
        lines.append(("Redrawn", item["redrawn"]))
    if first is not None and first.notes:
        lines.append(("Notes", notes_text(first.notes)))
    head = f"{claim} · {decision.verdict}" + (f": {decision.limit}" if decision.limit else "")
    if show:
        _show_verdict(item, decision.verdict, head, [line for line in lines if line[1]], record)
    return replace(decision, record=record)


_POWER = re.compile(r"\b\d(?:\.\d+)?e\+\d+")


def notes_text(notes: Iterable[str]) -> str:
    """Notes in one line, with large numbers as people say them.

    Examples
    --------
    >>> notes_text(["between 6.86e+03 and 1.05e+22 noise hides a step.", "few"])
    'between 6.86k and 1×10²² noise hides a step; few'
    """
    from .plot import short_number  # brings matplotlib

    text = "; ".join(note.rstrip(".") for note in notes)
    return _POWER.sub(lambda found: short_number(float(found[0])), text)


@checked
def small_claims(*decisions: Decision) -> None:
    """Show the verdicts of small claims as one folded table, and keep them for the ledger.

    Parameters
    ----------
    decisions : Decision
        Made by `decide` with ``show=False``.
    """
    claims = {c["id"]: c for c in ledger()["claims"]}
    if not decisions:
        raise InputError("small_claims needs at least one decision, made by decide(..., show=False).")
    rows, lines = [], []
    for made in decisions:
        record = made.record if isinstance(made, Decision) else {}
        if not record:
            raise InputError("small_claims needs decisions made by decide(..., show=False).")
        claim, verdict = record["claim"], f"{made.verdict}{': ' * bool(made.limit)}{made.limit}"
        number = number_text(record)
        rows.append(f'<tr id="{record["anchor"]}"><td>{claim}</td><td>{escape(claims[claim]["claim"])}</td>'
                    f'<td class="{VERDICTS[made.verdict]}"><strong>{escape(verdict)}</strong></td>'
                    f"<td>{escape(number)}</td><td>{escape(record['because'])}</td>"
                    f"<td>{escape(record['rule'])}</td></tr>")
        lines.append(f"{claim} · {verdict}: {claims[claim]['claim']} {record['because']}")
    titles = ("Claim", "It says", "Verdict", "Our number", "In plain words", "Rule")
    head = "".join(f"<th>{title}</th>" for title in titles)
    html = (f'<details class="em-small"><summary>{count(len(decisions), "smaller claim")}</summary>'
            '<div class="em-scroll" tabindex="0" role="region" aria-label="Smaller claims">'
            f'<table class="dataframe em-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody>'
            "</table></div></details>")
    records = [made.record for made in decisions]
    display({"text/html": html, "text/plain": "\n".join(lines), MIME: records}, raw=True)


_ANSWERS = {True: "met", False: "refuted", None: "cannot tell"}


def _show_verdict(item: Mapping[str, Any], verdict: str, head: str, lines: list[tuple[str, str]],
                  record: dict[str, Any]) -> None:
    claim = item["id"]
    facts = "".join(f"<dt>{k}</dt><dd>{escape(v)}</dd>" for k, v in lines)
    html = (f'<aside class="em-verdict {VERDICTS[verdict]}" id="verdict-{claim.lower()}" '
            f'aria-label="Verdict on claim {claim}"><p class="em-verdict-head">'
            f"<strong>{escape(head)}</strong> {escape(item['claim'])}</p><dl>{facts}</dl></aside>")
    text = "\n".join([f"{head}: {item['claim']}", *(f"  {k}: {v}" for k, v in lines)])
    display({"text/html": html, "text/plain": text, MIME: record}, raw=True)


def number_text(record: Mapping[str, Any]) -> str:
    """Estimate, interval and sample of a record of the ledger, which holds nan and inf as words."""
    fmt, parts = record.get("fmt") or ".3g", []
    if record["estimate"] is not None:
        parts.append(f"{float(record['estimate']):{fmt}} {record['unit'] or ''}".rstrip())
    if record["interval"] is not None:
        low, high = map(float, record["interval"])
        parts.append(f"{100 * record['level']:g} % interval [{low:{fmt}}, {high:{fmt}}]")
    if record["n"] is not None:
        parts.append(f"n = {record['n']:,} {record.get('counted') or ''}".rstrip())
    if record.get("clusters"):
        parts.append(f"from {clusters_text(record)}")
    return ", ".join(parts)


def strength_text(record: Mapping[str, Any]) -> str:
    """How far the number of a record lies from its limit, and the fewest clusters behind a condition."""
    parts = []
    if record.get("strength") is not None:
        parts.append(f"{float(record['strength']):.1f} margins of error between the number and its limit"
                     + (", at the condition that is nearest" if record.get("answers") else ""))
    behind = [r for r in record.get("numbers", {}).values() if r.get("clusters")]
    fewest = min(behind, key=lambda r: int(r["clusters"]), default=record)
    if fewest.get("clusters") != record.get("clusters"):  # else the number says so already
        parts.append(f"the condition with the fewest rests on {clusters_text(fewest)}")
    return "; ".join(parts)


def clusters_text(record: Mapping[str, Any], unnamed: str = "cluster") -> str:
    """How many clusters a record rests on, e.g. ``5 families``; `unnamed` where nothing says what they are.

    Examples
    --------
    >>> clusters_text({"clusters": 5, "clustered_by": "family"})
    '5 families'
    >>> clusters_text({"clusters": 14, "clustered_by": "5 families and 9 kinds of task"})
    '5 families and 9 kinds of task'
    """
    one = (record.get("clustered_by") or unnamed).replace("_", " ")
    if one[0].isdigit():  # of two sorts, counted already
        return one
    return count(record["clusters"], one, one[:-1] + "ies" if one.endswith("y") else one + "s")


def _numbers(result: Result | None) -> dict[str, Any]:
    if result is None:
        return dict.fromkeys(("estimate", "interval", "level", "n", "clusters", "status")) | {
            "clustered_by": "", "notes": []}
    span = result.interval
    return {
        "estimate": _rounded(result.estimate),
        "interval": [_rounded(span.low), _rounded(span.high)] if span else None,
        "level": span.level if span else None,
        "n": result.n, "clusters": result.n_clusters, "clustered_by": result.clustered_by,
        "status": result.status, "notes": list(result.notes),
    }


def _rounded(value: float) -> float | str:
    # JSON has no infinity
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else str(value)


@checked
def ledger(root: str | Path | None = None) -> dict[str, Any]:
    """Sources and claims of ``book/claims.yml``, each claim with its ``result`` from ``book/results.json``.

    Parameters
    ----------
    root : path, optional
        Of a checkout; by default this one, or the installed package.

    Returns
    -------
    dict
        ``sources`` and ``claims``; a claim without a result has None.

    Raises
    ------
    InputError
        If a file is not there, cannot be read, or has a result of an unknown claim.
    """
    texts = {}
    for name in (CLAIMS, RESULTS):
        path = Path(root) / "book" / name if root is not None else own_file("book", name)
        try:
            text = path.read_text(encoding="utf-8")
            texts[name] = yaml.load(text, _LOADER) if name == CLAIMS else json.loads(text)
        except FileNotFoundError:
            raise InputError(f"book/{name} is not there; run this from the root of the repository.") from None
        except (yaml.YAMLError, json.JSONDecodeError) as error:
            raise InputError(f"book/{name} cannot be read: {' '.join(str(error).split())}.") from None
    book, results = texts[CLAIMS], texts[RESULTS]
    if not isinstance(book, dict) or not isinstance(book.get("claims"), list):
        raise InputError(f"book/{CLAIMS} must hold sources and a list of claims.")
    known = {c.get("id"): c for c in book["claims"] if isinstance(c, dict)}
    for claim in results:
        if claim not in known:
            raise UnknownNameError("claim", claim, map(str, known))
    return book | {"claims": [c | {"result": results.get(c.get("id"))} if isinstance(c, dict) else c
                              for c in book["claims"]]}


def collect(notebooks: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Verdicts stored in executed notebooks, by claim.

    Raises
    ------
    InputError
        If a claim gets a verdict twice.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(notebooks):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                records = output.get("data", {}).get(MIME, [])
                for record in records if isinstance(records, list) else [records]:
                    claim = record["claim"]
                    if claim in found:
                        raise InputError(f"{path.name}: claim {claim} has a verdict already, in "
                                         f"{found[claim]['chapter']}; accepted is one per claim.")
                    found[claim] = {k: v for k, v in record.items() if k != "claim"} | {"chapter": path.stem}
    return found


@checked
def mismatches(book: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]],
               finished: Sequence[str]) -> list[str]:
    """Sentences on every point where the ledger and the notebooks disagree; empty if they agree.

    Parameters
    ----------
    book : mapping
        The ledger.
    found : mapping
        What `collect` returned.
    finished : sequence of str
        Chapters (file stems) all of whose claims must have a verdict.
    """
    out = []
    if "claims" not in book:
        raise InputError(f"book must be the ledger, with its key 'claims', got {short(book)}.")
    for claim in book["claims"]:
        stated, computed = claim["result"], found.get(claim["id"])
        if claim["chapter"] in finished and computed is None:
            out.append(f"{claim['id']}: chapter {claim['chapter']} states no verdict on it.")
        if computed is not None:
            own = {k: v for k, v in computed.items() if k != "chapter"}
            if computed["chapter"] != claim["chapter"]:
                out.append(f"{claim['id']}: ledger says chapter {claim['chapter']}, found in "
                           f"{computed['chapter']}.")
            if stated != own:
                differ = [k for k in own if (stated or {}).get(k) != own[k]]
                out.append(f"{claim['id']}: ledger and notebook differ in "
                           f"{', '.join(differ) or 'extra keys'}.")
        elif stated is not None:
            out.append(f"{claim['id']}: the ledger has a result that no notebook computes.")
    known = {claim["id"] for claim in book["claims"]}
    out += [f"{claim}: the ledger has no such claim, found in {record['chapter']}."
            for claim, record in found.items() if claim not in known]
    return out


def update_results(root: Path, notebooks: Iterable[Path]) -> int:
    """Write the notebooks' verdicts into ``book/results.json``; returns how many there are."""
    claims, found = {c["id"]: c for c in ledger(root)["claims"]}, collect(notebooks)
    for claim, record in found.items():
        if claim not in claims:
            raise UnknownNameError("claim", claim, claims)
        if claims[claim]["chapter"] != record["chapter"]:
            raise InputError(f"{record['chapter']} decides {claim}, which book/{CLAIMS} gives to "
                             f"{claims[claim]['chapter']}.")
    results = {claim: {k: v for k, v in found[claim].items() if k != "chapter"}
               for claim in claims if claim in found}
    text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
    (root / "book" / RESULTS).write_text(text, encoding="utf-8", newline="\n")
    return len(results)


if __name__ == "__main__":
    if sys.argv[1:] != ["collect"]:
        sys.exit("usage: python -m emergence_utils.report collect")
    root = Path(__file__).resolve().parent.parent
    n_found = update_results(root, (root / "notebooks").glob("*.ipynb"))
    print(f"{n_found} verdicts written to book/{RESULTS}")
