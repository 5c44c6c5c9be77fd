"""Does the flat part of a single problem warn, and does it take ten thousand tries to hear it?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..._checks import need_columns
from ..._typed import checked
from ...errors import InputError
from ...resample import cluster_weights, redrawn_scores
from ..density import warnings_by_fate
from ._wide import RESAMPLES, Array, check_tries, wide

__all__ = ["problem_fates", "tries_before"]


@checked
def problem_fates(table: pd.DataFrame, *, known: int = 4) -> pd.DataFrame:
    """For each problem that the smallest models hardly solve: do they warn, and does the largest rise?

    A problem is a ladder of its own, its score the rate of right answers; see `density.warnings_by_fate`.

    Parameters
    ----------
    table : DataFrame
        Table by item; one task and checkpoint.
    known : int
        Smallest models, none of which may be surely above one right answer in a hundred.

    Returns
    -------
    DataFrame
        task (the problem), ``rises``, ``warns``, ``slope``, ``excess``.

    Raises
    ------
    InputError
        If `known` leaves fewer than three models seen or none to come.
    """
    need_columns(table, ("item", "model", "correct", "n_samples"))
    most = table["model"].nunique() - 1
    if not 3 <= known <= most:
        raise InputError(f"known must lie between 3 and {most}, got {known}.")
    ladders = table.assign(task=table["item"], value=table["correct"] / table["n_samples"],
                           n_examples=table["n_samples"], chance=0.0)
    return warnings_by_fate(ladders, first=known)


@checked
def tries_before(table: pd.DataFrame, tries: Sequence[int], *, known: int = 5, level: float = 0.95,
                 seed: int = 0) -> pd.DataFrame:
    """Forecast the mean rate of the models held out from the others, with so many tries of evidence.

    With k tries a problem the counts of the known models are what k of the recorded answers would have
    given, drawn at random. A line in log rate and log size is fitted to them by Poisson likelihood; the
    naive forecast is the rate of the largest known model, (right + 1/2) / (tries + 1).

    Parameters
    ----------
    tries : sequence of int
        Answers a problem that are seen, none above those drawn.
    known : int
        Smallest models that are seen, at least 2.

    Returns
    -------
    DataFrame
        One row a k, held-out model and forecast ("line" or "same as last"): tries, model, params, forecast,
        value, low, high (of the forecast: answers and problems drawn again), observed.

    Raises
    ------
    InputError
        If fewer than two models are known or none is held out.
        If `tries` is empty or holds something else than counts of at least 1.
    """
    check_tries(tries)
    w = wide(table)
    if not 2 <= known < len(w.models):
        raise InputError(f"known must lie between 2 and {len(w.models) - 1}, got {known}.")
    rng = np.random.default_rng(seed)
    x = np.log10(w.params) - np.log10(w.params[known - 1])
    p = w.correct / w.n
    weights = cluster_weights(None, len(w.items), RESAMPLES, seed)
    rows = []
    for k in tries:
        total = k * len(w.items)
        redrawn = np.empty((RESAMPLES, known))
        for j in range(known):
            rate = (weights * p[:, j]).sum(axis=1) / len(w.items)
            redrawn[:, j] = redrawn_scores(np.minimum(rate, 1), total, 1, rng, observed=False)[0] * total
        middle = np.rint(p[:, :known].mean(axis=0) * total)
        for name in ("line", "same as last"):
            made = _carried(redrawn, x, total, known, name)
            best = _carried(middle[None], x, total, known, name)[0]
            low, high = np.quantile(made, [(1 - level) / 2, (1 + level) / 2], axis=0)
            rows += [{"tries": k, "model": w.models[j], "params": w.params[j], "forecast": name,
                      "value": best[j - known], "low": low[j - known], "high": high[j - known],
                      "observed": p[:, j].mean()} for j in range(known, len(w.models))]
    return pd.DataFrame(rows)


def _carried(counts: Array, x: Array, total: int, known: int, name: str) -> Array:
    """Forecast rates of the models beyond the known ones, a row a draw."""
    last = (counts[:, -1:] + 0.5) / (total + 1)
    if name == "same as last":
        return np.repeat(last, len(x) - known, axis=1)
    # Poisson regression of counts on log size, a few Newton steps from the line through (count + 1/2)
    design = np.column_stack([np.ones(known), x[:known]])
    beta = np.log(counts + 0.5) @ np.linalg.pinv(design).T
    for _ in range(30):
        mean = np.exp(np.clip(beta @ design.T, -30, 30))
        score = (counts + 1e-3 - mean) @ design  # a thousandth of an answer: zeros everywhere stay finite
        hessian = np.einsum("ri,ia,ib->rab", mean, design, design) + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, score[..., None])[..., 0]
        beta = beta + np.clip(step, -2, 2)
    ahead = np.column_stack([np.ones(len(x) - known), x[known:]])
    return np.asarray(np.minimum(np.exp(np.clip(beta @ ahead.T, -60, 60)) / total, 1.0))
