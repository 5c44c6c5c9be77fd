"""Error rates and power of the three U tests over truths, noises, numbers of models, items and gaps.

    python benchmarks/u_rates.py [sets] [table.csv]

One row a cell: the share of simulated ladders called a U or an inverted U (``rate``), with ``kind`` "false
positive" for monotone truths and "power" for a U; ``cannot_tell`` counts every answer that is neither a
shape nor its absence. The test from counts has a row for each scope, since they are two claims.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import special, stats

from emergence_utils.ladders import Ladder
from emergence_utils.measures.u_regression import LindMehlum, TwoLines
from emergence_utils.measures.u_shape import UFromCounts

Curve = Callable[[np.ndarray], np.ndarray]
#: Of x in decades from 0 to 3.
MONOTONE: dict[str, Curve] = {
    "logistic, narrow": lambda x: .25 + .65 * special.expit(8 * (x - 1.5)),
    "logistic, wide": lambda x: .25 + .65 * special.expit(1.5 * (x - 1.5)),
    "Gompertz": lambda x: .25 + .65 * np.exp(-np.exp(-2.5 * (x - 1.2))),
    "Gompertz, mirrored": lambda x: .9 - .65 * np.exp(-np.exp(2.5 * (x - 1.8))),
    "saturating exponential": lambda x: .25 + .65 * (1 - np.exp(-2 * x)),
    "power-law error": lambda x: 1 - .75 * 10 ** (-.15 * x),
    "line": lambda x: .25 + .2 * x,
    "hinge, flat then rising": lambda x: .25 + .4 * np.maximum(x - 1.5, 0),
    "hinge, rising then flat": lambda x: .25 + .3 * np.minimum(x, 1),
    "falling then flat": lambda x: .7 - .4 * np.minimum(x, 1),
    "drop then flat": lambda x: np.where(x < .3, .8, .4),
    "flat": lambda x: np.full_like(x, .25),
    "zeros then rising": lambda x: .4 * np.maximum(x - 1.5, 0),
}
U: dict[str, Curve] = {
    "U, deep": lambda x: .25 + .4 * ((x - 1.5) / 1.5) ** 2,
    "V": lambda x: .3 + .16 * np.abs(x - 1.5),
    "U, late": lambda x: np.where(x < 2.25, .5 - .09 * x, .3 + .27 * (x - 2.25)),
}
NOISES = ("binomial", "beta-binomial x3", "beta-binomial x11", "logit sd .2")
MODELS, ITEMS, GAPS = (4, 5, 8, 15), (50, 500, 5000), ("even", "uneven")


def place(models: int, gaps: str) -> np.ndarray:
    """Scales over three decades; uneven gaps differ up to ninefold."""
    pattern = [1.0] if gaps == "even" else [1, .35, 2.2, .6, 1.5, .25, 1.8, .9]
    steps = np.resize(pattern, models - 1)
    return np.concatenate([[0], np.cumsum(steps)]) / steps.sum() * 3


def scores(p: np.ndarray, n: int, noise: str, sets: int, rng: np.random.Generator) -> np.ndarray:
    """Simulated scores, shape (sets, models), by inverse distribution functions."""
    inner = np.broadcast_to(np.clip(p, 1e-12, 1 - 1e-12), (sets, len(p)))
    u = rng.random(inner.shape)
    if noise.startswith("beta"):
        size = (n - 1) / (float(noise.rsplit("x", 1)[1]) - 1) - 1
        inner = stats.beta.ppf(u, inner * size, (1 - inner) * size)
    elif noise.startswith("logit"):
        inner = special.expit(special.logit(inner) + .2 * special.ndtri(u))
    certain = (p <= 0) | (p >= 1)
    return np.asarray(stats.binom.ppf(rng.random(inner.shape), n, np.where(certain, p, inner)) / n)


def rates(truths: dict[str, Curve], *, sets: int, kind: str, models: tuple[int, ...] = MODELS,
          items: tuple[int, ...] = ITEMS, gaps: tuple[str, ...] = GAPS, noises: tuple[str, ...] = NOISES,
          seed: int = 0) -> pd.DataFrame:
    """One row a test and cell."""
    tests = {"Lind-Mehlum": LindMehlum(), "two lines": TwoLines(), "U from counts": UFromCounts(draws=10_000)}
    rng, rows = np.random.default_rng(seed), []
    for m, gap, (name, curve), noise, n in itertools.product(models, gaps, truths.items(), noises, items):
        x = place(m, gap)
        ladders = [Ladder.of(10**x, y, n) for y in scores(curve(x), n, noise, sets, rng)]
        cell = {"truth": name, "noise": noise, "models": m, "n": n, "gaps": gap, "kind": kind, "nominal": .05}
        for test, measure in tests.items():
            found = [measure(ladder) for ladder in ladders]
            scopes = ("sizes", "these models") if test == "U from counts" else ("",)
            unsure = np.mean([r.answer in ("cannot tell", "not testable", "not applicable", "none found")
                              for r in found])
            for scope in scopes:
                rate = np.mean([r.answer in ("U", "inverted U") and getattr(r, "scope", "") == scope
                                for r in found])
                rows.append({"test": f"{test}, {scope}" if scope else test} | cell | {
                    "rate": rate, "mc_error": np.sqrt(max(rate * (1 - rate), 1 / sets) / sets),
                    "cannot_tell": unsure, "draws": sets})
    return pd.DataFrame(rows)


def main(sets: int = 200) -> pd.DataFrame:
    """The whole battery: about four hours on one core at 1000 sets a cell."""
    return pd.concat([rates(MONOTONE, sets=sets, kind="false positive"), rates(U, sets=sets, kind="power")])


if __name__ == "__main__":
    table = main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    if len(sys.argv) > 2:
        table.round(6).to_csv(sys.argv[2], index=False)
    print(table.groupby(["kind", "test", "models"])[["rate", "cannot_tell"]].agg(["mean", "max"]).to_string())
