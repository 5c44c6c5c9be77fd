"""How fast many fits are, beside the same loop with `scipy.optimize.curve_fit`.

``python benchmarks/fit_speed.py`` prints the table and stores it in ``benchmarks/fit_speed.csv``: 1,000
bootstraps of a logistic curve with four free parameters on 20 points, and 300 draws of each of 100 such
curves. The loop starts at the optimum of the data and is timed on a part of the draws, as the table says.
``agree`` is the largest excess of our loss over that of the loop, in parts of the latter.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import curve_fit

from emergence_utils.curves import Logistic, fit_many

CURVE, POINTS = Logistic(floor=None), 20
X = np.linspace(0, 6, POINTS)


def draws(curves: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    """Data of each curve, shape (curves, 20), and residual bootstraps, shape (curves, each, 20)."""
    rng = np.random.default_rng(0)
    truth = np.column_stack([rng.uniform(2, 4, curves), rng.uniform(0.3, 1.2, curves),
                             rng.uniform(0.05, 0.3, curves), rng.uniform(0.7, 0.95, curves)])
    mean = CURVE(X, truth)
    data = mean + 0.03 * rng.standard_normal(mean.shape)
    return data, mean[:, None] + 0.03 * rng.standard_normal((curves, each, POINTS))


def loop(data: np.ndarray, start: np.ndarray) -> tuple[float, np.ndarray]:
    """Seconds a fit and losses of `curve_fit` by its bounded method."""
    low, high = CURVE.bounds(X, data[0])
    inside = np.clip(start, low + 1e-9, high - 1e-9)

    def model(x: np.ndarray, *theta: float) -> np.ndarray:
        return CURVE(x, np.array(theta))

    begun = time.perf_counter()
    found = [curve_fit(model, X, y, p0=inside, bounds=(low, high), method="trf")[0] for y in data]
    seconds = (time.perf_counter() - begun) / len(data)
    return seconds, np.array([0.5 * np.sum((y - CURVE(X, t)) ** 2) for y, t in zip(data, found, strict=True)])


def compare(name: str, curves: int, each: int, timed: int) -> dict[str, object]:
    """Times of `curves` x `each` fits, ours in full, the loop's from the first `timed` draws of each."""
    data, drawn = draws(curves, each)
    begun = time.perf_counter()
    optimum, _ = fit_many(CURVE, X, data)
    losses = [fit_many(CURVE, X, d, starts=o[None])[1] for d, o in zip(drawn, optimum, strict=True)]
    ours = time.perf_counter() - begun
    seconds, excess = [], []
    for d, o, found in zip(drawn, optimum, losses, strict=True):
        second, reference = loop(d[:timed], o)
        seconds.append(second)
        excess.append(np.max((found[:timed] - reference) / reference))
    theirs = float(np.mean(seconds)) * curves * each
    return {"case": name, "fits": curves * each, "loop_timed_on": curves * timed, "ours_s": round(ours, 3),
            "loop_s": round(theirs, 1), "times_faster": round(theirs / ours, 1),
            "agree": f"{max(excess):.1e}"}


if __name__ == "__main__":
    table = pd.DataFrame([compare("1,000 bootstraps of one curve", 1, 1000, 300),
                          compare("300 draws of 100 curves", 100, 300, 3)])
    print(table.to_string(index=False))
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False)
