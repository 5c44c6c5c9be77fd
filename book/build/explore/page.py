"""The HTML of the page of every curve: its first state, complete where no script runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from emergence_utils.scores import list_datasets

from .address import FACETS
from .chart import fill, picture, series, template
from .curves import AXES
from .files import read_data
from .words import LEADS, said_scale, said_value

__all__ = ["NAMES", "Curve", "app_html", "find", "opening_files", "point_text", "reach_html", "title"]

#: Facet -> what its list is called.
NAMES = {"source": "Table", "task": "Task", "part": "Part of the task", "metric": "Metric",
         "prompting": "Prompting", "models": "Models"}
_PLURAL = {"task": "tasks", "part": "parts", "metric": "metrics", "prompting": "prompting",
           "models": "models"}
_WHICH = ("First curve", "Second curve")
_QUESTIONS = ("Is it there?", "Is it sudden?", "Does it turn?")
_HOW = ("no interval: the table gives no noise", "exact 95 % interval",
        "95 % interval from its standard error", "lowest and highest of {} runs")
#: Before anything is drawn: an embedded page has no furniture, another state is not the one drawn here.
_AT_ONCE = ('(function(s,c){if(/[?&]embed=1(&|$)/.test(s))c.add("em-embed");'
            'if(/[?&]source=/.test(s))c.add("em-ex-else")})(location.search,document.documentElement.classList)')
Curve = Mapping[str, Any]
#: Rows from which a table without scores is one of single answers.
_LONG = 10_000
#: Files of curves that are fetched ahead, those nearest to the one shown; `explore.js` has the same number.
AHEAD = 6


def opening_files(folder: Path) -> list[str]:
    """Names of the index and of the files from which a first pick in the first state is answered."""
    index = read_data(folder, "index")
    start = index["start"]
    source = next(s for s in index["sources"] if s["name"] == start["source"])
    here = [_cell(source, start, behind)[1][5] for behind in ("", "2")]
    every = sorted({cell[5] for cell in source["cells"]},
                   key=lambda number: (min(abs(number - h) for h in here), number))
    return [f"{name}.json.gz" for name in ("index", *(f"{source['name']}-{n}" for n in every[:AHEAD]))]


def find(folder: Path, index: Mapping[str, Any], state: Mapping[str, str], which: int) -> Curve:
    """A curve of the data files by its facets: its content, frame, names, metric and label."""
    behind = "2" if which else ""
    picked = {f: state.get(f + behind, "") for f in FACETS}
    source = next(s for s in index["sources"] if s["name"] == picked["source"])
    number, cell = _cell(source, state, behind)
    file = read_data(folder, f"{source['name']}-{cell[5]}")
    curve = file["curves"][str(number)][str(source["models"].index(picked["models"]))]
    return {**picked, "curve": curve, "frame": file["frames"][curve["f"]], "names": file["names"],
            "about": index["metrics"][picked["metric"]], "title": source["title"]}


def _cell(source: Mapping[str, Any], state: Mapping[str, str], behind: str) -> tuple[int, list[int]]:
    """Number and content of the cell of a source that a state names."""
    at = [source[_PLURAL[f]].index(state.get(f + behind, "")) for f in FACETS[1:-1]]
    return next((i, cell) for i, cell in enumerate(source["cells"]) if cell[:4] == at)


def _spaced(text: str) -> str:
    return text.replace("_", " ")


def title(found: Curve) -> tuple[str, str]:
    """Name of a curve in two lines: the metric; task, part, prompting and models."""
    parts = [_spaced(found[f]) for f in ("task", "part", "prompting", "models") if found[f]]
    return str(found["about"]["label"]), ", ".join(parts)


def _at(values: Any, i: int) -> Any:
    return values[i] if isinstance(values, list) else values


def _value(value: float, about: Mapping[str, Any], unit: bool = True) -> str:
    if about["unit"] == "fraction":
        return f"{100 * value:.1f}" + ("\u202f%" if unit else "")
    behind = f" {about['unit']}" if unit and about["unit"] != "1" else ""
    return f"{said_value(value)}{behind}"


def point_text(found: Curve, i: int, axis: str) -> list[str]:
    """Model, scale, value, interval and n of a point, as the table has them."""
    curve, frame = found["curve"], found["frame"]
    name = found["names"][_at(frame["m"], i)]
    x, n = _at(frame[axis], i), _at(curve.get("n"), i)
    how = _at(curve.get("how", 0), i)
    interval = ""
    if how:
        low, high = (_value(_at(curve[k], i), found["about"], unit=False) for k in ("l", "h"))
        interval = f"{low} to {high}"
    value = _value(curve["v"][i], found["about"], unit=found["about"]["unit"] == "fraction")
    return [name, said_scale(x, axis, unit=False), value, interval, f"{n:,.0f}" if n else ""]


def _table(found: Curve, axis: str, which: int) -> str:
    unit = found["about"]["unit"]
    value = "Value" if unit in ("fraction", "1") else f"Value, {unit}"
    head = "".join(f'<th scope="col">{h}</th>' for h in ("Model", AXES[axis], value, "Interval", "n"))
    shown = [i for i in range(len(found["curve"]["v"])) if (_at(found["frame"][axis], i) or 0) > 0]
    shown.sort(key=lambda i: float(_at(found["frame"][axis], i)))
    rows = "".join("<tr>" + "".join(
        f'<th scope="row">{escape(t)}</th>' if j == 0 else f"<td>{escape(t)}</td>"
        for j, t in enumerate(point_text(found, i, axis))) + "</tr>" for i in shown)
    how = _at(found["curve"].get("how", 0), 0)
    text = _HOW[how].format(_at(found["curve"].get("k", 1), 0))
    name = escape(", ".join(title(found)))
    return (f'<div class="em-ex-scroll"><table data-which="{which}"><caption>{name}; '
            f"{text}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")


def _picks(found: Curve, which: int) -> str:
    behind = "2" if which else ""
    out = []
    for facet in FACETS:
        text = found["title"] if facet == "source" else found["about"]["label"] if facet == "metric" else \
            _spaced(found[facet]) or "not stated"
        hidden = " hidden" if facet in ("part", "prompting") and not found[facet] else ""
        out.append(f'<label class="em-ex-pick"{hidden}><span>{NAMES[facet]}</span>'
                   f'<select data-facet="{facet}" id="em-ex-{facet}{behind}">'
                   f'<option value="{escape(found[facet])}">{escape(text)}</option></select></label>')
    return f'<div class="em-ex-picks em-js-only">{"".join(out)}</div>'


def _panel(found: Curve, axis: str, which: int) -> str:
    curve, (first, rest) = found["curve"], title(found)
    rows = series(curve, found["frame"], axis, log=True)
    spec = fill([{"rows": rows, "chance": _at(curve.get("c"), 0), "joined": not curve.get("s"),
                  "metric": found["about"], "at": which}], axis)
    lead, *said = curve["w"][axis]
    words = "".join(f"<li><b>{question}</b> {escape(text)}</li>" for question, text in
                    zip(_QUESTIONS, said[:3], strict=True) if text)
    name = f"{_WHICH[which]}: {first}, {rest}. {lead}."
    svg = picture(spec).replace("<svg ", '<svg aria-hidden="true" ', 1)
    return (f'<section class="em-ex-panel" data-which="{which}" aria-label="{_WHICH[which]}">'
            f'<p class="em-ex-name em-ex-c{which}"><b>{escape(first)}</b> <span>{escape(rest)}</span></p>'
            f'<p class="em-ex-lead" data-answer="{lead.lower()}">{lead}</p>'
            f'<div class="em-ex-stage" tabindex="0" role="application" aria-roledescription="chart" '
            f'aria-label="{escape(name)} Arrow keys move along the points.">'
            f'<div class="em-ex-still">{svg}</div>'
            f'<div class="em-ex-live" aria-hidden="true"></div></div>'
            f"{_picks(found, which)}"
            f'<ul class="em-ex-words">{words}</ul><p class="em-ex-base">{escape(said[3])}</p></section>')


def app_html(folder: Path, up: str = "../") -> str:
    """The explorer in its first state; `folder` holds the data files, `up` leads to the root of the site."""
    index = read_data(folder, "index")
    state, axis = index["start"], "params"
    found = [find(folder, index, state, which) for which in (0, 1)]
    axes = "".join(f'<option value="{a}"{" selected" if a == axis else ""}>{text}</option>'
                   for a, text in AXES.items() if a in found[0]["frame"])
    page = {"template": template(), "names": NAMES, "questions": _QUESTIONS, "how": _HOW, "which": _WHICH,
            "start": state}
    payload = json.dumps(page, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    tables = "".join(_table(f, axis, i) for i, f in enumerate(found))
    same = " disabled" if found[0]["about"]["unit"] != found[1]["about"]["unit"] else ""
    return (
        f'<div class="em-ex" data-folder="{up}_static/explore/">'
        f"<script>{_AT_ONCE}</script>"
        '<p class="em-ex-note em-js-only" role="status" hidden></p>'
        f'<div class="em-ex-panels">{"".join(_panel(f, axis, i) for i, f in enumerate(found))}</div>'
        '<p class="em-ex-point em-js-only" role="status">Point at a dot, tap it, or move with the arrow '
        "keys: it says its name and numbers.</p>"
        f'<div class="em-ex-bar em-js-only"><label class="em-ex-pick"><span>Axis</span>'
        f'<select class="em-ex-axis">{axes}</select></label>'
        '<label class="em-ex-check"><input type="checkbox" class="em-ex-log" checked> log scale</label>'
        f'<label class="em-ex-check"><input type="checkbox" class="em-ex-together"{same}> in one panel'
        "</label>"
        '<label class="em-ex-check"><input type="checkbox" class="em-ex-second" checked> second curve</label>'
        f'<button type="button" class="em-ex-next">Next of {len(index["sudden"])} sudden curves</button>'
        '<button type="button" class="em-ex-reset">Reset</button></div>'
        '<div class="em-ex-bar em-ex-take em-js-only"><button type="button" data-take="png">PNG</button>'
        '<button type="button" data-take="svg">SVG</button><button type="button" data-take="csv">CSV</button>'
        '<button type="button" data-take="embed" aria-expanded="false">Embed</button>'
        f'<a class="em-ex-home" href="{up}book/explore.html" target="_blank" rel="noopener">'
        "Open in the book</a>"
        '<label class="em-ex-code" hidden><span>To show this on a page of yours</span>'
        '<textarea readonly rows="3"></textarea></label></div>'
        '<details class="em-ex-table"><summary>The points as a table</summary>'
        f'<div class="em-ex-tables">{tables}</div></details>'
        f'<script type="application/json" class="em-ex-page">{payload}</script></div>')


def reach_html(folder: Path, up: str = "../") -> str:
    """How much of the tables the page reaches, and which tables it does not reach and why; counted."""
    index = read_data(folder, "index")
    sources = index["sources"]
    rows, reached, curves, verdicts = (sum(s[k] for s in sources)
                                       for k in ("rows", "reached", "curves", "verdicts"))
    answers = {lead: sum(s["answers"].get(key, 0) for s in sources) for key, lead in LEADS.items()}
    told = ", ".join(f"{count:,} {lead.lower()}" for lead, count in answers.items())
    lines = "".join(
        f'<tr><th scope="row"><a href="{up}book/data/{s["name"]}.html">{escape(s["title"])}</a></th>'
        f'<td>{s["reached"]:,} of {s["rows"]:,}</td><td>{s["curves"]:,}</td><td>{s["verdicts"]:,}</td></tr>'
        for s in sources)
    others = list_datasets()
    others = others[others["kind"] != "scores"]
    left = "".join(f'<li><a href="{up}book/data/{r["source"]}.html">{escape(r["title"])}</a>: {_why(r)}.</li>'
                   for r in others.to_dict("records"))
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Table", "Rows reached", "Curves", "Verdicts"))
    return (f"<p>{reached:,} of {rows:,} rows of {len(sources)} score tables stand behind a point of one of "
            f"{curves:,} curves. A row without a curve is of a model whose size or compute is not known, or "
            f"that stands alone. {verdicts:,} verdicts are stored, one for each ladder and axis; its test of "
            f"a jump says: {told}.</p>"
            f'<div class="em-ex-scroll"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'
            "</div>"
            f"<p>{len(others)} tables are not here, as they hold no scores:</p><ul>{left}</ul>")


def _why(table: Mapping[Any, Any]) -> str:
    if table["kind"] == "items":
        return "a table by item, whose rows are answers and no scores"
    return ("one answer or error a row, and no score of a task" if table["rows"] > _LONG else
            "names and scales from a publication, and no scores")
