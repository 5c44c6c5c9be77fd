"""What fitting ladders together saves, and what a forecast costs by the number of ladders.

``python benchmarks/forecast_speed.py`` prints the table and stores it in ``benchmarks/forecast_speed.csv``.
The same logistic fits, from the same starts, are made by `fit_block` for all ladders at once and by a loop
over `scipy.optimize.minimize` (L-BFGS-B with the analytic gradient, on one ladder) in one run; "loop, best
start" follows only the start with the lowest loss, which finds fewer of the best curves. Ladders are real
ones: cuts of Gadre's models on tasks with counted items. Costs by number are of made-up ladders of eight
models on 25 different sets of scales (logistic truths, 500 items). Seconds are of the processor, one core.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize

from emergence_utils.curves import Logistic as Curve
from emergence_utils.curves.batch import starts_of
from emergence_utils.curves.losses import Problem
from emergence_utils.forecasts import Line, Logistic, Power, Vote, hold_outs
from emergence_utils.forecasts.base import facts_of
from emergence_utils.forecasts.fitting import blocks, fit_block
from emergence_utils.forecasts.framing import units

SAMPLE = 200
LADDERS = (100, 300, 1000, 3000, 10_000)
_LOG9 = 2 * np.log(9)


def one_loss(theta, x, y, n, floor):
    """Half the deviance of a logistic curve with a free ceiling on one ladder, and its gradient."""
    middle, log_width, ceiling = theta
    width = np.exp(log_width)
    z = (x - middle) / width
    with np.errstate(over="ignore"):
        r = 1 / (1 + np.exp(-_LOG9 * z))
    p = np.clip(floor + (ceiling - floor) * r, 1e-9, 1 - 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        right, wrong = y * np.log(y / p), (1 - y) * np.log((1 - y) / (1 - p))
        terms = np.where(y > 0, right, 0) + np.where(y < 1, wrong, 0)
    loss, slope = np.sum(n * terms), n * (p - y) / (p * (1 - p))
    turn = (ceiling - floor) * _LOG9 * r * (1 - r)
    return loss, np.array([np.sum(-slope * turn / width), np.sum(-slope * turn * z), np.sum(slope * r)])


def looped(x, y, n, floor, starts, low, high):
    """Lowest loss of every ladder: one search after the other."""
    best = np.full(len(x), np.inf)
    for i in range(len(x)):
        for start in starts[i]:
            found = optimize.minimize(one_loss, start, args=(x[i], y[i], n[i], floor[i]), jac=True,
                                      method="L-BFGS-B", bounds=list(zip(low[i], high[i], strict=True)))
            best[i] = min(best[i], found.fun)
    return best


def sample():
    """Real ladders with counted items and one length: x, y, n, floor, starts and box."""
    questions = hold_outs("gadre")
    table = units(questions.known, facts_of(questions.known))
    block = max(blocks(table[table["counted"]], ("x", "unit", "n", "guess")), key=len)
    block = block.part(slice(0, SAMPLE))
    x, y, n, floor = block["x"], block["unit"], block["n"], block["guess"][:, 0]
    starts, low, high = [], [], []
    for i in range(len(x)):
        curve = Curve(float(floor[i]))
        starts.append(starts_of(Problem(curve, x[i], y[i:i + 1], n[i:i + 1], "binomial"))[0])
        ends = curve.bounds(x[i], y[i])
        low.append([*ends[0][:2], 1e-6])  # as there: tasks below chance end below their floor
        high.append(ends[1])
    return x, y, n, floor, np.array(starts), np.array(low), np.array(high)


def against_a_loop() -> list[dict[str, object]]:
    """Seconds of the same fits, together and one by one."""
    x, y, n, floor, starts, low, high = sample()
    begun = time.process_time()
    fitted = fit_block(Curve(None, None), x, y, n, "binomial", held={"floor": floor})
    together = time.process_time() - begun
    loss = Problem(Curve(None, None), x, y, n, "binomial").loss(fitted.theta, np.arange(len(x)))
    at_start = np.array([[one_loss(t, *row)[0] for t in s]
                         for s, *row in zip(starts, x, y, n, floor, strict=True)])
    only = np.take_along_axis(starts, at_start.argmin(axis=1)[:, None, None], axis=1)
    rows = [{"what": "together", "method": "logistic", "ladders": len(x), "seconds": together}]
    for name, begin in (("loop, same starts", starts), ("loop, best start", only)):
        begun = time.process_time()
        alone = looped(x, y, n, floor, begin, low, high)
        rows.append({"what": name, "method": "logistic", "ladders": len(x),
                     "seconds": time.process_time() - begun,
                     "worse_than_together": np.mean(alone > loss + 1e-3),
                     "better_than_together": np.mean(alone < loss - 1e-3)})
    return [row | {"times_slower": row["seconds"] / together} for row in rows]


def made_up(ladders: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Known models and questions of ladders of eight models, logistic in the logarithm of scale."""
    rng = np.random.default_rng(seed)
    grids = np.sort(rng.uniform(18, 22, (25, 9)), axis=1)
    x = grids[rng.integers(0, 25, ladders)]
    middle, width, top = (rng.uniform(a, b, ladders) for a, b in ((19, 23), (1, 5), (0.4, 1)))
    p = top[:, None] / (1 + np.exp(-_LOG9 * (x - middle[:, None]) / width[:, None]))
    score = rng.binomial(500, p) / 500
    case = np.repeat(np.arange(ladders), 8)
    known = pd.DataFrame({"case": case, "scale": 10 ** x[:, :8].ravel(), "score": score[:, :8].ravel(),
                          "n_examples": 500.0, "metric": "exact_match", "chance": 0.0})
    return known, pd.DataFrame({"case": np.arange(ladders), "scale": 10 ** x[:, 8]})


def by_number() -> list[dict[str, object]]:
    """Seconds of a forecast of so many ladders at once."""
    rows = []
    for method in (Line(), Power(), Logistic(), Vote()):
        for ladders in LADDERS:
            known, asked = made_up(ladders)
            begun = time.process_time()
            method(known, asked)
            rows.append({"what": "by number", "method": method.name, "ladders": ladders,
                         "seconds": time.process_time() - begun})
    return rows


if __name__ == "__main__":
    Logistic()(*made_up(5))  # imports are not timed
    table = pd.DataFrame([*against_a_loop(), *by_number()])
    table["ms_a_ladder"] = 1000 * table["seconds"] / table["ladders"]
    print(table.to_string(index=False))
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False, float_format="%.4g")
