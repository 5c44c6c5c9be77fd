"""Lines and stretches to compare with, drawn and kept for the file beside the figure."""

from __future__ import annotations

from matplotlib.axes import Axes

from .._checks import one_of
from .._typed import checked
from ..errors import InputError
from .data import attach_mark
from .style import INK, MUTED, theme

__all__ = ["reference_line", "say_simulated", "shade"]


@checked
@theme()
def reference_line(ax: Axes, *, x: float | None = None, y: float | None = None, name: str = "",
                   linestyle: str = ":", linewidth: float = 1.2) -> None:
    """A line across the axes at one value of x or of y.

    Parameters
    ----------
    ax : Axes
    x, y : float
        Its place; one of the two.
    name : str
        What it stands for, in the file of the figure's numbers.
    linestyle, linewidth

    Raises
    ------
    InputError
        If both or neither of `x` and `y` are given.
    """
    one_of("linestyle", linestyle, ("-", "--", "-.", ":"))
    _need_place(x, y, linewidth)
    if (x is None) == (y is None):
        raise InputError(f"reference_line needs x or y, one of the two; got x={x}, y={y}.")
    if x is not None:
        ax.axvline(x, color=MUTED, linestyle=linestyle, linewidth=linewidth)
        attach_mark(ax, "reference", name, x=float(x))
    elif y is not None:
        ax.axhline(y, color=MUTED, linestyle=linestyle, linewidth=linewidth)
        attach_mark(ax, "reference", name, y=float(y))


@checked
@theme()
def shade(ax: Axes, low: float, high: float, *, name: str = "", alpha: float = 0.15) -> None:
    """Shade the stretch of x from `low` to `high`; `name` says what it stands for in the file of numbers."""
    _need_place(low, high)
    if not 0 <= alpha <= 1:
        raise InputError(f"alpha must lie between 0 and 1, got {alpha:g}.")
    ax.axvspan(low, high, color=MUTED, alpha=alpha, linewidth=0)
    attach_mark(ax, "shaded", name, x_low=float(low), x_high=float(high))


@theme()
def say_simulated(ax: Axes) -> None:
    """Write "simulation" into the corner of the axes."""
    ax.annotate("simulation", (0.01, 0.98), xycoords="axes fraction", ha="left", va="top", fontsize=8,
                color=INK, style="italic")


def _need_place(*values: float | None) -> None:
    """Refuse what has no place on a drawing."""
    for value in values:
        if value is not None and not abs(value) <= 1e100:
            raise InputError(f"a mark needs numbers up to 1e100, got {value:g}.")
