"""Computed sentences, tables, verdicts, and the ledger that is collected from them."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, Interval, Result, UnknownNameError, binomial, clustered, report

ROOT = Path(__file__).parents[1]
RESULT = Result(0.41234567, Interval(0.3, 0.5200001, 0.9, "wilson"), 1234, "limited",
                ("One note.", "Two <notes>."))


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, as MIME bundles or objects."""
    seen = []
    monkeypatch.setattr(report, "display", lambda what, raw=False: seen.append(what))
    return seen


@pytest.mark.parametrize(("args", "text"), [
    ((1, "task"), "1 task"), ((0, "task"), "0 tasks"), ((2, "task"), "2 tasks"),
    ((3, "ability", "abilities"), "3 abilities"), ((1, "ability", "abilities"), "1 ability"),
    ((1234567, "row"), "1,234,567 rows"), ((np.int64(1), "curve"), "1 curve"),
    ((np.float64(2), "curve"), "2 curves"),
])
def test_count(args, text):
    assert report.count(*args) == text


def test_say_shows_markdown(shown):
    report.say("*Half* of 12.")
    assert shown[0].data == "*Half* of 12."
    assert shown[0]._repr_markdown_() == "*Half* of 12."


# ---- tables


def cells(html):
    rows = re.findall(r"<tr.*?</tr>", html, re.S)
    return [[re.sub(r"<[^>]+>", "", c) for c in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", r, re.S)]
            for r in rows]


def test_table_formats_each_column_and_leaves_the_rest(shown):
    data = pd.DataFrame({"name": ["a_b", "c"], "mean_value": [0.12345, 2.0], "params": [1.25e9, 7.0],
                         "good": [True, False], "n": [3, 4]})
    before = data.copy()
    report.table(data, formats={"mean_value": ".2f", "params": ",.0f"})
    assert cells(shown[0]["text/html"]) == [["name", "mean value", "params", "good", "n"],
                                            ["a_b", "0.12", "1,250,000,000", "yes", "3"],
                                            ["c", "2.00", "7", "no", "4"]]
    assert "1,250,000,000" in shown[0]["text/plain"]
    pd.testing.assert_frame_equal(data, before)


@pytest.mark.parametrize(("values", "dtype"), [
    ([0.5, math.nan], float), (["x", None], object), ([1, None], "Int64"), ([True, None], "boolean"),
    ([pd.Timestamp("2023-05-01"), None], "datetime64[ns]"), (["x", None], "string"),
])
def test_missing_values_are_a_dash_in_every_type(shown, values, dtype):
    report.table(pd.DataFrame({"a": pd.Series(values, dtype=dtype)}))
    present, missing = (row[0] for row in cells(shown[0]["text/html"])[1:])
    assert missing == "–"
    assert present != "–"


def test_table_lies_in_a_box_that_scrolls_and_text_is_escaped(shown):
    report.table(pd.DataFrame({"a<b": ["<script>"]}), caption="One & two")
    html = shown[0]["text/html"]
    box = html[html.index("<div"):]
    opening = box[:box.index(">")]
    assert 'class="em-scroll"' in opening and 'tabindex="0"' in opening
    assert box.endswith("</table></div>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html and "a&lt;b" in html and "One &amp; two" in html
    assert shown[0]["text/plain"].startswith("One & two\n")


@pytest.mark.parametrize("index", [False, True])
def test_names_of_index_and_columns(shown, index):
    data = pd.DataFrame({"a": [1], "b": [2]}, index=["row"]).rename_axis(columns="metric")
    report.table(data, index=index)
    assert "metric" not in shown[0]["text/html"] + shown[0]["text/plain"]
    assert ("row" in shown[0]["text/html"]) == index


def test_long_text_and_long_tables_are_not_cut(shown):
    report.table(pd.DataFrame({"a": ["word " * 40 + "end"] * 100}))
    assert shown[0]["text/html"].count("end</td>") == 100


def test_format_of_an_unknown_column_is_refused(shown):
    with pytest.raises(UnknownNameError, match="Unknown column 'valu'; did you mean 'value'"):
        report.table(pd.DataFrame({"value": [1.0]}), formats={"valu": ".2f"})
    assert shown == []


# ---- verdicts


RULED = {"id": "C1", "claim": "It <is> so.", "chapter": "01_a", "redrawn": "after the first edition",
         "rule": {"above": 0.2, "of": "the share of ladders", "stand_in": "for BLEU alone"}}


@pytest.fixture
def ruled(monkeypatch):
    claims = [RULED, {"id": "C2", "claim": "X."}, {"id": "C3", "claim": "Y.", "rule": {"open": "No data."}}]
    monkeypatch.setattr(report, "ledger", lambda: {"sources": {}, "claims": claims})


def test_a_verdict_carries_its_number(ruled, shown):
    report.decide("C1", RESULT, because="It does <so>.", unit="of tasks", fmt=".3f")
    bundle = shown[0]
    record = bundle[report.MIME]
    expected = {"claim": "C1", "verdict": "holds with limits", "because": "It does <so>.", "unit": "of tasks",
                "anchor": "verdict-c1", "fmt": ".3f", "estimate": 0.4123, "interval": [0.3, 0.52],
                "level": 0.9, "n": 1234, "status": "limited", "notes": ["One note.", "Two <notes>."]}
    assert {k: record[k] for k in expected} == expected
    assert json.loads(json.dumps(record)) == record
    html = bundle["text/html"]
    assert 'id="verdict-c1"' in html
    assert 'class="em-verdict em-limits"' in html
    assert 'aria-label="Verdict on claim C1"' in html
    assert "<strong>C1 · holds with limits: for BLEU alone</strong> It &lt;is&gt; so." in html
    assert "<dd>0.412 of tasks, 90 % interval [0.300, 0.520], n = 1,234</dd>" in html
    assert "It does &lt;so&gt;." in html and "One note; Two &lt;notes&gt;" in html
    assert bundle["text/plain"].startswith(
        "C1 · holds with limits: for BLEU alone: It <is> so.\n  Our number: 0.412 of tasks")


def test_a_claim_that_no_number_decides_needs_none(ruled, shown):
    assert report.decide("C3").verdict == "open"
    record = shown[0][report.MIME]
    assert [record[k] for k in ("estimate", "interval", "level", "n", "status", "notes")] == [None] * 5 + [[]]
    assert record["because"] == "No data." and "Our number" not in shown[0]["text/html"]


def test_the_others_do(ruled, shown):
    with pytest.raises(InputError, match="the rule needs a result named '', got None"):
        report.decide("C1")
    assert shown == []


@pytest.mark.parametrize(("result", "estimate", "interval"), [
    (Result(math.inf, Interval(1 / 3, math.inf), 5), "inf", [0.3333, "inf"]),
    (Result.exact(12345678, 3), 12350000.0, None),
])
def test_json_has_no_infinity_and_four_digits(ruled, shown, result, estimate, interval):
    report.decide("C1", result)
    record = shown[0][report.MIME]
    assert (record["estimate"], record["interval"]) == (estimate, interval)
    json.dumps(record, allow_nan=False)


@pytest.mark.parametrize(("claim", "message"), [
    ("C999", "Unknown claim 'C999'; did you mean 'C"), ("c1", "did you mean 'C1'?")])
def test_unknown_claims_get_the_nearest(shown, claim, message):
    with pytest.raises(UnknownNameError, match=re.escape(message)):
        report.decide(claim)
    assert shown == []


# ---- the ledger


def notebook(folder, name, *claims, **changes):
    """A notebook with one verdict a claim, as `verdict` leaves it."""
    outputs = [{"output_type": "display_data", "data": {report.MIME: record(c, **changes), "text/plain": "x"}}
               for c in claims]
    cells = [{"cell_type": "markdown", "source": ["text"]},
             {"cell_type": "code", "outputs": [{"output_type": "stream", "text": "x"}, *outputs]}]
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def record(claim, **changes):
    return {"claim": claim, "verdict": "holds", "because": "So.", "estimate": 0.5, "anchor": "a"} | changes


def book(*claims):
    return {"sources": {}, "claims": [{"id": c, "claim": "Ü.", "chapter": chapter, "result": result}
                                      for c, chapter, result in claims]}


def stated(claim, **changes):
    return {k: v for k, v in record(claim, **changes).items() if k != "claim"}


def test_collect_finds_every_verdict_and_its_chapter(tmp_path):
    paths = [notebook(tmp_path, "02_b", "C3"), notebook(tmp_path, "01_a", "C1", "C2")]
    found = report.collect(iter(paths))
    assert found == {"C1": stated("C1") | {"chapter": "01_a"}, "C2": stated("C2") | {"chapter": "01_a"},
                     "C3": stated("C3") | {"chapter": "02_b"}}
    assert report.collect([]) == {}


@pytest.mark.parametrize("chapters", [("01_a", "02_b"), ("01_a",)])
def test_two_verdicts_on_one_claim_are_refused(tmp_path, chapters):
    claims = ["C1", "C1"] if len(chapters) == 1 else ["C1"]
    paths = [notebook(tmp_path, c, *claims) for c in chapters]
    with pytest.raises(InputError) as error:
        report.collect(paths)
    assert str(error.value) == (f"{chapters[-1]}.ipynb: claim C1 has a verdict already, in 01_a; "
                                "accepted is one per claim.")


def test_agreement_has_nothing_to_say(tmp_path):
    found = report.collect([notebook(tmp_path, "01_a", "C1")])
    agreed = book(("C1", "01_a", stated("C1")), ("C2", "02_b", None), ("C3", None, None))
    assert report.mismatches(agreed, found, finished=["01_a"]) == []


@pytest.mark.parametrize(("claim", "found", "sentence"), [
    (("C1", "01_a", None), [], "C1: chapter 01_a states no verdict on it."),
    (("C1", "02_b", stated("C1")), ["C1"], "C1: ledger says chapter 02_b, found in 01_a."),
    (("C1", "01_a", stated("C1", estimate=0.6, because="No.")), ["C1"],
     "C1: ledger and notebook differ in because, estimate."),
    (("C1", "01_a", None), ["C1"],
     "C1: ledger and notebook differ in verdict, because, estimate, anchor."),
    (("C1", "01_a", stated("C1") | {"more": 1}), ["C1"], "C1: ledger and notebook differ in extra keys."),
    (("C1", "02_b", stated("C1")), [], "C1: the ledger has a result that no notebook computes."),
])
def test_each_disagreement_has_its_sentence(tmp_path, claim, found, sentence):
    computed = report.collect([notebook(tmp_path, "01_a", *found)])
    assert report.mismatches(book(claim), computed, finished=["01_a"]) == [sentence]


def test_a_verdict_on_a_claim_that_the_ledger_lacks_is_a_disagreement(tmp_path):
    found = report.collect([notebook(tmp_path, "01_a", "C1", "C9")])
    assert report.mismatches(book(("C1", "01_a", stated("C1"))), found, finished=[]) == [
        "C9: the ledger has no such claim, found in 01_a."]


def checkout(tmp_path, *claims, results=None):
    (tmp_path / "book").mkdir()
    (tmp_path / "book/claims.yml").write_text(json.dumps({"sources": {}, "claims": [
        {"id": c, "chapter": chapter} for c, chapter in claims]}), encoding="utf-8")
    (tmp_path / "book/results.json").write_text(json.dumps(results or {}), encoding="utf-8")
    return tmp_path / "book/results.json"


def test_update_writes_what_the_notebooks_say_and_nothing_else(tmp_path):
    path = checkout(tmp_path, ("C1", "01_a"), ("C2", "02_b"), ("C3", "01_a"),
                    results={"C2": stated("C2"), "C3": stated("C3", estimate=0.1)})
    notebooks = [notebook(tmp_path, "01_a", "C1", "C3")]
    assert report.update_results(tmp_path, notebooks) == 2
    text = path.read_text(encoding="utf-8")
    assert json.loads(text) == {"C1": stated("C1"), "C3": stated("C3")}
    assert text.endswith("}\n")
    whole = report.ledger(tmp_path)
    assert [c["result"] for c in whole["claims"]] == [stated("C1"), None, stated("C3")]
    assert report.mismatches(whole, report.collect(notebooks), finished=["01_a"]) == []
    report.update_results(tmp_path, notebooks)
    assert path.read_text(encoding="utf-8") == text


def test_update_refuses_unknown_claims_and_leaves_the_file(tmp_path):
    path = checkout(tmp_path, ("C1", "01_a"))
    before = path.read_bytes()
    with pytest.raises(UnknownNameError, match="Unknown claim 'C11'; did you mean 'C1'"):
        report.update_results(tmp_path, [notebook(tmp_path, "01_a", "C11")])
    with pytest.raises(InputError, match=r"02_b decides C1, which book/claims.yml gives to 01_a\."):
        report.update_results(tmp_path, [notebook(tmp_path, "02_b", "C1")])
    assert path.read_bytes() == before


def test_the_book_and_its_notebooks_agree():
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert notebooks
    assert report.mismatches(report.ledger(), report.collect(notebooks),
                             finished=[p.stem for p in notebooks]) == []


def test_decide_applies_the_rule_of_the_claim_and_keeps_all_of_it(ruled, shown):
    decision = report.decide("C1", binomial(18, 20), because="in 18 of 20 ladders", counted="ladders")
    assert (decision.verdict, decision.limit) == ("holds with limits", "for BLEU alone")
    record = shown[-1][report.MIME]
    assert record["verdict"] == "holds with limits" and record["limit"] == "for BLEU alone"
    assert record["because"] == "in 18 of 20 ladders" and record["estimate"] == 0.9
    assert record["rule"] == ("Holds if the interval of the share of ladders lies above 0.2, and then with a "
                              "limit (for BLEU alone); fails on the other side; else open.")
    assert record["near_tie"] is False and record["strength"] > 1
    assert "Redrawn" in shown[-1]["text/html"] and "for BLEU alone" in shown[-1]["text/html"]


def test_a_verdict_says_how_many_families_stand_behind_it(ruled, shown):
    families = pd.Series(list("aaabbbccc"), name="family")
    found = clustered([0.8, 0.9, 0.7, 0.9, 0.8, 0.9, 0.8, 0.7, 0.9], families)
    record = report.decide("C1", found, counted="ladders").record
    assert (record["clusters"], record["clustered_by"]) == (3, "family")
    assert "n = 9 ladders, from 3 families" in shown[-1]["text/html"]
    assert report.number_text(record | {"clustered_by": ""}).endswith("from 3 clusters")
    both = "2 families and 1 kind of task"
    assert report.number_text(record | {"clustered_by": both}).endswith(f"from {both}")
    assert "cluster" not in report.number_text(report.decide("C1", binomial(18, 20)).record)


def test_the_strength_names_the_condition_with_the_fewest_clusters():
    record = {"strength": 1.234, "answers": {"a": "met", "b": "met"}, "clusters": 9, "numbers": {
        "a": {"clusters": 9, "clustered_by": "task"}, "b": {"clusters": 1, "clustered_by": "family"},
        "c": {"clusters": None, "clustered_by": ""}}}
    assert report.strength_text(record) == (
        "1.2 margins of error between the number and its limit, at the condition that is nearest; "
        "the condition with the fewest rests on 1 family")
    assert report.strength_text({"strength": None, "answers": {}, "clusters": 4, "numbers": {}}) == ""


def test_decide_refuses_a_claim_without_a_rule(ruled):
    with pytest.raises(InputError, match=r"book/claims\.yml: claim C2 has no rule\."):
        report.decide("C2", binomial(18, 20))
    with pytest.raises(UnknownNameError, match="Unknown claim 'C4'"):
        report.decide("C4", binomial(18, 20))


def test_small_claims_are_one_folded_table_and_each_is_kept(ruled, shown, tmp_path):
    decision = report.decide("C1", binomial(18, 20), because="in 18 of 20 ladders", show=False)
    assert shown == []
    report.small_claims(decision)
    assert shown[-1]["text/html"].startswith('<details class="em-small"><summary>1 smaller claim</summary>')
    assert [r["claim"] for r in shown[-1][report.MIME]] == ["C1"]
    path = tmp_path / "01_a.ipynb"
    path.write_text(json.dumps({"cells": [{"outputs": [{"data": shown[-1]}]}]}), encoding="utf-8")
    assert report.collect([path])["C1"]["limit"] == "for BLEU alone"
