"""One law, several recipes: constants side by side, and whether two recipes share them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

import numpy as np
import pandas as pd

from ..._checks import FloatArray, count
from ..._typed import checked
from ...errors import InputError
from ...laws import EPOCH, HOFFMANN, LossFit, fit_loss_law, law_objective
from ...laws.fits import Loss, percentile_ends
from ...resample import cluster_weights, group_codes
from ...results import Interval, Result
from .needs import ends_of
from .runs import Recipe, chinchilla, gadre_losses

__all__ = ["at_budgets", "best_ratios", "constants", "corpus_misses", "exponent_gaps", "exponents",
           "fit_recipes", "other_choices", "refusals", "valleys"]

_EXPONENTS = ("alpha", "beta")


def fit_recipes(found: Iterable[Recipe], *, n_resamples: int = 400) -> dict[str, LossFit]:
    """The law of every recipe, by its name."""
    return {r.name: fit_loss_law(r.runs["params"], r.runs["tokens"], r.runs["loss"],
                                 clusters=r.runs["cluster"], n_resamples=n_resamples) for r in found}


def refusals(found: Iterable[Recipe]) -> pd.DataFrame:
    """Why no law can be told from runs, in the toolkit's own words.

    Returns
    -------
    DataFrame
        ``runs`` (name), ``n`` and ``why``; ``why`` is empty where a law was found.
    """
    rows = []
    for recipe in found:
        why = ""
        try:
            fit_recipes([recipe], n_resamples=0)
        except InputError as error:
            why = str(error)
        rows.append({"runs": recipe.name, "n": len(recipe.runs), "why": why})
    return pd.DataFrame(rows)


def constants(fitted: LossFit) -> pd.DataFrame:
    """Our constants with intervals beside the published ones, and the objective of each on our runs.

    Returns
    -------
    DataFrame
        ``number``, ``ours``, ``low``, ``high``, ``refit`` (Besiroglu et al. 2024) and ``printed``
        (Hoffmann et al. 2022); the last row is the objective in thousandths.
    """
    names = {"floor": "E", "a": "A", "alpha": "alpha", "b": "B", "beta": "beta"}
    rows = [{"number": sign, "ours": getattr(fitted.law, name), "low": fitted.intervals[name].low,
             "high": fitted.intervals[name].high, "refit": getattr(EPOCH, name),
             "printed": getattr(HOFFMANN, name)} for name, sign in names.items()]
    points = chinchilla()
    runs = (points["params"], points["tokens"], points["loss"])
    rows.append({"number": "objective, thousandths", "ours": 1000 * fitted.objective, "low": np.nan,
                 "high": np.nan, "refit": 1000 * law_objective(EPOCH, *runs),
                 "printed": 1000 * law_objective(HOFFMANN, *runs)})
    return pd.DataFrame(rows)


def other_choices(fitted: LossFit, *, n_resamples: int = 200) -> dict[str, LossFit]:
    """The law of the Chinchilla runs under other choices of the analyst.

    Parameters
    ----------
    fitted : LossFit
        To the runs kept, with Huber's loss: the first choice, not fitted again.
    n_resamples : int

    Returns
    -------
    dict of str to LossFit
        With Huber's loss and with squares, with and without the five highest losses; and with Huber's loss
        the half of the runs kept with less compute, and the half with more.
    """
    kept, every = chinchilla(), chinchilla(245)
    median = kept["train_flops"].median()
    asked: dict[str, tuple[pd.DataFrame, Loss]] = {
        "squares": (kept, "squares"), f"all {len(every)} runs": (every, "huber"),
        f"all {len(every)}, squares": (every, "squares"),
        "half with less compute": (kept[kept["train_flops"] <= median], "huber"),
        "half with more compute": (kept[kept["train_flops"] > median], "huber")}
    return {f"{fitted.n} runs, Huber": fitted} | {
        name: fit_loss_law(t["params"], t["tokens"], t["loss"], method=method, n_resamples=n_resamples)
        for name, (t, method) in asked.items()}


@checked
def at_budgets(fits: Mapping[str, LossFit], budgets: Mapping[str, float]) -> pd.DataFrame:
    """Best tokens per parameter of several laws at several budgets.

    Parameters
    ----------
    fits : mapping of str to LossFit
    budgets : mapping of str to float
        Name -> FLOPs.

    Returns
    -------
    DataFrame
        One row a law and budget: ``choice``, ``budget``, ``estimate``, ``low``, ``high``.
    """
    return pd.DataFrame([{"choice": name, "budget": budget, **_row(f.optimal(flops))}
                         for name, f in fits.items() for budget, flops in budgets.items()])


@checked
def valleys(runs: pd.DataFrame, groups: int = 8, *, n_resamples: int = 400, level: float = 0.95,
            seed: int = 0) -> pd.DataFrame:
    """Best tokens per parameter without a law: the lowest point of a parabola at nearly equal compute.

    Parameters
    ----------
    runs : DataFrame
        From `chinchilla`.
    groups : int
        Groups of equally many runs, by compute.
    n_resamples, level, seed

    Returns
    -------
    DataFrame
        A row a group: ``flops`` (geometric mean), ``ratio``, ``low``, ``high``, ``n``, and ``open``: share of
        the draws of runs whose parabola has no lowest point.

    Raises
    ------
    InputError
        If a group has no lowest point, or fewer than eight runs.

    Notes
    -----
    Log loss as a parabola in log tokens per parameter, and a line in log compute within the group: the second
    approach of Hoffmann et al. 2022.
    """
    count("groups", groups, minimum=1)
    if len(runs) < 8 * groups:
        raise InputError(f"groups must leave at least eight runs a group, got {groups} for {len(runs)} runs.")
    rows = []
    for part in np.array_split(np.argsort(runs["train_flops"].to_numpy(), kind="stable"), groups):
        at = runs.iloc[part]
        spent, x = np.log(at["train_flops"].to_numpy()), np.log((at["tokens"] / at["params"]).to_numpy())
        design = np.column_stack([np.ones(len(at)), x, x**2, spent - spent.mean()])
        y = np.log(at["loss"].to_numpy())
        best = _lowest(design, y)
        if np.isnan(best):
            raise InputError(f"the runs of about {np.exp(spent.mean()):.2g} FLOPs have no lowest loss "
                             "between their tokens per parameter.")
        drawn = np.array([_lowest(design * w[:, None], y * w) for w in np.sqrt(
            cluster_weights(None, len(at), n_resamples, seed).astype(float))])
        tail = (1 - level) / 2
        low, high = np.nanquantile(drawn, [tail, 1 - tail])
        rows.append({"flops": float(np.exp(spent.mean())), "ratio": float(np.exp(best)),
                     "low": float(np.exp(min(low, best))), "high": float(np.exp(max(high, best))),
                     "n": len(at), "open": float(np.isnan(drawn).mean())})
    return pd.DataFrame(rows)


def exponents(fits: Mapping[str, LossFit]) -> pd.DataFrame:
    """Alpha and beta of every recipe with their intervals, a row each."""
    return pd.DataFrame([{"recipe": name, "exponent": which, "estimate": getattr(f.law, which),
                          "low": f.intervals[which].low, "high": f.intervals[which].high, "n": f.n}
                         for name, f in fits.items() for which in _EXPONENTS])


@checked
def best_ratios(fits: Mapping[str, LossFit], train_flops: float) -> pd.DataFrame:
    """Best tokens per parameter of every recipe at one budget."""
    return pd.DataFrame([{"recipe": name, **_row(f.optimal(train_flops)), "n": f.n}
                         for name, f in fits.items()])


def exponent_gaps(fits: Mapping[str, LossFit], home: str, *, groups: Mapping[str, int],
                  level: float = 0.95) -> pd.DataFrame:
    """Exponents of every other recipe less those of `home`, with intervals.

    Parameters
    ----------
    fits : mapping of str to LossFit
        With draws.
    home : str
        Recipe to compare with.
    groups : mapping of str to int
        Independent trainings of every recipe.
    level : float
        Of each interval.

    Returns
    -------
    DataFrame
        ``recipe``, ``exponent``, ``estimate``, ``low``, ``high`` and ``differs``.
    """
    others = [name for name in fits if name != home]
    rows = []
    for name, which in product(others, _EXPONENTS):
        gap = _gap(fits[name], fits[home], which, level,
                   min(groups[name], groups[home]))
        rows.append({"recipe": name, "exponent": which, **_row(gap)})
    table = pd.DataFrame(rows)
    return table.assign(differs=(table["low"] > 0) | (table["high"] < 0))


def corpus_misses(texts: Mapping[str, str], *, n_resamples: int = 100) -> pd.DataFrame:
    """How far one law for three corpora misses the models of each.

    Parameters
    ----------
    texts : mapping of str to str
        Name -> task of a loss of the models of Gadre et al.
    n_resamples : int

    Returns
    -------
    DataFrame
        A row a text and corpus: ``text``, ``corpus``, ``estimate`` (mean loss over that of the law, per
        cent), with its interval ``low``, ``high`` over draws of runs, the law being fitted to each.
    """
    rows = []
    for name, task in texts.items():
        t = gadre_losses(task).reset_index(drop=True)
        fitted = fit_loss_law(t["params"], t["tokens"], t["loss"], n_resamples=n_resamples)
        weight = cluster_weights(group_codes(None, len(t)), len(t), n_resamples, 0)  # those of the fit
        size, data = (t[c].to_numpy(dtype=float) for c in ("params", "tokens"))
        drawn = np.log(t["loss"].to_numpy()) - np.log(fitted.drawn(size, data, scattered=False))
        for corpus, at in t.groupby("corpus").indices.items():
            mean = fitted.residuals[at].mean()
            held = (drawn * weight)[:, at].sum(axis=1) / weight[:, at].sum(axis=1)
            ends = np.quantile(held, [0.025, 0.975])
            rows.append({"text": name, "corpus": corpus, "estimate": 100 * mean, "low": 100 * ends[0],
                         "high": 100 * ends[1], "n": len(at)})
    return pd.DataFrame(rows)


def _lowest(design: FloatArray, y: FloatArray) -> float:
    """Where the parabola of the second and third column is lowest; NaN if it opens downwards."""
    _, slope, bend, _ = np.linalg.lstsq(design, y, rcond=None)[0]
    return float(-slope / bend / 2) if bend > 0 else float("nan")


def _gap(one: LossFit, other: LossFit, which: str, level: float, n: int) -> Result:
    at = {"alpha": 3, "beta": 4}[which]
    best = float(getattr(one.law, which) - getattr(other.law, which))
    few = min(len(one.draws), len(other.draws))
    drawn = (one.draws[:few, at] - other.draws[:few, at][::-1])[:, None]
    low, high = percentile_ends(drawn, np.array([best]), level, n, 5)
    return Result.with_interval(best, Interval(float(low[0]), float(high[0]), level, "bootstrap"), n)


def _row(found: Result) -> dict[str, float]:
    return {"estimate": found.estimate, **ends_of(found)}
