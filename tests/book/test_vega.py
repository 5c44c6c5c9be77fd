"""The chart library: only the parts of Vega that are used, and the whole where its parts are not known."""

import gzip

import pytest

pytest.importorskip("vl_convert")
from book.build import vega


def test_the_library_holds_what_charts_use_and_no_compiler():
    made = vega.bundle()
    assert "window.vega=" in made.replace(" ", "")
    for absent in ("vegaEmbed", "vega-lite", "treemap", "crossfilter", "wordcloud"):
        assert absent not in made.lower(), absent
    assert len(gzip.compress(made.encode(), 6)) < 160_000


def test_the_parts_are_those_of_the_vega_that_is_installed(monkeypatch):
    import vl_convert

    asked = []
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda snippet: asked.append(snippet) or "made")
    assert vega.bundle() == "made" and "vega-view@" in asked[0], "write the parts of the new Vega into PARTS"
    monkeypatch.setattr(vl_convert, "get_vega_version", lambda: "9.0.0")
    assert vega.bundle() == "made" and "import" not in asked[1] and "vega.View" in asked[1]


def test_the_library_is_written_once_and_says_whose_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(vega, "bundle", lambda: "let charts")
    path = tmp_path / "static" / "vega.js"
    assert vega.write_vega(path) and not vega.write_vega(path)
    head = path.read_text(encoding="utf-8").splitlines()[0]
    assert "BSD-3-Clause" in head and "vega-view" in head
