"""The generated pages and the site's configuration; the built site is tested in tests/browser."""

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from book import build as site
from book.build.__main__ import main
from emergence_utils.errors import InputError

ROOT = Path(__file__).parents[2]


def result(**changes):
    return {"verdict": "holds with limits", "because": "It does on 33 of 84.", "rule": "above 0.2",
            "estimate": 0.41234, "interval": [0.3, 0.52], "level": 0.95, "unit": "of tasks", "n": 1234,
            "status": "ok", "notes": ["One note."], "anchor": "verdict-c1", "fmt": ".2f"} | changes


def claim(number, outcome=None, **changes):
    return {"id": f"C{number}", "group": "Definitions", "said_by": ["S0"], "claim": f"Claim {number}.",
            "test": "A test.", "chapter": "01_definition", "result": outcome} | changes


def book(*claims):
    source = {"author": "A. Author", "title": "A title", "date": "2023-05-01", "venue": "A blog"}
    return {"claims": list(claims), "sources": {"S0": source}}


def table(**changes):
    return {"name": "toy", "path": "toy.csv", "title": "Toy scores", "description": "Two scores.",
            "licenses": [{"name": "MIT", "title": "MIT License"}],
            "sources": [{"title": "owner/repo", "path": "https://example.org/repo",
                         "commit": "0123456789abcdef"}],
            "hash": "sha256:ab", "bytes": 12345, "rows": 2000,
            "schema": {"fields": [{"name": "params", "type": "number", "unit": "parameters",
                                   "description": "size of the model"}]},
            "caveats": ["Small."], "missing": {"stderr": "not published"}, "transform": "Renamed columns.",
            "bibtex": "@misc{toy}", "citation": "toy"} | changes


# ---- ledger


def test_score_counts_every_verdict_and_claims_without_result_as_open():
    html = site.score_block(book(claim(1, result()), claim(2), claim(3, result(verdict="open"))))
    counts = {v: int(n) for n, v in re.findall(r"<strong>(\d+)</strong> ([a-z ]+)<", html)}
    assert counts == {"holds": 0, "holds with limits": 1, "fails": 0, "open": 2}
    assert "3 claims: 1 decided by numbers, 2 open." in html


def test_tiles_lead_to_the_filtered_ledger_where_they_are_told_its_address():
    one = book(claim(1, result()))
    assert "<a " not in site.score_block(one)
    assert ('<li class="em-limits"><a href="../ledger.html?by=S0&amp;verdict=holds+with+limits#em-filter">'
            "<strong>1</strong> holds with limits</a></li>"
            ) in site.score_block(one, to="../ledger.html", by="S0")


def test_groups_become_sections_in_their_first_order():
    page = site.ledger_page(book(claim(1, group="B"), claim(2, group="A"), claim(3, group="B")))
    assert re.findall(r'^## (\w+)$|<li id="(c\d)"', page, re.M)[:5] == [
        ("B", ""), ("", "c1"), ("", "c3"), ("A", ""), ("", "c2")]


@pytest.mark.parametrize(("ledger", "message"), [
    ({"claims": []}, "book/claims.yml lacks the key 'sources'."),
    (book({"id": "C1"}), "book/claims.yml, claim C1 lacks the key 'group'."),
    (book(claim(1, typo=1)), "book/claims.yml, claim C1 has an unknown key 'typo'"),
    (book(claim(1, said_by=["S9"])), "claim C1: 'said_by' names the unknown source 'S9'."),
    (book(claim(1, result(verdict="maybe"))), "claim C1: unknown verdict 'maybe'; accepted: holds,"),
    (book(claim(1, {"verdict": "holds"})), "result of claim C1 lacks the key 'because'."),
    (book("C1"), "book/claims.yml, claim 1 must be an object; it is str."),
])
def test_a_faulty_ledger_is_refused_with_file_and_key(ledger, message):
    with pytest.raises(InputError) as error:
        site.ledger_page(ledger)
    assert message in str(error.value)


# ---- data cards


def test_a_card_shows_every_fact_of_its_table():
    page = site.card_page(table())
    for text in ("(data-toy)=\n# Toy scores", "[owner/repo](https://example.org/repo), commit `0123456789ab`",
                 "Licence\n: MIT License", "Rows\n: 2,000",
                 "{download}`data/toy.csv <../../data/toy.csv>`, 12,345 bytes", "`sha256:ab`",
                 'scores.load("toy")', "`params`\n: size of the model (number, parameters)",
                 "## Caveats\n\n- Small.", "- `stderr`: not published",
                 "## How it was made\n\nRenamed columns.",
                 "```bibtex\n@misc{toy}\n```"):
        assert text in page


def test_a_card_leaves_out_sections_that_are_empty():
    page = site.card_page(table(caveats=[], missing="", transform=[], bibtex="", citation=""))
    assert re.findall(r"^## (.+)", page, re.M) == ["Load it", "Columns"]


def test_the_index_lists_each_table_once():
    page = site.cards_index({"resources": [table(), table(name="other")]})
    assert "| [Toy scores](toy.md)<br>`toy` | 2,000 | MIT License |" in page
    assert page.count("\n| [") == 2


def test_a_card_without_a_needed_key_is_refused_with_file_and_key():
    broken = table()
    del broken["caveats"]
    with pytest.raises(InputError, match=r"data/datapackage\.json, resource 'toy' lacks the key 'caveats'\."):
        site.card_page(broken)


# ---- files


@pytest.fixture
def checkout(tmp_path):
    writeup = {"name": "An essay", "citation": None, "summary": "It argues.",
               "statements": [{"title": "A point", "says": "So it is.", "claims": ["C1"]}]}
    contents = {"book/claims.yml": book(claim(1)), "book/results.json": {},
                "book/writeups.json": {"S0": writeup},
                "data/datapackage.json": {"resources": [table()]}}
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def test_pages_are_written_once_and_old_cards_removed(checkout):
    names = {p.relative_to(checkout).as_posix() for p in site.write_pages(checkout)}
    assert names == {"book/ledger.md", "book/claims/c1.md",
                     "book/_generated/score.md", "book/_generated/quality.md", "book/_generated/answer.md",
                     "book/_generated/sides.md", "book/_generated/texts.md",
                     "book/_generated/picture.md", "book/_generated/imports.md", "book/_generated/rates.md",
                     "book/_generated/rules.md", "book/_generated/cost.md", "book/leaderboard.md",
                     "book/data/index.md", "book/data/toy.md",
                     "book/writeups/index.md",
                     "book/writeups/s0.md"}
    (checkout / "book/data/gone.md").write_text("old")
    (checkout / "book/claims/c9.md").write_text("old")
    before = (checkout / "book/data/toy.md").stat().st_mtime_ns
    site.write_pages(checkout)
    assert not (checkout / "book/data/gone.md").exists()
    assert not (checkout / "book/claims/c9.md").exists()
    assert (checkout / "book/data/toy.md").stat().st_mtime_ns == before


def test_command_line_says_in_one_sentence_what_is_wrong(checkout, monkeypatch, capsys):
    monkeypatch.chdir(checkout)
    assert main(["pages"]) == 0
    assert capsys.readouterr().out == "17 pages are up to date.\n"
    (checkout / "book/results.json").write_text("{")
    assert main(["pages"]) == 1
    assert capsys.readouterr().err.startswith("book/results.json cannot be read: ")
    (checkout / "book/claims.yml").unlink()
    assert main(["pages"]) == 1
    assert capsys.readouterr().err.startswith("book/claims.yml is not there; run this from the root")


# ---- formulas


@pytest.fixture
def tex_to_mathml(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "book" / "_ext"), *sys.path])
    return pytest.importorskip("mathml").tex_to_mathml


@pytest.mark.parametrize(("tex", "part"), [
    (r"p^L", "<msup><mi>p</mi><mi>L</mi></msup>"),
    (r"a \pm b", "<mo>±</mo>"),
    (r"\mathrm{CE}", ">CE</mi>"),
    (r"\arg\max_x", ">arg\u2009max</mo>"),
    (r"\operatorname*{arg\,min}_x", ">arg\u2009min</mo>"),
    (r"\arg z", "<mo>arg</mo>"),
    (r"\mathbf{1}", "<mn>𝟏</mn>"),
    (r"\boldsymbol{\theta}", "<mi>𝜽</mi>"),
    (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", '<mtd style="text-align:right"><mi>a</mi></mtd>'),
])
def test_formulas_become_mathml_that_browsers_draw(tex_to_mathml, tex, part):
    assert part in tex_to_mathml(tex)


@pytest.mark.parametrize(("tex", "message"), [
    (r"\nosuch x", r"uses \nosuch"),
    (r"a & b", "does not parse"),
    (r"x_1_2", "does not parse"),
    (r"\frac{a}", "lacks an argument"),
])
def test_faulty_formulas_are_refused(tex_to_mathml, tex, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        tex_to_mathml(tex)


# ---- configuration


def strings(value):
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [s for v in inner for s in strings(v)]


def test_configuration_names_no_other_server_and_runs_no_code():
    config = yaml.safe_load((ROOT / "book/_config.yml").read_text(encoding="utf-8"))
    assert not [s for s in strings(config) if "//" in s]
    assert config["execute"]["execute_notebooks"] == "off"
    assert config["only_build_toc_files"] is True
    assert config["sphinx"]["config"]["html_math_renderer"] == "mathml"
    assert "sphinx_thebe" not in config["sphinx"]["config"]["extensions"]


def test_every_page_of_the_contents_exists_or_is_generated():
    contents = yaml.safe_load((ROOT / "book/_toc.yml").read_text(encoding="utf-8"))
    listed = [c for part in contents["parts"] for c in part["chapters"]]
    pages = [contents["root"], *(c["file"] for c in listed if "file" in c)]
    generated = {"book/ledger", "book/changed", "book/leaderboard", "book/data/index", "book/writeups/index",
                 *(f"book/writeups/s{i}" for i in range(5))}
    missing = [p for p in pages if p not in generated and not any((ROOT / p).with_suffix(s).exists()
                                                                  for s in (".md", ".ipynb"))]
    assert missing == []
    notebooks = {f"notebooks/{p.stem}" for p in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks <= set(pages), "a notebook is not in book/_toc.yml"


def test_figure_colours_are_set_for_both_schemes_and_style_sheets_fetch_nothing():
    config = yaml.safe_load((ROOT / "book/_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    light, dark = (config["html_theme_options"][f"{scheme}_css_variables"] for scheme in ("light", "dark"))
    names = {f"em-c{i}" for i in range(8)} | {"em-ink", "em-muted", "em-grid", "em-paper", "em-open"}
    assert names <= {*light} == {*dark}
    for path in (ROOT / "book/_static").glob("*.css"):
        assert not re.search(r"@import|https?:|url\(\s*['\"]?//", path.read_text(encoding="utf-8")), path.name
