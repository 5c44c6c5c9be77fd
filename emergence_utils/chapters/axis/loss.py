"""Pre-training loss as the axis: does a score depend on the loss alone?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..._checks import need_finite
from ...errors import InputError
from ...resample import cluster_weights, group_codes
from ...results import Interval, Result

__all__ = ["corpus_effect", "effects_at_equal_loss", "explained", "one_row_each", "size_effect", "with_loss"]

Array = NDArray[np.float64]


def with_loss(scores: pd.DataFrame, losses: pd.DataFrame, on: Sequence[str] = ("model",)) -> pd.DataFrame:
    """Scores with a column ``loss``: the value of `losses` for the same model (and checkpoint).

    Rows without a loss are dropped; ``attrs["without_loss"]`` counts them.
    """
    keyed = losses[[*on, "value"]].rename(columns={"value": "loss"})
    if keyed.duplicated(list(on)).any():
        raise InputError(f"losses hold several values for one {' and '.join(on)}; filter them first.")
    joined = scores.merge(keyed, on=list(on), how="left")
    known = joined[joined["loss"].notna()].reset_index(drop=True)
    known.attrs["without_loss"] = len(joined) - len(known)
    return known


def one_row_each(scores: pd.DataFrame, tasks: Sequence[str]) -> pd.DataFrame:
    """One row per checkpoint, one column per task: what `explained` and `size_effect` take.

    Parameters
    ----------
    scores : DataFrame
        From `with_loss`, with params and tokens; one score per checkpoint and task.
    tasks : sequence of str
        Those that are there become columns.

    Returns
    -------
    DataFrame
        family, model, params, tokens, loss, the tasks; ``log compute``, ``log parameters`` and
        ``log tokens`` (decimal, compute as 6 * params * tokens); and ``run``, the model without the
        suffix of a rerun, since two runs of one recipe are not independent.
    """
    keys = ["family", "model", "params", "tokens", "loss"]
    wide = scores[scores["task"].isin(tasks)].pivot(index=keys, columns="task", values="value").reset_index()
    logs = {"log compute": np.log10(6 * wide["params"] * wide["tokens"]),
            "log parameters": np.log10(wide["params"]), "log tokens": np.log10(wide["tokens"])}
    return wide.assign(run=wide["model"].str.replace("-rerun", ""), **logs).rename_axis(columns=None)


def explained(wide: pd.DataFrame, xs: Sequence[str], tasks: Sequence[str], *,
              degree: int = 3) -> pd.DataFrame:
    """Share of the variance of each score that a polynomial in one axis explains (R2).

    Parameters
    ----------
    wide : DataFrame
        One row per model, columns `tasks` and `xs` (take logarithms first).
    degree : int
        3 bends as an S does. The same for all axes, so that none is favoured.

    Returns
    -------
    DataFrame
        Index the tasks, columns `xs`.
    """
    need_finite(wide, [*xs, *tasks])
    y = wide[list(tasks)].to_numpy(dtype=float)
    total = ((y - y.mean(axis=0)) ** 2).sum(axis=0)
    left = {x: ((y - _fitted(_powers(wide[x], degree), y)) ** 2).sum(axis=0) for x in xs}
    return pd.DataFrame({x: 1 - rest / total for x, rest in left.items()}, index=list(tasks))


def size_effect(wide: pd.DataFrame, tasks: Sequence[str], *, size: str = "params", given: str = "loss",
                clusters: ArrayLike | None = None, controls: Sequence[str] = (), degree: int = 3,
                level: float = 0.95, n_resamples: int = 500, seed: int = 0) -> dict[str, Result]:
    """Change of score per decade of size at equal loss, per task and on average.

    Least squares of the score on a polynomial in `given` plus log10 of `size`; if the loss is all
    that matters, the coefficient of size is 0.

    Parameters
    ----------
    wide : DataFrame
        One row per model (or checkpoint).
    tasks : sequence of str
        Columns of scores.
    size, given : str
        Columns of size and of what is held equal.
    clusters : array-like, optional
        Rows that are not independent, e.g. checkpoints of one run; drawn whole.
    controls : sequence of str
        Columns of categories that get a level each, e.g. the training corpus.
    degree : int
    level, n_resamples, seed

    Returns
    -------
    dict of str to Result
        One per task, and ``"mean"`` over the tasks, in score per decade.
    """
    need_finite(wide, [size, given, *tasks])
    y = wide[list(tasks)].to_numpy(dtype=float)
    design = np.column_stack([_powers(wide[given], degree), *[_levels(wide[c]) for c in controls],
                              np.log10(wide[size].to_numpy(dtype=float))])
    groups = group_codes(clusters, len(wide))
    size_of = int(groups.max()) + 1
    draws = []
    for drawn in cluster_weights(groups, len(wide), n_resamples, seed):
        weight = np.sqrt(drawn)[:, None]
        draws.append(np.linalg.lstsq(design * weight, y * weight, rcond=None)[0][-1])
    best, again = np.linalg.lstsq(design, y, rcond=None)[0][-1], np.array(draws)
    best, again = np.append(best, best.mean()), np.column_stack([again, again.mean(axis=1)])
    low, high = np.quantile(again, [(1 - level) / 2, (1 + level) / 2], axis=0)
    notes = (f"{size_of} clusters are few for a bootstrap",) if size_of < 10 else ()
    kind = "bootstrap" if clusters is None else "cluster bootstrap"
    return {name: Result(float(b), Interval(min(float(lo), float(b)), max(float(hi), float(b)), level, kind),
                         len(wide), "limited" if notes else "ok", notes)
            for name, b, lo, hi in zip([*tasks, "mean"], best, low, high, strict=True)}


def effects_at_equal_loss(suites: Mapping[str, tuple[pd.DataFrame, Sequence[str]]],
                          tasks: Sequence[str]) -> pd.DataFrame:
    """What size adds at equal loss in every suite, and how much of the scores one axis explains.

    Parameters
    ----------
    suites : mapping of str to (DataFrame, controls)
        Tables as from `one_row_each`, and columns to hold equal.
    tasks : sequence of str
        Those that a suite has count.

    Returns
    -------
    DataFrame
        ``suite``, ``runs``; ``effect``, ``low`` and ``high`` in points of score per tenfold parameters,
        mean over tasks, drawn over whole runs; and ``by loss`` and ``by compute``, the share of the
        variance that a cubic in either explains, median over tasks.
    """
    rows = []
    for suite, (wide, controls) in suites.items():
        known = [t for t in tasks if t in wide]
        found = size_effect(wide, known, clusters=wide["run"], controls=controls)["mean"]
        assert found.interval is not None
        r2 = explained(wide, ["loss", "log compute"], known).median()
        rows.append({"suite": suite, "runs": wide["run"].nunique(), "effect": 100 * found.estimate,
                     "low": 100 * found.interval.low, "high": 100 * found.interval.high,
                     "by loss": r2["loss"], "by compute": r2["log compute"]})
    return pd.DataFrame(rows)


def corpus_effect(wide: pd.DataFrame, home: str) -> pd.DataFrame:
    """How far models trained on other corpora are ahead at equal loss on the text of one corpus.

    Parameters
    ----------
    wide : DataFrame
        From `one_row_each`, the corpus in ``family``.
    home : str
        Corpus on whose text the loss was measured.

    Returns
    -------
    DataFrame
        ``task``, ``estimate``, ``low`` and ``high`` in points, smallest first; bootstrap over models.
    """
    known = {"family", "model", "params", "tokens", "loss", "run"}
    tasks = [c for c in map(str, wide) if c not in known and not c.startswith("log ")]
    away = wide.assign(home=np.where(wide["family"] == home, 1.0, 10.0))  # a decade apart: 1 in size_effect
    rows = []
    for task, r in size_effect(away, tasks, size="home").items():
        assert r.interval is not None
        rows.append({"task": task, "estimate": 100 * r.estimate, "low": 100 * r.interval.low,
                     "high": 100 * r.interval.high})
    table = pd.DataFrame(rows)
    return table[table["task"] != "mean"].sort_values("estimate", kind="stable", ignore_index=True)


def _powers(values: pd.Series, degree: int) -> Array:
    z = values.to_numpy(dtype=float)
    if np.ptp(z) == 0:
        raise InputError(f"column '{values.name}' holds one value only.")
    z = (z - z.mean()) / z.std()
    return np.column_stack([z**i for i in range(degree + 1)])


def _levels(values: pd.Series) -> Array:
    return np.asarray(pd.get_dummies(values, drop_first=True).to_numpy(dtype=float))


def _fitted(design: Array, y: Array) -> Array:
    return np.asarray(design @ np.linalg.lstsq(design, y, rcond=None)[0])
