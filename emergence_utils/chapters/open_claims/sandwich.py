"""Slice and sandwich: accuracy above a threshold from soft scores of easy and hard items below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ...curves import Logistic, fit
from ...errors import InputError

__all__ = ["THRESHOLDS", "SandwichRules", "logistic_forecast", "published_wins", "sandwich_forecast", "sweep",
           "sweep_rows", "sweep_tasks"]

Array = NDArray[np.float64]
#: log10 of FLOPs over 1e21 up to which a model counts as small, by task: utils.py of Wu and Lo 2024.
THRESHOLDS = {"mmlu": 1.5, "parsinlu_qa_mc": 2.3, "arithmetic": 1.8, "hindu_knowledge": 1.0,
              "analogical_similarity": 2.0, "conceptual_combinations": 1.5}


@dataclass(frozen=True)
class SandwichRules:
    """What the analyst chooses.

    Parameters
    ----------
    easy_degree, hard_degree : int
        Degrees of the polynomials in log10 FLOPs for the easy and the hard items.
    ends : int
        How many of the groups of difficulty make up each end of the sandwich.
    """

    easy_degree: int = 5
    hard_degree: int = 2
    ends: int = 3

    def __post_init__(self) -> None:
        for name in ("easy_degree", "hard_degree", "ends"):
            if not isinstance(getattr(self, name), int) or getattr(self, name) < 1:
                raise InputError(f"{name} must be a whole number of at least 1, got {getattr(self, name)}.")


def sandwich_forecast(x: ArrayLike, brier: ArrayLike, accuracy: ArrayLike, at: ArrayLike, *,
                      rules: SandwichRules | None = None, clip: bool = True) -> Array:
    """Forecast accuracy at `at` from the Brier scores of item groups at smaller models.

    Parameters
    ----------
    x : array-like, shape (n,)
        log10 FLOPs of the models below the threshold.
    brier : array-like, shape (n, groups)
        Their target-conditioned Brier scores by group of items, easiest first; lower is better.
    accuracy : array-like, shape (n,)
        Their accuracies, fractions.
    at : array-like, shape (m,)
        log10 FLOPs to forecast.
    rules : SandwichRules, optional
        Defaults to the published degrees and the nearest thing to thirds of the items.
    clip : bool
        Whether forecasts outside [0, 1] are moved to its ends.

    Returns
    -------
    ndarray, shape (m,)
        Accuracies.

    Raises
    ------
    InputError
        On shapes that do not fit, fewer models than coefficients, or accuracies that are all equal.

    Notes
    -----
    After Wu and Lo 2024 (arXiv:2410.01692), section 4: a polynomial for the easy and one for the hard
    items, their mean, a line of Brier score on accuracy turned round, and a shift that makes the
    forecast agree with the models below the threshold on average.
    """
    chosen = rules or SandwichRules()
    xa, b = np.asarray(x, dtype=float), np.asarray(brier, dtype=float)
    acc, to = np.asarray(accuracy, dtype=float), np.asarray(at, dtype=float)
    if b.ndim != 2 or xa.shape != acc.shape or b.shape[0] != xa.size or 2 * chosen.ends > b.shape[1]:
        raise InputError(f"brier needs one row a model and at least {2 * chosen.ends} groups (twice "
                         f"rules.ends); got {b.shape} for {xa.size} models and {acc.size} accuracies.")
    needed = max(chosen.easy_degree, chosen.hard_degree) + 2
    if len(xa) < needed:
        raise InputError(f"polynomials of these degrees need at least {needed} models, got {len(xa)}.")
    if np.ptp(acc) == 0:
        raise InputError(f"accuracy must differ between models, or no line leads back from the Brier score; "
                         f"all {acc.size} are {acc[0]}.")
    centre, width = xa.mean(), np.ptp(xa) or 1.0

    def polynomial(y: Array, degree: int) -> tuple[Array, Array]:
        coef = np.polyfit((xa - centre) / width, y, degree)
        return np.polyval(coef, (xa - centre) / width), np.polyval(coef, (to - centre) / width)

    easy_in, easy = polynomial(b[:, : chosen.ends].mean(axis=1), chosen.easy_degree)
    hard_in, hard = polynomial(b[:, -chosen.ends :].mean(axis=1), chosen.hard_degree)
    slope, intercept = np.polyfit(acc, b.mean(axis=1), 1)
    below = ((easy_in + hard_in) / 2 - intercept) / slope
    above = ((easy + hard) / 2 - intercept) / slope
    shifted = above + acc.mean() - below.mean()
    return np.asarray(np.clip(shifted, 0, 1) if clip else shifted)


def logistic_forecast(x: ArrayLike, accuracy: ArrayLike, n_examples: ArrayLike, chance: float,
                      at: ArrayLike) -> Array:
    """The plain rival: a logistic rise from chance to 1 fitted to accuracy alone.

    Parameters
    ----------
    x, accuracy, n_examples : array-like, shape (n,)
        log10 FLOPs, accuracy and items of the models below the threshold.
    chance : float
    at : array-like, shape (m,)

    Returns
    -------
    ndarray, shape (m,)
    """
    return fit(Logistic(floor=chance, ceiling=1.0), x, accuracy, n_examples).predict(at)


def sweep(table: pd.DataFrame, threshold: float, choices: Iterable[SandwichRules]) -> pd.DataFrame:
    """Errors of the sandwich under many choices of the analyst, and of two forecasts without any.

    Parameters
    ----------
    table : DataFrame
        Rows of the source ``expemergence`` of one task, with a column chance.
    threshold : float
        FLOPs up to which models count as small.
    choices : iterable of SandwichRules

    Returns
    -------
    DataFrame
        One row per choice: its fields, ``error``, ``logistic`` and ``no_change`` (root mean square
        errors of accuracy over the models above the threshold), ``wins`` (smaller than both), and
        the numbers of models ``below`` and ``above``.
    """
    known = table[table["train_flops"].notna()]
    whole = known["subset"].isna()
    acc = known[whole & (known["metric"] == "multiple_choice_grade")].set_index("model")
    parts = known[~whole & (known["metric"] == "brier_target")]
    brier = parts.pivot(index="model", columns="subset", values="value").loc[acc.index].to_numpy(float)
    small = (acc["train_flops"] <= threshold).to_numpy()
    if small.all() or not small.any():
        raise InputError(f"threshold must leave models on both sides, got {threshold:.3g} for FLOPs from "
                         f"{acc['train_flops'].min():.3g} to {acc['train_flops'].max():.3g}.")
    x, y, n = (acc[c].to_numpy(float) for c in ("train_flops", "value", "n_examples"))
    x = np.log10(x)

    def error(forecast: ArrayLike) -> float:
        return float(np.sqrt(np.mean((np.asarray(forecast) - y[~small]) ** 2)))

    rivals = {"logistic": error(logistic_forecast(x[small], y[small], n[small], float(acc["chance"].iloc[0]),
                                                  x[~small])),
              "no_change": error(np.full((~small).sum(), y[small].mean()))}
    rows = []
    for c in choices:
        forecast = sandwich_forecast(x[small], brier[small], y[small], x[~small], rules=c)
        rows.append(asdict(c) | rivals | {"error": error(forecast)})
    out = pd.DataFrame(rows)
    return out.assign(wins=out["error"] < min(rivals.values()), below=int(small.sum()),
                      above=int((~small).sum()))


def sweep_tasks(table: pd.DataFrame, choices: Iterable[SandwichRules]) -> pd.DataFrame:
    """What `sweep` gives for every task that has a published threshold.

    Parameters
    ----------
    table : DataFrame
        Rows of the source ``expemergence``.
    choices : iterable of SandwichRules

    Returns
    -------
    DataFrame
        With a column task, in words.
    """
    asked = list(choices)
    found = [sweep(g, 10 ** (21 + THRESHOLDS[str(task)]), asked).assign(task=str(task).replace("_", " "))
             for task, g in table.groupby("task") if task in THRESHOLDS]
    if not found:
        raise InputError("no task of the table has a published threshold; those with one are "
                         f"{', '.join(THRESHOLDS)}.")
    return pd.concat(found, ignore_index=True)


def published_wins(swept: pd.DataFrame, published: SandwichRules) -> pd.Series:
    """Whether the authors' choice beats both forecasts without one, by task.

    Parameters
    ----------
    swept : DataFrame
        From `sweep_tasks`.
    published : SandwichRules
        The choice of the method's authors.
    """
    return _chosen(swept, published).set_index("task")["wins"]


def sweep_rows(swept: pd.DataFrame, published: SandwichRules) -> pd.DataFrame:
    """Errors in points as rows for `plot.plot_forest`: all choices with their range, and single forecasts.

    Parameters
    ----------
    swept : DataFrame
        From `sweep_tasks`.
    published : SandwichRules
        The choice of the method's authors.

    Returns
    -------
    DataFrame
        Columns task, kind, estimate (median over choices), low, high (the full range).
    """
    by_task = swept.groupby("task")
    theirs = _chosen(swept, published)
    kinds = {"sandwich: all choices": by_task["error"].median(),
             "published choice": theirs.set_index("task")["error"],
             "logistic": by_task["logistic"].first(), "no change": by_task["no_change"].first()}
    rows = pd.concat([errors.rename("estimate").reset_index().assign(kind=kind)
                      for kind, errors in kinds.items()], ignore_index=True)
    swept_kind = rows["kind"] == "sandwich: all choices"
    ends = {"low": by_task["error"].min(), "high": by_task["error"].max()}
    rows = rows.assign(**{k: rows["task"].map(v).where(swept_kind) for k, v in ends.items()})
    columns = ["estimate", "low", "high"]
    return rows.assign(**{c: 100 * rows[c] for c in columns})[["task", "kind", *columns]]


def _chosen(swept: pd.DataFrame, choice: SandwichRules) -> pd.DataFrame:
    """Rows of one choice."""
    theirs = swept[(swept[list(asdict(choice))] == pd.Series(asdict(choice))).all(axis=1)]
    if theirs.empty:
        raise InputError(f"the published choice {choice} is none of those that were swept.")
    return theirs
