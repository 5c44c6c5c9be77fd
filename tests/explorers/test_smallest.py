"""Which model counts as small: the words follow the book's rules for the models that are left."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from emergence_utils import explorers
from emergence_utils import measures as em
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.ladders import Ladder

from .drawn import names

SIZES = np.array([1e7, 1e8, 1e9, 1e10, 1e11, 1e12])
STARTS = (1e7, 1e8, 1e9, 1e10)


def ladder(task, values, chance=0.0, sizes=SIZES, n=200):
    return pd.DataFrame({"task": task, "params": sizes, "value": values, "n_examples": n, "chance": chance})


SCORES = pd.concat([
    ladder("rising", [0, 0, 0.2, 0.4, 0.6, 0.7]),
    ladder("late", [0.25, 0.24, 0.26, 0.25, 0.25, 0.5], chance=0.25),
    ladder("short", [0.1, 0.2, 0.3, 0.4, 0.5], sizes=SIZES[1:]),
])


@pytest.fixture(scope="module")
def made():
    return explorers.smallest(SCORES, starts=STARTS, labels={"late": "BIG-G: late"}, begin="late")


def said(made, task, start):
    words = made.words
    return words.loc[(words["task"] == task) & (words["start"] == start), "words"].item()


def payload(made):
    html = explorers.explorer_html(made)
    return re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1]


@pytest.mark.parametrize(("task", "start", "pattern"), [
    (0, 0, "absent up to 100M, present from 1B on"),
    (0, 1, "absent up to 100M, present from 1B on"),
    (0, 2, r"all above chance, even the smallest \(20.0%; chance 0.0%\). Nothing emerges on this "
           "ladder; on the whole one it did"),
    (1, 0, "absent up to 100B, present from 1T on"),
    (2, 0, r"^5 models from 100M: all above chance.* Nothing emerges on this ladder\. Other definitions met"),
    (2, 1, "^5 models from 100M"),
    (2, 2, r"^4 models from 1B: .* need 5 models\.$"),
    (2, 3, "^Only 3 models are left"),
])
def test_words_say_which_pattern_is_left(made, task, start, pattern):
    assert re.search(pattern, said(made, task, start))


@pytest.mark.parametrize(("start", "kept"), [(0, 6), (1, 5)])
def test_other_definitions_are_those_of_the_package(made, start, kept):
    g = SCORES[SCORES["task"] == "late"].tail(kept)
    found = em.define(Ladder.of(g["params"], g["value"], g["n_examples"], chance=0.25))
    words = said(made, 1, start)
    assert f"p = {found.jump_p_value:.2g})" in words
    met, silent = re.search("met: ([^;(]*)(?:; cannot be told: ([^(]*))?", words).groups()
    for name, answer in (("better than predicted", found.not_extrapolable), ("threshold", found.threshold)):
        assert (name in met, name in (silent or "")) == (answer == "yes", answer == "cannot tell")


def test_patterns_are_those_of_by_smallest_model(made):
    g = SCORES[SCORES["task"] == "rising"]
    table = em.by_smallest_model(Ladder.of(g["params"], g["value"], g["n_examples"], chance=0.0))
    assert table["pattern"].tolist() == ["emergent", "emergent", "present throughout"]
    assert [("present from" in said(made, 0, s)) for s in range(3)] == [True, True, False]


def test_the_chosen_task_comes_first_in_the_picture_and_keeps_its_place_in_the_picker(made):
    task = made.knobs()[0]
    assert task.texts == ("rising", "BIG-G: late", "short")
    assert task.start == 1
    assert len(names(made)) == 6


def test_it_starts_where_the_verdict_turns(made):
    whole = explorers.smallest(SCORES, starts=STARTS, begin="rising")
    assert whole.knobs()[1].start == 2
    assert "Nothing emerges on this ladder; on the whole one it did." in whole.start()
    found = names(whole)
    assert [n.split(": ")[1].split(",")[0] for n in found].count("left out") == 2


def test_left_out_models_stay_in_the_data_of_the_chart(made):
    rows = next(d for d in json.loads(payload(made))["spec"]["datasets"].values() if "k" in d[0])
    assert [r["k"] for r in rows if r["t"] == 0] == [0, 1, 2, 3, 3, 3]
    assert [r["k"] for r in rows if r["t"] == 2] == [1, 2, 3, 3, 3]


def test_the_state_of_a_model_is_that_among_the_models_left(made):
    rows = next(d for d in json.loads(payload(made))["spec"]["datasets"].values() if "v" in d[0])
    assert [r["v"] for r in rows if r["t"] == 0] == ["nooo", "nnoo", "aaao", "aaau", "aaau", "aaau"]
    assert [r["v"] for r in rows if r["t"] == 1][-1][:3] == "aaa"


def test_a_ladder_that_cannot_tell_says_so():
    unsure = ladder("unsure", [0.25, 0.3, 0.35, 0.3, 0.35, 0.4], chance=0.25, n=20)
    words = explorers.smallest(unsure, starts=STARTS).words["words"]
    assert re.search(r"^6 models from 10M: 0 surely above chance, \d absent, and \d may be at chance or well "
                     r"above it\. The first definition cannot be decided here\..*cannot be told: ", words[0])


def test_the_shade_ends_between_the_last_model_out_and_the_first_one_in(made):
    cuts = next(d for d in json.loads(payload(made))["spec"]["datasets"].values() if "s" in d[0])
    assert [c["b"] for c in cuts if c["t"] == 0] == [6.9, 7.5, 8.5, 9.5]


def test_slider_reads_as_sizes_and_the_page_is_small(made):
    assert made.knobs()[1].texts == ("10M", "100M", "1B", "10B")
    assert len(payload(made)) < 20_000


@pytest.mark.parametrize(("changes", "error", "message"), [
    ({"starts": (1e8, 1e7)}, InputError, "starts must hold different sizes, rising"),
    ({"begin": "none"}, UnknownNameError, "none"),
    ({"labels": {"nonsense": "x"}}, UnknownNameError, "task 'nonsense'"),
    ({"scores": SCORES.drop(columns="chance")}, UnknownNameError, "chance"),
])
def test_mistakes_are_named(changes, error, message):
    with pytest.raises(error, match=message):
        explorers.smallest(**{"scores": SCORES, "starts": STARTS} | changes)
