"""Method minus baseline for every model and task, and how often small models lose where large ones gain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from ..._checks import need_columns
from ..._typed import checked
from ...errors import InputError, UnknownNameError
from ...intervals import two_proportions

__all__ = ["decided", "differences", "sign_flips"]

KEYS = ("family", "model", "params", "task")


@checked
def differences(scores: pd.DataFrame, *, method: str, baseline: str, on: str = "prompting",
                by: Sequence[str] = KEYS, level: float = 0.95, fdr: float = 0.05,
                control: Literal["bh", "by", "none"] = "bh") -> pd.DataFrame:
    """Score of one prompting minus that of another, with intervals and tests over the whole table.

    The two are treated as independent samples. They are answers to the same items, so that the
    intervals are too wide and the tests too cautious wherever an item that is easy one way is easy
    the other way.

    Parameters
    ----------
    scores : DataFrame
        Score table of fractions of items right, with ``value``, ``n_examples`` and the columns
        named below; every count must be known.
    method, baseline : str
        Values of `on` to compare.
    on : str
        Column that holds them.
    by : sequence of str
        Columns that make a pair; pairs that lack one side are left out and counted in
        ``attrs["left_out"]``.
    level : float
        Of the single intervals (Newcombe), which are not corrected for their number.
    fdr : float
        False-discovery rate in (0, 1) that the column ``sign`` keeps over the whole table.
    control : {"bh", "by", "none"}
        Benjamini-Hochberg, Benjamini-Yekutieli (any dependence), or no correction.

    Returns
    -------
    DataFrame
        The columns of `by`, ``method`` and ``baseline`` (scores), ``estimate`` (their difference),
        ``low``, ``high``, ``n_examples`` (of the method), ``p_value`` (Fisher's exact test, two-sided),
        ``q_value`` (adjusted) and ``sign``: ``better``, ``worse`` or ``undecided``.

    Raises
    ------
    UnknownNameError
        On a column or prompting that is not there.
    InputError
        On a missing count, a score outside [0, 1], no pair at all, or an option outside its range.

    Examples
    --------
    >>> from emergence_utils import scores
    >>> gsm = differences(scores.load("cot", task="gsm8k"), method="chain-of-thought", baseline="standard")
    >>> gsm.set_index("model").loc[["LaMDA 420M", "PaLM 8B", "PaLM 540B"], "sign"].tolist()
    ['worse', 'undecided', 'better']
    """
    from scipy import stats

    if control not in ("bh", "by", "none") or not 0 < fdr < 1:
        raise InputError(f"control must be 'bh', 'by' or 'none' and fdr in (0, 1); got {control!r}, {fdr}.")
    need_columns(scores, (on, *by, "value", "n_examples"))
    for name in (method, baseline):
        if name not in set(scores[on]):
            raise UnknownNameError(on, name, scores[on].dropna().astype(str).unique())
    keys = list(by)
    sides = [scores.loc[scores[on] == name, [*keys, "value", "n_examples"]] for name in (method, baseline)]
    pairs = sides[0].merge(sides[1], on=keys, suffixes=("_m", "_b"), validate="one_to_one")
    pairs = pairs[pairs["value_m"].notna() & pairs["value_b"].notna()].reset_index(drop=True)
    if pairs.empty:
        raise InputError(f"no row of the table has both '{method}' and '{baseline}'.")
    rows = []
    unknown = pairs[~np.isfinite(pairs[["n_examples_m", "n_examples_b"]]).all(axis=1)]
    if len(unknown):
        first = ", ".join(str(unknown.iloc[0][key]) for key in keys if key in ("model", "task"))
        raise InputError(f"n_examples is missing in {len(unknown)} of {len(pairs)} pairs"
                         f"{f' (the first: {first})' if first else ''}; fill it with a stated assumption or "
                         "drop these rows.")
    numbers = pairs[["value_m", "n_examples_m", "value_b", "n_examples_b"]].to_numpy(dtype=float)
    for value_m, n_m, value_b, n_b in numbers:
        k, n = _counts(value_m, n_m), _counts(value_b, n_b)
        found = two_proportions(k[0], k[1], n[0], n[1], level=level)
        assert found.interval is not None  # Newcombe's always has one
        table = [[k[0], k[1] - k[0]], [n[0], n[1] - n[0]]]
        rows.append({"method": value_m, "baseline": value_b, "estimate": found.estimate,
                     "low": found.interval.low, "high": found.interval.high, "n_examples": k[1],
                     "p_value": float(stats.fisher_exact(table).pvalue)})
    out = decided(pd.concat([pairs[keys], pd.DataFrame(rows)], axis=1), fdr=fdr, control=control)
    out.attrs["left_out"] = len(sides[0]) + len(sides[1]) - 2 * len(pairs)
    return out


def decided(table: pd.DataFrame, *, fdr: float = 0.05,
            control: Literal["bh", "by", "none"] = "bh") -> pd.DataFrame:
    """The same differences with ``q_value`` and ``sign`` under another control of false discoveries.

    Parameters
    ----------
    table : DataFrame
        With ``estimate`` and ``p_value``; the control runs over its rows.
    fdr, control
        As in `differences`.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> rows = pd.DataFrame({"estimate": [0.1, -0.1], "p_value": [0.01, 0.04]})
    >>> decided(rows)["sign"].tolist(), decided(rows, control="by")["sign"].tolist()
    (['better', 'worse'], ['better', 'undecided'])
    """
    from scipy import stats

    p = table["p_value"].to_numpy()
    q = p if control == "none" else stats.false_discovery_control(p, method=control)
    direction = np.where(table["estimate"] > 0, "better", "worse")
    return table.assign(q_value=q, sign=np.where(q > fdr, "undecided", direction))


def sign_flips(table: pd.DataFrame, *, x: str = "params",
               by: Sequence[str] = ("family", "task")) -> pd.DataFrame:
    """Per ladder: is the smallest model worse off with the method and the largest better off?

    Parameters
    ----------
    table : DataFrame
        From `differences`, with a column `x` of scale.
    x : str
        Scale that orders the models of a ladder.
    by : sequence of str
        Columns that make a ladder; ladders of one model are left out.

    Returns
    -------
    DataFrame
        The columns of `by`; ``n_models``; ``smallest`` and ``largest`` (signs); ``flip``: worse at
        the smallest and better at the largest; ``any_flip``: some model worse and some larger one
        better; ``large_worse``: the largest is worse; ``small_better``: the smallest is better.

    Raises
    ------
    UnknownNameError
        On a column that is not there.
    """
    need_columns(table, (x, *by, "sign"))
    rows = []
    for key, g in table[table[x].notna()].groupby(list(by), sort=True):
        if g[x].nunique() < 2:
            continue
        sign = g.sort_values(x, kind="stable")["sign"].to_list()
        first, last = sign[0], sign[-1]
        later = "better" in sign[sign.index("worse"):] if "worse" in sign else False
        rows.append(dict(zip(by, key, strict=True)) | {
            "n_models": len(g), "smallest": first, "largest": last,
            "flip": first == "worse" and last == "better", "any_flip": later,
            "large_worse": last == "worse", "small_better": first == "better"})
    return pd.DataFrame(rows)


def _counts(value: float, n: float) -> tuple[int, int]:
    if not 0 <= value <= 1:
        raise InputError(f"value must be a fraction in [0, 1] (divide percents by 100), got {value:g}.")
    return round(value * n), round(n)
