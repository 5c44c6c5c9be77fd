"""Through the likelihood of the gold answer to the rate of solving: does the detour help to forecast?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import InputError
from ...intervals import bootstrap
from ...results import Result
from .mixture import shrunk_rates

__all__ = ["FORECASTS", "answer_ladder", "forecast_rates", "likelihood_errors"]

#: Names of the forecasts, as columns of `forecast_rates`.
FORECASTS = {"likelihood": "through the likelihood", "told": "likelihood known", "same": "same as last",
             "line": "line in compute"}


def forecast_rates(answers: pd.DataFrame, tries: pd.DataFrame, *, known: int = 4,
                   targets: int = 2) -> pd.DataFrame:
    r"""Forecast the rate at which large models solve each problem from the smallest ones.

    Through the likelihood: each problem's negative log-likelihood is carried on as a power law of
    compute, and the log rate follows it with one slope :math:`\beta`, estimated within problems over the
    small models: :math:`\log_{10} p_i(N) = \log_{10} p_i(N_0) + \beta\,(L_i(N) - L_i(N_0))`, with N0 the
    largest known model. "told" takes the target's own likelihood instead of the forecast one. The line in
    compute does the same with log compute in place of L.

    Parameters
    ----------
    answers : DataFrame
        Table by item with ``logprob`` of the gold answer.
    tries : DataFrame
        Table by item with counts; only models and checkpoints that `answers` has are used, on problems
        that all of them tried.
    known, targets : int
        Smallest models to learn from (at least 3), and largest to be forecast.

    Returns
    -------
    DataFrame
        item, model, params, observed (log10 of `shrunk_rates`), and a column for each of `FORECASTS`
        (log10).
    """
    both = answers.merge(tries[["model", "tokens", "item", "n_samples", "correct"]],
                         on=["model", "tokens", "item"], suffixes=("_answers", ""))
    if "n_samples_answers" in both:
        both = both.drop(columns=["n_samples_answers", "correct_answers"])
    sizes = sorted(both["params"].unique())
    both = both[both.groupby("item")["params"].transform("nunique") == len(sizes)]
    if not 3 <= known <= len(sizes) - targets or targets < 1:
        raise InputError(f"known must be at least 3 and leave {targets} of {len(sizes)} models, got {known}.")
    parts = [g.assign(rate=np.log10(shrunk_rates(g["correct"], g["n_samples"])))
             for _, g in both.groupby("params", sort=True)]
    grid = {c: pd.concat(parts).pivot(index="item", columns="params", values=c)
            for c in ("rate", "logprob", "train_flops")}
    rate, loss = grid["rate"].to_numpy(), -grid["logprob"].to_numpy()
    flops = np.log10(grid["train_flops"].to_numpy()[0])
    seen, last = slice(0, known), known - 1
    x = flops[seen] - flops[seen].mean()
    power = np.log(loss[:, seen]) @ x / (x @ x)
    level = np.log(loss[:, seen]).mean(axis=1)
    rows = []
    for j in range(len(sizes) - targets, len(sizes)):
        carried = np.exp(level + power * (flops[j] - flops[seen].mean()))
        on_loss = _within(loss[:, seen], rate[:, seen])
        on_flops = _within(np.tile(x, (len(rate), 1)), rate[:, seen])
        rows.append(pd.DataFrame({
            "item": grid["rate"].index, "params": sizes[j],
            "model": both.loc[both["params"] == sizes[j], "model"].iloc[0], "observed": rate[:, j],
            "likelihood": rate[:, last] + on_loss * (carried - loss[:, last]),
            "told": rate[:, last] + on_loss * (loss[:, j] - loss[:, last]), "same": rate[:, last],
            "line": rate[:, last] + on_flops * (flops[j] - flops[last])}))
    return pd.concat(rows, ignore_index=True)


def answer_ladder(answers: pd.DataFrame, tries: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Cross-entropy of the gold answer and rate of solving, by model.

    Parameters
    ----------
    answers, tries : DataFrame
        As in `forecast_rates`.

    Returns
    -------
    DataFrame
        model, params, train_flops, loss (mean over problems, nats an answer) with ``loss_low``,
        ``loss_high``; rate (mean of `shrunk_rates`) with ``rate_low``, ``rate_high``, problems drawn
        again; ``median`` (of the problems' plain rates) and ``tries`` (median number a problem); ``falls``
        (share of problems whose loss is lower than at the next smaller size, NaN for the smallest).
    """
    rows, before = [], None
    for params, g in answers.groupby("params", sort=True):
        cell = tries[(tries["model"] == g["model"].iloc[0]) & (tries["tokens"] == g["tokens"].iloc[0])]
        if cell.empty:
            raise InputError(f"tries hold no counts of {g['model'].iloc[0]} at "
                             f"{g['tokens'].iloc[0]:g} tokens.")
        loss, rate = -g.set_index("item")["logprob"], shrunk_rates(cell["correct"], cell["n_samples"])
        spans = [bootstrap(np.mean, v, seed=seed, n_resamples=1000) for v in (loss.to_numpy(), rate)]
        ends = {f"{name}_{end}": getattr(found.interval, end) for name, found in
                zip(("loss", "rate"), spans, strict=True) for end in ("low", "high")}
        rows.append({"model": g["model"].iloc[0], "params": params, "train_flops": g["train_flops"].iloc[0],
                     "loss": spans[0].estimate, "rate": spans[1].estimate, **ends,
                     "median": float((cell["correct"] / cell["n_samples"]).median()),
                     "tries": float(cell["n_samples"].median()),
                     "falls": np.nan if before is None else float((loss < before[loss.index]).mean())})
        before = loss
    return pd.DataFrame(rows)


def likelihood_errors(found: pd.DataFrame, *, seed: int = 0) -> dict[str, Result]:
    """How much more the way through the likelihood errs than each naive forecast, on the same problems.

    Parameters
    ----------
    found : DataFrame
        Of `forecast_rates`.

    Returns
    -------
    dict
        Mean difference of absolute errors in decades of the rate, positive where the likelihood errs more;
        problems are drawn again with all their models, n counts problems.
    """
    error = {c: (np.minimum(found[c], 0.0) - found["observed"]).abs().groupby(found["item"]).mean()
             for c in FORECASTS}
    return {name: bootstrap(np.mean, (error["likelihood"] - error[naive]).to_numpy(), seed=seed)
            for name, naive in (("no better than no change", "same"),
                                ("no better than a line in compute", "line"))}


def _within(x: np.ndarray, y: np.ndarray) -> float:
    """Slope of y on x within rows, each row with a level of its own."""
    dx, dy = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    return float((dx * dy).sum() / (dx**2).sum())
