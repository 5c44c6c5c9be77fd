"""What two tests say together: a U counts if both support it, and only where both apply."""

from __future__ import annotations

import pandas as pd

from ..._checks import need_columns

__all__ = ["agree", "both_answers"]

_SILENT = ("not applicable", "not testable")


def agree(parabola: str, lines: str) -> str:
    """The shape that both answers name, "none" where they name none, "cannot tell" where one is silent.

    Examples
    --------
    >>> agree("U", "U"), agree("none found", "U"), agree("not applicable", "U")
    ('U', 'none', 'cannot tell')
    """
    if parabola in _SILENT or lines in _SILENT:
        return "cannot tell"
    return lines if parabola == lines != "none found" else "none"


def both_answers(tested: pd.DataFrame) -> pd.DataFrame:
    """Add to a table of `u_tests` what both regressions say together.

    Returns
    -------
    DataFrame
        The table with ``both`` (see `agree`), ``p_both`` (the larger p where both name one shape, else 1),
        and ``holm_both``, that p adjusted for all curves of the table, those that cannot tell included.
    """
    from ...measures.u_table import holm

    need_columns(tested, ("parabola", "lines", "p_parabola", "p_lines"))
    both = [agree(p, q) for p, q in zip(tested["parabola"], tested["lines"], strict=True)]
    named = pd.Series(both, index=tested.index).isin(("U", "inverted U"))
    p = tested[["p_parabola", "p_lines"]].max(axis=1).where(named, 1.0)
    return tested.assign(both=both, p_both=p, holm_both=holm(p))
