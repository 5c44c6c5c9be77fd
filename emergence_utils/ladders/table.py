"""All ladders of a score table, with no two kinds of score mixed in one."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from .._checks import FloatArray, count, need_columns, short
from .._schema import COLUMNS, checked_table
from ..errors import DataWarning, InputError, UnknownNameError
from ..metrics.registry import get_metric
from .one import Ladder, items_of

__all__ = ["Ladders", "ladders"]

#: What makes scores one series of measurements.
_BY = ("source", "family", "task", "subset", "metric", "prompting", "n_shot", "params_kind")
#: Axes along one training run, where a ladder is one model.
_WITHIN_RUN = ("tokens", "step")
#: Columns in which a caller may let the scores of a ladder differ.
_MAY_DIFFER = ("source", "family", "model", "subset", "prompting", "n_shot", "params_kind", "flops_kind",
               "tokens", "step")
_MANY = {"family": "families", "subset": "subsets", "metric": "metrics", "source": "sources",
         "prompting": "protocols (prompting)", "n_shot": "protocols (n_shot)", "chance": "chance levels",
         "baseline": "baselines", "task": "tasks", "model": "models"}


class Ladders(list[Ladder]):
    """A list of ladders that also says what made none.

    Parameters
    ----------
    found : iterable of Ladder
    left_out : iterable of str
        One sentence for each group of scores that is no ladder.
    """

    def __init__(self, found: Iterable[Ladder] = (), left_out: Iterable[str] = ()) -> None:
        try:
            super().__init__(found)
            self.left_out = tuple(left_out)
        except TypeError:
            raise InputError(f"Ladders takes ladders and sentences, got {short(found)} and "
                             f"{short(left_out)}.") from None


def ladders(table: pd.DataFrame, *, x: str = "params", by: Sequence[str] | None = None,
            across: Sequence[str] = (), replicates: str | None = "seed",
            min_models: int | None = None) -> Ladders:
    """One `Ladder` for each group of scores that belong together, in the order of their keys.

    Nothing is mixed silently: two chances, baselines, metrics, families, sources, tasks, subsets,
    protocols, kinds of parameters, checkpoints of one model or models of one scale inside a group are an
    error that names them. Scores that differ in their training seed alone are averaged.

    Parameters
    ----------
    table : DataFrame
        Score table; columns beyond the schema may serve as `x` or in `by`.
    x : str
        Column of scale: positive numbers.
    by : sequence of str, optional
        Columns whose values tell ladders apart; by default source, family, task, subset, metric,
        prompting, n_shot and params_kind, and along ``tokens`` or ``step`` the model too.
    across : sequence of str
        Columns in which the scores of one ladder may differ all the same, e.g. ``["family"]`` for a
        ladder over training compute; a note says so. They are taken out of the default of `by`.
    replicates : "seed" or None
        Average the seeds of a scale, each run counting the same; None refuses more than one. n stays the
        number of items: seeds answer the same ones. The spread between seeds becomes
        `Ladder.replicates`; for metrics that are not all-or-nothing it becomes `Ladder.stderr` where none
        is given.
    min_models : int, optional
        Shorter groups are left out and listed in `left_out`; by default those below 2, with a warning.

    Returns
    -------
    Ladders

    Raises
    ------
    SchemaError
        If the table breaks the schema.
    InputError, UnknownNameError
        On a mixture, or an option that does not exist.

    Warns
    -----
    DataWarning
        Without `min_models`, where a group holds a single model.

    Examples
    --------
    >>> from emergence_utils.scores import load
    >>> few = ladders(load("gpt3", metric="exact_match", prompting="few-shot"), min_models=4)
    >>> len(few), few[0].key["task"], len(few[0])
    (18, 'addition_2_digit', 8)
    """
    rows = _checked(table, x)
    columns, differ = _names("by", by, rows.columns), _names("across", across, _MAY_DIFFER)
    if by is None:
        columns = [c for c in (*_BY, *(("model",) if x in _WITHIN_RUN else ())) if c not in differ]
    for name in (*columns, *differ):
        if name in (x, "value", "seed") or (name in columns and name in differ):
            raise InputError(f"column '{name}' cannot tell ladders apart and be part of one: it is "
                             f"{'in by and in across' if name in differ else 'scale, score or replicate'}.")
    if replicates is not None and not (isinstance(replicates, str) and replicates == "seed"):
        raise InputError(f"replicates must be 'seed' or None, got {short(replicates)}.")
    fewest = 2 if min_models is None else count("min_models", min_models, minimum=2)
    found, left_out = [], []
    for key, group in _groups(rows, columns):
        have = group[group[x].notna()]
        models = have[x].nunique()
        label = _label(key)
        if models < fewest:
            left_out.append(f"{label}: {models} of the {fewest} scales of {x} that are needed.")
            continue
        found.append(_one(have, len(group) - len(have), x, key, differ, replicates is not None, group, label))
    if left_out and min_models is None:
        warnings.warn(f"{len(left_out)} groups of scores make no ladder, e.g. {left_out[0]} All are listed "
                      "in left_out; min_models=2 leaves them out without this warning.", DataWarning,
                      stacklevel=2)
    return Ladders(found, left_out)


def _checked(table: pd.DataFrame, x: object) -> pd.DataFrame:
    known = {c.name for c in COLUMNS}
    more = [c for c in table.columns if c not in known] if isinstance(table, pd.DataFrame) else []
    rows = checked_table(table.drop(columns=more) if more else table, "score table")[0]
    for name in more:
        rows[name] = table[name].to_numpy()
    if not isinstance(x, str):
        raise InputError(f"x must be the name of a column, got {short(x)}.")
    need_columns(rows, [x])
    if not pd.api.types.is_numeric_dtype(rows[x]) or x in ("value", "seed"):
        raise InputError(f"column '{x}' cannot be the scale: accepted are columns of numbers such as "
                         "'params'.")
    rows[x] = rows[x].astype("float64")
    bad = rows[x].notna() & ~((rows[x] >= 0) & np.isfinite(rows[x]))
    if bad.any():
        raise InputError(f"column '{x}' must hold positive finite numbers, got {rows.loc[bad, x].iloc[0]:g}.")
    rows.loc[rows[x] == 0, x] = np.nan  # the start of a run has no logarithm; it is counted as left out
    return rows


def _names(what: str, given: object, known: Iterable[str]) -> list[str]:
    if given is None:
        return []
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
        raise InputError(f"{what} must be names of columns, got {short(given)}.")
    for name in names:
        if name not in known:
            raise UnknownNameError("column", name, known)
    return list(dict.fromkeys(names))


def _groups(rows: pd.DataFrame, columns: list[str]) -> Iterable[tuple[dict[str, Any], pd.DataFrame]]:
    if not len(rows):
        raise InputError("the score table has no rows, at least 2 are needed.")
    if not columns:
        yield {}, rows
        return
    for values, group in rows.groupby(columns, dropna=False, sort=True):
        plain: tuple[Any, ...] = tuple(values)
        yield {c: None if pd.isna(v) else v for c, v in zip(columns, plain, strict=True)}, group


def _one(have: pd.DataFrame, missing: int, x: str, key: dict[str, Any], differ: list[str],
         average: bool, group: pd.DataFrame, label: str) -> Ladder:
    notes = _mixtures(have, x, key, differ, label)
    if missing:
        gone = ", ".join(group.loc[group.index.difference(have.index), "model"].unique()[:5])
        notes.append(f"{missing} of {len(group)} scores have no {x}, or 0, and are left out: {gone}.")
    metric = get_metric(have["metric"].iloc[0])
    have = have.sort_values([x, "model", "seed", "value"], kind="stable")
    means, runs = have, None
    if not have[x].is_unique:
        runs = _runs(have, x, differ, average, label)
        # seeds answer the same items, so that a mean over seeds rests on no more items than one of them
        means = runs.agg({"value": "mean", "stderr": "mean", "n_examples": "min",
                          "model": lambda names: " / ".join(dict.fromkeys(names))}).reset_index()
    score, items = means["value"].to_numpy(copy=True), means["n_examples"].to_numpy(copy=True)
    stderr = means["stderr"].to_numpy(copy=True) if have["stderr"].notna().all() else None
    n, told = items_of(items, score, stderr, metric)
    if have["n_examples"].isna().any() and not np.isnan(items).any():
        notes.append("n_examples is missing for some seeds; that of the others is used.")
    ladder = Ladder.of(means[x].to_numpy(), score, n, metric=metric, axis=x, stderr=stderr,
                       chance=have["chance"].iloc[0], baseline=have["baseline"].iloc[0],
                       models=means["model"].tolist())
    notes += told if metric.all_or_nothing else ()
    if runs is not None and n is not None and metric.all_or_nothing:
        ladder = replace(ladder, replicates=_dispersion(runs, n, notes))
    elif runs is not None and stderr is None:
        ladder = replace(ladder, stderr=_spread(runs, notes))
    return replace(ladder, key=key, notes=tuple(notes))


def _mixtures(have: pd.DataFrame, x: str, key: dict[str, Any], differ: list[str], label: str) -> list[str]:
    """Refuse two kinds of score in one ladder; returns a note for each kind that may differ."""
    one = ["metric", "task", "source", "family", "subset", "prompting", "n_shot", "params_kind"]
    if x == "train_flops":
        one.append("flops_kind")
    if x in _WITHIN_RUN:
        one.append("model")
    notes = []
    for column in (*one, "chance", "baseline"):
        if column in key or have[column].nunique(dropna=False) < 2:
            continue
        values = list(have[column].unique())
        shown = " and ".join(sorted(_shown(v) for v in values)[:2])
        many = f"{'two' if len(values) == 2 else len(values)} {_MANY.get(column, f'values of {column}')}"
        if column not in differ:
            way = ("keep one" if column in ("chance", "baseline") else
                   f"keep one, or put '{column}' into by")
            raise InputError(f"{label} mixes {many}, {shown}{' and more' * (len(values) > 2)}; {way}.")
        notes.append(f"one ladder of {many}, as asked.")
    if x not in _WITHIN_RUN and not set(differ) & set(_WITHIN_RUN) and not have["model"].is_unique:
        for column in _WITHIN_RUN:
            per_run = have.groupby(["model", "source", "family", "seed"], dropna=False)[column].nunique()
            if (per_run > 1).any():
                model = per_run.index.get_level_values("model")[int(per_run.to_numpy().argmax())]
                raise InputError(f"{label} mixes {per_run.max()} checkpoints ({column}) of model "
                                 f"'{model}'; keep one a model, or take x='tokens'.")
    return notes


def _runs(have: pd.DataFrame, x: str, differ: list[str], average: bool, label: str) -> Any:
    """Scores by scale; more than one at a scale only where they are replicates."""
    runs = have.groupby(x, sort=True)
    pooled = bool({"source", "family"} & set(differ))
    for scale, same in runs:
        if len(same) < 2 or (pooled and average and same["model"].nunique() == len(same)):
            continue
        models = same["model"].unique()
        if len(models) > 1 and not pooled:
            raise InputError(f"{label} has two models at {x} {scale:g}, '{models[0]}' and '{models[1]}'; "
                             "keep one, or tell them apart in by.")
        if same.duplicated(["model", "family", "seed"]).any():
            raise InputError(f"{label} has {len(same)} scores at {x} {scale:g} ('{models[0]}') that no seed "
                             "tells apart; keep one.")
        if not average:
            raise InputError(f"{label} mixes {len(same)} seeds at {x} {scale:g} ('{models[0]}'); keep one, "
                             "or average them with replicates='seed'.")
    return runs


def _dispersion(runs: Any, n: FloatArray, notes: list[str]) -> tuple[float, float] | None:
    """Pearson's: squares between runs over the variance of the items, pooled over the scales."""
    p, size = runs["value"].mean().to_numpy(), runs["value"].size().to_numpy()
    squares = (runs["value"].var(ddof=0) * runs["value"].size()).to_numpy()
    use = (size > 1) & (p > 0) & (p < 1)
    dof = float((size[use] - 1).sum())
    if not dof:
        notes.append(f"scores are means of up to {size.max()} runs; all answers agree, so that the spread "
                     "between them cannot be estimated.")
        return None
    one_run = float((squares[use] * n[use] / (p[use] * (1 - p[use]))).sum()) / dof
    notes.append(f"scores are means of {_range(size)} runs; one run varies {one_run:.3g} times as much as "
                 f"its items alone ({dof:g} degrees of freedom).")
    return one_run / float(size.min()), dof


def _spread(runs: Any, notes: list[str]) -> FloatArray | None:
    size = runs["value"].size().to_numpy()
    squares = (runs["value"].var(ddof=0) * runs["value"].size()).to_numpy()
    dof = (size - 1).sum()
    pooled = squares.sum() / dof
    if pooled == 0:
        return None
    notes.append(f"scores are means of {_range(size)} runs; stderr is from the spread between them ({dof} "
                 "degrees of freedom).")
    return np.asarray(np.sqrt(pooled / size))


def _range(size: Any) -> str:
    return f"{size.min()}" if size.min() == size.max() else f"{size.min()} to {size.max()}"


def _label(key: dict[str, Any]) -> str:
    told = [f"{c} {_shown(v)}" for c, v in key.items() if v is not None]
    return f"ladder ({', '.join(told)})" if told else "the ladder"


def _shown(value: Any) -> str:
    if pd.isna(value):
        return "none given"
    return f"'{value}'" if isinstance(value, str) else f"{value:g}"
