"""Size and power of the U tests by regression, stored in ushape_calibration.csv beside this file.

Run from the checkout, about ten minutes on one core:

    .venv/bin/python benchmarks/ushape_calibration.py

Chapter 5 reads the table; tests/chapters re-runs a part of it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from emergence_utils import scores
from emergence_utils.chapters.ushape.calibration import SIMULATED_CURVES, rejection_rates

TABLE = Path(__file__).with_suffix(".csv")
SETS = 1000
PUBLIC_SETS = 400
POINTS = (3, 5, 8, 12, 20, 65)
NOISE = (0.5, 0.1)
SHARES = (0.0, 0.5, 0.8)


def public_models() -> tuple[np.ndarray, np.ndarray]:
    """Scales (log10 FLOPs) and families of the public models, for noise that families share."""
    rows = scores.load("expemergence", task="mmlu", metric="multiple_choice_grade")
    rows = rows.dropna(subset=["train_flops"])
    return np.log10(rows["train_flops"].to_numpy()), rows["family"].to_numpy()


def main(n_sets: int = SETS, public_sets: int = PUBLIC_SETS) -> pd.DataFrame:
    """All rates; even scales first, then the scales and families of the public models."""
    jobs = [{"curve": c, "x": np.linspace(0, 1, n), "noise": s}
            for c in SIMULATED_CURVES for n in POINTS for s in NOISE]
    scale, family = public_models()
    jobs += [{"curve": c, "x": scale, "noise": 0.5, "families": family, "family_share": share,
              "robust": robust}
             for c in ("flat", "line", "U") for share in SHARES for robust in (False, True)]
    parts, start = [], time.monotonic()
    for i, job in enumerate(jobs):
        sets = public_sets if "families" in job else n_sets
        parts.append(rejection_rates(n_sets=sets, seed=i, **job).assign(
            scales="public models" if "families" in job else "even", seed=i))
        left = (time.monotonic() - start) / (i + 1) * (len(jobs) - i - 1)
        sys.stderr.write(f"\r{i + 1}/{len(jobs)}, about {left:.0f} s left ")
    sys.stderr.write("\n")
    return pd.concat(parts, ignore_index=True)


if __name__ == "__main__":
    main().round(6).to_csv(TABLE, index=False)
