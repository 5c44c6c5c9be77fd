"""The chart library of the explorers, as one script that the site itself serves."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import vl_convert

__all__ = ["LIBRARY", "write_vega"]

#: Where it lies in the site.
LIBRARY = "_static/vega.js"


def write_vega(path: Path) -> bool:
    """Write the library to `path` unless this version is there; return whether it was written."""
    vega, embed = vl_convert.get_vega_version(), vl_convert.get_vega_embed_version()
    head = (f"/*! Vega {vega}, Vega-Lite {vl_convert.get_vegalite_versions()[-1]}, Vega-Embed {embed}, "
            "(c) University of Washington Interactive Data Lab and contributors, "
            f"BSD-3-Clause; bundled by vl-convert-python {version('vl-convert-python')} */\n")
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            if file.readline() == head:
                return False
    path.parent.mkdir(parents=True, exist_ok=True)
    library = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub knows no default
    # its helper names would clash with those of other scripts on the page
    path.write_text(f"{head}(function () {{\n{library}\n}})();\n", encoding="utf-8", newline="\n")
    return True
