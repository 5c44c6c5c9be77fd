"""Accuracy on a task by way of its loss: size and tokens to loss, loss to accuracy (Bhagia et al. 2024)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .._checks import (
    FloatArray,
    IntArray,
    confidence_level,
    count,
    need_finite,
    numbers,
    numbers_of,
    short,
    switch,
    where,
)
from .._typed import checked
from ..curves import Fit, Logistic, fit, fit_many
from ..errors import InputError
from ..resample import MOST_RESAMPLES, cluster_weights
from ..results import Status
from .fits import Loss, LossFit, fit_loss_law, percentile_ends
from .law import sizes

__all__ = ["TaskFit", "fit_task_law"]

#: From loss, with its sign turned, to accuracy; the floor and the ceiling are sought.
_LINK = Logistic(floor=None, ceiling=None, max_width=100.0)


@dataclass(frozen=True, eq=False)
class TaskFit:
    """A two-stage law of accuracy; made by `fit_task_law`.

    Parameters
    ----------
    loss : LossFit
        First stage: parameters and tokens to the loss of the task.
    link : Fit
        Second stage: a logistic curve of accuracy on the negative loss.
    n : int
        Runs.
    status : {"ok", "limited", "undetermined"}
        The worse of both stages.
    notes : tuple of str
    draws : ndarray, shape (n_resamples, 4)
        Midpoint, log width, floor and ceiling of the link fitted to each draw of runs.
    residuals : ndarray
        Accuracy less that of the link at the loss that was seen.
    """

    loss: LossFit
    link: Fit
    n: int
    status: Status
    notes: tuple[str, ...]
    draws: FloatArray = field(repr=False)
    residuals: FloatArray = field(repr=False)

    def from_loss(self, loss: ArrayLike) -> FloatArray:
        """Accuracy at a loss that is known: the second stage alone.

        Parameters
        ----------
        loss : array-like
            In the unit of the fit, e.g. bits per byte.
        """
        return np.clip(self.link.predict(-sizes("loss", loss)), 0.0, 1.0)

    def predict(self, params: ArrayLike, tokens: ArrayLike, *, level: float = 0.95,
                of: Literal["run", "law"] = "run") -> pd.DataFrame:
        """Accuracy expected at other sizes and token counts.

        Parameters
        ----------
        params, tokens : array-like
            Places, one length or one number.
        level : float
        of : {"run", "law"}
            Whether the interval shall hold the accuracy of one further run, scatter of both stages
            included, or that of the law.

        Returns
        -------
        DataFrame
            As `LossFit.predict`, with ``accuracy`` and its ends ``low`` and ``high``.
        """
        share = confidence_level(level)
        table = self.loss.predict(params, tokens, level=share, of=of)
        accuracy = self.from_loss(table["loss"])
        low = high = np.full(len(table), np.nan)
        if len(self.draws):
            n, d = (table[c].to_numpy(dtype=float) for c in ("params", "tokens"))
            scattered = of == "run"
            drawn = self.loss.drawn(n, d, scattered=scattered)
            told = _LINK.evaluate(-drawn, self.draws)[0]
            if scattered:
                picked = np.random.default_rng(len(drawn) + 1).random(len(drawn)) * len(self.residuals)
                told = told + self.residuals[picked.astype(np.int64), None]
            low, high = percentile_ends(np.clip(told, 0.0, 1.0), accuracy, share, self.loss.n_drawn,
                                        5 - self.loss.tied)
        status = table["status"].where(table["status"] != "ok", self.status)
        return table.assign(accuracy=accuracy, low=low, high=high, status=status)


@checked
def fit_task_law(params: ArrayLike, tokens: ArrayLike, loss: ArrayLike, accuracy: ArrayLike, *,
                 checkpoints: pd.DataFrame | None = None, ideal: bool = True, method: Loss = "huber",
                 tied: bool = False, n_resamples: int = 400, level: float = 0.95, seed: int = 0) -> TaskFit:
    """Fit a two-stage law: size and tokens to task loss, task loss to accuracy.

    Parameters
    ----------
    params, tokens, loss : array-like, shape (n,)
        Runs, as in `fit_loss_law`; loss on the task, e.g. bits per byte of the right answer.
    accuracy : array-like, shape (n,)
        Fractions of items right.
    checkpoints : DataFrame, optional
        What the second stage is fitted to, columns ``run`` (place of the run in `params`), ``loss`` and
        ``accuracy``; the runs themselves by default.
    ideal : bool
        Whether a point of loss 0 and accuracy 1 is added to the second stage.
    method, tied, n_resamples, level, seed
        As in `fit_loss_law`; both stages are fitted to the same draws of runs.

    Returns
    -------
    TaskFit

    Raises
    ------
    InputError
        As `fit_loss_law`, and on accuracies outside [0, 1].

    Notes
    -----
    Bhagia et al. 2024 (arXiv:2412.04403), with this package's logistic curve. Their own numbers come out with
    the last five checkpoints averaged and all but the first tenth of them in the second stage
    (`chapters.reproductions`).

    Examples
    --------
    >>> from emergence_utils.laws import LossLaw
    >>> size, data = (v.ravel() for v in np.meshgrid([1e8, 4e8, 1.6e9], [2e9, 8e9, 3.2e10]))
    >>> loss = LossLaw(8, 60, 0.4, 0.15, 0.15)(size, data)
    >>> law = fit_task_law(size, data, loss, 0.25 + 0.75 / (1 + np.exp(3 * (loss - 2.4))), n_resamples=0)
    >>> law.predict(1e10, 1e12)["accuracy"].round(2).tolist()
    [0.94]
    """
    seen = numbers("accuracy", accuracy, ndim=1)
    bad = ~((seen >= 0) & (seen <= 1))
    if bad.any():
        raise InputError(f"accuracy holds {seen[bad][0]:g}{where(bad)}; accepted are fractions in [0, 1].")
    draws = count("n_resamples", n_resamples, maximum=MOST_RESAMPLES)
    first = fit_loss_law(params, tokens, loss, method=method, tied=tied, n_resamples=draws, level=level,
                         seed=seed)
    if len(seen) != first.n:
        raise InputError(f"accuracy must hold one number a run, got {len(seen)} for {first.n} runs.")
    run, x, y = _points(checkpoints, np.asarray(loss, dtype=np.float64), seen)
    if switch("ideal", ideal):
        run, x, y = np.append(run, -1), np.append(x, 0.0), np.append(y, 1.0)
    link = fit(_LINK, x, y)
    theta = np.array(list(link.params.values()))
    drawn = np.empty((0, 4))
    if draws and link.status != "undetermined":
        weight = np.column_stack([cluster_weights(None, first.n, draws, seed), np.ones(draws)])[:, run]
        drawn = fit_many(_LINK, x, np.broadcast_to(y, weight.shape), weights=weight, starts=theta)[0]
    residuals = (y - link.predict(x))[run >= 0]
    notes = (*first.notes, *(f"second stage: {note}" for note in link.notes))
    status: Status = max(first.status, link.status, key=["ok", "limited", "undetermined", "failed"].index)
    wide = math.sqrt(first.n / max(first.n - 4, 1))
    return TaskFit(first, link, first.n, status, notes, drawn, residuals * wide)


def _points(checkpoints: pd.DataFrame | None, loss: FloatArray, accuracy: FloatArray) -> tuple[
        IntArray, FloatArray, FloatArray]:
    """Run, negative loss and accuracy of what the second stage is fitted to."""
    if checkpoints is None:
        return np.arange(len(loss), dtype=np.int64), -loss, accuracy
    need_finite(checkpoints, ("run", "loss", "accuracy"))
    run, x, y = (numbers_of(checkpoints, c) for c in ("run", "loss", "accuracy"))
    fits = (run >= 0) & (run < len(loss)) & (run % 1 == 0)
    if len(run) < 2 or not fits.all():
        raise InputError(f"column 'run' must say for two rows or more which of the {len(loss)} runs they are "
                         f"of, from 0 on, got {short(run[~fits].tolist()[:3] or len(run))}.")
    if not ((x > 0).all() and (y >= 0).all() and (y <= 1).all()):
        raise InputError("columns 'loss' and 'accuracy' of the checkpoints must be positive numbers and "
                         "fractions in [0, 1].")
    return run.astype(np.int64), -x, y
