"""A figure whose reader turns the knobs: one chart, a name for every point, words for every state.

The page gets native inputs, made here from the parameters of an Altair chart, a legend, and the chart itself
as data. From that one specification the build of the site draws the picture of the starting state
(``book/build/pictures.py``), and ``book/_static/explorers.js`` the live chart that takes its place when a
reader touches an input. Both have the same box, margins and letters, so nothing moves. What the figure says
in words is computed here for every state, never in the browser.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import display

from ..errors import InputError
from ..plot.data import csv_text
from ._legend import legend_html, without_legends
from ._live import live_bundle, watched
from .look import CONFIG, MARGINS, SIZES

__all__ = ["Explorer", "Knob", "explorer_html", "show"]

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_INPUTS = ("radio", "select", "range")
#: Digits kept in the page; more cannot be seen in a picture.
_DIGITS = 5


@dataclass(frozen=True)
class Knob:
    """One input of an explorer: a parameter of its chart and the values that it can take."""

    name: str
    label: str
    input: str
    options: tuple[Any, ...]
    texts: tuple[str, ...]
    start: int


@dataclass(frozen=True)
class Explorer:
    """An interactive figure, with all that is needed where no script runs.

    Parameters
    ----------
    name : str
        Its name on the page, e.g. ``"metric"``; lower case, unique in the book.
    chart : altair chart
        One view, layered or not. Its parameters with ``bind=`` (radio, select or range) are the knobs, and
        every layer follows them by filters or expressions. Layers with a ``description`` are points that
        the reader can call up one by one; all others are hidden from screen readers.
    words : DataFrame
        What the figure shows, in words: a column for each knob and a column ``words``; one row for each
        combination of values. A column ``head``, if there is one, stands in large letters above the chart.
    data : DataFrame
        The numbers drawn, for download.
    caption : str
        Below the figure; may hold HTML.
    texts : mapping of str to sequence of str
        What to print for each position of a range, by name of the knob.
    titles : mapping of str to str
        Axis titles that change with the knobs: ``{"x": expression}`` in Vega's language.
    folded : mapping of str to int
        Knobs that stand behind "More", by name, with how many of their options stay in front.
    heights : (float, float)
        Of the chart on a narrow and on a wide page, in pixels; see `look.SIZES` for the widths.

    Raises
    ------
    InputError
        If a knob is of another kind, `words` does not hold each combination once, or no point has a name.
    """

    name: str
    chart: Any
    words: pd.DataFrame
    data: pd.DataFrame
    caption: str = ""
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    folded: Mapping[str, int] = field(default_factory=dict)
    heights: tuple[float, float] = (SIZES[0][1], SIZES[1][1])

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InputError(f"explorer name '{self.name}' must be lower-case letters, digits and hyphens.")
        if not any("description" in layer.get("encoding", {}) for layer in _layers(self.spec)):
            raise InputError(f"explorer '{self.name}': no layer has a description, so its points have no "
                             "names.")
        names = [k.name for k in self.knobs()]
        for name in self.folded:
            if name not in names:
                raise InputError(f"explorer '{self.name}': folded names the knob '{name}'; it has "
                                 f"{', '.join(names)}.")
        self.sentences()

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The chart in Vega-Lite's language, made once: a chart of ten layers takes a second."""
        return dict(self.chart.to_dict())

    def knobs(self) -> tuple[Knob, ...]:
        """The inputs, in the order of the chart's parameters."""
        found = [p for p in self.spec.get("params", []) if "bind" in p]
        if not found:
            raise InputError(f"explorer '{self.name}': the chart has no parameter with bind=.")
        return tuple(_knob(p, self.texts.get(p["name"])) for p in found)

    def sentences(self) -> list[str]:
        """`words` in the order in which the page counts the states: the last knob changes fastest."""
        return self._column("words")

    def heads(self) -> list[str]:
        """The large words above the chart in the same order; empty if there are none."""
        return self._column("head") if "head" in self.words else []

    def _column(self, column: str) -> list[str]:
        knobs = self.knobs()
        names = [k.name for k in knobs]
        for needed in (*names, column):
            if needed not in self.words:
                raise InputError(f"explorer '{self.name}': words lacks the column '{needed}'; "
                                 f"it has {', '.join(map(str, self.words.columns))}.")
        said: dict[tuple[Any, ...], str] = {}
        for row in self.words[[*names, column]].itertuples(index=False, name=None):
            if row[:-1] in said:
                raise InputError(f"explorer '{self.name}': words holds the state {row[:-1]} twice.")
            said[row[:-1]] = str(row[-1])
        states = list(product(*(k.options for k in knobs)))
        for state in states:
            if not said.get(state, "").strip():
                raise InputError(f"explorer '{self.name}': words holds no sentence for the state {state}.")
        return [said[state] for state in states]

    def start(self) -> str:
        """The sentence of the starting state."""
        return self.sentences()[self._first()]

    def _first(self) -> int:
        index = 0
        for knob in self.knobs():
            index = index * len(knob.options) + knob.start
        return index


def _knob(param: Mapping[str, Any], texts: Sequence[str] | None) -> Knob:
    bind, name = param["bind"], param["name"]
    kind = bind.get("input")
    if kind not in _INPUTS:
        raise InputError(f"knob '{name}' is of kind '{kind}'; accepted: {', '.join(_INPUTS)}.")
    if kind == "range":
        low, high, step = bind["min"], bind["max"], bind.get("step", 1)
        values = tuple(_number(low + step * i) for i in range(round((high - low) / step) + 1))
        texts = tuple(texts) if texts is not None else tuple(f"{v:,g}" for v in values)
    else:
        values = tuple(bind["options"])
        texts = tuple(bind.get("labels") or map(str, values))
    if len(texts) != len(values):
        raise InputError(f"knob '{name}' has {len(values)} values but {len(texts)} texts.")
    if param.get("value") not in values:
        raise InputError(f"knob '{name}' starts at {param.get('value')!r}; accepted: "
                         f"{', '.join(map(str, values))}.")
    return Knob(name, str(bind.get("name", name)), kind, values, texts, values.index(param["value"]))


def _number(value: float) -> float | int:
    value = round(value, 9)
    return int(value) if float(value).is_integer() else value


def explorer_html(explorer: Explorer) -> str:
    """The explorer as a ``<figure>``: knobs, legend, room for the picture, words, and the chart as data."""
    tag, knobs, start = f"explore-{explorer.name}", explorer.knobs(), explorer.start()
    front, more = zip(*(_input(tag, k, explorer.folded.get(k.name)) for k in knobs), strict=True)
    page = _page(explorer)
    payload = json.dumps(page, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    payload = payload.replace("</", r"<\/")  # else it would end the script element early
    caption = f"<figcaption>{explorer.caption}</figcaption>" if explorer.caption else ""
    behind = "".join(more)
    fold = f'<details class="em-more em-js-only"><summary>More</summary>{behind}</details>' if behind else ""
    heads = page.get("heads")
    large = escape(heads[explorer._first()]) if heads else ""
    head = f'<p class="em-head" role="status"><span>{large}</span></p>' if large else ""
    longest = escape(max(page["words"], key=len))
    # shown by the site's style sheet: without its script, as in a notebook, the knobs would be dead
    return (f'<figure class="em-figure em-explorer" id="{tag}">'
            f'<div class="em-knobs em-js-only" style="display:none">{"".join(front)}</div>{head}'
            f'{legend_html(explorer.spec)}<div class="em-stage">{PLACE}<div class="em-live"></div></div>'
            f'<p class="em-state" role="status" data-longest="{longest}">'
            f"<span>{escape(start, quote=False)}</span></p>"
            f'{_fold_hidden(fold)}{TOOLS}{caption}'
            f'<script type="application/json">{payload}</script></figure>')


#: Where the build puts the picture of the starting state; a notebook shows this line instead.
PLACE = ('<p class="em-static">The chart is drawn on the page of the book; here <code>explorer.chart</code> '
         "is the chart.</p>")
#: Buttons that need a script, below the words.
TOOLS = ('<p class="em-tools em-js-only" style="display:none"><button type="button" data-do="reset" disabled>'
         'Reset</button><button type="button" data-do="png">Picture (PNG)</button>'
         '<button type="button" data-do="svg">Drawing (SVG)</button></p>')


def _fold_hidden(fold: str) -> str:
    return fold.replace("<details ", '<details style="display:none" ', 1)


def _page(explorer: Explorer) -> dict[str, Any]:
    """What the script and the build need: the chart without its inputs, its box, and the words."""
    spec = without_legends(explorer.spec)
    spec["params"] = [{k: v for k, v in p.items() if k != "bind"} for p in spec["params"]]
    own = spec.get("config", {})
    # altair's own default for the view would bring back a frame
    spec["config"] = CONFIG | own | {"view": own.get("view", {}) | CONFIG["view"]}
    spec |= {"autosize": "none", "padding": MARGINS, "description": _about(explorer)}
    for layer in _layers(spec):
        mark = layer["mark"] if isinstance(layer["mark"], dict) else {"type": layer["mark"]}
        named = "description" in layer.get("encoding", {})
        # a point that can be called up has a name; the rest is drawing
        layer["mark"] = mark if named else mark | {"aria": False}
    knobs = [{"name": k.name, "values": k.options, "texts": k.texts, "start": k.start}
             for k in explorer.knobs()]
    page = {"name": explorer.name, "spec": _short(spec), "titles": dict(explorer.titles),
            "sizes": [[width, height] for (width, _), height in zip(SIZES, explorer.heights, strict=True)],
            "words": explorer.sentences(), "knobs": knobs}
    heads = explorer.heads()
    return page | ({"heads": heads} if heads else {}) | ({"folded": dict(explorer.folded)}
                                                         if explorer.folded else {})


def _layers(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The drawn layers of a view, at any depth."""
    if "layer" in spec:
        return [found for layer in spec["layer"] for found in _layers(layer)]
    return [spec] if isinstance(spec, dict) and "mark" in spec else []


def _about(explorer: Explorer) -> str:
    """What stands on the axes, for those who do not see them."""
    titles: dict[str, str] = {}
    for layer in _layers(explorer.spec):
        for side in ("x", "y"):
            title = layer.get("encoding", {}).get(side, {}).get("title")
            if title and side not in titles:
                titles[side] = str(title)
    return f"{titles.get('y', 'Score')} against {titles.get('x', 'scale')}"


def _input(tag: str, knob: Knob, in_front: int | None) -> tuple[str, str]:
    """A knob, or the part of it that is in front, and what stands behind "More"."""
    label, box = escape(knob.label), f'class="em-knob" data-knob="{knob.name}"'
    if knob.input == "radio":
        options = [
            f'<label><input type="radio" name="{tag}-{knob.name}" value="{i}"'
            f'{" checked" if i == knob.start else ""}>'
            f"<span>{escape(text)}</span></label>" for i, text in enumerate(knob.texts)]
        cut = len(options) if in_front is None else in_front
        sides = ["".join(part) and f'<fieldset {box}><legend>{label}</legend>{"".join(part)}</fieldset>'
                 for part in (options[:cut], options[cut:])]
        return sides[0].replace('"em-knob"', '"em-knob em-switch"') if in_front else sides[0], sides[1]
    if knob.input == "select":
        options = [f'<option value="{i}"{" selected" if i == knob.start else ""}>{escape(text)}</option>'
                   for i, text in enumerate(knob.texts)]
        made = f"<label {box}><span>{label}</span><select>{''.join(options)}</select></label>"
    else:
        now = escape(knob.texts[knob.start])
        made = (f'<label {box}><span>{label}: <output>{now}</output></span>'
                f'<input type="range" min="0" max="{len(knob.options) - 1}" step="1" value="{knob.start}" '
                f'aria-valuetext="{now}"></label>')
    return (made, "") if in_front is None else ("", made)


def _short(value: Any) -> Any:
    """The same JSON with numbers as short as a picture needs; a missing number is null."""
    if isinstance(value, dict):
        return {k: _short(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_short(v) for v in value]
    if isinstance(value, np.generic):
        return _short(value.item())
    if isinstance(value, float):
        return _number(float(f"{value:.{_DIGITS}g}")) if math.isfinite(value) else None
    return value


def show(explorer: Explorer) -> None:
    """Display an explorer once; in a notebook that a reader has open it is a live chart with its inputs."""
    bundle = {"text/plain": f"{_about(explorer)}. {explorer.start()}", "text/csv": csv_text(explorer.data)}
    if not watched():
        display({"text/html": explorer_html(explorer)} | bundle, raw=True)
        return
    display(bundle | live_bundle(explorer), raw=True)
    if explorer.caption:
        display({"text/html": f"<p>{explorer.caption}</p>", "text/plain": explorer.caption}, raw=True)
