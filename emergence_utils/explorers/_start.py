"""Altair without what it never uses here: imported first by the package, whose parts then find it loaded."""

from __future__ import annotations

import sys

# jsonschema, which altair imports, loads a checker of international addresses where there is one, and that
# compiles 38 grammars: three seconds of every kernel. Hidden while altair loads, it is left alone after.
_HIDDEN = "rfc3987_syntax"
_known = sys.modules.get(_HIDDEN)
if _known is None and "jsonschema" not in sys.modules:
    sys.modules[_HIDDEN] = None  # type: ignore[assignment]  # how Python marks what is not to be found
    try:
        import altair  # noqa: F401
    finally:
        del sys.modules[_HIDDEN]
