"""The least compute with which any model of a table reaches a score."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..._checks import need_columns
from ...errors import InputError
from ...results import Result

__all__ = ["Least", "least_compute"]


@dataclass(frozen=True)
class Least(Result):
    """Least training compute (`estimate`, FLOPs) that reaches a score, and how far it hangs on one family.

    `model` and `family` name the first to reach it; `without` is the least compute once that family
    is left out, so that leaving out any one family gives a number between `estimate` and `without`.
    """

    model: str = ""
    family: str = ""
    params: float = float("nan")
    without: float = float("nan")


def least_compute(data: pd.DataFrame, level: float, *, value: str = "value") -> Least:
    """Smallest training compute of a model that scores at least `level`.

    Parameters
    ----------
    data : DataFrame
        One row per model with columns model, family, params, train_flops and `value`.
    level : float
        Score to reach, in the unit of `value`.
    value : str
        Column of the score.

    Returns
    -------
    Least
        Without an interval: a least value has no sampling distribution over models that nobody drew.

    Raises
    ------
    UnknownNameError
        On a column that is missing.
    InputError
        If fewer than two families reach the level.

    Examples
    --------
    >>> t = pd.DataFrame({"family": ["a", "b", "b"], "model": ["a1", "b1", "b2"], "params": 1e9,
    ...                   "train_flops": [1e21, 3e21, 1e22], "value": [0.5, 0.6, 0.7]})
    >>> first = least_compute(t, 0.5)
    >>> first.estimate, first.without, first.model
    (1e+21, 3e+21, 'a1')
    """
    need_columns(data, ("family", "model", "params", "train_flops", value))
    known = data[data["train_flops"].notna() & data[value].notna()]
    able = known[known[value] >= level].sort_values("train_flops", kind="stable")
    rest = able[able["family"] != able["family"].iloc[0]] if len(able) else able
    if rest.empty:
        raise InputError(f"level {level} must be reached by at least two families, got "
                         f"{able['family'].nunique()}.")
    first = able.iloc[0]
    notes = ("a least value over the models at hand: nothing is estimated",)
    return Least(float(first["train_flops"]), None, len(known), "ok", notes, str(first["model"]),
                 str(first["family"]), float(first["params"]), float(rest["train_flops"].iloc[0]))
