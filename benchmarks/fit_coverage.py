"""How often the 95 % intervals of `fitting.fit` hold the truth on simulated ladders.

``python benchmarks/fit_coverage.py [LADDERS] [RESAMPLES]`` prints the table and stores it in
``benchmarks/fit_coverage.csv``. The defaults take about ten minutes on one core.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from emergence_utils.curves import Line, Logistic, Segmented, fit

#: family, true parameters, items per score (None: normal noise), standard deviation of that noise
CASES = {
    "line": (Line(), [0.1, 0.15], None, 0.05),
    "logistic": (Logistic(floor=0.25, ceiling=1.0), [3.0, float(np.log(2.5))], 400, None),
    "logistic, free ceiling": (Logistic(floor=0.25), [2.6, float(np.log(2.0)), 0.85], 400, None),
    "segmented": (Segmented(), [0.2, 0.02, 0.2, 3.0], None, 0.02),
}


def coverage(name: str, ladders: int, resamples: int, points: int = 20, seed: int = 0) -> pd.DataFrame:
    """Share of simulated ladders of `points` models whose interval holds each true parameter."""
    curve, truth, items, noise = CASES[name]
    x = np.linspace(0, 6, points)
    mean = curve(x, np.array(truth))
    rng = np.random.default_rng(seed)
    held = []
    for i in tqdm(range(ladders), desc=name, disable=not sys.stderr.isatty()):
        y = mean + rng.normal(0, noise, points) if items is None else rng.binomial(items, mean) / items
        found = fit(curve, x, y, items, n_resamples=resamples, seed=i)
        held.append([t in found.intervals[p] for p, t in zip(curve.parameters, truth, strict=True)])
    share = np.mean(held, axis=0)
    return pd.DataFrame({"case": name, "parameter": curve.parameters, "coverage": share.round(4),
                         "ladders": ladders, "resamples": resamples, "points": points})


if __name__ == "__main__":
    size, draws = (int(a) for a in (*sys.argv[1:], *("400", "300")[len(sys.argv) - 1 :]))
    table = pd.concat([coverage(c, size, draws) for c in CASES], ignore_index=True)
    print(table.to_string(index=False))
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False)
