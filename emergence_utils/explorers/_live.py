"""An explorer in a notebook that somebody has open: the front end draws its chart and its inputs itself.

JupyterLab and VS Code bring Vega-Lite, so the chart is given to them as data: no picture is made, and running
a notebook takes no longer. Nothing changes where a notebook is executed to be stored (nbconvert, nbval): the
file stays light, and the build of the site draws the picture.
"""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from IPython import get_ipython

from ._legend import encoded
from .look import CONFIG, INK_CSS

if TYPE_CHECKING:
    from .core import Explorer

__all__ = ["MIME", "live_bundle", "live_spec", "watched"]

#: The newest kind that JupyterLab 4 draws.
MIME = "application/vnd.vegalite.v5+json"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_SIZE = {"width": 560, "height": 290}
#: Letters in a line above the chart.
_LINE = 84
_VARIABLE = re.compile(r"var\(--em-[a-z0-9-]+, ?([^()]+)\)")


def watched() -> bool:
    """Whether a person has this notebook open: Jupyter, VS Code and Colab leave a sign of it each."""
    shell = get_ipython()
    return shell is not None and ("JPY_SESSION_NAME" in os.environ or "__vsc_ipynb_file__" in shell.user_ns
                                  or _in_colab())


def _in_colab() -> bool:
    return "google.colab" in sys.modules


def live_bundle(explorer: Explorer) -> dict[str, Any]:
    """What `show` displays where a reader can turn the knobs.

    It holds no HTML but in Colab: JupyterLab would draw that in place of the chart.
    """
    spec = live_spec(explorer)
    if not _in_colab():
        return {MIME: spec}
    from altair.utils.html import spec_to_html  # Colab draws HTML alone, and fetches what it needs

    html = spec_to_html(spec, mode="vega-lite", vega_version="5", vegalite_version="5", vegaembed_version="6",
                        fullhtml=False, output_div=f"live-{explorer.name}")
    return {"text/html": str(html)}


def live_spec(explorer: Explorer) -> dict[str, Any]:
    """The chart with its own inputs and legend, and above it the words of the state that it shows."""
    spec: dict[str, Any] = deepcopy(explorer.spec)
    spec["config"] = CONFIG | spec.get("config", {}) | {
        "background": "white", "view": {"stroke": None}, "title": {"color": INK_CSS}, "padding": 10,
        # the title of the vertical axis lies above it
        "legend": CONFIG["legend"] | {"offset": 26}}
    heads = explorer.heads()
    for layer in encoded(spec):
        for channel in ("color", "shape", "strokeDash"):
            legend = layer["encoding"].get(channel, {}).get("legend")
            if legend:
                legend.pop("offset", None)
        axis = layer["encoding"].get("x", {}).get("axis") or {}
        if axis.get("tickMinStep") == 1 and "labelExpr" in axis:  # older libraries set ticks between as well
            axis["labelExpr"] = f"datum.value % 1 ? '' : {axis['labelExpr']}"
    words = [[*([heads[i]] if heads else []), *textwrap.wrap(text, _LINE)]
             for i, text in enumerate(explorer.sentences())]
    longest = max(map(len, words))
    # as many lines in every state, so that the chart keeps its place
    words = [[*lines, *[" "] * (longest - len(lines))] for lines in words]
    state = "0"
    for knob in explorer.knobs():
        state = f"({state}) * {len(knob.options)} + indexof({json.dumps(knob.options)}, {knob.name})"
    said: dict[str, Any] = {"name": "em_words", "value": words}
    spec["params"] = [said, *(_input(p, explorer.texts) for p in spec["params"])]
    spec |= {**_SIZE, "$schema": _SCHEMA, "title": {
        "text": {"expr": f"em_words[{state}]"}, "anchor": "start", "frame": "group", "fontSize": 13,
        "fontWeight": "normal", "lineHeight": 18, "offset": 14}}
    return dict(_plain(_titled(spec, explorer.titles)))


def _input(param: dict[str, Any], texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A slider whose positions have names is a list: its number alone would say nothing."""
    bind = param.get("bind", {})
    if bind.get("input") != "range" or param["name"] not in texts:
        return param
    low, step = bind["min"], bind.get("step", 1)
    named = list(texts[param["name"]])
    return param | {"bind": {"input": "select", "name": bind.get("name", param["name"]), "labels": named,
                             "options": [low + step * i for i in range(len(named))]}}


def _titled(spec: dict[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """Axis titles that follow the knobs as text: Vega-Lite's own title of an axis cannot change."""
    if not titles:
        return spec
    places: dict[str, dict[str, Any]] = {
        "x": {"x": {"expr": "width / 2"}, "y": {"expr": "height + 40"}, "align": "center"},
        "y": {"x": CONFIG["axisY"]["titleX"], "y": CONFIG["axisY"]["titleY"], "align": "left"}}
    _untitle(spec, tuple(titles))
    whole = ("$schema", "config", "params", "title", "width", "height", "datasets", "data")
    top = {k: spec.pop(k) for k in whole if k in spec}
    texts = [{"data": {"values": [{}]}, "mark": {"type": "text", "baseline": "bottom", "text": {"expr": text},
                                                 "clip": False, "fontSize": 12.5, **places[side]}}
             for side, text in titles.items()]
    return top | {"layer": [spec, *texts]}


def _untitle(spec: Any, sides: Sequence[str]) -> None:
    for side in sides:
        if side in spec.get("encoding", {}):
            spec["encoding"][side]["title"] = None
            axis = spec["encoding"][side].get("axis")
            if axis:
                axis.pop("title", None)
    for layer in spec.get("layer", ()):
        _untitle(layer, sides)


def _plain(value: Any) -> Any:
    """Colours as such: the variables of the site do not exist in a notebook."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return _VARIABLE.sub(r"\1", value) if isinstance(value, str) else value
