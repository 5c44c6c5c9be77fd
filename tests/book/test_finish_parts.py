"""The parts of the last step of the build: icons, sheets, scripts, links, code, fonts and files."""

import io
import re
from importlib.resources import files
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from book.build.finish import assets, code, fonts, icons, links, memo, names, scripts, styles
from emergence_utils.errors import InputError

ROOT = Path(__file__).parents[2]
THEME = files("pydata_sphinx_theme") / "theme" / "pydata_sphinx_theme" / "static" / "scripts"
AWESOME = ('x={"sun":[512,256,["day",9728],"f185","M1 2z"]};("far",x);'
           'y={sun:[512,512,[],"f185","M0 0z"]};("fas",y)')
LICENCE = "/*!\n * Font Awesome, CC BY 4.0\n */"


# ---- icons


def test_every_icon_of_the_themes_script_is_found_in_its_style():
    known = icons.outlines((THEME / "fontawesome.js").read_text(encoding="utf-8"))
    assert len(known) > 2000
    assert {("fas", "list"), ("fas", "magnifying-glass"), ("fas", "search"), ("fab", "github"),
            ("far", "sun")} <= {*known}
    assert known["fas", "search"] == known["fas", "magnifying-glass"]
    assert known["far", "sun"] != known["fas", "sun"]
    assert all(re.fullmatch(r"[MmLlHhVvCcSsQqTtAaZz\d\s.,e+-]+", path) for *_, path in known.values())


def test_the_sheet_draws_the_icons_used_and_no_other_and_keeps_their_licence():
    sheet = icons.icon_sheet({("fas", "sun"), ("far", "day")}, AWESOME, LICENCE)
    assert sheet.startswith("/*! Icons of\n * Font Awesome, CC BY 4.0")
    assert re.findall(r"\.(fa-\w+)::before\{width:([\d.]+)em", sheet) == [("fa-day", "2"), ("fa-sun", "1")]
    assert "M1 2z" in sheet and "M0 0z" in sheet


@pytest.mark.parametrize(("used", "script", "message"), [
    (("fas", "moon"), AWESOME, "Icon 'fa-moon' of style 'fas' is used on a page, but Font Awesome's script"),
    (("fas", "day"), AWESOME, "Icon 'fa-day' of style 'fas'"),
    (("fas", "sun"), "no icons", "no longer has the form this step reads"),
])
def test_an_icon_that_is_not_there_is_refused(used, script, message):
    with pytest.raises(InputError, match=re.escape(message)):
        icons.icon_sheet({used}, script, LICENCE)


# ---- style sheets


KNOWN = names.Names(frozenset({"a", "p", "used", "id", "--read"}), ("made-",))


@pytest.mark.parametrize(("css", "expected"), [
    (".used, .unused { top: 0 }", ".used{top:0}"),
    (".unused .used { top: 0 }", ""),
    ("#id > a:hover { top: 0 }", "#id>a:hover{top:0}"),
    ("#other a { top: 0 }", ""),
    ("table a { top: 0 }", ""),
    (".made-by-a-script { top: 0 }", ".made-by-a-script{top:0}"),
    ("p:not(.unused) { top: 0 }", "p:not(.unused){top:0}"),
    (":is(.unused, .used) { top: 0 }", ":is(.unused, .used){top:0}"),
    ("[data-x=unused]::before { content: ' , ' }", '[data-x=unused]::before{content:" , "}'),
    ("html[data-theme=dark] body { top: 0 }", "html[data-theme=dark] body{top:0}"),
    ("@media print { .unused { top: 0 } }", ""),
    ("@media print { .used { top: 0 } .unused { top: 1px } }", "@media print{.used{top:0}}"),
    ("@keyframes x { from { top: 0 } }", "@keyframes x{from { top: 0 }}"),
    ("a { color: red !important; top : calc(1px + 2px) }", "a{color:red!important;top:calc(1px + 2px)}"),
    ("/* gone */ /*! kept */ a { }", "/*! kept */"),
    ("a { top: 0; & b { top: 1px } }", "a{top: 0; & b { top: 1px }}"),
    (".fa-sun::before { content: 'x' }", ""),
    ("@font-face { font-family: 'Font Awesome 6 Free' }", ""),
    ('@charset "utf-8"; a { top: 0 }', "a{top:0}"),
])
def test_a_rule_goes_only_if_nothing_can_match_it(css, expected):
    assert styles.trim(css, KNOWN) == expected


def test_custom_properties_that_nothing_reads_go_from_sheets_of_the_theme_only():
    theme = "p { --read: 1; --by-other: 2; --chain: var(--end); --unread: 3 } a { top: var(--by-other) }"
    own = "p { --own: 4 }"
    text = styles.bundle([(theme, True), (own, False)], KNOWN)
    assert text == "p{--read:1;--by-other:2;}a{top:var(--by-other)}p{--own:4}"


def test_imports_are_put_in_place_and_addresses_seen_from_the_bundle(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.css").write_text('@import url("deep/b.css"); p { top: 0 }', encoding="utf-8")
    (tmp_path / "deep" / "b.css").write_text("a { background: url(x.png) } p { src: url(data:x) }", "utf-8")
    (tmp_path / "deep" / "x.png").touch()
    text = styles.read_sheet(tmp_path / "a.css", tmp_path)
    assert text == "a { background: url(deep/x.png) } p { src: url(data:x) } p { top: 0 }"
    with pytest.raises(InputError, match=r"asks for the style sheet .*c\.css, which does not exist"):
        styles.read_sheet(tmp_path / "c.css", tmp_path)


# ---- scripts


def test_scripts_that_no_page_needs_are_left_out():
    every = ["_static/x.js", "_static/togglebutton.js", "_static/design-tabs.js", "_static/copybutton.js",
             "_static/scripts/bootstrap.js", "_static/scripts/fontawesome.js"]
    assert scripts.needed(every, ['<p class="toctree-toggle">']) == ["_static/x.js"]
    assert scripts.needed(every, ['<p class="a toggle">', '<div class="highlight"><pre>']) == [
        "_static/x.js", "_static/togglebutton.js", "_static/copybutton.js"]


def test_a_part_of_bootstrap_that_is_not_replaced_is_refused():
    with pytest.raises(InputError, match=r"uses Bootstrap's 'modal', .* known: dropdown, tooltip"):
        scripts.needed([], ['<a data-bs-toggle="tooltip"><a data-bs-toggle="modal">'])


def test_joined_scripts_have_no_source_maps_and_measure_boxes_later(tmp_path):
    (tmp_path / "a.js").write_text("let a = 1\n//# sourceMappingURL=a.js.map", encoding="utf-8")
    theme = tmp_path / "pydata-sphinx-theme.js"
    theme.write_bytes((THEME / theme.name).read_bytes())
    text = scripts.joined([tmp_path / "a.js", theme])
    assert text.startswith("let a = 1\n;\n") and "sourceMappingURL" not in text
    assert "scrollWidth>" in theme.read_text(encoding="utf-8") and "scrollWidth>" not in text
    theme.write_text("changed", encoding="utf-8")
    with pytest.raises(InputError, match="no longer measures boxes that scroll"):
        scripts.joined([theme])


def test_settings_of_toggles_go_where_their_script_goes():
    page = ("<script>let toggleHintShow = 'Show';</script>\n<script>var togglebuttonSelector = '.a';</script>"
            "<script>var togglebuttonSelector = '.a';</script><script>DOCUMENTATION_OPTIONS.x = 1;</script>")
    assert scripts.settings(page, ["_static/togglebutton.js"]) == (
        "let toggleHintShow = 'Show';\nvar togglebuttonSelector = '.a';\n")
    assert scripts.settings(page, ["_static/other.js"]) == ""


# ---- links


PAGE = """<html><head><title>
T</title>
<!-- a note --><link href="{up}_static/a.css?v=1" rel="stylesheet" />
<link rel="preload" as="script" href="{up}_static/x.js" />
<script src="{up}_static/x.js?v=2"></script>
<script>DOCUMENTATION_OPTIONS.pagename = 'p';</script>
<script src="{up}_static/searchtools.js"></script>
{more}</head><body><!-- kept --></body></html>"""


def test_a_page_links_to_one_sheet_and_one_deferred_script_in_place_of_the_shared_ones():
    pages = {"p/a.html": PAGE.format(up="../", more='<script src="own.js"></script>\n'),
             "search.html": PAGE.format(up="", more="")}
    found = links.page_links(pages)
    assert found == links.Links(("_static/a.css",), ("_static/x.js", "_static/searchtools.js"),
                                frozenset({"_static/x.js", "_static/searchtools.js", "p/own.js"}))
    page = links.relink(pages["p/a.html"], "p/a.html", found, "s.css?v=1", "s.js?v=1")
    assert re.findall(r'(?:href|src)="([^"]+)"', page) == ["../s.css?v=1", "../s.js?v=1", "own.js"]
    assert page.count("<script defer ") == 2 and "pagename" not in page
    assert "a note" not in page and "<!-- kept -->" in page
    search = links.relink(pages["search.html"], "search.html", found, "s.css", "s.js")
    assert re.findall(r'src="([^"]+)"', search) == ["s.js", "_static/searchtools.js"]


# ---- code


LOOK = {"k": " #00f", "n": "", "s1": " #080", "si": " #080"}


@pytest.mark.parametrize(("block", "expected"), [
    ('<span></span><span class="n">a</span> <span class="k">in</span>', 'a <span class="k">in</span>'),
    ('<span class="s1">&quot;</span><span class="si">{x}</span>', '<span class="s1">&quot;{x}</span>'),
    ('<span class="zz">a</span><span class="n">b</span>', "ab"),
    ('<span class="k">a</span>=<i class="k">b</i>', '<span class="k">a</span>=<i class="k">b</i>'),
    ('<a href="x"><span class="k">a</span></a>', '<a href="x"><span class="k">a</span></a>'),
])
def test_neighbours_of_one_look_share_an_element(block, expected):
    page = '<p><span class="n">x</span></p><div class="highlight"><pre>{}\n</pre></div>'
    assert code.slim_code(page.format(block), LOOK) == page.format(expected)


def test_a_class_looks_plain_only_if_it_does_in_both_colour_schemes():
    css = "\n".join(f'html[data-theme="{t}"] .highlight{rule}' for t in ("light", "dark") for rule in (
        " { background: #fff; color: #111 }", " .n { color: #111 } /* Name */",
        " .b { color: #111; top: 0 }", f" .d {{ color: #{'111' if t == 'light' else '999'} }}",
        " .k { color: #00f }", " .l { color: #00f }"))
    look = code.looks(css)
    assert look["n"] == "" and all(look[c] for c in "bdkl") and look["k"] == look["l"] != look["d"]


# ---- fonts


def test_the_font_has_the_signs_of_formulas_upright_and_italic_and_no_others():
    page = '<math alttext="q"><mi>x</mi><mi>h</mi><mo>&#x2212;</mo></math> y'
    signs = fonts.formula_signs([page])
    assert set(signs) == {"x", "h", "\u2212", "√", "\U0001d465", "\u210e"}
    data = fonts.cut_font((ROOT / "book/_static/math.woff").read_bytes(), signs)
    glyphs = TTFont(io.BytesIO(data)).getBestCmap()
    assert {chr(c) for c in glyphs} == {*signs}
    assert data == fonts.cut_font.__wrapped__((ROOT / "book/_static/math.woff").read_bytes(), signs)
    assert len(data) < 20_000


# ---- files


def test_a_file_is_used_if_a_file_that_is_used_names_it():
    texts = {"a.html": 'src="_static/a%20b.js?v=1" x.png.bak', "_static/a b.js": 'load("c.json")',
             "d.css": "e.png"}
    others = {"_static/c.json", "e.png", "x.png"}
    assert assets.reachable(texts, others, {"a.html"}) == {"a.html", "_static/a b.js", "_static/c.json"}
    assert assets.reachable(texts, others, {"d.css"}) == {"d.css", "e.png"}


def test_results_are_kept_by_what_they_were_made_from(tmp_path):
    made = []

    def make():
        made.append(1)
        return "text\r\n"

    first = memo.Memo(tmp_path / "kept")
    assert [first(make, "a"), first(make, "a"), first(make, "a", "")] == ["text\r\n"] * 3
    assert len(made) == 2
    second = memo.Memo(tmp_path / "kept")
    assert second(make, "a") == "text\r\n" and len(made) == 2
    second.forget()
    assert len([*(tmp_path / "kept").iterdir()]) == 1
    memo.Memo(None)(make, "a")
    assert len(made) == 3
