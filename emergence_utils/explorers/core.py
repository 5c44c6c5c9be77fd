"""A figure whose reader turns the knobs: chart, words for every state, and a picture for paper.

The page gets native inputs, made here from the parameters of an Altair chart, and a static figure of the
starting state. ``book/_static/explorers.js`` puts the live chart in its place as soon as a reader touches an
input. What the figure says in words is computed here for every state, never in the browser.
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

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from ..errors import InputError
from ..plot import alt_text, figure_html
from ..plot.data import csv_text
from .look import CONFIG

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
        every layer follows them by filters or expressions.
    words : DataFrame
        What the figure shows, in words: a column for each knob and a column ``words``; one row for each
        combination of values.
    static : Figure
        The starting state on paper, with alt text (see `plot.describe`).
    data : DataFrame
        The numbers drawn, for download.
    caption : str
        Below the figure; may hold HTML.
    texts : mapping of str to sequence of str
        What to print for each position of a range, by name of the knob.
    titles : mapping of str to str
        Axis titles that change with the knobs: ``{"x": expression}`` in Vega's language.

    Raises
    ------
    InputError
        If a knob is of another kind, or `words` does not hold each combination once.
    """

    name: str
    chart: Any
    words: pd.DataFrame
    static: Figure
    data: pd.DataFrame
    caption: str = ""
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InputError(f"explorer name '{self.name}' must be lower-case letters, digits and hyphens.")
        if not alt_text(self.static):
            raise InputError(f"explorer '{self.name}': the static figure has no alt text; use describe().")
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
        knobs = self.knobs()
        names = [k.name for k in knobs]
        for column in (*names, "words"):
            if column not in self.words:
                raise InputError(f"explorer '{self.name}': words lacks the column '{column}'; "
                                 f"it has {', '.join(map(str, self.words.columns))}.")
        said: dict[tuple[Any, ...], str] = {}
        for row in self.words[[*names, "words"]].itertuples(index=False, name=None):
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
        knobs = self.knobs()
        index = 0
        for knob in knobs:
            index = index * len(knob.options) + knob.start
        return self.sentences()[index]


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
    """The explorer as a ``<figure>``: knobs, static figure, words, and the chart for the script."""
    tag, knobs, start = f"explore-{explorer.name}", explorer.knobs(), explorer.start()
    drawn = figure_html(explorer.static, alt=alt_text(explorer.static))
    svg = drawn[drawn.index("<svg"):drawn.rindex("</svg>") + len("</svg>")]
    spec = dict(explorer.spec)
    spec["params"] = [{k: v for k, v in p.items() if k != "bind"} for p in spec["params"]]
    own = spec.get("config", {})
    # altair's own default for the view would bring back a frame
    spec["config"] = CONFIG | own | {"view": own.get("view", {}) | CONFIG["view"]}
    page = {"spec": _short(spec), "titles": dict(explorer.titles), "words": explorer.sentences(),
            "knobs": [{"name": k.name, "values": k.options, "texts": k.texts} for k in knobs]}
    payload = json.dumps(page, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    payload = payload.replace("</", r"<\/")  # else it would end the script element early
    caption = f"<figcaption>{explorer.caption}</figcaption>" if explorer.caption else ""
    # shown by the site's style sheet: without its script, as in a notebook, the knobs would be dead
    return (f'<figure class="em-figure em-explorer" id="{tag}">'
            f'<div class="em-knobs em-js-only" style="display:none">'
            f'{"".join(_input(tag, k) for k in knobs)}</div>'
            f'<div class="em-stage"><div class="em-static">{svg}</div>'
            f'<div class="em-live" role="img" aria-label="{escape(start)}"></div></div>'
            f'<p class="em-state" role="status" data-longest="{escape(max(page["words"], key=len))}">'
            f"<span>{escape(start, quote=False)}</span></p>{caption}"
            f'<script type="application/json">{payload}</script></figure>')


def _input(tag: str, knob: Knob) -> str:
    label, box = escape(knob.label), f'class="em-knob" data-knob="{knob.name}"'
    if knob.input == "radio":
        options = "".join(
            f'<label><input type="radio" name="{tag}-{knob.name}" value="{i}"'
            f'{" checked" if i == knob.start else ""}>'
            f"<span>{escape(text)}</span></label>" for i, text in enumerate(knob.texts))
        return f'<fieldset {box}><legend>{label}</legend>{options}</fieldset>'
    if knob.input == "select":
        options = "".join(
            f'<option value="{i}"{" selected" if i == knob.start else ""}>{escape(text)}</option>'
            for i, text in enumerate(knob.texts))
        return f"<label {box}><span>{label}</span><select>{options}</select></label>"
    now = escape(knob.texts[knob.start])
    return (f'<label {box}><span>{label}: <output>{now}</output></span>'
            f'<input type="range" min="0" max="{len(knob.options) - 1}" step="1" value="{knob.start}" '
            f'aria-valuetext="{now}"></label>')


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
    """Display an explorer once, and close its static figure.

    In a notebook the static figure appears; ``explorer.chart`` is the live chart there.
    """
    html = explorer_html(explorer)
    text = f"{alt_text(explorer.static)} {explorer.start()}"
    plt.close(explorer.static)
    csv = csv_text(explorer.data)
    display({"text/html": html, "text/plain": text, "text/csv": csv}, raw=True)
