"""The landing page's figure: its sentences are what the table and the test of a jump say."""

import json
import re

import pytest

from emergence_utils import explorers
from emergence_utils.errors import InputError
from emergence_utils.ladders import Ladder
from emergence_utils.measures import Jump, largest_jump
from emergence_utils.scores import load

from .drawn import names


@pytest.fixture(scope="module")
def scores():
    return load("olmo_ladder", model=["OLMo-2-7B", "OLMo-2-13B"],
                         task=["arc_easy", "c4_en_validation"])


@pytest.fixture(scope="module")
def explorer(scores):
    return explorers.landing(scores)


def said(explorer, **state):
    rows = explorer.words
    for knob, value in state.items():
        rows = rows[rows[knob] == value]
    return rows["words"].item().replace("\u202f", " ")


def test_every_state_has_its_sentence(explorer):
    assert [len(k.options) for k in explorer.knobs()] == [3, 4, 4]
    assert len(explorer.sentences()) == 48
    assert max(map(len, explorer.sentences())) <= 240


def test_the_step_of_a_sentence_is_the_largest_of_the_run(explorer):
    run = explorer.data.query("model == 'OLMo-2-13B' and test == 'letter'")
    size, at = largest_jump(run["value"])
    a, b = (100 * run["value"].to_numpy()[[at - 1, at]]).round()
    place = run["tokens"].to_numpy()
    width = (place[at] - place[at - 1]) / (7.969178e11 - 2.097152e10)
    assert "of the axis" not in said(explorer, asked="letter", axis="log", thin=0)
    text = said(explorer, asked="letter", axis="linear", thin=0)
    assert f"13B model from {a:.0f} to {b:.0f} right in 100" in text
    assert f", on {width:.0%} and".replace("%", " %") in text
    assert size == pytest.approx(0.3388, abs=1e-4)


def test_limit_and_verdict_are_those_of_the_jump_test(explorer, scores):
    rows = scores.query("model == 'OLMo-2-7B' and task == 'arc_easy' and prompting == 'mc 5-shot' and "
                        "metric == 'multiple_choice_grade' and subset == 'test' and 0 < tokens < 8e11")
    test = Jump(pace=1.0)(Ladder.of(rows["tokens"], rows["value"], rows["n_examples"], chance=0.25))
    text = said(explorer, asked="letter", axis="linear", thin=0)
    assert test.answer == "sharp"
    assert head(explorer, asked="letter", axis="linear", thin=0) == "Sudden"
    gap = f"{75 * test.gap:.0f}"
    assert re.search(rf"7B model from \d+ to \d+ \(at most {gap}\), on ", text)


def head(explorer, **state):
    rows = explorer.words
    for knob, value in state.items():
        rows = rows[rows[knob] == value]
    return rows["head"].item()


@pytest.mark.parametrize(("state", "start"), [
    ({"asked": "text", "thin": 0}, "Gradual"),
    ({"asked": "letter", "thin": 2}, "Sudden (7B), cannot tell (13B)"),
    ({"asked": "text", "thin": 3}, "Cannot tell"),
    ({"asked": "bits", "thin": 0}, "Cannot tell"),
])
def test_what_is_left_of_the_leap_depends_on_test_and_density(explorer, state, start):
    for axis in ("log", "linear", "flops", "loss"):
        assert head(explorer, axis=axis, **state) == start


def test_the_cost_in_bits_is_told_without_a_test(explorer):
    words = said(explorer, asked="bits", axis="log", thin=0)
    assert words.startswith("No test, as the noise is not published.")


def test_the_switch_stands_in_front_and_the_rest_behind_more(explorer):
    html = explorers.explorer_html(explorer)
    front, more = html.split('<details style="display:none" class="em-more em-js-only">')
    assert 'class="em-knob em-switch" data-knob="asked"' in front and front.count('type="radio"') == 2
    assert more.count('type="radio"') == 1
    assert "data-knob=\"axis\"" in more and "data-knob=\"thin\"" in more and "<select" not in front


def test_points_have_names(explorer):
    found = names(explorer, asked="text")
    assert len(found) == 17 + 38
    assert "OLMo 2 13B after 419 billion tokens: 81.4 % (95 % 79.8 to 83.0) right of 2,376 questions" in found
    assert "OLMo 2 13B after 419 billion tokens: 0.572 bits per byte" in names(explorer, asked="bits")


def test_the_page_is_light_and_starts_with_the_leap(explorer):
    html = explorers.explorer_html(explorer)
    page = re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1]
    assert len(page.encode()) < 45_000
    assert '<p class="em-head" role="status"><span>Sudden</span></p>' in html
    rows = max(json.loads(page)["spec"]["datasets"].values(), key=len)
    assert len(rows) == 17 + 38
    assert "\n\n" not in html  # a blank line would end the block of HTML in Markdown


def test_the_data_are_the_published_scores(explorer):
    first = explorer.data.query("model == 'OLMo-2-7B' and test == 'letter'").iloc[0]
    assert (first["tokens"], first["n_examples"]) == (20_971_520_000, 2376)
    assert first["value"] == pytest.approx(598 / 2376, abs=1e-6)
    assert first["low"] < first["value"] < first["high"]


def test_another_table_is_refused():
    with pytest.raises(InputError, match=r"must hold 'arc_easy' .* got 0 and 0 rows"):
        explorers.landing(load("gpt3"))
