"""Sphinx extension: formulas become MathML while the site is built.

Browsers draw MathML and screen readers speak it, so a page with formulas needs no script,
no web font and no request. TeX that cannot be translated is a warning, and the book is
built with warnings as errors: a broken formula never reaches a reader.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

__all__ = ["setup", "tex_to_mathml"]

logger = logging.getLogger(__name__)
NS = "{http://www.w3.org/1998/Math/MathML}"

# latex2mathml knows \begin{split}, the other alignments are the same table without a number
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|align|align\*|gathered|gather|gather\*|eqnarray)\}")
# and no starred operator, nor the two words of the arguments of a maximum
_ARGMAX = re.compile(r"\\arg\s*\\(max|min)(?![a-z])|\\operatorname\*?\{arg(?:\\,|~| )?(max|min)\}")
_ARG = re.compile(r"\\arg(?![a-z])")
_EQUATION = re.compile(r"\\(?:begin|end)\{equation\*?\}")
_PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "msubsup": 3,
          "munderover": 3}
_WEIGHTS = {"bold": "BOLD", "italic": "ITALIC", "bold-italic": "BOLD ITALIC"}


def tex_to_mathml(tex: str, *, block: bool = False) -> str:
    r"""Translate one formula.

    Parameters
    ----------
    tex : str
        TeX without its dollar signs.
    block : bool
        Whether the formula stands on a line of its own.

    Returns
    -------
    str
        A ``<math>`` element; its ``alttext`` keeps the TeX for copying.

    Raises
    ------
    ValueError
        When `tex` uses a command that is not known or does not parse.

    Examples
    --------
    >>> tex_to_mathml("p^L")  # doctest: +ELLIPSIS
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline" alttext="p^L">...</math>'
    """
    source = _EQUATION.sub("", _ALIGNED.sub(r"\\\1{split}", tex)).strip()
    source = _ARGMAX.sub(lambda m: rf"\arg{m[1] or m[2]}", source)
    source = _ARG.sub(r"\\operatorname{arg}", source).replace(r"\operatorname*{", r"\operatorname{")
    if block and r"\\" in source and r"\begin" not in source:
        source = rf"\begin{{split}}{source}\end{{split}}"
    try:
        root = ET.fromstring(convert(source, display="block" if block else "inline"))
    except Exception as error:  # the library has a dozen unrelated exception types
        reason = str(error) or type(error).__name__
        raise ValueError(f"The formula {tex!r} does not parse: {reason}.") from error
    unknown = [e.text for e in root.iter() if e.text and e.text.startswith("\\")]
    if unknown:
        raise ValueError(f"The formula {tex!r} uses {unknown[0]}, which is not known here.")
    for element in root.iter():
        if len(element) != _PARTS.get(element.tag.removeprefix(NS), len(element)):
            raise ValueError(f"The formula {tex!r} has a command that lacks an argument.")
    for element in root.iter():
        _repair(element)
    root.set("alttext", " ".join(tex.split()))
    ET.register_namespace("", NS[1:-1])  # here: the name "" is shared by all who write XML
    return ET.tostring(root, encoding="unicode")


def _repair(element: ET.Element) -> None:
    """Bring one element to MathML Core, the part of MathML that browsers draw."""
    text = element.text or ""
    # a symbol such as the plus-minus sign is an operator: only then it gets its space
    symbol = len(text) == 1 and unicodedata.category(text) == "Sm" and text not in "∞∂∇"
    if element.tag == f"{NS}mi" and symbol:
        element.tag = f"{NS}mo"
    weight = _WEIGHTS.get(element.get("mathvariant", ""))
    if weight:  # browsers ignore these variants: use the letters Unicode has for them
        element.text = "".join(_mathematical(c, weight) for c in text)
        del element.attrib["mathvariant"]
    # a table's alignment is a style in MathML Core
    align = element.attrib.pop("columnalign", None)
    if align and element.tag == f"{NS}mtd":
        element.set("style", f"text-align:{align}")
    # an upright word is one word, not one variable a letter
    previous: ET.Element | None = None
    for child in list(element):
        upright = child.tag == f"{NS}mi" and child.get("mathvariant") == "normal"
        if upright and previous is not None:
            previous.text = (previous.text or "") + (child.text or "")
            element.remove(child)
        else:
            previous = child if upright else None


def _mathematical(char: str, weight: str) -> str:
    name = unicodedata.name(char, "").replace(" LETTER", "")
    name = name.removeprefix("GREEK ").removeprefix("LATIN ")
    try:
        return unicodedata.lookup(f"MATHEMATICAL {'BOLD' if name.startswith('DIGIT') else weight} {name}")
    except KeyError:
        return char


def _mathml(node: nodes.math | nodes.math_block, *, block: bool) -> str:
    try:
        return tex_to_mathml(node.astext(), block=block)
    except ValueError as error:
        logger.warning("%s", error, location=node, type="mathml")
        return f"<code>{escape(node.astext())}</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(f'<span class="math notranslate">{_mathml(node, block=False)}</span>')
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math notranslate"))
    self.body.append(f'<div class="em-formula">{_mathml(node, block=True)}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer; chosen by ``html_math_renderer = "mathml"``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
