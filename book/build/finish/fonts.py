"""The font of formulas, cut to the signs that the pages' formulas use."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from html import unescape

__all__ = ["cut_font", "formula_signs"]

_MATH = re.compile(r"<math\b.*?</math>", re.S)
_TAG = re.compile(r"<[^>]*>")
_ROOT = "√"  # drawn by the browser for <msqrt>, written nowhere
_ITALIC_H = "\u210e"  # Unicode had this one before the other italic letters


def formula_signs(pages: Iterable[str]) -> str:
    """Every sign of the formulas, sorted, with the italic form that browsers give to single letters.

    Examples
    --------
    >>> formula_signs(['<math alttext="x_i"><mi>a</mi><mo>+</mo></math>']) == "+a√\U0001d44e"
    True
    """
    signs = {sign for page in pages for math in _MATH.findall(page) for sign in unescape(_TAG.sub("", math))}
    signs |= {_ROOT} if signs else set()
    return "".join(sorted({s for s in signs if s.isprintable()} | {_italic(s) for s in signs}))


def _italic(sign: str) -> str:
    if sign == "h":
        return _ITALIC_H
    name = unicodedata.name(sign, "").replace(" LETTER", "").removeprefix("LATIN ").removeprefix("GREEK ")
    try:
        return unicodedata.lookup(f"MATHEMATICAL ITALIC {name}")
    except KeyError:
        return sign if sign.isprintable() else " "


@cache
def cut_font(font: bytes, signs: str) -> bytes:
    """A WOFF file cut to `signs` and the parts that stretched signs are built of."""
    # loaded here: the extensions of the build import this package too and need no fonts
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["*"]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(text=signs)
    cutter.subset(opened)
    opened.flavor = "woff"
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()
