"""How well `curves.forecast` foretells the largest model of every shipped ladder.

``python benchmarks/forecasts.py [LADDERS PER SOURCE]`` prints the table and stores it in
``benchmarks/forecasts.csv``. A ladder is the models of one family that differ in parameters, at their last
checkpoint (trained alike, where a source trains one size in several ways), on one task asked in one way under
one all-or-nothing metric with known items. The width of the band was fitted to the sources marked "fixed on".
The others had no part in that; their errors were seen once, on a part of the ladders, before the saturating
families were kept from rising within less than half of the data. All ladders take about ten minutes on one
core.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from emergence_utils.curves import forecast
from emergence_utils.ladders import Ladder
from emergence_utils.metrics import get_metric, list_metrics
from emergence_utils.scores import list_datasets, load

KEYS = ["source", "family", "way", "task", "subset", "metric", "prompting", "n_shot"]
FEWEST = 6
#: Sources on which the rule was fixed.
FIXED_ON = ("bigg", "gpt3", "pythia")


def scores(source: str) -> pd.DataFrame:
    """Scores of finished models under all-or-nothing metrics."""
    table = load(source)
    hard = [m for m in list_metrics() if get_metric(m).all_or_nothing]
    table = table[table["metric"].isin(hard) & table["n_examples"].notna() & table["params"].notna()]
    ratio = (table["tokens"] / (20 * table["params"])).round(1)
    several = source in ("gadre", "olmo_ladder")  # one size trained for several lengths
    table = table.assign(way=ratio.map("{:g} x 20".format) if several else "")
    finished = ["model", "seed", *KEYS]
    return table.sort_values("tokens", kind="stable").groupby(finished, dropna=False).tail(1)


def ladders(source: str) -> Iterator[Ladder]:
    """Every ladder of six or more models that differ in size."""
    for _, g in scores(source).groupby(KEYS, dropna=False):
        if len(g) >= FEWEST and not g["params"].duplicated().any():
            yield Ladder.of(g["params"], g["value"], g["n_examples"], metric=g["metric"].iloc[0])


def largest_held_out(ladder: Ladder) -> dict[str, float]:
    """Errors of three forecasts of the largest model from the others."""
    n = ladder.n_examples
    assert n is not None
    known = Ladder.of(ladder.scale[:-1], ladder.score[:-1], n[:-1],
                      metric=ladder.metric.name if ladder.metric else None)
    truth, told = ladder.score[-1], forecast(known, at=ladder.scale[-1])
    line = float(np.clip(np.polyval(np.polyfit(known.x, known.score, 1), ladder.x[-1]), 0, 1))
    band = told.interval
    return {"error": abs(truth - told.estimate), "error_same_as_last": abs(truth - known.score[-1]),
            "error_line": abs(truth - line), "inside_90": float(band is not None and truth in band),
            "band_width": band.width if band is not None else np.nan}


def benchmark(most: int | None = None) -> pd.DataFrame:
    """One row a source: mean absolute errors, share inside the 90 % band, mean width of the band."""
    rows = []
    for source in list_datasets().query("kind == 'scores'")["source"]:
        found = list(ladders(source))
        if most is not None and len(found) > most:
            chosen = np.random.default_rng(0).choice(len(found), most, replace=False)
            found = [found[i] for i in np.sort(chosen)]
        if found:
            each = pd.DataFrame([largest_held_out(f) for f in tqdm(found, desc=source,
                                                                   disable=not sys.stderr.isatty())])
            rows.append({"source": source, "rule": "fixed on" if source in FIXED_ON else "tested on",
                         "ladders": len(each), **each.mean().round(4)})
    table = pd.DataFrame(rows)
    numbers = table.columns[3:]
    for rule in ("fixed on", "tested on"):
        part = table[table["rule"] == rule]
        mean = {"source": "mean of sources", "rule": rule, "ladders": int(part["ladders"].sum())}
        table.loc[len(table)] = mean | part[numbers].mean().round(4).to_dict()
    return table


if __name__ == "__main__":
    done = benchmark(int(sys.argv[1]) if len(sys.argv) > 1 else None)
    print(done.to_string(index=False))
    done.to_csv(Path(__file__).with_suffix(".csv"), index=False)
