"""The chart library of the live charts, as one script that the site itself serves.

Charts are compiled from Vega-Lite's language into Vega's while the site is built, so that a reader fetches
neither Vega-Lite nor Vega-Embed; and of Vega's parts only those that our charts use.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import vl_convert

__all__ = ["LIBRARY", "bundle", "write_vega"]

#: Where it lies in the site.
LIBRARY = "_static/vega.js"
#: The version of Vega whose parts these are: its package.json names them.
VEGA = "6.2.0"
#: Parts with their versions. Without maps, trees, forces, clouds of words, regressions and the like a
#: reader fetches a quarter less.
PARTS = {"vega-view": "6.1.0", "vega-parser": "7.1.0", "vega-dataflow": "6.1.0", "vega-transforms": "5.1.0",
         "vega-view-transforms": "5.1.0", "vega-encode": "5.1.0"}
#: A part's address inside vl-convert-python; nothing is fetched.
_ADDRESS = "https://cdn.jsdelivr.net/npm/{}@{}/+esm"
_SNIPPET = """import {{ View }} from "{vega-view}";
import {{ parse }} from "{vega-parser}";
import {{ transforms }} from "{vega-dataflow}";
import * as common from "{vega-transforms}";
import * as layout from "{vega-view-transforms}";
import * as encode from "{vega-encode}";
Object.assign(transforms, common, layout, encode);
window.vega = {{ View, parse }};
"""
#: For a vl-convert-python that brings another Vega: larger, and no chart is lost.
_WHOLE = "window.vega = { View: vega.View, parse: vega.parse };"


def bundle() -> str:
    """The library: a script that sets ``window.vega`` to an object of ``View`` and ``parse``."""
    parts = {name: _ADDRESS.format(name, number) for name, number in PARTS.items()}
    snippet = _SNIPPET.format(**parts) if vl_convert.get_vega_version() == VEGA else _WHOLE
    return str(vl_convert.javascript_bundle(snippet))


def write_vega(path: Path) -> bool:
    """Write the library to `path` unless this version is there; return whether it was written."""
    head = (f"/*! Vega {vl_convert.get_vega_version()}: {', '.join(PARTS)}, (c) University of Washington "
            "Interactive Data Lab and contributors, BSD-3-Clause; "
            f"bundled by vl-convert-python {version('vl-convert-python')} */\n")
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            if file.readline() == head:
                return False
    path.parent.mkdir(parents=True, exist_ok=True)
    # its helper names would clash with those of other scripts on the page
    path.write_text(f"{head}(function () {{\n{bundle()}\n}})();\n", encoding="utf-8", newline="\n")
    return True
