"""Emergent tasks from principal components of standard benchmarks, at the published cut-offs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize

from ... import scores
from ..._checks import BoolArray, FloatArray
from .row import Reproduction

__all__ = ["observational"]

_GROUP = "observational scaling"
_SOURCE = "ruan2024observational"
_BENCHMARKS = (
    "mmlu",
    "arc_challenge",
    "hellaswag",
    "winogrande",
    "truthfulqa_mc2",
    "gsm8k",
    "xwinograd",
    "humaneval",
)
#: Cut-off in FLOPs and level of guessing by task: that of Llama 2 7B, lower for arithmetic, where the
#: predictors leave out GSM8K (the authors' released notebooks).
_TASKS = {
    "word_unscrambling": (8.4e22, 0.0),
    "parsinlu_qa": (8.4e22, 0.25),
    "subtraction_3_digit": (2.2e22, 0.0),
    "multiplication_2_digit": (2.2e22, 0.0),
}
#: Families that the authors evaluated.
_FAMILIES = (
    "Llama-2",
    "Llama",
    "Llama-3",
    "Qwen1.5",
    "Qwen",
    "Mistral",
    "Mixtral",
    "Yi",
    "Gemma",
    "Falcon",
    "Phi",
    "Pythia",
    "BLOOM",
    "GPT-Neo/J",
    "OPT",
    "MPT",
    "XGLM",
    "CodeLlama",
    "StarCoder",
    "StarCoder2",
    "DeepSeek-Coder",
)
_COMPONENTS = 3
#: Largest floor of the sigmoid, as in the authors' code.
_FLOOR = 0.2


def observational() -> list[Reproduction]:
    """Models on both sides of the cut, and errors beyond it from components and from compute alone."""
    table = scores.load("obsscaling")
    models = table[table["family"].isin(_FAMILIES)].drop_duplicates("model")
    newer = (
        "the shipped table is of a later date than the paper; numbers of models as another repository that "
        "uses its data tells them"
    )
    rows = [
        Reproduction(_GROUP, what, published, float(ours), 0.0, _SOURCE, newer)
        for what, published, ours in (
            ("families", 21.0, models["family"].nunique()),
            ("models at or below 8.4e22 FLOPs", 47.0, (models["train_flops"] <= 8.4e22).sum()),
            ("models above, or of unknown compute", 30.0, (~(models["train_flops"] <= 8.4e22)).sum()),
        )
    ]
    table, errors = table[table["train_flops"].notna()], []
    for task, (cut, chance) in _TASKS.items():
        x, compute, y = _task(table, task)
        small = compute <= cut
        by_components = _error(_components(x, small), y, small, chance)
        by_compute = _error(np.log10(compute)[:, None], y, small, chance)
        errors.append(by_components < by_compute)
        rows.append(
            Reproduction(
                _GROUP,
                f"{task}: error of components over that of compute",
                float("nan"),
                by_components / by_compute,
                0.0,
                _SOURCE,
                f"mean squared errors {by_components:.4f} and {by_compute:.4f} on "
                f"{int((~small).sum())} models beyond {cut:.2g} FLOPs, {int(small.sum())} below; "
                "the paper shows them in figures",
            )
        )
    return [
        Reproduction(
            _GROUP,
            "share of four emergent tasks that components forecast better than compute",
            1.0,
            float(np.mean(errors)),
            0.0,
            _SOURCE,
            "the paper's claim; both are sigmoids fitted below the cut, models of unknown compute left out",
        ),
        *rows,
    ]


def _task(table: pd.DataFrame, task: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Benchmarks (holes as NaN), FLOPs and score of the models that have the task."""
    names = [b for b in _BENCHMARKS if b != "gsm8k" or not task.endswith("_digit")]
    plain = table[table["prompting"].isna() & table["task"].isin(names)]
    x = plain.pivot(index="model", columns="task", values="value")[names]
    y = table[(table["task"] == task) & (table["metric"] != "bleu")].set_index("model")
    y = y[y.index.isin(x.index) & y["family"].isin(_FAMILIES)]
    return (x.loc[y.index].to_numpy(float), y["train_flops"].to_numpy(float), y["value"].to_numpy(float))


def _components(x: FloatArray, small: BoolArray) -> FloatArray:
    """Principal components of the small models' benchmarks, holes filled by the first one."""
    centre, spread = np.nanmean(x[small], axis=0), np.nanstd(x[small], axis=0)
    z = (x - centre) / spread
    holes = np.isnan(z)
    z[holes] = 0.0
    for _ in range(1000):
        first = np.linalg.svd(z[small] - z[small].mean(axis=0), full_matrices=False)[2][:1]
        filled = np.where(holes, (z - z[small].mean(axis=0)) @ first.T @ first + z[small].mean(axis=0), z)
        if np.allclose(filled, z, atol=1e-4):
            break
        z = filled
    full = np.where(holes, np.clip(z * spread + centre, 0, 1), x)
    middle = full[small].mean(axis=0)
    turned = np.linalg.svd(full[small] - middle, full_matrices=False)[2][:_COMPONENTS]
    return np.asarray((full - middle) @ turned.T)


def _error(x: FloatArray, y: FloatArray, small: BoolArray, chance: float) -> float:
    """Mean squared error beyond the cut of a sigmoid of a linear form, its ceiling 1 and its floor sought."""
    target = (y - chance) / (1 - chance)
    design = np.column_stack([np.ones(len(x)), (x - x[small].mean(axis=0)) / x[small].std(axis=0)])

    def curve(at: FloatArray, *p: float) -> FloatArray:
        return np.asarray((1 - p[-1]) / (1 + np.exp(-np.clip(at @ np.array(p[:-1]), -700, 700))) + p[-1])

    k = design.shape[1]
    fits = [
        optimize.curve_fit(
            curve,
            design[small],
            target[small],
            p0=[b, *[w] * (k - 1), 0.01],
            maxfev=100_000,
            bounds=([-50.0] * k + [0.0], [50.0] * k + [_FLOOR]),
        )[0]
        for b in (-3.0, 0.0)
        for w in (0.1, 1.0)
    ]
    found = min(fits, key=lambda p: float(((curve(design[small], *p) - target[small]) ** 2).sum()))
    return float(np.mean(((curve(design[~small], *found) - target[~small]) * (1 - chance)) ** 2))
