"""A rule decides and says itself; every verdict that it names can be reached."""

import math
from itertools import product

import pytest

from emergence_utils import InputError, Interval, Result, UnknownNameError, report
from emergence_utils.rules import VERDICTS, read_rule

SHARE = {"above": 0.5, "of": "the share"}


def result(low, high, **more):
    return Result((low + high) / 2, Interval(low, high), 20, **more)


@pytest.mark.parametrize(("rule", "low", "high", "verdict"), [
    (SHARE, 0.6, 0.8, "holds"), (SHARE, 0.2, 0.4, "fails"), (SHARE, 0.4, 0.8, "open"),
    (SHARE, 0.5, 0.8, "open"), (SHARE, 0.2, 0.5, "fails"),
    ({"below": 0, "of": "the slope"}, -2, -1, "holds"), ({"below": 0, "of": "the slope"}, -2, 1, "open"),
    ({"inside": [15, 25], "of": "tokens"}, 17, 22, "holds"),
    ({"inside": [15, 25], "of": "tokens"}, 30, 40, "fails"),
    ({"inside": [15, 25], "of": "tokens"}, 10, 40, "open"),
    ({"inside": [15, 25], "of": "tokens"}, 20, 30, "open"),
    (SHARE | {"stand_in": "for BLEU alone"}, 0.6, 0.8, "holds with limits"),
    (SHARE | {"stand_in": "for BLEU alone"}, 0.2, 0.3, "fails"),
])
def test_one_condition(rule, low, high, verdict):
    assert read_rule(rule).decide(result(low, high)).verdict == verdict


def test_what_was_not_determined_is_open():
    rule = read_rule(SHARE)
    assert rule.decide(Result(math.nan, None, 3, "undetermined", ("too few.",))).verdict == "open"


@pytest.mark.parametrize(("data", "count", "verdict"), [
    ({"at_least": 1, "of": "instances"}, 3, "holds"), ({"at_least": 1, "of": "instances"}, 0, "fails"),
    ({"at_most": 0, "of": "exceptions"}, 0, "holds"), ({"at_most": 0, "of": "exceptions"}, 2, "fails"),
])
def test_counts_have_no_interval(data, count, verdict):
    assert read_rule(data).decide(Result.exact(float(count), 30)).verdict == verdict


def test_the_answer_of_a_test_is_taken_at_its_word():
    class Found(Result):
        answer = "U"
    rule = read_rule({"answer": "U", "refuted": "none found", "of": "the test from counts"})
    found = Found(0.1, Interval(0, 0.2), 8)
    assert rule.decide(found).verdict == "holds"
    for word, verdict in (("none found", "fails"), ("not testable", "open")):
        Found.answer = word
        assert rule.decide(found).verdict == verdict


BOTH = {"all_of": {"steeper": {"above": 0, "of": "the step"},
                   "everywhere": {"above": 0.5, "of": "the share",
                                  "but": "for exact match, not for choices"}}}


@pytest.mark.parametrize(("steeper", "everywhere", "verdict", "limit"), [
    ((1, 2), (0.6, 0.9), "holds", ""),
    ((1, 2), (0.1, 0.3), "holds with limits", "for exact match, not for choices"),
    ((1, 2), (0.4, 0.6), "open", ""), ((-2, -1), (0.6, 0.9), "fails", ""), ((-1, 1), (0.6, 0.9), "open", ""),
    ((-2, -1), (0.4, 0.6), "fails", ""),
])
def test_a_part_that_may_fail_is_a_limit_with_its_name(steeper, everywhere, verdict, limit):
    decision = read_rule(BOTH).decide({"steeper": result(*steeper), "everywhere": result(*everywhere)})
    assert (decision.verdict, decision.limit) == (verdict, limit)


def test_where_every_part_is_refuted_nothing_is_left():
    parts = {"a": SHARE | {"but": "not a"}, "b": SHARE | {"but": "not b"}}
    low = result(0.1, 0.2)
    assert read_rule({"all_of": parts}).decide({"a": low, "b": low}).verdict == "fails"


def test_any_of_several():
    rule = read_rule({"any_of": {"a": SHARE, "b": SHARE}})
    yes, no, unknown = result(0.6, 0.7), result(0.1, 0.2), result(0.4, 0.6)
    assert rule.decide({"a": no, "b": yes}).verdict == "holds"
    assert rule.decide({"a": no, "b": unknown}).verdict == "open"
    assert rule.decide({"a": no, "b": no}).verdict == "fails"


@pytest.mark.parametrize("word", ["open", "fact", "opinion"])
def test_no_number(word):
    rule = read_rule({word: "The paper says so."})
    assert rule.decide().verdict == word
    assert rule.say() == "The paper says so."


def test_a_near_tie_is_named_and_the_strength_told():
    decision = read_rule(SHARE).decide(result(0.5 + 1e-9, 0.7))
    assert decision.near_tie and decision.strength == pytest.approx(1.0)
    assert not read_rule(SHARE).decide(result(0.51, 0.7)).near_tie


@pytest.mark.parametrize(("data", "sentence"), [
    (3, "rule must be a mapping"), ({"of": "x"}, "rule: needs one of above, below"),
    ({"above": "a", "of": "x"}, "rule, above must be a number"), ({"above": 1}, "rule: needs 'of'"),
    (SHARE | {"colour": 1}, "rule has the unknown key 'colour'"),
    ({"inside": [2, 1], "of": "x"}, "inside needs two rising numbers"),
    ({"all_of": {"a": SHARE}}, "rule, all_of: needs two named conditions"),
    ({"all_of": {"a": SHARE | {"but": "a b c d e f g h i j k"}, "b": SHARE}},
     "but must have ten words at most"),
    ({"open": 3}, "rule, open must be words"), ({"inside": ["a", 2], "of": "x"}, "inside must be a number"),
    ({"answer": 5, "of": "x"}, "answer must be a word or a list of words"),
    ({"fact": "So.", "so": "maybe"}, "so must be 'yes', 'no' or 'in part'"),
    (SHARE | {"but": "not here"}, "but names what a claim of several conditions lacks"),
    ({"any_of": {"a": SHARE | {"but": "not a"}, "b": SHARE}}, "but has no place in any_of"),
    ({"open": "Data.", "stand_in": "x"}, "stand_in has no place beside open"),
])
def test_what_cannot_be_read_is_named(data, sentence):
    with pytest.raises(InputError) as error:
        read_rule(data)
    assert sentence in str(error.value)


def test_results_must_be_those_of_the_conditions():
    with pytest.raises(InputError, match="the rule needs a result named 'everywhere', got None"):
        read_rule(BOTH).decide({"steeper": result(0, 1)})
    with pytest.raises(UnknownNameError, match="Unknown condition 'steep'; did you mean 'steeper'"):
        read_rule(BOTH).decide({"steep": result(0, 1)})


RULES = {c["id"]: c["rule"] for c in report.ledger()["claims"] if "rule" in c}


@pytest.mark.parametrize("claim", RULES)
def test_every_outcome_of_a_rule_can_be_reached_and_said(claim):
    """The whole table of answers: known verdicts only, both sides and every limit can be reached."""
    rule = read_rule(RULES[claim], claim)
    assert rule.say().endswith(".")
    if rule.no_number:
        assert rule.decide().verdict in VERDICTS
        return
    table = list(rule.outcomes())
    assert len(table) == 3 ** len(rule.conditions)
    assert {d.verdict for _, d in table} <= set(VERDICTS)
    best = "holds with limits" if rule.stand_in else "holds"
    assert {best, "fails", "open"} <= {d.verdict for _, d in table}
    limits = {d.limit for _, d in table}
    for condition in rule.conditions.values():
        assert not condition.but or any(condition.but in limit for limit in limits), condition.but


def test_all_rules_together_are_told_by_their_table():
    """`decide` on results gives what the table says for their answers."""
    rule = read_rule(BOTH)
    made = {True: (0.6, 0.9), False: (-0.9, -0.6), None: (-0.1, 0.6)}
    table = {tuple(a.values()): d.verdict for a, d in rule.outcomes()}
    for row in product(made, repeat=2):
        given = dict(zip(("steeper", "everywhere"), (result(*made[a]) for a in row), strict=True))
        assert rule.decide(given).verdict == table[row]


@pytest.mark.parametrize(("so", "limit"), [("yes", ""), ("no", "not so"), ("in part", "so in part")])
def test_a_fact_says_whether_it_is_so(so, limit):
    decision = read_rule({"fact": "Looked up.", "so": so}).decide()
    assert (decision.verdict, decision.limit) == ("fact", limit)
