"""Parts of live charts of ladders: the axis of scale, and the chance level."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt

from .look import PAPER_CSS

__all__ = ["FLOPS", "POWER", "SCALE", "SIZE", "chance_label", "chance_rule", "decades", "percent",
           "short_names"]

_RAISED = "['⁰','¹','²','³','⁴','⁵','⁶','⁷','⁸','⁹']"
#: Vega's expression for ten to the power of ``datum.value``, a whole number below a hundred.
POWER = f"'10' + {_RAISED}[floor(datum.value / 10)] + {_RAISED}[datum.value % 10]"
#: Vega's expression for a tick at ``datum.value`` decades: 125M, 10B; powers of ten from 1e15 on.
_LABEL = (f"datum.value % 1 ? '' : datum.value >= 15 ? {POWER} : "
          "replace(format(pow(10, datum.value), '.3~s'), 'G', 'B')")

#: Vega's expression for the size of a model whose place is ``datum.x`` decades: 13B parameters.
SIZE = "replace(format(pow(10, datum.x), '.3~s'), 'G', 'B') + ' parameters'"
#: The same for training compute: 3.1×10²³ FLOPs.
_TIMES = ("format(pow(10, datum.x - floor(datum.x)), '.1f') + '×10' + "
          f"{_RAISED}[floor(datum.x / 10)] + {_RAISED}[floor(datum.x) % 10]")
FLOPS = f"{_TIMES} + ' FLOPs'"
#: The same for a number of any kind: 1.4k, or 3.1×10²³ where it is large.
SCALE = f"(datum.x < 15 ? replace(format(pow(10, datum.x), '.3~s'), 'G', 'B') : {_TIMES})"


def percent(value: str, low: str = "", high: str = "", *, digits: int = 1) -> str:
    """Vega's expression for a share in per cent, with its 95 % interval where one is known."""
    def one(field: str) -> str:
        return f"format(100 * datum.{field}, '.{digits}f')"

    text = f"{one(value)} + '\u202f%'"
    if low:
        text += (f" + (isValid(datum.{low}) && datum.{low} < datum.{high} ? ' (95\u202f% ' + {one(low)} + "
                 f"' to ' + {one(high)} + ')' : '')")
    return text


def short_names(models: Iterable[str]) -> list[str]:
    """Names of models without the account under which they are published."""
    return [model.split("/")[-1] for model in models]


def decades(field: str, title: str) -> Any:
    """The x channel of a column of decades (log10), with labels at whole decades."""
    return alt.X(f"{field}:Q", title=title, scale=alt.Scale(zero=False, nice=False, padding=14),
                 axis=alt.Axis(labelExpr=_LABEL, tickMinStep=1, tickCount=6, grid=False))


def chance_rule(levels: Any) -> Any:
    """Dotted line at the chance level: column ``c`` of `levels`, a chart filtered to one row."""
    return levels.mark_rule(strokeDash=[2, 3], strokeWidth=1.5).encode(y="c:Q")


def chance_label(levels: Any) -> Any:
    """The word beside that line, with a seam of paper around it where a mark lies below; draw it last."""
    # below the line, where marks are rarer; above it where the axis is near
    at = levels.transform_calculate(l="datum.c < 0.1 ? datum.c + 0.05 : datum.c - 0.05").encode(
        y="l:Q", x=alt.value("width"), text=alt.value("chance"))
    place = {"align": "right", "baseline": "middle", "dx": -4}
    seam = at.mark_text(stroke=PAPER_CSS, strokeWidth=4, strokeJoin="round", **place)
    return alt.layer(seam, at.mark_text(**place))
