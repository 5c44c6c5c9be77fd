"""What each claim's rule says in worlds whose truth is known.

``python benchmarks/rule_rates.py`` runs the code cells of every chapter on simulated tables (`score_worlds`)
instead of the published ones and applies the rules of ``book/claims.yml`` to what comes out. It writes
``benchmarks/rule_rates.csv``, one row a claim and world: ``claim, chapter, world, draws, holds, limits,
fails, open, error, moved``. `error` counts draws on which the cells could not run, `moved` those on which
some number differs from the one of the published tables: a claim that moves in no world does not depend on
these scores. Draws that are stored already are not made again, so a run can be stopped and goes on; rows of a
claim that has moved to another chapter are made anew. After a change of a rule or of a chapter's statements
take its rows out of the file and run again.

What is true of a claim in a world stands in ``benchmarks/rule_truths.csv``, written by hand from the claim's
words: ``holds``, ``fails``, ``nothing`` (the world has nothing for the claim to speak of, so every decision
is wrong), or empty where the world does not settle it. ``book/build/rates.py`` counts against it.

Of a chapter's cells only the statements are run that a verdict needs (`program`): figures, sentences and
explorers decide nothing. On the published tables this gives the ledger, which a test checks.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import score_worlds
from tqdm import tqdm

from emergence_utils import scores
from emergence_utils.report import ledger
from emergence_utils.results import Result
from emergence_utils.rules import Decision, Rule, read_rule

ROOT = Path(__file__).resolve().parent.parent
OUT = Path(__file__).with_suffix(".csv")
VERDICTS = {"holds": "holds", "holds with limits": "limits", "fails": "fails", "open": "open"}
COUNTS = ["draws", *VERDICTS.values(), "error", "moved"]
COLUMNS = ["claim", "chapter", "world", *COUNTS]
RECORD = "_record"


def rules() -> dict[str, Rule]:
    """Rules of the claims that numbers decide, by claim."""
    made = {c["id"]: read_rule(c["rule"]) for c in ledger(ROOT)["claims"]}
    return {claim: rule for claim, rule in made.items() if rule.conditions}


# --- the statements that a verdict needs -----------------------------------------------------------------


def program(chapter: str, claims: Mapping[str, Rule]) -> list[ast.stmt]:
    """Statements of a chapter that the verdicts of `claims` need, with each verdict as a call of `RECORD`.

    Parameters
    ----------
    chapter : str
        Stem of a notebook.
    claims : mapping
        Those whose ``report.decide`` is kept.

    Returns
    -------
    list of ast.stmt
        In order. A statement is kept if a later kept one reads a name that it writes.
    """
    cells = json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    every: list[ast.stmt] = []
    for statement in ast.parse(source).body:
        asked = [_asked(call) for call in _decisions(statement)]
        every += [a for a in asked if a is not None and a.value.args[0].value in claims]  # type: ignore
        if not asked:
            every.append(statement)
    kept: list[ast.stmt] = []
    needed: set[str] = set()
    for statement in reversed(every):
        reads, writes = _names(statement)
        if not (_is_record(statement) or writes & needed):
            continue
        if isinstance(statement, ast.Assign) and all(_plain(t) for t in statement.targets):
            needed -= writes  # written anew: what an earlier statement wrote is not needed
        needed |= reads
        kept.append(statement)
    return [ast.fix_missing_locations(s) for s in reversed(kept)]


def _decisions(statement: ast.stmt) -> list[ast.Call]:
    return [n for n in ast.walk(statement) if isinstance(n, ast.Call)
            and isinstance(n.func, ast.Attribute) and n.func.attr == "decide"
            and isinstance(n.func.value, ast.Name) and n.func.value.id == "report"]


def _asked(call: ast.Call) -> ast.Expr | None:
    """The verdict without its words; None where no result is given."""
    if len(call.args) < 2 or not isinstance(call.args[0], ast.Constant):
        return None
    made = ast.Call(ast.Name(RECORD, ast.Load()), call.args[:2], [])
    return ast.copy_location(ast.Expr(made), call)


def _is_record(statement: ast.stmt) -> bool:
    return (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            and isinstance(statement.value.func, ast.Name) and statement.value.func.id == RECORD)


def _plain(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(_plain(t) for t in target.elts)
    return isinstance(target, ast.Name | ast.Starred)


def _names(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Names that a statement reads, and those that it writes or changes in place."""
    reads: set[str] = set()
    writes: set[str] = set()
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return reads, {a.asname or a.name.split(".")[0] for a in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        writes.add(statement.name)
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            (reads if isinstance(node.ctx, ast.Load) else writes).add(node.id)
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            base: ast.expr = node
            while isinstance(base, ast.Subscript | ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                writes.add(base.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            reads.add(node.target.id)
    return reads, writes


# --- running them ----------------------------------------------------------------------------------------


@contextmanager
def tables_of(world: str | None, seed: int = 0) -> Iterator[None]:
    """`scores.load` gives the tables of a world; with None the published ones."""
    if world is None:
        yield
        return
    made: dict[str, pd.DataFrame] = {}
    real = scores._with_chance

    def simulated(source: str) -> pd.DataFrame:
        if source not in made:
            scores._with_chance = real
            try:
                made[source] = score_worlds.simulate(source, world, seed)
            finally:
                scores._with_chance = simulated  # type: ignore[assignment]
        return made[source]

    scores._with_chance = simulated  # type: ignore[assignment]
    try:
        yield
    finally:
        scores._with_chance = real


def run_chapter(chapter: str, claims: Mapping[str, Rule]) -> dict[str, Decision | Exception]:
    """Decisions of a chapter by claim, or why there is none; a failing statement stops only what needs it."""
    found: dict[str, Decision | Exception] = {}

    def record(claim: str, results: Result | Mapping[str, Result]) -> None:
        decision = claims[claim].decide(results)
        named = {"": results} if isinstance(results, Result) else results
        found[claim] = Decision(decision.verdict, decision.limit, decision.kind, decision.answers,
                                record={name: _number(r) for name, r in named.items()})

    space: dict[str, Any] = {RECORD: record}
    broken: dict[str, Exception] = {}
    for statement in program(chapter, claims):
        code = compile(ast.Module([statement], []), chapter, "exec")
        try:
            with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
                warnings.simplefilter("ignore")
                exec(code, space)
        except Exception as error:
            cause = broken.get(error.name, error) if isinstance(error, NameError) else error
            if _is_record(statement):
                found[statement.value.args[0].value] = cause  # type: ignore[attr-defined]
            for name in _names(statement)[1]:
                space.pop(name, None)
                broken[name] = cause
    return found


def _number(result: Result) -> tuple[float, ...]:
    ends = (result.interval.low, result.interval.high) if result.interval else ()
    return tuple(float(f"{v:.4g}") for v in (result.estimate, *ends))


def published(claim: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    """Numbers of a claim of the ledger, by condition."""
    result = claim["result"]
    parts = result["numbers"] or {"": result}
    return {name: tuple(float(v) for v in (r["estimate"], *(r["interval"] or ())))
            for name, r in parts.items()}


def same(numbers: Mapping[str, tuple[float, ...]], others: Mapping[str, tuple[float, ...]]) -> bool:
    """Whether a claim's numbers are those of the other, NaN being equal to itself."""
    return numbers.keys() == others.keys() and all(
        np.array_equal(a, others[k], equal_nan=True) for k, a in numbers.items())


def draw(chapter: str, world: str, seed: int, asked: Sequence[str]) -> list[dict[str, Any]]:
    """One row for each claim that is asked of a chapter, with one draw of a world counted."""
    known = {c["id"]: c for c in ledger(ROOT)["claims"] if c["id"] in asked}
    claims = {claim: rule for claim, rule in rules().items() if claim in known}
    with tables_of(world, seed):
        found = run_chapter(chapter, claims)
    rows = []
    for claim in claims:
        row: dict[str, Any] = dict.fromkeys(COLUMNS, 0)
        row |= {"claim": claim, "chapter": chapter, "world": world, "draws": 1}
        decision = found.get(claim)
        if isinstance(decision, Decision):
            row[VERDICTS[decision.verdict]] = 1
            row["moved"] = int(not same(decision.record, published(known[claim])))
        else:
            row["error"] = 1
        rows.append(row)
    return rows


def run(draws: int, chapters: list[str], store: Path | None = OUT) -> pd.DataFrame:
    """The table, going on from what is stored.

    Parameters
    ----------
    draws : int
        Of each world and chapter, those that are stored included.
    chapters : list of str
    store : path or None
        Written after every draw of a chapter; None keeps nothing and starts anew.
    """
    table = (pd.read_csv(store) if store is not None and store.exists()
             else pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(COUNTS, int)))
    home = {c["id"]: c["chapter"] for c in ledger(ROOT)["claims"]}
    table = table[table["claim"].map(home) == table["chapter"]]
    tasks = [(seed, world, chapter) for seed in range(draws) for world in score_worlds.WORLDS
             for chapter in chapters]
    for seed, world, chapter in tqdm(tasks, disable=not sys.stderr.isatty()):
        mine = table[(table["chapter"] == chapter) & (table["world"] == world)].set_index("claim")["draws"]
        asked = [claim for claim in rules() if home[claim] == chapter and mine.get(claim, 0) <= seed]
        if not asked:
            continue
        both = pd.concat([table, pd.DataFrame(draw(chapter, world, seed, asked))])
        table = both.groupby(["claim", "chapter", "world"], sort=False, as_index=False)[COUNTS].sum()
        if store is not None:
            part = store.with_suffix(".part")
            table.to_csv(part, index=False, lineterminator="\n")
            part.replace(store)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("chapters", nargs="*", help="stems of notebooks; all by default")
    parser.add_argument("--draws", type=int, default=5)
    args = parser.parse_args()
    every = sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb"))
    print(run(args.draws, args.chapters or every).to_string(index=False))


if __name__ == "__main__":
    main()
