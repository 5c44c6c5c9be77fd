"""An explorer's page: inputs, words for every state, the static figure and the chart for the script."""

import re

import altair as alt
import pandas as pd
import pytest

from emergence_utils import explorers
from emergence_utils.errors import InputError
from emergence_utils.explorers import look

from .drawn import names, page

POINTS = pd.DataFrame({"size": [1.0, 2.0, 3.0] * 2, "score": [0, 0, 1, 0.1, 0.5, 0.7],
                       "metric": ["hard"] * 3 + ["soft"] * 3})


def chart(bind=None, value="hard", named=True):
    radio = alt.binding_radio(options=["hard", "soft"], labels=["Hard", "Soft"], name="Metric")
    metric = alt.param(name="metric", value=value, bind=bind or radio)
    slider = alt.binding_range(min=0, max=2, step=1, name="Smallest size")
    least = alt.param(name="least", value=0, bind=slider)
    points = alt.Chart(POINTS).mark_point().encode(
        x=alt.X("size:Q", title="Size"), y=alt.Y("score:Q", title="Score"), color=alt.Color(
            "metric:N", scale=alt.Scale(domain=["hard", "soft"], range=["red", "blue"])))
    line = alt.Chart(POINTS).mark_line().encode(x="size:Q", y="score:Q")
    if named:
        points = look.named(points, "'size ' + datum.size")
    return (alt.layer(line, points).transform_filter("datum.metric == metric && datum.size > least")
            .add_params(metric, least))


def words():
    return pd.DataFrame([{"metric": m, "least": n, "words": f"{m} </b> from {n}"}
                         for m in ("hard", "soft") for n in range(3)])


def toy(**changes):
    parts = {"name": "toy", "chart": chart(), "words": words(), "data": POINTS}
    return explorers.Explorer(**parts | changes)


def test_states_are_counted_with_the_last_knob_fastest():
    assert toy().sentences() == ["hard </b> from 0", "hard </b> from 1", "hard </b> from 2",
                                 "soft </b> from 0", "soft </b> from 1", "soft </b> from 2"]


def test_the_starting_sentence_is_that_of_the_starting_values():
    assert toy(chart=chart(value="soft")).start() == "soft </b> from 0"


def test_knobs_become_native_inputs_with_labels():
    html = explorers.explorer_html(toy(texts={"least": ["all", "over 1", "over 2"]}))
    assert "<legend>Metric</legend>" in html
    assert '<label><input type="radio" name="explore-toy-metric" value="0" checked>' in html
    assert '<span>Smallest size: <output>all</output></span><input type="range" min="0" max="2"' in html
    assert 'aria-valuetext="all"' in html


def test_a_select_holds_its_options_as_text():
    select = alt.binding_select(options=["hard", "soft"], name="Metric")
    html = explorers.explorer_html(toy(chart=chart(select)))
    assert '<option value="0" selected>hard</option><option value="1">soft</option>' in html


def test_the_page_carries_words_and_chart_without_its_own_inputs():
    made = page(toy(titles={"x": "metric"}))
    assert made["words"][4] == "soft </b> from 1"
    assert made["knobs"][1] == {"name": "least", "values": [0, 1, 2], "texts": ["0", "1", "2"], "start": 0}
    assert made["titles"] == {"x": "metric"}
    assert not any("bind" in p for p in made["spec"]["params"])


def test_text_in_the_page_ends_no_element():
    html = explorers.explorer_html(toy())
    assert "</b>" not in html
    assert html.count("</script>") == 1


def test_numbers_are_short_and_missing_ones_null():
    data = POINTS.assign(score=[1 / 3, float("nan"), 2.0, 0, 0, 0])
    made = look.named(alt.Chart(data).mark_point().encode(x="size:Q", y="score:Q"), "'a'")
    radio = alt.binding_radio(options=["hard", "soft"], name="Metric")
    shown = page(toy(chart=made.add_params(alt.param(name="metric", value="hard", bind=radio)),
                     words=words()[words()["least"] == 0].drop(columns="least")))
    rows = next(iter(shown["spec"]["datasets"].values()))
    assert [r["score"] for r in rows[:3]] == [0.33333, None, 2]


def test_points_have_names_and_the_rest_is_hidden_from_screen_readers():
    line, points = page(toy())["spec"]["layer"]
    assert line["mark"]["aria"] is False
    assert "aria" not in points["mark"] and points["encoding"]["description"]["field"] == "say"
    assert names(toy()) == ["size 1", "size 2", "size 3"]
    assert names(toy(), least=2) == ["size 3"]


def test_the_legend_is_part_of_the_page_and_not_of_the_chart():
    html = explorers.explorer_html(toy())
    assert re.search(r'<ul class="em-legend"><li><svg.*?"red"/></svg>hard</li><li>.*?soft</li></ul>', html)
    assert all(layer["encoding"].get("color", {"legend": None})["legend"] is None
               for layer in page(toy())["spec"]["layer"])


def test_the_box_of_the_chart_is_fixed_so_that_nothing_moves():
    made = page(toy(heights=(200, 300)))
    assert made["sizes"] == [[320, 200], [620, 300]]
    assert made["spec"]["autosize"] == "none"
    assert made["spec"]["padding"] == look.MARGINS


def test_a_head_stands_above_the_chart():
    html = explorers.explorer_html(toy(words=words().assign(head=["A", "B", "C", "D", "E", "F"])))
    assert '<p class="em-head" role="status"><span>A</span></p>' in html
    assert "em-head" not in explorers.explorer_html(toy())


def test_knobs_can_stand_behind_more():
    html = explorers.explorer_html(toy(folded={"metric": 1, "least": 0}))
    front, more = html.split("<summary>More</summary>")
    assert "Hard" in front and "Soft" not in front
    assert more.index('value="1"') < more.index('type="range"')
    assert "<details" not in explorers.explorer_html(toy())


def test_the_same_explorer_is_the_same_page():
    assert explorers.explorer_html(toy()) == explorers.explorer_html(toy())


def test_show_adds_text_and_data(capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("emergence_utils.explorers.core.display", lambda bundle, raw: shown.append(bundle))
    explorers.show(toy())
    assert shown[0]["text/plain"] == "Score against Size. hard </b> from 0"
    assert shown[0]["text/csv"].splitlines()[1] == "1,0,hard"


@pytest.mark.parametrize(("changes", "message"), [
    ({"name": "A b"}, "explorer name 'A b' must be lower-case"),
    ({"words": words().drop(columns="least")}, "words lacks the column 'least'"),
    ({"words": words().iloc[1:]}, "no sentence for the state ('hard', 0)"),
    ({"words": pd.concat([words(), words().iloc[:1]])}, "holds the state ('hard', 0) twice"),
    ({"texts": {"least": ["one"]}}, "knob 'least' has 3 values but 1 texts"),
    ({"chart": look.named(alt.Chart(POINTS).mark_point(), "'a'")}, "no parameter with bind="),
    ({"chart": chart(value="odd")}, "knob 'metric' starts at 'odd'; accepted: hard, soft."),
    ({"chart": chart(alt.binding(input="color"))},
     "knob 'metric' is of kind 'color'; accepted: radio, select, range."),
    ({"chart": chart(named=False)}, "no layer has a description"),
    ({"folded": {"size": 0}}, "folded names the knob 'size'; it has metric, least."),
])
def test_mistakes_are_answered_with_one_sentence(changes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        toy(**changes)
