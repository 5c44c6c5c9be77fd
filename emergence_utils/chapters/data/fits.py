"""One law, several recipes: constants side by side, and whether two recipes share them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

import numpy as np
import pandas as pd

from ..._typed import checked
from ...errors import InputError
from ...laws import EPOCH, HOFFMANN, LossFit, fit_loss_law, law_objective
from ...laws.fits import Loss, percentile_ends
from ...resample import cluster_weights, group_codes
from ...results import Interval, Result
from .runs import CHINCHILLA_KEPT, Recipe, chinchilla, gadre_losses

__all__ = ["best_ratios", "constants", "corpus_misses", "exponent_gaps", "exponents", "fit_recipes",
           "refusals", "variants"]

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


@checked
def variants(fitted: LossFit, budgets: Mapping[str, float]) -> pd.DataFrame:
    """Best tokens per parameter of the Chinchilla runs under other choices of the analyst.

    Parameters
    ----------
    fitted : LossFit
        To the runs kept, with Huber's loss; the first choice.
    budgets : mapping of str to float
        Name -> FLOPs.

    Returns
    -------
    DataFrame
        One row a choice and budget: ``choice``, ``budget``, ``estimate``, ``low``, ``high``.
    """
    rows = []
    methods: tuple[Loss, ...] = ("huber", "squares")
    for kept, method in product((CHINCHILLA_KEPT, 245), methods):
        t = chinchilla(kept)
        known = kept == fitted.n and method == fitted.loss
        law = fitted if known else fit_loss_law(t["params"], t["tokens"], t["loss"], method=method)
        choice = f"{'Huber' if method == 'huber' else 'squares'}, {kept} runs"
        for name, flops in budgets.items():
            rows.append({"choice": choice, "budget": name, **_row(law.optimal(flops))})
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


def corpus_misses(texts: Mapping[str, str], *, n_resamples: int = 200) -> pd.DataFrame:
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


def _gap(one: LossFit, other: LossFit, which: str, level: float, n: int) -> Result:
    at = {"alpha": 3, "beta": 4}[which]
    best = float(getattr(one.law, which) - getattr(other.law, which))
    drawn = (one.draws[:, at] - other.draws[::-1, at])[:, None]
    low, high = percentile_ends(drawn, np.array([best]), level, n, 5)
    return Result.with_interval(best, Interval(float(low[0]), float(high[0]), level, "bootstrap"), n)


def _row(found: Result) -> dict[str, float]:
    held = found.interval
    return {"estimate": found.estimate, "low": held.low if held else np.nan,
            "high": held.high if held else np.nan}
