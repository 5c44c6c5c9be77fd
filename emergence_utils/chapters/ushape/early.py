"""Can the rise of a task be seen coming in the models below its threshold?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..._checks import number
from ..._typed import checked
from ...errors import InputError, UnknownNameError
from ...measures._least_squares import Array
from ...measures.u_regression import LindMehlum, TwoLines
from .mixture import calls_upturn
from .selection import sorted_groups

__all__ = ["calls_below_threshold", "calls_by_luck", "item_thirds", "most_calls_by_luck"]


@checked
def calls_below_threshold(scores: pd.DataFrame, thresholds: Mapping[str, float]) -> pd.DataFrame:
    """What accuracy and the Brier score say of an upturn, seen in the models below the threshold only.

    Parameters
    ----------
    scores : DataFrame
        Score table with accuracy and, by tenths of difficulty, the Brier score of every task.
    thresholds : mapping of task to log10 FLOPs

    Returns
    -------
    DataFrame
        One row a task and score (``accuracy``, ``Brier score``, ``Brier score, hardest third``):
        ``n`` models below the threshold, ``call`` (see `calls_upturn`), and the answers
        ``parabola`` and ``lines`` of both tests, clustered by family, with ``p_lines``.

    Raises
    ------
    InputError
        If `thresholds` is empty, or one leaves fewer than six models below it or none above.
    """
    if not thresholds:
        raise InputError("thresholds must hold at least one task with its compute.")
    rows = []
    for task, threshold in thresholds.items():
        of_task = scores[(scores["task"] == task) & scores["train_flops"].notna()]
        if of_task.empty:
            raise UnknownNameError("task", task, scores["task"].unique())
        sizes = np.log10(of_task["train_flops"].drop_duplicates().to_numpy(dtype=float))
        if not 6 <= (sizes < number("thresholds", threshold)).sum() < len(sizes):
            raise InputError(f"thresholds must leave six models below and one above, log10 of FLOPs; {task} "
                             f"has {sizes.min():.1f} to {sizes.max():.1f}, got {threshold:g}.")
        whole = of_task[of_task["subset"].isna()]
        third = item_thirds(of_task[of_task["subset"].notna()])
        soft = whole[whole["metric"] == "brier_target"]
        curves = {"accuracy": whole[whole["metric"] != "brier_target"],
                  "Brier score": soft.assign(value=-soft["value"]),
                  "Brier score, hardest third": third[third["third"] == "hardest"].assign(
                      value=lambda d: -d["value"])}
        end = float(np.log10(of_task["train_flops"].max()))
        for name, curve in curves.items():
            x = np.log10(curve["train_flops"].to_numpy(dtype=float))
            below = x < threshold
            x, y, family = x[below], curve["value"].to_numpy()[below], curve["family"].to_numpy()[below]
            lines = TwoLines()(x, y, clusters=family)
            rows.append({"task": task, "score": name, "n": len(x), "call": calls_upturn(x, y, end),
                         "parabola": LindMehlum()(x, y, clusters=family).answer,
                         "lines": lines.answer, "p_lines": lines.p_value})
    return pd.DataFrame(rows)


def calls_by_luck(x: Array, threshold: float, *, habit: float, item_share: float = 0.5, n_sets: int = 100,
                  seed: int = 0) -> Array:
    """Whether the hardest tenth calls an upturn below the threshold though no item changes there.

    The items are those of `sorted_groups`, sorted by the very models that are shown.

    Returns
    -------
    ndarray of bool, shape (n_sets,)
    """
    out = np.zeros(n_sets, dtype=bool)
    for i in range(n_sets):
        scale, _, hardest = sorted_groups(x, threshold, sorting="same", item_share=item_share, habit=habit,
                                          seed=seed + i)
        below = scale < threshold
        out[i] = calls_upturn(scale[below], hardest[below], float(x.max()))
    return out


def most_calls_by_luck(x: Array, *, thresholds: Sequence[float] = (22.0, 22.5),
                       habits: Sequence[float] = (0.0, 0.1, 0.2), n_sets: int = 60) -> float:
    """Largest share of `calls_by_luck` over thresholds and habits.

    Parameters
    ----------
    x : ndarray
        Scales of the models, log10 FLOPs.
    """
    return max(float(calls_by_luck(x, t, habit=h, n_sets=n_sets).mean()) for t in thresholds for h in habits)


def item_thirds(scores: pd.DataFrame) -> pd.DataFrame:
    """Easiest, middle and hardest third from tables of tenths ``group_01`` to ``group_10``.

    A third takes three tenths and a third of the next, weighted so.

    Returns
    -------
    DataFrame
        One row a model, task and third, with the columns of the first tenth's row and ``third`` for
        ``subset``.
    """
    if "subset" not in scores or not scores["subset"].dropna().str.fullmatch(r"group_\d\d").all():
        raise InputError("scores must hold the tenths group_01 to group_10 in its column subset.")
    tenths = scores[scores["subset"].notna()]
    wide = tenths.pivot(index=["task", "model"], columns="subset", values="value")
    if wide.shape[1] != 10 or wide.isna().any().any():
        raise InputError(f"every model needs all ten groups, got {wide.shape[1]} groups.")
    third = 1 / 3
    weights = {"easiest": [1, 1, 1, third, 0, 0, 0, 0, 0, 0],
               "middle": [0, 0, 0, 2 * third, 1, 1, 2 * third, 0, 0, 0],
               "hardest": [0, 0, 0, 0, 0, 0, third, 1, 1, 1]}
    mean = pd.DataFrame({k: wide.to_numpy() @ np.array(w) / (10 * third) for k, w in weights.items()},
                        index=wide.index)
    long = mean.reset_index().melt(["task", "model"], var_name="third", value_name="value")
    first = tenths.drop_duplicates(["task", "model"]).drop(columns=["value", "subset"])
    return long.merge(first, on=["task", "model"], validate="many_to_one")
