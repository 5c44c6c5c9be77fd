"""The same outputs under two scores: where each of them jumps, and how much larger the hard one's step is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..._checks import FloatArray, at_least_one
from ..._typed import checked
from ...errors import InputError
from ...ladders import Ladder, ladders, measure
from ...measures import Forecastability, Jump, JumpResult
from ...resample import bootstrap
from ...results import Result
from .errors import Errors

__all__ = ["jumps", "largest_steps", "mean_error_jump", "paces", "seed_means", "step_difference",
           "thresholds"]

_PREFIX = "within_"


@checked
def thresholds(scores: pd.DataFrame) -> list[float]:
    """The thresholds of ``vision_digits``, rising; each stands in the name of its task.

    Examples
    --------
    >>> thresholds(pd.DataFrame({"task": ["within_0.02", "reconstruct", "within_0.001"]}))
    [0.001, 0.02]
    """
    tasks = scores["task"].drop_duplicates()
    return sorted(float(t.removeprefix(_PREFIX)) for t in tasks if t.startswith(_PREFIX))


@checked
def seed_means(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean over seeds of each task at each size; seeds are scored on the same images, so n stays theirs.

    Returns
    -------
    DataFrame
        Columns task, params, value, n_examples, runs, threshold (in words; the task where there is none).
    """
    means = scores.groupby(["task", "params"], as_index=False).agg(
        value=("value", "mean"), n_examples=("n_examples", "min"), runs=("value", "size"))
    return means.assign(threshold=means["task"].str.replace(_PREFIX, "within "))


@checked
def mean_error_jump(errors: Errors, jump: Jump | None = None) -> JumpResult:
    """The jump test on the mean squared error; its range goes from the mean image's error to none.

    Parameters
    ----------
    errors : Errors
    jump : Jump, optional
        Pace and other settings; its ``span`` is replaced.

    Returns
    -------
    JumpResult
    """
    test = jump or Jump()
    mean = errors.squared.mean(axis=2)  # by width and seed
    spread = np.sqrt(mean.var(axis=1, ddof=1).mean() / mean.shape[1])
    ladder = Ladder.of(errors.params, mean.mean(axis=1), metric="squared_error",
                       stderr=np.full(len(mean), spread))
    span = float(errors.mean_image.mean())
    return Jump(test.pace, test.level, test.dispersion, test.material, span)(ladder)


@checked
def jumps(scores: pd.DataFrame, jump: Jump | None = None) -> pd.DataFrame:
    """The jump test under each threshold, and whether the models before the jump foretell it.

    Parameters
    ----------
    scores : DataFrame
        Rows of ``vision_digits`` with the metric ``reconstruction``.
    jump : Jump, optional

    Returns
    -------
    DataFrame
        One row a threshold, rising: ``cut``, the columns of `measure`, ``pace``, ``pace_low`` and
        ``pace_high`` (fastest rise in ranges per decade, with its interval), ``missed``: for a sharp one,
        whether the model after the jump scores beyond the forecast from all smaller ones ("yes", "no" or
        "cannot tell"), else an empty text; ``before``: score of the last model before that rise.
    """
    test = jump or Jump()
    found = ladders(scores)
    table = measure(found, test)
    missed, before = [], []
    for ladder, row in zip(found, table.itertuples(), strict=True):
        at = int(np.searchsorted(ladder.scale, row.between[1]))  # type: ignore[index]
        sharp = row.answer == "sharp"
        before.append(float(ladder.score[at - 1]))
        missed.append(Forecastability()(ladder.part(slice(at + 1))).better if sharp else "")
    table = table.assign(
        cut=[float(t.removeprefix(_PREFIX)) for t in table["task"]], missed=missed, before=before,
        pace=table["estimate"] / table["gap"], pace_low=table["low"] / table["gap"],
        pace_high=table["high"] / table["gap"])
    return table.sort_values("cut", ignore_index=True)


@checked
def paces(scores: pd.DataFrame, errors: Errors, limits: Sequence[float]) -> pd.DataFrame:
    """How many thresholds the jump test calls sharp if a smooth curve may rise faster or slower.

    Parameters
    ----------
    scores : DataFrame
        Rows of ``vision_digits`` with the metric ``reconstruction``.
    errors : Errors
    limits : sequence of float
        Paces, in ranges per decade of parameters.

    Returns
    -------
    DataFrame
        Columns pace, sharp, gradual, cannot_tell (numbers of thresholds), squared_error (its answer).

    Raises
    ------
    InputError
        If `limits` is empty or a pace is not above 0.
    """
    at_least_one("limits", limits, "pace")
    rows = []
    for pace in limits:
        answers = measure(scores, Jump(pace=pace))["answer"]
        rows.append({"pace": pace, "sharp": int((answers == "sharp").sum()),
                     "gradual": int((answers == "gradual").sum()),
                     "cannot_tell": int((answers == "cannot tell").sum()),
                     "squared_error": mean_error_jump(errors, Jump(pace=pace)).answer})
    return pd.DataFrame(rows)


@checked
def largest_steps(errors: Errors, cuts: Sequence[float]) -> pd.DataFrame:
    """Largest rise between neighbours under each threshold, and that of the squared error.

    Returns
    -------
    DataFrame
        One row a threshold: ``cut``, ``share`` (largest step of the share of images within it), ``error``
        (largest step of the mean error as a share of the mean image's), ``share_pace`` and ``error_pace``
        (fastest rise between neighbours, in ranges per decade of size; no noise is taken into account).
    """
    within, removed = _blocks(errors, cuts)
    shares, error = _steps(within, removed)
    decades = np.diff(np.log10(errors.params))
    return pd.DataFrame({
        "cut": list(cuts), "share": shares, "error": error,
        "share_pace": (np.diff(within.mean(axis=0), axis=0) / decades[:, None]).max(axis=0),
        "error_pace": float((np.diff(removed.mean(axis=0)) / decades).max())})


@checked
def step_difference(errors: Errors, cuts: Sequence[float], *, n_resamples: int = 1000,
                    seed: int = 0) -> Result:
    """Largest step of the share within a threshold less that of the squared error, mean over thresholds.

    Both are shares of the metric's own range, of the same models on the same images; were the two metrics
    alike, the difference would be about zero. Images are drawn again; seeds are averaged.

    Returns
    -------
    Result
        In shares of the range; n counts images.
    """
    within, removed = _blocks(errors, cuts)

    def difference(rows: FloatArray) -> float:
        at = rows.astype(np.int64)
        shares, error = _steps(within[at], removed[at])
        return float(shares.mean() - error)

    n = within.shape[0]
    return bootstrap(difference, np.arange(n, dtype=float), n_resamples=n_resamples, seed=seed)


def _blocks(errors: Errors, cuts: Sequence[float]) -> tuple[FloatArray, FloatArray]:
    """By image: within each threshold under each width, (n, w, c); error removed, (n, w)."""
    if not len(cuts) or min(cuts) <= 0:
        raise InputError(f"cuts must hold at least one number above 0, got {list(cuts)}.")
    within = np.stack([errors.within(cut).T for cut in cuts], axis=2)
    removed = (errors.mean_image - errors.squared.mean(axis=1)).T / errors.mean_image.mean()
    return within, removed


def _steps(within: FloatArray, removed: FloatArray) -> tuple[FloatArray, float]:
    return np.diff(within.mean(axis=0), axis=0).max(axis=0), float(np.diff(removed.mean(axis=0)).max())
