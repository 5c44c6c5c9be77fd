"""Pictures of explorers: drawn from the chart that the page carries, kept, and ready for a switch."""

import json
import re

import altair as alt
import pandas as pd
import pytest

from emergence_utils.errors import InputError
from emergence_utils.explorers import Explorer, explorer_html, look

pytest.importorskip("vl_convert")
from book.build import pictures

POINTS = pd.DataFrame({"size": [1.0, 2.0, 3.0], "hard": [0, 0, 1.0], "soft": [0.123456, 0.5, 0.7]})


@pytest.fixture(scope="module")
def html():
    metric = alt.param(name="metric", value="hard", bind=alt.binding_radio(
        options=["hard", "soft", "none"], labels=["Hard", "Soft & easy", "None"], name="Metric"))
    shown = (alt.Chart(POINTS).transform_filter("metric != 'none' || datum.size > 1")
             .transform_calculate(score="metric == 'soft' ? datum.soft : datum.hard"))
    points = look.named(shown, "'<' + datum.score + '>'").mark_point(color=look.COLOURS[0], clip=True).encode(
        x=alt.X("size:Q", title="Size"), y=alt.Y("score:Q", title="Score", scale=alt.Scale(domain=[0, 1])))
    words = pd.DataFrame({"metric": ["hard", "soft", "none"], "words": ["a", "b", "c"]})
    return explorer_html(Explorer("toy", points.add_params(metric), words, POINTS, folded={"metric": 2},
                                  titles={"y": "metric == 'soft' ? 'Soft score' : 'Hard score'"}))


@pytest.fixture(scope="module")
def page(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])


def test_the_picture_has_the_box_of_the_live_chart_and_colours_as_variables(page):
    svg = pictures.draw(page, 0)
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 262" role="graphics-doc')
    assert 'aria-label="Score against Size"' in svg.split(">")[0]
    assert "var(--em-c0, #0072b2)" in svg and "font-family" not in svg
    assert 'id="toy-0-0"' in svg and "url(#toy-0-0)" in svg
    assert svg == pictures.draw(page, 0)


def test_titles_follow_the_state_and_names_keep_their_digits(page):
    assert "Hard score" in pictures.draw(page, 1)
    assert "Soft score" in pictures.draw(page, 1, {"metric": "soft"})
    assert 'aria-label="&lt;0.12346&gt;"' in pictures.draw(page, 1, {"metric": "soft"})


def test_frames_hold_what_changes_for_the_options_in_front(page):
    svg = pictures.draw(page, 0)
    found = pictures.frames(page, 0, svg)
    assert list(found) == ["1"], "the third option stands behind More, and would lack a point"
    texts = [change[1][""] for change in found["1"] if "" in change[1]]
    assert texts == ["Soft score"]
    moved = [change[1] for change in found["1"] if "transform" in change[1]]
    assert [m["aria-label"] for m in moved] == ["<0.12346>", "<0.5>", "<0.7>"]


def test_a_page_gets_both_pictures_and_keeps_them(html, tmp_path, monkeypatch):
    body = f"<p>before</p>{html}<p>after</p>"
    made = pictures.with_pictures(body, tmp_path)
    assert made.count('<div class="em-static em-narrow"') == made.count('<div class="em-static em-wide"') == 1
    assert 'p class="em-static"' not in made and made.startswith("<p>before</p><figure")
    frames = re.search(r'data-frames="([^"]*)"', made)[1].replace("&quot;", '"').replace("&lt;", "<")
    assert list(json.loads(frames.replace("&gt;", ">").replace("&amp;", "&"))) == ["1"]
    carried = json.loads(re.search(r'<script type="application/json">(.*?)</script>', made, re.S)[1])
    before = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])
    titles, spec = before.pop("titles"), carried["spec"]
    assert carried | {"spec": 0} == before | {"spec": 0}
    assert spec == pictures.compiled(before | {"titles": titles})
    assert spec["$schema"].endswith("vega/v6.json")
    assert spec["signals"] == [{"name": "metric", "value": "hard"}]
    assert [axis["title"] for axis in spec["axes"] if "title" in axis] == [
        "Size", {"signal": "metric == 'soft' ? 'Soft score' : 'Hard score'"}]
    monkeypatch.setattr(pictures, "draw", lambda *a: pytest.fail("drawn again"))
    assert pictures.with_pictures(body, tmp_path) == made


def test_a_chart_that_cannot_be_drawn_is_named(page):
    with pytest.raises(InputError, match="explorer 'toy': its chart cannot be drawn"):
        pictures.draw(page | {"spec": page["spec"] | {"transform": [{"filter": "datum.("}]}}, 0)
