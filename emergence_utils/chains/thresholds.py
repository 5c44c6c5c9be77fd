"""Smooth abilities behind a threshold: how it looks, and which ladders could tell it from a step."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..curves import Logistic, Step, fit
from ..emergence import Rules, jump_test, presence_all
from ..errors import InputError

__all__ = ["jumps_of_emergent", "latent_threshold", "share_passing", "step_power"]

Array = NDArray[np.float64]


def latent_threshold(scale: ArrayLike, level: float, *, slope: float = 1.0,
                     spread: float = 0.3) -> pd.DataFrame:
    """A steadily growing ability and the share of tasks on which it exceeds what is needed. Simulated.

    The ability grows by `slope` per decade; what a task needs is normal around `level` with
    standard deviation `spread` (both in units of the ability).

    Returns
    -------
    DataFrame
        ``scale``, ``ability`` (over its range), ``useful`` (share of tasks).

    Examples
    --------
    >>> latent_threshold([1, 10, 100], level=1.0)["useful"].round(3).tolist()
    [0.0, 0.5, 1.0]
    """
    from scipy import special

    x = np.log10(np.asarray(scale, dtype=float))
    if spread <= 0 or slope <= 0:
        raise InputError(f"slope and spread must be positive, got {slope} and {spread}.")
    ability = slope * (x - x.min())
    return pd.DataFrame({"scale": 10**x, "ability": ability / ability.max(),
                         "useful": special.ndtr((ability - level) / spread)})


def share_passing(grid: pd.DataFrame, level: float) -> pd.Series:
    """Share of tasks at each scale whose score above guessing reaches `level`.

    Examples
    --------
    >>> share_passing(pd.DataFrame([[0.1, 0.6], [0.5, 0.9]]), 0.5).tolist()
    [0.5, 1.0]
    """
    if not 0 < level < 1:
        raise InputError(f"level must lie in (0, 1), got {level}.")
    return (grid >= level).mean()


def jumps_of_emergent(data: pd.DataFrame, *, min_models: int = 7, rules: Rules | None = None,
                      n_resamples: int = 200, seed: int = 0) -> pd.DataFrame:
    """Ladders that are absent and then present: does a smooth rise suffice, and could one tell?

    Parameters
    ----------
    data : DataFrame
        From `ladders`; ladders without chance level or counts of items are left out.
    min_models : int
    rules : Rules, optional
    n_resamples, seed

    Returns
    -------
    DataFrame
        One row per emergent ladder: source, ladder, task, prompting, ``p_value`` of the jump test,
        ``gap`` (decades across the largest step), ``power`` (see `step_power`).
        ``attrs["patterns"]`` counts the ladders by pattern.
    """
    r = rules or Rules()
    known = data[data["chance"].notna() & data.groupby("key")["n_examples"].transform("count").eq(
        data.groupby("key")["scale"].transform("size"))]
    known = known[known.groupby("key")["scale"].transform("size") >= min_models]
    patterns = presence_all(known, x="scale", by=["key"], rules=r)
    rows = []
    emergent = patterns.loc[patterns["pattern"] == "emergent", "key"]
    for _, g in known[known["key"].isin(emergent)].groupby("key"):
        jump = jump_test(np.log10(g["scale"]), g["value"], g["n_examples"], min_width=r.min_width,
                         n_resamples=n_resamples, seed=seed)
        rows.append(g[["source", "ladder", "task", "prompting"]].iloc[0].to_dict() | {
            "p_value": jump.p_value, "gap": jump.gap,
            "power": step_power(g["scale"], g["value"], g["n_examples"], min_width=r.min_width, alpha=r.alpha,
                                n_resamples=n_resamples, seed=seed)})
    out = pd.DataFrame(rows)
    out.attrs["patterns"] = patterns["pattern"].value_counts().to_dict()
    return out


def step_power(scale: ArrayLike, value: ArrayLike, n_examples: ArrayLike, *, min_width: float = 1.0,
               alpha: float = 0.05, n_resamples: int = 500, seed: int = 0) -> float:
    """Chance that the jump test would notice if this ladder's truth were a pure step.

    The best-fitting step is taken as the truth; the smooth null (at least `min_width` wide) is
    fitted to it once, without noise, and both are drawn with binomial noise. A low value means
    that this ladder cannot tell a step from a smooth rise, whatever its test says.

    Parameters
    ----------
    scale : array-like, shape (n,)
        Not yet logged.
    value, n_examples : array-like
        Fractions right and items.
    min_width, alpha
        As in `emergence.jump_test`.
    n_resamples, seed

    Returns
    -------
    float
        In [0, 1].
    """
    x = np.log10(np.asarray(scale, dtype=float))
    order = np.argsort(x, kind="stable")
    x, y = x[order], np.asarray(value, dtype=float)[order]
    n = np.broadcast_to(np.asarray(n_examples, dtype=float), x.shape)[order]
    if len(x) < 4 or not np.isfinite(n).all():
        raise InputError(f"step_power needs at least four models with counts of items, got {len(x)}.")
    truth = fit(Step(), x, y, n).predict(x)
    null = fit(Logistic(floor=None, min_width=min_width), x, truth, n).predict(x)
    counts, rng = np.rint(n).astype(int), np.random.default_rng(seed)

    def largest(mean: Array) -> Array:
        drawn = rng.binomial(counts, np.clip(mean, 0, 1), size=(n_resamples, len(x))) / counts
        return np.asarray(np.diff(drawn, axis=1).max(axis=1))

    limit = np.quantile(largest(null), 1 - alpha)
    return float(np.mean(largest(truth) > limit))
