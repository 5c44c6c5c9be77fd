"""What the contributor page says of the code and of the tests is computed from both."""

from pathlib import Path

import pandas as pd
import pytest

from book.build.cost import cost_block
from book.build.imports import imports_block, layers, read_imports
from book.build.rates import decides_at, rates_block, rule_facts, rules_block
from emergence_utils.errors import EmergenceError
from emergence_utils.rules import read_rule

ROOT = Path(__file__).resolve().parents[2]


def test_imports_of_the_toolkit_go_one_way():
    imports = read_imports(ROOT)
    height = {name: i for i, row in enumerate(layers(imports)) for name in row}
    assert {"errors", "results", "ladders", "curves", "measures", "chapters", "explorers"} <= set(height)
    assert all(height[other] < height[name] for name, others in imports.items() for other in others)
    assert height["errors"] == 0
    assert "chapters" not in set().union(*(imports[n] for n in imports if n not in ("explorers", "course")))


def test_a_circle_is_refused():
    with pytest.raises(EmergenceError, match="a imports b imports a; accepted are imports that go one way"):
        layers({"a": {"b"}, "b": {"a"}})


def test_the_drawing_names_every_module_and_has_words():
    block = imports_block(ROOT)
    assert all(f">{name}</text>" in block for name in read_imports(ROOT))
    assert 'aria-label="Modules of the toolkit' in block


def test_error_rates_are_summed_up_from_the_stored_table(tmp_path):
    assert rates_block(tmp_path).startswith("Nothing is stored yet")
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "error_rates.csv").write_text(
        "test,truth,noise,models,n,gaps,kind,nominal,rate,mc_error,cannot_tell,draws\n"
        "jump,flat,binomial,4,50,even,false positive,0.05,0.1,0.03,0.5,100\n"
        "jump,line,binomial,4,50,even,false positive,0.05,0,0.03,0.5,300\n"
        "fit,line,binomial,4,50,even,coverage,0.95,0.9,0.03,0.5,100\n"
        "fit,step,binomial,4,50,even,coverage,0.95,,,1,100\n", encoding="utf-8")
    lines = rates_block(tmp_path).splitlines()
    assert lines[2] == "| jump | false alarms | 0.025 | 2 | 0.50 | 400 |"
    assert lines[3] == "| fit | coverage | 0.900 | 2 | 0.75 | 200 |"


# ---- rules


def condition(**rule):
    return read_rule(rule).conditions[""]


def numbers(estimate, low, high, level=0.95):
    return {"estimate": estimate, "interval": [low, high], "level": level}


@pytest.mark.parametrize(("rule", "found", "words"), [
    # half-widths .196 are standard errors of .1: 2.8 of them beyond the limit
    ({"above": 0.0, "of": "the gap"}, numbers(0.1, -0.096, 0.296),
     "holds at 0.28 or more, fails at -0.28 or less"),
    ({"below": 0.0, "of": "the gap"}, numbers(0.1, -0.096, 0.296),
     "holds at -0.28 or less, fails at 0.28 or more"),
    ({"above": 0.5, "of": "the share"}, numbers(0.5, 0.1, 0.9),
     "no possible value, so wide is the interval"),
    ({"above": 0.5, "of": "the share"}, numbers(1.0, 0.804, 1.0),
     "holds at 0.78 or more, fails at 0.22 or less"),
    ({"inside": [0, 1], "of": "the gap"}, numbers(0.5, 0.402, 0.598),
     "holds between 0.14 and 0.86, fails at -0.14 or less, and at 1.1 or more"),
    ({"inside": [0, 1], "of": "the gap"}, numbers(0.5, 0, 1),
     "holds at no possible value, fails at -0.71 or less, and at 1.7 or more"),
    ({"above": 0.5, "of": "the share"}, numbers(0.5, 0.4, 0.6, level=0.6827),
     "holds at 0.68 or more, fails at 0.32 or less"),
    ({"at_least": 1, "of": "a count"}, numbers(1, 0, 2), ""),
    ({"above": 0.5, "of": "the ratio"}, numbers("inf", 0.2, "inf"), ""),
    ({"above": 0.5, "of": "the share"}, {"estimate": 0.5, "interval": None, "level": None}, ""),
])
def test_what_a_rule_can_decide_is_reckoned_from_its_interval(rule, found, words):
    assert decides_at(condition(**rule), found) == words


def small_ledger():
    result = {"verdict": "open", "because": "", "rule": "", "unit": "", "n": 3, "status": "ok", "notes": [],
              "anchor": "a", **numbers(0.1, -0.096, 0.296)}
    claim = {"group": "G", "said_by": [], "claim": "It is so.", "test": "See.", "chapter": "01_x",
             "rule": {"above": 0, "of": "the gap"}, "result": result}
    return {"sources": {}, "claims": [claim | {"id": f"C{i}"} for i in (1, 2, 3)]}


def test_verdicts_of_simulated_worlds_are_counted_against_the_truth(tmp_path):
    assert rules_block(small_ledger(), tmp_path).startswith("Nothing is stored yet")
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    (folder / "rule_rates.csv").write_text(
        "claim,chapter,world,draws,holds,limits,fails,open,error,moved\n"
        "C1,01_x,step,5,3,1,0,1,0,5\nC1,01_x,hinge,5,0,0,2,3,0,5\nC1,01_x,smooth,5,0,0,4,0,1,4\n"
        "C1,01_x,noise,5,1,0,0,4,0,5\nC2,01_x,step,5,5,0,0,0,0,0\n"
        "C3,02_old,step,5,5,0,0,0,0,5\n", encoding="utf-8")
    (folder / "rule_truths.csv").write_text(
        "claim,step,hinge,smooth,noise,reason\nC1,holds,,fails,nothing,So it is.\n", encoding="utf-8")
    facts = dict(rule_facts(small_ledger(), tmp_path)["C1"])
    assert facts["Decides at"].startswith("holds at 0.28 or more, fails at -0.28 or less (")
    assert facts["In simulated worlds"] == (
        "steps (the claim is true): holds 4, open 1; hinges: fails 2, open 3; smooth rises (the claim is "
        "false): fails 4, no answer 1; guessing only (nothing to decide): holds 1, open 4. "
        "Wrong verdicts: 1 of 14")
    other = dict(rule_facts(small_ledger(), tmp_path)["C2"])
    assert other["In simulated worlds"].startswith("does not depend")
    page = rules_block(small_ledger(), tmp_path)
    assert "| steps | 1 | 5 | 4 | 1 | 0 |" in page
    assert "Of 14 verdicts on 1 claim 1 was wrong (7.1%)" in page
    assert "| [C1](#c1) | guessing only | nothing to decide | 1 | 5 |" in page
    assert "3 in the rules of 3 scored claims, at most 0.1 false decisions" in page
    assert "Not tried yet: C3." in page  # another chapter decides it by now


def test_the_cost_of_training_is_drawn_from_what_is_stored(tmp_path):
    block = cost_block(ROOT)
    table = pd.read_csv(ROOT / "benchmarks/train_cost.csv")
    assert "alone from" in block and "16 together from" in block
    assert {1, 16} <= set(table["seeds"]) and table["ms_a_step_and_run"].gt(0).all()
    by_size = table[table["seeds"] == 16].sort_values("params")["ms_a_step_and_run"]
    assert by_size.is_monotonic_increasing
    speed = pd.read_csv(ROOT / "benchmarks/train_speed.csv")
    for row in speed.itertuples():
        assert f"| {row.width} | {row.batch} | {row.ratio_steps:.1f} |" in block
    assert cost_block(ROOT, block) is block  # not drawn anew
    assert "Nothing is stored yet" in cost_block(tmp_path)
