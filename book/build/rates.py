"""Error rates of tests, intervals and rules, summed up from the stored benchmarks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pandas as pd

from emergence_utils.report import count
from emergence_utils.rules import Condition, read_rule

from .parts import SCORED, ledger_claims, verdict_of

__all__ = ["decides_at", "rates_block", "rule_facts", "rule_rates", "rules_block", "value_range"]

_FILE = Path("benchmarks") / "error_rates.csv"
_KINDS = {"false positive": "false alarms", "power": "power", "coverage": "coverage"}


def rates_block(root: str | Path = ".") -> str:
    """One row a test and kind, as a Markdown table; a sentence where nothing is stored.

    The mean is over the draws with a verdict for coverage, over all draws else.
    """
    path = Path(root) / _FILE
    if not path.is_file():
        return "Nothing is stored yet: `python benchmarks/error_rates.py` measures.\n"
    table = pd.read_csv(path)
    rows = ["| test or interval | what | mean | cells | cannot tell | draws |", "|---|---|--:|--:|--:|--:|"]
    for (test, kind), g in table.groupby(["test", "kind"], sort=False):
        weight = g["draws"] * (1 - g["cannot_tell"]) if kind == "coverage" else g["draws"]
        known = g["rate"].notna() & (weight > 0)
        if not known.any():
            continue
        mean = float((g["rate"] * weight)[known].sum() / weight[known].sum())
        unknown = float((g["cannot_tell"] * g["draws"]).sum() / g["draws"].sum())
        rows.append(f"| {test} | {_KINDS[str(kind)]} | {mean:.3f} | {len(g)} | {unknown:.2f} | "
                    f"{g['draws'].sum():,} |")
    return "\n".join(rows) + "\n"


#: Worlds of `benchmarks/score_worlds.py`, as a reader would call them.
WORLDS = {"step": "steps", "hinge": "hinges", "smooth": "smooth rises", "noise": "guessing only"}
_TRUE = {"holds": "the claim is true", "fails": "the claim is false", "nothing": "nothing to decide"}
_RULES, _TRUTHS = "rule_rates.csv", "rule_truths.csv"
#: Share of draws on which a rule may err in one world before the page names it.
OFTEN = 0.10
#: How often a true value is to be decided where the page says from which value on it is.
POWER = 0.8
_INTERVALS = ("above", "below", "inside")


def rule_rates(ledger: Any, root: str | Path = ".") -> pd.DataFrame:
    """One row a claim and world: verdicts counted, what is true there, and how many verdicts are wrong.

    Rows of a claim that another chapter decides by now are left out: they are of its old rule.

    Returns
    -------
    DataFrame
        Columns of ``benchmarks/rule_rates.csv``, with truth ("holds", "fails", "nothing" or ""), right, wrong
        and depends: whether the claim has a number that these worlds change. Empty where nothing is stored.
    """
    folder = Path(root) / "benchmarks"
    if not (folder / _RULES).is_file() or not (folder / _TRUTHS).is_file():
        return pd.DataFrame()
    table = pd.read_csv(folder / _RULES)
    home = {c["id"]: c["chapter"] for c in ledger_claims(ledger)}
    table = table[table["claim"].map(home) == table["chapter"]]
    truths = pd.read_csv(folder / _TRUTHS, keep_default_na=False)
    long = truths.melt(["claim"], list(WORLDS), "world", "truth")
    out = table.merge(long, how="left", on=["claim", "world"]).fillna({"truth": ""})
    yes, no = out["holds"] + out["limits"], out["fails"]
    wrong = {"holds": no, "fails": yes, "nothing": yes + no}
    right = {"holds": yes, "fails": no, "nothing": out["open"]}
    for name, by in (("right", right), ("wrong", wrong)):
        out[name] = sum((v.where(out["truth"] == t, 0) for t, v in by.items()), start=0 * yes)
    moved = out.groupby("claim")[["moved", "error"]].transform("sum").sum(axis=1) > 0
    return out.assign(depends=moved | out["claim"].isin(truths["claim"]), made=out["draws"] - out["error"])


def rule_facts(ledger: Any, root: str | Path = ".") -> dict[str, list[tuple[str, str]]]:
    """What the ledger says of rules, by claim: what they decide, and their verdicts where truth is known."""
    rates = rule_rates(ledger, root)
    out: dict[str, list[tuple[str, str]]] = {}
    for claim in ledger_claims(ledger):
        rows = rates[rates["claim"] == claim["id"]] if len(rates) else rates
        out[claim["id"]] = [("Decides at", _decides(claim)), ("In simulated worlds", _in_worlds(rows))]
    return out


def _decides(claim: Mapping[str, Any]) -> str:
    result = claim["result"]
    if not result or "rule" not in claim:
        return ""
    said = []
    for name, condition in read_rule(claim["rule"]).conditions.items():
        numbers = ((result.get("numbers") or {}).get(name) if name else result) or {}
        text = decides_at(condition, numbers)
        if text and numbers.get("status") == "undetermined":
            text = "at no value, too few groups"
        if text:
            said.append(f"{name}: {text}" if name else text)
    end = " (true values that an interval as wide as ours decides four times of five)"
    return "; ".join(said) + end if said else ""


def decides_at(condition: Condition, numbers: Mapping[str, Any]) -> str:
    """True values that a rule would decide four times of five, from the interval of a record alone.

    The standard error on a side is the half-width there over the normal quantile of the interval's level; a
    value is decided from limit plus (quantile + .84) standard errors on. Empty for a rule without an interval
    or a record without one. Shares and correlations end where they end.

    Parameters
    ----------
    condition : Condition
    numbers : mapping
        ``estimate``, ``interval`` and ``level`` of a result of the ledger.
    """
    if condition.kind not in _INTERVALS or not numbers.get("interval") or numbers.get("estimate") is None:
        return ""
    estimate, low, high = map(float, (numbers["estimate"], *numbers["interval"]))
    if not all(map(math.isfinite, (estimate, low, high))):
        return ""
    quantile = NormalDist().inv_cdf(0.5 + numbers["level"] / 2)
    factor = 1 + NormalDist().inv_cdf(POWER) / quantile
    down, up = factor * max(estimate - low, 0.0), factor * max(high - estimate, 0.0)
    down, up = down or up, up or down  # an estimate at the end of its range says nothing of that side
    limits = condition.limit if condition.kind == "inside" else (condition.limit, condition.limit)
    least, most = value_range(condition.of)

    def from_on(value: float, word: str) -> str:
        beyond = value > most if word == "more" else value < least
        return "at no possible value" if beyond else f"at {value:.2g} or {word}"

    if condition.kind == "inside":
        first, last = limits[0] + down, limits[1] - up
        holds = f"between {first:.2g} and {last:.2g}" if first < last else "at no possible value"
        fails = f"{from_on(limits[0] - up, 'less')}, and {from_on(limits[1] + down, 'more')}"
        return f"holds {holds}, fails {fails}"
    more, less = from_on(limits[0] + down, "more"), from_on(limits[0] - up, "less")
    if more == less:  # neither is possible
        return "no possible value, so wide is the interval"
    return f"holds {more}, fails {less}" if condition.kind == "above" else f"holds {less}, fails {more}"


def value_range(of: str) -> tuple[float, float]:
    """Values that a quantity can have, by its words."""
    if "pace" in of or "slope" in of:
        return -math.inf, math.inf
    if any(word in of for word in ("correlation", "minus", "less ", "net share", "that share")):
        return (-1.0, 1.0) if "share" in of or "correlation" in of else (-math.inf, math.inf)
    if "share" in of or of.startswith("the variance"):
        return 0.0, 1.0
    positive = ("decades of parameters", "width", "largest step of", "best number", "compute of")
    return (0.0, math.inf) if any(word in of for word in positive) else (-math.inf, math.inf)


def _in_worlds(rows: pd.DataFrame) -> str:
    if not len(rows):
        return ""
    if not rows["depends"].any():
        return "does not depend on scores that were simulated"
    said = []
    for row in sorted(_records(rows), key=lambda r: list(WORLDS).index(r["world"])):
        counts = {"holds": row["holds"] + row["limits"], "fails": row["fails"], "open": row["open"],
                  "no answer": row["error"]}
        told = ", ".join(f"{word} {n:.0f}" for word, n in counts.items() if n)
        true = f" ({_TRUE[row['truth']]})" if row["truth"] else ""
        said.append(f"{WORLDS[row['world']]}{true}: {told}")
    judged = rows[rows["truth"] != ""]
    if len(judged):
        said[-1] += f". Wrong verdicts: {judged['wrong'].sum():.0f} of {judged['made'].sum():.0f}"
    return "; ".join(said)


def rules_block(ledger: Any, root: str | Path = ".") -> str:
    """How often the rules of the claims decide, and how often wrongly, as Markdown."""
    rates = rule_rates(ledger, root)
    if not len(rates):
        return "Nothing is stored yet: `python benchmarks/rule_rates.py` measures.\n"
    settled = rates[(rates["truth"] != "") & (rates["made"] > 0)]
    lines = ["| world | claims settled | verdicts | right | open | wrong |",
             "|---|--:|--:|--:|--:|--:|"]
    for world, name in WORLDS.items():
        part = settled[settled["world"] == world]
        made, right, wrong = (int(part[c].sum()) for c in ("made", "right", "wrong"))
        lines.append(f"| {name} | {len(part)} | {made} | {right} | {made - right - wrong} | {wrong} |")
    made, wrong = int(settled["made"].sum()), int(settled["wrong"].sum())
    still = sorted(set(rates.loc[~rates["depends"], "claim"]), key=lambda c: int(c[1:]))
    out = ["\n".join(lines)]
    out.append(f"Of {count(made, 'verdict')} on {count(settled['claim'].nunique(), 'claim')} {wrong} "
               f"{'was' if wrong == 1 else 'were'} wrong ({wrong / max(made, 1):.1%}); each world was drawn "
               f"{_draws(rates)}. "
               + _expected(ledger))
    often = settled[settled["wrong"] > OFTEN * settled["made"]]
    if len(often):
        rows = ["| claim | world | true there | wrong verdicts | of |", "|---|---|---|--:|--:|"]
        rows += [f"| [{r['claim']}](#{r['claim'].lower()}) | {WORLDS[r['world']]} | "
                 f"{_TRUE[r['truth']]} | {r['wrong']} | {r['made']} |" for r in _records(often)]
        out += [f"Rules that err on more than {OFTEN:.0%} of the draws of a world:", "\n".join(rows)]
    if still:
        out.append("Numbers that no simulated score enters, so that these worlds say nothing of their rules: "
                   f"{', '.join(still)}.")
    tried = set(rates["claim"])
    if missing := [c["id"] for c in ledger_claims(ledger) if c["id"] not in tried and "rule" in c
                   and read_rule(c["rule"]).conditions]:
        out.append(f"Not tried yet: {', '.join(missing)}.")
    return "\n\n".join(out) + "\n"


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]


def _draws(rates: pd.DataFrame) -> str:
    least, most = int(rates["draws"].min()), int(rates["draws"].max())
    return count(least, "time") if least == most else f"{least} to {most} times"


def _expected(ledger: Any) -> str:
    """False decisions to expect if intervals keep their level: half of what each leaves out."""
    claims = parts = 0
    expected = 0.0
    for claim in ledger_claims(ledger):
        if verdict_of(claim) not in SCORED or "rule" not in claim or not claim["result"]:
            continue
        result, found = claim["result"], 0
        for name, condition in read_rule(claim["rule"]).conditions.items():
            numbers = (result.get("numbers") or {}).get(name) if name else result
            if condition.kind in _INTERVALS and numbers and numbers.get("interval"):
                found += 1
                expected += (1 - numbers["level"]) / 2
        claims, parts = claims + (found > 0), parts + found
    return (f"From the intervals alone, {parts} in the rules of {claims} scored claims, at most "
            f"{expected:.1f} false decisions are to be expected if each keeps its level: an interval errs to "
            "either side, and only one of the two leads to a wrong verdict.")
