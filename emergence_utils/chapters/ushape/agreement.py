"""What two tests say together: a U counts if both support it, and only where both apply."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..._checks import fraction, need_columns
from ..._typed import checked

__all__ = ["agree", "answer_grid", "both_answers", "both_regressions", "kept_shapes"]

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


@checked
def both_regressions(scores: pd.DataFrame, by: Sequence[str], *, least: float) -> pd.DataFrame:
    """Both regressions on every curve against training compute, clustered by family.

    Parameters
    ----------
    scores : DataFrame
        Score table of one metric.
    by : sequence of str
        Columns that make a curve.
    least : float
        Least fall of a U.

    Returns
    -------
    DataFrame
        `u_tests` with `both_answers`, and ``kept``, what survives correction (see `kept_shapes`).

    Raises
    ------
    InputError
        If `least` is not a share from 0 to 1.
    """
    fraction("least", least)
    from ...measures.u_table import u_tests

    tested = both_answers(u_tests(scores, by=by, x="train_flops"))
    return tested.assign(kept=kept_shapes(tested, answer="both", p="p_both", depth=-tested["fall"],
                                          least=least))


@checked
def kept_shapes(tested: pd.DataFrame, *, answer: str, p: str, depth: pd.Series, least: float,
                level: float = 0.95) -> pd.Series:
    """Answers of a test that survive Holm's correction over the table and a least depth of a U.

    Parameters
    ----------
    tested : DataFrame
        One row a ladder.
    answer, p : str
        Columns of the test's word and of its p value; no p counts as having found nothing.
    depth : Series
        Depth of the U; one of less than `least` is not counted.
    least : float
        In units of the score.

    Returns
    -------
    Series of str
        "U" and "inverted U" where they are kept, "cannot tell" where they are not or the test is silent,
        "no U" where it speaks and names neither.

    Raises
    ------
    InputError
        If `least` is not a share from 0 to 1.
    """
    fraction("least", least)
    from ...measures.u_table import holm

    need_columns(tested, (answer, p))
    said = tested[answer].replace(dict.fromkeys(_SILENT, "cannot tell") | {"none": "no U"})
    lost = said.isin(("U", "inverted U")) & (holm(tested[p]) >= 1 - level)
    return said.mask(lost | ((said == "U") & (depth < least)), "cannot tell")


def answer_grid(whole: pd.DataFrame, tenths: pd.DataFrame) -> pd.DataFrame:
    """Whether both regressions see a U, task by task: the whole and its tenths from easiest to hardest.

    Parameters
    ----------
    whole, tenths : DataFrame
        From `both_answers`; `tenths` with ``subset`` ``group_01`` to ``group_10``.

    Returns
    -------
    DataFrame
        Rows are tasks, columns ``whole`` and 1 to 10; cells "yes", "no" or "cannot tell".
    """
    words = {"U": "yes", "none": "no", "inverted U": "no"}
    parts = tenths.assign(part=tenths["subset"].str[-2:].astype(int), met=tenths["both"].replace(words))
    grid = parts.pivot(index="task", columns="part", values="met")
    grid.insert(0, "whole", whole.set_index("task")["both"].replace(words))
    return grid.set_axis(grid.index.str.replace("_", " ").str.replace("abstract", "abstr."), axis=0)
