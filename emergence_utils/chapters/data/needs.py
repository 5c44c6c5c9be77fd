"""What the law asks for: the best split of a budget, what another split costs, the tokens of a size."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..._checks import FloatArray, at_least_one, need_columns, positive
from ..._typed import checked
from ...errors import InputError
from ...laws import EPOCH, HOFFMANN, LossFit, LossLaw
from ...laws.fits import percentile_ends
from ...results import Interval, Result

__all__ = ["crossing", "ends_of", "overspend", "placed", "ratio_curves", "shortfall", "token_curves",
           "tokens_for"]

_METHOD = "expanded percentile bootstrap"
_KNOWN = {"as printed": HOFFMANN, "refit of Besiroglu et al.": EPOCH}
_OURS = "our refit"


@checked
def ratio_curves(fitted: LossFit, budgets: Iterable[float]) -> pd.DataFrame:
    """Best tokens per parameter by compute: our law with its band, and two published ones.

    Parameters
    ----------
    fitted : LossFit
        From `laws.fit_loss_law`, with draws.
    budgets : iterable of float
        FLOPs.

    Returns
    -------
    DataFrame
        Columns law, flops, ratio, low, high.
    """
    spent = _several("budgets", budgets, "number of FLOPs")
    rows = [{"law": _OURS, "flops": c, "ratio": best.estimate, **ends_of(best)}
            for c, best in ((c, fitted.optimal(c)) for c in spent)]
    rows += [{"law": name, "flops": c, "ratio": known.tokens_per_parameter(c), "low": np.nan, "high": np.nan}
             for name, known in _KNOWN.items() for c in spent]
    return pd.DataFrame(rows)


@checked
def overspend(fitted: LossFit, train_flops: float, ratios: Iterable[float], *,
              level: float = 0.95) -> pd.DataFrame:
    """What it costs to train with other tokens per parameter than the law's best.

    Parameters
    ----------
    fitted : LossFit
    train_flops : float
        The budget.
    ratios : iterable of float
        Tokens per parameter.
    level : float

    Returns
    -------
    DataFrame
        One row a ratio: ``ratio``, ``params``, ``loss``, ``above`` (loss over that of the best split, in the
        unit of the loss) and ``times``: the budget over the one with which the best split reaches the same
        loss, with its interval ``low`` and ``high`` (NaN without draws).

    Notes
    -----
    At the best split the loss above the floor falls as budget to the power -alpha beta / (alpha + beta)
    (Hoffmann et al. 2022, equation 4 put into equation 2).
    """
    budget = positive("train_flops", train_flops)
    asked = np.array(_several("ratios", ratios, "number of tokens per parameter"))
    law = fitted.law
    one = _constants(law)[None]
    above, times = (v[0] for v in _cost(one, budget, asked))
    low = high = np.full(len(asked), np.nan)
    if len(fitted.draws):
        drawn = np.log(_cost(fitted.draws[:, [0, 1, 3, 4]], budget, asked)[1])
        low, high = (np.exp(end) for end in percentile_ends(
            drawn, np.log(times), level, fitted.n_drawn, 5 - fitted.tied))
    params = np.sqrt(budget / 6 / asked)
    return pd.DataFrame({"ratio": asked, "params": params, "loss": law(params, asked * params),
                         "above": above, "times": times, "low": np.maximum(low, 1.0), "high": high})


@checked
def placed(fitted: LossFit, models: pd.DataFrame) -> pd.DataFrame:
    """Models beside the best split of their own compute.

    Parameters
    ----------
    fitted : LossFit
        With draws.
    models : DataFrame
        From `published`.

    Returns
    -------
    DataFrame
        `models` with ``best``, ``low`` and ``high`` (best tokens per parameter with the interval), ``place``
        (below, inside or above it), ``times`` (compute over that of the best split with the same loss) and
        ``larger``: parameters of that split over those of the model.
    """
    need_columns(models, ("flops", "ratio", "params"))
    rows = []
    for flops, ratio, params in models[["flops", "ratio", "params"]].to_numpy(dtype=float):
        best = fitted.optimal(flops)
        held = best.interval
        if held is None:
            raise InputError("placed needs a fit with draws of runs, got one with n_resamples=0.")
        times = float(_cost(_constants(fitted.law)[None], flops, np.array([ratio]))[1][0, 0])
        less = flops / times
        size = math.sqrt(less / 6 / fitted.law.tokens_per_parameter(less))
        place = "above" if ratio > held.high else "below" if ratio < held.low else "inside"
        rows.append({"best": best.estimate, "low": held.low, "high": held.high, "place": place,
                     "times": times, "larger": size / params})
    return models.assign(**pd.DataFrame(rows, index=models.index))


@checked
def tokens_for(fitted: LossFit, params: float, *, level: float = 0.95) -> Result:
    """Tokens of a model of a given size that spends its budget best.

    Parameters
    ----------
    fitted : LossFit
    params : float
        Size for which no other split of the same compute gives a lower loss.
    level : float

    Returns
    -------
    Result
        Tokens; ``limited`` beyond the sizes of the runs.

    Raises
    ------
    InputError
        Where the runs leave an exponent or a power open.
    """
    size = positive("params", params)
    if fitted.status == "undetermined":
        raise InputError(f"the tokens of a size cannot be told from these runs: {fitted.notes[0]}.")
    best = _log_tokens(_constants(fitted.law)[None], size)
    most = float(np.exp(fitted.runs.n.max() + fitted.runs.n0))
    notes = (f"the runs have up to {most:.3g} parameters: for {size:.3g} the law is carried on",) * (
        size > most * (1 + 1e-9))
    if not len(fitted.draws):
        return Result(math.exp(best[0]), None, fitted.n, "limited", (*notes, "no interval: no draws of runs"))
    drawn = _log_tokens(fitted.draws[:, [0, 1, 3, 4]], size)[:, None]
    low, high = (math.exp(float(e[0])) for e in percentile_ends(drawn, best, level, fitted.n_drawn,
                                                                 5 - fitted.tied))
    return Result.with_interval(math.exp(best[0]), Interval(low, high, level, _METHOD), fitted.n, notes)


@checked
def token_curves(fitted: LossFit, sizes: Iterable[float]) -> pd.DataFrame:
    """Best tokens by size, as `tokens_for`: our law with its band, and two published ones.

    Returns
    -------
    DataFrame
        Columns law, params, tokens, low, high.
    """
    asked = _several("sizes", sizes, "number of parameters")
    rows = [{"law": _OURS, "params": n, "tokens": best.estimate, **ends_of(best)}
            for n, best in ((n, tokens_for(fitted, n)) for n in asked)]
    rows += [{"law": name, "params": n, "tokens": math.exp(float(_log_tokens(_constants(known)[None], n)[0])),
              "low": np.nan, "high": np.nan} for name, known in _KNOWN.items() for n in asked]
    return pd.DataFrame(rows)


def shortfall(params: float, *, ratio: float, most_tokens: float, most_flops: float) -> tuple[float, float]:
    """How many times more tokens and more FLOPs a model needs than the largest run on record.

    Parameters
    ----------
    params : float
        Size of the model.
    ratio : float
        Tokens per parameter.
    most_tokens, most_flops : float
        Of the largest run; compute is taken as 6 * params * tokens.

    Examples
    --------
    >>> shortfall(1e12, ratio=20, most_tokens=1e13, most_flops=1e25)
    (2.0, 12.0)
    """
    for name, value in (("params", params), ("ratio", ratio), ("most_tokens", most_tokens),
                        ("most_flops", most_flops)):
        positive(name, value)
    tokens = ratio * params
    return tokens / most_tokens, 6 * params * tokens / most_flops


def crossing(most_tokens: float, most_flops: float) -> float:
    """Parameters beyond which compute falls short by more than data, whatever the tokens per parameter.

    Examples
    --------
    >>> crossing(1e13, 6e25)
    1000000000000.0
    """
    return most_flops / (6 * most_tokens)


def _several(name: str, values: Iterable[float], what: str) -> list[float]:
    return [positive(name, v) for v in at_least_one(name, values, what)]


def ends_of(found: Result) -> dict[str, float]:
    """The ends of an interval as cells of a table; missing where there is none."""
    held = found.interval
    return {"low": held.low if held else math.nan, "high": held.high if held else math.nan}


def _constants(law: LossLaw) -> FloatArray:
    """Log a, log b, alpha and beta."""
    return np.array([math.log(law.a), math.log(law.b), law.alpha, law.beta])


def _log_tokens(laws: FloatArray, params: float) -> FloatArray:
    """Log tokens at which one more FLOP is worth the same in size and in data."""
    log_a, log_b, alpha, beta = laws.T
    worth = np.log(beta) + log_b - np.log(alpha) - log_a
    return np.asarray((worth + alpha * math.log(params)) / beta)


def _cost(laws: FloatArray, budget: float, ratios: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Loss above the best split, and budget over the one that reaches it at best, laws by ratios."""
    log_a, log_b, alpha, beta = (v[:, None] for v in laws.T)
    half = math.log(budget / 6) / 2

    def over(log_ratio: FloatArray) -> FloatArray:
        return np.asarray(np.exp(log_a - alpha * (half - log_ratio / 2))
                          + np.exp(log_b - beta * (half + log_ratio / 2)))

    log_n = (np.log(alpha) + log_a - np.log(beta) - log_b + 2 * beta * half) / (alpha + beta)
    least = over(2 * (half - log_n))
    seen = over(np.log(ratios)[None, :])
    return seen - least, np.asarray((seen / least) ** ((alpha + beta) / (alpha * beta)))
