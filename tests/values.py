"""What is compared when a notebook is run again: values and words, not drawings.

A number that is printed may differ by one unit of its last digit, a number in a record by one unit of the
fourth, which is what records keep: two processors round a sum differently, and what they print may then fall
to either side. Whole numbers are counts and must agree, and so must every word, verdict, name and order. Of a
drawing only its parts are compared; its numbers stand beside it as data.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["RELATIVE", "differences"]

#: Relative difference that rounding makes in numbers that are kept with all their digits.
RELATIVE = 1e-6
_NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w])")
_SVG = re.compile(r"<svg\b.*?</svg>", re.S)
_IDS = re.compile(r'\bid="([^"]*)"')
#: Names that are made from all digits of a text or a drawing: figures, clips, marks, charts.
_HASHED = re.compile(r"\b(?:fig-|em-|f)[0-9a-f]{6,}\b|\b(?=[a-f0-9]*\d)(?=[a-f0-9]*[a-f])[a-f0-9]{6,}\b")
#: Kinds of output that show what another kind of the same output says.
_SKIPPED = {"image/png", "image/svg+xml"}


def differences(stored: Sequence[Mapping[str, Any]], again: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence for everything in which two runs of a cell differ; empty where they agree.

    Parameters
    ----------
    stored, again : sequence of notebook outputs
    """
    a, b = [_parts(out) for out in stored], [_parts(out) for out in again]
    if len(a) != len(b):
        return [f"{len(a)} outputs are stored, {len(b)} came again"]
    found = []
    for i, (one, other) in enumerate(zip(a, b, strict=True)):
        if one.keys() != other.keys():
            found.append(f"output {i}: stored as {sorted(one)}, came as {sorted(other)}")
            continue
        for kind in one:
            found += [f"output {i}, {kind}: {text}" for text in _differ(one[kind], other[kind])]
    return found


def _parts(output: Mapping[str, Any]) -> dict[str, Any]:
    """The kinds of one output, errors and streams included."""
    if output["output_type"] == "error":
        return {"error": f"{output['ename']}: {output['evalue']}"}
    if output["output_type"] == "stream":
        return {f"stream {output['name']}": output["text"]}
    return {k: v for k, v in output["data"].items() if k not in _SKIPPED}


def _differ(stored: Any, again: Any, at: str = "") -> Iterator[str]:
    if isinstance(stored, Mapping) and isinstance(again, Mapping):
        if stored.keys() != again.keys():
            yield f"{at or 'keys'}: {sorted(map(str, stored))} against {sorted(map(str, again))}"
            return
        for key in stored:
            yield from _differ(stored[key], again[key], f"{at}.{key}" if at else str(key))
    elif isinstance(stored, list) and isinstance(again, list) and not all(isinstance(v, str) for v in stored):
        if len(stored) != len(again):
            yield f"{at}: {len(stored)} entries against {len(again)}"
            return
        for i, (a, b) in enumerate(zip(stored, again, strict=True)):
            yield from _differ(a, b, f"{at}[{i}]")
    elif isinstance(stored, str | list):
        yield from _texts(_whole(stored), _whole(again), at)
    elif isinstance(stored, float) and isinstance(again, float):
        if not (stored == again or abs(stored - again) <= _unit(stored)):
            yield f"{at}: {stored!r} against {again!r}"
    elif stored != again or type(stored) is not type(again):
        yield f"{at}: {stored!r} against {again!r}"


def _unit(value: float) -> float:
    """One unit of the fourth digit."""
    return 1.001 * 10.0 ** (math.floor(math.log10(abs(value))) - 3) if value else RELATIVE


def _whole(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _texts(stored: str, again: str, at: str) -> Iterator[str]:
    """Words equal, numbers near, drawings of the same parts."""
    where = f"{at}: " if at else ""
    drawn, drawn_again = ([_drawing(s) for s in _SVG.findall(text)] for text in (stored, again))
    if drawn != drawn_again:
        yield f"{where}another drawing"
    one, other = (_HASHED.sub("#", _SVG.sub("<svg/>", text)) for text in (stored, again))
    words, words_again = _NUMBER.split(one), _NUMBER.split(other)
    if words != words_again:
        first = next((i for i, (a, b) in enumerate(zip(words, words_again, strict=False)) if a != b),
                     min(len(words), len(words_again)) - 1)
        yield f"{where}{words[first][-80:]!r} against {words_again[first][-80:]!r}"
        return
    for a, b in zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True):
        if a != b and not _near(a, b):
            yield f"{where}{a} against {b}"


def _drawing(svg: str) -> tuple[int, list[str]]:
    """Parts of a drawing: names of its groups, without what is made from coordinates."""
    names = [re.sub(r"^\w+?-", "", name) for name in _IDS.findall(svg)]
    made = re.compile(r"^k\d+$|^[A-Z]\w*-\w+$|^m\w{10}$")
    return svg.count("<use"), [name for name in names if not made.search(name)]


def _near(a: str, b: str) -> bool:
    one, other = _value(a), _value(b)
    if not any(c in a + b for c in ".eE"):
        return one == other  # a count
    return abs(one - other) <= max(_allowed(a, one, other), _allowed(b, one, other))


def _value(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _allowed(text: str, a: float, b: float) -> float:
    """One unit of the last printed digit, at least a millionth of the number."""
    mantissa, _, power = text.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(power or 0) - digits)
    return max(1.001 * unit if digits < 12 else 0.0, RELATIVE * max(abs(a), abs(b)))
