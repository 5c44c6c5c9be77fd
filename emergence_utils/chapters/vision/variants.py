"""Other hard scores on the same outputs: one threshold for each image, and all of K images right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..._checks import count
from ..._typed import checked
from ...errors import InputError
from ...intervals import clustered
from .errors import Errors

__all__ = ["all_of", "scattered"]


@checked
def scattered(errors: Errors, cuts: Sequence[float], *, seed: int = 0) -> pd.DataFrame:
    """A score that is all or nothing for each image, with a threshold that differs from image to image.

    Each image draws one of the thresholds; every threshold serves as many images, to one.

    Returns
    -------
    DataFrame
        A score table: one row a width and seed, metric ``reconstruction``.
    """
    n, widths = errors.squared.shape[2], len(errors.widths)
    if not len(cuts):
        raise InputError("cuts must hold at least one threshold.")
    order = np.argsort(np.random.default_rng(count("seed", seed)).random(n), kind="stable")
    own = np.asarray(cuts)[order % len(cuts)]
    share = (errors.squared < own).mean(axis=2)
    return pd.DataFrame([
        {"source": "vision_digits", "family": "autoencoder", "model": f"autoencoder-{errors.widths[w]}",
         "params": errors.params[w], "params_kind": "total", "seed": s, "task": "within_own_threshold",
         "metric": "reconstruction", "value": share[w, s], "n_examples": n, "chance": 0.0}
        for w in range(widths) for s in range(errors.squared.shape[1])])


@checked
def all_of(scores: pd.DataFrame, sizes: Sequence[int]) -> pd.DataFrame:
    """Chance that K images drawn at random are all right, from the number of right ones in each run.

    Without replacement: of n images with r right, :math:`\\binom{r}{K} / \\binom{n}{K}`, the mean over all
    groups of K. Nothing but the accuracy of a run goes into it.

    Parameters
    ----------
    scores : DataFrame
        Rows of the task ``classify``: params, seed, value, n_examples.
    sizes : sequence of int
        K.

    Returns
    -------
    DataFrame
        Columns K, params, value (mean over seeds), low and high (its interval, Student's t).
    """
    right = np.rint(scores["value"].to_numpy() * scores["n_examples"].to_numpy())
    n = scores["n_examples"].to_numpy(dtype=float)
    rows = []
    for size in sizes:
        if not 1 <= size <= n.min():
            raise InputError(f"sizes must lie between 1 and {n.min():g} images, got {size}.")
        steps = np.arange(size)
        chance = np.prod(np.clip(right[:, None] - steps, 0, None) / (n[:, None] - steps), axis=1)
        for params, runs in pd.Series(chance).groupby(scores["params"].to_numpy()):
            mean = clustered(runs, np.arange(len(runs)))
            low, high = (mean.interval.low, mean.interval.high) if mean.interval else (np.nan, np.nan)
            rows.append({"K": size, "params": params, "value": mean.estimate, "low": max(low, 0.0),
                         "high": min(high, 1.0)})
    if not rows:
        raise InputError("sizes must hold at least one number of images.")
    return pd.DataFrame(rows)
