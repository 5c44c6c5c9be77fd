"""The prompting explorer: its words against the table, its states and its size."""

import json
import re

import pytest

from emergence_utils import explorers, load
from emergence_utils.chapters import cot as ask
from emergence_utils.errors import InputError, UnknownNameError

TASKS = {"gsm8k": "GSM8K", "aqua": "AQuA", "last_letter_2": "last letters, 2"}
FAMILIES = {"GPT-3": "GPT", "LaMDA": "LaMDA", "PaLM": "PaLM"}
WAYS = {"method": "chain-of-thought", "baseline": "standard"}


@pytest.fixture(scope="module")
def scores():
    found = load("cot", task=list(TASKS))
    return found.assign(n_examples=found["n_examples"].fillna(300))


@pytest.fixture(scope="module")
def diffs(scores):
    return ask.differences(scores, **WAYS)


@pytest.fixture(scope="module")
def crossings(scores):
    return ask.crossover_all(scores, n_resamples=100, **WAYS)


@pytest.fixture(scope="module")
def made(diffs, crossings):
    return explorers.cot(diffs, crossings, tasks=TASKS, families=FAMILIES, start=("GPT-3", "gsm8k"),
                       assumed=["last_letter_2"])


def said(explorer, family, task, sizes=0):
    return explorer.sentences()[(family * len(TASKS) + task) * 2 + sizes]


def page(explorer):
    html = explorers.explorer_html(explorer)
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])


def test_words_give_the_difference_of_the_largest_model_and_the_crossing(made, diffs, crossings):
    row = diffs[(diffs["model"] == "GPT 175B") & (diffs["task"] == "gsm8k")].iloc[0]
    at = crossings.set_index(["family", "task"]).loc[("GPT-3", "gsm8k")]
    head = "GPT, GSM8K (1,319 items): chain minus direct at 175B: "
    assert made.start().startswith(f"{head}+{row['estimate']:.3f} (")
    assert "a decided gain" in made.start()
    assert f"It overtakes near {at['estimate'] / 1e9:.3g}B" in made.start()


def test_words_on_small_models_count_decided_signs(made, diffs):
    small = diffs[(diffs["family"] == "LaMDA") & (diffs["task"] == "gsm8k") & (diffs["params"] < 1e10)]
    lost = (small["sign"] == "worse").sum()
    assert f"below 10B, decided losses with a chain: {lost} of {len(small)}, gains: 0." in said(made, 1, 0, 1)
    assert "chain minus direct at 420M: −0.022" in said(made, 1, 0, 1)


def test_a_ladder_without_a_crossing_is_not_given_one(made):
    assert said(made, 1, 1).endswith("It leads at no size, so there is no crossing.")
    assert said(made, 2, 2).endswith("It leads at every size, so there is no crossing.")


def test_assumed_counts_are_called_so(made):
    assert "(300 items assumed)" in said(made, 2, 2)


def test_what_was_not_published_is_said(made):
    assert said(made, 0, 2) == said(made, 0, 2, 1) == "GPT, last letters, 2: not published for this family."


def test_chart_marks_guessing_where_there_are_options_and_holes_where_undecided(made, diffs):
    data = list(page(made)["spec"]["datasets"].values())
    rows = next(d for d in data if "dl" in d[0])
    known = diffs[diffs["params"].notna() & diffs["family"].isin(list(FAMILIES))]
    assert len(rows) == len(known)
    assert sum(r["s"] for r in rows) == (known["sign"] != "undecided").sum()
    guessing = next(d for d in data if d[0].get("text") == "guessing")
    assert {(r["t"], r["y"]) for r in guessing} == {(1, 0.2)}


def test_intervals_hold_their_scores(made):
    rows = next(d for d in page(made)["spec"]["datasets"].values() if "dl" in d[0])
    assert all(r["cl"] <= r["c"] <= r["ch"] and r["dl"] <= r["d"] <= r["dh"] for r in rows)


def test_the_page_stays_small(made):
    assert len(json.dumps(page(made))) < 40_000


@pytest.mark.parametrize(("change", "kind", "message"), [
    ({"start": ("GPT-3", "svamp")}, UnknownNameError, "svamp"),
    ({"families": {"GPT-3": "GPT", "OPT": "OPT"}}, UnknownNameError, "OPT"),
    ({"small": 0}, InputError, "small must be a positive number"),
    ({"small": "tiny"}, InputError, "small must be a positive number"),
])
def test_mistakes_are_named(diffs, crossings, change, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        explorers.cot(diffs, crossings,
                    **{"tasks": TASKS, "families": FAMILIES, "start": ("GPT-3", "gsm8k")} | change)
