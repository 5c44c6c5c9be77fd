"""The stored scores of the site, and the benchmark that makes them."""

import importlib.util
import json
from pathlib import Path
from types import SimpleNamespace
from urllib.request import Request, urlopen

import pandas as pd
import pytest

from emergence_utils.errors import InputError

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "benchmarks" / "site_quality.csv"


@pytest.fixture(scope="module")
def module():
    spec = importlib.util.spec_from_file_location("site_quality", TABLE.with_suffix(".py"))
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def site(tmp_path):
    for name in ("book/index.html", "notebooks/b.html", "notebooks/a.html", "_static/vega.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text " * 1000, encoding="utf-8")
    return tmp_path


def test_the_stored_table_has_every_page_and_keeps_what_the_site_promises():
    table = pd.read_csv(TABLE).set_index("page")
    chapters = {f"notebooks/{p.stem}" for p in (ROOT / "notebooks").glob("*.ipynb")}
    other = {"book/ledger", "book/claims/c9", "book/explore"}
    compared = {"stock Jupyter Book, 02_metric", "QuantEcon's theme, 02_metric"}
    assert {*table.index} == {"book/index"} | compared | chapters | other
    own = table.drop([*compared])
    assert (own[["accessibility", "best practices", "SEO"]] == 100).all(axis=None)
    assert (own["performance"] >= 90).all() and (own["layout shift"] < 0.02).all()
    assert own["kB"]["book/index"] < 150 and (own["kB"] < 300).all()
    assert (own["kB with charts"] < 1200).all()


def test_the_stored_builds_are_as_quick_and_the_site_as_small_as_promised():
    value = pd.read_csv(TABLE.with_name("site_build.csv")).set_index("what")["value"]
    assert value["whole build (s)"] < 60
    assert value["build after an edit of one page (s)"] < 10
    assert value["size of the site (MB)"] < 40


def test_the_stored_waits_cover_both_pages_and_what_is_promised_of_them_holds():
    """Words of a chapter are on its page; those of a first pick among the curves may be on their way."""
    table = pd.read_csv(TABLE.with_name("site_answers.csv"))
    assert set(table["page"]) == {"book/explore", "notebooks/02_metric"}
    keys = ["page", "looked before (s)", "tap"]
    waits = table.set_index(keys)
    assert len(waits) == 8 and not waits.index.duplicated().any()
    assert (table["chart (ms)"] < 1500).all()
    fetched = (table["page"] == "book/explore") & (table["tap"] == "first")  # words that come in a file
    assert (table.loc[~fetched, "words (ms)"] < 100).all()


def test_texts_are_served_as_a_static_host_does(module, site):
    with module.hosted(site) as address, urlopen(Request(f"{address}book/")) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) < 100


def test_the_median_of_the_visits_is_reported_for_each_page(module, site, monkeypatch):
    scores = iter([0.9, 0.5, 1.0])

    def lighthouse(command, **_):
        categories = {key: {"score": next(scores) if key == "performance" else 1} for key in module.SCORES}
        audits = {key: {"numericValue": 2000} for key in module.TIMES} | {
            "total-byte-weight": {"numericValue": 2500}}
        got = [{"url": f"http://x/{name}", "transferSize": 500} for name in ("_static/vega.js", "page.html")]
        audits["network-requests"] = {"details": {"items": got}}
        report = json.dumps({"categories": categories, "audits": audits})
        return SimpleNamespace(returncode=0, stdout=report, stderr="")

    monkeypatch.setattr(module.subprocess, "run", lighthouse)
    monkeypatch.setattr(module, "find_browser", lambda: "chromium")
    table = module.quality(site, runs=3, only=["index"])
    assert table.to_dict("records") == [{
        "page": "book/index", "performance": 90, "accessibility": 100, "best practices": 100, "SEO": 100,
        "LCP (s)": 2, "TBT (ms)": 2000, "layout shift": 2000, "kB": 2, "kB with charts": 2}]
    assert module.pages(site) == ["book/index.html", "notebooks/a.html", "notebooks/b.html"]


def test_what_is_missing_is_said(module, tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"has no book/index\.html; it should be a built site"):
        module.pages(tmp_path)
    monkeypatch.setattr(module.subprocess, "run", lambda *_, **__: SimpleNamespace(
        returncode=1, stdout="", stderr="no browser"))
    with pytest.raises(InputError, match=r"Lighthouse failed on http://x: no browser\."):
        module.visit("http://x", "chromium")
