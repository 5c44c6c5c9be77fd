"""Links under the figures: to numbers that any program reads, and to the code that drew them."""

import io
import json
import os
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
HTML = Path(os.environ.get("EMERGENCE_SITE", ROOT / "_build" / "html"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIGURE = ('<figure class="em-figure" style="max-width:554px" id="{}"><svg></svg><figcaption>C.</figcaption>'
          "</figure>")


@pytest.fixture
def ext(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "book" / "_ext"))
    return import_module("figures")


def cell(*figures, code=True):
    source = '<div class="cell_input docutils container"><div class="highlight"><pre>x</pre></div></div>'
    output = "".join(f'<div class="output text_html">{FIGURE.format(f)}</div>' for f in figures)
    return (f'<div class="cell tag_hide-input docutils container">{source if code else ""}'
            f'<div class="cell_output docutils container">{output}</div></div>')


def links(body):
    """Per figure: id, its links as (text, address)."""
    return [(i, re.findall(r'<a href="([^"]+)"( download)?>([^<]+)</a>', part)) for i, part in
            re.findall(r'<figure[^>]* id="([^"]+)">(.*?)</figure>', body, re.S)]


def notebook(tmp_path, *outputs):
    path = tmp_path / "02_metric.ipynb"
    cells = [{"cell_type": "markdown", "source": "# Title"},
             *({"cell_type": "code", "source": "", "outputs": [{"output_type": "display_data", "data": d}]}
               for d in outputs)]
    path.write_text(json.dumps({"cells": cells}))
    return path


# ---- pages


def test_a_figure_gets_both_links_and_its_code_an_id(ext):
    body = ext.with_links(cell("fig-a"), {"fig-a": "../_static/figures/02_metric-fig-a.csv"})
    assert links(body) == [("fig-a", [("../_static/figures/02_metric-fig-a.csv", " download", "Data (CSV)"),
                                      ("#code-fig-a", "", "Code")])]
    assert '<div class="cell_input docutils container" id="code-fig-a">' in body
    assert '</figcaption><p class="em-figure-links">' in body


def test_figures_of_one_cell_share_its_code(ext):
    body = ext.with_links(cell("fig-a", "fig-b") + cell("fig-c"), {})
    assert [(i, [href for href, *_ in found]) for i, found in links(body)] == [
        ("fig-a", ["#code-fig-a"]), ("fig-b", ["#code-fig-a"]), ("fig-c", ["#code-fig-c"])]
    assert re.findall(r'container" id="([^"]+)"', body) == ["code-fig-a", "code-fig-c"]


@pytest.mark.parametrize("before", ["", cell("fig-x"), cell("fig-x") + "<p>Prose.</p>"])
@pytest.mark.parametrize("shown", [cell("fig-a", code=False), FIGURE.format("fig-a")])
def test_a_figure_that_no_shown_code_draws_gets_no_link_to_code(ext, before, shown):
    body = ext.with_links(before + shown, {"fig-a": "a.csv"})
    assert links(body)[-1] == ("fig-a", [("a.csv", " download", "Data (CSV)")])


@pytest.mark.parametrize("body", [
    "<p>No figure.</p>", FIGURE.format("fig-a").replace(' id="fig-a"', ""), FIGURE.format("fig-a"),
    '<figure class="align-default" id="other"></figure>',
])
def test_nothing_is_added_where_there_is_nothing_to_link(ext, body):
    assert ext.with_links(body, {}) == body


def test_an_explorer_is_a_figure_too(ext):
    explorer = '<figure class="em-figure em-explorer" id="explore-metric"><div><div></div></div></figure>'
    page = cell("fig-a").replace(FIGURE.format("fig-a"), explorer)
    body = ext.with_links(page, {"explore-metric": "m.csv"})
    assert links(body) == [("explore-metric", [("m.csv", " download", "Data (CSV)"),
                                               ("#code-explore-metric", "", "Code")])]


# ---- files


def test_the_numbers_come_from_the_stored_outputs(ext, tmp_path):
    path = notebook(tmp_path, {"text/html": [FIGURE.format("fig-a")], "text/csv": ["x,y\n", "1,2\n"]},
                    {"text/html": FIGURE.format("fig-b"), "text/plain": "no numbers"},
                    {"text/html": FIGURE.format("fig-c") + FIGURE.format("fig-d"), "text/csv": "x\n3\n"},
                    {"text/csv": "no,figure\n"}, {"text/html": "<table></table>"})
    shared = ("02_metric-fig-c.csv", "x\n3\n")
    assert ext.notebook_tables(path) == {"fig-a": ("02_metric-fig-a.csv", "x,y\n1,2\n"),
                                         "fig-c": shared, "fig-d": shared}


@pytest.fixture
def app(tmp_path):
    """What of a Sphinx application the extension uses: one notebook and the landing page."""
    path = notebook(tmp_path, {"text/html": cell("fig-a"), "text/csv": "x\n1\n"})
    generated = tmp_path / "book" / "_generated"
    generated.mkdir(parents=True)
    (generated / "explore-opening.csv").write_text("x\n2\n")
    docs = {"notebooks/02_metric": str(path), "book/index": str(tmp_path / "book" / "index.md")}
    return SimpleNamespace(srcdir=str(tmp_path), outdir=str(tmp_path / "html"),
                           builder=SimpleNamespace(format="html"),
                           env=SimpleNamespace(found_docs=set(docs), doc2path=docs.__getitem__))


def page(ext, app, name, body):
    context = {"body": body, "pathto": lambda target, _: f"../{target}"}
    ext.add_links(app, name, "page.html", context, None)
    return links(context["body"])


def test_pages_link_to_the_files_that_are_written(ext, app):
    explorer = FIGURE.format("explore-opening")
    assert page(ext, app, "book/index", explorer)[0][1][0][0] == "../_static/figures/explore-opening.csv"
    assert page(ext, app, "notebooks/02_metric", cell("fig-a"))[0][1][0][0] == (
        "../_static/figures/02_metric-fig-a.csv")
    folder = Path(app.outdir) / "_static" / "figures"
    folder.mkdir(parents=True)
    (folder / "02_metric-fig-gone.csv").write_text("old")
    ext.write_files(app, None)
    assert {p.name: p.read_text() for p in folder.iterdir()} == {
        "02_metric-fig-a.csv": "x\n1\n", "explore-opening.csv": "x\n2\n"}


def test_files_that_are_right_are_left_alone(ext, app):
    ext.write_files(app, None)
    path = Path(app.outdir) / "_static" / "figures" / "02_metric-fig-a.csv"
    os.utime(path, (1, 1))
    ext.write_files(app, None)
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize(("error", "kind"), [(ValueError("x"), "html"), (None, "latex")])
def test_no_files_after_a_failed_build_or_for_another_format(ext, app, error, kind):
    app.builder.format = kind
    ext.write_files(app, error)
    assert not Path(app.outdir).exists()


def test_a_page_of_its_own_making_has_no_file_and_is_left_alone(ext, app):
    assert page(ext, app, "search", "<p>Search.</p>") == []


def test_two_figures_of_one_name_are_a_warning(ext, app, monkeypatch):
    said = []
    monkeypatch.setattr(ext.logger, "warning", lambda text, *values, **_: said.append(text % values))
    page(ext, app, "notebooks/02_metric", cell("fig-a", "fig-a"))
    assert said == ["two figures of notebooks/02_metric have the id 'fig-a': give one of them another "
                    "caption"]


# ---- the book


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_figure_of_the_book_has_numbers(ext, path):
    drawn = [i for c in json.loads(path.read_text(encoding="utf-8"))["cells"] for o in c.get("outputs", ())
             for i in re.findall(r"<figure\b(?:[^>]* id=\"([^\"]+)\")?",
                                 "".join(o.get("data", {}).get("text/html", "")))]
    tables = ext.notebook_tables(path)
    assert drawn and set(drawn) == set(tables)
    assert len(set(drawn)) == len(drawn)
    for name, text in tables.values():
        table = pd.read_csv(io.StringIO(text))
        assert len(table) >= 2, name
        assert not table.columns.str.contains("^Unnamed|^$").any(), name
        assert table.notna().any(axis=None), name
        numbers = table.select_dtypes(["number", "bool"]).shape[1]
        words = set(table.get("value", ["?"])) <= {"yes", "no", "cannot tell"}
        assert numbers >= 1 or words or "sign" in table, name  # better, worse or undecided


@pytest.mark.skipif(not (HTML / "_static" / "figures").is_dir(), reason="the site has not been built")
def test_every_file_of_the_built_site_is_linked_and_every_link_arrives():
    linked = set()
    for path in HTML.rglob("*.html"):
        for href in re.findall(r'<a href="([^"]+\.csv)" download', path.read_text(encoding="utf-8")):
            target = (path.parent / unquote(href)).resolve()
            assert target.is_file(), f"{path.relative_to(HTML)}: {href}"
            linked |= {target.name} if target.parent.name == "figures" else set()
    assert {p.name for p in (HTML / "_static" / "figures").glob("*.csv")} == linked
