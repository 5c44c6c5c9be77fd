"""Explorers in a notebook that somebody has open: the chart itself, with its inputs and its words."""

import json
import re
import sys

import pytest

from emergence_utils import explorers
from emergence_utils.explorers import _live, core

from .test_core import toy


@pytest.fixture
def made():
    return toy(texts={"least": ["all", "over 1", "over 2"]}, caption="Two metrics.",
               titles={"y": "metric == 'soft' ? 'Eased' : 'Strict'"})


def drawn(spec, **state):
    vl = pytest.importorskip("vl_convert")
    for param in spec["params"]:
        param["value"] = state.get(param["name"], param["value"])
    return re.findall(r">([^<]+)</text>", vl.vegalite_to_svg(spec, vl_version="v5_20"))


def test_words_and_titles_follow_the_inputs(made):
    spec = _live.live_spec(made)
    start = drawn(spec)
    assert "hard &lt;/b&gt; from 0" in start and "Strict" in start
    turned = drawn(spec, metric="soft", least=2)
    assert "soft &lt;/b&gt; from 2" in turned and "Eased" in turned and "Strict" not in turned


def test_every_knob_is_an_input_and_named_positions_are_a_list(made):
    inputs = {p["name"]: p["bind"] for p in _live.live_spec(made)["params"] if "bind" in p}
    assert inputs["metric"]["labels"] == ["Hard", "Soft"]
    assert inputs["least"]["labels"] == ["all", "over 1", "over 2"]
    assert inputs["least"]["options"] == [0, 1, 2]


def test_colours_do_not_need_the_variables_of_the_site(made):
    assert "var(--" not in json.dumps(_live.live_spec(made))


def displayed(monkeypatch, made, watched):
    shown = []
    monkeypatch.setattr(core, "watched", lambda: watched)
    monkeypatch.setattr(core, "display", lambda bundle, raw: shown.append(bundle))
    explorers.show(made)
    return shown


def test_a_watched_notebook_gets_the_chart_and_a_stored_one_the_page_s_figure(monkeypatch, made):
    chart, caption = displayed(monkeypatch, made, True)
    assert set(chart) == {_live.MIME, "text/plain", "text/csv"}, "beside HTML JupyterLab would not draw it"
    assert caption["text/html"] == "<p>Two metrics.</p>"
    (stored,) = displayed(monkeypatch, made, False)
    assert set(stored) == {"text/html", "text/plain", "text/csv"}


def test_colab_which_draws_html_alone_gets_html(monkeypatch, made):
    monkeypatch.setitem(sys.modules, "google.colab", object())
    bundle = _live.live_bundle(made)
    assert set(bundle) == {"text/html"} and "vegaEmbed" in bundle["text/html"]
    assert 'id="live-toy"' in bundle["text/html"] and "vega-lite@5" in bundle["text/html"]


def test_a_notebook_is_watched_where_a_front_end_says_so(monkeypatch):
    class Shell:
        user_ns = {}  # noqa: RUF012

    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setattr(_live, "get_ipython", lambda: None)
    assert not _live.watched()
    monkeypatch.setattr(_live, "get_ipython", Shell)
    assert not _live.watched(), "nbconvert and nbval leave no sign"
    monkeypatch.setenv("JPY_SESSION_NAME", "04_density.ipynb")
    assert _live.watched()
    monkeypatch.delenv("JPY_SESSION_NAME")
    monkeypatch.setattr(Shell, "user_ns", {"__vsc_ipynb_file__": "04_density.ipynb"})
    assert _live.watched()
