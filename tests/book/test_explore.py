"""The explorer of everything: curves, stored verdicts, the files that the page fetches, the address."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from book.build.explore import address
from book.build.explore.chart import fill, picture, series, ticks
from book.build.explore.curves import AXES, CURVE, EXACT, RUNS, read_source, score_sources
from book.build.explore.files import read_data, source_files, write_data
from book.build.explore.lesson import lesson
from book.build.explore.page import app_html, find, point_text, reach_html
from book.build.explore.verdicts import MOST, judge, judged, ladder_rows, stale, stored
from book.build.explore.words import no_verdict, said_scale, verdict_words
from emergence_utils.errors import InputError
from emergence_utils.intervals import binomial_bounds
from emergence_utils.ladders import Ladder
from emergence_utils.scores import load


@pytest.fixture(scope="module")
def verdicts():
    return stored()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("explore")
    assert write_data(".", out)
    assert not write_data(".", out), "nothing changed, so nothing is written"
    return out


@pytest.fixture(scope="module")
def index(folder):
    return read_data(folder, "index")


# ---- curves


def test_a_family_is_a_curve_with_exact_intervals():
    source = read_source("gpt3")
    use = (source.points["task"] == "addition_3_digit") & (source.points["prompting"] == "few-shot") & (
        source.points["metric"] == "exact_match")
    points = source.points[use].sort_values("params")
    assert len(points) == 8
    last = points.iloc[-1]
    assert last["value"] == 0.804 and last["how"] == EXACT
    low, high = binomial_bounds([0.804], [last["n"]], method="clopper-pearson")
    assert (last["low"], last["high"]) == (low[0], high[0])
    assert source.reached == len(load("gpt3"))


def test_seeds_are_averaged_and_their_range_is_the_interval():
    source, raw = read_source("vision_digits"), load("vision_digits")
    point = source.points.iloc[0]
    keys = ["task", "metric", "model"]
    rows = raw[(raw[keys] == point[keys]).all(axis=1)]
    assert point["how"] == RUNS and point["runs"] == len(rows) == 10
    assert point["value"] == pytest.approx(rows["value"].mean())
    assert (point["low"], point["high"]) == (rows["value"].min(), rows["value"].max())


def test_a_family_with_several_runs_of_a_size_is_split_by_recipe():
    curves = read_source("gadre").curves
    pooled, split = curves[curves["kind"] == "pooled"], curves[curves["kind"] == "family"]
    assert pooled["params_shared"].all() and not pooled["train_flops_shared"].all()
    assert not split["params_shared"].any() and set(split["tokens"]) == {0}


# ---- verdicts


def test_the_stored_verdicts_are_those_of_today_s_tables():
    assert stale(".", score_sources()) == [], "run: python -m book.build.explore"


@pytest.mark.parametrize("name", ["gpt3", "cot", "gadre", "grown", "vision_digits"])
def test_a_sample_of_verdicts_is_found_again(name, verdicts):
    source = read_source(name)
    sample = source.curves.sample(4, random_state=7)
    ladders = ladder_rows(replace(source, curves=sample))
    assert ladders or (sample[[f"{a}_shared" for a in AXES]].any(axis=1)).any()
    mine = verdicts[verdicts["source"] == name].set_index([*CURVE, "axis"])
    for key, axis, ladder in ladders:
        before, now = mine.loc[(*(key[c] for c in CURVE), axis)], judge(ladder)
        for column in ("scales", "judged", "presence", "jump", "u"):
            assert now[column] == before[column], (key, axis, column)
        for column in ("jump_p", "jump_rise", "u_p"):
            again = float(now.get(column, np.nan))
            assert again == pytest.approx(float(before[column]), rel=1e-4, nan_ok=True)


def test_every_ladder_has_its_verdict_once(verdicts):
    assert not verdicts.duplicated(["source", *CURVE, "axis"]).any()
    curves = read_source("bigg").curves
    due = curves[(curves["params"] >= 3) & ~curves["params_shared"]]
    assert len(due) == (verdicts["source"] == "bigg").sum()


def test_a_long_run_is_judged_on_checkpoints_spread_in_decades():
    ladder = Ladder.of(np.arange(1.0, 201.0), np.linspace(0, 1, 200), 100, chance=0.0, axis="tokens")
    part = judged(ladder)
    assert len(judged(replace(ladder, axis="params"))) == 200, "models are not chosen among"
    assert len(part) == MOST and part.scale[0] == 1 and part.scale[-1] == 200
    assert len(set(part.scale)) == MOST


def test_the_first_pair_is_sudden_and_gradual_and_no_other_rises_more(verdicts):
    first, second = lesson(verdicts)
    keys = ["source", *CURVE]
    table = verdicts[verdicts["axis"] == "params"].set_index(keys)["jump"]
    assert table[tuple(first[k] for k in keys)] == "sharp"
    assert table[tuple(second[k] for k in keys)] == "gradual"
    assert {k for k in keys if first[k] != second[k]} == {"metric"}


def test_without_such_a_pair_the_rule_says_so(verdicts):
    with pytest.raises(InputError, match="no ladder over params is sudden under exact_match"):
        lesson(verdicts[verdicts["jump"] != "sharp"])


# ---- words


@pytest.mark.parametrize(("value", "axis", "said"), [
    (1.285e10, "params", "13 billion parameters"), (3e11, "tokens", "300 billion tokens"),
    (9.96e22, "train_flops", "1 × 10²³ FLOPs"), (4080, "params", "4,080 parameters")])
def test_scales_are_said_as_people_say_them(value, axis, said):
    assert said_scale(value, axis) == said


ROW = {"axis": "params", "scales": 8, "judged": 8, "presence": "emergent", "presence_scope": "sizes",
       "presence_low": 1e9, "presence_high": 1e10, "presence_note": "", "jump": "sharp", "jump_p": 0.0002,
       "jump_rise": 0.44, "jump_from": 6.66e9, "jump_to": 1.285e10, "jump_note": "", "u": "no U",
       "u_scope": "sizes", "u_p": 0.4, "u_depth": 0.0, "u_note": ""}


def test_a_verdict_in_words():
    assert verdict_words(ROW) == [
        "Sudden", "Absent in small models, present in large ones; it appears between 1 billion and 10 "
        "billion parameters.", "Sudden: between 6.7 billion and 13 billion parameters it improves by 0.44, "
        "beyond noise faster than a smooth curve may (p < 0.001).", "None: a dip that matters is excluded.",
        "Judged on 8 models."]


def test_cannot_tell_and_not_tested_name_their_reason():
    note = "the gap from 1.28e+10 to 1.75e+11 is 1.13 decades, enough for a smooth curve"
    chance = "chance must be known to tell absent from present"
    told = verdict_words(ROW | {"jump": "cannot tell", "jump_p": 1.0, "jump_note": note,
                                "presence": "not tested", "presence_note": chance})
    assert told[0] == "Cannot tell"
    assert told[1] == "Not tested: what guessing would score is not known."
    assert "(p = 1)" in told[2] and "between 13 billion and 175 billion lie 1.13 decades" in told[2]
    assert no_verdict(9, shared=True)[0] == "No verdict"


def test_a_training_run_has_checkpoints_and_no_models():
    told = verdict_words(ROW | {"axis": "tokens", "scales": 93, "judged": 16}, run=True)
    assert "early checkpoints" in told[1]
    assert told[4] == "Judged on 16 of 93 checkpoints, evenly spread in decades."
    assert not any("model" in text for text in told)


def test_a_curve_that_never_leaves_guessing_is_called_absent():
    assert verdict_words(ROW | {"presence": "absent throughout", "jump": "gradual"})[0] == "Absent"


# ---- files


def test_the_files_keep_within_their_weight(folder):
    sizes = [p.stat().st_size for p in folder.glob("*.gz")]
    assert max(sizes) < 60_000 and sum(sizes) < 8_000_000


def test_the_index_counts_what_can_be_reached(index):
    names = [s["name"] for s in index["sources"]]
    assert names == score_sources()
    assert all(0 < s["reached"] <= s["rows"] == len(load(s["name"])) for s in index["sources"])
    assert sum(s["reached"] for s in index["sources"]) > 500_000


def test_sudden_curves_are_listed_by_their_rise_each_task_in_turn(index, verdicts):
    listed = [tuple(entry[:6]) for entry in index["sudden"]]
    sharp = verdicts[verdicts["jump"] == "sharp"]
    assert len(listed) == len(set(listed)) == len(sharp.drop_duplicates(["source", *CURVE]))
    rises = sharp.set_index(["source", *CURVE, "axis"])["jump_rise"]
    assert rises[tuple(index["sudden"][0])] == sharp["jump_rise"].max()
    tasks = sharp.drop_duplicates(["source", "task"])
    assert len({entry[:2] for entry in listed[:len(tasks)]}) == len(tasks)


def test_a_curve_of_the_files_is_that_of_the_table(folder, index):
    state = {"source": "gpt3", "task": "addition_3_digit", "metric": "exact_match", "prompting": "few-shot",
             "models": "GPT-3"}
    found = find(folder, index, state, 0)
    table = load("gpt3", **{k: state[k] for k in ("task", "metric", "prompting")}).sort_values("params")
    assert found["curve"]["v"] == table["value"].round(5).tolist()
    name, scale, value, interval, n = point_text(found, 7, "params")
    assert (name, scale, value, n) == (table["model"].iloc[-1], "175 billion", "80.4\u202f%", "2,000")
    assert interval == "78.6 to 82.1"
    assert set(found["curve"]["w"]) == {"params", "train_flops"}


def test_missing_verdicts_are_said_and_not_left_out():
    source = read_source("cot")
    none = source_files(source, pd.DataFrame(columns=["source", *CURVE, "axis", "jump"]))
    leads = {w[0] for f in none.files for cell in f["curves"].values() for c in cell.values()
             for w in c["w"].values()}
    assert leads == {"No verdict"}


def test_the_page_is_complete_without_a_script_and_light(folder):
    html = app_html(folder)
    assert len(html) < 100_000
    assert html.count("<svg") == 2 and "Sudden" in html and "Gradual" in html
    assert "<table" in html and 'role="application"' in html
    reach = reach_html(folder)
    assert "score tables stand behind a point" in reach and "a table by item" in reach


# ---- chart


def test_ticks_are_powers_of_ten_with_steps_between_where_few():
    assert ticks(1e8, 2e11) == [1e8, 1e9, 1e10, 1e11]
    assert ticks(1e9, 1e10) == [1e9, 2e9, 5e9, 1e10]


def test_only_marks_with_data_are_drawn_and_the_start_of_a_run_stands_on_a_linear_axis():
    curve, frame = {"v": [0.1, 0.2, 0.3]}, {"tokens": [0, 10, 1000]}
    assert [r["x"] for r in series(curve, frame, "tokens", log=True)] == [10, 1000]
    rows = series(curve, frame, "tokens", log=False)
    assert [r["x"] for r in rows] == [0, 10, 1000]
    metric = {"label": "Exact match", "unit": "fraction", "up": True}
    spec = fill([{"rows": rows, "chance": None, "joined": True, "metric": metric, "at": 0}], "tokens",
                log=False)
    values = {data["name"]: data["values"] for data in spec["data"]}
    assert [mark["type"] for mark in spec["marks"] if values[mark["from"]["data"]]] == ["line", "symbol"]
    assert spec["scales"][0] | {"type": "linear", "domain": [0, 1000]} == spec["scales"][0]
    assert spec["scales"][1]["domain"] == [0, 1]


def test_an_axis_without_ends_of_its_own_reaches_to_all_that_is_drawn():
    rows = [{"x": 10, "y": 2, "low": 1, "high": 4}, {"x": 1000, "y": 3, "low": None, "high": None}]
    loss = {"label": "Loss", "unit": "nats", "up": False}
    curves = [{"rows": rows, "chance": chance, "joined": True, "metric": loss, "at": at}
              for at, chance in enumerate((None, 5))]
    for use, high in ((curves[:1], 4), (curves, 5)):
        x, y = fill(use, "tokens")["scales"]
        assert (x["type"], x["domain"], y["domain"]) == ("log", [10, 1000], [1, high])
        assert y["reverse"] and y["nice"]


def test_a_panel_without_points_is_a_chart(folder):
    metric = {"label": "Exact match", "unit": "fraction", "up": True}
    spec = fill([{"rows": [], "chance": None, "joined": True, "metric": metric, "at": 0}], "params")
    assert picture(spec).startswith("<svg")


# ---- address


def test_an_address_names_a_curve():
    got = address(source="cot", task="gsm8k", models="all families", source2="cot", axis="params", up="../")
    assert got == "../book/explore.html?source=cot&task=gsm8k&models=all+families&source2=cot&axis=params"


@pytest.mark.parametrize(("state", "said"), [({"colour": "red"}, "no part 'colour'"),
                                             ({"axis": "width"}, "axis is 'width'; accepted: params")])
def test_an_address_that_means_nothing_is_refused(state, said):
    with pytest.raises(InputError, match=said):
        address(source="cot", **state)
