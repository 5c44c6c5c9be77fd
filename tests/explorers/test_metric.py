"""The metric switch: its sentences repeat the contrast of the chapter."""

import json
import re

import pandas as pd
import pytest

from emergence_utils import explorers
from emergence_utils.chapters.metric import contrast_metrics
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.scores import load

from .drawn import names


@pytest.fixture(scope="module")
def scores():
    ipa = load("obsscaling", task="ipa_transliterate", family=["OPT", "Pythia"])
    mc = load("expemergence", family="OPT", task="mmlu", subset=None)
    both = pd.concat([ipa, mc[mc["train_flops"].notna()]])
    hard = both["metric"].isin(["exact_match", "multiple_choice_grade"])
    return both.assign(side=hard.map({True: "hard", False: "soft"}),
                       ladder=both["family"] + ": " + both["task"])


@pytest.fixture(scope="module")
def explorer(scores):
    return explorers.metric(scores)


def said(explorer, ladder, score):
    names = explorer.knobs()[0].texts
    words = explorer.words[explorer.words["score"] == score].set_index("ladder")["words"]
    return words[names.index(ladder)]


def test_ladders_that_look_sudden_under_the_hard_metric_come_first(explorer):
    assert explorer.knobs()[0].texts == ("OPT: ipa_transliterate", "OPT: mmlu", "Pythia: ipa_transliterate")
    assert len(explorer.sentences()) == 9


@pytest.mark.parametrize(("side", "metric"), [("hard", "exact_match"), ("soft", "bleu")])
def test_a_sentence_holds_step_and_error_of_the_contrast(explorer, scores, side, metric):
    ladder = scores[(scores["family"] == "OPT") & (scores["metric"] == metric)]
    shape = contrast_metrics(ladder, x="train_flops").iloc[0]
    text = said(explorer, "OPT: ipa_transliterate", side)
    assert f"of {shape['n_models']} models" in text
    assert f"makes {shape['largest_share']:.0%} of that range (over half: looks sudden)" in text
    assert f"misses by {shape['miss']:.0%}." in text


def test_both_metrics_are_compared(explorer):
    assert said(explorer, "OPT: mmlu", "both") == (
        "7 models. From accuracy to Brier score the largest step goes from 73% to 49% of the range, the "
        "forecast error from 66% to 4%: smoother and easier to predict.")
    assert ("both shrink on 2 of these 2 ladders; 1 more cannot tell, since the hard metric never moves."
            in explorer.caption)


def test_a_hard_metric_that_never_moves_is_not_compared(explorer):
    assert said(explorer, "Pythia: ipa_transliterate", "hard") == (
        "Exact match of 8 models, 0 for all: there is no step to judge.")
    assert "there is nothing to compare" in said(explorer, "Pythia: ipa_transliterate", "both")


def test_shares_run_from_the_worst_to_the_best_score(explorer):
    drawn = explorer.data[explorer.data["ladder"] == "OPT: mmlu"]
    for _, g in drawn.groupby("side"):
        assert (g["share"].min(), g["share"].max()) == (0, 1)
    brier = drawn[drawn["side"] == "soft"].sort_values("value")
    assert brier["share"].is_monotonic_decreasing  # a smaller Brier score is better


def test_each_ladder_has_its_rows_and_the_page_is_light(explorer):
    html = explorers.explorer_html(explorer)
    payload = re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1]
    rows = max(json.loads(payload)["spec"]["datasets"].values(), key=len)
    assert [sum(r["t"] == t for r in rows) for t in range(3)] == [8, 7, 8]
    assert len(payload.encode()) < 20_000


def test_it_starts_with_a_leap_beyond_noise_that_the_softer_metric_softens(explorer):
    assert explorer.knobs()[0].texts[explorer.knobs()[0].start] == "OPT: ipa_transliterate"
    assert explorer.start().endswith("smoother and easier to predict.")
    rows = explorer.data.query("ladder == 'OPT: mmlu' and side == 'hard'")
    assert rows["value"].max() < 0.28, "at the level of guessing: its largest step is noise"


def test_points_have_names(explorer):
    found = names(explorer, ladder=1)
    assert len(found) == 2 * 7
    assert ("opt-125m, 1.3×10²⁰ FLOPs: Accuracy 0.261, 66 % of the range (95 % 31 to 102), 14,042 items"
            in found)


@pytest.mark.parametrize(("change", "error", "message"), [
    (lambda d: d.drop(columns="side"), UnknownNameError, "column 'side'"),
    (lambda d: d.assign(side="middle"), UnknownNameError, "side 'middle'"),
    (lambda d: d[d["metric"] != "bleu"], InputError, "it has them under: hard"),
])
def test_tables_that_cannot_be_drawn_are_refused(scores, change, error, message):
    with pytest.raises(error, match=message):
        explorers.metric(change(scores))


def test_an_unknown_start_is_refused(scores):
    with pytest.raises(UnknownNameError, match="ladder 'OPT: mnlu'"):
        explorers.metric(scores, begin="OPT: mnlu")
