"""Scores of ladders drawn by uniforms and inverse distribution functions, with more noise than items make."""

import numpy as np
from scipy import stats


def draw(rate, n, noise, rng):
    """Scores at the true rates `rate`; noise: "items", ("beta", ratio of variances), ("logit", sd)."""
    p = np.asarray(rate, dtype=float)
    n = np.broadcast_to(np.asarray(n, dtype=float), p.shape)
    u, v = rng.random(p.shape), rng.random(p.shape)
    inside = (p > 0) & (p < 1)
    safe = np.clip(p, 1e-9, 1 - 1e-9)
    if noise[0] == "beta":
        total = 1 / np.minimum((noise[1] - 1) / (n - 1), 0.5) - 1
        p = np.where(inside, stats.beta.ppf(u, safe * total, (1 - safe) * total), p)
    elif noise[0] == "logit":
        p = np.where(inside, 1 / (1 + np.exp(-np.log(safe / (1 - safe)) - noise[1] * stats.norm.ppf(u))), p)
    return np.clip(stats.binom.ppf(v, n, p), 0, n) / n


def most(rate, draws, z=2.5):
    """Largest share of `draws` that a true rate of `rate` leaves likely."""
    return rate + z * np.sqrt(rate * (1 - rate) / draws)
