"""An explorer's page: inputs, words for every state, the static figure and the chart for the script."""

import json
import re

import altair as alt
import pandas as pd
import pytest

from emergence_utils import explorers, plot
from emergence_utils.errors import InputError

POINTS = pd.DataFrame({"size": [1.0, 2.0, 3.0] * 2, "score": [0, 0, 1, 0.1, 0.5, 0.7],
                       "metric": ["hard"] * 3 + ["soft"] * 3})


def chart(bind=None, value="hard", **more):
    radio = alt.binding_radio(options=["hard", "soft"], labels=["Hard", "Soft"], name="Metric")
    metric = alt.param(name="metric", value=value, bind=bind or radio)
    slider = alt.binding_range(min=0, max=2, step=1, name="Smallest size")
    least = alt.param(name="least", value=0, bind=slider)
    return (alt.Chart(POINTS).mark_line(point=True).encode(x="size:Q", y="score:Q")
            .transform_filter("datum.metric == metric && datum.size > least").add_params(metric, least))


def words():
    return pd.DataFrame([{"metric": m, "least": n, "words": f"{m} </b> from {n}"}
                         for m in ("hard", "soft") for n in range(3)])


def static():
    fig, ax = plot.figure()
    ax.plot([1, 2], [0, 1])
    plot.describe(ax, "A rise.")
    return fig


def toy(**changes):
    parts = {"name": "toy", "chart": chart(), "words": words(), "static": static(), "data": POINTS}
    return explorers.Explorer(**parts | changes)


def payload(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])


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
    page = payload(explorers.explorer_html(toy(titles={"x": "metric"})))
    assert page["words"][4] == "soft </b> from 1"
    assert page["knobs"][1] == {"name": "least", "values": [0, 1, 2], "texts": ["0", "1", "2"]}
    assert page["titles"] == {"x": "metric"}
    assert not any("bind" in p for p in page["spec"]["params"])


def test_text_in_the_page_ends_no_element():
    html = explorers.explorer_html(toy())
    assert "</b>" not in html
    assert html.count("</script>") == 1


def test_numbers_are_short_and_missing_ones_null():
    data = POINTS.assign(score=[1 / 3, float("nan"), 2.0, 0, 0, 0])
    page = payload(explorers.explorer_html(toy(chart=chart().properties(data=data))))
    rows = next(iter(page["spec"]["datasets"].values()))
    assert [r["score"] for r in rows[:3]] == [0.33333, None, 2]


def test_static_figure_and_alt_text_are_on_the_page():
    html = explorers.explorer_html(toy())
    assert re.search(r'class="em-static"><svg[^>]*aria-label="A rise."', html)


def test_the_same_explorer_is_the_same_page():
    assert explorers.explorer_html(toy()) == explorers.explorer_html(toy())


def test_show_adds_text_and_data(capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("emergence_utils.explorers.core.display", lambda bundle, raw: shown.append(bundle))
    explorers.show(toy())
    assert shown[0]["text/plain"] == "A rise. hard </b> from 0"
    assert shown[0]["text/csv"].splitlines()[1] == "1,0,hard"


@pytest.mark.parametrize(("changes", "message"), [
    ({"name": "A b"}, "explorer name 'A b' must be lower-case"),
    ({"words": words().drop(columns="least")}, "words lacks the column 'least'"),
    ({"words": words().iloc[1:]}, "no sentence for the state ('hard', 0)"),
    ({"words": pd.concat([words(), words().iloc[:1]])}, "holds the state ('hard', 0) twice"),
    ({"texts": {"least": ["one"]}}, "knob 'least' has 3 values but 1 texts"),
    ({"chart": alt.Chart(POINTS).mark_point()}, "no parameter with bind="),
    ({"chart": chart(value="odd")}, "knob 'metric' starts at 'odd'; accepted: hard, soft."),
    ({"chart": chart(alt.binding(input="color"))},
     "knob 'metric' is of kind 'color'; accepted: radio, select, range."),
    ({"static": plot.figure()[0]}, "the static figure has no alt text"),
])
def test_mistakes_are_answered_with_one_sentence(changes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        toy(**changes)
